"""`year-end` at the command line: what the office sees before and after, who may, and which calls make no sense."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from year_end_books import AUTONOMY, CONTRACT, add_officer, ask

from cli.common import call
from ledger.book import Book

pytest_plugins = ("submission_fixtures",)

RUN = ["--year", "2025", "--unit", "T01", "--decision", "19-QĐ/VPTU", "--date", "2026-02-12"]
OFFICER = ["--as", "can.bo"]


@pytest.fixture(scope="module")
def office(case_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copytree(case_book, tmp_path_factory.mktemp("office") / "book", symlinks=True))
    add_officer(path)
    assert ask(path, AUTONOMY.format(amount="400.000.000"), CONTRACT.format(amount="50.000.000")).accepted
    return path


def year_end(path: Path, *arguments: str) -> tuple[int, str]:
    return call(["year-end", str(path), *arguments])


def test_a_dry_run_shows_each_line_in_both_languages(office: Path) -> None:
    before = Book.open(office).commit

    code, shown = year_end(office, *RUN, *OFFICER, "--dry-run")
    english = year_end(office, *RUN, *OFFICER, "--dry-run", "--lang", "en")

    assert code == 0
    for text in ("T01 13-351", "500.000.000", "2.100.000", "450.000.000", "47.900.000", "Hủy dự toán", "4 dòng"):
        assert text in shown
    assert "400.000.000  Kinh phí tự chủ" in shown
    assert english[0] == 0
    assert "Goods, services (hire included)" in english[1]
    assert Book.open(office).commit == before


def test_the_answer_for_programs_has_every_figure_as_a_whole_number(office: Path) -> None:
    code, shown = year_end(office, *RUN, *OFFICER, "--dry-run", "--format", "json")
    answer = json.loads(shown)

    assert (code, answer["accepted"], answer["year"], answer["receipts"]) == (0, True, "2025", [])
    assert answer["lines"] == [
        {
            "unit": "T01",
            "line": "13-351",
            "estimate": 500_000_000,
            "held": 0,
            "spent": 2_100_000,
            "advances": 0,
            "carried": 450_000_000,
            "received": 0,
            "cancelled": 47_900_000,
            "categories": {"autonomy": 400_000_000, "purchases": 50_000_000},
        }
    ]
    assert {line["kind"] for line in answer["decided"]} == {"carry-out", "cancel", "carry"}


def test_the_table_has_a_row_for_each_line(office: Path) -> None:
    code, shown = year_end(office, *RUN, *OFFICER, "--dry-run", "--format", "csv")
    head, row = csv.reader(io.StringIO(shown), delimiter=";")

    assert code == 0
    assert (head[0], head[1], head[-1]) == ("Đơn vị", "Dòng dự toán", "Hủy dự toán")
    assert row == ["T01", "13-351", "500000000", "0", "2100000", "0", "450000000", "0", "47900000"]


def test_a_run_and_its_taking_back(office: Path, tmp_path: Path) -> None:
    path = Path(shutil.copytree(office, tmp_path / "book", symlinks=True))

    ran = year_end(path, *RUN, *OFFICER)
    again = year_end(path, *RUN, *OFFICER)
    words = ["--reverse", "19-QĐ/VPTU", "--decision", "40-QĐ/VPTU", "--date", "2026-03-10"]
    back = year_end(path, *words, *OFFICER)

    assert (ran[0], again[0], back[0]) == (0, 1, 0)
    assert "Đã ghi quyết định 19-QĐ/VPTU: 4 dòng. Giấy biên nhận: VPTU-2025-estimates-" in ran[1]
    assert "J60" in again[1]
    assert "Chưa ghi gì vào sổ." in again[1]
    assert "Đã ghi quyết định 40-QĐ/VPTU: 4 dòng." in back[1]


def test_all_means_the_office_and_the_units_it_assigns_to(office: Path) -> None:
    words = ["--year", "2025", "--all", "--decision", "19-QĐ/VPTU", "--date", "2026-02-12", "--dry-run"]

    code, shown = year_end(office, *words, *OFFICER)

    assert code == 1
    assert "Quyết toán năm 2025 của đơn vị T02 đã khóa ngày 05/10/2026" in shown


def test_only_who_settles_may_close_a_year(office: Path) -> None:
    assert year_end(office, *RUN, "--as", "ke.toan", "--dry-run")[0] == 2
    assert year_end(office, *RUN, "--dry-run")[0] == 2


@pytest.mark.parametrize(
    "words",
    [
        ["--year", "2025", "--decision", "1", "--date", "2026-02-12"],
        ["--year", "2025", "--unit", "T01", "--all", "--decision", "1", "--date", "2026-02-12"],
        ["--unit", "T01", "--decision", "1", "--date", "2026-02-12"],
        ["--year", "25", "--unit", "T01", "--decision", "1", "--date", "2026-02-12"],
        ["--year", "2025", "--unit", "T01", "--decision", "1", "--date", "12/02/2026"],
        ["--reverse", "1", "--year", "2025", "--decision", "2", "--date", "2026-02-12"],
        ["--year", "2025", "--unit", "T01", "--date", "2026-02-12"],
    ],
)
def test_a_call_that_makes_no_sense_is_wrong_usage(office: Path, words: list[str]) -> None:
    code, shown = year_end(office, *words, *OFFICER)

    assert code == 2
    assert "Traceback" not in shown


def test_an_unknown_unit_or_run_is_a_finding(office: Path) -> None:
    words = ["--year", "2025", "--unit", "ZZ", "--decision", "1", "--date", "2026-02-12"]
    back = ["--reverse", "99-QĐ", "--decision", "100-QĐ", "--date", "2026-02-12"]

    assert year_end(office, *words, *OFFICER)[0] == 1
    code, shown = year_end(office, *back, *OFFICER)
    assert (code, "J67" in shown) == (1, True)
