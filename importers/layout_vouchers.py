"""The form of vouchers: one row is a debit/credit pair, or one side of a compound or off-balance voucher."""

from __future__ import annotations

from importers.layout import Column, Layout
from importers.layout_shared import (
    ASSET,
    CLAUSE,
    COUNTERPARTY,
    ITEM,
    OWNER,
    PARTNER,
    PROGRAMME,
    REFERENCE,
    SOURCE,
)

OPERATIONS = {
    "Tạm ứng": "advance",
    "Thực chi": "actual",
    "Thanh toán tạm ứng": "clearing",
    "Khôi phục": "restore",
    "Nộp trả NSNN": "remit",
}

_IDENTITY = (
    Column(
        "voucher",
        "Số chứng từ",
        "number",
        required=True,
        also=("Số CT", "Chứng từ số", "Voucher number"),
        help_vi="Số chứng từ, không trùng trong năm; các dòng cùng số là một chứng từ và phải cân.",
        help_en="Number of the voucher, unique in the year; rows with one number are one voucher and must balance.",
        sample="PC015",
    ),
    Column(
        "date",
        "Ngày hạch toán",
        "date",
        required=True,
        also=("Ngày ghi sổ", "Posting date"),
        help_vi="Ngày ghi sổ, dạng ngày/tháng/năm đủ bốn chữ số năm, nằm trong tháng nộp (kỳ chỉnh lý: 31/12).",
        help_en="Posting date, day/month/year with four digits of the year, inside the month handed in "
        "(adjustment period: 31/12).",
        sample="05/03/2026",
    ),
    Column(
        "document_date",
        "Ngày chứng từ",
        "date",
        also=("Ngày CT",),
        help_vi="Ngày lập chứng từ, không sau ngày hạch toán; bỏ trống nếu cùng ngày.",
        help_en="Date of the document, not after the posting date; empty if it is the same day.",
        sample="04/03/2026",
    ),
    Column(
        "description",
        "Diễn giải",
        "text",
        required=True,
        also=("Nội dung", "Diễn giải chung"),
        help_vi="Nội dung nghiệp vụ, một dòng; các dòng của một chứng từ ghi giống nhau.",
        help_en="What the voucher is about, one line; the same in all rows of a voucher.",
        sample="Thanh toán tiền điện tháng 2/2026",
    ),
)
_FIGURES = (
    Column(
        "debit",
        "TK Nợ",
        "code",
        required=True,
        may_be_empty=True,
        code="account",
        also=("Tài khoản Nợ", "Nợ", "Debit account"),
        help_vi="Tài khoản ghi Nợ; tài khoản ngoại bảng chỉ ghi một bên, bên kia để trống.",
        help_en="Account debited; an off-balance account takes one side, the other stays empty.",
        sample="6111",
    ),
    Column(
        "credit",
        "TK Có",
        "code",
        required=True,
        may_be_empty=True,
        code="account",
        also=("Tài khoản Có", "Có", "Credit account"),
        help_vi="Tài khoản ghi Có; để trống nếu dòng chỉ có bên Nợ.",
        help_en="Account credited; empty if the row has the debit side alone.",
        sample="511",
    ),
    Column(
        "amount",
        "Số tiền",
        "amount",
        required=True,
        also=("Thành tiền", "Số tiền VND"),
        help_vi="Số đồng chẵn, viết 1.234.567 hoặc 1234567, khác 0; ghi âm khi ghi đỏ.",
        help_en="Whole đồng, written 1.234.567 or 1234567, not 0; negative in a red entry.",
        sample="1.234.567",
    ),
)
_DIMENSIONS = (
    SOURCE,
    CLAUSE,
    ITEM,
    PROGRAMME,
    Column(
        "treasury",
        "Nghiệp vụ KB",
        "word",
        words=OPERATIONS,
        unknown="F38",
        also=("Nghiệp vụ kho bạc", "Nghiệp vụ"),
        help_vi="Nghiệp vụ với Kho bạc, cần khi ghi 008, 012, 013.",
        help_en="Operation with the State Treasury, needed on 008, 012 and 013.",
        sample="Thực chi",
    ),
    Column(
        "budget_year",
        "Năm ngân sách",
        "year",
        also=("Niên độ",),
        help_vi="Năm ngân sách, bốn chữ số; bỏ trống nếu là năm của ngày hạch toán.",
        help_en="Budget year, four digits; empty if it is the year of the posting date.",
        sample="2026",
    ),
)
_FURTHER = (
    COUNTERPARTY,
    PARTNER,
    REFERENCE,
    ASSET,
    Column(
        "event",
        "Sự kiện",
        "number",
        also=("Mã sự kiện",),
        help_vi="Mã đoàn hoặc hội nghị theo biểu sự kiện, nếu khoản chi thuộc về nó.",
        help_en="Code of the delegation or conference (form events) that the expense belongs to.",
        sample="HN-2026-03",
    ),
    Column(
        "corrects",
        "Chứng từ gốc",
        "number",
        also=("Chứng từ được sửa", "Sửa chứng từ"),
        help_vi="Số chứng từ được sửa, bắt buộc khi ghi đỏ hoặc ghi bổ sung.",
        help_en="Number of the voucher that is corrected, needed in a red or supplementary entry.",
        sample="PC009",
    ),
    Column(
        "contract",
        "Số hợp đồng",
        "number",
        also=("Hợp đồng", "Hợp đồng số"),
        later=True,
        help_vi="Số hợp đồng theo biểu cam kết chi, khi thanh toán hoặc tạm ứng cho hợp đồng đó.",
        help_en="Contract as the commitments form names it, where it is paid or advanced.",
        sample="HĐ-12/2026",
    ),
)
_PEOPLE = (
    Column(
        "recorded_by",
        "Người lập",
        "text",
        also=("Người lập chứng từ", "Người ghi sổ"),
        later=True,
        help_vi="Họ tên người lập chứng từ.",
        help_en="Name of the person who recorded the voucher.",
        sample="Nguyễn Thị Hoa",
    ),
    Column(
        "content_by",
        "Người duyệt nội dung",
        "text",
        later=True,
        help_vi="Họ tên người duyệt nội dung chi.",
        help_en="Name of the person who approved the content.",
        sample="Trần Văn Bình",
    ),
    Column(
        "paid_by",
        "Người duyệt chi",
        "text",
        also=("Người chuẩn chi",),
        later=True,
        help_vi="Họ tên người duyệt chi (chuẩn chi).",
        help_en="Name of the person who approved the payment.",
        sample="Lê Thị Lan",
    ),
    OWNER,
)

VOUCHERS = Layout(
    "vouchers",
    1,
    "Chứng từ kế toán",
    "vouchers",
    (*_IDENTITY, *_FIGURES, *_DIMENSIONS, *_FURTHER, *_PEOPLE),
    control="amount",
)
