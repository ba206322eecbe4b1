"""The form of assets: the list of all fixed assets a unit holds at the end of a year, one row an asset.

Columns follow what a fixed asset is recorded by (Circular 141/2025/TT-BTC, Articles 4 and 5): class, origin, cost, day
in use, place and person in charge.
"""

from __future__ import annotations

from importers.layout import Column, Layout
from importers.layout_shared import NOTE, OWNER

ORIGINS = {
    "Mua sắm": "bought",
    "Đầu tư xây dựng": "invested",
    "Được giao, điều chuyển đến": "transferred",
    "Được tặng cho": "gift",
    "Thừa khi kiểm kê": "found",
    "Liên doanh, liên kết": "venture",
    "Thuê mua": "lease-purchase",
    "Khác": "other",
}
CONDITIONS = {
    "Đang sử dụng": "in-use",
    "Không cần dùng": "idle",
    "Hỏng": "broken",
    "Chờ thanh lý": "for-disposal",
    "Đang sửa chữa": "under-repair",
}

_WHAT = (
    Column(
        "asset",
        "Mã tài sản",
        "number",
        required=True,
        also=("Mã TSCĐ", "Số hiệu tài sản"),
        help_vi="Mã tài sản, đúng mã đã ghi trên chứng từ tăng tài sản (211, 213); không trùng trong tệp.",
        help_en="Code of the asset as on the vouchers that brought it in (211, 213); once in a file.",
        sample="TS-BTC-005",
    ),
    Column(
        "name",
        "Tên tài sản",
        "text",
        required=True,
        also=("Tên TSCĐ",),
        help_vi="Tên tài sản.",
        help_en="Name of the asset.",
        sample="Máy photocopy khổ A3",
    ),
    Column(
        "class",
        "Nhóm tài sản",
        "code",
        required=True,
        code="class",
        also=("Mã nhóm", "Mã nhóm tài sản"),
        help_vi="Mã nhóm tài sản trong danh mục của năm (từ 2026: TT141-…, đến 2025: TT23-…).",
        help_en="Code of the asset class in the list of the year (from 2026: TT141-…, up to 2025: TT23-…).",
        sample="TT141-5.3",
    ),
    Column(
        "account",
        "Tài khoản",
        "code",
        required=True,
        code="account",
        also=("TK", "Số hiệu tài khoản"),
        help_vi="Tài khoản chi tiết của 211 hoặc 213 đang ghi tài sản.",
        help_en="The detail account of 211 or 213 that holds the asset.",
        sample="2113",
    ),
)
_VALUE = (
    Column(
        "in_use",
        "Ngày đưa vào sử dụng",
        "date",
        required=True,
        also=("Ngày sử dụng",),
        help_vi="Ngày đưa tài sản vào sử dụng, không sau ngày cuối năm.",
        help_en="Day on which it came into use, not after the end of the year.",
        sample="20/05/2024",
    ),
    Column(
        "cost",
        "Nguyên giá",
        "amount",
        required=True,
        help_vi="Nguyên giá theo sổ kế toán, số đồng chẵn.",
        help_en="Cost as in the books, whole đồng.",
        sample="48.900.000",
    ),
    Column(
        "quantity",
        "Số lượng",
        "count",
        required=True,
        help_vi="Luôn là 1: mỗi tài sản một dòng, một mã.",
        help_en="Always 1: one row and one code for each asset.",
        sample="1",
    ),
    Column(
        "origin",
        "Nguồn gốc hình thành",
        "word",
        required=True,
        words=ORIGINS,
        unknown="G07",
        also=("Phương thức hình thành", "Nguồn gốc"),
        help_vi="Tài sản có từ đâu, chọn một trong các từ của danh sách.",
        help_en="Where the asset comes from, one of the words listed.",
        sample="Mua sắm",
    ),
)
_USE = (
    Column(
        "place",
        "Nơi sử dụng",
        "text",
        required=True,
        also=("Nơi đặt", "Địa điểm"),
        help_vi="Phòng, bộ phận hoặc địa chỉ đang sử dụng tài sản.",
        help_en="Room, department or address where it is used.",
        sample="Phòng Hành chính, tầng 1",
    ),
    Column(
        "custodian",
        "Người quản lý",
        "text",
        also=("Người sử dụng", "Người quản lý, sử dụng"),
        help_vi="Người chịu trách nhiệm quản lý, sử dụng tài sản.",
        help_en="Who is in charge of it.",
        sample="Nguyễn Văn An",
    ),
    Column(
        "condition",
        "Tình trạng",
        "word",
        required=True,
        words=CONDITIONS,
        unknown="G07",
        also=("Hiện trạng",),
        help_vi="Tình trạng khi kiểm kê, chọn một trong các từ của danh sách.",
        help_en="Condition found at the count, one of the words listed.",
        sample="Đang sử dụng",
    ),
    Column(
        "source",
        "Nguồn kinh phí",
        "code",
        code="source",
        also=("Nguồn", "Mã nguồn", "Nguồn vốn"),
        help_vi="Mã tính chất nguồn kinh phí đã mua sắm, 2 chữ số; bỏ trống nếu không xác định được.",
        help_en="Source of the funds it was bought from, 2 digits; empty if it is not known.",
        sample="12",
    ),
    NOTE,
    OWNER,
)

ASSETS = Layout(
    "assets", 1, "Danh mục tài sản", "list of assets", (*_WHAT, *_VALUE, *_USE), control="cost", span="year"
)
