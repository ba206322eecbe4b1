"""Every rule against its cases; each case is judged by all rules together, so a rule that says too much is seen too."""

from __future__ import annotations

import re
from pathlib import Path

import mutations
import pytest

from plugins import casebook, rule

CODES = sorted(rule.rules())
CASES = casebook.folders()


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_gives_exactly_the_expected_findings(folder: Path) -> None:
    assert casebook.judged(folder) == casebook.expected_text(folder)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_texts_article_a_failing_and_a_passing_case(code: str) -> None:
    entry = rule.catalogue()[code]
    failing = [
        f for f in CASES if f.name.startswith(f"{code}-fail") and code in casebook.codes_in(casebook.expected_text(f))
    ]
    passing = [
        f
        for f in CASES
        if f.name.startswith(f"{code}-pass") and code not in casebook.codes_in(casebook.expected_text(f))
    ]

    assert all(entry.article.values())
    assert all(entry.message.values())
    assert all(entry.fix.values())
    assert entry.confidence
    assert failing
    assert passing


@pytest.mark.parametrize("name", mutations.BREAKS)
@pytest.mark.parametrize("code", CODES)
def test_a_broken_rule_is_noticed_by_a_case_of_its_own(code: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutations.BREAKS[name](monkeypatch, code)

    assert mutations.noticed_by(code)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_says_what_it_shows_and_belongs_to_a_rule(folder: Path) -> None:
    assert casebook.code_of(folder) in CODES
    assert re.match(rf"# {casebook.code_of(folder)} ", (folder / "about.md").read_text("utf-8"))


def test_no_text_leaves_a_gap_where_a_figure_belongs() -> None:
    texts = "".join(casebook.expected_text(folder) for folder in CASES)

    assert "?" not in texts
    assert "None" not in texts
    assert "{" not in texts
