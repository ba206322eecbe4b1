"""The two XLSX files, made with openpyxl as Excel would: real dates, real numbers, codes as people type them.

Guarantees: the same rows give the same cells; the archive carries no clock time, so the bytes are the same too
wherever the same openpyxl and zlib are.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from string import ascii_uppercase

from ledger.sample.headings import LATER, VOUCHERS
from ledger.sample.styles import DATES, Cells

_COLUMNS = {key: name for key, name in VOUCHERS.items() if key not in LATER["vouchers"]}
_EPOCH = (2026, 1, 1, 0, 0, 0)
_CLOCK = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_ROOM = {"description": 52, "counterparty": 30, "voucher": 12, "reference": 20}


def render(rows: Sequence[Cells], *, title: str = "", typed_numbers: bool = False) -> bytes:
    """An XLSX workbook with one sheet of vouchers.

    Args:
        rows: cells by column key; amounts as digits, dates ISO.
        title: a line above the header, as people put it; empty for none.
        typed_numbers: codes without leading zero are numbers, as Excel makes of what is typed.
    """
    import openpyxl  # noqa: PLC0415 - the rest of the generator runs on the standard library alone

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Chứng từ"
    if title:
        sheet.append([title])
        sheet.append([])
    sheet.append(list(_COLUMNS.values()))
    for row in rows:
        sheet.append([_value(key, row.get(key, ""), typed_numbers=typed_numbers) for key in _COLUMNS])
    for letter, (key, column) in zip(ascii_uppercase, zip(_COLUMNS, sheet.columns, strict=True), strict=False):
        sheet.column_dimensions[letter].width = _ROOM.get(key, 14)
        for cell in column:
            if isinstance(cell.value, date):
                cell.number_format = "dd/mm/yyyy"
            elif key == "amount":
                cell.number_format = "#,##0"
    out = io.BytesIO()
    book.save(out)
    return _without_clock(out.getvalue())


def _value(key: str, text: str, *, typed_numbers: bool) -> str | int | date | None:
    if not text:
        return None
    if key in DATES:
        return date.fromisoformat(text)
    if key == "amount":
        return int(text)
    codes = ("debit", "credit", "source", "clause", "item", "budget_year")
    if typed_numbers and key in codes and not text.startswith("0"):
        return int(text)
    return text


def _without_clock(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = _CLOCK.sub(rb"\g<1>2026-01-01T00:00:00Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
