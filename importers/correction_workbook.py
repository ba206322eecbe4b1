"""The correction file as a workbook: the failing cells coloured, each with a comment that says how to mend it.

Guarantees: days and figures in their columns stay such, everything else is text; the same rows give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from importers import annotated, pages
from importers.correction import Place, Row
from importers.layouts import Column
from importers.problems import shown
from importers.tables import Cell, heading
from ledger.findings import Catalogue, Finding, Language
from ledger.texts import text

LARGE = annotated.LARGE // 4
"""More cells than this are written without their look, but for the failing ones."""

OURS = 2
"""Columns in front of the form's: the original and its row."""

FORMATS = {"amount": pages.MONEY, "count": pages.MONEY, "date": pages.DAY}
"""How a column of a kind shows what is typed into it; every other one is text."""

SAID = 70
"""Width of the column that says what is wrong."""

_NO_DATE = "2000-01-01"


def workbook(
    digits: str,
    headings: Sequence[str],
    rows: Sequence[Row],
    columns: Sequence[Place],
    texts: Catalogue,
    language: Language,
) -> bytes:
    """The workbook's bytes.

    Args:
        digits: first digits of the original's hash.
        headings: of all columns.
        rows: the failing ones.
        columns: the form's.
        texts: of the codes.
        language: the reader's.
    """
    large = len(rows) * len(headings) > LARGE
    book = pages.empty(large=large)
    page: pages.Page = book.create_sheet(text("Rows to mend", language))
    widths = [14, 10, *(_width(place, rows, at) for at, place in enumerate(columns)), SAID]
    pages.set_up(page, widths, frozen=1)
    pages.heads(page, headings)
    left = annotated.COMMENTS
    for line, row in enumerate(rows, start=2):
        pages.tall(page, line, pages.lines([row.said], [SAID]))
        made = [pages.cell(page, digits, pages.REMARK), pages.cell(page, row.number, pages.REMARK)]
        notes = {at: annotated.note_of(found, texts, language) for at, found in _by_cell(row.findings, columns).items()}
        for at, (cell, place) in enumerate(zip(row.cells, columns, strict=True)):
            bare = large and at not in notes
            made.append(pages.bare(page, _held(cell, place.column)) if bare else _cell(page, cell, place.column))
        for at, note in notes.items():
            made[OURS + at].fill = pages.FILLS[note.severity]
            if left:
                made[OURS + at].comment = annotated.comment(note.text)
                left -= 1
        page.append([*made, pages.cell(page, row.said, pages.CELL)])
    return pages.saved(book, _NO_DATE)


def _cell(page: pages.Page, cell: Cell, column: Column) -> Any:  # noqa: ANN401 - a cell of the library
    held = _held(cell, column)
    made = pages.cell(page, "" if isinstance(held, date) else held, pages.CELL)
    if isinstance(held, date):
        made.value = held
    made.number_format = FORMATS.get(column.kind, pages.TEXT)
    return made


def _held(cell: Cell, column: Column) -> str | int | date:
    """A cell as it was sent: days and figures in their columns stay such, everything else is text."""
    day, figure = isinstance(cell, date) and column.kind == "date", isinstance(cell, int) and column.whole
    return cell if (day or figure) and isinstance(cell, (int, date)) else shown(cell)


def _by_cell(findings: Sequence[Finding], columns: Sequence[Place]) -> dict[int, list[Finding]]:
    """Findings by the column they are about; those of the whole row at its first cell."""
    names = [{heading(place.title), heading(place.column.vi)} for place in columns]
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        asked = heading(finding.column)
        found.setdefault(next((at for at, known in enumerate(names) if asked in known), 0), []).append(finding)
    return found


def _width(place: Place, rows: Sequence[Row], at: int) -> int:
    longest = max(len(shown(row.cells[at])) for row in rows[:200])
    return min(48, max(10, len(place.title) + 2, longest + 2))
