"""Party dues: what the months of an organisation must say together, and the quarterly report B01/ĐP made of them.

Guarantees: a pure function of rows; every line has the form's three columns and their sum; cumulative lines run from
January of the year. Dues are counted once: collected is what organisations without one below them collected, remitted
is what left those that have none above them in the rows; so 02 = 04 + 12 when everything owed was passed on.

Law: form B01/ĐP attached to official letter 141-CV/VPTW/nb (17/03/2011), lines as seen in a secondary source in 2026;
the wording of line 07 and whether a new form replaces it under regulation 01-QĐ/TW were not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ledger.records import Record

CODES: Final = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13")

_LEVELS: Final = ("cell", "grassroots", "upper")
"""Levels that keep dues, in the order of lines 05 to 07 and 09 to 11."""


def parts(row: Record) -> int:
    """What a month's dues divide into: kept and to remit; they are what was collected, to the đồng."""
    return row.number("kept") + row.number("to_remit")


def brought(row: Record) -> int:
    """What the row says was still owed before its month, whole đồng."""
    return row.number("outstanding") - row.number("to_remit") + row.number("remitted")


def next_month(month: str) -> str:
    """`2026-12` → `2027-01`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02}"


def quarter_of(month: str) -> tuple[str, str, str]:
    """The three months of a month's quarter."""
    first = (int(month[5:]) - 1) // 3 * 3 + 1
    months = [f"{month[:4]}-{number:02}" for number in range(first, first + 3)]
    return months[0], months[1], months[2]


class Line(NamedTuple):
    """One line of the report: people on line 01, whole đồng on the others."""

    code: str
    commune: int
    enterprise: int
    other: int

    @property
    def total(self) -> int:
        """Column 4 = 1 + 2 + 3."""
        return self.commune + self.enterprise + self.other


def b01(rows: Iterable[Record], year: int, quarter: int) -> list[Line]:
    """The thirteen lines of one quarter.

    Args:
        rows: accepted rows of the register of dues, of one unit or of several; other years are left out.
        year: fiscal year.
        quarter: 1 to 4.
    """
    last = f"{year}-{3 * quarter:02}"
    first = f"{year}-{3 * quarter - 2:02}"
    so_far = [row for row in rows if f"{year}-01" <= row.texts["month"] <= last]
    now = [row for row in so_far if row.texts["month"] >= first]
    columns = {
        kind: _column(
            [row for row in so_far if row.texts["kind"] == kind],
            [row for row in now if row.texts["kind"] == kind],
            last,
            _places(so_far),
        )
        for kind in ("commune", "enterprise", "other")
    }
    return [Line(code, *(column[code] for column in columns.values())) for code in CODES]


class Rest(NamedTuple):
    """Why collected (line 02) is not kept and remitted (lines 04 and 12), whole đồng of a quarter."""

    owed: int
    """How much more was owed at its end than at its beginning."""
    between: int
    """How much more those below say they remitted than those above collected."""


def rest(rows: Iterable[Record], year: int, quarter: int) -> Rest:
    """What line 02 holds besides lines 04 and 12, of the same rows as `b01`."""
    months = quarter_of(f"{year}-{3 * quarter:02}")
    now = [row for row in rows if row.texts["month"] in months]
    places = _places(now)
    owed = sum(row.number("to_remit") - row.number("remitted") for row in now)
    sent = sum(row.number("remitted") for row in now if not places.highest(row))
    return Rest(owed, sent - sum(row.number("collected") for row in now if not places.lowest(row)))


class _Places(NamedTuple):
    """Where each organisation stands in a month, by unit, month and name."""

    above: frozenset[tuple[str, str, str]]
    """Organisations that others remit to."""
    present: frozenset[tuple[str, str, str]]

    def lowest(self, row: Record) -> bool:
        """Whether nobody in the rows remits to it."""
        return _key(row, "organisation") not in self.above

    def highest(self, row: Record) -> bool:
        """Whether it remits to nobody in the rows."""
        return _key(row, "superior") not in self.present


def _places(rows: Sequence[Record]) -> _Places:
    above = frozenset(_key(row, "superior") for row in rows if row.texts["superior"])
    return _Places(above, frozenset(_key(row, "organisation") for row in rows))


def _key(row: Record, column: str) -> tuple[str, str, str]:
    return row.unit, row.texts["month"], row.texts[column].casefold()


def _column(so_far: Sequence[Record], now: Sequence[Record], last: str, places: _Places) -> dict[str, int]:
    """One column of the report, by line code."""
    at_the_end = [row for row in now if row.texts["month"] == last]
    column = {"01": sum(row.number("members") for row in at_the_end if places.lowest(row))}
    for rows, collected, kept, remitted in ((now, "02", 4, "12"), (so_far, "03", 8, "13")):
        column[collected] = sum(row.number("collected") for row in rows if places.lowest(row))
        for number, level in enumerate(_LEVELS, start=kept + 1):
            column[f"{number:02}"] = sum(row.number("kept") for row in rows if row.texts["level"] == level)
        column[f"{kept:02}"] = sum(column[f"{number:02}"] for number in range(kept + 1, kept + 4))
        column[remitted] = sum(row.number("remitted") for row in rows if places.highest(row))
    return column
