"""The levels at which the budget is controlled at once: line, clause, source, unit, programme; and what each lets pass.

Guarantees: the ceiling of a level is the sum of the decisions below it; a breach counts at the level where it arises:
what the levels below have told of already is taken off, unless they only warn where this level blocks. What each level
does comes from the province's setting of the day (`control.levels`); a level, or a word, that the setting does not
know blocks, without tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ledger.regulations import NotInForceError
from plugins.columns import Flags, Whole
from plugins.context import Context
from plugins.day_sums import Day, Days
from plugins.estimate_days import Movement, days_of, grouped, is_line, movements_of, movements_on
from plugins.execution import Line

SETTING = "control.levels"
"""The regulation that says what each level does."""
BLOCK, WARN, TRACK = "block", "warn", "track"

_OF_SOURCE, _OF_CLAUSE = 3, 4


class Setting(NamedTuple):
    """What one level does on one day."""

    action: str = BLOCK
    """BLOCK: an error; WARN: passes, and says by whose setting; TRACK: nothing is said."""
    tolerance: int = 0
    """So much beyond the ceiling is let pass, whole đồng."""
    warning: int = 0
    """Percentage of the ceiling beyond which the early warning comes; 0: none."""
    source: str = ""
    """Where the setting stands, as it is cited."""


@dataclass(frozen=True, eq=False)
class Level:
    """The days of one level, with what its parts have told of already."""

    name: str
    days: Days
    settings: tuple[Setting, ...]
    """That of each of the days that `Days.day` numbers."""
    told: Whole
    """What breaches below explain at the end of each day, those that only warned included."""
    blocked: Whole
    """The same without those that only warned."""
    sizes: Whole
    """How many parts of the level below each key has."""
    below: Level | None = None

    @cached_property
    def excess(self) -> Whole:
        """How much more is held, committed and used than was assigned, beyond what the parts have told of."""
        return self.days.over - np.where(self._blocks, self.blocked, self.told)

    @cached_property
    def acts(self) -> Flags:
        """Whether the level says anything on the day; what is held of a whole clause is no line to say it of."""
        real = np.array([is_line(key) for key in self.days.keys] or [False], dtype=np.bool_)
        acts: Flags = self._each(lambda setting: setting.action != TRACK).astype(np.bool_) & real[self.days.key]
        return acts

    @cached_property
    def tolerance(self) -> Whole:
        """What the day's setting lets pass."""
        return self._each(lambda setting: setting.tolerance)

    @cached_property
    def warning(self) -> Whole:
        """The percentage of the day's setting."""
        return self._each(lambda setting: setting.warning)

    @cached_property
    def breached(self) -> Flags:
        """Whether the day's setting is breached at this level."""
        return self.acts & (self.excess > self.tolerance)

    @property
    def reported(self) -> tuple[Whole, Whole]:
        """(told, blocked): what breaches at this level and below explain to the levels above."""
        own = np.where(self.breached, self.excess, 0)
        return self.told + own, self.blocked + np.where(self._blocks, own, 0)

    def setting(self, row: int) -> Setting:
        """The setting of a day."""
        return self.settings[int(self.days.day[row])]

    def movements(self, context: Context, day: Day) -> list[Movement]:
        """What happened on one day, decisions first."""
        chain, level = list[Days](), self.below
        while level is not None:
            chain.append(level.days)
            level = level.below
        return movements_on(context, self.days, day.row, below=chain)

    @cached_property
    def _blocks(self) -> Flags:
        return self._each(lambda setting: setting.action == BLOCK).astype(np.bool_)

    def _each(self, part: Callable[[Setting], int]) -> Whole:
        of_day = np.array([part(setting) for setting in self.settings] or [0], dtype=np.int64)
        found: Whole = of_day[self.days.day]
        return found


def levels_of(context: Context) -> Mapping[str, Level]:
    """Every level by name: line, clause, source, unit, programme."""
    days = context.remember(days_of)
    settings = context.remember(settings_of)
    promised = _promised(days)
    line = Level("line", days, settings["line"], promised, promised, np.ones(len(days.keys), dtype=np.int64))
    clause = _above(line, "clause", settings, lambda key: key[:_OF_CLAUSE])
    source = _above(clause, "source", settings, lambda key: key[:_OF_SOURCE])
    unit = _above(source, "unit", settings, lambda key: key[:2])
    programme = _above(line, "programme", settings, lambda key: (*key[:2], key[4]) if key[4] else None)
    return {level.name: level for level in (line, clause, source, unit, programme)}


def settings_of(context: Context) -> Mapping[str, tuple[Setting, ...]]:
    """What each level does, for each of the days of `movements_of`."""
    days = context.remember(movements_of).days
    found = [_setting(context, date.fromisoformat(day)) for day in days]
    return {name: tuple(setting.get(name, Setting()) for setting in found) for name in NAMES}


NAMES = ("line", "clause", "source", "unit", "programme")


def _setting(context: Context, day: date) -> dict[str, Setting]:
    """What the province has set for a day; on a day before its first setting every level blocks."""
    try:
        entry = context.regulations.entry(SETTING, day)
    except NotInForceError:
        return {}
    return {
        str(row["level"]): Setting(
            str(row["action"]) if row["action"] in {WARN, TRACK} else BLOCK,
            max(int(row["tolerance"]), 0),
            int(row["warning"]),
            entry.citation("vi"),
        )
        for row in entry.rows
    }


def _above(
    below: Level, name: str, settings: Mapping[str, tuple[Setting, ...]], group: Callable[[Line], Line | None]
) -> Level:
    """The level whose parts are those of the level below."""
    days, groups = grouped(below.days, group)
    # What is held of a whole clause is no part: it has no ceiling of its own.
    there = np.unique(below.days.key).tolist()
    real = [int(groups[part]) for part in there if groups[part] >= 0 and is_line(below.days.keys[part])]
    sizes = np.bincount(np.array(real, dtype=np.intp), minlength=len(days.keys))
    told, blocked = (_carried(below.days, days, states) for states in below.reported)
    return Level(name, days, settings[name], told, blocked, sizes, below)


def _promised(days: Days) -> Whole:
    """How much of each line's excess came with contracts alone, on days without a use: E12 tells of that.

    It grows with such a day, and is never more than the excess of any day since.
    """
    over = np.maximum(days.over, 0)
    others = (days.changes[[0, 1, 3]] != 0).any(axis=0)
    grown = np.where(others | (days.changes[2] <= 0), 0, np.maximum(days.steps(over), 0))
    found = np.zeros(len(days), dtype=np.int64)
    for key in np.unique(days.key[grown > 0]).tolist():
        first, last = np.searchsorted(days.key, [key, key + 1])
        total = grown[first:last].cumsum()
        found[first:last] = total + np.minimum.accumulate(np.minimum(over[first:last] - total, 0))
    return found


def _carried(below: Days, days: Days, states: Whole) -> Whole:
    """A figure of the level below, known at the end of each of its days, summed up for each day of this level."""
    if not len(days):
        return np.zeros(0, dtype=np.int64)
    steps = np.add.reduceat(below.steps(states)[days.order], days.starts)
    found: Whole = days.running(steps[None, :])[0]
    return found
