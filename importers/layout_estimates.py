"""The form of estimate decisions: one row is one line of a decision."""

from __future__ import annotations

from dataclasses import replace

from importers.layout import Column, Layout
from importers.layout_carryover import AUTHORITY, CATEGORY
from importers.layout_shared import CLAUSE, ITEM_OR_GROUP, NOTE, PROGRAMME, SOURCE

DECISIONS = {
    "Giao đầu năm": "original",
    "Bổ sung": "supplement",
    "Cắt giảm": "cut",
    "Điều chỉnh": "transfer",
    "Giữ lại": "held",
    "Giải tỏa": "release",
    "Chuyển nguồn": "carry",
    "Chuyển nguồn đã nhận": "carry-received",
    "Tổng giao": "total",
    "Chuyển nguồn đi": "carry-out",
    "Hủy dự toán": "cancel",
}

_LATER = (
    PROGRAMME,
    replace(
        AUTHORITY,
        later=True,
        help_vi="Cấp quyết định, khi luật hỏi đến (bổ sung sau 30/9, chuyển nguồn); chọn một từ của danh sách.",
        help_en="Who decided, where the law asks for it (supplements after 30 September, carry-over).",
    ),
    replace(CATEGORY, later=True, help_vi="Nhóm được chuyển nguồn, với loại Chuyển nguồn và Chuyển nguồn đi."),
    Column(
        "reverses",
        "Thu hồi quyết định",
        "number",
        later=True,
        also=("Thu hồi", "Hủy bỏ quyết định"),
        help_vi="Số quyết định mà dòng này thu hồi; loại như quyết định đó, số tiền ngược dấu.",
        help_en="Decision that this row takes back; same kind as that decision, the amount with the opposite sign.",
        sample="30-QĐ/VPTU",
    ),
)

ESTIMATES = Layout(
    "estimates",
    1,
    "Quyết định dự toán",
    "estimate decisions",
    (
        Column(
            "decision",
            "Số quyết định",
            "number",
            required=True,
            also=("Quyết định số", "Số QĐ"),
            help_vi="Số quyết định; mỗi quyết định chỉ nộp một lần, không thay thế.",
            help_en="Number of the decision; a decision is handed in once and never replaced.",
            sample="15-QĐ/VPTU",
        ),
        Column(
            "date",
            "Ngày",
            "date",
            required=True,
            also=("Ngày quyết định", "Ngày QĐ"),
            help_vi="Ngày ký quyết định, dạng ngày/tháng/năm, không sau hôm nay.",
            help_en="Day of the decision, day/month/year, not after today.",
            sample="20/12/2025",
        ),
        Column(
            "kind",
            "Loại",
            "word",
            required=True,
            words=DECISIONS,
            unknown="F70",
            also=("Loại quyết định",),
            help_vi="Loại quyết định, chọn một trong các từ của danh sách.",
            help_en="Kind of the decision, one of the words listed.",
            sample="Giao đầu năm",
        ),
        Column(
            "unit",
            "Đơn vị nhận",
            "code",
            required=True,
            code="unit",
            also=("Đơn vị được giao",),
            help_vi="Mã đơn vị được giao dự toán.",
            help_en="Code of the unit that receives the estimate.",
            sample="BTC",
        ),
        replace(SOURCE, required=True, help_vi="Mã tính chất nguồn kinh phí, 2 chữ số.", help_en="Source, 2 digits."),
        replace(CLAUSE, required=True),
        ITEM_OR_GROUP,
        Column(
            "amount",
            "Số tiền",
            "amount",
            required=True,
            also=("Dự toán giao",),
            help_vi="Số đồng chẵn; cắt giảm ghi âm, điều chỉnh ghi dương hoặc âm; thu hồi quyết định thì ngược dấu.",
            help_en="Whole đồng; negative in a cut, either sign in a transfer; the opposite to take a decision back.",
            sample="250.000.000",
        ),
        Column(
            "budget_year",
            "Năm ngân sách",
            "year",
            required=True,
            also=("Niên độ", "Năm"),
            help_vi="Năm ngân sách, bốn chữ số, bằng năm nộp.",
            help_en="Budget year, four digits, the year handed in for.",
            sample="2026",
        ),
        *_LATER,
        NOTE,
    ),
    control="amount",
    span="year",
)
