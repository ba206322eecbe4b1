"""What is kept of a refused file: the file and why, in the cache, never in the book.

Guarantees: the book's history and view stay as they were; the note holds the file byte for byte and every finding;
what comes back for a correction file is what was kept, proved by its hash; losing the cache loses the remark
"rejected" and makes a correction file ask for its original, nothing else; a cache that cannot be written is no harm.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from importers.request import Part, Request, Submission
from importers.slots import SHORT
from ledger.book import REFUSED_FILES, Book
from ledger.durable import Disk
from ledger.errors import LedgerError

_DIGITS = re.compile(rf"[0-9a-f]{{{SHORT}}}")


class Kept(NamedTuple):
    """A refused file that was kept."""

    unit: str
    period: str
    kind: str
    file: str
    """Its name as the submitter knows it."""
    data: bytes
    parts: tuple[Part, ...]
    """What it was put together from; empty: it was sent as it is."""


def keep(request: Request, outcome: Submission) -> None:
    """Put a refused file and its findings beside each other; only for a unit that the register knows."""
    slot = request.slot
    if outcome.accepted or request.dry_run or not request.book.units.known(slot.unit):
        return
    folder = request.book.path / REFUSED_FILES / slot.unit
    stem = f"{slot.period.text}-{slot.file_kind}-{_digits(request.data)}"
    note = {
        "period": slot.period.text,
        "kind": slot.kind,
        "file": request.file,
        "day": request.today,
        "actor": request.actor,
        "findings": [asdict(finding) for finding in outcome.findings],
        "parts": [{**part._asdict(), "data": _digits(part.data)} for part in request.parts],
    }
    disk = Disk()
    with suppress(OSError, LedgerError):
        disk.make_folders(folder)
        for part in request.parts:
            disk.write(folder / f"{_digits(part.data)}.part", part.data)
        disk.write(folder / f"{stem}.file", request.data)
        disk.write(folder / f"{stem}.json", json.dumps(note, ensure_ascii=False, indent=1).encode("utf-8"))


def find(book: Book, digits: str) -> list[Kept]:
    """The refused files whose SHA-256 begins with these digits, of whatever unit and period, in order of names."""
    if not _DIGITS.fullmatch(digits):
        return []
    found = []
    for path in sorted((book.path / REFUSED_FILES).glob(f"*/*-{digits}.file")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = _read(path)
            if _digits(kept.data) == digits:
                found.append(kept)
    return found


def _read(path: Path) -> Kept:
    note: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    parts = tuple(
        Part(part["what"], part["file"], part["container"], (path.parent / f"{part['data']}.part").read_bytes())
        for part in note.get("parts", ())
        if _DIGITS.fullmatch(part["data"])
    )
    return Kept(path.parent.name, note["period"], note["kind"], note["file"], path.read_bytes(), parts)


def _digits(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:SHORT]
