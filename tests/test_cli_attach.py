"""`party-ledger attach` as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import scan_files as made

from cli.common import call
from importers import attaching
from ledger.book import Book
from ledger.scans import ScanStore

pytest_plugins = ("submission_fixtures",)

FEBRUARY = ["--unit", "T01", "--period", "2026-02"]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A scan of UNC010."""
    path = tmp_path / "UNC010.pdf"
    path.write_bytes(made.pdf())
    return path


def attach(book: Path, *words: str | Path) -> tuple[int, str]:
    return call(["attach", str(book), *map(str, words), *FEBRUARY])


def test_scans_are_attached_and_listed(case_copy: Path, scan: Path) -> None:
    code, said = attach(case_copy, scan, "--as", "ke.toan")
    listed = attach(case_copy, "--list")

    assert (code, "Đã đính kèm 1 bản quét." in said) == (0, True)
    assert listed[0] == 0
    assert "UNC010.pdf  PDF  1 KiB  16/11/2026" in listed[1]
    assert "T01 2026-02: 2 chứng từ, 1 bản quét, 0 chứng từ thiếu bản quét phải có." in listed[1]


def test_the_same_command_again_gives_the_same_json(case_copy: Path, scan: Path) -> None:
    first = attach(case_copy, scan, "--format", "json", "--as", "ke.toan")
    again = attach(case_copy, scan, "--format", "json", "--as", "ke.toan")
    answer = json.loads(first[1])

    assert first == again
    assert (answer["accepted"], answer["findings"]) == (True, [])
    assert answer["scans"][0]["sha256"] == ScanStore(case_copy).all()[0]
    assert "từ trước" in attach(case_copy, scan, "--as", "ke.toan")[1]


def test_a_refusal_names_every_mistake_and_leaves_with_1(case_copy: Path, tmp_path: Path, scan: Path) -> None:
    (tmp_path / "UNC099.pdf").write_bytes(made.pdf())
    (tmp_path / "UNC011.jpg").write_bytes(b"GIF89a")
    head = Book.open(case_copy).commit
    code, said = attach(case_copy, scan, tmp_path / "UNC099.pdf", tmp_path / "UNC011.jpg", "--lang", "en")

    assert code == 1
    assert "J41" in said
    assert "J50" in said
    assert "Nothing was attached: 2 findings." in said
    assert Book.open(case_copy).commit == head
    assert not ScanStore(case_copy).folder.exists()


def test_a_dry_run_says_what_would_be(case_copy: Path, scan: Path) -> None:
    code, said = attach(case_copy, scan, "--dry-run", "--lang", "en")

    assert (code, "1 scans would be attached." in said) == (0, True)
    assert not ScanStore(case_copy).folder.exists()


@pytest.mark.parametrize("words", [[], ["--list", "x.pdf"], ["no such file.pdf"], ["x.pdf", "--as", "nobody"]])
def test_a_command_that_means_nothing_leaves_with_2(case_copy: Path, words: list[str]) -> None:
    assert attach(case_copy, *words)[0] == 2


def test_too_much_at_once_is_refused_unread(case_copy: Path, scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "BYTES_AT_ONCE", 10)
    monkeypatch.setattr("cli.attach._read", lambda _: pytest.fail("was read"))
    code, said = attach(case_copy, scan)

    assert (code, "J54" in said) == (1, True)


def test_the_list_tells_what_is_missing_left_over_and_orphaned(case_copy: Path, tmp_path: Path) -> None:
    file = tmp_path / "t11.csv"
    head = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền\n"
    file.write_text(head + "PT01;05/11/2026;Thu hộ;1111;3388;20.000.000\n", "utf-8")
    assert call(["submit", str(case_copy), str(file), "--unit", "T01", "--period", "2026-11"])[0] == 0
    ScanStore(case_copy).put(made.png())
    words = ["attach", str(case_copy), "--list", "--unit", "T01", "--period", "2026-11"]
    listed = json.loads(call([*words, "--format", "json"])[1])
    said = call(words)[1]

    assert (listed["missing"], listed["left_over"], listed["orphans"]) == (["PT01"], [], 1)
    assert listed["vouchers"][0]["amount"] == 20_000_000
    assert "thiếu bản quét" in said
    assert "do lệnh bị ngắt giữa chừng): 1" in said


def test_verify_leaves_with_3_when_a_scan_is_lost(case_copy: Path, scan: Path) -> None:
    attach(case_copy, scan)
    ScanStore(case_copy).path(ScanStore(case_copy).all()[0]).unlink()
    code, said = call(["verify", str(case_copy)])

    assert code == 3
    assert "✗ scan" in said
    assert "UNC010" in said
