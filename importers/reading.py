"""Bytes of a submitted file become a table of cells, or findings that say why not.

Guarantees: nothing is guessed and nothing is dropped: every filled row below the header is in `records` or in
`reported`; row numbers are the ones Excel shows; an old encoding is taken only when it is proven (`legacy.py`); every
change made to a text is in `changes`. A CSV record is one row for Excel too, however many line breaks its quoted cells
hold, so records are counted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from importers import legacy, limits
from importers.cleaning import Cleaner
from importers.diagnosis import ZIP, decode, diagnose
from importers.legacy import TCVN3, UNICODE, Encoding, Reading
from importers.tables import Cell, Table, locate, refused, rows_text, trimmed
from ledger.findings import Finding

DELIMITERS = (";", ",", "\t")

_TOP_CHARACTERS = 200_000
"""Enough of a text to hold the title rows and the header."""

_ROW_CELLS = limits.COLUMNS * limits.CELL_CHARACTERS
"""A line with more separators than this is not even taken apart."""

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
        (F01-F06, F10-F13, F91-F93, F96), once, without a finding per row.
    """
    problem = diagnose(data, file)
    if problem is not None:
        return refused(problem)
    if data.startswith(ZIP):
        from importers.workbook import read_workbook  # noqa: PLC0415 - a CSV file needs none of it

        return read_workbook(data, file, names, known)
    decoded = decode(data, file)
    if isinstance(decoded, Finding):
        bytes_only = decoded.rule == "F05" and decoded.value.startswith("UTF-8, ")
        return _read_legacy(data, decoded, names, known) if bytes_only else refused(decoded)
    return _read_unicode(*decoded, file, names, known)


@dataclass(slots=True)
class _Found:
    """Where a text has its header, read in one encoding."""

    encoding: Encoding
    text: str
    delimiter: str
    at: int | None
    score: int


@dataclass(slots=True)
class _Scan:
    """What one pass over the records of a text found."""

    titles: list[list[str]] = field(default_factory=list)
    header: Sequence[Cell] = ()
    body: Rows = field(default_factory=list)
    blank: int = 0
    last: int = 0
    problem: Finding | None = None
    """Why the text cannot be used: F10 beyond a limit, F11 quotation marks."""


def _read_unicode(text: str, encoding: str, file: str, names: frozenset[str], known: frozenset[str]) -> Table:
    """A text whose encoding says what it is; its letters may still be TCVN3 in Unicode's Latin-1 signs."""
    plain, old = (_find(text, names, reading) for reading in (UNICODE, TCVN3))
    if old.score > plain.score:
        readings = [found for found in (old, plain) if found.at is not None]
        return _read_proven(readings, Finding("F05", file=file, value=encoding), names, known)
    if plain.at is None:
        return refused(_no_header(text, Finding("F06", file=file, value=_first_line(text)), names))
    scan = _scan(plain, file)
    return refused(scan.problem) if scan.problem else _table(plain, scan, encoding, file, known)


def _read_legacy(data: bytes, problem: Finding, names: frozenset[str], known: frozenset[str]) -> Table:
    """Bytes without a mark that are no UTF-8."""
    raw = data.decode("latin-1")
    readings = [found for encoding in legacy.BYTES if (found := _find(raw, names, encoding)).at is not None]
    if all(found.encoding is legacy.WINDOWS_1252 for found in readings):
        return refused(_no_header(raw, problem, names))
    return _read_proven(readings, problem, names, known)


def _read_proven(readings: Sequence[_Found], problem: Finding, names: frozenset[str], known: frozenset[str]) -> Table:
    """The table under the one encoding that is proven, or why none is."""
    scans = [_scan(found, problem.file) for found in readings]
    for scan in scans:
        if scan.problem:
            return refused(scan.problem)
    proofs = [
        Reading.of(found.encoding, scan.titles, scan.header, scan.body, names, known)
        for found, scan in zip(readings, scans, strict=True)
    ]
    proven = legacy.recognised(proofs, problem)
    if isinstance(proven, Finding):
        return refused(proven)
    found, scan = next(both for both in zip(readings, scans, strict=True) if both[0].encoding is proven)
    name = problem.value if proven is UNICODE else proven.name
    return _table(found, scan, name, problem.file, known)


def _table(found: _Found, scan: _Scan, encoding: str, file: str, known: frozenset[str]) -> Table:
    ends = found.text.endswith(("\n", "\r"))
    findings, whole = _ragged(scan.body, len(scan.header), file, cut=0 if ends else scan.last)
    cleaner = Cleaner(
        file,
        scan.header,
        known,
        found.text,
        titles=scan.titles,
        header_row=len(scan.titles) + 1,
        encoding=found.encoding,
    )
    records = cleaner.records(whole)
    used = {record.row for record in records}
    return Table(
        container="csv",
        encoding=encoding,
        delimiter=found.delimiter,
        header=cleaner.header,
        header_row=len(scan.titles) + 1,
        records=records,
        findings=(*findings, *cleaner.findings()),
        blank_rows=scan.blank,
        reported={row: cleaner.converted(cells) for row, cells in scan.body if row not in used},
        titles=cleaner.titles,
        changes=tuple(cleaner.changes),
    )


def _scan(found: _Found, file: str) -> _Scan:
    """One pass: titles, the header, filled and blank rows below it; stops where a limit is passed."""
    scan = _Scan()
    try:
        for number, cells in enumerate(_rows(found.text, found.delimiter), start=1):
            scan.last = number
            if number > (found.at or 0) + 1:
                if any(map(str.strip, cells)):
                    scan.body.append((number, cells))
                else:
                    scan.blank += 1
                if len(scan.body) > limits.ROWS or number > limits.SHEET_ROWS:
                    scan.problem = _too_many(
                        "rows", limits.SHEET_ROWS if len(scan.body) <= limits.ROWS else limits.ROWS
                    )
                    break
            elif number == (found.at or 0) + 1:
                scan.header = trimmed(cells)
                if len(scan.header) > limits.COLUMNS:
                    scan.problem = _too_many("columns", limits.COLUMNS)
                    break
            else:
                scan.titles.append(cells)
    except _TooWideError:
        scan.problem = _too_many("columns", limits.COLUMNS)
    except csv.Error as problem:
        scan.problem = Finding("F11", row=scan.last + 1, value=str(problem))
    if scan.problem:
        scan.problem = replace(scan.problem, file=file)
    return scan


def _too_many(what: str, most: int) -> Finding:
    return Finding("F10", value=what, params={"limit": most, **limits.WORDS[what]})


def _find(text: str, names: frozenset[str], encoding: Encoding) -> _Found:
    """Text, separator, and index of the header row: the row near the top that names most columns under any separator.

    Excel's own first line `sep=;` says the separator; Excel does not show it as a row, so it is taken off.
    """
    candidates: Sequence[str] = DELIMITERS
    first = text[:12].partition("\n")[0].strip('" \r')
    if first.lower().startswith("sep=") and first[4:] in DELIMITERS:
        candidates, text = (first[4:],), text.partition("\n")[2]
    best = _Found(encoding, text, candidates[0], None, 0)
    for delimiter in candidates:
        rows = [[encoding.text(cell) for cell in cells] for cells in _top(text, delimiter)]
        at, score = locate(rows, names)
        if score > best.score:
            best = _Found(encoding, text, delimiter, at, score)
    return best


def _top(text: str, delimiter: str) -> list[list[str]]:
    """The first rows, as far as they can be read under this separator."""
    rows: list[list[str]] = []
    try:
        lines = io.StringIO(text[:_TOP_CHARACTERS], newline="")
        for cells in islice(csv.reader(lines, delimiter=delimiter, strict=True), limits.TITLE_ROWS + 1):
            rows.append(cells)  # noqa: PERF402 - what was read before an error counts
    except csv.Error:
        return rows
    return rows


class _TooWideError(Exception):
    """A line has more separators than any row can have."""


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(_lines(text, delimiter), delimiter=delimiter, strict=True)


def _lines(text: str, delimiter: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > _ROW_CELLS and line.count(delimiter) > _ROW_CELLS:
            raise _TooWideError
        yield line


def _no_header(text: str, problem: Finding, names: frozenset[str]) -> Finding:
    """Why no header was found, if the first rows tell: F92 VNI-Windows, F96 lost letters; else the problem given."""
    tops = [row for delimiter in DELIMITERS for row in _top(text, delimiter)]
    if legacy.vni(tops, names):
        return Finding("F92", file=problem.file, value=_first_line(text))
    if legacy.letters_lost(tops, names):
        return Finding("F96", file=problem.file, value=_first_line(text))
    return problem


def _ragged(body: Rows, width: int, file: str, cut: int) -> tuple[list[Finding], Rows]:
    """F14 once per wrong number of cells, F93 for a last row that breaks off as no other does, and the good rows.

    A row that is too short is never filled up: the separator that is missing may be any of them.

    Args:
        body: the filled rows.
        width: how many cells the header has.
        file: the file's name, for findings.
        cut: the last row of a file that does not end with a line end, else 0.
    """
    whole: Rows = []
    wrong: dict[int, list[int]] = {}
    broken_off: list[Finding] = []
    for number, cells in body:
        count = len(cells)
        if count > width and not any(map(str.strip, cells[width:])):
            count = width
        if count < width and number == cut and count not in wrong:
            params = {"found": count, "width": width}
            broken_off.append(Finding("F93", file=file, row=number, value="CSV", params=params))
        elif count == width:
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
    return [*findings, *broken_off], whole


def _first_line(text: str) -> str:
    lines = text[:2000].splitlines()
    return next((line.strip() for line in lines if line.strip()), "")[:80]
