"""Files under a layout: columns in any order, one finding for what is wrong with the file, all findings of its rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.forms import Form, read_form
from importers.layouts import ESTIMATES, LAYOUTS, NAMES, OPENING, VOUCHERS, Layout
from importers.tables import heading

HEADER = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền"
ROW = "PC1;05/03/2026;Chi tiền;1111;1121;1.000"


def _form(*lines: str, layout: Layout = VOUCHERS) -> Form:
    return read_form("\n".join(lines).encode("utf-8"), "t3.csv", layout)


def _found(form: Form) -> list[tuple[str, int | None, str]]:
    return [(finding.rule, finding.row, finding.column) for finding in form.findings]


def test_a_row_is_read_into_texts_and_amounts() -> None:
    (line,) = _form(HEADER, ROW).lines

    assert line.row == 2
    assert line.amounts == {"amount": 1000}
    assert {key: text for key, text in line.texts.items() if text} == {
        "voucher": "PC1",
        "date": "2026-03-05",
        "description": "Chi tiền",
        "debit": "1111",
        "credit": "1121",
    }


@given(st.permutations(list(zip(HEADER.split(";"), ROW.split(";"), strict=True))))
def test_the_order_of_columns_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    names, cells = zip(*pairs, strict=True)

    assert _form(";".join(names), ";".join(cells)).lines == _form(HEADER, ROW).lines


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_a_layout_names_each_heading_once_and_knows_vietnamese_and_english(layout: Layout) -> None:
    headings = [heading(name) for column in layout.columns for name in {column.vi, column.key, *column.also}]

    assert len(headings) == len(set(headings))
    assert set(headings) <= NAMES
    assert len({column.key for column in layout.columns}) == len(layout.columns)


@pytest.mark.parametrize(
    "written",
    ["SỐ TIỀN", "so tien", "Số tiền (đồng)", "Số tiền *", "Số  tiền", "Số\u00a0tiền", "Số tiền (VND) (*):", "amount"],
)
def test_a_heading_may_be_written_in_many_ways(written: str) -> None:
    assert _form(HEADER.replace("Số tiền", written), ROW).lines[0].amounts == {"amount": 1000}


def test_missing_columns_are_told_together_and_no_row_is_looked_at() -> None:
    form = _form("Số chứng từ;Ngày hạch toán;TK Nợ;TK Có", "x;y;z;t")

    assert _found(form) == [("F08", 1, "Diễn giải"), ("F08", 1, "Số tiền")]
    assert (form.usable, form.rows) == (False, 0)


@pytest.mark.parametrize(("layout", "asked"), [(ESTIMATES, VOUCHERS), (OPENING, VOUCHERS), (VOUCHERS, ESTIMATES)])
def test_a_file_of_another_form_is_named_as_that_form(layout: Layout, asked: Layout) -> None:
    names = ";".join(column.vi for column in layout.columns)

    (finding,) = _form(names, ";".join("1" for _ in layout.columns), layout=asked).findings

    assert (finding.rule, finding.value, finding.expected) == ("F07", layout.vi, asked.vi)


def test_every_bad_cell_of_a_row_is_told() -> None:
    assert _found(_form(HEADER, ";5/3/26;<;1;1121;x")) == [
        ("F30", 2, "Số chứng từ"),
        ("F36", 2, "Ngày hạch toán"),
        ("F39", 2, "Diễn giải"),
        ("F45", 2, "TK Nợ"),
        ("F31", 2, "Số tiền"),
    ]


def test_a_broken_row_makes_its_document_broken_however_it_is_broken() -> None:
    form = _form(
        HEADER,
        "PC1;05/03/2026;a;1111;1121;x",
        "PC2;05/03/2026;a;1111",
        'PC3;05/03/2026;"a\nb";1111;1121;1',
        ROW.replace("PC1", "PC4"),
    )

    assert form.broken == {"PC1", "PC2", "PC3"}
    assert [line.texts["voucher"] for line in form.lines] == ["PC4"]
    assert (form.rows, form.reported) == (4, {2, 3, 4})


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (";;Cộng;;;1.000", "F15"),
        ("Tổng cộng;;;;;1.000", "F15"),
        ("Cộng phát sinh tháng 3;;;;;1.000", "F15"),
        (";;Total;;;1.000", "F15"),
        (";;Cộng chuyển sang trang sau;;;1.000", "F15"),
        ("Người lập;;;;Kế toán trưởng;", "F16"),
        (";;Ngày 31 tháng 3 năm 2026;;;", "F16"),
        ("PC9;;;;;", "F16"),
    ],
)
def test_a_row_that_is_no_data_gets_one_finding(row: str, code: str) -> None:
    form = _form(HEADER, ROW, row)

    assert [finding.rule for finding in form.findings] == [code]
    assert form.reported == {3}


@pytest.mark.parametrize("text", ["Cộng tác viên tháng 3", "Tổng vệ sinh", "Cộng"])
def test_a_voucher_that_speaks_of_adding_is_no_total(text: str) -> None:
    assert _form(HEADER, ROW.replace("Chi tiền", text)).findings == ()


def test_a_header_without_rows_is_told_once() -> None:
    assert _found(_form(HEADER, ";;;;;", "")) == [("F22", 1, "")]


def test_unknown_columns_are_named_and_not_read() -> None:
    form = _form(HEADER + ";Ghi chú;;STT", ROW + ";<b>;x;1")

    assert [(f.rule, f.value, f.params["count"]) for f in form.findings] == [("F21", "Ghi chú, STT", 2)]
    assert "note" not in form.lines[0].texts


def test_accepted_rows_and_reported_rows_make_all_rows() -> None:
    form = _form(HEADER, ROW, ROW.replace("1.000", "x"), ";;;;;", "Cộng;;;;;5", ROW + ";zu viel")

    assert form.rows == 4
    assert {line.row for line in form.lines} | form.reported == {2, 3, 5, 6}
    assert form.table.blank_rows == 1
