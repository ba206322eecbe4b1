"""Budget control: E01 a line exists, E02 it is not exceeded, E03 held money stays, E04-E06 transfers and years.

Guarantees: fail closed (a use without a line is an error, never "unlimited"); a line is judged at the end of every
day, with the decisions up to that day, so that money spent before it was assigned is seen even when a later
supplement covers it. The arithmetic is that of `plugins.execution`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import groupby

import numpy as np

from ledger.estimates import register_name
from ledger.findings import Finding
from ledger.money import money
from ledger.vietnamese import date_vi
from plugins.columns import Row, rows_of
from plugins.context import Context, Slot
from plugins.estimate_days import Day, crossing, days_of, movements_of, uses_of
from plugins.execution import NO_LINE, TRANSFER, standing
from plugins.rule import Checked, rule

PRIOR_YEAR, NEXT_YEAR = ("0081", "0091", "0121", "0131"), ("0093",)
"""Memo accounts of last year's and of next year's budget; all others are of the year of the date."""


@rule("E01")
def estimate_line_exists(context: Context) -> Checked:
    """Every use has an estimate line of its unit, year, source, clause and item (or group, or the whole)."""
    mine = context.mine
    wrong = np.zeros(len(mine), dtype=np.bool_)
    for line, movements in context.remember(movements_of).items():
        if line[-1] == NO_LINE:
            wrong[[movement.place for movement in movements]] = True
    findings = [
        context.finding(
            "E01",
            use,
            column="item",
            value=use.item,
            source=use.source,
            clause=use.clause,
            year=use.budget_year,
            date=date_vi(use.date),
            amount=-int(use.amount),
        )
        for use in mine.rows(wrong & context.in_scope)
    ]
    return Checked(int((context.remember(uses_of) & context.in_scope).sum()), findings)


@rule("E02")
def estimate_not_exceeded(context: Context) -> Checked:
    """On no day is more used of a line than was assigned up to that day."""
    count, findings = 0, []
    for days in context.remember(days_of):
        count += 1
        first = next((day for day in days if day.wanted and day.over > 0), None)
        if first is not None:
            findings.append(_exceeded(context, "E02", first, first.over))
    return Checked(count, findings)


@rule("E03")
def held_money_is_not_used(context: Context) -> Checked:
    """On no day do uses and held money together pass what was assigned (beyond that is E02)."""
    count, findings = 0, []
    for days in context.remember(days_of):
        holding = [day for day in days if day.held]
        count += bool(holding)
        first = next((day for day in holding if day.wanted and day.over <= 0 < day.over_held), None)
        if first is not None:
            findings.append(_exceeded(context, "E03", first, first.over_held))
    return Checked(count, findings)


@rule("E04")
def transfer_sums_to_zero(context: Context) -> Checked:
    """What a transfer decision takes from some lines it gives to others."""
    transfers = context.remember(_transfers)
    findings = [
        _of_decision(context, "E04", first, value=money(total), expected="0", difference=total)
        for first, total in transfers
        if total
    ]
    return Checked(len(transfers), findings)


@rule("E05")
def budget_year_is_the_years_own(context: Context) -> Checked:
    """A use belongs to the budget of the year of its date; last year's accounts take uses in January only."""
    mine = context.mine
    at = np.flatnonzero(context.remember(uses_of) & context.in_scope)
    keys = mine.keys(at, "code", "date", "budget_year")
    right = {(code, day): _right_year(context, code, day) for code, day, _ in set(keys)}
    wrong = [place for place, (code, day, year) in zip(at.tolist(), keys, strict=True) if year != right[code, day]]
    findings = [
        context.finding(
            "E05",
            use,
            column="budget_year",
            value=use.budget_year,
            expected=right[use.code, use.date],
            account=use.code,
        )
        for use in mine.rows(wrong)
    ]
    return Checked(len(at), findings)


@rule("E06")
def transfer_before_the_deadline(context: Context) -> Checked:
    """Assigned estimates are transferred before the deadline of their fiscal year."""
    transfers = context.remember(_transfers)
    findings = []
    for decision, _ in transfers:
        entry = context.regulations.entry("estimates.adjustment_deadline", date(int(decision.budget_year), 1, 1))
        deadline = f"{decision.budget_year}-{entry.value}"
        if decision.date >= deadline:
            findings.append(
                _of_decision(
                    context,
                    "E06",
                    decision,
                    column="date",
                    value=date_vi(decision.date),
                    expected=f"< {date_vi(deadline)}",
                    params={"law_vi": entry.citation("vi"), "law_en": entry.citation("en")},
                )
            )
    return Checked(len(transfers), findings)


def _exceeded(context: Context, code: str, day: Day, excess: int) -> Finding:
    """At the posting (else at the decision) that took a line over on its first such day."""
    _, year, source, clause, item = day.line
    params: dict[str, str | int] = {
        "line": "-".join(part for part in (source, clause, item) if part),
        "year": year,
        "estimate": day.assigned,
        "held": day.held,
        "spent": day.used,
        "date": date_vi(day.date),
    }
    uses = [movement for movement in day.movements if movement.is_use]
    if not uses:
        decisions = standing(context.decisions)
        smallest = min(day.movements, key=lambda movement: movement.assigned - movement.held)
        decision = next(rows_of(decisions.iloc[[smallest.place]]))
        return _of_decision(context, code, decision, difference=excess, params=params)
    use = crossing(uses, day.used, day.used - excess)
    return context.finding(
        code,
        context.mine.row(use.place),
        column="amount",
        value=money(use.used),
        expected=f"≤ {money(day.used - excess)}",
        difference=excess,
        **params,
    )


def _right_year(context: Context, code: str, day: str) -> str:
    """The budget year that a use of this account on this day belongs to."""
    year = int(day[:4])
    if code.startswith(NEXT_YEAR):
        return str(year + 1)
    end = context.regulations.day("settlement.adjustment_period_end", year, date(year - 1, 12, 31))
    return str(year - 1 if code.startswith(PRIOR_YEAR) and day <= end.isoformat() else year)


def _transfers(context: Context) -> list[tuple[Row, int]]:
    """The first row of each transfer decision of a budget year that concerns the unit in scope, and its sum."""
    table = context.estimates[context.estimates["kind"] == TRANSFER]
    if context.scope_unit is not None:
        mine = table[(table["unit"] == context.scope_unit) | (table["assigning_unit"] == context.scope_unit)]
        table = table[table["decision"].isin(mine["decision"])]
    rows = sorted(rows_of(table), key=_decision)
    decisions = [list(group) for _, group in groupby(rows, key=_decision)]
    return [(lines[0], sum(line.amount for line in lines)) for lines in decisions]


def _decision(row: Row) -> tuple[str, str]:
    return row.budget_year, row.decision


def _of_decision(
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
        params={"decision": decision.decision, **(params or {})},
    )
