"""What is carried over: the requests and decisions of the units in scope, and the lines that they are carried from.

Guarantees: a request and a decision are the same kind of value; what a decision takes back of another is negative, so
that sums are what holds.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.records import Record
from plugins.columns import Row, rows_of
from plugins.context import Context
from plugins.execution import ENDED
from plugins.year_lines import CARRYING, YearLines

REGISTER = "carryover"
FORM_OF = {kind: form for form, kind in CARRYING.items()}

Place = tuple[str, str, str, str]
"""Source, clause, programme, item."""


class Carried(NamedTuple):
    """An amount that is asked for, or was decided, to be carried over."""

    unit: str
    year: str
    """The closed year."""
    form: str
    """`estimate` or `received`."""
    place: Place
    amount: int
    category: str
    day: str
    """ISO day whose law it is judged by: of the decision; of a request the last day of the closed year."""
    row: Record | Row
    """The row of the request, or the line of the decision."""

    @property
    def task(self) -> str:
        """What it is for, as people wrote it."""
        return self.row.texts["task"] if isinstance(self.row, Record) else str(self.row.note)

    @property
    def decided(self) -> bool:
        """Whether it is a decision; else a request."""
        return not isinstance(self.row, Record)


def requests_of(context: Context) -> list[Carried]:
    """What the units in scope ask to carry over."""
    rows = context.registers.rows(REGISTER)
    return [_asked(row) for row in rows if context.scope_unit in {None, row.unit}]


def decisions_of(context: Context) -> list[Carried]:
    """What was decided to be carried over for the units in scope, what was taken back included (negative)."""
    table = context.decisions
    return [_decided(line) for line in rows_of(table[table["kind"].isin(FORM_OF)])]


def year_lines(context: Context) -> YearLines:
    """The lines of every unit and year from which something is carried over or was."""
    carried = [*context.remember(requests_of), *context.remember(decisions_of)]
    table = context.decisions
    closed = table[table["kind"].isin(ENDED)]
    pairs = {(one.unit, one.year) for one in carried} | set(zip(closed["unit"], closed["budget_year"], strict=True))
    return YearLines(context, pairs)


def stands(context: Context, one: Carried) -> bool:
    """Whether a line of a decision still says something: it takes nothing back, and nothing takes it back."""
    row = one.row
    if isinstance(row, Record) or row.reverses:
        return False
    return row.decision not in set(context.decisions["reverses"])


def _asked(row: Record) -> Carried:
    said = row.texts
    place = (said["source"], said["clause"], said["programme"], said["item"])
    end = f"{row.period}-12-31"
    return Carried(row.unit, row.period, said["form"], place, row.number("amount"), said["category"], end, row)


def _decided(line: Row) -> Carried:
    place = (line.source, line.clause, line.programme, line.item)
    year, form = str(int(line.budget_year) - 1), FORM_OF[line.kind]
    return Carried(line.unit, year, form, place, int(line.amount), line.category, line.date, line)
