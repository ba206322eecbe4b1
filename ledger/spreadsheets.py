"""Texts of people in spreadsheet files: never a formula, never a sign that the file cannot hold.

Guarantees: what `guarded` gives is text to a spreadsheet that opens a CSV file, and `unguarded` gives back what it
was; what `put` writes into a cell of a workbook is a number or a text, whatever it begins with, and no digit of a
number is lost; `reproducible` takes the machine's clock out of a workbook, so that the same content is the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell

EXACT = 10**15
"""Spreadsheets keep 15 digits; larger amounts are written as text."""

MOST_CHARACTERS = 32_767
"""Longest text of a cell of a workbook."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
"""Beginnings that spreadsheets take for a formula, full-width forms included."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What an XML file, and so a workbook, cannot hold."""

_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""`_x0041_` in a workbook's text means `A`; a text that says so literally has its first sign written that way."""

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def guarded(cell: str | int) -> str:
    """A cell as a spreadsheet may read it from CSV: text that looks like a formula gets a leading apostrophe."""
    if isinstance(cell, int):
        return str(cell)
    return f"'{cell}" if looks_like_formula(cell) else cell


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and looks_like_formula(text) else text


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might calculate the text; apostrophes in front do not matter."""
    return text.lstrip("'").startswith(_FORMULA_STARTS)


def holdable(text: str) -> str:
    """The text as a workbook can hold it: other signs are written as `⟨U+0000⟩`, and it is cut where a cell ends."""
    shown = _NOT_IN_XML.sub(lambda sign: f"⟨U+{ord(sign[0]):04X}⟩", text)
    shown = _LIKE_AN_ESCAPE.sub("_x005F_", shown)
    return shown if len(shown) <= MOST_CHARACTERS else f"{shown[: MOST_CHARACTERS - 1]}…"


def put(cell: Cell | MergedCell, value: str | int) -> None:
    """Write a value into a cell: a number as a number, a text as a text and never as a formula."""
    if isinstance(value, int) and abs(value) < EXACT:
        cell.value = value
        return
    text = str(value)
    cell.value = holdable(text)
    cell.data_type = "s"
    if looks_like_formula(text):
        cell.quotePrefix = True


def reproducible(data: bytes, when: datetime) -> bytes:
    """The same workbook without the machine's clock: fixed times of its members and of its properties.

    Args:
        data: an XLSX file.
        when: the time it is to bear, aware.
    """
    moment = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + moment, content)
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
