"""Estimate lines day by day: what was assigned, held, committed and used of each up to the end of every day.

Guarantees: every decision, commitment and use of the units in question stands on exactly one line, or on the line of
those that have none; sums are whole đồng and exact, and those of a level are the sums of its lines. The lines
themselves are those of `plugins.execution`. All of it is arrays, made once for all rules; only the days that a finding
speaks of become values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from plugins.columns import Columns, Flags, Places, Row, Whole
from plugins.context import Context
from plugins.day_sums import FIGURES, Days, summed
from plugins.execution import (
    ASSIGNED,
    HELD,
    LINE,
    NO_LINE,
    OF_THE_CLAUSE,
    POT,
    USE_ACCOUNTS,
    Line,
    Lines,
    distinct,
    ranks,
    standing,
)

DECISION, COMMITMENT, USE = range(3)
"""What moves a line."""


class Movements(NamedTuple):
    """What happened to the estimate lines, one entry each: decisions first, then commitments, then uses."""

    lines: Sequence[Line]
    days: Sequence[str]
    """ISO days on which anything happened, in order."""
    line: Places
    """Number of the line in `lines`."""
    day: Places
    """Number of the day in `days`."""
    kind: Places
    """DECISION, COMMITMENT or USE."""
    place: Places
    """Row among the decisions (`decisions_of`), the commitments (`commitments_of`), or `Context.mine`."""
    wanted: Flags
    """Whether findings are wanted for it."""
    figures: Whole
    """One row for each of `FIGURES`: what the movement adds."""


class Movement(NamedTuple):
    """One movement on one day, for those that a finding speaks of."""

    kind: int
    place: int
    wanted: bool
    assigned: int
    held: int
    committed: int
    used: int


def uses_of(context: Context) -> Flags:
    """Rows that use an estimate: the credit side of the memo accounts in vouchers."""
    mine = context.mine
    return mine.starts("code", USE_ACCOUNTS) & mine.equal("entry", "voucher") & mine.equal("side", "C")


def decisions_of(context: Context) -> pd.DataFrame:
    """The decisions that assign, hold back or release, with the columns that `standing` adds."""
    table = standing(context.decisions, context.index)
    return table[table["kind"].isin(ASSIGNED | HELD.keys())].reset_index(drop=True)


def commitments_of(context: Context) -> pd.DataFrame:
    """What each day does to what is promised by contract and not yet paid, with the columns of `LINE`.

    A contract stands for all its life on the line that existed on its first day; what pays it relieves that line.
    """
    from plugins.commitments import balances, register  # noqa: PLC0415 - it asks this module for the uses

    if not register(context):
        return _no_commitments()
    table = context.remember(balances)
    table = table[table["change"] != 0]
    lines = Lines(context.decisions, context.index)
    pots = zip(*(table[name] for name in POT), strict=True)
    found = [lines.line(pot, item, day) for pot, item, day in zip(pots, table["item"], table["since"], strict=True)]
    return table.assign(line=pd.Series(found, table.index, dtype="str"), committed=table["change"])


@cache
def _no_commitments() -> pd.DataFrame:
    """The table of a unit without contracts: most have none, and making it anew for each would cost more than it."""
    texts = {name: pd.Series(dtype="str") for name in (*LINE, "item", "date", "contract")}
    return pd.DataFrame(texts).assign(committed=pd.Series(dtype="int64"))


def movements_of(context: Context) -> Movements:
    """Every decision, commitment and use, with its line and day."""
    mine, given = context.mine, Columns(context.remember(decisions_of))
    committed = Columns(context.remember(commitments_of))
    at = np.flatnonzero(context.remember(uses_of))
    days = sorted({day for table in (given, committed) for day in table.coded("date")[1]} | set(_days(mine, at)))
    charged = Lines(context.decisions, context.index).charge(mine, at)
    numbers = {line: number for number, line in enumerate(charged.lines)}
    whole = [np.arange(len(table), dtype=np.intp) for table in (given, committed)]
    lines = [_numbered(table, rows, numbers) for table, rows in zip((given, committed), whole, strict=True)]
    figures = np.zeros((len(FIGURES), len(given) + len(committed) + len(at)), dtype=np.int64)
    figures[0, : len(given)], figures[1, : len(given)] = given.whole("assigned"), given.whole("held")
    figures[2, len(given) : len(given) + len(committed)] = committed.whole("committed")
    figures[3, len(given) + len(committed) :] = -mine.whole("amount")[at]
    # Decisions and contracts are nobody's posting: they are looked at unless only some periods are.
    others = np.full(len(given) + len(committed), not context.scope_periods)
    return Movements(
        list(numbers),
        days,
        np.concatenate([*lines, charged.numbers]),
        np.concatenate(
            [ranks(t, rows, "date", days) for t, rows in zip((given, committed, mine), (*whole, at), strict=True)]
        ),
        np.repeat([DECISION, COMMITMENT, USE], [len(given), len(committed), len(at)]),
        np.concatenate([*whole, at]),
        np.concatenate([others, context.in_scope[at]]),
        figures,
    )


def days_of(context: Context) -> Days:
    """The days of every line that exists, of what is held of whole clauses too."""
    moved = context.remember(movements_of)
    keep = np.array([line[-1] != NO_LINE for line in moved.lines] or [False], dtype=np.bool_)[moved.line]
    places = np.flatnonzero(keep)
    found = summed(moved.lines, moved.days, moved.line[places], moved.day[places], moved.figures[:, places])
    return _asked(found, places, moved.wanted)


def grouped(days: Days, group: Callable[[Line], Line | None]) -> tuple[Days, Places]:
    """The days of groups of lines, each group's figures the sum of its lines'.

    Args:
        days: those of the lines, as `days_of` gives them.
        group: the key of the group that a line belongs to; None: to none.

    Returns:
        The days (their `order` speaks of the entries of `days`), and the number of each line's group (-1: none).
    """
    numbers: dict[Line, int] = {}
    of_line = [-1 if (key := group(line)) is None else numbers.setdefault(key, len(numbers)) for line in days.keys]
    groups = np.array(of_line or [-1], dtype=np.intp)
    places = np.flatnonzero(groups[days.key] >= 0)
    of_group = groups[days.key[places]]
    found = summed(list(numbers), days.names, of_group, days.day[places], days.changes[:, places])
    return _asked(found, places, days.asked), groups


def movements_on(context: Context, days: Days, row: int, below: Sequence[Days] = ()) -> list[Movement]:
    """What happened on one day, in the order of `Movements`.

    Args:
        context: whose movements.
        days: the days, of lines or of groups.
        row: the day's place in them.
        below: for the days of groups, those that they are made of, level by level, the last those of the lines.
    """
    moved = context.remember(movements_of)
    places = days.parts(row)
    for level in below:
        places = np.concatenate([level.parts(entry) for entry in places.tolist()])
    return [
        Movement(
            int(moved.kind[place]),
            int(moved.place[place]),
            bool(moved.wanted[place]),
            *(int(figure) for figure in moved.figures[:, place]),
        )
        for place in np.sort(places).tolist()
    ]


def crossing(uses: list[Movement], used: int, limit: int) -> Movement:
    """The use of the day that passed the limit; one that findings are wanted for if there is any."""
    running = used - sum(use.used for use in uses)
    over = []
    for use in uses:
        running += use.used
        if running > limit:
            over.append(use)
    asked = [use for use in uses if use.wanted]
    return next((use for use in over if use.wanted), (asked or over or uses)[0])


def decision_row(context: Context, movement: Movement) -> Row:
    """The decision of a movement."""
    return Columns(context.remember(decisions_of)).row(movement.place)


def is_line(line: Line) -> bool:
    """Whether this is an estimate line of its own, not money held of a whole clause."""
    return line[-1] != OF_THE_CLAUSE


def _asked(days: Days, places: Places, wanted: Flags) -> Days:
    """The same days with what is asked of them; `order` speaks of the table that `places` was chosen from."""
    order = places[days.order]
    asked = np.logical_or.reduceat(wanted[order], days.starts) if len(days) else days.asked
    return Days(days.keys, days.names, days.key, days.day, days.changes, asked, order, days.starts)


def _days(columns: Columns, at: Places) -> list[str]:
    return columns.texts("date", at[distinct(columns, at, "date")[1]])


def _numbered(columns: Columns, at: Places, numbers: dict[Line, int]) -> Places:
    """The number of each row's line, new lines numbered on."""
    groups, firsts = distinct(columns, at, *LINE)
    found = [numbers.setdefault(line, len(numbers)) for line in columns.keys(at[firsts], *LINE)]
    return np.array(found or [0], dtype=np.intp)[groups]
