"""The form of a request to carry over: what of the closed year's estimate or money a unit asks to keep, and why.

One file a unit and closed year. The words for categories are those of both laws; which of them a year has is data
(`year_end.carry_over`), so that a category of the wrong law is told with its article and not as an unknown word.
"""

from __future__ import annotations

from dataclasses import replace

from importers.layout import Column, Layout
from importers.layout_shared import CLAUSE, ITEM_OR_GROUP, NOTE, OWNER, PROGRAMME, SOURCE

FORMS = {"Dự toán còn dư": "estimate", "Kinh phí đã nhận": "received"}
"""What is carried: an estimate that was not used, or money that was received and not spent (advances included)."""

CATEGORIES = {
    "Đầu tư công": "investment",
    "Mua sắm, sửa chữa có hợp đồng": "purchases",
    "Tiền lương, an sinh xã hội": "salary",
    "Kinh phí tự chủ": "autonomy",
    "Bổ sung sau 30/9": "late-supplement",
    "Khoa học, công nghệ, chuyển đổi số": "science",
    "Chương trình mục tiêu quốc gia": "programmes",
    "Dự trữ quốc gia": "reserves",
    "Viện trợ Chính phủ nước ngoài": "aid-abroad",
    "Viện trợ, tài trợ có mục đích": "donations",
    "Hoàn trả ngân sách cấp trên": "repayment",
}
"""Categories of the laws, in the order of the newer one."""

AUTHORITIES = {
    "Thủ tướng Chính phủ": "prime-minister",
    "Ủy ban nhân dân": "people-committee",
    "Cấp có thẩm quyền khác": "other",
}
"""Who added to the estimate, where the law asks for it."""

CATEGORY = Column(
    "category",
    "Nhóm chuyển nguồn",
    "word",
    words=CATEGORIES,
    unknown="G81",
    also=("Nhóm", "Nội dung được chuyển nguồn"),
    help_vi="Nhóm của luật cho phép chuyển nguồn, chọn một trong các từ của danh sách.",
    help_en="Category of the law that allows it, one of the words listed.",
    sample="Mua sắm, sửa chữa có hợp đồng",
)
AUTHORITY = Column(
    "authority",
    "Cấp quyết định",
    "word",
    words=AUTHORITIES,
    unknown="G82",
    also=("Cấp bổ sung", "Cơ quan quyết định"),
    help_vi="Cấp bổ sung dự toán sau 30/9: Thủ tướng Chính phủ, Ủy ban nhân dân, hoặc cấp có thẩm quyền khác.",
    help_en="Who added to the estimate after 30 September.",
    sample="Ủy ban nhân dân",
)

_WHAT = (
    Column(
        "form",
        "Hình thức",
        "word",
        required=True,
        words=FORMS,
        unknown="G80",
        also=("Hình thức chuyển nguồn",),
        help_vi="Dự toán còn dư (chưa rút), hoặc Kinh phí đã nhận (đã rút, tạm ứng chưa thanh toán).",
        help_en="The estimate left, or money received and not spent (advances not cleared).",
        sample="Dự toán còn dư",
    ),
    replace(SOURCE, required=True, help_vi="Mã tính chất nguồn kinh phí, 2 chữ số.", help_en="Source, 2 digits."),
    replace(CLAUSE, required=True),
    replace(
        ITEM_OR_GROUP,
        help_vi="Mã tiểu mục hoặc mục của dòng dự toán còn dư; bỏ trống nếu dự toán giao chung cho nguồn và khoản.",
        help_en="Item or group of the line that is left; empty if the whole of source and clause is assigned.",
        sample="6950",
    ),
    replace(PROGRAMME, later=False),
    Column(
        "amount",
        "Số tiền",
        "amount",
        required=True,
        also=("Số đề nghị chuyển nguồn", "Số đề nghị"),
        help_vi="Số đề nghị chuyển sang năm sau, đồng chẵn, lớn hơn 0.",
        help_en="Amount to carry over, whole đồng, above 0.",
        sample="105.760.000",
    ),
    replace(CATEGORY, required=True),
)
_WHY = (
    Column(
        "contract",
        "Số hợp đồng",
        "number",
        also=("Hợp đồng", "Hợp đồng số"),
        help_vi="Số hợp đồng đã ký, với nhóm mua sắm, sửa chữa.",
        help_en="Number of the signed contract, for purchases and repairs.",
        sample="HĐ-31/2025",
    ),
    Column(
        "contract_day",
        "Ngày hợp đồng",
        "date",
        also=("Ngày ký hợp đồng",),
        help_vi="Ngày ký hợp đồng, không sau 31/12 của năm kết thúc.",
        help_en="Day on which it was signed, not after 31 December of the closed year.",
        sample="18/12/2025",
    ),
    Column(
        "decision",
        "Số văn bản",
        "number",
        also=("Số quyết định", "Quyết định số", "Căn cứ"),
        help_vi="Số văn bản làm căn cứ: quyết định bổ sung, kết quả đấu thầu, phê duyệt nhiệm vụ, kết luận thanh tra.",
        help_en="Document it rests on: supplement, result of bidding, approval of the task, audit conclusion.",
        sample="2210/QĐ-UBND",
    ),
    Column(
        "decision_day",
        "Ngày văn bản",
        "date",
        also=("Ngày quyết định",),
        help_vi="Ngày ký văn bản.",
        help_en="Day of the document.",
        sample="15/10/2025",
    ),
    AUTHORITY,
    Column(
        "task",
        "Nội dung, nhiệm vụ",
        "text",
        required=True,
        also=("Nội dung", "Nhiệm vụ"),
        help_vi="Nội dung sẽ chi tiếp trong năm sau.",
        help_en="What it will be spent on next year.",
        sample="Màn hình tương tác phòng học",
    ),
)

CARRYOVER = Layout(
    "carryover",
    1,
    "Đề nghị chuyển nguồn",
    "carry-over request",
    (*_WHAT, *_WHY, replace(NOTE, also=()), OWNER),
    control="amount",
    span="year",
)
