"""Estimate requests: Q01 price and norm, Q02 the sum, Q03 last year's execution, Q04 the calendar, Q05 no norm known.

Guarantees: every row of every accepted request, and of one that is just being handed in, is looked at; a norm is asked
for 1 January of the year asked for; a norm without a value is said and never taken for "unlimited"; execution is what
the memo accounts used, charged to the most specific line that the request has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ledger import deadlines, records
from ledger.findings import Finding
from ledger.money import money
from ledger.regulations import NotInForceError, UnknownParameterError
from ledger.vietnamese import date_vi
from plugins.columns import totals
from plugins.context import Context, Slot
from plugins.estimate_days import uses_of
from plugins.rule import Checked, rule

if TYPE_CHECKING:
    from ledger.budget_index import BudgetIndex
    from ledger.records import Record
    from ledger.regulations import Entry, Regulations

KIND, NEED = "requests", "need"
DUE, FAR = "preparation.request_due", "preparation.compare_percent"
YEARS_BACK = 2
"""From the year asked for to the last year that is over when it is asked for: 2027 is compared with 2025."""
_LINE = ("source", "clause", "item", "programme")


class Ceiling(NamedTuple):
    """What a norm allows for one of its quantity."""

    amount: int
    """Whole đồng; of a table the highest of its rows."""
    entry: Entry


def ceiling(regulations: Regulations, norm: str, year: int) -> Ceiling | None:
    """What a norm allows on 1 January of a year, or None where it is not known.

    Args:
        regulations: the law data.
        norm: key of a parameter: a whole number, or a table with a column `amount`, then after a stroke the words of
            the table's row (`norms.lodging/other/first`); of several rows the highest amount counts.
        year: the year asked for.
    """
    key, *words = norm.split("/")
    on = date(year, 1, 1)
    try:
        parameter, entry = regulations.parameter(key), regulations.entry(key, on)
        if parameter.type == "table":
            rows = [row for row in regulations.rows(key, on) if "amount" in row and set(words) <= set(row.values())]
            amounts = [int(row["amount"]) for row in rows]
            return Ceiling(max(amounts), entry) if amounts else None
        return Ceiling(regulations.integer(key, on), entry) if not words else None
    except (UnknownParameterError, NotInForceError, TypeError):
        return None


def charged(
    used: Mapping[tuple[str, ...], int], lines: Iterable[tuple[str, ...]], index: BudgetIndex
) -> dict[tuple[str, ...], int]:
    """What was used, by the line it falls under: its item, else the item's group, else the whole, else its own item.

    Args:
        used: (source, clause, item, programme) → whole đồng.
        lines: the lines there are, in the same form; the item may be a group or "" for the whole.
        index: knows the group of an item.
    """
    have, sums = frozenset(lines), dict[tuple[str, ...], int]()
    for (source, clause, item, programme), amount in used.items():
        found = ((source, clause, code, programme) for code in (item, index.group_of(item) or item, ""))
        line = next((line for line in found if line in have), (source, clause, item, programme))
        sums[line] = sums.get(line, 0) + amount
    return sums


@rule("Q01")
def price_within_the_norm(context: Context) -> Checked:
    """The price of a row keeps to the norm that the row names, as it is in the year asked for."""
    count, findings = 0, []
    for row in context.remember(_with_norm):
        allowed = ceiling(context.regulations, row.texts["norm"], int(row.period))
        count += allowed is not None
        price = row.numbers["price"]
        if allowed is not None and price > allowed.amount:
            named = {"norm": row.texts["norm"], "task": row.texts["task"]}
            law = {"law_vi": allowed.entry.citation("vi"), "law_en": allowed.entry.citation("en")}
            shown = (money(price), f"≤ {money(allowed.amount)}")
            findings.append(_at(context, "Q01", row, "price", shown, price - allowed.amount, named | law))
    return Checked(count, findings)


@rule("Q02")
def amount_is_quantity_times_price(context: Context) -> Checked:
    """Where a row gives quantity and price, its amount is their product."""
    count, findings = 0, []
    for row in context.remember(_rows):
        if "quantity" not in row.numbers or "price" not in row.numbers:
            continue
        count += 1
        amount, product = row.number("amount"), row.numbers["quantity"] * row.numbers["price"]
        if amount != product:
            figures = {name: row.numbers[name] for name in ("quantity", "price")}
            shown = (money(amount), money(product))
            findings.append(_at(context, "Q02", row, "amount", shown, amount - product, figures))
    return Checked(count, findings)


@rule("Q03")
def request_near_last_execution(context: Context) -> Checked:
    """What is asked for a line is near what was executed of it in the last finished year."""
    count, findings = 0, []
    slots = _by_slot(context.remember(_rows))
    used = context.remember(_used) if slots else {}
    for (unit, period), rows in slots:
        entry = _entry(context.regulations, FAR, int(period))
        lines = _lines(row for row in rows if row.texts["line"] == NEED)
        year = str(int(period) - YEARS_BACK)
        executed = charged(used.get((unit, year), {}), lines, context.index)
        for line, asked in lines.items() if entry is not None else ():
            before, total = executed.get(line, 0), sum(row.number("amount") for row in asked)
            count += before > 0
            if entry is not None and before > 0 and abs(total - before) * 100 > int(entry.value) * before:
                figures = {"asked": total, "executed": before, "percent": int(entry.value)}
                words = {"year": year, "line": "-".join(part for part in line if part)}
                law = {"law_vi": entry.citation("vi"), "law_en": entry.citation("en")}
                shown = (money(total), money(before))
                findings.append(_at(context, "Q03", asked[0], "amount", shown, total - before, figures | words | law))
    return Checked(count, findings)


@rule("Q04")
def request_in_time(context: Context) -> Checked:
    """A request comes in by the day of the calendar, or by the day that the office granted."""
    slots = _by_slot(context.remember(_rows))
    findings = []
    for (unit, period), rows in slots:
        at = context.registers.standing(KIND, unit, period)
        due = deadlines.deadlines(context.regulations, at).submit
        days = deadlines.submission_late(context.regulations, at, context.today)
        entry = _entry(context.regulations, DUE, int(period))
        if due is not None and entry is not None and days:
            law = {"law_vi": entry.citation("vi"), "law_en": entry.citation("en")}
            shown = (date_vi((at.first or context.today)[:10]), f"≤ {date_vi(due)}")
            findings.append(_at(context, "Q04", rows[0], "line", shown, None, {"days": days, **law}, on=due))
    return Checked(len(slots), findings)


@rule("Q05")
def norm_is_known(context: Context) -> Checked:
    """The norm that a row names has a value for the year asked for."""
    rows = context.remember(_with_norm)
    findings = [
        _at(context, "Q05", row, "norm", (row.texts["norm"], ""), None, {"year": row.period, "task": row.texts["task"]})
        for row in rows
        if ceiling(context.regulations, row.texts["norm"], int(row.period)) is None
    ]
    return Checked(len(rows), findings)


def _rows(context: Context) -> list[Record]:
    """The rows of requests that findings are wanted for, by unit and year."""
    wanted = context.scope_periods
    members = context.read
    return [
        row
        for row in context.registers.rows(KIND)
        if (row.unit == context.scope_unit if context.scope_unit is not None else not members or row.unit in members)
        and (not wanted or row.period in wanted)
    ]


def _with_norm(context: Context) -> list[Record]:
    """Those that name a norm and have a price to compare with it."""
    return [row for row in context.remember(_rows) if row.texts["norm"] and "price" in row.numbers]


def _by_slot(rows: Iterable[Record]) -> list[tuple[tuple[str, str], list[Record]]]:
    """(unit, year asked for) → its rows."""
    return [(slot, list(group)) for slot, group in groupby(rows, lambda row: (row.unit, row.period))]


def _lines(rows: Iterable[Record]) -> dict[tuple[str, ...], list[Record]]:
    """(source, clause, item, programme) → the rows that ask for it, in the file's order."""
    found: dict[tuple[str, ...], list[Record]] = {}
    for row in rows:
        found.setdefault(tuple(row.texts[name] for name in _LINE), []).append(row)
    return found


def _used(context: Context) -> dict[tuple[str, str], dict[tuple[str, ...], int]]:
    """(unit, budget year) → (source, clause, item, programme) → what was used of it, whole đồng."""
    mine, at = context.mine, np.flatnonzero(context.remember(uses_of))
    found: dict[tuple[str, str], dict[tuple[str, ...], int]] = {}
    if not len(at):
        return found
    names = ("unit", "budget_year", *_LINE)
    groups = mine.groups(at, *names)
    _, firsts = np.unique(groups, return_index=True)
    for key, amount in zip(mine.keys(at[firsts], *names), totals(groups, -mine.whole("amount")[at]), strict=True):
        found.setdefault((key[0], key[1]), {})[key[2:]] = int(amount)
    return found


def _entry(regulations: Regulations, key: str, year: int) -> Entry | None:
    """A value of the calendar in force when a year's estimate is prepared, in the year before it; None without one."""
    try:
        return regulations.entry(key, date(year - 1, 1, 1))
    except NotInForceError:
        return None


def _at(
    context: Context,
    code: str,
    row: Record,
    column: str,
    shown: tuple[str, str],
    difference: int | None,
    params: Mapping[str, str | int],
    on: str = "",
) -> Finding:
    """A finding at a row of a request."""
    file = context.files.get(Slot(row.unit, row.period, "")) or records.name(KIND, row.unit, row.period)
    return Finding(
        rule=code,
        unit=row.unit,
        period=row.period,
        file=file,
        row=row.row,
        column=column,
        value=shown[0],
        expected=shown[1],
        difference=difference,
        on=on or f"{row.period}-01-01",
        params=params,
    )
