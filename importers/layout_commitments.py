"""The form of commitments: contracts that are signed, raised, reduced and closed in a month.

One row commits (or gives free) money of one budget line in one budget year; a contract that several lines or years pay
has a row for each of them.
"""

from __future__ import annotations

from dataclasses import replace

from importers.layout import Column, Layout
from importers.layout_shared import CLAUSE, ITEM_OR_GROUP, NOTE, OWNER, PROGRAMME, SOURCE

CHANGES = {"Ký mới": "sign", "Tăng": "increase", "Giảm": "decrease", "Thanh lý": "close"}
"""What a row does to the contract on its budget line."""

_WHAT = (
    Column(
        "contract",
        "Số hợp đồng",
        "number",
        required=True,
        also=("Hợp đồng", "Hợp đồng số"),
        help_vi="Số hợp đồng; chứng từ tạm ứng, thanh toán ghi đúng số này ở cột Số hợp đồng.",
        help_en="Number of the contract; vouchers that advance or pay it name this number.",
        sample="HĐ-12/2026",
    ),
    Column(
        "day",
        "Ngày",
        "date",
        required=True,
        also=("Ngày ký", "Ngày hợp đồng", "Ngày thay đổi"),
        help_vi="Ngày ký hợp đồng, phụ lục hoặc biên bản thanh lý, dạng ngày/tháng/năm, trong tháng nộp.",
        help_en="Day of the contract, addendum or closing record, day/month/year, inside the month handed in.",
        sample="12/03/2026",
    ),
    Column(
        "supplier",
        "Nhà cung cấp",
        "text",
        required=True,
        also=("Tên nhà cung cấp", "Bên bán", "Nhà thầu"),
        help_vi="Tên nhà cung cấp, ghi giống nhau ở mọi dòng của hợp đồng.",
        help_en="Name of the supplier, the same in every row of the contract.",
        sample="Công ty Thiết bị Sông Lam",
    ),
)
_LINE = (
    replace(SOURCE, required=True, help_vi="Mã tính chất nguồn kinh phí, 2 chữ số.", help_en="Source, 2 digits."),
    replace(CLAUSE, required=True),
    replace(
        ITEM_OR_GROUP,
        help_vi="Mã tiểu mục hoặc mục của dòng dự toán trả hợp đồng; bỏ trống nếu dự toán giao chung cho khoản.",
        help_en="Item or group of the estimate line that pays; empty if the whole of the clause is assigned.",
        sample="6955",
    ),
    PROGRAMME,
    Column(
        "budget_year",
        "Năm ngân sách",
        "year",
        required=True,
        also=("Niên độ", "Năm"),
        help_vi="Năm ngân sách trả phần này của hợp đồng, bốn chữ số.",
        help_en="Budget year that pays this part of the contract, four digits.",
        sample="2026",
    ),
)
_FIGURES = (
    Column(
        "until",
        "Thực hiện đến ngày",
        "date",
        also=("Ngày hết hạn", "Thời hạn thực hiện"),
        help_vi="Ngày cuối thực hiện hợp đồng, nếu có.",
        help_en="Last day of the contract, if it has one.",
        sample="30/06/2026",
    ),
    Column(
        "change",
        "Loại",
        "word",
        required=True,
        words=CHANGES,
        unknown="G07",
        also=("Loại thay đổi", "Nghiệp vụ"),
        help_vi="Ký mới (lần đầu ở dòng dự toán và năm đó), Tăng, Giảm hoặc Thanh lý.",
        help_en="Ký mới (first time on that budget line and year), Tăng (raise), Giảm (reduce) or Thanh lý (close).",
        sample="Ký mới",
    ),
    Column(
        "amount",
        "Số tiền cam kết",
        "amount",
        required=True,
        also=("Số cam kết", "Cam kết trong năm"),
        help_vi="Số thay đổi của cam kết trong năm ngân sách đó, số đồng chẵn; giảm và thanh lý ghi âm.",
        help_en="Change of that budget year's committed amount, whole đồng; negative when reduced or closed.",
        sample="139.700.000",
    ),
    Column(
        "total",
        "Giá trị hợp đồng",
        "amount",
        required=True,
        may_be_empty=True,
        also=("Tổng giá trị hợp đồng", "Tổng giá trị"),
        help_vi="Giá trị cả hợp đồng sau thay đổi này, số đồng chẵn; bắt buộc khi ký mới.",
        help_en="Value of the whole contract after this row, whole đồng; needed when it is signed.",
        sample="139.700.000",
    ),
    NOTE,
    OWNER,
)

COMMITMENTS = Layout("commitments", 1, "Cam kết chi", "commitments", (*_WHAT, *_LINE, *_FIGURES), control="amount")
