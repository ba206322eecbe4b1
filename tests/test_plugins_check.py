"""The rules under stock Beancount: a unit's checked ledger names blocking findings at their place, or why it cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import plugin_books
import pytest
from beancount import loader
from beancount.core import data

from ledger.book import Book
from plugins import check, rule

BEAN_CHECK = Path(sys.executable).with_name("bean-check")


def _checked(book: Path, unit: str = "BTC") -> tuple[list[data.Directive], list[check.Problem]]:
    entries, errors, _ = loader.load_file(str(book / f"units/{unit}/checked.beancount"))
    return entries, errors


@pytest.mark.parametrize("name", ["E02-pass-clearing", "V03-pass-correction", "A12-pass", "E05-pass"])
def test_a_sound_ledger_has_no_error_and_passes_unchanged(name: str, tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, name)
    entries, errors = _checked(book)
    plain = loader.load_file(str(book / "units/BTC/ledger.beancount"))[0]

    assert errors == []
    assert [e for e in entries if isinstance(e, data.Transaction)] == [
        e for e in plain if isinstance(e, data.Transaction)
    ]


@pytest.mark.parametrize(
    ("name", "code", "voucher"),
    [
        ("E02-fail", "E02", "RDT02"),
        ("E01-fail-too-early", "E01", "RDT01"),
        ("V02-fail-month", "V02", "PT003"),
        ("V03-fail-not-named", "V03", "PT002"),
        ("A05-fail", "A05", "RDT01"),
        ("I03-fail", "I03", "BC01"),
    ],
)
def test_a_blocking_finding_is_an_error_at_the_vouchers_line(
    name: str, code: str, voucher: str, tmp_path: Path
) -> None:
    errors = _checked(plugin_books.book_of_case(tmp_path, name))[1]
    first = errors[0]
    line = Path(first.source["filename"]).read_text("utf-8").split("\n")[first.source["lineno"] - 1]

    assert first.code == code
    assert first.message.startswith(f"{code} ")
    assert first.entry.meta["voucher"] == voucher
    assert line.startswith("  ")


def test_a_decision_that_breaks_a_line_is_named_at_its_own_entry(tmp_path: Path) -> None:
    errors = _checked(plugin_books.book_of_case(tmp_path, "E02-fail-cut"))[1]

    assert [e.code for e in errors] == ["E02"]
    assert errors[0].entry.meta["decision"] == "31-QĐ/VPTU"


def test_warnings_are_no_errors(tmp_path: Path) -> None:
    assert _checked(plugin_books.book_of_case(tmp_path, "P02-fail"))[1] == []


def test_the_messages_speak_vietnamese_or_english(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "E02-fail")
    ledger = book / "units/BTC/checked.beancount"
    vietnamese = _checked(book)[1][0].message
    ledger.write_text(ledger.read_text("utf-8").replace('"plugins.check"', '"plugins.check" "en"'), "utf-8")
    english = _checked(book)[1][0].message
    ledger.write_text(ledger.read_text("utf-8").replace('"plugins.check" "en"', '"plugins.check" "fr"'), "utf-8")

    assert "vượt 200.000 đồng" in vietnamese
    assert "200.000 đồng too much" in english
    assert "fr không phải ngôn ngữ" in _checked(book)[1][0].message


def test_a_rule_that_raises_is_an_error_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: rule.Context) -> rule.Checked:
        raise ZeroDivisionError

    monkeypatch.setitem(rule._REGISTRY, "V01", broken)
    errors = _checked(plugin_books.book_of_case(tmp_path, "V01-pass"))[1]

    assert [type(e) for e in errors] == [check.CheckFailedError]
    assert "V01" in errors[0].message


def test_a_damaged_register_is_an_error_of_its_own(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "E02-pass-clearing")
    register = book / "registers/estimates/2026.csv"
    register.write_bytes(register.read_bytes().replace(b"100000000", b"1e8"))

    assert [type(e) for e in _checked(book)[1]] == [check.CheckFailedError]


def test_text_that_is_no_journal_of_ours_is_an_error_of_its_own(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "V01-pass")
    with (book / "units/BTC/2026/2026-03.beancount").open("a", encoding="utf-8") as journal:
        journal.write('\n2026-03-06 * "ngoài"\n  Assets:111:1111  1 VND\n  Liabilities:338:3388  -1 VND\n')

    assert [type(e) for e in _checked(book)[1]] == [check.CheckFailedError]


def test_only_so_many_findings_are_shown_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MAX_ERRORS", 1)
    errors = _checked(plugin_books.book_of_case(tmp_path, "E01-fail-none"))[1]

    assert [type(e) for e in errors] == [check.RuleError, check.CheckFailedError]


def test_registers_are_watched(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "E02-pass-clearing")
    options = loader.load_file(str(book / "units/BTC/checked.beancount"))[2]

    assert str(book / "registers/estimates/2026.csv") in options["include"]


def test_bean_check_names_the_rule_and_refuses(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "E02-fail")
    done = subprocess.run(
        [BEAN_CHECK, book / "units/BTC/checked.beancount"], capture_output=True, text=True, check=False
    )
    clean = subprocess.run(
        [BEAN_CHECK, book / "units/BTC/ledger.beancount"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "2026-03.beancount" in done.stderr
    assert "E02 " in done.stderr
    assert clean.returncode == 0


def test_the_plugin_and_the_command_find_the_same(tmp_path: Path) -> None:
    for name in ("E02-fail", "I03-fail", "V02-fail-adjustment"):
        book = plugin_books.book_of_case(tmp_path / name, name)
        ran = rule.run(rule.context(_view(book), "BTC"))
        blocking = [f.rule for f in ran.findings if rule.catalogue().blocks(f)]

        assert [e.code for e in _checked(book)[1]] == blocking


def _view(book: Path) -> Book:
    return Book.view(book)
