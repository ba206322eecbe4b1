"""Units and people: two dated trees, rights, and every mistake of a register named."""

from __future__ import annotations

import pytest

from ledger import registers
from ledger.units import PEOPLE_COLUMNS, UNIT_COLUMNS, People, Units

GOOD = [
    "VPTU,Văn phòng,Office,office,I,509,,,,,2025-01-01,",
    "BTC,Ban Tổ chức,Organisation,committee,III,509,VPTU,VPTU,VPTU,,2025-01-01,",
    "TCT,Trường,School,service_unit,III,509,BTC,VPTU,,,2025-01-01,2025-06-30",
    "XA01,Xã Một,Commune One,commune_office,I,819,@XA01,VPTU,,,2025-07-01,",
    "DNIN,In,Printing,enterprise,,509,,VPTU,,,2025-01-01,",
]
PEOPLE = ["an,Nguyễn Văn An,accountant,BTC,,2025-01-01,", "binh,Trần Bình,approver,*,,2025-01-01,2025-12-31"]


def _units(*lines: str) -> bytes:
    return "\n".join([",".join(UNIT_COLUMNS), *lines, ""]).encode()


def _people(*lines: str) -> bytes:
    return "\n".join([",".join(PEOPLE_COLUMNS), *lines, ""]).encode()


def _codes(*lines: str) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.row) for finding in Units.read(_units(*lines))[1]]


def test_a_good_register_has_no_findings_and_both_trees() -> None:
    units, findings = Units.read(_units(*GOOD))

    assert findings == []
    assert units.tree("budget", "2025-03-01") == ["VPTU", "BTC", "TCT"]
    assert units.tree("budget", "2025-09-01") == ["VPTU", "BTC"]
    assert units.tree("party", "2025-09-01") == ["VPTU", "BTC", "XA01", "DNIN"]


def test_a_unit_is_known_by_its_row_of_the_day() -> None:
    units, _ = Units.read(_units(*GOOD))

    assert units.get("TCT", "2025-06-30") is not None
    assert units.get("TCT", "2025-07-01") is None
    assert units.get("TCT") is not None
    assert not units.get("DNIN").keeps_books  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([*GOOD, "BTC,a,b,committee,III,509,VPTU,VPTU,,,2025-05-01,"], [("U04", 7)]),
        ([*GOOD, "A1,a,b,committee,III,509,NONE,VPTU,,,2025-05-01,"], [("U07", 7)]),
        ([*GOOD, "A1,a,b,club,III,509,VPTU,VPTU,,,2025-05-01,"], [("U05", 7)]),
        ([*GOOD, "A1,a,b,committee,III,509,VPTU,VPTU,,,2025-13-01,"], [("U03", 7)]),
        ([*GOOD, "A1,a,b,committee,III,509,VPTU,VPTU,,,2025-05-02,2025-05-01"], [("U03", 7)]),
        ([*GOOD, "A1,a,b"], [("U02", 7)]),
        (GOOD[1:2], [("U06", None), ("U07", 2), ("U07", 2), ("U07", 2)]),
        (
            [*GOOD, "A1,a,b,committee,III,509,A2,VPTU,,,2025-01-01,", "A2,a,b,committee,III,509,A1,VPTU,,,2025-01-01,"],
            [("U08", 7)],
        ),
    ],
)
def test_each_mistake_is_a_finding_at_its_row(lines: list[str], expected: list[tuple[str, int | None]]) -> None:
    assert _codes(*lines) == expected


def test_a_wrong_header_is_one_finding_and_no_rows() -> None:
    units, findings = Units.read(b"unit,name\nA,B\n")

    assert [f.rule for f in findings] == ["U01", "U06"]
    assert list(units) == []


def test_a_person_acts_in_a_role_for_their_units_on_their_days() -> None:
    units, _ = Units.read(_units(*GOOD))
    people, findings = People.read(_people(*PEOPLE), units)

    assert findings == []
    assert people.role_for("an", "submit", "BTC", "2025-02-01") == "accountant"
    assert people.role_for("an", "submit", "TCT", "2025-02-01") == ""
    assert people.role_for("an", "approve", "BTC", "2025-02-01") == ""
    assert people.role_for("binh", "approve", "TCT", "2025-12-31") == "approver"
    assert people.role_for("binh", "approve", "TCT", "2026-01-01") == ""
    assert people.name("an") == "Nguyễn Văn An"


def test_unknown_roles_and_units_of_people_are_findings() -> None:
    units, _ = Units.read(_units(*GOOD))
    lines = ["an,An,boss,BTC,,2025-01-01,", "be,Be,accountant,BTC ZZZ,,2025-01-01,"]

    assert [(f.rule, f.row, f.value) for f in People.read(_people(*lines), units)[1]] == [
        ("U09", 2, "boss"),
        ("U10", 3, "ZZZ"),
    ]


def test_a_register_written_reads_back_the_same() -> None:
    rows = [dict(zip(UNIT_COLUMNS, line.split(","), strict=True)) for line in GOOD]
    again, findings = registers.read(registers.write(rows, UNIT_COLUMNS), UNIT_COLUMNS, "x")

    assert findings == []
    assert [row for _, row in again] == rows
