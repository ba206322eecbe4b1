"""Old encodings: taken when they are proven, named when they are only likely, and never guessed."""

from __future__ import annotations

import io
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_encodings import VNI_SAMPLE, tcvn3, windows_1258

from importers.layouts import NAMES, VOUCHERS
from importers.legacy import (
    TCVN3,
    TCVN3_LETTERS,
    UNICODE,
    WINDOWS_1252,
    WINDOWS_1258,
    Place,
    Reading,
    recognised,
)
from importers.reading import read
from importers.syllables import possible
from importers.tables import Change, Table
from ledger.findings import Finding

HEADER = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền"
ROW = "PC1;05/03/2026;Chi tiền điện tháng 2 của Đảng ủy;1111;1121;1.000"
TEXT = f"Văn phòng Tỉnh ủy\r\n{HEADER}\r\n{ROW}\r\n"
KNOWN = frozenset(VOUCHERS.by_heading)
TONES = "\u0300\u0301\u0303\u0309\u0323"
VISCII = (
    b"S\xaf ch\xd1ng t\xd7;Ng\xe0y h\xd5ch to\xe1n;Di\xadn gi\xe4i;TK N\xfe;TK C\xf3;S\xaf ti\xabn\n"
    b"PC1;1;Chi ti\xabn \xf0i\xaen;1;2;3\n"
)
PROBLEM = Finding("F05", file="t3.csv")
LETTERS = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *TONES)} | {"đ"}
SENTENCE = (
    "quyết toán nguồn kinh phí dự toán thường xuyên xã hội nghị quyết Đảng ủy Tỉnh ủy thành phố huyện ủy chuyển "
    "khoản tạm ứng hoàn ứng đảng phí công tác phí nghiệm thu khuỷu giếng gìn giữ quốc gia quý khoáng sản thuế thuở "
    "yêu ý kiến ủy nhiệm ước tính oanh liệt huỳnh quỳnh nghỉ phép khuya hoà hòa thúy thuý Đắk Lắk HĐND QĐ TSCĐ"
)
WORDS = SENTENCE.split()


def _read(data: bytes) -> Table:
    return read(data, "t3.csv", NAMES, KNOWN)


def _workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    for line in text.strip().split("\r\n"):
        book.active.append(line.split(";"))  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _found(table: Table) -> list[tuple[str, int | None, str, str]]:
    return [(finding.rule, finding.row, finding.column, finding.value) for finding in table.findings]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (windows_1258(TEXT), "Windows-1258"),
        (tcvn3(TEXT).encode("latin-1"), "TCVN3 (ABC)"),
        (tcvn3(TEXT).encode("utf-8"), "TCVN3 (ABC)"),
        (b"\xef\xbb\xbf" + tcvn3(TEXT).encode("utf-8"), "TCVN3 (ABC)"),
        (b"\xff\xfe" + tcvn3(TEXT.replace(";", "\t")).encode("utf-16-le"), "TCVN3 (ABC)"),
        (_workbook(tcvn3(TEXT)), "XLSX, TCVN3 (ABC)"),
        (windows_1258(TEXT.replace(";", ",").replace("1.000", '"1.000"')), "Windows-1258"),
        (tcvn3(TEXT.replace(";", "\t")).encode("latin-1"), "TCVN3 (ABC)"),
        (b"sep=;\r\n" + tcvn3(TEXT).encode("latin-1"), "TCVN3 (ABC)"),
    ],
    ids=["1258", "TCVN3", "in UTF-8", "in UTF-8 with BOM", "in UTF-16", "in XLSX", "1258 comma", "TCVN3 tab", "sep="],
)
def test_a_proven_encoding_is_converted_and_told_once(data: bytes, name: str) -> None:
    table = _read(data)

    assert (table.encoding, table.titles[0][0]) == (name, "Văn phòng Tỉnh ủy")
    assert table.header == tuple(HEADER.split(";"))
    assert table.records[0].cells == tuple(ROW.split(";"))
    (finding,) = table.findings
    assert (finding.rule, finding.row, finding.value) == ("F90", 1, name.removeprefix("XLSX, "))
    assert finding.params["count"] == len(table.changes) == (7 if "1258" in name else 8)  # ó is the same in both


def test_every_change_says_where_what_stood_there_and_what_it_became() -> None:
    changes = _read(tcvn3(TEXT).encode("latin-1")).changes

    assert changes[:2] == (
        Change(1, "A", "V¨n phßng TØnh ñy", "Văn phòng Tỉnh ủy", "encoding"),
        Change(2, "Số chứng từ", "Sè chøng tõ", "Số chứng từ", "encoding"),
    )
    assert changes[-1][:2] == (3, "Diễn giải")


def test_what_stood_there_is_the_bytes_of_the_file() -> None:
    for change in _read(windows_1258(TEXT)).changes:
        assert change.before.encode("latin-1") == windows_1258(change.after)


def test_every_letter_of_tcvn3_comes_from_one_byte_and_goes_back_to_it() -> None:
    assert LETTERS - set("aeiouy") <= set(TCVN3_LETTERS.values())
    assert len(set(TCVN3_LETTERS.values())) == len(TCVN3_LETTERS) == 74
    for letter in TCVN3_LETTERS.values():
        assert TCVN3.text(tcvn3(letter)) == letter


@pytest.mark.skipif(shutil.which("iconv") is None, reason="the C library's own table is the second opinion")
def test_the_table_of_tcvn3_is_that_of_the_c_library() -> None:
    raw = "\n".join(TCVN3_LETTERS).encode("latin-1")
    command = ["iconv", "-f", "TCVN5712-1:1993", "-t", "UTF-8"]
    done = subprocess.run(command, input=raw, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this C library has no table")

    assert unicodedata.normalize("NFC", done.stdout.decode()).split("\n") == list(TCVN3_LETTERS.values())


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
def test_any_vietnamese_text_comes_through_both_encodings(words: list[str]) -> None:
    text = " ".join(words)
    small = "".join(sign if sign in TCVN3_LETTERS.values() else sign.lower() for sign in text if not sign.isascii())

    assert WINDOWS_1258.text(windows_1258(text).decode("latin-1")) == text
    assert [s for s in TCVN3.text(tcvn3(text)) if not s.isascii()] == list(small)
    assert WINDOWS_1258.doubt(windows_1258(text).decode("latin-1")) == ""
    assert (TCVN3.doubt(tcvn3(text)), UNICODE.doubt(text)) == ("", "")


@pytest.mark.parametrize("word", WORDS)
def test_a_vietnamese_word_is_possible_in_any_case(word: str) -> None:
    assert possible(word)
    assert possible(word.lower()) or word.isupper()
    assert possible(word.upper())


@pytest.mark.parametrize(
    "word",
    "chøng tiÒn Müller café naïve ngiệp ghà ceế kàng qà nướcc tiêng̀ ơng ấấ bạn̉ quốcc điểmm öï Citroën ß þ".split(),  # noqa: SIM905 - a list of words
)
def test_what_is_no_vietnamese_syllable_is_not_possible(word: str) -> None:
    assert not possible(unicodedata.normalize("NFC", word))


@pytest.mark.parametrize("wrong", ["huyền", "hỏi", "ngã"])
def test_a_stopped_syllable_takes_no_other_tone(wrong: str) -> None:
    tone = {"huyền": "\u0300", "hỏi": "\u0309", "ngã": "\u0303"}[wrong]

    for base in ("cac", "lich", "hop", "tat"):
        first = next(at for at, sign in enumerate(base) if sign in "aio")
        assert not possible(unicodedata.normalize("NFC", base[: first + 1] + tone + base[first + 1 :]))
        assert possible(unicodedata.normalize("NFC", base[: first + 1] + "\u0301" + base[first + 1 :]))


def _with(cell: str) -> str:
    return TEXT.replace("Chi tiền điện", cell)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (windows_1258(_with("Müller")), ("F91", 3, "C", "Müller")),
        (tcvn3(_with("Chi")).replace("Chi", "Chi tieàn").encode("latin-1"), ("F91", 3, "C", "tieàn")),
        (tcvn3(_with("x")).encode("utf-8").replace(b"x", "Chi tiền".encode()), ("F91", 3, "C", "tiền")),
        (_workbook(tcvn3(_with("x")).replace("x", "Chi tiền")), ("F91", 3, "C", "tiền")),
        (VNI_SAMPLE.encode("latin-1"), ("F92", None, "", VNI_SAMPLE.split("\r", maxsplit=1)[0][:80])),
        (VNI_SAMPLE.encode("utf-8"), ("F92", None, "", VNI_SAMPLE.split("\r", maxsplit=1)[0][:80])),
        (_workbook(VNI_SAMPLE), ("F92", None, "", "Sheet")),
        (b"voucher;date;description;amount\nPC1;1;x\xe3;5\n", ("F05", None, "", "UTF-8, byte 39")),
        (b"voucher;date;description;amount\nPC1;1;c\xf5;5\n", ("F05", None, "", None)),
        (b"voucher;date;description;amount\nPC1;1;Caf\xe9;5\n", ("F05", None, "", None)),
        (VISCII, ("F05", None, "", None)),
        (b"\x81\x82;x\n", ("F05", None, "", None)),
        (TEXT.encode("utf-16-le"), ("F05", None, "", None)),
    ],
    ids=[
        "a German name", "VNI within TCVN3", "Unicode within TCVN3", "the same in XLSX", "VNI", "VNI in UTF-8",
        "VNI in XLSX", "no telling names", "none again", "a French word", "VISCII", "no header", "UTF-16 without mark",
    ],
)  # fmt: skip
def test_what_is_not_proven_is_refused_and_says_why(data: bytes, found: tuple[Any, ...]) -> None:
    table = _read(data)

    assert (table.header, table.records) == ((), ())
    (finding,) = table.findings
    shown = (finding.rule, finding.row, finding.column, finding.value)
    assert shown[:3] == found[:3]
    assert found[3] in {None, finding.value}


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("1.000", "1.000 ₫").replace("Chi", "“Chi” – … •")])
def test_a_unicode_file_is_never_converted(text: str) -> None:
    table = _read(text.encode())

    assert (table.encoding, table.findings, table.changes) == ("UTF-8", (), ())


def test_typographic_signs_stand_in_the_way_of_nothing() -> None:
    text = TEXT.replace("Chi tiền điện", "“Chi” tiền – điện…")

    assert _read(windows_1258(text)).records[0].cells[2] == "“Chi” tiền – điện… tháng 2 của Đảng ủy"
    raw = tcvn3(text).replace("“", "\x93").replace("”", "\x94").replace("–", "\x96").replace("…", "\x85")
    assert _read(raw.encode("latin-1")).records[0].cells[2] == "“Chi” tiền – điện… tháng 2 của Đảng ủy"


def test_a_sign_inside_a_word_is_a_letter_of_another_table() -> None:
    # In the first set of TCVN 5712 the byte is a capital O with a tone; in the fonts it is a dash.
    raw = tcvn3(TEXT).replace("V¨n", "H\x97I V¨n")

    assert _found(_read(raw.encode("latin-1"))) == [("F91", 1, "A", "H—I")]


def test_capitals_of_the_capital_fonts_stay_small() -> None:
    table = _read(tcvn3("VĂN PHÒNG TỈNH ỦY\r\n" + TEXT).encode("latin-1"))

    assert table.titles[0][0] == "VĂN PHòNG TỉNH ủY"


def test_columns_that_the_form_does_not_have_are_converted_but_not_judged() -> None:
    text = f"{HEADER};Ghi chú riêng\r\n{ROW};"

    table = _read(tcvn3(text).encode("latin-1") + "Müller".encode("latin-1") + b"\r\n")

    assert table.records[0].cells[6] == "Mỹller"
    assert {change.column for change in table.changes} == {*HEADER.split(";"), "Ghi chú riêng", "Diễn giải"} - {"TK Co"}


def test_rows_that_are_reported_are_shown_in_the_proven_encoding() -> None:
    table = _read(tcvn3(f"{TEXT}PC2;Chi tiền nước\r\n").encode("latin-1"))

    assert table.reported == {4: ("PC2", "Chi tiền nước")}


def test_cells_of_an_old_font_under_a_unicode_header_are_named_and_left() -> None:
    old = tcvn3("Công ty điện lực Đắk Lắk, 50%")

    text = TEXT.replace("Chi tiền điện tháng 2 của Đảng ủy", old)

    for data in (text.encode(), _workbook(text)):
        table = _read(data)

        (finding,) = table.findings
        assert (finding.rule, finding.row, finding.params["count"]) == ("F95", 3, 1)
        assert str(finding.params["after"]).startswith("Công ty điện lực Đắk Lắk")
        assert str(table.records[0].cells[2]).startswith(old.replace("\u00ad", ""))


@pytest.mark.parametrize("cell", ["Café Zürich", "São Paulo", "Citroën", "Møller & Sons", "½ kg", "x² + y²"])
def test_words_of_other_languages_are_no_old_font(cell: str) -> None:
    assert "F95" not in {finding.rule for finding in _read(TEXT.replace("Chi tiền", cell).encode()).findings}


def test_letters_that_became_question_marks_are_named() -> None:
    lost = "".join(sign if sign.isascii() or sign in "áàãâéèêìíóòôõùúý" else "?" for sign in TEXT)

    for data in (lost.encode("cp1252"), lost.encode("utf-8"), _workbook(lost)):
        assert [finding.rule for finding in _read(data).findings] == ["F96"]


def test_two_readings_that_both_pass_prove_nothing() -> None:
    places = [Place(2, 0, "x\xe3")]
    readings = [Reading(encoding, 2, 2, places) for encoding in (TCVN3, WINDOWS_1252)]

    assert recognised(readings, PROBLEM) == replace(PROBLEM, value="TCVN3 (ABC) / Windows-1252")
    assert recognised(readings[1:], PROBLEM) == PROBLEM


def test_two_readings_with_one_text_prove_the_vietnamese_one() -> None:
    readings = [Reading(encoding, 2, 2, [Place(2, 0, "c\xf3")]) for encoding in (WINDOWS_1258, WINDOWS_1252)]

    assert recognised(readings, PROBLEM) is WINDOWS_1258


def test_without_telling_names_a_unicode_file_stays_unicode() -> None:
    readings = [Reading(TCVN3, 3, 1, [Place(2, 0, "x\xe3")]), Reading(UNICODE, 2, 0, [Place(2, 0, "Müller")])]

    assert recognised(readings, PROBLEM) is UNICODE
