"""Series of voucher numbers, vouchers in two units, advances: against a plain recalculation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import postings
from plugins import casebook, rule
from plugins.context import Context
from plugins.duplicates import plain

BASE = casebook.context_of(casebook.FOLDER / "V01-pass")
numbers = st.lists(st.tuples(st.sampled_from(["PC", "pc", "PT"]), st.integers(1, 12)), unique=True, max_size=14)
moves = st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 9), st.integers(-6, 9)), max_size=14)


def _row(voucher: str, day: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - a column
    common = {"unit": "BTC", "period": day[:7], "entry": "voucher", "voucher": voucher, "date": day, "row": 2}
    return common | {"code": "3388", "side": "D", "amount": 100, "commodity": "VND"} | more


def _context(rows: list[dict[str, Any]], today: str = "2027-12-31", **more: Any) -> Context:  # noqa: ANN401 - a context's own
    return replace(BASE, postings=postings.frame(rows), today=today, **more)


def _missing(context: Context) -> list[tuple[str, str, int]]:
    found = rule.run(context, ["V06"]).findings
    return [(one.value, str(one.params["missing"]), int(one.params["count"])) for one in found]


@settings(max_examples=40, deadline=None)
@given(numbers)
def test_as_many_numbers_are_missing_as_a_plain_count_finds(drawn: list[tuple[str, int]]) -> None:
    rows = [_row(f"{prefix}{number:03}", "2026-12-05") for prefix, number in drawn]
    series = defaultdict[str, set[int]](set)
    for prefix, number in drawn:
        series[prefix.casefold()].add(number)

    counted = sum(count for _, _, count in _missing(_context(rows)))

    assert counted == sum(max(held) - min(held) + 1 - len(held) for held in series.values())


def test_a_series_runs_over_the_months_and_is_told_where_it_goes_on() -> None:
    rows = [_row("PC001", "2026-12-05", period="2026-12"), _row("PC004", "2026-12-31", period="2026-13")]

    assert _missing(_context(rows)) == [("PC004", "PC002–PC003", 2)]


def test_months_between_must_be_complete_too() -> None:
    rows = [_row("PC001", "2027-01-05"), _row("PC003", "2027-03-05")]

    assert _missing(_context(rows, today="2027-03-10")) == []
    assert _missing(_context(rows, today="2027-03-11")) == [("PC003", "PC002", 1)]
    assert _missing(_context([*rows, _row("PT001", "2027-02-05")], today="2027-03-06")) == [("PC003", "PC002", 1)]


def test_units_years_and_prefixes_have_series_of_their_own() -> None:
    rows = [
        _row("PC001", "2026-12-05"),
        _row("PC003", "2026-12-05", unit="BNC"),
        _row("PC005", "2027-01-05"),
        _row("PT007", "2026-12-05"),
    ]

    assert _missing(_context(rows)) == []


@pytest.mark.parametrize("number", ["PC", "12/PC", "PC2026031500123", "PC-A"])
def test_numbers_of_another_shape_are_left_out_and_counted(number: str) -> None:
    rows = [_row("PC001", "2026-12-05"), _row(number, "2026-12-05"), _row("PC003", "2026-12-05")]

    (found,) = rule.run(_context(rows), ["V06"]).findings

    assert (found.params["left_out"], found.params["missing"]) == (1, "PC002")


def test_only_the_periods_asked_for_are_told() -> None:
    rows = [_row("PC001", "2026-12-05"), _row("PC003", "2026-12-06"), _row("PC005", "2026-12-31", period="2026-13")]
    found = rule.run(_context(rows, scope_periods=frozenset({"2026-13"})), ["V06"]).findings

    assert [one.params["missing"] for one in found] == ["PC004"]


def test_many_gaps_are_one_finding_that_names_the_first_ones() -> None:
    rows = [_row(f"PC{number:03}", "2026-12-05") for number in range(1, 20, 2)]

    assert _missing(_context(rows)) == [("PC003", "PC002, PC004, PC006, PC008, PC010, PC012 … (+3)", 9)]


def _twins(*rows: dict[str, Any], **more: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - a context's own
    found = rule.run(_context(list(rows), **more), ["V07"]).findings
    return [(one.unit, str(one.params["units"])) for one in found]


def _invoice(unit: str, voucher: str = "UNC1", **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a column
    said = {"unit": unit, "description": "Tiền in", "counterparty": "Công ty In"} | more
    paid = said | {"code": "1121", "side": "C", "amount": -100}
    return [_row(voucher, "2026-03-05", **said), _row(voucher, "2026-03-05", **paid)]


def test_the_same_voucher_is_told_in_both_units() -> None:
    assert _twins(*_invoice("BTC"), *_invoice("BNC", "UNC7")) == [("BNC", "BTC (UNC1)"), ("BTC", "BNC (UNC7)")]


def test_a_unit_that_is_asked_for_sees_its_partners_alone() -> None:
    rows = [*_invoice("BTC"), *_invoice("BNC", "UNC7")]

    assert _twins(*rows, scope_unit="BNC") == [("BNC", "BTC (UNC1)")]
    assert _twins(*rows, scope_unit="BNC", scope_periods=frozenset({"2026-04"})) == []


@pytest.mark.parametrize(
    "other",
    [
        {"partner": "BTC"},
        {"reference": "NB-1"},
        {"counterparty": "Công ty In B"},
        {"description": "Tiền giấy"},
        {"document_date": "2026-03-04"},
        {"counterparty": ""},
    ],
)
def test_what_differs_or_has_two_sides_by_right_is_never_told(other: dict[str, str]) -> None:
    assert _twins(*_invoice("BTC"), *_invoice("BNC", **other)) == []


def test_money_that_comes_in_is_not_paid_twice() -> None:
    got = [_row("PT1", "2026-03-05", unit=unit, counterparty="A", code="1111") for unit in ("BTC", "BNC")]

    assert _twins(*got) == []


@pytest.mark.parametrize(("units", "told"), [(1, 0), (2, 2), (5, 5), (6, 0)])
def test_a_fee_that_many_units_pay_is_no_voucher_booked_again(units: int, told: int) -> None:
    rows = [row for number in range(units) for row in _invoice(f"X{number}")]

    assert len(_twins(*rows)) == told


def test_texts_are_compared_by_letters_and_figures() -> None:
    assert plain("Tiền in, quý I.") == plain("TIE\u0302\u0300N IN (QUÝ I)")
    assert plain("Quý 1") != plain("Quý 11")


@settings(max_examples=40, deadline=None)
@given(moves)
def test_the_oldest_advance_is_settled_first(drawn: list[tuple[str, int, int]]) -> None:
    first = date(2026, 1, 1)
    rows, open_ = [], defaultdict[str, list[list[int]]](list)
    for number, (who, day, amount) in enumerate(sorted(drawn, key=lambda one: one[1])):
        on = (first + timedelta(days=day)).isoformat()
        rows.append(_row(f"V{number}", on, code="141", amount=amount, counterparty=who, side="D"))
    for who in "AB":
        back = sum(-amount for name, _, amount in drawn if name == who and amount < 0)
        for _, day, amount in sorted((one for one in drawn if one[0] == who and one[2] > 0), key=lambda one: one[1]):
            paid, back = min(back, amount), back - min(back, amount)
            open_[who].append([day, amount - paid])

    found = rule.run(_context([*rows, _row("Z", "2026-04-30")]), ["P06"]).findings

    told = sorted((str(one.params["person"]), one.on, int(one.params["amount"])) for one in found)
    left = [(who, day, amount) for who, lots in open_.items() for day, amount in lots if amount]
    assert told == sorted((who, (first + timedelta(days=day)).isoformat(), amount) for who, day, amount in left)


def test_an_opening_advance_counts_from_the_first_day_of_the_books() -> None:
    opening = _row("", "2026-01-01", period="2026-00", entry="opening", code="141", counterparty="A")

    days = [one.params["days"] for one in rule.run(_context([opening, _row("Z", "2026-02-05")]), ["P06"]).findings]

    assert days == [58]
    assert rule.run(_context([opening]), ["P06"]).findings == []
