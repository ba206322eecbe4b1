"""What a report is asked for: units, periods and years, checked before any figure is made.

Guarantees: a unit or period that the book cannot know is refused in one sentence (exit 1), never answered with an
empty table that looks like nought.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.book import Book
from ledger.errors import Refused
from ledger.units import Tree

_PERIOD = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2]))?")


class UnknownUnitError(Refused):
    """No row of the register of units has this code."""

    template = "there is no unit {unit} in the register of units"

    def __init__(self, unit: str) -> None:
        super().__init__(unit=unit)


class UnknownPeriodError(Refused):
    """Not a year or month that the book reaches."""

    template = "{period} is not a period of this book: a year (2026) or a month (2026-03) up to today is asked for"

    def __init__(self, period: str) -> None:
        super().__init__(period=period)


@dataclass(frozen=True, slots=True)
class Span:
    """The days a report speaks of; both ends belong to it."""

    first: str
    """ISO date; "" for the beginning of the book."""
    last: str
    """ISO date; "9999-12-31" for no end."""


def span(period: str, today: str = "") -> Span:
    """The days of a period.

    Args:
        period: `2026`, `2026-03`, or "" for the whole book.
        today: ISO date; a period that begins later is unknown. "" for no limit.

    Raises:
        UnknownPeriodError: another form, or in the future.
    """
    if not period:
        return Span("", "9999-12-31")
    match = _PERIOD.fullmatch(period)
    if match is None or (today and period > today[: len(period)]):
        raise UnknownPeriodError(period)
    if match[2]:
        return Span(f"{period}-01", f"{period}-31")
    return Span(f"{period}-01-01", f"{period}-12-31")


def asked_units(book: Book, unit: str | None, tree: Tree) -> list[str]:
    """The units a report is about: the one asked for, or all of the tree that keep books.

    Raises:
        UnknownUnitError: the register has no such unit.
    """
    if unit is not None:
        if not book.units.known(unit):
            raise UnknownUnitError(unit)
        return [unit]
    on = book.today().isoformat()
    rows = {code: book.units.get(code) for code in book.units.tree(tree, on)}
    return [code for code, row in rows.items() if row is not None and row.keeps_books]
