"""Rules on norms: every case, and what a case cannot show: scope, both sides of a unit, nothing without a norm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from plugins import casebook, rule
from plugins.norms import REGISTERS

RULES = tuple(code for code in sorted(rule.rules()) if code.startswith("N"))
FOLDERS = [folder for folder in casebook.folders("N") if folder.name[:3] in RULES]


def _of(case: str, **change: object) -> dict[str, int]:
    """Findings of the rules on norms in a case with its context changed."""
    context = replace(casebook.context_of(casebook.FOLDER / case), **change)  # type: ignore[arg-type] # a field by name
    ran = rule.run(context, RULES)
    return {line.id: line.failed for line in ran.rules if line.failed}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_case_gives_exactly_the_expected_findings(folder: Path) -> None:
    assert casebook.judged(folder) == (folder / "expected.txt").read_text("utf-8")


def test_a_finding_stands_in_a_wanted_period_or_nowhere() -> None:
    assert _of("N01-fail", scope_periods=frozenset({"2026-03"})) == {"N01": 1}
    assert _of("N01-fail", scope_periods=frozenset({"2026-02"})) == {}
    assert _of("N05-fail", scope_periods=frozenset({"2026-02"})) == {}


def test_a_unit_is_judged_alone_as_among_all() -> None:
    assert _of("N01-fail", scope_unit="BTC") == _of("N01-fail") == {"N01": 1}
    assert _of("N01-fail", scope_unit="BNC") == {}


def test_a_year_that_is_not_over_has_no_minimum() -> None:
    assert _of("N03-fail", today="2025-12-31") == {}
    assert _of("N03-fail", today="2026-01-01") == {"N03": 1}


def test_what_is_told_as_unknown_is_counted_once_for_each_table() -> None:
    context = casebook.context_of(casebook.FOLDER / "N07-fail")

    found = rule.run(context, ["N07"]).findings

    assert [(f.value, f.params["count"]) for f in found] == [("events", 1), ("norms.conference", 1)]


def test_every_register_that_a_norm_needs_is_named_in_both_languages() -> None:
    assert all(text for words in REGISTERS.values() for pair in words for text in pair)


def test_every_rule_has_looked_at_something_in_a_failing_case() -> None:
    for code in RULES:
        context = casebook.context_of(next(f for f in FOLDERS if f.name.startswith(f"{code}-fail")))
        line = rule.run(context, [code]).rules[0]
        assert line.evaluated
        assert line.failed
