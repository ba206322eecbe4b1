"""The book: one province's units, ledgers and events, read at one commit, changed one commit at a time.

Guarantees: a `Book` is a snapshot, everything it answers comes from the same commit (or, for stock tools, from
one folder); a `Change` reaches the book whole or not at all; time comes from the book's clock. The book holds
data only: nothing in it is executed.

    book = Book.open(path)                    # the newest commit; stops when the view was edited by hand
    with book.locked() as fresh:              # one writer at a time, on the newest commit
        change = fresh.change("nguyen.van.an", "accountant")
        change.write("received/BTC/2026-03/…", data)
        change.event("submission.accepted", unit="BTC", period="2026-03", data={…})
        change.commit("BTC 2026-03: vouchers handed in")
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from ledger import clock, estimates, events, postings
from ledger.accounts import Chart
from ledger.budget_index import BudgetIndex
from ledger.clock import Clock
from ledger.errors import IntegrityError, NotABookError, UsageProblem
from ledger.events import Event
from ledger.findings import Finding
from ledger.history import History
from ledger.posting_store import PostingStore, content_id
from ledger.regulations import Regulations, shipped
from ledger.units import People, Units

FORMAT = 1
"""Version of the book format this program reads and writes."""

SETTINGS, UNITS, PEOPLE = "book.toml", "registers/units.csv", "registers/people.csv"
CHART, REGULATIONS, SIGNERS = "registers/chart.csv", "registers/regulations.yaml", "registers/allowed_signers"
REFUSED_FILES = Path(".cache") / "rejected"
"""Where refused files are remembered, one folder a unit: beside the book's content, never in it."""


class OldFormatError(UsageProblem):
    """The book was written by another format version."""

    def __init__(self, found: object) -> None:
        super().__init__(
            "this book has format {found}, the program reads {known}: run `party-ledger upgrade BOOK`",
            found=str(found),
            known=str(FORMAT),
        )


class Source(Protocol):
    """Where a book's files are read from."""

    def read(self, name: str) -> bytes | None:
        """The file's bytes, or None."""

    def names(self, prefix: str = "") -> list[str]:
        """All file names that start with the prefix, sorted."""

    def blob_id(self, name: str) -> str | None:
        """An identity of the file's content, or None."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `book.toml` says."""

    format: int
    name_vi: str
    name_en: str
    place: str
    """Where documents are dated, e.g. `Sông Lam`."""
    practice: bool
    today: str
    """ISO date a practice book takes for today; empty in a real book."""

    @classmethod
    def read(cls, data: bytes | None) -> Settings:
        """Read the settings; another format version raises OldFormatError."""
        if data is None:
            raise IntegrityError("{file} is missing from the book", file=SETTINGS)
        raw = tomllib.loads(data.decode("utf-8"))
        if raw.get("format") != FORMAT:
            raise OldFormatError(raw.get("format"))
        return cls(**raw)

    def text(self) -> bytes:
        """The canonical file."""
        lines = [
            f"format = {self.format}",
            f'name_vi = "{self.name_vi}"',
            f'name_en = "{self.name_en}"',
            f'place = "{self.place}"',
            f"practice = {str(self.practice).lower()}",
            f'today = "{self.today}"',
        ]
        return ("\n".join(lines) + "\n").encode("utf-8")


class Book:
    """A snapshot of a book. Reading only; changes go through `locked()` and `change()`."""

    def __init__(self, path: Path, source: Source, commit: str, history: History | None) -> None:
        self.path, self.commit = path, commit
        self._source, self._history = source, history

    @classmethod
    def open(cls, path: Path, as_of: str | None = None) -> Book:
        """The book at its newest commit, or as it was known at a commit, date or time.

        Raises:
            NotABookError: the folder holds no book.
            IntegrityError: the view differs from HEAD (hand edit) or the repository is damaged.
        """
        history = History.open(path)
        commit = history.at(as_of) if as_of else history.head
        return cls(path, _Committed(history, commit), commit, history)

    @classmethod
    def view(cls, folder: Path) -> Book:
        """The book as the files in a folder say, for plugins run by stock tools. It cannot be changed."""
        if not (folder / SETTINGS).is_file():
            raise NotABookError(folder)
        return cls(folder, _Folder(folder), "", None)

    @property
    def history(self) -> History:
        """The Git history; a mere view has none."""
        if self._history is None:
            raise UsageProblem("{path} was opened as a folder, without its history", path=str(self.path))
        return self._history

    def read(self, name: str) -> bytes | None:
        """A file's bytes in this snapshot, or None."""
        return self._source.read(name)

    def names(self, prefix: str = "") -> list[str]:
        """File names in this snapshot that start with the prefix, sorted."""
        return self._source.names(prefix)

    def blob_id(self, name: str) -> str | None:
        """The identity of a file's content."""
        return self._source.blob_id(name)

    @cached_property
    def settings(self) -> Settings:
        """Name, place and clock."""
        return Settings.read(self.read(SETTINGS))

    @cached_property
    def units(self) -> Units:
        """The register of units."""
        return Units.read(self.read(UNITS) or b"", UNITS)[0]

    @cached_property
    def people(self) -> People:
        """The register of people."""
        return People.read(self.read(PEOPLE) or b"", self.units, PEOPLE)[0]

    @cached_property
    def chart(self) -> Chart:
        """The regimes' accounts with this province's detail accounts."""
        return _chart(self.read(CHART))

    @cached_property
    def index(self) -> BudgetIndex:
        """The state budget index."""
        return _index()

    @cached_property
    def regulations(self) -> Regulations:
        """Dated law, with this province's own values."""
        return _regulations(self.read(REGULATIONS))

    def register_findings(self) -> list[Finding]:
        """What is wrong with the registers of units and people (U..)."""
        units, findings = Units.read(self.read(UNITS) or b"", UNITS)
        return findings + People.read(self.read(PEOPLE) or b"", units, PEOPLE)[1]

    def today(self) -> date:
        """The book's day: the practice book's fixed one, else the system's in Việt Nam."""
        return self._clock.today()

    @property
    def _clock(self) -> Clock:
        today = self.settings.today
        return Clock.fixed(today) if today else Clock.system()

    def now(self, at: str | None = None) -> datetime:
        """The moment a change carries.

        Args:
            at: a stated ISO time, for practice books only (they replay a history).

        Raises:
            UsageProblem: a real book was given a time, or the time is no ISO time.
        """
        if at is not None:
            if not self.settings.practice:
                raise UsageProblem("--at is for practice books: a real book takes the time from the system clock")
            return clock.parse_moment(at)
        if not self.settings.today:
            return self._clock.now()
        return max(self._clock.now(), self.history.time(self.commit) + timedelta(seconds=1))

    def journal_names(self, unit: str) -> list[str]:
        """The files of a unit's journal, in order of time: opening, months, closing."""
        prefix = f"units/{unit}/"
        return [name for name in self.names(prefix) if name.count("/") == 3]  # noqa: PLR2004 - units/U/year/file

    def postings(self, units: Iterable[str] | None = None) -> pd.DataFrame:
        """The posting table of some units (default: all), in the schema of `ledger.postings`.

        Raises:
            IntegrityError: a journal cannot be read; no figure is given then.
        """
        wanted = sorted({row.unit for row in self.units}) if units is None else list(units)
        return postings.concat([self._unit_postings(unit) for unit in wanted])

    def estimates(self) -> pd.DataFrame:
        """All estimate decisions, one row per line, in the order they were accepted (columns: `ledger.estimates`).

        Raises:
            IntegrityError: a register is damaged.
        """
        names = self.names(estimates.FOLDER)
        return estimates.frame(line for name in names for line in estimates.read(self.read(name), name))

    def _unit_postings(self, unit: str) -> pd.DataFrame:
        names = self.journal_names(unit)
        key = (unit, *(self.blob_id(name) or "" for name in names))
        table = _UNIT_TABLES.get(key)
        if table is None:
            store = PostingStore(self.path / ".cache" / "postings")
            parts = [store.read(name, self.read(name) or b"") for name in names]
            table = postings.concat(parts)
            if len(_UNIT_TABLES) >= _UNIT_TABLES_LIMIT:
                _UNIT_TABLES.clear()
            _UNIT_TABLES[key] = table
        return table

    def events(self, unit: str | None = None) -> list[Event]:
        """All events of a unit (default: of all units), oldest first."""
        found = []
        for name in self.names("events/"):
            if unit is None or name.endswith(f"/{unit}.jsonl"):
                found.extend(events.read(self.read(name) or b"", name))
        return sorted(found, key=lambda event: event.time)

    @contextmanager
    def locked(self) -> Iterator[Book]:
        """The newest book, while no other process can change it."""
        with self.history.lock():
            yield Book.open(self.path)

    def change(self, actor: str, role: str, at: str | None = None) -> Change:
        """A change to fill and commit; hold `locked()` around it."""
        return Change(self, actor, role, self.now(at))


class Change:
    """Files and events that become one commit, or nothing."""

    def __init__(self, book: Book, actor: str, role: str, when: datetime) -> None:
        self.book, self.actor, self.role, self.when = book, actor, role, when
        self._files: dict[str, bytes | None] = {}

    @property
    def files(self) -> Mapping[str, bytes | None]:
        """What will be written (None: deleted)."""
        return self._files

    def read(self, name: str) -> bytes | None:
        """A file as it will be after this change."""
        return self._files[name] if name in self._files else self.book.read(name)

    def write(self, name: str, data: bytes) -> None:
        """Put a file; one equal to the book's is no change."""
        if self.book.read(name) == data:
            self._files.pop(name, None)
        else:
            self._files[name] = data

    def delete(self, name: str) -> None:
        """Remove a file from the view (the history keeps it)."""
        self._files[name] = None

    def event(
        self,
        event: str,
        *,
        unit: str,
        period: str = "",
        kind: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> Event:
        """Append an event to the unit's file of this change's year."""
        name = f"events/{self.when.year}/{unit}.jsonl"
        made = Event(
            time=self.when.isoformat(),
            actor=self.actor,
            role=self.role,
            event=event,
            unit=unit,
            period=period,
            kind=kind,
            data=dict(data or {}),
        )
        self._files[name] = events.append(self.read(name) or b"", made, name)
        return made

    def commit(self, message: str) -> str:
        """Make it so: one commit on the newest one. Returns its id.

        Raises:
            LedgerError: the book moved on meanwhile, or the disk refused; nothing has changed then.
        """
        author = self.book.people.name(self.actor)
        return self.book.history.commit(
            self._files, message, author=author, when=self.when, expect_head=self.book.commit
        )


@dataclass(frozen=True)
class _Committed:
    """Files of one commit."""

    history: History
    commit: str

    def read(self, name: str) -> bytes | None:
        return self.history.read(name, self.commit)

    def names(self, prefix: str = "") -> list[str]:
        return self.history.names(prefix, self.commit)

    def blob_id(self, name: str) -> str | None:
        return self.history.blob_id(name, self.commit)


@dataclass(frozen=True)
class _Folder:
    """Files of a folder, as stock tools see them."""

    folder: Path

    def read(self, name: str) -> bytes | None:
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None

    def names(self, prefix: str = "") -> list[str]:
        top = self.folder / prefix if prefix.endswith("/") else self.folder
        found = (p.relative_to(self.folder).as_posix() for p in top.rglob("*") if p.is_file())
        return sorted(name for name in found if name.startswith(prefix) and not name.startswith("."))

    def blob_id(self, name: str) -> str | None:
        data = self.read(name)
        return None if data is None else content_id(data)


_UNIT_TABLES: dict[tuple[str, ...], pd.DataFrame] = {}
_UNIT_TABLES_LIMIT = 500
_LAW: dict[tuple[str, bytes | None], Any] = {}


def _chart(overlay: bytes | None) -> Chart:
    key = ("chart", overlay)
    if key not in _LAW:
        _LAW[key] = Chart.load(overlay)
    chart: Chart = _LAW[key]
    return chart


def _index() -> BudgetIndex:
    if ("index", None) not in _LAW:
        _LAW["index", None] = BudgetIndex.load()
    index: BudgetIndex = _LAW["index", None]
    return index


def _regulations(overlay: bytes | None) -> Regulations:
    if overlay is None:
        return shipped()
    key = ("regulations", overlay)
    if key not in _LAW:
        _LAW[key] = Regulations.load(overlay)
    regulations: Regulations = _LAW[key]
    return regulations
