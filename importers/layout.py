"""What a form is: a declared list of columns with a version, a mark and a control total.

Guarantees: a declaration is a value; headings are compared in one form (`tables.heading`), so that accents, case and
remarks in brackets do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from importers.tables import heading

Kind = Literal["number", "text", "code", "amount", "count", "litres", "date", "month", "year", "word"]
"""How a cell is read: a document number, free text, a code, whole đồng, a whole number (people, kilometres), litres
with at most two decimals, a day, a month, a year, one of some words."""

Span = Literal["month", "quarter", "year"]
"""What one file of a form covers."""

CODE_FORMS = {
    "account": re.compile(r"[0-9]{3,8}"),
    "source": re.compile(r"[0-9]{2}"),
    "clause": re.compile(r"[0-9]{3}"),
    "item": re.compile(r"[0-9]{4}"),
    "programme": re.compile(r"[0-9]{4}"),
    "unit": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}"),
    "class": re.compile(r"[A-Z0-9]{2,8}-[A-Z0-9.]{1,8}"),
}
CODE_SAMPLES = {
    "account": "6111, 008212",
    "source": "13",
    "clause": "351",
    "item": "6501",
    "programme": "0510",
    "unit": "BTC",
    "class": "TT141-5.3",
}


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
    later: bool = False
    """Added to the form after its first files: part of a row's identity only where it is filled, so that a file
    handed in before keeps its identity."""
    sample: str = ""
    """An example as a submitter would type it."""

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers (đồng or a count); all others are texts."""
        return self.kind in {"amount", "count"}


@dataclass(frozen=True)
class Layout:
    """One form in one version."""

    form: str
    version: int
    vi: str
    """What the form is called."""
    en: str
    columns: tuple[Column, ...]
    control: str = ""
    """Key of the amount column whose sum the submitter states; empty: the form has none."""
    span: Span = "month"

    @property
    def name(self) -> str:
        """The identity that goes into hashes and receipts: `vouchers/1`."""
        return f"{self.form}/{self.version}"

    @property
    def mark(self) -> str:
        """What a template carries above its header, so that an old one is known again."""
        return self.name

    @cached_property
    def by_heading(self) -> Mapping[str, Column]:
        """Every accepted heading, in the form it is compared in, and its column."""
        return {heading(name): column for column in self.columns for name in (column.vi, column.key, *column.also)}

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        """Columns by key."""
        return {column.key: column for column in self.columns}

    def required(self) -> list[Column]:
        """The columns without which a file is not this form."""
        return [column for column in self.columns if column.required]
