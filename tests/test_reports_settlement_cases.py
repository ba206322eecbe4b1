"""The worked settlement cases: every line and every detail as calculated by hand, reported and reviewed."""

from __future__ import annotations

from pathlib import Path

import pytest
import settlement_book as small
import settlement_cases as cases

from importers import submission
from ledger.book import Book
from reports import decision_file, decisions, settlement_figures
from reports.decision_file import Reported
from reports.decisions import Decision
from reports.form_data import load_form
from reports.settlement_report import settlement

FORM = load_form("B01-BCQT")


def _decisions(case: str) -> list[Decision]:
    path = cases.CASES / case / "decisions.csv"
    if not path.exists():
        return []
    reported = Reported(cases.UNIT, cases.case_facts(case), FORM)
    found, findings = decision_file.read_decisions(
        path.read_bytes(), path.name, reported, date="2026-04-10", person="tran.thi.binh"
    )
    assert findings == []
    return found


def test_there_are_the_three_cases_the_issue_asks_for() -> None:
    assert {"advance-cleared-in-january", "asset-bought", "rejected-item"} <= set(cases.names())


@pytest.mark.parametrize("case", cases.names())
def test_every_line_is_as_calculated_by_hand(case: str) -> None:
    facts = cases.case_facts(case)
    after = decisions.reviewed(facts, _decisions(case), FORM)
    by_hand = {row["line"]: (int(row["reported"]), int(row["reviewed"])) for row in cases.expected(case, "B01.csv")}

    reported = FORM.figures(settlement_figures.measures(facts))
    reviewed = FORM.figures(settlement_figures.measures(after))

    assert {line: (reported[line], reviewed[line]) for line in reported} == {
        line.line: by_hand.get(line.line, (0, 0)) for line in FORM.lines
    }


@pytest.mark.parametrize("case", cases.names())
def test_every_detail_is_as_calculated_by_hand(case: str) -> None:
    facts = cases.case_facts(case)
    after = decisions.reviewed(facts, _decisions(case), FORM)
    expected = {
        (row["nature"] == "autonomous", row["clause"], row["item"]): (int(row["reported"]), int(row["reviewed"]))
        for row in cases.expected(case, "F01-01.csv")
    }

    found: dict[tuple[bool, str, str], list[int]] = {}
    for place, table in enumerate((facts, after)):
        for row in settlement_figures.details(table).itertuples():
            found.setdefault((row.autonomous, row.clause, row.item), [0, 0])[place] = row.amount

    assert {key: tuple(pair) for key, pair in found.items()} == expected


@pytest.mark.parametrize("case", cases.names())
def test_the_files_are_accepted_as_units_hand_them_in_and_give_the_same_lines(case: str, tmp_path: Path) -> None:
    """Through the importers and all rules, not only through this test's own reader of the files."""
    path = tmp_path / "book"
    small.empty(path)
    for file in sorted((cases.CASES / case).glob("estimates-*.csv")):
        _hand_in(path, file, "VPTU", file.stem[-4:], "estimates", "ha")
    for file in sorted((cases.CASES / case).glob("20??-??.csv")):
        _hand_in(path, file, "T01", file.stem, "vouchers", "nga")

    found = settlement(Book.open(path), "T01", 2025).reported

    by_hand = {row["line"]: int(row["reported"]) for row in cases.expected(case, "B01.csv")}
    assert found == {line.line: by_hand.get(line.line, 0) for line in FORM.lines}


def _hand_in(path: Path, file: Path, unit: str, period: str, kind: str, actor: str) -> None:
    done = submission.submit(
        Book.open(path),
        file.read_bytes(),
        file.name,
        unit=unit,
        period=period,
        kind=kind,
        actor=actor,
        role="accountant",
        at="2026-02-25T08:00:00+07:00",
    )
    assert done.accepted, done.findings


@pytest.mark.parametrize("case", cases.names())
def test_the_decisions_file_reads_back_to_the_same_bytes(case: str) -> None:
    facts, taken = cases.case_facts(case), _decisions(case)

    text = decisions.render(cases.UNIT, cases.YEAR, facts, taken, FORM)

    assert decisions.checked(text, cases.UNIT, cases.YEAR, facts, FORM) == taken
