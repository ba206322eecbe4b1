"""What is spent of which estimate line: the arithmetic that budget control and the execution report share.

Guarantees: spent = uses of the memo accounts 008, 009, 012, 013 on their credit side, clearings and restorations
(negative) included, never 611/612; every use is charged to exactly one estimate line or named as having none. A use
belongs to the most specific line that exists on its day: the item, else its group (mục), else the whole source and
clause; so a group's line covers those of its items that have no line of their own. A use that names a programme is
charged to that programme's lines alone, one that names none never to a programme's.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ledger import estimates as decisions
from plugins.columns import Columns, Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.budget_index import BudgetIndex

Line = tuple[str, ...]
"""Unit, budget year, source, clause, programme, and item, group, "" for the whole, NO_LINE or OF_THE_CLAUSE."""

USE_ACCOUNTS = ("008", "009", "012", "013")
POT = ["unit", "budget_year", "source", "clause", "programme"]
"""What estimates are kept apart by; uses add the item, estimates the item, group or nothing."""
LINE = [*POT, "line"]

ASSIGNED = frozenset(decisions.TITLES)
"""Kinds whose signed amount changes the estimate: those that are posted to 008. Funds carried over as money already
received (`carry-received`) are spent from 3371 and move no estimate."""
HELD = {"held": 1, "release": -1}
"""Kinds that hold part of the estimate back and give it free again; both are written as positive amounts."""
ENDED = frozenset({"carry-out", "cancel"})
"""Kinds by which what is left leaves a closed year."""
TRANSFER = "transfer"

NO_LINE = "-"
"""Line of a use that no estimate covers (no item has this code)."""
OF_THE_CLAUSE = "*"
"""Line of what is held back of a whole clause whose estimate is divided (no item has this code)."""

_NEVER = np.iinfo(np.int64).max


class Charged(NamedTuple):
    """Which line each of some rows belongs to."""

    numbers: Places
    """For each row, the number of its line in `lines`."""
    lines: Sequence[Line]


class Lines:
    """The estimate lines that exist, and since when."""

    def __init__(self, estimates: pd.DataFrame, index: BudgetIndex) -> None:
        self._index = index
        self._since: dict[tuple[str, ...], dict[str, str]] = {}
        self._parts: dict[tuple[str, ...], set[tuple[str, str]]] = {}
        giving = estimates[estimates["kind"].isin(ASSIGNED)]
        columns = (giving[name] for name in (*POT, "item", "date"))
        for *pot, item, day in zip(*columns, strict=True):
            since = self._since.setdefault(tuple(pot), {})
            since[item] = min(day, since.get(item, day))
            self._parts.setdefault(tuple(pot[:-1]), set()).add((pot[-1], item))

    def line(self, pot: tuple[str, ...], item: str, day: str) -> str:
        """The line that a use on a day belongs to: an item, a group, "" for the whole, NO_LINE for none.

        Args:
            pot: unit, budget year, source, clause and programme.
            item: tiểu mục of the use.
            day: ISO date; only decisions up to it count. Holding money back makes no line.
        """
        return next((line for since, line in self._choices(pot, item) if since <= day), NO_LINE)

    def held(self, pot: tuple[str, ...], item: str) -> str:
        """The line on which a decision that holds back or releases stands, whatever its day.

        An empty item means the whole clause (of the programme): its only line, or OF_THE_CLAUSE where the estimate is
        divided. An item that has no line of its own is held of the line that covers it.
        """
        *clause, programme = pot
        if item:
            return next((line for _, line in self._choices(pot, item)), OF_THE_CLAUSE)
        parts = self._parts.get(tuple(clause), set())
        if programme:
            parts = {part for part in parts if part[0] == programme}
        return "" if parts == {(programme, "")} else OF_THE_CLAUSE

    def charge(self, columns: Columns, at: Places) -> Charged:
        """The lines of many rows at once; rows have the columns of `POT`, `item` and `date`."""
        groups, firsts = distinct(columns, at, *POT, "item")
        numbers: dict[Line, int] = {}
        days = sorted(set(columns.texts("date", _one_of_each(columns, at, "date"))))
        since = np.full((len(firsts), 4), _NEVER, dtype=np.int64)
        which = np.zeros((len(firsts), 4), dtype=np.intp)
        since[:, 3] = -1
        for row, (*pot, item) in enumerate(columns.keys(at[firsts], *POT, "item")):
            which[row, 3] = numbers.setdefault((*pot, NO_LINE), len(numbers))
            for place, (start, line) in enumerate(self._choices(tuple(pot), item)):
                since[row, place] = bisect_left(days, start)
                which[row, place] = numbers.setdefault((*pot, line), len(numbers))
        place = (ranks(columns, at, "date", days)[:, None] >= since[groups]).argmax(axis=1)
        return Charged(which[groups, place], list(numbers))

    def _choices(self, pot: tuple[str, ...], item: str) -> list[tuple[str, str]]:
        """(first day, line) of the lines that could cover an item, the most specific first."""
        since = self._since.get(pot, {})
        lines = dict.fromkeys((item, self._index.group_of(item) or item, ""))
        return [(since[line], line) for line in lines if line in since]


def distinct(columns: Columns, at: Places, *names: str) -> tuple[Places, Places]:
    """(a number for each of some rows, the same where all these columns are; place in `at` of the first of each)."""
    key = np.zeros(len(at), dtype=np.int64)
    size = 1
    for name in names:
        places, values = columns.coded(name)
        if size * max(len(values), 1) >= _NEVER:
            key, size = pd.factorize(key)[0].astype(np.int64), len(at)
        size *= max(len(values), 1)
        key = key * max(len(values), 1) + places[at]
    numbers, found = pd.factorize(key)
    firsts = np.full(len(found), len(at), dtype=np.intp)
    firsts[numbers[::-1]] = np.arange(len(at) - 1, -1, -1)
    return numbers, firsts


def ranks(columns: Columns, at: Places, name: str, values: Sequence[str]) -> Places:
    """For each of some rows, the place of its text among sorted texts that hold it."""
    codes, texts = columns.coded(name)
    known = {value: place for place, value in enumerate(values)}
    return np.array([known.get(text, -1) for text in texts] or [0], dtype=np.intp)[codes[at]]


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
    found = Lines(estimates, index).charge(Columns(table), np.arange(len(table), dtype=np.intp))
    names = [line[-1] for line in found.lines]
    return table.assign(line=pd.Series([names[number] for number in found.numbers], table.index, dtype="str"))


def standing(estimates: pd.DataFrame, index: BudgetIndex) -> pd.DataFrame:
    """Estimate decisions with columns `line`, `assigned`, `held` and `ended` in whole đồng, signed."""
    factor = estimates["kind"].map(HELD).fillna(0).astype("int64")
    return estimates.assign(
        line=_lines_of(estimates, index),
        assigned=estimates["amount"].where(estimates["kind"].isin(ASSIGNED), 0),
        held=estimates["amount"] * factor,
        ended=estimates["amount"].where(estimates["kind"].isin(ENDED), 0),
    )


def _lines_of(estimates: pd.DataFrame, index: BudgetIndex) -> pd.Series[str]:
    """The line of each decision: the one it names, and for money held back the one it is held of."""
    lines = Lines(estimates, index)
    named = estimates["item"].tolist()
    holding = np.flatnonzero(estimates["kind"].isin(HELD).to_numpy())
    pots = zip(*(estimates[name].to_numpy()[holding] for name in POT), strict=True)
    for place, pot in zip(holding.tolist(), pots, strict=True):
        named[place] = lines.held(tuple(pot), named[place])
    return pd.Series(named, estimates.index, dtype="str")


def _one_of_each(columns: Columns, at: Places, name: str) -> Places:
    """Some rows that together have every text that a column has in the rows asked for."""
    return at[distinct(columns, at, name)[1]]
