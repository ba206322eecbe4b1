"""Cuts a canonical journal into transaction heads and postings with one regular expression.

Guarantees: a text is cut only when pieces of the canonical form make up all of it; the pieces come as columns of
texts, still escaped. Runs of keys that repeat from posting to posting (`slot`, `origin`, `tail`) stay whole here,
so that the reader cuts each distinct run once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, NamedTuple

import numpy as np

from ledger.journal_form import ACCOUNT, HEADER_KEYS, LOT, MAGIC, MONEY, POSTING_KEYS, TITLE, Key, unquote
from ledger.postings import Column, Whole, spread

Texts = Sequence[str]

_SLOT, _VOUCHER, _ORIGIN = HEADER_KEYS[:4], HEADER_KEYS[4], HEADER_KEYS[5:]
_SIDE, _ROW, _TAIL = POSTING_KEYS[0], POSTING_KEYS[1], POSTING_KEYS[2:]

HEAD_GROUPS: Final = ("date", "description", "slot", "voucher", "origin")
POSTING_GROUPS: Final = ("account", "figure", "money", "lot", "side", "row", "tail")
"""A posting has `figure` and `money` (the commodity), or `lot`: the whole figure of a lot."""
_GROUPS: Final = ("between", *HEAD_GROUPS, *POSTING_GROUPS)


def _lines(keys: Iterable[Key], indent: str) -> str:
    return "".join(key.line(indent) for key in keys)


def _whole_run(pattern: str) -> str:
    """Make one group of a pattern that has groups inside."""
    return "(" + re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern) + ")"


_HEAD: Final = "".join(
    ("\n", TITLE, _whole_run(_lines(_SLOT, "  ")), _VOUCHER.line("  "), _whole_run(_lines(_ORIGIN, "  ")))
)
_POSTING: Final = "".join(
    (
        f"  ({ACCOUNT})  (?:{MONEY}|{_whole_run(LOT)})\n",
        _lines((_SIDE, _ROW), "    "),
        _whole_run(_lines(_TAIL, "    ")),
    )
)
_PIECE: Final = re.compile(f"{_HEAD}|{_POSTING}")
_RUNS: Final = {
    "slot": re.compile(_lines(_SLOT, "  ")),
    "origin": re.compile(_lines(_ORIGIN, "  ")),
    "tail": re.compile(_lines(_TAIL, "    ")),
}
RUN_KEYS: Final = {
    name: [key.name for key in keys] for name, keys in (("slot", _SLOT), ("origin", _ORIGIN), ("tail", _TAIL))
}
_LOT: Final = re.compile(LOT)


class Distinct(NamedTuple):
    """A column as its distinct values and the place of each row's value among them."""

    kinds: Texts
    places: Whole

    @classmethod
    def of(cls, column: Texts) -> Distinct:
        """Find the distinct values, in order of appearance."""
        known = {value: place for place, value in enumerate(dict.fromkeys(column))}
        return cls(list(known), np.fromiter(map(known.__getitem__, column), dtype=np.int64, count=len(column)))

    def column(self, values: Texts | None = None) -> Column:
        """Return the column, or another one that has these values in the places of the distinct ones."""
        return spread(self.kinds if values is None else values, self.places)

    def at(self, rows: Whole) -> Distinct:
        """Return the column of these rows."""
        return Distinct(self.kinds, self.places[rows])


class Lot(NamedTuple):
    """What a lot's figure says."""

    quantity: int
    commodity: str
    amount: int
    date: str
    asset: str

    @classmethod
    def of(cls, figure: str) -> Lot:
        """Read `1 TS2113 {15000000 VND, 2026-03-05, "TS-BTC-001"}`; its form was checked."""
        quantity, commodity, cost, day, asset = _LOT.fullmatch(figure).groups()  # type: ignore[union-attr]
        return cls(int(quantity), commodity, int(quantity) * int(cost), day, unquote(asset))


def cut(text: str) -> dict[str, list[str | None]] | None:
    """Cut a text into its pieces, in order.

    Returns:
        Group → one value for each piece, None where the piece is of the other sort or lacks the group; None when
        the text has anything but pieces after its first line.
    """
    # Splitting gives, in turn, what stands between two pieces and the groups of the next piece: columns by stride.
    flat = _PIECE.split(text)
    found = {name: flat[place :: len(_GROUPS)] for place, name in enumerate(_GROUPS)}
    between = found.pop("between")
    return None if between[0] != MAGIC or any(between[1:]) else found


def cut_run(name: str, run: str) -> tuple[str, ...]:
    """Cut a run of keys into the values of `RUN_KEYS[name]`; an absent key is ""."""
    return _RUNS[name].fullmatch(run).groups("")  # type: ignore[union-attr]


def line_of(text: str, piece: int) -> int:
    """Return the line (from 1) on which a piece of a text that can be cut begins."""
    start = next(islice(_PIECE.finditer(text), piece, None)).start()
    return text.count("\n", 0, start + 1) + 1
