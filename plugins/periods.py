"""Rules on time: P01 nothing enters a sealed year, P02 cash and deposits are never below zero at the end of a day.

Guarantees: a year that was settled and sealed takes no voucher, whatever its date; corrections go to the open year.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ledger.findings import Finding
from ledger.money import money
from ledger.vietnamese import date_vi
from plugins.columns import totals
from plugins.context import Context, Slot
from plugins.rule import Checked, rule

MONEY = ("111", "112")
"""Cash on hand, deposits at banks and the State Treasury; in both regimes."""


NOT_YET = "9999"
"""A moment after all others."""


class Balance(NamedTuple):
    """An account of money at the end of a day."""

    unit: str
    account: str
    date: str
    amount: int
    """Whole đồng."""
    wanted: bool
    """Whether a posting that findings are wanted for came on that day or before."""


@rule("P01")
def sealed_year_stays_closed(context: Context) -> Checked:
    """No submission was accepted, or is being handed in, for a year after that year was sealed."""
    mine = context.mine
    at = mine.firsts(context.handed_in, "unit", "period", "book", "submission")
    keys = mine.keys(at, "unit", "period", "book", "submission")
    findings = []
    for place, (unit, period, book, submission) in zip(at.tolist(), keys, strict=True):
        sealed = context.seals.get((unit, period[:4]))
        # What is handed in now comes after every seal, even if the same content was accepted once before.
        now = Slot(unit, period, book) in context.files
        accepted = NOT_YET if now else context.accepted.get((unit, submission), NOT_YET)
        if sealed is not None and accepted > sealed:
            day = date_vi(sealed[:10])
            row = mine.row(place)
            findings.append(context.finding("P01", row, column="date", value=period, year=period[:4], sealed=day))
    return Checked(len(at), findings)


@rule("P02")
def money_is_never_below_zero(context: Context) -> Checked:
    """The balance of each cash and deposit account at the end of each day is not negative."""
    count, told, findings = 0, set[tuple[str, str]](), []
    for balance in _balances(context):
        count += balance.wanted
        account = (balance.unit, balance.account)
        if balance.wanted and balance.amount < 0 and account not in told:
            told.add(account)
            findings.append(_below_zero(context, balance))
    return Checked(count, findings)


def _balances(context: Context) -> Iterator[Balance]:
    """Balances of money by unit and account, day by day."""
    mine = context.mine
    at = np.flatnonzero(mine.starts("code", MONEY))
    groups = mine.groups(at, "unit", "account", "date")
    sums = totals(groups, mine.whole("amount")[at]).tolist()
    wanted = totals(groups, context.in_scope[at].astype(np.int64)).tolist()
    _, firsts = np.unique(groups, return_index=True)
    days = sorted(zip(mine.keys(at[firsts], "unit", "account", "date"), sums, wanted, strict=True))
    account, running, asked = ("", ""), 0, False
    for (unit, name, day), amount, scoped in days:
        if (unit, name) != account:
            account, running, asked = (unit, name), 0, False
        running += amount
        asked = asked or scoped > 0
        yield Balance(unit, name, day, running, asked)


def _below_zero(context: Context, balance: Balance) -> Finding:
    """At the last posting of the day that takes money out, one in scope if there is any."""
    mine = context.mine
    same = mine.equal("unit", balance.unit) & mine.equal("account", balance.account) & mine.equal("date", balance.date)
    out = mine.whole("amount") < 0
    choices = [same & out & context.in_scope, same & context.in_scope, same & out, same]
    place = int(np.flatnonzero(next(flags for flags in choices if flags.any()))[-1])
    row = mine.row(place)
    return context.finding(
        "P02",
        row,
        column="amount",
        value=money(balance.amount),
        expected="≥ 0",
        difference=balance.amount,
        account=row.code,
        date=date_vi(balance.date),
    )
