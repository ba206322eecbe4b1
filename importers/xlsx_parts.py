"""What becomes of the XML elements of a workbook's parts: shared texts, rows of cells, attributes.

Guarantees: what a limit forbids is never built, and the parts are left where it is passed; a row or cell out of its
order, a row in a row, a cell in a cell and an element in a value are damage, never two rows in one.
"""

from __future__ import annotations

from collections.abc import Mapping

from importers import limits
from importers.tables import Cell
from importers.xlsx_cells import Styles, column_index, made, unescaped

_DEPTH = 40
"""Deepest nesting of elements; real parts stay below ten."""

Attributes = Mapping[str, str]
SparseRow = dict[int, Cell]
"""Filled cells by their column's index."""


class DamagedError(Exception):
    """The archive is not what it claims to be; the text says where."""


class BeyondLimitError(Exception):
    """The archive is larger than we read."""

    def __init__(self, code: str, what: str, found: int, most: int) -> None:
        super().__init__(what)
        self.code, self.what, self.found, self.most = code, what, found, most


class Reader:
    """What becomes of a part's elements, while their number and depth stay within the limits."""

    def __init__(self) -> None:
        self._depth = self._count = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        self._depth += 1
        self._count += 1
        if self._depth > _DEPTH:
            raise DamagedError(f"<{name[:20]}> × {_DEPTH}")
        if self._count > limits.PART_ELEMENTS:
            raise BeyondLimitError("F13", "elements", self._count, limits.PART_ELEMENTS)
        self.begin(name if ":" not in name else name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        """An element ends."""
        self._depth -= 1
        self.finish(name if ":" not in name else name.rpartition(":")[2])

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins; its name comes without prefix."""

    def finish(self, name: str) -> None:
        """An element ends; its name comes without prefix."""

    def text(self, text: str) -> None:
        """Text stands in an element."""


class Elements(Reader):
    """Collects the attributes of some elements."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self._names = frozenset(names)
        self.found: list[tuple[str, Attributes]] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        """Keep the attributes of an element asked for."""
        if name in self._names:
            self.found.append((name, attributes))


class _Texts(Reader):
    """Collects the text of one string: its runs, without the reading aids (`rPh`) of East Asian writing."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._length = 0
        self._collects = self._aside = False

    def begin(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002 - a string's elements need none
        if name == "t":
            self._collects = not self._aside
        elif name == "rPh":
            self._aside = True

    def finish(self, name: str) -> None:
        if name == "t":
            self._collects = False
        elif name == "rPh":
            self._aside = False

    def text(self, text: str) -> None:
        if self._collects:
            self._length += len(text)
            if self._length > limits.SHEET_CELL_CHARACTERS:
                raise BeyondLimitError("F10", "characters", self._length, limits.SHEET_CELL_CHARACTERS)
            self._parts.append(text)

    def take(self) -> str:
        """The text collected since the last call."""
        parts = self._parts
        whole = parts[0] if len(parts) == 1 else "".join(parts)
        parts.clear()
        self._length = 0
        return whole


class StringsReader(_Texts):
    """The texts that cells of all sheets share."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []

    def finish(self, name: str) -> None:
        """A text is complete where its `si` ends."""
        if name == "t":
            self._collects = False
        elif name == "si":
            self.strings.append(unescaped(self.take()))
        else:
            super().finish(name)


class SheetReader(_Texts):
    """The rows of a sheet; `rows` holds those that are complete.

    Sheets have millions of elements, so the four frequent ones are told apart before anything else is called. A row in
    a row, a cell in a cell, or an element in a value is damage.
    """

    def __init__(self, strings: list[str], styles: Styles) -> None:
        super().__init__()
        self.rows: list[tuple[int, SparseRow]] = []
        self._strings, self._styles = strings, styles
        self._prefix: str | None = None
        self._row, self._at, self._all = 0, -1, 0
        self._cells: SparseRow | None = None
        self._cell: Attributes | None = None
        self._formula: str | None = None
        self._value: str | None = None
        self._in_value = False

    def start(self, name: str, attributes: Attributes) -> None:
        """A row, cell, value or formula begins, or something else that is passed on."""
        if self._prefix is None:
            self._prefix = name.partition(":")[0] + ":" if ":" in name else ""
        if self._prefix:
            name = name.removeprefix(self._prefix)
        if self._in_value:
            raise DamagedError(f"row {self._row}: <{name[:20]}>")
        if self._cell is not None:
            if name in {"v", "f"}:
                self._in_value = self._collects = True
            else:
                super().start(name, attributes)
        elif self._cells is not None:
            if name == "c":
                self._begin_cell(attributes)
            else:
                super().start(name, attributes)
        elif name == "row":
            self._begin_row(attributes.get("r"))
        else:
            super().start(name, attributes)

    def end(self, name: str) -> None:
        """A row, cell, value or formula ends, or something else that is passed on."""
        if self._prefix:
            name = name.removeprefix(self._prefix)
        if self._in_value:
            self._in_value = self._collects = False
            if name == "v":
                self._value = self.take()
            else:
                self._formula = self.take()
        elif name == "c" and self._cell is not None:
            self._end_cell(self._cell)
        elif name == "row" and self._cells is not None:
            self.rows.append((self._row, self._cells))
            self._cells = None
        else:
            super().end(name)

    def _begin_row(self, number: str | None) -> None:
        row = self._row + 1 if number is None else _whole(number)
        if not self._row < row <= limits.SHEET_ROWS:
            raise DamagedError(f"row {number or row}")
        self._row, self._at, self._cells = row, -1, {}

    def _begin_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        at = self._at + 1 if place is None else column_index(place, self._row)
        if at <= self._at:
            raise DamagedError(f"row {self._row}: {(place or '')[:20]}")
        if at >= limits.SHEET_COLUMNS:
            raise BeyondLimitError("F10", "columns", at + 1, limits.COLUMNS)
        self._all += 1
        if self._all > limits.SHEET_CELLS:
            raise BeyondLimitError("F13", "cells", self._all, limits.SHEET_CELLS)
        self._at, self._cell = at, attributes
        self._formula = self._value = None

    def _end_cell(self, cell: Attributes) -> None:
        self._cell = None
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            self._value = self.take()
        if (self._value is None and self._formula is None) or self._cells is None:
            return
        try:
            content = made(kind, self._value, self._formula, cell.get("s"), self._strings, self._styles)
        except ValueError as problem:
            raise DamagedError(f"row {self._row}: {problem}") from problem
        if content != "":
            self._cells[self._at] = content


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(limits.SHEET_ROWS))):
        raise DamagedError(f"row {text[:20]}")
    return int(text)
