"""One cell under its column's declaration: the value it means, or the finding code that says why it has none.

Guarantees: a value comes out only if the cell has exactly one meaning; amounts and dates are never guessed: a fraction,
a comma, a two-digit year or a month before its day is refused. Litres are the one decimal: a text with a comma and two
decimals, never a binary fraction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from importers.layouts import CODE_FORMS, CODE_SAMPLES, Column
from importers.tables import Cell, Odd
from ledger.money import MAX_DIGITS, MoneyError, parse_money
from ledger.vietnamese import fold

FIRST_YEAR, LAST_YEAR = 2000, 2099
NUMBER_CHARACTERS = 50
COUNT_DIGITS = 9
MONTHS = 12

_DAYS = frozenset({"date", "month"})
"""Kinds that a spreadsheet's date can be."""

_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: 0?0:00(?::00)?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?", re.ASCII)
_FRACTION = re.compile(r"-?(?:[\d.]+,\d{1,2}|\d[\d,]*\.\d{1,2})\s*[đ₫]?")
_DIGITS = re.compile(r"-?[\d.]+")
_LITRES = re.compile(r"(0|[1-9]\d{0,4}|[1-9]\d?\.\d{3}(?=,))(?:,(\d{1,2}))?", re.ASCII)
"""A point groups thousands only beside a comma: `1.234` alone could be 1,234 litres, so it is refused."""
_BINARY_LITRES = re.compile(r"(\d{1,5})\.(\d{1,2})", re.ASCII)
"""A spreadsheet's number as its shortest text: what was typed with at most two decimals has at most two."""
_MONTH = re.compile(r"(\d{1,2})/(\d{4})|(\d{4})-(\d{2})", re.ASCII)
_NUMBER = re.compile(r"[^\W_][\w ./()&+:#-]*")
"""Document numbers: letters and digits with the signs people put between them."""


class Bad(NamedTuple):
    """A cell that cannot be read."""

    code: str
    expected: str = ""


Value = str | int | Bad


def read_cell(cell: Cell, column: Column) -> Value:
    """The value of a cell that is not empty.

    Returns:
        Whole đồng for an amount, a whole number for a count, else text (dates and months as ISO text, litres as
        `18,50`, words as their meaning, years as four digits); `Bad` with F23/F24 (spreadsheet cell without usable
        content), F31/F33/F34 (amount), F36 (date), F37 (year), F39 (sign in a text), F45 (code), F46 (document
        number), F87 (count), F88 (litres), F89 (month) or the code of an unknown word (F38, F70, G07).
    """
    if isinstance(cell, Odd):
        return _odd(cell, column)
    if isinstance(cell, date) and column.kind not in _DAYS:
        return Bad("F24")
    return _READERS[column.kind](cell, column)


def _odd(cell: Odd, column: Column) -> Value:
    """A spreadsheet cell without exact content: F23 and F24 say why; a fraction is litres, or the column's own code."""
    if cell.code in {"F23", "F24"} or column.kind == "amount":
        return Bad(cell.code)
    if column.kind == "litres":
        found = _BINARY_LITRES.fullmatch(cell.text)
        return f"{int(found[1])},{found[2]:0<2}" if found else Bad("F88", "18,5")
    return Bad("F87", "45") if column.kind == "count" else Bad("F24")


def _amount(cell: Cell, _: Column) -> Value:
    if isinstance(cell, int):
        return cell if abs(cell) < 10**MAX_DIGITS else Bad("F34")
    text = str(cell)
    try:
        return parse_money(text)
    except MoneyError:
        if _FRACTION.fullmatch(text):
            return Bad("F33")
        if _DIGITS.fullmatch(text) and sum(sign.isdigit() for sign in text) > MAX_DIGITS:
            return Bad("F34")
        return Bad("F31", "1.234.567")


def _count(cell: Cell, _: Column) -> Value:
    if isinstance(cell, int):
        return cell if 0 <= cell < 10**COUNT_DIGITS else Bad("F87", "45")
    try:
        found = parse_money(str(cell))
    except MoneyError:
        return Bad("F87", "45")
    return found if 0 <= found < 10**COUNT_DIGITS and not str(cell).endswith(("đ", "₫")) else Bad("F87", "45")


def _litres(cell: Cell, _: Column) -> Value:
    found = _LITRES.fullmatch(str(cell))
    return f"{found[1].replace('.', '')},{found[2] or '':0<2}" if found else Bad("F88", "18,5")


def _month(cell: Cell, _: Column) -> Value:
    """A spreadsheet turns 03/2026 into the first of March, and shows it as it was typed."""
    if isinstance(cell, date):
        good = cell.day == 1 and FIRST_YEAR <= cell.year <= LAST_YEAR
        return f"{cell:%Y-%m}" if good else Bad("F89", "03/2026")
    found = _MONTH.fullmatch(str(cell))
    if found is None:
        return Bad("F89", "03/2026")
    month, year = int(found[1] or found[4]), int(found[2] or found[3])
    good = 1 <= month <= MONTHS and FIRST_YEAR <= year <= LAST_YEAR
    return f"{year}-{month:02}" if good else Bad("F89", "03/2026")


def _date(cell: Cell, _: Column) -> Value:
    if isinstance(cell, date):
        return cell.isoformat() if FIRST_YEAR <= cell.year <= LAST_YEAR else Bad("F36", "dd/mm/yyyy")
    text = str(cell)
    day_first, iso = _DAY_FIRST.fullmatch(text), _ISO.fullmatch(text)
    if day_first:
        day, _sign, month, year = day_first.groups()
    elif iso:
        year, month, day = iso.groups()
    else:
        return Bad("F36", "dd/mm/yyyy")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return Bad("F36", "dd/mm/yyyy")
    return found.isoformat() if FIRST_YEAR <= found.year <= LAST_YEAR else Bad("F36", "dd/mm/yyyy")


def _year(cell: Cell, _: Column) -> Value:
    text = str(cell)
    good = re.fullmatch(r"[0-9]{4}", text) and FIRST_YEAR <= int(text) <= LAST_YEAR
    return text if good else Bad("F37", "2026")


def _word(cell: Cell, column: Column) -> Value:
    asked = fold(str(cell)).replace("_", "-")
    for word, meaning in column.words.items():
        if asked in {fold(word), meaning}:
            return meaning
    return Bad(column.unknown, ", ".join(column.words))


def _code(cell: Cell, column: Column) -> Value:
    text = str(cell)
    return text if CODE_FORMS[column.code].fullmatch(text) else Bad("F45", CODE_SAMPLES[column.code])


def _text(cell: Cell, _: Column) -> Value:
    text = str(cell)
    return Bad("F39") if "<" in text or ">" in text else text


def _number(cell: Cell, _: Column) -> Value:
    text = str(cell)
    plain = unicodedata.is_normalized("NFKC", text) and len(text) <= NUMBER_CHARACTERS
    return text if plain and _NUMBER.fullmatch(text) else Bad("F46", "PC015")


_READERS: dict[str, Callable[[Cell, Column], Value]] = {
    "amount": _amount,
    "count": _count,
    "litres": _litres,
    "month": _month,
    "date": _date,
    "year": _year,
    "word": _word,
    "code": _code,
    "text": _text,
    "number": _number,
}
