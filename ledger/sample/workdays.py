"""Days on which offices work: vouchers are dated on these.

Weekends and the main public holidays of 2025 and 2026 are left out (days in lieu are not modelled: practice data).
"""

from __future__ import annotations

from datetime import date, timedelta

_TET = ((date(2025, 1, 25), date(2025, 2, 2)), (date(2026, 2, 14), date(2026, 2, 22)))
_FIXED = ((1, 1), (4, 30), (5, 1), (9, 1), (9, 2))


def is_workday(day: date) -> bool:
    """Whether offices work on the day."""
    festive = any(first <= day <= last for first, last in _TET)
    return day.weekday() < 5 and not festive and (day.month, day.day) not in _FIXED  # noqa: PLR2004 - Monday is 0


def workday(year: int, month: int, day: int) -> date:
    """The first working day from this day on, within the month; at its end, the last one before."""
    wanted = date(year, month, min(day, last_day(year, month).day))
    later = wanted
    while not is_workday(later):
        later += timedelta(days=1)
    return later if later.month == month else before(wanted)


def before(day: date) -> date:
    """The last working day before this day."""
    day -= timedelta(days=1)
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def last_day(year: int, month: int) -> date:
    """The month's last day."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
