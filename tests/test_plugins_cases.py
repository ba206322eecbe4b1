"""Every rule against its cases; each case is judged by all rules together, so a rule that says too much is seen too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rule_cases

from plugins import rule

CODES = sorted(rule.rules())
CASES = rule_cases.folders()


def _judged(folder: Path, patch: pytest.MonkeyPatch) -> str:
    fault = folder / "fault.txt"
    if fault.exists():
        rule_cases.FAULTS[fault.read_text("utf-8").split("\n")[0]](patch)
    return rule_cases.findings_text(rule.run(rule_cases.context_of(folder)).findings)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_gives_exactly_the_expected_findings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _judged(folder, monkeypatch) == (folder / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_texts_article_a_failing_and_a_passing_case(code: str) -> None:
    entry = rule.catalogue()[code]
    failing = [f for f in CASES if f.name.startswith(f"{code}-fail") and code in _codes(f)]
    passing = [f for f in CASES if f.name.startswith(f"{code}-pass") and code not in _codes(f)]

    assert all(entry.article.values())
    assert all(entry.message.values())
    assert all(entry.fix.values())
    assert entry.confidence
    assert failing
    assert passing


@pytest.mark.parametrize("code", CODES)
def test_a_disabled_rule_is_noticed_by_its_failing_case(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rule._REGISTRY, code, lambda _: rule.Checked(0, []))
    failing = next(f for f in CASES if f.name.startswith(f"{code}-fail"))

    assert _judged(failing, monkeypatch) != (failing / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_says_what_it_shows_and_belongs_to_a_rule(folder: Path) -> None:
    assert folder.name[:3] in CODES
    assert re.match(rf"# {folder.name[:3]} ", (folder / "about.md").read_text("utf-8"))


def test_no_text_leaves_a_gap_where_a_figure_belongs() -> None:
    texts = "".join((folder / "expected.txt").read_text("utf-8") for folder in CASES)

    assert "?" not in texts
    assert "None" not in texts
    assert "{" not in texts


def _codes(folder: Path) -> set[str]:
    return set(re.findall(r"^([A-Z]\d\d) ", (folder / "expected.txt").read_text("utf-8"), re.MULTILINE))
