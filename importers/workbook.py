"""XLSX bytes become the same table of cells as a CSV file.

Guarantees: the first visible sheet with a header that we know is read, and others that have one are named (F25); what
stands beside the headed columns is told (F97), and a row that has nothing else is reported (F98), so that every filled
row is read or reported. Row numbers are the sheet's own. Cells are exact (`xlsx_cells.py`), archives that mean
harm are refused before or while they unpack (`xlsx_archive.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from importers import legacy, limits
from importers.cleaning import Cleaner
from importers.legacy import TCVN3, UNICODE, Encoding, Reading
from importers.tables import Cell, Table, filled, letter, locate, refused, rows_text, trimmed
from importers.xlsx_archive import DAMAGE, NotAWorkbookError, Sheet, Workbook
from importers.xlsx_parts import BeyondLimitError, DamagedError, SparseRow
from ledger.findings import Finding

_TOP = limits.TITLE_ROWS + 1
_WIDEST = limits.COLUMNS + 1
"""Cells of a title or header row that are looked at."""

Rows = list[tuple[int, Sequence[Cell]]]


@dataclass(slots=True)
class _Found:
    """A sheet, what stands in its first rows, and where its header is in either reading."""

    sheet: Sheet
    top: list[list[Cell]]
    plain: int | None
    plain_names: int
    old: int | None
    old_names: int


@dataclass(slots=True)
class _Body:
    """The rows below a header."""

    rows: Rows = field(default_factory=list)
    beside: list[tuple[int, int, Cell]] = field(default_factory=list)
    """Row, column and content of the first cell beside the header, where the row has data too."""
    only_beside: dict[int, tuple[int, tuple[Cell, ...]]] = field(default_factory=dict)
    """Rows with nothing under the header: the first column with content, and the cells."""
    last: int = 0


def read_workbook(data: bytes, file: str, names: frozenset[str], known: frozenset[str]) -> Table:
    """Read an XLSX file.

    Args:
        data: the file, known to start as a ZIP archive.
        file: its name, for findings.
        names: headings of every form we know; they find the sheet and its header.
        known: those of the form asked for; only their columns are cleaned and judged.

    Returns:
        The table, or a refused one with F03 (another kind of archive), F06, F10, F12 (damaged), F13 (bomb),
        F91, F92 or F96 (old encodings, lost letters).
    """
    try:
        return _read(Workbook(data), file, names, known)
    except BeyondLimitError as beyond:
        params: dict[str, str | int] = {"found": beyond.found, "limit": beyond.most, **limits.WORDS[beyond.what]}
        return refused(Finding(beyond.code, file=file, value=beyond.what, params=params))
    except NotAWorkbookError:
        return refused(Finding("F03", file=file, value="ZIP, Word, ODS"))
    except DamagedError as damage:
        return refused(Finding("F12", file=file, value=str(damage)[:80]))
    except DAMAGE as damage:
        return refused(Finding("F12", file=file, value=type(damage).__name__))


def _read(book: Workbook, file: str, names: frozenset[str], known: frozenset[str]) -> Table:
    looked = [_look(book, sheet, names) for sheet in book.sheets]
    with_header = [found for found in looked if found.plain is not None or found.old is not None]
    if not with_header:
        return refused(_no_header(looked, file, names))
    found = with_header[0]
    old = found.old_names > found.plain_names
    readings = [(TCVN3, found.old)] if old else []
    readings += [(UNICODE, found.plain)] if found.plain is not None else []
    tables = {encoding.name: _scan(book, found, at or 0) for encoding, at in readings}
    encoding = readings[0][0]
    if old:
        proofs = [
            Reading.of(
                encoding, found.top[: at or 0], _header(found, at or 0), tables[encoding.name].rows, names, known
            )
            for encoding, at in readings
        ]
        proven = legacy.recognised(proofs, Finding("F05", file=file, value="XLSX"))
        if isinstance(proven, Finding):
            return refused(proven)
        encoding = proven
    at = next(at or 0 for reading, at in readings if reading is encoding)
    others = [other.sheet.title for other in with_header[1:]]
    return _table(found, at, tables[encoding.name], encoding, file, known, others)


def _look(book: Workbook, sheet: Sheet, names: frozenset[str]) -> _Found:
    """The first rows of a sheet, as far as a header may stand."""
    top: list[list[Cell]] = []
    for number, cells in book.rows(sheet):
        if number > _TOP:
            break
        top += [[] for _ in range(number - 1 - len(top))]
        top.append(_row(cells, min(max(cells, default=-1) + 1, _WIDEST)))
    plain, plain_names = locate(top, names)
    converted = [[TCVN3.text(cell) if isinstance(cell, str) else cell for cell in cells] for cells in top]
    old, old_names = locate(converted, names)
    return _Found(sheet, top, plain, plain_names, old, old_names)


def _row(cells: SparseRow, width: int) -> list[Cell]:
    row: list[Cell] = [""] * width
    for at, cell in cells.items():
        if at < width:
            row[at] = cell
    return row


def _no_header(looked: Sequence[_Found], file: str, names: frozenset[str]) -> Finding:
    """F92 VNI-Windows, F96 lost letters, F06 no header at all."""
    titles = ", ".join(found.sheet.title for found in looked)[:80]
    for code, test in (("F92", legacy.vni), ("F96", legacy.letters_lost)):
        if any(test(found.top, names) for found in looked):
            return Finding(code, file=file, value=titles)
    return Finding("F06", file=file, value=titles)


def _scan(book: Workbook, found: _Found, at: int) -> _Body:
    """Everything below the header.

    Raises:
        BeyondLimitError: F10.
    """
    width = len(_header(found, at))
    if width > limits.COLUMNS:
        raise BeyondLimitError("F10", "columns", width, limits.COLUMNS)
    body = _Body()
    for number, cells in book.rows(found.sheet):
        body.last = number
        if number <= at + 1 or not cells:
            continue
        row = _row(cells, width)
        extra = [(place, cell) for place, cell in cells.items() if place >= width and filled([cell])]
        if filled(row):
            body.rows.append((number, row))
            body.beside += [(number, *extra[0])] if extra else []
        elif extra:
            body.only_beside[number] = extra[0][0], (*row, *(cell for _, cell in extra))
        if len(body.rows) + len(body.only_beside) > limits.ROWS:
            raise BeyondLimitError("F10", "rows", limits.ROWS + 1, limits.ROWS)
    return body


def _header(found: _Found, at: int) -> Sequence[Cell]:
    return trimmed(found.top[at])


def _table(
    found: _Found, at: int, body: _Body, encoding: Encoding, file: str, known: frozenset[str], others: Sequence[str]
) -> Table:
    cleaner = Cleaner(file, _header(found, at), known, titles=found.top[:at], header_row=at + 1, encoding=encoding)
    records = cleaner.records(body.rows)
    used = {record.row for record in records}
    reported = {row: cleaner.converted(cells) for row, cells in body.rows if row not in used}
    reported |= {row: cleaner.converted(cells) for row, (_, cells) in body.only_beside.items()}
    filled_rows = len(body.rows) + len(body.only_beside)
    return Table(
        container="xlsx",
        encoding="XLSX" if encoding is UNICODE else f"XLSX, {encoding.name}",
        delimiter="",
        header=cleaner.header,
        header_row=at + 1,
        records=records,
        findings=(*cleaner.findings(), *_notes(found.sheet.title, body, file, others)),
        blank_rows=max(body.last - at - 1, 0) - filled_rows,
        reported=reported,
        sheet=found.sheet.title,
        titles=cleaner.titles,
        changes=tuple(cleaner.changes),
    )


def _notes(title: str, body: _Body, file: str, others: Sequence[str]) -> Iterator[Finding]:
    """F97 and F98 content beside the header, F25 other sheets with a header."""
    if body.beside:
        row, at, cell = body.beside[0]
        params: dict[str, str | int] = {"count": len(body.beside)}
        yield Finding("F97", file=file, row=row, column=letter(at), value=str(cell)[:80], params=params)
    if body.only_beside:
        rows = list(body.only_beside)
        at, cells = body.only_beside[rows[0]]
        value = next(str(cell) for cell in cells if filled([cell]))[:80]
        params = {"count": len(rows), "rows": rows_text(rows)}
        yield Finding("F98", file=file, row=rows[0], column=letter(at), value=value, params=params)
    if others:
        yield Finding("F25", file=file, value=title, params={"others": ", ".join(others)})
