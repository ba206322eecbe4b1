"""Scans of vouchers and other papers: kept by their content beside the book, named by hash in its events.

Guarantees: a paper lies under the SHA-256 of its bytes and is whole, or is not there at all; when `put` returns, it
survives a power cut; what `get` gives has the hash that was asked for. The store is written before the commit whose
event names the paper, so that a killed process leaves at most a paper that no event names, never the reverse.

    store = ScanStore(book.path)              # BOOK.scans/ beside the book's folder
    sha256 = store.put(data)
    change.event("voucher.attached", unit="BTC", period="2026-11", data={"sha256": sha256, …})
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ledger.branch import failed_write
from ledger.durable import Disk
from ledger.errors import IntegrityError
from ledger.events import Event

EVENT = "voucher.attached"
"""The event that names the scan of a voucher; its data: voucher, sha256, size, type, name."""
ATTACHMENT = "attachment"
"""Key under which any other event names a paper that it rests on: its SHA-256, or "" for none."""
SUFFIX = ".scans"
_DATA = ("voucher", "sha256", "size", "type", "name")
_SHELF = "sha256"
_READ_ONLY = 0o444
_DIGEST = re.compile(r"[0-9a-f]{64}")

State = Literal["sound", "missing", "changed", "unreadable"]


class ScanDamagedError(IntegrityError):
    """A paper that an event names is not in the store as it was put there."""

    template = "the scan {sha256} is {state}: put the file back from a backup, or attach the same file again"

    def __init__(self, sha256: str, state: State) -> None:
        super().__init__(sha256=sha256, state=state)

    def sentence(self, translate: Callable[[str], str] | None = None) -> str:
        """The sentence, with the state in its language too."""
        say = translate or str
        return say(self.template).format(**self.values | {"state": say(str(self.values["state"]))})


class ScanStore:
    """Papers by their SHA-256, for one book."""

    def __init__(self, book: Path, disk: Disk | None = None) -> None:
        """The store beside the folder of a book (or of its bare copy), whether it exists yet or not."""
        place = book.resolve()
        self.folder = place.with_name(place.name + SUFFIX)
        self._disk = disk or Disk()

    def put(self, data: bytes) -> str:
        """Keep a paper; one that is there already stays, one that was damaged is put right. Returns its SHA-256.

        Raises:
            Refused: the disk is full or would not write; nothing is kept then.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if self.state(sha256) != "sound":
            path = self.path(sha256)
            try:
                self._disk.make_folders(path.parent)
                self._disk.write(path, data, _READ_ONLY)
            except OSError as error:
                raise failed_write(error) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """A paper's bytes.

        Raises:
            ScanDamagedError: it is not there, cannot be read, or has other content.
        """
        state = self.state(sha256)
        data = self.path(sha256).read_bytes() if state == "sound" else b""
        if state != "sound" or hashlib.sha256(data).hexdigest() != sha256:
            raise ScanDamagedError(sha256, "changed" if state == "sound" else state)
        return data

    def state(self, sha256: str) -> State:
        """Whether a paper is there as it was put there; reads it whole, in pieces."""
        try:
            with self.path(sha256).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except (FileNotFoundError, ValueError):
            # No hash at all names nothing that could be there.
            return "missing"
        except OSError:
            return "unreadable"
        return "sound" if found == sha256 else "changed"

    def orphans(self, events: Iterable[Event]) -> list[str]:
        """SHA-256 of the papers that no event names: a process died before its commit. They do no harm."""
        needed = {paper.sha256 for paper in named(events)}
        return [sha256 for sha256 in self.all() if sha256 not in needed]

    def path(self, sha256: str) -> Path:
        """Where a paper lies: `BOOK.scans/sha256/ab/ab…`.

        Raises:
            ValueError: the text is no SHA-256; it could lead out of the store.
        """
        if not _DIGEST.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256")
        return self.folder / _SHELF / sha256[:2] / sha256

    def all(self) -> list[str]:
        """SHA-256 of every paper in the store by its name, those that no event names included; sorted."""
        found = (path.name for path in self.folder.glob(f"{_SHELF}/??/*"))
        return sorted(name for name in found if _DIGEST.fullmatch(name))


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan of one voucher, as its event tells."""

    unit: str
    period: str
    """The period of the voucher, as the person named it."""
    voucher: str
    sha256: str
    size: int
    """Bytes."""
    type: str
    """pdf, jpeg or png."""
    name: str
    """The file's name as the person knows it; shown, never used as a path."""
    time: str
    """ISO moment at which it was attached."""
    actor: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells the voucher from all others: unit, fiscal year, number."""
        return (self.unit, self.period[:4], self.voucher)

    def data(self) -> dict[str, str | int]:
        """What the event says of it."""
        return {name: getattr(self, name) for name in _DATA}


def attached(events: Iterable[Event]) -> list[Scan]:
    """The scans that events name, in their order."""
    return [
        Scan(
            unit=event.unit,
            period=event.period,
            time=event.time,
            actor=event.actor,
            **{key: event.data[key] for key in _DATA},
        )
        for event in events
        if event.event == EVENT
    ]


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A paper that an event names, of whatever kind."""

    sha256: str
    unit: str
    period: str
    voucher: str = ""
    name: str = ""


def named(events: Iterable[Event]) -> Iterator[Named]:
    """Every paper that events rest on: scans of vouchers, and what other events name under `ATTACHMENT`."""
    for event in events:
        digest = event.data.get("sha256" if event.event == EVENT else ATTACHMENT)
        if isinstance(digest, str) and digest:
            voucher, name = (str(event.data.get(key, "")) for key in ("voucher", "name"))
            yield Named(digest, event.unit, event.period, voucher, name)
