"""What rules may ask of the registers: contracts, events, assets, dues … and the province's own tables.

Guarantees: each kind is read once, when a rule first asks for it; rows that are just being handed in stand in the place
of those that the book holds for their slot, so that a register is judged like vouchers are, before it is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from ledger import records
from ledger.standing import Standing, standings

if TYPE_CHECKING:
    from ledger.book import Book
    from ledger.records import Record


class Registers(Protocol):
    """The registers of a book, as rules ask them."""

    def rows(self, kind: str) -> Sequence[Record]:
        """Every row of one kind of register (`ledger.records.KINDS`), by unit and period."""

    def file(self, name: str) -> bytes | None:
        """A file of the book below `registers/`, or None."""

    def standing(self, kind: str, unit: str, period: str) -> Standing:
        """Where the unit's file of one kind and period stands: when it came in, what time the office granted."""


class NoRegisters:
    """A book without registers, for contexts made by hand."""

    def rows(self, kind: str) -> Sequence[Record]:  # noqa: ARG002 - there are none of any kind
        """No rows."""
        return ()

    def file(self, name: str) -> bytes | None:  # noqa: ARG002 - as above
        """No file."""
        return None

    def standing(self, kind: str, unit: str, period: str) -> Standing:
        """Nothing was handed in before."""
        return Standing(unit, period, kind)


class BookRegisters:
    """The registers of a book; each kind is read once, when a rule first asks for it.

    Args:
        book: a snapshot of the book.
        given: (kind, unit, period) → rows that are just being handed in for that slot.
    """

    def __init__(self, book: Book, given: Mapping[tuple[str, str, str], Sequence[Record]] | None = None) -> None:
        self._book, self._given = book, dict(given or {})
        self._read: dict[str, tuple[Record, ...]] = {}
        self._standings: dict[str, dict[tuple[str, str], Standing]] = {}

    def rows(self, kind: str) -> Sequence[Record]:
        """Every row of one kind, by unit and period, with what is just being handed in in its place."""
        if kind not in self._read:
            held: dict[tuple[str, str], list[Record]] = {}
            for row in records.of_all(self._book, kind):
                held.setdefault((row.unit, row.period), []).append(row)
            for (of_kind, unit, period), rows in self._given.items():
                if of_kind == kind:
                    held[unit, period] = list(rows)
            self._read[kind] = tuple(row for slot in sorted(held) for row in held[slot])
        return self._read[kind]

    def file(self, name: str) -> bytes | None:
        """A file of the book."""
        return self._book.read(name)

    def standing(self, kind: str, unit: str, period: str) -> Standing:
        """Where the unit's file stands, by the events; what is just being handed in is not among them."""
        if unit not in self._standings:
            self._standings[unit] = standings(self._book.events(unit), unit)
        return self._standings[unit].get((period, kind), Standing(unit, period, kind))
