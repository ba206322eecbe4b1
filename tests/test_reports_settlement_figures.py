"""What a settlement is made of: which posting counts for which year, line and nature."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import settlement_cases as cases
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import estimates, postings
from reports import settlement_figures as figures
from reports.settlement_figures import CutOff, UnknownNatureError

FORM = cases.BASIS.form
DAYS = st.dates(pd.Timestamp("2024-01-01").date(), pd.Timestamp("2027-12-31").date()).map(str)


def posting(**values: str | int) -> dict[str, Any]:
    common = {"unit": "T01", "entry": "voucher", "voucher": "V1", "date": "2025-05-05", "commodity": "MEMO"}
    return common | {"source": "13", "clause": "351", "item": "6501", "budget_year": "2025"} | values


def use(code: str, amount: int, treasury: str, **values: str | int) -> dict[str, Any]:
    """A posting on the credit side: Có 008212 of a positive amount is a use."""
    return posting(code=code, side="C", amount=-amount, quantity=-amount, treasury=treasury, **values)


def received(amount: int, treasury: str, side: str = "C", **values: str | int) -> dict[str, Any]:
    signed = -amount if side == "C" else amount
    row = posting(code="3371", side=side, amount=signed, quantity=signed, treasury=treasury, **values)
    return row | {"commodity": "VND"}


def decision(kind: str, amount: int, budget_year: str = "2025", source: str = "13") -> estimates.EstimateLine:
    return estimates.EstimateLine(
        decision=f"{kind}-{budget_year}",
        date="2025-01-10",
        kind=kind,
        assigning_unit="VPTU",
        unit="T01",
        source=source,
        clause="351",
        item="",
        amount=amount,
        budget_year=budget_year,
        submission="0" * 12,
        row=2,
    )


def lines(rows: list[dict[str, Any]], decisions: list[estimates.EstimateLine] | None = None) -> dict[str, int]:
    facts = figures.facts(postings.frame(rows), estimates.frame(decisions or []), cases.BASIS, "T01", 2025)
    found = FORM.figures(figures.measures(facts))
    return {line: amount for line, amount in found.items() if amount}


def test_a_direct_payment_is_received_and_settled() -> None:
    found = lines([use("008212", 100, "actual")])

    assert (found["15"], found["18"], found.get("23", 0)) == (100, 100, 0)


def test_an_advance_is_received_but_not_settled() -> None:
    found = lines([use("008211", 100, "advance")])

    assert (found["15"], found.get("18", 0), found["23"]) == (100, 0, 100)


def test_a_clearing_settles_without_being_received_again() -> None:
    rows = [use("008211", 100, "advance"), use("008211", -60, "clearing"), use("008212", 60, "clearing")]

    found = lines(rows)

    assert (found["15"], found["18"], found["23"]) == (100, 60, 40)


def test_a_restored_payment_is_neither_received_nor_settled() -> None:
    found = lines([use("008212", 100, "actual"), use("008212", -30, "restore")])

    assert (found["15"], found["18"]) == (70, 70)


def test_source_12_stands_on_the_lines_for_what_is_not_autonomous() -> None:
    found = lines([use("008222", 100, "actual", source="12")], [decision("original", 150, source="12")])

    assert (found["16"], found["19"], found["10"], found["28"]) == (100, 100, 150, 50)
    assert not {"15", "18", "09", "24"} & found.keys()


def test_a_payment_order_is_received_when_it_comes_and_settled_when_it_is_spent() -> None:
    rows = [
        posting(code="0122", side="D", amount=100, quantity=100, treasury="actual"),
        use("0122", 70, "actual"),
    ]

    found = lines(rows)

    assert (found["15"], found["18"], found["23"]) == (100, 70, 30)


def test_what_earlier_years_left_is_line_03_and_settles_when_it_is_recognised() -> None:
    rows = [
        received(500, "advance", entry="opening", date="2025-01-01", period="2025-00"),
        received(300, "clearing", side="D", budget_year="2024", date="2025-03-03"),
        received(50, "remit", side="D", budget_year="2024", date="2025-06-06"),
    ]

    found = lines(rows)

    assert (found["03"], found["18"], found["22"], found["23"]) == (500, 300, 50, 150)


def test_recognising_this_years_advance_settles_nothing_by_itself() -> None:
    rows = [use("008211", 100, "advance"), received(100, "advance"), received(80, "actual", side="D")]

    found = lines(rows)

    assert (found["15"], found.get("18", 0), found["23"]) == (100, 0, 100)


def test_estimates_stand_on_the_line_of_their_kind_and_year() -> None:
    decisions = [
        decision("original", 1000),
        decision("supplement", 200),
        decision("cut", -50),
        decision("held", 70),
        decision("carry", 30),
        decision("carry", 400, "2026"),
        decision("carry-received", 5, "2026"),
        decision("original", 9999, "2026"),
    ]

    found = lines([], decisions)

    assert (found["09"], found["04"], found["32"], found["31"]) == (1150, 30, 400, 5)


@pytest.mark.parametrize(
    ("date", "treasury", "belongs"),
    [
        ("2026-01-31", "clearing", 2025),
        ("2026-02-01", "clearing", 2026),
        ("2026-02-14", "remit", 2025),
        ("2026-02-15", "remit", 2026),
        ("2025-12-31", "actual", 2025),
    ],
)
def test_the_law_s_last_days_decide_which_year_a_posting_belongs_to(date: str, treasury: str, belongs: int) -> None:
    """31 January for the closing adjustment, before 15 February for money paid back."""
    table = postings.frame([received(1, treasury, side="D", date=date, budget_year="2025")])

    assert list(figures.settlement_year(table, cases.BASIS.cut_off)) == [belongs]


def test_a_return_date_that_no_law_gives_is_the_end_of_the_adjustment() -> None:
    assert CutOff.of(cases.REGULATIONS, 2023) == CutOff("2024-01-31", "2024-02-01")


def test_a_source_of_unknown_nature_gives_no_figure() -> None:
    with pytest.raises(UnknownNatureError) as caught:
        lines([use("008212", 1, "actual", source="77")])

    assert "77" in caught.value.sentence()


def test_other_units_closing_entries_and_expenses_are_not_counted() -> None:
    rows = [
        use("008212", 1, "actual", unit="T02"),
        use("008212", 1, "actual", entry="closing"),
        posting(code="612", side="D", amount=1, quantity=1, commodity="VND"),
    ]

    assert lines(rows) == {}


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["008211", "008212", "008221", "008222", "0122", "0132", "3371"]),
        st.sampled_from(["D", "C"]),
        st.integers(-(10**12), 10**12),
        st.sampled_from(["advance", "actual", "clearing", "restore", "remit"]),
        st.sampled_from(["12", "13", "14"]),
        st.sampled_from(["6001", "6501", "6956"]),
        DAYS,
        st.sampled_from(["2024", "2025", "2026"]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(MOVES)
def test_the_detail_always_adds_up_to_line_17_and_3371_is_counted_once(moves: list[tuple[Any, ...]]) -> None:
    rows = [
        posting(
            code=code,
            side=side,
            amount=amount,
            quantity=amount,
            treasury=treasury,
            source=source,
            item=item,
            date=day,
            budget_year=year,
        )
        for code, side, amount, treasury, source, item, day, year in moves
    ]
    table = postings.frame(rows)
    none = estimates.frame([])
    by_year = {year: figures.facts(table, none, cases.BASIS, "T01", year) for year in range(2023, 2029)}

    for facts in by_year.values():
        found = FORM.figures(figures.measures(facts))
        assert int(figures.details(facts)["amount"].sum()) == found["17"]
    belongs = figures.settlement_year(table, cases.BASIS.cut_off) if len(table) else []
    assert all(2024 <= year <= 2027 for year in belongs)
    after = by_year[2028]
    balance = int(table.loc[table["code"] == "3371", "amount"].sum())
    assert int(after.loc[after["measure"] == "opening_received", "amount"].sum()) == -balance
