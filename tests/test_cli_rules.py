"""`rules`: lists, pages, expiry watch, cases and explanations, as text and as JSON."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from submission_fixtures import case_book

from cli import common, explain
from ledger.book import Book
from ledger.findings import Catalogue, Finding
from plugins import casebook

__all__ = ["case_book"]

OWN = """
documents:
  TEST: {vi: "Quy định thử nghiệm", en: "Test rule", issued: null, confidence: practice, basis: practice}
  QD-CU:
    vi: "Quyết định đã bãi bỏ"
    en: "Repealed decision"
    issued: null
    confidence: practice
    basis: practice
    replaced_by: TEST
    replaced_on: 2026-11-01

submission.due:
  title: {vi: "Hạn nộp", en: "Due"}
  type: integer
  unit: {vi: "ngày", en: "days"}
  owner: province
  values:
    - value: 7
      in_force: 2025-01-01
      issued: null
      known: 2025-01-01
      document: QD-CU
      article: {vi: "Điều 4", en: "Article 4"}
      confidence: practice
      basis: practice
      reviewed: 2026-11-16
"""


def asked(*words: str | Path) -> Any:  # noqa: ANN401 - any JSON value
    code, said = common.call(["rules", *map(str, words), "--format", "json", "--lang", "en"])
    assert code == 0, said
    return json.loads(said)


def said(*words: str | Path, lang: str = "en") -> tuple[int, str]:
    return common.call(["rules", *map(str, words), "--lang", lang])


@pytest.fixture
def own_book(case_book: Path, tmp_path: Path) -> Path:
    """The province of the cases with a rule of its own that rests on a repealed decision."""
    path = Path(shutil.copytree(case_book, tmp_path / "book", symlinks=True))
    with Book.open(path).locked() as book:
        change = book.change("dieu.hanh", "operator", "2026-11-10T08:00:00+07:00")
        change.write("registers/regulations.yaml", OWN.encode())
        change.commit("Own rules")
    return path


# list


def test_every_rule_stands_in_the_list_once_and_of_a_category_only_its_own() -> None:
    rules = asked("list")
    estimates = asked("list", "--category", "estimates")

    assert len({one["id"] for one in rules}) == len(rules)
    assert {"E02", "F01"} <= {one["id"] for one in rules}
    assert {one["category"] for one in estimates} == {"estimates"}
    assert 0 < len(estimates) < len(rules)


def test_the_list_knows_the_rules_that_were_known_on_a_day() -> None:
    rules = asked("list")
    before = asked("list", "--known-on", "2026-06-30")

    assert [one for one in rules if one["since"] <= "2026-06-30"] == before
    assert 0 < len(before) < len(rules)


@pytest.mark.parametrize(
    ("law", "held"), [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)]
)
def test_a_rule_stands_in_the_list_of_the_days_on_which_it_was_law(
    monkeypatch: pytest.MonkeyPatch, law: str, held: bool
) -> None:
    entry = replace(common.catalogue()["E06"], effective="2026-01-01", until="2026-12-31")
    monkeypatch.setattr(common, "catalogue", lambda: Catalogue({"E06": entry}))

    assert [one["id"] for one in asked("list", "--law-date", law)] == (["E06"] if held else [])
    assert len(asked("list")) == 1


def test_values_of_law_stand_in_the_list_with_article_and_marks_when_asked_for() -> None:
    listed = asked("list", "--parameters", "--law-date", "2026-06-01")
    by_key = {one["id"]: one for one in listed["parameters"]}
    _, lines = said("list", "--parameters", "--category", "settlement", "--law-date", "2026-06-01")

    assert by_key["estimates.adjustment_deadline"]["in_force"]["value"] == "12-15"
    assert by_key["estimates.adjustment_deadline"]["in_force"]["citation"].startswith("Article 55.3")
    assert by_key["settlement.circular"]["in_force"]["unverified"] is True
    assert by_key["authority.assets"]["in_force"]["value"] is None
    assert "settlement.circular  Circular on settlement review of the year = TT59/2026 [secondary source]" in lines
    assert "Clocks: law of 01/06/2026" in lines
    assert "estimates.adjustment_deadline" not in lines


def test_a_book_s_own_values_are_shown_as_its_own(own_book: Path) -> None:
    _, lines = said("list", own_book, "--parameters", "--category", "submission")

    assert " = 7 [practice value, the province's own]  — Article 4, Repealed decision (practice value)" in lines
    assert "submission.due  Vouchers and forms of a month (quarter) are due" in lines


def test_a_gap_that_a_province_filled_says_so_wherever_it_is_shown(own_book: Path) -> None:
    filled = (
        OWN
        + """
forms.settlement:
  title: {vi: "Mẫu biểu", en: "Forms"}
  type: table
  columns: {form: text, name_vi: text, name_en: text, follows: text, checked: text}
  owner: gap
  missing: {vi: "chưa có", en: "not there"}
  values:
    - value:
        - {form: "01", name_vi: "Biên bản", name_en: "Minutes", follows: "TT59/2026", checked: "read by the province"}
      in_force: 2025-01-01
      issued: null
      known: 2026-06-01
      document: TT59-2026
      article: {vi: "Phụ lục 1", en: "Annex 1"}
      confidence: law
      basis: "the province has the annex"
      reviewed: 2026-11-16
"""
    )
    with Book.open(own_book).locked() as book:
        change = book.change("dieu.hanh", "operator", "2026-11-11T08:00:00+07:00")
        change.write("registers/regulations.yaml", filled.encode())
        change.commit("The annex")
    _, shipped = said("list", "--parameters", "--category", "forms", "--law-date", "2026-01-01", lang="vi")
    _, own = said("list", own_book, "--parameters", "--category", "forms", "--law-date", "2026-01-01", lang="vi")

    assert "Mẫu biểu quyết toán áp dụng cho năm = chưa tìm được [chưa kiểm chứng]" in shipped
    assert (
        "Mẫu biểu quyết toán áp dụng cho năm = bảng 1 dòng [đã đọc trong văn bản pháp luật, của tỉnh]"
        "  — Phụ lục 1, Thông tư 59/2026/TT-BTC (tỉnh tự nhập)"
    ) in own
    assert "Mẫu: 01; Tên: Biên bản; " in said("show", "forms.settlement", own_book, lang="vi")[1]


# show


def test_a_value_of_law_is_shown_with_its_whole_history() -> None:
    code, lines = said("show", "estimates.adjustment_deadline")
    record = asked("show", "estimates.adjustment_deadline")

    assert code == 0
    assert lines.index("15/12") < lines.index("15/11")
    assert "§ Article 53.3, State Budget Law 83/2015/QH13" in lines
    assert [value["value"] for value in record["values"]] == ["11-15", "12-15"]
    assert [value["last_day"] for value in record["values"]] == ["2025-12-31", None]


def test_a_gap_is_shown_with_what_was_not_found() -> None:
    _, lines = said("show", "authority.assets", lang="vi")

    assert "! Chưa đọc được các điều về thẩm quyền của Nghị định 52/2026/NĐ-CP" in lines
    assert "chưa tìm được" in lines


def test_a_rule_and_a_finding_are_shown_with_their_article() -> None:
    _, rule = said("show", "E06")
    _, finding = said("show", "F01", lang="vi")

    assert "E06" in rule
    assert "55" in rule
    assert asked("show", "E06")["id"] == "E06"
    assert finding.startswith("F01")


def test_a_code_that_nothing_has_is_wrong_usage() -> None:
    for words in (("show", "E999"), ("test", "E999"), ("show", "estimates.nothing")):
        code, sentence = said(*words)
        assert code == 2
        assert f"Nothing has the code {words[1]}" in sentence


# expiring


def test_a_repealed_document_is_seen_and_may_fail(own_book: Path) -> None:
    answer = asked("expiring", own_book, "--on", "2026-11-22")
    notice = next(one for one in answer["notices"] if one["code"] == "submission.due")

    assert (notice["kind"], notice["document"], notice["by"], notice["day"]) == (
        "document",
        "QD-CU",
        "TEST",
        "2026-11-01",
    )
    assert said("expiring", own_book, "--on", "2026-11-22", "--fail")[0] == 1
    assert said("expiring", own_book, "--on", "2026-11-22")[0] == 0
    assert "submission.due: căn cứ Quyết định đã bãi bỏ" in said("expiring", own_book, lang="vi")[1]


def test_the_days_ahead_are_the_reader_s_choice() -> None:
    near = asked("expiring", "--on", "2025-11-30", "--within", "10")
    far = asked("expiring", "--on", "2025-11-30", "--within", "31")

    assert "estimates.adjustment_deadline" not in {one["code"] for one in near["notices"] if one["kind"] == "replaced"}
    assert "estimates.adjustment_deadline" in {one["code"] for one in far["notices"] if one["kind"] == "replaced"}


# test


def test_the_cases_of_a_rule_are_judged() -> None:
    results = asked("test", "E06")
    _, sentence = said("test", "E06")

    assert {one["rule"] for one in results} == {"E06"}
    assert all(one["passed"] for one in results)
    assert sentence.strip() == f"{len(results)} cases were judged, 0 do not say what they must."


def test_a_case_that_does_not_say_what_it_must_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = casebook.CaseResult("E06-fail", "E06", passed=False, difference="- expected\n+ found")
    monkeypatch.setattr(casebook, "run_all", lambda _codes: (wrong,))
    code, lines = said("test")

    assert code == 1
    assert "✗ E06-fail\n- expected\n+ found" in lines
    monkeypatch.setattr(casebook, "run_all", lambda _codes: ())
    assert said("test")[0] == 1


# explain


def test_what_is_free_is_explained_down_to_decisions_and_vouchers(case_book: Path) -> None:
    answer = asked("explain", case_book, "available", "--unit", "T01", "--line", "13-351-6501", "--on", "2026-12-31")
    (step,) = answer["steps"]
    parts = {part["figure"]: part for part in step["inputs"]}

    assert answer["commit"] == Book.open(case_book).commit
    assert parts["assigned to this line"]["inputs"][0]["figure"] == (
        "decision 210-QĐ/VPTU of 22/12/2025 (assigned at the start of the year), row 2"
    )
    taken = parts["used"]["value"] + parts["promised by contract and not yet paid"]["value"]
    assert step["value"] == 600_000_000 - taken
    assert parts["used"]["value"] == sum(part["value"] for part in parts["used"]["inputs"]) > 0
    named = asked("explain", case_book, "available", "--unit", "T01", "--source", "13", "--clause", "351")
    assert named["steps"][0]["value"] == step["value"]


def test_a_rule_without_findings_is_explained_by_the_nearest_figure(case_book: Path) -> None:
    (step,) = asked("explain", case_book, "E02", "--unit", "T01")["steps"]
    (lined,) = asked("explain", case_book, "E02", "--unit", "T01", "--line", "12-351-6650")["steps"]

    assert step["value"] == "nothing found"
    assert step["inputs"][0]["figure"].startswith("available of ")
    assert lined["inputs"][0]["figure"].startswith("available of 12-351-6650")
    assert "12.2" in step["article"]
    assert asked("explain", case_book, "V01", "--unit", "T01")["steps"][0]["inputs"] == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ({}, True),
        ({"year": "2026", "period": "2026-03", "voucher": "RDT02", "source": "13", "clause": "351"}, True),
        ({"year": "2025"}, False),
        ({"period": "2026-04"}, False),
        ({"voucher": "RDT03"}, False),
        ({"source": "12"}, False),
        ({"item": "6501"}, False),
    ],
)
def test_a_question_chooses_among_the_findings(words: dict[str, str], meant: bool) -> None:
    params = {"year": "2026", "source": "13", "clause": "351", "item": ""}
    found = Finding("E02", "BTC", "2026-03", voucher="RDT02", params=params)
    names = ("unit", "year", "period", "voucher", "source", "clause", "item", "programme")
    question = explain.Question(*(words.get(name, "") for name in names), date(2026, 6, 30))

    assert explain._asked_for(found, question) is meant
    assert question.budget_year == words.get("year", "2026")


def test_the_pack_is_one_hash_in_both_formats() -> None:
    assert asked("pack")["pack"] in said("pack")[1]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("E02", "--unit", "NO"), "There is no unit NO."),
        (("available",), "Say which unit"),
        (("available", "--unit", "T01"), "Say which line"),
        (("E999",), "Nothing has the code E999"),
        (("F01",), "Nothing has the code F01"),
    ],
)
def test_a_question_that_cannot_be_answered_is_wrong_usage(case_book: Path, words: tuple[str, ...], why: str) -> None:
    code, sentence = said("explain", case_book, *words)

    assert code == 2
    assert why in sentence


def test_an_explanation_can_be_read_in_vietnamese(case_book: Path) -> None:
    code, lines = said("explain", case_book, "available", "--unit", "T01", "--line", "13-351", lang="vi")

    assert code == 0
    assert lines.startswith("Mốc thời gian: theo pháp luật của ngày từng nghiệp vụ")
    assert "Quyết định 210-QĐ/VPTU ngày 22/12/2025 (giao đầu năm), dòng 2: 600.000.000" in lines
