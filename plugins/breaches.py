"""Findings of budget control: on which day a ceiling is first passed, and at which posting or decision.

Guarantees: a ceiling is told once, on the first day that findings are wanted for; where a document lets part of the
excess pass, once more on the first day on which that part is passed, so that no cap opens the ceiling for good. A
finding carries the figures of the day, and names its ceiling as an override would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from ledger.estimates import register_name
from ledger.findings import Finding
from ledger.money import money
from ledger.vietnamese import date_vi
from plugins import overrides
from plugins.columns import Row, Whole
from plugins.context import Context, Slot
from plugins.day_sums import Day
from plugins.estimate_days import DECISION, USE, Movement, commitments_of, crossing, decision_row
from plugins.execution import Line
from plugins.levels import WARN, Level
from plugins.rule import Checked

PROGRAMME = {"vi": ", chương trình {code}", "en": ", programme {code}"}
"""What a sentence adds where a line belongs to a target programme."""
COMMITTED = {"vi": ", đã cam kết chưa thanh toán {amount} đồng", "en": ", {amount} đồng are committed"}
"""What a sentence adds where contracts promise part of the ceiling."""


def breaches(context: Context, level: Level, code: str, excess: Whole) -> Checked:
    """One finding for each ceiling of a level that is passed.

    Args:
        context: the books.
        level: the level; its setting says from which excess on it acts, and how.
        code: of the rule.
        excess: for each of the level's days, how much the ceiling is passed by, whole đồng.

    Returns:
        The number of ceilings looked at, and the findings.
    """
    days = level.days
    wrong = level.acts & (excess > level.tolerance) & days.wanted
    keys = np.unique(days.key[wrong])
    findings: list[Finding] = []
    for key in keys.tolist():
        first, last = np.searchsorted(days.key, [key, key + 1])
        rows = [row for row in range(int(first), int(last)) if wrong[row]]
        findings += _told(context, level, code, [(days.at(row), int(excess[row])) for row in rows])
    return Checked(int(np.unique(days.key[level.acts]).size), findings)


def at_movement(
    context: Context, level: Level, day: Day, code: str, limit: int, params: Mapping[str, str | int]
) -> Finding | None:
    """A finding at the use of the day that passed a limit, else at its decision, else at its contract.

    Returns:
        None for a line on a day of contracts alone: E12 tells of that.
    """
    movements = level.movements(context, day)
    uses = [movement for movement in movements if movement.kind == USE]
    if uses:
        use = crossing(uses, day.used, limit)
        row = context.mine.row(use.place)
        found = context.finding(code, row, column="amount", value=money(use.used), expected=f"≤ {money(limit)}")
        return replace(found, params={**found.params, **params})
    decisions = [movement for movement in movements if movement.kind == DECISION]
    if not decisions:
        return None if level.below is None else _of_contract(context, day, code, movements, params)
    smallest = min(decisions, key=lambda movement: movement.assigned - movement.held)
    finding = of_decision(context, code, decision_row(context, smallest), params=params)
    return replace(finding, on=day.date)


def named(level: Level, day: Day) -> dict[str, str | int]:
    """What names the ceiling of a day, for texts and overrides, and the day's figures."""
    year, source, clause, item, programme = _parts(level, day.key)
    return {
        "year": year,
        "source": source,
        "clause": clause,
        "item": item,
        "programme": programme,
        "line": "-".join(part for part in (source, clause, item) if part),
        "estimate": day.assigned,
        "held": day.held,
        "committed": day.committed,
        "spent": day.used,
        "date": date_vi(day.date),
        **programme_words(programme),
        **_committed_words(day.committed),
    }


def programme_words(programme: str) -> dict[str, str]:
    """The programme of a line, as the texts add it in each language; nothing where there is none."""
    said = {f"programme_{language}": text.format(code=programme) for language, text in PROGRAMME.items()}
    return said if programme else dict.fromkeys(said, "")


def of_decision(
    context: Context,
    code: str,
    decision: Row,
    *,
    column: str = "amount",
    value: str = "",
    expected: str = "",
    difference: int | None = None,
    params: Mapping[str, str | int] | None = None,
) -> Finding:
    """A finding at a row of an estimate decision."""
    slot = Slot(decision.assigning_unit, decision.budget_year, "")
    return Finding(
        rule=code,
        unit=decision.unit,
        period=decision.budget_year,
        file=context.files.get(slot, register_name(decision.budget_year)),
        row=int(decision.row) or None,
        column=column,
        value=value or money(int(decision.amount)),
        expected=expected,
        difference=difference,
        on=decision.date,
        params={"decision": decision.decision, **(params or {})},
    )


def _parts(level: Level, key: Line) -> tuple[str, str, str, str, str]:
    """Year, source, clause, item and programme of a key, empty where its level has none."""
    if level.name == "programme":
        return key[1], "", "", "", key[2]
    year, source, clause, programme, item = (*key[1:], "", "", "", "")[:5]
    return year, source, clause, item, programme


def _committed_words(committed: int) -> dict[str, str]:
    """What is promised by contract, as the texts add it in each language; nothing where nothing is."""
    said = {f"committed_{language}": text.format(amount=money(committed)) for language, text in COMMITTED.items()}
    return said if committed else dict.fromkeys(said, "")


def _told(context: Context, level: Level, code: str, days: list[tuple[Day, int]]) -> Iterator[Finding]:
    """The first day on which a ceiling is passed; after a document's cap, the first day beyond it."""
    for number, (day, excess) in enumerate(days):
        params = named(level, day)
        ceiling = tuple(str(params[name]) for name in ("year", "source", "clause"))
        last = params["programme"] if level.name == "programme" else params["item"]
        override = overrides.covering(context, code, (day.key[0], *ceiling, str(last)), day.date)
        covered = override is not None and excess <= override.cap
        if covered and number:
            continue
        found = _found(context, level, code, day, excess, params)
        if found is None:
            continue
        yield found
        if not covered:
            return


def _found(
    context: Context, level: Level, code: str, day: Day, excess: int, params: Mapping[str, str | int]
) -> Finding | None:
    found = at_movement(context, level, day, code, day.used - excess, params)
    if found is None:
        return None
    setting = level.setting(day.row)
    return replace(found, difference=excess, allowed=setting.source if setting.action == WARN else "")


def _of_contract(
    context: Context, day: Day, code: str, movements: list[Movement], params: Mapping[str, str | int]
) -> Finding:
    """At the contract of the day that promises most."""
    largest = max(movements, key=lambda movement: movement.committed)
    contract = context.remember(commitments_of)["contract"].iloc[largest.place]
    value = money(largest.committed)
    return Finding(
        code, day.key[0], day.key[1], column="amount", value=value, other=contract, on=day.date, params=params
    )
