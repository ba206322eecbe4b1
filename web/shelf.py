"""The shelf: which ledgers a book has, under which code each is opened, and what each is called.

Guarantees: a ledger is found by its code and by nothing else: titles may repeat, change or lie, a code is the
register's (hazard H10); the codes of the two province ledgers are lower-case and can never be a unit's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from ledger.book import Book
from ledger.errors import LedgerError
from ledger.findings import Language
from ledger.texts import text
from ledger.units import Unit

PROVINCE, PARTY = "province", "party"
"""Codes of the consolidated ledgers: the budget tree and the Party line."""

RESERVED = frozenset({PROVINCE, PARTY, "static", "house", "language"})
"""First parts of an address that are not units."""

PROVINCE_FILES: Mapping[str, str] = {PROVINCE: "main.beancount", PARTY: "party.beancount"}
PROVINCE_TITLES: Mapping[str, str] = {PROVINCE: "Whole province, budget tree", PARTY: "Whole province, Party line"}
"""How the menu calls them; English, shown through the catalogue of texts."""
PROVINCE_TREES: Mapping[str, str] = {PROVINCE: "by budget tree", PARTY: "by Party line"}
"""What follows the province's name in their titles."""

UNIT_FILES = ("checked.beancount", "ledger.beancount")
"""In `units/<code>/`: the ledger that names our findings, else the one without plugins."""

WATCHED = ("book.toml", "registers/units.csv", "main.beancount")

_log = logging.getLogger(__name__)

OpenBook = Callable[[Path], Book]


@dataclass(frozen=True, slots=True)
class Volume:
    """One ledger on the shelf."""

    code: str
    file: Path
    names: Mapping[Language, str]

    def title(self, language: Language) -> str:
        """What a reader sees in the list of ledgers."""
        name = self.names[language]
        return name if self.code in PROVINCE_FILES else f"{self.code} · {name}"


class Shelf:
    """The volumes of one book, read again when its registers change."""

    def __init__(self, folder: Path, open_book: OpenBook = Book.open) -> None:
        """Read the book once.

        Raises:
            LedgerError: the folder is no book, or a book whose integrity is broken.
        """
        self.folder = folder
        self._open_book = open_book
        self._lock = Lock()
        self._signature = self._state()
        self._volumes = self._read()

    def verified(self) -> Book:
        """The book as it is now, after its own integrity check.

        Raises:
            LedgerError: it does not hold.
        """
        return self._open_book(self.folder)

    def volumes(self) -> Mapping[str, Volume]:
        """Code → volume; the province first, then the units in the register's order."""
        state = self._state()
        with self._lock:
            if state != self._signature:
                self._read_again(state)
            return self._volumes

    def _read_again(self, state: tuple[int, ...]) -> None:
        """The register changed; while the book does not hold, the old list stands and its ledgers say why."""
        try:
            self._volumes, self._signature = self._read(), state
        except LedgerError as problem:
            _log.warning("the register of units is not read again: %s", problem)

    def _state(self) -> tuple[int, ...]:
        files = (self.folder / name for name in WATCHED)
        return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)

    def _read(self) -> Mapping[str, Volume]:
        book = self._open_book(self.folder)
        volumes = [self._province(code, book) for code in PROVINCE_FILES]
        volumes += [self._unit(unit) for unit in book.units.active(book.today().isoformat())]
        return {volume.code: volume for volume in volumes if volume is not None}

    def _province(self, code: str, book: Book) -> Volume | None:
        file = self.folder / PROVINCE_FILES[code]
        own: Mapping[Language, str] = {"vi": book.settings.name_vi, "en": book.settings.name_en}
        names = {reader: f"{name} · {text(PROVINCE_TREES[code], reader)}" for reader, name in own.items()}
        return Volume(code, file, names) if file.is_file() else None

    def _unit(self, unit: Unit) -> Volume | None:
        folder = self.folder / "units" / unit.unit
        file = next((folder / name for name in UNIT_FILES if (folder / name).is_file()), None)
        if file is None or unit.unit in RESERVED:
            return None
        return Volume(unit.unit, file, {"vi": unit.name_vi, "en": unit.name_en})
