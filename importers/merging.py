"""A correction file that is handed in becomes the file it corrects: the original is found and the two are merged.

Guarantees: what is judged and booked is always a whole file; the original is the one the correction names, of the same
unit, period and kind; both are carried along byte for byte, and so is every earlier correction of the same file.
"""

from __future__ import annotations

from dataclasses import replace

from importers import refused
from importers.forms import read_form
from importers.patch import Patch, is_torn, merge, patch_of
from importers.refused import Kept
from importers.request import Part, Request
from ledger.findings import Finding

NOT_HERE, TWO_ORIGINALS, ELSEWHERE, DONE, NO_CORRECTION = "J04", "J05", "J08", "J10", "J14"
OF_A_CORRECTION = "J15"


def put_together(request: Request, original: bytes | None = None) -> tuple[Request, list[Finding]]:
    """The request with the merged file, where its file is a correction; else the request as it is.

    Args:
        request: what was handed in.
        original: the corrected file, if the submitter gives it; else it is looked for among the refused ones.

    Returns:
        The request, and what prevents it: J04 the original is not here, J05 it is another file, J06 a row that it
        does not have, J07 a row named twice, J08 the correction belongs to another unit or period, J09 a heading
        that belongs nowhere, J14 an original was given for a file that is no correction, or a correction has lost its
        column of rows, J15 it corrects another correction file; F14, F17, F18 of the correction's own rows.
    """
    patch = patch_of(request.form, request.file)
    if patch is None:
        wrong = original is not None or is_torn(request.form)
        return request, [Finding(NO_CORRECTION, value=request.file)] if wrong else []
    if patch.table.reported:
        return request, list(patch.table.findings)
    found = _original(request, patch, original)
    if isinstance(found, Finding):
        return request, [found]
    merged = merge(patch, found.data, found.file, request.slot.layout)
    if isinstance(merged, list):
        return request, merged
    form = read_form(merged.data, found.file, request.slot.layout)
    if patch_of(form, found.file) is not None:
        return request, [Finding(OF_A_CORRECTION, value=found.file)]
    correction = Part("patch", request.file, patch.table.container, request.data)
    counts = {"replaced": merged.replaced, "deleted": merged.deleted, "added": merged.added}
    note = Finding(DONE, value=request.file, expected=found.file, params=counts)
    parts = (*_parts(found, request), correction)
    return replace(request, data=merged.data, file=found.file, form=form, parts=parts, notes=(note,)), []


def _original(request: Request, patch: Patch, given: bytes | None) -> Kept | Finding:
    """The file that a correction corrects, or J04, J05, J08."""
    slot = request.slot
    named = patch.originals
    digits = next(iter(named), "")
    if len(named) > 1:
        other, row = list(named.items())[1]
        return Finding(TWO_ORIGINALS, row=row, value=other, expected=digits)
    kept = refused.find(request.book, digits)
    mine = [one for one in kept if (one.unit, one.period, one.kind) == (slot.unit, slot.period.text, slot.kind)]
    same = [one for one in mine if given is None or given == one.data]
    if same:
        return same[0]
    if given is not None:
        return Kept(slot.unit, slot.period.text, slot.kind, request.file, given, ())
    if kept:
        other_slot = f"{kept[0].unit} {kept[0].period} {kept[0].kind}"
        here = f"{slot.unit} {slot.period.text} {slot.kind}"
        return Finding(ELSEWHERE, value=other_slot, expected=here)
    return Finding(NOT_HERE, value=digits or "—")


def _parts(found: Kept, request: Request) -> tuple[Part, ...]:
    """What the original is made of: the corrections before this one, or itself."""
    if found.parts:
        return found.parts
    table = read_form(found.data, found.file, request.slot.layout).table
    return (Part("original", found.file, table.container or "csv", found.data),)
