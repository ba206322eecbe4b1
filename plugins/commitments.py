"""Commitments (cam kết chi): what is promised by contract, what of it was paid, and what is still open.

Guarantees: a use of the estimate that names a contract relieves its commitment by the amount it counts on the estimate
line, so that an advance, its clearing, a payment and a restoration relieve it exactly once together; whole đồng, exact
at the end of every day; money is never committed below 0, and a closed contract keeps none.

    table = context.remember(balances)      # one row for each contract line and day on which something happened
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ledger.budget_index import BudgetIndex
from ledger.records import Record
from plugins.columns import Places, Whole
from plugins.context import Context
from plugins.estimate_days import uses_of

KIND = "commitments"
"""The register that commitments stand in."""

KEY = ("unit", "budget_year", "source", "clause", "item", "programme", "contract")
"""What makes a contract line: the part of a contract that one budget line pays in one year."""

SIGN, INCREASE, DECREASE, CLOSE = "sign", "increase", "decrease", "close"
"""What a row of the register does."""

MORE = (SIGN, INCREASE)
"""Rows that commit money; the others give it free."""

Key = tuple[str, ...]
"""The values of `KEY`."""

_BALANCES = [*KEY, "date", "since", "committed", "relieved", "outstanding", "change"]


class Named(NamedTuple):
    """The uses of the estimate that name a contract."""

    at: Places
    """Their rows in `Context.mine`."""
    keys: list[Key]
    """The contract line of each; its item is that of the register's line (item, group or "" for the whole)."""
    dates: list[str]
    used: Whole
    """Whole đồng; negative for the clearing side of an advance and for restorations."""


def movements(context: Context) -> pd.DataFrame:
    """What each day commits and relieves on each contract line.

    Returns:
        Columns of `KEY`, `date` (ISO), `committed` and `relieved` (whole đồng, signed), `state`: `open` where the day
        signs or raises the contract line, `closed` where it closes it, None where it does neither.
    """
    rows, named = register(context), context.remember(named_uses)
    lines = _Lines(rows, context.index)
    table = _frame(
        [*(lines.own(row) for row in rows), *named.keys],
        date=[*(row.texts["day"] for row in rows), *named.dates],
        committed=[*(row.number("amount") for row in rows), *[0] * len(named.keys)],
        relieved=[*[0] * len(rows), *named.used.tolist()],
    )
    states = [*(_STATE[row.texts["change"]] for row in rows), *[None] * len(named.keys)]
    table["state"] = pd.Series(states, dtype=object)
    if table.empty:
        return table  # Most units have no contract; grouping nothing would cost more than all that follows.
    days = table.groupby([*KEY, "date"], sort=True, as_index=False)
    return days.agg(committed=("committed", "sum"), relieved=("relieved", "sum"), state=("state", "last"))


def balances(context: Context) -> pd.DataFrame:
    """Each contract line at the end of each day on which something happened to it, in order of line and day.

    Returns:
        Columns of `KEY`, `since` (the line's first day), `date`, then whole đồng: `committed` and `relieved` up to that
        day, `outstanding` (max(0, committed - relieved), 0 once the line is closed) and `change` (what the day did to
        `outstanding`; for a sum by budget line, add these up).
    """
    days = context.remember(movements)
    if days.empty:
        return days[[*KEY, "date"]].assign(since=days["date"], committed=0, relieved=0, outstanding=0, change=0)[
            _BALANCES
        ]
    lines = days.groupby(list(KEY), sort=False)
    table = days[[*KEY, "date"]].copy()
    table["since"] = lines["date"].transform("first")
    table["committed"], table["relieved"] = lines["committed"].cumsum(), lines["relieved"].cumsum()
    closed = (lines["state"].ffill() == _CLOSED).to_numpy()
    still = (table["committed"] - table["relieved"]).clip(lower=0).to_numpy()
    table["outstanding"] = np.where(closed, 0, still)
    before = table.groupby(list(KEY), sort=False)["outstanding"].shift(fill_value=0)
    table["change"] = table["outstanding"] - before
    return table


def outstanding(context: Context, day: str) -> dict[Key, int]:
    """What is committed and not yet paid at the end of an ISO day, whole đồng, by contract line; those with 0 left out.

    Args:
        context: of one unit, or of all.
        day: ISO day.
    """
    table = context.remember(balances)
    last = table[table["date"] <= day].groupby(list(KEY), sort=False).tail(1)
    last = last[last["outstanding"] > 0]
    return dict(zip(zip(*(last[name] for name in KEY), strict=True), map(int, last["outstanding"]), strict=True))


def register(context: Context) -> list[Record]:
    """The rows of the register of the unit in scope (of all units when every one is), in order of unit and period."""
    unit = context.scope_unit
    return [row for row in context.registers.rows(KIND) if unit is None or row.unit == unit]


def key_of(row: Record) -> Key:
    """The contract line of a row of the register."""
    return (row.unit, *(row.texts[name] for name in KEY[1:]))


def spelled(contract: str) -> str:
    """A contract's number as it is compared: capitals do not matter, spaces neither."""
    return "".join(contract.split()).casefold()


def compared(key: Key) -> Key:
    """A contract line with its number as it is compared."""
    return (*key[:-1], spelled(key[-1]))


def named_uses(context: Context) -> Named:
    """The uses that name a contract, each on its contract line.

    A contract that the register does not have, or not on this budget line, keeps the item of the use: nothing is
    committed there, so that what is paid is seen to be too much.
    """
    mine = context.mine
    at = np.flatnonzero(context.remember(uses_of) & mine.given("contract"))
    lines = _Lines(register(context), context.index)
    found = mine.keys(at, *KEY)
    of = {key: lines.line(key) for key in set(found)}
    return Named(at, [of[key] for key in found], mine.texts("date", at), -mine.whole("amount")[at])


class _Lines:
    """The contract lines that the register has."""

    def __init__(self, rows: Iterable[Record], index: BudgetIndex) -> None:
        self._index = index
        self._known: dict[Key, Key] = {}
        for row in rows:
            key = key_of(row)
            self._known.setdefault(compared(key), key)
            self._known.setdefault((row.unit, spelled(row.texts["contract"])), (row.texts["contract"],))

    def own(self, row: Record) -> Key:
        """The contract line of a row of the register, its number as it was first spelled."""
        return self._known[compared(key_of(row))]

    def line(self, used: Key) -> Key:
        """The contract line of a use: its item's, else its group's, else that of the whole, else one of its own."""
        *pot, item, programme, contract = used
        for tried in (item, self._index.group_of(item) or item, ""):
            known = self._known.get(compared((*pot, tried, programme, contract)))
            if known is not None:
                return known
        named = self._known.get((used[0], spelled(contract)))
        return (*used[:-1], *named) if named else used


_CLOSED = "closed"
_STATE = {SIGN: "open", INCREASE: "open", DECREASE: None, CLOSE: _CLOSED}


def _frame(keys: Sequence[Key], **columns: Sequence[Any]) -> pd.DataFrame:
    """A table of contract lines with further columns: `date` is text, the others whole numbers."""
    parts = list(zip(*keys, strict=True)) or [()] * len(KEY)
    table = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in zip(KEY, parts, strict=True)})
    for name, values in columns.items():
        table[name] = pd.Series(values, dtype="str" if name == "date" else "int64")
    return table


__all__ = [
    "CLOSE",
    "DECREASE",
    "INCREASE",
    "KEY",
    "KIND",
    "MORE",
    "SIGN",
    "Key",
    "Named",
    "balances",
    "compared",
    "key_of",
    "movements",
    "named_uses",
    "outstanding",
    "register",
    "spelled",
]
