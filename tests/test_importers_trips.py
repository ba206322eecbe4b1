"""The trips form: one vehicle's odometer and days, in the file and against accepted months."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_sheets import codes, send, trip

from importers.trips import chained, vehicle
from ledger import records
from ledger.book import Book
from ledger.records import Record

pytest_plugins = ("submission_fixtures",)


def _trip(order: str, out: int, back: int, first: str, last: str = "", plate: str = "37A-001.01") -> Record:
    texts = dict.fromkeys(records.TEXTS["trips"], "") | {"order": order, "vehicle": plate}
    texts |= {"day_out": first, "day_back": last or first}
    return Record("T01", first[:7], int(order), texts, {"km_out": out, "km_back": back})


def _found(*trips: Record, whole: bool = True) -> list[tuple[str, int | None, int | None]]:
    return [(finding.rule, finding.row, finding.difference) for finding in chained(trips, whole=whole)]


def test_trips_that_follow_each_other_are_in_order() -> None:
    assert _found(_trip("2", 150, 300, "2026-03-02"), _trip("1", 100, 150, "2026-03-01")) == []
    assert _found() == []


def test_the_odometer_never_runs_backwards_for_one_vehicle() -> None:
    first, second = _trip("1", 100, 150, "2026-03-01"), _trip("2", 149, 160, "2026-03-02")

    assert _found(first, second) == [("G14", 2, -1)]
    assert _found(first, _trip("2", 149, 160, "2026-03-02", plate="37A-009.09")) == []


@pytest.mark.parametrize("plate", ["37a-001.01", "37A 00101", "37A00101", "37A-00101"])
def test_a_number_plate_is_the_same_however_it_is_separated(plate: str) -> None:
    assert vehicle(_trip("1", 1, 2, "2026-03-01", plate=plate)) == "37a00101"


def test_a_long_trip_is_compared_with_all_that_come_while_it_is_out() -> None:
    out = _trip("1", 100, 900, "2026-03-01", "2026-03-09")

    found = _found(out, _trip("2", 900, 910, "2026-03-04"), _trip("3", 910, 920, "2026-03-08"))

    assert [code for code, _, _ in found] == ["G13", "G13"]


def test_two_trips_on_one_day_are_no_overlap_and_stand_in_the_odometers_order() -> None:
    morning, evening = _trip("7", 100, 150, "2026-03-01"), _trip("3", 150, 170, "2026-03-01")

    assert _found(evening, morning) == []


def test_kilometres_without_a_trip_are_told_only_when_every_row_was_read() -> None:
    trips = (_trip("1", 100, 150, "2026-03-01"), _trip("2", 188, 200, "2026-03-02"))

    assert _found(*trips) == [("G15", 2, 38)]
    assert _found(*trips, whole=False) == []


@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    trips = [_trip(str(n + 1), 100 * n, 100 * n + 90, f"2026-03-{n + 1:02}") for n in range(6)]

    assert _found(*(trips[n] for n in order)) == _found(*trips)


def test_litres_are_kept_as_text_with_two_decimals(case_copy: Path) -> None:
    row = trip("LX-9", "10/03/2026", "10.240", "10.400", litres="45,5")

    assert send(case_copy, "trips", "T01", "2026-03", row).accepted
    (kept,) = records.of_unit(Book.open(case_copy), "trips", "T01")["2026-03"]
    assert kept.texts["litres"] == "45,50"
    again = send(case_copy, "trips", "T01", "2026-03", row | {"litres": "45,50"})
    assert again.unchanged


def test_an_order_number_may_come_back_in_another_year(case_book: Path) -> None:
    same_year = trip("LX-01", "10/03/2026", "10.240", "10.400")
    other_year = trip("LX-01", "10/12/2025", "9.000", "10.000")

    assert codes(send(case_book, "trips", "T01", "2026-03", same_year, dry_run=True)) == ["G02"]
    assert codes(send(case_book, "trips", "T01", "2025-12", other_year, dry_run=True)) == []


def test_an_event_of_any_units_register_is_known_and_an_unknown_one_is_told_once(case_book: Path) -> None:
    known = trip("LX-9", "10/03/2026", "10.240", "10.300", event="HN-T01-01", user="VPTU")
    unknown = [trip(f"LX-{n}", f"{n}/03/2026", f"10.{n}00", f"10.{n + 1}00", event="HN-LA") for n in (3, 4)]

    outcome = send(case_book, "trips", "T01", "2026-03", *unknown, known | {"vehicle": "X-1"}, dry_run=True)

    assert [(finding.rule, finding.value) for finding in outcome.findings if finding.rule == "G16"] == [
        ("G16", "HN-LA")
    ]


def test_coming_back_with_fewer_kilometres_is_told_with_how_many(case_book: Path) -> None:
    short = trip("LX-9", "10/03/2026", "10.400", "10.240")

    (finding,) = send(case_book, "trips", "T01", "2026-03", short, dry_run=True).findings

    assert (finding.rule, finding.value, finding.expected, finding.difference) == ("G12", "10.240", "≥ 10.400", -160)
