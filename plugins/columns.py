"""A posting table by column: each text as small numbers, so that a rule asks every distinct text once, not every row.

Guarantees: values are those of the table, figures stay int64 and sums exact; nothing is computed before it is asked
for, and then once. A rule finds the places of wrong rows with these; only those few rows are made into tuples.

    mine = context.mine
    at = np.flatnonzero(context.in_scope & mine.starts("code", ("141",)))     # the rows in question
    open_ = mine.sums(at, "unit", "counterparty")                             # one sum a group, debit positive
    wrong = open_.firsts[open_.amounts < 0]                                   # first row of each group below zero
    found = [context.finding("X01", row) for row in mine.rows(wrong)]

    days = mine.running(at, "unit", "counterparty")                           # the same, at the end of each day
    on_the_day = mine.rows(days.firsts[days.amounts < 0])

    late = mine.where_together(flags, lambda code, day: day > end_of(code), "code", "date")   # several texts at once
    years = mine.derive("year", "period", lambda period: period[:4]).groups(at, "unit", "year")   # part of a text
    ours, theirs = alike([(mine, at), (Columns(decisions), every)], "unit", "source")   # two tables, one numbering
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

Row = Any
"""A row of a table: a named tuple of texts and whole numbers."""
Flags = np.ndarray[Any, np.dtype[np.bool_]]
"""One yes or no per row."""
Places = np.ndarray[Any, np.dtype[np.intp]]
"""Row numbers, from 0; also numbers of groups or of distinct texts, from 0."""
Whole = np.ndarray[Any, np.dtype[np.int64]]


FEW = 60
"""Up to so many rows are read cell by cell."""
_ROOM = 2**62
"""Combined numbers stay below this, so that they fit 64 bits."""


class Sums(NamedTuple):
    """One sum per group, groups in the order in which they first appear."""

    firsts: Places
    """Place in the table of each group's first row."""
    amounts: Whole


class Running(NamedTuple):
    """Groups at the end of each of their days, by group (in order of first appearance), then by day."""

    groups: Places
    """Number of the group; the lines of one group follow each other."""
    days: Places
    """The day, as a number that grows with time (of `Columns.ranks`, where `Columns.running` made this)."""
    firsts: Places
    """Place of the first row of that group and day (in the table; where `running` made this, in its arguments)."""
    amounts: Whole
    """Sum of the group up to and with that day."""


class Columns:
    """One table, asked column by column. The table must not change meanwhile."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self._coded: dict[str, tuple[Places, list[Any]]] = {}
        self._ranked: dict[str, tuple[Places, list[str]]] = {}
        self._whole: dict[str, Whole] = {}

    def __len__(self) -> int:
        return len(self.table)

    def coded(self, name: str) -> tuple[Places, list[Any]]:
        """A column as (number of the distinct value in each row, distinct values in order of appearance)."""
        if name not in self._coded:
            places, values = pd.factorize(self.table[name])
            self._coded[name] = (places, list(values))
        return self._coded[name]

    def ranks(self, name: str) -> tuple[Places, list[str]]:
        """A column as (number of the distinct text in each row, distinct texts sorted); ISO days: in order of time."""
        if name not in self._ranked:
            places, values = self.coded(name)
            order = sorted(range(len(values)), key=values.__getitem__)
            rank = np.empty(len(values), dtype=np.intp)
            rank[order] = np.arange(len(values))
            self._ranked[name] = (rank[places], [values[place] for place in order])
        return self._ranked[name]

    def derive(self, name: str, of: str, make: Callable[[str], str]) -> Columns:
        """These columns with one more, whose text is made from each distinct text of another; asked for once.

        Args:
            name: of the new column; one that is there already stays as it is.
            of: the column it is made from.
            make: what it makes of a text, e.g. the year of a period.
        """
        if name not in self._coded:
            places, values = self.coded(of)
            made = list(map(make, values))
            known = {text: number for number, text in enumerate(dict.fromkeys(made))}
            self._coded[name] = (np.array([known[text] for text in made], dtype=np.intp)[places], list(known))
        return self

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

    def where_together(self, flags: Flags, test: Callable[..., object], *names: str) -> Flags:
        """Of the rows flagged, those whose texts of these columns pass the test together.

        Args:
            flags: the rows in question.
            test: is asked once per distinct combination, with one text per column.
            names: text columns.
        """
        at = np.flatnonzero(flags)
        groups = self.groups(at, *names)
        keys = self.keys(at[first_of(groups)], *names)
        answers = np.fromiter((bool(test(*key)) for key in keys), dtype=np.bool_, count=len(keys))
        found = np.zeros(len(self), dtype=np.bool_)
        found[at] = answers[groups]
        return found

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
        """The texts of several columns of some rows, together; for the first rows of groups, not for every row."""
        return list(zip(*(self.texts(name, at) for name in names), strict=True))

    def groups(self, at: Places, *names: str) -> Places:
        """A number for each of some rows, the same where all these columns are the same; in order of appearance."""
        key = np.zeros(len(at), dtype=np.int64)
        room = 1
        for name in names:
            places, values = self.coded(name)
            key, room = _combined(key, room, places[at], len(values))
        return _numbered(key)

    def sums(self, at: Places, *names: str, value: str | Whole = "amount") -> Sums:
        """The sum of a column for each group of some rows that share these columns.

        Args:
            at: places of the rows in question.
            names: text columns that make the groups; none: all rows are one group.
            value: the column of whole numbers to add up (`amount`: đồng, debit positive), or a number for each of `at`.
        """
        groups = self.groups(at, *names)
        return Sums(at[first_of(groups)], totals(groups, self._values(value, at)))

    def running(self, at: Places, *names: str, by: str = "date", value: str | Whole = "amount") -> Running:
        """What each group of some rows adds up to at the end of every day on which it has a row.

        Args:
            at: places of the rows in question, in any order.
            names: text columns that make the groups.
            by: the column of the day (any text that sorts by time).
            value: as for `sums`.

        Returns:
            `days` are numbers of `self.ranks(by)[1]`; `firsts` places in the table.
        """
        found = running(self.groups(at, *names), self.ranks(by)[0][at], self._values(value, at))
        return found._replace(firsts=at[found.firsts])

    def once(self, flags: Flags, *names: str) -> list[tuple[int, int]]:
        """Of the rows flagged: place of the first of each group that shares these columns, and size of the group."""
        at = np.flatnonzero(flags)
        groups = self.groups(at, *names)
        counts = np.bincount(groups)
        return list(zip(at[first_of(groups)].tolist(), counts.tolist(), strict=True))

    def firsts(self, flags: Flags, *names: str) -> Places:
        """Of the rows flagged: places of the first row of each group that shares these columns, in order."""
        at = np.flatnonzero(flags)
        return at[first_of(self.groups(at, *names))]

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

    def _values(self, value: str | Whole, at: Places) -> Whole:
        return self.whole(value)[at] if isinstance(value, str) else value

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
    # Asking an empty frame of many columns for its rows costs milliseconds, and most are empty.
    return iter(table.itertuples(index=False)) if len(table) else iter(())


def totals(groups: Places, values: Whole) -> Whole:
    """Exact sums of int64 values per group number (0, 1, 2 …)."""
    sums = np.zeros(int(groups.max()) + 1 if len(groups) else 0, dtype=np.int64)
    np.add.at(sums, groups, values)
    return sums


def first_of(groups: Places) -> Places:
    """Where each group number (0, 1, 2 …) stands first; 0 for a number that is left out."""
    firsts = np.zeros(int(groups.max()) + 1 if len(groups) else 0, dtype=np.intp)
    # Written from the back, so that what stands last is the first.
    firsts[groups[::-1]] = np.arange(len(groups), dtype=np.intp)[::-1]
    return firsts


def running(groups: Places, days: Places, values: Whole) -> Running:
    """What each group adds up to at the end of every day on which it has a value; arrays of one length.

    Args:
        groups: number of each value's group.
        days: a number that grows with time, from 0.
        values: whole numbers.
    """
    width = int(days.max()) + 1 if len(days) else 1
    keys, firsts, lines = np.unique(groups.astype(np.int64) * width + days, return_index=True, return_inverse=True)
    of_group = keys // width
    # Sums wrap round at 64 bits as one long chain, and back again where the chain before a group is taken off.
    chain = np.cumsum(totals(lines, values), dtype=np.int64)
    begins = np.flatnonzero(np.diff(of_group, prepend=-1))
    before = np.where(begins > 0, chain[begins - 1], 0)
    amounts = chain - np.repeat(before, np.diff(begins, append=len(keys)))
    return Running(of_group.astype(np.intp), (keys % width).astype(np.intp), firsts, amounts)


def joined(*numbers: Places) -> Places:
    """One number for several together (groups, flags as 0 and 1 …): from 0, in order of appearance."""
    key = np.zeros(len(numbers[0]), dtype=np.int64)
    room = 1
    for codes in numbers:
        key, room = _combined(key, room, codes, int(codes.max(initial=0)) + 1)
    return _numbered(key)


def alike(parts: Sequence[tuple[Columns, Places]], *names: str) -> list[Places]:
    """Numbers for rows of several tables, the same wherever all these columns are the same in any of them.

    Args:
        parts: tables with the places in question.
        names: text columns that all of them have.

    Returns:
        One array per part; numbers in order of appearance, the first part first.
    """
    key = np.zeros(sum(len(at) for _, at in parts), dtype=np.int64)
    room = 1
    for name in names:
        known: dict[str, int] = {}
        codes = []
        for columns, at in parts:
            places, values = columns.coded(name)
            numbers = [known.setdefault(value, len(known)) for value in values]
            codes.append(np.array(numbers, dtype=np.intp)[places[at]])
        key, room = _combined(key, room, np.concatenate(codes), len(known))
    return np.split(_numbered(key), np.cumsum([len(at) for _, at in parts])[:-1])


def _combined(key: Whole, room: int, codes: Places, count: int) -> tuple[Whole, int]:
    """A key that tells the codes of one more column apart, and how many keys it has room for."""
    count = max(count, 1)
    if room * count >= _ROOM:
        key = _numbered(key).astype(np.int64)
        room = len(key)
    return key * count + codes, room * count


def _numbered(key: Whole) -> Places:
    """The same key, numbered from 0 in order of appearance."""
    numbers: Places = pd.factorize(key)[0]
    return numbers
