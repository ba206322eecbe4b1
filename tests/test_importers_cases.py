"""The golden cases under `tests/cases/submissions`: each file with its command gives exactly the outcome it states."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from submission_cases import FOLDER, Case, cases

from importers.judging import CATALOGUES, catalogue
from importers.submission import Submission, problems
from ledger import records
from ledger.book import Book
from ledger.findings import LANGUAGES, Catalogue, Finding

pytest_plugins = ("submission_fixtures",)

ALL = cases()
ACCEPTED = [case for case in ALL if case.expected["accepted"]]
SHOWN = ("rule", "row", "column", "value", "expected", "difference")


def _name(case: Case) -> str:
    return case.folder.name


@pytest.mark.parametrize("case", ALL, ids=_name)
def test_a_case_gives_the_outcome_it_states(case_book: Path, case: Case) -> None:
    before = Book.open(case_book).commit

    outcome = case.hand_in(case_book, dry_run=True)

    assert _shown(outcome, case) == case.expected["findings"]
    assert (outcome.accepted, outcome.rows) == (case.expected["accepted"], case.expected["rows"])
    assert (outcome.receipt, outcome.commit) == (None, "")
    assert Book.open(case_book).commit == before
    for finding in outcome.findings:
        assert all((finding.file, finding.unit, finding.period))
        _can_be_read(finding)


@pytest.mark.parametrize("case", ACCEPTED, ids=_name)
def test_an_accepted_case_is_in_the_books_with_its_totals(case_copy: Path, case: Case) -> None:

    outcome = case.hand_in(case_copy)
    book = Book.open(case_copy)

    assert outcome.accepted
    assert outcome.commit == book.commit
    assert _totals(book, case) == case.expected["totals"]
    assert list(problems(book)) == []


@pytest.mark.parametrize("case", ACCEPTED, ids=_name)
def test_an_accepted_case_again_is_no_change(case_copy: Path, case: Case) -> None:
    first = case.hand_in(case_copy)

    again = case.hand_in(case_copy)

    assert again.unchanged
    assert (again.accepted, again.receipt, again.commit) == (True, first.receipt, "")
    assert Book.open(case_copy).commit == first.commit


def test_every_code_of_the_importers_has_a_case_that_provokes_it() -> None:
    """Codes of files, slots and register forms; what is said after handing in (J) has tests of its own."""
    codes = {entry.code for entry in Catalogue.load(*CATALOGUES) if entry.code[0] in "FG"}
    provoked = {finding["rule"] for case in ALL for finding in case.expected["findings"]}

    assert codes - provoked == set()


def test_at_least_thirty_codes_block_and_ten_good_files_pass() -> None:
    refused = [case for case in ALL if not case.expected["accepted"]]
    codes = {finding["rule"] for case in refused for finding in case.expected["findings"]}

    assert len(codes) >= 30
    assert len([case for case in ACCEPTED if case.expected["command"].get("kind", "vouchers") == "vouchers"]) >= 10


def test_every_case_says_what_it_shows() -> None:
    for case in ALL:
        assert (case.folder / "README.md").read_text("utf-8").strip()
    assert len(list(FOLDER.iterdir())) == len(ALL) + 1


def _can_be_read(finding: Finding) -> None:
    """Both languages have message and remedy, and no value is missing in them."""
    for language in LANGUAGES:
        shown = catalogue().render(finding, language)
        for sentence in (shown["message"], shown["fix"]):
            assert sentence
            assert "?" not in re.sub(r'"[^"]*"', "", sentence), sentence


def _shown(outcome: Submission, case: Case) -> list[dict[str, Any]]:
    """The findings, each with the keys that the case states for it."""
    stated = case.expected["findings"]
    return [
        {key: getattr(finding, key) for key in SHOWN if key in (stated[at] if at < len(stated) else SHOWN)}
        for at, finding in enumerate(outcome.findings)
    ]


def _totals(book: Book, case: Case) -> dict[str, Any]:
    """Debit and credit turnover by account code of what the case brought in; by unit for estimates.

    Of a register: rows, and the sum of each column of numbers.
    """
    command = case.expected["command"]
    if command.get("kind") in records.KINDS:
        rows = records.of_unit(book, command["kind"], command["unit"])[command["period"]]
        names = records.NUMBERS[command["kind"]]
        return {"rows": len(rows)} | {name: sum(row.number(name) for row in rows) for name in names}
    if command.get("kind") == "estimates":
        units = sorted(case.expected["totals"])
        return {unit: _turnover(book, unit, command["period"], "", case) for unit in units}
    kind, _, name = command.get("kind", "vouchers").partition("/")
    period = f"{command['period']}-00" if kind == "opening" else command["period"]
    return _turnover(book, command["unit"], period, name, case)


def _turnover(book: Book, unit: str, period: str, name: str, case: Case) -> dict[str, list[int]]:
    table = book.postings([unit])
    table = table[(table["period"] == period) & (table["book"] == name) & (table["code"] != "")]
    if case.expected["command"].get("kind") == "estimates":
        table = table[table["submission"] == book.events(case.expected["command"]["unit"])[-1].data["submission"]]
    totals: dict[str, list[int]] = {}
    for code, side, amount in zip(table["code"], table["side"], table["amount"], strict=True):
        sums = totals.setdefault(code, [0, 0])
        sums[side == "C"] += amount if side == "D" else -amount
    return totals
