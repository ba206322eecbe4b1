"""The events form: codes unique over months, days in the month, people, known units."""

from __future__ import annotations

from pathlib import Path

from register_sheets import codes, event, send

from ledger import records
from ledger.book import Book

pytest_plugins = ("submission_fixtures",)


def test_a_code_may_come_back_in_its_own_month_only(case_copy: Path) -> None:
    assert send(case_copy, "events", "T01", "2026-03", event("HN-1")).accepted

    later = send(case_copy, "events", "T01", "2026-05", event("hn-1", day="05/05/2026"))
    earlier = send(case_copy, "events", "T01", "2026-01", event("HN-1", day="05/01/2026"))
    own = send(case_copy, "events", "T01", "2026-03", event("HN-1", heads="21"), replace=True, reason="đếm lại")
    other_unit = send(case_copy, "events", "T02", "2026-03", event("HN-1"))

    assert [codes(later), codes(earlier)] == [["G02"], ["G02"]]
    assert [finding.expected for finding in (*later.findings, *earlier.findings)] == ["2026-03", "2026-03"]
    assert own.accepted
    assert other_unit.accepted


def test_an_event_stands_in_the_month_it_begins_in_and_may_end_in_the_next(case_book: Path) -> None:
    runs_over = event("HN-1", day="30/03/2026", last_day="02/04/2026")
    begins_before = event("HN-2", day="28/02/2026", last_day="01/03/2026")

    assert codes(send(case_book, "events", "T01", "2026-03", runs_over, dry_run=True)) == []
    assert codes(send(case_book, "events", "T01", "2026-03", runs_over, begins_before, dry_run=True)) == ["G03"]
    assert codes(send(case_book, "events", "T01", "2026-03", begins_before, dry_run=True)) == ["F62"]


def test_one_wrong_unit_is_told_once_with_its_rows(case_book: Path) -> None:
    rows = [event(f"HN-{n}", host="LA") for n in range(3)] + [event("HN-9", served="VPTU")]

    (finding,) = send(case_book, "events", "T01", "2026-03", *rows, dry_run=True).findings

    assert (finding.rule, finding.row, finding.value, finding.params["count"]) == ("G06", 2, "LA", 3)


def test_everything_wrong_with_a_row_is_told_at_once(case_book: Path) -> None:
    row = event("HN-1", day="05/04/2026", last_day="04/04/2026", heads="0", planned_cost="-1", host="LA")

    outcome = send(case_book, "events", "T01", "2026-03", row, event("HN-2"), dry_run=True)

    assert sorted(codes(outcome)) == ["G03", "G04", "G05", "G06", "G11"]
    assert {finding.row for finding in outcome.findings} == {2}


def test_a_party_congress_is_an_event_of_its_own_kind(case_copy: Path) -> None:
    assert send(case_copy, "events", "XA01", "2026-03", event("DH-1", kind="Đại hội", host="XA01")).accepted

    rows = records.of_unit(Book.open(case_copy), "events", "XA01")["2026-03"]

    assert [row.texts["kind"] for row in rows] == ["congress"]
