"""Budget execution: estimate lines with the uses they cover, on any day."""

from __future__ import annotations

import pandas as pd
import settlement_cases as cases

from ledger import estimates
from plugins.execution import uses
from reports import execution, execution_levels

COLUMNS_BEFORE = ["unit", "source", "clause"]
POSTINGS, ESTIMATES = cases.case_postings("asset-bought"), cases.case_estimates("asset-bought")

ONE_LINE = execution.table(POSTINGS, ESTIMATES[ESTIMATES["source"] == "13"], cases.INDEX, "2025", "2025-01-31")


def lines(as_of: str = "2025-12-31", given: pd.DataFrame = ESTIMATES) -> dict[tuple[str, str], tuple[int, ...]]:
    found = execution.table(POSTINGS, given, cases.INDEX, "2025", as_of)
    figures = found[["estimate", "held", "committed", "spent", "available"]].itertuples(index=False)
    return dict(zip(zip(found["source"], found["item"], strict=True), map(tuple, figures), strict=True))


def test_a_use_is_charged_to_the_line_that_covers_it() -> None:
    """Item 6956 to the line of group 6950, item 6552 to the line of the whole source."""
    assert lines() == {
        ("12", "6950"): (50_000_000, 0, 0, 45_000_000, 5_000_000),
        ("13", ""): (10_000_000, 0, 0, 2_000_000, 8_000_000),
    }


def test_figures_are_those_of_the_day() -> None:
    assert lines("2025-05-31") == {
        ("12", "6950"): (60_000_000, 0, 0, 0, 60_000_000),
        ("13", ""): (10_000_000, 0, 0, 0, 10_000_000),
    }


def test_held_money_is_not_available_until_it_is_released() -> None:
    held = ESTIMATES.iloc[[0]].assign(decision="03", kind="held", amount=1_000_000, date="2025-02-01")
    free = held.assign(decision="04", kind="release", amount=400_000, date="2025-03-01")

    found = lines(given=pd.concat([ESTIMATES, held, free], ignore_index=True))

    assert found[("13", "")] == (10_000_000, 600_000, 0, 2_000_000, 7_400_000)


def test_money_spent_without_a_line_is_shown_with_a_negative_rest() -> None:
    found = lines(given=ESTIMATES[ESTIMATES["source"] == "13"])

    assert found[("12", "6956")] == (0, 0, 0, 45_000_000, -45_000_000)


def test_nothing_spent_is_lost_or_counted_twice() -> None:
    for case in cases.names():
        table = cases.case_postings(case)
        found = execution.table(table, cases.case_estimates(case), cases.INDEX, "2025", "2026-12-31")
        used = uses(table)

        assert found["spent"].sum() == used.loc[used["budget_year"] == "2025", "used"].sum()
        rest = found["estimate"] - found["held"] - found["committed"] - found["spent"]
        assert (found["available"] == rest).all()


def test_an_empty_book_has_no_lines() -> None:
    found = execution.table(POSTINGS.iloc[:0], estimates.frame([]), cases.INDEX, "2025", "2025-12-31")

    assert list(found.columns) == execution.COLUMNS
    assert len(found) == 0


def test_the_picture_sums_by_unit() -> None:
    found = execution.by_unit(execution.table(POSTINGS, ESTIMATES, cases.INDEX, "2025", "2025-12-31"))

    assert found.to_dict("records") == [
        {"unit": "T01", "estimate": 60_000_000, "spent": 47_000_000, "available": 13_000_000}
    ]


def decided(*rows: dict[str, object]) -> pd.DataFrame:
    """Decisions like the first of the case, with other values."""
    made = [ESTIMATES.iloc[[0]].assign(decision=f"{90 + place}", **row) for place, row in enumerate(rows)]
    return pd.concat([ESTIMATES, *made], ignore_index=True)


def test_programme_and_what_ended_stand_in_the_report_only_where_a_line_fills_them() -> None:
    given = decided(
        {"programme": "0510", "amount": 5}, {"kind": "carry-out", "amount": 7}, {"kind": "cancel", "amount": 1}
    )
    found = execution.table(POSTINGS, given, cases.INDEX, "2025", "2025-12-31")

    assert execution.PROGRAMME not in execution.table(POSTINGS, ESTIMATES, cases.INDEX, "2025", "2025-12-31")
    assert list(found.columns) == [*COLUMNS_BEFORE, "programme", "item", *execution.FIGURES]
    assert found["programme"].tolist().count("0510") == 1
    assert found["ended"].sum() == 8
    rest = found["estimate"] - found["held"] - found["committed"] - found["spent"] - found["ended"]
    assert (found["available"] == rest).all()


def test_what_is_held_of_a_whole_clause_stands_on_a_line_of_its_own() -> None:
    given = decided({"source": "12", "item": "", "kind": "held", "amount": 3_000_000}, {"source": "12", "item": "6550"})

    assert lines(given=given)[("12", "*")] == (0, 3_000_000, 0, 0, -3_000_000)


def test_what_contracts_promise_is_not_available() -> None:
    promised = pd.DataFrame(
        {"unit": ["T01"], "budget_year": ["2025"], "source": ["13"], "clause": ["351"], "programme": [""]}
    ).assign(line="", item="", date="2025-06-01", committed=3_000_000)
    found = execution.table(POSTINGS, ESTIMATES, cases.INDEX, "2025", "2025-12-31", promised)

    assert found[found["source"] == "13"][["committed", "available"]].to_numpy().tolist() == [[3_000_000, 5_000_000]]


def test_each_level_sums_the_lines_below_it() -> None:
    given = decided({"source": "12", "item": "6550"}, {"source": "12", "clause": "341"}, {"programme": "0510"})
    found = execution.table(POSTINGS, given, cases.INDEX, "2025", "2025-12-31")

    for level in ("clause", "source", "unit"):
        sums = execution_levels.totals(found, level)
        assert sums[["estimate", "available"]].sum().tolist() == found[["estimate", "available"]].sum().tolist()
    assert execution_levels.totals(found, "programme")["programme"].tolist() == ["0510"]
    between = execution_levels.sums_between(found, "vi")
    assert [row["item"] for _, row in between] == [
        "Cộng khoản",
        "Cộng nguồn",
        "Cộng khoản",
        "Cộng đơn vị",
        "Cộng chương trình",
    ]
    assert between[-2][1]["estimate"] == found["estimate"].sum()
    assert len(execution_levels.totals(ONE_LINE, "programme")) == 0
    assert execution_levels.sums_between(ONE_LINE, "vi") == []
