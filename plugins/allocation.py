"""Allocation: what an outside authority assigns to a unit of level I as a total is handed on whole, in time: E16, E17.

Guarantees: for every year and unit with a total, what is assigned to the unit itself and to all below it is compared
with the total, by source, clause and programme: E16 on every day on which more is allocated than the total (an error at
once), E17 once the time to allocate is over and less is allocated (a warning). The time: before 31 December of the year
before for a total assigned until then; else so many working days after the decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from ledger import workdays
from ledger.findings import Finding
from ledger.money import money
from ledger.vietnamese import date_vi
from plugins.breaches import of_decision, programme_words
from plugins.columns import Row, rows_of
from plugins.context import Context
from plugins.rule import Checked, rule

TOTAL = "total"
ALLOCATED = frozenset({"original", "supplement", "cut", "transfer"})
"""Kinds by which a total is handed on, and taken back."""
TERM = "estimates.supplement_working_days"

Pot = tuple[str, str, str, str, str]
"""Unit of level I, budget year, source, clause, programme."""


class Share(NamedTuple):
    """What one total decision adds to a pot, and until when it must be handed on."""

    row: Row
    last: date
    """Last day to allocate it; a reduced total is taken back until then too."""
    law: tuple[str, str]
    """The article that sets the term, in Vietnamese and English; empty for the first allocation."""


class Balance(NamedTuple):
    """One pot: the decisions of its total and those that hand it on, each in order of time."""

    pot: Pot
    totals: list[Share]
    allocated: list[Row]

    def total(self, day: str) -> int:
        """What may be handed on by the end of a day: a reduction counts when its term is over."""
        return sum(
            share.row.amount
            for share in self.totals
            if (share.row.date if share.row.amount > 0 else share.last.isoformat()) <= day
        )

    def handed_on(self, day: str) -> int:
        """What is allocated by the end of a day."""
        return sum(row.amount for row in self.allocated if row.date <= day)


@rule("E16")
def allocation_within_the_total(context: Context) -> Checked:
    """On no day is more allocated than the total assigned up to that day."""
    balances = context.remember(balances_of)
    found = (_over(context, balance) for balance in balances)
    return Checked(len(balances), [finding for finding in found if finding is not None])


@rule("E17")
def total_is_allocated_in_time(context: Context) -> Checked:
    """When the term of a total is over, all of it is allocated."""
    balances = context.remember(balances_of)
    findings = [
        _late(context, balance, share, missing)
        for balance in balances
        for share, missing in _missing(balance, context.today)
        if _concerns(context, balance.pot[0], [share.row])
    ]
    return Checked(sum(len(balance.totals) for balance in balances), findings)


def balances_of(context: Context) -> list[Balance]:
    """Every pot of the years and units that have a total, whichever units are in scope."""
    table = context.estimates
    totals = table[table["kind"] == TOTAL]
    found: dict[Pot, Balance] = {}
    for row in _in_time(totals):
        pot = (row.unit, row.budget_year, row.source, row.clause, row.programme)
        found.setdefault(pot, Balance(pot, [], [])).totals.append(_share(context, row))
    heads = {pot[:2] for pot in found}
    given = table[table["kind"].isin(ALLOCATED) & table["budget_year"].isin({year for _, year in heads})]
    for row in _in_time(given):
        for head in _above(context, row):
            if (head, row.budget_year) in heads:
                pot = (head, row.budget_year, row.source, row.clause, row.programme)
                found.setdefault(pot, Balance(pot, [], [])).allocated.append(row)
    return [found[pot] for pot in sorted(found)]


def _share(context: Context, row: Row) -> Share:
    """Until when a total must be handed on."""
    day, first = date.fromisoformat(row.date), date(int(row.budget_year) - 1, 12, 30)
    if day <= first:
        return Share(row, first, ("", ""))
    entry = context.regulations.entry(TERM, day)
    last = workdays.after(context.regulations, day, int(entry.value))
    return Share(row, last, (entry.citation("vi"), entry.citation("en")))


def _above(context: Context, row: Row) -> Iterator[str]:
    """The unit of a decision and all that it settles to, upwards."""
    on = max(row.date, f"{row.budget_year}-01-01")
    passed: set[str] = set()
    unit = row.unit
    while unit and unit not in passed:
        passed.add(unit)
        yield unit
        above = context.units.get(unit, on) or context.units.get(unit)
        unit = above.settles_to if above is not None else ""


def _over(context: Context, balance: Balance) -> Finding | None:
    """At the decision that first allocates more than the total."""
    days = sorted({row.date for row in balance.allocated} | {share.last.isoformat() for share in balance.totals})
    for day in days:
        excess = balance.handed_on(day) - balance.total(day)
        if excess <= 0 or not _comes_to_pass(context, day):
            continue
        row = _crossing(balance, day)
        if not _concerns(context, balance.pot[0], [row]):
            return None
        limit = balance.total(day)
        finding = of_decision(context, "E16", row, expected=f"≤ {money(limit)}", difference=excess)
        figures: dict[str, str | int] = {"total": limit, "allocated": limit + excess, "date": date_vi(day)}
        return replace(finding, on=day, params={**finding.params, **_words(balance.pot), **figures})
    return None


def _comes_to_pass(context: Context, day: str) -> bool:
    """Whether a day is over on the book's day: a reduction whose term still runs is no excess yet."""
    return day <= context.today


def _crossing(balance: Balance, day: str) -> Row:
    """The last decision up to a day that took what is allocated past the total; else the total that was reduced."""
    rows = [row for row in balance.allocated if row.date <= day]
    sums = accumulate(row.amount for row in rows)
    over = [row for row, total in zip(rows, sums, strict=True) if row.amount > 0 and total > balance.total(row.date)]
    return over[0] if over else balance.totals[-1].row


def _missing(balance: Balance, today: str) -> Iterator[tuple[Share, int]]:
    """The totals whose term is over and which were not wholly allocated by then, each with what was missing of it."""
    for place, share in enumerate(balance.totals):
        last = share.last.isoformat()
        due = sum(other.row.amount for other in balance.totals[: place + 1])
        missing = min(due - balance.handed_on(last), share.row.amount)
        if last < today and missing > 0:
            yield share, missing


def _late(context: Context, balance: Balance, share: Share, missing: int) -> Finding:
    """At the total decision that was not handed on."""
    finding = of_decision(context, "E17", share.row, difference=missing)
    now = balance.handed_on(context.today)
    figures: dict[str, str | int] = {
        "total": int(share.row.amount),
        "due": date_vi(share.last.isoformat()),
        "open": max(sum(one.row.amount for one in balance.totals) - now, 0),
        "term_vi": f" ({share.law[0]})" if share.law[0] else "",
        "term_en": f" ({share.law[1]})" if share.law[1] else "",
    }
    day = (share.last + timedelta(days=1)).isoformat()
    return replace(finding, on=day, params={**finding.params, **_words(balance.pot), **figures})


def _words(pot: Pot) -> dict[str, str | int]:
    unit, year, source, clause, programme = pot
    named = {"head": unit, "year": year, "source": source, "clause": clause, "programme": programme}
    return {**named, **programme_words(programme)}


def _concerns(context: Context, head: str, rows: Iterable[Row]) -> bool:
    """Whether the unit in scope (every unit when none is) is that of level I, or one that a decision names."""
    if context.scope_periods:
        return False
    return context.scope_unit is None or context.scope_unit == head or any(r.unit == context.scope_unit for r in rows)


def _in_time(table: pd.DataFrame) -> list[Row]:
    """Rows in order of their days, those of one day as they were accepted."""
    return sorted(rows_of(table), key=lambda row: row.date)
