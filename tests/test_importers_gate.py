"""Whether a slot is open: unit, period and kind, told without looking at the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from importers.gate import closed
from importers.slots import Slot
from ledger.book import Book

pytest_plugins = ("submission_fixtures",)

TODAY = "2026-11-16"


@pytest.mark.parametrize(
    ("unit", "period", "kind", "today", "codes"),
    [
        ("T01", "2026-03", "vouchers", TODAY, []),
        ("T01", "2026-11", "vouchers", TODAY, []),
        ("T01", "2026-12", "vouchers", TODAY, ["F55"]),
        ("T01", "2026-12", "vouchers", "2026-12-01", []),
        ("T01", "2026-13", "vouchers", "2026-12-31", ["F55"]),
        ("T01", "2026-13", "vouchers", "2027-01-01", []),
        ("T01", "2026", "vouchers", TODAY, ["F56"]),
        ("VPTU", "2026-03", "estimates", TODAY, ["F56"]),
        ("VPTU", "2027", "estimates", TODAY, []),
        ("VPTU", "2028", "estimates", TODAY, ["F55"]),
        ("XA01", "2027", "opening", TODAY, ["F55"]),
        ("XA01", "2026", "opening", TODAY, []),
        ("T01", "2026", "opening", TODAY, ["F64"]),
        ("T01", "2025", "opening", TODAY, []),
        ("T01", "2024-12", "vouchers", TODAY, ["F65"]),
        ("T02", "2024-12", "vouchers", TODAY, []),
        ("CU", "2025-06", "vouchers", TODAY, []),
        ("CU", "2025-07", "vouchers", TODAY, ["F53"]),
        ("MOI", "2026-06", "vouchers", TODAY, ["F52"]),
        ("MOI", "2026-07", "vouchers", TODAY, []),
        ("DN", "2026-03", "vouchers", TODAY, ["F51"]),
        ("ZZZ", "2026-03", "vouchers", TODAY, ["F50"]),
        ("ZZZ", "2026-14", "vouchers", TODAY, ["F50", "F54"]),
        ("T01", "1999-05", "vouchers", TODAY, ["F54"]),
    ],
)
def test_a_slot_is_open_or_says_why_not(
    case_book: Path, unit: str, period: str, kind: str, today: str, codes: list[str]
) -> None:
    found = closed(Book.open(case_book), Slot.of(unit, period, kind), today)

    assert [finding.rule for finding in found] == codes


def test_a_unit_that_ends_within_a_month_may_hand_in_that_month(case_copy: Path) -> None:
    name = "registers/units.csv"
    with Book.open(case_copy).locked() as book:
        change = book.change("dieu.hanh", "operator")
        change.write(name, (book.read(name) or b"").replace(b"2025-06-30", b"2025-06-15"))
        change.commit("register")

    book = Book.open(case_copy)

    assert closed(book, Slot.of("CU", "2025-06", "vouchers"), TODAY) == []
    assert [f.value for f in closed(book, Slot.of("CU", "2025-07", "vouchers"), TODAY)] == ["2025-07"]


@pytest.mark.parametrize(
    ("unit", "period", "kind", "today", "codes"),
    [
        ("T01", "2026-03", "events", TODAY, []),
        ("T01", "2026-11", "trips", TODAY, []),
        ("T01", "2026-12", "events", TODAY, ["F55"]),
        ("T01", "2025-13", "trips", TODAY, ["F56"]),
        ("T01", "2026-Q1", "events", TODAY, ["F56"]),
        ("XA01", "2026-Q3", "dues", TODAY, []),
        ("XA01", "2026-Q4", "dues", TODAY, ["F55"]),
        ("XA01", "2026-Q4", "dues", "2026-12-31", []),
        ("XA01", "2026-09", "dues", TODAY, ["F56"]),
        ("XA01", "2026-Q5", "dues", TODAY, ["F54"]),
        ("T01", "2026-11", "treasury", TODAY, ["F55"]),
        ("T01", "2026-10", "treasury", TODAY, []),
        ("T01", "2026", "assets", TODAY, []),
        ("T01", "2027", "assets", TODAY, ["F55"]),
        ("T01", "2026-12", "assets", TODAY, ["F56"]),
        ("T01", "2024-12", "events", TODAY, []),
        ("CU", "2025-07", "trips", TODAY, ["F53"]),
        ("DN", "2026-Q1", "dues", TODAY, ["F51"]),
        ("T01", "2026-Q1", "vouchers", TODAY, ["F56"]),
    ],
)
def test_a_register_is_handed_in_for_its_own_length_of_period_and_not_before_it_can_be_known(
    case_book: Path, unit: str, period: str, kind: str, today: str, codes: list[str]
) -> None:
    findings = closed(Book.open(case_book), Slot.of(unit, period, kind), today)

    assert [finding.rule for finding in findings] == codes
