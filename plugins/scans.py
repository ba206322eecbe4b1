"""Rule on the papers behind vouchers: V05, a large voucher has its scan attached.

Guarantees: a voucher is asked for a scan by the amount that the province set for its posting date, and by nothing
else; before the day that rule came into force none is asked for. What is attached, the events say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from ledger.money import money
from ledger.regulations import NotInForceError
from plugins.columns import Flags, Places, Whole, first_of
from plugins.context import Context
from plugins.rule import Checked, rule

REQUIRED_FROM = "scans.required_from"
"""The regulation; whole đồng."""


class Voucher(NamedTuple):
    """A voucher that was handed in, as far as its papers are concerned."""

    place: int
    """Its first row in `Context.mine`."""
    amount: int
    """Turnover of its larger side, red entries by their size, on or off the balance sheet; whole đồng."""
    required_from: int | None
    """From which amount vouchers of its date need a scan; None: no rule is in force."""
    attached: bool

    @property
    def missing(self) -> bool:
        """Whether it needs a scan and has none."""
        return self.required_from is not None and self.amount >= self.required_from and not self.attached


@rule("V05")
def large_voucher_has_its_scan(context: Context) -> Checked:
    """A voucher of the amount that the province set, or more, has a scan."""
    firsts, amounts = _turnovers(context)
    asked, limits = _asked(context, firsts)
    large = firsts[asked & (amounts >= limits)]
    findings = [
        context.finding(
            "V05",
            context.mine.row(voucher.place),
            column="voucher",
            value=money(voucher.amount),
            expected=f"< {money(voucher.required_from or 0)}",
            limit=voucher.required_from or 0,
        )
        for voucher in _vouchers(context, large, amounts[asked & (amounts >= limits)])
        if voucher.missing
    ]
    return Checked(int(asked.sum()), findings)


def vouchers(context: Context) -> Iterator[Voucher]:
    """The vouchers in scope that people handed in, in the order of the table."""
    yield from _vouchers(context, *_turnovers(context))


def required_from(context: Context, day: str) -> int | None:
    """From which amount, whole đồng, vouchers posted on an ISO day need a scan; None before there was a rule."""
    try:
        return context.regulations.integer(REQUIRED_FROM, date.fromisoformat(day))
    except (NotInForceError, ValueError):
        return None


def _turnovers(context: Context) -> tuple[Places, Whole]:
    """First rows of the vouchers in scope that people handed in, in the order of the table, and their turnovers."""
    mine = context.mine
    at = np.flatnonzero(context.handed_in & mine.equal("entry", "voucher"))
    groups = mine.groups(at, "unit", "period", "book", "voucher")
    firsts = at[first_of(groups)]
    # One sum for each side, on and off the balance sheet: a voucher on both is not counted twice.
    parts = groups * 4 + mine.equal("side", "D")[at] * 2 + mine.equal("commodity", "MEMO")[at]
    sums = np.zeros(4 * len(firsts), dtype=np.int64)
    np.add.at(sums, parts, np.abs(mine.whole("amount")[at]))
    return firsts, sums.reshape(-1, 4).max(axis=1, initial=0)


def _asked(context: Context, firsts: Places) -> tuple[Flags, Whole]:
    """Which vouchers a rule is in force for, and from which amount."""
    days, texts = context.mine.coded("date")
    limits = [required_from(context, day) for day in texts]
    asked = np.array([limit is not None for limit in limits], dtype=np.bool_)
    return asked[days[firsts]], np.array([limit or 0 for limit in limits], dtype=np.int64)[days[firsts]]


def _vouchers(context: Context, firsts: Places, amounts: Whole) -> Iterator[Voucher]:
    keys = context.mine.keys(firsts, "unit", "period", "voucher", "date")
    limits = {day: required_from(context, day) for *_, day in keys}
    for place, amount, (unit, period, number, day) in zip(firsts.tolist(), amounts.tolist(), keys, strict=True):
        yield Voucher(place, amount, limits[day], (unit, period[:4], number) in context.attached)
