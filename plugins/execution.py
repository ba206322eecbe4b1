"""What is spent of which estimate line: the arithmetic that budget control and the execution report share.

Guarantees: spent = uses of the memo accounts 008, 009, 012, 013 on their credit side, clearings and restorations
(negative) included, never 611/612; every use is charged to exactly one estimate line or named as having none. A use
belongs to the most specific line that exists on its day: the item, else its group (mục), else the whole source and
clause; so a group's line covers those of its items that have no line of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ledger import estimates as decisions

if TYPE_CHECKING:
    from ledger.budget_index import BudgetIndex

USE_ACCOUNTS = ("008", "009", "012", "013")
POT = ["unit", "budget_year", "source", "clause"]
"""What estimates are kept apart by; uses add the item, estimates the item, group or nothing."""
LINE = [*POT, "line"]

ASSIGNED = frozenset(decisions.TITLES)
"""Kinds whose signed amount changes the estimate: those that are posted to 008. Funds carried over as money already
received (`carry-received`) are spent from 3371 and move no estimate."""
HELD = {"held": 1, "release": -1}
"""Kinds that hold part of the estimate back and give it free again; both are written as positive amounts."""
TRANSFER = "transfer"

NO_LINE = "-"
"""Line of a use that no estimate covers (no item has this code)."""


class Lines:
    """The estimate lines that exist, and since when."""

    def __init__(self, estimates: pd.DataFrame, index: BudgetIndex) -> None:
        self._index = index
        self._since: dict[tuple[str, ...], dict[str, str]] = {}
        giving = estimates[estimates["kind"].isin(ASSIGNED)]
        columns = (giving[name] for name in (*POT, "item", "date"))
        for *pot, item, day in zip(*columns, strict=True):
            since = self._since.setdefault(tuple(pot), {})
            since[item] = min(day, since.get(item, day))

    def line(self, pot: tuple[str, ...], item: str, day: str) -> str:
        """The line that a use on a day belongs to: an item, a group, "" for the whole, NO_LINE for none.

        Args:
            pot: unit, budget year, source and clause.
            item: tiểu mục of the use.
            day: ISO date; only decisions up to it count. Holding money back makes no line.
        """
        since = self._since.get(pot, {})
        for line in (item, self._index.group_of(item) or item, ""):
            if since.get(line, "9999") <= day:
                return line
        return NO_LINE


def uses(postings: pd.DataFrame) -> pd.DataFrame:
    """The postings of vouchers that use an estimate, with their index and a column `used` in whole đồng."""
    memo = postings[postings["code"].str.startswith(USE_ACCOUNTS)]
    table = memo[(memo["entry"] == "voucher") & (memo["side"] == "C")]
    return table.assign(used=-table["amount"])


def charged(table: pd.DataFrame, estimates: pd.DataFrame, index: BudgetIndex) -> pd.DataFrame:
    """Uses with a column `line`: the item or group of the estimate line, "" for the whole, NO_LINE for none.

    Args:
        table: what `uses` gives.
        estimates: estimate decisions; only those dated up to the day of the use count.
        index: knows the group of an item.
    """
    lines = Lines(estimates, index)
    columns = (table[name] for name in (*POT, "item", "date"))
    found = [lines.line(tuple(pot), item, day) for *pot, item, day in zip(*columns, strict=True)]
    return table.assign(line=pd.Series(found, table.index, dtype="str"))


def standing(estimates: pd.DataFrame) -> pd.DataFrame:
    """Estimate decisions with columns `line`, `assigned` and `held` in whole đồng, signed."""
    factor = estimates["kind"].map(HELD).fillna(0).astype("int64")
    return estimates.assign(
        line=estimates["item"],
        assigned=estimates["amount"].where(estimates["kind"].isin(ASSIGNED), 0),
        held=estimates["amount"] * factor,
    )
