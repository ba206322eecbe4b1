"""The year-end run: what is left of a closed year is carried over or cancelled by one decision, and can be taken back.

Guarantees: one run is one commit, made through the same writer as decisions that are handed in (`importers.decisions`),
with a received file, receipt and event for the closed and for the next year; on every line it closes, carried out +
cancelled + spent + still held = estimate, or nothing is written; taking a run back writes the exact opposite, and is
refused where the next year has used what came in. Requests are judged by E19 and E20 as they stand on the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from importers import decisions
from importers.judging import blocking, consequences, new_errors
from importers.request import Request
from importers.run_decisions import RUN, Asked, files_of, of_decision, register_of, run_of
from importers.slots import content_of
from importers.year_plan import LinePlan, decision_lines, plans, unplanned
from ledger import estimates
from ledger.book import Book
from ledger.errors import IntegrityError
from ledger.estimates import EstimateLine
from ledger.findings import Finding
from ledger.money import money
from ledger.units import OUTSIDE
from ledger.vietnamese import date_vi
from plugins import rule
from plugins.carried import decisions_of, requests_of
from plugins.year_lines import YearLines

JUDGING_REQUESTS = ("E19", "E20")
FAMILY = "E"


class YearEndIdentityError(IntegrityError):
    """A run that would not add up; nothing was written."""

    template = "{unit} {line}: carried out, cancelled, spent and held do not make the estimate; nothing was written"

    def __init__(self, unit: str, line: str) -> None:
        super().__init__(unit=unit, line=line)


@dataclass(frozen=True)
class Outcome:
    """What became of a run, or would become of it."""

    year: str
    decision: str
    plan: tuple[LinePlan, ...]
    """Every line of the closed year that was looked at; empty where a run was taken back."""
    lines: tuple[EstimateLine, ...]
    """The lines of the decision, of both years."""
    findings: tuple[Finding, ...]
    accepted: bool
    receipts: tuple[str, ...] = ()
    commit: str = ""


def close(book: Book, year: str, units: Sequence[str], asked: Asked) -> Outcome:
    """Close a year for some units of one assigning unit.

    Args:
        book: the book; the run goes onto its newest commit.
        year: the closed year, four digits.
        units: codes of the units.
        asked: decision, day and person.
    """
    with nullcontext(book) if asked.dry_run else book.locked() as newest:
        findings = [*_callable(newest, asked), *_units(newest, units, year), *_over(newest, year, asked)]
        findings += _sealed(newest, units, (year,))
        if blocking(findings):
            return Outcome(year, asked.decision, (), (), tuple(findings), accepted=False)
        plan, told = _planned(newest, year, units, asked)
        findings += told
        assigning = _assigning(newest, units[0], year)
        lines = [line for part in decision_lines(plan, asked.decision, asked.day, assigning) for line in part]
        if not lines and not blocking(findings):
            findings.append(Finding("J66", period=year, value=year))
        return _written(newest, year, asked, tuple(plan), lines, findings)


def take_back(book: Book, decision: str, asked: Asked) -> Outcome:
    """Take a run back by another decision: the exact opposite of its lines, in both years.

    Args:
        book: the book; the decision goes onto its newest commit.
        decision: number of the run's decision.
        asked: the new decision, its day, and who.
    """
    with nullcontext(book) if asked.dry_run else book.locked() as newest:
        ran = run_of(newest, decision)
        lines = of_decision(newest, decision)
        if ran is None or not lines:
            return Outcome("", asked.decision, (), (), (Finding("J67", value=decision),), accepted=False)
        year, units = ran, sorted({line.unit for line in lines})
        findings = [*_callable(newest, asked), *_sealed(newest, units, (year, str(int(year) + 1)))]
        after = [line.decision for line in register_of(newest, (year, str(int(year) + 1))) if line.reverses == decision]
        if after:
            findings.append(Finding("J68", period=year, value=decision, other=after[0]))
        opposite = [
            replace(line, decision=asked.decision, date=asked.day, amount=-line.amount, reverses=decision)
            for line in lines
        ]
        return _written(newest, year, asked, (), opposite, findings)


def all_units(book: Book, year: str) -> list[str]:
    """The office and the units it assigns to that keep books at the end of a year, in the register's order."""
    day = f"{year}-12-31"
    rows = [book.units.get(code, day) for code in book.units.tree("budget", day)]
    root = book.units.root(day)
    return [row.unit for row in rows if row and row.keeps_books and _assigning(book, row.unit, year) == root]


def units_of(book: Book, decision: str) -> list[str]:
    """The units that a decision names."""
    return sorted({line.unit for line in of_decision(book, decision)})


def category_names(book: Book, year: str) -> dict[str, tuple[str, str]]:
    """Category → its title in Vietnamese and English, in the words of the law of the closed year."""
    rows = book.regulations.rows("year_end.carry_over", date(int(year), 12, 31))
    return {str(row["category"]): (str(row["title_vi"]), str(row["title_en"])) for row in rows}


def _callable(book: Book, asked: Asked) -> Iterator[Finding]:
    """J60 the number is taken, J65 a decision of tomorrow."""
    if of_decision(book, asked.decision):
        yield Finding("J60", value=asked.decision)
    today = book.now(asked.at).date().isoformat()
    if asked.day > today:
        yield Finding("J65", value=date_vi(asked.day), expected=f"≤ {date_vi(today)}")


def _units(book: Book, units: Sequence[str], year: str) -> Iterator[Finding]:
    """F50 unknown, F51 keeps no books, J69 units that another unit assigns to."""
    for unit in units:
        row = book.units.get(unit)
        if row is None:
            known = sorted({one.unit for one in book.units if one.keeps_books})
            yield Finding("F50", unit=unit, value=unit, expected=", ".join(known))
        elif not row.keeps_books:
            yield Finding("F51", unit=unit, value=unit, params={"name_vi": row.name_vi, "name_en": row.name_en})
        elif _assigning(book, unit, year) != _assigning(book, units[0], year):
            other = _assigning(book, units[0], year)
            yield Finding("J69", unit=unit, value=_assigning(book, unit, year), expected=other)


def _over(book: Book, year: str, asked: Asked) -> Iterator[Finding]:
    """J61 the adjustment period is not over and nobody has stated that nothing more comes."""
    end = book.regulations.day("settlement.adjustment_period_end", int(year) + 1, date(int(year), 12, 31)).isoformat()
    if asked.day <= end and not asked.early:
        yield Finding("J61", period=year, value=date_vi(asked.day), expected=f"> {date_vi(end)}")


def _sealed(book: Book, units: Iterable[str], years: Sequence[str]) -> Iterator[Finding]:
    """J62 for each unit and year whose settlement is sealed."""
    for unit in units:
        sealed = dict[str, str]()
        for event in book.events(unit):
            if event.event == "settlement.sealed":
                sealed[event.period[:4]] = event.time
            elif event.event == "settlement.reopened":
                sealed.pop(event.period[:4], None)
        for year in years:
            if year in sealed:
                yield Finding("J62", unit=unit, period=year, value=year, expected=date_vi(sealed[year][:10]))


def _planned(book: Book, year: str, units: Sequence[str], asked: Asked) -> tuple[list[LinePlan], list[Finding]]:
    """What becomes of every line of the units, and what stands against it or should be known."""
    day = book.now(asked.at).date().isoformat()
    plan: list[LinePlan] = []
    findings: list[Finding] = []
    for unit in units:
        context = rule.context(book, unit, day=day)
        judged = rule.run(context, JUDGING_REQUESTS).findings
        findings += [found for found in judged if found.period in {year, str(int(year) + 1)}]
        lines = YearLines(context, {(unit, year)})
        requests = [one for one in requests_of(context) if one.year == year]
        own = plans(lines, requests, [one for one in decisions_of(context) if one.year == year])
        findings += [
            Finding("J64", unit=unit, period=year, value="-".join(filter(None, line.line[2:4])), difference=line.held)
            for line in unplanned(lines)
        ]
        left = sum(one.figures.left for one in own if one.open)
        if left and not requests:
            cancelled = sum(one.cancelled for one in own if one.open)
            findings.append(Finding("J63", unit=unit, period=year, value=money(left), difference=cancelled))
        plan += own
    return plan, findings


def _written(
    book: Book,
    year: str,
    asked: Asked,
    plan: tuple[LinePlan, ...],
    lines: Sequence[EstimateLine],
    findings: list[Finding],
) -> Outcome:
    """Judge the book as it would be with the lines, then write them, unless something blocks or nobody wants it yet."""
    made: list[tuple[Request, list[EstimateLine]]] = []
    if lines and not blocking(findings):
        made = files_of(book, year, asked, lines)
        findings += [found for request, own in made for found in decisions.unbookable(request, own)]
    if made and not blocking(findings):
        lines = [line for _, own in made for line in own]
        findings += _broken(book, lines, made[0][0])
    outcome = Outcome(year, asked.decision, plan, tuple(lines), _without_repeats(findings), accepted=False)
    if not made or blocking(findings):
        return outcome
    _assert_identity(book, lines, plan)
    if asked.dry_run:
        return replace(outcome, accepted=True)
    change = book.change(asked.actor, asked.role, asked.at)
    told = {RUN: {"year": year, "early": asked.early, "reverses": lines[0].reverses}}
    receipts = tuple(decisions.record(request, change, own, content_of(request.form), **told) for request, own in made)
    commit = change.commit(f"{made[0][0].slot.unit} {year}: {asked.decision}")
    return replace(outcome, accepted=True, receipts=receipts, commit=commit)


def _broken(book: Book, lines: Sequence[EstimateLine], request: Request) -> list[Finding]:
    """F63 and what the rules say of the units with these lines that they did not say before."""
    codes = sorted(code for code in rule.rules() if code.startswith(FAMILY))
    table = pd.concat([book.estimates(), estimates.frame(lines)], ignore_index=True)
    broken: list[Finding] = []
    for unit in sorted({line.unit for line in lines}):
        would = rule.context(book, unit, estimates=table, day=request.today)
        found = rule.run(would, codes).findings
        is_ = rule.context(book, unit, day=request.today)
        broken += new_errors(found, lambda is_=is_: rule.run(is_, codes).findings)  # type: ignore[misc] # bound at once
    return consequences(broken, request.slot)


def _assert_identity(book: Book, lines: Sequence[EstimateLine], plan: Sequence[LinePlan]) -> None:
    """Every line that the run closes adds up with the decision in the register.

    Raises:
        YearEndIdentityError: one does not: a mistake of this program.
    """
    table = pd.concat([book.estimates(), estimates.frame(lines)], ignore_index=True)
    closed = {one.figures.line for one in plan if one.open}
    for unit in sorted({line[0] for line in closed}):
        years = {(line[0], line[1]) for line in closed if line[0] == unit}
        after = YearLines(rule.context(book, unit, estimates=table), years)
        for line in after:
            if line.line in closed and line.left != line.ended:
                raise YearEndIdentityError(unit, "-".join(line.line[2:]))


def _assigning(book: Book, unit: str, year: str) -> str:
    """The unit that assigns to a unit: the one it settles with, or itself where that one is outside the province."""
    row = book.units.get(unit, f"{year}-12-31") or book.units.get(unit)
    above = row.settles_to if row is not None else ""
    return unit if not above or above.startswith(OUTSIDE) else above


def _without_repeats(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once: requests are judged before the run and again with it."""
    seen: list[Finding] = []
    for finding in findings:
        if finding not in seen:
            seen.append(finding)
    return tuple(seen)
