"""Event files: who, in which role, did what, when, on which hashes. The book's states are folds of them.

Guarantees: a file only grows; each line is canonical JSON and carries the SHA-256 of the line before, so that
a changed, inserted, swapped or removed line is named; nothing is appended to a file whose chain does not hold.
What a chain cannot show (the last line changed, or lines cut off its end) the Git history shows: a file's older
version must be the beginning of the newer one (`grew_from`).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from ledger.errors import EventsDamagedError

EVENT_NAMES = frozenset(
    {
        "book.created",
        "estimates.accepted",
        "estimates.proposed",
        "finding.justified",
        "override.granted",
        "register.changed",
        "settlement.approved",
        "settlement.decided",
        "settlement.documents",
        "settlement.opened",
        "settlement.reopened",
        "settlement.returned",
        "settlement.reviewed",
        "settlement.sealed",
        "submission.accepted",
        "submission.certified",
        "submission.checked",
        "submission.extended",
        "submission.received",
        "submission.returned",
        "voucher.attached",
    }
)
"""`noun.past-participle`; the noun is what the event is about."""
_TEXTS = ("time", "actor", "role", "event", "unit", "period", "kind", "prev")
_KEYS = {"n", "data", *_TEXTS}
_LARGEST = 2**63 - 1
_HALF_A_SIGN = re.compile("[\ud800-\udfff]")
"""Surrogates: halves of a sign in UTF-16, no text by themselves."""


class EventFormError(ValueError):
    """An event that has no canonical form; the text says why."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `n` and `prev` are given by `append`."""

    time: str
    """ISO moment with offset, whole seconds, from the book's clock."""
    actor: str
    """Person code."""
    role: str
    """Role in which the person acted."""
    event: str
    """One of EVENT_NAMES."""
    unit: str = ""
    period: str = ""
    kind: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Text, whole numbers, true/false, null, lists and mappings of these; amounts in whole đồng."""
    n: int = 0
    """Place in the file, from 1."""
    prev: str = ""
    """SHA-256 (hex) of the line before, without its line end; empty on the first."""


class ChainProblem(NamedTuple):
    """Where an event file does not hold, and why."""

    line: int
    """From 1."""
    why: str


def append(existing: bytes, event: Event, file: str = "events") -> bytes:
    """The file with one more event at its end.

    Args:
        existing: the file so far; empty for a new one.
        event: its `n` and `prev` are ignored and set here.
        file: name for the sentence of an error.

    Raises:
        EventsDamagedError: the existing chain does not hold.
        EventFormError: the event has no canonical form (a float, text that is not NFC, an unknown name …).
    """
    events = read(existing, file)
    lines = existing.split(b"\n")[:-1]
    line = _line(replace(event, n=len(events) + 1, prev=_digest(lines[-1]) if lines else ""))
    return existing + line + b"\n"


def read(data: bytes, file: str = "events") -> list[Event]:
    """All events of a file whose chain holds, in order.

    Raises:
        EventsDamagedError: names the first line that does not hold.
    """
    events, found = examine(data)
    if found:
        raise EventsDamagedError(file, found[0].line, found[0].why)
    return events


def examine(data: bytes) -> tuple[list[Event], list[ChainProblem]]:
    """Read as far as possible: the events of readable lines, and every problem of the chain."""
    events: list[Event] = []
    found: list[ChainProblem] = []
    lines = data.split(b"\n")
    if lines.pop():
        found.append(ChainProblem(len(lines) + 1, "the last line has no end"))
    before = ""
    for number, line in enumerate(lines, start=1):
        try:
            event = _parse(line)
        except EventFormError as error:
            found.append(ChainProblem(number, str(error)))
        else:
            events.append(event)
            if event.n != number:
                found.append(ChainProblem(number, f"it says that it is event {event.n}"))
            if event.prev != before:
                found.append(ChainProblem(number, "it does not follow the line before"))
        before = _digest(line)
    return events, found


def grew_from(older: bytes, newer: bytes) -> bool:
    """Whether `newer` is `older` with whole lines added (or nothing)."""
    return newer.startswith(older) and (not older or older.endswith(b"\n"))


def _line(event: Event) -> bytes:
    _check(event)
    record = {name: getattr(event, name) for name in _KEYS}
    return _canonical(record)


def _parse(line: bytes) -> Event:
    try:
        record = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise EventFormError("it is no JSON") from None
    if not isinstance(record, dict) or set(record) != _KEYS:
        raise EventFormError("its keys are not those of an event")
    event = Event(**record)
    _check(event)
    if _canonical(record) != line:
        raise EventFormError("it is not in canonical form")
    return event


def _check(event: Event) -> None:
    for name in _TEXTS:
        if not isinstance(getattr(event, name), str):
            raise EventFormError(f"{name} is no text")
        _check_value(getattr(event, name))
    if type(event.n) is not int or event.n < 1:
        raise EventFormError("n is no place")
    if event.event not in EVENT_NAMES:
        raise EventFormError(f"{event.event} is no known event")
    if not event.actor or not event.role:
        raise EventFormError("an event needs an actor and a role")
    _check_time(event.time)
    if not isinstance(event.data, Mapping):
        raise EventFormError("data is no mapping")
    _check_value(event.data)


def _check_time(text: str) -> None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise EventFormError(f"{text} is no moment") from None
    if moment.tzinfo is None or moment.isoformat() != text or moment.microsecond:
        raise EventFormError(f"{text} is no moment in whole seconds with its offset")


def _check_value(value: object) -> None:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not isinstance(key, str):
                raise EventFormError(f"{key!r} is no key")
            _check_value(key)
            _check_value(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _check_value(part)
    else:
        _check_scalar(value)


def _check_scalar(value: object) -> None:
    if isinstance(value, str):
        if value.isascii():
            return
        if not unicodedata.is_normalized("NFC", value):
            raise EventFormError(f"{value!r} is not in Unicode NFC")
        if _HALF_A_SIGN.search(value):
            raise EventFormError(f"{value!r} is no Unicode text")
    elif isinstance(value, int):
        if abs(value) > _LARGEST:
            raise EventFormError(f"{value} is out of range")
    elif value is not None:
        raise EventFormError(f"{value!r} has no canonical form")


def _canonical(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=dict)
    return text.encode("utf-8")


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
