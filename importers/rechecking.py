"""What form and rules say today of files that the book holds already.

Guarantees: the same functions as at submission, on the received bytes and on the postings in the book, so that a
finding has the row and heading that the submitter knows; reasons that hold are at the findings; nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from importers import justifications, registering
from importers.forms import Form, read_form
from importers.judging import with_heading
from importers.opening import opening_of
from importers.request import Request
from importers.slots import Slot, Version, versions
from importers.vouchers import vouchers_of
from ledger import records
from ledger.book import Book
from ledger.events import Event
from ledger.findings import Finding
from plugins import rule


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one slot."""

    slot: Slot
    version: Version
    form: Form
    findings: tuple[Finding, ...]


def look(book: Book, slots: Iterable[Slot], day: str) -> list[Looked]:
    """Run the rules over what some slots of one unit hold.

    Args:
        book: the book.
        slots: filled slots of one unit.
        day: ISO day whose phase-in dates and justifications count.
    """
    slots = list(slots)
    if not slots:
        return []
    unit = slots[0].unit
    events = book.events(unit)
    reasons = justifications.given(events, unit)
    ruled = _by_rules(book, slots, day)
    return [_look(book, slot, events, ruled, reasons, day) for slot in slots]


def with_reasons(book: Book, findings: Iterable[Finding], day: str) -> list[Finding]:
    """Findings of a whole book, at the places the journals know, each warning with the reason that holds for it.

    Args:
        book: the book.
        findings: of the rules, of any units.
        day: ISO day whose justifications count.
    """
    found = list(findings)
    for unit in sorted({finding.unit for finding in found if finding.unit}):
        events = book.events(unit)
        reasons = justifications.given(events, unit)
        for period, kind in sorted({(e.period, e.kind) for e in events if e.event == justifications.EVENT}):
            slot = Slot.of(unit, period, kind)
            at = [number for number, finding in enumerate(found) if finding.file == slot.journal]
            form = _form(book, slot, versions(events, slot)[-1]) if at else None
            marked = justifications.mark([found[number] for number in at], form, reasons, day) if form else []
            for number, finding in zip(at, marked, strict=True):
                found[number] = finding
    return found


def _look(
    book: Book,
    slot: Slot,
    events: Sequence[Event],
    ruled: Sequence[Finding],
    reasons: justifications.Given,
    day: str,
) -> Looked:
    version = versions(events, slot)[-1]
    form = _form(book, slot, version)
    mine = [replace(with_heading(f, form), file=version.file) for f in ruled if f.file == slot.journal]
    placed = (
        replace(f, unit=slot.unit, period=slot.period.text, file=version.file)
        for f in _by_form(book, slot, form, version, day)
    )
    findings = justifications.mark((*placed, *mine), form, reasons, day)
    return Looked(slot, version, form, tuple(sorted(findings, key=lambda found: found.row or 0)))


def _form(book: Book, slot: Slot, version: Version) -> Form:
    return read_form(book.read(version.path) or b"", version.file, slot.layout)


def _by_rules(book: Book, slots: Sequence[Slot], day: str) -> list[Finding]:
    """One run over all periods at once: what the rules say of one month they say with every other in view."""
    periods = {slot.ledger_period for slot in slots}
    return rule.run(rule.context(book, slots[0].unit, periods=periods, day=day)).findings


def _by_form(book: Book, slot: Slot, form: Form, version: Version, day: str) -> Sequence[Finding]:
    """What is said of the file itself: its reading, its rows, for a register also what they mean together."""
    if not form.usable:
        return form.findings
    if slot.kind in records.KINDS:
        return _of_register(book, slot, form, version, day)
    if slot.kind == "opening":
        return (*form.findings, *opening_of(form, version.file, slot.unit, slot.period, book.chart).findings)
    return (*form.findings, *vouchers_of(form, version.file, slot.unit, slot.period).findings)


def _of_register(book: Book, slot: Slot, form: Form, version: Version, day: str) -> Sequence[Finding]:
    """The register's own checks, as if the file were handed in once more on that day."""
    at = f"{day}T00:00:00+07:00" if book.settings.practice else None
    data = book.read(version.path) or b""
    again = Request(book, slot, data, version.file, form, "", "", at, replacing=True, dry_run=True)
    return registering.hand_in(again).findings
