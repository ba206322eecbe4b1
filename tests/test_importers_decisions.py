"""Estimate decisions are handed in: once, whole, into the register and every receiver's journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from submission_cases import hand_in

from importers.submission import Submission, problems
from ledger import estimates
from ledger.book import Book

pytest_plugins = ("submission_fixtures",)

HEADER = "decision;date;kind;unit;source;clause;item;amount;budget_year;note\n"
NAME = estimates.register_name("2026")


def _submit(book: Path, *rows: str, **command: Any) -> Submission:  # noqa: ANN401 - words of a command
    usual = {"unit": "VPTU", "period": "2026", "kind": "estimates"}
    return hand_in(book, (HEADER + "\n".join(rows)).encode("utf-8"), "qd.csv", **{**usual, **command})


def _row(number: str, kind: str, unit: str, amount: int, date: str = "02/06/2026") -> str:
    return f"{number};{date};{kind};{unit};13;351;;{amount};2026;"


def test_a_decision_goes_into_the_register_and_every_receivers_journal(case_copy: Path) -> None:
    outcome = _submit(case_copy, _row("30-QĐ", "supplement", "T01", 5_000), _row("30-QĐ", "supplement", "T02", 7_000))
    book = Book.open(case_copy)

    lines = estimates.read(book.read(NAME), NAME)
    event = book.events("VPTU")[-1]
    assert [(line.unit, line.amount, line.row) for line in lines[-2:]] == [("T01", 5_000, 2), ("T02", 7_000, 3)]
    assert {line.submission for line in lines[-2:]} == {event.data["submission"]}
    assert (event.event, event.data["decisions"], event.data["debit_total"]) == (
        "estimates.accepted",
        ["30-QĐ"],
        12_000,
    )
    assert (outcome.receipt, outcome.commit) == (event.data["receipt"], book.commit)
    for unit, amount in (("T01", 5_000), ("T02", 7_000)):
        table = book.postings([unit])
        mine = table[(table["decision"] == "30-QĐ") & (table["side"] == "D")]
        assert list(mine["amount"]) == [amount]
        assert (
            'include "2026/2026-estimates.beancount"' in (book.read(f"units/{unit}/ledger.beancount") or b"").decode()
        )
    assert list(problems(book)) == []


def test_the_same_decisions_again_are_no_change(case_copy: Path) -> None:
    rows = [_row("30-QĐ", "supplement", "T01", 5_000), _row("31-QĐ", "supplement", "T02", 7_000)]
    first = _submit(case_copy, *rows)

    again = _submit(case_copy, *rows)
    part = _submit(case_copy, rows[1])

    assert (again.unchanged, again.receipt) == (part.unchanged, part.receipt) == (True, first.receipt)
    assert Book.open(case_copy).commit == first.commit


def test_a_decision_is_never_replaced(case_copy: Path) -> None:
    first = _submit(case_copy, _row("30-QĐ", "supplement", "T01", 5_000))

    for rows in (
        [_row("30-QĐ", "supplement", "T01", 5_001)],
        [_row("30-QĐ", "supplement", "T02", 5_000)],
        [_row("30-QĐ", "supplement", "T01", 5_000), _row("30-QĐ", "supplement", "T02", 1)],
    ):
        outcome = _submit(case_copy, *rows, replace=True)
        assert [finding.rule for finding in outcome.findings] == ["F71"]

    assert Book.open(case_copy).commit == first.commit


def test_a_known_decision_beside_a_new_one_is_not_booked_twice(case_copy: Path) -> None:
    _submit(case_copy, _row("30-QĐ", "supplement", "T01", 5_000))

    outcome = _submit(case_copy, _row("30-QĐ", "supplement", "T01", 5_000), _row("31-QĐ", "supplement", "T01", 9))
    table = Book.open(case_copy).postings(["T01"])

    assert [finding.rule for finding in outcome.findings] == ["F84"]
    assert outcome.accepted
    assert table.loc[(table["decision"] == "30-QĐ") & (table["side"] == "D"), "amount"].sum() == 5_000


def test_two_units_may_use_the_same_number(case_copy: Path) -> None:
    _submit(case_copy, _row("30-QĐ", "supplement", "T01", 5_000))

    assert _submit(case_copy, _row("30-QĐ", "original", "XA01", 8_000), unit="XA01").accepted


def test_a_cut_that_a_voucher_has_spent_already_names_the_voucher(case_copy: Path) -> None:
    cut = _row("32-QĐ", "cut", "T01", -590_000_000, "01/02/2026")

    outcome = _submit(case_copy, cut)

    named = [finding for finding in outcome.findings if finding.rule == "E02"]
    assert outcome.findings[0].rule == "F63"
    assert [(finding.unit, finding.period, finding.voucher) for finding in named] == [
        (
            "T01",
            "2026-02",
            "UNC010",
        )
    ]
    assert "T01 2026-02" in outcome.findings[0].value


def test_held_money_is_in_the_register_and_in_no_journal(case_copy: Path) -> None:
    outcome = _submit(case_copy, _row("33-QĐ", "held", "T01", 5_000))
    book = Book.open(case_copy)

    assert outcome.accepted
    assert "33-QĐ" not in set(book.postings(["T01"])["decision"])
    assert "33-QĐ" in set(book.estimates()["decision"])


def test_unreadable_rows_leave_other_decisions_checked(case_book: Path) -> None:
    transfer = [_row("34-QĐ", "transfer", "T01", -5), _row("34-QĐ", "transfer", "T02", 4)]

    outcome = _submit(case_book, *transfer, _row("35-QĐ", "gift", "T01", 5), dry_run=True)

    assert [(finding.rule, finding.row) for finding in outcome.findings] == [("E04", 2), ("F70", 4)]


def test_a_dry_run_changes_nothing(case_book: Path) -> None:
    commit = Book.open(case_book).commit

    outcome = _submit(case_book, _row("36-QĐ", "supplement", "T01", 5), dry_run=True)

    assert (outcome.accepted, outcome.receipt, Book.open(case_book).commit) == (True, None, commit)
