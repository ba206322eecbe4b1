"""Sheets that our own workbooks are made of: titles, tables and remarks in one look.

Guarantees: a value becomes a number or a text, never a formula; the same calls give the same bytes; a sheet that is
written row by row (for large files) looks like one that is kept in memory.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from ledger.clock import VIETNAM
from ledger.spreadsheets import EXACT, holdable, looks_like_formula, put, reproducible

FONT = "Times New Roman"
COLOURS = {"error": "F8B4B4", "warning": "FFE699", "info": "D6E4F0"}
"""Background of a cell by the severity of what is said of it."""

FILLS = {severity: PatternFill("solid", fgColor=colour) for severity, colour in COLOURS.items()}
MONEY, DAY, TEXT = "#,##0;[Red]-#,##0", "dd/mm/yyyy", "@"

_LINE = Side(style="thin", color="BFBFBF")
BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL = PatternFill("solid", fgColor="B22222")


_BODY = Font(name=FONT, size=11)
_TOP = Alignment(vertical="top")


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks."""

    font: Font = _BODY
    fill: PatternFill | None = None
    border: Border | None = None
    alignment: Alignment = _TOP
    number_format: str = "General"


TITLE = Look(Font(name=FONT, size=15, bold=True, color="8B1A1A"))
SECTION = Look(Font(name=FONT, size=12, bold=True, color="8B1A1A"))
PLAIN = Look()
LABEL = Look(Font(name=FONT, size=11, bold=True))
REMARK = Look(Font(name=FONT, size=10, italic=True, color="595959"))
NUMBER = Look(alignment=Alignment(horizontal="left", vertical="top"), number_format=MONEY)
HEAD = Look(
    Font(name=FONT, size=11, bold=True, color="FFFFFF"),
    _HEAD_FILL,
    BOX,
    Alignment(horizontal="center", vertical="center", wrap_text=True),
)
CELL = Look(border=BOX, alignment=Alignment(vertical="top", wrap_text=True))
CODE = Look(border=BOX, alignment=Alignment(horizontal="center", vertical="top", wrap_text=True))
FIGURE = Look(border=BOX, alignment=Alignment(horizontal="right", vertical="top"), number_format=MONEY)
MARKED = {
    severity: Look(Font(name=FONT, size=11, bold=True), fill, BOX, CODE.alignment) for severity, fill in FILLS.items()
}
"""A word in the colour of its severity."""

Page = Any
"""A worksheet, kept in memory or written row by row: the library's two classes have no common type."""

Part = tuple[str | int, Look]


def empty(*, large: bool = False) -> Workbook:
    """A workbook without a sheet; a large one is written row by row and cannot be read back meanwhile."""
    book = Workbook(write_only=large)
    if not large:
        book.remove(book.worksheets[0])
    return book


def cell(page: Page, value: str | int, look: Look = PLAIN) -> Any:  # noqa: ANN401 - a cell of the library
    """One cell for `Page.append`."""
    made = WriteOnlyCell(page)
    if value != "":
        put(made, value)
    made.font, made.alignment = look.font, look.alignment
    if look.fill is not None:
        made.fill = look.fill
    if look.border is not None:
        made.border = look.border
    if look.number_format != "General" and isinstance(value, int):
        made.number_format = look.number_format
    return made


def bare(page: Page, value: str | int | date) -> Any:  # noqa: ANN401 - a value, or a cell of the library
    """The same without a look, for large files: a cell only where the library would not take the value as it is."""
    if isinstance(value, date):
        made = cell(page, "")
        made.value, made.number_format = value, DAY
        return made
    if value == "":
        return None
    exact = abs(value) < EXACT if isinstance(value, int) else value[0] not in "=#" and holdable(value) == value
    return value if exact and not (isinstance(value, str) and looks_like_formula(value)) else cell(page, value)


def add(page: Page, *parts: Part) -> None:
    """Append a row of cells, from the first column on."""
    page.append([cell(page, value, look) for value, look in parts])


def lines(cells: Sequence[object], widths: Sequence[int]) -> int:
    """How many lines the tallest of some wrapped cells needs: offices do not all find out by themselves."""
    needed = (-(-len(str(cell)) // width) for cell, width in zip(cells, widths, strict=False))
    return max(1, *needed)


def tall(page: Page, row: int, count: int = 1, *, title: bool = False) -> None:
    """Make a row as high as so many lines, before it is added."""
    page.row_dimensions[row].height = 24 if title else 15.5 * count


def heads(page: Page, titles: Sequence[str]) -> None:
    """Append the heading row of a table."""
    add(page, *((title, HEAD) for title in titles))


def link(made: Any, sheet: str, place: str) -> None:  # noqa: ANN401 - as above
    """Let a cell that stands in its sheet lead to a place of another sheet of the same workbook."""
    name = sheet.replace("'", "''")
    made.hyperlink = Hyperlink(ref="", location=f"'{name}'!{place}")
    made.font = Font(name=FONT, size=11, underline="single", color="0563C1")


def set_up(page: Page, widths: Sequence[int], *, frozen: int = 0, portrait: bool = False, colour: str = "") -> None:
    """Widths in characters, how many rows stay in sight and on every printed page, paper; before any row is added."""
    for at, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(at)].width = width
    if frozen:
        page.freeze_panes = f"A{frozen + 1}"
        page.print_title_rows = f"{frozen}:{frozen}"
    page.page_setup.orientation = "portrait" if portrait else "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.oddFooter.right.text = "&P/&N"
    if colour:
        page.sheet_properties.tabColor = colour


def saved(book: Workbook, day: str) -> bytes:
    """The workbook's bytes, the same for the same content.

    Args:
        book: is used up by this.
        day: ISO date that the file bears.
    """
    when = datetime.combine(date.fromisoformat(day), time(), VIETNAM)
    book.properties.created = when.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return reproducible(out.getvalue(), when)
