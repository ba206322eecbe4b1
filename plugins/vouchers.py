"""Rules on the form of vouchers: V01 balance, V02 date and period, V03 red entries, V04 numbers.

Guarantees: a voucher that passes balances to the đồng, stands in the period of its date, names what it corrects when
it is negative, and has a number of its own in the unit's fiscal year.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from ledger.findings import Finding
from ledger.money import money
from ledger.vietnamese import date_vi
from plugins.columns import Flags, Row, first_of, totals
from plugins.context import Context
from plugins.execution import USE_ACCOUNTS
from plugins.rule import Checked, rule

VOUCHER = ("unit", "period", "book", "entry", "voucher", "decision", "date")
"""What makes postings one transaction."""

NEGATIVE_BY_NATURE = ("clearing", "restore")
"""Treasury operations that are booked as negative figures (accounting entries 10 and 30), not as corrections."""

ADJUSTMENT, OPENING = "13", "00"
"""Month part of the adjustment period and of the opening balances."""


class Dated(NamedTuple):
    """What V02 looks at."""

    period: str
    date: str
    document_date: str


@rule("V01")
def balances_exactly(context: Context) -> Checked:
    """Debit equals credit in each voucher, money and memo each for itself."""
    mine, at = context.mine, np.flatnonzero(context.in_scope)
    vouchers = mine.groups(at, *VOUCHER)
    sums = vouchers * 2 + mine.equal("commodity", "MEMO")[at]
    amounts, debits = mine.whole("amount")[at], mine.equal("side", "D")[at]
    balances, debit = totals(sums, amounts), totals(sums, np.where(debits, amounts, 0))
    # A side without an account may belong off the balance sheet; A01 names it, the sum would say nothing.
    broken = set(vouchers[mine.equal("account", "")[at]].tolist())
    firsts = at[first_of(sums)]
    findings = []
    for number in np.flatnonzero(balances).tolist():
        if number // 2 not in broken:
            first = mine.row(firsts[number])
            findings.append(_unbalanced(context, first, int(debit[number]), int(balances[number])))
    return Checked(int(vouchers.max()) + 1 if len(at) else 0, findings)


@rule("V02")
def dated_in_its_period(context: Context) -> Checked:
    """A month's voucher is dated in that month; one of the adjustment period on 31 December of its year."""
    mine = context.mine
    at = mine.firsts(context.handed_in, *VOUCHER)
    asked = np.zeros(len(mine), dtype=np.bool_)
    asked[at] = True
    wrong = mine.where_together(asked, lambda *texts: bool(_misdates(context, Dated(*texts))), *Dated._fields)
    findings = [
        context.finding("V02", row, column=column, value=date_vi(value), expected=expected)
        for row in mine.rows(wrong)
        for column, value, expected in _misdates(context, Dated(row.period, row.date, row.document_date))
    ]
    return Checked(len(at), findings)


@rule("V03")
def red_entry_names_what_it_corrects(context: Context) -> Checked:
    """A negative entry, or one that names a voucher to correct, refers to another voucher of the same unit."""
    mine = context.mine
    asked = (_red(context) & ~_negative_by_nature(context)) | mine.given("corrects")
    asked &= context.handed_in & mine.equal("entry", "voucher")
    at = mine.firsts(asked, *VOUCHER)
    named = mine.equal("entry", "voucher") & mine.equal("voucher", *mine.texts("corrects", at))
    known = set(mine.keys(mine.firsts(named, "unit", "voucher"), "unit", "voucher"))
    findings = [
        context.finding("V03", row, column="corrects", value=row.corrects, named=row.corrects or "—")
        for row in mine.rows(at)
        if row.corrects == row.voucher or (row.unit, row.corrects) not in known
    ]
    return Checked(len(at), findings)


@rule("V04")
def number_used_once(context: Context) -> Checked:
    """A voucher number stands once in a unit's fiscal year, over all periods and books."""
    mine = context.mine
    mine.derive("year", "period", lambda period: period[:4])
    at = mine.firsts(mine.equal("entry", "voucher"), "unit", "period", "book", "voucher")
    numbers = mine.groups(at, "unit", "year", "voucher")
    again = np.flatnonzero(np.bincount(numbers)[numbers] > 1)
    slots: dict[int, list[tuple[str, str, int]]] = {}
    for number, (period, book), place in zip(
        numbers[again].tolist(), mine.keys(at[again], "period", "book"), at[again].tolist(), strict=True
    ):
        slots.setdefault(number, []).append((period, book, place))
    findings = [found for uses in slots.values() for found in _repeated(context, sorted(uses))]
    return Checked(int(context.in_scope[at].sum()), findings)


def _unbalanced(context: Context, first: Row, debit: int, balance: int) -> Finding:
    credit = debit - balance
    return context.finding(
        "V01",
        first,
        column="amount",
        value=money(debit),
        expected=money(credit),
        difference=balance,
        debit=debit,
        credit=credit,
    )


def _misdates(context: Context, dated: Dated) -> list[tuple[str, str, str]]:
    """What is wrong with a voucher's dates: the column, the date in it, what it should be."""
    found = []
    expected = _expected_date(dated)
    if expected:
        found.append(("date", dated.date, expected))
    end = _adjustment_end(context, dated.period) if dated.period[5:] == ADJUSTMENT else ""
    if end and dated.document_date > end:
        found.append(("document_date", dated.document_date, f"≤ {date_vi(end)}"))
    return found


def _expected_date(dated: Dated) -> str:
    """What the posting date should be, for people; empty when it is right."""
    year, month = dated.period[:4], dated.period[5:]
    fixed = {ADJUSTMENT: f"{year}-12-31", OPENING: f"{year}-01-01"}.get(month)
    if fixed is not None:
        return "" if dated.date == fixed else date_vi(fixed)
    return "" if dated.date[:7] == dated.period else f"{month}/{year}"


def _adjustment_end(context: Context, period: str) -> str:
    """Last day, ISO, on which a document of the adjustment period of a fiscal year may be dated."""
    year = int(period[:4])
    return context.regulations.day("settlement.adjustment_period_end", year + 1, date(year, 12, 31)).isoformat()


def _red(context: Context) -> Flags:
    """Rows that are negative on their own side."""
    mine, amount = context.mine, context.mine.whole("amount")
    debit = mine.equal("side", "D")
    return (debit & (amount < 0)) | (~debit & (amount > 0))


def _negative_by_nature(context: Context) -> Flags:
    """Off-balance rows where a negative figure is no correction."""
    mine = context.mine
    budget = mine.starts("code", USE_ACCOUNTS)
    return mine.equal("commodity", "MEMO") & (~budget | mine.equal("treasury", *NEGATIVE_BY_NATURE))


def _repeated(context: Context, uses: list[tuple[str, str, int]]) -> list[Finding]:
    """V04 for one number that stands in several slots."""
    # Where everything is looked at, the first use of a number is the right one.
    told = uses if context.scope_periods else uses[1:]
    findings = []
    for period, book, place in told:
        if context.in_scope[place]:
            row = context.mine.row(place)
            other = context.mine.row(next(use[2] for use in uses if use[:2] != (period, book)))
            found = context.finding(
                "V04",
                row,
                column="voucher",
                value=row.voucher,
                other_period=other.period,
                other_date=date_vi(other.date),
                year=row.period[:4],
            )
            side = f"{other.unit} · {other.period} · {other.voucher} · {date_vi(other.date)}"
            findings.append(replace(found, other=side))
    return findings
