"""Rows become lines of estimate decisions: signs, dates, who receives from whom."""

from __future__ import annotations

from typing import Any

import pytest

from importers.estimates import DecisionFile, decisions_of
from importers.forms import read_form
from importers.layouts import DECISIONS, ESTIMATES
from importers.periods import Period
from importers.slots import content_of
from ledger.units import Units

HEADER = "decision;date;kind;unit;source;clause;item;amount;budget_year;note"
LATER = "programme;authority;category;reverses"
OLD_IDENTITY = "73b62c711ff00133a53ae89c3584eece8380402a3a9d9f67116d5edba8149c92"
"""Of the usual row below, as the program gave it before the later columns existed."""
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
    return ";".join(values.get(name, "") for name in f"{HEADER};{LATER}".split(";"))


def _read(*rows: str, assigning: str = "VP") -> DecisionFile:
    form = read_form("\n".join([f"{HEADER};{LATER}", *rows]).encode("utf-8"), "qd.csv", ESTIMATES)
    return decisions_of(form, "qd.csv", assigning, Period.read("2026"), UNITS, "2026-11-16")


def _found(read: DecisionFile) -> list[tuple[str, int | None, str]]:
    return [(finding.rule, finding.row, finding.column) for finding in read.findings]


def test_a_row_is_a_line_of_its_decision() -> None:
    (line,) = _read(_row(note="hội nghị", item="6500")).lines

    assert (line.decision, line.kind, line.unit, line.amount) == ("1-QĐ", "supplement", "T1", 1000)
    assert (line.assigning_unit, line.item, line.note, line.row, line.submission) == ("VP", "6500", "hội nghị", 2, "")


@pytest.mark.parametrize("word", DECISIONS)
def test_each_kind_takes_only_its_own_sign(word: str) -> None:
    to = "VP" if word == "Tổng giao" else "T1"
    outcome = [_found(_read(_row(kind=word, amount=amount, unit=to))) for amount in ("5", "-5")]
    back = [_found(_read(_row(kind=word, amount=amount, unit=to, reverses="9-QĐ"))) for amount in ("-5", "5")]

    wrong = [("F74", 2, "amount")]
    either, negative = ([[], []], [wrong, []])
    assert outcome == {"Điều chỉnh": either, "Cắt giảm": negative}.get(word, [[], wrong])
    assert [[(code, row, "amount") for code, row, _ in found] for found in back] == outcome


def test_a_total_is_the_handing_in_units_own() -> None:
    """What an outside authority assigned is written for the unit of level I itself, never for one below."""
    assert _found(_read(_row(kind="Tổng giao", unit="T1"))) == [("F68", 2, "unit")]
    assert _found(_read(_row(kind="Tổng giao", unit="VP"))) == []


def test_programme_authority_category_and_reversal_stand_in_the_line() -> None:
    cells = {"programme": "0510", "authority": "Ủy ban nhân dân", "category": "Kinh phí tự chủ", "reverses": "9-QĐ"}
    (line,) = _read(_row(amount="-5", **cells)).lines

    assert (line.programme, line.authority, line.category, line.reverses) == (
        "0510",
        "people-committee",
        "autonomy",
        "9-QĐ",
    )


def test_a_file_without_the_later_columns_keeps_its_identity() -> None:
    """The identity that the rows had before the columns existed."""
    short = _row().removesuffix(";" * LATER.count(";") + ";")
    files = (f"{HEADER}\n{short}", f"{HEADER};{LATER}\n{_row()}", f"{HEADER};{LATER}\n{_row(programme='0510')}")
    before, after, other = (content_of(read_form(file.encode("utf-8"), "qd.csv", ESTIMATES)) for file in files)

    assert before == after == OLD_IDENTITY
    assert other != before


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
