"""No rule ships without texts, article, page and cases; the chapters of the manual are what the program gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest

from cli import main
from ledger import records
from ledger.findings import CatalogueError, Entry, Language
from plugins import case_files, casebook, page_example, pages, rule, rule_form

ROOT = Path(__file__).resolve().parent.parent
CODES = sorted(rule.rules())
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@cache
def _chapter(language: Language) -> str:
    return pages.chapter(language)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_all_of_its_form_and_its_cases(code: str) -> None:
    assert rule_form.problems(rule.catalogue()[code]) == []


@pytest.mark.parametrize("code", CODES)
def test_the_command_of_a_page_is_one_of_the_program(code: str) -> None:
    words = rule_form.page(rule.catalogue()[code]).command.split()

    assert words[0] == "party-ledger"
    assert main.main.get_command(click.Context(main.main), words[1]) is not None


class TestForm:
    @pytest.fixture
    def raw(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """E06 as it is written, to be spoilt."""
        own = dict(rule_form.written()["E06"]) | {"page": dict(rule_form.written()["E06"]["page"])}
        monkeypatch.setattr(rule_form, "written", lambda: {"E06": own})
        return own

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"colour": "red"}, "key missing or unknown: colour"),
            ({"effective": "01/01/2026"}, "effective is no ISO day in quotes"),
            ({"until": 2026}, "until is no ISO day in quotes"),
            ({"overridable": "no"}, "overridable is neither true nor false"),
            ({"category": "cooking"}, "no title for the category cooking in plugins/page_words.yaml"),
            ({"confidence": ""}, "confidence is not a text"),
            ({"article": {"vi": "Điều 1"}}, "article needs a text in vi and in en"),
            ({"cites": "L89-2025"}, "cites is not a list"),
            (
                {"cites": [{"document": "L1"}]},
                "a citation has a document and an article, both texts: {'document': 'L1'}",
            ),
            (
                {"cites": [{"document": "L1-1900", "article": "1"}]},
                "no document L1-1900 in ledger/regulations/documents",
            ),
        ],
    )
    def test_what_is_not_of_the_form_is_named(
        self, raw: dict[str, Any], change: Mapping[str, Any], problem: str
    ) -> None:
        raw.update(change)

        assert rule_form.problems(_with_page(raw)) == [problem]

    @pytest.mark.parametrize("key", sorted(rule_form.NEEDED))
    def test_a_key_that_is_missing_is_named(self, raw: dict[str, Any], key: str) -> None:
        del raw[key]

        assert f"key missing or unknown: {key}" in rule_form.problems(_with_page(raw))

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"colour": "red"}, "page: key missing or unknown: colour"),
            ({"why": {"vi": "Vì", "en": ""}}, "page: why needs a text in vi and in en"),
            ({"parameters": "scans"}, "page: parameters is not a list of keys"),
            ({"parameters": ["scans.colour"]}, "page: no regulation has the key scans.colour"),
            ({"example": "E06-nothing"}, "page: no case E06-nothing of this rule"),
            ({"example": "E06-pass-2026"}, "page: the case E06-pass-2026 has no finding of this rule"),
            ({"command": "make test"}, "page: command is no command of this program"),
        ],
    )
    def test_a_page_that_is_not_of_the_form_is_named(
        self, raw: dict[str, Any], change: Mapping[str, Any], problem: str
    ) -> None:
        raw["page"].update(change)

        assert problem in rule_form.problems(_with_page(raw))

    def test_a_rule_without_a_case_at_the_limit_or_around_its_day_is_named(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        few = [folder for folder in casebook.folders("E06") if re.search("fail|pass", folder.name)]
        monkeypatch.setattr(casebook, "folders", lambda code="": [f for f in few if f.name.startswith(code)])

        assert rule_form.problems(rule.catalogue()["E06"]) == [
            "no case E06-boundary",
            "no case E06-before",
            "no case E06-after",
        ]

    def test_a_rule_without_a_page_cannot_be_shown(self) -> None:
        with pytest.raises(CatalogueError, match="E06: page is missing"):
            rule_form.page(replace(rule.catalogue()["E06"], page=None))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chapter_in_the_repository_is_what_the_program_gives(language: Language) -> None:
    path = ROOT / pages.CHAPTERS[language]

    assert path.read_text("utf-8") == _chapter(language), f"{path} is old: make manual"


def test_both_chapters_have_a_page_of_every_rule_in_the_same_order() -> None:
    heads = [re.findall(r"^### ([A-Z]\d\d) · ", _chapter(language), re.MULTILINE) for language in LANGUAGES]

    assert heads[0] == heads[1]
    assert sorted(heads[0]) == CODES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_everything_and_leaves_no_gap(language: Language) -> None:
    parts = _chapter(language).split("\n### ")[1:]
    labels = page_example.words()["labels"]
    for name in ("why", "article", "formula", "exclusions", "example", "fix", "command", "cases"):
        assert all(f"**{labels[name][language]}** " in part for part in parts)

    assert "{" not in _chapter(language)
    assert "None" not in _chapter(language)
    assert "\n\n\n" not in _chapter(language)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("VERIFIED(S1,S3)", "read"),
        ("VERIFIED-N", "read"),
        ("VERIFIED-S", "secondary source"),
        ("VERIFIED(S13, grade C)", "secondary source"),
        ("VERIFIED(S2); the rule of earlier years was not read", "read, partly unverified"),
        ("VERIFIED(S2); that it is sealed is a rule of this book", "read, rule of this book"),
        ("MEMORY(high)", "unverified"),
        ("practice", "practice value"),
        ("something new", "unverified"),
    ],
)
def test_how_far_a_source_was_checked_is_never_said_better_than_it_was(mark: str, said: str) -> None:
    assert pages._trust(mark, "en") == f"Checked: {said}."


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_whole_and_not_too_wide(language: Language) -> None:
    rows = [line for line in _chapter(language).splitlines() if line.startswith("|")]
    tables = re.findall(r"(?:^\|.*\|\n)+", _chapter(language), re.MULTILINE)

    assert rows
    assert max(row.count("|") for row in rows) <= 13
    assert all(len({line.count("|") for line in table.splitlines()}) == 1 for table in tables)


def test_every_column_of_a_case_has_a_heading_in_both_languages() -> None:
    columns = page_example.words()["columns"]
    forms = (case_files.VOUCHERS, case_files.DECISIONS, case_files.EVENTS, case_files.SLOT)
    wanted = {key for form in forms for key in form.values()}
    wanted |= {key for kind in records.KINDS for key in (*records.TEXTS[kind], *records.NUMBERS[kind])}

    assert wanted <= columns.keys()
    assert all(set(heading) == {"vi", "en"} for heading in columns.values())


def _with_page(raw: Mapping[str, Any]) -> Entry:
    return replace(rule.catalogue()["E06"], page=raw.get("page"))
