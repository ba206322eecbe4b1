"""The correction file: only the failing rows, as sent, and mended it makes the whole file pass."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from typing import Any, Literal

import openpyxl
import pytest
from report_cases import FILE, HEADINGS, outcome, ugly, vouchers_csv

from importers.correction import correction_file
from importers.forms import read_form
from importers.layouts import VOUCHERS
from importers.patch import Merged, merge, patch_of
from importers.request import Submission
from ledger.findings import LANGUAGES, Finding, Language

GOOD = ("PC001", "05/03/2026", "Tiền điện", "6111", "1121", "1.234.567")
BAD = ("PC002", "06/03/2026", "- Chi tiền nước", "6111", "1121", "1,5x")
Format = Literal["xlsx", "csv"]
FORMATS = pytest.mark.parametrize("format_", ["xlsx", "csv"])


def made(of: Submission, language: Language = "vi", format_: Format = "csv") -> bytes | None:
    assert of.form is not None
    return correction_file(of.data, of.form, of.findings, language, format_)


def rows(data: bytes | None) -> list[list[str]]:
    assert data is not None
    if data.startswith(b"PK"):
        page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        return [["" if cell is None else str(cell) for cell in row] for row in page.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def mended(data: bytes | None, row: int, **cells: str) -> bytes:
    """The correction file with some cells of a row typed anew, saved as it came."""
    assert data is not None
    if data.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(data))
        page: Any = book.worksheets[0]
        at = {page.cell(1, column).value: column for column in range(1, page.max_column + 1)}
        for name, value in cells.items():
            page.cell(row, at[name.replace("_", " ")]).value = value
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    found = rows(data)
    for name, value in cells.items():
        found[row - 1][found[0].index(name.replace("_", " "))] = value
    out_text = io.StringIO(newline="")
    csv.writer(out_text, delimiter=";").writerows(found)
    return out_text.getvalue().encode("utf-8-sig")


@FORMATS
def test_it_has_the_failing_rows_alone_with_their_numbers_as_they_were_sent(format_: Format) -> None:
    data = vouchers_csv([GOOD, BAD, ("PC003", *GOOD[1:])])

    found = rows(made(outcome(data, "a.csv"), "vi", format_))

    text = "'- Chi tiền nước" if format_ == "csv" else "- Chi tiền nước"
    assert found[0] == ["Tệp gốc", "Dòng gốc", *HEADINGS[1:7], "Lỗi"]
    assert found[1][:-1] == [hashlib.sha256(data).hexdigest()[:12], "3", *BAD[:2], text, *BAD[3:]]
    assert found[1][-1].startswith("F31: Dòng 3")
    assert len(found) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_own_columns_speak_the_readers_language_and_the_others_the_submitters(language: Language) -> None:
    headings = ("Số CT", "Posting date", "Nội dung", "Nợ", "Có", "Thành tiền", "Riêng")
    found = rows(made(outcome(vouchers_csv([(*BAD, "x")], headings), "a.csv"), language))

    ours = {"vi": ("Tệp gốc", "Dòng gốc", "Lỗi"), "en": ("original", "original_row", "problem")}[language]
    assert found[0] == [*ours[:2], *headings[:6], ours[2]]


@FORMATS
def test_mended_and_put_back_the_whole_file_is_read(format_: Format) -> None:
    data = vouchers_csv([GOOD, BAD, ("PC003", *GOOD[1:4], "1121 - Tiền gửi", "5")])
    first = outcome(data, "a.csv")

    patch_data = mended(made(first, "vi", format_), 2, Số_tiền="15.000")
    patch_data = mended(patch_data, 3, TK_Có="1121")
    patch = patch_of(read_form(patch_data, "sua", VOUCHERS), "sua")
    assert patch is not None
    merged = merge(patch, data, "a.csv", VOUCHERS)

    assert isinstance(merged, Merged)
    form = read_form(merged.data, "a.csv", VOUCHERS)
    assert (merged.replaced, merged.added, merged.deleted) == (2, 0, 0)
    assert [finding.rule for finding in form.findings] == []
    assert [line.amounts["amount"] for line in form.lines] == [1_234_567, 15_000, 5]
    assert form.lines[1].texts["description"] == "- Chi tiền nước"


@FORMATS
def test_handed_back_untouched_it_changes_nothing(format_: Format) -> None:
    first = outcome(ugly())
    data = made(first, "vi", format_)
    assert data is not None
    assert first.form is not None
    patch = patch_of(read_form(data, "sua", VOUCHERS), "sua")
    assert patch is not None

    merged = merge(patch, first.data, FILE, VOUCHERS)

    assert isinstance(merged, Merged)
    again = read_form(merged.data, "a.csv", VOUCHERS)
    assert {f.row for f in again.findings if f.row} == {f.row for f in first.form.findings if f.row}
    assert again.lines == first.form.lines


def test_a_column_that_a_problem_asks_for_is_there_to_be_filled() -> None:
    asked = Finding("A03", row=2, column="Nguồn", voucher="PC001", params={"account": "6111"})

    found = rows(made(outcome(vouchers_csv([GOOD]), "a.csv", asked)))

    assert found[0][-2:] == ["Nguồn", "Lỗi"]
    assert found[1][-2] == ""


def test_all_rows_of_an_unbalanced_voucher_are_there() -> None:
    sent = [("PC1", *GOOD[1:3], "6111", "", "5"), GOOD, ("PC1", *GOOD[1:3], "", "1111", "4")]
    found = Finding("V01", row=2, voucher="PC1", difference=1, params={"debit": 5, "credit": 4})

    assert [row[1] for row in rows(made(outcome(vouchers_csv(sent), "a.csv", found)))] == ["Dòng gốc", "2", "4"]


def test_codes_stay_text_days_days_and_figures_figures() -> None:
    data = made(outcome(ugly()), "vi", "xlsx")
    page: Any = openpyxl.load_workbook(io.BytesIO(data or b"")).worksheets[0]
    at = {page.cell(1, column).value: column for column in range(1, page.max_column + 1)}

    row = [page.cell(3, at[name]) for name in ("Ngày hạch toán", "TK Nợ", "Nguồn", "Số tiền")]

    assert [cell.number_format for cell in row] == ["dd/mm/yyyy", "@", "@", "#,##0;[Red]-#,##0"]
    assert [cell.data_type for cell in row] == ["d", "s", "s", "s"]
    assert row[3].value == "500000.5"
    assert page.cell(4, at["Số tiền"]).value == 250000
    assert page.freeze_panes == "A2"


def test_failing_cells_are_coloured_and_say_how_to_mend_them() -> None:
    data = made(outcome(ugly()), "vi", "xlsx")
    page: Any = openpyxl.load_workbook(io.BytesIO(data or b"")).worksheets[0]
    at = {column: page.cell(1, column).value for column in range(1, page.max_column + 1)}

    said = {
        (page.cell(cell.row, 2).value, at[cell.column], cell.comment.text[:3])
        for row in page.iter_rows()
        for cell in row
        if cell.comment
    }

    assert said == {
        (7, "Số tiền", "F23"),
        (8, "Số tiền", "F33"),
        (9, "Ngày hạch toán", "F36"),
        (10, "TK Nợ", "F45"),
        (11, "Diễn giải", "F30"),
        (11, "Số tiền", "F30"),
        (12, "Diễn giải", "F39"),
        (13, "Số tiền", "F31"),
    }


@FORMATS
def test_there_is_none_when_nothing_can_be_mended_row_by_row(format_: Format) -> None:
    whole = outcome(vouchers_csv([GOOD[:2]], ("Số chứng từ", "Ngày hạch toán")), "a.csv")
    clean = outcome(vouchers_csv([GOOD]), "a.csv")
    warned = outcome(vouchers_csv([GOOD]), "a.csv", Finding("F40", row=2, column="Ngày chứng từ"))
    elsewhere = Finding("P02", row=2, file="units/VPTU/2026/2026-04.beancount", unit="VPTU", period="2026-04")
    later = outcome(vouchers_csv([GOOD]), "a.csv", Finding("F63", params={"count": 1}), elsewhere)

    other_month = outcome(vouchers_csv([("PC001", "05/06/2026", *GOOD[2:])]), "a.csv")
    unjudged = replace(outcome(vouchers_csv([BAD]), "a.csv"), findings=(Finding("J01", file="a.csv", value="1"),))

    refused = (whole, clean, warned, later, other_month, unjudged)
    assert [made(one, "vi", format_) for one in refused] == [None] * len(refused)


@FORMATS
def test_the_same_outcome_is_the_same_bytes(format_: Format) -> None:
    first = outcome(ugly())

    assert made(first, "vi", format_) == made(replace(first), "vi", format_)
