"""Old Vietnamese encodings, recognised by proof and converted: Windows-1258 and TCVN3 (ABC, the .VnTime fonts).

Guarantees: an encoding is taken only when it makes known column names of a header with letters beyond ASCII, every word
beyond ASCII in the file's titles and known columns is then a possible Vietnamese one, and no other reading passes with
another text; otherwise nothing is converted and the finding names what stands in the way. Converting loses nothing:
each letter of TCVN3 comes from one byte, and what stood there is recorded as its bytes look in Latin-1 ("Sè chøng tõ").
TCVN3 has no capitals with tones: its capital fonts (.VnTimeH) show small letters, and small letters they stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from importers.lookalikes import latin
from importers.syllables import possible
from importers.tables import LEAST_NAMES, Cell, heading, letter
from ledger.findings import Finding

_TCVN3_BYTES = (
    ("a", "\xb5\xb8\xb6\xb7\xb9"),
    ("ă", "\xbb\xbe\xbc\xbd\xc6"),
    ("â", "\xc7\xca\xc8\xc9\xcb"),
    ("e", "\xcc\xd0\xce\xcf\xd1"),
    ("ê", "\xd2\xd5\xd3\xd4\xd6"),
    ("i", "\xd7\xdd\xd8\xdc\xde"),
    ("o", "\xdf\xe3\xe1\xe2\xe4"),
    ("ô", "\xe5\xe8\xe6\xe7\xe9"),
    ("ơ", "\xea\xed\xeb\xec\xee"),
    ("u", "\xef\xf3\xf1\xf2\xf4"),
    ("ư", "\xf5\xf8\xf6\xf7\xf9"),
    ("y", "\xfa\xfd\xfb\xfc\xfe"),
)
"""Bytes of each vowel with its tones, in the order of `_TONES` (TCVN 5712:1993, third set)."""

_TONES = "\u0300\u0301\u0309\u0303\u0323"
_TCVN3_PLAIN = dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae", strict=True))
_TYPOGRAPHY = {"\x85": "…", "\x91": "‘", "\x92": "’", "\x93": "“", "\x94": "”", "\x96": "–", "\x97": "—"}
"""Signs that Windows adds to its code pages where neither encoding has a letter."""

TCVN3_LETTERS = {byte: letter for letter, byte in _TCVN3_PLAIN.items()} | {
    byte: unicodedata.normalize("NFC", vowel + tone)
    for vowel, row in _TCVN3_BYTES
    for byte, tone in zip(row, _TONES, strict=True)
}
"""Every byte of TCVN3 that is a letter, as a Latin-1 sign, and the letter."""

ODD_LETTERS = "".join(sorted(sign for sign in TCVN3_LETTERS if sign.lower() not in TCVN3_LETTERS.values()))
"""Signs that are letters in TCVN3 and none in Vietnamese Unicode: a text without any needs no look for TCVN3."""

_NEVER_UNICODE = re.compile(f"[{ODD_LETTERS}]")
_TCVN3 = str.maketrans(TCVN3_LETTERS | _TYPOGRAPHY)
_SIGNS = frozenset("…‘’“”–—₫•°\u00a0")
_SIGN_IN_WORD = re.compile("(?<=[^\\W\\d_])[…‘’“”–—](?=[^\\W\\d_])")
_WORD = re.compile("[^\\W\\d_\u00b2\u00b3\u00b9]+")
_VNI_MARKS = "ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË"
_VNI = str.maketrans(
    {**dict.fromkeys(_VNI_MARKS, ""), **dict(zip("ôöñíìæóòîÔÖÑÍÌÆÓÒÎ", "oudiiiiiyOUDIIIIIY", strict=True))}
)
"""What VNI-Windows writes for a letter, without its marks: enough to know its headings."""

_LOST = re.compile(r"\w\?|\?\w")


class Encoding(NamedTuple):
    """A way to read a text: `raw` is the file's own Unicode, or its bytes as Latin-1 signs."""

    name: str
    convert: Callable[[str], str]
    takes: frozenset[str] | None = None
    """The signs above ASCII that are letters in it; None: whatever `convert` makes of them must be."""

    def text(self, raw: str) -> str:
        """The text in composed Unicode; a sign that the encoding does not have stays as it is."""
        return raw if raw.isascii() else self.convert(raw)

    def doubt(self, raw: str) -> str:
        """The first word of a text that cannot be Vietnamese in this encoding; "" when there is none."""
        return next((word for word in raw.split() if not word.isascii() and not self.sound(word)), "")

    def sound(self, raw: str) -> bool:
        """Whether a word is made of this encoding's letters and can be Vietnamese."""
        made = self.convert(raw)
        signs = {sign for sign in made if sign > "\x7f"} - _SIGNS
        if self.takes is not None and not {s for s in raw if s > "\x7f"} <= self.takes | _SIGNS:
            return False
        if not all(sign.isalpha() for sign in signs) or _SIGN_IN_WORD.search(made):
            return False
        return all(word.isascii() or possible(word) for word in _WORD.findall(made))


def _from_code_page(name: str) -> Callable[[str], str]:
    def convert(raw: str) -> str:
        return unicodedata.normalize("NFC", raw.encode("latin-1", "replace").decode(name, "replace"))

    return convert


UNICODE = Encoding("Unicode", lambda raw: unicodedata.normalize("NFC", raw))
TCVN3 = Encoding("TCVN3 (ABC)", lambda raw: raw.translate(_TCVN3), frozenset(TCVN3_LETTERS) | frozenset(_TYPOGRAPHY))
WINDOWS_1258 = Encoding("Windows-1258", _from_code_page("cp1258"))
WINDOWS_1252 = Encoding("Windows-1252", _from_code_page("cp1252"))
"""Never taken; a file that could be this as well is not proven to be Windows-1258."""

BYTES = (WINDOWS_1258, TCVN3, WINDOWS_1252)
"""What bytes without a mark that are no UTF-8 may be."""


class Place(NamedTuple):
    """A text of the file and where it stands."""

    row: int
    at: int
    raw: str


class Reading(NamedTuple):
    """One way to read a file in which its header was found, with all texts that the proof asks for."""

    encoding: Encoding
    names: int
    """How many different known column names the header has in this encoding."""
    telling: int
    """How many of them have letters beyond ASCII: only those can tell one encoding from another."""
    places: Sequence[Place]

    @classmethod
    def of(
        cls,
        encoding: Encoding,
        titles: Sequence[Sequence[Cell]],
        header: Sequence[Cell],
        body: Iterable[tuple[int, Sequence[Cell]]],
        names: frozenset[str],
        known: frozenset[str],
    ) -> Reading:
        """Take a file apart.

        Args:
            encoding: how its texts are read.
            titles: the rows above its header.
            header: the header, as it stands.
            body: the rows below it, with their numbers.
            names: headings of every form.
            known: those of the form asked for, whose columns the proof asks for.
        """
        headings = [heading(encoding.text(str(name))) for name in header]
        telling = {name for name, raw in zip(headings, header, strict=True) if not str(raw).isascii()}
        wanted = [name in known for name in headings]
        above = [*enumerate(titles, start=1), (len(titles) + 1, header)]
        texts = [*places(above), *places(body, lambda at: at < len(wanted) and wanted[at])]
        return cls(encoding, len(set(headings) & names), len(telling & names), texts)

    def doubt(self) -> tuple[Place, str] | None:
        """The first place with a word that cannot be Vietnamese, and that word."""
        sound: set[str] = set()
        for place in self.places:
            words = {word for word in place.raw.split() if not word.isascii()} - sound
            if not all(map(self.encoding.sound, words)):
                return place, self.encoding.doubt(place.raw)
            sound |= words
        return None


def recognised(readings: Sequence[Reading], problem: Finding) -> Encoding | Finding:
    """The encoding that is proven, or why none is.

    Args:
        readings: every way in which the header was found.
        problem: the finding (F05) of a file of which nothing better is known.

    Returns:
        Unicode when no old encoding has telling column names; F91 when the likeliest encoding has a word against it;
        F05 when none is likely or several are possible.
    """
    old = [
        reading for reading in readings if reading.telling >= LEAST_NAMES and reading.encoding in {WINDOWS_1258, TCVN3}
    ]
    if not old:
        return next((reading.encoding for reading in readings if reading.encoding is UNICODE), problem)
    doubts = [(reading, reading.doubt()) for reading in readings]
    passed = [reading for reading, doubt in doubts if doubt is None]
    texts = {tuple(reading.encoding.text(place.raw) for place in reading.places) for reading in passed}
    if len(texts) == 1 and passed[0].encoding is not WINDOWS_1252:
        return passed[0].encoding
    if passed:
        return replace(problem, value=" / ".join(reading.encoding.name for reading in passed))
    reading = max(old, key=lambda reading: reading.names)
    place, word = next(doubt for other, doubt in doubts if other is reading and doubt)
    return Finding(
        "F91",
        file=problem.file,
        row=place.row,
        column=letter(place.at),
        value=reading.encoding.text(word)[:40],
        params={"encoding": reading.encoding.name},
    )


def stray(text: str) -> bool:
    """Whether a text of a Unicode file can only be Vietnamese if it is TCVN3."""
    return bool(_NEVER_UNICODE.search(text) and UNICODE.doubt(latin(text))) and not TCVN3.doubt(text)


def places(
    rows: Iterable[tuple[int, Sequence[Cell]]], asked: Callable[[int], bool] = lambda _: True
) -> Iterator[Place]:
    """Every text above ASCII in the columns asked for, the same text once."""
    seen: set[str] = set()
    for row, cells in rows:
        for at, cell in enumerate(cells):
            if isinstance(cell, str) and not cell.isascii() and cell not in seen and asked(at):
                seen.add(cell)
                yield Place(row, at, cell)


def vni(rows: Sequence[Sequence[Cell]], names: frozenset[str]) -> bool:
    """Whether the first rows have a header in VNI-Windows."""
    return _header_by(rows, names, lambda cell: cell.translate(_VNI))


def letters_lost(rows: Sequence[Sequence[Cell]], names: frozenset[str]) -> bool:
    """Whether the first rows have a header whose Vietnamese letters have become question marks."""

    def found(cell: str) -> str:
        if not _LOST.search(cell):
            return cell
        pattern = re.compile(re.escape(heading(cell)).replace(r"\?", "."))
        return next((name for name in names if pattern.fullmatch(name)), cell)

    return _header_by(rows, names, found)


def _header_by(rows: Sequence[Sequence[Cell]], names: frozenset[str], change: Callable[[str], str]) -> bool:
    """Whether changing the cells makes a header of them, at least one name by the change itself."""
    for cells in rows:
        texts = [cell for cell in cells if isinstance(cell, str)]
        changed = {heading(change(text)) for text in texts} & names
        if len(changed) >= LEAST_NAMES and changed - {heading(text) for text in texts}:
            return True
    return False
