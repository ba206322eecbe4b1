"""`estimates` end to end: requests of three units → review → propose → assign → execution shows it → document."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import preparation_book as small
import pytest
from click.testing import CliRunner, Result
from preparation_book import figures
from pypdf import PdfReader

from cli.main import main
from ledger.book import Book

AS = ("--as", small.OFFICER)


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def _estimates(path: Path, step: str, *words: str | Path) -> Result:
    return _run("estimates", step, path, "--year", small.YEAR, *words)


def _json(result: Result) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads(result.stdout)


def _reviewed(path: Path, folder: Path) -> Path:
    """The review as the office hands it back: one figure cut with its reason, the rest left as asked."""
    file = folder / "xem-xet.xlsx"
    assert _estimates(path, "review", "-o", file).exit_code == 0
    workbook = openpyxl.load_workbook(file)
    sheet = workbook.worksheets[0]
    heading = next(row for row in sheet.iter_rows() if row[0].value == "Đơn vị")
    places = {cell.value: cell.column - 1 for cell in heading}
    for row in sheet.iter_rows(min_row=heading[0].row + 1):
        if (row[0].value, row[1].value) == ("T01", "13"):
            row[places["Văn phòng đề xuất"]].value = 600_000_000
            row[places["Lý do điều chỉnh"]].value = "Theo khả năng cân đối"
    workbook.save(file)
    return file


def _next_year(path: Path) -> None:
    """The book's clock stands in January of the year that was prepared."""
    with Book.open(path).locked() as book:
        change = book.change("dieu.hanh", "operator", "2027-01-04T08:00:00+07:00")
        change.write("book.toml", replace(book.settings, today="2027-01-05").text())
        change.commit("a new year")


def test_from_the_requests_to_the_decision_and_its_papers(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    small.total(path)

    proposed = _estimates(
        path,
        "propose",
        "--file",
        _reviewed(path, tmp_path),
        "--as-asked",
        *AS,
        "--at",
        small.TOTALLED,
        "--format",
        "json",
    )
    assigning = ("--decision", "315-QĐ/VPTU", "--date", "2026-12-20", *AS, "--at", small.ASSIGNED, "--format", "json")
    tried = _estimates(path, "assign", *assigning, "--dry-run")
    assigned = _estimates(path, "assign", *assigning)
    _next_year(path)
    execution = _run("report", "execution", path, "--period", small.YEAR, "--format", "json")
    papers = [
        _estimates(path, "document", "--decision", "315-QĐ/VPTU", "-o", tmp_path / name, "--lang", lang)
        for name, lang in (("qd.pdf", "vi"), ("decision.pdf", "en"), ("phu-luc.xlsx", "vi"))
    ]
    verified = _run("verify", path, "--format", "json")

    assert [r.exit_code for r in (proposed, tried, assigned, execution, *papers)] == [0] * 7
    assert (_json(proposed)["lines"], _json(proposed)["total"]) == (4, 1_180_000_000)
    assert _json(tried)["receipt"] == ""
    answer = _json(assigned)
    assert (answer["accepted"], answer["units"], answer["findings"]) == (True, ["T01", "T02"], [])
    assert answer["receipt"].startswith("VPTU-2027-estimates-")
    shown = {(row["unit"], row["source"], row["item"]): row["estimate"] for row in _json(execution)}
    assert shown == {
        ("T01", "12", "6650"): 60_000_000,
        ("T01", "12", "6700"): 20_000_000,
        ("T01", "13", ""): 600_000_000,
        ("T02", "13", ""): 500_000_000,
    }
    assert len(PdfReader(tmp_path / "qd.pdf").pages) == len(PdfReader(tmp_path / "decision.pdf").pages) == 2
    assert openpyxl.load_workbook(tmp_path / "phu-luc.xlsx").sheetnames == ["Phụ lục"]
    # The province of the cases has one settlement sealed by hand; nothing else may be wrong with the book.
    assert {problem["file"].split("/")[2] for problem in _json(verified)["problems"]} == {"T02"}


@pytest.mark.parametrize("step", ["review", "compile", "need"])
@pytest.mark.parametrize("format_", ["text", "csv", "json"])
def test_the_tables_print(step: str, format_: str) -> None:
    done = _estimates(small.book().path, step, "--format", format_, "--tree", "party")

    assert done.exit_code == 0
    assert "T01" in done.stdout or step == "compile"


def test_the_compilation_of_a_part_and_its_coverage() -> None:
    done = _estimates(small.book().path, "compile", "--unit", "T02", "--format", "json")
    said = _estimates(small.book().path, "compile", "--lang", "en")

    assert [(row["source"], row["asked"]) for row in _json(done)] == [("13", 500_000_000)]
    assert "Missing after the due day, 2: VPTU (16 days), MOI (16 days)" in said.stdout


@pytest.mark.parametrize("name", ["XA01.pdf", "XA01.xlsx"])
def test_dt01_is_written_as_the_ending_says(tmp_path: Path, name: str) -> None:
    done = _estimates(small.book().path, "need", "--unit", "XA01", "-o", tmp_path / name)

    assert (done.exit_code, (tmp_path / name).read_bytes()[:2]) == (0, b"%P" if name.endswith("pdf") else b"PK")


def test_wrong_figures_leave_with_1_and_say_why(tmp_path: Path) -> None:
    path, file = small.fresh(tmp_path), tmp_path / "x.csv"
    file.write_bytes(figures(("T02", "13", "351", "", "1.000", "")))
    before = Book.open(path).commit

    proposed = _estimates(path, "propose", "--file", file, *AS)
    assigned = _estimates(path, "assign", "--decision", "315-QĐ/VPTU", "--date", "2026-11-15", *AS, "--lang", "en")

    assert (proposed.exit_code, assigned.exit_code) == (1, 1)
    assert "J72" in proposed.stdout
    assert "Không ghi nhận gì." in proposed.stdout
    assert "J77" in assigned.stdout
    assert "Nothing was assigned." in assigned.stdout
    assert Book.open(path).commit == before


def test_the_same_figures_again_are_said_to_be_known(tmp_path: Path) -> None:
    path, file = small.fresh(tmp_path), tmp_path / "x.csv"
    file.write_bytes(small.REVIEW)

    first = _estimates(path, "propose", "--file", file, *AS)
    again = _estimates(path, "propose", "--file", file, *AS)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "Đã nhận 4 dòng đề xuất, tổng cộng 1.180.000.000 đồng." in first.stdout
    assert "sổ đã có các số này" in again.stdout


@pytest.mark.parametrize("who", ["ke.toan", "lanh.dao", "nobody"])
@pytest.mark.parametrize("step", ["propose", "assign"])
def test_only_an_officer_may_propose_and_assign(tmp_path: Path, who: str, step: str) -> None:
    words: tuple[str | Path, ...] = ("--decision", "1-QĐ/VPTU", "--date", "2026-11-15")
    if step == "propose":
        file = tmp_path / "x.csv"
        file.write_bytes(small.REVIEW)
        words = ("--file", file)

    done = _estimates(small.book().path, step, *words, "--as", who)
    nameless = _estimates(small.book().path, step, *words)

    assert (done.exit_code, nameless.exit_code) == (2, 2)
    assert who in done.stderr


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("review", ("--year", "27")),
        ("review", ("--format", "xlsx")),
        ("need", ("--unit", "XA01", "--format", "pdf")),
        ("propose", ("--file", "nowhere.xlsx", *AS)),
        ("assign", ("--decision", "1", "--date", "20/12/2026", *AS)),
        (
            "document",
            (
                "--decision",
                "1",
            ),
        ),
        ("document", ("--decision", "210-QĐ/VPTU", "--year", "2026", "-o", "qd.docx")),
    ],
)
def test_a_wrong_call_leaves_with_2(step: str, words: tuple[str, ...]) -> None:
    assert _estimates(small.book().path, step, *words).exit_code == 2


def test_what_the_book_does_not_know_leaves_with_1(tmp_path: Path) -> None:
    paper = tmp_path / "x.pdf"
    unknown = _estimates(small.book().path, "document", "--decision", "999-QĐ/VPTU", "-o", paper)
    no_request = _estimates(small.book().path, "need", "--unit", "MOI", "-o", paper)
    no_unit = _estimates(small.book().path, "review", "--unit", "X99")

    assert [done.exit_code for done in (unknown, no_request, no_unit)] == [1, 1, 1]
    assert "J78" in unknown.stdout
    assert "MOI chưa nộp dự toán đề nghị năm 2027" in no_request.stderr
    assert not paper.exists()
