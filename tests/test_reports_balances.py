"""Trial balance: opening, turnovers, closing, of any span, lots at cost and memo accounts left out."""

from __future__ import annotations

import pandas as pd
import pytest
import settlement_cases as cases
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import postings
from reports import balances
from reports.questions import Span, UnknownPeriodError, span

NAME = balances.namer(cases.CHART, cases.INDEX, "vi")
CASE = cases.case_postings("asset-bought")


def rows(table: pd.DataFrame) -> dict[str, tuple[int, int, int, int]]:
    figures = table[["opening", "debit", "credit", "closing"]].itertuples(index=False)
    return dict(zip(table["account"], map(tuple, figures), strict=True))


def test_the_year_of_the_asset_case() -> None:
    found = rows(balances.balances(CASE, span("2025"), NAME))

    assert found == {
        "Assets:153": (0, 2_000_000, 500_000, 1_500_000),
        "Assets:211:2113": (0, 45_000_000, 0, 45_000_000),
        "Assets:214:2141": (0, 0, 9_000_000, -9_000_000),
        "Expenses:611:NoItem": (0, 9_000_000, 0, 9_000_000),
        "Expenses:612:NoItem": (0, 500_000, 0, 500_000),
        "Income:511": (0, 0, 47_000_000, -47_000_000),
    }


def test_a_month_begins_with_what_came_before() -> None:
    found = rows(balances.balances(CASE, span("2025-09"), NAME))

    assert found["Assets:153"] == (2_000_000, 0, 500_000, 1_500_000)
    assert found["Income:511"] == (-47_000_000, 0, 0, -47_000_000)
    assert "Assets:214:2141" not in found


def test_opening_entries_are_opening_balances_even_in_their_own_month() -> None:
    row = {"account": "Assets:111:1111", "code": "1111", "side": "D", "amount": 70, "quantity": 70, "commodity": "VND"}
    table = postings.frame([row | {"unit": "T01", "entry": "opening", "date": "2025-01-01", "period": "2025-00"}])

    for period in ("", "2025", "2025-01"):
        assert rows(balances.balances(table, span(period), NAME))["Assets:111:1111"] == (70, 0, 0, 70)


def test_a_red_entry_lessens_its_own_side() -> None:
    case = cases.case_postings("rejected-item")
    found = rows(balances.balances(case, span("2025"), NAME))

    assert found["Expenses:612:TM6501"] == (0, 18_500_000, 0, 18_500_000)
    assert found["Income:511"] == (0, 0, 30_500_000, -30_500_000)


def test_names_are_those_of_chart_and_budget_index() -> None:
    assert NAME("Expenses:612:TM6501") == "Tiền điện"
    assert NAME("Assets:211:2113") == "Máy móc thiết bị"
    assert NAME("Expenses:612:NoItem").startswith("Không theo tiểu mục")
    assert balances.namer(cases.CHART, cases.INDEX, "en")("Expenses:612:NoItem").startswith("Without")
    assert NAME("Assets:999") == ""


@pytest.mark.parametrize("period", ["2025-13", "2025-00", "25", "2025-1", "abcd", "2027", "2026-12", "2025-02-01"])
def test_a_period_that_the_book_cannot_know_is_refused(period: str) -> None:
    with pytest.raises(UnknownPeriodError) as caught:
        span(period, "2026-11-16")

    assert caught.value.exit_code == 1


ACCOUNTS = ("Assets:111:1111", "Income:511", "Expenses:612:TM6501", "Liabilities:331")
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        st.integers(-(10**12), 10**12),
        st.dates(pd.Timestamp("2024-06-01").date(), pd.Timestamp("2026-06-30").date()).map(str),
        st.sampled_from(["voucher", "opening", "closing"]),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(ENTRIES, st.sampled_from(["", "2025", "2025-03", "2026"]))
def test_every_line_adds_up_and_both_sides_are_equal(
    entries: list[tuple[str, str, int, str, str]], period: str
) -> None:
    made = [
        {"unit": "T01", "account": account, "side": side, "amount": sign * amount, "date": day, "entry": entry}
        | {"commodity": "VND", "quantity": sign * amount}
        for debit, credit, amount, day, entry in entries
        for account, side, sign in ((debit, "D", 1), (credit, "C", -1))
    ]
    table = postings.frame(made)
    days: Span = span(period)

    found = balances.balances(table, days, NAME)

    assert (found["closing"] == found["opening"] + found["debit"] - found["credit"]).all()
    assert found["debit"].sum() == found["credit"].sum()
    assert found["opening"].sum() == 0
    until = table[table["date"] <= days.last].groupby("account")["amount"].sum()
    assert dict(zip(found["account"], found["closing"], strict=True)) == until.to_dict()
