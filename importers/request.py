"""What is asked of the book when a file is handed in, and what becomes of it.

Guarantees: a request is read once and carries everything its steps need; an outcome says whether the book holds the
content now, and why not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from importers.forms import Form
from importers.slots import Slot
from ledger.book import Book
from ledger.events import Event
from ledger.findings import Finding


@dataclass(frozen=True)
class Request:
    """One file, handed in for one slot of a book."""

    book: Book
    """The newest one; the caller holds its lock unless it only looks."""
    slot: Slot
    data: bytes
    file: str
    """The file's name as it is shown."""
    form: Form
    actor: str
    role: str
    at: str | None
    replacing: bool
    dry_run: bool

    @cached_property
    def today(self) -> str:
        """The day of the submission, ISO."""
        return self.book.now(self.at).date().isoformat()

    @cached_property
    def events(self) -> list[Event]:
        """What happened to the unit so far, oldest first."""
        return self.book.events(self.slot.unit)

    def refused(self, findings: Iterable[Finding]) -> Submission:
        """The outcome of a file that the book does not take."""
        return Submission(accepted=False, receipt=None, rows=self.form.rows, findings=self.placed(findings))

    def known(self, receipt: str, findings: Iterable[Finding]) -> Submission:
        """The outcome of a file whose content the book holds already."""
        return Submission(
            accepted=True, receipt=receipt, rows=self.form.rows, findings=self.placed(findings), unchanged=True
        )

    def taken(self, receipt: str | None, findings: Iterable[Finding], commit: str = "") -> Submission:
        """The outcome of a file that the book takes, or would take."""
        return Submission(
            accepted=True, receipt=receipt, rows=self.form.rows, findings=self.placed(findings), commit=commit
        )

    def placed(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings with unit, period and file where they have none: first the file's, by row, then other places."""
        made = [
            replace(
                finding,
                unit=finding.unit or self.slot.unit,
                period=finding.period or self.slot.period.text,
                file=finding.file or self.file,
            )
            for finding in findings
        ]
        return tuple(sorted(made, key=lambda f: (f.file != self.file, f.row or 0)))


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a file."""

    accepted: bool
    """The book holds it now; in a dry run: it would."""
    receipt: str | None
    """Number of the receipt; None when refused, and in a dry run of something new."""
    rows: int
    """Filled rows of the file below its header."""
    findings: tuple[Finding, ...]
    commit: str = ""
    """The commit that holds it; empty when nothing was committed."""
    unchanged: bool = False
    """The book held this content before."""
