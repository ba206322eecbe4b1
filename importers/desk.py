"""A step about submissions that the book holds already: which slots are meant, where they stand, what became of it.

Guarantees: a desk is one unit's view of one commit, read once; words such as a quarter or a year mean the slots that
were handed in for it, and a period without a file is named, never passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from importers import states
from importers.slots import Slot
from importers.states import Standing, Step
from ledger.book import Book
from ledger.deadlines import MONTHS_OF_A_QUARTER
from ledger.events import Event
from ledger.findings import Finding
from ledger.vietnamese import nfc

SAID_CHARACTERS = 1000
"""Longest text that a person may put into an event."""
UNCERTIFIED = "estimates"
"""Estimate decisions are documents of the office; nobody at the unit vouches for them."""
WHOLE_YEAR = frozenset({"opening", "assets"})
_YEAR = len("2026")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step."""

    standings: tuple[Standing, ...]
    """Where the slots stand afterwards."""
    findings: tuple[Finding, ...] = ()
    commit: str = ""
    """Empty when nothing was committed."""


class Desk:
    """One unit in one snapshot of the book, on the day of a step."""

    def __init__(self, book: Book, unit: str, at: str | None) -> None:
        self.book, self.unit = book, unit
        self.day = book.now(at).date().isoformat()

    @cached_property
    def events(self) -> list[Event]:
        """What happened to the unit so far, oldest first."""
        return self.book.events(self.unit)

    @cached_property
    def known(self) -> dict[tuple[str, str], Standing]:
        """Every slot that anything was said of."""
        return states.standings(self.events, self.unit)

    def at(self, slot: Slot) -> Standing:
        """Where a slot stands."""
        key = (slot.period.text, slot.kind)
        return self.known.get(key) or states.standing(self.events, self.unit, *key)

    def standings(self, slots: Sequence[Slot]) -> tuple[Standing, ...]:
        """Where slots stand."""
        return tuple(self.at(slot) for slot in slots)

    def refused(self, slots: Sequence[Slot], findings: Sequence[Finding]) -> Outcome:
        """Nothing was changed, because of these."""
        return Outcome(self.standings(slots), tuple(findings))

    def done(self, slots: Sequence[Slot], findings: Sequence[Finding], commit: str) -> Outcome:
        """Where the slots stand after a commit."""
        after = Desk(Book.open(self.book.path), self.unit, None)
        return Outcome(after.standings(slots), tuple(findings), commit)

    def chosen(self, periods: Sequence[str], kind: str, step: Step) -> list[Slot]:
        """The slots that a command's words mean.

        A period and a kind name one slot. A quarter or a year means its filled slots, no kind means every kind; of
        several the ones are meant that wait for the step, if any does. What has no file is named by its usual kind.

        Raises:
            UsageProblem: a period or kind that cannot be one.
        """
        found: list[Slot] = []
        for period in periods:
            filled = [key for key, one in self.known.items() if one.filled and _meant(key, period, kind)]
            waiting = [key for key in filled if self.known[key].stage in states.STEPS[step]]
            keys = waiting if waiting and len(filled) > 1 else filled
            found += [Slot.of(self.unit, *key) for key in sorted(keys) or [(period, kind or _usual(period))]]
        return list(dict.fromkeys(found))


def said(text: str) -> str:
    """What a person wrote, as it is kept: composed letters, one line, nothing invisible."""
    seen = "".join(sign if sign.isprintable() else " " for sign in nfc(text))
    return " ".join(seen.split())[:SAID_CHARACTERS]


def _meant(slot: tuple[str, str], period: str, kind: str) -> bool:
    """Whether a filled slot is meant by a period, or by the quarter or the year that it belongs to."""
    own, its_kind = slot
    if its_kind != kind and (kind or its_kind == UNCERTIFIED):
        return False
    if own == period or kind in WHOLE_YEAR:
        return own == period
    if "-Q" in period:
        last = MONTHS_OF_A_QUARTER * int(period[-1])
        return own in {f"{period[:4]}-{month:02}" for month in range(last - MONTHS_OF_A_QUARTER + 1, last + 1)}
    return len(period) == _YEAR and own[:_YEAR] == period


def _usual(period: str) -> str:
    return "opening" if len(period) == _YEAR else "vouchers"
