"""Amounts in words read as an accountant of the north reads them, and back; dates; folding of headings."""

from __future__ import annotations

import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.vietnamese import (
    INT64_MAX,
    INT64_MIN,
    WordsError,
    amount_in_words,
    date_vi,
    fold,
    long_date_vi,
    nfc,
    parse_words,
    words,
)

READINGS = [
    (0, "không"),
    (1, "một"),
    (4, "bốn"),
    (5, "năm"),
    (10, "mười"),
    (11, "mười một"),
    (14, "mười bốn"),
    (15, "mười lăm"),
    (19, "mười chín"),
    (20, "hai mươi"),
    (21, "hai mươi mốt"),
    (24, "hai mươi tư"),
    (25, "hai mươi lăm"),
    (55, "năm mươi lăm"),
    (99, "chín mươi chín"),
    (100, "một trăm"),
    (101, "một trăm linh một"),
    (104, "một trăm linh bốn"),
    (105, "một trăm linh năm"),
    (110, "một trăm mười"),
    (115, "một trăm mười lăm"),
    (121, "một trăm hai mươi mốt"),
    (555, "năm trăm năm mươi lăm"),
    (1_000, "một nghìn"),
    (1_001, "một nghìn không trăm linh một"),
    (1_010, "một nghìn không trăm mười"),
    (1_100, "một nghìn một trăm"),
    (2_024, "hai nghìn không trăm hai mươi tư"),
    (10_000, "mười nghìn"),
    (21_500, "hai mươi mốt nghìn năm trăm"),
    (105_000, "một trăm linh năm nghìn"),
    (1_000_000, "một triệu"),
    (1_000_001, "một triệu không trăm linh một"),
    (1_050_000, "một triệu không trăm năm mươi nghìn"),
    (1_234_567, "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy"),
    (2_340_000, "hai triệu ba trăm bốn mươi nghìn"),
    (1_000_000_000, "một tỷ"),
    (1_000_000_005, "một tỷ không trăm linh năm"),
    (1_005_000_000, "một tỷ không trăm linh năm triệu"),
    (12_000_345_000, "mười hai tỷ ba trăm bốn mươi lăm nghìn"),
    (1_000_000_000_000, "một nghìn tỷ"),
    (1_200_000_000_000, "một nghìn hai trăm tỷ"),
    (1_005_000_000_000, "một nghìn không trăm linh năm tỷ"),
    (3_000_000_000_000_000, "ba triệu tỷ"),
    (1_000_000_000_000_000_000, "một tỷ tỷ"),
    (9_000_000_000_000_000_001, "chín tỷ tỷ không trăm linh một"),
    (-15_000, "âm mười lăm nghìn"),
    (
        INT64_MAX,
        (
            "chín tỷ hai trăm hai mươi ba triệu ba trăm bảy mươi hai nghìn không trăm ba mươi sáu tỷ "
            "tám trăm năm mươi tư triệu bảy trăm bảy mươi lăm nghìn tám trăm linh bảy"
        ),
    ),
]


@pytest.mark.parametrize(("number", "reading"), READINGS)
def test_a_number_is_read_as_written_by_hand(number: int, reading: str) -> None:
    assert words(number) == reading
    assert parse_words(reading) == number


def test_ten_thousand_numbers_of_every_length_come_back() -> None:
    chance = random.Random(20261116)
    edges = {sign * (10**power + step) for power in range(19) for step in (-1, 0, 1, 5, 15, 21) for sign in (1, -1)}
    edges |= {INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX, -1, 0}
    edges |= {sign * (2**power + step) for power in range(63) for step in (-1, 0, 1) for sign in (1, -1)}
    numbers = {n for n in edges if INT64_MIN <= n <= INT64_MAX}
    while len(numbers) < 10_000:
        numbers.add(chance.randrange(INT64_MIN, INT64_MAX + 1) >> chance.randrange(63))

    assert [n for n in numbers if parse_words(words(n)) != n] == []
    assert len({words(n) for n in numbers}) == len(numbers)


@given(st.integers(min_value=INT64_MIN, max_value=INT64_MAX))
def test_words_come_back_as_the_number_and_are_normal_form_c(number: int) -> None:
    reading = words(number)

    assert parse_words(reading) == number
    assert reading == unicodedata.normalize("NFC", reading)


@given(
    st.lists(
        st.sampled_from(
            sorted(
                {w for n in range(30) for w in words(n).split()}
                | {"tỷ", "triệu", "nghìn", "trăm", "mươi", "linh", "tư", "âm"}
            )
        ),
        max_size=12,
    )
)
def test_any_text_is_either_what_is_written_or_refused(parts: list[str]) -> None:
    text = " ".join(parts)
    try:
        number = parse_words(text)
    except WordsError:
        return

    assert words(number) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "một  nghìn",
        "hai mươi bốn",
        "hai mươi một",
        "một trăm lẻ năm",
        "một ngàn",
        "âm không",
        "Một",
        "mười tỏi",
        "trăm",
        "tỷ " * 200,
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(WordsError):
        parse_words(text)


@pytest.mark.parametrize("number", [INT64_MAX + 1, INT64_MIN - 1, 10**30])
def test_a_number_beyond_64_bits_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="64-bit"):
        words(number)


def test_an_amount_on_a_form_begins_with_a_capital_and_ends_in_dong() -> None:
    assert amount_in_words(1_200_000) == "Một triệu hai trăm nghìn đồng"
    assert amount_in_words(-5) == "Âm năm đồng"
    assert amount_in_words(0) == "Không đồng"


def test_dates_are_written_as_on_vietnamese_papers() -> None:
    assert date_vi("2026-03-05") == "05/03/2026"
    assert date_vi(date(2026, 11, 16)) == "16/11/2026"
    assert long_date_vi("2026-03-05") == "ngày 05 tháng 3 năm 2026"
    assert long_date_vi("2026-02-15") == "ngày 15 tháng 02 năm 2026"
    assert long_date_vi(date(2025, 12, 31)) == "ngày 31 tháng 12 năm 2025"


@pytest.mark.parametrize("text", ["05/03/2026", "2026-02-30", ""])
def test_a_text_that_is_no_iso_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|day"):
        date_vi(text)


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        ("Số chứng từ", "so chung tu"),
        ("  SỐ   CHỨNG\u00a0TỪ ", "so chung tu"),
        (unicodedata.normalize("NFD", "Diễn giải"), "dien giai"),
        ("Đối tượng", "doi tuong"),
        ("TK Nợ", "tk no"),
        ("Mã tài sản", "ma tai san"),
        ("voucher", "voucher"),
    ],
)
def test_headings_compare_without_case_and_diacritics(heading: str, folded: str) -> None:
    assert fold(heading) == folded


def test_text_is_brought_to_normal_form_c() -> None:
    assert nfc(unicodedata.normalize("NFD", "Tỉnh ủy")) == "Tỉnh ủy"
