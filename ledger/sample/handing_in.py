"""Who hands in which file on which day: the manifest's rows, in order of time.

Guarantees: every submission stands once; a unit's periods come in order; the person is the unit's accountant of
that day by the register of people; times lie in working hours (+07:00).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from ledger.sample import chance
from ledger.sample.workdays import is_workday, workday

REGISTERS = Path(__file__).parent / "registers"

LATE = {
    ("XA02", "2025-06"): date(2025, 7, 16),
    ("XA04", "2025-11"): date(2025, 12, 15),
    ("BNC", "2026-02"): date(2026, 3, 13),
    ("BAO", "2026-05"): date(2026, 6, 18),
    ("XA03", "2026-06"): date(2026, 7, 22),
}
"""Months that came after the 10th."""

COLUMNS = ("order", "unit", "period", "kind", "file", "person", "at", "expect", "replace", "reason")


@dataclass(frozen=True)
class Handing:
    """One line of the manifest, before its number."""

    unit: str
    period: str
    kind: str
    file: str
    at: str
    expect: str = "accepted"
    replace: str = ""
    reason: str = ""
    """Why it replaces what was handed in before."""


def month_time(unit: str, period: str, *, minute: int = 0) -> str:
    """When a unit hands in a month: the 5th to 9th of the next month, or later where it is late."""
    year, month = int(period[:4]), int(period[5:])
    if month > 12:  # noqa: PLR2004 - the adjustment period
        return moment(workday(year + 1, 2, 2 + chance.number(0, 2, unit, period)), minute, unit, period)
    year, month = year + month // 12, month % 12 + 1
    day = LATE.get((unit, period)) or workday(year, month, 5 + chance.number(0, 2, unit, period))
    return moment(day, minute, unit, period)


def opening_time(unit: str) -> str:
    """When a unit hands in its opening balances of 2025."""
    return moment(workday(2025, 1, 13 + chance.number(0, 4, unit, "opening")), 0, unit, "opening")


def moment(day: date, minute: int, *question: object) -> str:
    """A time in working hours; `minute` puts files of one day in order."""
    while not is_workday(day):
        day += timedelta(days=1)
    start = chance.number(8 * 60, 16 * 60, "time", *question) + minute
    second = chance.number(0, 59, "second", *question)
    return f"{day.isoformat()}T{start // 60:02}:{start % 60:02}:{second:02}+07:00"


def manifest(handings: list[Handing]) -> list[dict[str, str]]:
    """The manifest's rows."""
    ordered = sorted(handings, key=lambda handing: (handing.at, handing.unit, handing.file))
    return [
        {
            "order": str(number),
            "unit": handing.unit,
            "period": handing.period,
            "kind": handing.kind,
            "file": handing.file,
            "person": accountant(handing.unit, handing.at[:10]),
            "at": handing.at,
            "expect": handing.expect,
            "replace": handing.replace,
            "reason": handing.reason,
        }
        for number, handing in enumerate(ordered, start=1)
    ]


def accountant(unit: str, on: str) -> str:
    """The unit's accountant on a day.

    Raises:
        LookupError: the register names none.
    """
    for row in _people():
        in_force = row["valid_from"] <= on and (not row["valid_to"] or on <= row["valid_to"])
        if row["role"] == "accountant" and unit in row["units"].split() and in_force:
            return row["person"]
    raise LookupError(f"no accountant of {unit} on {on}")


@cache
def _people() -> tuple[dict[str, str], ...]:
    with (REGISTERS / "people.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))
