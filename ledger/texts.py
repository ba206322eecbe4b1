"""Texts that people read, in English and Vietnamese.

Guarantees: the English sentence is its own key; a sentence without Vietnamese is an error where it is asked
for, never an English sentence on a Vietnamese page; a catalogue with a sentence standing twice, empty or marked
doubtful is refused.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

CATALOGUE = Path(__file__).parent / "locale" / "vi.po"

_LINE = re.compile(r'(?:msgid |msgstr )?"(?:[^"\\]|\\.)*"')
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
    _refuse_malformed(path)
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale="vi", abort_invalid=True)
    except PoFileError as error:
        raise TextCatalogueError(f"{path.name}: {error}") from None
    texts = {}
    for message in catalogue:
        if not message.id:
            continue
        if not isinstance(message.id, str) or not isinstance(message.string, str) or not message.string:
            raise TextCatalogueError(f"{path.name}: without Vietnamese: {message.id}")
        if message.fuzzy:
            raise TextCatalogueError(f"{path.name}: marked doubtful: {message.id}")
        if sorted(_PLACE.findall(message.id)) != sorted(_PLACE.findall(message.string)):
            raise TextCatalogueError(f"{path.name}: other places to fill: {message.id}")
        texts[message.id] = message.string
    return texts


@cache
def _vietnamese() -> dict[str, str]:
    return read_catalogue(CATALOGUE)


def _refuse_malformed(path: Path) -> None:
    """Stricter than the reader, which guesses at broken lines and keeps the last of two entries with one text."""
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if line and not line.startswith("#") and not _LINE.fullmatch(line):
            raise TextCatalogueError(f"{path.name}: line {number} is not of the form: {line}")
    seen: set[str] = set()
    for block in re.findall(r'^msgid ((?:".*"\s*)+)', "\n".join(lines), flags=re.MULTILINE):
        msgid = "".join(re.findall(r'"(.*)"', block))
        if msgid in seen:
            raise TextCatalogueError(f"{path.name}: stands twice: {msgid}")
        seen.add(msgid)
