"""Letters that look like others: what another alphabet or an old keyboard left in a Latin word becomes Latin.

Guarantees: only letters and hyphens change, never a digit, and never a sign of a number: a letter of another alphabet
changes only in a word that is otherwise Latin, a hyphen only between letters or digits of a text that has letters, so
that no figure, date or minus sign is made. A word of another language stays as it is.
"""

from __future__ import annotations

import re

_D = str.maketrans("ÐƉðɖ", "ĐĐđđ")
"""Eth and African D, which keyboards and fonts of other languages put in the place of Đ."""

_CYRILLIC = ("АВЕЅІЈКМНОРСТХУаеѕіјорсху", "ABESIJKMHOPCTXYaesijopcxy")
_GREEK = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo")
_OTHER = str.maketrans(_CYRILLIC[0] + _GREEK[0], _CYRILLIC[1] + _GREEK[1])

SIGNS = "ÐƉðɖ\u2010\u2011" + _CYRILLIC[0] + _GREEK[0]
"""Everything that may change here: a text without any of these stays."""

_SIGN = re.compile(f"[{SIGNS}]")
_HYPHEN = re.compile("(?<=\\w)[\u2010\u2011](?=\\w)")
_WORD = re.compile("[^\\W_][^\\W_\u0300-\u036f]*")
_FOREIGN = re.compile(f"[{_CYRILLIC[0]}{_GREEK[0]}]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


def latin(text: str) -> str:
    """The text with its look-alikes replaced.

    Example:
        `"PС01"` with a Cyrillic С becomes `"PC01"`; `"Ðảng"` with an eth becomes `"Đảng"`.
    """
    if not _SIGN.search(text):
        return text
    text = text.translate(_D)
    if _FOREIGN.search(text):
        text = _WORD.sub(lambda word: _in_latin(word[0]), text)
    return _HYPHEN.sub("-", text) if any(sign.isalpha() for sign in text) else text


def _in_latin(word: str) -> str:
    """The word in Latin letters, if it has some and all its others look like some."""
    made = word.translate(_OTHER)
    mixed = made != word and _LATIN.search(word)
    return made if mixed and all(_LATIN.match(sign) for sign in made if sign.isalpha()) else word
