"""The execution table as a person reads it: units, below them sources, below them the lines, each with its sums.

Guarantees: pure; every sum is the sum of the rows shown below it, to the đồng; a share is computed from integers and
is absent where there is no estimate to compare with, never zero or infinite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter

import pandas as pd

FIGURES = ("estimate", "held", "committed", "spent", "available")
ENDED, PROGRAMME = "ended", "programme"
"""Columns that the report has only where a line fills them."""
FULL = 1000
"""A whole, in permille."""
DETAIL_LIMIT = 600
"""Lines sent to the browser at once; beyond, a unit's lines are shown when that unit is chosen."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of figures, in đồng."""

    estimate: int = 0
    held: int = 0
    committed: int = 0
    spent: int = 0
    available: int = 0
    ended: int = 0
    """What left a closed year: carried over or cancelled."""

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.estimate + other.estimate,
            self.held + other.held,
            self.committed + other.committed,
            self.spent + other.spent,
            self.available + other.available,
            self.ended + other.ended,
        )

    @property
    def share(self) -> int | None:
        """Spent of estimate in permille, rounded half up; None without an estimate."""
        return (self.spent * 2 * FULL + self.estimate) // (2 * self.estimate) if self.estimate > 0 else None

    @property
    def over(self) -> bool:
        """Whether more was spent, committed or held back than the estimate has."""
        return self.available < 0


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the source table."""

    unit: str
    source: str
    clause: str
    item: str
    figures: Figures
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A unit or one of its sources, with what stands below it."""

    code: str
    figures: Figures
    groups: Sequence[Group] = field(default_factory=tuple)
    lines: Sequence[Line] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader has chosen to see; an empty text is no choice."""

    unit: str = ""
    source: str = ""
    year: str = ""


def lines_of(table: pd.DataFrame) -> list[Line]:
    """The rows of `reports.execution` as values, in their order."""
    columns = [table[column].tolist() for column in ("unit", "source", "clause", "item", *FIGURES)]
    ended = table[ENDED].tolist() if ENDED in table else [0] * len(table)
    programmes = table[PROGRAMME].tolist() if PROGRAMME in table else [""] * len(table)
    rows = zip(*columns, strict=True)
    return [
        Line(unit, source, clause, item, replace(Figures(*amounts), ended=left), programme)
        for (unit, source, clause, item, *amounts), left, programme in zip(rows, ended, programmes, strict=True)
    ]


def chosen(lines: Iterable[Line], choice: Choice) -> list[Line]:
    """The lines of the chosen unit and source."""
    return [line for line in lines if choice.unit in {"", line.unit} and choice.source in {"", line.source}]


def total(lines: Iterable[Line]) -> Figures:
    """The sum of all lines."""
    return sum((line.figures for line in lines), Figures())


def grouped(lines: Sequence[Line], units: Sequence[str] = ()) -> list[Group]:
    """Units (in the given order, others after them by code), their sources by code, and the lines below those."""
    order = {unit: place for place, unit in enumerate(units)}
    ordered = sorted(
        lines,
        key=lambda line: (
            order.get(line.unit, len(order)),
            line.unit,
            line.source,
            line.clause,
            line.programme,
            line.item,
        ),
    )
    return [Group(unit, total(of_unit), _sources(of_unit)) for unit, of_unit in _grouped(ordered, attrgetter("unit"))]


def scale(groups: Iterable[Group]) -> int:
    """The largest figure a bar of these groups must show, in đồng; at least 1."""
    return max((max(group.figures.estimate, group.figures.spent) for group in groups), default=0) or 1


def permille(amount: int, whole: int) -> int:
    """Length of a bar: the amount in permille of the whole, from 0 to 1000."""
    return min(max(amount, 0) * FULL // whole, FULL)


def _sources(lines: list[Line]) -> list[Group]:
    return [
        Group(source, total(of_source), (), tuple(of_source))
        for source, of_source in _grouped(lines, attrgetter("source"))
    ]


def _grouped(lines: Iterable[Line], key: Callable[[Line], str]) -> list[tuple[str, list[Line]]]:
    return [(code, list(of_code)) for code, of_code in groupby(lines, key)]
