"""Filled slots: replaced with a reason and a difference, told apart from the same content, never taken twice."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import PROGRAM
from submission_cases import hand_in

from campaigns.works import HEADER, electricity
from importers.submission import Submission, problems
from ledger.book import Book

pytest_plugins = ("submission_fixtures",)

REASON = "Nhập nhầm số tiền điện tháng 3"


def _submit(book: Path, data: bytes, name: str = "t3.csv", **command: Any) -> Submission:  # noqa: ANN401 - words
    return hand_in(book, data, name, **{"unit": "T01", "period": "2026-03", **command})


def _codes(outcome: Submission) -> list[str]:
    return [finding.rule for finding in outcome.findings]


def _three_of_five_thousand() -> tuple[bytes, bytes]:
    """A file of 5,000 rows, and the same with three cells edited and its rows in another order."""
    rows = [
        f"PT{n:04};{n % 28 + 1:02}/03/2026;Rút tiền gửi lần {n};{account};1121;{1_000 + n};;;;"
        for n in range(2_500)
        for account in ("1111", "1112")
    ]
    edited = list(rows)
    edited[10] = edited[10].replace(";1005;", ";7;")
    edited[2_001] = edited[2_001].removesuffix(";;") + ";6501;"
    edited[4_999] = edited[4_999].replace(";3499;", ";3500;")
    return tuple((HEADER + "\r\n".join(file)).encode("utf-8") for file in (rows, edited[::-1]))  # type: ignore[return-value]


def test_a_replacement_needs_a_reason_and_keeps_it(case_copy: Path) -> None:
    first = _submit(case_copy, electricity("1.000.000"))
    new = electricity("1.100.000")

    silent = _submit(case_copy, new, replace=True, reason="  ")
    said = _submit(case_copy, new, replace=True, reason=f" {REASON}\n")

    assert (silent.accepted, _codes(silent)) == (False, ["J03"])
    assert silent.findings[0].value == first.receipt
    assert [(change.key, change.old, change.new) for change in silent.changes] == [("amount", 1_000_000, 1_100_000)] * 2
    assert silent.changes == said.changes
    book = Book.open(case_copy)
    facts = book.events("T01")[-1].data
    receipt = json.loads(book.read(facts["path"].replace(".csv", ".receipt.json")) or b"")
    assert facts["reason"] == receipt["reason"] == REASON
    assert facts["replaces"] == first.receipt


def test_nothing_to_replace_needs_no_reason(case_copy: Path) -> None:
    outcome = _submit(case_copy, electricity("1.000.000"), replace=True)
    again = _submit(case_copy, electricity("1.000.000"), replace=True)

    assert (outcome.accepted, _codes(outcome)) == (True, ["F67"])
    assert Book.open(case_copy).events("T01")[-1].data["reason"] == ""
    assert (again.unchanged, again.changes) == (True, ())


def test_the_whole_difference_is_in_the_commit_with_its_counts_in_the_event(case_copy: Path) -> None:
    _submit(case_copy, electricity("1.000.000"))
    _submit(case_copy, electricity("1.100.000"), replace=True, reason=REASON)
    book = Book.open(case_copy)

    changes = book.events("T01")[-1].data["changes"]
    data = book.read(changes["path"]) or b""
    assert {name: changes[name] for name in ("added", "changed", "removed")} == {"added": 0, "changed": 2, "removed": 0}
    assert changes["sha256"] == hashlib.sha256(data).hexdigest()
    assert data.decode("utf-8").splitlines()[1] == "UNC020,2,2,amount,1000000,1100000"
    assert book.events("T01")[-2].data["changes"] == {}


def test_verify_names_a_list_of_changes_that_was_changed(case_copy: Path) -> None:
    _submit(case_copy, electricity("1.000.000"))
    _submit(case_copy, electricity("1.100.000"), replace=True, reason=REASON)
    path = Book.open(case_copy).events("T01")[-1].data["changes"]["path"]
    with Book.open(case_copy).locked() as book:
        change = book.change("ke.toan", "accountant")
        change.write(path, b"document\n")
        change.commit("sửa")

    assert [(problem.file, problem.kind) for problem in problems(Book.open(case_copy))] == [(path, "received")]


def test_three_edits_in_five_thousand_rows_are_told_as_exactly_three(case_copy: Path) -> None:
    before, after = _three_of_five_thousand()
    cash = {"unit": "T01", "period": "2026-03", "kind": "vouchers/cash"}
    rejected = hand_in(case_copy, before, "t3.csv", **cash)
    assert {f.rule for f in rejected.findings} <= {"P02"}

    outcome = hand_in(case_copy, after, "t3.csv", **cash)

    (finding,) = (finding for finding in outcome.findings if finding.rule == "F57")
    assert (finding.difference, finding.value) == (3, "PT0005, PT1000, PT2499")
    assert [(change.document, change.key, change.old, change.new) for change in outcome.changes] == [
        ("PT0005", "amount", 1_005, 7),
        ("PT1000", "item", "", "6501"),
        ("PT2499", "amount", 3_499, 3_500),
    ]


def test_rows_and_columns_in_another_order_under_another_name_are_no_change(case_copy: Path) -> None:
    first = _submit(case_copy, electricity("1.000.000"))
    head, *rows = [line.split(";") for line in electricity("1.000.000").decode().strip().split("\r\n")]
    text = "\n".join(",".join(f'"{cell}"' for cell in line[::-1]) for line in [head, *rows[::-1]])

    outcomes = [
        _submit(case_copy, text.encode(), "đổi tên.csv"),
        _submit(case_copy, b"\xef\xbb\xbf" + text.encode(), "lần nữa.csv", replace=True, reason=REASON),
        _submit(case_copy, electricity("1.000.000")),
    ]

    assert {(outcome.unchanged, outcome.receipt, outcome.commit) for outcome in outcomes} == {(True, first.receipt, "")}
    assert Book.open(case_copy).commit == first.commit


def test_a_finding_about_two_places_names_the_other_one(case_copy: Path) -> None:
    first = _submit(case_copy, electricity("1.000.000"))
    other_month = _submit(case_copy, electricity("1.000.000"), period="2026-05")
    other_content = _submit(case_copy, electricity("1.100.000"))
    twice = _submit(case_copy, electricity("1.000") + electricity("1.000").partition(b"\r\n")[2], period="2026-06")
    same_number = _submit(case_copy, electricity("5.000"), kind="vouchers/cash")

    others = {f.rule: f.other for done in (other_month, other_content, twice, same_number) for f in done.findings}
    assert others["F60"] == others["F57"] == f"2026-03 vouchers · t3.csv · {first.receipt}"
    assert others["F44"] == "t3.csv · dòng/row 3"
    assert others["V04"] == "T01 · 2026-03 · UNC020 · 05/03/2026"


def test_what_the_receipt_says_of_rules_and_days(case_copy: Path) -> None:
    _submit(case_copy, electricity("1.000.000"), at="2026-04-12T09:00:00+07:00")

    (facts,) = (event.data for event in Book.open(case_copy).events("T01") if event.period == "2026-03")
    assert (len(facts["rule_pack"]), facts["due"], facts["late_days"]) == (64, "2026-04-10", 2)
    assert facts["next_deadline"] == {"what": "certify", "until": "2026-04-15"}
    assert (facts["stated"], facts["parts"]) == ({"rows": None, "total": None}, [])


def test_a_file_of_a_sealed_years_register_is_refused(case_copy: Path) -> None:
    head = "Số lệnh điều xe;Biển số xe;Lái xe;Ngày đi;Ngày về;Hành trình;Mục đích;Đơn vị sử dụng;Km đi;Km về\n"
    trip = head + "LX-01;37A-001.01;Lê Văn Lái;10/0{m}/{y};11/0{m}/{y};Cơ quan - xã;Kiểm tra;T02;10.000;10.180\n"

    sealed = _submit(case_copy, trip.format(m=2, y=2025).encode(), unit="T02", period="2025-02", kind="trips")
    opened = _submit(case_copy, trip.format(m=2, y=2026).encode(), unit="T02", period="2026-02", kind="trips")

    assert "J13" in _codes(sealed)
    assert not sealed.accepted
    assert "J13" not in _codes(opened)


@pytest.mark.parametrize(("second", "outcome"), [("2.000", "F57"), ("1000", "")])
def test_two_files_at_once_for_one_slot_are_taken_once(
    case_copy: Path, tmp_path: Path, second: str, outcome: str
) -> None:
    """Other content is told what came first; the same content (a double click) gets the same receipt."""
    files = [tmp_path / f"{amount}.csv" for amount in ("1.000", second)]
    for file in files:
        file.write_bytes(electricity(file.stem))
    words = ["--unit", "T01", "--period", "2026-03", "--as", "ke.toan", "--format", "json"]
    running = [
        subprocess.Popen([PROGRAM, "submit", case_copy, file, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for file in files
    ]

    answers = [json.loads(process.communicate()[0]) for process in running]

    won, other = sorted(answers, key=lambda answer: not answer["accepted"])
    (event,) = (event for event in Book.open(case_copy).events("T01") if event.period == "2026-03")
    assert (won["accepted"], won["receipt"]) == (True, event.data["receipt"])
    assert other["accepted"] is not bool(outcome)
    assert [finding["rule"] for finding in other["findings"]] == [outcome] * bool(outcome)
    assert other["receipt"] == (None if outcome else won["receipt"])
    assert all(won["receipt"] in finding["other"] for finding in other["findings"])
