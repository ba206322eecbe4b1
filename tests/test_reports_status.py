"""The calendar: expected, due, late, received; a fold of events and dates."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import settlement_book as small

from ledger.book import Book
from ledger.texts import text
from reports import status
from reports.settlement_state import STATES

ROOT = Path(__file__).resolve().parent.parent


def lines(book: Book, unit: str = "T01") -> dict[str, dict[str, str | None]]:
    return {str(line["period"]): line for line in status.status(book, unit)}


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.open(small.stages()["seal"])


def test_a_line_has_exactly_the_contract_s_keys(book: Book) -> None:
    assert {tuple(line) for line in status.status(book)} == {("unit", "period", "state", "due", "received")}


def test_months_from_the_first_year_to_today_and_each_adjustment_period(book: Book) -> None:
    assert list(lines(book)) == [
        *(f"2025-{month:02}" for month in range(1, 14)),
        "2025",
        *(f"2026-{month:02}" for month in range(1, 12)),
    ]


def test_what_came_after_its_day_is_late_even_though_received(book: Book) -> None:
    assert lines(book)["2025-12"] == {
        "unit": "T01",
        "period": "2025-12",
        "state": "received-late",
        "due": "2026-01-10",
        "received": "2026-02-20",
    }


def test_nothing_handed_in_is_late_after_its_day_and_expected_before_the_month_is_over(book: Book) -> None:
    found = lines(book)

    assert (found["2026-10"]["state"], found["2026-10"]["due"]) == ("late", "2026-11-10")
    assert (found["2026-11"]["state"], found["2026-11"]["due"]) == ("expected", "2026-12-10")


@pytest.mark.parametrize(
    ("today", "period", "received", "state"),
    [
        ("2026-02-09", "2026-01", None, "due"),
        ("2026-02-10", "2026-01", None, "due"),
        ("2026-02-11", "2026-01", None, "late"),
        ("2026-02-11", "2026-01", "2026-02-10", "received"),
        ("2026-02-11", "2026-01", "2026-02-11", "received-late"),
        ("2026-02-10", "2025-13", None, "optional"),
        ("2026-02-11", "2025-13", None, "unused"),
    ],
)
def test_the_state_on_the_days_around_the_due_day(
    book: Book, today: str, period: str, received: str | None, state: str, tmp_path: Path
) -> None:
    day = SimpleNamespace(isoformat=lambda: today)
    on = SimpleNamespace(today=lambda: day, path=tmp_path, regulations=book.regulations)

    assert status._state(on, "T01", period, received, status.due_day(book, period)) == state


def test_a_refused_file_shows_until_something_is_accepted(tmp_path: Path) -> None:
    day = SimpleNamespace(isoformat=lambda: "2026-11-16")
    on = SimpleNamespace(today=lambda: day, path=tmp_path)
    folder = tmp_path / ".cache" / "rejected" / "T01"
    folder.mkdir(parents=True)
    (folder / "2026-09-vouchers.json").write_text("{}", "utf-8")
    (folder / "other.json").write_text(json.dumps({"period": "2026-08"}), "utf-8")
    (folder / "broken.json").write_text("{", "utf-8")

    states = [status._state(on, "T01", period, None, "2026-10-10") for period in ("2026-08", "2026-09", "2026-07")]

    assert states == ["rejected", "rejected", "late"]
    assert status._state(on, "T01", "2026-09", "2026-10-09", "2026-10-10") == "received"


def test_due_days_are_the_province_s_own_and_cross_the_year(book: Book) -> None:
    assert status.due_day(book, "2025-12") == "2026-01-10"
    assert status.due_day(book, "2025-13") == "2026-02-10"
    assert status.due_day(book, "2024-01") is None


def test_a_year_has_the_state_of_its_settlement(book: Book) -> None:
    assert lines(book)["2025"]["state"] == "sealed"
    assert lines(Book.open(small.stages()["new"]))["2025"]["state"] == "not-opened"
    assert lines(book, "T02")["2025"]["state"] == "not-opened"


def test_the_office_and_the_communes_have_no_settlement_line_and_the_enterprise_none_at_all(book: Book) -> None:
    assert "2025" not in lines(book, "VPTU")
    assert "2025" not in lines(book, "XA01")
    assert lines(book, "DNIN") == {}
    assert lines(book, "T99") == {}


def test_missing_months_leave_out_the_adjustment_period(book: Book) -> None:
    assert status.missing_months(book, "T01", 2025) == []
    assert status.missing_months(book, "T02", 2025) == [f"2025-{month:02}" for month in range(1, 13)]


@pytest.mark.parametrize("page", ["docs/states.md", "docs/vi/trang-thai.md"])
def test_every_state_is_explained_in_the_manual_and_has_a_vietnamese_name(page: str) -> None:
    named = set(re.findall(r"^\| `([a-z-]+)`", (ROOT / page).read_text("utf-8"), re.MULTILINE))

    assert named == {*status.SLOT_STATES, *STATES}
    for state in named:
        assert text(state, "vi") != state


def test_the_vietnamese_page_shows_the_names_the_program_shows() -> None:
    page = (ROOT / "docs/vi/trang-thai.md").read_text("utf-8")

    for state, shown in re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", page, re.MULTILINE):
        assert text(state, "vi") == shown
