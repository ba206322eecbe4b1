"""A new book: its first commit holds settings, registers, the province's two ledgers and a ledger per unit.

Guarantees: registers with findings make no book; the folder is either a complete book or was not touched; the
same inputs give the same commit, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ledger import book as books
from ledger import events, ledger_files, postings
from ledger.accounts import Chart
from ledger.book import Book, Settings
from ledger.budget_index import BudgetIndex
from ledger.errors import FolderNotEmptyError, Refused
from ledger.events import Event
from ledger.findings import Finding
from ledger.history import History
from ledger.units import People, Units


class BadRegistersError(Refused):
    """The registers for a new book have findings; `.findings` holds them."""

    def __init__(self, findings: list[Finding]) -> None:
        listed = ", ".join(f"{f.rule} {f.file}:{f.row}" for f in findings)
        super().__init__("the registers have findings: {listed}", listed=listed)
        self.findings = findings


def create(
    path: Path, settings: Settings, registers: Mapping[str, bytes], *, actor: str, role: str, when: datetime
) -> Book:
    """Make a book in an empty (or absent) folder.

    Args:
        path: the folder.
        settings: name, place, clock.
        registers: file name → bytes; `registers/units.csv` and `registers/people.csv` at least.
        actor: who makes it.
        role: in which role.
        when: the first commit's time.

    Raises:
        FolderNotEmptyError: the folder holds something.
        BadRegistersError: units or people have findings.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FolderNotEmptyError(path)
    units, findings = Units.read(registers[books.UNITS], books.UNITS)
    people, more = People.read(registers[books.PEOPLE], units, books.PEOPLE)
    if findings + more:
        raise BadRegistersError(findings + more)
    root = units.root(when.date().isoformat()) or next(iter(units)).unit
    files: dict[str, bytes | None] = {books.SETTINGS: settings.text(), **registers}
    for tree, name in (("budget", "main"), ("party", "party")):
        files[f"{name}.beancount"] = ledger_files.province_ledger(tree, settings.name_vi).encode("utf-8")
    for unit in units:
        if unit.keeps_books:
            files |= unit_files(unit.unit, unit.name_vi)
    made = Event(
        time=when.isoformat(),
        actor=actor,
        role=role,
        event="book.created",
        unit=root,
        data={"name": settings.name_vi, "format": settings.format},
    )
    name = f"events/{when.year}/{root}.jsonl"
    files[name] = events.append(b"", made, name)
    history = History.init(path, people.name(actor), when)
    history.commit(files, f"{settings.name_vi}", author=people.name(actor), when=when, expect_head=history.head)
    return Book.open(path)


def unit_files(unit: str, name: str) -> dict[str, bytes]:
    """The two generated ledgers of a unit that has no postings yet."""
    title = f"{unit} · {name}"
    empty = ledger_files.unit_ledger(title, postings.empty(), [], Chart.load(None), BudgetIndex.load())
    return {
        f"units/{unit}/ledger.beancount": empty.encode("utf-8"),
        f"units/{unit}/checked.beancount": ledger_files.checked_ledger(title).encode("utf-8"),
    }
