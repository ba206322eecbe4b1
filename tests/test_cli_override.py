"""The command `override`, as typed: refused without a document, in the register with its event, listed where used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from submission_cases import hand_in

from cli import common
from importers.overriding import Asked, grant
from importers.submission import Submission
from ledger import overrides, verify
from ledger.book import Book
from reports import execution

pytest_plugins = ("submission_fixtures",)

WORDS = {
    "--rule": "E02",
    "--unit": "T01",
    "--year": "2026",
    "--source": "12",
    "--clause": "351",
    "--item": "6650",
    "--cap": "2.000.000",
    "--document": "95-QĐ/VPTU",
    "--expires": "2026-12-31",
    "--reason": "Hội nghị đột xuất",
    "--as": "lanh.dao",
}
OVER = """Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB
RDT1;05/11/2026;Chi hội nghị;611;511;51.000.000;12;351;6651;
RDT1;05/11/2026;Chi hội nghị;;008222;51.000.000;12;351;6651;Thực chi
"""


def typed(book: Path, *more: str, **changed: str) -> tuple[int, str]:
    words = WORDS | {f"--{name}": value for name, value in changed.items()}
    return common.call(["override", str(book), *(part for pair in words.items() for part in pair), *more])


def as_json(book: Path, **changed: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(typed(book, "--format", "json", **changed)[1])
    return answer


def month(book: Path) -> Submission:
    return hand_in(book, OVER.encode("utf-8"), "v.csv", unit="T01", period="2026-11")


def of_budget(outcome: Submission) -> list[tuple[str, str]]:
    return [(finding.rule, finding.allowed) for finding in outcome.findings if finding.rule.startswith("E")]


def test_what_a_document_allows_is_accepted_and_listed_in_the_report(case_copy: Path) -> None:
    assert of_budget(month(case_copy)) == [("E02", "")]

    code, said = typed(case_copy)
    outcome = month(case_copy)
    used = execution.allowed(Book.open(case_copy), "T01", "budget", "2026")

    assert (code, "2026-001" in said, "2.000.000" in said) == (0, True, True)
    assert outcome.accepted
    assert of_budget(outcome) == [("E02", "95-QĐ/VPTU · 16/11/2026 · ≤ 2.000.000 đồng")]
    assert [(one.number, finding.difference) for one, finding in used] == [("2026-001", 1_000_000)]
    for words in ([], ["--lang", "en"], ["--format", "json"]):
        report = common.call(["report", "execution", str(case_copy), "--unit", "T01", "--period", "2026", *words])
        assert (report[0], "95-QĐ/VPTU" in report[1]) == (0, True)


def test_the_row_has_its_event_and_verify_misses_neither(case_copy: Path) -> None:
    typed(case_copy)
    book = Book.open(case_copy)
    (row,) = overrides.read(book.read(overrides.FILE))[0]
    event = book.events("T01")[-1]

    assert (event.event, event.actor, event.role, event.data) == (
        "override.granted",
        "lanh.dao",
        "approver",
        row.row(),
    )
    assert verify.examine(case_copy).problems == []
    for data, wrong in (
        (overrides.write([]), "granted, but not as the row says"),
        (book.read(overrides.FILE).replace(b"2000000", b"9000000"), "no event grants it"),  # type: ignore[union-attr]
        (overrides.write([row]) + b"x\n", "row 3: "),
    ):
        change = Book.open(case_copy).change("dieu.hanh", "operator")
        change.write(overrides.FILE, data)
        change.commit("someone's hand")
        found = [(problem.kind, problem.detail) for problem in verify.examine(case_copy).problems]
        assert any(kind == "override" and wrong in detail for kind, detail in found)


def test_the_same_again_is_no_change_and_another_cap_is_another_row(case_copy: Path) -> None:
    first, again, wider = as_json(case_copy), as_json(case_copy), as_json(case_copy, cap="3000000")

    assert [answer["done"] for answer in (first, again, wider)] == [True, False, True]
    assert first["override"] == again["override"]
    assert wider["override"]["number"] == "2026-002"


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"document": " "}, ["J81"]),
        ({"rule": "E01"}, ["J80"]),
        ({"rule": "E05"}, ["J80"]),
        ({"rule": "XYZ"}, ["J80"]),
        ({"expires": "2026-11-15"}, ["J82"]),
        ({"expires": "31/12/2026"}, ["J82"]),
        ({"cap": "0"}, ["J83"]),
        ({"cap": "-5"}, ["J83"]),
        ({"source": ""}, ["J84"]),
        ({"rule": "E07"}, ["J84"]),
        ({"rule": "E09", "item": ""}, ["J84"]),
        ({"year": "26"}, ["J84"]),
        ({"clause": "999"}, ["J85"]),
        ({"item": "0001"}, ["J85"]),
        ({"reason": ""}, ["J87"]),
        ({"document": "", "reason": "", "cap": "0"}, ["J81", "J83", "J87"]),
    ],
)
def test_what_is_wrong_is_told_at_once_and_nothing_is_written(
    case_book: Path, changed: dict[str, str], codes: list[str]
) -> None:
    before = Book.open(case_book).commit
    answer = as_json(case_book, **changed)

    assert [finding["rule"] for finding in answer["findings"]] == codes
    assert (answer["done"], answer["override"], Book.open(case_book).commit) == (False, None, before)
    assert typed(case_book, **changed)[0] == 1


def test_levels_above_the_line_are_named_by_less(case_copy: Path) -> None:
    given = [{"rule": "E07", "item": ""}, {"rule": "E08", "clause": "", "item": ""}]
    given += [{"rule": "E09", "source": "", "clause": "", "item": ""}]
    given += [{"rule": "E10", "source": "", "clause": "", "item": "0510"}]

    assert [as_json(case_copy, **words)["done"] for words in given] == [True] * 4


def test_a_unit_lifts_no_ceiling_of_its_own(case_book: Path) -> None:
    code, said = typed(case_book, **{"as": "ke.toan"})

    assert (code, "không có quyền" in said) == (2, True)
    assert typed(case_book, cap="nhiều")[0] == 2


def test_an_unknown_unit_a_sealed_year_and_a_damaged_register_are_refused(case_copy: Path) -> None:
    asked = Asked("E02", "T01", "2026", 5, "95-QĐ/VPTU", "2026-12-31", "gấp", "12", "351", "6650")
    elsewhere = Asked("E02", "X99", "2026", 5, "95-QĐ/VPTU", "2026-12-31", "gấp", "12", "351", "6650")
    book = Book.open(case_copy)
    assert [finding.rule for finding in grant(book, elsewhere, "lanh.dao", "approver").findings] == ["J86"]

    change = book.change("lanh.dao", "approver")
    change.event("settlement.sealed", unit="T01", period="2026", data={})
    change.write(overrides.FILE, b"number\n")
    change.commit("sealed")
    found = grant(Book.open(case_copy), asked, "lanh.dao", "approver").findings
    assert [finding.rule for finding in found] == ["J89", "J88"]


def test_a_wrong_row_is_named_by_check_and_counts_for_nothing(case_copy: Path) -> None:
    typed(case_copy)
    book = Book.open(case_copy)
    change = book.change("dieu.hanh", "operator")
    row = overrides.read(book.read(overrides.FILE))[0][0].row()
    rows = [row | {"document": ""}, row | {"number": "2026-002", "unit": "X99"}]
    rows.append(row | {"number": "2026-003", "rule": "E01"})
    change.write(overrides.FILE, overrides.registers.write(rows, overrides.COLUMNS))
    change.commit("by hand")
    code, said = common.call(["check", str(case_copy), "--unit", "T01", "--format", "json"])
    found = [finding["rule"] for finding in json.loads(said)["findings"]]

    assert code == 1
    assert [rule for rule in found if rule.startswith("U")] == ["U21", "U28", "U29"]
    assert of_budget(month(case_copy)) == [("E02", "")]
