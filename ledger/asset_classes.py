"""Classes of fixed assets with useful life and rate of wear, each with the days it applies to and how sure it is.

Guarantees: every line of `asset_classes.csv` is read or refused; a code stands once; lives are whole years, rates
hundredths of a percent; what a circular leaves open (intangibles, the province's own list) has no life and no rate.
Law: Circular 141/2025/TT-BTC from financial year 2026, Circular 23/2023/TT-BTC before.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("asset_classes.csv")


@dataclass(frozen=True, slots=True)
class AssetClass:
    """One class."""

    code: str
    name_vi: str
    name_en: str
    life: int | None
    """Useful life in years; None: another law or the province's own list says it."""
    rate: int | None
    """Yearly wear in hundredths of a percent (1429 is 14,29 %); 0: it does not wear; None: see `life`."""
    any_value: bool
    """A fixed asset whatever its cost (land-use rights, buildings, structures: Circular 141/2025, Article 3.2)."""
    valid_from: str
    """First day, ISO; empty: from the beginning."""
    valid_to: str
    """Last day, ISO; empty: still in force."""
    document: str
    confidence: str
    """Mark of the reference (VERIFIED, MEMORY), `practice`: the practice province's own."""

    def valid(self, on: str) -> bool:
        """Whether the class is one of the list in force on a day."""
        return self.valid_from <= on and (not self.valid_to or on <= self.valid_to)


def asset_class(code: str, on: str) -> AssetClass | None:
    """The class of this code in the list in force on a day (ISO), or None."""
    found = shipped().get(code)
    return found if found is not None and found.valid(on) else None


def in_force(on: str) -> list[AssetClass]:
    """The list in force on a day (ISO), in its order."""
    return [one for one in shipped().values() if one.valid(on)]


@cache
def shipped() -> dict[str, AssetClass]:
    """Every class by its code, read once."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [_class(row) for row in csv.DictReader(file, strict=True)]
    classes = {row.code: row for row in rows}
    if len(classes) != len(rows):
        raise ValueError(f"{FILE.name}: a code stands twice")
    return classes


def _class(row: dict[str, str]) -> AssetClass:
    return AssetClass(
        code=row["class"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        life=int(row["life_years"]) if row["life_years"] else None,
        rate=_hundredths(row["rate_pct"]),
        any_value=row["any_value"] == "yes",
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        document=row["document"],
        confidence=row["confidence"],
    )


def _hundredths(percent: str) -> int | None:
    """`6.67` as 667, without a binary fraction on the way."""
    whole, _, rest = percent.partition(".")
    return int(whole) * 100 + int(f"{rest:0<2}") if percent else None
