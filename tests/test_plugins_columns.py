"""Columns: what they answer is what the table says, row by row."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import postings
from plugins.columns import FEW, Columns, totals

texts = st.sampled_from(["", "a", "b", "ab"])
rows = st.lists(st.tuples(texts, texts, st.integers(-(2**62), 2**62)), max_size=12)


def _table(drawn: list[tuple[str, str, int]]) -> pd.DataFrame:
    return postings.frame({"unit": unit, "code": code, "amount": amount} for unit, code, amount in drawn)


@settings(deadline=None, max_examples=40)
@given(rows)
def test_tests_on_texts_are_those_of_each_row(drawn: list[tuple[str, str, int]]) -> None:
    table = Columns(_table(drawn))

    assert table.equal("unit", "a", "b").tolist() == [unit in {"a", "b"} for unit, _, _ in drawn]
    assert table.starts("unit", ("a",)).tolist() == [unit.startswith("a") for unit, _, _ in drawn]
    assert table.given("code").tolist() == [code != "" for _, code, _ in drawn]
    assert table.whole("amount").tolist() == [amount for _, _, amount in drawn]


@settings(deadline=None, max_examples=40)
@given(rows)
def test_groups_are_those_of_equal_texts_and_the_first_row_speaks_for_each(drawn: list[tuple[str, str, int]]) -> None:
    table = Columns(_table(drawn))
    keys = [(unit, code) for unit, code, _ in drawn]
    everything = np.ones(len(drawn), dtype=np.bool_)
    expected = [(keys.index(key), keys.count(key)) for key in dict.fromkeys(keys)]

    assert table.once(everything, "unit", "code") == expected
    assert table.firsts(everything, "unit", "code").tolist() == [place for place, _ in expected]
    assert table.keys(np.arange(len(drawn)), "unit", "code") == keys


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-(2**60), 2**60)), max_size=8))
def test_totals_are_exact_beyond_what_a_double_holds(drawn: list[tuple[int, int]]) -> None:
    groups = np.array([group for group, _ in drawn], dtype=np.intp)
    sums = totals(groups, np.array([value for _, value in drawn], dtype=np.int64)).tolist()

    assert all(sums[g] == sum(v for other, v in drawn if other == g) for g, _ in drawn)


def test_few_rows_and_many_rows_are_read_alike() -> None:
    drawn = [("a", str(number), number) for number in range(FEW + 5)]
    table = Columns(_table(drawn))
    many = list(table.rows(np.arange(FEW + 5)))
    few = [table.row(number) for number in range(FEW + 5)]

    assert [tuple(row) for row in many] == [tuple(row) for row in few]
    assert all(type(row.amount) is int for row in few + many)
    assert list(table.rows([])) == []
