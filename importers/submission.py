"""A unit hands in a file: it is accepted whole, as one commit, or refused with everything that is wrong with it.

Guarantees: the totals that the submitter states are compared before anything else; the same content as the slot holds
already is no change and gives that receipt again; other content in a filled slot needs `replace` and a reason; a
correction file is judged as the whole file that it makes; a submission that would break what was accepted before is
refused; nothing is left in the book by a refused one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace as changed
from importlib import import_module
from typing import TYPE_CHECKING

from importers import booking, control, refused
from importers.control import Stated
from importers.forms import read_form
from importers.gate import closed
from importers.judging import blocking, judge, warnings_among
from importers.limits import FILE_NAME_CHARACTERS
from importers.merging import put_together
from importers.occupied import occupied
from importers.opening import opening_of
from importers.request import Request, Submission
from importers.slots import Slot, content_of, versions
from importers.vouchers import vouchers_of
from ledger import records
from ledger.book import Book
from ledger.findings import Finding
from ledger.pause import collector_at_rest
from ledger.vietnamese import nfc
from ledger.vouchers import Voucher

if TYPE_CHECKING:
    from ledger.verify import Problem

__all__ = ["Submission", "problems", "shown_name", "submit"]

SAME_FILE, WRONG_PERIOD = "F60", "F62"
"""That the file was accepted for another period explains that its dates are outside this one."""

WRONG_PLACE = frozenset({SAME_FILE, "F61", WRONG_PERIOD})
"""Codes that say that the whole file belongs to another slot; no rule is asked about its rows then."""


@collector_at_rest()
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
    reason: str = "",
    rows: int | None = None,
    total: int | None = None,
    original: bytes | None = None,
    dry_run: bool = False,
) -> Submission:
    """Hand in a file.

    Args:
        book: the book; the submission goes onto its newest commit.
        data: the file, byte for byte.
        filename: its name as the submitter knows it.
        unit: for which unit; whether the actor may is the door's business.
        period: `2026-03`, `2026-13`, `2026-Q1` for dues, or `2026` for estimates, openings and assets.
        kind: `vouchers`, `vouchers/<book>`, `estimates`, `opening` or one of `ledger.records.KINDS`.
        actor: who hands it in.
        role: in which role.
        at: stated ISO time, practice books only.
        replace: put it in the place of what the slot holds.
        reason: why; needed when something is really replaced.
        rows: how many rows of data the submitter says there are.
        total: their sum in whole đồng, as the submitter says.
        original: for a correction file, the file it corrects; without it, it is looked for among the refused ones.
        dry_run: do everything but the commit.

    Raises:
        UsageProblem: the period has not the shape of one, or the kind is unknown.
        LedgerError: the book is busy, damaged, or the disk refused; nothing has changed then.
    """
    slot = Slot.of(unit, period, kind)
    name, why = shown_name(filename), _one_line(reason)
    form = read_form(data, name, slot.layout)
    with nullcontext(book) if dry_run else book.locked() as newest:
        request = Request(
            newest, slot, data, name, form, actor, role, at, replacing=replace, dry_run=dry_run, reason=why
        )
        request, problems = _whole(request, Stated(rows, total), original)
        outcome = request.refused(problems) if problems else _way(slot.kind)(request)
        refused.keep(request, outcome)
        return outcome


def _whole(request: Request, said: Stated, original: bytes | None) -> tuple[Request, list[Finding]]:
    """The request with the whole file and its totals, and what makes it useless to look at a single row."""
    request, found = put_together(request, original)
    if found:
        return request, found
    totals, told = control.compare(request.form, said, restated=bool(request.parts))
    request = changed(request, control=totals)
    if blocking(told):
        return request, told
    return changed(request, notes=(*request.notes, *told)), []


def _one_line(text: str) -> str:
    """A reason as it is kept: composed letters on one line, nothing that cannot be seen."""
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(nfc(text).split()))


def problems(book: Book) -> Iterator[Problem]:
    """What does not hold between received files, events and journals; see `importers.proof`."""
    from importers import proof  # noqa: PLC0415 - asked by `verify`, not by those who hand in

    return proof.problems(book)


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
    findings += occupied(request, before, content)
    if any(finding.rule == SAME_FILE for finding in findings):
        findings = [finding for finding in findings if finding.rule != WRONG_PERIOD]
    table = booking.posted(request.book, slot, vouchers, content) if vouchers and not gate else None
    if table is not None and not WRONG_PLACE & {finding.rule for finding in findings}:
        rows = {line.row for voucher in vouchers for line in voucher.lines}
        partial = len(rows) < form.rows
        findings += judge(request.book, slot, table, form, request.file, partial=partial, day=request.today)
    if table is None or blocking(findings):
        return request.refused(findings)
    if request.dry_run:
        return request.taken(None, findings)
    told = changed(request, warnings=warnings_among([*request.notes, *findings]))
    receipt, commit = booking.accept(told, table, content, before)
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


_OWN_WAYS = {"estimates": "importers.decisions"} | dict.fromkeys(records.KINDS, "importers.registering")
"""Modules with a `hand_in` of their own, by kind; most submissions are vouchers, which need none of them."""


def _way(kind: str) -> Callable[[Request], Submission]:
    """What looks at a submission of this kind and accepts or refuses it."""
    if kind not in _OWN_WAYS:
        return _hand_in
    way: Callable[[Request], Submission] = import_module(_OWN_WAYS[kind]).hand_in
    return way


"""Kinds that are not postings of one slot, and how they are handed in."""
