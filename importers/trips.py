"""The trips form: vehicle trips of a month, with the odometer on leaving and on return.

Guarantees: for one vehicle the odometer never runs backwards and no two trips overlap, in the file and against every
accepted month; kilometres between two trips that no trip accounts for are told. A vehicle is known by the letters and
digits of its number plate or asset code, however they are separated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from importers.sheet import Sheet, finding, in_order, in_the_month, known_units, new_number, once, place
from ledger import records
from ledger.findings import Finding
from ledger.money import money
from ledger.records import Record
from ledger.vietnamese import date_vi


def check(sheet: Sheet) -> None:
    """G01 order twice, G02 order of another month, G03/F62 month, G04 days, G06 unit, G12 km, G16 unknown event."""
    once(sheet, "order")
    new_number(sheet, "order", within_the_year=True)
    in_the_month(sheet, "day_out")
    in_order(sheet, "day_out", "day_back")
    known_units(sheet, "user")
    for row in sheet.rows:
        out, back = row.number("km_out"), row.number("km_back")
        if back < out:
            sheet.refuse("G12", row, "km_back", money(back), f"≥ {money(out)}", difference=back - out)
    _events(sheet)


def chained(rows: Iterable[Record], *, whole: bool) -> list[Finding]:
    """What trips of one vehicle say of each other: G13 overlap, G14 odometer backwards, G15 kilometres without a trip.

    Args:
        rows: trips of a unit, of all periods.
        whole: whether no row of the file is missing; else a gap may be a trip that could not be read.
    """
    vehicles: dict[str, list[Record]] = {}
    for row in rows:
        vehicles.setdefault(vehicle(row), []).append(row)
    found = [told for trips in vehicles.values() for told in _one_vehicle(sorted(trips, key=_order))]
    return found if whole else [told for told in found if told.rule != "G15"]


def vehicle(row: Record) -> str:
    """The vehicle's plate or asset code as it is compared: letters and digits alone."""
    return "".join(sign for sign in row.texts["vehicle"].casefold() if sign.isalnum())


def _order(row: Record) -> tuple[str, int, str]:
    return row.texts["day_out"], row.number("km_out"), row.texts["day_back"]


def _one_vehicle(trips: Sequence[Record]) -> Iterator[Finding]:
    """Each trip against the one before it; an overlap explains what the odometer says, so it is told alone."""
    longest = trips[0]
    for before, trip in pairwise(trips):
        back = longest.texts["day_back"]
        out, meter = trip.number("km_out"), before.number("km_back")
        names = {"vehicle": trip.texts["vehicle"], "order_before": before.texts["order"], "other": place(before)}
        if trip.texts["day_out"] < back:
            names |= {"order_before": longest.texts["order"], "other": place(longest)}
            day = date_vi(trip.texts["day_out"])
            yield finding("G13", trip, "day_out", day, f"≥ {date_vi(back)}", **names)
        elif out != meter:
            code, expected = ("G14", f"≥ {money(meter)}") if out < meter else ("G15", money(meter))
            yield finding(code, trip, "km_out", money(out), expected, difference=out - meter, **names)
        longest = max(longest, trip, key=lambda one: one.texts["day_back"])


def _events(sheet: Sheet) -> None:
    """G16 once per event that no register of events has (yet)."""
    named = {row.texts["event"] for row in sheet.rows if row.texts["event"]}
    if not named:
        return
    known = {row.texts["event"] for row in records.of_all(sheet.request.book, "events")}
    for row in sheet.rows:
        event = row.texts["event"]
        if event in named - known:
            sheet.note("G16", row, "event", event)
            named.discard(event)
