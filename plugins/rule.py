"""Runs the rules: every rule of the catalogue, each time, counted; a rule that cannot run stops the work.

Guarantees: a run names every rule with how many things it looked at and how many failed; a rule that is missing, is
unknown to the catalogue, raises, or answers in another rule's name is a `RuleFailedError`, never a silent pass (fail
closed). Rules are pure functions of a `Context`, so `submit`, `check`, `bean-check` and Fava see the same findings.

Two clocks: a finding about a day on which its rule was not law (`effective`, `until`) is not raised; a rule that was
not law on a wanted day of law, or that nobody knew on a wanted day of knowledge, is listed as skipped, with the reason.

    found = run(context(book, unit="BTC", extra=table, replace_slot=("BTC", "2026-03", "")))
    blocked = [f for f in found.findings if catalogue().blocks(f)]
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ledger.errors import IntegrityError
from ledger.findings import Catalogue, Entry, Finding, Language
from ledger.texts import text
from ledger.vietnamese import date_vi
from plugins import overrides
from plugins.context import Context, Slot, Tree, context

__all__ = [
    "CATALOGUES",
    "MODULES",
    "Checked",
    "Context",
    "RuleFailedError",
    "RuleFunction",
    "RuleRun",
    "RunResult",
    "Slot",
    "Tree",
    "catalogue",
    "context",
    "rule",
    "rules",
    "run",
]

CATALOGUES = tuple(sorted(Path(__file__).with_name("rules").glob("*.yaml")))
"""The rules' texts, one file a family."""
MODULES = (
    "vouchers",
    "accounts",
    "assets",
    "estimates",
    "internal",
    "periods",
    "year_end",
    "carry_over",
    "scans",
    "norm_events",
    "norm_assets",
    "norms",
    "dues",
    "preparation",
    "ceilings",
    "allocation",
    "payment_orders",
    "contracts",
    "duties",
    "sequence",
    "duplicates",
    "items",
    "advances",
    "consolidate",
)
"""Modules of this floor that hold rules; importing one registers its rules."""


SKIPPED = {
    "early": "not asked: in force only from {day}",
    "late": "not asked: in force only until {day}",
    "unknown": "not asked: not known before {day}",
}
"""Why a rule was not asked under the two clocks of a context: the day of law and the day of knowledge."""


class RuleFailedError(IntegrityError):
    """A rule did not do its work, so nothing may be concluded from the others either."""

    template = "rule {rule} could not be run ({why}): nothing was checked, the books are unchanged"

    def __init__(self, code: str, why: str) -> None:
        super().__init__(rule=code, why=why)


class Checked(NamedTuple):
    """What one rule did."""

    evaluated: int
    """How many things (vouchers, postings, estimate lines …) it looked at."""
    findings: list[Finding]


class RuleRun(NamedTuple):
    """One line of the list of rules."""

    id: str
    evaluated: int
    failed: int
    skipped: str = ""
    """Why it was not asked (see `SKIPPED`), empty where it was."""
    day: str = ""
    """The ISO day that a skipped rule waits for, or ended on."""

    def why(self, language: Language) -> str:
        """The reason for which it was skipped, as people read it; empty where it was asked."""
        return text(SKIPPED[self.skipped], language).format(day=date_vi(self.day)) if self.skipped else ""


class RunResult(NamedTuple):
    """The outcome of a run."""

    rules: list[RuleRun]
    """One for every rule asked for, by code, also those that found nothing to look at or were skipped."""
    findings: list[Finding]
    """By unit, period, file and row."""


RuleFunction = Callable[[Context], Checked]
_REGISTRY: dict[str, RuleFunction] = {}


def rule(code: str) -> Callable[[RuleFunction], RuleFunction]:
    """Register a rule under its code.

    Raises:
        ValueError: another function already has this code.
    """

    def register(function: RuleFunction) -> RuleFunction:
        if code in _REGISTRY:
            raise ValueError(f"two rules have the code {code}")
        _REGISTRY[code] = function
        return function

    return register


@cache
def catalogue() -> Catalogue:
    """Texts, severity and article of every rule of this floor."""
    return Catalogue.load(*CATALOGUES)


def rules() -> dict[str, RuleFunction]:
    """Every rule by code, in the order of the codes.

    Raises:
        RuleFailedError: a rule has no texts, or the catalogue explains a rule that does not exist.
    """
    for module in MODULES:
        importlib.import_module(f"plugins.{module}")
    known = {entry.code for entry in catalogue()}
    for code in sorted(known ^ _REGISTRY.keys()):
        raise RuleFailedError(code, "it has no function" if code in known else "it has no texts")
    return dict(sorted(_REGISTRY.items()))


def run(asked: Context, only: Collection[str] | None = None) -> RunResult:
    """Run the rules and list what each did.

    Args:
        asked: the books and what to look at.
        only: codes of the rules to run; None: all.

    Raises:
        RuleFailedError: a rule is missing, raised, or gave an impossible answer.
    """
    functions = rules()
    chosen = sorted(functions if only is None else set(only))
    ran: list[RuleRun] = []
    findings: list[Finding] = []
    for code in chosen:
        if code not in functions:
            raise RuleFailedError(code, "it is unknown")
        skipped = _skipped(catalogue()[code], asked)
        if skipped is not None:
            ran.append(skipped)
            continue
        checked = _run_one(code, functions[code], asked)
        kept = _in_force(catalogue()[code], asked, checked.findings)
        ran.append(RuleRun(code, checked.evaluated, len(kept)))
        findings += kept
    on_the_day = catalogue().on(asked.today, asked.phase_in)
    findings = [on_the_day.dated(found) for found in overrides.allow(findings, asked)]
    findings.sort(key=lambda found: (found.unit, found.period, found.file, found.row or 0, found.rule, found.column))
    return RunResult(ran, findings)


def _skipped(entry: Entry, asked: Context) -> RuleRun | None:
    """Why a rule is not asked on the days whose law and whose knowledge are wanted."""
    if asked.law_day and entry.effective and asked.law_day < entry.effective:
        return RuleRun(entry.code, 0, 0, "early", entry.effective)
    if asked.law_day and entry.until and asked.law_day > entry.until:
        return RuleRun(entry.code, 0, 0, "late", entry.until)
    if asked.known_day and asked.known_day < entry.since:
        return RuleRun(entry.code, 0, 0, "unknown", entry.since)
    return None


def _in_force(entry: Entry, asked: Context, found: list[Finding]) -> list[Finding]:
    """The findings about days on which the rule was law; under a wanted day of law, all of them.

    One that names no day stays: what is not known to be outside the span is not let through.
    """
    if asked.law_day or not (entry.effective or entry.until):
        return found
    last = entry.until or "9999-12-31"
    return [finding for finding in found if not finding.on or entry.effective <= finding.on <= last]


def _run_one(code: str, function: RuleFunction, asked: Context) -> Checked:
    try:
        checked = function(asked)
    except Exception as error:
        raise RuleFailedError(code, f"{type(error).__name__}: {error}") from error
    if not isinstance(checked, Checked) or any(found.rule != code for found in checked.findings):
        raise RuleFailedError(code, "its answer is not its own")
    return checked
