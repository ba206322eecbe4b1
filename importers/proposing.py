"""The office's figures come back from the review and go into the register of proposals, whole or not at all.

Guarantees: a figure that differs from what the unit asked for has a reason; only units that receive from the office,
and whose estimate of the year is not assigned yet, get a proposal; a line left empty is not yet reviewed and stays as
it was; the file is kept byte for byte, one file is one commit, and the same file again changes nothing.
"""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from importers.forms import Form, Line, read_form
from importers.judging import blocking
from importers.layout_proposals import PROPOSALS
from importers.slots import SHORT
from ledger import estimates, proposals, records
from ledger.findings import Finding
from ledger.money import money
from ledger.proposals import Key, Proposal
from ledger.vietnamese import nfc

if TYPE_CHECKING:
    from ledger.book import Book

KIND = "proposals"
NEED = "need"
OF_A_REVIEW = frozenset({"F15", "F16", "F21"})
"""Totals, remarks and further columns that a reviewed workbook brings back with it: they are no data here."""
NOT_UNICODE = "F95"
"""A cell that may be in an old encoding; told for rows of data alone, not for the stamp below them."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of a file of proposals."""

    accepted: bool
    findings: tuple[Finding, ...]
    lines: int = 0
    """Figures in the file that count, those taken as asked included."""
    total: int = 0
    """Their sum, whole đồng."""
    receipt: str = ""
    commit: str = ""
    """Empty: nothing was committed (a dry run, a refusal, or nothing new)."""
    unchanged: bool = False


class Who(NamedTuple):
    """Who acts, in which role, at which stated time (practice books only)."""

    person: str
    role: str
    at: str | None = None


def propose(
    book: Book, year: str, data: bytes, file: str, who: Who, *, as_asked: bool = False, dry_run: bool = False
) -> Proposed:
    """Take the office's figures.

    Args:
        book: the book; the proposals go onto its newest commit.
        year: budget year, four digits.
        data: CSV or XLSX with the columns of `layout_proposals`, byte for byte.
        file: its name.
        who: who hands it in; whether they may is the door's business.
        as_asked: lines that the file leaves empty are proposed as the unit asked for them.
        dry_run: do everything but the commit.

    Returns:
        Findings of the file (F…), J70-J73, J79; nothing is changed when one of them blocks.
    """
    form = read_form(data, file, PROPOSALS)
    with nullcontext(book) if dry_run else book.locked() as newest:
        digest = hashlib.sha256(data + (b" as asked" if as_asked else b"")).hexdigest()
        desk = _Desk(newest, year, form, file, f"{year}-{KIND}-{digest[:SHORT]}")
        lines = desk.read(as_asked=as_asked)
        findings = (*_of_the_data(form), *desk.findings)
        placed = tuple(replace(f, unit=f.unit or desk.root, period=year, file=file) for f in findings)
        total = sum(line.amount for line in lines)
        if blocking(placed) or not lines:
            return Proposed(accepted=not blocking(placed), findings=placed, unchanged=True)
        done = Proposed(accepted=True, findings=placed, lines=len(lines), total=total, receipt=desk.receipt)
        register = proposals.write(proposals.merged(desk.before, lines))
        if dry_run or register == newest.read(proposals.name(year)):
            return replace(done, unchanged=not dry_run)
        return replace(done, commit=_commit(desk, register, data, done, who))


def asked(book: Book, year: str) -> dict[Key, int]:
    """Line → what its unit asks for in the year, whole đồng, by unit and in the file's order."""
    found: dict[Key, int] = {}
    for row in records.of_all(book, "requests"):
        if row.period == year and row.texts["line"] == NEED:
            texts = row.texts
            key = (row.unit, texts["source"], texts["clause"], texts["item"], texts["programme"])
            found[key] = found.get(key, 0) + row.number("amount")
    return found


def assigned_units(book: Book, year: str) -> frozenset[str]:
    """Units that have an estimate of the year from the office already."""
    root = book.units.root(f"{year}-01-01")
    name = estimates.register_name(year)
    lines = estimates.read(book.read(name), name)
    return frozenset(line.unit for line in lines if line.kind == "original" and line.assigning_unit == root)


class _Desk:
    """One file of proposals while it is looked at."""

    def __init__(self, book: Book, year: str, form: Form, file: str, number: str) -> None:
        self.book, self.year, self.form, self.file = book, year, form, file
        self.root = book.units.root(f"{year}-01-01")
        self.receipt = f"{self.root}-{number}"
        self.before = proposals.of_year(book, year)
        self.findings: list[Finding] = []
        self._asked = asked(book, year)
        self._may = frozenset(book.units.tree("budget", f"{year}-01-01"))
        self._done = assigned_units(book, year)

    def read(self, *, as_asked: bool) -> list[Proposal]:
        """The figures that count; everything that is wrong with a row is told."""
        seen: dict[Key, int] = {}
        lines = []
        for line in self.form.lines:
            found = self._proposal(line, as_asked=as_asked)
            if found is None:
                continue
            if found.key in seen:
                self._tell("J71", line, "unit", _shown(found.key), str(seen[found.key]))
            seen.setdefault(found.key, line.row)
            lines.append(found)
            self._look_at(line, found)
        return lines

    def _proposal(self, line: Line, *, as_asked: bool) -> Proposal | None:
        """The figure of a row; None where the row is not yet reviewed."""
        texts = line.texts
        key = (texts["unit"], texts["source"], texts["clause"], texts["item"], texts["programme"])
        amount = line.amounts.get("amount", self._asked.get(key) if as_asked else None)
        if amount is None:
            return None
        return Proposal(*key, amount, " ".join(nfc(texts["reason"]).split()), self.receipt, line.row)

    def _look_at(self, line: Line, found: Proposal) -> None:
        """J70 the unit, J73 assigned already, J72 the reason, F74 the sign, J79 a line nobody asked for."""
        if found.unit not in self._may:
            self._tell("J70", line, "unit", found.unit, ", ".join(sorted(self._may))[:200])
        elif found.unit in self._done:
            self._tell("J73", line, "unit", found.unit)
        wanted = self._asked.get(found.key)
        if found.amount < 0:
            self._tell("G05", line, "amount", money(found.amount))
        elif wanted is None:
            self._tell("J79", line, "amount", money(found.amount), line=_shown(found.key))
        elif found.amount != wanted and not found.reason:
            difference = found.amount - wanted
            self._tell("J72", line, "reason", money(found.amount), money(wanted), difference, line=_shown(found.key))

    def _tell(
        self,
        code: str,
        at: Line,
        column: str,
        value: str,
        expected: str = "",
        difference: int | None = None,
        **params: str | int,
    ) -> None:
        heading = self.form.headings.get(column) or PROPOSALS.by_key[column].vi
        found = Finding(code, unit=at.texts["unit"], row=at.row, column=heading, value=value, expected=expected)
        self.findings.append(replace(found, difference=difference, params={"year": self.year, **params}))


def _of_the_data(form: Form) -> list[Finding]:
    """What is wrong with the file, without what a review has around its rows of data."""
    around = {finding.row for finding in form.findings if finding.rule in OF_A_REVIEW}
    found = [finding for finding in form.findings if finding.rule not in OF_A_REVIEW]
    return [finding for finding in found if finding.rule != NOT_UNICODE or finding.row not in around]


def _shown(key: Key) -> str:
    return " ".join(part for part in key if part)


def _commit(desk: _Desk, register: bytes, data: bytes, done: Proposed, who: Who) -> str:
    """Keep register and file; returns the id of the commit."""
    year, digest = desk.year, hashlib.sha256(data).hexdigest()
    change = desk.book.change(who.person, who.role, who.at)
    path = f"received/{desk.root}/{year}/{KIND}-{digest[:SHORT]}.{desk.form.table.container}"
    change.write(path, data)
    change.write(proposals.name(year), register)
    facts = {"receipt": done.receipt, "file": desk.file, "sha256": digest, "path": path}
    counts = {"lines": done.lines, "total": done.total}
    change.event("estimates.proposed", unit=desk.root, period=year, kind=KIND, data=facts | counts)
    return change.commit(f"{desk.root} {year} {KIND}: {done.receipt}")
