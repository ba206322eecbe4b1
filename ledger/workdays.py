"""Working days: Monday to Friday without the public holidays of the province's own table.

Guarantees: the table `calendar.holidays` decides, on the day that is asked about; days are dates, both ends of a
holiday belong to it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.regulations import Regulations

HOLIDAYS = "calendar.holidays"
SATURDAY = 5


def is_working_day(regulations: Regulations, day: date) -> bool:
    """Whether offices work on a day."""
    text = day.isoformat()
    rows = regulations.rows(HOLIDAYS, day)
    return day.weekday() < SATURDAY and not any(str(row["first"]) <= text <= str(row["last"]) for row in rows)


def after(regulations: Regulations, day: date, working_days: int) -> date:
    """The last day of a term of so many working days that begins on the day after `day`."""
    for _ in range(working_days):
        day += timedelta(days=1)
        while not is_working_day(regulations, day):
            day += timedelta(days=1)
    return day
