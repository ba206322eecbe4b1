"""What is left of each estimate line when its year ends: the arithmetic that rules and the carry-over run share.

Guarantees: spent, held and assigned are those of budget control (`plugins.execution`), line by line; what is left is
never shared by two lines; every figure is a sum of postings and decisions, whole đồng. Only the units and years asked
for are looked at.

Money received and not spent is what the budget accounts say: advances that the Treasury has not cleared (008…1),
payment orders not used up (012, 013), without what was paid back (3371 `remit`), and what earlier years left on 3371.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

from ledger.estimates import Kind
from plugins.columns import Columns, Flags, Places, Whole, totals
from plugins.context import Context
from plugins.execution import LINE, NO_LINE, USE_ACCOUNTS, Line, Lines, standing

UnitYear = tuple[str, str]
"""Unit and budget year, four digits."""

ESTIMATE, ORDERS, RECEIVED = ("008",), ("012", "013"), ("3371",)
CARRYING: Final[Mapping[str, Kind]] = {"estimate": "carry", "received": "carry-received"}
"""What is carried (the word of the form) → kind of the decision that brings it into the next year."""
_ENDING: Final[Mapping[Kind, str]] = {"carry-out": "carried_out", "cancel": "cancelled"}
_FIGURES = ("estimate", "held", "spent", "advances", "received", "carried_out", "cancelled")


class YearLine(NamedTuple):
    """One estimate line of a year, whole đồng."""

    line: Line
    estimate: int
    held: int
    """Held back and not released: it stays where it is."""
    spent: int
    advances: int
    """Of what is spent: advances that the Treasury has not cleared."""
    received: int
    """Money received and neither spent nor paid back."""
    carried_out: int
    cancelled: int
    wanted: bool
    """Whether a use that findings are wanted for stands on it (always, when all periods are)."""

    @property
    def left(self) -> int:
        """What may be carried over or is cancelled."""
        return self.estimate - self.held - self.spent

    @property
    def ended(self) -> int:
        """What a year-end run took off the line."""
        return self.carried_out + self.cancelled


class YearLines:
    """The lines of some units' years.

    Args:
        context: books, decisions, budget index.
        wanted: the units and years in question.
    """

    def __init__(self, context: Context, wanted: Collection[UnitYear]) -> None:
        self._context, self._wanted = context, frozenset(wanted)
        table = context.estimates
        keys = zip(table["unit"], table["budget_year"], strict=True)
        self._decisions = table[np.fromiter((key in self._wanted for key in keys), dtype=np.bool_, count=len(table))]
        self._lines = Lines(self._decisions, context.index)
        self._charged: tuple[Places, Places, list[Line]] = (np.zeros(0, np.intp), np.zeros(0, np.intp), [])
        self._found: dict[Line, list[int]] = {}
        self._asked: set[Line] = set()
        if self._wanted:
            self._assigned()
            self._used()
            self._received()
            self._left_by_earlier_years()

    def __iter__(self) -> Iterator[YearLine]:
        """Every line, by unit, year, source, clause, programme and item."""
        return (self._made(line) for line in sorted(self._found) if line[-1] != NO_LINE)

    @property
    def known(self) -> frozenset[UnitYear]:
        """The units and years for which anything was ever assigned."""
        return frozenset((line[0], line[1]) for line, figures in self._found.items() if figures[0] or figures[1])

    def covering(self, unit: str, year: str, place: tuple[str, str, str, str]) -> YearLine:
        """The line that an amount of a source, clause, programme and item belongs to; all zero where there is none."""
        *pot, item = place
        return self._made((unit, year, *pot, self._lines.line((unit, year, *pot), item, f"{year}-12-31")))

    def uses(self, line: Line) -> Places:
        """Rows of `Context.mine` that use the line, in the table's order."""
        at, numbers, lines = self._charged
        return at[numbers == lines.index(line)] if line in lines else at[:0]

    def _made(self, line: Line) -> YearLine:
        figures = self._found.get(line, [0] * len(_FIGURES))
        wanted = not self._context.scope_periods or line in self._asked
        return YearLine._make((line, *figures, wanted))

    def _add(self, figure: str, lines: Iterable[tuple[str, ...]], amounts: Iterable[int]) -> None:
        place = _FIGURES.index(figure)
        for line, amount in zip(lines, amounts, strict=True):
            self._found.setdefault(tuple(line), [0] * len(_FIGURES))[place] += int(amount)

    def _assigned(self) -> None:
        table = standing(self._decisions, self._context.index)
        lines = list(zip(*(table[name] for name in LINE), strict=True))
        self._add("estimate", lines, table["assigned"])
        self._add("held", lines, table["held"])
        for kind, figure in _ENDING.items():
            self._add(figure, lines, table["amount"].where(table["kind"] == kind, 0))

    def _used(self) -> None:
        mine = self._context.mine
        at = np.flatnonzero(self._of_the_years(mine) & mine.starts("code", USE_ACCOUNTS) & mine.equal("side", "C"))
        charged = self._lines.charge(mine, at)
        self._charged = (at, charged.numbers, list(charged.lines))
        used = -mine.whole("amount")[at]
        advances = advance_accounts(self._context)[at]
        self._add("spent", charged.lines, _by(charged.numbers, used, len(charged.lines)))
        self._add("advances", charged.lines, _by(charged.numbers[advances], used[advances], len(charged.lines)))
        asked = set(charged.numbers[self._context.in_scope[at]].tolist())
        self._asked = {charged.lines[number] for number in asked}

    def _received(self) -> None:
        mine = self._context.mine
        drawn = advance_accounts(self._context) & mine.equal("side", "C")
        orders = mine.starts("code", ORDERS)
        back = mine.starts("code", RECEIVED) & mine.equal("side", "D") & mine.equal("treasury", "remit")
        at = np.flatnonzero(self._of_the_years(mine) & (drawn | orders | back))
        charged = self._lines.charge(mine, at)
        money = np.where(orders[at], 1, -1) * mine.whole("amount")[at]
        self._add("received", charged.lines, _by(charged.numbers, money, len(charged.lines)))

    def _left_by_earlier_years(self) -> None:
        """What 3371 still holds of the years before, on the line of this year that has the same source and item."""
        mine = self._context.mine
        held = mine.starts("code", RECEIVED) & mine.equal("unit", *{unit for unit, _ in self._wanted})
        places = ("source", "clause", "programme", "item")
        sums = mine.sums(np.flatnonzero(held), "unit", "entry", "budget_year", "date", *places)
        keys = mine.keys(sums.firsts, "unit", "entry", "budget_year", "date", *places)
        for key, amount in zip(keys, sums.amounts.tolist(), strict=True):
            owner, entry, of_year, day, *pot, item = key
            for unit, year in self._wanted:
                earlier = day[:4] <= year if entry == "opening" else entry == "voucher" and of_year < year
                if owner == unit and earlier and day < f"{int(year) + 1}-02":
                    line = self._lines.line((unit, year, *pot), item, f"{year}-12-31")
                    self._add("received", [(unit, year, *pot, line)], [-amount])

    def _of_the_years(self, mine: Columns) -> Flags:
        """Rows of vouchers of the units and budget years in question; of another pair they stand on no line."""
        units, years = ({key[place] for key in self._wanted} for place in (0, 1))
        return mine.equal("unit", *units) & mine.equal("budget_year", *years) & mine.equal("entry", "voucher")


def advance_accounts(context: Context) -> Flags:
    """Rows of `Context.mine` on a memo account for advances (008111, 008211 …): one that takes no actual payment."""
    mine = context.mine
    day = max(mine.coded("date")[1], default=context.today)

    def is_advance(code: str) -> bool:
        account = context.chart.find(code, day) if code.startswith(ESTIMATE) else None
        return account is not None and "advance" in account.treasury and "actual" not in account.treasury

    return mine.where("code", is_advance)


def _by(numbers: Places, amounts: Whole, count: int) -> list[int]:
    """Sums by line number, one for each of `count` lines."""
    sums = np.zeros(count, dtype=np.int64)
    found = totals(numbers, amounts)
    sums[: len(found)] = found
    return sums.tolist()
