"""What a rule on norms gives: how much it judged, what it found, and which norms nobody knows.

Guarantees: what could not be judged is counted under the table that is empty, so that rule N07 can tell it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ledger.findings import Finding
from plugins.columns import Flags
from plugins.context import Context

EVENTS, CLASSES = "events", "assets"
"""Registers that a verdict needs, counted like tables: heads and days of events, classes of assets."""


class Movement(NamedTuple):
    """What the rules on norms read of a posting; the posting itself is only read for a finding."""

    place: int
    """Its row in `Context.mine`."""
    unit: str
    period: str
    entry: str
    date: str
    item: str
    event: str
    asset: str
    amount: int
    """Whole đồng, debit positive."""
    quantity: int


class Verdicts(NamedTuple):
    """The outcome of one rule on norms."""

    evaluated: int
    findings: list[Finding]
    unknown: Counter[str]
    """Key of an empty table (or name of a register) → how many things were not judged for want of it."""


def costs(context: Context) -> Flags:
    """Rows in which something is spent: expense accounts in vouchers, reductions of expense included.

    The accounts of classes 6 and 8 and not the memo accounts, because these do not see what is paid in cash out of an
    advance or from dues.
    """
    mine = context.mine
    return mine.starts("code", ("6", "8")) & mine.equal("entry", "voucher")


def units(context: Context) -> Iterator[str]:
    """The units that findings are wanted for: the one in scope, or all whose books were read."""
    if context.scope_unit is not None:
        yield context.scope_unit
    else:
        yield from sorted(context.read or set(context.mine.coded("unit")[1]))


def in_order(context: Context, flags: Flags) -> Iterator[Movement]:
    """The flagged rows in order of their dates, those of one day as they stand."""
    mine, at = context.mine, np.flatnonzero(flags)
    at = at[np.argsort(mine.ranks("date")[0][at], kind="stable")]
    texts = mine.keys(at, "unit", "period", "entry", "date", "item", "event", "asset")
    numbers = (mine.whole(name)[at].tolist() for name in ("amount", "quantity"))
    for place, words, *figures in zip(at.tolist(), texts, *numbers, strict=True):
        yield Movement(place, *words, *figures)


def wanted(context: Context, movement: Movement) -> bool:
    """Whether a finding may stand at this posting."""
    return not context.scope_periods or movement.period in context.scope_periods
