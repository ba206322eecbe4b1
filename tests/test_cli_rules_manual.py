"""`rules manual` and `rules test`: the chapter as a file, and the cases as an office runs them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from plugins import casebook, pages


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, ["rules", *words], catch_exceptions=False)


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A casebook of two cases of V01."""
    for name in ("V01-fail", "V01-pass"):
        shutil.copytree(casebook.FOLDER / name, tmp_path / name)
    shutil.copy(casebook.FOLDER / "units.csv", tmp_path)
    monkeypatch.setattr(casebook, "FOLDER", tmp_path)
    return tmp_path


def test_the_manual_is_printed_or_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "chapter", lambda language: f"# {language}: quy tắc\n")
    written = _run("manual", "--lang", "en", "-o", str(tmp_path / "rules.md"))

    assert _run("manual").output == "# vi: quy tắc\n"
    assert (written.output, written.exit_code) == ("", 0)
    assert (tmp_path / "rules.md").read_bytes() == "# en: quy tắc\n".encode()


def test_cases_that_give_what_they_must_are_exit_0(few: Path) -> None:
    result = _run("test", "--format", "json")

    assert [(case["case"], case["passed"]) for case in json.loads(result.output)] == [
        (folder.name, True) for folder in sorted(few.glob("V*"))
    ]
    assert result.exit_code == 0


def test_a_case_that_gives_something_else_is_exit_1_and_shows_the_difference(few: Path) -> None:
    (few / "V01-pass/expected.txt").write_text("V01 lỗi: BTC\n", "utf-8")
    result = _run("test", "V01")

    assert result.exit_code == 1
    assert "V01-pass\n- V01 lỗi: BTC\n+ (không có phát hiện nào / no findings)\n" in result.output


def test_no_case_at_all_is_no_success(few: Path) -> None:
    assert _run("test", "V02").exit_code == 1
    assert _run("test", "Z99").exit_code == 2
    assert few.is_dir()
