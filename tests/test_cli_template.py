"""`template`: lists the forms, writes a blank file, prints the guidance, and never overwrites anybody's work."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from importers.forms import read_form
from importers.layouts import LAYOUTS
from importers.template import blank


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A runner whose folder is a new one."""
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def call(run: CliRunner, *words: str) -> Result:
    return run.invoke(main, ["template", *words])


def test_alone_it_lists_every_form(run: CliRunner) -> None:
    result = call(run)

    assert result.exit_code == 0
    assert all(layout.mark in result.output and layout.vi in result.output for layout in LAYOUTS.values())
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize(("form", "format_"), [*((form, "csv") for form in LAYOUTS), ("treasury", "xlsx")])
def test_it_writes_a_file_named_by_its_form(run: CliRunner, form: str, format_: str) -> None:
    result = call(run, form, "--format", format_)

    name = f"template-{form}.{format_}"
    assert (result.exit_code, name in result.output) == (0, True)
    found = read_form(Path(name).read_bytes(), name, LAYOUTS[form])
    assert [finding.rule for finding in found.findings] == ["F22"]


def test_english_on_request(run: CliRunner) -> None:
    call(run, "vouchers", "--lang", "en", "-o", "blank.xlsx")

    assert Path("blank.xlsx").read_bytes() == blank(LAYOUTS["vouchers"], "en", "xlsx")


def test_a_file_that_is_there_stays_as_it_is(run: CliRunner) -> None:
    Path("template-vouchers.xlsx").write_bytes(b"work of a week")

    result = call(run, "vouchers")

    assert result.exit_code == 2
    assert "Đã có tệp template-vouchers.xlsx" in result.output
    assert Path("template-vouchers.xlsx").read_bytes() == b"work of a week"


def test_the_guidance_is_printed_and_nothing_is_written(run: CliRunner) -> None:
    result = call(run, "trips", "--guidance", "--lang", "en")

    assert result.exit_code == 0
    assert "km_out — required" in result.output
    assert "F88" in result.output
    assert list(Path.cwd().iterdir()) == []


def test_an_unknown_form_is_a_wrong_call_that_names_the_forms(run: CliRunner) -> None:
    result = call(run, "salaries")

    assert result.exit_code == 2
    assert "treasury" in result.output


def test_a_folder_that_is_not_there_is_one_sentence(run: CliRunner) -> None:
    result = call(run, "vouchers", "-o", "nowhere/a.xlsx")

    assert result.exit_code == 1
    assert "nowhere" in result.output
    assert "Traceback" not in result.output
