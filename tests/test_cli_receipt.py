"""`party-ledger receipt` as people type it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cli.common import call
from ledger.book import Book
from reports import receipt

pytest_plugins = ("submission_fixtures",)


@pytest.fixture(scope="module")
def book(case_book: Path) -> Path:
    """Read only."""
    return case_book


@pytest.fixture
def number(book: Path) -> str:
    """A receipt of this book."""
    return str(next(e.data["receipt"] for e in Book.open(book).events("T01") if e.event in receipt.ACCEPTED))


def run(book: Path, *words: str | Path) -> tuple[int, str]:
    return call(["receipt", str(book), *map(str, words)])


def test_a_receipt_is_shown(book: Path, number: str) -> None:
    code, said = run(book, number)

    assert code == 0
    assert f"Biên nhận {number}" in said
    assert "Hiện trạng: đã kiểm tra." in said
    assert receipt.find(Book.open(book), number).payload in said
    assert "Handed in by" in run(book, number, "--lang", "en")[1]


def test_as_json_it_is_one_value_with_every_hash(book: Path, number: str) -> None:
    answer = json.loads(run(book, number, "--format", "json")[1])
    found = receipt.find(Book.open(book), number)

    assert (answer["receipt"], answer["commit"], answer["qr"]) == (number, found.commit, found.payload)
    assert {"sha256", "content", "receipt_sha256", "unit", "time", "rows"} <= answer.keys()


def test_the_sheet_is_written_to_a_file_or_into_a_folder(book: Path, number: str, tmp_path: Path) -> None:
    file = tmp_path / "r.pdf"
    assert run(book, number, "--format", "pdf", "-o", file)[0] == 0
    assert run(book, number, "-o", tmp_path)[0] == 0

    assert file.read_bytes().startswith(b"%PDF-")
    assert (tmp_path / f"bien-nhan-{number}.pdf").read_bytes() == file.read_bytes()


def test_an_unknown_number_leaves_with_1_and_a_sentence(book: Path) -> None:
    code, said = run(book, "T01-2026-02-vouchers-000000000000")

    assert (code, said.count("\n")) == (1, 1)
    assert "Sổ không có biên nhận T01-2026-02-vouchers-000000000000" in said


@pytest.mark.parametrize("words", [[], ["X", "--check", "Y"], ["NUMBER", "--format", "pdf"]])
def test_a_command_that_means_nothing_leaves_with_2(book: Path, number: str, words: list[str]) -> None:
    assert run(book, *(number if word == "NUMBER" else word for word in words))[0] == 2


def test_a_printed_code_is_confirmed_or_its_difference_named(book: Path, number: str) -> None:
    payload = receipt.find(Book.open(book), number).payload
    forged = payload[:-1] + ("0" if payload[-1] != "0" else "1")
    good, bad = run(book, "--check", payload), run(book, "--check", forged)

    assert (good[0], "Biên nhận in là thật" in good[1]) == (0, True)
    assert (bad[0], "✗ Sổ (commit): trên giấy" in bad[1]) == (1, True)
    assert json.loads(run(book, "--check", forged, "--format", "json")[1])["differences"][0]["what"] == "commit"
    assert run(book, "--check", "something else")[0] == 1


def test_a_book_that_does_not_hold_leaves_with_3(book: Path, number: str, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(book, tmp_path / "book", symlinks=True))
    opened = Book.open(copy)
    found = receipt.find(opened, number)
    opened.history.commit({found.facts["path"]: b"x"}, "tampered", "x", opened.now(), opened.commit)
    checked, verified = run(copy, "--check", found.payload), call(["verify", str(copy)])

    assert (checked[0], "party-ledger verify" in checked[1]) == (3, True)
    assert verified[0] == 3


def test_verify_looks_at_receipts(book: Path, number: str, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(book, tmp_path / "book", symlinks=True))
    opened = Book.open(copy)
    opened.history.commit({receipt.find(opened, number).path: None}, "tampered", "x", opened.now(), opened.commit)

    assert f"the receipt {number} is missing" in call(["verify", str(copy)])[1]
