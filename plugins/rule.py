"""Runs the rules: every rule of the catalogue, each time, counted; a rule that cannot run stops the work.

Guarantees: a run names every rule with how many things it looked at and how many failed; a rule that is missing, is
unknown to the catalogue, raises, or answers in another rule's name is a `RuleFailedError`, never a silent pass (fail
closed). Rules are pure functions of a `Context`, so `submit`, `check`, `bean-check` and Fava see the same findings.

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
from ledger.findings import Catalogue, Finding
from plugins.context import Context, Slot, Tree, context

__all__ = [
    "CATALOGUE",
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

CATALOGUE = Path(__file__).with_name("rules.yaml")
MODULES = ("vouchers", "accounts", "assets", "estimates", "internal", "periods", "scans", "consolidate")
"""Modules of this floor that hold rules; importing one registers its rules."""


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
    """One line of the list of executed rules."""

    id: str
    evaluated: int
    failed: int


class RunResult(NamedTuple):
    """The outcome of a run."""

    rules: list[RuleRun]
    """One for every rule asked for, by code, also those that found nothing to look at."""
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
    return Catalogue.load(CATALOGUE)


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
        checked = _run_one(code, functions[code], asked)
        ran.append(RuleRun(code, checked.evaluated, len(checked.findings)))
        findings += checked.findings
    on_the_day = catalogue().on(asked.today, asked.phase_in)
    findings = [on_the_day.dated(found) for found in findings]
    findings.sort(key=lambda found: (found.unit, found.period, found.file, found.row or 0, found.rule, found.column))
    return RunResult(ran, findings)


def _run_one(code: str, function: RuleFunction, asked: Context) -> Checked:
    try:
        checked = function(asked)
    except Exception as error:
        raise RuleFailedError(code, f"{type(error).__name__}: {error}") from error
    if not isinstance(checked, Checked) or any(found.rule != code for found in checked.findings):
        raise RuleFailedError(code, "its answer is not its own")
    return checked
