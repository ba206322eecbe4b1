"""Texts of a submitted file in one form: Unicode, composed, nothing invisible, no control characters, no look-alikes.

Guarantees: a text that comes out can stand in a journal, but for `<` and `>`; every change is in `changes`, and told
once per file with the number of cells (F90 old encoding, F19 Unicode form, F20 invisible characters, F94 look-alikes);
cells of a Unicode file that look like TCVN3 are named (F95) and left as they are; a control or direction character is
never removed: its row is refused (F18), as is one with an endless text (F17). Columns that the form does not have are
not judged. A text in order is recognised in one look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from importers import limits
from importers.legacy import ODD_LETTERS, TCVN3, UNICODE, Encoding, stray
from importers.lookalikes import SIGNS, latin
from importers.tables import Cell, Change, Record, heading, letter
from ledger.findings import Finding

_HIDDEN = "\u00ad\u034f\u061c\u115f\u1160\u200b-\u200f\u2060\u3164\ufe00-\ufe0f\ufeff\uffa0"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"

_INVISIBLE = re.compile(f"[{_HIDDEN}]")
"""What office programs leave behind in copied text and nobody can see: taken out, with a finding."""

_ODD_SPACE = re.compile(f"[{_SPACES}]")
"""Spaces that look like the plain one: become it, with a finding."""

_SUSPECT = re.compile(f"[{_HIDDEN}{_SPACES}{SIGNS}{ODD_LETTERS}]")

_LINE_ENDS = re.compile(r"[ \t\r\n]+")

Why = Literal["encoding", "unicode", "invisible", "lookalike"]
_NOTES: Mapping[Why, str] = {"encoding": "F90", "unicode": "F19", "invisible": "F20", "lookalike": "F94"}


class Cleaner:
    """Cleans the cells of one file and remembers what it changed or refused."""

    def __init__(
        self,
        file: str,
        header: Sequence[Cell],
        known: frozenset[str],
        text: str | None = None,
        *,
        header_row: int = 1,
        titles: Iterable[Sequence[Cell]] = (),
        encoding: Encoding = UNICODE,
    ) -> None:
        """Take the file's name, its header and the rows above it as they stand, and the headings of the form.

        The file's whole text, if it has one, tells in one look whether single cells need a closer one. The encoding
        is the proven one of its texts.
        """
        self._file, self._encoding = file, encoding
        unicode = text is not None and encoding is UNICODE
        self._calm = unicode and _calm(text or "")
        self._plain = self._calm and _plain(text or "")
        self.changes: list[Change] = []
        self.titles = tuple(
            tuple(self._above(row, letter(at), cell) for at, cell in enumerate(cells))
            for row, cells in enumerate(titles, start=1)
        )
        self.header = tuple(str(self._above(header_row, "", cell)) for cell in header)
        self._known = tuple(heading(name) in known for name in self.header)
        self._above_header = len(self.changes)
        self._sound: set[Cell] = set()
        self.reported: set[int] = set()
        self._refused: list[Finding] = []
        self._stray: list[Change] = []

    def records(self, rows: Iterable[tuple[int, Sequence[Cell]]]) -> tuple[Record, ...]:
        """The rows that may be used, cleaned and as wide as the header; the others are in `reported`."""
        width = len(self.header)
        made = []
        for number, cells in rows:
            cleaned = self._row(number, cells)
            if cleaned is not None:
                made.append(Record(number, cleaned if len(cleaned) == width else _filled_up(cleaned, width)))
        return tuple(made)

    def converted(self, cells: Iterable[Cell]) -> tuple[Cell, ...]:
        """A row that is not cleaned, in the file's proven encoding, so that it can be shown."""
        if self._encoding is UNICODE:
            return tuple(cells)
        return tuple(self._encoding.text(cell) if isinstance(cell, str) else cell for cell in cells)

    def findings(self) -> tuple[Finding, ...]:
        """F17 and F18 for each place; F90, F19, F20, F94 and F95 once with the number of cells."""
        notes = []
        for why, code in _NOTES.items():
            told = self.changes if why == "encoding" else self.changes[self._above_header :]
            changes = [change for change in told if change.why == why]
            if changes:
                notes.append(self._note(code, changes))
        if self._stray:
            notes.append(self._note("F95", self._stray))
        return (*self._refused, *notes)

    def _note(self, code: str, changes: Sequence[Change]) -> Finding:
        first = changes[0]
        params: dict[str, str | int] = {"count": len(changes)}
        match code:
            case "F90":
                value, params["before"], params["after"] = (
                    self._encoding.name,
                    _short(first.before),
                    _short(first.after),
                )
            case "F19":
                value = first.after
            case "F94" | "F95":
                value, params["after"] = visible(first.before), _short(first.after)
            case _:
                value = visible(first.before)
        return Finding(code, file=self._file, row=first.row, column=first.column, value=value, params=params)

    def _row(self, number: int, cells: Sequence[Cell]) -> tuple[Cell, ...] | None:
        if self._plain:
            # Nothing in the file needs a closer look but endless texts.
            plain = tuple(map(str.strip, cells))  # type: ignore[arg-type]  # cells of a text file are texts
            if len(max(plain, key=len)) <= limits.CELL_CHARACTERS:
                return plain
        sound = self._sound
        cleaned = tuple(
            cell
            if not cell or cell in sound or not isinstance(cell, str)
            else self._cell(number, at, cell.strip())
            if known
            else self._encoding.text(cell.strip())
            for at, (cell, known) in enumerate(zip(cells, self._known, strict=False))
        )
        return None if number in self.reported else cleaned

    def _cell(self, row: int, at: int, text: str) -> str:
        if len(text) > limits.CELL_CHARACTERS:
            params = {"length": len(text), "limit": limits.CELL_CHARACTERS}
            return self._refuse("F17", row, at, f"{self._encoding.text(text[:40])}…", params)
        if not (text.isprintable() and (self._calm or text.isascii())):
            return self._normal(row, at, text)
        # The same texts come back thousands of times; one look at each is enough.
        self._sound.add(text)
        return text

    def _normal(self, row: int, at: int, text: str) -> str:
        column = self.header[at]
        raw, odd = text, self._encoding is UNICODE and stray(text)
        if odd:
            self._stray.append(Change(row, column, text, TCVN3.text(text), "encoding"))
        text = self._decoded(row, column, text)
        seen = _seen(text).strip()
        if not seen.isprintable():
            sign = next(sign for sign in seen if not sign.isprintable())
            return self._refuse("F18", row, at, visible(text), {"sign": f"U+{ord(sign):04X}"})
        plain = self._composed(row, column, text, seen)
        if plain == raw and not odd:
            self._sound.add(raw)
        return plain

    def _above(self, row: int, column: str, cell: Cell) -> Cell:
        """A cell of the header (its column is the heading it becomes) or of a title, on one line."""
        if not isinstance(cell, str):
            return cell if column else str(cell)
        raw = _LINE_ENDS.sub(" ", cell[: limits.CELL_CHARACTERS]).strip(" ")
        if raw.isascii() and raw.isprintable():
            return " ".join(raw.split())
        text = self._encoding.text(raw) if self._encoding is not UNICODE else raw
        seen = "".join(sign if sign.isprintable() else " " for sign in _seen(text))
        seen = " ".join(seen.split())
        column = column or latin(unicodedata.normalize("NFC", seen))
        return self._composed(row, column, self._decoded(row, column, raw), seen)

    def _decoded(self, row: int, column: str, text: str) -> str:
        whole = self._encoding.text(text) if self._encoding is not UNICODE else text
        if whole != text:
            self.changes.append(Change(row, column, text, whole, "encoding"))
        return whole

    def _composed(self, row: int, column: str, text: str, seen: str) -> str:
        """The visible part of a text, composed and without look-alikes; each step that changes it is recorded."""
        composed = unicodedata.normalize("NFC", seen)
        plain = unicodedata.normalize("NFC", latin(composed))
        steps: tuple[tuple[str, str, Why], ...] = (
            (text, seen, "invisible"),
            (seen, composed, "unicode"),
            (composed, plain, "lookalike"),
        )
        self.changes += [Change(row, column, before, after, why) for before, after, why in steps if before != after]
        return plain

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


def _seen(text: str) -> str:
    return _ODD_SPACE.sub(" ", _INVISIBLE.sub("", text))


def _short(text: str, most: int = 40) -> str:
    return visible(text, most)


def _calm(text: str) -> bool:
    """Whether every printable cell of the text is in order."""
    return unicodedata.is_normalized("NFC", text) and not _SUSPECT.search(text)


def _plain(text: str) -> bool:
    """Whether no cell of a calm text can hold anything but printable signs: no quotes, no control characters."""
    return '"' not in text and text.replace("\n", "").replace("\r", "").isprintable()


def _filled_up(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return cells[:width] + ("",) * (width - len(cells))
