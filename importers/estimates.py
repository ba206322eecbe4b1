"""The estimates form: rows of a file become lines of estimate decisions, with what is wrong in their form.

Guarantees: the lines of one decision and kind agree in date, and each has the sign of its kind, or the opposite where
it takes a decision back; a unit receives only from a unit above it in the budget tree, or from an authority outside the
province's tree when it has no unit above; a total is assigned to the unit that hands it in, and to no other.
Whether a decision leaves enough for what is already spent is the rules' business (E).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from importers.forms import Form, Line
from importers.periods import Period
from importers.vouchers import other_row
from ledger.estimates import EITHER_SIGN, LATER, NEGATIVE, EstimateLine
from ledger.findings import Finding
from ledger.money import money
from ledger.units import OUTSIDE, Units
from ledger.vietnamese import date_vi

TOTAL = "total"
"""What an outside authority assigns to a unit of level I, for allocation."""


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """What a file of estimate decisions holds."""

    lines: tuple[EstimateLine, ...]
    """The sound ones, in the file's order, still without their submission."""
    reported: frozenset[int]
    findings: tuple[Finding, ...]


def decisions_of(form: Form, file: str, assigning: str, period: Period, units: Units, today: str) -> DecisionFile:
    """The decision lines of a file.

    Args:
        form: the file as read under the estimates layout.
        file: its name, for findings.
        assigning: the unit that hands it in.
        period: the year it is handed in for.
        units: the register of units.
        today: the day of the submission, ISO.
    """
    check = _Check(form, file, assigning, period, units, today)
    first: dict[str, Line] = {}
    seen: dict[object, int] = {}
    for line in form.lines:
        check.row(line)
        check.against(line, first.setdefault(line.texts["decision"], line))
        key = (*line.texts.items(), *line.amounts.items())
        if key in seen:
            other = other_row(file, seen[key])
            check.refuse("F44", line, "decision", line.texts["decision"], str(seen[key]), other=other)
        seen.setdefault(key, line.row)
    lines = [_line(line, assigning) for line in form.lines if line.row not in check.reported]
    return DecisionFile(tuple(lines), frozenset(check.reported), tuple(check.findings))


class _Check:
    def __init__(self, form: Form, file: str, assigning: str, period: Period, units: Units, today: str) -> None:
        self._form, self._file, self._assigning = form, file, assigning
        self._period, self._units, self._today = period, units, today
        self._unit_told: set[str] = set()
        self.reported: set[int] = set()
        self.findings: list[Finding] = []

    def row(self, line: Line) -> None:
        """F32 no amount, F74 sign, F76 another year, F77 unknown unit, F72 unit not below, F79 decision of tomorrow.

        F68 a total for another unit.
        """
        amount, kind = line.amounts["amount"], line.texts["kind"]
        negative = (kind in NEGATIVE) != bool(line.texts["reverses"])
        if amount == 0:
            self.refuse("F32", line, "amount", "0")
        elif kind not in EITHER_SIGN and (amount < 0) != negative:
            self.refuse("F74", line, "amount", money(amount), money(-amount))
        if kind == TOTAL and line.texts["unit"] != self._assigning:
            self.refuse("F68", line, "unit", line.texts["unit"], self._assigning)
        if line.texts["budget_year"] != str(self._period.year):
            self.refuse("F76", line, "budget_year", line.texts["budget_year"], str(self._period.year))
        if line.texts["date"] > self._today:
            self.refuse("F79", line, "date", date_vi(line.texts["date"]), f"≤ {date_vi(self._today)}")
        self._unit(line)

    def _unit(self, line: Line) -> None:
        """The receiving unit; a wrong one is told once, however many lines it has."""
        unit = line.texts["unit"]
        row = self._units.get(unit, max(line.texts["date"], f"{line.texts['budget_year']}-01-01"))
        code = "F77" if row is None else "" if self._below(unit) else "F72"
        if code:
            self.reported.add(line.row)
            if unit not in self._unit_told:
                self._unit_told.add(unit)
                count = sum(1 for other in self._form.lines if other.texts["unit"] == unit)
                self.refuse(code, line, "unit", unit, "", count=count, assigning=self._assigning)

    def _below(self, unit: str) -> bool:
        """Whether the unit receives from the assigning unit: it is below it, or on top and receives from outside."""
        on = max(self._period.first_day, min(self._today, self._period.last_day))
        row = self._units.get(unit, on) or self._units.get(unit)
        if unit == self._assigning:
            return row is not None and (not row.settles_to or row.settles_to.startswith(OUTSIDE))
        passed: set[str] = set()
        while row is not None and row.settles_to and row.settles_to not in passed:
            if row.settles_to == self._assigning:
                return True
            passed.add(row.settles_to)
            row = self._units.get(row.settles_to, on) or self._units.get(row.settles_to)
        return False

    def against(self, line: Line, first: Line) -> None:
        """F75 when the rows of a decision disagree in what they have in common."""
        for name in ("date", "budget_year"):
            if line.texts[name] != first.texts[name]:
                shown = [date_vi(t.texts[name]) if name == "date" else t.texts[name] for t in (line, first)]
                self.refuse("F75", line, name, *shown)

    def refuse(
        self,
        code: str,
        line: Line,
        column: str,
        value: str,
        expected: str = "",
        *,
        other: str = "",
        **params: str | int,
    ) -> None:
        """Record a finding on a row; further keywords are values for the texts."""
        self.reported.add(line.row)
        self.findings.append(
            Finding(
                code,
                file=self._file,
                row=line.row,
                column=self._form.headings[column],
                value=value,
                expected=expected,
                other=other,
                params={"decision": line.texts["decision"], **params},
            )
        )


def _line(line: Line, assigning: str) -> EstimateLine:
    names = ("decision", "date", "kind", "unit", "source", "clause", "item", "budget_year", "note", *LATER)
    values: dict[str, Any] = {name: line.texts[name] for name in names}
    return EstimateLine(**values, assigning_unit=assigning, amount=line.amounts["amount"], submission="", row=line.row)


def by_decision(lines: Sequence[EstimateLine]) -> dict[str, list[EstimateLine]]:
    """Lines by decision number, in their order."""
    groups: dict[str, list[EstimateLine]] = {}
    for line in lines:
        groups.setdefault(line.decision, []).append(line)
    return groups
