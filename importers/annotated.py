"""The submitter's own file, as it was sent, with every problem at its cell: a colour and a comment.

Guarantees: a cell's colour is that of the worst that is said of it; what belongs to a row stands at its first cell,
what belongs to the file at the header; nothing of the copy can act: formulas are the values they had; links, names,
charts and macros stay behind. Where their workbook cannot be copied (a CSV file, a very large one) the cells stand on
a plain sheet, at the same rows and columns.
"""

from __future__ import annotations

import io
import math
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

import openpyxl
from openpyxl import Workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles.colors import Color
from openpyxl.workbook.protection import DocumentSecurity

from importers import pages, places
from importers.forms import Form
from importers.pages import CELL, DAY, FILLS, HEAD, LABEL, PLAIN, Page, cell, set_up
from importers.problems import SEVERITIES
from importers.tables import Cell, Odd
from ledger.findings import Catalogue, Finding, Language
from ledger.spreadsheets import holdable, put
from ledger.texts import text

LARGE = 200_000
"""More cells than this are copied as values only."""

COMMENTS = 5_000
"""Most comments in one copy; further cells have their colour, and the list of problems has everything."""

_COMMENT_CHARACTERS = 1_500
_LINE_CHARACTERS = 52
_CELL_MARK = re.compile(rb"<(?:\w+:)?(?:c|row)[ />]")
_HARMLESS = re.compile(r'"[^"]*"|[\w\s$!:.\'-]*')
"""Conditions of a drop-down or limit that name words, numbers or cells, and call nothing."""


class Note(NamedTuple):
    """What is said at one cell."""

    severity: str
    text: str


def notes(
    findings: Sequence[Finding], form: Form, file: str, catalogue: Catalogue, language: Language
) -> dict[places.Place, Note]:
    """What is to be said at which cell of the file.

    Args:
        findings: of one run; those of other files are left out.
        form: the file as read.
        file: its name, as the findings have it.
        catalogue: texts of all codes.
        language: the reader's.
    """
    said: dict[places.Place, list[Finding]] = {}
    for finding in findings:
        if finding.file == file:
            for place in places.cells_about(finding, form):
                said.setdefault(place, []).append(finding)
    return {place: note_of(found, catalogue, language) for place, found in sorted(said.items())}


def note_of(findings: Sequence[Finding], catalogue: Catalogue, language: Language) -> Note:
    """Code, title, sentence, remedy and basis of each; the worst severity of all."""
    order = list(SEVERITIES)
    entries = sorted(((order.index(catalogue.severity(f)), f) for f in findings), key=lambda pair: pair[0])
    parts = []
    for _, finding in entries:
        said, title = catalogue.render(finding, language), catalogue[finding.rule].title[language]
        reason = f"\n{text('Justification', language)}: {finding.justified}" if finding.justified else ""
        parts.append(f"{finding.rule} · {title}\n{said['message']}\n→ {said['fix']}\n§ {said['article']}{reason}")
    return Note(order[entries[0][0]], "\n\n".join(parts))


def comment(words: str) -> Comment:
    """A comment large enough to be read without opening it wider."""
    shown = holdable(words)
    if len(shown) > _COMMENT_CHARACTERS:
        shown = f"{shown[:_COMMENT_CHARACTERS]}…"
    lines = sum(max(1, math.ceil(len(line) / _LINE_CHARACTERS)) for line in shown.split("\n"))
    return Comment(shown, "party-ledger", height=24 + 17 * lines, width=380)


def cells_in(data: bytes) -> int:
    """How many cells and rows an XLSX file has, formatted empty ones too; found without building any."""
    count = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    while chunk := part.read(1 << 20):
                        count += len(_CELL_MARK.findall(chunk))
    return count


def own_workbook(data: bytes, form: Form, said: Mapping[places.Place, Note]) -> tuple[Workbook, str]:
    """Their workbook, disarmed and annotated, and the name of the sheet that was read.

    Raises:
        Exception: the library's, of many kinds, for a damaged file; the caller then makes a plain copy.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    _disarm(book)
    page = book[form.table.sheet] if form.table.sheet in book.sheetnames else book.worksheets[0]
    _show_formulas(page, form)
    for number, ((row, column), note) in enumerate(_at_anchors(page, said).items()):
        target: Any = page.cell(row, column)
        target.fill = FILLS[note.severity]
        font = copy(target.font)
        font.color = Color("FF000000")
        target.font = font
        if number < COMMENTS:
            before = f"{target.comment.text}\n\n" if target.comment else ""
            target.comment = comment(before + note.text)
        page.row_dimensions[row].hidden = False
        page.column_dimensions[target.column_letter].hidden = False
    return book, page.title


def plain_copy(book: Workbook, title: str, form: Form, said: Mapping[places.Place, Note]) -> str:
    """Add a last sheet with the cells of a file at their rows and columns, annotated; returns its name.

    Args:
        book: in memory or written row by row.
        title: name of the sheet.
        form: the file as read.
        said: what is to be said where.
    """
    table = form.table
    rows: dict[int, Sequence[Cell]] = {**dict(enumerate(table.titles, start=1)), **places.cells_of(form)}
    rows[table.header_row or 1] = table.header
    by_row: dict[int, dict[int, Note]] = {}
    for (row, column), note in said.items():
        by_row.setdefault(row, {})[column] = note
    page: Page = book.create_sheet(title)
    set_up(page, _widths(table.header, rows), colour="7F7F7F")
    page.freeze_panes = f"A{table.header_row + 1}"
    left = COMMENTS
    for row in range(1, max(*rows, *by_row, 1) + 1):
        here, cells = by_row.get(row, {}), rows.get(row, ())
        width = max(len(cells), *here, 0)
        look = HEAD if row == table.header_row else PLAIN if row < table.header_row else CELL
        values = [cells[at] if at < len(cells) else "" for at in range(width)]
        if book.write_only and not here and row != table.header_row:
            page.append([pages.bare(page, str(value) if isinstance(value, Odd) else value) for value in values])
            continue
        made = [_copied(page, value, look) for value in values]
        for column, note in here.items():
            made[column - 1].fill = FILLS[note.severity]
            made[column - 1].font = look.font if look is not HEAD else LABEL.font
            if left:
                made[column - 1].comment = comment(note.text)
                left -= 1
        page.append(made)
    return str(page.title)


def _at_anchors(page: Page, said: Mapping[places.Place, Note]) -> dict[places.Place, Note]:
    """The notes, those of merged cells at the one cell that is seen."""
    anchors = {
        (row, column): (area.min_row, area.min_col)
        for area in page.merged_cells.ranges
        if area.size["rows"] * area.size["columns"] <= LARGE
        for row, column in area.cells
    }
    gathered: dict[places.Place, Note] = {}
    for place, note in said.items():
        at = anchors.get(place, place)
        before = gathered.get(at)
        worst = min((before or note).severity, note.severity, key=list(SEVERITIES).index)
        gathered[at] = Note(worst, f"{before.text}\n\n{note.text}" if before else note.text)
    return gathered


def _show_formulas(page: Page, form: Form) -> None:
    """Where a formula was never calculated its text is shown, so that no cell looks empty that was not."""
    for row, cells in places.cells_of(form).items():
        for column, found in enumerate(cells, start=1):
            if isinstance(found, Odd) and found.text.startswith("="):
                target = page.cell(row, column)
                if target.value is None and not isinstance(target, MergedCell):
                    put(target, found.text)


def _disarm(book: Workbook) -> None:
    """Take everything out of a workbook that could act or reach out of the file; colours of ours stay on top."""
    book.defined_names.clear()
    book.security = DocumentSecurity()
    for sheet in list(book.chartsheets):
        book.remove(sheet)
    for page in book.worksheets:
        _disarm_sheet(page)


def _disarm_sheet(page: Any) -> None:  # noqa: ANN401 - some of what is cleared has no public name
    page.conditional_formatting = ConditionalFormattingList()
    page._charts, page._pivots, page._hyperlinks = [], [], []  # noqa: SLF001 - the library has no other way
    page.defined_names.clear()
    page.legacy_drawing = None
    for view in page.views.sheetView:
        view.tabSelected = False
    kept = [rule for rule in page.data_validations.dataValidation if _harmless(rule)]
    page.data_validations.dataValidation = kept
    for table in page.tables.values():
        table.tableType = table.connectionId = None
        for column in table.tableColumns:
            column.calculatedColumnFormula = column.totalsRowFormula = None
    for row in page.iter_rows():
        for found in row:
            if found.hyperlink:
                found.hyperlink = None
            if found.data_type == "f":
                found.value, found.data_type = str(found.value), "s"


def _harmless(rule: Any) -> bool:  # noqa: ANN401 - a validation rule of the library
    return all(_HARMLESS.fullmatch(formula or "") for formula in (rule.formula1, rule.formula2))


def _copied(page: Page, value: Cell, look: Any) -> Any:  # noqa: ANN401 - a cell of the library, a look of ours
    if isinstance(value, (str, int, Odd)):
        return cell(page, str(value) if isinstance(value, Odd) else value, look)
    made = cell(page, "", look)
    made.value, made.number_format = value, DAY
    return made


def _widths(header: Sequence[str], rows: Mapping[int, Sequence[Cell]]) -> list[int]:
    """A width for each column from its heading and its first rows."""
    first = [rows[row] for row in sorted(rows)[:200]]
    longest = (max((len(str(cells[at])) for cells in first if at < len(cells)), default=0) for at in range(len(header)))
    return [min(48, max(10, width + 2)) for width in longest]
