"""The one place that knows what time it is.

Guarantees: every moment is aware, in Vietnam's time (+07:00, no summer time) and whole seconds, as Git
keeps it; a practice book's clock stands still, so that everything shown from it can be reproduced.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone

from ledger.errors import BadTimeError

VIETNAM = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh as a fixed offset: the country has had no other since 1975."""


class Clock:
    """Tells the time of one book."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    @classmethod
    def system(cls) -> Clock:
        """The clock of the machine, for a real book."""
        return cls(lambda: datetime.now(UTC))

    @classmethod
    def fixed(cls, moment: datetime | date | str) -> Clock:
        """A clock that stands still, for a practice book; a day without a time stands at 08:00."""
        if isinstance(moment, str):
            moment = parse_day(moment) if "T" not in moment else parse_moment(moment)
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(8), VIETNAM)
        still = local(moment)
        return cls(lambda: still)

    def now(self) -> datetime:
        """The moment, aware, in Vietnam's time, whole seconds."""
        return local(self._now())

    def today(self) -> date:
        """The day in Vietnam."""
        return self.now().date()


def local(moment: datetime) -> datetime:
    """The same moment in Vietnam's time, whole seconds (cut, not rounded).

    Raises:
        ValueError: the moment has no time zone: it would be a guess.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be placed")
    return moment.astimezone(VIETNAM).replace(microsecond=0)


def parse_day(text: str) -> date:
    """`2026-03-05` as a day.

    Raises:
        BadTimeError: any other form.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadTimeError(text) from None
    if day.isoformat() != text:
        raise BadTimeError(text)
    return day


def parse_moment(text: str) -> datetime:
    """ISO date and time; without an offset it is Vietnam's time.

    Raises:
        BadTimeError: any other form.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadTimeError(text) from None
    if "T" not in text:
        raise BadTimeError(text)
    return local(moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM))


def last_second(moment: str | date) -> datetime:
    """A moment as it is; of a day its last second in Vietnam. Both may be given as ISO text.

    Raises:
        BadTimeError: a text of any other form.
    """
    if isinstance(moment, str):
        moment = parse_moment(moment) if "T" in moment else parse_day(moment)
    return local(moment) if isinstance(moment, datetime) else datetime.combine(moment, time(23, 59, 59), VIETNAM)
