"""Slots and identities: what a submission is, where it goes, and what stood there before.

Guarantees: the identity of a submission is the hash of its rows as they are meant (form and version, columns in the
form's order, rows by document), so that renaming a file, saving it in another encoding or moving columns or rows
changes nothing; the versions of a slot are a fold of the unit's events, oldest first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

from importers.forms import Form, Line
from importers.layouts import LAYOUTS, Column, Layout
from importers.periods import Period
from ledger import records
from ledger.errors import UsageProblem
from ledger.events import Event
from plugins.context import journal_path

SHORT = 12
"""Digits of a hash that people see."""

Values = tuple[str | int, ...]
"""One row: a text or whole đồng for each column, "" for an empty cell."""

ACCEPTED = ("submission.accepted", "estimates.accepted")

_KIND = re.compile(rf"(vouchers)(?:/([a-z0-9][a-z0-9-]{{0,19}}))?|estimates|opening|{'|'.join(records.KINDS)}")
_NOT_IDENTITY = frozenset({"owner"})


class BadKindError(UsageProblem):
    """The kind of a submission is none that this program knows."""

    template = (
        "{value} is not a kind of submission: vouchers, vouchers/<book> (such as vouchers/cash), estimates, opening, "
        "assets, dues, events, trips, treasury, commitments, carryover, requests"
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
        """Where the slot's postings stand in the book; for a register, its rows."""
        if self.kind in records.KINDS:
            return records.name(self.kind, self.unit, self.period.text)
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


def rows_of(form: Form) -> dict[str, list[tuple[int, Values]]]:
    """The rows as they are meant, by document number: (row of the file, values of `identity_columns`)."""
    rows: dict[str, list[tuple[int, Values]]] = {}
    columns = identity_columns(form.layout)
    first = form.layout.columns[0].key
    for line in form.lines:
        rows.setdefault(line.texts[first], []).append((line.row, _values(columns, line)))
    return rows


def identity_columns(layout: Layout) -> list[Column]:
    """The columns whose values make a row what it is, in the layout's order."""
    return [column for column in layout.columns if column.key not in _NOT_IDENTITY]


def content_of(form: Form) -> str:
    """The identity of a submission: SHA-256 (hex) of layout version and rows, however they are ordered in the file.

    Documents are sorted by number and the rows of a document among themselves; a row that stands twice is refused
    elsewhere.
    """
    documents: dict[str, list[str]] = {}
    first = form.layout.columns[0].key
    for line, meant in zip(form.lines, _rows_as_text(form), strict=True):
        documents.setdefault(line.texts[first], []).append(meant)
    rows = ",".join(row for _, texts in sorted(documents.items()) for row in sorted(texts))
    return hashlib.sha256(f"[{_as_text(form.layout.name)},[{rows}]]".encode()).hexdigest()


def row_keys(form: Form) -> dict[int, str]:
    """Row of the file → SHA-256 (hex) of layout version and the row as it is meant: the same row in another file."""
    name, columns = form.layout.name, identity_columns(form.layout)
    return {
        row: hashlib.sha256(_as_text([name, _meant(columns, values)]).encode("utf-8")).hexdigest()
        for rows in rows_of(form).values()
        for row, values in rows
    }


def receipt_id(slot: Slot, content: str, before: Sequence[Version]) -> str:
    """The receipt's number: unit, period, kind and content; with a count when that content is accepted once more."""
    number = f"{slot.unit}-{slot.period.text}-{slot.file_kind}-{content[:SHORT]}"
    return f"{number}-{len(before) + 1}" if any(version.receipt == number for version in before) else number


_as_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _rows_as_text(form: Form) -> Iterable[str]:
    """Each row's values as JSON has them in one list; a value that comes back in a column is written once."""
    texts, amounts = [line.texts for line in form.lines], [line.amounts for line in form.lines]
    first: list[Iterable[str]] = []
    later: list[Iterable[str]] = []
    for column in identity_columns(form.layout):
        key = column.key
        values = [found.get(key, "") for found in amounts] if column.whole else list(map(itemgetter(key), texts))
        written = {value: _as_text(value) for value in set(values)}
        if column.later:
            written = {value: f",[{_as_text(key)},{text}]" if value else "" for value, text in written.items()}
        (later if column.later else first).append(map(written.__getitem__, values))
    more = map("".join, zip(*later, strict=True)) if later else repeat("", len(texts))
    return (f"[{row}{rest}]" for row, rest in zip(map(",".join, zip(*first, strict=True)), more, strict=True))


def _meant(columns: Sequence[Column], values: Values) -> list[object]:
    """A row's values as its identity has them: those of later columns where they are filled, with their key."""
    pairs = list(zip(columns, values, strict=True))
    later = [[column.key, value] for column, value in pairs if column.later and value]
    return [*(value for column, value in pairs if not column.later), *later]


def _values(columns: Iterable[Column], line: Line) -> Values:
    return tuple(line.amounts.get(column.key, "") if column.whole else line.texts[column.key] for column in columns)
