"""What LibreOffice makes of our workbooks: the clerk's program, not our library, says where the comments are.

Needs `soffice` (tests/setup-tools.sh installs it).
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from defusedxml import ElementTree
from report_cases import FILE, MARKED, SHEET, outcome, report, ugly, vouchers_csv

from importers.correction import correction_file
from importers.error_report import csv_text, workbook
from importers.forms import read_form
from importers.layouts import LAYOUTS, VOUCHERS
from importers.template import blank

NAME = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}%s"
TABLE, ROW, CELL, COVERED = (
    NAME % ("table", tag) for tag in ("table", "table-row", "table-cell", "covered-table-cell")
)
NOTE, PARAGRAPH = NAME % ("office", "annotation"), NAME % ("text", "p")
GOOD = ("PC001", "05/03/2026", "Tiền điện", "6111", "1121", "1.234.567")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - a function
    """Open a file in LibreOffice and save it as another kind: (bytes, its ending, the new ending) → bytes."""
    folder = tmp_path_factory.mktemp("office")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"

    def convert(data: bytes, ending: str, wanted: str) -> bytes:
        source = folder / f"in.{ending}"
        source.write_bytes(data)
        command = ["soffice", profile, "--headless", "--convert-to", wanted, "--outdir", folder / "out", source]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return Path(folder / "out" / f"in.{wanted.partition(':')[0]}").read_bytes()

    return convert


def sheets(fods: bytes) -> dict[str, Any]:
    """Sheets of a flat document by name."""
    return {table.get(NAME % ("table", "name")): table for table in ElementTree.fromstring(fods).iter(TABLE)}


def notes(table: Any) -> dict[tuple[int, int], str]:  # noqa: ANN401 - an element
    """Row and column → first word of the comment, as LibreOffice has them."""
    found, row_number = {}, 1
    for row in table.iter(ROW):
        at = 1
        for cell in row:
            if cell.tag in {CELL, COVERED}:
                note = cell.find(NOTE)
                if note is not None:
                    words = "".join(next(note.iter(PARAGRAPH)).itertext())
                    found[row_number, at] = words.split(" ")[0]
                at += int(cell.get(NAME % ("table", "number-columns-repeated"), "1"))
        row_number += int(row.get(NAME % ("table", "number-rows-repeated"), "1"))
    return found


def formulas(fods: bytes) -> list[str]:
    key = NAME % ("table", "formula")
    return [cell.get(key) for cell in ElementTree.fromstring(fods).iter(CELL) if cell.get(key)]


def test_comments_of_the_annotated_copy_sit_at_the_cells_that_are_wrong(office: Any) -> None:  # noqa: ANN401 - a fixture
    fods = office(workbook(report(outcome(ugly()))), "xlsx", "fods")

    found = sheets(fods)

    assert list(found)[:2] == ["Tóm tắt", "Danh sách lỗi"]
    assert {place: code for place, code in notes(found[SHEET]).items() if place != (8, 2)} == MARKED
    assert formulas(fods) == []


def test_a_csv_files_copy_and_the_correction_file_open_with_their_comments(office: Any) -> None:  # noqa: ANN401 - a fixture
    made = outcome(vouchers_csv([GOOD, (*GOOD[:5], "1,5x"), ("=1+1", *GOOD[1:])]), "a.csv")
    assert made.form is not None
    correction = correction_file(made.data, made.form, made.findings, "vi", "xlsx")

    copy = office(workbook(report(made)), "xlsx", "fods")
    rows = office(correction, "xlsx", "fods")

    assert notes(sheets(copy)["Tệp đã nộp"]) == {(3, 6): "F31", (4, 1): "F46"}
    assert notes(sheets(rows)["Dòng cần sửa"]) == {(2, 8): "F31", (3, 3): "F46"}
    assert formulas(copy) == formulas(rows) == []


def test_mended_in_libreoffice_the_annotated_copy_is_read_like_the_file(office: Any) -> None:  # noqa: ANN401 - a fixture
    made = outcome(vouchers_csv([GOOD, (*GOOD[:5], "1,5x")]), "a.csv")
    book = openpyxl.load_workbook(io.BytesIO(workbook(report(made))))
    book["Tệp đã nộp"]["F3"] = "15.000"
    out = io.BytesIO()
    book.save(out)

    again = read_form(office(out.getvalue(), "xlsx", "xlsx"), FILE, VOUCHERS)

    assert [finding.rule for finding in again.findings] == []
    assert [line.amounts["amount"] for line in again.lines] == [1_234_567, 15_000]


@pytest.mark.parametrize("form", ["vouchers", "trips"])
def test_a_template_saved_by_libreoffice_is_still_only_empty(office: Any, form: str) -> None:  # noqa: ANN401 - a fixture
    saved = office(blank(LAYOUTS[form], "vi", "xlsx"), "xlsx", "xlsx")

    found = read_form(saved, "mau.xlsx", LAYOUTS[form])

    assert [finding.rule for finding in found.findings] == ["F22"]
    assert found.table.titles[1][0] == LAYOUTS[form].mark


def test_a_csv_report_is_all_text_in_libreoffice(office: Any) -> None:  # noqa: ANN401 - a fixture
    data = csv_text(report(outcome(ugly())))

    fods = office(data, "csv", "fods")

    assert formulas(fods) == []
