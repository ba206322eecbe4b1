"""Control totals: what the submitter says of rows and sum, against the file, before any row is judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from submission_cases import _xlsx as workbook
from submission_cases import hand_in

from importers.control import Control, Stated, compare, counted
from importers.forms import Form, read_form
from importers.judging import catalogue
from importers.layouts import LAYOUTS, VOUCHERS
from importers.submission import Submission
from ledger.book import Book
from ledger.findings import LANGUAGES

pytest_plugins = ("submission_fixtures",)

HEADER = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB\n"
ROWS = (
    "UNC020;05/03/2026;Chi tiền điện;612;511;1.000.000;13;351;6501;\n"
    "UNC020;05/03/2026;Chi tiền điện;;008212;1.000.000;13;351;6501;Thực chi\n"
)
BROKEN_DATE, BROKEN_AMOUNT = ROWS.replace("05/03/2026", "5-3-26", 1), ROWS.replace("1.000.000", "1.000.00O", 1)


def _form(text: str) -> Form:
    return read_form(text.encode("utf-8"), "t3.csv", VOUCHERS)


def _codes(form: Form, said: Stated, **how: bool) -> list[str]:
    return [finding.rule for finding in compare(form, said, **how)[1]]


def _submit(book: Path, text: str, **command: Any) -> Submission:  # noqa: ANN401 - words of a command
    usual = {"unit": "T01", "period": "2026-03"}
    return hand_in(book, text.encode("utf-8"), "t3.csv", **{**usual, **command})


def test_a_file_without_statements_is_counted_and_nothing_is_said() -> None:
    control, findings = compare(_form(HEADER + ROWS), Stated())

    assert (control, findings) == (Control(Stated(), 2, 2_000_000), [])


@pytest.mark.parametrize(
    ("rows", "total", "codes"),
    [
        (2, 2_000_000, []),
        (3, None, ["J01"]),
        (None, 1_999_999, ["J02"]),
        (3, 2_000_001, ["J01", "J02"]),
        (0, 0, ["J01", "J02"]),
    ],
)
def test_what_is_said_on_the_command_line_is_compared(rows: int | None, total: int | None, codes: list[str]) -> None:
    assert _codes(_form(HEADER + ROWS), Stated(rows, total)) == codes


def test_a_wrong_statement_carries_value_expected_and_difference() -> None:
    (finding,) = compare(_form(HEADER + ROWS), Stated(total=2_500_000))[1]

    assert (finding.value, finding.expected, finding.difference) == ("2.000.000", "2.500.000", -500_000)


@pytest.mark.parametrize(
    "titles",
    [
        "Tổng số dòng: 2\nTổng số tiền: 2.000.000\n",
        "Tổng số dòng;2;;Tổng số tiền;;2000000\n",
        "Kho bạc;;Tổng số dòng:;2\nTỔNG SỐ TIỀN:;2.000.000 đồng\n",
        "Rows: 2;Total: 2,000,000\n".replace(",", "."),
        "Tong so dong : 2 dòng\nTong so tien : 2000000 đ\n",
    ],
)
def test_what_stands_above_the_table_is_compared(titles: str) -> None:
    right = compare(_form(titles + HEADER + ROWS), Stated())
    wrong = _form(titles.replace("2.000.000", "2.000.001").replace("2000000", "2000001") + HEADER + ROWS)

    assert (right[0].stated, right[1]) == (Stated(2, 2_000_000), [])
    (finding,) = compare(wrong, Stated())[1]
    assert (finding.rule, finding.difference) == ("J02", -1)
    assert finding.row in {1, 2}


def test_typed_numbers_of_a_workbook_are_read_as_they_are() -> None:
    head = HEADER.strip().split(";")
    rows = [[cell.replace(".", "") for cell in line.split(";")] for line in ROWS.strip().split("\n")]
    titles = [["Tổng số dòng", 2], ["Tổng số tiền:", "", 1_999_999]]
    data = workbook({"sheets": {"T3": [*titles, head, *rows]}})

    control, (finding,) = compare(read_form(data, "t3.xlsx", VOUCHERS), Stated())

    assert control.stated == Stated(2, 1_999_999)
    assert (finding.rule, finding.row, finding.difference) == ("J02", 2, 1)


@pytest.mark.parametrize(
    "titles", ["Tổng số dòng:;;\nTổng số tiền:\n", "Tổng số tiền;Diễn giải thêm\n", "Total amounts: 7\n"]
)
def test_an_empty_statement_or_another_title_says_nothing(titles: str) -> None:
    assert compare(_form(titles + HEADER + ROWS), Stated()) == (Control(Stated(), 2, 2_000_000), [])


@pytest.mark.parametrize("title", ["Tổng số tiền: hai triệu", "Tổng số tiền:;2.000.000,5", "Rows: 1.5"])
def test_a_statement_that_is_no_number_is_told(title: str) -> None:
    (finding,) = compare(_form(f"{title}\n{HEADER}{ROWS}"), Stated())[1]

    assert (finding.rule, finding.row) == ("J12", 1)
    assert finding.value in title


def test_both_statements_are_compared_unless_the_newer_one_takes_the_place() -> None:
    form = _form("Tổng số tiền: 1.000\n" + HEADER + ROWS)

    assert _codes(form, Stated(total=2_000_000)) == ["J02"]
    assert _codes(form, Stated(total=2_000_000), restated=True) == []
    assert _codes(form, Stated(rows=2), restated=True) == ["J02"]


def test_rows_of_totals_and_signatures_are_no_rows() -> None:
    form = _form(HEADER + ROWS + ";;Tổng cộng;;;2.000.000;;;;\n;;;;;Kế toán;;;;\n")

    assert counted(form) == (2, 2_000_000)


def test_a_row_with_another_wrong_cell_still_counts_with_its_amount() -> None:
    form = _form(HEADER + BROKEN_DATE)

    assert len(form.reported) == 1
    assert counted(form) == (2, 2_000_000)


def test_the_sum_is_not_compared_while_an_amount_cannot_be_read() -> None:
    control, findings = compare(_form(HEADER + BROKEN_AMOUNT), Stated(2, 5))

    assert (control.rows, control.total) == (2, None)
    assert [(finding.rule, finding.value) for finding in findings] == [("J11", "5")]


def test_an_opening_is_summed_by_its_debit_column() -> None:
    text = "TK;Dư Nợ;Dư Có\n1111;5.000;\n4211;;5.000\n"

    assert counted(read_form(text.encode(), "sddk.csv", LAYOUTS["opening"])) == (2, 5_000)


def test_a_wrong_total_hides_every_row_and_changes_nothing(case_copy: Path) -> None:
    before = Book.open(case_copy).commit

    outcome = _submit(case_copy, HEADER + BROKEN_AMOUNT + ROWS, rows=7)

    assert [finding.rule for finding in outcome.findings] == ["J01"]
    assert not outcome.accepted
    assert Book.open(case_copy).commit == before


def test_while_the_sum_cannot_be_compared_the_rows_are_judged_and_it_is_said(case_book: Path) -> None:
    outcome = _submit(case_book, HEADER + BROKEN_AMOUNT, rows=2, total=2_000_000, dry_run=True)

    assert sorted(finding.rule for finding in outcome.findings) == ["F31", "J11"]


def test_stated_totals_go_into_event_and_receipt(case_copy: Path) -> None:
    outcome = _submit(case_copy, "Tổng số dòng: 2\n" + HEADER + ROWS, total=2_000_000)

    book = Book.open(case_copy)
    facts = book.events("T01")[-1].data
    assert outcome.accepted
    assert facts["stated"] == {"rows": 2, "total": 2_000_000}
    assert b'"stated": {\n    "rows": 2,\n    "total": 2000000\n  }' in (
        book.read(facts["path"].replace(".csv", ".receipt.json")) or b""
    )


def test_every_text_can_be_read_in_both_languages() -> None:
    found = [
        *compare(_form("Total: x\n" + HEADER + ROWS), Stated(7, 7))[1],
        *compare(_form(HEADER + BROKEN_AMOUNT), Stated(2, 5))[1],
    ]

    assert {finding.rule for finding in found} == {"J01", "J02", "J11", "J12"}
    for finding in found:
        for language in LANGUAGES:
            shown = catalogue().render(finding, language)
            assert "?" not in shown["message"] + shown["fix"]
