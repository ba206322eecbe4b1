"""Where in the submitted file a finding is about: which rows, which column.

Guarantees: a finding that is told once for many rows (an account used in forty of them, a voucher that does not
balance) is placed at each of them; rows and columns are counted as Excel shows them, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable

from importers.forms import Form
from importers.tables import Cell, filled, heading
from ledger.findings import Catalogue, Finding

Place = tuple[int, int]
"""Row and column as Excel counts them, from 1."""

RAGGED = "F14"
"""Told once per wrong number of cells."""

WHOLE_DOCUMENT = frozenset({"V01"})
"""Told once for a document, about all of its rows together."""

WHOLE_FILE = frozenset({"F60", "F62"})
"""Say that the file belongs to another period; they name a row as an example and blame none."""

_COUNTS = ("rows", "count")
"""Values of a finding that say for how many rows it is told."""


def rows_of(finding: Finding, form: Form) -> list[int]:
    """The rows below the header that a finding of this file is about; empty when it is about the file as a whole."""
    if finding.row is None or finding.row <= form.table.header_row or finding.rule in WHOLE_FILE:
        return []
    if finding.rule == RAGGED:
        return _ragged(finding.value, form) or [finding.row]
    if finding.rule in WHOLE_DOCUMENT:
        first = form.layout.columns[0].key
        return [line.row for line in form.lines if line.texts[first] == finding.voucher] or [finding.row]
    if any(isinstance(count := finding.params.get(name), int) and count > 1 for name in _COUNTS):
        return sorted({finding.row, *_same_cells(finding, form)})
    return [finding.row]


def column_of(finding: Finding, form: Form) -> int:
    """The column that a finding names; 0 where it names none of the file's."""
    header = form.table.header
    if finding.column in header:
        return header.index(finding.column) + 1
    asked = heading(finding.column)
    return next((at for at, name in enumerate(header, start=1) if asked and heading(name) == asked), 0)


def cells_about(finding: Finding, form: Form) -> list[Place]:
    """The cells that a finding is about: of each of its rows, of a line above the header, or of the header."""
    table, column = form.table, column_of(finding, form) or 1
    rows = rows_of(finding, form)
    if rows:
        return [(row, column) for row in rows]
    if finding.row is not None and finding.row < table.header_row:
        cells = table.titles[finding.row - 1] if finding.row <= len(table.titles) else ()
        starts = (at for at, found in enumerate(cells, start=1) if finding.column and finding.column in str(found))
        return [(finding.row, next(starts, 1))]
    return [(table.header_row or 1, column)]


def failing(findings: Iterable[Finding], form: Form, file: str, catalogue: Catalogue) -> dict[int, list[Finding]]:
    """Rows that cannot be taken as they are, with the findings that stop them, in the file's order."""
    rows: dict[int, list[Finding]] = {row: [] for row in form.reported}
    for finding in findings:
        if finding.file == file and catalogue.blocks(finding):
            for row in rows_of(finding, form):
                rows.setdefault(row, []).append(finding)
    return dict(sorted(rows.items()))


def cells_of(form: Form) -> dict[int, tuple[Cell, ...]]:
    """All filled rows below the header, as they stand in the file."""
    return {record.row: record.cells for record in form.table.records} | dict(form.table.reported)


def _ragged(count: str, form: Form) -> list[int]:
    """Refused rows with this number of cells; empty ones behind the last column do not count."""
    width = len(form.table.header)
    return [
        row
        for row, cells in sorted(form.table.reported.items())
        if str(len(cells) if filled(cells[width:]) else min(len(cells), width)) == count
    ]


def _same_cells(finding: Finding, form: Form) -> Iterable[int]:
    """Rows with the finding's value in the finding's column."""
    at = column_of(finding, form) - 1
    if at < 0:
        return ()
    return (row for row, cells in cells_of(form).items() if at < len(cells) and str(cells[at]) == finding.value)
