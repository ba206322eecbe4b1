"""Registers of what is not money: assets, dues, events, trips, contracts, requests …, one file per slot.

Guarantees: the rows of an accepted file stand at `registers/<kind>/<unit>/<period>.csv` in one canonical form (UTF-8,
comma, LF, header first, in the file's order, each with its row in the file as sent); what reads back is what was
written, or the file is named as damaged. Amounts and counts are whole numbers; dates are ISO.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ledger.errors import IntegrityError

if TYPE_CHECKING:
    from ledger.book import Book

FOLDER: Final = "registers/"

TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "assets": (
        *("asset", "name", "class", "account", "in_use", "origin", "place", "custodian", "condition", "source"),
        "note",
    ),
    "dues": ("organisation", "kind", "level", "superior", "month", "day", "note"),
    "events": ("event", "kind", "name", "first_day", "last_day", "host", "served", "place", "document", "note"),
    "trips": (
        *("order", "vehicle", "driver", "day_out", "day_back", "route", "purpose", "user", "litres", "event"),
        "note",
    ),
    "treasury": ("account", "source", "clause", "item", "number", "day", "note"),
    "commitments": (
        *("contract", "day", "supplier", "source", "clause", "item", "programme", "budget_year", "until", "change"),
        "note",
    ),
    "carryover": (
        *("form", "source", "clause", "item", "programme", "category", "contract", "contract_day", "decision"),
        *("decision_day", "authority", "task", "note"),
    ),
    "requests": ("line", "source", "clause", "item", "programme", "task", "norm", "basis", "note"),
}
"""Columns that hold text, by register."""

NUMBERS: Final[dict[str, tuple[str, ...]]] = {
    "assets": ("cost", "quantity"),
    "dues": ("members", "exempt", "unpaid", "collected", "kept", "to_remit", "remitted", "outstanding"),
    "events": ("heads", "planned_cost"),
    "trips": ("km_out", "km_back"),
    "treasury": ("balance",),
    "commitments": ("amount", "total"),
    "carryover": ("amount",),
    "requests": ("quantity", "price", "amount"),
}
"""Columns that hold whole numbers (đồng, people, kilometres); an empty cell is no number."""

KINDS: Final = tuple(TEXTS)

_WHOLE = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)


class DamagedRecordsError(IntegrityError):
    """A register file that this program did not write."""

    template = "the register {file} is damaged at row {row}: {why}"

    def __init__(self, file: str, row: int, why: str) -> None:
        super().__init__(file=file, row=str(row), why=why)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a register."""

    unit: str
    period: str
    row: int
    """Row in the file as sent, as Excel shows it."""
    texts: Mapping[str, str]
    """Every text column of the register, "" where it is empty."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Number columns whose cell is filled."""

    def number(self, column: str) -> int:
        """A number; an empty cell counts as 0."""
        return self.numbers.get(column, 0)


def name(kind: str, unit: str, period: str) -> str:
    """Where the rows of a slot stand in the book: `registers/dues/XA01/2025-Q1.csv`."""
    return f"{FOLDER}{kind}/{unit}/{period}.csv"


def columns(kind: str) -> tuple[str, ...]:
    """The header of a register's files."""
    return ("row", *TEXTS[kind], *NUMBERS[kind])


def write(kind: str, rows: Iterable[Record]) -> bytes:
    """The canonical file of one slot's rows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns(kind))
    for row in rows:
        texts = [row.texts[column] for column in TEXTS[kind]]
        writer.writerow([row.row, *texts, *(row.numbers.get(column, "") for column in NUMBERS[kind])])
    return out.getvalue().encode("utf-8")


def read(kind: str, data: bytes | None, unit: str, period: str) -> tuple[Record, ...]:
    """The rows of one slot's file; no file has no rows.

    Raises:
        DamagedRecordsError: the file is not what `write` writes; names the row.
    """
    if data is None:
        return ()
    file = name(kind, unit, period)
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise DamagedRecordsError(file, 1, str(problem)) from None
    if not lines or tuple(lines[0]) != columns(kind):
        raise DamagedRecordsError(file, 1, "header")
    rows = tuple(_record(kind, cells, (unit, period), number) for number, cells in enumerate(lines[1:], start=2))
    if write(kind, rows) != data:
        raise DamagedRecordsError(file, 1, "not in canonical form")
    return rows


def of_unit(book: Book, kind: str, unit: str) -> dict[str, tuple[Record, ...]]:
    """Period → rows of what a unit's accepted files of one kind hold now, periods in order."""
    folder = f"{FOLDER}{kind}/{unit}/"
    periods = [file.removeprefix(folder).removesuffix(".csv") for file in book.names(folder)]
    return {period: read(kind, book.read(name(kind, unit, period)), unit, period) for period in periods}


def of_all(book: Book, kind: str) -> list[Record]:
    """The rows of one kind of every unit, by unit and period."""
    folder = f"{FOLDER}{kind}/"
    units = dict.fromkeys(file.removeprefix(folder).partition("/")[0] for file in book.names(folder))
    return [row for unit in units for rows in of_unit(book, kind, unit).values() for row in rows]


def _record(kind: str, cells: list[str], slot: tuple[str, str], number: int) -> Record:
    unit, period = slot
    file = name(kind, unit, period)
    if len(cells) != len(columns(kind)):
        raise DamagedRecordsError(file, number, f"{len(cells)} cells")
    values = dict(zip(columns(kind), cells, strict=True))
    numbers = {column: values[column] for column in ("row", *NUMBERS[kind]) if values[column]}
    wrong = [value for value in numbers.values() if not _WHOLE.fullmatch(value)]
    if wrong or "row" not in numbers:
        raise DamagedRecordsError(file, number, ", ".join(wrong) or "row")
    whole = {column: int(value) for column, value in numbers.items()}
    return Record(unit, period, whole.pop("row"), {column: values[column] for column in TEXTS[kind]}, whole)
