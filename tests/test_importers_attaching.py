"""Scans are attached whole or not at all, to vouchers that the book holds, and are never lost with a killed process."""

from __future__ import annotations

import errno
import itertools
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import scan_files as made
from history_tools import failing_at, in_child, killing_at, memory_folder
from submission_cases import hand_in

from importers import attaching
from importers.attaching import Attached, File
from importers.judging import CATALOGUES, catalogue
from importers.periods import BadPeriodError
from ledger import history, scans, verify
from ledger.book import Book
from ledger.durable import Disk
from ledger.errors import DiskFullError
from ledger.findings import Catalogue
from ledger.scans import ScanStore
from plugins import rule

pytest_plugins = ("submission_fixtures",)

AT = "2026-11-16T09:00:00+07:00"
HEAD = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;Chứng từ gốc\n"
PDF, PNG, JPEG = File("UNC010.pdf", made.pdf()), File("UNC011.png", made.png()), File("UNC010-2.jpg", made.jpeg())


def attach(book: Path, *files: File, **command: Any) -> Attached:  # noqa: ANN401 - words of a command
    words = {"unit": "T01", "period": "2026-02", "actor": "ke.toan", "role": "accountant", "at": AT} | command
    return attaching.attach(Book.open(book), files, **words)


def codes(result: Attached) -> list[str]:
    return [finding.rule for finding in result.findings]


def problems(book: Path) -> list[tuple[str, str, str]]:
    return [(p.kind, p.voucher, p.detail.split(":")[0]) for p in verify._scan_problems(Book.open(book))]


def november(book: Path, *rows: str) -> None:
    done = hand_in(book, (HEAD + "".join(f"{row}\n" for row in rows)).encode(), "t11.csv", unit="T01", period="2026-11")
    assert done.accepted, done.findings


def test_several_scans_go_in_with_one_commit_and_are_told_by_their_names(case_copy: Path) -> None:
    before = Book.open(case_copy).commit
    result = attach(case_copy, PDF, PNG, JPEG)
    book = Book.open(case_copy)

    assert (result.accepted, result.findings, result.commit) == (True, (), book.commit)
    assert [(s.voucher, s.type, s.name, s.size) for s in result.scans] == [
        ("UNC010", "pdf", "UNC010.pdf", len(PDF.data)),
        ("UNC011", "png", "UNC011.png", len(PNG.data)),
        ("UNC010", "jpeg", "UNC010-2.jpg", len(JPEG.data)),
    ]
    assert [commit.id for commit in itertools.islice(book.history.commits(), 2)] == [book.commit, before]
    assert scans.attached(book.events("T01")) == list(result.scans)
    assert [ScanStore(case_copy).get(s.sha256) for s in result.scans] == [PDF.data, PNG.data, JPEG.data]
    assert problems(case_copy) == []


def test_the_same_file_again_changes_nothing_and_gives_the_same_answer(case_copy: Path) -> None:
    first = attach(case_copy, PDF)
    again = attach(case_copy, PDF._replace(name="unc010.PDF"), PDF, at="2026-11-17T09:00:00+07:00")

    assert again.scans == first.scans * 2
    assert (again.accepted, again.unchanged, again.commit) == (True, True, "")
    assert Book.open(case_copy).commit == first.commit


def test_only_what_is_new_makes_an_event(case_copy: Path) -> None:
    attach(case_copy, PDF)
    result = attach(case_copy, PDF, JPEG, at="2026-11-17T09:00:00+07:00")

    assert [s.time for s in result.scans] == [AT, "2026-11-17T09:00:00+07:00"]
    assert len(scans.attached(Book.open(case_copy).events("T01"))) == 2


def test_a_lost_scan_is_put_right_by_attaching_it_again(case_copy: Path) -> None:
    sha256 = attach(case_copy, PDF).scans[0].sha256
    ScanStore(case_copy).path(sha256).unlink()
    assert problems(case_copy) == [("scan", "UNC010", "missing")]

    assert attach(case_copy, PDF).unchanged
    assert problems(case_copy) == []


def test_everything_wrong_is_told_at_once_and_nothing_is_kept(case_copy: Path) -> None:
    head = Book.open(case_copy).commit
    result = attach(
        case_copy,
        PDF,
        File("UNC099.pdf", made.pdf()),
        File("UNC011.pdf", b""),
        File("scan.docx", b"PK\x03\x04"),
        File("UNC011-2.png", PNG.data[:-3]),
    )

    assert (result.accepted, result.scans, result.commit) == (False, (), "")
    assert sorted(codes(result)) == ["J40", "J41", "J42", "J50", "J50"]
    assert {finding.unit for finding in result.findings} == {"T01"}
    assert next(f.expected for f in result.findings if f.file == "UNC099.pdf") == "UNC011, UNC010"
    assert Book.open(case_copy).commit == head
    assert not ScanStore(case_copy).folder.exists()


def test_a_dry_run_keeps_nothing(case_copy: Path) -> None:
    head = Book.open(case_copy).commit
    result = attach(case_copy, PDF, dry_run=True)

    assert (result.accepted, len(result.scans), result.commit) == (True, 1, "")
    assert Book.open(case_copy).commit == head
    assert not ScanStore(case_copy).folder.exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UNC010.pdf", ""),
        ("unc010.PDF", ""),
        ("UNC010-12.pdf", ""),
        ("UNC010_2.pdf", ""),
        ("UNC010 (3).pdf", ""),
        ("C:\\scans\\UNC010.pdf", ""),
        ("UNC010-1234.pdf", "J50"),
        ("UNC010a.pdf", "J50"),
        ("UNC0102.pdf", "J50"),
        ("scan0001.pdf", "J50"),
        (".pdf", "J50"),
    ],
)
def test_a_file_name_names_its_voucher_or_the_file_is_refused(case_copy: Path, name: str, code: str) -> None:
    result = attach(case_copy, File(name, made.pdf()), dry_run=True)

    assert codes(result) == ([code] if code else [])
    assert [s.voucher for s in result.scans] == ([] if code else ["UNC010"])


def test_a_name_that_fits_two_vouchers_is_not_guessed(case_copy: Path) -> None:
    november(
        case_copy,
        *(f"{n};05/11/2026;Thu hộ;1111;3388;1.000;" for n in ("PT01", "PT01-2", "03/PT-VP", "03-PT/VP", "04/PT-VP")),
    )

    def told(name: str, **command: str) -> tuple[list[str], list[str]]:
        result = attach(case_copy, File(name, made.pdf()), period="2026-11", dry_run=True, **command)
        return codes(result), [s.voucher for s in result.scans]

    assert told("PT01.pdf") == ([], ["PT01"])
    assert told("PT01-3.pdf") == ([], ["PT01"])
    assert told("PT01-2.pdf") == (["J52"], [])
    assert told("PT01-2.pdf", voucher="PT01-2") == ([], ["PT01-2"])
    assert told("PT01-2-1.pdf") == ([], ["PT01-2"])
    assert told("04-PT-VP.pdf") == ([], ["04/PT-VP"])
    assert told("03-PT-VP.pdf") == (["J52"], [])


def test_a_stated_voucher_must_be_in_the_book(case_copy: Path) -> None:
    result = attach(case_copy, File("scan1.pdf", made.pdf()), voucher="UNC01")

    assert codes(result) == ["J51"]
    assert (result.findings[0].value, result.findings[0].expected) == ("UNC01", "UNC011, UNC010")
    assert attach(case_copy, File("scan1.pdf", made.pdf()), voucher=" UNC011 ").scans[0].voucher == "UNC011"


@pytest.mark.parametrize(
    ("unit", "period"), [("T01", "2026-03"), ("XX", "2026-02"), ("T01", "2026-14"), ("T01", "2026")]
)
def test_a_period_without_vouchers_is_told_once(case_copy: Path, unit: str, period: str) -> None:
    assert codes(attach(case_copy, PDF, PNG, unit=unit, period=period)) == ["J53"]


def test_a_text_that_is_no_period_is_a_wrong_call(case_copy: Path) -> None:
    with pytest.raises(BadPeriodError):
        attach(case_copy, PDF, period="../2026")


def test_more_than_goes_at_once_is_refused(case_copy: Path) -> None:
    result = attach(case_copy, *[PDF] * (attaching.FILES_AT_ONCE + 1))

    assert codes(result) == ["J54"]
    assert [f.rule for f in attaching.too_many([attaching.SCAN_BYTES] * 11)] == ["J54"]
    assert attaching.too_many([attaching.SCAN_BYTES] * 10) == []


def test_one_paper_for_two_vouchers_is_taken_with_a_warning(case_copy: Path) -> None:
    both = attach(case_copy, PDF, File("UNC011.pdf", PDF.data), dry_run=True)
    attach(case_copy, PDF)
    later = attach(case_copy, File("UNC011.pdf", PDF.data))

    assert [(f.rule, f.voucher, f.other) for f in both.findings] == [
        ("J55", "UNC010", "UNC011 (2026-02)"),
        ("J55", "UNC011", "UNC010 (2026-02)"),
    ]
    assert [(f.rule, f.voucher, f.other) for f in later.findings] == [("J55", "UNC011", "UNC010 (2026-02)")]
    assert later.accepted


def test_a_scan_that_comes_after_the_seal_is_marked(case_copy: Path) -> None:
    with Book.open(case_copy).locked() as book:
        change = book.change("lanh.dao", "approver", AT)
        change.event("settlement.sealed", unit="T01", period="2025")
        change.commit("sealed")
    result = attach(case_copy, File("UNC091.pdf", made.pdf()), period="2025-12")

    assert (result.accepted, codes(result)) == (True, ["J56"])


def test_the_name_of_a_file_is_text_and_never_a_path(case_copy: Path) -> None:
    name = "../../UNC010-1\u202e\n<b>.pdf"
    scan = attach(case_copy, File(name, made.pdf()), voucher="UNC010").scans[0]

    assert scan.name == "UNC010-1??b?.pdf" or "/" not in scan.name
    assert not {"\n", "\u202e", "<", "/"} & set(scan.name)
    assert ScanStore(case_copy).all() == [scan.sha256]


def test_every_code_has_texts_and_is_one_of_this_room() -> None:
    found = Catalogue.load(next(path for path in CATALOGUES if path.name == "findings_scans.yaml"))

    assert {entry.code for entry in found} == {f"J{n}" for n in (*range(40, 49), *range(50, 57))}


def test_sentences_are_whole_in_both_languages(case_copy: Path) -> None:
    result = attach(case_copy, File("UNC09.pdf", b"GIF89a"), File("x.pdf", made.png(10, 10)), voucher="UNC09")
    said = [catalogue().render(finding, "vi") for finding in result.findings]
    said += [catalogue().render(finding, "en") for finding in result.findings]

    assert len(said) == 8
    assert not [one for one in said if "?" in one["message"] or "None" in one["message"] or "{" in one["message"]]


# The rule and the list.


def test_a_large_voucher_needs_a_scan_until_it_has_one(case_copy: Path) -> None:
    november(case_copy, "PT100;05/11/2026;Thu hộ;1111;3388;10.000.000;", "PT101;05/11/2026;Thu hộ;1111;3388;9.999.999;")

    def missing() -> list[str]:
        asked = rule.context(Book.open(case_copy), "T01", periods=["2026-11"])
        return [finding.voucher for finding in rule.run(asked, ["V05"]).findings]

    def listed() -> list[tuple[str, bool, bool, int]]:
        rows = attaching.overview(Book.open(case_copy), "T01", "2026-11")
        return [(row.voucher, row.required, row.missing, len(row.scans)) for row in rows]

    assert missing() == ["PT100"]
    assert listed() == [("PT100", True, True, 0), ("PT101", False, False, 0)]
    attach(case_copy, File("PT100.pdf", made.pdf()), File("PT100-2.png", made.png()), period="2026-11")
    assert missing() == []
    assert listed() == [("PT100", True, False, 2), ("PT101", False, False, 0)]


def test_a_scan_of_a_voucher_that_was_replaced_away_is_told(case_copy: Path) -> None:
    november(case_copy, "PT100;05/11/2026;Thu hộ;1111;3388;1.000;")
    scan = attach(case_copy, File("PT100.pdf", made.pdf()), period="2026-11").scans[0]
    assert attaching.left_over(Book.open(case_copy), "T01", "2026") == []

    data = (HEAD + "PT102;05/11/2026;Thu hộ;1111;3388;1.000;\n").encode()
    done = hand_in(case_copy, data, "t11.csv", unit="T01", period="2026-11", replace=True, reason="sai số chứng từ")

    assert done.accepted, done.findings
    assert attaching.left_over(Book.open(case_copy), "T01", "2026") == [scan]
    assert problems(case_copy) == []


# Verification.


def test_verification_names_scans_that_are_lost_or_changed(case_copy: Path) -> None:
    result = attach(case_copy, PDF, PNG, JPEG)
    store = ScanStore(case_copy)
    path = store.path(result.scans[0].sha256)
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.7 forged")
    store.path(result.scans[1].sha256).unlink()

    assert sorted(problems(case_copy)) == [("scan", "UNC010", "changed"), ("scan", "UNC011", "missing")]
    found = [p for p in verify.examine(case_copy).problems if p.kind == "scan"]
    assert {p.file for p in found} == {f"book.scans/{s.sha256}" for s in result.scans[:2]}


def test_a_book_without_its_folder_of_scans_is_told_once_and_one_that_needs_none_is_sound(case_copy: Path) -> None:
    assert problems(case_copy) == []
    attach(case_copy, PDF, PNG)
    shutil.rmtree(ScanStore(case_copy).folder)

    assert problems(case_copy) == [("scan", "", "the folder of scans is missing; events name 2")]


# Killed processes and full disks.


@pytest.fixture
def small_book(case_book: Path) -> Iterator[Path]:
    with memory_folder() as folder:
        yield Path(shutil.copytree(case_book, folder / "book", symlinks=True))


def _with_disk(book: Path, disk: Disk) -> Attached:
    history.Disk = scans.Disk = lambda: disk  # type: ignore[misc, assignment]
    return attach(book, PDF, PNG)


@pytest.mark.slow
def test_a_process_killed_at_any_step_leaves_no_event_without_its_scan(small_book: Path) -> None:
    outcomes, orphans = [], 0
    for number in itertools.count(1):
        folder = small_book.with_name(f"n{number}")
        book = Path(shutil.copytree(small_book, folder / "book", symlinks=True))
        ended = in_child(lambda book=book, number=number: _with_disk(book, killing_at(number)))  # type: ignore[misc]
        assert ended in {0, -signal.SIGKILL}
        found = Book.open(book)
        outcomes.append(len(scans.attached(found.events("T01"))))
        orphans += len(ScanStore(book).orphans(found.events("T01")))
        assert list(verify._scan_problems(found)) == []
        if number % 7 == 0 or ended == 0:
            assert attach(book, PDF, PNG).accepted
            assert len(scans.attached(Book.open(book).events("T01"))) == 2
            assert problems(book) == []
        shutil.rmtree(folder)
        if ended == 0:
            break

    assert number > 40
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {0, 2}
    assert orphans > 0


def test_a_full_disk_attaches_nothing_and_the_next_try_works(case_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "Disk", lambda: failing_at(9, errno.ENOSPC))
    head = Book.open(case_copy).commit
    with pytest.raises(DiskFullError):
        attach(case_copy, PDF, PNG)
    monkeypatch.undo()

    assert Book.open(case_copy).commit == head
    assert attach(case_copy, PDF, PNG).accepted
    assert problems(case_copy) == []
