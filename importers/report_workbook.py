"""The report as a workbook: summary, problems, changes, and the submitter's own file with everything at its cell.

Guarantees: a file that was sent as a workbook comes back as that workbook, with our sheets in front; one too large to
be rebuilt cell by cell comes back with its values; no sheet of ours can be taken for a form when the workbook is
handed in again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from importers import annotated, pages, places
from importers.difference import shown as shown_value
from importers.error_report import Report, code_counts, headings, read_as
from importers.grouping import ranges
from importers.pages import CELL, CODE, FIGURE, LABEL, MARKED, NUMBER, PLAIN, REMARK, SECTION, TITLE, Page, add
from importers.problems import FOR_THE_READER, MAY_BE_HIDDEN, SEVERITIES, TITLES, Problem, extra_headings
from importers.tables import Table
from ledger.findings import Finding
from ledger.money import money
from ledger.texts import text
from ledger.vietnamese import date_vi

WHY = {
    "encoding": "the file's old character set",
    "unicode": "letters with separate marks were composed",
    "invisible": "invisible characters or special spaces",
    "lookalike": "a letter of another script that looks the same",
}
"""Why reading changed a text (English text)."""

MOST_REPEATED = 50
"""Most mistakes that the summary lists with their rows."""

_NUMERIC = frozenset({"number", "rule", "row", "root", "consequences"})


def workbook(asked: Report) -> bytes:
    """The report's bytes."""
    book, copy = _with_copy(asked)
    told: Any = book
    first = [told.create_sheet(text("Summary", asked.language), 0), told.create_sheet(_problems_title(asked), 1)]
    _summary(first[0], asked, copy)
    _problems(first[1], asked, copy, large=book.write_only)
    if read_as(asked):
        _changes(told.create_sheet(text("Changed on reading", asked.language), 2), asked)
    if asked.outcome.changes:
        _replaced(told.create_sheet(text("What it replaces", asked.language), 2 + bool(read_as(asked))), asked)
    book.active = 0
    return pages.saved(book, asked.day)


def _problems_title(asked: Report) -> str:
    return text("List of problems", asked.language)


def _with_copy(asked: Report) -> tuple[Workbook, str]:
    """A workbook with the annotated copy in it, and the name of that sheet; no name where nothing could be read."""
    form, outcome = asked.form, asked.outcome
    large = len(asked.findings) * len(TITLES) > annotated.LARGE
    if form is None or not (form.table.header or _no_header(asked.findings)):
        return pages.empty(large=large), ""
    said = annotated.notes(asked.findings, form, outcome.file, asked.catalogue, asked.language)
    if _sent_as_workbook(form.table, outcome.data):
        large |= annotated.cells_in(outcome.data) > annotated.LARGE
        if not large:
            try:
                return annotated.own_workbook(outcome.data, form, said)
            except Exception:  # noqa: BLE001 - whatever the library cannot rebuild still gets its plain copy
                large = False
    elif not form.table.header:
        return pages.empty(large=large), ""
    book = pages.empty(large=large or form.rows * len(form.table.header) > annotated.LARGE)
    return book, annotated.plain_copy(book, text("Your file", asked.language), form, said)


def _no_header(findings: Sequence[Finding]) -> bool:
    """Whether a sound file only lacks a header that we know."""
    return any(finding.rule == "F06" for finding in findings)


def _sent_as_workbook(table: Table, data: bytes) -> bool:
    return table.container == "xlsx" or (not table.container and data.startswith(b"PK"))


def _summary(page: Page, asked: Report, copy: str) -> None:
    language = asked.language
    pages.set_up(page, (50, 13, 13, 10, 44, 13), colour="B22222")
    pages.tall(page, 1, title=True)
    add(page, (text("What was found in your file", language), TITLE))
    add(page, (text("This workbook may be mended in the sheet of your file and handed in again.", language), REMARK))
    page.append([])
    for label, value in _facts(asked, copy):
        add(page, (label, LABEL), (value, NUMBER if isinstance(value, int) else PLAIN))
    page.append([])
    if not asked.findings:
        add(page, (text("Nothing was found.", language), SECTION))
        return
    add(page, (text("By code, what others follow from first", language), SECTION))
    titles = ("What it is", "Code of problem", "Severity", "Places", "At rows", "How many follow")
    pages.heads(page, [text(title, language) for title in titles])
    for one in code_counts(asked):
        severity = (text(SEVERITIES[one.severity], language), MARKED[one.severity])
        counts = ((one.places, CODE), (ranges(one.rows), CELL), (one.consequences or "", CODE))
        add(page, (one.title, CELL), (one.code, CODE), severity, *counts)
    _repeated(page, asked)


def _facts(asked: Report, copy: str) -> Iterator[tuple[str, str | int]]:
    """Label and value of everything that the summary says first."""
    language, outcome, rows = asked.language, asked.outcome, asked.rows
    named = asked.layout.vi if language == "vi" else asked.layout.en
    yield text("Unit", language), f"{asked.unit} · {asked.unit_name}" if asked.unit_name else asked.unit
    yield text("Period", language), asked.period
    yield text("Form", language), f"{named} ({asked.layout.name})"
    yield text("File", language), outcome.file
    if copy:
        yield text("Sheet with your file", language), copy
    yield text("Day", language), date_vi(asked.day)
    yield text("Outcome", language), _outcome(asked)
    if outcome.receipt:
        yield text("Receipt", language), outcome.receipt
    if rows["in"] is None:
        yield text("Rows of the file", language), text("not looked at; mend the file as a whole first", language)
    else:
        yield text("Rows of the file", language), rows["in"]
        yield "  " + text("of these without an error", language), rows["without_problem"] or 0
        yield "  " + text("of these with an error", language), rows["with_problem"] or 0
    yield from _totals(asked)
    for severity, word in (("error", "Errors"), ("warning", "Warnings"), ("info", "Remarks")):
        yield text(word, language), asked.counts[severity]
    if asked.form is not None:
        yield text("Texts changed on reading", language), len(read_as(asked))


def _outcome(asked: Report) -> str:
    if not asked.outcome.accepted:
        return text("NOT accepted; nothing was changed in the books", asked.language)
    if asked.dry_run:
        return text("would be accepted (trial run)", asked.language)
    return text("accepted into the books", asked.language)


def _totals(asked: Report) -> Iterator[tuple[str, str]]:
    """Control totals: stated and counted."""
    language, control = asked.language, asked.control
    compared = text("stated {stated}, counted {counted}", language)
    alone = text("counted {counted}; you stated nothing", language)
    pairs = [("Control total: rows", control.stated.rows, control.rows)] if asked.rows["in"] is not None else []
    if control.total is not None or control.stated.total is not None:
        pairs.append(("Control total: sum", control.stated.total, control.total))  # type: ignore[arg-type]
    for label, stated, counted in pairs:
        found = (
            text("nothing yet, because some amounts cannot be read", language) if counted is None else money(counted)
        )
        sentence = (
            alone.format(counted=found) if stated is None else compared.format(stated=money(stated), counted=found)
        )
        yield text(label, language), sentence


def _repeated(page: Page, asked: Report) -> None:
    """One mistake on many rows: once, with its rows."""
    many = [group for group in asked.groups if group.count > 1]
    if not many:
        return
    language = asked.language
    page.append([])
    add(page, (text("The same on several rows", language), SECTION))
    titles = ("Value found", "Code of problem", "In column", "Places", "At rows")
    pages.heads(page, [text(title, language) for title in titles])
    for group in sorted(many, key=lambda one: -one.count)[:MOST_REPEATED]:
        told = group.finding
        code = (told.rule, MARKED[asked.catalogue.severity(told)])
        counts = ((group.count, CODE), (ranges(group.rows), CELL))
        add(page, (told.value or "—", CELL), code, (told.column, CELL), *counts)


def _problems(page: Page, asked: Report, copy: str, *, large: bool) -> None:
    """One line for each problem, with a filter; the row leads to its place in the copy."""
    extra = extra_headings(asked.form)
    told = asked.problems()
    keys, widths = [key for key, _, _ in TITLES], [*(width for _, _, width in TITLES), *(18 for _ in extra)]
    last = len(told) + 1
    pages.set_up(page, widths, frozen=1, colour="B22222")
    page.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{last}"
    page.print_area = f"A1:{get_column_letter(keys.index(FOR_THE_READER) + 1)}{last}"
    for at, key in enumerate(keys, start=1):
        if key in MAY_BE_HIDDEN and not any(problem.cells.get(key) for problem in told):
            page.column_dimensions[get_column_letter(at)].hidden = True
    pages.tall(page, 1, 2)
    pages.heads(page, [*headings(asked.language), *extra])
    leads = {} if large or not copy else _leads(asked)
    for at, problem in enumerate(told):
        values = [problem.cells.get(key, "") for key in keys]
        if large:
            page.append([pages.bare(page, value) for value in (*values, *problem.extra)])
            continue
        pages.tall(page, at + 2, pages.lines(values, widths))
        looks = [*(_look(key, problem) for key in keys), *[CELL] * len(extra)]
        add(page, *zip((*values, *problem.extra), looks, strict=False))
        if at in leads:
            pages.link(page.cell(at + 2, keys.index("row") + 1), copy, leads[at])


def _look(key: str, problem: Problem) -> pages.Look:
    if key == "severity":
        return MARKED[str(problem.cells["severity_code"])]
    return CODE if key in _NUMERIC else FIGURE if key == "difference" else CELL


def _leads(asked: Report) -> dict[int, str]:
    """Place of a finding in the run → cell of the copy."""
    if asked.form is None:
        return {}
    found = {}
    for at, finding in enumerate(asked.findings[: annotated.COMMENTS]):
        if finding.file == asked.outcome.file and finding.row is not None:
            row, column = places.cells_about(finding, asked.form)[0]
            found[at] = f"{get_column_letter(column)}{row}"
    return found


def _changes(page: Page, asked: Report) -> None:
    """What reading changed in texts, so that nothing is changed silently."""
    language = asked.language
    pages.set_up(page, (9, 24, 52, 52, 44), frozen=1, colour="2F5597")
    titles = ("At row", "In column", "As it was sent", "As it was read", "Why")
    pages.heads(page, [text(title, language) for title in titles])
    for row, column, before, after, why in read_as(asked):
        reason = text(WHY[why], language)
        add(page, (row, CODE), (column, CELL), (before, CELL), (after, CELL), (reason, CELL))


def _replaced(page: Page, asked: Report) -> None:
    """What differs from what the slot holds, row by row."""
    language = asked.language
    pages.set_up(page, (18, 12, 12, 24, 44, 44), frozen=1, colour="2F5597")
    titles = ("In document", "Row before", "Row now", "In column", "Before", "Now")
    pages.heads(page, [text(title, language) for title in titles])
    for one in asked.outcome.changes:
        old, new = (shown_value(value, asked.layout, one.key) for value in (one.old, one.new))
        rows = [("" if row is None else row, CODE) for row in (one.before, one.after)]
        add(page, (one.document, CELL), *rows, (one.column, CELL), (old, CELL), (new, CELL))
