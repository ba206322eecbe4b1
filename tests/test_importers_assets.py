"""The assets form: classes of the year, one asset a row, and the list against the ledger both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from register_sheets import asset, codes, send

pytest_plugins = ("submission_fixtures",)

HELD = asset("TS-T01-001", "30.000.000")


def test_a_list_that_agrees_says_so(case_book: Path) -> None:
    outcome = send(case_book, "assets", "T01", "2025", HELD, dry_run=True)

    assert [(f.rule, f.value) for f in outcome.findings] == [("G69", "1")]


def test_what_came_or_left_during_the_year_counts_on_its_last_day(case_book: Path) -> None:
    """An asset bought in February 2026 and handed over in April is in neither list."""
    bought = asset("TS-T01-002", "18.000.000")

    year = send(case_book, "assets", "T01", "2025", HELD, bought, dry_run=True)

    assert sorted(codes(year)) == ["G65", "G69"]
    assert year.accepted


@pytest.mark.parametrize(
    ("change", "code", "expected", "difference"),
    [
        ({"cost": "30.000.001"}, "G67", "30.000.000", 1),
        ({"cost": "29.999.999"}, "G67", "30.000.000", -1),
        ({"account": "2118"}, "G68", "2113", None),
    ],
)
def test_a_difference_is_told_with_both_sides_and_refuses_nothing(
    case_book: Path, change: dict[str, str], code: str, expected: str, difference: int | None
) -> None:
    outcome = send(case_book, "assets", "T01", "2025", HELD | change, dry_run=True)

    (finding,) = outcome.findings
    assert (finding.rule, finding.expected, finding.difference) == (code, expected, difference)
    assert finding.other == "T01 · 2113 TS-T01-001 · 31/12/2025"
    assert outcome.accepted


def test_an_asset_the_list_forgot_is_named_with_its_cost(case_book: Path) -> None:
    outcome = send(case_book, "assets", "T01", "2025", asset("TS-9", "12.000.000"), dry_run=True)

    forgotten = next(f for f in outcome.findings if f.rule == "G66")
    assert (forgotten.value, forgotten.expected, forgotten.difference) == ("TS-T01-001", "30.000.000", -30_000_000)


def test_an_unreadable_row_is_not_an_asset_the_list_forgot(case_book: Path) -> None:
    outcome = send(case_book, "assets", "T01", "2025", HELD | {"cost": "30,5"}, asset("TS-9", "1"), dry_run=True)

    assert "G66" not in codes(outcome)


def test_a_unit_without_books_has_nothing_to_compare_with(case_book: Path) -> None:
    outcome = send(case_book, "assets", "XA01", "2025", HELD, dry_run=True)

    assert (codes(outcome), outcome.accepted) == (["G47"], True)


@pytest.mark.parametrize(
    ("cells", "below"),
    [
        ({"class": "TT141-5.3", "cost": "9.999.999"}, True),
        ({"class": "TT141-5.3", "cost": "10.000.000"}, False),
        ({"class": "TT141-2.2", "cost": "9.999.999", "account": "2111"}, False),
    ],
)
def test_the_threshold_of_2026_leaves_land_buildings_and_structures_out(
    case_book: Path, cells: dict[str, str], below: bool
) -> None:
    outcome = send(case_book, "assets", "XA01", "2026", asset("TS-1", "") | cells, dry_run=True)

    assert ("G70" in codes(outcome)) is below
    assert outcome.accepted


def test_no_threshold_is_invented_for_years_whose_rule_was_not_read(case_book: Path) -> None:
    outcome = send(case_book, "assets", "XA01", "2025", asset("TS-1", "1.000.000"), dry_run=True)

    assert codes(outcome) == ["G47"]
