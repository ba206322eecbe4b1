"""A rule warns until its day and blocks from it: the catalogue's day, or the province's own."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import certification_book as small
import pytest
from certification_book import row, vouchers

from cli import common
from importers import judging
from ledger import findings as ground
from ledger.book import Book
from ledger.findings import Catalogue, CatalogueError, Finding
from plugins import phase_in, rule
from plugins.phase_in import FILE, days, register_findings

HEADER = "rule,blocks_from,document\n"
RED = vouchers(row("PC001"), row("PC009", amount="-100.000"))
"""PC009 is a red entry that names nothing it corrects: V03."""


def file(*rows: str) -> SimpleNamespace:
    """A book with this register."""
    data = (HEADER + "".join(row + "\n" for row in rows)).encode()
    return SimpleNamespace(read=lambda _name: data)


@pytest.mark.parametrize(
    ("line", "code", "column", "value"),
    [
        ("Z99,2027-01-01,15-QĐ", "U14", "rule", "Z99"),
        ("E02,01/01/2027,15-QĐ", "U15", "blocks_from", "01/01/2027"),
        ("E02,2027-02-30,15-QĐ", "U15", "blocks_from", "2027-02-30"),
        ("P02,2027-01-01,15-QĐ", "U16", "rule", "P02"),
        ("V01,2027-01-01,15-QĐ", "U17", "rule", "V01"),
        ("E02,2027-01-01, ", "U18", "document", " "),
        ("E02,2027-01-01", "U02", "", "2"),
    ],
)
def test_a_wrong_row_is_named_and_its_rule_blocks_at_once(line: str, code: str, column: str, value: str) -> None:
    book = file("E01,2027-01-01,14-QĐ/VPTU", line)

    found = register_findings(book)  # type: ignore[arg-type]

    assert [(f.rule, f.file, f.row, f.column, f.value) for f in found] == [(code, FILE, 3, column, value)]
    assert days(book) == {"E01": "2027-01-01"}  # type: ignore[arg-type]


def test_a_rule_that_stands_twice_has_its_first_day() -> None:
    book = file("E02,2027-01-01,15-QĐ", "E02,2028-01-01,16-QĐ")

    assert [f.rule for f in register_findings(book)] == ["U19"]  # type: ignore[arg-type]
    assert days(book) == {"E02": "2027-01-01"}  # type: ignore[arg-type]


def test_a_file_that_is_none_gives_no_day_and_no_file_is_no_finding() -> None:
    broken = SimpleNamespace(read=lambda _name: b"\xff\xfe")
    absent = SimpleNamespace(read=lambda _name: None)

    assert [f.rule for f in register_findings(broken)] == ["U01"]  # type: ignore[arg-type]
    assert days(broken) == days(absent) == {}  # type: ignore[arg-type]
    assert register_findings(absent) == []  # type: ignore[arg-type]


def test_every_rule_that_never_waits_is_a_rule_that_blocks() -> None:
    known = rule.catalogue()

    assert all(known[code].severity == "error" for code in phase_in.NEVER_WAIT)


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """V03 blocks from 15/04/2026."""
    path = small.fresh(tmp_path)
    with Book.open(path).locked() as newest:
        change = newest.change("dieu.hanh", "operator", "2026-04-01T08:00:00+07:00")
        change.write(FILE, f"{HEADER}V03,2026-04-15,15-QĐ/VPTU\n".encode())
        change.commit("phase-in")
    return path


@pytest.mark.parametrize(
    ("at", "accepted", "severity"),
    [("2026-04-14T23:59:59+07:00", True, "warning"), ("2026-04-15T00:00:00+07:00", False, "error")],
)
def test_the_day_of_submission_decides_to_the_second(province: Path, at: str, accepted: bool, severity: str) -> None:
    done = small.hand_in(province, RED, at=at)

    assert done.accepted is accepted
    assert [(f.rule, judging.catalogue().severity(f)) for f in done.findings] == [("V03", severity)]


def test_while_it_warns_the_message_names_both_days(province: Path) -> None:
    finding = small.hand_in(province, RED).findings[0]
    shown = {language: judging.catalogue().render(finding, language) for language in ground.LANGUAGES}

    assert shown["vi"]["severity"] == shown["en"]["severity"] == "warning"
    assert shown["vi"]["message"].endswith("(Cảnh báo đến hết ngày 14/04/2026, chặn từ ngày 15/04/2026.)")
    assert shown["en"]["message"].endswith("(A warning until 14/04/2026, blocking from 15/04/2026.)")


def test_in_another_province_the_same_file_is_refused(tmp_path: Path) -> None:
    assert not small.hand_in(small.fresh(tmp_path), RED).accepted


def test_check_and_the_ledger_plugin_see_what_the_book_s_day_says(province: Path) -> None:
    small.hand_in(province, RED)
    book = Book.open(province)

    found = {
        day: [(f.rule, rule.catalogue().blocks(f)) for f in rule.run(rule.context(book, "T01", day=day)).findings]
        for day in ("2026-04-14", "2026-04-15", "")
    }

    assert found == {"2026-04-14": [("V03", False)], "2026-04-15": [("V03", True)], "": [("V03", True)]}


ENTRY = """\
X01:
  category: test
  severity: {severity}
  overridable: false
  since: "2026-01-01"
  article: {{vi: a, en: a}}
  confidence: own
  title: {{vi: t, en: t}}
  message: {{vi: "Sai {{value}}.", en: "Wrong {{value}}."}}
  fix: {{vi: f, en: f}}
{more}
"""


def catalogue(folder: Path, more: str = 'blocks_from: "2027-01-01"', severity: str = "error") -> Catalogue:
    path = folder / "x.yaml"
    path.write_text(ENTRY.format(severity=severity, more=f"  {more}" if more else ""), "utf-8")
    return Catalogue.load(path)


@pytest.mark.parametrize(
    ("day", "own", "blocks"),
    [
        ("2026-12-31", {}, False),
        ("2027-01-01", {}, True),
        ("2026-12-31", {"X01": "2026-06-01"}, True),
        ("2027-01-01", {"X01": "2028-01-01"}, False),
        ("2027-01-01", {"X02": "2028-01-01"}, True),
    ],
)
def test_the_catalogue_s_own_day_and_a_province_s_in_its_place(
    tmp_path: Path, day: str, own: dict[str, str], blocks: bool
) -> None:
    on_the_day = catalogue(tmp_path).on(day, own)
    finding = on_the_day.dated(Finding("X01", value="1"))

    assert on_the_day["X01"].severity == ("error" if blocks else "warning")
    assert on_the_day.blocks(finding) is blocks
    assert catalogue(tmp_path).blocks(finding) is blocks
    assert (finding.blocks_from == "") is blocks


def test_only_rules_wait_because_nothing_else_is_asked_for_its_day() -> None:
    waiting = [entry.code for entry in common.catalogue() if entry.blocks_from]

    assert all(code in rule.catalogue() for code in waiting)


def test_a_warning_never_begins_to_block(tmp_path: Path) -> None:
    texts = catalogue(tmp_path, severity="warning")

    assert texts.on("2026-01-01").dated(Finding("X01")).blocks_from == ""
    assert texts.on("2028-01-01")["X01"].severity == "warning"


def test_the_catalogue_refuses_a_day_that_is_none(tmp_path: Path) -> None:
    assert catalogue(tmp_path, more="")["X01"].blocks_from == ""
    for wrong in ('blocks_from: "1/1/2027"', "blocks_from: 2027-01-01", 'blocks_from: ""', 'blocks_form: "2027-01-01"'):
        with pytest.raises(CatalogueError):
            catalogue(tmp_path, more=wrong)
