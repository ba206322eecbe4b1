"""The calendar: which slots are expected of whom, until when, what came in, who vouched for it, and who is late.

Guarantees: every unit that keeps books has one line per month from the book's first year up to today, one for each
January's adjustment period (`YYYY-13`) and one for the year's settlement where it settles within the province's
tree; the state is a fold of events and dates, nothing is stored. States are explained in docs/states.md.

Due days are the province's own (regulations `submission.due`, `submission.due_closing`, `submission.certify_due`), or
what the office granted; a day that no regulation gives is None, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ledger import deadlines
from ledger.book import REFUSED_FILES, Book
from ledger.events import Event
from ledger.standing import Stage, Standing, standings
from ledger.units import OUTSIDE, Unit
from reports import settlement_state

CLOSING = "13"
_ORDER: tuple[Stage, ...] = ("returned", "draft", "checked", "certified-accountant", "certified-head")
"""Stages from the furthest back to the last."""
UNCERTIFIED = frozenset({"returned", "checked", "certified-accountant"})
"""Stages of a file that is in the book and that the head has not certified."""
SLOT_STATES = ("expected", "due", "late", "rejected", "received", "received-late", "optional", "unused")
"""States of a month or an adjustment period; a year has the states of `settlement_state.STATES`."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the calendar; for a year only the first five fields are filled."""

    unit: str
    period: str
    state: str
    due: str | None
    """ISO date, or None where no day is set; with an extension, the day that it gives."""
    received: str | None
    """ISO date on which it first came in (for a year: of its newest event)."""
    stage: str | None = None
    """Where it stands between unit and office, see `ledger.standing`; of several books the one furthest back."""
    certified: str | None = None
    """ISO date on which accountant and head had certified all of it."""
    certify_due: str | None = None
    late_days: int = 0
    """Days by which the file was late or is late today; 0 in time."""
    certify_late_days: int = 0
    """The same for the certification."""
    extension: dict[str, str] | None = None
    """The newest one: what, until (ISO), document."""
    returned: dict[str, Any] | None = None
    """While an answer is awaited: reason, items, until (ISO)."""
    justified: int = 0
    """How many justifications of warnings were given."""

    def as_dict(self) -> dict[str, Any]:
        """As every door shows it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Count:
    """How punctual a unit was: months and adjustment periods handed in, and certified."""

    unit: str
    on_time: int
    late: int
    days: int
    """Sum of the days by which files were late, or are late today."""
    certified_on_time: int
    certified_late: int
    certified_days: int
    waiting: int
    """Handed in and not certified yet."""


def status(book: Book, unit: str | None = None) -> list[dict[str, Any]]:
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
        known = _by_month(events, code)
        for year in range(first, today.year + 1):
            found += _months(book, row, year, known)
            found += _settlement(row, year, today, events)
    return found


def summary(lines: Iterable[Slot]) -> list[Count]:
    """How punctual each unit was, by unit in the order of the lines."""
    by_unit: dict[str, list[Slot]] = {}
    for line in lines:
        if line.stage is not None:
            by_unit.setdefault(line.unit, []).append(line)
    return [_count(unit, mine) for unit, mine in by_unit.items()]


def uncertified_months(book: Book, unit: str, year: int) -> list[str]:
    """Months of a year, and its adjustment period, that were handed in and that the head has not certified."""
    months = _by_month(book.events(unit), unit)
    return [p for p in sorted(months) if p[:4] == str(year) and _last(months[p]).stage in UNCERTIFIED]


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


def _by_month(events: list[Event], unit: str) -> dict[str, list[Standing]]:
    """Month or adjustment period → where the books of its vouchers stand; those that hold nothing last."""
    found: dict[str, list[Standing]] = {}
    for (period, kind), at in standings(events, unit).items():
        if kind.startswith("vouchers"):
            found.setdefault(period, []).append(at)
    return found


def _last(books: list[Standing]) -> Standing:
    """The book of a month that is furthest back; one that nothing was handed in for does not hold back the others."""
    filled = [at for at in books if at.filled] or books
    return min(filled, key=lambda at: _ORDER.index(at.stage))


def _months(book: Book, row: Unit, year: int, known: dict[str, list[Standing]]) -> Iterator[Slot]:
    today = book.today().isoformat()
    for period in _periods(row, year):
        if period.endswith(CLOSING):
            if int(today[:4]) <= year:
                continue
        elif period > today[:7]:
            continue
        books = known.get(period) or [Standing(row.unit, period, "vouchers")]
        yield _month(book, books, today)


def _month(book: Book, books: list[Standing], today: str) -> Slot:
    """The line of a month from where its books stand."""
    last, law = _last(books), book.regulations
    due, certify_due = deadlines.deadlines(law, last)
    received = min((at.first[:10] for at in books if at.first), default=None)
    optional = received is None and last.period.endswith(CLOSING)
    done = all(at.stage == "certified-head" for at in books if at.filled) and received is not None
    back = last.returns[-1] if last.stage == "returned" else None
    more = max((e for at in books for e in at.extensions), key=lambda e: e.time, default=None)
    return Slot(
        last.unit,
        last.period,
        _state(book, last.unit, last.period, received, due),
        due,
        received,
        stage=last.stage,
        certified=max(at.head_at[:10] for at in books if at.filled) if done else None,
        certify_due=certify_due,
        late_days=0 if optional else max(deadlines.submission_late(law, at, today) for at in books),
        certify_late_days=max(deadlines.certification_late(law, at, today) for at in books),
        extension={"what": more.what, "until": more.until, "document": more.document} if more else None,
        returned={"reason": back.reason, "items": list(back.items), "until": back.until} if back else None,
        justified=sum(at.justified for at in books),
    )


def _count(unit: str, lines: list[Slot]) -> Count:
    certified = [line for line in lines if line.certified]
    late = [line.late_days for line in lines if line.late_days]
    certified_late = [line.certify_late_days for line in lines if line.certify_late_days]
    return Count(
        unit=unit,
        on_time=sum(1 for line in lines if line.received and not line.late_days),
        late=len(late),
        days=sum(late),
        certified_on_time=sum(1 for line in certified if not line.certify_late_days),
        certified_late=len(certified_late),
        certified_days=sum(certified_late),
        waiting=sum(1 for line in lines if line.received and not line.certified),
    )


def _periods(row: Unit, year: int) -> list[str]:
    periods = [f"{year}-{month:02}" for month in range(1, 13)]
    last = row.valid_to[:7] or "9999-12"
    return [p for p in periods if row.valid_from[:7] <= p <= last] + [f"{year}-{CLOSING}"]


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
