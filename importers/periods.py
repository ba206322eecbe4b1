"""Periods as people write them: months `2026-03`, the adjustment period `2026-13`, quarters `2026-Q1`, years `2026`.

Guarantees: a text that has not the shape of a period is a wrong call (`UsageProblem`); one that has it but names no
period (month 00 or 14, quarter 5) is a `Period` with `exists` False, so that it becomes a finding.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Literal

from ledger.errors import UsageProblem

ADJUSTMENT = 13
QUARTERS = 4
_SHAPE = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|Q([0-9])))?")


class BadPeriodError(UsageProblem):
    """The text has not the shape of a period."""

    template = (
        "{value} is not a period: write a month 2026-03, the adjustment period 2026-13, a quarter 2026-Q1 "
        "or a year 2026"
    )

    def __init__(self, value: str) -> None:
        super().__init__(value=value)


@dataclass(frozen=True, slots=True)
class Period:
    """A month, an adjustment period, a quarter, or a year."""

    text: str
    year: int
    month: int
    """1 to 12, 13 for the adjustment period, 0 for a quarter or a whole year."""
    exists: bool = True
    quarter: int = 0
    """1 to 4, 0 for anything else."""

    @classmethod
    def read(cls, text: str) -> Period:
        """Read a period.

        Raises:
            BadPeriodError: the text has another shape.
        """
        match = _SHAPE.fullmatch(text)
        if match is None:
            raise BadPeriodError(text)
        year, month, quarter = int(match[1]), int(match[2] or 0), int(match[3] or 0)
        known = match[2] is None or 1 <= month <= ADJUSTMENT
        known = known and (match[3] is None or 1 <= quarter <= QUARTERS)
        return cls(text, year, month, 2000 <= year <= 2099 and known, quarter)  # noqa: PLR2004 - a century

    @property
    def span(self) -> Literal["month", "quarter", "year"]:
        """How long it is; the adjustment period is handed in like a month."""
        if len(self.text) == len("2026"):
            return "year"
        return "quarter" if "Q" in self.text else "month"

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year (estimates, opening balances, assets)."""
        return self.span == "year"

    @property
    def months(self) -> tuple[str, ...]:
        """The months it covers, as `2026-03`; the adjustment period belongs to December."""
        first, last = self._ends
        return tuple(f"{self.year}-{month:02}" for month in range(first, last + 1))

    @property
    def first_day(self) -> str:
        """First day of the postings, ISO; the adjustment period's only day is 31 December."""
        return f"{self.year}-12-31" if self.month == ADJUSTMENT else f"{self.year}-{self._ends[0]:02}-01"

    @property
    def last_day(self) -> str:
        """Last day of the postings, ISO."""
        month = self._ends[1]
        return f"{self.year}-{month:02}-{monthrange(self.year, month)[1]}"

    @property
    def opens(self) -> str:
        """First day, ISO, on which it can be handed in: the adjustment period begins after its year."""
        return f"{self.year + 1}-01-01" if self.month == ADJUSTMENT else self.first_day

    @property
    def _ends(self) -> tuple[int, int]:
        """First and last month; of a period that does not exist, months that exist."""
        if self.span == "quarter":
            quarter = min(max(self.quarter, 1), QUARTERS)
            return 3 * quarter - 2, 3 * quarter
        return (1, 12) if self.is_year else (min(self.month or 1, 12), min(self.month or 12, 12))
