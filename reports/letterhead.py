"""Who a paper comes from and on which law it rests: the parts that official papers of a unit have in common.

Guarantees: names are those of the register of units on the paper's day; a legal basis is cited as it was known on that
day, with its doubt behind it; a person stands on a paper only where the register of people has one for that role.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ledger.book import Book
from ledger.findings import Language
from ledger.regulations import NotInForceError

PREFIX = "Văn phòng "
"""Offices are called after the committee they serve: above stands the committee, below the office."""


def letterhead(book: Book, unit: str, on: str) -> dict[str, str]:
    """Code, name, and the two lines of the heading (`above`, `own`), on an ISO day.

    Raises:
        LookupError: the register of units does not have the unit.
    """
    row = book.units.get(unit, on) or book.units.get(unit)
    root = book.units.get(book.units.root(on))
    if row is None or root is None:
        raise LookupError(unit)
    committee = row.name_vi.removeprefix(PREFIX)
    if committee == row.name_vi:
        return {"code": unit, "name": row.name_vi, "above": root.name_vi.removeprefix(PREFIX), "own": row.name_vi}
    above = committee[:1].upper() + committee[1:]
    return {"code": unit, "name": row.name_vi, "above": above, "own": PREFIX.strip()}


def person(book: Book, unit: str, role: str, on: str) -> str:
    """Name of the unit's own person in a role on an ISO day; "" where the register has none."""
    rows = (r for r in book.people.rows if unit in r.units.split() and r.valid_from <= on <= (r.valid_to or on))
    return next((row.name for row in rows if row.role == role), "")


def bases(book: Book, keys: Iterable[str], year: int, day: date, language: Language) -> list[str]:
    """Citations of regulations for 1 January of a year, as known on a day; those without a value are left out."""
    found = []
    for key in keys:
        try:
            entry = book.regulations.entry(key, date(year, 1, 1), day)
        except NotInForceError:
            continue
        article = "" if entry.article is None else entry.article[language] + (" " if language == "vi" else " of ")
        # Within a sentence only "Điều" keeps its capital.
        article = article[:1].lower() + article[1:] if article.startswith(("Khoản", "Điểm")) else article
        doubts = (f"({doubt})" for doubt in entry.doubts(language))
        found.append(" ".join([article + entry.source(language), *doubts]))
    return list(dict.fromkeys(found))
