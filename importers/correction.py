"""The correction file: the failing rows alone, as they were sent, to be mended and handed in as a patch.

Guarantees: every row that a blocking problem names is in it once, with its number in the original and the cells as
they stood under the submitter's own headings; a column that a problem asks for and the file lacks is there, empty;
codes are text, so that no zero is lost; nothing is a formula. `importers/patch.py` puts it back.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from importers import places
from importers.forms import Form
from importers.grouping import PARENT
from importers.judging import catalogue as all_texts
from importers.layouts import Column
from importers.problems import shown
from importers.slots import SHORT
from importers.tables import Cell, heading
from ledger.findings import Catalogue, Finding, Language
from ledger.spreadsheets import guarded

ORIGINAL, ROW, PROBLEM = (
    {"vi": "Tệp gốc", "en": "original"},
    {"vi": "Dòng gốc", "en": "original_row"},
    {"vi": "Lỗi", "en": "problem"},
)
"""Headings of the columns that are ours, as the reader of patches knows them."""

_AMOUNT = re.compile(r"-?[\d.,]+")
"""A figure is no formula, whatever sign it begins with."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the form in the correction file."""

    title: str
    column: Column
    at: int
    """Where it stands in the original, from 0; -1: the original lacks it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A failing row."""

    number: int
    """In the original."""
    cells: tuple[Cell, ...]
    """Under the columns."""
    findings: Sequence[Finding]
    said: str
    """What is wrong with it, in one line."""


def correction_file(
    data: bytes,
    form: Form,
    findings: Sequence[Finding],
    language: Language,
    format_: Literal["xlsx", "csv"],
    catalogue: Catalogue | None = None,
) -> bytes | None:
    """The correction file of a refused file.

    Args:
        data: the file as it was sent, byte for byte.
        form: the same as it was read.
        findings: everything that was found in the run.
        language: of our columns and sentences; the form's columns keep the submitter's headings.
        format_: `xlsx` (coloured, with comments) or `csv` (for Vietnamese Excel).
        catalogue: texts and severity of the codes, if not those of today.

    Returns:
        None when there is nothing to mend row by row: the file as a whole is wrong, or no row is.
    """
    texts = catalogue or all_texts()
    if not form.usable or not findings:
        return None
    file = next((f.file for f in findings if f.rule == PARENT), findings[0].file)
    failing = {row: found for row, found in places.failing(findings, form, file, texts).items() if found}
    if not failing:
        return None
    columns = _columns(form, [finding for found in failing.values() for finding in found])
    rows = _rows(form, failing, columns, texts, language)
    digits = hashlib.sha256(data).hexdigest()[:SHORT]
    headings = [ORIGINAL[language], ROW[language], *(place.title for place in columns), PROBLEM[language]]
    if format_ == "csv":
        return _csv(digits, headings, rows, columns)
    from importers import correction_workbook  # noqa: PLC0415 - the spreadsheet library is slow to import

    return correction_workbook.workbook(digits, headings, rows, columns, texts, language)


def _columns(form: Form, findings: Sequence[Finding]) -> list[Place]:
    """The file's columns of the form in the file's order, then those that findings name and the file lacks."""
    header, known = form.table.header, form.layout.by_heading
    there = [Place(name, known[heading(name)], at) for at, name in enumerate(header) if heading(name) in known]
    have = {place.column.key for place in there}
    asked = {column.key for finding in findings if (column := known.get(heading(finding.column)))}
    lacking = [column for column in form.layout.columns if column.key in asked - have]
    return there + [Place(column.vi, column, -1) for column in lacking]


def _rows(
    form: Form,
    failing: dict[int, list[Finding]],
    columns: Sequence[Place],
    texts: Catalogue,
    language: Language,
) -> list[Row]:
    cells, made = places.cells_of(form), []
    for number, findings in failing.items():
        as_sent = cells.get(number, ())
        values = tuple(as_sent[place.at] if 0 <= place.at < len(as_sent) else "" for place in columns)
        said = " | ".join(dict.fromkeys(f"{f.rule}: {texts.message(f, language)}" for f in findings))
        made.append(Row(number, values, findings, said))
    return made


def _csv(digits: str, headings: Sequence[str], rows: Sequence[Row], columns: Sequence[Place]) -> bytes:
    out = io.StringIO(newline="")
    write = csv.writer(out, delimiter=";", lineterminator="\r\n")
    write.writerow([guarded(name) for name in headings])
    for row in rows:
        cells = (_for_csv(cell, place.column) for cell, place in zip(row.cells, columns, strict=True))
        write.writerow([digits, row.number, *cells, guarded(row.said)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _for_csv(cell: Cell, column: Column) -> str:
    """A cell as text: a figure as it stands, any other text safe from being calculated."""
    written = shown(cell)
    figure = isinstance(cell, int) or (column.kind == "amount" and _AMOUNT.fullmatch(written))
    return written if figure else guarded(written)
