"""The clock: Vietnam's time, whole seconds, and a practice clock that stands still."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.clock import VIETNAM, Clock, last_second, local, parse_day, parse_moment
from ledger.errors import BadTimeError


def test_the_day_begins_in_vietnam_not_in_london() -> None:
    clock = Clock(lambda: datetime(2026, 3, 4, 17, 0, 0, 999_999, tzinfo=UTC))

    assert clock.now().isoformat() == "2026-03-05T00:00:00+07:00"
    assert clock.today() == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-16", "2026-11-16T08:00:00+07:00"),
        (date(2026, 11, 16), "2026-11-16T08:00:00+07:00"),
        ("2026-11-16T09:30:00", "2026-11-16T09:30:00+07:00"),
        (datetime(2026, 11, 16, 1, tzinfo=UTC), "2026-11-16T08:00:00+07:00"),
    ],
)
def test_a_practice_clock_stands_still(moment: str | date, shown: str) -> None:
    clock = Clock.fixed(moment)

    assert clock.now() == clock.now()
    assert clock.now().isoformat() == shown


def test_the_system_clock_goes() -> None:
    assert abs(Clock.system().now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_moment_without_a_zone_is_a_wrong_call() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local(datetime(2026, 1, 1))  # noqa: DTZ001 - the point


@pytest.mark.parametrize("text", ["", "05/03/2026", "2026-3-5", "20260305", "2026-W10-4", "2026-02-30", "nay"])
def test_only_iso_days_are_days(text: str) -> None:
    with pytest.raises(BadTimeError):
        parse_day(text)


@pytest.mark.parametrize("text", ["", "2026-03-05", "2026-03-05 10:00:00", "T10:00", "2026-03-05T25:00:00"])
def test_only_iso_moments_are_moments(text: str) -> None:
    with pytest.raises(BadTimeError):
        parse_moment(text)


def test_the_last_second_of_a_day_is_its_end_in_vietnam() -> None:
    assert last_second("2026-03-05") == last_second(date(2026, 3, 5))
    assert last_second("2026-03-05") == datetime(2026, 3, 5, 23, 59, 59, tzinfo=VIETNAM)
    assert last_second("2026-03-05T10:00:00Z").isoformat() == "2026-03-05T17:00:00+07:00"
