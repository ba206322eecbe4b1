"""The command `submit`: its options, what it prints, what programs get, and the papers it writes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from conftest import PROGRAM, run

from cli.main import main
from ledger.book import Book

pytest_plugins = ("submission_fixtures",)

HEADER = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB\r\n"
GOOD = HEADER + (
    "UNC020;05/03/2026;Chi tiền điện;612;511;1.000.000;13;351;6501;\r\n"
    "UNC020;05/03/2026;Chi tiền điện;;008212;1.000.000;13;351;6501;Thực chi\r\n"
)
KEYS = {
    "accepted",
    "receipt",
    "rows",
    "rows_accepted",
    "rows_reported",
    "control",
    "findings",
    "changes",
    "report",
}


def _submit(book: Path, file: Path | str, *more: str, text: bytes = b"") -> Result:
    words = ["submit", str(book), str(file), "--unit", "T01", "--period", "2026-03", "--as", "ke.toan", *more]
    return CliRunner().invoke(main, words, input=text)


def _answer(result: Result) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(result.stdout)
    assert set(value) == KEYS
    assert value["rows"] == value["rows_accepted"] + value["rows_reported"]
    return value


def _file(folder: Path, text: str = GOOD, name: str = "t3.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def test_an_accepted_file_answers_with_its_receipt_and_no_reported_rows(case_copy: Path, tmp_path: Path) -> None:
    result = _submit(case_copy, _file(tmp_path), "--rows", "2", "--total", "2.000.000", "--format", "json")

    value = _answer(result)
    assert (result.exit_code, value["accepted"], value["rows_accepted"], value["changes"]) == (0, True, 2, [])
    assert value["receipt"].startswith("T01-2026-03-vouchers-")
    assert value["control"] == {
        "rows": {"stated": 2, "counted": 2},
        "total": {"stated": 2_000_000, "counted": 2_000_000},
    }


def test_rows_pasted_on_standard_input_are_a_file_like_any_other(case_copy: Path) -> None:
    pasted = GOOD.replace(";", "\t").encode("utf-8")

    result = _submit(case_copy, "-", "--format", "json", text=pasted)

    assert _answer(result)["accepted"] is True
    assert Book.open(case_copy).events("T01")[-1].data["file"] == "pasted.txt"


def test_nothing_on_standard_input_is_an_empty_file(case_copy: Path) -> None:
    result = _submit(case_copy, "-", "--format", "json")

    assert (result.exit_code, [f["rule"] for f in _answer(result)["findings"]]) == (1, ["F01"])


def test_wrong_totals_are_told_alone(case_copy: Path, tmp_path: Path) -> None:
    file = _file(tmp_path, GOOD.replace("351", "35x", 1))

    value = _answer(_submit(case_copy, file, "--rows", "5", "--total", "7", "--format", "json"))

    assert [(f["rule"], f["difference"]) for f in value["findings"]] == [("J01", -3), ("J02", 1_999_993)]


def test_a_refused_file_counts_its_rows_and_says_how_to_get_a_report(case_copy: Path, tmp_path: Path) -> None:
    file = _file(tmp_path, GOOD.replace("351", "35x", 1))

    value = _answer(_submit(case_copy, file, "--format", "json"))
    shown = _submit(case_copy, file)

    assert (value["accepted"], value["rows_accepted"], value["rows_reported"]) == (False, 1, 1)
    assert "--report" in shown.stdout
    assert "--corrections" in shown.stdout


def test_a_replacement_is_shown_with_its_first_changes_and_needs_its_reason(case_copy: Path, tmp_path: Path) -> None:
    head = HEADER.encode()
    rows = [f"PT{n:03};0{n % 9 + 1}/03/2026;Rút tiền;1111;1121;{100 + n};;;;\r\n" for n in range(30)]
    first, second = (_file(tmp_path, head.decode() + "".join(r), f"{n}.csv") for n, r in enumerate((rows, [])))
    second.write_bytes(head + "".join(row.replace(";1111;", ";1112;") for row in rows).encode("utf-8"))
    assert _submit(case_copy, first).exit_code == 0

    told = _submit(case_copy, second)
    silent = _submit(case_copy, second, "--replace", "--format", "json")
    said = _submit(case_copy, second, "--replace", "--reason", "Nhầm loại tiền", "--format", "json")

    assert told.exit_code == 1
    assert told.stdout.count("1111 → 1112") == 20
    assert "PT000" in told.stdout
    assert [finding["rule"] for finding in _answer(silent)["findings"]] == ["J03"]
    value = _answer(said)
    assert value["accepted"] is True
    assert len(value["changes"]) == 30
    assert value["changes"][0] == {
        "document": "PT000",
        "row_before": 2,
        "row_after": 2,
        "column": "debit",
        "old": "1111",
        "new": "1112",
    }


@pytest.mark.parametrize(
    "more",
    [
        ("--total", "1,5"),
        ("--rows", "-1"),
        ("--rows", "x"),
        ("--report", "báo-cáo.doc"),
        ("--corrections", "sửa.json"),
        ("--original", "không-có.csv"),
        ("--kind", "journeys"),
    ],
)
def test_wrong_usage_is_one_sentence_and_changes_nothing(
    case_copy: Path, tmp_path: Path, more: tuple[str, ...]
) -> None:
    before = Book.open(case_copy).commit

    result = _submit(case_copy, _file(tmp_path), *more)

    assert result.exit_code == 2
    assert result.stderr.strip()
    assert "Traceback" not in result.output
    assert Book.open(case_copy).commit == before


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json"])
def test_a_report_is_written_where_it_is_asked_for(case_copy: Path, tmp_path: Path, ending: str) -> None:
    report = tmp_path / f"báo-cáo.{ending}"

    result = _submit(
        case_copy, _file(tmp_path, GOOD.replace("351", "35x", 1)), "--report", str(report), "--format", "json"
    )

    assert _answer(result)["report"] == [str(report)]
    data = report.read_bytes()
    if ending == "xlsx":
        assert len(openpyxl.load_workbook(io.BytesIO(data)).sheetnames) >= 3
    else:
        assert "F45" in data.decode("utf-8-sig")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_refused_mended_and_accepted_by_the_correction_file(case_copy: Path, tmp_path: Path, ending: str) -> None:
    corrections = tmp_path / f"sửa.{ending}"
    _submit(case_copy, _file(tmp_path, GOOD.replace(";351;", ";35x;", 1)), "--corrections", str(corrections))
    if ending == "csv":
        corrections.write_bytes(corrections.read_bytes().replace(b";35x;", b";351;"))
    else:
        book = openpyxl.load_workbook(corrections)
        for cell in (cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "35x"):
            cell.value = "351"
        book.save(corrections)

    result = _submit(case_copy, corrections, "--format", "json")

    value = _answer(result)
    assert (value["accepted"], value["rows"]) == (True, 2)
    assert [finding["rule"] for finding in value["findings"]] == ["J10"]


def test_no_correction_file_is_written_where_no_row_is_wrong(case_copy: Path, tmp_path: Path) -> None:
    corrections = tmp_path / "sửa.csv"

    result = _submit(case_copy, _file(tmp_path), "--rows", "9", "--corrections", str(corrections), "--lang", "en")

    assert (result.exit_code, corrections.exists()) == (1, False)
    assert "There are no rows to mend one by one" in result.stderr


def test_an_original_can_be_given_by_hand(case_copy: Path, tmp_path: Path) -> None:
    broken, corrections = _file(tmp_path, GOOD.replace(";351;", ";35x;", 1)), tmp_path / "sửa.csv"
    _submit(case_copy, broken, "--corrections", str(corrections), "--dry-run")
    corrections.write_bytes(corrections.read_bytes().replace(b";35x;", b";351;"))

    alone = _submit(case_copy, corrections, "--format", "json")
    helped = _submit(case_copy, corrections, "--original", str(broken), "--format", "json")

    assert [finding["rule"] for finding in _answer(alone)["findings"]] == ["J04"]
    assert _answer(helped)["accepted"] is True


def test_both_languages_have_every_sentence(case_copy: Path, tmp_path: Path) -> None:
    _submit(case_copy, _file(tmp_path))
    other = _file(tmp_path, GOOD.replace("điện", "nước"), "khác.csv")
    texts = {language: _submit(case_copy, other, "--rows", "2", "--lang", language).stdout for language in ("vi", "en")}

    assert "Số thay đổi so với bản trước: 2" in texts["vi"]
    assert "Changes against the version before: 2" in texts["en"]
    assert "khớp" in texts["vi"]


def test_a_csv_is_handed_in_without_the_spreadsheet_library(case_copy: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as left:\n    assert left.code == 0, left.code\n"
        "heavy = {'openpyxl', 'typst', 'fava', 'beancount'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    words = ["submit", case_copy, _file(tmp_path), "--unit", "T01", "--period", "2026-03", "--as", "ke.toan"]

    done = run(PROGRAM.with_name("python"), "-c", code, *words)

    assert (done.code, done.err) == (0, "")


def test_a_warning_with_a_reason_is_quiet_until_its_row_changes(case_copy: Path, tmp_path: Path) -> None:
    text = GOOD.replace("Số chứng từ;", "Số chứng từ;Ngày chứng từ;").replace("UNC020;", "UNC020;06/03/2026;")
    more = text + "PT001;;07/03/2026;Rút tiền;1111;1121;1.000;;;;\r\n"
    changed = more.replace("1.000.000", "1.100.000")
    words = ["--unit", "T01", "--period", "2026-03", "--rule", "F40", "--document", "UNC020", "--as", "ke.toan"]
    how = ("--dry-run", "--lang", "en", "--replace", "--reason", "x")

    loud = _submit(case_copy, _file(tmp_path, text), "--lang", "en")
    given = CliRunner().invoke(main, ["justify", str(case_copy), *words, "--reason", "Hóa đơn đến muộn"])
    quiet, again = (_submit(case_copy, _file(tmp_path, version), *how) for version in (more, changed))
    value = _answer(_submit(case_copy, _file(tmp_path, more), *how, "--format", "json"))

    assert (loud.exit_code, given.exit_code, quiet.exit_code) == (0, 0, 0)
    assert loud.stdout.count("F40") == again.stdout.count("F40") == 2
    assert "F40" not in quiet.stdout
    assert "Warnings with a reason, not shown: 2" in quiet.stdout
    assert {finding["justified"] for finding in value["findings"]} == {"Hóa đơn đến muộn"}
