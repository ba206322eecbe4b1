"""Ways to break a rule, and which test notices: used by the suite and by `make mutation`.

A broken rule must be noticed by one of its own cases, which is a named test of `tests/test_plugins_cases.py`. Cases are
judged by the one rule alone and compared with its own findings in `expected.txt`, which is quick; the suite itself
judges each case by all rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from ledger.findings import Catalogue, Entry, Finding
from plugins import casebook, rule

NAMED = "tests/test_plugins_cases.py::test_a_case_gives_exactly_the_expected_findings[{case}]"
LOWER = {"error": "warning", "warning": "info", "info": "warning"}


def silent(patch: pytest.MonkeyPatch, code: str) -> None:
    """The rule finds nothing, as if it were not there."""
    patch.setitem(rule._REGISTRY, code, lambda _: rule.Checked(0, []))


def forgetful(patch: pytest.MonkeyPatch, code: str) -> None:
    """The rule looks at everything and keeps its last finding to itself."""
    true = rule.rules()[code]

    def wrong(asked: rule.Context) -> rule.Checked:
        checked = true(asked)
        return rule.Checked(checked.evaluated, checked.findings[:-1])

    patch.setitem(rule._REGISTRY, code, wrong)


def loud(patch: pytest.MonkeyPatch, code: str) -> None:
    """The rule has something to say where nothing is wrong."""
    true = rule.rules()[code]

    def wrong(asked: rule.Context) -> rule.Checked:
        checked = true(asked)
        return rule.Checked(checked.evaluated, checked.findings or [Finding(code, unit="BTC")])

    patch.setitem(rule._REGISTRY, code, wrong)


def weaker(patch: pytest.MonkeyPatch, code: str) -> None:
    """The rule's findings weigh less than they should."""
    entries = {entry.code: _weaker(entry) if entry.code == code else entry for entry in rule.catalogue()}
    patch.setattr(rule, "catalogue", lambda: Catalogue(entries))


BREAKS: Mapping[str, Callable[[pytest.MonkeyPatch, str], None]] = {
    "silent": silent,
    "forgetful": forgetful,
    "loud": loud,
    "weaker": weaker,
}


def noticed_by(code: str) -> str:
    """The test that fails now, empty where every case of the rule still passes; a rule that raises is noticed."""
    for folder in casebook.folders(f"{code}-"):
        try:
            same = said(folder, code) == told(folder, code)
        except rule.RuleFailedError:
            same = False
        if not same:
            return NAMED.format(case=folder.name)
    return ""


def said(folder: Path, code: str) -> str:
    """What the rule says of a case now."""
    return casebook.findings_text(rule.run(_context(folder), [code]).findings)


def told(folder: Path, code: str) -> str:
    """What the case says that the rule must say."""
    lines = casebook.expected_text(folder).splitlines(keepends=True)
    own, wanted = "", False
    for line in lines:
        wanted = line.startswith(f"{code} ") if not line.startswith(" ") else wanted
        own += line if wanted else ""
    return own or casebook.NOTHING


def forget() -> None:
    """Make the contexts anew: what they remember was made by the code before."""
    _context.cache_clear()


@cache
def _context(folder: Path) -> rule.Context:
    return casebook.context_of(folder)


def _weaker(entry: Entry) -> Entry:
    return replace(entry, severity=LOWER[entry.severity])  # type: ignore[arg-type]
