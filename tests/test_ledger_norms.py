"""Spending norms: what the law data say of one thing on one day, and that what is not known is never a nought."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.norms import (
    EVERYTHING,
    Gap,
    Norm,
    Posts,
    congress_support,
    days,
    event_norms,
    newspapers,
    of_unit,
    stay_allowance,
    vehicles,
)
from ledger.regulations import Regulations, shipped

ENTRY = (
    "in_force: {first}, issued: null, known: {first}, document: SONGLAM, article: null, confidence: practice,"
    " basis: test, reviewed: 2026-11-22"
)
TABLE = """
{key}:
  title: {{vi: "Quy định của tỉnh", en: "Rule of the province"}}
  type: table
  columns: {{{columns}}}
  owner: province
  values: [{{value: {rows}, {entry}}}]
"""
AFTER = "2025-06-15"


def _own(key: str, columns: str, rows: str, first: str = "2026-01-01") -> str:
    return TABLE.format(key=key, columns=columns, rows=rows, entry=ENTRY.format(first=first))


def _with(*tables: str) -> Regulations:
    return Regulations.load("".join(tables).encode())


def _amount(norm: Norm | Gap) -> int | str:
    return norm.amount if isinstance(norm, Norm) else norm.key


def test_the_stay_allowance_is_higher_at_sea() -> None:
    assert _amount(stay_allowance("2026-03-01", shipped())) == 200_000
    assert _amount(stay_allowance("2026-03-01", shipped(), "sea")) == 250_000


def test_the_newer_allowance_holds_from_the_day_the_province_enters() -> None:
    rows = "[{place: land, amount: 300000}]"
    own = _with(_own("norms.stay_allowance_new", "place: text, amount: integer", rows, "2026-03-01"))

    assert _amount(stay_allowance("2026-02-28", own)) == 200_000
    newer = stay_allowance("2026-03-01", own)
    assert _amount(newer) == 300_000
    assert isinstance(newer, Norm)
    assert "(tỉnh tự nhập)" in newer.citation("vi")
    assert _amount(stay_allowance("2026-03-01", own, "sea")) == 250_000


def test_a_table_without_rows_is_a_gap_and_not_a_nought() -> None:
    for kind, key in (("conference", "norms.conference"), ("delegation", "norms.reception")):
        assert event_norms(kind, "2026-03-01", shipped()) == Gap(key)
    assert newspapers(10, "2026-03-01", shipped()) == Gap("norms.newspaper_prices")
    assert of_unit(shipped(), "norms.posts", "BTC", "posts", "2026-03-01") is None


def test_every_table_that_may_be_empty_says_what_is_lacking() -> None:
    for parameter in shipped():
        if parameter.key.startswith(("norms.", "dues.")) and (parameter.owner == "gap" or not parameter.entries):
            assert all(shipped().missing(parameter.key, language) for language in ("vi", "en"))


def test_events_have_a_norm_for_items_and_for_everything() -> None:
    rows = '[{item: "6650", amount: 100000}, {item: "", amount: 250000}]'
    own = _with(_own("norms.conference", "item: text, amount: integer", rows))

    norms = event_norms("conference", "2026-03-01", own)

    assert not isinstance(norms, Gap)
    assert {item: norm.amount for item, norm in norms.items()} == {"6650": 100_000, EVERYTHING: 250_000}
    assert event_norms("conference", "2025-12-31", own) == Gap("norms.conference")


@pytest.mark.parametrize(("day", "support"), [("2026-06-30", 234_000), ("2026-07-01", 253_000)])
def test_congress_support_is_a_tenth_of_the_salary_of_the_day(day: str, support: int) -> None:
    assert _amount(congress_support(1, day, shipped())) == support
    assert _amount(congress_support(50, day, shipped())) == 50 * support


def test_congress_support_without_a_salary_is_a_gap() -> None:
    assert congress_support(50, "2024-12-31", shipped()) == Gap("norms.base_salary")


def test_newspapers_need_the_price_of_every_title() -> None:
    columns = "title: text, amount: integer"
    some = '[{title: "Nhân Dân", amount: 1800000}]'
    every = some[:-1] + ', {title: "Tạp chí Cộng sản", amount: 600000}, {title: "Báo Đảng địa phương", amount: 900000}]'

    assert newspapers(2, "2026-03-01", _with(_own("norms.newspaper_prices", columns, some))) == Gap(
        "norms.newspaper_prices"
    )
    assert _amount(newspapers(2, "2026-03-01", _with(_own("norms.newspaper_prices", columns, every)))) == 6_600_000


@pytest.mark.parametrize(
    ("posts", "cars"),
    [(19, "norms.vehicles_posts"), (20, 1), (50, 1), (51, 1), (99, 1), (100, 2), (149, 2), (150, 3)],
)
def test_a_provincial_body_has_cars_by_its_posts(posts: int, cars: int | str) -> None:
    assert _amount(vehicles("committee", Posts(posts), AFTER, shipped())) == cars


@pytest.mark.parametrize(
    ("area", "cars"),
    [(0, 5), (4_999, 5), (5_000, 6), (7_999, 6), (8_000, 7), (10_999, 7), (11_000, 7), (13_999, 7), (14_000, 8)],
)
def test_the_office_has_cars_by_the_area_of_the_province(area: int, cars: int) -> None:
    assert _amount(vehicles("office", Posts(province="Sông Lam", area=area), AFTER, shipped())) == cars


def test_the_two_cities_have_their_own_number() -> None:
    for city in ("Hà Nội", "Thành phố Hồ Chí Minh"):
        assert _amount(vehicles("office", Posts(province=city, area=3_000), AFTER, shipped())) == 10


def test_cars_are_a_gap_before_the_decree_and_for_who_is_not_named() -> None:
    assert _amount(vehicles("commune_office", Posts(), AFTER, shipped())) == 2
    assert vehicles("commune_office", Posts(), "2025-06-14", shipped()) == Gap("norms.vehicles_commune")
    assert vehicles("office", Posts(area=1), "2025-06-14", shipped()) == Gap("norms.vehicles_office")
    assert vehicles("committee", Posts(40), "2025-06-14", shipped()) == Gap("norms.vehicles_posts")
    assert vehicles("service_unit", Posts(40), AFTER, shipped()) == Gap("norms.vehicles_service")
    assert vehicles("committee", Posts(), AFTER, shipped()) == Gap("norms.posts")
    assert vehicles("office", Posts(), AFTER, shipped()) == Gap("norms.area")


def test_nobody_knew_the_number_of_cars_before_the_decree_was_issued() -> None:
    early = shipped().at(known=date(2025, 6, 14))

    assert vehicles("commune_office", Posts(), "2026-01-01", early) == Gap("norms.vehicles_commune")


def test_days_run_over_the_end_of_a_month() -> None:
    assert list(days("2026-02-27", "2026-03-01")) == ["2026-02-27", "2026-02-28", "2026-03-01"]
    assert list(days("2026-03-01", "2026-03-01")) == ["2026-03-01"]
