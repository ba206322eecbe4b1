"""The rows of one file of a register while it is checked, and what several registers check alike.

Guarantees: a row that a finding refuses is in `reported` and is not concluded from; findings name columns by the
submitter's own headings; what was accepted for other periods is read once, without the slot that is being filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain

from importers.request import Request
from ledger import records
from ledger.findings import Finding
from ledger.money import money
from ledger.records import Record
from ledger.vietnamese import date_vi


class Sheet:
    """One file of a register."""

    def __init__(self, request: Request) -> None:
        """Take the rows of a file that was read under its form."""
        self.request = request
        self.slot, self.form, self.file = request.slot, request.form, request.file
        kind, unit, period = self.slot.kind, self.slot.unit, self.slot.period.text
        self.rows = tuple(
            Record(unit, period, line.row, {key: line.texts[key] for key in records.TEXTS[kind]}, line.amounts)
            for line in self.form.lines
        )
        self.findings: list[Finding] = []
        self.reported: set[int] = set()

    @property
    def sound(self) -> list[Record]:
        """The rows that no finding refuses, in the file's order."""
        return [row for row in self.rows if row.row not in self.reported]

    @property
    def whole(self) -> bool:
        """Whether every row of the file is sound."""
        return not self.form.reported and not self.reported

    @cached_property
    def held(self) -> Mapping[str, tuple[Record, ...]]:
        """Period → rows that the unit's accepted files of this kind hold, this slot's included."""
        return records.of_unit(self.request.book, self.slot.kind, self.slot.unit)

    @property
    def others(self) -> list[Record]:
        """Rows accepted for other periods, oldest period first."""
        own = self.slot.period.text
        return list(chain.from_iterable(rows for period, rows in self.held.items() if period != own))

    def refuse(self, code: str, row: Record, column: str, *shown: str, **more: str | int) -> None:
        """A finding that refuses a row; see `finding` for the arguments."""
        self.reported.add(row.row)
        self.note(code, row, column, *shown, **more)

    def note(self, code: str, row: Record, column: str, *shown: str, **more: str | int) -> None:
        """A finding at a row that does not refuse it; see `finding` for the arguments."""
        self.findings.append(finding(code, row, column, *shown, **more))

    def placed(self, found: Finding) -> Finding:
        """A finding of this file's own rows with file name and the submitter's heading."""
        return replace(found, unit="", period="", file=self.file, column=self.heading(found.column))

    def heading(self, key: str) -> str:
        """A column as the submitter's file calls it."""
        known = self.form.layout.by_key
        return self.form.headings.get(key) or (known[key].vi if key in known else key)


def finding(code: str, row: Record, column: str, *shown: str, **more: str | int) -> Finding:
    """A finding at a row of a register, its column by key.

    Args:
        code: of the finding.
        row: where.
        column: key of the column.
        shown: what stands there, and what should stand there.
        more: `other` and `difference` are the finding's own; everything else goes to its texts.
    """
    value, expected = (*shown, "", "")[:2]
    other, difference = more.pop("other", ""), more.pop("difference", None)
    return Finding(
        code,
        unit=row.unit,
        period=row.period,
        row=row.row,
        column=column,
        value=value,
        expected=expected,
        difference=None if difference is None else int(difference),
        other=str(other),
        params=more,
    )


def place(row: Record) -> str:
    """A row for people of both languages: `VPTU 2026-02, dòng/row 14`."""
    return f"{row.unit} {row.period}, dòng/row {row.row}"


def once(sheet: Sheet, *columns: str) -> None:
    """G01 for every row that repeats what these columns say together."""
    seen: dict[tuple[str, ...], int] = {}
    for row in sheet.rows:
        key = tuple(row.texts[column].casefold() for column in columns)
        if key in seen:
            shown = " ".join(row.texts[column] for column in columns if row.texts[column])
            sheet.refuse("G01", row, columns[0], shown, str(seen[key]))
        seen.setdefault(key, row.row)


def new_number(sheet: Sheet, column: str, *, within_the_year: bool) -> None:
    """G02 for a number that an accepted file of another period has already."""
    year = str(sheet.slot.period.year)
    others = [row for row in sheet.others if not within_the_year or row.period.startswith(year)]
    taken = {row.texts[column].casefold(): row for row in others}
    for row in sheet.rows:
        before = taken.get(row.texts[column].casefold())
        if before is not None:
            sheet.refuse("G02", row, column, row.texts[column], before.period, other=place(before))


def in_the_month(sheet: Sheet, column: str) -> None:
    """F62 once when every day lies outside the period, else G03 for each that does."""
    period = sheet.slot.period
    wrong = [row for row in sheet.rows if not period.first_day <= row.texts[column] <= period.last_day]
    expected = f"{period.month:02}/{period.year}"
    if wrong and len(wrong) == len(sheet.rows):
        months = sorted({f"{row.texts[column][5:7]}/{row.texts[column][:4]}" for row in wrong})
        sheet.refuse("F62", wrong[0], column, ", ".join(months[:6]), expected, count=len(wrong))
        return
    for row in wrong:
        sheet.refuse("G03", row, column, date_vi(row.texts[column]), expected)


def in_order(sheet: Sheet, first: str, last: str) -> None:
    """G04 for a last day before the first one."""
    for row in sheet.rows:
        if row.texts[last] < row.texts[first]:
            sheet.refuse("G04", row, last, date_vi(row.texts[last]), f"≥ {date_vi(row.texts[first])}")


def not_negative(sheet: Sheet, *columns: str) -> None:
    """G05 for an amount below 0."""
    for row in sheet.rows:
        for column in columns:
            if row.number(column) < 0:
                sheet.refuse("G05", row, column, money(row.number(column)))


def known_units(sheet: Sheet, *columns: str) -> None:
    """G06 once per unit code that the register of units does not have."""
    units = sheet.request.book.units
    told: set[str] = set()
    for row in sheet.rows:
        for column in columns:
            code = row.texts[column]
            if code and not units.known(code):
                sheet.reported.add(row.row)
                if code not in told:
                    sheet.refuse("G06", row, column, code, count=_count(sheet.rows, columns, code))
                told.add(code)


def _count(rows: Sequence[Record], columns: Iterable[str], code: str) -> int:
    return sum(1 for row in rows if code in {row.texts[column] for column in columns})
