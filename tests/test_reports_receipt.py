"""The receipt: found by its number, the same for ever, and a printed one held against the book."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import segno
from pypdf import PdfReader
from submission_cases import hand_in

from importers.layouts import LAYOUTS
from ledger.book import Book
from ledger.findings import Language
from ledger.units import ROLES
from reports import receipt, receipt_paper
from reports.form_data import load_yaml
from reports.receipt import NoReceiptTextError, Receipt, UnknownReceiptError
from reports.stamp import qr_svg

pytest_plugins = ("submission_fixtures",)

HEAD = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền\n"
FIRST, SECOND = (f"PT01;05/10/2026;Thu hộ;1111;3388;{amount}\n" for amount in ("1.000", "2.000"))


def october(book: Path, lines: str, at: str, **command: Any) -> str:  # noqa: ANN401 - words of a command
    """Hand in October; the receipt's number."""
    done = hand_in(book, (HEAD + lines).encode(), "tháng 10.csv", unit="T01", period="2026-10", at=at, **command)
    assert done.accepted, done.findings
    return str(done.receipt)


@pytest.fixture(scope="module")
def replaced(case_book: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A book in which October was handed in late, with control totals, and then replaced. Read only."""
    book = Path(shutil.copytree(case_book, tmp_path_factory.mktemp("receipts") / "book", symlinks=True))
    first = october(book, FIRST, "2026-11-13T17:05:09+07:00", rows=1, total=1_000)
    second = october(book, SECOND, "2026-11-14T08:00:00+07:00", replace=True, reason="ghi sai số tiền")
    return book, first, second


@pytest.fixture
def given(replaced: tuple[Path, str, str]) -> tuple[Book, Receipt]:
    """The book and its newest receipt."""
    book = Book.open(replaced[0])
    return book, receipt.find(book, replaced[2])


def said(book: Book, found: Receipt, language: Language = "vi") -> dict[str, str]:
    return {line.key: line.value for line in receipt_paper.lines(book, found, language)}


def words(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def test_a_receipt_is_found_by_its_number_in_any_case(replaced: tuple[Path, str, str]) -> None:
    book = Book.open(replaced[0])
    found = receipt.find(book, f" {replaced[1].upper()} ")

    assert (found.number, found.replaced_by, found.stage) == (replaced[1], replaced[2], "")
    assert found.sha256 == hashlib.sha256(book.read(found.path) or b"").hexdigest()
    assert (receipt.find(book, replaced[2]).replaced_by, receipt.find(book, replaced[2]).stage) == ("", "checked")


@pytest.mark.parametrize("number", ["", "T01", "T01-2026-10-vouchers-000000000000", "../../x", "ZZ-2026-10-vouchers-0"])
def test_an_unknown_number_is_refused_with_a_sentence(replaced: tuple[Path, str, str], number: str) -> None:
    with pytest.raises(UnknownReceiptError, match="has no receipt"):
        receipt.find(Book.open(replaced[0]), number)


def test_the_commit_named_is_the_one_that_took_the_submission_in(replaced: tuple[Path, str, str]) -> None:
    book = Book.open(replaced[0])
    for event in book.events():
        if event.event in receipt.ACCEPTED:
            found = receipt.find(book, event.data["receipt"])
            commits = [commit for commit in book.history.commits() if commit.id == found.commit]
            assert event.data["receipt"] in commits[0].message


def test_a_receipt_says_everything_in_vietnamese(given: tuple[Book, Receipt]) -> None:
    lines = said(*given)
    hashes = {key: lines.pop(key) for key in load_yaml("receipt")["hashes"]}

    assert lines == {
        "unit": "Ban Thử nghiệm Một (T01)",
        "period": "Tháng 10/2026",
        "form": "Chứng từ kế toán (vouchers/1)",
        "file": "tháng 10.csv",
        "rows": "1",
        "total": "2.000 đồng",
        "time": "08:00:00 14/11/2026",
        "actor": "Nguyễn Thị Kế (kế toán)",
        "due": "10/11/2026",
        "next": "15/11/2026: kế toán và thủ trưởng đơn vị xác nhận",
        "warnings": "0",
        "replaces": given[1].facts["replaces"],
        "changes": "thêm 0, sửa 1, bỏ 0 dòng",
        "reason": "ghi sai số tiền",
    }
    assert all(re.fullmatch(r"[0-9a-f]{40,64}", digest) for digest in hashes.values())


def test_lateness_and_control_totals_stand_on_it_in_english_too(replaced: tuple[Path, str, str]) -> None:
    book = Book.open(replaced[0])
    lines = said(book, receipt.find(book, replaced[1]), "en")

    assert lines["due"] == "10/11/2026 (late by 3 days)"
    assert lines["stated"] == "1 rows, total 1.000 đồng (agrees)"
    assert lines["time"] == "17:05:09 13/11/2026"
    assert lines["form"] == "Vouchers (vouchers/1)"
    assert "replaces" not in lines


def test_a_first_file_in_time_is_said_to_be_so(replaced: tuple[Path, str, str]) -> None:
    book = Book.open(replaced[0])
    february = next(e.data["receipt"] for e in book.events("T01") if (e.period, e.kind) == ("2026-02", "vouchers"))

    assert said(book, receipt.find(book, february))["due"] == "10/03/2026 (đúng hạn)"


def test_every_kind_of_receipt_can_be_shown(replaced: tuple[Path, str, str]) -> None:
    book = Book.open(replaced[0])
    kinds = {event.kind: event.data["receipt"] for event in book.events() if event.event in receipt.ACCEPTED}
    shown = {kind: said(book, receipt.find(book, number)) for kind, number in kinds.items()}

    assert set(shown) >= {"vouchers", "estimates", "opening"}
    assert shown["estimates"]["period"] == "Năm 2025"
    assert "replaces" not in shown["estimates"]


def test_a_later_decision_replaces_no_earlier_one(case_copy: Path) -> None:
    head = "Số quyết định;Ngày;Loại;Đơn vị nhận;Nguồn;Khoản;Tiểu mục hoặc nhóm;Số tiền;Năm ngân sách;Ghi chú\n"
    row = "300-QĐ/VPTU;01/10/2026;Bổ sung;T01;13;351;;1.000.000;2026;\n"
    done = hand_in(case_copy, (head + row).encode(), "e.csv", unit="VPTU", period="2026", kind="estimates")
    assert done.accepted, done.findings
    book = Book.open(case_copy)
    numbers = [e.data["receipt"] for e in book.events("VPTU") if e.event == "estimates.accepted" and e.period == "2026"]

    assert len(numbers) == 2
    assert [receipt.find(book, number).replaced_by for number in numbers] == ["", ""]
    assert ["replaces" in said(book, receipt.find(book, number)) for number in numbers] == [False, False]


def test_an_older_receipt_without_the_newer_facts_is_shown_too(given: tuple[Book, Receipt]) -> None:
    book, found = given
    new = ("due", "late_days", "next_deadline", "stated", "changes", "parts", "reason", "rule_pack")
    facts = {key: value for key, value in found.facts.items() if key not in new} | {"replaces": "", "actor": "console"}
    old = Receipt(found.number, found.path, found.sha256, found.commit, facts)

    assert said(book, old)["due"] == "10/11/2026 (chậm 4 ngày)"
    assert said(book, old)["actor"] == "dòng lệnh của máy chủ (kế toán)"
    assert words(receipt_paper.pdf(book, old))


@pytest.mark.parametrize(
    ("period", "vi", "en"),
    [
        ("2026-02", "Tháng 02/2026", "02/2026"),
        ("2025-13", "Thời gian chỉnh lý quyết toán năm 2025", "Adjustment period of 2025"),
        ("2026-Q3", "Quý 3/2026", "Quarter 3 of 2026"),
        ("2026", "Năm 2026", "Year 2026"),
    ],
)
def test_periods_are_named_as_people_name_them(period: str, vi: str, en: str) -> None:
    assert [receipt_paper._period(period, language) for language in ("vi", "en")] == [vi, en]


def test_the_words_are_those_of_the_forms_and_roles() -> None:
    known = load_yaml("receipt")

    assert known["forms"] == {key: {"vi": layout.vi, "en": layout.en} for key, layout in LAYOUTS.items()}
    assert ROLES - known["roles"].keys() <= {"reviewer", "approver", "inspector"}


# The sheet.


@pytest.mark.parametrize("paper", receipt_paper.PAPERS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sheet_is_one_page_the_same_bytes_every_time(
    given: tuple[Book, Receipt], language: Language, paper: receipt_paper.Paper
) -> None:
    pdf = receipt_paper.pdf(*given, language, paper)
    page = PdfReader(io.BytesIO(pdf)).pages
    widths = {"a5": 420, "a4": 595}

    assert pdf == receipt_paper.pdf(*given, language, paper)
    assert (len(page), round(float(page[0].mediabox.width))) == (1, widths[paper])


def test_the_sheet_does_not_change_when_the_book_goes_on(replaced: tuple[Path, str, str], tmp_path: Path) -> None:
    book = Book.open(replaced[0])
    before = receipt_paper.pdf(book, receipt.find(book, replaced[2]))
    copy = Path(shutil.copytree(replaced[0], tmp_path / "book", symlinks=True))
    third = october(copy, FIRST, "2026-11-15T08:00:00+07:00", replace=True, reason="ghi lại bản đầu")
    later = Book.open(copy)
    found = receipt.find(later, replaced[2])

    assert found.replaced_by == third
    assert receipt_paper.pdf(later, found) == before


def test_the_sheet_says_in_vietnamese_what_the_receipt_says(given: tuple[Book, Receipt]) -> None:
    text = words(receipt_paper.pdf(*given))
    lines = said(*given)

    for expected in ("GIẤY BIÊN NHẬN", "VĂN PHÒNG TỈNH ỦY", "BẢN THỰC HÀNH", given[1].number, *lines.values()):
        shown = expected if len(expected) < 40 or " " in expected else receipt_paper._grouped(expected)[:26]
        assert shown in text, shown


def test_text_of_people_cannot_command_the_typesetter(given: tuple[Book, Receipt]) -> None:
    book, found = given
    name = '#panic("x") $x$ *b* `c` <d> @e \\ "'
    odd = Receipt(found.number, found.path, found.sha256, found.commit, {**found.facts, "file": name, "reason": name})

    assert words(receipt_paper.pdf(book, odd)).count("#panic") == 2


# The QR code.


def test_the_code_on_the_sheet_says_the_payload(given: tuple[Book, Receipt]) -> None:
    view = receipt_paper.view(*given, "vi", "a5")
    facts = given[1].facts

    assert view["qr"] == qr_svg(given[1].payload)
    assert given[1].payload.split(" ") == [
        "PARTY-LEDGER",
        "RECEIPT",
        "1",
        given[1].number.upper(),
        *(part[:16].upper() for part in (facts["sha256"], facts["content"], given[1].commit)),
    ]
    assert segno.make(given[1].payload, error="m", micro=False).mode == "alphanumeric"


def test_a_genuine_code_is_confirmed_however_it_was_read(given: tuple[Book, Receipt]) -> None:
    book, found = given
    for text in (found.payload, found.payload.lower(), f"\n {found.payload.replace(' ', '  ')} \r\n"):
        checked = receipt.check(book, text)
        assert (checked.receipt.number, checked.differences, checked.problems) == (found.number, (), ())


@pytest.mark.parametrize(("place", "what"), [(4, "sha256"), (5, "content"), (6, "commit")])
def test_a_code_that_differs_is_told_by_its_part(given: tuple[Book, Receipt], place: int, what: str) -> None:
    book, found = given
    parts = found.payload.split(" ")
    parts[place] = parts[place][:-1] + ("0" if parts[place][-1] != "0" else "1")
    (difference,) = receipt.check(book, " ".join(parts)).differences

    assert (difference.what, difference.printed) == (what, parts[place].lower())
    assert difference.book == {**found.facts, "commit": found.commit}[what][:16]


def test_a_code_of_another_number_or_kind_is_refused(given: tuple[Book, Receipt]) -> None:
    book, found = given
    with pytest.raises(UnknownReceiptError):
        receipt.check(book, found.payload.replace("T01-", "T02-"))
    for text in ("", "PARTY-LEDGER VERIFY 1 T01 2026 0123456789ABCDEF 00", found.payload[:-1], f"{found.payload}0"):
        with pytest.raises(NoReceiptTextError):
            receipt.check(book, text)


# For `verify`.


def test_receipts_of_a_sound_book_hold(replaced: tuple[Path, str, str]) -> None:
    assert list(receipt.problems(Book.open(replaced[0]))) == []


def _tampered(replaced: tuple[Path, str, str], folder: Path, change: dict[str, bytes | None]) -> Book:
    path = Path(shutil.copytree(replaced[0], folder / "book", symlinks=True))
    book = Book.open(path)
    book.history.commit(change, "tampered", "x", book.now(), book.commit)
    return Book.open(path)


def test_a_receipt_that_was_changed_removed_or_made_up_is_named(
    replaced: tuple[Path, str, str], given: tuple[Book, Receipt], tmp_path: Path
) -> None:
    path, text = given[1].path, given[0].read(given[1].path) or b""
    forged = json.dumps({**json.loads(text), "rows": 9, "debit_total": 9}).encode()
    made_up = json.dumps({**json.loads(text), "receipt": "T01-2026-09-vouchers-0"}).encode()
    changes: dict[str, dict[str, bytes | None]] = {
        "differs from its event in: rows, debit_total": {path: forged},
        f"the receipt {replaced[2]} is missing": {path: None},
        "no event knows the receipt T01-2026-09-vouchers-0": {"received/T01/2026-09/v.receipt.json": made_up},
        f"no event knows the receipt {path}": {path: b"no json"},
    }
    for number, (detail, change) in enumerate(changes.items()):
        book = _tampered(replaced, tmp_path / str(number), change)
        assert detail in [problem.detail for problem in receipt.problems(book)]


def test_a_code_is_not_confirmed_when_the_book_itself_does_not_hold(
    replaced: tuple[Path, str, str], given: tuple[Book, Receipt], tmp_path: Path
) -> None:
    book = _tampered(replaced, tmp_path, {given[1].facts["path"]: b"another file"})
    checked = receipt.check(book, given[1].payload)

    assert checked.differences == ()
    assert [(problem.kind, problem.file) for problem in checked.problems] == [("received", given[1].facts["path"])]
