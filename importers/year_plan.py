"""What a year-end run does to each estimate line: so much carried over by category, so much cancelled, to the đồng.

Guarantees: on every line that is planned, carried out + cancelled + spent + still held = estimate; nothing is carried
that no request asks for or no earlier decision carried; a line that is closed already, or overspent, is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger.estimates import EstimateLine, Kind
from plugins.carried import Carried
from plugins.execution import OF_THE_CLAUSE
from plugins.year_lines import CARRYING, YearLine, YearLines


class Share(NamedTuple):
    """Part of a line that goes into the next year."""

    form: str
    """`estimate` or `received`."""
    category: str
    source: str
    clause: str
    programme: str
    item: str
    amount: int
    task: str


@dataclass(frozen=True, slots=True)
class LinePlan:
    """One line of the closed year and what becomes of it, whole đồng."""

    figures: YearLine
    shares: tuple[Share, ...]
    """What this run carries over."""
    before: int
    """Of the estimate: what decisions before this run carried over without taking it off the closed year."""

    @property
    def unit(self) -> str:
        """Whose line it is."""
        return self.figures.line[0]

    @property
    def carried(self) -> int:
        """Estimate that goes into the next year, by this run and before."""
        if self.figures.ended:
            return self.figures.carried_out
        return self.before + sum(share.amount for share in self.shares if share.form == "estimate")

    @property
    def received(self) -> int:
        """Money received that goes into the next year by this run."""
        return sum(share.amount for share in self.shares if share.form == "received")

    @property
    def cancelled(self) -> int:
        """What is left and goes nowhere; of an overspent line nothing."""
        return self.figures.cancelled if self.figures.ended else max(self.figures.left, 0) - self.carried

    @property
    def open(self) -> bool:
        """Whether an estimate is left to carry over or cancel; an overspent line cannot be closed."""
        return not self.figures.ended and self.figures.left > 0

    @property
    def changes(self) -> bool:
        """Whether the run writes anything for the line."""
        return self.open or bool(self.shares)

    def by_category(self) -> Mapping[str, int]:
        """Category → estimate and money that this run carries over."""
        sums: dict[str, int] = {}
        for share in self.shares:
            sums[share.category] = sums.get(share.category, 0) + share.amount
        return sums


def plans(lines: YearLines, requests: Iterable[Carried], decided: Iterable[Carried]) -> list[LinePlan]:
    """What becomes of every line.

    Args:
        lines: the lines of the closed year.
        requests: accepted requests, each with its evidence, in all no more than is left.
        decided: decisions that carry over from the year, taken-back ones included (negative).
    """
    asked, before = _by_line(lines, requests), _by_line(lines, decided)
    found = []
    for line in lines:
        if line.line[-1] == OF_THE_CLAUSE:
            continue
        shares = list[Share]()
        known = {form: sum(one.amount for one in before.get((line.line, form), ())) for form in CARRYING}
        for form in CARRYING:
            rest = known[form]
            closed = form == "estimate" and (line.ended or line.left <= 0)
            for one in () if closed else asked.get((line.line, form), ()):
                # What an earlier decision carried is taken from the requests in their order, not carried twice.
                covered = min(rest, one.amount)
                rest -= covered
                if one.amount > covered:
                    shares.append(_share(one, one.amount - covered))
        found.append(LinePlan(line, tuple(shares), min(known["estimate"], max(line.left, 0))))
    return found


def decision_lines(
    plan: Iterable[LinePlan], decision: str, day: str, assigning: str
) -> tuple[list[EstimateLine], list[EstimateLine]]:
    """The lines of the run's decision: those of the closed year's register, those of the next year's.

    Args:
        plan: what becomes of each line.
        decision: number of the decision.
        day: its day, ISO.
        assigning: unit that assigns.
    """
    closing, opening = list[EstimateLine](), list[EstimateLine]()
    for one in plan:
        unit, year, *place = one.figures.line
        head = _Head(decision, day, assigning, unit)
        ends: tuple[tuple[Kind, int], ...] = (("carry-out", one.carried), ("cancel", one.cancelled))
        closing += [head.line(kind, place, amount, year) for kind, amount in ends if one.open and amount]
        for share in one.shares:
            there = [share.source, share.clause, share.programme, share.item]
            opening.append(head.line(CARRYING[share.form], there, share.amount, str(int(year) + 1), share))
    return closing, opening


class _Head(NamedTuple):
    """What all lines of one unit in a decision have in common."""

    decision: str
    day: str
    assigning: str
    unit: str

    def line(
        self, kind: Kind, place: Sequence[str], amount: int, year: str, share: Share | None = None
    ) -> EstimateLine:
        """One line; its row and submission come with the file."""
        source, clause, programme, item = place
        return EstimateLine(
            decision=self.decision,
            date=self.day,
            kind=kind,
            assigning_unit=self.assigning,
            unit=self.unit,
            source=source,
            clause=clause,
            item=item,
            amount=amount,
            budget_year=year,
            submission="",
            row=1,
            note=share.task if share else "",
            programme=programme,
            category=share.category if share else "",
        )


def _share(one: Carried, amount: int) -> Share:
    source, clause, programme, item = one.place
    return Share(one.form, one.category, source, clause, programme, item, amount, one.task)


def _by_line(lines: YearLines, carried: Iterable[Carried]) -> dict[tuple[tuple[str, ...], str], list[Carried]]:
    groups: dict[tuple[tuple[str, ...], str], list[Carried]] = {}
    for one in carried:
        groups.setdefault((lines.covering(one.unit, one.year, one.place).line, one.form), []).append(one)
    return groups


def unplanned(lines: YearLines) -> Iterator[YearLine]:
    """Lines that stand for money held back of a whole clause: it has to be held of single lines before a run."""
    return (line for line in lines if line.line[-1] == OF_THE_CLAUSE and line.held)
