"""Payment orders (lệnh chi tiền): E18, no more is spent from 012 or 013 than came in by orders.

Guarantees: judged at the end of every day by unit, budget year, account (012 actual, 013 advance), source and clause;
orders are the debit side, spending the credit side, restorations negative on it. Openings count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ledger.findings import Finding
from ledger.money import money
from ledger.vietnamese import date_vi
from plugins.columns import Columns, Places
from plugins.context import HANDED_IN, Context
from plugins.execution import distinct
from plugins.overrides import covering
from plugins.rule import Checked, rule

ORDERS = ("012", "013")
KEY = ("unit", "budget_year", "source", "clause")


@rule("E18")
def orders_cover_the_spending(context: Context) -> Checked:
    """On no day is more spent of an account of payment orders than was received."""
    mine = context.mine
    at = np.flatnonzero(mine.starts("code", ORDERS) & mine.equal("entry", *HANDED_IN))
    groups, firsts = distinct(mine, at, *KEY)
    advance = mine.starts("code", (ORDERS[1],))[at]
    keys = groups * 2 + advance
    findings: list[Finding] = []
    for key in np.unique(keys[_ever_short(mine, at, keys)]).tolist():
        findings += _short(context, at[keys == key], ORDERS[key % 2])
    return Checked(int(np.unique(keys).size) if len(firsts) else 0, findings)


def _ever_short(mine: Columns, at: Places, keys: Places) -> Any:  # noqa: ANN401 - flags
    """Rows of accounts whose balance is below nothing at the end of some day."""
    days, texts = mine.coded("date")
    rank = np.argsort(np.argsort(np.array(texts or [""])))[days[at]]
    order = np.lexsort((rank, keys))
    sums = mine.whole("amount")[at][order].cumsum()
    new = np.diff(keys[order], prepend=-1) != 0
    firsts = np.flatnonzero(new)
    before = np.repeat((sums - mine.whole("amount")[at][order])[firsts], np.diff(firsts, append=len(order)))
    ends = np.append(np.diff(rank[order]) != 0, True) | np.append(new[1:], True) if len(order) else new
    flags = np.zeros(len(at), dtype=np.bool_)
    flags[order] = ends & (sums - before < 0)
    return flags


def _short(context: Context, places: Places, account: str) -> list[Finding]:
    """The first day on which an account is overdrawn; after a document's cap, the first day beyond it."""
    mine = context.mine
    days = mine.texts("date", places)
    rows = sorted(zip(days, places.tolist(), mine.whole("amount")[places].tolist(), strict=True), key=lambda r: r[0])
    received = spent = 0
    findings: list[Finding] = []
    for number, (day, place, amount) in enumerate(rows):
        credit = mine.texts("side", np.array([place]))[0] == "C"
        received, spent = received + (0 if credit else amount), spent - (amount if credit else 0)
        last_of_day = number + 1 == len(rows) or rows[number + 1][0] != day
        if not last_of_day or spent <= received:
            continue
        wanted = [p for d, p, a in rows if d <= day and a < 0 and context.in_scope[p]]
        if not wanted:
            continue
        finding = _finding(context, wanted[-1], account, day, (received, spent))
        override = covering(context, "E18", _ceiling(finding), day)
        covered = override is not None and spent - received <= override.cap
        if not (covered and findings):
            findings.append(finding)
        if not covered:
            break
    return findings


def _finding(context: Context, place: int, account: str, day: str, sums: tuple[int, int]) -> Finding:
    row = context.mine.row(place)
    received, spent = sums
    finding = context.finding(
        "E18",
        row,
        column="amount",
        value=money(-int(row.amount)),
        expected=f"≤ {money(received - spent - int(row.amount))}",
        difference=spent - received,
        account=account,
        year=row.budget_year,
        source=row.source,
        clause=row.clause,
        received=received,
        spent=spent,
        date=date_vi(day),
    )
    return replace(finding, on=day)


def _ceiling(finding: Finding) -> tuple[str, ...]:
    named = (str(finding.params[name]) for name in ("year", "source", "clause"))
    return (finding.unit, *named, "")
