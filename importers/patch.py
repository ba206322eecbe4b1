"""A correction file: the failing rows alone, mended, put back into the file they came from.

Guarantees: a correction goes into exactly the file it names (by hash) and into exactly the rows it names, each once,
or nothing happens; rows that are not named stay as they were and keep their number, so that findings speak of the
original's rows; a cell that could not be read stays unreadable until it is mended. The file that comes out is plain
CSV with the original's headings, the same bytes for the same files.

A row whose cells are all empty is deleted; a row without a number is new and goes to the end.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from importers.forms import Form
from importers.layouts import NAMES, Column, Layout
from importers.reading import read
from importers.slots import SHORT
from importers.tables import Cell, Odd, Record, Table, heading
from ledger.findings import Finding
from ledger.spreadsheets import unguarded

ORIGINAL = frozenset({"tep goc", "original"})
"""Heading of the column that names the original by its hash, as `heading` gives it."""
ROW = frozenset({"dong goc", "original row"})
"""Heading of the column that names the row of the original."""
PROBLEM = frozenset({"loi", "problem"})
"""Heading of the column that says what was wrong; it is not read."""

NOT_THE_ORIGINAL, NO_SUCH_ROW, ROW_TWICE, UNKNOWN_HEADING = "J05", "J06", "J07", "J09"

_DIGITS = re.compile(rf"[0-9a-f]{{{SHORT}}}")


class Merged(NamedTuple):
    """An original with a correction file put into it."""

    data: bytes
    replaced: int
    deleted: int
    added: int


@dataclass(frozen=True, slots=True)
class Patch:
    """A correction file, before it is put anywhere."""

    file: str
    table: Table
    at_row: int
    """Where the column with the original's row stands."""
    at_original: int | None
    form_columns: Mapping[int, str]
    """Columns that correct something: where they stand, and their heading."""

    @property
    def originals(self) -> dict[str, int]:
        """Digits of the originals' hashes that the rows name, each with the first such row.

        A spreadsheet may take digits for a number (`12e4…`) and spoil them; what is no hash names nothing.
        """
        found: dict[str, int] = {}
        if self.at_original is not None:
            for record in self.table.records:
                digits = str(record.cells[self.at_original]).strip().lower()
                if _DIGITS.fullmatch(digits):
                    found.setdefault(digits, record.row)
        return found

    def cell(self, record: Record, at: int) -> Cell:
        """A cell as it was meant: CSV keeps texts that look like a formula behind an apostrophe."""
        cell = record.cells[at]
        return unguarded(cell) if self.table.container == "csv" and isinstance(cell, str) else cell


def patch_of(form: Form, file: str) -> Patch | None:
    """The correction file that a file is, None if it is none: it has a column for the original's row.

    Args:
        form: the file as it was read, usable or not.
        file: its name.
    """
    names = [heading(name) for name in form.table.header]
    at_row = next((at for at, name in enumerate(names) if name in ROW), None)
    if at_row is None:
        return None
    at_original = next((at for at, name in enumerate(names) if name in ORIGINAL), None)
    own = {*ROW, *ORIGINAL, *PROBLEM, ""}
    columns = {at: unguarded(form.table.header[at]) for at, name in enumerate(names) if name not in own}
    return Patch(file, form.table, at_row, at_original, columns)


def is_torn(form: Form) -> bool:
    """Whether a file looks like a correction file without the column that says which rows it corrects."""
    names = {heading(name) for name in form.table.header}
    return not names & ROW and ("tep goc" in names or bool(names & ORIGINAL and names & PROBLEM))


def merge(patch: Patch, original: bytes, name: str, layout: Layout) -> Merged | list[Finding]:
    """Put a correction file into its original.

    Args:
        patch: the correction file; its own rows can all be read.
        original: the file it corrects, byte for byte.
        name: the original's name.
        layout: the form of both.

    Returns:
        The merged file, or J05 the original is another file or none, J06 a row that the original does not have,
        J07 a row named twice, J09 a heading that neither the original nor the form has.
    """
    digest = hashlib.sha256(original).hexdigest()
    table = read(original, name, NAMES, frozenset(layout.by_heading))
    others = [(digits, row) for digits, row in patch.originals.items() if digits != digest[:SHORT]]
    findings = [
        Finding(NOT_THE_ORIGINAL, file=patch.file, row=row, value=digits, expected=digest[:SHORT])
        for digits, row in others
    ]
    if not table.header:
        findings.append(Finding(NOT_THE_ORIGINAL, file=patch.file, value=name, expected=", ".join(patch.originals)))
    if findings:
        return findings
    target = _Target(table, layout)
    findings = [*_unknown_headings(patch, target, name), *_wrong_rows(patch, target, name)]
    return findings or target.with_patch(patch)


def _unknown_headings(patch: Patch, target: _Target, name: str) -> list[Finding]:
    """J09 for each column of a correction that belongs nowhere, or where another one belongs already."""
    findings = []
    taken = set[int]()
    for title in patch.form_columns.values():
        place = target.place(title)
        if place is None or place in taken:
            found = Finding(UNKNOWN_HEADING, file=patch.file, row=patch.table.header_row, column=title)
            findings.append(replace(found, value=title, expected=name))
        else:
            taken.add(place)
    return findings


def _wrong_rows(patch: Patch, target: _Target, name: str) -> list[Finding]:
    """J06 rows that the original does not have, J07 rows that the correction names twice."""
    findings = []
    seen: dict[int, int] = {}
    title = patch.table.header[patch.at_row]
    for record in patch.table.records:
        cell = record.cells[patch.at_row]
        if cell == "":
            continue
        found = Finding(NO_SUCH_ROW, file=patch.file, row=record.row, column=title, value=str(cell)[:80], expected=name)
        number = _row_number(cell)
        if number not in target.rows:
            findings.append(found)
        elif number in seen:
            findings.append(replace(found, rule=ROW_TWICE, expected=str(seen[number])))
        else:
            seen[number] = record.row
    return findings


def _row_number(cell: Cell) -> int:
    """The row that a cell names; 0, which no file has, where it names none."""
    text = str(cell).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("1048576") else 0


class _Target:
    """The original's rows by number, ready to be changed and written as CSV."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table, self._layout = table, layout
        self.header = list(table.header)
        keys = {at: column.key for at, name in enumerate(table.header) if (column := _column(layout, name))}
        self._by_key = {key: at for at, key in keys.items()}
        self._by_name = {heading(name): at for at, name in enumerate(table.header)}
        self.rows: dict[int, list[str]] = {
            record.row: [self._text(at, cell) for at, cell in enumerate(record.cells)] for record in table.records
        }
        self.rows |= {row: [self._text(at, c) for at, c in enumerate(cells)] for row, cells in table.reported.items()}

    def place(self, title: str) -> int | None:
        """Where a correction's column stands; a column of the form that the original lacks gets a place at the end."""
        column = _column(self._layout, title)
        if column is None:
            return self._by_name.get(heading(title))
        if column.key not in self._by_key:
            self._by_key[column.key] = len(self.header)
            self.header.append(title)
        return self._by_key[column.key]

    def with_patch(self, patch: Patch) -> Merged:
        """The merged file; the correction fits."""
        found = {at: self.place(title) for at, title in patch.form_columns.items()}
        places = {at: place for at, place in found.items() if place is not None}
        of_the_form = [at for at in places if _column(self._layout, patch.form_columns[at])]
        rows = {number: self._widened(cells) for number, cells in self.rows.items()}
        last = max([*rows, self._table.header_row])
        replaced = deleted = added = 0
        for record in patch.table.records:
            number = _row_number(record.cells[patch.at_row])
            if all(record.cells[at] == "" for at in of_the_form):
                deleted += rows.pop(number, None) is not None
                continue
            if number:
                replaced += 1
            else:
                last, added = last + 1, added + 1
                number = last
            cells = rows[number] if len(rows.get(number, ())) == len(self.header) else [""] * len(self.header)
            for at, place in places.items():
                cells[place] = self._text(place, patch.cell(record, at))
            rows[number] = cells
        return Merged(_csv(self._table, self.header, rows, last), replaced, deleted, added)

    def _widened(self, cells: list[str]) -> list[str]:
        """A row under the header as it is now; one with too many or too few cells keeps being so.

        Nobody knows which of its cells is lacking, so only a correction makes it whole.
        """
        before, more = len(self._table.header), len(self.header) - len(self._table.header)
        if len(cells) < before:
            return cells
        return cells + ["?" if len(cells) > before else ""] * more

    def _text(self, at: int, cell: Cell) -> str:
        """A cell as CSV text with the same meaning; what could not be read in the original cannot be read in it."""
        column = _column(self._layout, self.header[at]) if at < len(self.header) else None
        if isinstance(cell, Odd):
            return f"<{cell.text}>" if column else cell.text
        if isinstance(cell, date):
            shown = f"{cell:%d/%m/%Y}"
            return shown if column is None or column.kind == "date" else f"<{shown}>"
        return str(cell)


def _column(layout: Layout, title: str) -> Column | None:
    return layout.by_heading.get(heading(title))


def _csv(table: Table, header: Sequence[str], rows: Mapping[int, Sequence[str]], last: int) -> bytes:
    """The rows at their numbers: titles, header, data; an empty line where there is none."""
    titles = {number: [str(cell) for cell in cells] for number, cells in enumerate(table.titles, start=1)}
    every = {**titles, table.header_row: list(header), **rows}
    out = io.StringIO(newline="")
    write = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for number in range(1, last + 1):
        write.writerow(every.get(number, []))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")
