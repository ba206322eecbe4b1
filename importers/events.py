"""The events form: delegations, conferences and congresses of a month, each with its code, days and head count.

Guarantees: a code means one event of the unit, whatever the month, so that vouchers and trips that name it belong to
one thing; an event stands in the month it begins in; every event has people.
"""

from __future__ import annotations

from importers.sheet import Sheet, in_order, in_the_month, known_units, new_number, not_negative, once


def check(sheet: Sheet) -> None:
    """G01 code twice, G02 code of another month, G03/F62 month, G04 days, G05 cost, G06 unit, G11 nobody."""
    once(sheet, "event")
    new_number(sheet, "event", within_the_year=False)
    in_the_month(sheet, "first_day")
    in_order(sheet, "first_day", "last_day")
    not_negative(sheet, "planned_cost")
    known_units(sheet, "host", "served")
    for row in sheet.rows:
        if row.number("heads") < 1:
            sheet.refuse("G11", row, "heads", "0", "≥ 1")
