"""Rule on vouchers booked twice: V07, the same voucher does not stand in two units.

Guarantees: two vouchers are the same when who is paid, the amount, the date of the document and the description are,
letters and figures alone compared; what names an internal partner or a shared reference has two sides by right and is
never told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ledger.findings import Finding
from ledger.vietnamese import date_vi, nfc
from plugins.columns import Columns, Places, Row, Whole, joined, totals
from plugins.context import Context
from plugins.execution import USE_ACCOUNTS
from plugins.periods import MONEY
from plugins.rule import Checked, rule

VOUCHER = ("unit", "period", "book", "voucher")
INTERNAL = ("partner", "reference")
"""What an internal pair carries: both units book the same thing by right."""
MOST = 5
"""What reads the same in more units than this is a fee that everybody pays, not one voucher booked again."""


class Vouchers(NamedTuple):
    """The vouchers that pay somebody outside; arrays of one length."""

    place: Places
    """A row that names the counterparty."""
    amount: Whole
    """Debit turnover on the balance sheet, whole đồng."""


@rule("V07")
def voucher_stands_in_one_unit(context: Context) -> Checked:
    """No other unit has a voucher of the same counterparty, amount, document date and description."""
    table = context.mine if context.scope_unit is None else Columns(context.postings)
    every, units = _vouchers(table), table.coded("unit")[0]
    # Figures first: few vouchers share them with another unit, and only their texts are read.
    near = _units_of_group(_numbers(table, every), units[every.place]) > 1
    vouchers = Vouchers(every.place[near], every.amount[near])
    same = _alike(table, vouchers)
    count = _units_of_group(same, units[vouchers.place])
    shared = (count > 1) & (count <= MOST)
    findings: list[Finding] = []
    for group in dict.fromkeys(same[shared].tolist()):
        members = np.flatnonzero(same == group)
        rows = list(table.rows(vouchers.place[members]))
        findings += _told(context, rows, int(vouchers.amount[members[0]]))
    return Checked(len(every.place), findings)


def plain(text: str) -> str:
    """A text as it is compared: letters and figures alone, composed, small."""
    return "".join(sign for sign in nfc(text).casefold() if sign.isalnum())


def _vouchers(table: Columns) -> Vouchers:
    """Every voucher that pays somebody who is named, without those that are one side of an internal pair."""
    rows = np.flatnonzero(table.equal("entry", "voucher"))
    groups = table.groups(rows, *VOUCHER)
    internal = np.logical_or.reduce([table.given(name) for name in INTERNAL])[rows]
    named = table.given("counterparty")[rows]
    pairs = totals(groups, internal.astype(np.int64)) > 0
    paying = (table.equal("side", "C") & table.starts("code", (*USE_ACCOUNTS, *MONEY)))[rows]
    pays = totals(groups, paying.astype(np.int64)) > 0
    debit = (table.equal("side", "D") & table.equal("commodity", "VND"))[rows]
    amounts = totals(groups, np.where(debit, table.whole("amount")[rows], 0))
    chosen, of = rows[named], groups[named]
    _, firsts = np.unique(of, return_index=True)
    chosen, of = chosen[firsts], of[firsts]
    keep = pays[of] & ~pairs[of] & (amounts[of] != 0)
    return Vouchers(chosen[keep], amounts[of[keep]])


def _alike(table: Columns, vouchers: Vouchers) -> Places:
    """A number for each voucher, the same for those that say the same."""
    texts = (_plainly(table, name, vouchers.place) for name in ("counterparty", "description"))
    return joined(_numbers(table, vouchers), *texts)


def _numbers(table: Columns, vouchers: Vouchers) -> Places:
    """A number for each voucher, the same for those of one amount and day."""
    documents, dates = (_days(table, name, vouchers.place) for name in ("document_date", "date"))
    return joined(pd.factorize(vouchers.amount)[0], np.where(documents > 0, documents, dates))


def _plainly(table: Columns, name: str, at: Places) -> Places:
    """A column of some rows as numbers, the same where the texts read the same."""
    numbers: Places = pd.factorize(np.array([plain(text) for text in table.texts(name, at)], dtype=object))[0]
    return numbers


def _days(table: Columns, name: str, at: Places) -> Places:
    """A column of ISO days of some rows as figures (20260331); 0 where there is none."""
    places, texts = table.coded(name)
    return np.array([int(text.replace("-", "") or "0") for text in texts] or [0], dtype=np.intp)[places[at]]


def _units_of_group(groups: Places, units: Places) -> Whole:
    """For each voucher, in how many units its group has members."""
    many = int(units.max(initial=0)) + 1
    of_group = np.unique(groups * many + units) // many
    count: Whole = np.bincount(of_group, minlength=int(groups.max(initial=-1)) + 1)[groups]
    return count


def _told(context: Context, rows: list[Row], amount: int) -> Iterator[Finding]:
    """Each of the same vouchers that findings are wanted for, with where the others stand."""
    for row in rows:
        others = [other for other in rows if other.unit != row.unit]
        if not _wanted(context, row):
            continue
        found = context.finding(
            "V07",
            row,
            column="voucher",
            value=row.voucher,
            counterparty=row.counterparty,
            amount=amount,
            date=date_vi(row.document_date or row.date),
            units=", ".join(dict.fromkeys(f"{other.unit} ({other.voucher})" for other in others)),
        )
        where = "; ".join(f"{o.unit} · {o.period} · {o.voucher} · {date_vi(o.date)}" for o in others)
        yield replace(found, other=where)


def _wanted(context: Context, row: Row) -> bool:
    unit, periods = context.scope_unit, context.scope_periods
    return (unit is None or row.unit == unit) and (not periods or row.period in periods)
