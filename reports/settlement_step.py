"""A step of a settlement being taken: what is known, what stands in its way, what it writes, what became of it.

Guarantees: a step holds the book's writer lock from reading to commit, so nobody else's change comes between; a step
with a blocking finding writes nothing; a step that is committed is one commit with one event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ledger.book import Book, Change
from ledger.errors import UsageProblem
from ledger.findings import Catalogue, Finding
from reports import settlement_gate
from reports.settlement_report import Settlement
from reports.settlement_report import settlement as settled
from reports.settlement_state import Case, Step, fold

FINDINGS = Path(__file__).with_name("findings.yaml")
FOLDER = "settlements/"


class BadYearError(UsageProblem):
    """A year is four digits."""

    template = "{value} is not a fiscal year: four digits are needed"

    def __init__(self, value: str) -> None:
        super().__init__(value=value)


class Who(NamedTuple):
    """Who acts."""

    person: str
    role: str
    at: str | None
    """Stated ISO time, practice books only."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step."""

    unit: str
    year: str
    state: str
    """The state afterwards; see `reports.settlement_state.STATES`."""
    findings: tuple[Finding, ...] = ()
    files: tuple[str, ...] = ()
    """Files of the book that the step wrote."""
    details: dict[str, Any] = field(default_factory=dict)
    """What `show` shows."""


@dataclass(slots=True)
class Taken:
    """A step between its beginning and its commit."""

    book: Book
    case: Case
    change: Change
    findings: list[Finding]

    @property
    def blocked(self) -> bool:
        """Whether a finding stops the step."""
        return any(catalogue().blocks(finding) for finding in self.findings)

    def figures(self) -> Settlement:
        """The settlement's figures in the book the step began with."""
        return settled(self.book, self.case.unit, self.case.year)

    def write(self, name: str, data: bytes) -> None:
        """Put a file into the settlement's folder."""
        self.change.write(f"{FOLDER}{self.case.year}/{self.case.unit}/{name}", data)

    def event(self, name: str, **data: Any) -> None:  # noqa: ANN401 - JSON values
        """Say what happened."""
        self.change.event(f"settlement.{name}", unit=self.case.unit, period=str(self.case.year), data=data)

    def unchanged(self) -> Outcome:
        """The step changes nothing: blocked, or done before."""
        return Outcome(self.case.unit, str(self.case.year), self.case.state, tuple(self.findings))

    def done(self, summary: str) -> Outcome:
        """Commit, unless something blocks, and say what became of it."""
        if self.blocked:
            return self.unchanged()
        unit, year = self.case.unit, self.case.year
        files = tuple(sorted(name for name in self.change.files if name.startswith(FOLDER)))
        self.change.commit(f"{unit} {year}: {summary}")
        after = fold(Book.open(self.book.path).events(unit), unit, year)
        return Outcome(unit, str(year), after.state, tuple(self.findings), files)


@cache
def catalogue() -> Catalogue:
    """Texts and severity of this room's findings."""
    return Catalogue.load(FINDINGS)


def year_of(text: str) -> int:
    """A fiscal year.

    Raises:
        BadYearError: not four digits.
    """
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise BadYearError(text)
    return int(text)


@contextmanager
def taking(book: Book, unit: str, year: str, wanted: Step, who: Who) -> Iterator[Taken]:
    """Begin a step on the newest book, with everything that stands in its way.

    Raises:
        BadYearError: the year is no year.
        BookBusyError: somebody else is writing.
    """
    number = year_of(year)
    with book.locked() as fresh:
        change = fresh.change(who.person, who.role, who.at)
        on = change.when.date()
        case = fold(fresh.events(unit), unit, number)
        findings = settlement_gate.place(fresh, unit, number, on)
        if not findings:
            findings = settlement_gate.step(fresh, case, wanted, who.person, on)
        yield Taken(fresh, case, change, findings)
