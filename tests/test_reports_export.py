"""One table, five ways out: the same figures, never a formula, the same bytes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from ledger.clock import VIETNAM
from ledger.money import parse_money
from reports import export
from reports.export import Bar, Column, Table, UnknownFormatError
from reports.stamp import Stamp, qr_svg

STAMP = Stamp("T01", "2025", "a" * 40, "b" * 64, "c" * 64, "party-ledger 0.1.0")
COLUMNS = (Column("item", "Tiểu mục", "code"), Column("name", "Tên", "text", 30), Column("amount", "Số tiền", "money"))


def table(names: list[str], amounts: list[int]) -> Table:
    frame = pd.DataFrame({"item": ["0021"] * len(names), "name": names, "amount": amounts})
    return Table(
        name="practice",
        title="Tình hình thực hiện dự toán",
        subtitle=("Trường Chính trị",),
        columns=COLUMNS,
        frame=frame,
        stamp=STAMP,
        when=datetime(2026, 11, 16, 8, tzinfo=VIETNAM),
        notes=("Sổ thực hành",),
        total=("amount",),
        labels={"total": "Tổng cộng", "unit": "Đơn vị", "estimate": "Dự toán", "spent": "Đã sử dụng"},
    )


PLAIN = table(["Tiền điện", "Tiền nước"], [1_234_567, -50_000])


def cells(data: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def test_csv_has_field_names_and_plain_integers() -> None:
    rows = list(csv.reader(io.StringIO(export.render(PLAIN, "csv").decode())))

    assert rows == [["item", "name", "amount"], ["0021", "Tiền điện", "1234567"], ["0021", "Tiền nước", "-50000"]]


def test_json_has_the_same_rows_as_integers() -> None:
    found = json.loads(export.render(PLAIN, "json"))

    assert found[0] == {"item": "0021", "name": "Tiền điện", "amount": 1_234_567}


def test_text_for_a_terminal_has_dots_and_a_total() -> None:
    text = export.render(PLAIN, "text").decode()

    assert "1.234.567" in text
    assert "Tổng cộng" in text
    assert "1.184.567" in text


def test_xlsx_looks_finished() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(export.render(PLAIN, "xlsx"))).worksheets[0]
    heading = next(row for row in range(1, 10) if sheet.cell(row, 1).value == "Tiểu mục")

    assert sheet.cell(1, 1).value == PLAIN.title
    assert sheet.freeze_panes == f"A{heading + 1}"
    assert sheet.cell(heading + 1, 3).value == 1_234_567
    assert sheet.cell(heading + 1, 3).number_format.startswith("#,##0")
    assert sheet.cell(heading + 3, 3).value == 1_184_567
    assert sheet.column_dimensions["B"].width == 30
    assert sheet.cell(heading + 1, 1).value == "0021"


def test_the_picture_by_unit_is_a_chart_on_its_own_sheet() -> None:
    data = export.render(replace(PLAIN, bars=(Bar("BTC", 100, 64),), bars_title="Theo đơn vị"), "xlsx")
    second = openpyxl.load_workbook(io.BytesIO(data)).worksheets[1]

    assert second.title == "Theo đơn vị"
    assert [cell.value for cell in second[2]][:3] == ["BTC", 100, 64]
    assert len(second._charts) == 1


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", '=HYPERLINK("http://x")', "-2+3"])
def test_a_text_is_never_a_formula(evil: str) -> None:
    data = export.render(table([evil], [1]), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == evil]

    assert [cell.data_type for cell in found] == ["s"]
    assert export.render(table([evil], [1]), "csv").decode().splitlines()[1].split(",", 1)[1].lstrip('"')[0] == "'"


def test_amounts_that_a_spreadsheet_would_round_are_text() -> None:
    rows = cells(export.render(table(["x", "y"], [10**15, 10**15 - 1]), "xlsx"))

    assert {str(10**15), 10**15 - 1} <= {cell for row in rows for cell in row}


@pytest.mark.parametrize("format_", export.FORMATS)
def test_the_same_table_gives_the_same_bytes(format_: str) -> None:
    assert export.render(PLAIN, format_) == export.render(PLAIN, format_)


def test_pdf_carries_figures_picture_and_stamp() -> None:
    with_bars = replace(PLAIN, bars=(Bar("BTC", 100, 64),), bars_title="Theo đơn vị")
    text = " ".join(PdfReader(io.BytesIO(export.render(with_bars, "pdf"))).pages[0].extract_text().split())

    for expected in ("1.234.567", "Tiền điện", "64,0 %", "Trang 1/1", STAMP.content[:16], "Sổ thực hành"):
        assert expected in text


def test_an_unknown_format_is_wrong_usage() -> None:
    with pytest.raises(UnknownFormatError) as caught:
        export.render(PLAIN, "docx")

    assert caught.value.exit_code == 2


def test_a_bar_of_nothing_is_nought() -> None:
    assert (Bar("x", 0, 5).permille, Bar("x", 200, 100).permille) == (0, 500)


def test_the_code_on_the_page_is_small_enough_to_be_read() -> None:
    """At most 45 modules a side (version 7) at 1.35 cm."""
    svg = qr_svg(STAMP.payload)
    side = int(svg.split('width="')[1].split('"')[0])

    assert side <= 45 + 2


ROWS = st.lists(
    st.tuples(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
        st.integers(-(10**14), 10**14),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_text_csv_json_and_xlsx_say_the_same_amounts(rows: list[tuple[str, int]]) -> None:
    one = table([name for name, _ in rows], [amount for _, amount in rows])
    amounts = [amount for _, amount in rows]

    from_csv = [
        int(row[2]) for row in list(csv.reader(io.StringIO(export.render(one, "csv").decode(), newline="")))[1:]
    ]
    from_json = [row["amount"] for row in json.loads(export.render(one, "json"))]
    from_xlsx = [row[2] for row in cells(export.render(one, "xlsx")) if isinstance(row[2], int)]
    total = export.render(one, "text").decode().split("Tổng cộng")[1].split("\n")[0]

    assert from_csv == from_json == from_xlsx[:-1] == amounts
    assert from_xlsx[-1] == parse_money(total.strip()) == sum(amounts)
