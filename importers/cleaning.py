"""Texts of a submitted file in one form: composed Unicode, nothing invisible, no control characters.

Guarantees: a text that comes out can stand in a journal, but for `<` and `>`; a change is recorded (F19 Unicode
form, F20 invisible characters), once per file with the number of cells; a control or direction character is never
removed: its row is refused (F18), as is one with an endless text (F17). Columns that the form does not have are
neither read nor judged. A text in order is recognised in one look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from importers import limits
from importers.tables import Cell, Record, heading
from ledger.findings import Finding

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u200b-\u200f\u2060\u3164\ufe00-\ufe0f\ufeff\uffa0]")
"""What office programs leave behind in copied text and nobody can see: taken out, with a finding."""

_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""Spaces that look like the plain one: become it, with a finding."""


class _Change(NamedTuple):
    row: int
    column: str
    value: str


class Cleaner:
    """Cleans the cells of one file and remembers what it changed or refused."""

    def __init__(self, file: str, header: Sequence[Cell], known: frozenset[str], text: str | None = None) -> None:
        """Take the file's name, its header as it stands, and the headings of the form.

        The file's whole text, if it has one, tells in one look whether single cells need a closer one.
        """
        self._file = file
        self._calm = text is not None and _calm(text)
        self.header = tuple(" ".join(_header_text(cell).split()) for cell in header)
        self._known = tuple(heading(name) in known for name in self.header)
        self.reported: set[int] = set()
        self._refused: list[Finding] = []
        self._changes: dict[str, list[_Change]] = {"F19": [], "F20": []}

    def records(self, rows: Iterable[tuple[int, Sequence[Cell]]]) -> tuple[Record, ...]:
        """The rows that may be used, cleaned and as wide as the header; the others are in `reported`."""
        made = []
        for number, cells in rows:
            cleaned = tuple(
                self._cell(number, at, cell) if known and cell and isinstance(cell, str) else cell
                for at, (cell, known) in enumerate(zip(cells, self._known, strict=False))
            )
            if number not in self.reported:
                made.append(Record(number, cleaned + ("",) * (len(self.header) - len(cleaned))))
        return tuple(made)

    def findings(self) -> tuple[Finding, ...]:
        """F17 and F18 for each place, F19 and F20 once with the number of cells."""
        notes = [
            Finding(
                code,
                file=self._file,
                row=changes[0].row,
                column=changes[0].column,
                value=changes[0].value,
                params={"count": len(changes)},
            )
            for code, changes in self._changes.items()
            if changes
        ]
        return (*self._refused, *notes)

    def _cell(self, row: int, at: int, cell: str) -> str:
        text = cell.strip()
        if len(text) > limits.CELL_CHARACTERS:
            params = {"length": len(text), "limit": limits.CELL_CHARACTERS}
            return self._refuse("F17", row, at, f"{text[:40]}…", params)
        if self._calm and text.isprintable():
            return text
        return self._normal(row, at, text)

    def _normal(self, row: int, at: int, text: str) -> str:
        seen = _ODD_SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()
        if not seen.isprintable():
            sign = next(sign for sign in seen if not sign.isprintable())
            return self._refuse("F18", row, at, visible(text), {"sign": f"U+{ord(sign):04X}"})
        if seen != text:
            self._changes["F20"].append(_Change(row, self.header[at], visible(text)))
        composed = unicodedata.normalize("NFC", seen)
        if composed != seen:
            self._changes["F19"].append(_Change(row, self.header[at], composed))
        return composed

    def _refuse(self, code: str, row: int, at: int, value: str, params: Mapping[str, str | int]) -> str:
        self.reported.add(row)
        self._refused.append(
            Finding(code, file=self._file, row=row, column=self.header[at], value=value, params=params)
        )
        return ""


def visible(text: str, most: int = 60) -> str:
    """The text with everything that cannot be seen written as `⟨U+200B⟩`, so that a report shows it."""
    shown = "".join(f"⟨U+{ord(sign):04X}⟩" if _hidden(sign) else sign for sign in text[:most])
    return shown + ("…" if len(text) > most else "")


def _hidden(sign: str) -> bool:
    return not sign.isprintable() or bool(_INVISIBLE.match(sign) or _ODD_SPACE.match(sign))


def _calm(text: str) -> bool:
    """Whether every printable cell of the text is in order."""
    return unicodedata.is_normalized("NFC", text) and not _INVISIBLE.search(text) and not _ODD_SPACE.search(text)


def _header_text(cell: Cell) -> str:
    seen = _ODD_SPACE.sub(" ", _INVISIBLE.sub("", str(cell)))
    return unicodedata.normalize("NFC", "".join(sign if sign.isprintable() else " " for sign in seen))
