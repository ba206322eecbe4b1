"""Control totals: how many rows and which sum the submitter says the file has, against what it has.

Guarantees: what is stated is compared before any row is judged, so that a truncated or doubled file is told as such
and not by a hundred errors; a statement that cannot be read is told, never passed over; a sum is compared only where
every amount can be read. Lines of totals and signatures are no rows here.

The submitter says them on the command line, or above the table: `Tổng số dòng: 12`, `Tổng số tiền: 1.234.567`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from importers.cells import read_cell
from importers.forms import Form
from importers.layouts import Column
from importers.tables import Cell
from ledger.findings import Finding
from ledger.money import MoneyError, money, parse_money
from ledger.vietnamese import fold

ROWS, TOTAL = "J01", "J02"
NOT_COMPARED, NOT_READ = "J11", "J12"
NO_DATA = frozenset({"F15", "F16"})
"""Codes of rows that are lines of totals or signatures."""

LABELS = {"tong so dong": ROWS, "rows": ROWS, "tong so tien": TOTAL, "total": TOTAL}
"""What stands before a stated number, in the form it is compared in."""

_UNIT_WORD = re.compile(r"\s*(?:đồng|đ|₫|vnd|dòng|rows)\.?$", re.IGNORECASE)


class Stated(NamedTuple):
    """What the submitter says; None: nothing."""

    rows: int | None = None
    total: int | None = None
    """Whole đồng."""


class Control(NamedTuple):
    """What was stated, and what the file has."""

    stated: Stated = Stated()
    rows: int = 0
    total: int | None = None
    """Whole đồng; None: an amount cannot be read, or the form has no such sum."""

    def as_dict(self) -> dict[str, dict[str, int | None]]:
        """As every door shows it."""
        return {
            "rows": {"stated": self.stated.rows, "counted": self.rows},
            "total": {"stated": self.stated.total, "counted": self.total},
        }


NOTHING_STATED = Control()


class _Place(NamedTuple):
    """A number above the table."""

    code: str
    row: int
    label: str
    cell: Cell


def compare(form: Form, said: Stated, *, restated: bool = False) -> tuple[Control, list[Finding]]:
    """Compare what is stated with what a usable file has.

    Args:
        form: the file as it was read.
        said: on the command line, or by the correction file.
        restated: what is said takes the place of what stands above the table (that was said of an older state);
            otherwise both are compared.

    Returns:
        The totals and J01 other number of rows, J02 other sum, J12 a stated number that is none (these refuse the
        file), J11 the sum cannot be compared yet (a remark).
    """
    places = list(_places(form.table.titles)) if form.usable else []
    above = {place.code: number for place in places if (number := _number(place)) is not None}
    stated = Stated(*(_first(own, above.get(code)) for own, code in zip(said, (ROWS, TOTAL), strict=True)))
    rows, total = counted(form)
    control = Control(stated, rows, total)
    if not form.usable:
        return control, []
    replaced = {code for own, code in zip(said, (ROWS, TOTAL), strict=True) if own is not None} if restated else set()
    findings = [_unreadable(place) for place in places if place.code not in above and place.code not in replaced]
    claims: list[tuple[str, int, _Place | None]]
    claims = [(code, own, None) for own, code in zip(said, (ROWS, TOTAL), strict=True) if own is not None]
    claims += [(p.code, above[p.code], p) for p in places if p.code in above and p.code not in replaced]
    return control, findings + list(_compared(claims, {ROWS: rows, TOTAL: total}))


def counted(form: Form) -> tuple[int, int | None]:
    """Rows of data in a file, and the sum of the column that its form sums (None: not every amount can be read)."""
    no_data = {finding.row for finding in form.findings if finding.rule in NO_DATA}
    rows = form.rows - len(no_data & form.reported)
    column = next((column for column in form.layout.columns if column.key == form.layout.control), None)
    if column is None or not form.usable:
        return rows, None
    total = sum(line.amounts.get(column.key, 0) for line in form.lines)
    refused = _amounts_of_refused(form, column, form.reported - no_data)
    return rows, None if None in refused else total + sum(amount for amount in refused if amount is not None)


def _amounts_of_refused(form: Form, column: Column, rows: frozenset[int]) -> list[int | None]:
    """Amounts of rows that another cell makes unusable; None where the amount itself is."""
    if not rows:
        return []
    title = form.headings.get(column.key)
    at = form.table.header.index(title) if title in form.table.header else None
    cells = {record.row: record.cells for record in form.table.records}
    found: list[int | None] = []
    for row in sorted(rows):
        cell = cells[row][at] if at is not None and row in cells else None
        value = 0 if cell == "" and column.may_be_empty else None if cell in {None, ""} else read_cell(cell, column)
        found.append(value if isinstance(value, int) else None)
    return found


def _places(titles: Sequence[Sequence[Cell]]) -> Iterator[_Place]:
    """Each stated number above the table: in the label's own cell after a colon, or in the next filled cell."""
    for row, cells in enumerate(titles, start=1):
        for at, cell in enumerate(cells):
            if not isinstance(cell, str):
                continue
            label, colon, rest = cell.partition(":")
            code = LABELS.get(fold(label))
            if code is None:
                continue
            value = rest.strip() or next((other for other in cells[at + 1 :] if other != ""), "")
            place = _Place(code, row, label.strip(), value)
            if value != "" and (colon or _number(place) is not None):
                yield place


def _number(place: _Place) -> int | None:
    """The whole number that is stated, None where it is none."""
    if isinstance(place.cell, int):
        return place.cell
    if not isinstance(place.cell, str):
        return None
    try:
        return parse_money(_UNIT_WORD.sub("", place.cell))
    except MoneyError:
        return None


def _unreadable(place: _Place) -> Finding:
    return Finding(NOT_READ, row=place.row, column=place.label, value=str(place.cell)[:80], expected="1.234.567")


def _compared(claims: Sequence[tuple[str, int, _Place | None]], have: Mapping[str, int | None]) -> Iterator[Finding]:
    """J01 and J02 where a claim is not what the file has; J11 once where the sum cannot be told."""
    for code, stated, place in claims:
        found = have[code]
        where = Finding(code, row=place.row if place else None, column=place.label if place else "")
        if found is None:
            yield replace(where, rule=NOT_COMPARED, value=money(stated))
        elif found != stated:
            yield replace(where, value=money(found), expected=money(stated), difference=found - stated)


def _first(one: int | None, other: int | None) -> int | None:
    return other if one is None else one
