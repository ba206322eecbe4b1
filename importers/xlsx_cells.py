"""One cell of an XLSX sheet, from the text of the file to its exact value.

Guarantees: a number becomes a whole number or an `Odd` cell that shows what the file holds, without passing through a
binary fraction; a number shown as a day is that day; a formula is its last calculated value, and one that was never
calculated is an `Odd` cell, because an empty cell would be a silent loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from importers import limits
from importers.tables import Cell, Odd

_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,4})?", re.ASCII)
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?", re.ASCII)
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_HALVES = range(0xD800, 0xE000)
_WHOLE_DIGITS = 15
_LAST_DAY = 2_958_465
"""Serial number of 31/12/9999."""

_NO_LEAP_DAY = 60
"""Serial number of the 29/02/1900 that spreadsheets count and the calendar does not have."""

_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
"""Parts of a number format that only decorate: quoted text, padding, colours and conditions."""

_BUILT_IN_DAYS = frozenset({*range(14, 18), 22, *range(27, 32), 34, 35, 36, *range(50, 59)})
_BUILT_IN_TIMES = frozenset({18, 19, 20, 21, 32, 33, 45, 46, 47})
_columns: dict[str, int] = {}

Shown = Literal["", "day", "time"]


@dataclass(frozen=True, slots=True)
class Styles:
    """How numbers are shown: all that decides whether one is a day."""

    shown: Sequence[Shown]
    """For each cell format of the workbook."""
    from_1904: bool

    @classmethod
    def of(cls, elements: Iterable[tuple[str, Mapping[str, str]]], *, from_1904: bool) -> Styles:
        """Of a styles part: its `numFmt` elements, and the `xf` elements after `cellXfs`, in order."""
        codes: dict[str, str] = {}
        shown: list[Shown] = []
        cells = False
        for name, attributes in elements:
            match name:
                case "numFmt":
                    codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
                case "xf":
                    if cells:
                        shown.append(_shown(attributes.get("numFmtId", "0"), codes))
                case _:
                    cells = name == "cellXfs"
        return cls(shown, from_1904)

    def at(self, style: str | None) -> Shown:
        """How a cell with this format shows its number."""
        if style is None:
            return ""
        at = int(style)
        return self.shown[at] if 0 <= at < len(self.shown) else ""


def made(
    kind: str, value: str | None, formula: str | None, style: str | None, strings: Sequence[str], styles: Styles
) -> Cell:
    """The cell.

    Args:
        kind: the cell's type in the file (`n`, `s`, `str`, `inlineStr`, `b`, `e`, `d`).
        value: its value's text; None when it has none.
        formula: its formula's text, "" for a shared one; None when it has none.
        style: index of its format.
        strings: the workbook's shared texts.
        styles: the workbook's formats.

    Raises:
        ValueError: the file is damaged here.
    """
    if not value:
        # A formula whose result is the empty text says so by its type; without one it was never calculated.
        calculated = formula is None or (kind == "str" and value is not None)
        return "" if calculated else Odd("F23", f"={formula}")
    cell: Cell
    match kind:
        case "s":
            cell = _text(_shared(value, strings))
        case "str" | "inlineStr":
            cell = _text(unescaped(value))
        case "n":
            cell = _number(value, styles.at(style), from_1904=styles.from_1904)
        case "b":
            cell = Odd("F24", "TRUE" if value.strip() in {"1", "true"} else "FALSE")
        case "e":
            cell = Odd("F23", value)
        case "d":
            cell = _iso_day(value)
        case _:
            raise ValueError(f"t={kind[:20]}")
    return cell


def unescaped(text: str) -> str:
    """A text with its `_x000D_` written out; half a pair of a two-part sign becomes the sign for a damaged one."""
    return _ESCAPE.sub(lambda code: _sign(int(code[1], 16)), text) if "_x" in text else text


def column_index(place: str, row: int) -> int:
    """The index of the column in a cell's name; the name must be of this row.

    Raises:
        ValueError: it is no cell's name, or one of another row.
    """
    found = _PLACE.fullmatch(place)
    if not found or found[2] != str(row):
        raise ValueError(f"row {row}: {place[:20]}")
    letters = found[1]
    at = _columns.get(letters)
    if at is None:
        at = 0
        for sign in letters:
            at = at * 26 + ord(sign) - ord("A") + 1
        at = _columns[letters] = at - 1
    return at


def _shown(number_format: str, codes: Mapping[str, str]) -> Shown:
    code = codes.get(number_format)
    if code is not None:
        return _shown_by(code)
    at = int(number_format)
    return "day" if at in _BUILT_IN_DAYS else "time" if at in _BUILT_IN_TIMES else ""


def _shown_by(code: str) -> Shown:
    """What a number format shows: a day has a day or a year, or a month that is no minute."""
    signs = set(_ASIDE.sub("", code.partition(";")[0]).lower()) if code.lower() != "general" else set()
    if signs & set("dy") or ("m" in signs and not signs & set("hs")):
        return "day"
    return "time" if signs & set("hms") else ""


def _shared(index: str, strings: Sequence[str]) -> str:
    at = int(index)
    if not 0 <= at < len(strings):
        raise ValueError(f"text {at}")
    return strings[at]


def _text(text: str) -> Cell:
    return Odd("F23", text) if text in _ERRORS else text


def _number(text: str, shown: Shown, *, from_1904: bool) -> Cell:
    text = text.strip()
    if shown == "" and len(text) <= _WHOLE_DIGITS and text.isdigit() and text.isascii():
        return int(text)
    if not _NUMBER.fullmatch(text):
        raise ValueError(text[:20])
    number = Decimal(text)
    if shown == "day":
        return _day(number, text, from_1904=from_1904)
    if shown == "time":
        return Odd("F24", text)
    if number.adjusted() > _WHOLE_DIGITS or abs(number) >= limits.WHOLE_NUMBER:
        return Odd("F34", text)
    return int(number) if number == number.to_integral_value() else Odd("F33", text)


def _day(number: Decimal, text: str, *, from_1904: bool) -> Cell:
    """The day of a serial number; its time of day is not kept."""
    if not 0 <= number <= _LAST_DAY:
        return Odd("F24", text)
    serial = int(number)
    if from_1904:
        return date(1904, 1, 1) + timedelta(serial) if serial <= _LAST_DAY - 1462 else Odd("F24", text)
    if serial in {0, _NO_LEAP_DAY}:
        return Odd("F24", text)
    return date(1899, 12, 31 if serial < _NO_LEAP_DAY else 30) + timedelta(serial)


def _iso_day(text: str) -> Cell:
    found = _ISO_DAY.fullmatch(text.strip())
    return date.fromisoformat(found[1]) if found else Odd("F24", text)


def _sign(code: int) -> str:
    return "\ufffd" if code in _HALVES else chr(code)
