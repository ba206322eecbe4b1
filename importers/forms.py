"""A file under a form's layout: rows of typed values, and everything that is wrong with the file, at once.

Guarantees: a file that is broken as a whole gives one finding and no noise per row; every filled row is either in
`lines` or in `reported`; one wrong cell does not hide another. A line with an unreadable cell is kept out of what is
computed from lines, so that it does not make its voucher look unbalanced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from importers.cells import Bad, Value, read_cell
from importers.layouts import LAYOUTS, NAMES, Column, Layout
from importers.reading import read
from importers.tables import Cell, Record, Table, heading
from ledger.findings import Finding
from ledger.vietnamese import fold

_TOTAL = re.compile(
    r"(?:tong )?cong(?: (?:so )?(?:phat sinh|so du))?(?: (?:trong ky|trong thang|thang .*|quy .*|nam .*))?:?"
    r"|tong(?: so(?: tien)?)?:?|cong (?:chuyen sang|mang sang|trang).*|(?:grand |sub)?total:?|sum:?"
)
_TOTAL_STARTS = frozenset("cCtTgGsS")
"""First letters of the words for totals, so that ordinary document numbers need no closer look."""

_UNIQUE = frozenset({"text", "number", "amount"})
"""Kinds of cells that rarely stand twice in a file."""

_STRAY_CELLS = 2
"""A row with at most so many filled cells and none of the leading ones is a remark or a signature, not data."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the form."""

    row: int
    texts: Mapping[str, str]
    """Column key → text, "" where the cell is empty or the file has no such column."""
    amounts: Mapping[str, int]
    """Column key → whole đồng; only columns whose cell is filled."""


@dataclass(frozen=True, slots=True)
class Form:
    """A file as read under one layout."""

    layout: Layout
    table: Table
    lines: tuple[Line, ...]
    """Rows in which every cell could be read, in the file's order."""
    reported: frozenset[int]
    """Filled rows that are not in `lines`; each is named by a finding."""
    broken: frozenset[str]
    """Document numbers (first column) that have a reported row, so that nothing is concluded from their other rows."""
    headings: Mapping[str, str]
    """Column key → heading as the submitter wrote it."""
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether the file as a whole is this form; if not, its rows were not looked at."""
        return bool(self.headings)

    @property
    def rows(self) -> int:
        """Filled rows of the file."""
        return len(self.lines) + len(self.reported)


def read_form(data: bytes, file: str, layout: Layout) -> Form:
    """Read a file as one form.

    Args:
        data: the file, byte for byte.
        file: its name as the submitter knows it, for findings.
        layout: the form it should be.
    """
    table = read(data, file, NAMES, frozenset(layout.by_heading))
    if not table.header:
        return _unusable(layout, table, table.findings)
    where, problems = _columns(layout, table, file)
    if problems:
        return _unusable(layout, table, (*table.findings, *problems))
    if not table.records and not table.reported:
        problem = Finding("F22", file=file, row=table.header_row, value=str(len(table.header)))
        return _unusable(layout, table, (*table.findings, problem))
    reader = _Reader(layout, where, table, file)
    lines = [line for record in table.records if (line := reader.line(record)) is not None]
    extra = [name for at, name in enumerate(table.header) if at not in where.values() and name]
    notes = [Finding("F21", file=file, value=", ".join(extra)[:200], params={"count": len(extra)})] if extra else []
    return Form(
        layout=layout,
        table=table,
        lines=tuple(lines),
        reported=frozenset(table.reported) | reader.reported,
        broken=frozenset(reader.broken | _numbers(layout, where, table)),
        headings={key: table.header[at] for key, at in where.items()},
        findings=(*table.findings, *notes, *reader.findings),
    )


def _numbers(layout: Layout, where: Mapping[str, int], table: Table) -> set[str]:
    """Document numbers of rows that were refused before their cells were read, as far as they can be told."""
    at = where[layout.columns[0].key]
    return {str(cells[at]).strip() for cells in table.reported.values() if at < len(cells)}


def _unusable(layout: Layout, table: Table, findings: Sequence[Finding]) -> Form:
    return Form(layout, table, (), frozenset(), frozenset(), {}, tuple(findings))


def _columns(layout: Layout, table: Table, file: str) -> tuple[dict[str, int], list[Finding]]:
    """Where each column of the form stands, or F07 wrong form, F08 column missing, F09 column twice."""
    found: dict[str, list[int]] = {}
    for at, name in enumerate(table.header):
        column = layout.by_heading.get(heading(name))
        if column is not None:
            found.setdefault(column.key, []).append(at)
    missing = [column for column in layout.required() if column.key not in found]
    other = _other_form(layout, table, len(missing))
    if other is not None:
        return {}, [
            Finding(
                "F07",
                file=file,
                value=other.vi,
                expected=layout.vi,
                params={"found_en": other.en, "expected_en": layout.en, "kind": other.form},
            )
        ]
    problems = [
        Finding("F08", file=file, row=table.header_row, column=column.vi, params={"en": column.key})
        for column in missing
    ]
    for places in found.values():
        if len(places) > 1:
            twice = " / ".join(table.header[at] for at in places)
            problems.append(
                Finding("F09", file=file, row=table.header_row, column=table.header[places[0]], value=twice)
            )
    return {key: places[0] for key, places in found.items()}, problems


def _other_form(layout: Layout, table: Table, missing: int) -> Layout | None:
    """The form that this file is instead: it lacks fewer of that form's columns than of the one asked for."""
    names = {heading(name) for name in table.header}
    for other in LAYOUTS.values():
        have = {column.key for name, column in other.by_heading.items() if name in names}
        lacking = sum(1 for column in other.required() if column.key not in have)
        if other is not layout and lacking == 0 < missing:
            return other
    return None


class _Reader:
    """Reads the rows of one file and remembers what is wrong with them."""

    def __init__(self, layout: Layout, where: Mapping[str, int], table: Table, file: str) -> None:
        self._columns = [(column, where[column.key]) for column in layout.columns if column.key in where]
        self._absent = {c.key: "" for c in layout.columns if c.key not in where and c.kind != "amount"}
        self._first = layout.columns[0].key
        self._needed = [at for column, at in self._columns if column.required and not column.may_be_empty]
        self._header = table.header
        self._file = file
        self._memory: dict[tuple[int, Cell], Value] = {}
        self.findings: list[Finding] = []
        self.reported: set[int] = set()
        self.broken: set[str] = set()

    def line(self, record: Record) -> Line | None:
        """The row's values, or None when a finding names it."""
        code = self._not_data(record)
        if code:
            self._report(code, record, 0, " | ".join(str(cell) for cell in record.cells if cell != "")[:80])
            return None
        texts, amounts = dict(self._absent), dict[str, int]()
        for column, at in self._columns:
            cell = record.cells[at]
            if cell == "":
                self._empty(record, column, at, texts)
                continue
            value = self._read(cell, column, at)
            if isinstance(value, Bad):
                self._report(value.code, record, at, str(cell), value.expected)
            elif isinstance(value, int):
                amounts[column.key] = value
            else:
                texts[column.key] = value
        if record.row in self.reported:
            self.broken.add(texts.get(self._first, ""))
            return None
        return Line(record.row, texts, amounts)

    def _read(self, cell: Cell, column: Column, at: int) -> Value:
        """The cell's value; codes, words and dates come back thousands of times, so each is read once."""
        if column.kind in _UNIQUE:
            return read_cell(cell, column)
        known = self._memory.get((at, cell))
        if known is None:
            known = self._memory[at, cell] = read_cell(cell, column)
        return known

    def _empty(self, record: Record, column: Column, at: int, texts: dict[str, str]) -> None:
        if column.kind != "amount":
            texts[column.key] = ""
        if column.required and not column.may_be_empty:
            self._report("F30", record, at, "")

    def _not_data(self, record: Record) -> str:
        """F15 for a row of totals, F16 for a remark or signature below the table, "" for a row of data."""
        cells: list[Cell] = [record.cells[at] for _, at in self._columns]
        first = str(cells[0])
        if first == "" or (first[0] in _TOTAL_STARTS and _TOTAL.fullmatch(fold(first))):
            words = [fold(cell) for cell in record.cells if isinstance(cell, str) and cell]
            if any(_TOTAL.fullmatch(word) for word in words):
                return "F15"
        known = sum(1 for cell in cells if cell != "")
        missing = sum(1 for at in self._needed if record.cells[at] == "")
        few = known <= _STRAY_CELLS and missing >= len(self._needed) - 1
        return "F16" if few and len(self._needed) > 1 else ""

    def _report(self, code: str, record: Record, at: int, value: str, expected: str = "") -> None:
        self.reported.add(record.row)
        column = "" if code in {"F15", "F16"} else self._header[at]
        self.findings.append(
            Finding(code, file=self._file, row=record.row, column=column, value=value[:80], expected=expected)
        )
