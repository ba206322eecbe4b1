"""Texts that people read, in English and Vietnamese.

Guarantees: the English sentence is its own key; a sentence without Vietnamese is an error where it is asked
for, never an English sentence on a Vietnamese page; a catalogue with a sentence standing twice, empty or marked
doubtful is refused.

The catalogue is a gettext file of the plainest form. Its reader is our own, because every command says something and
Babel's costs more than most commands do; a test holds that both read the same.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).parent / "locale" / "vi.po"

_LINE = re.compile(r'(?:msgid |msgstr )?"(?:[^"\\]|\\.)*"')
_ENTRY = re.compile(r'((?:#.*\n)*)msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)')
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_FUZZY = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
_PLACE = re.compile(r"\{[^{}]*\}")


class UnknownTextError(LookupError):
    """A text has no Vietnamese in the catalogue, or the language is none of ours."""


class TextCatalogueError(ValueError):
    """The catalogue is not of its form; the sentence names the text."""


def text(msgid: str, language: str) -> str:
    """A text in a language.

    Args:
        msgid: the English text, as it stands in the program.
        language: `vi` or `en`.

    Returns:
        The text; places such as `{unit}` are left for the caller to fill.

    Raises:
        UnknownTextError: the catalogue has no Vietnamese for it, or the language is unknown.
    """
    if language == "en":
        return msgid
    if language != "vi":
        raise UnknownTextError(f"unknown language {language}")
    try:
        return _vietnamese()[msgid]
    except KeyError:
        raise UnknownTextError(f"no Vietnamese for: {msgid}") from None


def read_catalogue(path: Path) -> dict[str, str]:
    """Vietnamese by English text.

    Raises:
        TextCatalogueError: a text stands twice, is empty or doubtful (fuzzy), or has other places to fill than
            its English.
    """
    content = path.read_text("utf-8")
    _refuse_malformed(path.name, content)
    texts: dict[str, str] = {}
    for comments, *written in _ENTRY.findall(content + "\n"):
        msgid, vietnamese = map(_unquoted, written)
        if not msgid:
            continue
        if msgid in texts:
            raise TextCatalogueError(f"{path.name}: stands twice: {msgid}")
        if not vietnamese:
            raise TextCatalogueError(f"{path.name}: without Vietnamese: {msgid}")
        if _FUZZY.search(comments):
            raise TextCatalogueError(f"{path.name}: marked doubtful: {msgid}")
        if sorted(_PLACE.findall(msgid)) != sorted(_PLACE.findall(vietnamese)):
            raise TextCatalogueError(f"{path.name}: other places to fill: {msgid}")
        texts[msgid] = vietnamese
    return texts


@cache
def _vietnamese() -> dict[str, str]:
    return read_catalogue(CATALOGUE)


def _refuse_malformed(name: str, content: str) -> None:
    """Every line is a comment, blank, or a part of an entry that has both of its texts."""
    for number, line in enumerate(content.splitlines(), start=1):
        if line and not line.startswith("#") and not _LINE.fullmatch(line):
            raise TextCatalogueError(f"{name}: line {number} is not of the form: {line}")
    rest = _ENTRY.sub("", content + "\n")
    stray = next((line for line in rest.splitlines() if line and not line.startswith("#")), "")
    if stray:
        raise TextCatalogueError(f"{name}: no part of an entry: {stray}")


def _unquoted(lines: str) -> str:
    """The text of one or more quoted lines."""
    joined = "".join(line[1:-1] for line in lines.splitlines())
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), joined)
