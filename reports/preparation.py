"""Estimate preparation: what units ask for beside what was estimated, spent and normed, and what the office proposes.

Guarantees: every row of need of every accepted request is in one line of its unit, and every line that had an estimate
or was spent of in the two years before is there too, asked for or not; what was spent is charged to the most specific
line (`plugins.preparation.charged`); a figure that the office has not given is absent, never nought; state budget =
need - retained dues - other receipts, to the đồng; sums over units are exact. Whole đồng.

Law: the formula of DT01-TCĐ (Guidance 21-HD/VPTW; secondary source).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from ledger import deadlines, proposals, records
from ledger.book import Book
from ledger.records import Record
from ledger.standing import Standing, standings
from ledger.units import Tree
from plugins.execution import ASSIGNED, uses
from plugins.preparation import KIND, NEED, YEARS_BACK, ceiling, charged
from reports.questions import UnknownUnitError

LINE: Final = ("source", "clause", "item", "programme")
BEFORE: Final = ("last_estimate", "last_executed", "this_estimate", "this_spent")
COLUMNS: Final = ("unit", *LINE, *BEFORE, "asked", "by_norm", "proposed", "difference", "reason")
"""`last`: the last year that is over when the estimate is prepared; `this`: the year in which it is prepared."""
COMPILED: Final = (*LINE, "units", *BEFORE, "asked", "proposed", "difference")
NEEDS: Final = ("unit", "need", "dues", "other", "state", "proposed")
RECEIPTS: Final = ("dues", "other")

Key = tuple[str, ...]
"""Source, clause, item or group, programme."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether a unit's request is in."""

    unit: str
    state: str
    """received, received-late, expected, late."""
    due: str
    """ISO day, "" where the province has none."""
    received: str
    """ISO day of the first file, "" while there is none."""
    late_days: int


class Preparation:
    """The preparation of one year's estimate, for a tree or the part of it below a unit.

    Args:
        book: a snapshot of the book.
        year: the year asked for, four digits.
        tree: `budget`, or `party` with the communes.
        below: only this unit and what is below it in the tree; None: all.

    Raises:
        UnknownUnitError: the register has no such unit.
    """

    def __init__(self, book: Book, year: str, tree: Tree = "budget", below: str | None = None) -> None:
        self.book, self.year = book, year
        self.units = tuple(_units(book, tree, below, f"{year}-01-01"))
        self.last, self.this = str(int(year) - YEARS_BACK), str(int(year) - 1)

    @cached_property
    def requests(self) -> Mapping[str, tuple[Record, ...]]:
        """Unit → the rows of its request, in the file's order; units without one are missing."""
        found = {
            unit: records.read(KIND, self.book.read(records.name(KIND, unit, self.year)), unit, self.year)
            for unit in self.units
        }
        return {unit: rows for unit, rows in found.items() if rows}

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Columns `COLUMNS`, by unit in the tree's order and line; the last three figures may be absent."""
        rows = [row for unit in self.units for row in self._unit(unit)]
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        whole = [*BEFORE, "asked"]
        table[whole] = table[whole].astype("int64")
        return table.astype(dict.fromkeys(("by_norm", "proposed", "difference"), "Int64"))

    @cached_property
    def compiled(self) -> pd.DataFrame:
        """Columns `COMPILED`: the sums of the units, by line; `units` counts those that ask for it."""
        table = self.lines.assign(units=(self.lines["asked"] > 0).astype("int64"))
        sums = table.groupby(list(LINE))[["units", *BEFORE, "asked"]].sum()
        given = table.groupby(list(LINE))[["proposed", "difference"]].sum(min_count=1)
        return sums.join(given).reset_index()[list(COMPILED)]

    @cached_property
    def needs(self) -> pd.DataFrame:
        """Columns `NEEDS`: for each unit with a request, what the State budget is asked to pay."""
        proposed = self._proposed
        rows = []
        for unit, request in self.requests.items():
            sums = {
                name: sum(row.number("amount") for row in request if row.texts["line"] == name)
                for name in (NEED, *RECEIPTS)
            }
            given = [amount for key, (amount, _) in proposed.items() if key[0] == unit]
            state = sums[NEED] - sums["dues"] - sums["other"]
            rows.append((unit, sums[NEED], sums["dues"], sums["other"], state, sum(given) if given else pd.NA))
        table = pd.DataFrame(rows, columns=list(NEEDS))
        whole = list(NEEDS[1:5])
        table[whole] = table[whole].astype("int64")
        return table.astype({"proposed": "Int64"})

    @cached_property
    def coverage(self) -> list[Coverage]:
        """Which units are in, late, missing, in the tree's order."""
        today = self.book.today().isoformat()
        return [_covered(self.book, unit, self.year, today) for unit in self.units]

    @cached_property
    def unknown_norms(self) -> list[Record]:
        """Rows that name a norm for which the law data have no value in the year asked for."""
        rows = (row for request in self.requests.values() for row in request if row.texts["norm"])
        return [row for row in rows if ceiling(self.book.regulations, row.texts["norm"], int(self.year)) is None]

    @cached_property
    def _proposed(self) -> Mapping[Key, tuple[int, str]]:
        """(unit, …line) → the office's figure and its reason."""
        return {p.key: (p.amount, p.reason) for p in proposals.of_year(self.book, self.year)}

    @cached_property
    def _estimates(self) -> Mapping[tuple[str, str], dict[Key, int]]:
        """(unit, budget year) → line → what decisions gave it."""
        table = self.book.estimates()
        return _sums(table[table["unit"].isin(self.units) & table["kind"].isin(ASSIGNED)], "amount")

    @cached_property
    def _used(self) -> Mapping[tuple[str, str], dict[Key, int]]:
        """(unit, budget year) → line of the budget index → what was used of it."""
        return _sums(uses(self.book.postings(list(self.units))), "used")

    def _unit(self, unit: str) -> list[tuple[object, ...]]:
        """The lines of one unit."""
        needed = _by_line(row for row in self.requests.get(unit, ()) if row.texts["line"] == NEED)
        given = {key[1:]: value for key, value in self._proposed.items() if key[0] == unit}
        estimates = [self._estimates.get((unit, year), {}) for year in (self.last, self.this)]
        lines = {**dict.fromkeys(needed), **dict.fromkeys(given), **dict.fromkeys(estimates[0] | estimates[1])}
        used = [charged(self._used.get((unit, year), {}), lines, self.book.index) for year in (self.last, self.this)]
        rows = []
        for line in sorted(lines.keys() | used[0].keys() | used[1].keys()):
            before = [figures.get(line, 0) for pair in zip(estimates, used, strict=True) for figures in pair]
            asked = sum(row.number("amount") for row in needed.get(line, ()))
            figure = given.get(line)
            office = (pd.NA, pd.NA, "") if figure is None else (figure[0], figure[0] - asked, figure[1])
            if asked or figure is not None or any(before):
                rows.append((unit, *line, *before, asked, self._by_norm(needed.get(line, ())), *office))
        return rows

    def _by_norm(self, rows: Iterable[Record]) -> object:
        """Norm × quantity of the rows that have both; absent where no row has."""
        normed = [row for row in rows if row.texts["norm"] and "quantity" in row.numbers]
        allowed = [(row, ceiling(self.book.regulations, row.texts["norm"], int(self.year))) for row in normed]
        sums = [norm.amount * row.numbers["quantity"] for row, norm in allowed if norm is not None]
        return sum(sums) if sums else pd.NA


def table(book: Book, year: str, tree: Tree = "budget", below: str | None = None) -> pd.DataFrame:
    """The review's lines, columns `COLUMNS`; arguments as for `Preparation`."""
    return Preparation(book, year, tree, below).lines


def _units(book: Book, tree: Tree, below: str | None, on: str) -> list[str]:
    """Units of the tree that keep books, parents before children; with `below` that unit and its subtree."""
    if below is not None and not book.units.known(below):
        raise UnknownUnitError(below)
    rows = {code: book.units.get(code, on) for code in book.units.tree(tree, on)}
    above = {code: row.settles_to if tree == "budget" else row.reports_to for code, row in rows.items() if row}
    wanted = set(rows) if below is None else {below}
    for code in rows:
        if above.get(code) in wanted:
            wanted.add(code)
    if below is not None and below not in rows:
        # A commune's office stands outside the budget tree; asked for by name it is shown alone.
        rows[below] = book.units.get(below, on)
    return [code for code, row in rows.items() if code in wanted and row is not None and row.keeps_books]


def _covered(book: Book, unit: str, year: str, today: str) -> Coverage:
    found = standings(book.events(unit), unit).get((year, KIND), Standing(unit, year, KIND))
    days = deadlines.submission_late(book.regulations, found, today)
    state = ("received-late" if days else "received") if found.first else ("late" if days else "expected")
    due = deadlines.deadlines(book.regulations, found).submit or ""
    return Coverage(unit, state, due, found.first[:10], days)


def _by_line(rows: Iterable[Record]) -> dict[Key, list[Record]]:
    found: dict[Key, list[Record]] = {}
    for row in rows:
        found.setdefault(tuple(row.texts[name] for name in LINE), []).append(row)
    return found


def _sums(table: pd.DataFrame, figure: str) -> dict[tuple[str, str], dict[Key, int]]:
    names: Sequence[str] = ("unit", "budget_year", *LINE)
    found: dict[tuple[str, str], dict[Key, int]] = {}
    for key, amount in table.groupby(list(names))[figure].sum().items():
        unit, year, *line = map(str, key)  # type: ignore[call-overload]
        if amount:
            found.setdefault((unit, year), {})[tuple(line)] = int(amount)
    return found
