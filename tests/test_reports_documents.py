"""Minutes and notice: reproducible, Vietnamese, from one record, with what must stand on their face."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path

import pytest
import settlement_book as small
from pypdf import PdfReader

from ledger.book import Book
from reports import documents, statement, typesetting
from reports.documents import Documents
from reports.settlement_report import settlement as settled
from reports.settlement_state import fold

WHEN = datetime.fromisoformat(small.ISSUED)


@pytest.fixture(scope="module")
def made() -> Documents:
    book = Book.open(small.stages()["approve"])
    case = fold(book.events("T01"), "T01", 2025)
    return documents.documents(book, settled(book, "T01", 2025), case, "12-TB/VPTU", WHEN)


def words(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def test_the_same_record_gives_the_same_bytes(made: Documents) -> None:
    again, _ = documents.read_manifest(documents.manifest(made, {}))

    assert documents.files(again) == documents.files(made)
    assert documents.files(made) == documents.files(made)


def test_the_notice_says_in_vietnamese_what_was_decided(made: Documents) -> None:
    text = words(documents.pdf(made, "notice"))

    for expected in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "TỈNH ỦY SÔNG LAM",
        "Số 12-TB/VPTU",
        "Sông Lam, ngày 14 tháng 4 năm 2026",
        "THÔNG BÁO",
        "xét duyệt quyết toán ngân sách năm 2025",
        "Trường Chính trị tỉnh Sông Lam",
        "28.000.000",
        "Hai mươi tám triệu đồng",
        "Tiếp đoàn công tác tỉnh bạn",
        "Chi tiếp khách vượt định mức 10 suất",
        "Điều 12 khoản 2 Luật NSNN 89/2025/QH15",
        "chưa đối chiếu với Thông tư 59/2026/TT-BTC",
        "Phạm Đức Thắng",
        "BẢN THỰC HÀNH",
    ):
        assert expected in text, expected


def test_the_minutes_have_both_sides_tables_and_checks(made: Documents) -> None:
    text = words(documents.pdf(made, "minutes"))

    for expected in (
        "BIÊN BẢN",
        "Lương Văn Đạt",
        "Nguyễn Văn Hậu",
        "Ngô Thị Hạnh",
        "biểu 1c, phần I",
        "Tiền điện",
        "UNC032",
        "Kinh phí xuất toán: 2.500.000 đồng",
        "Xác nhận của Kho bạc Nhà nước không có trong hệ thống",
    ):
        assert expected in text, expected


def test_every_page_carries_the_stamp_and_its_number(made: Documents) -> None:
    stamp = made.stamp
    pages = PdfReader(io.BytesIO(documents.pdf(made, "minutes"))).pages

    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        text = " ".join(page.extract_text().split())
        for part in ("2025", "T01", stamp.commit[:16], stamp.content[:16], stamp.rules[:16], stamp.program):
            assert part in text
        assert f"Trang {number}/{len(pages)}" in text


def test_the_stamp_s_hash_is_that_of_the_record(made: Documents) -> None:
    assert made.stamp.content == statement.digest(statement.canonical(made.record))
    assert made.stamp.content.upper() in made.stamp.payload
    assert made.stamp.payload.startswith("PARTY-LEDGER VERIFY 1 T01 2025 ")


def test_a_later_figure_changes_hash_and_paper(made: Documents) -> None:
    raw = json.loads(documents.manifest(made, {}))
    raw["record"]["rejected"] = "2500001"
    other, _ = documents.read_manifest(json.dumps(raw).encode())

    assert documents.pdf(other, "minutes") != documents.pdf(made, "minutes")


def test_the_english_paper_has_the_same_figures(made: Documents) -> None:
    text = words(documents.pdf(made, "notice", "en"))

    for expected in ("NOTICE", "Provincial Political School", "28.000.000", "not checked against Circular 59/2026"):
        assert expected in text
    assert "Trang " not in text


def test_legal_bases_are_those_known_on_the_day_of_the_paper(made: Documents) -> None:
    """Circular 59/2026 was issued on 29/05/2026: a paper of April 2026 cannot rest on it."""
    bases = made.record["bases"]["vi"]

    assert any("89/2025/QH15" in basis for basis in bases)
    assert any("137/2017" in basis for basis in bases)
    assert not any("59/2026" in basis for basis in bases)
    assert any("01-QĐ/VPTU (10/01/2025)" in basis for basis in bases)


def test_text_from_people_is_never_markup(made: Documents) -> None:
    raw = json.loads(documents.manifest(made, {}))
    evil = '#panic("x") $ * _ ` @a <b> [c] \\ //'
    raw["record"]["decisions"][0]["reason"] = evil
    other, _ = documents.read_manifest(json.dumps(raw).encode())

    assert '#panic("x") $ * _' in words(documents.pdf(other, "notice"))


def test_the_files_are_pdf_a_with_embedded_fonts_of_the_compiler_only(made: Documents) -> None:
    reader = PdfReader(io.BytesIO(documents.pdf(made, "notice")))
    metadata = reader.xmp_metadata
    fonts = {
        str(font.get_object()["/BaseFont"]) for page in reader.pages for font in page["/Resources"]["/Font"].values()
    }

    assert metadata is not None
    assert b"pdfaid:part>2" in metadata.stream.get_data()
    assert all("Libertinus" in name or "DejaVu" in name for name in fonts)


def test_pages_can_be_looked_at_as_pictures(made: Documents) -> None:
    pictures = typesetting.pictures("notice", documents.view(made, "notice", "vi"), WHEN, ppi=40)

    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_the_record_is_text_only(made: Documents) -> None:
    assert statement.canonical(made.record)
    assert Path(documents.path("T01", 2025)).suffix == ".json"
