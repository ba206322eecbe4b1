"""A person says why a warning may stand.

Guarantees: only a warning that the rules raise today on what the slot holds can be justified; an error cannot; a
paper given with the reason is looked at and stored before the event names it; the same said again is no change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from importers import papers
from importers.desk import Desk, Outcome, said
from importers.judging import catalogue
from importers.justifications import EVENT, Subjects, still_open
from importers.rechecking import Looked, look
from importers.returning import missing_text
from importers.slots import Slot
from importers.states import Standing, obstacles, of
from ledger.book import Book
from ledger.findings import Finding, is_day
from ledger.scans import ATTACHMENT, ScanStore
from ledger.vietnamese import date_vi

SHOWN = 12
"""How many warnings a sentence names."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a person says of a warning."""

    rule: str
    document: str
    """Number of the document; "" for a warning about the file as a whole."""
    reason: str
    row: int | None = None
    """Only the warning at this row."""
    until: str = ""
    """Last ISO day on which the reason holds; "" while the rows are as they are."""
    paper: bytes | None = None
    """A paper that shows it (PDF, JPEG, PNG)."""
    paper_name: str = ""


def justify(book: Book, slot: Slot, person: str, role: str, given: Reason, at: str | None = None) -> Outcome:
    """Record why a warning of a submission may stand.

    Args:
        book: the book; the step goes onto its newest commit.
        slot: unit, period, kind.
        person: who says it.
        role: in which role.
        given: what is said of which warning.
        at: stated ISO time, practice books only.

    Returns:
        Where the slot stands and the findings that are justified now, with the reason; J20, J26, J27, J31 errors have
        no reason, J32 no such warning, J33, J34, J36, J40–J47 the paper, when nothing was recorded.
    """
    with book.locked() as newest:
        desk = Desk(newest, slot.unit, at)
        standing = desk.at(slot)
        found = obstacles(newest, standing, "justify", person, role, desk.day)
        found += missing_text(standing, "reason", given.reason) + _until(standing, given.until, desk.day)
        if given.paper is not None:
            paper = papers.examine(given.paper, said(given.paper_name))
            found += [finding for finding in paper.findings if catalogue().blocks(finding)]
        if found:
            return desk.refused([slot], found)
        looked = look(newest, [slot], desk.day)[0]
        meant = [finding for finding in looked.findings if _is_meant(finding, given)]
        found = _not_justifiable(standing, given, meant, looked)
        if found:
            return desk.refused([slot], found)
        attachment = ScanStore(newest.path).put(given.paper) if given.paper is not None else ""
        facts = [_facts(given, meant[0].voucher, about, attachment) for about in _subjects(looked, meant, given)]
        if all(_said_before(desk, person, data) for data in facts):
            return Outcome(desk.standings([slot]), tuple(meant))
        change = newest.change(person, role, at)
        for data in facts:
            change.event(EVENT, unit=slot.unit, period=slot.period.text, kind=slot.kind, data=data)
        commit = change.commit(f"{slot.unit} {slot.period.text} {slot.kind}: giải trình {given.rule} {given.document}")
        after = look(Book.open(newest.path), [slot], desk.day)[0]
        return desk.done([slot], [finding for finding in after.findings if _is_meant(finding, given)], commit)


def _facts(given: Reason, document: str, about: str, attachment: str) -> dict[str, str | int]:
    """What the event says of a reason tied to one hash."""
    return {
        "rule": given.rule,
        "document": document,
        "row": given.row or 0,
        "about": about,
        "reason": said(given.reason),
        "until": given.until,
        ATTACHMENT: attachment,
    }


def _said_before(desk: Desk, person: str, data: Mapping[str, str | int]) -> bool:
    """Whether the same person has said just this already, and nobody anything else since."""
    told = [event for event in desk.events if event.event == EVENT and event.data["about"] == data["about"]]
    told = [event for event in told if event.data["rule"] == data["rule"]]
    return bool(told) and (told[-1].actor, dict(told[-1].data)) == (person, dict(data))


def _is_meant(finding: Finding, given: Reason) -> bool:
    here = finding.rule == given.rule and finding.voucher == given.document
    return here and given.row in {None, finding.row}


def _subjects(looked: Looked, meant: Sequence[Finding], given: Reason) -> list[str]:
    """The hashes that the reason is tied to: of the row when one is named, else of the document."""
    subjects = Subjects(looked.form)
    if given.row is not None:
        return [about for about in [subjects.row(given.row)] if about]
    return list(dict.fromkeys(subjects.of(finding)[0][2] for finding in meant))


def _until(at: Standing, until: str, day: str) -> list[Finding]:
    """J33 for an end that is no ISO day or is over."""
    if not until or (is_day(until) and until >= day):
        return []
    return [of(at, "J33", value=until, expected=f"≥ {date_vi(day)}")]


def _not_justifiable(at: Standing, given: Reason, meant: Sequence[Finding], looked: Looked) -> list[Finding]:
    """J31 for an error, J32 when the rules have no such warning here."""
    weights = {catalogue().severity(finding) for finding in meant}
    if "error" in weights or (not meant and _is_error(given.rule)):
        return [of(at, "J31", value=given.rule, params={"document": given.document})]
    if "warning" in weights:
        return []
    there = [f"{finding.rule} {finding.voucher}".strip() for finding in still_open(looked.findings)]
    shown = ", ".join(list(dict.fromkeys(there))[:SHOWN]) or "—"
    return [of(at, "J32", value=f"{given.rule} {given.document}".strip(), expected=shown)]


def _is_error(rule: str) -> bool:
    """Whether a rule that found nothing here would be an error."""
    return rule in catalogue() and catalogue()[rule].severity == "error"
