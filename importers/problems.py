"""The problems of one run as lines of a table, one line each, the same in workbook, CSV and JSON.

Guarantees: every finding of the run is one line and has one number; a consequence names the number of the problem
that it follows from, and that one says how many follow; the submitter's own columns stand beside each line of their
file; both languages' sentences are there, the reader's first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from importers.forms import Form
from importers.grouping import roots
from importers.tables import Cell, heading
from ledger.findings import Catalogue, Finding, Language
from ledger.texts import text
from ledger.vietnamese import date_vi

SEVERITIES = {"error": "Error", "warning": "Warning", "info": "Remark"}
"""Severity → the word for it (English text)."""

TITLES = (
    ("number", "No.", 6),
    ("severity", "Severity", 11),
    ("rule", "Code of problem", 8),
    ("sheet", "Sheet or file", 16),
    ("row", "At row", 8),
    ("column", "In column", 16),
    ("voucher", "In document", 14),
    ("value", "Value found", 20),
    ("expected", "Value needed", 20),
    ("difference", "By how much", 15),
    ("other", "Other side", 22),
    ("message", "What is wrong", 46),
    ("fix", "How to mend it", 46),
    ("article", "Basis", 30),
    ("root", "Follows from no.", 9),
    ("consequences", "How many follow", 9),
    ("justified", "Justification", 22),
    ("message_2", "What is wrong (in the other language)", 46),
    ("fix_2", "How to mend it (in the other language)", 46),
)
"""Key, heading (English text), width in characters."""

FOR_THE_READER = "justified"
"""The last column that is printed; behind it stand the other language and the submitter's own columns."""

MAY_BE_HIDDEN = frozenset({"voucher", "value", "expected", "difference", "other", "root", "consequences", "justified"})
"""Columns that a sheet hides when no line has anything in them."""

_NUMBERS = frozenset({"number", "row", "difference", "root", "consequences"})


class Problem(NamedTuple):
    """One line."""

    finding: Finding
    cells: dict[str, str | int]
    """By key of `TITLES`; an empty text where there is nothing to say."""
    extra: tuple[str, ...]
    """The submitter's own columns of that row, as they stand; empty for a line about no row of their file."""


def problems(
    findings: Sequence[Finding], form: Form | None, file: str, catalogue: Catalogue, language: Language
) -> Iterator[Problem]:
    """The lines, in the order of the findings.

    Args:
        findings: of one run.
        form: the file as read; None where nobody read it.
        file: its name, as the findings have it.
        catalogue: texts of all codes.
        language: the reader's.
    """
    follows = roots(findings)
    caused = Counter(follows.values())
    own = _own_cells(form)
    sheet = form.table.sheet if form is not None else ""
    for at, finding in enumerate(findings):
        cells = _cells(finding, catalogue, language)
        mine = finding.file == file
        place = sheet or file if mine else " · ".join(p for p in (finding.unit, finding.period, finding.file) if p)
        cells |= {"number": at + 1, "sheet": place, "root": follows[at] + 1 if at in follows else ""}
        cells["consequences"] = caused[at] or ""
        yield Problem(finding, cells, own.get(finding.row or 0, ()) if mine else ())


def extra_headings(form: Form | None) -> list[str]:
    """The submitter's columns that the form does not have, as they head them."""
    return [form.table.header[at] for at in _extra(form)] if form is not None else []


def shown(cell: Cell) -> str:
    """A cell as people read it."""
    return date_vi(cell) if isinstance(cell, date) else str(cell)


def as_json(problem: Problem, extra: Sequence[str]) -> dict[str, Any]:
    """A line with null for nothing, and the submitter's own columns by their headings."""
    empty = {key: None if key in _NUMBERS else "" for key, _, _ in TITLES}
    cells = {key: value for key, value in problem.cells.items() if value != ""}
    cells["severity"] = problem.cells["severity_code"]
    cells.pop("severity_code", None)
    return {**empty, **cells, "extra": dict(zip(extra, problem.extra, strict=False))}


def _cells(finding: Finding, catalogue: Catalogue, language: Language) -> dict[str, str | int]:
    """What the finding itself says."""
    other: Language = "en" if language == "vi" else "vi"
    said = catalogue.render(finding, language)
    cells: dict[str, str | int] = {
        key: "" if said[key] is None else said[key]
        for key, _, _ in TITLES
        if key in said and key not in {"severity", "file"}
    }
    cells["severity"] = text(SEVERITIES[said["severity"]], language)
    cells["severity_code"] = said["severity"]
    cells["message_2"], cells["fix_2"] = catalogue.message(finding, other), catalogue.fix(finding, other)
    return cells


def _extra(form: Form) -> list[int]:
    known = form.layout.by_heading
    return [at for at, name in enumerate(form.table.header) if name and heading(name) not in known]


def _own_cells(form: Form | None) -> dict[int, tuple[str, ...]]:
    """Row → cells of the columns that the form does not have."""
    places = _extra(form) if form is not None else []
    if form is None or not places:
        return {}
    rows = [(record.row, record.cells) for record in form.table.records]
    return {
        row: tuple(shown(cells[at]) if at < len(cells) else "" for at in places)
        for row, cells in (*rows, *form.table.reported.items())
    }
