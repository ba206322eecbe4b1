"""Transfers between units: I01 partner and reference given, I02 both sides match, I03 the partner is a known unit.

Guarantees: two sides are matched only where each names the other, both name the same reference, and the amounts are
opposite; within a reference the oldest are matched first. Nothing is guessed: what does not match stays visible, as
I04 (a remark) while the other unit may still hand its side in on time, as I02 (a warning) from then on.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ledger.deadlines import submit_due
from ledger.findings import Finding
from ledger.money import money
from ledger.vietnamese import date_vi
from plugins.accounts import FILE
from plugins.columns import Columns, Flags, Row
from plugins.context import Context
from plugins.rule import Checked, rule

INTERNAL = ("136", "336")
"""Receivables from and payables to other units of the same estimate tree, in both regimes."""

OPENING = "-00"
"""End of the period of opening balances, which no unit hands in month by month."""


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


class Lonely(NamedTuple):
    """What a unit booked with a partner under a reference and the partner did not."""

    row: Row
    amount: int
    theirs: int
    """What the partner has unmatched under the reference, debit positive."""
    until: str
    """ISO day until which the partner may still hand in its side on time; empty: that day is over, or there is none."""


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
    count, lonely = context.remember(_lonely)
    return Checked(count, [_unmatched(context, "I02", side) for side in lonely if not side.until])


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


@rule("I04")
def other_side_may_still_come(context: Context) -> Checked:
    """A posting without another side whose partner's month is not due yet: nothing is wrong so far."""
    _, lonely = context.remember(_lonely)
    waiting = [side for side in lonely if side.until]
    return Checked(len(lonely), [_unmatched(context, "I04", side) for side in waiting])


def _lonely(context: Context) -> tuple[int, list[Lonely]]:
    """How many internal postings were looked at, and what has no other side, by unit, partner and reference."""
    books = {row.unit for row in context.units if row.keeps_books}
    columns = context.mine if context.scope_unit is None else Columns(context.postings)
    present = books & (context.read or set(columns.coded("unit")[1]))
    found = match(columns, present)
    rest: dict[tuple[str, ...], list[Side]] = defaultdict(list)
    for side in found.unmatched:
        rest[side.together].append(side)
    lonely = []
    for sides in rest.values():
        for unit in sorted({side.unit for side in sides}):
            own = [side for side in sides if side.unit == unit]
            theirs = sum(side.amount for side in sides) - sum(side.amount for side in own)
            rows = list(columns.rows([side.place for side in own]))
            row = next((row for row in rows if _asked(context, row)), None)
            if row is not None:
                until = "" if len(own) < len(sides) else _until(context, min(row.period for row in rows))
                lonely.append(Lonely(row, sum(side.amount for side in own), theirs, until))
    return len(found.pairs) * 2 + len(found.unmatched), lonely


def _until(context: Context, period: str) -> str:
    """The day on which a period's vouchers are due, as long as it is not over."""
    due = None if period.endswith(OPENING) else submit_due(context.regulations, period)
    return due if due is not None and context.today <= due else ""


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


def _unmatched(context: Context, code: str, side: Lonely) -> Finding:
    row = side.row
    found = context.finding(
        code,
        row,
        column="reference",
        value=money(side.amount),
        expected=money(-side.theirs),
        difference=side.amount + side.theirs,
        partner=row.partner,
        reference=row.reference,
        theirs=side.theirs,
        until=date_vi(side.until) if side.until else "",
    )
    return replace(found, other=f"{row.partner} · {row.reference} · {money(side.theirs)}")
