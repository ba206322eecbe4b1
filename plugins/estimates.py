"""Budget control on lines: E01 a line exists, E02 it is not exceeded, E03 held money stays; E04-E06 transfers, years.

Guarantees: fail closed (a use without a line is an error, never "unlimited"); a line is judged at the end of every
day, with the decisions up to that day, so that money spent before it was assigned is seen even when a later
supplement covers it. The arithmetic is that of `plugins.execution`, what a line lets pass that of `plugins.levels`.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby

import numpy as np

from ledger.money import money
from ledger.vietnamese import date_vi
from plugins.breaches import breaches, of_decision, programme_words
from plugins.columns import Row, rows_of
from plugins.context import Context
from plugins.estimate_days import USE, movements_of, uses_of
from plugins.execution import NO_LINE, TRANSFER, distinct
from plugins.levels import levels_of
from plugins.rule import Checked, rule

PRIOR_YEAR, NEXT_YEAR = ("0081", "0091", "0121", "0131"), ("0093",)
"""Memo accounts of last year's and of next year's budget; all others are of the year of the date."""


@rule("E01")
def estimate_line_exists(context: Context) -> Checked:
    """Every use has an estimate line of its unit, year, source, clause and item (or group, or the whole)."""
    mine, moved = context.mine, context.remember(movements_of)
    without = np.array([line[-1] == NO_LINE for line in moved.lines] or [False], dtype=np.bool_)[moved.line]
    wrong = moved.place[without & (moved.kind == USE) & moved.wanted]
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
            programme_vi=programme_words(use.programme)["programme_vi"],
            programme_en=programme_words(use.programme)["programme_en"],
        )
        for use in mine.rows(wrong)
    ]
    return Checked(int((context.remember(uses_of) & context.in_scope).sum()), findings)


@rule("E02")
def estimate_not_exceeded(context: Context) -> Checked:
    """On no day is more used and promised of a line than was assigned up to that day."""
    line = context.remember(levels_of)["line"]
    beyond = line.days.sums[3] + line.days.sums[2] - line.days.sums[0] - line.told
    return breaches(context, line, "E02", beyond)


@rule("E03")
def held_money_is_not_used(context: Context) -> Checked:
    """On no day do uses, promises and held money together pass what was assigned (beyond that is E02)."""
    line = context.remember(levels_of)["line"]
    held = line.days.sums[1]
    beyond = np.where((held != 0) & (line.excess - held <= line.tolerance), line.excess, 0)
    return breaches(context, line, "E03", beyond)


@rule("E04")
def transfer_sums_to_zero(context: Context) -> Checked:
    """What a transfer decision takes from some lines it gives to others."""
    transfers = context.remember(_transfers)
    findings = [
        of_decision(context, "E04", first, value=money(total), expected="0", difference=total)
        for first, total in transfers
        if total
    ]
    return Checked(len(transfers), findings)


@rule("E05")
def budget_year_is_the_years_own(context: Context) -> Checked:
    """A use belongs to the budget of the year of its date; last year's accounts take uses in January only."""
    mine = context.mine
    at = np.flatnonzero(context.remember(uses_of) & context.in_scope)
    groups, firsts = distinct(mine, at, "code", "date", "budget_year")
    keys = mine.keys(at[firsts], "code", "date", "budget_year")
    right = {(code, day): _right_year(context, code, day) for code, day, _ in keys}
    wrong = at[np.array([year != right[code, day] for code, day, year in keys] or [False], dtype=np.bool_)[groups]]
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
                of_decision(
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
