"""Reasons given instead of corrections: a warning may stand while the row it speaks of is as it was.

Guarantees: a reason is tied to a rule and to the hash of what it was said about (the document's rows as they are
meant, wherever they stand in the file), so that it stays quiet through other changes and lapses with its own; it ends
with the day it was given for; errors have none. `submit`, `check`, `certify` and `recheck` mark findings with these
same functions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from importers.forms import Form
from importers.judging import catalogue
from importers.slots import content_of, row_keys
from ledger.events import Event
from ledger.findings import Finding

EVENT = "finding.justified"


@dataclass(frozen=True, slots=True)
class Justification:
    """One reason, as its event tells."""

    rule: str
    document: str
    """Number of the document, "" for the submission as a whole."""
    about: str
    """SHA-256 of what it was said about."""
    reason: str
    actor: str
    time: str
    until: str
    """Last ISO day on which it holds; "" without end."""
    attachment: str
    """SHA-256 of a paper, "" for none."""

    def holds(self, day: str) -> bool:
        """Whether it holds on an ISO day."""
        return not self.until or day <= self.until


Given = Mapping[tuple[str, str, str], Justification]
"""(rule, document, about) → the newest justification."""


def given(events: Iterable[Event], unit: str) -> Given:
    """Every justification of a unit; a later one about the same takes the place of the one before."""
    found = {}
    for event in events:
        if event.event == EVENT and event.unit == unit:
            data = event.data
            one = Justification(
                rule=data["rule"],
                document=data["document"],
                about=data["about"],
                reason=data["reason"],
                actor=event.actor,
                time=event.time,
                until=data["until"],
                attachment=data["attachment"],
            )
            found[one.rule, one.document, one.about] = one
    return found


class Subjects:
    """What findings of one file speak of, as hashes that survive another order of rows and another file name."""

    def __init__(self, form: Form) -> None:
        self._rows = row_keys(form)
        first = form.layout.columns[0].key
        documents: dict[str, list[str]] = {}
        for line in form.lines:
            documents.setdefault(line.texts[first], []).append(self._rows[line.row])
        self._documents = {number: _hash(sorted(keys)) for number, keys in documents.items()}
        self._whole = content_of(form)

    def document(self, number: str) -> str | None:
        """The hash of a document's rows, of the whole file for ""; None when the file has no such document."""
        return self._documents.get(number) if number else self._whole

    def row(self, number: int) -> str | None:
        """The hash of one row, None when the file has no such row."""
        return self._rows.get(number)

    def of(self, finding: Finding) -> list[tuple[str, str, str]]:
        """Keys under which a justification of this finding may stand: its document, its row, else the whole file."""
        number = finding.voucher if finding.voucher in self._documents else ""
        row = self._rows.get(finding.row or 0)
        keys = [self._documents[number]] if number else []
        keys += [row] if row else []
        return [(finding.rule, finding.voucher, about) for about in keys or [self._whole]]


def mark(findings: Iterable[Finding], form: Form, reasons: Given, day: str) -> list[Finding]:
    """Findings of one file, each warning with the reason that holds for it on an ISO day."""
    findings = list(findings)
    if not reasons or not form.lines:
        return findings
    subjects = Subjects(form)
    return [_marked(finding, subjects, reasons, day) for finding in findings]


def still_open(findings: Collection[Finding]) -> list[Finding]:
    """Warnings for which no reason holds."""
    return [f for f in findings if catalogue().severity(f) == "warning" and not f.justified]


def _marked(finding: Finding, subjects: Subjects, reasons: Given, day: str) -> Finding:
    if catalogue().severity(finding) != "warning":
        return finding
    for key in subjects.of(finding):
        reason = reasons.get(key)
        if reason is not None and reason.holds(day):
            return replace(finding, justified=reason.reason)
    return finding


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()
