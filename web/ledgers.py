"""The ledgers in memory: what Fava calls LEDGERS, keyed by code, built when asked for, a bounded number at a time.

Guarantees: one broken ledger breaks no other; a changed ledger is built aside and swapped in, and readers meanwhile
see the old one, whole; only the reader's own ledgers are found or named; nothing is believed that the book's own
integrity check refuses.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from flask import has_request_context, request

from ledger.errors import LedgerError
from web import language
from web.house_ledger import BrokenLedgerError, HouseLedger
from web.principal import ENVIRON_KEY, Principal
from web.shelf import Shelf, Volume

IN_MEMORY = 12
"""Ledgers kept; a province's year takes tens of MB, so this many fit a small office server."""
CHECK_SECONDS = 1.0
"""How often the files of a ledger are looked at: one page asks for its ledger a dozen times."""
RETRY_SECONDS = 5.0
"""How soon a broken ledger is tried again."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Named:
    """A ledger that is only named: Fava reads the title of each ledger for its list."""

    options: Mapping[str, str]


@dataclass(slots=True)
class _Slot:
    """Place of one ledger in memory."""

    lock: Lock = field(default_factory=Lock)
    ledger: HouseLedger | None = None
    broken: BrokenLedgerError | None = None
    looked: float = 0.0


class Ledgers:
    """Code → ledger, for the reader of the running request."""

    def __init__(
        self,
        shelf: Shelf,
        *,
        in_memory: int = IN_MEMORY,
        check_seconds: float = CHECK_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._shelf = shelf
        self._in_memory, self._check, self._retry = in_memory, check_seconds, retry_seconds
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._lock = Lock()

    def __getitem__(self, code: str) -> HouseLedger:
        """The ledger, built now if need be.

        Raises:
            KeyError: there is none of that code, or it is not this reader's.
            BrokenLedgerError: it exists, but must not be shown.
        """
        volume = self._shelf.volumes()[code]
        if not _may_open(code):
            raise KeyError(code)
        slot = self._slot(code)
        # Whoever finds the ledger being rebuilt goes on with the old one; only the first reader ever waits.
        if not slot.lock.acquire(blocking=slot.ledger is None):
            return slot.ledger or self[code]
        try:
            return self._current(slot, volume)
        finally:
            slot.lock.release()

    def items(self) -> Iterator[tuple[str, Named]]:
        """Codes and titles of all this reader's ledgers; none is loaded for it."""
        for code, volume in self._shelf.volumes().items():
            if _may_open(code):
                yield code, Named({"title": volume.title(language.current())})

    def first_slug(self) -> str:
        """The ledger opened first: the province's, where there is one."""
        return next(code for code, _ in self.items())

    def loaded(self) -> list[str]:
        """Codes of the ledgers in memory, least recently used first."""
        with self._lock:
            return list(self._slots)

    def _slot(self, code: str) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(code, _Slot())
            self._slots.move_to_end(code)
            while len(self._slots) > self._in_memory:
                self._slots.popitem(last=False)
            return slot

    def _current(self, slot: _Slot, volume: Volume) -> HouseLedger:
        now = time.monotonic()
        if slot.broken is not None and now - slot.looked < self._retry:
            raise slot.broken.with_traceback(None)
        if slot.ledger is not None:
            if now - slot.looked < self._check:
                return slot.ledger
            slot.looked = now
            if not slot.ledger.is_stale():
                return slot.ledger
        slot.looked = now
        slot.ledger, slot.broken = self._built(volume)
        if slot.broken is not None:
            raise slot.broken
        assert slot.ledger is not None  # noqa: S101 - one of the two is always there
        return slot.ledger

    def _built(self, volume: Volume) -> tuple[HouseLedger | None, BrokenLedgerError | None]:
        try:
            self._shelf.verified()
            return HouseLedger(volume.file), None
        except BrokenLedgerError as problem:
            broken = problem
        except LedgerError as problem:
            broken = BrokenLedgerError([], problem)
        except Exception as problem:  # noqa: BLE001 - a ledger that raises must not take the others with it
            _log.exception("ledger %s did not load", volume.code)
            broken = BrokenLedgerError([type(problem).__name__])
        _log.warning("ledger %s is not shown: %s", volume.code, broken)
        return None, broken


def _may_open(code: str) -> bool:
    if not has_request_context():
        return True
    principal = request.environ.get(ENVIRON_KEY)
    return isinstance(principal, Principal) and principal.may_open(code)
