"""The error report: everything that was found, the same in workbook, CSV and JSON, and nothing in it can act."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from report_cases import FILE, SHEET, outcome, report, ugly, vouchers_csv

from importers import error_report, report_workbook
from importers.correction import correction_file
from importers.difference import RowChange
from importers.error_report import FORMATS, csv_text, json_value, rendered, workbook
from importers.forms import read_form
from importers.judging import catalogue
from importers.layouts import NAMES, VOUCHERS
from importers.problems import TITLES
from importers.tables import heading
from ledger.findings import LANGUAGES, Finding, Language
from ledger.texts import text

GOOD = ("PC001", "05/03/2026", "Tiền điện", "6111", "1121", "1.234.567")
BOTH = pytest.mark.parametrize("language", LANGUAGES)

HOSTILE = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://outside.invalid";"x")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "\t=1",
    "'=1",
    "<script>alert(1)</script>",
    "a\x00b",
    "a\u2028b",
    "\u202ea",
    "_x003D_1",
    'plugin "x"',
    '"; =1',
    "a\r\n=1",
)


def sheets(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def facts(data: bytes, language: Language = "vi") -> dict[str, Any]:
    rows = sheets(data)[text("Summary", language)]
    return {str(row[0]).strip(): row[1] for row in rows if row[0]}


def breaks_another_period() -> list[Finding]:
    journal = "units/VPTU/2026/2026-04.beancount"
    later = {"file": journal, "unit": "VPTU", "period": "2026-04"}
    return [
        Finding("F63", value="VPTU 2026-04 (2)", params={"count": 2}),
        Finding("P02", row=3, voucher="PC9", value="1111", difference=-5, other="T01 2026-04 PC7", **later),  # type: ignore[arg-type]
        Finding("V01", row=8, voucher="PC10", difference=7, params={"debit": 8, "credit": 1}, **later),  # type: ignore[arg-type]
    ]


@BOTH
def test_the_summary_says_what_was_handed_in_and_what_became_of_it(language: Language) -> None:
    said = facts(workbook(report(outcome(ugly()), language)), language)

    assert said[text("Unit", language)] == "VPTU · Văn phòng Tỉnh ủy"
    assert said[text("File", language)] == FILE
    assert said[text("Day", language)] == "01/04/2026"
    assert said[text("Sheet with your file", language)] == SHEET
    assert said[text("Outcome", language)] == text("NOT accepted; nothing was changed in the books", language)
    assert said[text("Rows of the file", language)] == 8
    assert said[text("of these without an error", language)] == 1
    assert said[text("of these with an error", language)] == 7
    assert said[text("Errors", language)] == 9
    assert said[text("Warnings", language)] == 0
    assert said[text("Remarks", language)] == 1
    assert "9" in said[text("Control total: rows", language)]
    assert "8" in said[text("Control total: rows", language)]


def test_rows_in_are_rows_without_and_with_a_problem_for_any_file() -> None:
    for rows in ([GOOD], [GOOD, GOOD], [(*GOOD[:5], "x")], [GOOD[:3], GOOD], [("Cộng", "", "", "", "", "5"), GOOD]):
        counts = report(outcome(vouchers_csv(rows), "a.csv")).rows
        assert counts["in"] == len(rows)
        assert counts["in"] == (counts["without_problem"] or 0) + (counts["with_problem"] or 0)


def test_a_file_that_is_wrong_as_a_whole_says_that_rows_were_not_looked_at() -> None:
    lacking = vouchers_csv([("PC001", "05/03/2026")], ("Số chứng từ", "Ngày hạch toán"))
    asked = report(outcome(lacking, "a.csv"))

    assert asked.rows == {"in": None, "without_problem": None, "with_problem": None}
    assert facts(workbook(asked))["Số dòng của tệp"] == "chưa xem từng dòng; hãy sửa lỗi của cả tệp trước"
    assert "Tệp đã nộp" in sheets(workbook(asked))


def test_codes_are_counted_once_roots_first() -> None:
    found = error_report.code_counts(report(outcome(ugly(), FILE, *breaks_another_period())))

    assert [(one.code, one.places, one.consequences) for one in found][:2] == [("F63", 1, 2), ("F23", 1, 0)]
    assert {one.code: one.places for one in found}["F30"] == 2
    assert {one.code: one.rows for one in found}["F30"] == (11,)
    assert "P02" not in {one.code for one in found}
    assert [one.severity for one in found][-1] == "info"


def test_the_same_mistake_on_many_rows_stands_once_in_the_summary_with_its_rows() -> None:
    rows = [(f"PC{n}", "05/03/2026", "Tiền điện", "6111 - Điện", "1121", "5") for n in range(40)]
    data = workbook(report(outcome(vouchers_csv(rows), "a.csv")))

    summary = sheets(data)["Tóm tắt"]
    assert [row[:5] for row in summary if row[0] == "6111 - Điện"] == [("6111 - Điện", "F45", "TK Nợ", 40, "2–41")]
    assert len([row for row in sheets(data)["Danh sách lỗi"] if row[2] == "F45"]) == 40


@BOTH
def test_each_problem_is_one_line_with_both_languages(language: Language) -> None:
    made = outcome(ugly(), FILE, *breaks_another_period())
    rows = sheets(workbook(report(made, language)))[text("List of problems", language)]
    at = {key: number for number, (key, _, _) in enumerate(TITLES)}
    other: Language = "en" if language == "vi" else "vi"

    assert rows[0] == (*error_report.headings(language), "STT", "Mã theo dõi")
    assert len(rows) == len(made.findings) + 1
    for number, (finding, row) in enumerate(zip(made.findings, rows[1:], strict=True), start=1):
        assert row[at["number"]] == number
        assert row[at["rule"]] == finding.rule
        assert row[at["row"]] == finding.row
        assert row[at["message"]] == catalogue().message(finding, language)
        assert row[at["message_2"]] == catalogue().message(finding, other)
        assert row[at["fix"]] == catalogue().fix(finding, language)
        assert row[at["article"]] == catalogue()[finding.rule].article[language]
        assert row[at["sheet"]] == (SHEET if finding.file == FILE else f"VPTU · 2026-04 · {finding.file}")
    root = next(row for row in rows if row[at["rule"]] == "F63")
    assert root[at["consequences"]] == 2
    assert [row[at["root"]] for row in rows if row[at["rule"]] in {"P02", "V01"}] == [root[at["number"]]] * 2


def test_the_submitters_own_columns_stand_beside_their_problems() -> None:
    rows = sheets(workbook(report(outcome(ugly()))))["Danh sách lỗi"]

    assert [row[-1] for row in rows if row[2] == "F36"] == ["x-3"]
    assert [row[-1] for row in rows if row[2] == "F21"] == [None]
    assert json_value(report(outcome(ugly())))["problems"][4]["extra"] == {"STT": "3", "Mã theo dõi": "x-3"}


def test_the_list_can_be_filtered_stays_headed_and_leads_to_the_cell() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(report(outcome(ugly())))))
    page = book["Danh sách lỗi"]
    at = [key for key, _, _ in TITLES].index("row") + 1
    line = next(row for row in range(2, 20) if page.cell(row, 3).value == "F33")

    assert page.auto_filter.ref == f"A1:U{page.max_row}"
    assert page.freeze_panes == "A2"
    assert page.cell(line, at).hyperlink.location == f"'{SHEET}'!G8"
    assert page.cell(line, at).hyperlink.target is None
    assert page.cell(line, 12).alignment.wrap_text
    assert page.column_dimensions["Q"].hidden
    assert not page.column_dimensions["H"].hidden


def test_what_reading_changed_is_listed() -> None:
    decomposed = "Tie\u0302\u0300n đie\u0323\u0302n"
    data = vouchers_csv([("PC001", "05/03/2026", decomposed, "6111", "1121", "5"), ("PC\u200b2", *GOOD[1:])])
    asked = report(outcome(data, "a.csv"))

    listed = sheets(workbook(asked))["Thay đổi khi đọc"][1:]

    assert (2, "Diễn giải", decomposed, "Tiền điện") in [row[:4] for row in listed]
    assert all(row[4] in {text(why, "vi") for why in report_workbook.WHY.values()} for row in listed)
    assert [(c["row"], c["why"]) for c in json_value(asked)["changes"]] == [(2, "unicode"), (3, "invisible")]


def test_what_a_replacement_changes_is_listed() -> None:
    change = RowChange("PC001", 5, 6, "amount", "Số tiền", 1000, 2000)
    asked = report(replace(outcome(vouchers_csv([GOOD]), "a.csv", accepted=True), changes=(change,)))

    assert sheets(workbook(asked))["Thay đổi so với lần trước"][1] == ("PC001", 5, 6, "Số tiền", "1.000", "2.000")
    assert json_value(asked)["replaces"][0] == {
        "document": "PC001",
        "row_before": 5,
        "row_after": 6,
        "column": "amount",
        "old": "1.000",
        "new": "2.000",
    }


def test_an_accepted_file_without_findings_says_so() -> None:
    asked = report(outcome(vouchers_csv([GOOD]), "a.csv", accepted=True))
    said = facts(workbook(asked))

    assert said["Kết quả"] == "đã nhận vào sổ"
    assert said["Biên nhận"] == "VPTU-1"
    assert "Không có lỗi nào." in said


def test_a_justification_stands_in_its_line() -> None:
    warned = Finding("F40", row=2, column="Ngày chứng từ", voucher="PC001", justified="Chứng từ lập muộn")
    asked = report(outcome(vouchers_csv([GOOD]), "a.csv", warned, accepted=True))

    assert json_value(asked)["problems"][0]["justified"] == "Chứng từ lập muộn"
    assert "Chứng từ lập muộn" in sheets(workbook(asked))["Danh sách lỗi"][1]


def test_csv_and_json_have_the_lines_of_the_workbook() -> None:
    asked = report(outcome(ugly(), FILE, *breaks_another_period()))
    in_book = sheets(workbook(asked))["Danh sách lỗi"]
    in_csv = csv_rows(csv_text(asked))
    in_json = json_value(asked)["problems"]

    assert in_csv[0] == list(in_book[0])
    assert len(in_csv) == len(in_book) == len(in_json) + 1
    for one, other, third in zip(in_csv[1:], in_book[1:], in_json, strict=True):
        assert [cell.removeprefix("'") for cell in one] == ["" if cell is None else str(cell) for cell in other]
        assert (third["number"], third["rule"], third["row"]) == (other[0], other[2], other[4])
        assert third.keys() == {key for key, _, _ in TITLES} | {"extra"}
    assert json.loads(rendered(asked, "json")) == json_value(asked)
    assert json_value(asked)["problems"][1]["severity"] == "error"


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_outcome_is_the_same_bytes(format_: str) -> None:
    data = ugly()

    assert rendered(report(outcome(data)), format_) == rendered(report(outcome(data)), format_)


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _inert(data: bytes) -> None:
    """No cell is calculated, nothing leads out of the file, no macro."""
    for name, part in _parts(data).items():
        assert not re.search(rb"<(?:\w+:)?f[ >/]", part) or not name.startswith("xl/worksheets"), name
        assert b'TargetMode="External"' not in part, name
        assert b"WEBSERVICE" not in part.replace(b"&quot;", b""), name
        assert not name.startswith("xl/externalLinks"), name
        assert not name.endswith((".bin", ".vba")), name


def _harmless_csv(data: bytes) -> None:
    for row in csv_rows(data):
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")), cell
            assert not cell.startswith("-") or re.fullmatch(r"-[\d.,]+", cell), cell


@pytest.mark.parametrize("where", range(6))
def test_hostile_text_in_any_cell_becomes_no_formula_in_any_output(where: int) -> None:
    rows = [tuple(text_ if at == where else cell for at, cell in enumerate(GOOD)) for text_ in HOSTILE]
    own = [(*row, text_) for row, text_ in zip(rows, HOSTILE, strict=True)]
    data = vouchers_csv(
        own, (*("Số chứng từ", "Ngày hạch toán", "Diễn giải", "TK Nợ", "TK Có", "Số tiền"), "=Cột riêng")
    )
    found = Finding("V01", row=2, voucher=HOSTILE[where], value=HOSTILE[where], other=HOSTILE[where + 1], expected="=1")
    made = outcome(data, "=tệp.csv", replace(found, justified="=lý do", params={"debit": 1, "credit": 2}, difference=1))
    asked = replace(report(made), unit_name="=đơn vị")

    _inert(workbook(asked))
    _harmless_csv(csv_text(asked))
    json.loads(rendered(asked, "json"))
    for format_ in ("xlsx", "csv"):
        correction = correction_file(data, made.form, made.findings, "vi", format_)  # type: ignore[arg-type]
        assert correction is not None
        (_harmless_csv if format_ == "csv" else _inert)(correction)


def test_a_hostile_workbook_comes_back_disarmed() -> None:
    made = outcome(ugly())

    _inert(workbook(report(made)))
    _inert(correction_file(made.data, made.form, made.findings, "vi", "xlsx") or b"")  # type: ignore[arg-type]


@BOTH
def test_no_sheet_of_ours_can_be_taken_for_a_form(language: Language) -> None:
    for made in (outcome(ugly(), FILE, *breaks_another_period()), outcome(vouchers_csv([(*GOOD[:5], "x")]), "a.csv")):
        for name, rows in sheets(workbook(report(made, language))).items():
            if name not in {SHEET, text("Your file", language)}:
                assert all(len({heading(str(cell)) for cell in row} & NAMES) < 2 for row in rows), name


def test_the_report_can_be_mended_in_place_and_handed_in_again() -> None:
    made = outcome(ugly())

    again = read_form(workbook(report(made)), FILE, VOUCHERS)

    assert made.form is not None
    assert again.table.sheet == SHEET
    # The formula without a result is shown as the text that it is, and is no amount.
    before = ["F31" if finding.rule == "F23" else finding.rule for finding in made.form.findings]
    assert [finding.rule for finding in again.findings] == before
    assert again.lines == made.form.lines


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "F01"),
        (b"%PDF-1.7", "F03"),
        (b"PK\x03\x04 nothing", "F93"),
        ("xin chào".encode(), "F06"),
        ('Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền\n"PC1;1;2\n'.encode(), "F11"),
        (b"\xff\xfe\x00\x00abc", "F05"),
    ],
)
def test_a_file_that_nobody_can_read_still_gets_its_report(data: bytes, code: str) -> None:
    made = outcome(data, "a.csv")
    asked = report(made)

    assert [f.rule for f in made.findings] == [code]
    assert {"Tóm tắt", "Danh sách lỗi"} <= sheets(workbook(asked)).keys()
    assert len(csv_rows(csv_text(asked))) == 2
    assert json_value(asked)["codes"][0]["rule"] == code
