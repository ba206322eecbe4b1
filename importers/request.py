"""What is asked of the book when a file is handed in, and what becomes of it.

Guarantees: a request is read once and carries everything its steps need; an outcome says whether the book holds the
content now, and why not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from importers.control import NOTHING_STATED, Control
from importers.difference import Difference, RowChange, difference
from importers.forms import Form, read_form
from importers.justifications import given, mark
from importers.slots import Slot, content_of, versions
from ledger.book import Book
from ledger.events import Event
from ledger.findings import Finding


class Part(NamedTuple):
    """A file that what is handed in was made of: the original, then each correction file put into it."""

    what: str
    """`original` or `patch`."""
    file: str
    """Its name as the submitter knows it."""
    container: str
    """`csv` or `xlsx`."""
    data: bytes


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
    reason: str = ""
    """Why something else takes the place of what the slot holds."""
    control: Control = NOTHING_STATED
    """What the submitter says of rows and sum, and what the file has."""
    parts: tuple[Part, ...] = ()
    """What `data` was put together from; empty: it is the file as it was sent."""
    notes: tuple[Finding, ...] = ()
    """What is to be said whatever becomes of the file."""
    warnings: int = 0
    """How many warnings it is accepted with; its receipt says so."""

    @cached_property
    def today(self) -> str:
        """The day of the submission, ISO."""
        return self.book.now(self.at).date().isoformat()

    @cached_property
    def events(self) -> list[Event]:
        """What happened to the unit so far, oldest first."""
        return self.book.events(self.slot.unit)

    @cached_property
    def difference(self) -> Difference | None:
        """What this file changes of what the slot holds; None: nothing there, the same, or rows that cannot be read.

        Estimate decisions are never replaced, so they have none.
        """
        before = versions(self.events, self.slot)
        if not before or self.slot.kind == "estimates" or not self.form.usable or self.form.reported:
            return None
        if before[-1].content == content_of(self.form):
            return None
        old = read_form(self.book.read(before[-1].path) or b"", before[-1].file, self.slot.layout)
        return difference(old, self.form)

    def refused(self, findings: Iterable[Finding]) -> Submission:
        """The outcome of a file that the book does not take."""
        return self._outcome(accepted=False, findings=findings)

    def known(self, receipt: str, findings: Iterable[Finding]) -> Submission:
        """The outcome of a file whose content the book holds already."""
        return self._outcome(accepted=True, findings=findings, receipt=receipt, unchanged=True)

    def taken(self, receipt: str | None, findings: Iterable[Finding], commit: str = "") -> Submission:
        """The outcome of a file that the book takes, or would take."""
        return self._outcome(accepted=True, findings=findings, receipt=receipt, commit=commit)

    def _outcome(
        self,
        *,
        accepted: bool,
        findings: Iterable[Finding],
        receipt: str | None = None,
        commit: str = "",
        unchanged: bool = False,
    ) -> Submission:
        reasons = given(self.events, self.slot.unit)
        return Submission(
            accepted=accepted,
            receipt=receipt,
            rows=self.form.rows,
            findings=tuple(mark(self.placed((*self.notes, *findings)), self.form, reasons, self.today)),
            commit=commit,
            unchanged=unchanged,
            file=self.file,
            data=self.data,
            form=self.form,
            changes=self.difference.rows if self.difference else (),
            control=self.control,
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
    file: str = ""
    """Name of the file that the rows of the findings are rows of."""
    data: bytes = b""
    """That file: as it was sent, or the original with its correction file put into it."""
    form: Form | None = None
    """The file as it was read."""
    changes: tuple[RowChange, ...] = ()
    """What it changes, or would change, of what the slot held."""
    control: Control = NOTHING_STATED
    """Rows and sum, as the submitter states them and as the file has them."""
