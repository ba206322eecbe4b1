"""Checks beside a settlement: they agree where the books do and show by how much where they do not."""

from __future__ import annotations

import pandas as pd
import pytest
import settlement_cases as cases

from ledger import postings
from reports import settlement_checks, settlement_figures
from reports.settlement_checks import books_of
from reports.settlement_report import Settlement


def differences(case: str, leave_out: str = "") -> dict[str, int]:
    table = cases.case_postings(case)
    table = table[table["voucher"] != leave_out] if leave_out else table
    settled = Settlement(cases.UNIT, cases.YEAR, cases.BASIS.form, _facts(table, case), ())
    found = settlement_checks.checks(settled, books_of(table, cases.BASIS, cases.UNIT, cases.YEAR))
    return {row.check: int(row.difference) for row in found.itertuples() if row.check != "assigned"}


def _facts(table: pd.DataFrame, case: str) -> pd.DataFrame:
    return settlement_figures.facts(table, cases.case_estimates(case), cases.BASIS, cases.UNIT, cases.YEAR)


def test_an_asset_is_settled_though_it_is_no_expense_and_wear_is_not_though_it_is_one() -> None:
    assert differences("asset-bought") == {"revenue": 0, "expenses": 0, "received": 0, "negative": 0}


def test_an_advance_that_was_never_cleared_stays_in_3371() -> None:
    assert differences("advance-cleared-in-january") == {"revenue": 0, "expenses": 0, "received": 0, "negative": 0}


def test_cash_spent_but_not_cleared_with_the_treasury_shows_on_both_sides() -> None:
    """Without the clearing of January, 12 million are revenue and expense but not settled, and 3371 has lost them."""
    found = differences("advance-cleared-in-january", leave_out="TTTU01")

    assert found["revenue"] == found["expenses"] == -12_000_000
    assert found["received"] == 12_000_000


def test_negative_lines_are_summed_once() -> None:
    """Estimate of 10 and 50 million against uses of 30,5: only line 24 is below nought, and the sums over it."""
    table = cases.case_postings("rejected-item")
    settled = Settlement("T01", 2025, cases.BASIS.form, _facts(table, "asset-bought"), ())
    found = settlement_checks.checks(settled, books_of(table, cases.BASIS, "T01", 2025))

    assert dict(zip(found["check"], found["settlement"], strict=True))["negative"] == -20_500_000


def test_an_asset_that_another_unit_gave_is_not_taken_for_a_purchase() -> None:
    row = {"unit": "T01", "entry": "voucher", "voucher": "DC01", "date": "2025-05-05", "period": "2025-05"}
    lot = {"account": "Assets:211:2113", "code": "2113", "side": "D", "amount": 9, "quantity": 1, "asset": "TS1"}
    other = {"account": "Liabilities:336", "code": "336", "side": "C", "amount": -9, "quantity": -9, "commodity": "VND"}
    table = postings.frame([row | lot | {"commodity": "TS2113", "lot_date": "2025-05-05"}, row | other])

    assert books_of(table, cases.BASIS, "T01", 2025).assets == 0
    assert books_of(table.iloc[:1], cases.BASIS, "T01", 2025).assets == 9


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_check_has_a_name_and_a_note(language: str) -> None:
    table = cases.case_postings("asset-bought")
    settled = Settlement("T01", 2025, cases.BASIS.form, _facts(table, "asset-bought"), ())
    found = settlement_checks.checks(settled, books_of(table, cases.BASIS, "T01", 2025), language)

    assert list(found.columns) == settlement_checks.CHECK_COLUMNS
    assert all(found["name"])
    assert all(found["note"])
