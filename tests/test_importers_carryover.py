"""Requests to carry over are handed in: category, papers and amount are judged before the book takes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from submission_cases import hand_in
from year_end_books import AUTONOMY, CONTRACT, HEAD, ask, codes

from importers.layout_carryover import AUTHORITIES, CATEGORIES
from importers.layouts import LAYOUTS
from importers.submission import problems
from ledger import records
from ledger.book import Book
from ledger.regulations import shipped

pytest_plugins = ("submission_fixtures",)

LEFT = 497_900_000
"""What T01 has left of its estimate of 2025."""
CONFIRMED = """
year_end.party_autonomy:
  title: {vi: "Căn cứ", en: "Basis"}
  type: text
  owner: province
  values:
    - value: "Hướng dẫn của tỉnh"
      in_force: 2025-01-01
      issued: null
      known: 2025-01-01
      document: SONGLAM
      article: null
      confidence: practice
      basis: "practice"
      reviewed: 2026-11-16
"""


def test_the_words_of_the_form_are_those_of_the_law_data() -> None:
    entries = shipped().parameter("year_end.carry_over").entries
    named = shipped().parameter("year_end.authorities").entries

    assert set(CATEGORIES.values()) == {row["category"] for entry in entries for row in entry.rows}
    assert set(AUTHORITIES.values()) == {row["authority"] for entry in named for row in entry.rows}
    assert LAYOUTS["carryover"].span == "year"


def test_a_request_stands_in_its_register_and_is_proved(case_copy: Path) -> None:
    done = ask(case_copy, AUTONOMY.format(amount="400.000.000"), CONTRACT.format(amount="97.900.000"))
    book = Book.open(case_copy)

    rows = records.of_unit(book, "carryover", "T01")["2025"]
    assert (done.accepted, codes(done)) == (True, ["G88"])
    assert [(row.texts["category"], row.number("amount")) for row in rows] == [
        ("autonomy", 400_000_000),
        ("purchases", 97_900_000),
    ]
    assert sum(row.number("amount") for row in rows) == LEFT
    assert list(problems(book)) == []


def test_a_request_beyond_what_is_left_is_refused_and_one_in_its_place_is_taken(case_copy: Path) -> None:
    too_much = ask(case_copy, AUTONOMY.format(amount="497.900.001"))
    first = ask(case_copy, AUTONOMY.format(amount="497.900.000"))
    more = ask(case_copy, AUTONOMY.format(amount="497.900.000"), CONTRACT.format(amount="1"))
    less = ask(case_copy, AUTONOMY.format(amount="1.000.000"), replace=True, reason="giảm đề nghị")

    assert (too_much.accepted, codes(too_much)[-1]) == (False, "E20")
    assert first.accepted
    assert (more.accepted, "E20" in codes(more)) == (False, True)
    assert less.accepted


def test_vouchers_that_use_what_is_asked_for_are_refused(case_copy: Path) -> None:
    ask(case_copy, AUTONOMY.format(amount="497.900.000"))
    row = "UNC120;31/12/2025;31/12/2025;Tiền điện;;008212;1.000;13;351;6501;Thực chi;2025"
    head = "Số chứng từ;Ngày hạch toán;Ngày chứng từ;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB"
    data = f"\ufeff{head};Năm ngân sách\n{row}\n".encode()

    done = hand_in(case_copy, data, "t13.csv", unit="T01", period="2025-13")

    assert not done.accepted
    assert {"F63", "E20"} <= set(codes(done))


def test_a_province_that_confirms_the_basis_is_not_reminded_of_it(case_copy: Path) -> None:
    with Book.open(case_copy).locked() as book:
        change = book.change("dieu.hanh", "operator", None)
        own = book.read("registers/regulations.yaml") or b""
        change.write("registers/regulations.yaml", own + CONFIRMED.encode())
        change.commit("regulations")

    done = ask(case_copy, AUTONOMY.format(amount="1.000.000"), dry_run=True)

    assert (done.accepted, codes(done)) == (True, [])


def test_decisions_of_the_same_unit_are_no_rows_of_the_request(case_copy: Path) -> None:
    """VPTU carried something from 2024 into 2025 without a category; that is nothing its request of 2025 says."""
    head = "Số quyết định;Ngày;Loại;Đơn vị nhận;Nguồn;Khoản;Số tiền;Năm ngân sách"
    data = f"\ufeff{head}\n5/QĐ-UBND;02/01/2025;Chuyển nguồn;VPTU;13;351;9.000.000;2025\n".encode()
    taken = hand_in(case_copy, data, "qd.csv", unit="VPTU", period="2025", kind="estimates")

    done = ask(case_copy, AUTONOMY.format(amount="9.000.000"), unit="VPTU")

    assert taken.accepted
    assert (done.accepted, codes(done)) == (True, ["G88"])


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("Dự toán còn dư;13;351;;1.000;;;;Kinh phí tự chủ", ["F30"]),
        ("Dự toán còn dư;13;351;;1.000;Kinh phí tự chủ;;;", ["F30"]),
        ("estimate;13;351;;1.000;autonomy;;;Kinh phí tự chủ", ["G88"]),
    ],
)
def test_what_a_row_needs(case_book: Path, row: str, found: list[str]) -> None:
    assert codes(ask(case_book, row, dry_run=True)) == found


def test_the_headings_are_known_in_english_too(case_book: Path) -> None:
    head = "form;source;clause;amount;category;contract;contract_day;decision;decision_day;authority;task"
    row = "estimate;13;351;1000;late-supplement;;;15/QĐ-UBND;01/10/2025;people-committee;Task"
    data = f"{head}\n{row}\n".encode()

    done = hand_in(case_book, data, "carry.csv", unit="T01", period="2025", kind="carryover", dry_run=True)

    assert (done.accepted, codes(done)) == (True, [])


def test_every_case_of_the_form_is_one_of_its_file(case_book: Path) -> None:
    """The golden cases name the same headings as the layout has."""
    assert case_book.is_dir()
    known = {column.vi for column in LAYOUTS["carryover"].columns}
    assert set(HEAD.split(";")) <= known
    for folder in sorted((Path(__file__).parent / "cases" / "submissions").glob("2*-carryover*")):
        named = (folder / "input.csv").read_text("utf-8-sig").split("\n")[0].split(";")
        assert set(named) <= known
        assert json.loads((folder / "expected.json").read_text("utf-8"))["command"]["kind"] == "carryover"
