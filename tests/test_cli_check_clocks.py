"""One book, checked under two clocks: the law of another day, and what was known on another day."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from submission_cases import hand_in
from submission_fixtures import case_book

from cli import common
from ledger.book import Book
from plugins import rule

__all__ = ["case_book"]

HEAD = "Số quyết định;Ngày;Loại;Đơn vị nhận;Nguồn;Khoản;Tiểu mục hoặc nhóm;Số tiền;Năm ngân sách;Ghi chú\n"
TRANSFER = (
    "305-QĐ/VPTU;20/11/2026;Điều chỉnh;T01;13;351;;-5.000.000;2026;\n"
    "305-QĐ/VPTU;20/11/2026;Điều chỉnh;T02;13;351;;5.000.000;2026;\n"
)
"""Before 15 December (law of 2026), after 15 November (law of 2025)."""

SCANS = """
documents:
  {code}: {{vi: "Quyết định {number} của tỉnh", en: "Decision {number}", issued: {issued}, confidence: law, basis: own}}

scans.required_from:
  title: {{vi: "Chứng từ phải có bản quét", en: "Vouchers that need a scan"}}
  type: integer
  unit: {{vi: "đồng", en: "đồng"}}
  owner: province
  values:
    - value: {value}
      in_force: 2026-01-01
      issued: {issued}
      known: {issued}
      document: {code}
      article: {{vi: "Khoản {number} Điều 3", en: "Article 3.{number}"}}
      confidence: law
      basis: own
      reviewed: 2026-11-16
"""


def checked(book: Path, *words: str) -> Any:  # noqa: ANN401 - any JSON value
    _, said = common.call(["check", str(book), "--unit", "T01", "--format", "json", "--lang", "en", *words])
    return json.loads(said)


def codes(answer: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in answer["findings"]}


@pytest.fixture(scope="module")
def book(case_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The province of the cases: a scan limit, a lower one decided in November, then a transfer."""
    path = Path(shutil.copytree(case_book, tmp_path_factory.mktemp("clocks") / "book", symlinks=True))
    own = {
        "2026-11-02T08:00:00+07:00": SCANS.format(code="QD-1", number=1, issued="2026-01-01", value=900_000_000),
        "2026-11-10T08:00:00+07:00": SCANS.format(code="QD-2", number=2, issued="2026-11-10", value=1_000),
    }
    for when, text in own.items():
        with Book.open(path).locked() as fresh:
            change = fresh.change("dieu.hanh", "operator", when)
            change.write("registers/regulations.yaml", text.encode())
            change.commit("Own rules")
    data = (HEAD + TRANSFER).encode("utf-8-sig")
    done = hand_in(
        path, data, "transfer.csv", unit="VPTU", period="2026", kind="estimates", at="2026-11-20T08:00:00+07:00"
    )
    assert done.accepted, done.findings
    return path


def test_without_clocks_each_thing_is_judged_by_the_law_of_its_own_day(book: Path) -> None:
    answer = checked(book)

    assert "E06" not in codes(answer)
    assert (answer["law_date"], answer["known_on"], answer["commit"]) == ("", "", Book.open(book).commit)


def test_the_law_of_another_day_gives_another_result_and_names_its_own_article(book: Path) -> None:
    answer = checked(book, "--law-date", "2025-06-30")
    (late,) = [finding for finding in answer["findings"] if finding["rule"] == "E06"]

    assert answer["law_date"] == "2025-06-30"
    assert late["expected"] == "< 15/11/2026"
    assert "Article 53.3, State Budget Law 83/2015/QH13" in late["message"] + late["article"]


def test_the_same_transfer_is_explained_under_both_laws(book: Path) -> None:
    words = ["rules", "explain", str(book), "E06", "--unit", "T01", "--lang", "en", "--on", "2026-11-20"]
    _, new = common.call(words)
    _, old = common.call([*words, "--law-date", "2025-06-30"])

    assert "= 15/12  (from 01/01/2026" in new
    assert "§ Article 55.3, State Budget Law 89/2025/QH15" in new
    assert "= 15/11  (01/01/2017 to 31/12/2025" in old
    assert "§ Article 53.3, State Budget Law 83/2015/QH13" in old
    assert "305-QĐ/VPTU" in old


def test_two_days_of_knowledge_give_two_results(book: Path) -> None:
    before = checked(book, "--known-on", "2026-11-09")
    after = checked(book, "--known-on", "2026-11-10")

    assert before["known_on"] == "2026-11-09"
    assert before["commit"] != after["commit"]
    assert "V05" not in codes(before)
    assert "V05" in codes(after)


def test_both_results_are_explained_down_to_the_article(book: Path) -> None:
    words = ["rules", "explain", str(book), "scans.required_from", "--on", "2026-03-01", "--lang", "en"]
    _, before = common.call([*words, "--known-on", "2026-11-09"])
    _, after = common.call([*words, "--known-on", "2026-11-10"])

    assert "= 900.000.000 đồng" in before
    assert "§ Article 3.1, Decision 1" in before
    assert "as known on 09/11/2026" in before
    assert "= 1.000 đồng" in after
    assert "§ Article 3.2, Decision 2" in after
    assert "file registers/regulations.yaml, SHA-256 " in after
    for answer, day in ((before, "2026-11-09"), (after, "2026-11-10")):
        assert f"Book: commit {Book.open(book, as_of=day).commit[:12]}." in answer


def test_the_finding_itself_is_explained_under_both_knowledges(book: Path) -> None:
    words = ["rules", "explain", str(book), "V05", "--unit", "T01", "--period", "2026-02", "--lang", "en"]
    _, before = common.call([*words, "--known-on", "2026-11-09"])
    _, after = common.call([*words, "--known-on", "2026-11-10"])

    assert ": nothing found" in before
    assert "§ Article 3.1, Decision 1" in before
    assert ": nothing found" not in after
    assert "place: T01 · 2026-02 · units/T01/2026/2026-02.beancount · row " in after
    assert "▸ scans.required_from = 1.000 đồng  (from 01/01/2026; known from 10/11/2026)" in after
    assert "§ Article 3.2, Decision 2" in after


def test_rules_are_told_both_clocks_and_take_the_day_of_knowledge_for_today(book: Path) -> None:
    opened = Book.open(book, as_of="2026-11-09")
    plain = rule.context(opened, unit="T01")
    both = rule.context(opened, unit="T01", law=date(2025, 6, 30), known=date(2026, 11, 9))

    assert (plain.law_day, plain.known_day, plain.today) == ("", "", "2026-11-16")
    assert (both.law_day, both.known_day, both.today) == ("2025-06-30", "2026-11-09", "2026-11-09")
    assert (both.regulations.law_day, both.regulations.known_day) == (date(2025, 6, 30), date(2026, 11, 9))
    assert plain.regulations is opened.regulations


def test_law_issued_after_the_day_of_knowledge_does_not_answer(book: Path) -> None:
    words = ["rules", "explain", str(book), "settlement.circular", "--on", "2025-12-31", "--format", "json"]
    values = [
        json.loads(common.call([*words, "--known-on", day])[1])["steps"][0]["value"]
        for day in ("2026-05-28", "2026-05-29")
    ]

    assert values == ["TT137/2017", "TT59/2026"]


def test_a_decision_handed_in_after_the_day_of_knowledge_is_not_in_the_figure(book: Path) -> None:
    words = ["rules", "explain", str(book), "available", "--unit", "T01", "--line", "13-351", "--format", "json"]
    before = json.loads(common.call([*words, "--on", "2026-12-31", "--known-on", "2026-11-19"])[1])
    after = json.loads(common.call([*words, "--on", "2026-12-31", "--known-on", "2026-11-20"])[1])

    assert before["steps"][0]["value"] - after["steps"][0]["value"] == 5_000_000
    assert "305-QĐ/VPTU" in json.dumps(after, ensure_ascii=False)
    assert "305-QĐ/VPTU" not in json.dumps(before, ensure_ascii=False)


def test_the_header_says_under_which_clocks_it_ran(book: Path) -> None:
    words = ["check", str(book), "--unit", "T01"]
    _, plain = common.call([*words, "--lang", "en"])
    _, both = common.call([*words, "--law-date", "2025-06-30", "--known-on", "2026-11-09", "--lang", "vi"])

    assert plain.startswith("Clocks: law of each thing's own day; all that is known. Book: commit ")
    assert both.startswith(
        "Mốc thời gian: theo pháp luật ngày 30/06/2025; theo những gì đã biết đến hết ngày 09/11/2026."
    )


def test_a_rule_that_nobody_knew_on_the_day_is_listed_as_not_asked(book: Path) -> None:
    runs = {run["id"]: run for run in checked(book, "--known-on", "2026-11-09")["rules"]}
    skipped = {code for code, run in runs.items() if run["skipped"]}

    assert skipped
    assert all(runs[code]["evaluated"] == 0 for code in skipped)
    assert "E02" not in skipped


@pytest.mark.parametrize("words", [["check"], ["rules", "explain", "E05"]])
def test_a_day_that_the_law_data_do_not_reach_is_no_fault_of_the_book(book: Path, words: list[str]) -> None:
    command = [*words[:2], str(book), *words[2:], "--unit", "T01", "--law-date", "1990-01-01", "--lang", "en"]
    exit_code, said = common.call(command)

    assert exit_code == 1
    assert said.startswith("The law data have no value of ")
    assert said.strip().endswith("for 1990-01-01")


@pytest.mark.parametrize(
    ("words", "code"), [(["--known-on", "2001-01-01"], 1), (["--known-on", "soon"], 2), (["--law-date", "2026"], 2)]
)
def test_a_day_before_the_book_or_no_day_at_all_is_refused(book: Path, words: list[str], code: int) -> None:
    exit_code, said = common.call(["check", str(book), *words])

    assert exit_code == code
    assert "Traceback" not in said
