"""One cell under its column: exact values, and a finding code for everything that has two meanings or none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.cells import Bad, read_cell
from importers.layouts import DECISIONS, ESTIMATES, OPENING, OPERATIONS, VOUCHERS, Column
from importers.tables import Cell, Odd
from ledger.money import money

COLUMNS = {column.key: column for layout in (ESTIMATES, OPENING, VOUCHERS) for column in layout.columns}


def _outcome(cell: Cell, column: Column) -> object:
    value = read_cell(cell, column)
    return value.code if isinstance(value, Bad) else value


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        ("1.234.567", 1234567),
        ("1234567", 1234567),
        ("-1.234.567", -1234567),
        ("0", 0),
        ("5", 5),
        ("999.999.999.999.999", 999_999_999_999_999),
        ("1.234 đ", 1234),
        ("1.234₫", 1234),
        (1234567, 1234567),
        (-5, -5),
        (0, 0),
        ("1.234,50", "F33"),
        ("1234,5", "F33"),
        ("1,23", "F33"),
        ("1.5", "F33"),
        ("1.23", "F33"),
        ("1,234.50", "F33"),
        ("0,5", "F33"),
        ("1,234", "F31"),
        ("1,234,567", "F31"),
        ("1.23.456", "F31"),
        ("1.2345", "F31"),
        ("1234.567", "F31"),
        ("01234", "F31"),
        ("00", "F31"),
        ("-0", 0),
        ("1e3", "F31"),
        ("1_000", "F31"),
        ("NaN", "F31"),
        ("Infinity", "F31"),
        ("(1.000)", "F31"),
        ("\u22125", "F31"),
        ("+5", "F31"),
        ("5-", "F31"),
        ("１２３", "F31"),
        ("١٢٣", "F31"),
        ("1 234", "F31"),
        ("VND 5", "F31"),
        ("5 VND", "F31"),
        ("$5", "F31"),
        ("một triệu", "F31"),
        ("=1+2", "F31"),
        ("--5", "F31"),
        ("1.234.567.890.123.456", "F34"),
        ("1" * 30, "F34"),
        (10**15, "F34"),
        (Odd("F33", "1234.5"), "F33"),
        (Odd("F34", "1e+18"), "F34"),
        (Odd("F23", "#REF!"), "F23"),
        (Odd("F24", "TRUE"), "F24"),
        (date(2026, 3, 5), "F24"),
    ],
)
def test_an_amount_is_whole_and_exact_or_refused(cell: Cell, outcome: object) -> None:
    assert _outcome(cell, COLUMNS["amount"]) == outcome


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_what_we_print_as_money_we_read_as_the_same_amount(amount: int) -> None:
    assert read_cell(money(amount), COLUMNS["amount"]) == amount


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        ("05/03/2026", "2026-03-05"),
        ("5/3/2026", "2026-03-05"),
        ("05-03-2026", "2026-03-05"),
        ("05.03.2026", "2026-03-05"),
        ("2026-03-05", "2026-03-05"),
        ("05/03/2026 00:00:00", "2026-03-05"),
        ("2026-03-05T00:00:00", "2026-03-05"),
        (date(2026, 3, 5), "2026-03-05"),
        ("29/02/2024", "2024-02-29"),
        ("29/02/2026", "F36"),
        ("31/04/2026", "F36"),
        ("03/25/2026", "F36"),
        ("05/03/26", "F36"),
        ("5/3-2026", "F36"),
        ("2026/03/05", "F36"),
        ("2026-3-5", "F36"),
        ("05/03/2026 10:30", "F36"),
        ("5 tháng 3", "F36"),
        ("00/03/2026", "F36"),
        ("05/03/1899", "F36"),
        ("05/03/2100", "F36"),
        ("０５/03/2026", "F36"),
        ("", "F36"),
        (46086, "F36"),
        (date(1900, 1, 1), "F36"),
        (Odd("F33", "46086.5"), "F24"),
    ],
)
def test_a_date_is_day_first_or_iso_or_refused(cell: Cell, outcome: object) -> None:
    assert _outcome(cell, COLUMNS["date"]) == outcome


@pytest.mark.parametrize(
    ("key", "cell", "outcome"),
    [
        ("budget_year", "2026", "2026"),
        ("budget_year", 2026, "2026"),
        ("budget_year", "26", "F37"),
        ("budget_year", "1999", "F37"),
        ("budget_year", "năm nay", "F37"),
        ("debit", "008212", "008212"),
        ("debit", 1111, "1111"),
        ("debit", "11", "F45"),
        ("debit", "1111 - Tiền mặt", "F45"),
        ("debit", "１１１", "F45"),
        ("source", "13", "13"),
        ("source", "130", "F45"),
        ("clause", "085", "085"),
        ("clause", 85, "F45"),
        ("item", "6501", "6501"),
        ("partner", "XA01", "XA01"),
        ("partner", "Văn phòng", "F45"),
        ("voucher", "PC 01/2026-BTC", "PC 01/2026-BTC"),
        ("voucher", "12-QĐ/VPTU", "12-QĐ/VPTU"),
        ("voucher", 15, "15"),
        ("voucher", "=PC1", "F46"),
        ("voucher", "-1", "F46"),
        ("voucher", 'PC"1', "F46"),
        ("voucher", "PC０１", "F46"),
        ("voucher", "P" * 51, "F46"),
        ("description", "Chi tiền", "Chi tiền"),
        ("description", "a < b", "F39"),
        ("description", date(2026, 2, 1), "F24"),
        ("treasury", "Chuyển khoản", "F38"),
        ("kind", "Giao thêm", "F70"),
    ],
)
def test_codes_years_and_texts(key: str, cell: Cell, outcome: object) -> None:
    assert _outcome(cell, COLUMNS[key]) == outcome


@pytest.mark.parametrize(("key", "words"), [("treasury", OPERATIONS), ("kind", DECISIONS)])
def test_words_are_taken_in_both_languages_in_any_case(key: str, words: dict[str, str]) -> None:
    for word, meaning in words.items():
        for written in (word, word.upper(), word.lower(), meaning, meaning.upper(), meaning.replace("-", "_")):
            assert read_cell(written, COLUMNS[key]) == meaning


HEADS = Column("heads", "Số người", "count")
LITRES = Column("litres", "Nhiên liệu (lít)", "litres")
MONTH = Column("month", "Tháng", "month")


@pytest.mark.parametrize(
    ("cell", "value"), [("45", 45), ("0", 0), ("1.250", 1250), (45, 45), (0, 0), ("999.999.999", 999_999_999)]
)
def test_a_count_is_a_whole_number(cell: Cell, value: int) -> None:
    assert read_cell(cell, HEADS) == value


@pytest.mark.parametrize(
    "cell",
    [
        *("1,250", "45,5", "45.5", "-3", "12 người", "45 đ", "", "1.25", "007", "٤٥", "1e3"),
        *(-1, 10**9, Odd("F33", "45.5"), Odd("F34", "9e20")),
    ],
)
def test_a_count_with_a_comma_a_fraction_a_unit_or_below_zero_is_refused(cell: Cell) -> None:
    found = read_cell(cell, HEADS)

    assert isinstance(found, Bad)
    assert found.code == "F87"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("18,5", "18,50"),
        ("18,50", "18,50"),
        ("18", "18,00"),
        ("0,05", "0,05"),
        ("1.012,25", "1012,25"),
        (20, "20,00"),
        (Odd("F33", "18.5"), "18,50"),
        (Odd("F33", "0.05"), "0,05"),
    ],
)
def test_litres_have_a_decimal_comma_and_come_out_with_two_decimals(cell: Cell, value: str) -> None:
    assert read_cell(cell, LITRES) == value


@pytest.mark.parametrize(
    "cell",
    [
        "18.5",
        "1.234",
        "18,555",
        "-5",
        "18 lít",
        "1.23,5",
        "01,5",
        "1,",
        ",5",
        Odd("F33", "18.555"),
        Odd("F33", "1e-07"),
    ],
)
def test_litres_with_a_point_or_more_decimals_are_refused_not_guessed(cell: Cell) -> None:
    found = read_cell(cell, LITRES)

    assert isinstance(found, Bad)
    assert found.code == "F88"


@pytest.mark.parametrize("cell", ["03/2026", "3/2026", "2026-03", date(2026, 3, 1)])
def test_a_month_is_written_with_four_digits_of_its_year(cell: Cell) -> None:
    assert read_cell(cell, MONTH) == "2026-03"


@pytest.mark.parametrize(
    "cell", ["3/26", "13/2026", "0/2026", "tháng 3", "2026", "03-2026", "03/1999", date(2026, 3, 2)]
)
def test_another_month_is_refused(cell: Cell) -> None:
    found = read_cell(cell, MONTH)

    assert isinstance(found, Bad)
    assert found.code == "F89"
