"""The receipt of a submission: found by its number, and a printed one held against the book.

Guarantees: what a receipt says is what the chained event of its submission says, at the commit that took it in, so
that it is the same today and in ten years; a receipt that the book does not have is never made; the text of its QR
code is confirmed, or every part that differs is named, without any connection.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ledger.book import Book
from ledger.errors import Refused
from ledger.events import Event
from ledger.standing import standing
from ledger.verify import Problem

ACCEPTED = frozenset({"submission.accepted", "estimates.accepted"})
SUFFIX = ".receipt.json"
SHORT = 16
"""Digits of each hash in the QR code."""
_WHO = ("unit", "period", "kind", "time", "actor", "role")
_PROVED = (*_WHO, "receipt", "file", "sha256", "content", "layout", "path", "rows", "debit_total")
"""What receipt and event must both say, and alike."""
_QR = re.compile(r"PARTY-LEDGER RECEIPT 1 (\S+) ([0-9A-F]{16}) ([0-9A-F]{16}) ([0-9A-F]{16})")


class UnknownReceiptError(Refused):
    """The book has no receipt of this number."""

    template = "The book has no receipt {number}: check the number, and whether this is the right book."

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class NoReceiptTextError(Refused):
    """The text is not that of a receipt's QR code."""

    template = "This is not the text of a receipt's QR code: {text}"

    def __init__(self, text: str) -> None:
        super().__init__(text=text[:120])


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as the book has it."""

    number: str
    path: str
    """Where it stands in the book."""
    sha256: str
    """Of the receipt's file."""
    commit: str
    """The commit that took the submission in."""
    facts: Mapping[str, Any]
    """What file and event say: unit, period, kind, time, actor, role, file, rows, sha256, content, replaces …"""
    replaced_by: str = ""
    """Number of the receipt that stands in its slot now; empty: this one. Not printed: it changes."""
    stage: str = ""
    """Where its slot stands now (`ledger.standing.STAGES`), while it is this receipt's; empty for decisions."""

    @property
    def when(self) -> datetime:
        """When it was given, aware."""
        return datetime.fromisoformat(self.facts["time"])

    @property
    def payload(self) -> str:
        """What its QR code says. Capitals only: the code stays small."""
        hashes = (self.facts["sha256"], self.facts["content"], self.commit)
        return " ".join(("PARTY-LEDGER RECEIPT 1", self.number, *(part[:SHORT] for part in hashes))).upper()

    def as_dict(self) -> dict[str, Any]:
        """As every door shows it."""
        own = {"receipt_file": self.path, "receipt_sha256": self.sha256, "commit": self.commit}
        return {**self.facts, **own, "replaced_by": self.replaced_by, "stage": self.stage, "qr": self.payload}


def find(book: Book, number: str) -> Receipt:
    """A receipt by its number, in capitals or not.

    Raises:
        UnknownReceiptError: the book has none of this number.
        IntegrityError: the book's events are damaged.
    """
    unit = number.strip().partition("-")[0].upper()
    everything = book.events(unit)
    events = [event for event in everything if event.event in ACCEPTED]
    event = next((e for e in events if e.data["receipt"].casefold() == number.strip().casefold()), None)
    path = _files(book, unit).get(event.data["receipt"], "") if event else ""
    if event is None or not path:
        raise UnknownReceiptError(number)
    data = book.read(path) or b""
    facts = {**_json(data), **_said(event)}
    held = [e for e in events if (e.period, e.kind) == (event.period, event.kind)][-1].data["receipt"]
    # Decisions add up in one slot, none replaces another.
    newer = held if event.event != "estimates.accepted" and held != facts["receipt"] else ""
    now = standing(everything, unit, event.period, event.kind)
    stage = now.stage if now.receipt == facts["receipt"] else ""
    return Receipt(facts["receipt"], path, hashlib.sha256(data).hexdigest(), _came_in(book, path), facts, newer, stage)


class Difference(NamedTuple):
    """Where a printed receipt and the book do not agree."""

    what: str
    """sha256, content or commit."""
    printed: str
    book: str


class Check(NamedTuple):
    """A printed receipt held against the book."""

    receipt: Receipt
    differences: tuple[Difference, ...]
    """Empty: the printed receipt is one of this book, unchanged."""
    problems: tuple[Problem, ...]
    """What does not hold inside the book about this receipt; empty when all is well."""


def check(book: Book, text: str) -> Check:
    """Hold the text of a QR code against the book.

    Raises:
        NoReceiptTextError: the text is none of ours.
        UnknownReceiptError: the book has no receipt of its number.
    """
    read = _QR.fullmatch(" ".join(text.upper().split()))
    if read is None:
        raise NoReceiptTextError(text)
    receipt = find(book, read[1])
    own = {"sha256": receipt.facts["sha256"], "content": receipt.facts["content"], "commit": receipt.commit}
    printed = zip(own, (read[n].lower() for n in (2, 3, 4)), strict=True)
    differences = [Difference(what, found, own[what][:SHORT]) for what, found in printed if found != own[what][:SHORT]]
    wrong = [problem for problem in problems(book, receipt.facts["unit"]) if problem.file == receipt.path]
    data = book.read(receipt.facts["path"])
    if data is None or hashlib.sha256(data).hexdigest() != receipt.facts["sha256"]:
        wrong.append(Problem(receipt.facts["path"], "", "received", f"not what {receipt.number} was given for"))
    return Check(receipt, tuple(differences), tuple(wrong))


def problems(book: Book, unit: str | None = None) -> Iterator[Problem]:
    """What does not hold between receipts and events, for `verify`: kind `receipt`.

    Args:
        book: a snapshot of the book.
        unit: only this unit's; None: all.
    """
    events = {e.data["receipt"]: e for e in book.events(unit) if e.event in ACCEPTED}
    files = _files(book, unit)
    for number in sorted(events.keys() - files.keys()):
        yield Problem("", "", "receipt", f"the receipt {number} is missing")
    for number, path in sorted(files.items()):
        if number not in events:
            yield Problem(path, "", "receipt", f"no event knows the receipt {number}")
            continue
        given, said = _json(book.read(path) or b""), _said(events[number])
        if wrong := [name for name in _PROVED if given.get(name) != said.get(name)]:
            yield Problem(path, "", "receipt", f"differs from its event in: {', '.join(wrong)}")


def _said(event: Event) -> dict[str, Any]:
    """What an event says of its submission, in the words of a receipt."""
    return {**{name: getattr(event, name) for name in _WHO}, **event.data}


def _files(book: Book, unit: str | None) -> dict[str, str]:
    """Number → path of every receipt; one that is no receipt any more goes by its path."""
    names = (name for name in book.names(f"received/{unit}/" if unit else "received/") if name.endswith(SUFFIX))
    return {str(_json(book.read(name) or b"").get("receipt", name)): name for name in names}


def _json(data: bytes) -> dict[str, Any]:
    """The mapping that a file holds; empty when it holds none."""
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _came_in(book: Book, path: str) -> str:
    """The commit with which a file came into the book: what came in stays, so halving the history finds it."""
    history = book.history
    commits = [commit.id for commit in history.commits()]
    newest, oldest = 0, len(commits) - 1
    while newest < oldest:
        middle = (newest + oldest + 1) // 2
        if history.blob_id(path, commits[middle]) is None:
            oldest = middle - 1
        else:
            newest = middle
    return commits[newest]
