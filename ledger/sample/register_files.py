"""The register forms of the practice province: which units hand in which of them, and when.

Guarantees: a form comes after the vouchers of its period, in working hours, by the unit's accountant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import NamedTuple

from ledger.sample import asset_lists, confirmations, dues_quarters, handing_in, labels, office_work, plan
from ledger.sample.entries import UnitBook
from ledger.sample.workdays import workday

Rows = list[dict[str, str]]


class RegisterFile(NamedTuple):
    """One file of a register form."""

    unit: str
    period: str
    kind: str
    rows: Rows
    at: str


def files(books: Mapping[str, UnitBook]) -> Iterator[RegisterFile]:
    """Every file, in no order."""
    for kind, made in (("events", office_work.events()), ("trips", office_work.trips())):
        for (unit, period), rows in made.items():
            yield _file(unit, period, kind, rows, _after(int(period[:4]), int(period[5:]), 11))
    for unit in dues_quarters.UNITS:
        for year, quarter in dues_quarters.QUARTERS:
            rows = dues_quarters.rows(unit, year, quarter)
            yield _file(unit, f"{year}-Q{quarter}", "dues", rows, _after(year, 3 * quarter, 15))
    for unit, year, month in confirmations.CONFIRMED:
        # One unit's June came in on the 18th of July at the latest; the confirmation is handed in after it.
        rows = confirmations.rows(books, unit, year, month)
        yield _file(unit, f"{year}-{month:02}", "treasury", rows, _after(year, month, 20))
    for unit in asset_lists.UNITS:
        yield _file(unit, str(asset_lists.YEAR), "assets", asset_lists.rows(unit), _after(asset_lists.YEAR, 12, 22))
    for (unit, period), rows in _commitments().items():
        # Before the month's vouchers, which name these contracts.
        yield _file(unit, period, "commitments", rows, _after(int(period[:4]), int(period[5:]), 1))
    for kind in ("carryover", "requests"):
        yield from _of_a_year(kind)


def _commitments() -> dict[tuple[str, str], Rows]:
    """(unit, month) → the contracts that it signed."""
    files: dict[tuple[str, str], Rows] = {}
    for contract in labels.contracts():
        cells = {key: str(value) for key, value in asdict(contract).items() if key != "unit"}
        cells |= {"change": "Ký mới", "total": cells["amount"]}
        files.setdefault((contract.unit, contract.day[:7]), []).append(cells)
    return files


def _of_a_year(kind: str) -> Iterator[RegisterFile]:
    """Files of a form that a unit hands in once a year, as its table has them, each at its own time."""
    files: dict[tuple[str, str, str], Rows] = {}
    for row in plan.table(f"{kind}.csv"):
        cells = {key: value for key, value in row.items() if key not in {"unit", "year", "at"}}
        files.setdefault((row["unit"], row["year"], row["at"]), []).append(cells)
    for (unit, year, at), rows in files.items():
        yield RegisterFile(unit, year, kind, rows, at)


def _file(unit: str, period: str, kind: str, rows: Rows, day: date) -> RegisterFile:
    return RegisterFile(unit, period, kind, rows, handing_in.moment(day, 0, unit, period, kind))


def _after(year: int, month: int, day: int) -> date:
    """A working day of the month after."""
    return workday(year + month // 12, month % 12 + 1, day)
