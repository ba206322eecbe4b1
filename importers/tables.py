"""The table of cells that every submitted file becomes, whatever it was before.

Guarantees: a cell is a text, a whole number, a date, or an `Odd` cell that keeps what stood there and the finding
code that says why it cannot be used; no cell is a float.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from importers.lookalikes import latin
from ledger.findings import Finding
from ledger.vietnamese import fold

LEAST_NAMES = 2
"""A row is a header when it has at least this many column names that we know."""

_REMARK = re.compile(r"\s*(?:\([^()]*\)|\*|:)\s*$")


class Odd(NamedTuple):
    """A spreadsheet cell that has no exact text, number or date."""

    code: str
    """F23 formula without value or error value, F33 fraction, F34 number too large, F24 other type."""
    text: str

    def __str__(self) -> str:
        return self.text


Cell = str | int | date | Odd


@dataclass(frozen=True, slots=True)
class Record:
    """One filled row."""

    row: int
    """Row as Excel shows it."""
    cells: tuple[Cell, ...]
    """As many as the header has."""


class Change(NamedTuple):
    """One change made to a text on its way in, so that the file as sent can be told from what was read."""

    row: int
    """Row as Excel shows it."""
    column: str
    """The column's heading; above the header its letter (`A`)."""
    before: str
    """As it stood; a text in an old encoding as its bytes look in Latin-1."""
    after: str
    why: Literal["encoding", "unicode", "invisible", "lookalike"]
    """Old encoding converted, letters composed (NFC), invisible signs taken out, letters of another alphabet."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read. A file that cannot be used at all has an empty header."""

    container: Literal["csv", "xlsx", ""]
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_row: int
    records: tuple[Record, ...]
    findings: tuple[Finding, ...]
    blank_rows: int = 0
    """Rows below the header without any content."""
    reported: Mapping[int, tuple[Cell, ...]] = field(default_factory=dict)
    """Filled rows that are not in `records`, as they stand, because a finding already refuses them."""
    sheet: str = ""
    titles: tuple[tuple[Cell, ...], ...] = ()
    """The rows above the header, read and cleaned: the first is row 1."""
    changes: tuple[Change, ...] = ()
    """Every change made to a text of a known column, of the header or of the titles, by row."""


def refused(*findings: Finding) -> Table:
    """The table of a file that cannot be used as a whole."""
    return Table("", "", "", (), 0, (), findings)


def filled(cells: Sequence[Cell]) -> bool:
    """Whether any cell of the row has content."""
    return any(not isinstance(cell, str) or cell.strip() for cell in cells)


def letter(at: int) -> str:
    """The name a spreadsheet gives the column with this index: 0 is `A`, 26 is `AA`."""
    name = ""
    while at >= 0:
        at, last = divmod(at, 26)
        name, at = chr(ord("A") + last) + name, at - 1
    return name


def trimmed(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The row without the empty cells at its end, which trailing separators leave."""
    end = len(cells)
    while end and not filled(cells[end - 1 : end]):
        end -= 1
    return cells[:end]


def heading(text: str) -> str:
    """A column name in the form it is compared in: `Số tiền (đồng) *` and `so tien` are the same."""
    name = fold(latin(text)).replace("_", " ")
    while (shorter := _REMARK.sub("", name)) != name:
        name = shorter
    return name.strip()


def locate(rows: Sequence[Sequence[Cell]], names: frozenset[str]) -> tuple[int | None, int]:
    """The row that names most known columns.

    Args:
        rows: the first rows of a file.
        names: column names as `heading` gives them.

    Returns:
        Index of the first such row and how many different names it has; (None, 0) when no row has `LEAST_NAMES`.
    """
    scores = [len({heading(cell) for cell in row if isinstance(cell, str)} & names) for row in rows]
    best = max(scores, default=0)
    return (scores.index(best), best) if best >= LEAST_NAMES else (None, 0)


def rows_text(rows: Sequence[int], most: int = 12) -> str:
    """Row numbers for a sentence: `5, 6, 7 …`."""
    text = ", ".join(str(row) for row in rows[:most])
    return f"{text} …" if len(rows) > most else text
