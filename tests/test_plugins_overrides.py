"""Overrides: one rule, one ceiling, up to a cap, until a day, with a document; read strictly, never beyond."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.findings import Finding
from ledger.overrides import COLUMNS, Override, next_number, read, write
from plugins import casebook, overrides, rule
from plugins.registers import NoRegisters

GRANTED = Override(
    number="2026-001",
    rule="E02",
    unit="BTC",
    budget_year="2026",
    source="13",
    clause="351",
    item="6501",
    cap=5_000,
    document="15-QĐ/VPTU",
    role="approver",
    person="tran.van.binh",
    granted_on="2026-03-01",
    expires="2026-03-31",
    reason="Chi đột xuất",
)
FINDING = Finding(
    "E02",
    unit="BTC",
    difference=5_000,
    on="2026-03-31",
    params={"year": "2026", "source": "13", "clause": "351", "item": "6501", "programme": ""},
)


class Held(NoRegisters):
    """Registers that hold overrides alone."""

    def __init__(self, *granted: Override) -> None:
        self._data = write(granted)

    def file(self, name: str) -> bytes | None:
        return self._data if name == overrides.FILE else None


def allowed(finding: Finding, *granted: Override) -> str:
    context = replace(casebook.context_of(casebook.FOLDER / "V01-pass"), registers=Held(*granted))
    return overrides.allow([finding], context)[0].allowed


def test_an_override_that_covers_the_difference_lets_pass_and_is_named() -> None:
    assert allowed(FINDING, GRANTED) == "15-QĐ/VPTU · 01/03/2026 · ≤ 5.000 đồng"
    assert not rule.catalogue().blocks(replace(FINDING, allowed="15-QĐ/VPTU"))


@pytest.mark.parametrize(
    "changed",
    [
        {"difference": 5_001},
        {"difference": None},
        {"on": "2026-04-01"},
        {"on": ""},
        {"unit": "BNC"},
        {"rule": "E03"},
        {"params": {**FINDING.params, "item": ""}},
        {"params": {**FINDING.params, "item": "6502"}},
        {"params": {**FINDING.params, "clause": "341"}},
        {"params": {**FINDING.params, "year": "2025"}},
    ],
)
def test_beyond_the_cap_after_the_last_day_or_for_another_ceiling_it_blocks(changed: dict[str, object]) -> None:
    assert allowed(replace(FINDING, **changed), GRANTED) == ""


def test_of_several_overrides_the_one_with_the_highest_cap_that_still_holds_counts() -> None:
    wider = replace(GRANTED, number="2026-002", cap=9_000, document="16-QĐ/VPTU", expires="2026-03-30")

    assert allowed(FINDING, GRANTED, wider).startswith("15-QĐ")
    assert allowed(replace(FINDING, on="2026-03-30", difference=9_000), GRANTED, wider).startswith("16-QĐ")


@pytest.mark.parametrize("code", ["E01", "E05", "E21", "V01", "C01"])
def test_what_may_not_be_overridden_is_never_let_pass(code: str) -> None:
    assert allowed(replace(FINDING, rule=code), replace(GRANTED, rule=code)) == ""


def test_only_rules_that_the_catalogue_marks_may_be_overridden() -> None:
    marked = {entry.code for entry in rule.catalogue() if entry.overridable}

    assert set(overrides.OF_THE_CEILING) == {"E02", "E03", "E07", "E08", "E09", "E10", "E12", "E14", "E18"}
    assert marked >= set(overrides.OF_THE_CEILING)
    assert not marked & {"E01", "E05", "E21"}


def test_a_programmes_ceiling_is_named_by_its_programme() -> None:
    of_programme = replace(GRANTED, rule="E10", source="", clause="", item="0510")
    params = {"year": "2026", "source": "", "clause": "", "item": "", "programme": "0510"}

    assert allowed(replace(FINDING, rule="E10", params=params), of_programme)
    assert not allowed(replace(FINDING, rule="E10", params={**params, "programme": "0011"}), of_programme)


def test_an_override_that_names_more_or_less_than_its_ceiling_counts_for_nothing() -> None:
    clause = {**FINDING.params, "item": ""}

    assert not allowed(replace(FINDING, rule="E07", params=clause), replace(GRANTED, rule="E07"))
    assert allowed(replace(FINDING, rule="E07", params=clause), replace(GRANTED, rule="E07", item=""))
    assert not allowed(FINDING, replace(GRANTED, clause=""))


def test_the_register_reads_back_what_was_written() -> None:
    second = replace(GRANTED, number="2026-002", item="", reason='Theo "công văn", khẩn')

    assert read(write([GRANTED, second])) == ((GRANTED, second), ())
    assert read(None) == ((), ())
    assert next_number([GRANTED, second], "2026") == "2026-003"
    assert next_number([GRANTED], "2027") == "2027-001"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("number", "1", "U20"),
        ("document", " ", "U21"),
        ("cap", "0", "U22"),
        ("cap", "5.000", "U22"),
        ("cap", "-1", "U22"),
        ("granted_on", "01/03/2026", "U23"),
        ("expires", "2026-02-30", "U23"),
        ("expires", "2026-02-28", "U24"),
        ("person", "", "U25"),
        ("reason", "", "U26"),
        ("budget_year", "26", "U27"),
    ],
)
def test_a_wrong_row_is_named_and_counts_for_nothing(column: str, value: str, code: str) -> None:
    rows = [GRANTED.row() | {column: value}, replace(GRANTED, number="2026-007").row()]
    data = "\n".join([",".join(COLUMNS), *(",".join(row[name] for name in COLUMNS) for row in rows), ""])
    found, findings = read(data.encode())

    assert [override.number for override in found] == ["2026-007"]
    assert [(finding.rule, finding.row, finding.column) for finding in findings] == [(code, 2, column)]


def test_a_number_that_stands_twice_counts_once() -> None:
    found, findings = read(write([GRANTED, replace(GRANTED, cap=9_000_000)]))

    assert found == (GRANTED,)
    assert [(finding.rule, finding.row) for finding in findings] == [("U20", 3)]


def test_a_register_of_another_form_lets_nothing_pass() -> None:
    assert [finding.rule for finding in read(b"number,rule\n2026-001,E02\n")[1]] == ["U01"]
    assert [finding.rule for finding in read(write([GRANTED]) + b"x,y\n")[1]] == ["U02"]


def test_what_a_page_calls_overridable_can_be_overridden() -> None:
    errors = {entry.code for entry in rule.catalogue() if entry.severity == "error" and entry.overridable}

    # V08 is let pass by the province's own table of combined duties, each row with its document.
    assert errors == overrides.OF_THE_CEILING.keys() | {"V08"}
