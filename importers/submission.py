"""A unit hands in a file: it is accepted whole, as one commit, or refused with everything that is wrong with it.

Guarantees: the same content as the slot holds already is no change and gives that receipt again; other content in a
filled slot needs `replace`; a submission that would break what was accepted before is refused; nothing is left in the
book by a refused one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext

from importers import booking, decisions, refused
from importers.forms import read_form
from importers.gate import closed
from importers.judging import blocking, judge
from importers.limits import FILE_NAME_CHARACTERS
from importers.opening import opening_of
from importers.proof import problems
from importers.request import Request, Submission
from importers.slots import Slot, Version, content_of, current_versions, difference, versions
from importers.vouchers import vouchers_of
from ledger.book import Book
from ledger.findings import Finding
from ledger.vietnamese import nfc
from ledger.vouchers import Voucher

__all__ = ["Submission", "problems", "shown_name", "submit"]

SHOWN_DOCUMENTS = 10
"""How many voucher numbers a sentence names."""

SAME_FILE, WRONG_PERIOD = "F60", "F62"
"""That the file was accepted for another period explains that its dates are outside this one."""

WRONG_PLACE = frozenset({SAME_FILE, "F61", WRONG_PERIOD})
"""Codes that say that the whole file belongs to another slot; no rule is asked about its rows then."""


def submit(
    book: Book,
    data: bytes,
    filename: str,
    *,
    unit: str,
    period: str,
    kind: str = "vouchers",
    actor: str,
    role: str,
    at: str | None = None,
    replace: bool = False,
    dry_run: bool = False,
) -> Submission:
    """Hand in a file.

    Args:
        book: the book; the submission goes onto its newest commit.
        data: the file, byte for byte.
        filename: its name as the submitter knows it.
        unit: for which unit; whether the actor may is the door's business.
        period: `2026-03`, `2026-13`, or `2026` for estimates and openings.
        kind: `vouchers`, `vouchers/<book>`, `estimates` or `opening`.
        actor: who hands it in.
        role: in which role.
        at: stated ISO time, practice books only.
        replace: put it in the place of what the slot holds.
        dry_run: do everything but the commit.

    Raises:
        UsageProblem: the period has not the shape of one, or the kind is unknown.
        LedgerError: the book is busy, damaged, or the disk refused; nothing has changed then.
    """
    slot = Slot.of(unit, period, kind)
    name = shown_name(filename)
    form = read_form(data, name, slot.layout)
    with nullcontext(book) if dry_run else book.locked() as newest:
        request = Request(newest, slot, data, name, form, actor, role, at, replacing=replace, dry_run=dry_run)
        outcome = decisions.hand_in(request) if slot.kind == "estimates" else _hand_in(request)
        refused.keep(request, outcome)
        return outcome


def shown_name(filename: str) -> str:
    """A file's name as it is kept and shown: composed letters, without folders and signs that cannot be seen."""
    last = re.split(r"[/\\]", filename)[-1]
    seen = "".join(sign if sign.isprintable() and sign not in "<>" else "?" for sign in nfc(last)).strip()
    return seen[:FILE_NAME_CHARACTERS] or "?"


def _hand_in(request: Request) -> Submission:
    """Vouchers and openings: look at the slot, at the form, at the rules; then accept or refuse."""
    slot, form = request.slot, request.form
    gate = closed(request.book, slot, request.today)
    vouchers, read = _vouchers(request)
    findings = [*gate, *form.findings, *(f for f in read if not (gate and f.rule in WRONG_PLACE))]
    before = versions(request.events, slot)
    content = content_of(form)
    if not blocking(findings) and before and before[-1].content == content:
        return request.known(before[-1].receipt, findings)
    findings += _occupied(request, before, content)
    if any(finding.rule == SAME_FILE for finding in findings):
        findings = [finding for finding in findings if finding.rule != WRONG_PERIOD]
    table = booking.posted(request.book, slot, vouchers, content) if vouchers and not gate else None
    if table is not None and not WRONG_PLACE & {finding.rule for finding in findings}:
        rows = {line.row for voucher in vouchers for line in voucher.lines}
        partial = len(rows) < form.rows
        findings += judge(request.book, slot, table, form, request.file, partial=partial)
    if table is None or blocking(findings):
        return request.refused(findings)
    if request.dry_run:
        return request.taken(None, findings)
    receipt, commit = booking.accept(request, table, content, before)
    return request.taken(receipt, findings, commit)


def _vouchers(request: Request) -> tuple[tuple[Voucher, ...], Sequence[Finding]]:
    """The sound vouchers of the file, and what is wrong with the others."""
    slot, form = request.slot, request.form
    if not form.usable:
        return (), ()
    if slot.kind == "opening":
        opening = opening_of(form, request.file, slot.unit, slot.period, request.book.chart)
        return (opening.voucher,) if opening.voucher else (), opening.findings
    found = vouchers_of(form, request.file, slot.unit, slot.period)
    return found.vouchers, found.findings


def _occupied(request: Request, before: Sequence[Version], content: str) -> list[Finding]:
    """F57 (F66) other content stands in the slot, F60 this content stands in another slot, F67 nothing to replace."""
    slot, form = request.slot, request.form
    findings = []
    if request.replacing and not before:
        findings.append(Finding("F67", value=slot.kind))
    if before and not request.replacing and form.usable:
        findings.append(_differs(request, before[-1]))
    if form.reported or not form.lines:
        return findings
    for event, version in current_versions(request.events):
        elsewhere = (event.period, event.kind) != (slot.period.text, slot.kind)
        if elsewhere and version.content == content:
            params = {"receipt": version.receipt}
            findings.append(Finding("F60", value=f"{event.period} {event.kind}", params=params))
    return findings


def _differs(request: Request, version: Version) -> Finding:
    """F57 with the rows that a replacement would change; F66 while unreadable rows would falsify the count."""
    params: dict[str, str | int] = {"receipt": version.receipt, "file_before": version.file}
    if request.form.reported:
        return Finding("F66", params=params)
    old = read_form(request.book.read(version.path) or b"", version.file, request.slot.layout)
    change = difference(old, request.form)
    more = len(change.documents) - SHOWN_DOCUMENTS
    shown = ", ".join(change.documents[:SHOWN_DOCUMENTS]) + (f" … (+{more})" if more > 0 else "")
    counts = {"added": change.added, "changed": change.changed, "removed": change.removed}
    return Finding("F57", value=shown, difference=sum(counts.values()), params=params | counts)
