"""`report dues`: both forms on the screen and in files; periods and units that there are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main

pytest_plugins = ("submission_fixtures",)


def _call(book: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["report", "dues", str(book), *words])


def test_the_ledger_of_one_unit_on_the_screen(case_book: Path) -> None:
    result = _call(case_book, "--form", "S01", "--unit", "XA01", "--period", "2026-Q1")

    assert result.exit_code == 0
    assert "Chi bộ thôn Đông" in result.output
    assert "Quý 1/2026" in result.output
    assert "4.800.000" in result.output


def test_the_report_of_the_whole_party_line_as_json(case_book: Path) -> None:
    result = _call(case_book, "--form", "B01", "--tree", "party", "--period", "2026-Q1", "--format", "json")

    rows = json.loads(result.output)
    assert [row["line"] for row in rows] == [f"{number:02}" for number in range(1, 14)]
    assert rows[1]["total"] == rows[1]["commune"] + rows[1]["enterprise"] + rows[1]["other"]


@pytest.mark.parametrize("ending", ["xlsx", "pdf", "csv", "json"])
def test_a_file_is_written_in_the_format_of_its_name(case_book: Path, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"dues.{ending}"

    result = _call(case_book, "--form", "B01", "--unit", "XA01", "--period", "2026-Q3", "--lang", "en", "-o", str(file))

    assert result.exit_code == 0, result.output
    assert file.stat().st_size > 300


@pytest.mark.parametrize(
    "words",
    [
        ("--form", "B01", "--period", "2026"),
        ("--form", "S01", "--period", "2026-03"),
        ("--form", "S01", "--period", "2026-Q5"),
        ("--form", "S02", "--period", "2026-Q1"),
        ("--form", "S01"),
        ("--form", "B01", "--period", "2026-Q1", "--format", "pdf"),
    ],
)
def test_a_wrong_call_is_usage(case_book: Path, words: tuple[str, ...]) -> None:
    assert _call(case_book, *words).exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--unit", "XA01", "--period", "2026-Q2"), "2026-Q2"),
        (("--unit", "KHONG", "--period", "2026-Q1"), "KHONG"),
    ],
)
def test_what_there_is_not_is_said_without_a_trace(case_book: Path, words: tuple[str, ...], said: str) -> None:
    result = _call(case_book, "--form", "B01", *words)

    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
