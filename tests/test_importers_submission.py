"""Handing in: whole or not at all, once, replaced only when asked, with a receipt that can be proved."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from submission_cases import hand_in

from campaigns.works import HEADER, electricity
from importers.submission import Submission, problems, shown_name
from ledger import journal
from ledger.book import Book
from ledger.errors import UsageProblem

pytest_plugins = ("submission_fixtures",)


def _submit(book: Path, data: bytes, name: str = "t3.csv", **command: Any) -> Submission:  # noqa: ANN401 - words
    return hand_in(book, data, name, **{"unit": "T01", "period": "2026-03", **command})


def _codes(outcome: Submission) -> list[str]:
    return [finding.rule for finding in outcome.findings]


def _view(book: Path) -> dict[str, bytes]:
    return {
        path.relative_to(book).as_posix(): path.read_bytes()
        for path in book.rglob("*")
        if path.is_file() and not path.relative_to(book).parts[0].startswith(".")
    }


def test_an_accepted_file_is_one_commit_with_everything_it_needs(case_copy: Path) -> None:
    before, old = _view(case_copy), Book.open(case_copy)
    data = electricity("1.000.000")

    outcome = _submit(case_copy, data)
    new = Book.open(case_copy)

    digest = hashlib.sha256(data).hexdigest()[:12]
    changed = {name for name, content in _view(case_copy).items() if before.get(name) != content}
    assert changed == {
        f"received/T01/2026-03/vouchers-{digest}.csv",
        f"received/T01/2026-03/vouchers-{digest}.receipt.json",
        "units/T01/2026/2026-03.beancount",
        "units/T01/ledger.beancount",
        "events/2026/T01.jsonl",
    }
    assert [commit.id for commit in new.history.commits()][1] == old.commit
    assert (new.commit, outcome.rows) == (outcome.commit, 2)
    assert new.read(f"received/T01/2026-03/vouchers-{digest}.csv") == data


def test_the_receipt_says_what_was_accepted(case_copy: Path) -> None:
    data = electricity("1.000.000")

    outcome = _submit(case_copy, data, "Tháng 3.csv")
    book = Book.open(case_copy)

    event = book.events("T01")[-1]
    receipt = json.loads(book.read(event.data["path"].replace(".csv", ".receipt.json")) or b"")
    assert outcome.receipt == receipt["receipt"] == event.data["receipt"]
    assert receipt["receipt"] == f"T01-2026-03-vouchers-{event.data['content'][:12]}"
    assert (receipt["file"], receipt["rows"], receipt["debit_total"]) == ("Tháng 3.csv", 2, 1_000_000)
    assert receipt["sha256"] == hashlib.sha256(data).hexdigest()
    assert (receipt["actor"], receipt["time"]) == ("ke.toan", event.time)


def test_the_same_content_in_another_file_is_no_change(case_copy: Path) -> None:
    first = _submit(case_copy, electricity("1.000.000"))
    again = electricity("1000000").decode().replace(";", "\t").encode("utf-16-le")

    outcome = _submit(case_copy, b"\xff\xfe" + again, "khác.txt")

    assert (outcome.unchanged, outcome.receipt, outcome.commit) == (True, first.receipt, "")
    assert Book.open(case_copy).commit == first.commit


def test_other_content_needs_replace_and_counts_what_it_changes(case_copy: Path) -> None:
    first = _submit(case_copy, electricity("1.000.000"))

    outcome = _submit(case_copy, electricity("1.100.000"))

    (finding,) = outcome.findings
    assert (finding.rule, finding.value, finding.difference) == ("F57", "UNC020", 2)
    assert finding.params["receipt"] == first.receipt
    assert not outcome.accepted
    assert Book.open(case_copy).commit == first.commit


def test_a_then_b_then_a_again_ends_with_a_and_its_own_receipt(case_copy: Path) -> None:
    a, b = electricity("1.000.000"), electricity("1.100.000")

    receipts = [_submit(case_copy, data, replace=True, reason="Sửa số tiền").receipt for data in (a, b, a)]
    book = Book.open(case_copy)

    table = journal.read((book.read("units/T01/2026/2026-03.beancount") or b"").decode())
    assert set(table["amount"].abs()) == {1_000_000}
    assert len(set(receipts)) == 3
    assert receipts[2] == f"{receipts[0]}-3"
    assert [event.data["replaces"] for event in book.events("T01")[-3:]] == ["", receipts[0], receipts[1]]
    names = book.names("received/T01/2026-03/")
    assert len([name for name in names if name.endswith(".receipt.json")]) == 3
    assert list(problems(book)) == []


def test_an_occupied_slot_and_unreadable_rows_are_told_together(case_copy: Path) -> None:
    _submit(case_copy, electricity("1.000.000"))

    outcome = _submit(case_copy, electricity("1.0"))

    assert sorted(_codes(outcome)) == ["F33", "F33", "F66"]


def test_a_refused_file_leaves_nothing_behind(case_copy: Path) -> None:
    before, commit = _view(case_copy), Book.open(case_copy).commit

    for data in (b"", electricity("x"), electricity("700.000.000"), electricity("1.000", day="05/04/2026")):
        assert not _submit(case_copy, data).accepted

    assert _view(case_copy) == before
    assert Book.open(case_copy).commit == commit


def test_a_dry_run_does_everything_but_the_commit(case_book: Path) -> None:
    before, commit = _view(case_book), Book.open(case_book).commit

    good = _submit(case_book, electricity("1.000"), dry_run=True)
    bad = _submit(case_book, electricity("700.000.000"), dry_run=True)

    assert (good.accepted, good.receipt, good.commit, good.rows) == (True, None, "", 2)
    assert (bad.accepted, _codes(bad)) == (False, ["E02"])
    assert (_view(case_book), Book.open(case_book).commit) == (before, commit)


def test_rules_name_the_submitters_file_row_and_heading(case_book: Path) -> None:
    data = electricity("700.000.000").replace("Tiểu mục".encode(), "Mã tiểu mục".encode())

    (finding,) = _submit(case_book, data, "tháng ba.csv", dry_run=True).findings

    assert (finding.rule, finding.file, finding.row, finding.column) == ("E02", "tháng ba.csv", 3, "Số tiền")
    assert (finding.unit, finding.period, finding.voucher) == ("T01", "2026-03", "UNC020")


def test_warnings_do_not_block(case_copy: Path) -> None:
    data = electricity("1.000").replace("Số chứng từ;".encode(), "Số chứng từ;Ngày chứng từ;".encode())

    outcome = _submit(case_copy, data.replace(b"UNC020;", b"UNC020;06/03/2026;"))

    assert (outcome.accepted, _codes(outcome)) == (True, ["F40", "F40"])
    assert Book.open(case_copy).events("T01")[-1].data["warnings"] == 2


def test_a_year_that_was_closed_is_closed_again_when_it_changes(case_copy: Path) -> None:
    closing = "units/T01/2025/2025-closing.beancount"
    december = electricity("500.000", "UNC120", "31/12/2025")
    _submit(case_copy, december, period="2025-13")
    first = Book.open(case_copy).read(closing)

    _submit(case_copy, electricity("300.000", "UNC050", "10/11/2025"), period="2025-11")
    book = Book.open(case_copy)

    table = book.postings(["T01"])
    table = table[table["date"] < "2026-01-01"]
    balances = table.groupby("code")["amount"].sum()
    assert first is not None
    assert book.read(closing) != first
    assert (balances["612"], balances["511"], balances["911"]) == (0, 0, 0)
    assert 'include "2025/2025-closing.beancount"' in (book.read("units/T01/ledger.beancount") or b"").decode()


def test_a_year_without_adjustments_is_closed_when_the_next_months_come_in(case_copy: Path) -> None:
    book = Book.open(case_copy)
    handed_in = {event.period for event in book.events("T01") if event.event == "submission.accepted"}
    table = book.postings(["T01"])
    balances = table[table["date"] < "2026-01-01"].groupby("code")["amount"].sum()

    assert "2025-13" not in handed_in
    assert "2026-02" in handed_in
    assert book.read("units/T01/2025/2025-closing.beancount") is not None
    assert (balances["612"], balances["511"], balances["911"]) == (0, 0, 0)


def test_books_of_one_month_stand_beside_each_other(case_copy: Path) -> None:
    cash = (HEADER + "PT001;06/03/2026;Rút tiền gửi về quỹ;1111;1121;2.000.000;;;;\r\n").encode()

    _submit(case_copy, electricity("1.000"))
    outcome = _submit(case_copy, cash, kind="vouchers/cash")
    book = Book.open(case_copy)

    table = book.postings(["T01"])
    assert outcome.accepted
    assert sorted(set(table.loc[table["period"] == "2026-03", "book"])) == ["", "cash"]
    assert book.read("units/T01/2026/2026-03.cash.beancount") is not None


def test_one_number_in_two_books_of_a_year_is_refused(case_copy: Path) -> None:
    _submit(case_copy, electricity("1.000"))

    outcome = _submit(case_copy, electricity("2.000"), kind="vouchers/cash")

    assert set(_codes(outcome)) == {"V04"}


def test_a_wrong_call_raises_and_changes_nothing(case_book: Path) -> None:
    for command in ({"period": "March"}, {"kind": "journeys"}, {"kind": "vouchers/../x"}):
        with pytest.raises(UsageProblem):
            _submit(case_book, electricity("1.000"), **command)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("tháng 3.csv", "tháng 3.csv"),
        ("C:\\Users\\Hoa\\t3.csv", "t3.csv"),
        ("../../etc/passwd", "passwd"),
        ("/abs/.main.beancount.picklecache", ".main.beancount.picklecache"),
        ("a\x00b\n.csv", "a?b?.csv"),
        ("\u202ecsv.exe", "?csv.exe"),
        ("<b>.csv", "?b?.csv"),
        ("", "?"),
        ("tha\u0301ng.csv", "tháng.csv"),
        ("t\udcff3.csv", "t?3.csv"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_file_name_is_kept_as_text_only(sent: str, shown: str) -> None:
    assert shown_name(sent) == shown


@pytest.mark.parametrize(
    "name", ["../../x", "CON", ".main.beancount.picklecache", "units/T01/ledger.beancount", "a\x00"]
)
def test_whatever_the_name_the_stored_one_is_ours(case_copy: Path, name: str) -> None:
    _submit(case_copy, electricity("1.000"), name)

    stored = Book.open(case_copy).events("T01")[-1].data["path"]
    assert stored.startswith("received/T01/2026-03/vouchers-")
    assert stored.endswith(".csv")


def test_stock_beancount_accepts_the_units_ledger(case_copy: Path) -> None:
    from beancount import loader  # noqa: PLC0415 - slow to import, one test needs it

    _submit(case_copy, electricity("1.000"))
    entries, errors, _ = loader.load_file(str(case_copy / "units/T01/ledger.beancount"))

    assert errors == []
    assert any(getattr(entry, "narration", "") == "Chi tiền điện" for entry in entries)
