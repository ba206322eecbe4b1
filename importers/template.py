"""Blank files of a form: what a clerk fills in, with instructions made from the declarations that do the checking.

Guarantees: a blank file handed in is refused for being empty and for nothing else; one filled in with the form's own
examples is read without an error; the mark of form and version stands above the header, so that an old template is
known again; no sheet but the first can be taken for the form.
"""

from __future__ import annotations

import csv
import io
from typing import Literal

from importers import guidance
from importers.layouts import Column, Layout
from ledger.findings import Language
from ledger.spreadsheets import guarded
from ledger.texts import text

FORMATS = ("xlsx", "csv")

LABELS = {"rows": {"vi": "Tổng số dòng:", "en": "Rows:"}, "total": {"vi": "Tổng số tiền:", "en": "Total:"}}
"""What stands before the submitter's control totals, as `importers/control.py` knows it."""


def blank(layout: Layout, language: Language, format_: Literal["xlsx", "csv"]) -> bytes:
    """A template.

    Args:
        layout: the form.
        language: of headings and instructions.
        format_: `xlsx` with guidance and example, or `csv` (UTF-8 with its mark, semicolons).

    Returns:
        The same bytes for the same form and language.
    """
    if format_ == "csv":
        return _csv(layout, language)
    from importers import template_workbook  # noqa: PLC0415 - the spreadsheet library is slow to import

    return template_workbook.workbook(layout, language)


def headings(layout: Layout, language: Language) -> list[str]:
    """The columns' headings; a star marks those whose cells must all be filled."""
    return [f"{guidance.title(column, language)}{' *' if must(column) else ''}" for column in layout.columns]


def must(column: Column) -> bool:
    """Whether every row needs a value in this column."""
    return column.required and not column.may_be_empty


def controls(layout: Layout, language: Language) -> list[str]:
    """Labels of the control totals that the submitter may state."""
    labels = [LABELS["rows"][language]]
    return [*labels, LABELS["total"][language]] if layout.control else labels


def named(layout: Layout, language: Language) -> str:
    """What the form is called."""
    return layout.vi if language == "vi" else layout.en[:1].upper() + layout.en[1:]


def reminder(language: Language) -> str:
    """The one line above the header."""
    return text("One row for each line; * must be filled in every row. Keep this header and the form's code.", language)


def _csv(layout: Layout, language: Language) -> bytes:
    width = len(layout.columns)
    titles = [[named(layout, language)], [layout.mark], *([label, ""] for label in controls(layout, language))]
    out = io.StringIO(newline="")
    write = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for cells in (*titles, [reminder(language)], headings(layout, language)):
        write.writerow([guarded(cell) for cell in (*cells, *[""] * (width - len(cells)))])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")
