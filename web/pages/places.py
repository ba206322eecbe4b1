"""Where a ledger file stands in its book, and what it is therefore a ledger of.

Guarantees: the answer comes from the file's place alone, so that it is the same under our site and under stock
Fava; a file outside of any book has no place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger.book import SETTINGS
from ledger.units import Tree

BOOK = "<book>/"
"""What a reader sees in place of the path of the book's folder."""

_TREES: dict[str, Tree] = {"main.beancount": "budget", "party.beancount": "party"}


@dataclass(frozen=True, slots=True)
class Place:
    """A ledger's book and scope."""

    folder: Path
    """The book."""
    unit: str
    """The unit whose ledger it is; empty for a province ledger."""
    tree: Tree


def place_of(file: str | Path) -> Place | None:
    """The place of a ledger file: `main.beancount`, `party.beancount`, or a file in `units/<unit>/`."""
    path = Path(file).resolve()
    if path.name in _TREES and (path.parent / SETTINGS).is_file():
        return Place(path.parent, "", _TREES[path.name])
    unit, units = path.parent, path.parent.parent
    if units.name == "units" and (units.parent / SETTINGS).is_file():
        return Place(units.parent, unit.name, "budget")
    return None
