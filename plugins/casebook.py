"""The rules' cases: small books that an official can read, and the findings that all rules together must give.

Guarantees: a case is judged by every rule, so that one that says too much is seen as well as one that is silent; what
is compared is the text people read, in both languages, word for word. Nothing outside the case folder decides (the
shared register of units aside), so the same program gives the same answer on every machine.

A folder `plugins/cases/CODE-what` is described in `plugins/cases/README.md`; `party-ledger rules test` runs them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ledger import estimates, postings
from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.budget_index import BudgetIndex
from ledger.findings import LANGUAGES, Finding
from ledger.money import money
from ledger.regulations import Regulations, shipped
from ledger.units import Units
from plugins import case_files, consolidate, rule

FOLDER = Path(__file__).with_name("cases")
TODAY = "2026-11-16"
"""The day of a case that names none."""
NOTHING = "(không có phát hiện nào / no findings)\n"
_CODE = re.compile(r"^([A-Z]\d\d) ", re.MULTILINE)
SEVERITY = {"error": "lỗi", "warning": "cảnh báo", "info": "thông tin"}


class CaseResult(NamedTuple):
    """How one case went."""

    case: str
    """Name of its folder, `E02-fail`."""
    rule: str
    passed: bool
    difference: str
    """What is missing (`-`) and what was not expected (`+`), line by line; empty where it passed."""


def folders(code: str = "") -> list[Path]:
    """All case folders, or those of one rule, in order of their names."""
    return sorted(path for path in FOLDER.glob(f"{code}*") if path.is_dir())


def run_all(only: Collection[str] = ()) -> tuple[CaseResult, ...]:
    """Judge every case, or those of some rules.

    Args:
        only: codes of rules; empty: every rule.

    Raises:
        RuleFailedError: a rule could not be run; nothing may be concluded from the cases then.
    """
    return tuple(run(folder) for folder in folders() if not only or code_of(folder) in only)


def run(folder: Path) -> CaseResult:
    """Judge one case by all rules and compare."""
    expected, found = expected_text(folder), judged(folder)
    lines = difflib.ndiff(expected.splitlines(), found.splitlines())
    difference = "\n".join(line for line in lines if line.startswith(("-", "+")))
    return CaseResult(folder.name, code_of(folder), expected == found, difference)


def judged(folder: Path) -> str:
    """What all rules say of a case, as its `expected.txt` should have it."""
    return findings_text(rule.run(context_of(folder)).findings)


def expected_text(folder: Path) -> str:
    """What the case says must be found; empty where nobody has said it yet."""
    path = folder / "expected.txt"
    return path.read_text("utf-8") if path.exists() else ""


def codes_in(findings: str) -> set[str]:
    """The codes of the findings in such a text."""
    return set(_CODE.findall(findings))


def code_of(folder: Path) -> str:
    """The rule that a case belongs to."""
    return folder.name.partition("-")[0]


def context_of(folder: Path) -> rule.Context:
    """What the rules are asked about in a case."""
    chart, index = _chart(), BudgetIndex.load()
    lines = list(decisions(folder / "estimates.csv"))
    given = [
        estimates.postings(lines, unit, year, chart, index)
        for unit, year in sorted({(line.unit, line.budget_year) for line in lines})
    ]
    units = Units.read((FOLDER / "units.csv").read_bytes())[0]
    happened = case_files.moments(folder / "events.csv")
    registers = case_files.CaseRegisters(folder)
    own_law = registers.file("registers/regulations.yaml")
    context = rule.Context(
        postings=postings.concat([*given, case_files.posted(folder / "vouchers.csv", chart)]),
        units=units,
        read=frozenset(row.unit for row in units if row.keeps_books),
        chart=chart,
        index=index,
        regulations=shipped() if own_law is None else Regulations.load(own_law),
        estimates=estimates.frame(lines),
        today=case_files.today(folder, TODAY),
        seals=happened.seals,
        accepted=happened.accepted,
        attached=happened.attached,
        registers=registers,
    )
    fault = folder / "fault.txt"
    if fault.exists():
        FAULTS[fault.read_text("utf-8").strip()](context)
    return context


def decisions(path: Path) -> Iterable[estimates.EstimateLine]:
    """The estimate decisions of a case (none where it has no such file)."""
    return case_files.decisions(path)


def findings_text(found: Iterable[Finding]) -> str:
    """Findings as a case's `expected.txt` has them."""
    texts = rule.catalogue()
    parts = []
    for finding in found:
        where = f"{finding.unit} {finding.period} {finding.voucher} dòng {finding.row or '-'} [{finding.column}]"
        difference = "" if finding.difference is None else f" (chênh lệch {money(finding.difference)})"
        parts.append(f"{finding.rule} {SEVERITY[texts.severity(finding)]}: {where}{difference}\n")
        parts.extend(f"  {language}: {texts.message(finding, language)}\n" for language in LANGUAGES)
    return "".join(parts) or NOTHING


@cache
def _chart() -> Chart:
    """The chart of every case: the regimes with the practice province's detail accounts."""
    return Chart.load(PRACTICE_OVERLAY.read_bytes())


def _lose_a_unit(context: rule.Context) -> None:
    """The consolidated sums forget one unit."""
    made = context.remember(consolidate.of_context)
    made.__dict__["sums"] = made.sums[made.sums["unit"] != "BTC"]


FAULTS: Mapping[str, Callable[[rule.Context], None]] = {"lose-a-unit": _lose_a_unit}
"""Faults of the program itself, which a case plants by name in its file `fault.txt`."""
