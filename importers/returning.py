"""The office sends a submission back, or gives a unit more time.

Guarantees: a return says why, what to mend and until when; it ends every certification of the version; an extension
carries the number of the document that grants it; both are events, refused in a state that does not allow them.
"""

from __future__ import annotations

from collections.abc import Sequence

from importers.desk import Desk, Outcome, said
from importers.slots import Slot
from importers.states import Standing, obstacles, of
from ledger import deadlines
from ledger.book import Book
from ledger.findings import Finding, is_day
from ledger.vietnamese import date_vi


def give_back(
    book: Book,
    slot: Slot,
    person: str,
    role: str,
    at: str | None = None,
    *,
    reason: str,
    until: str,
    items: Sequence[str] = (),
) -> Outcome:
    """Send a submission back to its unit.

    Args:
        book: the book; the step goes onto its newest commit.
        slot: unit, period, kind.
        person: who returns it.
        role: in which role.
        at: stated ISO time, practice books only.
        reason: why.
        until: ISO day until which the unit answers.
        items: single things to mend; the unit answers them one by one.

    Returns:
        Where the slot stands; J20, J26, J27, J33, J34 or J36 when nothing was changed.
    """
    with book.locked() as newest:
        desk = Desk(newest, slot.unit, at)
        standing = desk.at(slot)
        found = obstacles(newest, standing, "return", person, role, desk.day)
        found += wrong_day(standing, until, desk.day) + missing_text(standing, "reason", reason)
        if found:
            return desk.refused([slot], found)
        change = newest.change(person, role, at)
        data = {
            "receipt": standing.receipt,
            "content": standing.content,
            "reason": said(reason),
            "items": [said(item) for item in items if said(item)],
            "until": until,
        }
        change.event("submission.returned", unit=slot.unit, period=slot.period.text, kind=slot.kind, data=data)
        return desk.done([slot], (), change.commit(f"{slot.unit} {slot.period.text} {slot.kind}: trả lại đơn vị"))


def extend(
    book: Book, slot: Slot, person: str, role: str, at: str | None = None, *, until: str, document: str
) -> Outcome:
    """Give a unit more time for what it has to do next: hand in the file, or certify the one it handed in.

    Args:
        book: the book; the step goes onto its newest commit.
        slot: unit, period, kind.
        person: who grants it.
        role: in which role.
        at: stated ISO time, practice books only.
        until: the new ISO day; later than the day that holds now.
        document: number of the document that grants it.

    Returns:
        Where the slot stands; J26, J27, J33, J34, J36 when nothing was changed.
    """
    with book.locked() as newest:
        desk = Desk(newest, slot.unit, at)
        standing = desk.at(slot)
        due = _due(desk, standing)
        found = obstacles(newest, standing, "extend", person, role, desk.day)
        found += wrong_day(standing, until, due or desk.day) + missing_text(standing, "document", document)
        if found:
            return desk.refused([slot], found)
        change = newest.change(person, role, at)
        data = {"what": standing.awaiting, "until": until, "document": said(document), "due": due}
        change.event("submission.extended", unit=slot.unit, period=slot.period.text, kind=slot.kind, data=data)
        summary = f"{slot.unit} {slot.period.text} {slot.kind}: gia hạn đến {date_vi(until)}"
        return desk.done([slot], (), change.commit(summary))


def wrong_day(at: Standing, day: str, after: str) -> list[Finding]:
    """J33 for what is no ISO day, or none after another."""
    if is_day(day) and day > after:
        return []
    return [of(at, "J33", value=day, expected=f"> {date_vi(after)}")]


def missing_text(at: Standing, what: str, given: str) -> list[Finding]:
    """J34 for a reason or a document number that says nothing."""
    return [] if said(given) else [of(at, "J34", value=what, params=_WORDS[what])]


def _due(desk: Desk, at: Standing) -> str:
    """The day that holds now for what is next, "" without one."""
    if at.stage == "returned":
        return at.returns[-1].until
    both = deadlines.deadlines(desk.book.regulations, at)
    return (both.submit if at.awaiting == "submit" else both.certify) or ""


_WORDS = {
    "reason": {"what_vi": "lý do", "what_en": "the reason"},
    "document": {"what_vi": "số văn bản", "what_en": "the document's number"},
}
