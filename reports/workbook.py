"""A table as an XLSX workbook that looks finished when it is opened.

Guarantees: a text cell is a text cell whatever it begins with (never a formula); amounts are numbers, or text where
a spreadsheet's number would lose digits (15 and more); the same table gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ledger import spreadsheets
from ledger.spreadsheets import reproducible

NUMBER_FORMAT = "#,##0;[Red]-#,##0"
"""Groups of three; Vietnamese Excel shows the separator as a dot: 1.234.567."""
_FONT = "Times New Roman"
_HEADER = PatternFill("solid", fgColor="B22222")
_STRIPE = PatternFill("solid", fgColor="F7F1F1")
_LINE = Side(style="thin", color="BFBFBF")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the first sheet shows."""

    name: str
    title: str
    subtitle: tuple[str, ...]
    headings: tuple[str, ...]
    kinds: tuple[str, ...]
    """Per column: text, code or money."""
    widths: tuple[int, ...]
    """Per column, in characters."""
    rows: tuple[tuple[str | int, ...], ...]
    total: tuple[str | int, ...]
    total_label: str
    notes: tuple[str, ...]
    sums: frozenset[int] = frozenset()
    """Places among `rows` that are sums of other rows."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A second sheet: names with two figures each, and their picture."""

    title: str
    labels: tuple[str, str, str]
    """Headings of name, whole and part."""
    rows: tuple[tuple[str, int, int], ...]


def workbook(sheet: Sheet, chart: Chart | None, when: datetime) -> bytes:
    """The workbook's bytes.

    Args:
        sheet: the table.
        chart: the picture on a second sheet, or None.
        when: time written into the file, aware.
    """
    book = Workbook()
    first = book.worksheets[0]
    _fill(first, sheet)
    if chart is not None:
        _draw(book.create_sheet(), chart)
    book.properties.creator = "party-ledger"
    book.properties.created = when.astimezone(UTC).replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return reproducible(out.getvalue(), when)


def put(page: Worksheet, row: int, column: int, value: str | int) -> None:
    """Write one cell: a number as a number, a text as a text."""
    cell = page.cell(row, column)
    cell.font = Font(name=_FONT, size=11)
    spreadsheets.put(cell, value)
    if isinstance(cell.value, int):
        cell.number_format = NUMBER_FORMAT


def _fill(page: Worksheet, sheet: Sheet) -> None:
    page.title = sheet.name[:31]
    width = len(sheet.headings)
    heading = _head(page, sheet, width)
    for column, (title, size) in enumerate(zip(sheet.headings, sheet.widths, strict=True), start=1):
        put(page, heading, column, title)
        cell = page.cell(heading, column)
        cell.font = Font(name=_FONT, size=11, bold=True, color="FFFFFF")
        cell.fill = _HEADER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(column)].width = size
    page.row_dimensions[heading].height = 32
    for number, values in enumerate(sheet.rows, start=heading + 1):
        _line(page, number, values, sheet.kinds, striped=(number - heading) % 2 == 0)
        if number - heading - 1 in sheet.sums:
            for column in range(1, len(values) + 1):
                page.cell(number, column).font = Font(name=_FONT, size=11, bold=True)
    last = heading + len(sheet.rows)
    if sheet.total:
        last += 1
        _total(page, last, sheet)
    for offset, note in enumerate(sheet.notes, start=2):
        put(page, last + offset, 1, note)
        page.cell(last + offset, 1).font = Font(name=_FONT, size=9, italic=True, color="666666")
    page.freeze_panes = f"A{heading + 1}"
    page.auto_filter.ref = f"A{heading}:{get_column_letter(width)}{heading + len(sheet.rows)}"
    _print_setup(page, heading)


def _head(page: Worksheet, sheet: Sheet, width: int) -> int:
    """Title and subtitles over the whole width; returns the row of the headings."""
    for row, line in enumerate((sheet.title, *sheet.subtitle), start=1):
        put(page, row, 1, line)
        page.cell(row, 1).font = Font(name=_FONT, size=14 if row == 1 else 11, bold=row == 1, italic=row > 1)
        page.cell(row, 1).alignment = Alignment(horizontal="center")
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    return len(sheet.subtitle) + 3


def _line(page: Worksheet, row: int, values: Sequence[str | int], kinds: Sequence[str], *, striped: bool) -> None:
    for column, (value, kind) in enumerate(zip(values, kinds, strict=True), start=1):
        put(page, row, column, value)
        cell = page.cell(row, column)
        cell.border = Border(bottom=_LINE, left=_LINE, right=_LINE)
        cell.alignment = Alignment(
            horizontal={"money": "right", "code": "center"}.get(kind, "left"),
            vertical="center",
            wrap_text=kind == "text",
        )
        if striped:
            cell.fill = _STRIPE


def _total(page: Worksheet, row: int, sheet: Sheet) -> None:
    label = next((i for i, kind in enumerate(sheet.kinds) if kind != "money"), 0)
    values = [sheet.total_label if i == label else value for i, value in enumerate(sheet.total)]
    _line(page, row, values, sheet.kinds, striped=False)
    for column in range(1, len(values) + 1):
        cell = page.cell(row, column)
        cell.font = Font(name=_FONT, size=11, bold=True)
        cell.border = Border(top=Side(style="medium"), bottom=Side(style="double"), left=_LINE, right=_LINE)


def _print_setup(page: Worksheet, heading: int) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    page.print_title_rows = f"{heading}:{heading}"
    page.oddFooter.right.text = "&P/&N"  # type: ignore[union-attr]


def _draw(page: Worksheet, chart: Chart) -> None:
    page.title = re.sub(r"[\[\]:*?/\\]", " ", chart.title)[:31]
    for column, label in enumerate(chart.labels, start=1):
        put(page, 1, column, label)
        page.cell(1, column).font = Font(name=_FONT, size=11, bold=True)
        page.column_dimensions[get_column_letter(column)].width = 20
    for row, (name, whole, part) in enumerate(chart.rows, start=2):
        put(page, row, 1, name)
        put(page, row, 2, whole)
        put(page, row, 3, part)
    bars = BarChart()
    bars.type, bars.title, bars.style = "bar", chart.title, 10
    last = len(chart.rows) + 1
    bars.add_data(Reference(page, min_col=2, max_col=3, min_row=1, max_row=last), titles_from_data=True)
    bars.set_categories(Reference(page, min_col=1, min_row=2, max_row=last))
    for series, colour in zip(bars.series, ("D9C3A5", "B22222"), strict=True):
        series.graphicalProperties.solidFill = colour
    bars.y_axis.numFmt, bars.y_axis.delete, bars.x_axis.delete = "#,##0", False, False
    bars.x_axis.scaling.orientation = "maxMin"
    bars.legend.position = "b"
    bars.height, bars.width = max(8, len(chart.rows)), 24
    page.add_chart(bars, "E2")
