"""One mistake on many rows is one group; what follows from another mistake is counted there."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cli import common
from importers.grouping import groups, ranges, roots
from ledger.findings import Finding

FILE = "tep.csv"


def finding(rule: str, row: int | None = None, **more: Any) -> Finding:  # noqa: ANN401 - fields of a finding
    return Finding(rule, **{"file": FILE, "row": row, **more})


def test_the_same_wrong_value_on_many_rows_is_one_group_with_its_rows() -> None:
    found = [finding("F45", row, column="TK Nợ", value="6111 - Lương") for row in (9, 5, 6, 7)]

    (group,) = groups(found)

    assert (group.finding, group.rows, group.count, group.consequences) == (found[0], (5, 6, 7, 9), 4, 0)


def test_another_value_column_or_code_is_another_group() -> None:
    found = [
        finding("F45", 5, column="TK Nợ", value="a"),
        finding("F45", 6, column="TK Nợ", value="b"),
        finding("F45", 7, column="TK Có", value="a"),
        finding("F46", 8, column="TK Nợ", value="a"),
        finding("V01", 9, difference=5),
        finding("V01", 10, difference=6),
    ]

    assert [group.count for group in groups(found)] == [1] * 6


def test_what_would_break_elsewhere_is_counted_at_its_root_and_the_root_comes_first() -> None:
    found = [
        finding("F45", 5, column="TK Nợ", value="a"),
        finding("F63", value="2026-04 (2)"),
        finding("P02", 3, file="units/BTC/2026/2026-04.beancount", period="2026-04"),
        finding("P02", 8, file="units/BTC/2026/2026-04.beancount", period="2026-04"),
    ]

    made = groups(found)

    assert [(group.finding.rule, group.count, group.consequences) for group in made] == [("F63", 1, 2), ("F45", 1, 0)]
    assert roots(found) == {2: 1, 3: 1}


@given(st.lists(st.tuples(st.sampled_from(["F30", "F45", "F63"]), st.integers(1, 9), st.sampled_from([FILE, "x"]))))
def test_every_finding_is_in_one_group_or_counted_as_a_consequence(made: list[tuple[str, int, str]]) -> None:
    found = [finding(rule, row, file=file) for rule, row, file in made]

    assert sum(group.count + group.consequences for group in groups(found)) == len(found)


def test_the_order_of_findings_does_not_change_the_groups() -> None:
    found = [finding("F45", row, column="TK Nợ", value="ab"[row % 2]) for row in range(2, 12)]

    there, back = groups(found), groups(found[::-1])

    assert Counter((g.rows, g.count) for g in there) == Counter((g.rows, g.count) for g in back)


def test_rows_are_written_as_ranges() -> None:
    assert ranges([]) == ""
    assert ranges([5]) == "5"
    assert ranges([5, 6, 7, 9, 12, 13]) == "5–7, 9, 12–13"
    assert ranges([1, 3, 5], most=2) == "1, 3 …"


def test_a_terminal_shows_a_mistake_three_times_and_then_only_its_rows(capsys: Any) -> None:  # noqa: ANN401 - a fixture
    found = [finding("F45", row, column="TK Nợ", value="x", expected="6111") for row in range(5, 25)]
    found.insert(10, finding("F30", 12, column="Diễn giải"))

    common.print_findings(common.rendered(found, "vi"), "vi")
    shown = capsys.readouterr().out

    assert shown.count("F45") == 3
    assert shown.count("F30") == 1
    assert "và 17 dòng nữa: 8–24" in shown
    assert shown.index("và 17 dòng nữa") < shown.index("F30")
