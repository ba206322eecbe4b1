"""Proof: whatever is changed below the surface of a sealed settlement is found, and named at its file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import settlement_book as small

from ledger import signatures
from ledger.book import Book
from reports import documents, settlement, settlement_verify, statement

FOLDER = "settlements/2025/T01"
LATER = "2026-05-05T08:00:00+07:00"
Tamper = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def sealed() -> Path:
    return small.stages()["seal"]


@pytest.fixture
def book(sealed: Path, tmp_path: Path) -> Book:
    return Book.open(Path(shutil.copytree(sealed, tmp_path / "book", symlinks=True)))


def tampered(book: Book, name: str, change: Tamper) -> list[tuple[str, str]]:
    """Commit a changed file past every check of ours, and ask again."""
    new = book.change("ha", "officer", LATER)
    before = book.read(name) or b""
    assert change(before) != before
    new.write(name, change(before))
    new.commit("tampered")
    return [(p.file, p.kind) for p in settlement.problems(Book.open(book.path))]


def test_an_untouched_book_has_no_problems(sealed: Path) -> None:
    assert list(settlement.problems(Book.open(sealed))) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("units/T01/2025/2025-08.beancount", b"8000000", b"7000000", "units/T01/2025/2025-08.beancount"),
        (
            "units/T01/2025/2025-08.beancount",
            "tỉnh bạn".encode(),
            "tỉnh xa".encode(),
            "units/T01/2025/2025-08.beancount",
        ),
        ("units/T01/2025/2025-09.beancount", b"1500000", b"1400000", "units/T01/2025/2025-09.beancount"),
        (f"{FOLDER}/decisions.beancount", b"2500000 QT", b"2400000 QT", f"{FOLDER}/decisions.beancount"),
        (f"{FOLDER}/decisions.beancount", "10 suất".encode(), "11 suất".encode(), f"{FOLDER}/statement.json"),
        (f"{FOLDER}/statement.json", b'"28000000"', b'"30500000"', f"{FOLDER}/statement.json"),
        (f"{FOLDER}/statement.json", b'"2025"}', b'"2025" }', f"{FOLDER}/statement.json"),
        (f"{FOLDER}/thong-bao.pdf", b"%%EOF", b"%%EOX", f"{FOLDER}/thong-bao.pdf"),
        (f"{FOLDER}/bien-ban.pdf", b"%PDF", b"%PDG", f"{FOLDER}/bien-ban.pdf"),
        (f"{FOLDER}/documents.json", b"2500000", b"2400000", f"{FOLDER}/documents.json"),
        (f"{FOLDER}/documents.json", b"12-TB", b"13-TB", f"{FOLDER}/documents.json"),
        ("registers/estimates/2025.csv", b"50000000", b"50000001", f"{FOLDER}/statement.json"),
        ("registers/allowed_signers", b"hanh ", b"hank ", "settlement/2025/T01/reviewer"),
    ],
)
def test_a_changed_byte_is_named_at_its_file(book: Book, name: str, old: bytes, new: bytes, found: str) -> None:
    problems = tampered(book, name, lambda data: data.replace(old, new))

    assert found in {file for file, _ in problems}


def test_a_journal_that_cannot_be_read_is_a_problem_and_no_crash(book: Book) -> None:
    problems = tampered(
        book, "units/T01/2025/2025-09.beancount", lambda data: data.replace(b"-1500000", b"-1400000", 1)
    )

    assert ("settlements/2025/T01", "damaged") in problems


def test_a_changed_number_of_the_notice_with_its_manifest_made_to_fit_is_still_found(book: Book) -> None:
    """The forger changes record, hashes and stamp together; the paper made again from the record differs."""

    def forge(data: bytes) -> bytes:
        raw = json.loads(data)
        raw["record"]["number"] = "99-TB/VPTU"
        raw["stamp"]["content"] = statement.digest(statement.canonical(raw["record"]))
        return statement.canonical(raw)

    problems = tampered(book, f"{FOLDER}/documents.json", forge)

    assert {file for file, _ in problems} == {f"{FOLDER}/bien-ban.pdf", f"{FOLDER}/thong-bao.pdf"}


def test_a_new_file_of_the_signed_year_is_found(book: Book) -> None:
    problems = tampered(
        book, "units/T01/2025/2025-07.beancount", lambda _: book.read("units/T01/2025/2025-09.beancount") or b""
    )

    assert ("units/T01/2025/2025-07.beancount", "figures") in problems


def test_a_missing_statement_is_found(book: Book) -> None:
    change = book.change("ha", "officer", LATER)
    change.delete(f"{FOLDER}/statement.json")
    change.commit("gone")

    assert (f"{FOLDER}/statement.json", "missing") in {
        (p.file, p.kind) for p in settlement.problems(Book.open(book.path))
    }


def test_a_signature_that_no_event_knows_of_is_found(book: Book) -> None:
    book.history.tag_signed(
        "settlement/2025/T02/approver", "unit: T02", signatures.practice_key("thang"), book.now(), tagger="thang"
    )

    found = list(settlement.problems(Book.open(book.path)))

    assert [(p.file, p.kind) for p in found] == [("settlement/2025/T02/approver", "signature")]


def test_an_old_approval_cannot_be_replayed_on_a_new_statement(book: Book) -> None:
    """The statement is exchanged for one that says more was approved, and an event is forged for it."""
    raw = json.loads(book.read(f"{FOLDER}/statement.json") or b"")
    raw["lines"][16]["reviewed"] = "30500000"
    data = statement.canonical(raw)
    change = book.change("hanh", "reviewer", LATER)
    change.write(f"{FOLDER}/statement.json", data)
    change.event("settlement.reviewed", unit="T01", period="2025", data={"statement": statement.digest(data)})
    change.commit("forged")

    found = {(p.file, p.kind) for p in settlement.problems(Book.open(book.path))}

    assert ("settlement/2025/T01/reviewer", "signature") in found
    assert (f"{FOLDER}/statement.json", "figures") in found


def test_the_code_on_a_page_leads_to_the_record_it_was_made_from(sealed: Path) -> None:
    book = Book.open(sealed)
    made, _ = documents.read_manifest(book.read(f"{FOLDER}/documents.json") or b"")

    assert settlement_verify.paper_of(book, made.stamp.payload.lower()) == f"{FOLDER}/documents.json"
    assert settlement_verify.paper_of(book, made.stamp.payload[:-1] + "X") == ""


def test_papers_made_with_other_tools_are_not_judged_by_ours(book: Book) -> None:
    """Their hashes still hold; only making them again would compare two versions of a library."""

    def older(data: bytes) -> bytes:
        return statement.canonical(json.loads(data) | {"tools": "typst 0.1.0, segno 0.1.0"})

    assert tampered(book, f"{FOLDER}/documents.json", older) == []


def test_every_settlement_with_a_folder_or_an_event_is_examined(sealed: Path) -> None:
    assert [(case.unit, case.year, case.state) for case in settlement_verify.cases(Book.open(sealed))] == [
        ("T01", 2025, "sealed")
    ]
