"""Whole đồng as people write them: `1.234.567`, and back.

Guarantees: nothing passes through a float; what `money` prints `parse_money` reads back as the same number;
a text that could mean two amounts, or one with a fraction, is refused and never rounded.
"""

from __future__ import annotations

import re

MAX_DIGITS = 15
"""Longest amount that is read: below 1,000,000,000,000,000 đồng, far above any provincial budget."""

_SPACE = " \u00a0\u202f"
_AMOUNT = re.compile(
    rf"[{_SPACE}]*(?P<sign>-?)(?P<digits>0|[1-9][0-9]{{0,2}}(?:\.[0-9]{{3}})+|[1-9][0-9]*)[{_SPACE}]*[đ₫]?[{_SPACE}]*"
)


class MoneyError(ValueError):
    """The text is not an amount of whole đồng in a form that has exactly one meaning."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not an amount of whole đồng: {text!r}")
        self.text = text


def money(n: int) -> str:
    """The amount as people read it: dots between thousands, a minus sign in front of a negative one.

    Args:
        n: whole đồng.

    Returns:
        For example `1.234.567` or `-50.000`.

    Raises:
        ValueError: `n` is not an integer (a float has no place here).
    """
    return format(n, ",d").replace(",", ".")


def parse_money(text: str) -> int:
    """Read an amount written `1.234.567`, `1234567` or `-1.234.567`; spaces around, `đ` or `₫` behind.

    Only these forms are accepted (a list of what is allowed, not of what is forbidden), because a comma, a
    half group or a foreign digit may stand for another amount than the reader believes.

    Returns:
        Whole đồng.

    Raises:
        MoneyError: any other form, a fraction, a leading zero, or more than `MAX_DIGITS` digits.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise MoneyError(text)
    digits = match["digits"].replace(".", "")
    if len(digits) > MAX_DIGITS:
        raise MoneyError(text)
    return int(match["sign"] + digits)
