"""Files as clerks really send them, and what comes back: for the tests of error reports and correction files."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as Area

from importers.control import Stated, compare
from importers.error_report import Report
from importers.forms import read_form
from importers.layouts import VOUCHERS
from importers.periods import Period
from importers.request import Submission
from importers.vouchers import vouchers_of
from ledger.findings import Finding, Language

FILE = "Ke toan thang 3.xlsx"
SHEET = "Tháng 3"
HEADER = 6
HEADINGS = (
    "STT",
    "Số chứng từ",
    "Ngày hạch toán",
    "Diễn giải",
    "TK Nợ",
    "TK Có",
    "Số tiền",
    "Nguồn",
    "Khoản",
    "Tiểu mục",
    "Nghiệp vụ KB",
    "Mã theo dõi",
)
_ROWS: tuple[tuple[Any, ...], ...] = (
    (
        1,
        "PC001",
        date(2026, 3, 5),
        "Tiền điện tháng 2",
        "6111",
        "1121",
        1234567,
        "13",
        "351",
        "6501",
        "Thực chi",
        "x-1",
    ),
    (2, "PC002", date(2026, 3, 6), "Văn phòng phẩm", "6111", "1111", 500000.5, "13", "351", "6551", "Thực chi", "x-2"),
    (3, "PC003", "06/13/2026", "=cmd|' /C calc'!A0", "6111", "1111", 250000, "13", "351", "6599", "Tạm ưng", "x-3"),
    (4, "PC004", date(2026, 3, 9), "+1 bồi dưỡng", "6111 - Lương", "1111", 300000, "13", "351", "6001", "", "x-4"),
    (5, "PC004", date(2026, 3, 9), None, None, "1111", None, "13", "351", "6001", "", "x-5"),
    (6, "PC005", date(2026, 3, 10), "Chi <họp>", "6111", "6111", 0, "13", "351", "6001", "", "x-6"),
    (7, "PC006", date(2026, 3, 11), "@SUM(A1)", "6111", "1121", "1,000,000", "13", "351", "6001", "", "x-7"),
    (8, "PC007", date(2026, 3, 12), "Tiền nước", "6111", "1121", 90000, "13", "351", "6502", "Thực chi", "x-8"),
)

MARKED = {
    (4, 2): "J01",
    (6, 1): "F21",
    (7, 7): "F23",
    (8, 7): "F33",
    (9, 3): "F36",
    (10, 4): "F30",  # the empty cell of row 11 is merged into this one
    (10, 5): "F45",
    (11, 7): "F30",
    (12, 4): "F39",
    (13, 7): "F31",
}
"""Row and column of the annotated cells of `ugly`, with the code that is said there."""


def ugly() -> bytes:
    """A workbook with everything that offices do: merged titles, fonts, filters, hidden rows, links, names, a table."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = SHEET
    page["B1"] = "VĂN PHÒNG TỈNH ỦY"
    page["B1"].font = Font(name="Arial", bold=True, size=12, color="0000FF")
    page["B2"] = "BẢNG KÊ CHỨNG TỪ THÁNG 3/2026"
    page["B2"].font = Font(name="Times New Roman", size=18, bold=True)
    page.merge_cells("B2:G3")
    page["B4"] = "Tổng số dòng: 9"
    for at, name in enumerate(HEADINGS, start=1):
        head = page.cell(HEADER, at, name)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="4472C4")
        head.alignment = Alignment(wrap_text=True, horizontal="center")
    for number, row in enumerate(_ROWS, start=HEADER + 1):
        for at, value in enumerate(row, start=1):
            cell = page.cell(number, at, value)
            if isinstance(value, str):
                cell.data_type = "s"
            cell.font, cell.border = Font(name="Arial", size=10), Border(bottom=Side(style="thin"))
        page.cell(number, 7).number_format = "#,##0.00"
        page.cell(number, 3).number_format = "dd/mm/yyyy"
    page["G7"] = "=1000000+234567"
    page["L8"] = '=HYPERLINK("http://outside.invalid","x")'
    page["L7"].hyperlink = "https://outside.invalid/x"
    page["B8"].comment = Comment("Ghi chú của kế toán", "Kế toán")
    page.merge_cells("D10:D11")
    _habits(book, page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _habits(book: Any, page: Any) -> None:  # noqa: ANN401 - a workbook and its sheet
    """Widths, filters, hidden parts, rules and a second sheet."""
    for letter, width in zip("ABCDEFGHIJKL", (5, 12, 14, 40, 14, 10, 16, 8, 8, 10, 14, 12), strict=True):
        page.column_dimensions[letter].width = width
    page.row_dimensions[9].hidden = True
    page.column_dimensions["G"].hidden = True
    page.freeze_panes, page.auto_filter.ref = "C7", "A6:L13"
    for formula, kind, where in (
        ('"Tạm ứng,Thực chi"', "list", "K7:K100"),
        ('WEBSERVICE("http://outside.invalid")', "custom", "D7:D100"),
    ):
        rule = DataValidation(type=kind, formula1=formula)
        page.add_data_validation(rule)
        rule.add(where)
    fill = PatternFill("solid", bgColor="00FF00")
    page.conditional_formatting.add("G7:G13", CellIsRule(operator="greaterThan", formula=["100"], fill=fill))
    other = book.create_sheet("Danh mục")
    other["A1"], other["B1"], other["A2"], other["B2"] = "Mã", "Gấp đôi", "008212", "=A2&A2"
    other["A2"].number_format = "@"
    area = Area(displayName="DanhMuc", ref="A1:B2")
    other.add_table(area)
    book.defined_names["ngoai"] = DefinedName("ngoai", attr_text="'[http://outside.invalid/b.xlsx]S'!$A$1")


def vouchers_csv(rows: list[tuple[str, ...]], headings: tuple[str, ...] = ()) -> bytes:
    """A CSV file of vouchers."""
    out = io.StringIO(newline="")
    write = csv.writer(out, delimiter=";")
    write.writerow(headings or ("Số chứng từ", "Ngày hạch toán", "Diễn giải", "TK Nợ", "TK Có", "Số tiền"))
    write.writerows(rows)
    return out.getvalue().encode("utf-8")


def outcome(data: bytes, name: str = FILE, *more: Finding, accepted: bool = False) -> Submission:
    """What handing in gives, without a book: reading, control totals and the form's own checks."""
    form = read_form(data, name, VOUCHERS)
    control, said = compare(form, Stated())
    judged = vouchers_of(form, name, "VPTU", Period.read("2026-03")).findings if form.usable else ()
    found = [
        replace(f, unit=f.unit or "VPTU", period=f.period or "2026-03", file=f.file or name)
        for f in (*form.findings, *said, *judged, *more)
    ]
    found.sort(key=lambda f: (f.file != name, f.row or 0))
    return Submission(
        accepted=accepted,
        receipt="VPTU-1" if accepted else None,
        rows=form.rows,
        findings=tuple(found),
        file=name,
        data=data,
        form=form,
        control=control,
    )


def report(of: Submission, language: Language = "vi") -> Report:
    """The report on an outcome."""
    return Report(
        outcome=of,
        layout=VOUCHERS,
        unit="VPTU",
        period="2026-03",
        kind="vouchers",
        day="2026-04-01",
        language=language,
        unit_name="Văn phòng Tỉnh ủy",
    )
