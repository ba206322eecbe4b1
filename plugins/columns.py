"""A posting table by column: each text as small numbers, so that a rule asks every distinct text once, not every row.

Guarantees: values are those of the table, figures stay int64; nothing is computed before it is asked for, and then
once. A rule finds the places of wrong rows with these; only those few rows are made into tuples.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

Row = Any
"""A row of a table: a named tuple of texts and whole numbers."""
Flags = np.ndarray[Any, np.dtype[np.bool_]]
"""One yes or no per row."""
Places = np.ndarray[Any, np.dtype[np.intp]]
"""Row numbers, from 0."""
Whole = np.ndarray[Any, np.dtype[np.int64]]


FEW = 60
"""Up to so many rows are read cell by cell."""


class Columns:
    """One table, asked column by column. The table must not change meanwhile."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self._coded: dict[str, tuple[Places, list[Any]]] = {}
        self._whole: dict[str, Whole] = {}

    def __len__(self) -> int:
        return len(self.table)

    def coded(self, name: str) -> tuple[Places, list[Any]]:
        """A column as (number of the distinct value in each row, distinct values in order of appearance)."""
        if name not in self._coded:
            places, values = pd.factorize(self.table[name])
            self._coded[name] = (places, list(values))
        return self._coded[name]

    def whole(self, name: str) -> Whole:
        """A column of whole numbers."""
        if name not in self._whole:
            self._whole[name] = self.table[name].to_numpy(dtype=np.int64)
        return self._whole[name]

    def where(self, name: str, test: Callable[[str], object]) -> Flags:
        """Rows whose text passes the test; the test is asked once per distinct text."""
        places, values = self.coded(name)
        answers = np.fromiter((bool(test(value)) for value in values), dtype=np.bool_, count=len(values))
        flags: Flags = answers[places]
        return flags

    def equal(self, name: str, *wanted: str) -> Flags:
        """Rows whose text is one of these."""
        return self.where(name, frozenset(wanted).__contains__)

    def starts(self, name: str, prefixes: tuple[str, ...]) -> Flags:
        """Rows whose text begins with one of these."""
        return self.where(name, lambda text: text.startswith(prefixes))

    def given(self, name: str) -> Flags:
        """Rows whose text is not empty."""
        return self.where(name, bool)

    def texts(self, name: str, at: Places) -> list[str]:
        """The texts of some rows."""
        places, values = self.coded(name)
        return [values[place] for place in places[at].tolist()]

    def keys(self, at: Places, *names: str) -> list[tuple[str, ...]]:
        """The texts of several columns of some rows, together."""
        return list(zip(*(self.texts(name, at) for name in names), strict=True))

    def groups(self, at: Places, *names: str) -> Places:
        """A number for each of some rows, the same where all these columns are the same."""
        key = np.zeros(len(at), dtype=np.intp)
        for name in names:
            places, values = self.coded(name)
            key = np.unique(key * max(len(values), 1) + places[at], return_inverse=True)[1]
        return key

    def once(self, flags: Flags, *names: str) -> list[tuple[int, int]]:
        """Of the rows flagged: place of the first of each group that shares these columns, and size of the group."""
        at = np.flatnonzero(flags)
        if not len(at):
            return []
        _, firsts, counts = np.unique(self.groups(at, *names), return_index=True, return_counts=True)
        order = np.argsort(firsts)
        return list(zip(at[firsts[order]].tolist(), counts[order].tolist(), strict=True))

    def firsts(self, flags: Flags, *names: str) -> Places:
        """Of the rows flagged: places of the first row of each group that shares these columns, in order."""
        return np.array([place for place, _ in self.once(flags, *names)], dtype=np.intp)

    def rows(self, at: Places | Sequence[int] | Flags) -> Iterator[Row]:
        """Some rows as tuples; for the few that a finding speaks of."""
        places = np.asarray(at)
        places = np.flatnonzero(places) if places.dtype == np.bool_ else places.astype(np.intp)
        if len(places) > FEW:
            return rows_of(self.table.iloc[places])
        return iter([self._row(place) for place in places.tolist()])

    def row(self, place: int) -> Row:
        """One row as a tuple."""
        return self._row(place)

    @cached_property
    def _cells(self) -> tuple[type[Any], list[Any]]:
        columns = list(self.table.columns)
        return namedtuple("Cells", columns), [self.table[name].array for name in columns]  # noqa: PYI024 - as itertuples

    def _row(self, place: int) -> Row:
        # Cutting a frame of many text columns costs milliseconds; reading its cells for a few rows does not.
        make, arrays = self._cells
        cells = (array[place] for array in arrays)
        return make(*(cell if isinstance(cell, str) else int(cell) for cell in cells))


def rows_of(table: pd.DataFrame) -> Iterator[Row]:
    """All rows of a (small) table as tuples."""
    return iter(table.itertuples(index=False))


def totals(groups: Places, values: Whole) -> Whole:
    """Exact sums of int64 values per group number (0, 1, 2 …)."""
    sums = np.zeros(int(groups.max()) + 1 if len(groups) else 0, dtype=np.int64)
    np.add.at(sums, groups, values)
    return sums
