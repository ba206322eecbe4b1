"""Rules on fixed assets held as lots: A07 code given, A08 held, A11 enters once, A12 leaves at its own cost.

Guarantees: what passes can be booked by Beancount: an asset that leaves is held by this unit, on this account, at
this cost; so the lots of 211 and 213 are the asset register of the unit, to the đồng.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ledger.money import money
from ledger.vietnamese import date_vi
from plugins.accounts import FILE
from plugins.columns import Row
from plugins.context import Context
from plugins.rule import Checked, rule


class Movement(NamedTuple):
    """One posting of an asset, with what the unit held of it just before."""

    posting: Row
    held: Row
    """The posting that brought the asset in; None when it is not held."""


@rule("A07")
def asset_code_given(context: Context) -> Checked:
    """A posting on 211 or 213 names its asset."""
    mine = context.mine
    lots = context.resolved.where(lambda account: account.is_lot and account.is_leaf)
    findings = [
        context.finding("A07", row, column="asset", account=row.code)
        for row in mine.rows(mine.firsts(lots & ~mine.given("asset"), *FILE, "voucher", "row"))
    ]
    return Checked(int(lots.sum()), findings)


@rule("A08")
def leaving_asset_is_held(context: Context) -> Checked:
    """An asset that leaves is in the unit's books on that day."""
    leaving = [move for move in context.remember(_movements) if move.posting.quantity < 0]
    findings = [
        context.finding("A08", move.posting, column="asset", value=move.posting.asset, date=date_vi(move.posting.date))
        for move in leaving
        if move.held is None
    ]
    return Checked(len(leaving), findings)


@rule("A11")
def asset_enters_once(context: Context) -> Checked:
    """An asset that is held does not enter a second time under the same code."""
    entering = [move for move in context.remember(_movements) if move.posting.quantity > 0]
    findings = [
        context.finding(
            "A11",
            move.posting,
            column="asset",
            value=move.posting.asset,
            account=move.held.code,
            since=date_vi(move.held.date),
            cost=int(move.held.amount),
        )
        for move in entering
        if move.held is not None
    ]
    return Checked(len(entering), findings)


@rule("A12")
def asset_leaves_as_it_is_held(context: Context) -> Checked:
    """An asset leaves from the account that holds it, at the cost at which it is held."""
    leaving = [move for move in context.remember(_movements) if move.posting.quantity < 0 and move.held is not None]
    findings = []
    for posting, held in leaving:
        cost = -int(posting.amount)
        if (held.account, held.amount) != (posting.account, cost):
            findings.append(
                context.finding(
                    "A12",
                    posting,
                    column="amount" if held.account == posting.account else "credit",
                    value=f"{posting.code}: {money(cost)}",
                    expected=f"{held.code}: {money(int(held.amount))}",
                    difference=cost - int(held.amount),
                    asset=posting.asset,
                )
            )
    return Checked(len(leaving), findings)


def _movements(context: Context) -> list[Movement]:
    """The movements in scope in order of time, each with the holding before it; unit by unit."""
    found = []
    mine = context.mine
    at = np.flatnonzero(mine.given("lot_date") & mine.given("asset"))
    ordered = at[np.argsort(np.array(mine.texts("date", at), dtype="U10"), kind="stable")]
    held: dict[tuple[str, str], Row] = {}
    for row, wanted in zip(mine.rows(ordered), context.in_scope[ordered].tolist(), strict=True):
        key = (row.unit, row.asset)
        if wanted:
            found.append(Movement(row, held.get(key)))
        if row.quantity > 0:
            held[key] = row
        else:
            held.pop(key, None)
    return found
