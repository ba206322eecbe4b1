"""What a new version of a slot changes, row by row: for the submitter before it happens, for the auditor after it.

Guarantees: rows are matched by document and content, never by position, so that an inserted row is one addition and
an edited cell one change; every row of either file is either in both as it is, or named; the same two files always
give the same list.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from importers.forms import Form
from importers.layouts import Layout
from importers.slots import Values, identity_columns, rows_of
from ledger.money import money
from ledger.vietnamese import date_vi

COLUMNS = ("document", "row_before", "row_after", "column", "old", "new")
"""Columns of the list as it is kept in the book."""

NEAR = 50
"""How many rows of one document are looked at for the most similar one."""

Rows = list[tuple[int, Values]]


class RowChange(NamedTuple):
    """One changed cell, or one row that came or went."""

    document: str
    """Number of the document (first column of the form)."""
    before: int | None
    """Row in the file that is replaced; None: the row is new."""
    after: int | None
    """Row in the new file; None: the row is gone."""
    key: str
    """Column; empty where the whole row is meant."""
    column: str
    """Its heading in the new file."""
    old: str | int
    """Text, ISO date or whole đồng; for a whole row its filled cells, as people write them."""
    new: str | int


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two versions."""

    added: int
    changed: int
    removed: int
    documents: tuple[str, ...]
    """Numbers of the documents that differ, sorted."""
    rows: tuple[RowChange, ...]
    """By document; in it changed cells and removed rows by their row before, then added rows."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows added, changed and removed."""
        return {"added": self.added, "changed": self.changed, "removed": self.removed}


def difference(old: Form, new: Form) -> Difference:
    """Compare two files of one form."""
    before, after = rows_of(old), rows_of(new)
    told: list[RowChange] = []
    documents = []
    counts = Counter[str]()
    for number in sorted(before.keys() | after.keys()):
        found = list(_document(new, number, before.get(number, []), after.get(number, [])))
        if found:
            documents.append(number)
            told += found
            counts["added"] += sum(1 for change in found if change.before is None)
            counts["removed"] += sum(1 for change in found if change.after is None)
            counts["changed"] += len({c.before for c in found if c.before is not None and c.after is not None})
    return Difference(counts["added"], counts["changed"], counts["removed"], tuple(documents), tuple(told))


def shown(value: str | int, layout: Layout, key: str) -> str:
    """An old or new value as people write it: `1.234.567`, `05/03/2026`, `Thực chi`."""
    if isinstance(value, int):
        return money(value)
    column = layout.by_key.get(key)
    if column is None or not value:
        return value
    if column.kind == "word":
        return next((word for word, meaning in column.words.items() if meaning == value), value)
    return date_vi(value) if column.kind == "date" else value


def changes_csv(found: Difference) -> bytes:
    """The list as it is kept in the book: UTF-8, ISO dates, digits without separators."""
    out = io.StringIO(newline="")
    write = csv.writer(out, lineterminator="\n")
    write.writerow(COLUMNS)
    for change in found.rows:
        places = ("" if row is None else row for row in (change.before, change.after))
        write.writerow([change.document, *places, change.key, change.old, change.new])
    return out.getvalue().encode("utf-8")


def _document(new: Form, number: str, before: Rows, after: Rows) -> Iterator[RowChange]:
    """What differs in one document: pairs of rows that are the same but for some cells, then the rest."""
    gone, come = _without_equal(before, after)
    pairs = _pairs(gone, come)
    columns = identity_columns(new.layout)
    paired = {was[0]: now for was, now in pairs}
    for row, values in gone:
        if row not in paired:
            yield RowChange(number, row, None, "", "", _whole(values, new.layout), "")
            continue
        now_row, now = paired[row]
        for column, one, other in zip(columns, values, now, strict=True):
            if one != other:
                title = new.headings.get(column.key, column.vi)
                yield RowChange(number, row, now_row, column.key, title, one, other)
    taken = {now[0] for now in paired.values()}
    for row, values in come:
        if row not in taken:
            yield RowChange(number, None, row, "", "", "", _whole(values, new.layout))


def _without_equal(before: Rows, after: Rows) -> tuple[Rows, Rows]:
    """The rows that have no equal in the other file."""
    same = Counter(values for _, values in before) & Counter(values for _, values in after)

    def rest(rows: Rows) -> Rows:
        left, kept = Counter(same), []
        for row, values in rows:
            if left[values]:
                left[values] -= 1
            else:
                kept.append((row, values))
        return kept

    return rest(before), rest(after)


def _pairs(gone: Rows, come: Rows) -> list[tuple[tuple[int, Values], tuple[int, Values]]]:
    """Old rows with the new rows that they became: first those that differ in one cell, then the most similar."""
    pairs = []
    waiting = dict(come)
    left: Rows = []
    by_others = _by_other_cells(come)
    for row, values in gone:
        near = (_first(by_others.get(key), waiting) for key in _other_cells(values))
        found = next((new for new in near if new is not None), None)
        if found is None:
            left.append((row, values))
        else:
            pairs.append(((row, values), (found, waiting.pop(found))))
    for row, values in left:
        near_by = [new for _, new in zip(range(NEAR), waiting, strict=False)]
        best = max(near_by, key=lambda new: _alike(values, waiting[new]), default=None)
        if best is not None and _alike(values, waiting[best]) * 2 >= _filled(values, waiting[best]):
            pairs.append(((row, values), (best, waiting.pop(best))))
    return pairs


def _by_other_cells(rows: Rows) -> dict[tuple[int, Values], deque[int]]:
    """Rows by all of their cells but one."""
    found: dict[tuple[int, Values], deque[int]] = {}
    for row, values in rows:
        for key in _other_cells(values):
            found.setdefault(key, deque()).append(row)
    return found


def _first(rows: deque[int] | None, waiting: Mapping[int, Values]) -> int | None:
    """The first row that has no partner yet; those that have one are dropped, so that none is looked at twice."""
    while rows:
        if rows[0] in waiting:
            return rows[0]
        rows.popleft()
    return None


def _other_cells(values: Values) -> Iterator[tuple[int, Values]]:
    for at in range(len(values)):
        yield at, values[:at] + values[at + 1 :]


def _alike(one: Values, other: Values) -> int:
    """In how many cells both rows have the same content."""
    return sum(1 for a, b in zip(one, other, strict=True) if a == b != "")


def _filled(one: Values, other: Values) -> int:
    return sum(1 for a, b in zip(one, other, strict=True) if a != "" or b != "")


def _whole(values: Sequence[str | int], layout: Layout) -> str:
    """A row for people: its filled cells in the form's order."""
    columns = identity_columns(layout)
    cells = (shown(value, layout, column.key) for column, value in zip(columns, values, strict=True))
    return " | ".join(cell for cell in cells if cell)
