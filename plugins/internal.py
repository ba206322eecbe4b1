"""Transfers between units: I01 partner and reference given, I02 both sides match, I03 the partner is a known unit.

Guarantees: two sides are matched only where each names the other, both name the same reference, and the amounts are
opposite; within a reference the oldest are matched first. Nothing is guessed: what does not match stays visible.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from ledger.findings import Finding
from ledger.money import money
from plugins.accounts import FILE
from plugins.columns import Columns, Flags, Row
from plugins.context import Context
from plugins.rule import Checked, rule

INTERNAL = ("136", "336")
"""Receivables from and payables to other units of the same estimate tree, in both regimes."""


class Pair(NamedTuple):
    """Two matched sides: their rows in the table, the earlier unit in the alphabet first."""

    left: int
    right: int
    date: str
    """ISO, of the later side."""


class Side(NamedTuple):
    """One internal posting."""

    date: str
    place: int
    unit: str
    partner: str
    reference: str
    amount: int

    @property
    def together(self) -> tuple[str, str, str]:
        """What both sides share: the units in alphabetical order, and the reference."""
        return (*sorted((self.unit, self.partner)), self.reference)  # type: ignore[return-value]


class Matched(NamedTuple):
    """Internal postings sorted into pairs and the rest."""

    pairs: list[Pair]
    """In order of time."""
    unmatched: list[Side]
    """Postings without another side, in order of time."""


def match(table: Columns, units: Collection[str]) -> Matched:
    """Pair the internal balances between these units.

    Args:
        table: columns of a posting table.
        units: units whose books are there to be matched with; a partner outside is an outsider.
    """
    waiting: dict[tuple[object, ...], deque[Side]] = defaultdict(deque)
    pairs: list[Pair] = []
    unmatched: dict[int, Side] = {}
    for side in _sides(table, units):
        other = waiting.get((side.together, side.partner, -side.amount))
        if other and side.reference:
            earlier = other.popleft()
            del unmatched[earlier.place]
            left, right = sorted((earlier, side), key=lambda one: one.unit)
            pairs.append(Pair(left.place, right.place, side.date))
        else:
            waiting[side.together, side.unit, side.amount].append(side)
            unmatched[side.place] = side
    return Matched(pairs, list(unmatched.values()))


@rule("I01")
def internal_posting_names_partner_and_reference(context: Context) -> Checked:
    """A posting on 136 or 336 names the other unit and the reference; a partner never stands without one."""
    mine = context.mine
    concerned = context.handed_in & (mine.starts("code", INTERNAL) | mine.given("partner"))
    findings = [
        context.finding("I01", row, column=column, account=row.code)
        for column in ("partner", "reference")
        for row in _rows(context, concerned & ~mine.given(column))
    ]
    return Checked(int(concerned.sum()), findings)


@rule("I02")
def internal_sides_match(context: Context) -> Checked:
    """What one unit booked with another stands in the other's books too, with the opposite sign."""
    books = {row.unit for row in context.units if row.keeps_books}
    columns = context.mine if context.scope_unit is None else Columns(context.postings)
    present = books & (context.read or set(columns.coded("unit")[1]))
    found = match(columns, present)
    rest: dict[tuple[str, ...], list[Side]] = defaultdict(list)
    for side in found.unmatched:
        rest[side.together].append(side)
    findings = []
    for sides in rest.values():
        for unit in sorted({side.unit for side in sides}):
            own = [side for side in sides if side.unit == unit]
            theirs = sum(side.amount for side in sides) - sum(side.amount for side in own)
            row = next((row for row in columns.rows([side.place for side in own]) if _asked(context, row)), None)
            if row is not None:
                findings.append(_unmatched(context, row, sum(side.amount for side in own), theirs))
    return Checked(len(found.pairs) * 2 + len(found.unmatched), findings)


@rule("I03")
def partner_is_another_known_unit(context: Context) -> Checked:
    """The partner stands in the register of units on the date, and is not the unit itself."""
    mine = context.mine
    concerned = context.handed_in & mine.given("partner")
    at = np.flatnonzero(concerned)
    keys = mine.keys(at, "unit", "partner", "date")
    wrong = {key for key in set(keys) if key[0] == key[1] or context.units.get(key[1], key[2]) is None}
    flags = np.zeros(len(mine), dtype=np.bool_)
    flags[at] = [key in wrong for key in keys]
    findings = [context.finding("I03", row, column="partner", value=row.partner) for row in _rows(context, flags)]
    return Checked(len(at), findings)


def _sides(table: Columns, units: Collection[str]) -> list[Side]:
    """The internal postings between these units, in order of time."""
    known = frozenset(units)
    between = table.where("unit", known.__contains__) & table.where("partner", known.__contains__)
    at = np.flatnonzero(table.starts("code", INTERNAL) & between)
    texts = table.keys(at, "date", "unit", "partner", "reference")
    amounts = table.whole("amount")[at].tolist()
    sides = (
        Side(day, place, unit, partner, reference, amount)
        for (day, unit, partner, reference), place, amount in zip(texts, at.tolist(), amounts, strict=True)
        if unit != partner
    )
    return sorted(sides, key=lambda side: (side.date, side.place))


def _rows(context: Context, flags: Flags) -> Iterator[Row]:
    """One posting per row of the submitted file."""
    return context.mine.rows(context.mine.firsts(flags, *FILE, "voucher", "row"))


def _asked(context: Context, row: Row) -> bool:
    """Whether findings are wanted for a row of any unit's books."""
    return context.scope_unit in {None, row.unit} and (not context.scope_periods or row.period in context.scope_periods)


def _unmatched(context: Context, row: Row, amount: int, theirs: int) -> Finding:
    return context.finding(
        "I02",
        row,
        column="reference",
        value=money(amount),
        expected=money(-theirs),
        difference=amount + theirs,
        partner=row.partner,
        reference=row.reference,
        theirs=theirs,
    )
