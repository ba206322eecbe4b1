"""Periods: months, the adjustment period, quarters and years, and what has their shape without being one."""

from __future__ import annotations

import pytest

from importers.periods import BadPeriodError, Period


@pytest.mark.parametrize(
    ("text", "span", "first", "last", "opens"),
    [
        ("2026-02", "month", "2026-02-01", "2026-02-28", "2026-02-01"),
        ("2028-02", "month", "2028-02-01", "2028-02-29", "2028-02-01"),
        ("2026-13", "month", "2026-12-31", "2026-12-31", "2027-01-01"),
        ("2026-Q1", "quarter", "2026-01-01", "2026-03-31", "2026-01-01"),
        ("2026-Q4", "quarter", "2026-10-01", "2026-12-31", "2026-10-01"),
        ("2026", "year", "2026-01-01", "2026-12-31", "2026-01-01"),
    ],
)
def test_a_period_knows_its_days(text: str, span: str, first: str, last: str, opens: str) -> None:
    period = Period.read(text)

    assert period.exists
    assert (period.span, period.first_day, period.last_day, period.opens) == (span, first, last, opens)


def test_a_quarter_has_three_months_and_a_month_itself() -> None:
    assert Period.read("2026-Q2").months == ("2026-04", "2026-05", "2026-06")
    assert Period.read("2026-11").months == ("2026-11",)
    assert len(Period.read("2026").months) == 12
    assert Period.read("2026-13").months == ("2026-12",)


@pytest.mark.parametrize("text", ["2026-00", "2026-14", "2026-Q0", "2026-Q5", "1999-01", "2100-Q1"])
def test_what_names_no_period_has_days_all_the_same_and_does_not_exist(text: str) -> None:
    period = Period.read(text)

    assert not period.exists
    assert period.first_day <= period.last_day


@pytest.mark.parametrize("text", ["", "2026-1", "2026-q1", "2026Q1", "Q1-2026", "2026-Q10", "03/2026", "2026-03 "])
def test_another_shape_is_a_wrong_call(text: str) -> None:
    with pytest.raises(BadPeriodError):
        Period.read(text)
