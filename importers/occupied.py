"""What stands in the slot already, and whether the same content stands in another one.

Guarantees: other content in a filled slot is told with the rows that a replacement would change; content that the
unit handed in for another slot is named with its receipt.
"""

from __future__ import annotations

from collections.abc import Sequence

from importers.difference import Difference
from importers.request import Request
from importers.slots import Version, current_versions
from ledger import records
from ledger.findings import Finding
from ledger.standing import standing

SHOWN_DOCUMENTS = 10
"""How many voucher numbers a sentence names."""


def occupied(request: Request, before: Sequence[Version], content: str) -> list[Finding]:
    """What speaks against, or is to be said of, putting this content into the slot.

    Returns:
        F57 (F66) other content stands in the slot, F60 this content stands in another slot, F67 nothing to replace,
        J03 no reason for replacing, J13 the year is sealed (of vouchers and estimates, P01, P03 and F58 say so).
    """
    slot, form = request.slot, request.form
    findings = []
    if slot.kind in records.KINDS and standing(request.events, slot.unit, slot.period.text, slot.kind).sealed:
        findings.append(Finding("J13", value=str(slot.period.year)))
    if request.replacing and not before:
        findings.append(Finding("F67", value=slot.kind))
    if before and form.usable and not request.replacing:
        findings.append(_differs(request, before[-1]))
    if before and form.usable and request.replacing and not request.reason and before[-1].content != content:
        findings.append(Finding("J03", value=before[-1].receipt, other=before[-1].file))
    if form.reported or not form.lines:
        return findings
    for event, version in current_versions(request.events):
        elsewhere = (event.period, event.kind) != (slot.period.text, slot.kind)
        if elsewhere and version.content == content:
            params = {"receipt": version.receipt}
            place = f"{event.period} {event.kind}"
            findings.append(Finding("F60", value=place, other=other_side(place, version), params=params))
    return findings


def other_side(place: str, version: Version) -> str:
    """An accepted file as the other side of a finding: where it stands, its name, its receipt."""
    return f"{place} · {version.file} · {version.receipt}"


def _differs(request: Request, version: Version) -> Finding:
    """F57 with the rows that a replacement would change; F66 while unreadable rows would falsify the count."""
    params: dict[str, str | int] = {"receipt": version.receipt, "file_before": version.file}
    other = other_side(f"{request.slot.period.text} {request.slot.kind}", version)
    change = request.difference
    if change is None:
        return Finding("F66", params=params, other=other)
    total = sum(change.counts.values())
    return Finding("F57", value=_documents(change), difference=total, other=other, params=params | change.counts)


def _documents(change: Difference) -> str:
    """The first documents that differ, and how many more there are."""
    more = len(change.documents) - SHOWN_DOCUMENTS
    return ", ".join(change.documents[:SHOWN_DOCUMENTS]) + (f" … (+{more})" if more > 0 else "")
