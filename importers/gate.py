"""Whether a slot is open: does the unit exist, keep books, and is this a period it can hand in today.

Guarantees: everything that is wrong with unit and period is told without looking at the file; a slot that passes is
one that the unit is expected to fill. What stands in the slot is judged elsewhere.
"""

from __future__ import annotations

from importers.periods import ADJUSTMENT
from importers.slots import Slot
from ledger import records
from ledger.book import Book
from ledger.findings import Finding
from ledger.vietnamese import date_vi

AT_THE_END = frozenset({"carryover", "dues", "treasury"})
"""Kinds that tell how things stand when the period is over; the others may be handed in from its first day."""

AHEAD = frozenset({"estimates", "requests"})
"""Kinds of a coming year: they are handed in from the first day of the year before it."""


def closed(book: Book, slot: Slot, today: str) -> list[Finding]:
    """Why nothing can be handed in for this slot, or an empty list.

    Args:
        book: the book.
        slot: unit, period, kind.
        today: the day of the submission, ISO.

    Returns:
        F50 unknown unit, F51 keeps no books, F52 not yet or F53 no longer a unit then, F54 no such period, F55 in the
        future, F56 wrong length of period, F64 opening after vouchers, F65 before the opening.
    """
    findings = [*_unit(book, slot), *_period(slot, today)]
    if not findings and slot.kind != "estimates" and slot.kind not in records.KINDS:
        findings = _opening(book, slot)
    return findings


def _unit(book: Book, slot: Slot) -> list[Finding]:
    row = book.units.get(slot.unit)
    if row is None:
        known = sorted({unit.unit for unit in book.units if unit.keeps_books})
        return [Finding("F50", value=slot.unit, expected=", ".join(known))]
    if not row.keeps_books:
        return [Finding("F51", value=slot.unit, params={"name_vi": row.name_vi, "name_en": row.name_en})]
    if not slot.period.exists or book.units.get(slot.unit, slot.period.last_day):
        return []
    rows = [unit for unit in book.units if unit.unit == slot.unit]
    start = min(unit.valid_from for unit in rows)
    if slot.period.last_day < start:
        return [Finding("F52", value=slot.period.text, expected=f"≥ {date_vi(start)}")]
    end = max((unit.valid_to for unit in rows if unit.valid_to < slot.period.last_day), default="")
    if book.units.get(slot.unit, slot.period.first_day):
        return []
    successor = next((unit.successor for unit in rows if unit.valid_to == end), "")
    return [
        Finding("F53", value=slot.period.text, expected=f"≤ {date_vi(end)}", params={"successor": successor or "—"})
    ]


def _period(slot: Slot, today: str) -> list[Finding]:
    period = slot.period
    if not period.exists:
        return [Finding("F54", value=period.text)]
    wrong_month = period.month == ADJUSTMENT and slot.kind in records.KINDS
    if period.span != slot.layout.span or wrong_month:
        names: dict[str, str | int] = {"kind": slot.layout.vi, "kind_en": slot.layout.en}
        return [Finding("F56", value=period.text, expected=_shape(slot), params=names)]
    opens = _opens(slot)
    return [Finding("F55", value=period.text, expected=f"≥ {date_vi(opens)}")] if today < opens else []


def _shape(slot: Slot) -> str:
    """The periods of the slot's year that its kind is handed in for."""
    year = slot.period.year
    if slot.layout.span == "month":
        return f"{year}-01 … {year}-{12 if slot.kind in records.KINDS else ADJUSTMENT}"
    return f"{year}-Q1 … {year}-Q4" if slot.layout.span == "quarter" else str(year)


def _opens(slot: Slot) -> str:
    """First day, ISO, on which the slot can be filled."""
    if slot.kind in AHEAD:
        # Next year's estimate is asked for and decided before that year begins.
        return f"{slot.period.year - 1}-01-01"
    return slot.period.last_day if slot.kind in AT_THE_END else slot.period.opens


def _opening(book: Book, slot: Slot) -> list[Finding]:
    """An opening is handed in for the first year only, and nothing before it."""
    table = book.postings([slot.unit])
    year = str(slot.period.year)
    if slot.kind == "opening":
        handed_in = table["entry"].isin(["voucher", "opening"])
        earlier = sorted(y for y in set(table.loc[handed_in, "period"].str[:4]) if y < year)
        return [Finding("F64", value=slot.period.text, expected=earlier[0])] if earlier else []
    openings = set(table.loc[table["entry"] == "opening", "period"])
    first = min(openings, default=year)[:4]
    return [Finding("F65", value=slot.period.text, expected=f"≥ {first}")] if year < first else []
