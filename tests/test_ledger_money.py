"""Whole đồng in and out: what is printed is read back, and nothing with two meanings is read at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import MAX_DIGITS, MoneyError, money, parse_money

ACCEPTED = [
    ("0", 0),
    ("5", 5),
    ("999", 999),
    ("1000", 1_000),
    ("1.000", 1_000),
    ("1234567", 1_234_567),
    ("1.234.567", 1_234_567),
    ("-1.234.567", -1_234_567),
    ("-5", -5),
    ("-0", 0),
    ("12.345.678", 12_345_678),
    ("123.456.789", 123_456_789),
    (" 1.234.567 ", 1_234_567),
    ("\u00a01.234.567\u00a0", 1_234_567),
    ("\u202f1.000", 1_000),
    ("1.234.567đ", 1_234_567),
    ("1.234.567 đ", 1_234_567),
    ("1.234.567₫", 1_234_567),
    ("1.234.567\u00a0₫", 1_234_567),
    ("-50.000 đ ", -50_000),
    ("999.999.999.999.999", 999_999_999_999_999),
    ("999999999999999", 999_999_999_999_999),
]

REFUSED = [
    "",
    " ",
    "\u00a0",
    "-",
    "đ",
    ".",
    "NaN",
    "nan",
    "inf",
    "1.234,50",
    "1.234,00",
    "1,23",
    "1,234",
    "1,234,567",
    "1.23",
    "1.2345",
    "12.34.567",
    "1234.567",
    "1.234567",
    "1..234",
    "1.234.",
    ".234",
    "0.123",
    "0123",
    "00",
    "０",
    "１２３",
    "١٢٣",
    "1_000",
    "1e3",
    "1E3",
    "0x10",
    "−5",
    "–5",
    "- 5",
    "--5",
    "+5",
    "5-",
    "(5)",
    "(5.00)",
    "1 234 567",
    "1\u00a0234",
    "1'234",
    "đ 1.000",
    "$1.000",
    "1.000 VND",
    "1.000 đồng",
    "1.000đđ",
    "1.000\n",
    "\t1.000",
    "1.000\u200b",
    "1/2",
    "=1+1",
    "một nghìn",
    "1.000 2.000",
    "9" * 16,
    "9" * 30,
    "1.000.000.000.000.000",
]


@pytest.mark.parametrize(("text", "amount"), ACCEPTED)
def test_an_amount_with_one_meaning_is_read(text: str, amount: int) -> None:
    assert parse_money(text) == amount


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused_and_named(text: str) -> None:
    with pytest.raises(MoneyError) as caught:
        parse_money(text)

    assert caught.value.text == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0"),
        (7, "7"),
        (-7, "-7"),
        (999, "999"),
        (1_000, "1.000"),
        (-1_234_567, "-1.234.567"),
        (10**15, "1.000.000.000.000.000"),
    ],
)
def test_an_amount_is_printed_with_dots_between_thousands(amount: int, text: str) -> None:
    assert money(amount) == text


@pytest.mark.parametrize("amount", [1.5, 1000.0, float("nan")])
def test_a_float_is_not_money(amount: float) -> None:
    with pytest.raises(ValueError, match="format code"):
        money(amount)  # type: ignore[arg-type]


@given(st.integers(min_value=-(10**MAX_DIGITS) + 1, max_value=10**MAX_DIGITS - 1))
def test_what_is_printed_is_read_back(amount: int) -> None:
    assert parse_money(money(amount)) == amount
    assert parse_money(str(amount)) == amount


@given(st.text(alphabet="0123456789.,-+ đ₫()eE_'\u00a0\u2212１", max_size=20))
def test_whatever_is_read_is_printed_with_the_same_digits(text: str) -> None:
    try:
        amount = parse_money(text)
    except MoneyError:
        return

    assert [c for c in money(amount) if c.isdigit()] == [c for c in text if c.isdigit()]
