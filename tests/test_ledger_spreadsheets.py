"""Texts in spreadsheets: never a formula, always the same text again."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clock import VIETNAM
from ledger.spreadsheets import EXACT, guarded, holdable, looks_like_formula, put, reproducible, unguarded

FORMULAS = ["=1", "+1", "-1", "@A1", "\t=1", "\r=1", "\0=1", "＝1", "＋1", "－1", "＠A1", "'=1", "''+1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "Tiền điện", "'tháng 3'", " =1"])
def test_ordinary_text_and_numbers_stay(text: str) -> None:
    assert guarded(text) == text
    assert guarded(-5) == "-5"


@given(st.text())
def test_the_guard_can_be_taken_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(max_size=40))
def test_a_workbook_holds_every_text_as_text(text: str) -> None:
    book = openpyxl.Workbook()
    cell = book.worksheets[0].cell(1, 1)

    put(cell, text)

    assert cell.data_type == "s"
    assert cell.value == holdable(text)
    assert bool(cell.quotePrefix) == looks_like_formula(text)
    book.save(io.BytesIO())


def test_control_characters_are_written_out_and_escapes_are_not_decoded() -> None:
    assert holdable("a\x00b\x1bc\ufffe") == "a⟨U+0000⟩b⟨U+001B⟩c⟨U+FFFE⟩"
    assert holdable("_x003D_1") == "_x005F_x003D_1"
    assert holdable("dòng 1\ndòng 2\t") == "dòng 1\ndòng 2\t"
    assert len(holdable("x" * 40_000)) == 32_767


@pytest.mark.parametrize(("value", "kind"), [(5, "n"), (-EXACT + 1, "n"), (EXACT, "s"), (-(10**20), "s")])
def test_a_number_that_would_lose_digits_is_text(value: int, kind: str) -> None:
    cell = openpyxl.Workbook().worksheets[0].cell(1, 1)

    put(cell, value)

    assert (str(cell.value), cell.data_type) == (str(value), kind)


def test_the_machines_clock_is_taken_out() -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)

    made = reproducible(out.getvalue(), datetime(2026, 3, 5, tzinfo=VIETNAM))

    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert b"2026-03-04T17:00:00Z" in archive.read("docProps/core.xml")
