"""The annotated copy: the submitter's own file, with a colour and a comment at each cell that is wrong."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from report_cases import FILE, HEADER, HEADINGS, MARKED, SHEET, outcome, report, ugly, vouchers_csv

from importers import annotated, pages, places
from importers.annotated import notes
from importers.error_report import workbook
from importers.judging import catalogue
from ledger.findings import Finding

GOOD = ("PC001", "05/03/2026", "Tiền điện", "6111", "1121", "1.234.567")
COLOURS = {severity: f"00{colour}" for severity, colour in pages.COLOURS.items()}


def copy_of(data: bytes, name: str = FILE, *more: Finding) -> Any:  # noqa: ANN401 - a worksheet
    made = outcome(data, name, *more)
    book = openpyxl.load_workbook(io.BytesIO(workbook(report(made))))
    return book[SHEET if SHEET in book.sheetnames else "Tệp đã nộp"]


def commented(page: Any) -> dict[tuple[int, int], str]:  # noqa: ANN401 - a worksheet
    """Row and column → first word of the comment."""
    cells = (cell for row in page.iter_rows() for cell in row if cell.comment)
    return {(cell.row, cell.column): cell.comment.text.split(" ")[0] for cell in cells}


def test_comments_and_colours_sit_at_the_cells_that_are_wrong() -> None:
    page = copy_of(ugly())

    said = commented(page)

    assert {place: code for place, code in said.items() if place != (8, 2)} == MARKED
    assert page["B8"].comment.text == "Ghi chú của kế toán"
    for row, column in MARKED:
        severity = catalogue()[MARKED[row, column]].severity
        assert page.cell(row, column).fill.fgColor.rgb == COLOURS[severity]
    assert page.cell(14, 7).fill.fgColor.rgb == "00000000"


def test_a_comment_says_code_message_remedy_and_basis() -> None:
    made = outcome(ugly())
    finding = next(one for one in made.findings if one.rule == "F36")
    page = copy_of(ugly())

    said = catalogue().render(finding, "vi")

    assert page.cell(9, 3).comment.text.split("\n") == [
        f"F36 · {catalogue()['F36'].title['vi']}",
        said["message"],
        f"→ {said['fix']}",
        f"§ {said['article']}",
    ]


def test_the_copy_keeps_what_was_sent() -> None:
    sent = openpyxl.load_workbook(io.BytesIO(ugly()))
    book = openpyxl.load_workbook(io.BytesIO(workbook(report(outcome(ugly())))))
    before, after = sent[SHEET], book[SHEET]

    assert book.sheetnames[-2:] == sent.sheetnames
    assert {str(area) for area in after.merged_cells.ranges} == {"B2:G3", "D10:D11"}
    assert (after.freeze_panes, after.auto_filter.ref) == ("C7", "A6:L13")
    for letter in "ABCDEFGHIJKL":
        assert after.column_dimensions[letter].width == before.column_dimensions[letter].width
    for row in before.iter_rows():
        for cell in row:
            copied = after[cell.coordinate]
            if cell.data_type != "f":
                assert copied.value == cell.value
            assert copied.number_format == cell.number_format
            assert copied.font.name == cell.font.name
            assert copied.font.b == cell.font.b
            assert copied.border.bottom.style == cell.border.bottom.style
            if (cell.row, cell.column) not in MARKED:
                assert copied.fill.fgColor.rgb == cell.fill.fgColor.rgb
    assert [cell.value for cell in book["Danh mục"]["A"]] == ["Mã", "008212"]
    assert [rule.formula1 for rule in after.data_validations.dataValidation] == ['"Tạm ứng,Thực chi"']


def test_a_cell_that_is_wrong_is_never_hidden() -> None:
    page = copy_of(ugly())

    assert not page.row_dimensions[9].hidden
    assert not page.column_dimensions["G"].hidden


def test_the_copy_cannot_act() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(report(outcome(ugly())))))
    page = book[SHEET]

    assert page["D9"].value == "=cmd|' /C calc'!A0"
    assert page["D9"].data_type == "s"
    assert page["L7"].hyperlink is None
    assert len(page.conditional_formatting) == 0
    assert len(book.defined_names) == 0
    assert page["G7"].value == "=1000000+234567"


def test_only_one_sheet_is_selected_and_it_is_the_summary() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(report(outcome(ugly())))))

    assert book.active.title == "Tóm tắt"
    assert [page.title for page in book.worksheets if page.sheet_view.tabSelected] in (["Tóm tắt"], [])


def test_a_csv_file_comes_back_at_the_same_rows_and_columns() -> None:
    titles = "Văn phòng;;;;;\n;;;;;\n".encode()
    bad = (*GOOD[:5], "1,5x")
    data = titles + vouchers_csv([GOOD, bad, ("=1+1", *GOOD[1:])])

    page = copy_of(data, "a.csv")

    assert page["A1"].value == "Văn phòng"
    assert [cell.value for cell in page[3]] == list(HEADINGS[1:7])
    assert [cell.value for cell in page[4]] == list(GOOD)
    assert page["A6"].value == "=1+1"
    assert commented(page) == {(5, 6): "F31", (6, 1): "F46"}
    assert page.freeze_panes == "A4"


def test_what_is_about_the_file_stands_at_the_header_and_about_a_row_at_its_first_cell() -> None:
    data = vouchers_csv([GOOD, ("Cộng", "", "", "", "", "5")])
    page = copy_of(data, "a.csv", Finding("F57", params={"receipt": "x", "file_before": "y"}, difference=1))

    assert commented(page) == {(1, 1): "F57", (3, 1): "F15"}


def test_a_missing_column_is_told_at_the_header() -> None:
    page = copy_of(vouchers_csv([GOOD[:2]], ("Số chứng từ", "Ngày hạch toán")), "a.csv")

    assert commented(page) == {(1, 1): "F08"}
    assert page["A1"].comment.text.count("F08") == 4


def test_what_is_told_once_for_many_rows_is_shown_at_each() -> None:
    rows = [(f"PC{n}", *GOOD[1:3], "6119" if n % 2 else "6111", *GOOD[4:]) for n in range(6)]
    once = Finding("A01", row=3, column="TK Nợ", value="6119", params={"rows": 3, "regime": "x"})
    made = outcome(vouchers_csv(rows), "a.csv", once)

    assert made.form is not None
    assert list(notes(made.findings, made.form, "a.csv", catalogue(), "vi")) == [(3, 4), (5, 4), (7, 4)]


def test_every_row_of_an_unbalanced_voucher_is_marked() -> None:
    rows = [("PC1", *GOOD[1:3], "6111", "", "5"), GOOD, ("PC1", *GOOD[1:3], "", "1111", "4")]
    found = Finding("V01", row=2, voucher="PC1", difference=1, params={"debit": 5, "credit": 4})
    made = outcome(vouchers_csv(rows), "a.csv", found)

    assert made.form is not None
    assert list(notes(made.findings, made.form, "a.csv", catalogue(), "vi")) == [(2, 1), (4, 1)]


def test_rows_with_a_wrong_number_of_cells_are_all_marked() -> None:
    made = outcome(vouchers_csv([GOOD[:5], GOOD, GOOD[:5], (*GOOD, "x")]), "a.csv")

    assert made.form is not None
    rows = {(finding.value, tuple(places.rows_of(finding, made.form))) for finding in made.findings}
    assert rows == {("5", (2, 4)), ("7", (5,))}


def test_findings_of_other_files_are_not_put_into_this_one() -> None:
    other = Finding("P02", file="units/VPTU/2026/2026-04.beancount", row=2, unit="VPTU", period="2026-04")
    made = outcome(vouchers_csv([GOOD]), "a.csv", other)

    assert made.form is not None
    assert notes(made.findings, made.form, "a.csv", catalogue(), "vi") == {}


def test_the_worst_gives_the_colour_and_everything_is_said() -> None:
    warned = Finding("F40", row=2, column="Số tiền", voucher="PC001", value="1", expected="2")
    made = outcome(vouchers_csv([(*GOOD[:5], "x")]), "a.csv", warned)

    assert made.form is not None
    (note,) = notes(made.findings, made.form, "a.csv", catalogue(), "vi").values()
    assert note.severity == "error"
    assert note.text.index("F31") < note.text.index("F40")


@pytest.mark.parametrize("sent", [ugly(), vouchers_csv([(*GOOD[:5], "x")] * 12)], ids=["xlsx", "csv"])
def test_a_large_file_comes_back_as_values_at_the_same_places(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    name = FILE if sent.startswith(b"PK") else "a.csv"
    before = commented(copy_of(sent, name))
    monkeypatch.setattr(annotated, "LARGE", 50)

    page = copy_of_large(sent, name)

    places_ = {place for place in before if place != (8, 2)}
    merged = {(10, 4): (11, 4)}
    assert set(commented(page)) == {merged.get(place, place) for place in places_}
    assert page.cell(HEADER if name == FILE else 1, 2).value in {"Số chứng từ", "Ngày hạch toán"}


def copy_of_large(data: bytes, name: str) -> Any:  # noqa: ANN401 - a worksheet
    """The copy in a workbook that has it as values."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(report(outcome(data, name)))))
    assert SHEET not in book.sheetnames
    return book["Tệp đã nộp"]


def test_more_comments_than_the_limit_leave_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotated, "COMMENTS", 3)

    page = copy_of(vouchers_csv([(f"PC{n}", *GOOD[1:5], "x") for n in range(9)]), "a.csv")

    assert len(commented(page)) == 3
    assert [page.cell(row, 6).fill.fgColor.rgb for row in range(2, 11)] == [COLOURS["error"]] * 9


def test_a_workbook_that_cannot_be_rebuilt_still_gets_its_plain_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise TypeError("odd style")

    monkeypatch.setattr(annotated, "own_workbook", broken)
    made = outcome(ugly())
    book = openpyxl.load_workbook(io.BytesIO(workbook(report(made))))

    assert set(commented(book["Tệp đã nộp"])) == {(11, 4) if place == (10, 4) else place for place in MARKED}


def test_formatted_empty_cells_and_rows_count_towards_a_large_file() -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    for row in range(1, 31):
        page.cell(row, 1).number_format = "@"
    out = io.BytesIO()
    book.save(out)

    assert annotated.cells_in(out.getvalue()) == 60


def test_a_long_comment_is_cut_and_control_characters_are_shown() -> None:
    made = annotated.comment("a\x00b" + "x" * 5000)

    assert made.text.startswith("a⟨U+0000⟩b")
    assert len(made.text) < 2000
    assert made.height > 100


def test_a_sheet_with_our_name_keeps_it() -> None:
    book = openpyxl.load_workbook(io.BytesIO(ugly()))
    book.create_sheet("Tóm tắt")
    out = io.BytesIO()
    book.save(out)

    made = openpyxl.load_workbook(io.BytesIO(workbook(report(outcome(out.getvalue())))))

    assert made.sheetnames[-1] == "Tóm tắt"
    assert made.sheetnames[0] == "Tóm tắt1"


def test_a_justified_warning_says_why_it_may_stand() -> None:
    warned = Finding("F40", row=2, column="Số tiền", voucher="PC001", value="1", expected="2")
    made = outcome(vouchers_csv([GOOD]), "a.csv", replace(warned, justified="lập muộn"))

    assert made.form is not None
    (note,) = notes(made.findings, made.form, "a.csv", catalogue(), "vi").values()
    assert note.text.endswith("Giải trình: lập muộn")
