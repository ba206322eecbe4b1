"""The state budget index: chapters, clauses, groups and items of expenditure, sources of funding.

Guarantees: a code belongs to a kind (chapter 160 is not category 160) and is text; what the index does not have
is None; the group of an item and the category of a clause are data, never computed from digits; names and the
autonomy of a source carry the mark of how far they were checked.

Law: Circular 324/2016/TT-BTC and its amendments to 2025, Circular 130/2025/TT-BTC from 2026. The detail codes of
sources (12, 13, 14 …) are not in the index but in the Treasury's accounting rules.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "chart" / "budget_index.csv"

COLUMNS = (
    "kind",
    "code",
    "parent",
    "level",
    "name_vi",
    "name_en",
    "confidence",
    "autonomous",
    "own_pot",
    "autonomous_confidence",
    "valid_from",
    "valid_to",
    "successor",
)
KINDS = ("chapter", "category", "clause", "group", "item", "fund", "source")
_FOREVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One code of the index."""

    kind: str
    """chapter (chương), category (loại), clause (khoản), group (mục), item (tiểu mục), fund or source (nguồn)."""
    code: str
    parent: str
    """The group of an item, the category of a clause, the fund of a source; else empty."""
    level: str
    """Budget level of a chapter: central, province, district or commune."""
    name_vi: str
    name_en: str
    confidence: str
    autonomous: bool | None
    """Of a source: whether its money is under the autonomy regime; None for everything else."""
    own_pot: bool
    """Of a source: kept apart from all others (salary reform: carried over, never for ordinary spending)."""
    autonomous_confidence: str
    valid_from: str
    """First day (ISO), empty: since before our books."""
    valid_to: str
    """Last day (ISO), empty: still valid."""
    successor: str
    """Code that replaces it afterwards, where the replacing document names one."""

    @property
    def verified(self) -> bool:
        """Whether code and name were both seen in a source."""
        return self.confidence.startswith("VERIFIED")

    def name(self, language: str) -> str:
        """The name in `vi` or `en`."""
        return self.name_en if language == "en" else self.name_vi

    def valid(self, on: str | date | int | None) -> bool:
        """Whether the code holds on a day, on some day of a year, or (None) at any time."""
        if on is None:
            return True
        first, last = (f"{on:04d}-01-01", f"{on:04d}-12-31") if isinstance(on, int) else (str(on), str(on))
        return self.valid_from <= last and first <= (self.valid_to or _FOREVER)


class BudgetIndex:
    """Look-ups by kind. `on` is an ISO day, a date, a budget year, or None for a code valid at any time."""

    def __init__(self, entries: Iterable[IndexEntry]) -> None:
        self._entries: Mapping[tuple[str, str], IndexEntry] = {(e.kind, e.code): e for e in entries}

    @classmethod
    def load(cls) -> BudgetIndex:
        """The shipped index (read once).

        Raises:
            ValueError: the shipped file is not of its form.
        """
        return _shipped()

    def __iter__(self) -> Iterator[IndexEntry]:
        return iter(self._entries.values())

    def item(self, code: str, year: str | date | int | None = None) -> IndexEntry | None:
        """A tiểu mục (the only level expenditure is booked on)."""
        return self._get("item", code, year)

    def group(self, code: str, year: str | date | int | None = None) -> IndexEntry | None:
        """A mục."""
        return self._get("group", code, year)

    def group_of(self, item: str) -> str | None:
        """The mục of a tiểu mục (a mục is its own); None for a code that the index does not have."""
        if ("group", item) in self._entries:
            return item
        entry = self._entries.get(("item", item))
        return None if entry is None else entry.parent

    def clause(self, code: str, on: str | date | int | None = None) -> IndexEntry | None:
        """A khoản (the only level of loại and khoản that expenditure is booked on)."""
        return self._get("clause", code, on)

    def category_of(self, clause: str) -> str | None:
        """The loại of a khoản; None for a code that the index does not have."""
        entry = self._entries.get(("clause", clause))
        return None if entry is None else entry.parent

    def source(self, code: str, on: str | date | int | None = None) -> IndexEntry | None:
        """A detailed source (tính chất nguồn: 12, 13 …); 01 and 50 are funds and take no postings."""
        return self._get("source", code, on)

    def chapter(self, code: str, on: str | date | int | None = None) -> IndexEntry | None:
        """A chương."""
        return self._get("chapter", code, on)

    def is_autonomous(self, source: str) -> bool | None:
        """Whether a source's money is under the autonomy regime; None for a source that is not known."""
        entry = self.source(source)
        return None if entry is None else entry.autonomous

    def _get(self, kind: str, code: str, on: str | date | int | None) -> IndexEntry | None:
        entry = self._entries.get((kind, code))
        return entry if entry is not None and entry.valid(on) else None


def read(data: bytes) -> list[IndexEntry]:
    """Entries of an index file.

    Raises:
        ValueError: other columns, an unknown kind or parent, or a code that stands twice.
    """
    table = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
    if tuple(table.fieldnames or ()) != COLUMNS:
        raise ValueError("budget index with other columns")
    entries = [_entry(row) for row in table]
    codes = {(entry.kind, entry.code) for entry in entries}
    if len(codes) != len(entries):
        raise ValueError("budget index: a code stands twice")
    above = {"item": "group", "clause": "category", "source": "fund"}
    for entry in entries:
        if entry.kind not in KINDS or (entry.kind in above) != bool(entry.parent):
            raise ValueError(f"budget index: {entry.kind} {entry.code}")
        if entry.parent and (above[entry.kind], entry.parent) not in codes:
            raise ValueError(f"budget index: {entry.kind} {entry.code}: unknown parent {entry.parent}")
    return entries


@cache
def _shipped() -> BudgetIndex:
    return BudgetIndex(read(FILE.read_bytes()))


def _entry(row: Mapping[str, str]) -> IndexEntry:
    flags = {"": None, "yes": True, "no": False}
    return IndexEntry(
        kind=row["kind"],
        code=row["code"],
        parent=row["parent"],
        level=row["level"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        confidence=row["confidence"],
        autonomous=flags[row["autonomous"]],
        own_pot=bool(flags[row["own_pot"]]),
        autonomous_confidence=row["autonomous_confidence"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        successor=row["successor"],
    )
