"""Parameters that change from day to day, asked once per day and answered for all rows at once.

Guarantees: each row is judged by what was in force on its own posting date; a day for which the regulations have
nothing is left out, so that nobody is held to a rule that was not there yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

import numpy as np

from ledger.regulations import NotInForceError
from plugins.columns import Columns, Flags

T = TypeVar("T")


def by_day(mine: Columns, asked: Flags, ask: Callable[[date], T]) -> Iterator[tuple[T, Flags]]:
    """What was in force, and the rows on whose days it was, in order of time.

    Args:
        mine: the postings.
        asked: the rows in question.
        ask: asks the regulations for a day; `NotInForceError` leaves the day out.
    """
    codes, texts = mine.coded("date")
    found: list[tuple[T, list[str]]] = []
    for day in sorted(texts[code] for code in np.unique(codes[asked]).tolist()):
        try:
            value = ask(date.fromisoformat(day))
        except NotInForceError:
            continue
        days = next((days for known, days in found if known == value), None)
        if days is None:
            found.append((value, days := []))
        days.append(day)
    for value, days in found:
        yield value, asked & mine.equal("date", *days)
