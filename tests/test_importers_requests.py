"""The requests form: the coming year is let in, every row is checked, the calendar and the norms are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from preparation_book import OFFICER, fresh, need, receipt
from register_sheets import codes, send

from importers import certifying
from importers.slots import Slot
from ledger import records
from ledger.book import Book

pytest_plugins = ("submission_fixtures",)

IN_TIME = "2026-10-30T09:00:00+07:00"
USUAL = need("Chi thường xuyên", "480.000.000")


@pytest.mark.parametrize(
    ("period", "day", "code"),
    [
        ("2027", "2026-10-06", []),
        ("2026", "2026-10-06", ["Q04"]),
        ("2028", "2026-12-31", ["F55"]),
        ("2028", "2027-01-01", []),
        ("2027-01", "2026-10-06", ["F56"]),
    ],
)
def test_a_year_is_asked_for_from_the_first_day_of_the_year_before(
    case_book: Path, period: str, day: str, code: list[str]
) -> None:
    done = send(case_book, "requests", "T02", period, USUAL, at=f"{day}T08:00:00+07:00", dry_run=True)

    assert codes(done) == code


def test_the_register_holds_what_the_unit_asks_for(case_copy: Path) -> None:
    rows = (need("Phụ cấp lưu trú", "24.000.000", norm="norms.stay_allowance/land", quantity="120", price="200.000"),)
    done = send(case_copy, "requests", "T02", "2027", USUAL, *rows, receipt("dues", "6.500.000"), at=IN_TIME)

    (held,) = records.of_unit(Book.open(case_copy), "requests", "T02").values()

    assert done.accepted
    assert [row.texts["line"] for row in held] == ["need", "need", "dues"]
    assert held[1].numbers == {"quantity": 120, "price": 200_000, "amount": 24_000_000}
    assert held[1].texts["norm"] == "norms.stay_allowance/land"
    assert held[2].texts["source"] == ""


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (need("x", "0"), ["G93"]),
        (need("x", "1.000", quantity="0", price="1.000"), ["G93"]),
        (need("x", "1.000", clause=""), ["G91"]),
        (need("x", "1.000", source="", clause=""), ["G91", "G91"]),
        (need("x", "1.000", source="99"), ["G92"]),
        (need("x", "1.000", item="6500"), []),
        (need("x", "1.000", item="6501"), []),
        (need("x", "1.000", price="1.000"), ["G96"]),
        (need("x", "1.000", norm="preparation.need_form"), ["G94"]),
        (need("x", "1.000", norm="norms.conference"), []),
        (need("Chi thường xuyên", "1.000", item="6500"), []),
        (need("CHI THƯỜNG XUYÊN", "1.000"), ["G95"]),
    ],
)
def test_a_wrong_row_is_told_where_it_is_wrong(case_book: Path, row: dict[str, str], code: list[str]) -> None:
    done = send(case_book, "requests", "T02", "2027", USUAL, row, at=IN_TIME, dry_run=True)

    assert codes(done) == code
    assert {finding.row for finding in done.findings} <= {3}
    assert done.accepted == (not code)


def test_receipts_alone_are_no_request_unless_rows_could_not_be_read(case_book: Path) -> None:
    alone = send(case_book, "requests", "T02", "2027", receipt("other", "3.000.000"), at=IN_TIME, dry_run=True)
    unread = receipt("other", "1"), need("x", "mười")
    partly = send(case_book, "requests", "T02", "2027", *unread, at=IN_TIME, dry_run=True)

    assert codes(alone) == ["G97"]
    assert "G97" not in codes(partly)


def test_a_request_far_from_execution_is_said_only_of_a_file_that_was_read_whole(case_book: Path) -> None:
    unread = need("Mua sắm", "mười")

    whole = send(case_book, "requests", "T01", "2027", USUAL, at=IN_TIME, dry_run=True)
    partly = send(case_book, "requests", "T01", "2027", USUAL, unread, at=IN_TIME, dry_run=True)

    assert codes(whole) == ["Q03"]
    assert "Q03" not in codes(partly)


def test_the_receipt_says_when_it_was_due_and_a_replacement_is_late_only_if_the_first_file_was(case_copy: Path) -> None:
    first = send(case_copy, "requests", "T02", "2027", USUAL, at="2026-10-31T23:00:00+07:00")
    other = need("Chi thường xuyên", "470.000.000")
    again = send(
        case_copy, "requests", "T02", "2027", other, at="2026-11-10T08:00:00+07:00", replace=True, reason="sửa số"
    )

    facts = [event.data for event in Book.open(case_copy).events("T02") if event.kind == "requests"]

    assert (codes(first), codes(again)) == ([], [])
    assert [(f["due"], f["late_days"]) for f in facts] == [("2026-10-31", 0), ("2026-10-31", 0)]


def test_more_time_granted_by_the_office_counts(tmp_path: Path) -> None:
    path, late = fresh(tmp_path), "2026-11-07T09:00:00+07:00"
    before = send(path, "requests", "MOI", "2027", USUAL, at=late, dry_run=True)
    granted = certifying.extend(
        Book.open(path),
        Slot.of("MOI", "2027", "requests"),
        OFFICER,
        "officer",
        "2026-11-06T08:00:00+07:00",
        until="2026-11-07",
        document="12-CV/VPTU",
    )

    after = send(path, "requests", "MOI", "2027", USUAL, at=late)

    assert (codes(before), granted.findings, codes(after)) == (["Q04"], (), [])
