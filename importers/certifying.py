"""Two people vouch for what the book holds: first the accountant, then the head; with the head the office has it.

Guarantees: nobody certifies twice, nothing is certified with an open warning or under rules that are no longer those
it was checked by; several periods are certified in one commit or none of them; lateness is recorded and refuses
nothing; everything that stands in the way is told at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from importers import states
from importers.desk import UNCERTIFIED, Desk, Outcome, said
from importers.judging import catalogue
from importers.justifications import still_open
from importers.rechecking import Looked, look
from importers.returning import extend, give_back
from importers.slots import SHORT, Slot
from importers.states import Standing, Step, obstacles, of
from ledger import deadlines
from ledger.book import Book, Change
from ledger.findings import Finding
from plugins.rule_pack import rule_pack

__all__ = ["Outcome", "certify", "extend", "give_back", "recheck"]


def certify(
    book: Book,
    unit: str,
    periods: Sequence[str],
    kind: str,
    person: str,
    at: str | None = None,
    *,
    receipt: str = "",
    answers: Sequence[str] = (),
) -> Outcome:
    """Vouch for submissions, all in one commit; whose certification it is follows from the person's role.

    Args:
        book: the book; the step goes onto its newest commit.
        unit: unit code.
        periods: months, quarters (`2026-Q1`: its months too) or years (`2026`: all of its periods).
        kind: one kind, or "" for every kind that waits for this person.
        person: who certifies.
        at: stated ISO time, practice books only.
        receipt: certify this version only.
        answers: what the unit says to the items of the return before, in their order.

    Returns:
        Where the slots stand, and when nothing was certified why: J20–J30, J35, J37.
    """
    with book.locked() as newest:
        desk = Desk(newest, unit, at)
        step, role = _stage(desk, periods, kind, person)
        slots = desk.chosen(periods, kind, step)
        found = [f for slot in slots for f in _obstacles(desk, slot, step, person, role, receipt)]
        found += [f for slot in slots for f in answers_fit(desk.at(slot), answers)]
        if not found and step == "certify-accountant":
            found = _unsettled(desk, slots)
        if found:
            return desk.refused(slots, found)
        change = newest.change(person, role, at)
        for slot in slots:
            _sign(change, desk.at(slot), step, desk.day, answers)
        return desk.done(slots, (), change.commit(f"{unit} {_shown(slots)}: {_SUMMARY[step]}"))


def recheck(
    book: Book,
    unit: str,
    periods: Sequence[str],
    kind: str,
    person: str,
    role: str,
    at: str | None = None,
    *,
    answers: Sequence[str] = (),
) -> Outcome:
    """Run the rules of today on what slots hold, and record it; errors found are told and nothing is recorded.

    With answers it also ends a return that needs no other file: the unit says why what it handed in stands.

    Args:
        book: the book; the step goes onto its newest commit.
        unit: unit code.
        periods: as in `certify`.
        kind: one kind, or "" for every kind.
        person: who asks for it.
        role: in which role.
        at: stated ISO time, practice books only.
        answers: to the items of the return, in their order.

    Returns:
        Where the slots stand; the findings as they are today; J20, J26, J36, J37 or J30 when nothing was recorded.
    """
    with book.locked() as newest:
        desk = Desk(newest, unit, at)
        slots = desk.chosen(periods, kind, "recheck")
        found = [f for slot in slots for f in _obstacles(desk, slot, "recheck", person, role, "")]
        found += [f for slot in slots for f in answers_fit(desk.at(slot), answers)]
        if found:
            return desk.refused(slots, found)
        looked = look(newest, slots, desk.day)
        told = [f for slot, one in zip(slots, looked, strict=True) for f in _errors(desk.at(slot), one) or one.findings]
        if blocked(told):
            return desk.refused(slots, told)
        change = newest.change(person, role, at)
        for slot, one in zip(slots, looked, strict=True):
            _record(change, desk.at(slot), one, answers)
        return desk.done(slots, told, change.commit(f"{unit} {_shown(slots)}: kiểm tra lại"))


def blocked(findings: Sequence[Finding]) -> bool:
    """Whether any finding stops the step."""
    return any(catalogue().blocks(finding) for finding in findings)


def answers_fit(at: Standing, answers: Sequence[str]) -> list[Finding]:
    """J37 when the answers are not one for each item of the last return (one, when it named no items)."""
    wanted = max(1, len(at.returns[-1].items)) if at.returns else 0
    return [of(at, "J37", value=str(len(answers)), expected=str(wanted))] if answers and len(answers) != wanted else []


def _stage(desk: Desk, periods: Sequence[str], kind: str, person: str) -> tuple[Step, str]:
    """Which certification this person can give here, and in which role; one who has both gives the one that waits."""
    roles = states.roles(desk.book, desk.unit, "certify", person, desk.day)
    held = [(states.SIGNING[role], role) for role in roles]
    for step, role in held:
        if all(desk.at(slot).stage in states.STEPS[step] for slot in desk.chosen(periods, kind, step)):
            return step, role
    return held[0] if held else ("certify-accountant", "")


def _obstacles(desk: Desk, slot: Slot, step: Step, person: str, role: str, receipt: str) -> Iterator[Finding]:
    at = desk.at(slot)
    if slot.kind == UNCERTIFIED:
        yield of(at, "J35")
        return
    if receipt and at.receipt and receipt != at.receipt:
        yield of(at, "J25", value=receipt, expected=at.receipt)
    yield from obstacles(desk.book, at, step, person, role, desk.day)


def _unsettled(desk: Desk, slots: Sequence[Slot]) -> list[Finding]:
    """J28 other rules than those of the last check; J30 errors and J29 open warnings, with those findings."""
    pack = rule_pack(desk.book)
    found = [
        of(at, "J28", value=at.rule_pack[:SHORT] or "—", expected=pack[:SHORT])
        for at in desk.standings(slots)
        if at.rule_pack != pack
    ]
    for slot, one in zip(slots, look(desk.book, slots, desk.day), strict=True):
        found += _errors(desk.at(slot), one) + _warnings(desk.at(slot), one)
    return found


def _errors(at: Standing, looked: Looked) -> list[Finding]:
    """J30 and the errors behind it."""
    return _headed(at, "J30", [finding for finding in looked.findings if catalogue().blocks(finding)])


def _warnings(at: Standing, looked: Looked) -> list[Finding]:
    """J29 and the warnings that nobody has justified."""
    return _headed(at, "J29", still_open(looked.findings))


def _headed(at: Standing, code: str, findings: list[Finding]) -> list[Finding]:
    if not findings:
        return []
    rules = ", ".join(sorted({finding.rule for finding in findings}))
    return [of(at, code, value=rules, params={"count": len(findings)}), *findings]


def _sign(change: Change, at: Standing, step: Step, day: str, answers: Sequence[str]) -> None:
    """The certification; the head's with the receipt by the office."""
    late = deadlines.days_late(deadlines.deadlines(change.book.regulations, at).certify, day)
    facts = {"receipt": at.receipt, "content": at.content, "late_days": late}
    stage = step.removeprefix("certify-")
    data = {**facts, "stage": stage, "rule_pack": at.rule_pack, "answers": [said(answer) for answer in answers]}
    change.event("submission.certified", unit=at.unit, period=at.period, kind=at.kind, data=data)
    if stage == "head":
        change.event("submission.received", unit=at.unit, period=at.period, kind=at.kind, data=facts)


def _record(change: Change, at: Standing, looked: Looked, answers: Sequence[str]) -> None:
    """That the rules were run anew, under which pack, and what they counted."""
    warnings = [f for f in looked.findings if catalogue().severity(f) == "warning"]
    data = {
        "receipt": at.receipt,
        "content": at.content,
        "rule_pack": rule_pack(change.book),
        "warnings": len(warnings),
        "justified": len(warnings) - len(still_open(warnings)),
        "answers": [said(answer) for answer in answers],
    }
    change.event("submission.checked", unit=at.unit, period=at.period, kind=at.kind, data=data)


def _shown(slots: Sequence[Slot]) -> str:
    periods = sorted({slot.period.text for slot in slots})
    return periods[0] if len(periods) == 1 else f"{periods[0]} … {periods[-1]}"


_SUMMARY = {"certify-accountant": "kế toán xác nhận", "certify-head": "thủ trưởng xác nhận, đã nhận"}
