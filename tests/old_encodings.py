"""Texts in old Vietnamese encodings, as old programs write them: for the tests of what recognises and converts them."""

from __future__ import annotations

import unicodedata

from importers.legacy import TCVN3_LETTERS

_TCVN3 = {letter: byte for byte, letter in TCVN3_LETTERS.items()}
_TONES = "\u0300\u0301\u0303\u0309\u0323"

VNI_SAMPLE = (
    "Soá chöùng töø;Ngaøy haïch toaùn;Dieãn giaûi;TK Nôï;TK Coù;Soá tieàn\r\nPC1;05/03/2026;Chi tieàn ñieän;1;2;3\r\n"
)
"""A header and a row as VNI-Windows stores them, in Latin-1 signs."""


def tcvn3(text: str) -> str:
    """The text in TCVN3, its bytes as Latin-1 signs; capitals with a tone become small, as its fonts do."""
    return "".join(_TCVN3.get(sign, _TCVN3.get(sign.lower(), sign)) for sign in text)


def windows_1258(text: str) -> bytes:
    """The text as Windows writes it in code page 1258: letters with tones that it lacks are letter and tone."""
    return b"".join(map(_in_1258, text))


def _in_1258(sign: str) -> bytes:
    try:
        return sign.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", sign)
        tone = next(mark for mark in parts if mark in _TONES)
        return unicodedata.normalize("NFC", parts.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")
