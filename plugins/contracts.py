"""Rules on contracts: E12 committed beyond what is free, E13 unknown, E14 paid beyond, E15 large and without one.

Guarantees: fail closed (a commitment without an estimate line is beyond what is free, a contract nobody registered is
no contract); a commitment is judged at the end of its day against the decisions, uses and commitments up to that day,
a payment against what its contract line commits on that day. The arithmetic is that of `plugins.commitments`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from ledger import records
from ledger.budget_index import BudgetIndex
from ledger.findings import Finding
from ledger.money import money
from ledger.records import Record
from ledger.regulations import Entry
from ledger.vietnamese import date_vi
from plugins import overrides
from plugins.columns import Flags, Sums
from plugins.commitments import KEY, KIND, MORE, Key, balances, compared, key_of, named_uses, register, spelled
from plugins.context import Context
from plugins.dated import by_day
from plugins.estimate_days import days_of, uses_of
from plugins.execution import NO_LINE, POT, Line, Lines
from plugins.rule import Checked, rule

THRESHOLD, ITEMS = "commitments.threshold", "commitments.items"
"""Regulations: from which amount (whole đồng) a payment needs a contract, and for which items or groups."""

FILE = ("unit", "period", "book")
VOUCHER = (*FILE, "voucher")


_SUMS = ("date", "committed", "relieved")
_CEILING = KEY.index("programme")
"""Unit, budget year, source, clause and item: the part of a contract line that an override names."""


class Standing(NamedTuple):
    """A budget line at the end of a day, whole đồng."""

    assigned: int
    held: int
    used: int
    committed: int
    """Promised by contract and not yet paid."""

    @property
    def over(self) -> int:
        """How much more is held, used and promised than was assigned."""
        return self.held + self.used + self.committed - self.assigned


@rule("E12")
def commitment_is_free_money(context: Context) -> Checked:
    """On the day a contract is signed or raised, its budget line has the money free."""
    rows = [row for row in register(context) if row.texts["change"] in MORE and _wanted(context, row)]
    if not rows:
        return Checked(0, [])
    standings, findings = _Standings(context), []
    for row in rows:
        line, standing = standings.on(row)
        if standing.over > 0:
            findings.append(_beyond(row, line, standing))
    return Checked(len(rows), findings)


@rule("E13")
def contract_is_registered(context: Context) -> Checked:
    """A voucher names a contract that the unit's register of commitments has."""
    mine, known = context.mine, _numbers(context)
    named = context.in_scope & mine.equal("entry", "voucher") & mine.given("contract")
    findings = [
        context.finding("E13", row, column="contract", value=row.contract, postings=count)
        for place, count in mine.once(named, *FILE, "contract")
        if ((row := mine.row(place)).unit, spelled(row.contract)) not in known
    ]
    return Checked(int(named.sum()), findings)


@rule("E14")
def contract_is_not_overpaid(context: Context) -> Checked:
    """On no day is more paid and advanced for a contract line than was committed up to that day."""
    paid, known = _paid(context), _numbers(context)
    if not paid:
        return Checked(0, [])
    table = context.remember(balances)
    over = table[table["relieved"] > table["committed"]]
    findings, passed, done = [], set[Key](), set[Key]()
    for *parts, day, committed, relieved in zip(*(over[name] for name in (*KEY, *_SUMS)), strict=True):
        key = tuple(parts)
        place = next((place for on, place in paid.get(key, ()) if on <= day), None)
        # A contract that nobody registered is E13; the sum would say nothing more.
        if place is None or key in done or (key[0], spelled(key[-1])) not in known:
            continue
        override = overrides.covering(context, "E14", key[:_CEILING], day)
        covered = override is not None and relieved - committed <= override.cap
        # A document lets the first day pass; after that only what goes beyond its cap is told.
        if not (covered and key in passed):
            findings.append(_overpaid(context, place, key, (day, committed, relieved)))
        (passed if covered else done).add(key)
    return Checked(len(paid), findings)


@rule("E15")
def large_payment_names_a_contract(context: Context) -> Checked:
    """A voucher that pays the threshold or more for goods or services names the contract."""
    mine = context.mine
    asked = context.in_scope & context.remember(uses_of) & ~mine.given("contract")
    count = 0
    findings: list[Finding] = []
    for (entry, items), flags in by_day(mine, asked, partial(_limit, context)):
        at = np.flatnonzero(flags & mine.where("item", _among(items, context.index)))
        count += len(at)
        sums = mine.sums(at, *VOUCHER)
        large = -sums.amounts >= int(entry.value)
        findings += [_without(context, place, entry, -amount) for place, amount in _pairs(sums, large)]
    return Checked(count, findings)


def _wanted(context: Context, row: Record) -> bool:
    return not context.scope_periods or row.period in context.scope_periods


class _Standings:
    """The budget lines of contracts, at the end of any day."""

    def __init__(self, context: Context) -> None:
        self._lines = Lines(context.decisions, context.index)
        self._days = context.remember(days_of)
        self._numbers = {line: number for number, line in enumerate(self._days.keys)}
        table = context.remember(balances)
        columns = (table[name] for name in ("since", "date", "outstanding"))
        self._of_contract: dict[Key, list[tuple[str, str, int]]] = {}
        for key, one in zip(zip(*(table[name] for name in KEY), strict=True), zip(*columns, strict=True), strict=True):
            self._of_contract.setdefault(compared(key), []).append(one)

    def on(self, row: Record) -> tuple[Line, Standing]:
        """The estimate line of a row of the register, at the end of its day.

        A contract without a line has nothing assigned: only what it promises itself stands against that.
        """
        known, day = self._of_contract.get(compared(key_of(row)), []), row.texts["day"]
        named = dict(zip(KEY, key_of(row), strict=True))
        pot = tuple(named[name] for name in POT)
        line = (*pot, self._lines.line(pot, named["item"], known[0][0] if known else day))
        if line[-1] == NO_LINE:
            return line, Standing(0, 0, 0, next((still for _, on, still in reversed(known) if on <= day), 0))
        days = (one for one in self._days.of(self._numbers[line]) if one.date <= day)
        last = max(days, key=attrgetter("date"), default=None)
        return line, Standing(last.assigned, last.held, last.used, last.committed) if last else Standing(0, 0, 0, 0)


def _beyond(row: Record, line: Line, standing: Standing) -> Finding:
    """At the row of the register that commits more than is free."""
    named = row.texts["item"] if line[-1] == NO_LINE else line[-1]
    shown = "-".join(part for part in (*line[2:-1], named) if part)
    return Finding(
        rule="E12",
        unit=row.unit,
        period=row.period,
        file=records.name(KIND, row.unit, row.period),
        row=row.row,
        column="amount",
        value=money(row.number("amount")),
        expected=f"≤ {money(max(0, row.number('amount') - standing.over))}",
        difference=standing.over,
        on=row.texts["day"],
        params={
            "contract": row.texts["contract"],
            "line": shown,
            "year": row.texts["budget_year"],
            "date": date_vi(row.texts["day"]),
            "source": row.texts["source"],
            "clause": row.texts["clause"],
            "item": named,
            **standing._asdict(),
        },
    )


def _overpaid(context: Context, place: int, key: Key, sums: tuple[str, int, int]) -> Finding:
    """At the last use that findings are wanted for, up to the first day on which too much is paid."""
    day, committed, paid = sums
    return context.finding(
        "E14",
        context.mine.row(place),
        column="amount",
        value=money(paid),
        expected=f"≤ {money(committed)}",
        difference=paid - committed,
        contract=key[-1],
        line="-".join(part for part in key[2:6] if part),
        date=date_vi(day),
        **{name: value for name, value in zip(KEY, key, strict=True) if name in {"source", "clause", "item"}},
        year=key[1],
    )


def _without(context: Context, place: int, entry: Entry, amount: int) -> Finding:
    """At the voucher's first use that needs a contract."""
    row = context.mine.row(place)
    return context.finding(
        "E15",
        row,
        column="contract",
        value=money(amount),
        expected=f"< {money(int(entry.value))}",
        item=row.item,
        limit=int(entry.value),
        law_vi=entry.citation("vi"),
        law_en=entry.citation("en"),
    )


def _paid(context: Context) -> dict[Key, list[tuple[str, int]]]:
    """(day, place) of the uses in scope of each contract line, the latest first."""
    named, found = context.remember(named_uses), dict[Key, list[tuple[str, int]]]()
    for key, day, place in zip(named.keys, named.dates, named.at.tolist(), strict=True):
        if context.in_scope[place]:
            found.setdefault(key, []).append((day, place))
    return {key: sorted(uses, reverse=True) for key, uses in found.items()}


def _numbers(context: Context) -> set[tuple[str, str]]:
    """(unit, number as it is compared) of the contracts that the register has."""
    return {(row.unit, spelled(row.texts["contract"])) for row in register(context)}


def _limit(context: Context, on: date) -> tuple[Entry, frozenset[str]]:
    """From which amount, and for which items or groups, payments of a day need a contract."""
    rows = context.regulations.rows(ITEMS, on)
    return context.regulations.entry(THRESHOLD, on), frozenset(str(row["item"]) for row in rows)


def _pairs(sums: Sums, wanted: Flags) -> Iterator[tuple[int, int]]:
    """Place of the first row, and amount, of the groups wanted."""
    return zip(sums.firsts[wanted].tolist(), sums.amounts[wanted].tolist(), strict=True)


def _among(items: frozenset[str], index: BudgetIndex) -> Callable[[str], bool]:
    """Whether an item, or the group it belongs to, is one of these."""
    return lambda item: item in items or index.group_of(item) in items
