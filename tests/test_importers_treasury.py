"""Treasury confirmations: set against 112 and 008 to the đồng, told when they differ, never refused for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from register_sheets import codes, confirmed, send
from submission_cases import hand_in

pytest_plugins = ("submission_fixtures",)

DEPOSIT = confirmed("1121", "20.000.000")
OWN = confirmed("008", "580.150.000", source="13", clause="351")
OTHER = confirmed("008", "50.000.000", source="12", clause="351")


def test_figures_of_the_books_agree_whatever_detail_account_is_named(case_book: Path) -> None:
    for account in ("008", "0082", "00821"):
        rows = (DEPOSIT | {"account": "112"}, OWN | {"account": account}, OTHER)
        outcome = send(case_book, "treasury", "T01", "2026-02", *rows, dry_run=True)
        assert [(f.rule, f.value) for f in outcome.findings] == [("G46", "3")]


@pytest.mark.parametrize("difference", [1, -1, 600_000])
def test_a_difference_of_one_dong_is_told_with_both_sides_and_the_file_is_taken(
    case_book: Path, difference: int
) -> None:
    row = confirmed("1121", str(20_000_000 + difference))

    outcome = send(case_book, "treasury", "T01", "2026-02", row, OWN, OTHER, dry_run=True)

    warning = next(f for f in outcome.findings if f.rule == "G45")
    assert outcome.accepted
    assert (warning.row, warning.expected, warning.difference) == (2, "20.000.000", difference)
    assert warning.other == "T01 · 1121 · 28/02/2026"


def test_an_item_or_its_group_is_compared_with_the_lines_of_the_estimate(case_book: Path) -> None:
    item = OTHER | {"item": "6650"}
    group_without_line = OWN | {"item": "6500", "balance": "1"}

    outcome = send(case_book, "treasury", "T01", "2026-02", DEPOSIT, item, group_without_line, dry_run=True)

    told = {f.row: (f.rule, f.expected) for f in outcome.findings if f.rule == "G45"}
    # The estimate of source 13 was given as a whole, so that the books keep nothing for one group.
    assert told == {4: ("G45", "0")}


def test_an_estimate_nobody_confirmed_is_told_once_per_source_and_clause(case_book: Path) -> None:
    outcome = send(case_book, "treasury", "T01", "2026-02", DEPOSIT, dry_run=True)

    found = [(f.rule, f.expected, f.difference) for f in outcome.findings if f.rule == "G48"]
    assert found == [("G48", "50.000.000", -50_000_000), ("G48", "580.150.000", -580_150_000)]


def test_nothing_is_missed_while_a_row_could_not_be_read(case_book: Path) -> None:
    outcome = send(case_book, "treasury", "T01", "2026-02", DEPOSIT, OWN | {"balance": "x"}, dry_run=True)

    assert codes(outcome) == ["G46", "F31"]


def test_last_years_remaining_estimate_is_what_0081_speaks_of(case_book: Path) -> None:
    row = confirmed("00811", "497.900.000", source="13", clause="351")

    outcome = send(case_book, "treasury", "T01", "2026-02", DEPOSIT, OWN, OTHER, row, dry_run=True)

    assert [(f.rule, f.value) for f in outcome.findings] == [("G46", "4")]


def test_vouchers_of_the_adjustment_period_are_not_in_decembers_figures(case_copy: Path) -> None:
    late = (
        "Số chứng từ;Ngày hạch toán;Ngày chứng từ;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB\r\n"
        "UNC099;31/12/2025;12/01/2026;Cước bưu chính;612;511;300.000;13;351;6603;\r\n"
        "UNC099;31/12/2025;12/01/2026;Cước bưu chính;;008212;300.000;13;351;6603;Thực chi\r\n"
    )
    assert hand_in(case_copy, late.encode(), "t13.csv", unit="T01", period="2025-13").accepted
    day = {"day": "05/01/2026"}
    december = OWN | day | {"balance": "497.900.000"}
    prior = OWN | {"account": "00811", "balance": "497.600.000"}

    in_december = send(case_copy, "treasury", "T01", "2025-12", DEPOSIT | day, december, dry_run=True)
    in_february = send(case_copy, "treasury", "T01", "2026-02", DEPOSIT, OWN, OTHER, prior, dry_run=True)

    assert [(f.rule, f.value) for f in in_december.findings] == [("G46", "2")]
    assert [(f.rule, f.value) for f in in_february.findings] == [("G46", "4")]
