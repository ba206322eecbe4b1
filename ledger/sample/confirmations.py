"""What the State Treasury confirms to units of the practice province, from the vouchers and estimates themselves.

Guarantees: every figure agrees with the unit's books of that day, but for the one that differs on purpose (`PLANTED`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ledger.sample import opening, plan
from ledger.sample.entries import UnitBook
from ledger.sample.recipes import DEPOSIT
from ledger.sample.workdays import last_day, workday

CONFIRMED = (("TCT", 2025, 12), ("UBKT", 2025, 12), ("VPTU", 2026, 3), ("BAO", 2026, 6))
"""Unit and month of each confirmation."""

PLANTED = ("BAO", 2026, 6, 450_000)
"""The deposit that the Treasury confirms so much higher: a fee that the unit booked in June, the Treasury in July."""

ASSIGNING = ("Giao đầu năm", "Bổ sung", "Cắt giảm", "Điều chỉnh", "Chuyển nguồn")
THIS_YEAR = "0082"
Rows = list[dict[str, str]]


def rows(books: Mapping[str, UnitBook], unit: str, year: int, month: int) -> Rows:
    """One confirmation: the deposit account, then the remaining estimate by source and clause."""
    end = last_day(year, month)
    head = {"number": f"XN-{unit}-{month:02}/{year}", "day": _confirmed_on(year, month).isoformat()}
    deposit = _deposit(books[unit], end) + (PLANTED[3] if (unit, year, month) == PLANTED[:3] else 0)
    made = [head | {"account": DEPOSIT, "balance": str(deposit)}]
    for (source, clause), left in sorted(_remaining(books[unit], end).items()):
        made.append(head | {"account": "008", "source": source, "clause": clause, "balance": str(left)})
    return made


def _confirmed_on(year: int, month: int) -> date:
    """The Treasury confirms on the second working day of the next month."""
    return workday(year + month // 12, month % 12 + 1, 3)


def _deposit(book: UnitBook, end: date) -> int:
    """Balance of the deposit account, January's adjustment period left out."""
    balances = opening.balances(book.unit, plan.assets())
    total = sum(row.debit - row.credit for row in balances if row.account == DEPOSIT)
    for voucher in book.vouchers:
        if voucher.day <= end and not voucher.period.endswith("-13"):
            for row in voucher.rows:
                total += row.amount * ((row.debit == DEPOSIT) - (row.credit == DEPOSIT))
    return total


def _remaining(book: UnitBook, end: date) -> dict[tuple[str, str], int]:
    """Assigned less used of the year's estimate, by source and clause."""
    year = str(end.year)
    left: dict[tuple[str, str], int] = {}
    for row in plan.table("decisions.csv"):
        mine = row["unit"] == book.unit and row["budget_year"] == year and row["kind"] in ASSIGNING
        if mine and row["date"] <= end.isoformat():
            pot = (row["source"], row["clause"])
            left[pot] = left.get(pot, 0) + int(row["amount"])
    for voucher in book.vouchers:
        if voucher.day <= end and str(voucher.day.year) == year and not voucher.period.endswith("-13"):
            for used in voucher.rows:
                if used.credit.startswith(THIS_YEAR):
                    left[used.source, used.clause] = left.get((used.source, used.clause), 0) - used.amount
    return left
