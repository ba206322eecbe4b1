"""Bytes of a submitted file become a table of cells, or findings that say why not.

Guarantees: nothing is guessed and nothing is dropped: every filled row below the header is in `records` or in
`reported`; row numbers are the ones Excel shows; every change made to a text (Unicode form, invisible characters) is
recorded in a finding. A CSV record is one row for Excel too, however many line breaks its quoted cells hold, so
records are counted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from importers import limits
from importers.cleaning import Cleaner
from importers.diagnosis import ZIP, decode, diagnose
from importers.tables import Cell, Table, locate, refused, trimmed
from importers.workbook import read_workbook
from ledger.findings import Finding

DELIMITERS = (";", ",", "\t")

_TOP_CHARACTERS = 200_000
"""Enough of a text to hold the title rows and the header."""

Rows = list[tuple[int, list[str]]]


def read(data: bytes, file: str, names: frozenset[str], known: frozenset[str]) -> Table:
    """Read a CSV or XLSX file.

    Args:
        data: the file, byte for byte.
        file: its name as the submitter knows it, for findings.
        names: header names of every form we know, as `heading` gives them; they find the header row and the separator.
        known: those of the form asked for; only their columns are cleaned and judged.

    Returns:
        The table; when the file as a whole cannot be used, `header` is empty and `findings` says why
        (F01-F06, F10-F13), once, without a finding per row.
    """
    problem = diagnose(data, file)
    if problem is not None:
        return refused(problem)
    if data.startswith(ZIP):
        return read_workbook(data, file, names, known)
    decoded = decode(data, file)
    if isinstance(decoded, Finding):
        return refused(decoded)
    return _read_text(*decoded, file, names, known)


@dataclass(slots=True)
class _Scan:
    """What one pass over the records of a text found."""

    header: Sequence[Cell] = ()
    body: Rows = field(default_factory=list)
    blank: int = 0
    last: int = 0

    def excess(self) -> tuple[str, int] | None:
        """Which limit the text goes beyond."""
        for what, count, most in (
            ("columns", len(self.header), limits.COLUMNS),
            ("rows", len(self.body), limits.ROWS),
            ("rows", self.last, limits.SHEET_ROWS),
        ):
            if count > most:
                return what, most
        return None


def _read_text(text: str, encoding: str, file: str, names: frozenset[str], known: frozenset[str]) -> Table:
    text, delimiter, at = _separator(text, names)
    if at is None:
        return refused(Finding("F06", file=file, value=_first_line(text)))
    scan = _Scan()
    try:
        _scan(text, delimiter, at, scan)
    except csv.Error as problem:
        return refused(Finding("F11", file=file, row=scan.last + 1, value=str(problem)))
    excess = scan.excess()
    if excess is not None:
        what, most = excess
        return refused(Finding("F10", file=file, value=what, params={"limit": most, **limits.WORDS[what]}))
    findings, whole = _ragged(scan.body, len(scan.header), file)
    cleaner = Cleaner(file, scan.header, known, text)
    records = cleaner.records(whole)
    used = {record.row for record in records}
    return Table(
        container="csv",
        encoding=encoding,
        delimiter=delimiter,
        header=cleaner.header,
        header_row=at + 1,
        records=records,
        findings=(*findings, *cleaner.findings()),
        blank_rows=scan.blank,
        reported={row: tuple(cells) for row, cells in scan.body if row not in used},
    )


def _scan(text: str, delimiter: str, at: int, scan: _Scan) -> None:
    """One pass: the header, filled and blank rows below it; stops where a limit is passed."""
    for number, cells in enumerate(_rows(text, delimiter), start=1):
        scan.last = number
        if number == at + 1:
            scan.header = trimmed(cells)
        elif number > at:
            if any(cell.strip() for cell in cells):
                scan.body.append((number, cells))
            else:
                scan.blank += 1
            if len(scan.body) > limits.ROWS or number > limits.SHEET_ROWS:
                return


def _separator(text: str, names: frozenset[str]) -> tuple[str, str, int | None]:
    """Text, separator, and index of the header row: the row near the top that names most columns under any separator.

    Excel's own first line `sep=;` says the separator; Excel does not show it as a row, so it is taken off.
    """
    candidates: Sequence[str] = DELIMITERS
    first = text[:12].partition("\n")[0].strip('" \r')
    if first.lower().startswith("sep=") and first[4:] in DELIMITERS:
        candidates, text = (first[4:],), text.partition("\n")[2]
    best: tuple[int, str, int | None] = (0, candidates[0], None)
    for delimiter in candidates:
        at, score = locate(_top(text, delimiter), names)
        if score > best[0]:
            best = (score, delimiter, at)
    return text, best[1], best[2]


def _top(text: str, delimiter: str) -> list[Sequence[Cell]]:
    """The first rows, as far as they can be read under this separator."""
    rows: list[Sequence[Cell]] = []
    try:
        for cells in islice(_rows(text[:_TOP_CHARACTERS], delimiter), limits.TITLE_ROWS + 1):
            rows.append(cells)  # noqa: PERF402 - what was read before an error counts
    except csv.Error:
        return rows
    return rows


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _ragged(body: Rows, width: int, file: str) -> tuple[list[Finding], Rows]:
    """F14 once per wrong number of cells, and the rows that have the right one.

    A row that is too short is never filled up: the separator that is missing may be any of them.
    """
    whole: Rows = []
    wrong: dict[int, list[int]] = {}
    for number, cells in body:
        extra = any(cell.strip() for cell in cells[width:])
        count = len(cells) if extra else min(len(cells), width)
        if count == width:
            whole.append((number, cells))
        else:
            wrong.setdefault(count, []).append(number)
    findings = [
        Finding(
            "F14",
            file=file,
            row=rows[0],
            value=str(count),
            expected=str(width),
            params={"count": len(rows), "rows": rows_text(rows)},
        )
        for count, rows in sorted(wrong.items())
    ]
    return findings, whole


def rows_text(rows: Sequence[int], most: int = 12) -> str:
    """Row numbers for a sentence: `5, 6, 7 …`."""
    text = ", ".join(str(row) for row in rows[:most])
    return f"{text} …" if len(rows) > most else text


def _first_line(text: str) -> str:
    lines = text[:2000].splitlines()
    return next((line.strip() for line in lines if line.strip()), "")[:80]
