"""The commitments form: contracts of a month, each change on one budget line of one budget year.

Guarantees: a contract line is signed once, before it is raised, reduced or closed, and stays with its supplier; what is
committed is never below 0, below what was paid by that day, or above the value of the contract; later months that a
file would break are named. Whether the money is free is the rules' business (E12), with the payments (E13, E14).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from importers.judging import consequences, new_errors
from importers.sheet import Sheet, finding, in_the_month, place
from ledger import records
from ledger.findings import Finding
from ledger.money import money
from ledger.records import Record
from ledger.vietnamese import date_vi
from plugins import rule
from plugins.commitments import DECREASE, KIND, MORE, SIGN, Key, compared, key_of, named_uses, spelled

__all__ = ["KIND", "chained", "check", "judged", "paid_in"]

RULES = ("E12", "E13", "E14")
"""What the book is judged by as it would be with the file."""

OF_THE_ROWS = ("E12",)
"""Those that rows of the file that could not be read do not make wrong."""

Paid = Callable[[Key, str], int]
"""What was paid and advanced for a contract line up to an ISO day, whole đồng."""


class Contract(NamedTuple):
    """A contract as its rows have made it so far."""

    first: Record
    committed: dict[Key, int]
    """By contract line, whole đồng."""
    total: int
    """Value of the whole contract as it was last stated; 0: never."""


def check(sheet: Sheet) -> None:
    """G71 twice, G03/F62 month, G04 last day, G77 budget year, G78 unknown code, G79 sign of an amount."""
    _once(sheet)
    in_the_month(sheet, "day")
    for row in sheet.rows:
        day, until = row.texts["day"], row.texts["until"]
        if until and until < day:
            sheet.refuse("G04", row, "until", date_vi(until), f"≥ {date_vi(day)}")
        _year(sheet, row)
        _codes(sheet, row)
        _signs(sheet, row)


def chained(rows: Iterable[Record], paid: Paid, without: Collection[str] = ()) -> list[Finding]:
    """What the rows of a contract say of each other: G72 not signed, G73 signed again, G74 other, G75, G76 amounts.

    Args:
        rows: of one unit, of all periods.
        paid: what was paid for a contract line up to a day.
        without: contracts of which a row could not be read or was refused; nothing is concluded about them.
    """
    left_out = {spelled(number) for number in without}
    contracts: dict[str, Contract] = {}
    found: list[Finding] = []
    for row in sorted(rows, key=_order):
        number = spelled(row.texts["contract"])
        if number in left_out:
            continue
        told = list(_against(row, contracts.get(number), paid))
        found += told
        if not told:
            contracts[number] = _with(row, contracts.get(number))
    return found


def paid_in(sheet: Sheet) -> Paid:
    """What the unit's ledger has paid for each contract line, the rows of this file counted in."""
    uses = named_uses(_context(sheet, [*sheet.sound]))
    found: dict[Key, list[tuple[str, int]]] = {}
    for key, day, used in zip(uses.keys, uses.dates, uses.used.tolist(), strict=True):
        found.setdefault(compared(key), []).append((day, used))
    return lambda key, day: sum(used for on, used in found.get(key, ()) if on <= day)


def judged(sheet: Sheet) -> list[Finding]:
    """What the rules say of the unit with these rows: own findings go to the sheet, F63 and its causes come back."""
    book, slot, day = sheet.request.book, sheet.slot, sheet.request.today
    refused = {one.row for one in sheet.findings}
    rows = [row for row in sheet.sound if row.row not in refused]
    whole = sheet.whole and len(rows) == len(sheet.rows)
    found = rule.run(_context(sheet, rows), RULES if whole else OF_THE_ROWS).findings
    sheet.findings += [replace(one, file="") for one in found if one.file == slot.journal]
    if not whole:
        return []
    others = [_named(sheet, one) for one in found if one.file != slot.journal]
    broken = new_errors(others, lambda: rule.run(rule.context(book, slot.unit, day=day), RULES).findings)
    return consequences(broken, slot)


def _context(sheet: Sheet, rows: list[Record]) -> rule.Context:
    """The unit's book as it would be with these rows in the slot."""
    slot = sheet.slot
    given = {(slot.kind, slot.unit, slot.period.text): rows}
    return rule.context(sheet.request.book, slot.unit, day=sheet.request.today, given=given)


def _named(sheet: Sheet, found: Finding) -> Finding:
    """A finding in another month of this register names the form's column, as one in a voucher names its own."""
    of_this_kind = found.file.startswith(f"{records.FOLDER}{KIND}/")
    return replace(found, column=sheet.slot.layout.by_key[found.column].vi) if of_this_kind else found


def _order(row: Record) -> tuple[str, str, int]:
    return row.texts["day"], row.period, row.row


def _line(row: Record) -> str:
    """The contract line of a row for people."""
    return _text(key_of(row))


def _once(sheet: Sheet) -> None:
    """G71 for a row that says the same contract line, day and change as a row before it."""
    seen: dict[tuple[str, ...], int] = {}
    for row in sheet.rows:
        key = (*compared(key_of(row)), row.texts["day"], row.texts["change"])
        if key in seen:
            sheet.refuse("G71", row, "contract", row.texts["contract"], str(seen[key]), line=_line(row))
        seen.setdefault(key, row.row)


def _year(sheet: Sheet, row: Record) -> None:
    """G77: money is committed of this year's or the next year's budget, and given free of last year's too."""
    year = sheet.slot.period.year
    years = [year, year + 1] if row.texts["change"] in MORE else [year - 1, year, year + 1]
    if row.texts["budget_year"] not in {str(one) for one in years}:
        sheet.refuse("G77", row, "budget_year", row.texts["budget_year"], ", ".join(map(str, years)))


def _codes(sheet: Sheet, row: Record) -> None:
    """G78 for a code that the budget index of the budget year does not have."""
    index, year, item = sheet.request.book.index, int(row.texts["budget_year"]), row.texts["item"]
    known = {
        "source": index.source(row.texts["source"], year),
        "clause": index.clause(row.texts["clause"], year),
        "item": index.item(item, year) or index.group(item, year) if item else True,
    }
    for column, one in known.items():
        if not one:
            sheet.refuse("G78", row, column, row.texts[column], year=str(year))


def _signs(sheet: Sheet, row: Record) -> None:
    """G79: signing and raising commit money, reducing gives it free, closing may leave nothing to give."""
    amount, total, change = row.number("amount"), row.number("total"), row.texts["change"]
    if change in MORE and amount <= 0:
        sheet.refuse("G79", row, "amount", money(amount), "> 0")
    if change == DECREASE and amount >= 0:
        sheet.refuse("G79", row, "amount", money(amount), "< 0")
    if change not in {*MORE, DECREASE} and amount > 0:
        sheet.refuse("G79", row, "amount", money(amount), "≤ 0")
    if total < 0 or (change == SIGN and total == 0):
        sheet.refuse("G79", row, "total", money(total), "> 0")


def _against(row: Record, contract: Contract | None, paid: Paid) -> Iterator[Finding]:
    """What is wrong with a row after the rows of its contract that came before; one finding explains the others."""
    change, number = row.texts["change"], row.texts["contract"]
    if contract is None and change != SIGN:
        yield finding("G72", row, "change", number)
    elif contract is None or not (told := list(_other(row, contract))):
        held = contract.committed.get(compared(key_of(row)), 0) if contract else 0
        yield from _amounts(row, contract)
        if row.number("amount") < 0:
            yield from _reduced(row, held, paid(compared(key_of(row)), row.texts["day"]))
    else:
        yield from told


def _other(row: Record, contract: Contract) -> Iterator[Finding]:
    """G73 signed on this line already, G74 another supplier or line than it was signed with."""
    first, change, number = contract.first, row.texts["change"], row.texts["contract"]
    known = compared(key_of(row)) in contract.committed
    if spelled(row.texts["supplier"]) != spelled(first.texts["supplier"]):
        shown = (row.texts["supplier"], first.texts["supplier"])
        yield finding("G74", row, "supplier", *shown, contract=number, other=place(first))
    elif change == SIGN and known:
        yield finding("G73", row, "change", number, line=_line(row), other=place(first))
    elif change != SIGN and not known:
        lines = ", ".join(map(_text, contract.committed))
        yield finding("G74", row, "item", _line(row), lines, contract=number, other=place(first))


def _amounts(row: Record, contract: Contract | None) -> Iterator[Finding]:
    """G76: more is committed, of all lines and years together, than the contract is worth."""
    before = sum(contract.committed.values()) if contract else 0
    total, amount = row.number("total") or (contract.total if contract else 0), row.number("amount")
    if amount > 0 and before + amount > total:
        shown = (money(amount), f"≤ {money(total - before)}")
        over = before + amount - total
        yield finding("G76", row, "amount", *shown, contract=row.texts["contract"], total=total, difference=over)


def _reduced(row: Record, held: int, paid: int) -> Iterator[Finding]:
    """G75: less stays committed than nothing, or than was paid by that day."""
    amount, least = row.number("amount"), max(0, paid)
    if held + amount < least:
        shown = (money(amount), f"≥ {money(least - held)}")
        number, short = row.texts["contract"], held + amount - least
        yield finding("G75", row, "amount", *shown, difference=short, contract=number, committed=held, paid=least)


def _with(row: Record, contract: Contract | None) -> Contract:
    """The contract after one more row."""
    held, total = (contract.committed, contract.total) if contract else ({}, 0)
    key = compared(key_of(row))
    committed = {**held, key: held.get(key, 0) + row.number("amount")}
    return Contract(contract.first if contract else row, committed, row.number("total") or total)


def _text(key: Key) -> str:
    """A contract line for people: `2026 · 13-351-6955`."""
    _, year, *parts, _ = key
    return f"{year} · {'-'.join(part for part in parts if part)}"
