"""One cell under its column's declaration: the value it means, or the finding code that says why it has none.

Guarantees: a value comes out only if the cell has exactly one meaning; amounts and dates are never guessed: a fraction,
a comma, a two-digit year or a month before its day is refused.
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

_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: 0?0:00(?::00)?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?", re.ASCII)
_FRACTION = re.compile(r"-?(?:[\d.]+,\d{1,2}|\d[\d,]*\.\d{1,2})\s*[đ₫]?")
_DIGITS = re.compile(r"-?[\d.]+")
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
        Whole đồng for an amount, else text (dates as ISO text, words as their meaning, years as four digits);
        `Bad` with F23/F24 (spreadsheet cell without usable content), F31/F33/F34 (amount), F36 (date), F37 (year),
        F38/F70 (word), F39 (sign in a text), F45 (code) or F46 (document number).
    """
    if isinstance(cell, Odd):
        return Bad(cell.code if column.kind == "amount" or cell.code in {"F23", "F24"} else "F24")
    if isinstance(cell, date) and column.kind != "date":
        return Bad("F24")
    return _READERS[column.kind](cell, column)


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
    "date": _date,
    "year": _year,
    "word": _word,
    "code": _code,
    "text": _text,
    "number": _number,
}
