"""Slots and identities: what a submission is, where it goes, and what stood there before.

Guarantees: the identity of a submission is the hash of its rows as they are meant (form and version, columns in the
form's order, rows by document), so that renaming a file, saving it in another encoding or moving columns changes
nothing; the versions of a slot are a fold of the unit's events, oldest first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from importers.forms import Form, Line
from importers.layouts import LAYOUTS, Layout
from importers.periods import Period
from ledger.errors import UsageProblem
from ledger.events import Event
from plugins.context import journal_path

SHORT = 12
"""Digits of a hash that people see."""

ACCEPTED = ("submission.accepted", "estimates.accepted")

_KIND = re.compile(r"(vouchers)(?:/([a-z0-9][a-z0-9-]{0,19}))?|(estimates)|(opening)")
_NOT_IDENTITY = frozenset({"owner"})


class BadKindError(UsageProblem):
    """The kind of a submission is none that this program knows."""

    template = (
        "{value} is not a kind of submission: vouchers, vouchers/<book> (such as vouchers/cash), estimates, opening"
    )

    def __init__(self, value: str) -> None:
        super().__init__(value=value)


class Slot(NamedTuple):
    """Where a submission goes: unit, period and kind; months may have several books."""

    unit: str
    period: Period
    kind: str
    book: str

    @classmethod
    def of(cls, unit: str, period: str, kind: str) -> Slot:
        """Read a command's words.

        Raises:
            BadPeriodError: the period has not the shape of one.
            BadKindError: the kind is unknown.
        """
        match = _KIND.fullmatch(kind)
        if match is None:
            raise BadKindError(kind)
        return cls(unit, Period.read(period), kind, match[2] or "")

    @property
    def layout(self) -> Layout:
        """The form that belongs to the kind."""
        return LAYOUTS[self.kind.partition("/")[0]]

    @property
    def file_kind(self) -> str:
        """The kind as it stands in file names."""
        return self.kind.replace("/", "-")

    @property
    def ledger_period(self) -> str:
        """The period that the slot's postings carry."""
        return f"{self.period.text}-00" if self.kind == "opening" else self.period.text

    @property
    def journal(self) -> str:
        """Where the slot's postings stand in the book."""
        entry = "opening" if self.kind == "opening" else "voucher"
        return journal_path(self.unit, self.ledger_period, self.book, entry)

    @property
    def folder(self) -> str:
        """Where its files are kept as they were received."""
        return f"received/{self.unit}/{self.period.text}"


@dataclass(frozen=True, slots=True)
class Version:
    """One accepted submission of a slot."""

    receipt: str
    content: str
    file: str
    path: str
    rows: int
    data: Mapping[str, Any]

    @classmethod
    def of(cls, event: Event) -> Version:
        """The version that an event tells of."""
        data = event.data
        return cls(data["receipt"], data["content"], data["file"], data["path"], data["rows"], data)


def versions(events: Iterable[Event], slot: Slot) -> list[Version]:
    """All submissions accepted for a slot, oldest first; the last one is what the book holds."""
    return [
        Version.of(event)
        for event in events
        if event.event in ACCEPTED and (event.period, event.kind) == (slot.period.text, slot.kind)
    ]


def current_versions(events: Iterable[Event]) -> list[tuple[Event, Version]]:
    """What each slot of a unit holds now, with the event that put it there, by period and kind."""
    last = {(event.period, event.kind): event for event in events if event.event in ACCEPTED}
    return [(event, Version.of(event)) for _, event in sorted(last.items())]


def rows_of(form: Form) -> dict[str, list[list[str | int]]]:
    """The rows as they are meant, by document number: values in the layout's order, "" for an empty cell.

    A row that stands twice in a file is refused elsewhere, so the order of a document's rows is part of its identity.
    """
    rows: dict[str, list[list[str | int]]] = {}
    first = form.layout.columns[0].key
    for line in form.lines:
        rows.setdefault(line.texts[first], []).append(_values(form.layout, line))
    return rows


def content_of(form: Form) -> str:
    """The identity of a submission: SHA-256 (hex) of layout version and rows, documents sorted by number."""
    meant = [form.layout.name, [row for _, rows in sorted(rows_of(form).items()) for row in rows]]
    text = json.dumps(meant, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def receipt_id(slot: Slot, content: str, before: Sequence[Version]) -> str:
    """The receipt's number: unit, period, kind and content; with a count when that content is accepted once more."""
    number = f"{slot.unit}-{slot.period.text}-{slot.file_kind}-{content[:SHORT]}"
    return f"{number}-{len(before) + 1}" if any(version.receipt == number for version in before) else number


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new version of a slot changes, in rows."""

    added: int
    changed: int
    removed: int
    documents: tuple[str, ...]
    """Numbers of the documents that differ, sorted."""


def difference(old: Form, new: Form) -> Difference:
    """Compare two files of one form, document by document and row by row."""
    before, after = rows_of(old), rows_of(new)
    added = changed = removed = 0
    documents = []
    for number in sorted(before.keys() | after.keys()):
        was, now = before.get(number, []), after.get(number, [])
        if was == now:
            continue
        documents.append(number)
        changed += sum(1 for one, other in zip(was, now, strict=False) if one != other)
        added += max(0, len(now) - len(was))
        removed += max(0, len(was) - len(now))
    return Difference(added, changed, removed, tuple(documents))


def _values(layout: Layout, line: Line) -> list[str | int]:
    return [
        line.amounts.get(column.key, "") if column.kind == "amount" else line.texts[column.key]
        for column in layout.columns
        if column.key not in _NOT_IDENTITY
    ]
