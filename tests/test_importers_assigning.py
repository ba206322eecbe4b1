"""Assignment: fail closed, one truth for estimates, the same path as a decision that is handed in."""

from __future__ import annotations

from pathlib import Path

import preparation_book as small
import pytest
from preparation_book import figures

from importers import assigning
from importers.assigning import Assigned, assign
from importers.proposing import Who, propose
from ledger import estimates
from ledger.book import Book

WHO = Who(small.OFFICER, "officer", small.ASSIGNED)
NUMBER = "315-QĐ/VPTU"


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """The province with the office's figures, before the outside authority's total."""
    path = small.fresh(tmp_path)
    done = propose(Book.open(path), small.YEAR, small.REVIEW, "xet.csv", Who(small.OFFICER, "officer", small.REVIEWED))
    assert done.commit
    return path


def _assign(path: Path, number: str = NUMBER, day: str = "2026-12-20", *, dry_run: bool = False) -> Assigned:
    return assign(Book.open(path), small.YEAR, number, day, WHO, dry_run=dry_run)


def _codes(done: Assigned) -> list[str]:
    return [finding.rule for finding in done.findings]


def _register(path: Path) -> list[estimates.EstimateLine]:
    name = estimates.register_name(small.YEAR)
    return [line for line in estimates.read(Book.open(path).read(name), name) if line.kind != "total"]


def test_what_is_proposed_becomes_the_decisions_of_the_book(reviewed: Path) -> None:
    small.total(reviewed)

    done = _assign(reviewed)

    book = Book.open(reviewed)
    lines = {(line.unit, line.source, line.clause, line.item): line for line in _register(reviewed)}
    event = book.events("VPTU")[-1]
    assert (done.accepted, _codes(done), done.lines, done.total) == (True, [], 4, 1_180_000_000)
    assert {key: line.amount for key, line in lines.items()} == {
        ("T01", "13", "351", ""): 620_000_000,
        ("T01", "12", "351", "6650"): 60_000_000,
        ("T01", "12", "351", "6700"): 20_000_000,
        ("T02", "13", "351", ""): 480_000_000,
    }
    assert {(line.decision, line.date, line.kind, line.assigning_unit) for line in lines.values()} == {
        (NUMBER, "2026-12-20", "original", "VPTU")
    }
    assert (event.event, event.data["decisions"], event.actor) == ("estimates.accepted", [NUMBER], small.OFFICER)
    assert done.submission is not None
    assert (done.submission.commit, done.submission.receipt) == (book.commit, event.data["receipt"])
    posted = book.postings(["T01"])
    given = posted[(posted["entry"] == "estimate") & (posted["period"] == small.YEAR) & (posted["code"] != "")]
    assert int(given["amount"].sum()) == 700_000_000


def test_nothing_is_assigned_without_the_outside_authority_s_total(reviewed: Path) -> None:
    before = Book.open(reviewed).commit

    done = _assign(reviewed)

    assert _codes(done) == ["J75", "J75"]
    assert [finding.params["line"] for finding in done.findings] == ["12-351", "13-351"]
    assert (done.accepted, done.submission, Book.open(reviewed).commit) == (False, None, before)


@pytest.mark.parametrize(("amount", "difference"), [("480.000.001", 1), ("479.999.999", -1)])
def test_one_dong_more_or_less_than_the_total_is_refused(reviewed: Path, amount: str, difference: int) -> None:
    small.total(reviewed)
    row = ("T02", "13", "351", "", amount, "Thử")
    propose(Book.open(reviewed), small.YEAR, figures(row), "sua.csv", Who(small.OFFICER, "officer", small.TOTALLED))

    done = _assign(reviewed)

    (finding,) = done.findings
    assert (finding.rule, finding.difference, finding.expected) == ("J76", difference, "1.100.000.000")
    assert _register(reviewed) == []


def test_a_total_that_nobody_gets_a_part_of_is_refused_too(reviewed: Path) -> None:
    small.total(reviewed)
    small.decide(reviewed, [("3301/QĐ-UBND", "16/12/2026", "Tổng giao", "VPTU", "13", "085", "", "5000000")])

    (finding,) = _assign(reviewed).findings

    assert (finding.rule, finding.value, finding.expected) == ("J76", "0", "5.000.000")


def test_every_line_that_was_asked_for_needs_the_office_s_figure(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    small.total(path)
    who = Who(small.OFFICER, "officer", small.TOTALLED)
    propose(Book.open(path), small.YEAR, figures(("T02", "13", "351", "", "500.000.000", "")), "x.csv", who)

    done = _assign(path)

    missing = [(f.unit, f.value, f.expected) for f in done.findings if f.rule == "J74"]
    assert missing == [
        ("T01", "13 351", "650.000.000"),
        ("T01", "12 351 6650", "60.000.000"),
        ("T01", "12 351 6700", "20.000.000"),
    ]


def test_nought_is_a_figure_that_gives_no_line(reviewed: Path) -> None:
    rows = [
        ("T01", "12", "351", "6700", "0", "Chưa có chương trình"),
        ("T01", "12", "351", "6650", "80.000.000", "Gộp hội nghị"),
    ]
    small.total(reviewed)
    propose(Book.open(reviewed), small.YEAR, figures(*rows), "x.csv", Who(small.OFFICER, "officer", small.TOTALLED))

    assert _assign(reviewed).accepted
    assert sorted(line.item for line in _register(reviewed)) == ["", "", "6650"]


def test_a_dry_run_says_the_same_and_changes_nothing(reviewed: Path) -> None:
    small.total(reviewed)
    before = Book.open(reviewed).commit

    tried = _assign(reviewed, dry_run=True)

    assert (tried.accepted, tried.total, Book.open(reviewed).commit) == (True, 1_180_000_000, before)
    assert _assign(reviewed).total == tried.total


def test_there_is_nothing_to_assign_twice_and_nothing_without_proposals(reviewed: Path) -> None:
    small.total(reviewed)
    assert _assign(reviewed).accepted

    again = _assign(reviewed, "316-QĐ/VPTU")
    empty = assign(small.book(), small.YEAR, NUMBER, "2026-12-20", WHO, dry_run=True)

    assert [_codes(again), _codes(empty)] == [["J77"], ["J77"]]
    assert [again.findings[0].value, empty.findings[0].value] == ["4", "0"]


def test_the_checks_of_a_decision_that_is_handed_in_hold_here_too(reviewed: Path) -> None:
    small.total(reviewed)

    tomorrow = _assign(reviewed, day="2026-12-21")
    taken = _assign(reviewed, number="3300/QĐ-UBND")

    assert set(_codes(tomorrow)) == {"F79"}
    assert "F71" in _codes(taken)
    assert _register(reviewed) == []


def test_the_file_of_a_decision_is_the_same_bytes_for_the_same_lines() -> None:
    lines = [assigning.proposals.Proposal("T01", "13", "351", "", "", 5, "", "x", 2)]

    first = assigning.decision_file(lines, NUMBER, "2026-12-20", small.YEAR)

    assert first == assigning.decision_file(lines, NUMBER, "2026-12-20", small.YEAR)
    assert "315-QĐ/VPTU;20/12/2026;Giao đầu năm;T01;13;351;;5;2027" in first.decode("utf-8-sig")
