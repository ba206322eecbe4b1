"""The forms that units fill in, each a declared list of columns with a version.

Guarantees: the same declaration finds the columns of a file, reads its cells, names them in findings and makes its
identity, so that these cannot disagree. Columns may stand in any order; unknown ones are allowed and not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from importers.tables import heading

Kind = Literal["number", "text", "code", "amount", "date", "year", "word"]
"""How a cell is read: a document number, free text, a code of digits, whole đồng, a day, a year, one of some words."""

CODE_FORMS = {
    "account": re.compile(r"[0-9]{3,8}"),
    "source": re.compile(r"[0-9]{2}"),
    "clause": re.compile(r"[0-9]{3}"),
    "item": re.compile(r"[0-9]{4}"),
    "unit": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}"),
}
CODE_SAMPLES = {"account": "6111, 008212", "source": "13", "clause": "351", "item": "6501", "unit": "BTC"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form."""

    key: str
    vi: str
    kind: Kind
    required: bool = False
    """Without this column a file is not this form."""
    may_be_empty: bool = False
    """A required column whose single cells may be empty (one side of a voucher)."""
    also: tuple[str, ...] = ()
    """Other headings people use, in either language; the key itself is the English one."""
    code: str = ""
    """For kind `code`: a key of `CODE_FORMS`."""
    words: Mapping[str, str] = field(default_factory=dict)
    """For kind `word`: Vietnamese word → what it means here; the meaning itself is accepted too."""
    unknown: str = ""
    """For kind `word`: the finding code of an unknown word."""
    help_vi: str = ""
    """What to fill in, one sentence for the guidance sheet and the cell's tip."""
    help_en: str = ""
    sample: str = ""
    """An example as a submitter would type it."""


@dataclass(frozen=True)
class Layout:
    """One form in one version."""

    form: str
    version: int
    vi: str
    """What the form is called."""
    en: str
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """The identity that goes into hashes and receipts: `vouchers/1`."""
        return f"{self.form}/{self.version}"

    @cached_property
    def by_heading(self) -> Mapping[str, Column]:
        """Every accepted heading, in the form it is compared in, and its column."""
        return {heading(name): column for column in self.columns for name in (column.vi, column.key, *column.also)}

    def required(self) -> list[Column]:
        """The columns without which a file is not this form."""
        return [column for column in self.columns if column.required]


TREASURY = {
    "Tạm ứng": "advance",
    "Thực chi": "actual",
    "Thanh toán tạm ứng": "clearing",
    "Khôi phục": "restore",
    "Nộp trả NSNN": "remit",
}
DECISIONS = {
    "Giao đầu năm": "original",
    "Bổ sung": "supplement",
    "Cắt giảm": "cut",
    "Điều chỉnh": "transfer",
    "Giữ lại": "held",
    "Giải tỏa": "release",
    "Chuyển nguồn": "carry",
    "Chuyển nguồn đã nhận": "carry-received",
}

_SOURCE = Column("source", "Nguồn", "code", code="source", also=("Nguồn kinh phí", "Mã nguồn", "Tính chất nguồn"))
_CLAUSE = Column("clause", "Khoản", "code", code="clause", also=("Mã khoản", "Loại khoản"))
_ITEM = Column("item", "Tiểu mục", "code", code="item", also=("Mã tiểu mục", "Mục - tiểu mục", "TM"))
_PARTNER = Column("partner", "Đơn vị nội bộ", "code", code="unit", also=("Đơn vị đối ứng",))
_COUNTERPARTY = Column("counterparty", "Đối tượng", "text", also=("Tên đối tượng",))
_REFERENCE = Column("reference", "Tham chiếu", "number", also=("Số tham chiếu",))
_ASSET = Column("asset", "Mã tài sản", "number", also=("Mã TSCĐ", "Tài sản"))
_OWNER = Column("owner", "Mã đơn vị", "code", code="unit", also=("Đơn vị", "Đơn vị lập", "submitting_unit"))
"""Not part of the form; where a file has it, every row must name the unit it is handed in for."""

VOUCHERS = Layout(
    "vouchers",
    1,
    "Chứng từ kế toán",
    "vouchers",
    (
        Column("voucher", "Số chứng từ", "number", required=True, also=("Số CT", "Chứng từ số", "Voucher number")),
        Column("date", "Ngày hạch toán", "date", required=True, also=("Ngày ghi sổ", "Posting date")),
        Column("document_date", "Ngày chứng từ", "date", also=("Ngày CT",)),
        Column("description", "Diễn giải", "text", required=True, also=("Nội dung", "Diễn giải chung")),
        Column(
            "debit",
            "TK Nợ",
            "code",
            required=True,
            may_be_empty=True,
            code="account",
            also=("Tài khoản Nợ", "Nợ", "Debit account"),
        ),
        Column(
            "credit",
            "TK Có",
            "code",
            required=True,
            may_be_empty=True,
            code="account",
            also=("Tài khoản Có", "Có", "Credit account"),
        ),
        Column("amount", "Số tiền", "amount", required=True, also=("Thành tiền", "Số tiền VND")),
        _SOURCE,
        _CLAUSE,
        _ITEM,
        Column(
            "treasury", "Nghiệp vụ KB", "word", words=TREASURY, unknown="F38", also=("Nghiệp vụ kho bạc", "Nghiệp vụ")
        ),
        Column("budget_year", "Năm ngân sách", "year", also=("Niên độ",)),
        _COUNTERPARTY,
        _PARTNER,
        _REFERENCE,
        _ASSET,
        Column("event", "Sự kiện", "number", also=("Mã sự kiện",)),
        Column("corrects", "Chứng từ gốc", "number", also=("Chứng từ được sửa", "Sửa chứng từ")),
        _OWNER,
    ),
)

ESTIMATES = Layout(
    "estimates",
    1,
    "Quyết định dự toán",
    "estimate decisions",
    (
        Column("decision", "Số quyết định", "number", required=True, also=("Quyết định số", "Số QĐ")),
        Column("date", "Ngày", "date", required=True, also=("Ngày quyết định", "Ngày QĐ")),
        Column("kind", "Loại", "word", required=True, words=DECISIONS, unknown="F70", also=("Loại quyết định",)),
        Column("unit", "Đơn vị nhận", "code", required=True, code="unit", also=("Đơn vị được giao",)),
        Column("source", "Nguồn", "code", required=True, code="source", also=_SOURCE.also),
        Column("clause", "Khoản", "code", required=True, code="clause", also=_CLAUSE.also),
        Column("item", "Tiểu mục hoặc nhóm", "code", code="item", also=("Tiểu mục", "Mục", "Nhóm mục")),
        Column("amount", "Số tiền", "amount", required=True, also=("Dự toán giao",)),
        Column("budget_year", "Năm ngân sách", "year", required=True, also=("Niên độ", "Năm")),
        Column("note", "Ghi chú", "text", also=("Nội dung",)),
    ),
)

OPENING = Layout(
    "opening",
    1,
    "Số dư đầu kỳ",
    "opening balances",
    (
        Column("account", "TK", "code", required=True, code="account", also=("Tài khoản", "Số hiệu tài khoản")),
        _SOURCE,
        _CLAUSE,
        _ITEM,
        _ASSET,
        _COUNTERPARTY,
        _PARTNER,
        _REFERENCE,
        Column("debit", "Dư Nợ", "amount", required=True, may_be_empty=True, also=("Số dư Nợ", "Dư nợ đầu kỳ")),
        Column("credit", "Dư Có", "amount", required=True, may_be_empty=True, also=("Số dư Có", "Dư có đầu kỳ")),
        _OWNER,
    ),
)

LAYOUTS = {layout.form: layout for layout in (VOUCHERS, ESTIMATES, OPENING)}

NAMES = frozenset(name for layout in LAYOUTS.values() for name in layout.by_heading)
"""Every heading of every form, in the form it is compared in."""
