"""Columns that several forms have: budget dimensions, the other side, the unit, remarks."""

from __future__ import annotations

from importers.layout import Column

SOURCE = Column(
    "source",
    "Nguồn",
    "code",
    code="source",
    also=("Nguồn kinh phí", "Mã nguồn", "Tính chất nguồn"),
    help_vi="Mã tính chất nguồn kinh phí, 2 chữ số, khi tài khoản cần chi tiết theo nguồn.",
    help_en="Code of the nature of the source, 2 digits, where the account needs it.",
    sample="13",
)
CLAUSE = Column(
    "clause",
    "Khoản",
    "code",
    code="clause",
    also=("Mã khoản", "Loại khoản"),
    help_vi="Mã khoản theo mục lục ngân sách, 3 chữ số.",
    help_en="Clause of the state budget index, 3 digits.",
    sample="351",
)
ITEM = Column(
    "item",
    "Tiểu mục",
    "code",
    code="item",
    also=("Mã tiểu mục", "Mục - tiểu mục", "TM"),
    help_vi="Mã tiểu mục theo mục lục ngân sách, 4 chữ số; chỉ ghi mã, không ghi tên.",
    help_en="Item of the state budget index, 4 digits; the code alone, without its name.",
    sample="6501",
)
ITEM_OR_GROUP = Column(
    "item",
    "Tiểu mục hoặc nhóm",
    "code",
    code="item",
    also=("Tiểu mục", "Mục", "Nhóm mục"),
    help_vi="Mã tiểu mục hoặc mục, 4 chữ số; bỏ trống nếu giao chung cho nguồn và khoản.",
    help_en="Item or group, 4 digits; empty if the whole of source and clause is assigned.",
    sample="6500",
)
PROGRAMME = Column(
    "programme",
    "Chương trình",
    "code",
    code="programme",
    also=("Chương trình mục tiêu", "Mã chương trình", "CTMT"),
    later=True,
    help_vi="Mã chương trình mục tiêu, 4 chữ số, nếu khoản này thuộc một chương trình.",
    help_en="Target programme, 4 digits, where the money belongs to one.",
    sample="0510",
)
PARTNER = Column(
    "partner",
    "Đơn vị nội bộ",
    "code",
    code="unit",
    also=("Đơn vị đối ứng",),
    help_vi="Mã đơn vị bên kia khi là giao dịch nội bộ giữa các đơn vị trong tỉnh.",
    help_en="Code of the other unit when the transaction is internal to the province.",
    sample="BTC",
)
COUNTERPARTY = Column(
    "counterparty",
    "Đối tượng",
    "text",
    also=("Tên đối tượng",),
    help_vi="Tên người hoặc tổ chức nhận tiền, nộp tiền.",
    help_en="Name of the person or organisation that is paid or pays.",
    sample="Công ty Điện lực Sông Lam",
)
REFERENCE = Column(
    "reference",
    "Tham chiếu",
    "number",
    also=("Số tham chiếu",),
    help_vi="Số dùng chung cho hai bên của một giao dịch nội bộ; hai đơn vị ghi giống nhau.",
    help_en="The number both sides of an internal transaction share; both units write the same.",
    sample="NB-2026-014",
)
ASSET = Column(
    "asset",
    "Mã tài sản",
    "number",
    also=("Mã TSCĐ", "Tài sản"),
    help_vi="Mã tài sản cố định, bắt buộc khi hạch toán 211, 213, 214.",
    help_en="Code of the fixed asset, needed on 211, 213 and 214.",
    sample="TS-BTC-005",
)
OWNER = Column(
    "owner",
    "Mã đơn vị",
    "code",
    code="unit",
    also=("Đơn vị", "Đơn vị lập", "submitting_unit"),
    help_vi="Không bắt buộc; nếu có thì mọi dòng phải là mã của chính đơn vị nộp.",
    help_en="Not needed; where it stands, every row must name the unit the file is handed in for.",
    sample="BTC",
)
"""Not part of the form; where a file has it, every row must name the unit it is handed in for."""

NOTE = Column(
    "note",
    "Ghi chú",
    "text",
    also=("Nội dung",),
    help_vi="Ghi chú, nếu cần.",
    help_en="A remark, if needed.",
    sample="Theo biên bản ngày 05/01/2026",
)
