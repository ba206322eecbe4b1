"""The requests form: what a unit asks for in the coming year, and its own receipts set against it.

Guarantees: every row of need has a source and a clause that the budget index of the year asked for has; a row stands
once; quantity and price come together and are above nought; a norm that is named is one the law data have. Whether a
price keeps to its norm, and whether the sum is right, is the rules' business (Q).
"""

from __future__ import annotations

from collections.abc import Iterator

from importers.sheet import Sheet
from ledger.budget_index import BudgetIndex
from ledger.money import money
from ledger.records import Record
from ledger.regulations import Regulations, UnknownParameterError

NEED = "need"
_IDENTITY = ("line", "source", "clause", "item", "programme", "task")
_COUNTED = ("quantity", "price")
_ASKABLE = frozenset({"integer", "table"})
"""Types of regulations that a price can be compared with."""


def check(sheet: Sheet) -> None:
    """G91 source and clause, G92 unknown code, G93 not above 0, G94 norm, G95 twice, G96 pair, G97 no need at all."""
    _twice(sheet)
    index, year = sheet.request.book.index, sheet.slot.period.year
    for row in sheet.rows:
        _codes(sheet, row, index, year)
        _figures(sheet, row)
        norm = row.texts["norm"]
        if norm and not _known(sheet.request.book.regulations, norm):
            sheet.refuse("G94", row, "norm", norm)
    if sheet.rows and sheet.whole and all(row.texts["line"] != NEED for row in sheet.rows):
        sheet.refuse("G97", sheet.rows[0], "line")


def _twice(sheet: Sheet) -> None:
    """G95: two rows of one line, budget code and task say one thing twice."""
    seen: dict[tuple[str, ...], int] = {}
    for row in sheet.rows:
        key = tuple(row.texts[name].casefold() for name in _IDENTITY)
        if key in seen:
            sheet.refuse("G95", row, "task", row.texts["task"], str(seen[key]))
        seen.setdefault(key, row.row)


def _codes(sheet: Sheet, row: Record, index: BudgetIndex, year: int) -> None:
    """G91 for a row of need without source or clause; G92 for a code that the index of the year does not have."""
    if row.texts["line"] == NEED:
        for column in ("source", "clause"):
            if not row.texts[column]:
                sheet.refuse("G91", row, column)
    for column in _unknown(row, index, year):
        sheet.refuse("G92", row, column, row.texts[column], year=str(year))


def _unknown(row: Record, index: BudgetIndex, year: int) -> Iterator[str]:
    """Columns whose code the budget index does not have in the year asked for."""
    source, clause, item = (row.texts[name] for name in ("source", "clause", "item"))
    if source and not index.source(source, year):
        yield "source"
    if clause and not index.clause(clause, year):
        yield "clause"
    if item and not index.item(item, year) and not index.group(item, year):
        yield "item"


def _figures(sheet: Sheet, row: Record) -> None:
    """G93 for a figure that is not above nought; G96 for quantity without price or the reverse."""
    for column in (*_COUNTED, "amount"):
        if column in row.numbers and row.numbers[column] <= 0:
            sheet.refuse("G93", row, column, money(row.numbers[column]), "> 0")
    given = [column for column in _COUNTED if column in row.numbers]
    if len(given) == 1:
        missing = _COUNTED[1 - _COUNTED.index(given[0])]
        sheet.refuse("G96", row, missing, "", money(row.numbers[given[0]]))


def _known(regulations: Regulations, key: str) -> bool:
    """Whether the law data have a norm of this name that a price can be compared with."""
    try:
        return regulations.parameter(key.partition("/")[0]).type in _ASKABLE
    except UnknownParameterError:
        return False
