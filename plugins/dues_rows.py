"""The register of dues as its rules look at it: organisations with their months, who remits to whom, months unpaid.

Guarantees: an organisation is one name of one unit, however it is written in capitals; its months stand in order; rows
of units and periods that nobody asks about are read and never blamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from ledger import records
from ledger.dues import next_month
from ledger.findings import Finding
from ledger.records import Record
from plugins.context import Context, Slot

KIND = "dues"
CELL = "cell"

Organisation = tuple[str, str]
"""Unit and name (casefolded): one Party organisation."""
Key = tuple[str, str, str]


class Run(NamedTuple):
    """Months of one calendar year without a break in which a cell had members who did not pay."""

    months: Sequence[Record]
    last: bool
    """Whether nothing was reported after it."""

    @property
    def people(self) -> int:
        """At most so many can be the same members: the fewest of the months."""
        return min(row.number("unpaid") for row in self.months)


def wanted(context: Context) -> list[Record]:
    """The rows that findings are wanted for."""
    unit, read, periods = context.scope_unit, context.read, context.scope_periods
    return [
        row
        for row in context.registers.rows(KIND)
        if (row.unit == unit if unit is not None else not read or row.unit in read)
        and (not periods or row.period in periods)
    ]


def organisations(context: Context) -> dict[Organisation, list[Record]]:
    """Every organisation of the register with its months in order."""
    made: dict[Organisation, list[Record]] = {}
    for row in sorted(context.registers.rows(KIND), key=lambda row: row.texts["month"]):
        made.setdefault((row.unit, row.texts["organisation"].casefold()), []).append(row)
    return made


def key(row: Record) -> Key:
    """What makes a row one: its unit, organisation and month."""
    return row.unit, row.texts["organisation"].casefold(), row.texts["month"]


def asked(context: Context) -> frozenset[Key]:
    """The rows that findings are wanted for, by unit, organisation and month."""
    return frozenset(map(key, context.remember(wanted)))


def following(context: Context) -> Iterator[tuple[Record, Record]]:
    """Two months of one organisation that follow each other."""
    for rows in context.remember(organisations).values():
        for before, row in pairwise(rows):
            if next_month(before.texts["month"]) == row.texts["month"]:
                yield before, row


def runs(context: Context) -> list[Run]:
    """The runs of months unpaid of every cell; a new year begins a new run."""
    made = []
    for rows in context.remember(organisations).values():
        if rows[0].texts["level"] != CELL:
            continue
        run: list[Record] = []
        for row in rows:
            goes_on = (
                run and row.texts["month"] == next_month(run[-1].texts["month"]) and row.texts["month"][5:] != "01"
            )
            if run and not (goes_on and row.number("unpaid")):
                made.append(Run(run, last=False))
                run = []
            run = [*run, row] if row.number("unpaid") else []
        if run:
            made.append(Run(run, last=True))
    return made


Pair = tuple[list[Record], list[Record]]
"""The months of who receives, and the months of those who remit to it."""


def within_units(context: Context) -> Iterator[Pair]:
    """Organisations that have others below them in the same unit's files."""
    below: dict[Organisation, list[Record]] = {}
    for row in context.registers.rows(KIND):
        if row.texts["superior"]:
            below.setdefault((row.unit, row.texts["superior"].casefold()), []).append(row)
    made = context.remember(organisations)
    for organisation, rows in below.items():
        yield from _of_the_same_months(made.get(organisation, ()), rows)


def between_units(context: Context) -> Iterator[Pair]:
    """A unit's file that has a row for an organisation whose own unit hands in a file too, under the same name.

    What its own unit says it remitted is what the row of the unit above says of it, so both remit the same.
    """
    made = context.remember(organisations)
    for (unit, name), rows in made.items():
        above = _parent(context, unit, rows[-1].texts["month"])
        theirs = made.get((above, name), []) if above else []
        yield from _of_the_same_months([_received(row) for row in theirs], rows)


def _of_the_same_months(above: Sequence[Record], below: Sequence[Record]) -> Iterator[Pair]:
    """Both sides in the months that both have; nothing is concluded from a month that one side did not hand in."""
    both = {row.texts["month"] for row in above} & {row.texts["month"] for row in below}
    if both:
        yield [row for row in above if row.texts["month"] in both], [row for row in below if row.texts["month"] in both]


def _received(row: Record) -> Record:
    """The row of an organisation in the file above, its remittance read as what was received of it."""
    return Record(row.unit, row.period, row.row, row.texts, {"collected": row.number("remitted")})


def _parent(context: Context, unit: str, month: str) -> str:
    """The unit above in the Party line."""
    row = context.units.get(unit, f"{month}-01")
    return row.reports_to if row is not None else ""


def by_month(rows: Iterable[Record], column: str) -> Mapping[str, int]:
    """Month → sum of a column."""
    ordered = sorted(rows, key=lambda row: row.texts["month"])
    groups = groupby(ordered, lambda row: row.texts["month"])
    return {month: sum(row.number(column) for row in group) for month, group in groups}


def until(sums: Mapping[str, int], month: str) -> int:
    """The sum of the months up to and with one."""
    return sum(amount for one, amount in sums.items() if one <= month)


def quarter(month: str) -> str:
    """The quarter of a month as people write it, `1/2026`."""
    return f"{(int(month[5:]) + 2) // 3}/{month[:4]}"


def told(
    context: Context,
    code: str,
    row: Record,
    column: str,
    value: str,
    expected: str,
    difference: int | None,
    params: Mapping[str, str | int],
) -> Finding:
    """A finding at a row of the register of dues."""
    month = row.texts["month"]
    file = context.files.get(Slot(row.unit, row.period, "")) or records.name(KIND, row.unit, row.period)
    named = {"organisation": row.texts["organisation"], "month": f"{month[5:]}/{month[:4]}"}
    return Finding(
        rule=code,
        unit=row.unit,
        period=row.period,
        file=file,
        row=row.row,
        column=column,
        value=value,
        expected=expected,
        difference=difference,
        on=f"{month}-01",
        params=named | dict(params),
    )
