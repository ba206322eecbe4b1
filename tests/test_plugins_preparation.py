"""The rules of estimate preparation: norms by year and row, execution by the most specific line, the calendar."""

from __future__ import annotations

from datetime import date

import numpy as np
import preparation_book as small
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import records
from ledger.budget_index import BudgetIndex
from ledger.records import Record
from ledger.regulations import Regulations, shipped
from plugins import rule
from plugins.preparation import ceiling, charged

INDEX = BudgetIndex.load()
CODES = ["Q01", "Q02", "Q03", "Q04", "Q05"]


def _row(unit: str = "T02", row: int = 2, **more: str | int) -> Record:
    texts = dict.fromkeys(records.TEXTS["requests"], "") | {"line": "need", "source": "13", "clause": "351"}
    texts |= {key: value for key, value in more.items() if isinstance(value, str)}
    numbers = {"amount": 100} | {key: value for key, value in more.items() if isinstance(value, int)}
    return Record(unit, "2027", row, texts, numbers)


def _found(*rows: Record, unit: str | None = "T02", **more: object) -> list[tuple[str, str, int | None]]:
    given = {("requests", unit or "T02", "2027"): rows}
    asked = rule.context(small.book(), unit, given=given, **more)  # type: ignore[arg-type]
    return [(found.rule, found.unit, found.row) for found in rule.run(asked, CODES).findings]


@pytest.mark.parametrize(
    ("norm", "amount"),
    [
        ("norms.stay_allowance", 250_000),
        ("norms.stay_allowance/land", 200_000),
        ("norms.stay_allowance/sea", 250_000),
        ("norms.lodging/other/second", 350_000),
        ("norms.stay_allowance/moon", None),
        ("norms.conference", None),
        ("preparation.compare_percent", 20),
        ("preparation.compare_percent/land", None),
        ("preparation.need_form", None),
        ("norms.unheard_of", None),
    ],
)
def test_a_norm_is_a_number_a_table_or_a_row_of_it(norm: str, amount: int | None) -> None:
    found = ceiling(shipped(), norm, 2027)

    assert (found.amount if found else None) == amount


def test_a_norm_is_asked_for_the_first_day_of_the_year_and_with_what_was_known() -> None:
    early = shipped().at(known=date(2016, 1, 1))

    assert ceiling(shipped(), "norms.stay_allowance", 2017) is None
    assert ceiling(early, "norms.stay_allowance", 2027) is None


def test_a_table_without_amounts_is_no_norm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Regulations, "rows", lambda *_: ({"place": "land"},))

    assert ceiling(shipped(), "norms.stay_allowance", 2027) is None


def test_execution_goes_to_the_item_then_its_group_then_the_whole_then_to_a_line_of_its_own() -> None:
    used = {("13", "351", item, ""): amount for item, amount in (("6501", 1), ("6502", 10), ("6601", 100))}
    item, group, whole = (("13", "351", code, "") for code in ("6501", "6500", ""))

    assert charged(used, [item, group, whole], INDEX) == {item: 1, group: 10, whole: 100}
    assert charged(used, [group], INDEX) == {group: 11, ("13", "351", "6601", ""): 100}
    assert charged(used, [("13", "351", "", "0510")], INDEX) == used


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(["12", "13"]), st.just("351"), st.sampled_from(["6501", "6601", "7000"]), st.just("")
        ),
        st.integers(-(10**12), 10**12),
    ),
    st.lists(
        st.tuples(st.sampled_from(["12", "13"]), st.just("351"), st.sampled_from(["", "6500", "6601"]), st.just(""))
    ),
)
def test_nothing_of_what_was_used_is_lost(used: dict[tuple[str, ...], int], lines: list[tuple[str, ...]]) -> None:
    assert sum(charged(used, lines, INDEX).values()) == sum(used.values())


def test_only_rows_of_the_unit_and_period_in_scope_are_told() -> None:
    wrong = _row(quantity=2, price=3, amount=7)

    assert ("Q02", "T02", 2) in _found(wrong)
    assert ("Q02", "T02", 2) in _found(wrong, unit=None)
    assert _found(wrong, periods=["2026-03"]) == []
    assert {unit for _, unit, _ in _found(wrong, unit="T02", periods=["2027"])} == {"T02"}


def test_communes_are_judged_in_the_party_tree_only() -> None:
    def units(tree: rule.Tree) -> set[str]:
        return {found.unit for found in rule.run(rule.context(small.book(), tree=tree), ["Q05"]).findings}

    assert units("budget") == set()
    assert units("party") == {"XA01"}


def test_each_rule_counts_what_it_looked_at() -> None:
    ran = rule.run(rule.context(small.book(), "T01"), CODES)

    assert {run.id: run.evaluated for run in ran.rules} == {"Q01": 1, "Q02": 2, "Q03": 1, "Q04": 1, "Q05": 1}


def test_a_late_request_stays_late_and_is_told_once_with_its_days() -> None:
    (found,) = rule.run(rule.context(small.book(), "T02"), ["Q04"]).findings

    assert (found.value, found.expected, found.params["days"], found.on) == (
        "05/11/2026",
        "≤ 31/10/2026",
        5,
        "2026-10-31",
    )


def test_without_the_province_s_days_nothing_is_late_and_nothing_far() -> None:
    asked = rule.context(small.book(), "T02")
    before = rule.context(small.book(), "T01")
    unknown = shipped().at(known=date(2024, 12, 31))
    for context in (asked, before):
        object.__setattr__(context, "regulations", unknown)

    assert rule.run(asked, ["Q04"]).findings == []
    assert rule.run(before, ["Q03"]).findings == []


def test_large_figures_are_exact() -> None:
    quantity, price = 999_999, 999_999_999
    exact, off = quantity * price, quantity * price + 1

    assert ("Q02", "T02", 2) not in _found(_row(quantity=quantity, price=price, amount=exact))
    assert ("Q02", "T02", 2) in _found(_row(quantity=quantity, price=price, amount=off))
    assert np.iinfo(np.int64).max > exact
