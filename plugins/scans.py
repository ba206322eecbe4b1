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
from plugins.columns import totals
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
    asked = [voucher for voucher in vouchers(context) if voucher.required_from is not None]
    findings = [
        context.finding(
            "V05",
            context.mine.row(voucher.place),
            column="voucher",
            value=money(voucher.amount),
            expected=f"< {money(voucher.required_from or 0)}",
            limit=voucher.required_from or 0,
        )
        for voucher in asked
        if voucher.missing
    ]
    return Checked(len(asked), findings)


def vouchers(context: Context) -> Iterator[Voucher]:
    """The vouchers in scope that people handed in, in the order of the table."""
    mine = context.mine
    at = np.flatnonzero(context.handed_in & mine.equal("entry", "voucher"))
    if not len(at):
        return
    groups = mine.groups(at, "unit", "period", "book", "voucher")
    # One sum for each side, on and off the balance sheet: a voucher on both is not counted twice.
    parts = groups * 4 + mine.equal("side", "D")[at] * 2 + mine.equal("commodity", "MEMO")[at]
    sums = totals(np.append(parts, groups.max() * 4 + 3), np.append(np.abs(mine.whole("amount")[at]), 0))
    amounts = sums.reshape(-1, 4).max(axis=1)
    firsts = at[np.unique(groups, return_index=True)[1]]
    limits = {day: required_from(context, day) for day in dict.fromkeys(mine.texts("date", firsts))}
    keys = mine.keys(firsts, "unit", "period", "voucher", "date")
    for place, amount, (unit, period, number, day) in sorted(zip(firsts.tolist(), amounts.tolist(), keys, strict=True)):
        yield Voucher(place, amount, limits[day], (unit, period[:4], number) in context.attached)


def required_from(context: Context, day: str) -> int | None:
    """From which amount, whole đồng, vouchers posted on an ISO day need a scan; None before there was a rule."""
    try:
        return context.regulations.integer(REQUIRED_FROM, date.fromisoformat(day))
    except (NotInForceError, ValueError):
        return None
