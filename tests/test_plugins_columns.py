"""Columns: what they answer is what the table says, row by row."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import postings
from plugins.columns import FEW, Columns, alike, first_of, joined, running, totals

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


days = st.sampled_from(["2026-01-31", "2026-02-01", "2026-02-28"])
booked = st.lists(st.tuples(texts, texts, days, st.integers(-(2**59), 2**59)), max_size=12)


def _booked(drawn: list[tuple[str, str, str, int]]) -> Columns:
    keys = ("unit", "code", "date", "amount")
    return Columns(postings.frame(dict(zip(keys, row, strict=True)) for row in drawn))


@settings(deadline=None, max_examples=40)
@given(booked)
def test_sums_are_those_of_each_group_in_order_of_appearance(drawn: list[tuple[str, str, str, int]]) -> None:
    keys = [(unit, code) for unit, code, _, _ in drawn]
    found = _booked(drawn).sums(np.arange(len(drawn)), "unit", "code")

    assert [keys[place] for place in found.firsts.tolist()] == list(dict.fromkeys(keys))
    assert found.amounts.tolist() == [
        sum(row[3] for row, key in zip(drawn, keys, strict=True) if key == wanted) for wanted in dict.fromkeys(keys)
    ]


@settings(deadline=None, max_examples=60)
@given(booked)
def test_a_running_sum_is_that_of_all_days_up_to_the_day(drawn: list[tuple[str, str, str, int]]) -> None:
    table = _booked(drawn)
    found = table.running(np.arange(len(drawn)), "unit")
    names = table.ranks("date")[1]
    units = list(dict.fromkeys(unit for unit, _, _, _ in drawn))
    lines = [(units[group], names[day]) for group, day in zip(found.groups, found.days, strict=True)]

    assert names == sorted({day for _, _, day, _ in drawn})
    assert lines == sorted({(row[0], row[2]) for row in drawn}, key=lambda line: (units.index(line[0]), line[1]))
    assert found.amounts.tolist() == [
        sum(amount for of, _, on, amount in drawn if of == unit and on <= day) for unit, day in lines
    ]
    assert [(drawn[place][0], drawn[place][2]) for place in found.firsts.tolist()] == lines


@settings(deadline=None, max_examples=40)
@given(rows, rows)
def test_two_tables_share_their_numbers(left: list[tuple[str, str, int]], right: list[tuple[str, str, int]]) -> None:
    parts = [(Columns(_table(drawn)), np.arange(len(drawn))) for drawn in (left, right)]
    keys = [(unit, code) for unit, code, _ in (*left, *right)]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    found = [number for part in alike(parts, "unit", "code") for number in part.tolist()]

    assert found == [numbers[key] for key in keys]


@settings(deadline=None, max_examples=40)
@given(rows)
def test_a_test_on_several_texts_is_that_of_each_row_and_asked_once(drawn: list[tuple[str, str, int]]) -> None:
    asked: list[tuple[str, str]] = []
    flags = np.array([amount > 0 for _, _, amount in drawn], dtype=np.bool_)
    found = Columns(_table(drawn)).where_together(
        flags, lambda unit, code: asked.append((unit, code)) or unit < code, "unit", "code"
    )

    assert found.tolist() == [amount > 0 and unit < code for unit, code, amount in drawn]
    assert len(asked) == len(set(asked)) == len({(unit, code) for unit, code, amount in drawn if amount > 0})


@settings(deadline=None, max_examples=40)
@given(rows)
def test_a_derived_column_groups_by_part_of_a_text(drawn: list[tuple[str, str, int]]) -> None:
    columns = Columns(_table(drawn)).derive("first", "unit", lambda unit: unit[:1])
    parts = [unit[:1] for unit, _, _ in drawn]

    assert columns.texts("first", np.arange(len(drawn))) == parts
    assert columns.groups(np.arange(len(drawn)), "first").tolist() == [
        list(dict.fromkeys(parts)).index(part) for part in parts
    ]


def test_numbers_are_joined_in_order_of_appearance() -> None:
    assert joined(np.array([1, 0, 1, 1]), np.array([5, 5, 0, 5])).tolist() == [0, 1, 2, 0]


def test_many_large_columns_do_not_run_out_of_numbers() -> None:
    many = 40_000
    texts_of = {name: [str(number) for number in range(many)] for name in ("voucher", "description", "submission")}
    twice = {name: values * 2 for name, values in (texts_of | {"counterparty": texts_of["voucher"]}).items()}
    groups = Columns(postings.from_columns(twice, 2 * many)).groups(np.arange(2 * many), *twice)

    assert groups.tolist() == [*range(many), *range(many)]


def test_a_running_sum_that_leaves_64_bits_on_the_way_comes_back() -> None:
    huge = 2**62
    found = running(np.array([0, 1, 2]), np.array([0, 0, 0]), np.array([huge, huge, huge]))

    assert found.amounts.tolist() == [huge, huge, huge]


def test_nothing_gives_nothing() -> None:
    table, none = Columns(postings.empty()), np.array([], dtype=np.intp)

    assert table.once(np.array([], dtype=np.bool_), "unit") == []
    assert table.sums(none, "unit").amounts.tolist() == []
    assert table.running(none, "unit").amounts.tolist() == []
    assert first_of(none).tolist() == []
