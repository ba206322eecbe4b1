"""What vouchers say besides their figures: contract, target programme, event, and who recorded and approved them.

Guarantees: no amount, account, day or number is touched; contracts are those of `contracts.csv`, people those of the
register of people on the voucher's day; a recorder never approves.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from ledger.sample import plan
from ledger.sample.entries import Row, UnitBook, Voucher

PEOPLE = Path(__file__).parent / "registers" / "people.csv"

NAMED = ("VPTU", "UBKT", "TCT", "BAO")
NAMED_FROM = date(2026, 1, 1)
"""Units whose vouchers name three people, since when."""

PROGRAMME = ("BTGDV", 2026, "12", "6606", "0510")
"""Whose uses, of which year, source and item belong to which target programme."""

RECEIVED = (("VPTU", "2026-04", "7761", "DOAN-VPTU-2026-01"),)
"""Monthly receptions that were for one registered delegation: unit, period, item, event."""

DUTIES = {"recorded_by": "accountant", "content_by": "chief_accountant", "paid_by": "head"}
"""Column of the form → role of whom it names."""


@dataclass(frozen=True)
class Contract:
    """One line of `contracts.csv`."""

    unit: str
    contract: str
    day: str
    until: str
    supplier: str
    source: str
    clause: str
    item: str
    budget_year: str
    amount: int
    note: str


def contracts() -> list[Contract]:
    """Every contract, in the order of the table."""
    rows = plan.table("contracts.csv")
    return [Contract(**{key: int(row[key]) if key == "amount" else row[key] for key in row}) for row in rows]  # type: ignore[arg-type] # one number among texts


def put(books: Mapping[str, UnitBook]) -> None:
    """Label the vouchers of all units; call it when they are complete."""
    known = contracts()
    for unit, book in books.items():
        mine = [contract for contract in known if contract.unit == unit]
        for voucher in book.vouchers:
            for contract in mine:
                if contract.day <= voucher.day.isoformat() <= contract.until:
                    voucher.rows = _paid_under(voucher.rows, contract)
            voucher.rows = [_of_programme(unit, voucher, row) for row in voucher.rows]
            for of_unit, period, item, event in RECEIVED:
                if (unit, voucher.period) == (of_unit, period) and any(row.item == item for row in voucher.rows):
                    voucher.event = event


def people(unit: str, day: date) -> dict[str, str]:
    """Column of the form → name, for the units whose vouchers name their people; else nothing."""
    if unit not in NAMED or day < NAMED_FROM:
        return {}
    return {column: _name(unit, role, day.isoformat()) for column, role in DUTIES.items()}


def _paid_under(rows: list[Row], contract: Contract) -> list[Row]:
    """The rows of a voucher, those of the contract's item naming it where its supplier is paid or bills."""
    if not any(row.counterparty == contract.supplier and row.item == contract.item for row in rows):
        return rows
    return [replace(row, contract=contract.contract) if row.item == contract.item else row for row in rows]


def _of_programme(unit: str, voucher: Voucher, row: Row) -> Row:
    of_unit, year, source, item, programme = PROGRAMME
    mine = (unit, voucher.day.year, row.source, row.item) == (of_unit, year, source, item)
    return replace(row, programme=programme) if mine else row


def _name(unit: str, role: str, on: str) -> str:
    for row in _register():
        in_force = row["valid_from"] <= on and (not row["valid_to"] or on <= row["valid_to"])
        if row["role"] == role and unit in row["units"].split() and in_force:
            return row["name"]
    raise LookupError(f"no {role} of {unit} on {on}")


@cache
def _register() -> tuple[dict[str, str], ...]:
    with PEOPLE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))
