"""Rows become lines of estimate decisions: signs, dates, who receives from whom."""

from __future__ import annotations

from typing import Any

import pytest

from importers.estimates import DecisionFile, decisions_of
from importers.forms import read_form
from importers.layouts import DECISIONS, ESTIMATES
from importers.periods import Period
from ledger.units import Units

HEADER = "decision;date;kind;unit;source;clause;item;amount;budget_year;note"
UNITS = Units.read(
    b"""unit,name_vi,name_en,kind,level,chapter,settles_to,reports_to,served_by,successor,valid_from,valid_to
VP,VP,VP,office,I,509,,,,,2024-01-01,
T1,T1,T1,committee,II,509,VP,VP,,,2024-01-01,
T2,T2,T2,committee,III,509,T1,VP,,,2024-01-01,
XA,XA,XA,commune_office,I,819,@XA,VP,,,2024-01-01,
CU,CU,CU,committee,III,509,VP,VP,,,2024-01-01,2025-12-31
"""
)[0]


def _row(**cells: str) -> str:
    usual = {"decision": "1-QĐ", "date": "02/02/2026", "kind": "Bổ sung", "unit": "T1", "source": "13"}
    values = usual | {"clause": "351", "amount": "1.000", "budget_year": "2026"} | cells
    return ";".join(values.get(name, "") for name in HEADER.split(";"))


def _read(*rows: str, assigning: str = "VP") -> DecisionFile:
    form = read_form("\n".join([HEADER, *rows]).encode("utf-8"), "qd.csv", ESTIMATES)
    return decisions_of(form, "qd.csv", assigning, Period.read("2026"), UNITS, "2026-11-16")


def _found(read: DecisionFile) -> list[tuple[str, int | None, str]]:
    return [(finding.rule, finding.row, finding.column) for finding in read.findings]


def test_a_row_is_a_line_of_its_decision() -> None:
    (line,) = _read(_row(note="hội nghị", item="6500")).lines

    assert (line.decision, line.kind, line.unit, line.amount) == ("1-QĐ", "supplement", "T1", 1000)
    assert (line.assigning_unit, line.item, line.note, line.row, line.submission) == ("VP", "6500", "hội nghị", 2, "")


@pytest.mark.parametrize("word", DECISIONS)
def test_each_kind_takes_only_its_own_sign(word: str) -> None:
    outcome = [_found(_read(_row(kind=word, amount=amount))) for amount in ("5", "-5")]

    wrong = [("F74", 2, "amount")]
    either, negative = ([[], []], [wrong, []])
    assert outcome == {"Điều chỉnh": either, "Cắt giảm": negative}.get(word, [[], wrong])


@pytest.mark.parametrize(
    ("assigning", "unit", "code"),
    [
        ("VP", "T1", ""),
        ("VP", "T2", ""),
        ("T1", "T2", ""),
        ("VP", "VP", ""),
        ("XA", "XA", ""),
        ("T1", "T1", "F72"),
        ("T1", "VP", "F72"),
        ("T2", "T1", "F72"),
        ("VP", "XA", "F72"),
        ("XA", "T1", "F72"),
        ("VP", "ZZ", "F77"),
        ("VP", "CU", "F77"),
    ],
)
def test_a_unit_receives_from_above_or_on_top_from_outside(assigning: str, unit: str, code: str) -> None:
    assert [f.rule for f in _read(_row(unit=unit), assigning=assigning).findings] == ([code] if code else [])


def test_a_wrong_unit_is_told_once_with_its_rows() -> None:
    read = _read(_row(unit="ZZ"), _row(unit="ZZ", amount="2"), _row(unit="T1"))

    assert [(f.rule, f.row, f.params["count"]) for f in read.findings] == [("F77", 2, 2)]
    assert read.reported == {2, 3}
    assert [line.row for line in read.lines] == [4]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([{"amount": "0"}], [("F32", 2, "amount")]),
        ([{"budget_year": "2025"}], [("F76", 2, "budget_year")]),
        ([{"date": "17/11/2026"}], [("F79", 2, "date")]),
        ([{}, {"date": "03/02/2026"}], [("F75", 3, "date")]),
        ([{}, {}], [("F44", 3, "decision")]),
        ([{}, {"unit": "T2"}], []),
    ],
)
def test_what_a_line_cannot_say(rows: list[dict[str, Any]], found: list[tuple[str, int, str]]) -> None:
    assert _found(_read(*[_row(**row) for row in rows])) == found
