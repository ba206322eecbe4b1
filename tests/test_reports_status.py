"""The calendar: expected, due, late, received; a fold of events and dates."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import settlement_book as small

from ledger.book import Book
from ledger.deadlines import submit_due
from ledger.events import Event
from ledger.standing import STAGES
from ledger.texts import text
from reports import settlement_gate, status
from reports.settlement_state import STATES, Case
from reports.settlement_step import catalogue

ROOT = Path(__file__).resolve().parent.parent


def lines(book: Book, unit: str = "T01") -> dict[str, dict[str, str | None]]:
    return {str(line["period"]): line for line in status.status(book, unit)}


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.open(small.stages()["seal"])


def test_a_line_has_exactly_the_contract_s_keys(book: Book) -> None:
    keys = ("unit", "period", "state", "due", "received", "stage", "certified", "certify_due", "late_days")
    more = ("certify_late_days", "extension", "returned", "justified")

    assert {tuple(line) for line in status.status(book)} == {(*keys, *more)}


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
        "stage": "certified-head",
        "certified": "2026-02-22",
        "certify_due": "2026-01-15",
        "late_days": 41,
        "certify_late_days": 38,
        "extension": None,
        "returned": None,
        "justified": 0,
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

    assert status._state(on, "T01", period, received, submit_due(book.regulations, period)) == state


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
    assert submit_due(book.regulations, "2025-12") == "2026-01-10"
    assert submit_due(book.regulations, "2025-13") == "2026-02-10"
    assert submit_due(book.regulations, "2024-01") is None


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


def told(*events: Event) -> SimpleNamespace:
    """A book of which only these events are known."""
    return SimpleNamespace(events=lambda _unit: list(events))


def event(name: str, kind: str = "vouchers", period: str = "2025-03", day: str = "2025-04-08", **data: object) -> Event:
    return Event(f"{day}T08:00:00+07:00", "nga", "accountant", name, "T01", period, kind, data)


ACCEPTED, HEAD = event("submission.accepted"), event("submission.certified", day="2025-04-12", stage="head")


@pytest.mark.parametrize(
    ("events", "months"),
    [
        ([], []),
        ([ACCEPTED], ["2025-03"]),
        ([ACCEPTED, HEAD], []),
        ([ACCEPTED, HEAD, replace(ACCEPTED, time="2025-05-01T08:00:00+07:00")], ["2025-03"]),
        ([ACCEPTED, HEAD, replace(ACCEPTED, kind="vouchers/cash")], ["2025-03"]),
        ([replace(ACCEPTED, kind="opening", period="2025")], []),
        ([replace(ACCEPTED, period="2025-13")], ["2025-13"]),
        ([replace(ACCEPTED, period="2026-01")], []),
    ],
)
def test_months_that_the_head_has_not_certified_are_named_when_a_settlement_is_opened(
    events: list[Event], months: list[str]
) -> None:
    found = settlement_gate.uncertified(told(*events), Case("T01", 2025))  # type: ignore[arg-type]

    assert [(f.rule, f.value, f.difference) for f in found] == (
        [("S31", ", ".join(months), len(months))] if months else []
    )


def test_opening_a_settlement_without_certification_is_possible_and_warned_of(tmp_path: Path) -> None:
    small.make(tmp_path / "book", "rejected-item", certified=False)

    done = small.Desk(tmp_path / "book").open()

    assert (done.state, small.codes(done)) == ("open", ["S31"])
    assert done.findings[0].difference == 12
    assert not catalogue().blocks(done.findings[0])


def test_of_several_books_the_one_furthest_back_is_shown(book: Book) -> None:
    cash = [replace(one, kind="vouchers/cash") for one in (ACCEPTED, HEAD)]
    law = SimpleNamespace(regulations=book.regulations, path=book.path, today=book.today)

    def line(*events: Event) -> status.Slot:
        return status._month(law, status._by_month(list(events), "T01")["2025-03"], "2026-11-16")  # type: ignore[arg-type]

    assert (line(ACCEPTED, *cash).stage, line(ACCEPTED, *cash).certified) == ("checked", None)
    assert (line(ACCEPTED, HEAD, *cash).stage, line(ACCEPTED, HEAD, *cash).certified) == (
        "certified-head",
        "2025-04-12",
    )


def test_an_extension_moves_the_due_day_and_the_state(book: Book) -> None:
    more = event("submission.extended", day="2025-04-09", what="submit", until="2025-04-20", document="15-CV")
    late = replace(ACCEPTED, time="2025-04-18T08:00:00+07:00")
    law = SimpleNamespace(regulations=book.regulations, path=book.path, today=book.today)

    def line(*events: Event) -> status.Slot:
        return status._month(law, status._by_month(list(events), "T01")["2025-03"], "2026-11-16")  # type: ignore[arg-type]

    assert (line(late).state, line(late).late_days, line(late).certify_due) == ("received-late", 8, "2025-04-15")
    given = line(more, late)
    assert (given.state, given.late_days, given.due, given.certify_due) == ("received", 0, "2025-04-20", "2025-04-25")
    assert given.extension == {"what": "submit", "until": "2025-04-20", "document": "15-CV"}


def test_the_summary_counts_units_in_order_and_leaves_years_out(book: Book) -> None:
    counts = {count.unit: count for count in status.summary(status.slots(book))}

    assert list(counts) == ["VPTU", "T01", "T02", "XA01"]
    mine = [line for line in status.slots(book, "T01") if "-" in line.period]
    assert counts["T01"].late == sum(1 for line in mine if line.late_days)
    assert (counts["T01"].on_time, counts["T01"].waiting) == (0, 0)
    assert counts["T01"].certified_late == 12
    # 2025: received 20/02/2026, due on the 10th of each following month; 2026-01 to 2026-10 never came.
    days = sum((date(2026, 2, 20) - date(2025 + m // 12, m % 12 + 1, 10)).days for m in range(1, 13))
    never = sum((date(2026, 11, 16) - date(2026, m + 1, 10)).days for m in range(1, 11))
    assert counts["T01"].days == days + never


@pytest.mark.parametrize("page", ["docs/states.md", "docs/vi/trang-thai.md"])
def test_every_state_is_explained_in_the_manual_and_has_a_vietnamese_name(page: str) -> None:
    named = set(re.findall(r"^\| `([a-z-]+)`", (ROOT / page).read_text("utf-8"), re.MULTILINE))

    assert named == {*status.SLOT_STATES, *STATES, *STAGES}
    for state in named:
        assert text(state, "vi") != state


def test_the_vietnamese_page_shows_the_names_the_program_shows() -> None:
    page = (ROOT / "docs/vi/trang-thai.md").read_text("utf-8")

    for state, shown in re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", page, re.MULTILINE):
        assert text(state, "vi") == shown
