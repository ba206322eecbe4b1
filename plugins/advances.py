"""Rule on staff advances: P06, what somebody was advanced is settled within the province's days.

Guarantees: settlements pay off the oldest advance of the same person first, to the đồng; an advance is counted from
the day it was paid to the last day that the unit's books speak of, so that vouchers still to come are not held
against anybody.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from ledger.findings import Finding
from ledger.regulations import Entry, NotInForceError
from ledger.vietnamese import date_vi
from plugins.columns import Places, totals
from plugins.context import Context
from plugins.duplicates import plain
from plugins.rule import Checked, rule

DAYS = "advances.staff_days"
"""Regulation: days within which a staff advance is settled."""

ADVANCES = ("141",)
"""Staff advances, in both regimes."""


class Open(NamedTuple):
    """An advance that is not settled yet, or not all of it."""

    place: int
    """Its posting in `Context.mine`."""
    amount: int
    """What is still open, whole đồng."""


@rule("P06")
def staff_advance_is_settled_in_time(context: Context) -> Checked:
    """No staff advance is open for more days than the province allows."""
    open_, last = list(_open(context)), _last_days(context)
    findings: list[Finding] = []
    for one in open_:
        row = context.mine.row(one.place)
        entry, on = _allowed(context, row.date), last[row.unit]
        days = (date.fromisoformat(on) - date.fromisoformat(row.date)).days
        if entry is not None and days > int(entry.value) and context.in_scope[one.place]:
            findings.append(_late(context, one, entry, on))
    return Checked(len(open_), findings)


def _open(context: Context) -> Iterator[Open]:
    """What is open of each advance when settlements pay off the oldest of the same person first."""
    mine = context.mine
    at = np.flatnonzero(mine.starts("code", ADVANCES) & mine.equal("entry", "voucher", "opening"))
    persons = _persons(context, at)
    order = np.lexsort((mine.ranks("date")[0][at], persons))
    at, persons = at[order], persons[order]
    amounts = mine.whole("amount")[at]
    advanced = np.maximum(amounts, 0)
    # Of the advances in order of time, so much is paid off as was settled in all: what lies beyond it is open.
    settled = totals(persons, np.maximum(-amounts, 0))[persons]
    up_to = np.cumsum(advanced) - (np.cumsum(totals(persons, advanced)) - totals(persons, advanced))[persons]
    still = np.clip(up_to - settled, 0, advanced)
    for row in np.flatnonzero(still).tolist():
        yield Open(int(at[row]), int(still[row]))


def _persons(context: Context, at: Places) -> Places:
    """A number for each posting, the same for those of one unit and person, from 0."""
    mine = context.mine
    codes, texts = mine.coded("counterparty")
    known: dict[str, int] = {}
    names = np.array([known.setdefault(plain(text), len(known)) for text in texts] or [0], dtype=np.intp)
    both = mine.coded("unit")[0][at] * max(len(known), 1) + names[codes[at]]
    persons: Places = np.unique(both, return_inverse=True)[1]
    return persons


def _last_days(context: Context) -> dict[str, str]:
    """Unit → the last day, ISO, that its books speak of: the end of its latest period, today at the most."""
    mine = context.mine
    slots = mine.firsts(mine.equal("entry", "voucher", "opening"), "unit", "period")
    last: dict[str, str] = {}
    for unit, period in mine.keys(slots, "unit", "period"):
        last[unit] = max(last.get(unit, ""), _end(period))
    return {unit: min(day, context.today or day) for unit, day in last.items()}


def _end(period: str) -> str:
    """The last day of a period, ISO: of its month, of its year for the adjustment period, the first for openings."""
    year, month = int(period[:4]), int(period[5:])
    if not 1 <= month <= _MONTHS:
        return f"{year}-12-31" if month else f"{year}-01-01"
    return f"{period}-{monthrange(year, month)[1]}"


def _allowed(context: Context, day: str) -> Entry | None:
    """How many days the province gave on the day of the advance; None where it had no rule."""
    try:
        return context.regulations.entry(DAYS, date.fromisoformat(day))
    except NotInForceError:
        return None


def _late(context: Context, one: Open, entry: Entry, on: str) -> Finding:
    """At the advance that is open for too long."""
    row = context.mine.row(one.place)
    days = (date.fromisoformat(on) - date.fromisoformat(row.date)).days
    return context.finding(
        "P06",
        row,
        column="counterparty",
        value=row.counterparty,
        expected=f"≤ {entry.value}",
        difference=days - int(entry.value),
        person=row.counterparty or "—",
        amount=one.amount,
        date=date_vi(row.date),
        last=date_vi(on),
        days=days,
        limit=int(entry.value),
        law_vi=entry.citation("vi"),
        law_en=entry.citation("en"),
    )


_MONTHS = 12
