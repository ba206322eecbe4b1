"""Reproducible variety: the same question always gets the same answer, on every machine.

Guarantees: an answer depends only on the seed and the question's own words, so adding a voucher somewhere never
changes a figure elsewhere; no floating point is involved.
"""

from __future__ import annotations

import hashlib

SEED = "song-lam-1"


def number(low: int, high: int, *question: object, step: int = 1) -> int:
    """A number from low to high (both may come), a multiple of `step` above low.

    Args:
        low: least answer.
        high: greatest answer.
        question: what is asked, e.g. unit, month and item.
        step: 1 for amounts as invoices have them, 1000 or more for amounts people agree on.
    """
    words = "|".join((SEED, *(str(word) for word in question)))
    digest = hashlib.sha256(words.encode("utf-8")).digest()
    return low + int.from_bytes(digest[:8], "big") % ((high - low) // step + 1) * step


def choice(options: tuple[str, ...], *question: object) -> str:
    """One of the options."""
    return options[number(0, len(options) - 1, *question)]
