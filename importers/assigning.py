"""Proposals become the estimate decisions of the year: one decision, one file, one submission of kind `estimates`.

Guarantees: estimates have one writer (`importers.decisions`): what is assigned here is handed in there like any other
file, under its checks, with its receipt, in its one commit. Before that, fail closed: every line that a unit of the
office asked for has the office's figure, and what is allocated equals, to the đồng, what the outside authority
assigned, for each source, clause and programme.

Law: Articles 50.1 (Law 83/2015/QH13) and 52.1 (Law 89/2025/QH15).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importers import decisions
from importers.forms import read_form
from importers.layout_estimates import DECISIONS, ESTIMATES
from importers.proposing import Who, asked, assigned_units
from importers.request import Request
from importers.slots import Slot
from ledger import estimates, proposals
from ledger.findings import Finding
from ledger.money import money
from ledger.vietnamese import date_vi
from plugins.allocation import ALLOCATED, TOTAL

if TYPE_CHECKING:
    from importers.request import Submission
    from ledger.book import Book
    from ledger.estimates import EstimateLine
    from ledger.proposals import Proposal

_ORIGINAL = next(word for word, kind in DECISIONS.items() if kind == "original")

Field = tuple[str, str, str]
"""Source, clause, programme: the detail in which the total is assigned."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of an assignment."""

    accepted: bool
    findings: tuple[Finding, ...]
    lines: int = 0
    total: int = 0
    units: tuple[str, ...] = ()
    submission: Submission | None = None
    """The estimate decision as it was handed in; None where it was refused before that."""


def assign(book: Book, year: str, decision: str, day: str, who: Who, *, dry_run: bool = False) -> Assigned:
    """Hand in the proposals of a year as one decision.

    Args:
        book: the book.
        year: budget year, four digits.
        decision: number of the decision, e.g. `315-QĐ/VPTU`.
        day: its ISO day.
        who: who assigns; whether they may is the door's business.
        dry_run: do everything but the commit.

    Returns:
        J74-J77, or the findings of the submission; nothing is changed when one blocks.
    """
    with nullcontext(book) if dry_run else book.locked() as newest:
        done, given = assigned_units(newest, year), proposals.of_year(newest, year)
        new = [proposal for proposal in given if proposal.amount and proposal.unit not in done]
        findings = [replace(f, period=year, file=proposals.name(year)) for f in _against(newest, year, new, given)]
        if findings:
            return Assigned(accepted=False, findings=tuple(findings))
        slot = Slot.of(newest.units.root(f"{year}-01-01"), year, "estimates")
        data, name = decision_file(new, decision, day, year), f"{decision.replace('/', '-')}.csv"
        form = read_form(data, name, slot.layout)
        asking = Request(newest, slot, data, name, form, *who, replacing=False, dry_run=dry_run)
        outcome = decisions.hand_in(asking)
    total, units = sum(proposal.amount for proposal in new), tuple(dict.fromkeys(p.unit for p in new))
    return Assigned(outcome.accepted, outcome.findings, len(new), total, units, outcome)


def decision_file(lines: Iterable[Proposal], decision: str, day: str, year: str) -> bytes:
    """The proposals as a file of the estimates form, the same bytes for the same lines."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(column.vi for column in ESTIMATES.columns)
    fixed = {"decision": decision, "date": date_vi(day), "kind": _ORIGINAL, "budget_year": year}
    for line in lines:
        dimensions = {name: getattr(line, name) for name in ("unit", "source", "clause", "item", "programme")}
        cells = fixed | dimensions | {"amount": str(line.amount)}
        writer.writerow(cells.get(column.key, "") for column in ESTIMATES.columns)
    return out.getvalue().encode("utf-8-sig")


def _against(book: Book, year: str, new: Sequence[Proposal], given: Sequence[Proposal]) -> list[Finding]:
    """Why nothing may be assigned: J77 nothing is left, J74 not reviewed, J75 no total, J76 another sum."""
    root = book.units.root(f"{year}-01-01")
    if not new:
        return [Finding("J77", unit=root, value=str(len(given)), params={"year": year})]
    name = estimates.register_name(year)
    register = estimates.read(book.read(name), name)
    return [*_not_reviewed(book, year, given), *_sums(root, year, register, new)]


def _not_reviewed(book: Book, year: str, given: Sequence[Proposal]) -> list[Finding]:
    """J74 for each line that a unit of the office asked for and the office gave no figure for."""
    below, done = frozenset(book.units.tree("budget", f"{year}-01-01")), assigned_units(book, year)
    known = {proposal.key for proposal in given}
    return [
        Finding(
            "J74",
            unit=key[0],
            value=" ".join(part for part in key[1:] if part),
            expected=money(amount),
            params={"year": year},
        )
        for key, amount in asked(book, year).items()
        if key not in known and key[0] in below and key[0] not in done
    ]


def _sums(root: str, year: str, register: Sequence[EstimateLine], new: Sequence[Proposal]) -> list[Finding]:
    """J75 where nothing was assigned from outside, J76 where what is allocated is not what was."""
    mine = [line for line in register if line.assigning_unit == root]
    totals = _by_field((line, line.amount) for line in mine if line.kind == TOTAL)
    allocated = _by_field((line, line.amount) for line in mine if line.kind in ALLOCATED)
    for field, amount in _by_field((line, line.amount) for line in new).items():
        allocated[field] = allocated.get(field, 0) + amount
    findings = []
    for field in sorted(totals.keys() | allocated.keys()):
        total, sum_of = totals.get(field), allocated.get(field, 0)
        shown = {"line": "-".join(part for part in field if part), "year": year}
        place = Finding("J75", unit=root, value=money(sum_of), params=shown)
        if total is None:
            findings.append(place)
        elif total != sum_of:
            findings.append(replace(place, rule="J76", expected=money(total), difference=sum_of - total))
    return findings


def _by_field(lines: Iterable[tuple[EstimateLine | Proposal, int]]) -> dict[Field, int]:
    sums: dict[Field, int] = {}
    for line, amount in lines:
        field = (line.source, line.clause, line.programme)
        sums[field] = sums.get(field, 0) + amount
    return sums
