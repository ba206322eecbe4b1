"""What the submitter gets back with a file: everything that was found, in one workbook, CSV or JSON.

Guarantees: rows in = rows without a blocking problem + rows that one names, where the file could be read at all; all
three forms have the same lines; nothing in them is a formula or leads out of the file; the same outcome gives the
same bytes.

The workbook has a summary, one line per problem, what was changed on reading, what a replacement would change, and
the submitter's own file with every problem at its cell.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from importers import places
from importers.control import Control
from importers.difference import RowChange
from importers.difference import shown as shown_value
from importers.forms import Form
from importers.grouping import Group, groups
from importers.judging import catalogue as all_texts
from importers.layouts import Layout
from importers.problems import SEVERITIES, TITLES, Problem, as_json, extra_headings, problems
from importers.request import Submission
from ledger.findings import Catalogue, Finding, Language
from ledger.spreadsheets import guarded
from ledger.texts import text

FORMATS = ("xlsx", "csv", "json")


@dataclass(frozen=True)
class Report:
    """Everything that is told of one file."""

    outcome: Submission
    layout: Layout
    """The form it was handed in as."""
    unit: str
    period: str
    kind: str
    day: str
    """ISO date of the answer."""
    language: Language = "vi"
    """The reader's; the other language stands beside it."""
    unit_name: str = ""
    dry_run: bool = False
    catalogue: Catalogue = field(default_factory=all_texts)
    """Texts and severity of every code, as they hold on that day."""

    @property
    def form(self) -> Form | None:
        """The file as it was read."""
        return self.outcome.form

    @property
    def findings(self) -> Sequence[Finding]:
        """Of the whole run."""
        return self.outcome.findings

    @property
    def control(self) -> Control:
        """Totals that the submitter stated, and those of the file."""
        return self.outcome.control

    @cached_property
    def groups(self) -> list[Group]:
        """The findings, one mistake on many rows once."""
        return groups(self.findings)

    @cached_property
    def failing(self) -> dict[int, list[Finding]]:
        """Rows that a blocking problem names."""
        form = self.form
        return places.failing(self.findings, form, self.outcome.file, self.catalogue) if form else {}

    @property
    def rows(self) -> dict[str, int | None]:
        """Rows of the file, those without a blocking problem, those with one; null where the rows were not read."""
        if self.form is None or not self.form.usable:
            return {"in": None, "without_problem": None, "with_problem": None}
        total, bad = self.form.rows, len(self.failing)
        return {"in": total, "without_problem": total - bad, "with_problem": bad}

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings by severity."""
        told = [self.catalogue.severity(finding) for finding in self.findings]
        return {severity: told.count(severity) for severity in SEVERITIES}  # type: ignore[arg-type]

    def problems(self) -> list[Problem]:
        """One line for each finding."""
        return list(problems(self.findings, self.form, self.outcome.file, self.catalogue, self.language))


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How often one code was found."""

    code: str
    severity: str
    title: str
    places: int
    rows: tuple[int, ...]
    consequences: int


def code_counts(asked: Report) -> list[CodeCount]:
    """What was found, by code: first what others follow from, then errors before warnings before remarks."""
    by_code: dict[str, list[Group]] = {}
    for group in asked.groups:
        by_code.setdefault(group.finding.rule, []).append(group)
    made = []
    for code, found in by_code.items():
        rows = {row for group in found for row in group.rows}
        consequences = sum(group.consequences for group in found)
        count = sum(group.count for group in found)
        severity, title = asked.catalogue.severity(found[0].finding), asked.catalogue[code].title[asked.language]
        made.append(CodeCount(code, severity, title, count, tuple(sorted(rows)), consequences))
    order = list(SEVERITIES)
    return sorted(made, key=lambda one: (not one.consequences, order.index(one.severity), one.code))


def workbook(asked: Report) -> bytes:
    """The report as an XLSX file."""
    from importers import report_workbook  # noqa: PLC0415 - the spreadsheet library is slow to import

    return report_workbook.workbook(asked)


def csv_text(asked: Report) -> bytes:
    """The lines as CSV for Vietnamese Excel: UTF-8 with its mark, semicolons, no cell that would be calculated."""
    out = io.StringIO(newline="")
    write = csv.writer(out, delimiter=";", lineterminator="\r\n")
    extra = extra_headings(asked.form)
    write.writerow([*headings(asked.language), *(guarded(name) for name in extra)])
    for problem in asked.problems():
        cells = [problem.cells.get(key, "") for key, _, _ in TITLES]
        write.writerow([guarded(cell) for cell in (*cells, *(problem.extra or [""] * len(extra)))])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def json_value(asked: Report) -> dict[str, Any]:
    """The report for programs: the summary, and one object for each line under the same keys as the columns."""
    extra = extra_headings(asked.form)
    outcome = asked.outcome
    return {
        "unit": asked.unit,
        "period": asked.period,
        "kind": asked.kind,
        "form": asked.layout.name,
        "file": outcome.file,
        "day": asked.day,
        "accepted": outcome.accepted,
        "receipt": outcome.receipt,
        "rows": asked.rows,
        "control": asked.control.as_dict(),
        "counts": asked.counts,
        "codes": [
            {
                "rule": one.code,
                "severity": one.severity,
                "title": one.title,
                "places": one.places,
                "rows": list(one.rows),
                "consequences": one.consequences,
            }
            for one in code_counts(asked)
        ],
        "problems": [as_json(problem, extra) for problem in asked.problems()],
        "changes": [dict(zip(("row", "column", "before", "after", "why"), one, strict=True)) for one in read_as(asked)],
        "replaces": [_row_change(one, asked.layout) for one in outcome.changes],
    }


def rendered(asked: Report, format_: str) -> bytes:
    """The report in one of `FORMATS`."""
    if format_ == "xlsx":
        return workbook(asked)
    if format_ == "csv":
        return csv_text(asked)
    return (json.dumps(json_value(asked), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def headings(language: Language) -> list[str]:
    """The headings of the lines."""
    return [text(title, language) for _, title, _ in TITLES]


def read_as(asked: Report) -> Sequence[tuple[int, str, str, str, str]]:
    """Every text that reading changed: row, column, before, after, why."""
    return asked.form.table.changes if asked.form else ()


def _row_change(change: RowChange, layout: Layout) -> Mapping[str, Any]:
    return {
        "document": change.document,
        "row_before": change.before,
        "row_after": change.after,
        "column": change.key,
        "old": shown_value(change.old, layout, change.key),
        "new": shown_value(change.new, layout, change.key),
    }
