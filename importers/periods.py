"""Periods as people write them: `2026-03` a month, `2026-13` the January adjustment period, `2026` a year.

Guarantees: a text that has not the shape of a period is a wrong call (`UsageProblem`); one that has it but names no
period (month 00 or 14) is a `Period` with `exists` False, so that it becomes a finding.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

from ledger.errors import UsageProblem

ADJUSTMENT = 13
_SHAPE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")


class BadPeriodError(UsageProblem):
    """The text has not the shape of a period."""

    template = "{value} is not a period: write a month 2026-03, the adjustment period 2026-13 or a year 2026"

    def __init__(self, value: str) -> None:
        super().__init__(value=value)


@dataclass(frozen=True, slots=True)
class Period:
    """A month, an adjustment period, or a year."""

    text: str
    year: int
    month: int
    """1 to 12, 13 for the adjustment period, 0 for a whole year."""
    exists: bool = True

    @classmethod
    def read(cls, text: str) -> Period:
        """Read a period.

        Raises:
            BadPeriodError: the text has another shape.
        """
        match = _SHAPE.fullmatch(text)
        if match is None:
            raise BadPeriodError(text)
        year, month = int(match[1]), int(match[2] or 0)
        exists = 2000 <= year <= 2099 and (match[2] is None or 1 <= month <= ADJUSTMENT)  # noqa: PLR2004 - a century
        return cls(text, year, month, exists)

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year (estimates, opening balances)."""
        return len(self.text) == len("2026")

    @property
    def first_day(self) -> str:
        """First day of the postings, ISO; the adjustment period's only day is 31 December."""
        month = min(self.month or 1, 12)
        return f"{self.year}-12-31" if self.month == ADJUSTMENT else f"{self.year}-{month:02}-01"

    @property
    def last_day(self) -> str:
        """Last day of the postings, ISO."""
        month = min(self.month or 12, 12)
        return f"{self.year}-{month:02}-{monthrange(self.year, month)[1]}"

    @property
    def opens(self) -> str:
        """First day, ISO, on which it can be handed in: the adjustment period begins after its year."""
        return f"{self.year + 1}-01-01" if self.month == ADJUSTMENT else self.first_day
