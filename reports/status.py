"""The calendar: which slots are expected of whom, until when, and what came in.

Guarantees: every unit that keeps books has one line per month from the book's first year up to today, one for each
January's adjustment period (`YYYY-13`) and one for the year's settlement where it settles within the province's
tree; the state is a fold of events and dates, nothing is stored. States are explained in docs/states.md.

Due days are the province's own (regulations `submission.due`, `submission.due_closing`); a day that no regulation
gives is None, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ledger.book import REFUSED_FILES, Book
from ledger.events import Event
from ledger.regulations import NotInForceError
from ledger.units import OUTSIDE, Unit
from reports import settlement_state

CLOSING = "13"
SLOT_STATES = ("expected", "due", "late", "rejected", "received", "received-late", "optional", "unused")
"""States of a month or an adjustment period; a year has the states of `settlement_state.STATES`."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the calendar."""

    unit: str
    period: str
    state: str
    due: str | None
    """ISO date, or None where no day is set."""
    received: str | None
    """ISO date on which it first came in (for a year: of its newest event)."""

    def as_dict(self) -> dict[str, str | None]:
        """As every door shows it."""
        return {name: getattr(self, name) for name in ("unit", "period", "state", "due", "received")}


def status(book: Book, unit: str | None = None) -> list[dict[str, str | None]]:
    """The calendar as JSON values, by unit (in the register's order) and period.

    Args:
        book: a snapshot of the book.
        unit: only this unit; None: all.
    """
    return [slot.as_dict() for slot in slots(book, unit)]


def slots(book: Book, unit: str | None = None) -> list[Slot]:
    """The calendar, see `status`."""
    today = book.today()
    first = first_year(book)
    found: list[Slot] = []
    codes = dict.fromkeys(row.unit for row in book.units)
    for code in codes if unit is None else [unit]:
        row = book.units.get(code)
        if row is None or not row.keeps_books:
            continue
        events = book.events(code)
        received = _received(events)
        for year in range(first, today.year + 1):
            found += _months(book, row, year, received)
            found += _settlement(row, year, today, events)
    return found


def first_year(book: Book) -> int:
    """The first fiscal year anything was handed in for; this year in an empty book."""
    years = [event.period[:4] for event in book.events() if event.event == "submission.accepted"]
    return int(min((year for year in years if year.isdigit()), default=str(book.today().year)))


def missing_months(book: Book, unit: str, year: int) -> list[str]:
    """Months of a year for which nothing was accepted, the unit's months of existence only."""
    row = book.units.get(unit)
    if row is None:
        return []
    received = _received(book.events(unit))
    return [period for period in _periods(row, year) if period not in received and not period.endswith(CLOSING)]


def _received(events: list[Event]) -> dict[str, str]:
    """Period → day on which vouchers first came in."""
    found: dict[str, str] = {}
    for event in events:
        if event.event == "submission.accepted" and event.kind.startswith("vouchers"):
            found.setdefault(event.period, event.time[:10])
    return found


def _months(book: Book, row: Unit, year: int, received: dict[str, str]) -> Iterator[Slot]:
    today = book.today().isoformat()
    for period in _periods(row, year):
        if period.endswith(CLOSING):
            if int(today[:4]) <= year:
                continue
        elif period > today[:7]:
            continue
        due = due_day(book, period)
        state = _state(book, row.unit, period, received.get(period), due)
        yield Slot(row.unit, period, state, due, received.get(period))


def _periods(row: Unit, year: int) -> list[str]:
    periods = [f"{year}-{month:02}" for month in range(1, 13)]
    last = row.valid_to[:7] or "9999-12"
    return [p for p in periods if row.valid_from[:7] <= p <= last] + [f"{year}-{CLOSING}"]


def due_day(book: Book, period: str) -> str | None:
    """Until when a period's vouchers are due, ISO, by the province's own rule; None without one."""
    year, month = int(period[:4]), int(period[5:])
    try:
        if period.endswith(CLOSING):
            return book.regulations.day("submission.due_closing", year + 1, date(year, 12, 31)).isoformat()
        day = book.regulations.integer("submission.due", date(year, month, 1))
    except NotInForceError:
        return None
    return date(year + month // 12, month % 12 + 1, day).isoformat()


def _state(book: Book, unit: str, period: str, received: str | None, due: str | None) -> str:
    today = book.today().isoformat()
    late = due is not None and (received or today) > due
    if received is not None:
        return "received-late" if late else "received"
    if _is_rejected(book, unit, period):
        return "rejected"
    if period.endswith(CLOSING):
        # A unit with nothing to adjust hands in nothing, and is not late with it.
        return "unused" if late else "optional"
    if late:
        return "late"
    return "due" if today[:7] > period else "expected"


def _is_rejected(book: Book, unit: str, period: str) -> bool:
    """Whether a refused file of this slot lies in the cache; a lost cache only forgets the remark."""
    notes = sorted((book.path / REFUSED_FILES / unit).glob("*.json"))
    return any(note.name.startswith(period) or _period_of(note) == period for note in notes)


def _period_of(note: Path) -> str:
    try:
        found = json.loads(note.read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(found.get("period", "")) if isinstance(found, dict) else ""


def _settlement(row: Unit, year: int, today: date, events: list[Event]) -> Iterator[Slot]:
    """The year's own line, once the year is over, for units whose settlement is reviewed in the province."""
    if today.year <= year or not row.settles_to or row.settles_to.startswith(OUTSIDE):
        return
    state = settlement_state.fold(events, row.unit, year)
    yield Slot(row.unit, str(year), state.state, None, state.since[:10] or None)
