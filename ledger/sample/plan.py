"""The scenario tables: what comes back every month, what happens once, what units own.

Guarantees: every line of `scenario/*.csv` is read or refused; amounts are whole đồng. Ways to pay: `direct`
(Treasury pays the supplier), `bill` (331, paid next month), `cash` (advance drawn, spent from the box), `staff`
(advance drawn, handed to a person who accounts for it), `office` (the office pays for the committee it serves).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SCENARIO = Path(__file__).parent / "scenario"
WAYS = frozenset({"direct", "bill", "cash", "staff", "office"})

_MONTHS = {"every": tuple(range(1, 13)), "odd": tuple(range(1, 13, 2)), "even": tuple(range(2, 13, 2))}


@dataclass(frozen=True)
class Regular:
    """One line of `regular.csv`; the range is per member of staff when `per_head`."""

    units: tuple[str, ...]
    months: tuple[int, ...]
    day: int
    way: str
    source: str
    clause: str
    item: str
    low: int
    high: int
    step: int
    per_head: bool
    text: str
    supplier: str


@dataclass(frozen=True)
class Once:
    """One line of `once.csv`: something that happens on one day."""

    unit: str
    day: date
    way: str
    source: str
    clause: str
    item: str
    amount: int
    event: str
    text: str
    supplier: str


@dataclass(frozen=True)
class Asset:
    """One line of `assets.csv`. `bought` empty: held at the opening of 2025. `rate` in hundredths of a percent."""

    unit: str
    asset: str
    account: str
    cost: int
    rate: int
    years: int
    """Full years worn before 2025."""
    bought: date | None
    source: str
    clause: str
    item: str
    way: str
    supplier: str
    name: str

    @property
    def yearly(self) -> int:
        """A full year's wear."""
        return self.cost * self.rate // 10_000

    @property
    def worn(self) -> int:
        """Wear accumulated before 2025."""
        return min(self.cost, self.yearly * self.years) if self.bought is None else 0


def table(name: str) -> list[dict[str, str]]:
    """The rows of a scenario file."""
    with (SCENARIO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def regular() -> list[Regular]:
    """What comes back."""
    return [
        Regular(
            units=tuple(row["units"].split()),
            months=_MONTHS.get(row["months"]) or tuple(int(month) for month in row["months"].split()),
            day=int(row["day"]),
            way=_way(row["way"]),
            source=row["source"],
            clause=row["clause"],
            item=row["item"],
            low=int(row["low"]),
            high=int(row["high"]),
            step=int(row["step"]),
            per_head=row["per_head"] == "yes",
            text=row["text"],
            supplier=row["supplier"],
        )
        for row in table("regular.csv")
    ]


def once() -> list[Once]:
    """What happens once."""
    return [
        Once(
            unit=row["unit"],
            day=date.fromisoformat(row["day"]),
            way=_way(row["way"]),
            source=row["source"],
            clause=row["clause"],
            item=row["item"],
            amount=int(row["amount"]),
            event=row["event"],
            text=row["text"],
            supplier=row["supplier"],
        )
        for row in table("once.csv")
    ]


def assets() -> list[Asset]:
    """What units own at the opening or buy later."""
    return [
        Asset(
            unit=row["unit"],
            asset=row["asset"],
            account=row["account"],
            cost=int(row["cost"]),
            rate=int(row["rate"]),
            years=int(row["years"] or 0),
            bought=date.fromisoformat(row["bought"]) if row["bought"] else None,
            source=row["source"],
            clause=row["clause"],
            item=row["item"],
            way=row["way"],
            supplier=row["supplier"],
            name=row["name"],
        )
        for row in table("assets.csv")
    ]


def _way(text: str) -> str:
    if text not in WAYS:
        raise ValueError(f"unknown way to pay: {text}")
    return text
