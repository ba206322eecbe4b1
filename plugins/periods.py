"""Rules on time: P01 and P03 nothing enters a sealed year, P02 cash and deposits never below zero at the end of a day.

Guarantees: a year that was settled and sealed takes no voucher, whatever its date, and no voucher of the next year's
first weeks that would still count for it; corrections go to the open year.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from ledger.findings import Finding
from ledger.money import money
from ledger.regulations import NotInForceError
from ledger.vietnamese import date_vi
from plugins.context import Context, Slot
from plugins.execution import USE_ACCOUNTS
from plugins.rule import Checked, rule

MONEY = ("111", "112")
"""Cash on hand, deposits at banks and the State Treasury; in both regimes."""


RECEIVED = "3371"
"""Advances received from the budget: with the memo accounts, what a settlement is made of."""

NOT_YET = "9999"
"""A moment after all others."""


@rule("P01")
def sealed_year_stays_closed(context: Context) -> Checked:
    """No submission was accepted, or is being handed in, for a year after that year was sealed."""
    mine = context.mine
    at = mine.firsts(context.handed_in, "unit", "period", "book", "submission")
    keys = mine.keys(at, "unit", "period", "book", "submission")
    findings = []
    for place, (unit, period, book, submission) in zip(at.tolist(), keys, strict=True):
        sealed = context.seals.get((unit, period[:4]))
        if sealed is not None and _came(context, Slot(unit, period, book), submission) > sealed:
            day = date_vi(sealed[:10])
            row = mine.row(place)
            findings.append(context.finding("P01", row, column="date", value=period, year=period[:4], sealed=day))
    return Checked(len(at), findings)


@rule("P02")
def money_is_never_below_zero(context: Context) -> Checked:
    """The balance of each cash and deposit account at the end of each day is not negative."""
    mine = context.mine
    at = np.flatnonzero(mine.starts("code", MONEY))
    days = mine.running(at, "unit", "account")
    # How many postings that findings are wanted for came on that day or before.
    asked = mine.running(at, "unit", "account", value=context.in_scope[at].astype(np.int64)).amounts
    wrong = np.flatnonzero((asked > 0) & (days.amounts < 0))
    firsts = wrong[np.unique(days.groups[wrong], return_index=True)[1]]
    told = zip(mine.keys(days.firsts[firsts], "unit", "account", "date"), days.amounts[firsts].tolist(), strict=True)
    findings = [_below_zero(context, where, amount) for where, amount in sorted(told)]
    return Checked(int((asked > 0).sum()), findings)


@rule("P03")
def sealed_budget_stays_as_it_is(context: Context) -> Checked:
    """No voucher handed in after the seal counts for the sealed year's budget, though it is dated in the next year."""
    mine = context.mine
    budget = context.handed_in & mine.starts("code", (*USE_ACCOUNTS, RECEIVED)) & mine.given("budget_year")
    at = mine.firsts(budget, "unit", "period", "book", "submission", "budget_year", "date")
    keys = mine.keys(at, "unit", "period", "book", "submission", "budget_year", "date")
    findings = []
    for place, (unit, period, book, submission, year, day) in zip(at.tolist(), keys, strict=True):
        sealed = context.seals.get((unit, year)) if year < period[:4] else None
        late = sealed is not None and _came(context, Slot(unit, period, book), submission) > sealed
        if sealed is not None and late and day < _still_counts_before(context, int(year)):
            row = mine.row(place)
            findings.append(
                context.finding("P03", row, column="budget_year", value=year, year=year, sealed=date_vi(sealed[:10]))
            )
    return Checked(len(at), findings)


def _came(context: Context, slot: Slot, submission: str) -> str:
    """When a submission was accepted; one that is handed in now comes after every seal, accepted before or not."""
    return NOT_YET if slot in context.files else context.accepted.get((slot.unit, submission), NOT_YET)


def _still_counts_before(context: Context, year: int) -> str:
    """The day, ISO, before which a posting of the next year may still belong to the settlement of a budget year."""
    year_end = date(year, 12, 31)
    ends = context.regulations.day("settlement.adjustment_period_end", year + 1, year_end)
    try:
        before = context.regulations.day("settlement.advance_return_before", year + 1, year_end)
    except NotInForceError:
        before = ends
    return max(before, ends + timedelta(days=1)).isoformat()


def _below_zero(context: Context, where: tuple[str, ...], balance: int) -> Finding:
    """At the last posting of the day that takes money out, one in scope if there is any."""
    mine = context.mine
    unit, account, day = where
    same = mine.equal("unit", unit) & mine.equal("account", account) & mine.equal("date", day)
    out = mine.whole("amount") < 0
    choices = [same & out & context.in_scope, same & context.in_scope, same & out, same]
    row = mine.row(int(np.flatnonzero(next(flags for flags in choices if flags.any()))[-1]))
    return context.finding(
        "P02",
        row,
        column="amount",
        value=money(balance),
        expected="≥ 0",
        difference=balance,
        account=row.code,
        date=date_vi(row.date),
    )
