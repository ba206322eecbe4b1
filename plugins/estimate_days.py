"""Estimate lines day by day: what was assigned, held and used of each up to the end of every day.

Guarantees: every decision and every use of the units in question stands on exactly one line, or on the line of those
that have none; sums are whole đồng and exact. The lines themselves are those of `plugins.execution`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from plugins.columns import Flags
from plugins.context import Context
from plugins.execution import NO_LINE, POT, USE_ACCOUNTS, Lines, standing

Line = tuple[str, ...]
"""Unit, budget year, source, clause, and item, group or "" for the whole."""


class Movement(NamedTuple):
    """One decision or use on one estimate line."""

    date: str
    wanted: bool
    """Whether findings are wanted for it."""
    assigned: int
    held: int
    used: int
    place: int
    """Row among the uses, or among the decisions."""
    is_use: bool


@dataclass(frozen=True)
class Day:
    """An estimate line at the end of a day on which something happened: sums up to then, whole đồng."""

    line: Line
    date: str
    assigned: int
    held: int
    used: int
    wanted: bool
    """Whether a movement that findings are wanted for came on that day or before."""
    movements: tuple[Movement, ...]

    @property
    def over(self) -> int:
        """How much more is used than was assigned."""
        return self.used - self.assigned

    @property
    def over_held(self) -> int:
        """How much more is used than is free."""
        return self.used + self.held - self.assigned


def uses_of(context: Context) -> Flags:
    """Rows that use an estimate: the credit side of the memo accounts in vouchers."""
    mine = context.mine
    return mine.starts("code", USE_ACCOUNTS) & mine.equal("entry", "voucher") & mine.equal("side", "C")


def movements_of(context: Context) -> dict[Line, list[Movement]]:
    """Decisions and uses by line, each in its own order, decisions first."""
    mine, decisions = context.mine, standing(context.decisions)
    found: dict[Line, list[Movement]] = {}
    named = [decisions[name] for name in (*POT, "line", "date", "assigned", "held")]
    # Decisions are nobody's posting: they are looked at unless only some periods are.
    for place, (*named_line, day, assigned, held) in enumerate(zip(*named, strict=True)):
        movement = Movement(day, not context.scope_periods, assigned, held, 0, place, is_use=False)
        found.setdefault(tuple(named_line), []).append(movement)
    at = np.flatnonzero(context.remember(uses_of))
    lines = Lines(context.decisions, context.index)
    keys = mine.keys(at, *POT, "item", "date")
    line_of = {key: (*key[:-2], lines.line(key[:-2], *key[-2:])) for key in set(keys)}
    used, wanted = (-mine.whole("amount")[at]).tolist(), context.in_scope[at].tolist()
    for place, key, amount, asked in zip(at.tolist(), keys, used, wanted, strict=True):
        movement = Movement(key[-1], asked, 0, 0, amount, place, is_use=True)
        found.setdefault(line_of[key], []).append(movement)
    return found


def days_of(context: Context) -> list[list[Day]]:
    """For each line that exists, its days in order of time."""
    lines = context.remember(movements_of).items()
    return [list(_running(line, movements)) for line, movements in lines if line[-1] != NO_LINE]


def crossing(uses: list[Movement], used: int, limit: int) -> Movement:
    """The use of the day that passed the limit; one that findings are wanted for if there is any."""
    running = used - sum(use.used for use in uses)
    over = []
    for use in uses:
        running += use.used
        if running > limit:
            over.append(use)
    asked = [use for use in uses if use.wanted]
    return next((use for use in over if use.wanted), (asked or over)[0])


def _running(line: Line, movements: list[Movement]) -> Iterator[Day]:
    assigned = held = used = 0
    wanted = False
    for day, group in groupby(sorted(movements, key=attrgetter("date")), key=attrgetter("date")):
        today = tuple(group)
        assigned += sum(movement.assigned for movement in today)
        held += sum(movement.held for movement in today)
        used += sum(movement.used for movement in today)
        wanted = wanted or any(movement.wanted for movement in today)
        yield Day(line, day, assigned, held, used, wanted, today)
