"""The form of estimate requests: what a unit needs in the coming year, and what it has towards it."""

from __future__ import annotations

from dataclasses import replace

from importers.layout import Column, Layout
from importers.layout_shared import CLAUSE, ITEM_OR_GROUP, NOTE, OWNER, PROGRAMME, SOURCE

LINES = {"Nhu cầu chi": "need", "Đảng phí được giữ lại": "dues", "Thu khác": "other"}
"""What a row is: money that is needed, or money of the unit's own that is set against the need."""

_WHAT = (
    Column(
        "line",
        "Loại dòng",
        "word",
        required=True,
        words=LINES,
        unknown="G90",
        also=("Loại chỉ tiêu",),
        help_vi="Nhu cầu chi, Đảng phí được giữ lại hoặc Thu khác.",
        help_en="Need, retained Party dues, or other receipts.",
        sample="Nhu cầu chi",
    ),
    replace(
        SOURCE,
        help_vi="Mã tính chất nguồn kinh phí, 2 chữ số; bắt buộc ở dòng nhu cầu chi.",
        help_en="Code of the nature of the source, 2 digits; needed in rows of need.",
    ),
    replace(
        CLAUSE,
        help_vi="Mã khoản theo mục lục ngân sách, 3 chữ số; bắt buộc ở dòng nhu cầu chi.",
        help_en="Clause of the state budget index, 3 digits; needed in rows of need.",
    ),
    replace(
        ITEM_OR_GROUP,
        help_vi="Mã tiểu mục hoặc mục, 4 chữ số; bỏ trống nếu đề nghị chung cho nguồn và khoản.",
        help_en="Item or group, 4 digits; empty if asked for source and clause as a whole.",
        sample="6700",
    ),
    replace(PROGRAMME, later=False),
    Column(
        "task",
        "Nội dung, nhiệm vụ",
        "text",
        required=True,
        also=("Nội dung", "Nhiệm vụ", "Nhiệm vụ chi"),
        help_vi="Nội dung chi hoặc khoản thu, một dòng.",
        help_en="What is to be paid for, or what is received; one line.",
        sample="Công tác phí kiểm tra, giám sát cơ sở",
    ),
)
_HOW_MUCH = (
    Column(
        "norm",
        "Định mức",
        "text",
        also=("Mã định mức", "Chế độ, định mức"),
        help_vi="Mã định mức làm căn cứ (xem lệnh rules list), ví dụ norms.stay_allowance/land; không có thì bỏ trống.",
        help_en="Key of the norm it rests on (see rules list), such as norms.stay_allowance/land; empty if none.",
        sample="norms.stay_allowance/land",
    ),
    Column(
        "quantity",
        "Số lượng",
        "count",
        also=("Khối lượng",),
        help_vi="Số người, số ngày, số cái …; số nguyên. Ghi cùng đơn giá.",
        help_en="People, days, pieces …, a whole number; given together with the price.",
        sample="120",
    ),
    Column(
        "price",
        "Đơn giá",
        "amount",
        also=("Mức chi",),
        help_vi="Mức chi cho một đơn vị số lượng, số đồng chẵn.",
        help_en="Amount for one of the quantity, whole đồng.",
        sample="200.000",
    ),
    Column(
        "amount",
        "Số tiền",
        "amount",
        required=True,
        also=("Thành tiền", "Dự toán đề nghị"),
        help_vi="Số tiền đề nghị (hoặc số thu), số đồng chẵn; bằng số lượng nhân đơn giá nếu có ghi hai cột đó.",
        help_en="Amount asked for (or received), whole đồng; quantity × price where both are given.",
        sample="24.000.000",
    ),
    Column(
        "basis",
        "Căn cứ, thuyết minh",
        "text",
        also=("Căn cứ", "Thuyết minh"),
        help_vi="Căn cứ tính: văn bản, chương trình công tác, hợp đồng.",
        help_en="What the amount rests on: a document, a working programme, a contract.",
        sample="Chương trình kiểm tra năm 2027",
    ),
    replace(NOTE, also=()),
    OWNER,
)

REQUESTS = Layout(
    "requests", 1, "Dự toán đề nghị", "estimate requests", (*_WHAT, *_HOW_MUCH), control="amount", span="year"
)
