"""Rules on dues: every case, scope, the same rows at intake and in the book, and no person anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from register_sheets import codes, dues, send

from ledger import records
from ledger.dues_shares import Share, residential, share
from ledger.norms import Gap
from ledger.records import Record
from ledger.regulations import Regulations, shipped
from plugins import casebook, rule
from plugins.dues_rows import runs
from plugins.registers import NoRegisters

pytest_plugins = ("submission_fixtures",)

RULES = ("D01", "D02", "D03", "D04", "D05", "D07")
FOLDERS = [folder for folder in casebook.folders("D") if folder.name[:3] in RULES]
CHAIN = """
dues.chain:
  title: {vi: "Tỷ lệ của tỉnh", en: "Shares of the province"}
  type: table
  columns: {unit: text, organisation: text, kind: text, level: text, keep: integer}
  owner: province
  values:
    - value:
        - {unit: "", organisation: "", kind: "", level: cell, keep: 5000}
        - {unit: XA01, organisation: "", kind: "", level: cell, keep: 4000}
        - {unit: XA01, organisation: "Chi bộ Một", kind: "", level: "", keep: 3333}
      in_force: 2026-02-01
      issued: null
      known: 2026-02-01
      document: SONGLAM
      article: null
      confidence: practice
      basis: test
      reviewed: 2026-11-22
"""


class Rows(NoRegisters):
    """A register of dues."""

    def __init__(self, rows: Sequence[Record]) -> None:
        self._rows = rows

    def rows(self, kind: str) -> Sequence[Record]:
        """The rows it was given."""
        return self._rows if kind == "dues" else ()


def _row(name: str = "Chi bộ Hai", month: str = "2026-03", **texts: str) -> Record:
    cells = dict.fromkeys(records.TEXTS["dues"], "") | {"kind": "other", "level": "cell"}
    return Record(texts.pop("unit", "XA01"), "2026-Q1", 2, cells | {"organisation": name, "month": month} | texts)


def _failed(case: str, **change: object) -> dict[str, int]:
    context = replace(casebook.context_of(casebook.FOLDER / case), **change)  # type: ignore[arg-type] # a field by name
    return {line.id: line.failed for line in rule.run(context, RULES).rules if line.failed}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_case_gives_exactly_the_expected_findings(folder: Path) -> None:
    assert casebook.judged(folder) == (folder / "expected.txt").read_text("utf-8")


def test_only_rows_that_are_asked_about_are_blamed() -> None:
    assert _failed("D01-fail", scope_unit="XA01") == {"D01": 1}
    assert _failed("D01-fail", scope_unit="VPTU") == {}
    assert _failed("D01-fail", read=frozenset({"VPTU"})) == {}
    assert _failed("D01-fail", scope_periods=frozenset({"2026-Q1"})) == {"D01": 1}
    # Vouchers of a month are handed in: dues of its quarter are not their matter.
    assert _failed("D01-fail", scope_periods=frozenset({"2026-03"})) == {}


def test_an_earlier_quarter_counts_though_only_the_later_one_is_asked_about() -> None:
    assert _failed("D05-fail", scope_periods=frozenset({"2026-Q2"})) == {"D05": 1}
    assert _failed("D05-fail", scope_periods=frozenset({"2026-Q1"})) == {}


def test_the_row_that_names_most_decides_the_share() -> None:
    own = Regulations.load(CHAIN.encode())
    found = {}
    for name, unit in (("CHI BỘ MỘT", "XA01"), ("Chi bộ Hai", "XA01"), ("Chi bộ Một", "XA02")):
        right = share(own, _row(name, unit=unit), "")
        assert isinstance(right, Share)
        found[name, unit] = right.shown()

    assert list(found.values()) == ["33,33 %", "40 %", "50 %"]
    assert share(own, _row(month="2026-01"), "") == Gap("dues.shares")


def test_the_law_knows_shares_by_level_and_by_what_stands_above() -> None:
    asked = [
        (_row("Chi bộ A", "2026-01"), "grassroots"),
        (_row("Đảng bộ B", "2026-01", level="grassroots"), "upper"),
        (_row("Đảng ủy C", "2026-01", level="upper"), ""),
        (_row("Đảng bộ xã", "2025-06", level="grassroots", kind="commune"), ""),
        (_row("Chi bộ khu phố 3", "2026-02", kind="commune"), "upper"),
    ]

    shown = [right.shown() for row, above in asked if isinstance(right := share(shipped(), row, above), Share)]

    assert shown == ["30–50 %", "70 %", "50 %", "90 %", "70 %"]


def test_a_share_that_was_not_found_is_a_gap() -> None:
    for row, above in (
        (_row("Chi bộ A", "2026-01"), "upper"),
        (_row("Đảng bộ xã", "2025-07", level="grassroots", kind="commune"), "upper"),
        (_row("Chi bộ Trường học", kind="commune"), "grassroots"),
        (_row("Chi bộ thôn Đông", kind="other"), "grassroots"),
    ):
        assert share(shipped(), row, above) == Gap("dues.shares")


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Chi bộ thôn Đông", True),
        ("CHI BỘ KHU PHỐ 3", True),
        ("Chi bộ bản Lác", True),
        ("Chi bộ Nhà xuất bản", False),
        ("Chi bộ Trường thôn", False),
        ("Chi bộ thônĐông", False),
    ],
)
def test_a_residential_cell_is_known_by_its_name(name: str, answer: bool) -> None:
    assert residential(shipped(), name, "2026-03-01") is answer


def test_a_run_of_months_ends_with_the_year_with_a_gap_and_with_a_good_month() -> None:
    unpaid = {"2025-12": 1, "2026-01": 2, "2026-02": 1, "2026-03": 0, "2026-04": 3, "2026-06": 4}
    rows = [replace(_row(month=month), numbers={"unpaid": count}) for month, count in unpaid.items()]
    context = replace(casebook.context_of(casebook.FOLDER / "D03-pass"), registers=Rows(rows))

    found = [([row.texts["month"] for row in run.months], run.last, run.people) for run in runs(context)]

    assert found == [
        (["2025-12"], False, 1),
        (["2026-01", "2026-02"], False, 1),
        (["2026-04"], False, 3),
        (["2026-06"], True, 4),
    ]


def test_months_unpaid_are_asked_of_cells_only() -> None:
    rows = [replace(_row(month=f"2026-0{n}", level="grassroots"), numbers={"unpaid": 5}) for n in (2, 3, 4)]
    context = replace(casebook.context_of(casebook.FOLDER / "D03-pass"), registers=Rows(rows))

    assert [line.failed for line in rule.run(context, ["D03", "D07"]).rules] == [0, 0]


def test_the_register_has_no_place_for_a_person() -> None:
    columns = {*records.TEXTS["dues"], *records.NUMBERS["dues"]}

    assert columns.isdisjoint({"member", "name", "person", "income", "salary", "birth"})
    assert "D06" not in rule.rules()


def test_intake_says_what_the_rules_say_and_says_it_once(case_book: Path) -> None:
    row = dues("Chi bộ thôn Đông", "04/2026", 1_000_000, 300_000, 0, kind="Xã, phường", kept="600000")
    outcome = send(
        case_book, "dues", "T01", "2026-Q2", row | {"to_remit": "400000", "remitted": "400000"}, dry_run=True
    )

    assert codes(outcome) == ["G29", "D01"]
    assert outcome.accepted
    assert outcome.findings[1].column == "Trích giữ lại"

    broken = send(case_book, "dues", "T01", "2026-Q2", row, dry_run=True)
    assert "G21" in codes(broken)
    assert not {"D01", "D02"} & set(codes(broken))
