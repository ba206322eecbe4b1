"""Registers are handed in: a file of assets, dues, events, trips or treasury confirmations, whole or not at all.

Guarantees: slots, receipts, versions and events are those of vouchers; a file that would break what a later period of
the same register says is refused; a difference between register and ledger is told and never refuses a file; what the
book holds is what the received file says, row by row (`differences` and `strangers` prove it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from importers import assets, booking, carryover, commitments, dues, events, requests, treasury, trips
from importers.forms import Form, read_form
from importers.gate import closed
from importers.judging import NEED_THE_WHOLE_FILE, blocking, consequences, new_errors, warnings_among
from importers.occupied import occupied
from importers.request import Request, Submission
from importers.sheet import Sheet
from importers.slots import ACCEPTED, Slot, Version, content_of, versions
from importers.vouchers import wrong_owner
from ledger import records
from ledger.book import Book
from ledger.errors import IntegrityError
from ledger.findings import Finding
from ledger.records import Record
from ledger.verify import Problem
from plugins import rule

SAME_FILE, WRONG_PERIOD = "F60", "F62"
"""That the whole file is another period's explains everything that is wrong with its rows."""

CHECKS: dict[str, Callable[[Sheet], None]] = {
    "assets": assets.check,
    "dues": dues.check,
    "events": events.check,
    "trips": trips.check,
    "treasury": treasury.check,
    "requests": requests.check,
    "carryover": carryover.check,
    "commitments": commitments.check,
}
"""What a register says of its own rows and of accepted periods."""

AGAINST_THE_LEDGER: dict[str, Callable[[Sheet], None]] = {"assets": assets.compare, "treasury": treasury.compare}
"""Registers that tell something the ledger knows too."""

BY_THE_RULES: dict[str, tuple[str, ...]] = {
    "requests": ("Q",),
    "carryover": ("E19", "E20"),
    "dues": ("D01", "D03", "D04", "D05", "D07"),
}
"""Registers whose rows the rules judge as they are handed in: beginnings of the codes of the rules that do."""


def hand_in(request: Request) -> Submission:
    """Look at the slot, at the form, at accepted periods, at the ledger; then accept or refuse."""
    slot, form = request.slot, request.form
    gate = closed(request.book, slot, request.today)
    findings = [*gate, *form.findings]
    content = content_of(form)
    before = versions(request.events, slot)
    same = bool(form.lines and before and before[-1].content == content)
    elsewhere = [] if same else occupied(request, before, content)
    sheet = Sheet(request)
    if form.usable and not gate and SAME_FILE not in {finding.rule for finding in elsewhere}:
        findings += _judged(sheet)
    if same and not blocking(findings):
        return request.known(before[-1].receipt, findings)
    findings += elsewhere
    if not form.lines or blocking(findings):
        return request.refused(findings)
    if request.dry_run:
        return request.taken(None, findings)
    told = replace(request, warnings=warnings_among([*request.notes, *findings]))
    receipt, commit = _accept(told, sheet.rows, content, before)
    return request.taken(receipt, findings, commit)


def differences(book: Book, slot: Slot, version: Version) -> Iterator[Problem]:
    """What does not hold between the received file of a slot and the rows the book keeps of it.

    Yields:
        kind `figures`: a row of the register differs from the file, is missing or is more.
    """
    data = book.read(version.path)
    if data is None:
        yield Problem(version.path, "", "figures", "missing")
        return
    form = read_form(data, version.file, slot.layout)
    sent = {row.row: row for row in _records(slot, form)}
    try:
        kept = {row.row: row for row in records.read(slot.kind, book.read(slot.journal), slot.unit, slot.period.text)}
    except IntegrityError as problem:
        yield Problem(slot.journal, "", "figures", str(problem))
        return
    first = slot.layout.columns[0].key
    wrong = {row for row in sent.keys() | kept.keys() if sent.get(row) != kept.get(row)}
    for document in sorted({(sent.get(row) or kept[row]).texts[first] for row in wrong}):
        yield Problem(slot.journal, document, "figures", f"differs from {version.path}")


def strangers(book: Book) -> Iterator[Problem]:
    """Files of registers that no accepted submission stands for (kind `figures`)."""
    known = {
        records.name(event.kind, event.unit, event.period)
        for event in book.events()
        if event.event in ACCEPTED and event.kind in records.KINDS
    }
    for kind in records.KINDS:
        for name in book.names(f"{records.FOLDER}{kind}/"):
            if name not in known:
                yield Problem(name, "", "figures", "no submission stands for it")


def _judged(sheet: Sheet) -> list[Finding]:
    """Everything that is wrong with the rows, and with what they say together with other periods and the ledger."""
    owner = wrong_owner(sheet.form, sheet.file, sheet.slot.unit)
    if owner:
        return owner
    CHECKS[sheet.slot.kind](sheet)
    root = [sheet.placed(finding) for finding in sheet.findings if finding.rule == WRONG_PERIOD]
    if root:
        return root
    broken = _along_the_periods(sheet)
    against = AGAINST_THE_LEDGER.get(sheet.slot.kind)
    if against is not None:
        against(sheet)
    sheet.findings += _by_the_rules(sheet)
    broken += commitments.judged(sheet) if sheet.slot.kind == commitments.KIND else []
    return [sheet.placed(finding) if finding.row else finding for finding in sheet.findings] + broken


def _by_the_rules(sheet: Sheet) -> list[Finding]:
    """What the rules say of the sound rows, as if the book had them already."""
    slot, beginnings = sheet.slot, BY_THE_RULES.get(sheet.slot.kind)
    if beginnings is None:
        return []
    place = (slot.unit, slot.period.text, "")
    asked = rule.context(
        sheet.request.book,
        slot.unit,
        replace_slot=place,
        file=sheet.file,
        day=sheet.request.today,
        given={(slot.kind, slot.unit, slot.period.text): sheet.sound},
    )
    apart = frozenset() if sheet.whole else NEED_THE_WHOLE_FILE
    codes = [code for code in rule.rules() if code.startswith(beginnings) and code not in apart]
    found = rule.run(asked, codes).findings
    # What is said of a decision of the same unit and year is no row of this file.
    return [finding for finding in found if finding.file == sheet.file and "decision" not in finding.params]


def _along_the_periods(sheet: Sheet) -> list[Finding]:
    """What is carried from period to period: own findings go to the sheet; F63 where a later period would break."""
    chained = _chain(sheet)
    if chained is None:
        return []
    own, others = (sheet.slot.unit, sheet.slot.period.text), []
    for finding in chained([*sheet.others, *sheet.sound]):
        if (finding.unit, finding.period) == own:
            sheet.findings.append(finding)
        else:
            others.append(finding)
    held = [row for rows in sheet.held.values() for row in rows]
    broken = new_errors(others, lambda: chained(held))
    return consequences([_elsewhere(sheet, finding) for finding in broken], sheet.slot)


def _chain(sheet: Sheet) -> Callable[[Iterable[Record]], list[Finding]] | None:
    """What a register carries from row to row; what cannot be concluded from a file with unread rows is left out."""
    if sheet.slot.kind == "trips":
        return lambda rows: trips.chained(rows, whole=sheet.whole)
    if sheet.slot.kind == "dues":
        reported = {row.texts["organisation"] for row in sheet.rows if row.row in sheet.reported}
        return lambda rows: dues.chained(rows, without=sheet.form.broken | reported)
    if sheet.slot.kind == commitments.KIND:
        paid = commitments.paid_in(sheet)
        refused = {row.texts["contract"] for row in sheet.rows if row.row in sheet.reported}
        return lambda rows: commitments.chained(rows, paid, without=sheet.form.broken | refused)
    return None


def _elsewhere(sheet: Sheet, found: Finding) -> Finding:
    """A finding at a row of another period, in that period's register."""
    file = records.name(sheet.slot.kind, found.unit, found.period)
    return replace(found, file=file, column=sheet.heading(found.column))


def _records(slot: Slot, form: Form) -> list[Record]:
    """The rows of a form as the book keeps them."""
    texts = records.TEXTS[slot.kind]
    return [
        Record(slot.unit, slot.period.text, line.row, {key: line.texts[key] for key in texts}, line.amounts)
        for line in form.lines
    ]


def _accept(request: Request, rows: Sequence[Record], content: str, before: Sequence[Version]) -> tuple[str, str]:
    """Commit the rows: (number of the receipt, id of the commit)."""
    slot = request.slot
    change = request.book.change(request.actor, request.role, request.at)
    total = sum(row.number(slot.layout.control) for row in rows)
    facts = booking.keep(request, change, content, before, journal=slot.journal, total=total)
    change.write(slot.journal, records.write(slot.kind, rows))
    change.event("submission.accepted", unit=slot.unit, period=slot.period.text, kind=slot.kind, data=facts)
    return facts["receipt"], change.commit(f"{slot.unit} {slot.period.text} {slot.kind}: {facts['receipt']}")
