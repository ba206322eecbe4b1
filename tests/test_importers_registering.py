"""Registers are handed in like vouchers: one commit, receipts, versions, replacement, proof, no change when refused."""

from __future__ import annotations

import json
from pathlib import Path

from register_sheets import codes, dues, event, send, sheet, trip
from submission_cases import hand_in

from importers.registering import CHECKS
from importers.slots import Slot, versions
from importers.submission import problems
from ledger import records
from ledger.book import Book
from ledger.verify import examine

pytest_plugins = ("submission_fixtures",)

MARCH = "registers/events/T01/2026-03.csv"


def _tampered(book: Path, name: str, old: bytes, new: bytes | None) -> list[tuple[str, str, str]]:
    with Book.open(book).locked() as newest:
        change = newest.change("ke.toan", "accountant")
        if new is None:
            change.delete(name)
        else:
            data = newest.read(name) or b""
            assert old in data
            change.write(name, data.replace(old, new))
        change.commit("tampering")
    return [(problem.file, problem.voucher, problem.kind) for problem in problems(Book.open(book))]


def test_every_register_has_its_check() -> None:
    assert set(CHECKS) == set(records.KINDS)


def test_an_accepted_register_is_one_commit_with_file_receipt_rows_and_event(case_copy: Path) -> None:
    before = Book.open(case_copy)
    outcome = send(case_copy, "events", "T01", "2026-03", event("HN-1", planned_cost="1.500.000"), event("HN-2"))
    book = Book.open(case_copy)

    (version,) = versions(book.events("T01"), Slot.of("T01", "2026-03", "events"))
    receipt = json.loads(book.read(version.path.removesuffix(".csv") + ".receipt.json") or b"")
    new = {name for name in book.names() if before.read(name) != book.read(name)}
    assert new == {version.path, version.path.removesuffix(".csv") + ".receipt.json", MARCH, "events/2026/T01.jsonl"}
    assert (outcome.commit, outcome.receipt) == (book.commit, version.receipt)
    assert book.read(version.path) == sheet("events", event("HN-1", planned_cost="1.500.000"), event("HN-2"))
    assert {key: receipt[key] for key in ("receipt", "kind", "journal", "rows", "debit_total", "layout")} == {
        "receipt": outcome.receipt,
        "kind": "events",
        "journal": MARCH,
        "rows": 2,
        "debit_total": 1_500_000,
        "layout": "events/1",
    }
    assert [row.texts["event"] for row in records.of_unit(book, "events", "T01")["2026-03"]] == ["HN-1", "HN-2"]
    assert before.postings(["T01"]).equals(book.postings(["T01"]))
    assert examine(case_copy, (problems,)).problems == []


def test_the_same_rows_again_in_another_order_and_encoding_are_no_change(case_copy: Path) -> None:
    first = send(case_copy, "events", "T01", "2026-03", event("HN-1"), event("HN-2"))
    data = sheet("events", event("HN-2"), event("HN-1")).decode("utf-8-sig").encode("utf-16")

    again = hand_in(case_copy, data, "other.csv", unit="T01", period="2026-03", kind="events")

    assert (again.unchanged, again.receipt, again.commit) == (True, first.receipt, "")
    assert Book.open(case_copy).commit == first.commit


def test_other_rows_need_a_replacement_and_the_first_ones_may_come_back(case_copy: Path) -> None:
    a, b = event("HN-1"), event("HN-1", heads="25")
    first = send(case_copy, "events", "T01", "2026-03", a)

    refused = send(case_copy, "events", "T01", "2026-03", b)
    second = send(case_copy, "events", "T01", "2026-03", b, replace=True, reason="đếm lại")
    third = send(case_copy, "events", "T01", "2026-03", a, replace=True, reason="số cũ đúng")

    assert (refused.accepted, codes(refused)) == (False, ["F57"])
    assert len({first.receipt, second.receipt, third.receipt}) == 3
    book = Book.open(case_copy)
    assert [v.receipt for v in versions(book.events("T01"), Slot.of("T01", "2026-03", "events"))] == [
        first.receipt,
        second.receipt,
        third.receipt,
    ]
    (row,) = records.of_unit(book, "events", "T01")["2026-03"]
    assert row.number("heads") == 20
    assert list(problems(book)) == []


def test_a_dry_run_and_a_refused_file_leave_the_book_as_it_was(case_copy: Path) -> None:
    before = Book.open(case_copy).commit

    dry = send(case_copy, "events", "T01", "2026-03", event("HN-1"), dry_run=True)
    refused = send(case_copy, "events", "T01", "2026-03", event("HN-1", heads="0"))

    assert (dry.accepted, dry.receipt, refused.accepted) == (True, None, False)
    assert Book.open(case_copy).commit == before


def test_a_register_row_that_differs_from_the_received_file_is_named(case_copy: Path) -> None:
    send(case_copy, "events", "T01", "2026-03", event("HN-1"), event("HN-2", heads="31"))

    assert _tampered(case_copy, MARCH, b",31,", b",13,") == [(MARCH, "HN-2", "figures")]


def test_a_register_row_that_was_added_or_removed_is_named(case_copy: Path) -> None:
    send(case_copy, "events", "T01", "2026-03", event("HN-1"), event("HN-2"))
    row = (Book.open(case_copy).read(MARCH) or b"").splitlines(keepends=True)[-1]

    assert _tampered(case_copy, MARCH, row, row + row.replace(b"3,HN-2", b"4,HN-3")) == [(MARCH, "HN-3", "figures")]
    assert _tampered(case_copy, MARCH, row.replace(b"3,HN-2", b"4,HN-3"), b"") == []
    assert _tampered(case_copy, MARCH, row, b"") == [(MARCH, "HN-2", "figures")]


def test_a_register_file_that_is_gone_or_damaged_is_named(case_copy: Path) -> None:
    name = "registers/dues/XA01/2026-Q1.csv"

    damaged = _tampered(case_copy, name, b"row,", b"line,")
    gone = _tampered(case_copy, name, b"", None)

    assert damaged == [(name, "", "figures")]
    assert [(file, kind) for file, _, kind in gone] == [(name, "figures")] * 3


def test_a_later_period_that_would_break_refuses_with_the_place_and_what_was_wrong_before_does_not(
    case_copy: Path,
) -> None:
    breaks = send(case_copy, "trips", "T01", "2026-03", trip("LX-9", "10/03/2026", "10.240", "10.950"))
    (parent, child) = breaks.findings

    assert (breaks.accepted, parent.rule, parent.params["count"]) == (False, "F63", 1)
    assert (child.rule, child.period, child.file, child.row) == ("G14", "2026-04", "registers/trips/T01/2026-04.csv", 2)

    fits = send(case_copy, "trips", "T01", "2026-03", trip("LX-9", "10/03/2026", "10.240", "10.700"))
    assert (fits.accepted, codes(fits)) == (True, [])


def test_replacing_an_earlier_quarter_is_refused_when_the_debt_no_longer_fits(case_copy: Path) -> None:
    first = [dues("Chi bộ 1", f"0{n}/2026", 1_000_000, 0, n * 300_000) for n in (1, 2, 3)]
    second = [dues("Chi bộ 1", "04/2026", 1_000_000, 1_200_000, 0)]
    assert send(case_copy, "dues", "VPTU", "2026-Q1", *first).accepted
    assert send(case_copy, "dues", "VPTU", "2026-Q2", *second).accepted

    less = [*first[:2], dues("Chi bộ 1", "03/2026", 1_000_000, 100_000, 800_000)]
    refused = send(case_copy, "dues", "VPTU", "2026-Q1", *less, replace=True, reason="đã nộp một phần")

    assert (refused.accepted, codes(refused)) == (False, ["F63", "G29", "G24"])
    assert refused.findings[-1].period == "2026-Q2"
    assert refused.findings[-1].difference == 100_000


def test_hostile_text_is_kept_as_text_and_signs_of_markup_are_refused(case_copy: Path) -> None:
    text = '=cmd|"/c calc"!A1; plugin "x", include "/etc/passwd"'
    outcome = send(case_copy, "events", "T01", "2026-03", event("HN-1", name=text))
    refused = send(case_copy, "events", "T01", "2026-04", event("HN-2", day="05/04/2026", place="<script>"))

    assert (outcome.accepted, codes(refused)) == (True, ["F39"])
    (row,) = records.of_unit(Book.open(case_copy), "events", "T01")["2026-03"]
    assert row.texts["name"] == text
    assert examine(case_copy, (problems,)).problems == []


def test_a_register_file_that_no_submission_stands_for_is_named(case_copy: Path) -> None:
    name = "registers/trips/T02/2026-05.csv"
    with Book.open(case_copy).locked() as newest:
        change = newest.change("ke.toan", "accountant")
        change.write(name, records.write("trips", []))
        change.commit("tampering")

    assert [(p.file, p.kind) for p in problems(Book.open(case_copy))] == [(name, "figures")]


def test_a_file_of_another_period_is_told_once_and_not_row_by_row(case_book: Path) -> None:
    received = Book.open(case_book).read("received/T01/2026-02/" + _name(case_book)) or b""
    changed = received.replace(b"12/02/2026;45", b"12/02/2026;46")

    same = hand_in(case_book, received, "t3.csv", unit="T01", period="2026-03", kind="events", dry_run=True)
    other = hand_in(case_book, changed, "t3.csv", unit="T01", period="2026-03", kind="events", dry_run=True)

    assert (codes(same), codes(other)) == (["F60"], ["F62"])


def _name(book: Path) -> str:
    """Name of the received file of events of February."""
    (version,) = versions(Book.open(book).events("T01"), Slot.of("T01", "2026-02", "events"))
    return version.path.rpartition("/")[2]
