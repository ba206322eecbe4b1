"""The dues form: what is collected is kept or owed, and what is owed is carried from month to month."""

from __future__ import annotations

from pathlib import Path

import pytest
from register_sheets import codes, dues, send

from importers.dues import chained
from ledger import records
from ledger.records import Record

pytest_plugins = ("submission_fixtures",)


def _row(month: str, due: int, remitted: int, outstanding: int, name: str = "Chi bộ 1") -> Record:
    texts = dict.fromkeys(records.TEXTS["dues"], "") | {"organisation": name, "month": month}
    quarter = f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
    figures = {"to_remit": due, "remitted": remitted, "outstanding": outstanding}
    return Record("XA01", quarter, int(month[5:]), texts, figures)


def _found(*rows: Record, without: tuple[str, ...] = ()) -> list[tuple[str, int | None, str, int | None]]:
    return [(f.rule, f.row, f.expected, f.difference) for f in chained(rows, without=without)]


def test_what_is_owed_is_the_month_before_plus_due_minus_remitted() -> None:
    assert _found(_row("2026-01", 100, 0, 100), _row("2026-02", 50, 150, 0), _row("2026-03", 70, 0, 70)) == []
    assert _found(_row("2026-01", 100, 0, 100), _row("2026-02", 50, 0, 149)) == [("G24", 2, "150", -1)]


def test_the_debt_goes_over_quarter_and_year() -> None:
    december, january = _row("2025-12", 100, 0, 100), _row("2026-01", 10, 0, 10)

    assert _found(january, december) == [("G24", 1, "110", -100)]


def test_a_month_left_out_inside_a_quarter_is_told_and_the_next_one_not_blamed() -> None:
    assert _found(_row("2026-01", 100, 0, 100), _row("2026-03", 70, 0, 999)) == [("G25", 3, "02/2026", None)]


def test_a_quarter_that_was_never_handed_in_is_no_gap() -> None:
    assert _found(_row("2025-12", 100, 0, 100), _row("2026-07", 70, 0, 999)) == []


def test_the_first_row_of_all_may_bring_a_debt_but_a_later_newcomer_is_asked_for_its_reason() -> None:
    first = _row("2026-01", 100, 0, 350)

    assert _found(first) == []
    assert _found(first, _row("2026-02", 10, 0, 60, "Chi bộ mới")) == [("G26", 2, "0", 50)]
    assert _found(first, _row("2026-02", 10, 0, 10, "Chi bộ mới")) == []


def test_owing_less_than_nothing_before_is_impossible() -> None:
    assert _found(_row("2026-01", 100, 20, 50)) == [("G24", 1, "80", -30)]


def test_nothing_is_concluded_about_an_organisation_with_an_unreadable_row() -> None:
    rows = (_row("2026-01", 100, 0, 100), _row("2026-03", 70, 0, 999))

    assert _found(*rows, without=("Chi bộ 1",)) == []


def test_an_unreadable_month_gives_one_finding_and_no_gap(case_book: Path) -> None:
    rows = [dues("Chi bộ 1", f"0{n}/2026", 1_000_000, 0, n * 300_000) for n in (1, 2, 3)]
    rows[1]["collected"] = "1,000,000"

    outcome = send(case_book, "dues", "VPTU", "2026-Q1", *rows, dry_run=True)

    assert [code for code in codes(outcome) if code != "G29"] == ["F31"]


@pytest.mark.parametrize(
    ("change", "code", "expected"),
    [
        ({"kept": "700.001"}, "G21", "1.000.001"),
        ({"exempt": "15", "unpaid": "6"}, "G22", "≥ 21"),
        ({"remitted": "300000", "outstanding": "0"}, "G27", ""),
        ({"day": "05/01/2026"}, "G27", ""),
        ({"remitted": "300000", "outstanding": "0", "day": "31/12/2025"}, "G32", "01/01/2026 … 16/11/2026"),
        ({"remitted": "300000", "outstanding": "0", "day": "17/11/2026"}, "G32", "01/01/2026 … 16/11/2026"),
        ({"superior": "Đảng ủy"}, "G30", ""),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(
    case_book: Path, change: dict[str, str], code: str, expected: str
) -> None:
    row = dues("Chi bộ 1", "01/2026", 1_000_000, 0, 300_000) | change

    outcome = send(case_book, "dues", "VPTU", "2026-Q1", row, dry_run=True)

    assert [(f.rule, f.expected) for f in outcome.findings if f.rule != "G29"] == [(code, expected)]
    assert not outcome.accepted


def test_one_month_outside_the_quarter_is_a_wrong_row_all_of_them_a_wrong_file(case_book: Path) -> None:
    inside, outside = (dues(f"Chi bộ {n}", f"0{n}/2026", 0, 0, 0) for n in (1, 4))

    one = send(case_book, "dues", "VPTU", "2026-Q1", inside, outside, dry_run=True)
    both = send(case_book, "dues", "VPTU", "2026-Q1", outside, dry_run=True)

    assert [(f.rule, f.row) for f in one.findings] == [("G29", 2), ("G23", 3)]
    assert [(f.rule, f.value) for f in both.findings] == [("F62", "04/2026")]


def test_exactly_as_many_exempt_and_unpaid_as_members_is_possible(case_book: Path) -> None:
    row = dues("Chi bộ 1", "01/2026", 0, 0, 0, exempt="14", unpaid="6")

    assert send(case_book, "dues", "VPTU", "2026-Q1", row, dry_run=True).accepted


def test_above_the_grassroots_there_are_several_levels_but_no_circle(case_book: Path) -> None:
    upper = {"level": "Cấp trên cơ sở"}
    top, commune = (dues(name, "01/2026", 0, 0, 0, **upper) for name in ("Tỉnh ủy", "Đảng ủy xã"))
    above = {"superior": "Tỉnh ủy"}

    chain = send(case_book, "dues", "VPTU", "2026-Q1", top, commune | above, dry_run=True)
    circle = send(case_book, "dues", "VPTU", "2026-Q1", top | {"superior": "Đảng ủy xã"}, commune | above, dry_run=True)
    itself = send(case_book, "dues", "VPTU", "2026-Q1", top | above, dry_run=True)

    assert "G31" not in codes(chain)
    assert codes(circle).count("G31") == 2
    assert "G31" in codes(itself)
