"""XLSX bytes become the same table of cells as a CSV file.

Guarantees: the archive's declared sizes are checked before anything is unpacked (F13); XML entities are refused; the
first visible sheet with a header that we know is read, and others that have one are named (F25); numbers come out as
whole numbers or as `Odd` cells, never rounded; a formula is its last calculated value, and one without a value or
with an error is an `Odd` cell. Row numbers are the sheet's own.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from importers import limits
from importers.cleaning import Cleaner
from importers.tables import Cell, Odd, Table, filled, locate, refused, trimmed
from ledger.findings import Finding

_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_MAIN_PART, _SHEETS = "xl/workbook.xml", "xl/worksheets/"
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What the library raises on damaged files (`ValueError` covers bad numbers, references and refused XML entities)."""

Values = Sequence[Any]


class _Sheet(NamedTuple):
    title: str
    header: Sequence[Cell]
    header_row: int


def read_workbook(data: bytes, file: str, names: frozenset[str], known: frozenset[str]) -> Table:
    """Read an XLSX file.

    Args:
        data: the file, known to start as a ZIP archive.
        file: its name, for findings.
        names: headings of every form we know; they find the sheet and its header.
        known: those of the form asked for; only their columns are cleaned and judged.

    Returns:
        The table, or a refused one with F03 (another kind of archive), F06, F10, F12 (damaged) or F13 (bomb).
    """
    try:
        problem = _archive_problem(data, file)
        if problem is not None:
            return refused(problem)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data, file, names, known)
    except _BROKEN as damage:
        return refused(Finding("F12", file=file, value=type(damage.__cause__ or damage).__name__))


def _archive_problem(data: bytes, file: str) -> Finding | None:
    """F13 or F03 from the archive's directory alone; nothing is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    for what, found, most in _sizes(members):
        if found > most:
            return Finding("F13", file=file, value=what, params={"found": found, "limit": most, **limits.WORDS[what]})
    if _MAIN_PART not in {member.filename for member in members}:
        return Finding("F03", file=file, value="ZIP, Word, ODS")
    return None


def _sizes(members: Sequence[zipfile.ZipInfo]) -> Iterator[tuple[str, int, int]]:
    """(what, found, limit) of everything about an archive that has a limit."""
    yield "members", len(members), limits.ARCHIVE_MEMBERS
    yield "bytes", sum(member.file_size for member in members), limits.UNPACKED_BYTES
    for member in members:
        if not member.filename.startswith(_SHEETS):
            yield "bytes", member.file_size, limits.UNPACKED_PART_BYTES
        if member.file_size > limits.RATIO_FREE_BYTES:
            yield "ratio", member.file_size // max(member.compress_size, 1), limits.UNPACKED_RATIO


def _read(data: bytes, file: str, names: frozenset[str], known: frozenset[str]) -> Table:
    with closing(openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)) as book:
        sheets = list(_sheets(book, names))
        if not sheets:
            return refused(Finding("F06", file=file, value=", ".join(book.sheetnames)[:80]))
        sheet = sheets[0]
        if len(sheet.header) > limits.COLUMNS:
            return refused(_too_many("columns", limits.COLUMNS, file))
        body: list[tuple[int, Values]] = []
        blank = 0
        for number, values in _rows(book, sheet.title, sheet.header_row, len(sheet.header)):
            if values and filled(values):
                body.append((number, values))
            else:
                blank += 1
            if len(body) > limits.ROWS:
                return refused(_too_many("rows", limits.ROWS, file))
    body = _with_formulas(data, sheet, body)
    cleaner = Cleaner(file, sheet.header, known)
    records = cleaner.records(body)
    used = {record.row for record in records}
    others = [Finding("F25", file=file, value=sheet.title, params={"others": ", ".join(s.title for s in sheets[1:])})]
    return Table(
        container="xlsx",
        encoding="XLSX",
        delimiter="",
        header=cleaner.header,
        header_row=sheet.header_row,
        records=records,
        findings=(*cleaner.findings(), *(others if len(sheets) > 1 else [])),
        blank_rows=blank,
        reported={row: tuple(cells) for row, cells in body if row not in used},
        sheet=sheet.title,
    )


def _too_many(what: str, most: int, file: str) -> Finding:
    return Finding("F10", file=file, value=what, params={"limit": most, **limits.WORDS[what]})


def _sheets(book: Any, names: frozenset[str]) -> Iterator[_Sheet]:  # noqa: ANN401 - a workbook, its read-only class is private
    """Visible sheets that have a header we know, in order."""
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()
        top = [
            [_cell(v) for v in values] for values in islice(_limited(sheet, limits.COLUMNS + 1), limits.TITLE_ROWS + 1)
        ]
        at, _ = locate(top, names)
        if at is not None:
            yield _Sheet(sheet.title, trimmed(top[at]), at + 1)


def _rows(book: Any, title: str, header_row: int, width: int) -> Iterator[tuple[int, list[Cell]]]:  # noqa: ANN401 - see above
    """Rows below the header, as wide as the header or without any cell; what stands beside the header is not read."""
    sheet = book[title]
    sheet.reset_dimensions()
    for number, values in enumerate(_limited(sheet, width), start=1):
        if number > limits.SHEET_ROWS:
            raise ValueError(f"row {number}")
        if number > header_row:
            # A sheet may have a million formatted rows without content.
            empty = values.count(None) == len(values)
            yield number, [] if empty else [_cell(value) for value in values]


def _limited(sheet: Any, width: int) -> Iterator[Values]:  # noqa: ANN401 - see above
    """Rows cut to a width, because a file may claim any dimension."""
    rows: Iterator[Values] = sheet.iter_rows(max_col=width, values_only=True)
    return rows


def _cell(value: object) -> Cell:
    """The exact value of a cell, or an odd cell."""
    match value:
        case None:
            cell: Cell = ""
        case str():
            cell = Odd("F23", value) if value in _ERRORS else value
        case bool():
            cell = Odd("F24", str(value).upper())
        case int():
            cell = value if abs(value) < limits.WHOLE_NUMBER else Odd("F34", str(value))
        case _ if isinstance(value, float):
            cell = _number(value)
        case datetime():
            cell = value.date()
        case date():
            cell = value
        case _:
            cell = Odd("F24", str(getattr(value, "text", value)))
    return cell


def _number(value: float) -> Cell:
    """A spreadsheet's binary number: whole and small enough to be exact, or odd."""
    if abs(value) >= limits.WHOLE_NUMBER or value != value:  # noqa: PLR0124 - only NaN differs from itself
        return Odd("F34", repr(value))
    return int(value) if value.is_integer() else Odd("F33", repr(value))


def _with_formulas(data: bytes, sheet: _Sheet, body: list[tuple[int, Values]]) -> list[tuple[int, Values]]:
    """Put an odd cell where a formula has no calculated value: an empty cell there would be a silent loss."""
    if not _has_formulas(data):
        return body
    rows = dict(body)
    with closing(openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)) as book:
        for number, formulas in _rows(book, sheet.title, sheet.header_row, len(sheet.header)):
            values = list(rows.get(number, [""] * len(formulas)))
            lost = [
                at
                for at, f in enumerate(formulas)
                if isinstance(f, (str, Odd)) and str(f).startswith("=") and at < len(values) and values[at] == ""
            ]
            for at in lost:
                values[at] = Odd("F23", str(formulas[at]))
            if lost:
                rows[number] = values
    return sorted(rows.items())


def _has_formulas(data: bytes) -> bool:
    """Whether any sheet's XML has a formula element."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith(_SHEETS) and name.endswith(".xml"):
                with archive.open(name) as part:
                    tail = b""
                    while chunk := part.read(1 << 20):
                        if b"<f>" in tail + chunk or b"<f " in tail + chunk or b":f>" in tail + chunk:
                            return True
                        tail = chunk[-3:]
    return False
