"""Overrides: by which document the province lets a rule pass for one ceiling, up to a cap, until a day.

Guarantees: the register `registers/overrides.csv` reads back exactly what was written; a row that is wrong in any cell
counts for nothing and is named (fail closed). Every row came with an event `override.granted` that says the same; a row
without its event, or an event without its row, is a problem that `verify` names.

    number,rule,unit,budget_year,source,clause,item,cap,document,role,person,granted_on,expires,reason
    2026-001,E02,BTC,2026,13,351,6501,5000000,12-QĐ/VPTU,approver,tran.van.binh,2026-11-10,2026-12-31,Chi đột xuất
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final

from ledger import registers
from ledger.findings import Finding, is_day

if TYPE_CHECKING:
    from ledger.book import Book
    from ledger.registers import Row

FILE: Final = "registers/overrides.csv"
EVENT: Final = "override.granted"


@dataclass(frozen=True, slots=True)
class Override:
    """One row of the register: one rule, one ceiling."""

    number: str
    """`2026-001`: year of the grant and a count."""
    rule: str
    unit: str
    budget_year: str
    source: str
    """Empty: the ceiling is that of a level above the source; `clause` and `item` likewise."""
    clause: str
    item: str
    """Item or group of the line, empty for the whole of source and clause; of a programme's ceiling, the programme."""
    cap: int
    """So much beyond the ceiling is let pass, whole đồng."""
    document: str
    role: str
    """Role in which the person acted."""
    person: str
    granted_on: str
    """ISO day."""
    expires: str
    """Last ISO day of what is judged (posting, contract) that it lets pass."""
    reason: str

    @property
    def ceiling(self) -> tuple[str, str, str, str, str]:
        """Unit, budget year, source, clause and item."""
        return self.unit, self.budget_year, self.source, self.clause, self.item

    def row(self) -> Row:
        """As the register and the event have it."""
        return {name: str(value) for name, value in asdict(self).items()}


COLUMNS: Final = tuple(column.name for column in fields(Override))
_NUMBER = re.compile(r"[0-9]{4}-[0-9]{3,}", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_CAP = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)


def read(data: bytes | None) -> tuple[tuple[Override, ...], tuple[Finding, ...]]:
    """The sound rows of the register, and what is wrong with the others.

    Returns:
        Findings U01, U02 the form; U20 number, U21 no document, U22 cap, U23 day, U24 over before it was granted, U25
        nobody, U26 no reason, U27 no budget year.
    """
    if data is None:
        return (), ()
    rows, findings = registers.read(data, COLUMNS, FILE)
    found: dict[str, Override] = {}
    for number, row in rows:
        problem = _problem(row, found)
        if problem is None:
            found[row["number"]] = Override(**{**row, "cap": int(row["cap"])})  # type: ignore[arg-type]
        else:
            code, column = problem
            at = Finding(code, unit=row["unit"], file=FILE, row=number, column=column, value=row[column])
            findings.append(at)
    return tuple(found.values()), tuple(findings)


def write(overrides: Iterable[Override]) -> bytes:
    """The register in its canonical form."""
    return registers.write((override.row() for override in overrides), COLUMNS)


def next_number(overrides: Iterable[Override], year: str) -> str:
    """The number of the next override granted in a year."""
    before = [int(override.number[5:]) for override in overrides if override.number[:4] == year]
    return f"{year}-{max(before, default=0) + 1:03}"


def differences(book: Book) -> Iterator[tuple[str, str]]:
    """(number, what is wrong) of rows that cannot be read, and of rows and events that do not say the same."""
    found, findings = read(book.read(FILE))
    yield from (("", f"row {one.row}: {one.column} {one.value!r}") for one in findings)
    told = [_told(event.data) for event in book.events() if event.event == EVENT]
    rows = [override.row() for override in found]
    yield from ((row["number"], "no event grants it") for row in rows if row not in told)
    yield from ((row["number"], "granted, but not as the row says") for row in told if row not in rows)


def _told(data: Mapping[str, object]) -> Row:
    return {name: str(data.get(name, "")) for name in COLUMNS}


def _problem(row: Row, before: Mapping[str, Override]) -> tuple[str, str] | None:
    """The first thing wrong with a row: (code of the finding, column)."""
    checks = (
        ("U20", "number", bool(_NUMBER.fullmatch(row["number"])) and row["number"] not in before),
        ("U21", "document", bool(row["document"].strip())),
        ("U22", "cap", bool(_CAP.fullmatch(row["cap"]))),
        ("U23", "granted_on", is_day(row["granted_on"])),
        ("U23", "expires", is_day(row["expires"])),
        ("U24", "expires", row["granted_on"] <= row["expires"]),
        ("U25", "person", bool(row["person"].strip() and row["role"].strip())),
        ("U26", "reason", bool(row["reason"].strip())),
        ("U27", "budget_year", bool(_YEAR.fullmatch(row["budget_year"]))),
    )
    return next(((code, column) for code, column, good in checks if not good), None)
