"""A file under a form's layout: rows of typed values, and everything that is wrong with the file, at once.

Guarantees: a file that is broken as a whole gives one finding and no noise per row; every filled row is either in
`lines` or in `reported`; one wrong cell does not hide another. A line with an unreadable cell is kept out of what is
computed from lines, so that it does not make its voucher look unbalanced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

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

_MARK = re.compile(rf"(?<![\w/])({'|'.join(LAYOUTS)})/(\d{{1,3}})(?![\w/])", re.ASCII)
"""The mark of a layout in a title row: `vouchers/1`."""

_STRAY_CELLS = 2
"""A row with at most so many filled cells and none of the leading ones is a remark or a signature, not data."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the form."""

    row: int
    texts: Mapping[str, str]
    """Column key → text, "" where the cell is empty or the file has no such column."""
    amounts: Mapping[str, int]
    """Column key → whole đồng, or a count; only columns whose cell is filled."""


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
    marked = _marked(layout, table, file)
    where, problems = ({}, [marked]) if marked else _columns(layout, table, file)
    if problems:
        return _unusable(layout, table, (*table.findings, *problems))
    if not table.records and not table.reported:
        problem = Finding("F22", file=file, row=table.header_row, value=str(len(table.header)))
        return _unusable(layout, table, (*table.findings, problem))
    reader = _Reader(layout, where, table, file)
    lines = reader.lines(table.records)
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


def _marked(layout: Layout, table: Table, file: str) -> Finding | None:
    """F86 when the titles carry the mark of another version of the form, F07 when of another form."""
    for row, cells in enumerate(table.titles, start=1):
        for cell in cells:
            mark = _MARK.search(cell) if isinstance(cell, str) else None
            if mark is None or mark[0] == layout.mark:
                continue
            if mark[1] != layout.form:
                return _wrong_form(layout, LAYOUTS[mark[1]], file, row)
            params = {"form": layout.form, "vi": layout.vi, "en": layout.en}
            return Finding("F86", file=file, row=row, value=mark[0], expected=layout.mark, params=params)
    return None


def _wrong_form(layout: Layout, other: Layout, file: str, row: int | None = None) -> Finding:
    params = {"found_en": other.en, "expected_en": layout.en, "kind": other.form}
    return Finding("F07", file=file, row=row, value=other.vi, expected=layout.vi, params=params)


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
        return {}, [_wrong_form(layout, other, file)]
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
    """Reads the rows of one file and remembers what is wrong with them.

    Columns are read whole, each distinct cell once; only rows in which something may be wrong are looked at alone.
    """

    def __init__(self, layout: Layout, where: Mapping[str, int], table: Table, file: str) -> None:
        self._columns = [(column, where[column.key]) for column in layout.columns if column.key in where]
        self._absent = {c.key: "" for c in layout.columns if c.key not in where and not c.whole}
        self._first = layout.columns[0].key
        self._needed = [at for column, at in self._columns if column.required and not column.may_be_empty]
        self._header = table.header
        self._file = file
        self._known: dict[int, dict[Cell, Value]] = {at: {} for _, at in self._columns}
        self.findings: list[Finding] = []
        self.reported: set[int] = set()
        self.broken: set[str] = set()

    def lines(self, records: Sequence[Record]) -> list[Line]:
        """The rows' values, in order; a row that a finding names is left out."""
        if not records:
            return []
        cells = list(zip(*(record.cells for record in records), strict=True))
        for column, at in self._columns:
            self._known[at] = {cell: "" if cell == "" else read_cell(cell, column) for cell in set(cells[at])}
        closer = self._closer(cells)
        rows = zip(records, self._texts(cells, len(records)), self._amounts(cells, len(records)), strict=True)
        made = (
            self._line(record) if place in closer else Line(record.row, texts, amounts)
            for place, (record, texts, amounts) in enumerate(rows)
        )
        return [line for line in made if line is not None]

    def _texts(self, cells: Sequence[Sequence[Cell]], count: int) -> Iterator[dict[str, Any]]:
        """For each row its texts by column; a value that could not be read among them is for `_line` to tell."""
        columns = {key: [absent] * count for key, absent in self._absent.items()}
        for column, at in self._columns:
            if not column.whole:
                columns[column.key] = list(map(self._known[at].__getitem__, cells[at]))  # type: ignore[arg-type]
        return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))

    def _amounts(self, cells: Sequence[Sequence[Cell]], count: int) -> Iterator[dict[str, int]]:
        """For each row its whole numbers by column."""
        whole = {column.key: at for column, at in self._columns if column.whole}
        columns = [map(self._known[at].__getitem__, cells[at]) for at in whole.values()]
        rows = zip(*columns, strict=True) if columns else repeat((), count)
        return ({key: v for key, v in zip(whole, row, strict=True) if isinstance(v, int)} for row in rows)

    def _closer(self, cells: Sequence[Sequence[Cell]]) -> frozenset[int]:
        """Places of rows in which a cell cannot be read or is missing, or which may be no data at all.

        A stray remark has a needed cell empty too (see `_not_data`).
        """
        found: set[int] = set()
        for column, at in self._columns:
            doubtful = {cell for cell, value in self._known[at].items() if isinstance(value, Bad)}
            if column.required and not column.may_be_empty:
                doubtful.add("")
            if at == self._columns[0][1]:
                doubtful |= {cell for cell in self._known[at] if _may_be_total(str(cell))}
            if not doubtful.isdisjoint(self._known[at]):
                found.update(place for place, cell in enumerate(cells[at]) if cell in doubtful)
        return frozenset(found)

    def _line(self, record: Record) -> Line | None:
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
            value = self._known[at][cell]
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

    def _empty(self, record: Record, column: Column, at: int, texts: dict[str, str]) -> None:
        if not column.whole:
            texts[column.key] = ""
        if column.required and not column.may_be_empty:
            self._report("F30", record, at, "")

    def _not_data(self, record: Record) -> str:
        """F15 for a row of totals, F16 for a remark or signature below the table, "" for a row of data."""
        cells: list[Cell] = [record.cells[at] for _, at in self._columns]
        first = str(cells[0])
        if _may_be_total(first):
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


def _may_be_total(first: str) -> bool:
    """Whether the first cell of a row is empty or a word for a sum."""
    return first == "" or (first[0] in _TOTAL_STARTS and _TOTAL.fullmatch(fold(first)) is not None)
