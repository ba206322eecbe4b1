"""Sums day by day: what is assigned, held, committed and used of each line, or of a group of lines, up to every day.

Guarantees: arrays of whole đồng, exact; a day stands once for each key, keys in order of their numbers, days in order
of time. Pure: what happened is given, nothing is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from plugins.columns import Flags, Places, Whole
from plugins.execution import Line

FIGURES = ("assigned", "held", "committed", "used")


class Day(NamedTuple):
    """A line, or all lines of a level, at the end of a day on which something happened: sums up to then."""

    key: Line
    date: str
    assigned: int
    held: int
    committed: int
    used: int
    wanted: bool
    """Whether a movement that findings are wanted for came on that day or before."""
    row: int
    """Its place in the `Days` it comes from."""

    @property
    def over(self) -> int:
        """How much more is held, committed and used than was assigned."""
        return self.used + self.held + self.committed - self.assigned


@dataclass(frozen=True, eq=False)
class Days:
    """The days of the lines, or of the groups of lines of a level: by key, then in order of time."""

    keys: Sequence[Line]
    names: Sequence[str]
    """The ISO days that `day` numbers."""
    key: Places
    """For each entry, the number of its line or group."""
    day: Places
    changes: Whole
    """One row for each of `FIGURES`: what the day adds."""
    asked: Flags
    """Whether a movement that findings are wanted for came on that day."""
    order: Places
    """The entries (or movements) that these days are made of, by key and day."""
    starts: Places
    """Where in `order` those of each entry begin."""

    def __len__(self) -> int:
        return len(self.key)

    @cached_property
    def begins(self) -> Flags:
        """The first day of each key."""
        found: Flags = np.diff(self.key, prepend=-1) != 0
        return found

    @cached_property
    def sums(self) -> Whole:
        """One row for each of `FIGURES`: the sum up to the end of the day."""
        return self.running(self.changes)

    @cached_property
    def wanted(self) -> Flags:
        """Whether a movement that findings are wanted for came on that day or before."""
        found: Flags = self.running(self.asked.astype(np.int64)[None, :])[0] > 0
        return found

    @property
    def over(self) -> Whole:
        """How much more is held, committed and used than was assigned."""
        found: Whole = self.sums[1:].sum(axis=0) - self.sums[0]
        return found

    def running(self, changes: Whole) -> Whole:
        """Sums of what each day adds, from the first day of each key on."""
        total = changes.cumsum(axis=1)
        first = np.flatnonzero(self.begins)
        before = (total - changes)[:, first]
        return total - np.repeat(before, np.diff(first, append=len(self)), axis=1)

    def steps(self, states: Whole) -> Whole:
        """What each day adds to a figure that is known at the end of every day: the opposite of `running`."""
        return states - np.where(self.begins, 0, np.roll(states, 1))

    def parts(self, row: int) -> Places:
        """The entries (or movements) that make up one day."""
        end = self.starts[row + 1] if row + 1 < len(self) else len(self.order)
        return self.order[self.starts[row] : end]

    def of(self, key: int) -> Iterator[Day]:
        """The days of one key, in order."""
        first, last = np.searchsorted(self.key, [key, key + 1])
        return (self.at(row) for row in range(int(first), int(last)))

    def at(self, row: int) -> Day:
        """One day as a value."""
        assigned, held, committed, used = (int(figure) for figure in self.sums[:, row])
        key, date = self.keys[self.key[row]], self.names[self.day[row]]
        return Day(key, date, assigned, held, committed, used, bool(self.wanted[row]), row)


def summed(keys: Sequence[Line], names: Sequence[str], key: Places, day: Places, figures: Whole) -> Days:
    """One entry for each key and day; `order` speaks of the rows given."""
    both = key.astype(np.int64) * max(len(names), 1) + day
    order = np.argsort(both, kind="stable")
    sorted_ = both[order]
    starts = np.flatnonzero(np.diff(sorted_, prepend=-1) != 0)
    empty = np.zeros((len(FIGURES), 0), dtype=np.int64)
    changes = np.add.reduceat(figures[:, order], starts, axis=1) if len(starts) else empty
    at = sorted_[starts]
    asked = np.zeros(len(starts), dtype=np.bool_)
    return Days(keys, names, at // max(len(names), 1), at % max(len(names), 1), changes, asked, order, starts)
