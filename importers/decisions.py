"""Estimate decisions are handed in: into the register, and from there into the journals of the units that receive.

Guarantees: a decision is taken once, whole; the same decision again is no change, another content under its number is
refused (it is never replaced); a decision that would put a unit over what it has already spent is refused.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from importers import booking
from importers.estimates import by_decision, decisions_of
from importers.gate import closed
from importers.judging import blocking, consequences, key, new_errors, warnings_among, with_heading
from importers.request import Request, Submission
from importers.slots import ACCEPTED, SHORT, Version, content_of, versions
from ledger import estimates, postings
from ledger.book import Change
from ledger.budget_index import BudgetIndex
from ledger.estimates import EstimateLine
from ledger.findings import Finding
from ledger.journal import render
from ledger.money import money
from plugins import rule

FAMILY = "E"
"""Rules that look at estimates."""

OF_ONE_DECISION = frozenset({"E04", "E06"})
"""Those that look at one decision alone, so that other unreadable rows of the file do not matter to them."""


class _Sorted(NamedTuple):
    """The decisions of a file against the register."""

    new: list[EstimateLine]
    known: list[str]
    """Numbers of decisions that the register has with the same content."""
    findings: list[Finding]


def hand_in(request: Request) -> Submission:
    """Look at the slot, at the form, at the register, at the rules; then accept or refuse."""
    slot, form = request.slot, request.form
    findings = [*closed(request.book, slot, request.today), *form.findings]
    content = content_of(form)
    sound: list[EstimateLine] = []
    if form.usable and len(findings) == len(form.findings):
        read = decisions_of(form, request.file, slot.unit, slot.period, request.book.units, request.today)
        findings += read.findings
        broken = form.broken | {line.texts["decision"] for line in form.lines if line.row in read.reported}
        lines = [line for line in read.lines if line.decision not in broken]
        sound = [replace(line, submission=content[:SHORT]) for line in lines]
    against = _against_the_register(request, sound)
    findings += against.findings
    if against.known and not against.new and not blocking(findings):
        same = [version.receipt for version in versions(request.events, slot) if version.content == content]
        return request.known(same[0] if same else _receipt(request, against.known[0]), findings)
    nowhere = unbookable(request, against.new)
    findings += nowhere
    if against.new and not nowhere:
        findings += _judge(request, against.new, partial=len(sound) < form.rows)
    if not against.new or blocking(findings):
        return request.refused(findings)
    if request.dry_run:
        return request.taken(None, findings)
    told = replace(request, warnings=warnings_among([*request.notes, *findings]))
    receipt, commit = _accept(told, against.new, content)
    return request.taken(receipt, findings, commit)


def _register(request: Request) -> list[EstimateLine]:
    """All lines of the year's register."""
    name = estimates.register_name(str(request.slot.period.year))
    return list(estimates.read(request.book.read(name), name))


def _against_the_register(request: Request, lines: list[EstimateLine]) -> _Sorted:
    """Which decisions are new; F71 for one whose number stands there with other content, F84 for the same again."""
    before = by_decision([line for line in _register(request) if line.assigning_unit == request.slot.unit])
    new: list[EstimateLine] = []
    known, findings = [], []
    for number, group in by_decision(lines).items():
        if number not in before:
            new += group
            continue
        same, receipt = _meaning(group) == _meaning(before[number]), _receipt(request, number)
        if same:
            known.append(number)
        findings.append(
            Finding(
                "F84" if same else "F71",
                row=group[0].row,
                column=request.form.headings["decision"],
                value=number,
                other=f"{number} · {receipt}",
                params={"receipt": receipt},
            )
        )
    return _Sorted(new, known, findings)


def _meaning(lines: list[EstimateLine]) -> list[tuple[str, ...]]:
    """A decision without where it stood in which file."""
    names = [name for name in estimates.COLUMNS if name not in {"submission", "row"}]
    return sorted(tuple(str(getattr(line, name)) for name in names) for line in lines)


def _receipt(request: Request, decision: str) -> str:
    """The receipt of the submission that brought a decision."""
    year = request.slot.period.text
    for event in request.events:
        if event.event in ACCEPTED and event.period == year and decision in event.data.get("decisions", ()):
            return Version.of(event).receipt
    return ""


def unbookable(request: Request, lines: Sequence[EstimateLine]) -> list[Finding]:
    """F51 the receiver keeps no books, F58 its year is sealed, F73 unknown budget code, F78 no account for the line.

    F69 it takes back what no decision gave.
    """
    book, form = request.book, request.form
    year = str(request.slot.period.year)
    sealed = {unit for unit in {line.unit for line in lines} if _sealed(request, unit, year)}
    findings = []
    for line in lines:
        unit = book.units.get(line.unit)
        receiver = Finding("F51", row=line.row, column=form.headings["unit"], value=line.unit)
        if unit is not None and not unit.keeps_books:
            names = {"name_vi": unit.name_vi, "name_en": unit.name_en}
            findings.append(replace(receiver, params=names))
        elif line.unit in sealed:
            findings.append(replace(receiver, rule="F58", expected=year))
        elif line.kind not in estimates.OF_THE_REGISTER and not estimates.account_code(line, book.chart, book.index):
            source = replace(receiver, rule="F78", column=form.headings["source"], value=line.source)
            findings.append(replace(source, params={"year": year}))
        for column, code in _unknown_codes(line, book.index):
            wrong = replace(receiver, rule="F73", column=form.headings[column], value=code)
            findings.append(replace(wrong, params={"year": year}))
    return findings + _nothing_to_take_back(request, lines)


def _nothing_to_take_back(request: Request, lines: Sequence[EstimateLine]) -> list[Finding]:
    """F69 for each line that takes back more than the decision it names gave to its estimate line, in its kind."""
    left: Counter[tuple[str, ...]] = Counter()
    findings = []
    for line in _register(request):
        left[_of_line(line, line.reverses or line.decision)] += line.amount
    for line in lines:
        key = _of_line(line, line.reverses or line.decision)
        after = left[key] + line.amount
        if line.reverses and (line.reverses == line.decision or left[key] * after < 0 or not left[key]):
            column = request.form.headings["reverses"]
            finding = Finding("F69", row=line.row, column=column, value=line.reverses, expected=money(left[key]))
            findings.append(replace(finding, unit=line.unit, params={"decision": line.decision}))
        left[key] = after
    return findings


def _of_line(line: EstimateLine, decision: str) -> tuple[str, ...]:
    """What a decision gives, or takes back, in one kind to one estimate line."""
    names = ("assigning_unit", "kind", "unit", "source", "clause", "item", "programme")
    return (decision, *(str(getattr(line, name)) for name in names))


def _unknown_codes(line: EstimateLine, index: BudgetIndex) -> list[tuple[str, str]]:
    """(column, code) of clause and item, or group, that the budget index of the year does not have."""
    year = int(line.budget_year)
    wrong = [] if index.clause(line.clause, year) else [("clause", line.clause)]
    if line.item and not index.item(line.item, year) and not index.group(line.item, year):
        wrong.append(("item", line.item))
    return wrong


def _sealed(request: Request, unit: str, year: str) -> bool:
    """Whether the unit's settlement of the year is sealed and was not reopened."""
    sealed = False
    for event in request.book.events(unit):
        if event.period[:4] == year and event.event in {"settlement.sealed", "settlement.reopened"}:
            sealed = event.event == "settlement.sealed"
    return sealed


def _judge(request: Request, lines: list[EstimateLine], *, partial: bool) -> list[Finding]:
    """What the rules say of the receiving units with these decisions; errors of before are not held against them."""
    book, slot = request.book, request.slot
    codes = sorted(code for code in rule.rules() if code.startswith(FAMILY))
    only = sorted(OF_ONE_DECISION) if partial else codes
    table = pd.concat([book.estimates(), estimates.frame(lines)], ignore_index=True)
    place = (slot.unit, slot.period.text, "")
    numbers = {line.decision for line in lines}
    own: dict[tuple[object, ...], Finding] = {}
    broken: list[Finding] = []
    for unit in sorted({line.unit for line in lines}):
        asked = rule.context(book, unit, replace_slot=place, file=request.file, estimates=table, day=request.today)
        others = []
        for finding in rule.run(asked, only).findings:
            if finding.file == request.file and finding.params.get("decision") in numbers:
                own[key(finding)] = with_heading(finding, request.form)
            else:
                others.append(finding)
        broken += new_errors(others, functools.partial(_before, request, unit, only))
    return [*own.values(), *consequences(broken, slot)]


def _before(request: Request, unit: str, only: Sequence[str]) -> list[Finding]:
    """What the rules say of a unit as the book is."""
    return rule.run(rule.context(request.book, unit, day=request.today), only).findings


def _accept(request: Request, lines: list[EstimateLine], content: str) -> tuple[str, str]:
    """Commit the decisions: (number of the receipt, id of the commit)."""
    change = request.book.change(request.actor, request.role, request.at)
    receipt = record(request, change, lines, content)
    slot = request.slot
    return receipt, change.commit(f"{slot.unit} {slot.period.text} {slot.kind}: {receipt}")


def record(
    request: Request, change: Change, lines: Sequence[EstimateLine], content: str, **facts_of_the_run: object
) -> str:
    """Put decisions of one year into a change: received file, receipt, register, journals, event.

    Args:
        request: the file that says them, for the slot of the assigning unit and the year.
        change: what everything is written to; the caller commits it.
        lines: sound lines of new decisions of that year.
        content: the file's identity.
        facts_of_the_run: what the event says besides, where decisions were made by a run.

    Returns:
        The number of the receipt.
    """
    slot = request.slot
    year = str(slot.period.year)
    register = [*_register(request), *lines]
    name = estimates.register_name(year)
    before = versions(request.events, slot)
    total = sum(line.amount for line in lines if line.kind in estimates.TITLES)
    facts = booking.keep(request, change, content, before, journal=name, total=total)
    change.write(name, estimates.write(register))
    for unit in sorted({line.unit for line in lines}):
        _write_unit(change, unit, year, register)
    facts |= {"decisions": sorted({line.decision for line in lines}), **facts_of_the_run}
    change.event("estimates.accepted", unit=slot.unit, period=slot.period.text, kind=slot.kind, data=facts)
    return str(facts["receipt"])


def _write_unit(change: Change, unit: str, year: str, register: Sequence[EstimateLine]) -> None:
    """Make the unit's journal of estimates again from the register, and its ledgers with it."""
    book = change.book
    entries = estimates.postings(register, unit, year, book.chart, book.index)
    if entries.empty:
        return
    change.write(f"units/{unit}/{year}/{year}-estimates.beancount", render(entries).encode("utf-8"))
    rest = book.postings([unit])
    rest = rest[(rest["entry"] != "estimate") | (rest["period"] != year)]
    booking.write_ledgers(change, unit, postings.concat([rest, entries]))
