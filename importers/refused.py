"""What is kept of a refused file: the file and why, in the cache, never in the book.

Guarantees: the book's history and view stay as they were; the note holds the file byte for byte and every finding;
losing the cache loses the remark "rejected" and nothing else; a cache that cannot be written is no harm.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict

from importers.request import Request, Submission
from importers.slots import SHORT
from ledger.book import REFUSED_FILES
from ledger.durable import Disk
from ledger.errors import LedgerError


def keep(request: Request, outcome: Submission) -> None:
    """Put a refused file and its findings beside each other; only for a unit that the register knows."""
    slot = request.slot
    if outcome.accepted or request.dry_run or not request.book.units.known(slot.unit):
        return
    folder = request.book.path / REFUSED_FILES / slot.unit
    stem = f"{slot.period.text}-{slot.file_kind}-{hashlib.sha256(request.data).hexdigest()[:SHORT]}"
    note = {
        "period": slot.period.text,
        "kind": slot.kind,
        "file": request.file,
        "day": request.today,
        "actor": request.actor,
        "findings": [asdict(finding) for finding in outcome.findings],
    }
    disk = Disk()
    with suppress(OSError, LedgerError):
        disk.make_folders(folder)
        disk.write(folder / f"{stem}.file", request.data)
        disk.write(folder / f"{stem}.json", json.dumps(note, ensure_ascii=False, indent=1).encode("utf-8"))
