"""Units and people: who keeps books, who settles with whom, who reports to whom, who may do what.

Guarantees: both trees (`settles_to`, the budget tree; `reports_to`, the Party line) are read from dated rows and
are free of cycles and unknown parents on every day they are used for; whatever breaks this is a finding (U..),
never a silent default. A commune Party office settles with its own commune: its `settles_to` names a body
outside the province's tree and starts with `@` (CV 15779-CV/VPTW of 29/06/2025: level-I unit of the commune).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ledger import registers
from ledger.findings import Finding, Language
from ledger.registers import Row

Tree = Literal["budget", "party"]

UNIT_COLUMNS = (
    "unit",
    "name_vi",
    "name_en",
    "kind",
    "level",
    "chapter",
    "settles_to",
    "reports_to",
    "served_by",
    "successor",
    "valid_from",
    "valid_to",
)
PEOPLE_COLUMNS = ("person", "name", "role", "units", "public_key", "valid_from", "valid_to")

KINDS = frozenset({"office", "committee", "service_unit", "commune_office", "enterprise"})
LEVELS = frozenset({"I", "II", "III", ""})
ROLES = frozenset(
    {"accountant", "chief_accountant", "head", "officer", "reviewer", "approver", "inspector", "operator"}
)
OUTSIDE = "@"

#: What each role may do on the units of its row. Reading is everybody's, within their units. Whose certification it
#: is, the accountant's or the head's, follows from the role (`importers.states.SIGNING`).
RIGHTS: dict[str, frozenset[str]] = {
    "accountant": frozenset({"submit", "certify", "justify"}),
    "chief_accountant": frozenset({"submit", "certify", "justify"}),
    "head": frozenset({"certify"}),
    "officer": frozenset({"submit", "return", "extend", "settle", "documents", "propose", "assign", "override"}),
    "reviewer": frozenset({"return", "settle", "review", "documents"}),
    "approver": frozenset({"approve", "seal", "override"}),
    "inspector": frozenset(),
    "operator": frozenset({"submit", "register"}),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One dated row of the register of units."""

    unit: str
    name_vi: str
    name_en: str
    kind: str
    level: str
    chapter: str
    settles_to: str
    reports_to: str
    served_by: str
    successor: str
    valid_from: str
    valid_to: str

    def name(self, language: Language) -> str:
        """The unit's name in the reader's language."""
        return self.name_vi if language == "vi" else self.name_en

    @property
    def keeps_books(self) -> bool:
        """Whether vouchers are expected of it (a Party enterprise is registered only)."""
        return self.kind != "enterprise"


@dataclass(frozen=True, slots=True)
class Person:
    """One dated row of the register of people: a person in one role for some units."""

    person: str
    name: str
    role: str
    units: str
    """Unit codes separated by spaces, or `*` for all."""
    public_key: str
    valid_from: str
    valid_to: str

    def covers(self, unit: str) -> bool:
        """Whether this row speaks for the unit."""
        return self.units == "*" or unit in self.units.split()


class Units:
    """The register of units, asked by day."""

    def __init__(self, rows: Iterable[Unit]) -> None:
        self._rows = tuple(rows)

    @classmethod
    def read(cls, data: bytes, file: str = "registers/units.csv") -> tuple[Units, list[Finding]]:
        """Read the register; the findings (U01-U11) name everything that is wrong with it."""
        rows, findings = registers.read(data, UNIT_COLUMNS, file)
        findings += registers.date_findings(rows, file)
        findings += registers.overlap_findings(rows, ("unit",), file)
        findings += _vocabulary_findings(rows, file)
        units = cls(Unit(**row) for _, row in rows)
        findings += units._tree_findings(rows, file)
        return units, findings

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._rows)

    def known(self, code: str) -> bool:
        """Whether any row, of any time, has this code."""
        return any(row.unit == code for row in self._rows)

    def get(self, code: str, on: str | None = None) -> Unit | None:
        """The unit's row in force on an ISO date (without a date: its newest row), or None."""
        rows = [row for row in self._rows if row.unit == code]
        if on is not None:
            rows = [row for row in rows if registers.in_force(row.valid_from, row.valid_to, on)]
        return max(rows, key=lambda row: row.valid_from, default=None)

    def active(self, on: str) -> list[Unit]:
        """All rows in force on an ISO date, in the register's order."""
        return [row for row in self._rows if registers.in_force(row.valid_from, row.valid_to, on)]

    def root(self, on: str) -> str:
        """The office at the top of the budget tree on that day ("" when the register has none)."""
        return next((row.unit for row in self.active(on) if row.kind == "office"), "")

    def tree(self, tree: Tree, on: str) -> list[str]:
        """Codes of the root and everything below it, parents before children.

        `budget`: all that settle to the office, directly or not. `party`: all that report to it.
        """
        parent = {row.unit: _parent(row, tree) for row in self.active(on)}
        found = [self.root(on)] if self.root(on) else []
        for code in found:
            found.extend(unit for unit, above in parent.items() if above == code and unit not in found)
        return found

    def _tree_findings(self, rows: list[tuple[int, Row]], file: str) -> list[Finding]:
        findings = []
        codes = {row.unit for row in self._rows}
        if sum(1 for row in self._rows if row.kind == "office" and not row.valid_to) != 1:
            findings.append(Finding("U06", file=file, column="kind", expected="1"))
        for number, row in rows:
            for column in ("settles_to", "reports_to", "served_by", "successor"):
                other = row[column]
                if other and not other.startswith(OUTSIDE) and other not in codes:
                    findings.append(Finding("U07", unit=row["unit"], file=file, row=number, column=column, value=other))
        for tree in ("settles_to", "reports_to"):
            findings += _cycle_findings(rows, tree, file)
        return findings


class People:
    """The register of people, asked by day."""

    def __init__(self, rows: Iterable[Person]) -> None:
        self.rows = tuple(rows)

    @classmethod
    def read(cls, data: bytes, units: Units, file: str = "registers/people.csv") -> tuple[People, list[Finding]]:
        """Read the register; findings U01-U04 (form, dates), U09 (role), U10 (unit), U11 (overlap in a role)."""
        rows, findings = registers.read(data, PEOPLE_COLUMNS, file)
        findings += registers.date_findings(rows, file)
        findings += registers.overlap_findings(rows, ("person", "role", "units"), file)
        for number, row in rows:
            if row["role"] not in ROLES:
                findings.append(
                    Finding(
                        "U09",
                        file=file,
                        row=number,
                        column="role",
                        value=row["role"],
                        expected=", ".join(sorted(ROLES)),
                    )
                )
            unknown = [code for code in row["units"].split() if code != "*" and not units.known(code)]
            if unknown:
                findings.append(Finding("U10", file=file, row=number, column="units", value=" ".join(unknown)))
        return cls(Person(**row) for _, row in rows), findings

    def get(self, person: str, on: str) -> list[Person]:
        """The rows of a person in force on an ISO date, one per role."""
        return [r for r in self.rows if r.person == person and registers.in_force(r.valid_from, r.valid_to, on)]

    def name(self, person: str) -> str:
        """The person's name as written on documents; the identifier itself when unknown."""
        return next((row.name for row in reversed(self.rows) if row.person == person), person)

    def role_for(self, person: str, action: str, unit: str, on: str) -> str:
        """The role in which the person may do the action for the unit on that day, or ""."""
        for row in self.get(person, on):
            if action in RIGHTS.get(row.role, frozenset()) and row.covers(unit):
                return row.role
        return ""


def _parent(row: Unit, tree: Tree) -> str:
    return row.settles_to if tree == "budget" else row.reports_to


def _vocabulary_findings(rows: list[tuple[int, Row]], file: str) -> list[Finding]:
    findings = []
    for number, row in rows:
        for column, allowed in (("kind", KINDS), ("level", LEVELS)):
            if row[column] not in allowed:
                findings.append(
                    Finding(
                        "U05",
                        unit=row["unit"],
                        file=file,
                        row=number,
                        column=column,
                        value=row[column],
                        expected=", ".join(sorted(allowed)),
                    )
                )
    return findings


def _cycle_findings(rows: list[tuple[int, Row]], tree: str, file: str) -> list[Finding]:
    """U08 once per cycle, at its first unit; rows of different times are taken together, which is stricter."""
    parent = {row["unit"]: row[tree] for _, row in rows}
    number_of = {row["unit"]: number for number, row in rows}
    findings, done = [], set[str]()
    for start in parent:
        path: list[str] = []
        code = start
        while code in parent and code not in path and code not in done:
            path.append(code)
            code = parent[code]
        if code in path:
            ring = [*path[path.index(code) :], code]
            findings.append(
                Finding("U08", unit=code, file=file, row=number_of[code], column=tree, value=" → ".join(ring))
            )
        done.update(path)
    return findings
