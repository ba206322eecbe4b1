"""The carry-over form: what a unit asks to keep of a closed year, before the rules judge category and amount.

Guarantees: every row says an amount, a line of the budget index of the closed year, and papers that are whole (a number
with its day) and not of tomorrow; nothing is asked for of a year that a year-end run has closed for the unit. Whether
the law has the category and whether so much is left is the rules' business (E19, E20).
"""

from __future__ import annotations

from datetime import date

from importers.sheet import Sheet
from ledger.estimates import read as read_estimates
from ledger.estimates import register_name
from ledger.money import money
from ledger.records import Record
from ledger.vietnamese import date_vi
from plugins.execution import ENDED

PAPERS = (("contract", "contract_day"), ("decision", "decision_day"))
"""Number and day of each paper."""
DIMENSIONS = ("source", "clause", "item")
AUTONOMY = "autonomy"
BY_LAW = frozenset({"service_unit"})
"""Kinds of units that category 4 of the law names."""


def check(sheet: Sheet) -> None:
    """G01 twice, G83 code, G84 amount, G85 half a paper, G86 paper of tomorrow, G87 closed year, G88 category 4."""
    _once(sheet)
    _closed(sheet)
    for row in sheet.rows:
        _codes(sheet, row)
        if row.number("amount") <= 0:
            sheet.refuse("G84", row, "amount", money(row.number("amount")), "> 0")
        for number, day in PAPERS:
            _paper(sheet, row, number, day)
    _party_autonomy(sheet)


def _once(sheet: Sheet) -> None:
    """G01 for a row that asks for the same line, category and paper as a row before it."""
    seen: dict[tuple[str, ...], int] = {}
    for row in sheet.rows:
        line = [row.texts[name] for name in (*DIMENSIONS, "programme")]
        key = (*line, *(row.texts[name] for name in ("form", "category", "contract", "decision")))
        if key in seen:
            sheet.refuse("G01", row, "source", "-".join(part for part in line if part), str(seen[key]))
        seen.setdefault(key, row.row)


def _codes(sheet: Sheet, row: Record) -> None:
    """G83 for a code that the budget index of the closed year does not have."""
    index, year, item = sheet.request.book.index, sheet.slot.period.year, row.texts["item"]
    known = {
        "source": index.source(row.texts["source"], year),
        "clause": index.clause(row.texts["clause"], year),
        "item": index.item(item, year) or index.group(item, year),
    }
    for column, found in known.items():
        if row.texts[column] and found is None:
            sheet.refuse("G83", row, column, row.texts[column], year=str(year))


def _paper(sheet: Sheet, row: Record, number: str, day: str) -> None:
    """G85 a number without its day or a day without its number, G86 a day after today."""
    said, on = row.texts[number], row.texts[day]
    if bool(said) != bool(on):
        empty, given = (day, said) if said else (number, date_vi(on))
        sheet.refuse("G85", row, empty, "", given)
    if on > sheet.request.today:
        sheet.refuse("G86", row, day, date_vi(on), f"≤ {date_vi(sheet.request.today)}")


def _closed(sheet: Sheet) -> None:
    """G87 once when a year-end run that stands has closed the year for the unit."""
    if sheet.held.get(sheet.slot.period.text) == sheet.rows:
        return  # What the book holds already is looked at once more (certified, checked again), nothing is asked for.
    year = str(sheet.slot.period.year)
    name = register_name(year)
    sums: dict[str, int] = {}
    for line in read_estimates(sheet.request.book.read(name), name):
        if line.unit == sheet.slot.unit and line.kind in ENDED:
            number = line.reverses or line.decision
            sums[number] = sums.get(number, 0) + abs(line.amount) * (-1 if line.reverses else 1)
    standing = [number for number, amount in sums.items() if amount]
    if standing and sheet.rows:
        sheet.refuse("G87", sheet.rows[0], "amount", year, decision=", ".join(standing))


def _party_autonomy(sheet: Sheet) -> None:
    """G88 once where a Party body asks under the category that the law gives to state agencies and service units."""
    book, day = sheet.request.book, sheet.slot.period.last_day
    unit = book.units.get(sheet.slot.unit, day) or book.units.get(sheet.slot.unit)
    key = "year_end.party_autonomy"
    confirmed = book.regulations.parameter(key).entry(date.fromisoformat(day), None)
    row = next((row for row in sheet.rows if row.texts["category"] == AUTONOMY), None)
    if row is not None and confirmed is None and unit is not None and unit.kind not in BY_LAW:
        doubts = {f"doubt_{language}": book.regulations.missing(key, language) for language in ("vi", "en")}
        sheet.note("G88", row, "category", row.texts["category"], **doubts)
