"""The reports as tables ready for any format: figures from the rooms beside, titles and headings from data.

Guarantees: each table carries its stamp (unit, period, commit, hashes), so that a printed page can be traced; a
practice book says so on every report; a form whose circular was not seen says which one it follows.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from ledger.book import Book
from ledger.findings import Language
from ledger.units import Tree
from ledger.vietnamese import date_vi
from reports import balances, execution_levels, settlement_checks, settlement_figures
from reports import execution as budget
from reports.export import Bar, Column, Table
from reports.form_data import load_yaml
from reports.questions import span
from reports.settlement_report import Settlement
from reports.settlement_report import settlement as settled
from reports.stamp import stamp

DETAIL_FORM = "F01-01"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above and below the figures of a report."""

    report: str
    """Key in `forms/tables.yaml`."""
    unit: str
    """Unit code, or the name of a tree."""
    who: str
    period: str
    subtitle: tuple[str, ...]
    notes: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    """What title and headings have in braces besides the year."""


def trial_balance(
    book: Book,
    unit: str | None = None,
    tree: Tree = "budget",
    period: str | None = None,
    language: Language = "vi",
) -> Table:
    """The trial balance of a unit, or consolidated; arguments as for `balances.trial_balance`."""
    frame = balances.trial_balance(book, unit, tree, period or "", language)
    when = label("period", language).format(period=period) if period else label("whole_book", language)
    note = load_yaml("tables")["trial_balance"]["note"][language]
    who = who_is(book, unit, label(tree, language), language)
    head = Head("trial_balance", unit or tree, who, period or "", (when,), (note,))
    return framed(book, head, frame, language, total=("opening", "debit", "credit", "closing"))


def execution(
    book: Book,
    unit: str | None = None,
    tree: Tree = "budget",
    period: str | None = None,
    language: Language = "vi",
    level: execution_levels.Level = "line",
) -> Table:
    """Budget execution of a budget year (default: the year of today), or as it stood at the end of a month.

    `level`: one row for each estimate line, with the sums of the levels among them; or for each clause, source, unit or
    programme alone. The overrides that were used are told below.
    """
    today = book.today().isoformat()
    period = period or today[:4]
    last = min(today, _last_day(period, today))
    lines = budget.execution(book, unit, tree, period[:4], last)
    used = budget.allowed(book, unit, tree, period[:4], last)
    frame = execution_levels.with_documents(lines, used) if level == "line" else execution_levels.totals(lines, level)
    texts = load_yaml("tables")["execution"]
    notes = (texts["note"][language], *execution_levels.told(used, language))
    who = who_is(book, unit, label(f"{tree}_units", language), language)
    head = Head("execution", unit or tree, who, period, (label("as_of", language).format(day=date_vi(last)),), notes)
    per_unit = budget.by_unit(lines)
    table = framed(
        book,
        head,
        frame,
        language,
        total=tuple(name for name in budget.FIGURES if name in frame),
        sums=tuple(execution_levels.sums_between(lines, language)) if level == "line" else (),
        bars=tuple(map(Bar, per_unit["unit"].astype(str), map(int, per_unit["estimate"]), map(int, per_unit["spent"]))),
        bars_title=texts["picture"][language],
    )
    return replace(table, columns=tuple(column for column in table.columns if column.key in frame))


def settlement(book: Book, unit: str, period: str, form: str = "B01", language: Language = "vi") -> Table:
    """B01/BCQT (every line) or, as form `F01-01`, its detail by nature, clause and item."""
    figures = settled(book, unit, int(period))
    return settlement_table(book, figures, form, language)


def settlement_table(book: Book, figures: Settlement, form: str = "B01", language: Language = "vi") -> Table:
    """The same for figures at hand."""
    follows = (figures.form.follows[language],)
    who = who_is(book, figures.unit, "", language)
    head = Head(form, figures.unit, who, str(figures.year), (figures.form.form,), follows)
    if form != DETAIL_FORM:
        return framed(book, head, figures.lines(language), language)
    frame = figures.details(book.index, language)
    frame["nature"] = [label(str(nature), language) for nature in frame["nature"]]
    return framed(book, head, frame, language, total=("reported", "reviewed", "difference"))


def checks(book: Book, unit: str, period: str, language: Language = "vi") -> Table:
    """The settlement beside what it should agree with in the same books."""
    figures = settled(book, unit, int(period))
    basis = settlement_figures.Basis.of(book.chart, book.index, book.regulations, figures.year)
    other = settlement_checks.books_of(book.postings([unit]), basis, unit, figures.year)
    head = Head("checks", unit, who_is(book, unit, "", language), period, ())
    return framed(book, head, settlement_checks.checks(figures, other, language), language)


def framed(book: Book, head: Head, frame: pd.DataFrame, language: Language, **more: Any) -> Table:  # noqa: ANN401
    """Figures with title, headings, stamp and notes; headings and title are those of `forms/tables.yaml`.

    Args:
        book: a snapshot of the book.
        head: which report, of whom, of when.
        frame: holds the report's columns.
        language: of titles and headings.
        more: further fields of the table (`total`, `bars` …).
    """
    texts: Mapping[str, Any] = load_yaml("tables")[head.report]
    words = {"year": head.period[:4], **head.words}
    columns = tuple(
        Column(key, raw[language].format(**words), raw["kind"], raw["width"]) for key, raw in texts["columns"].items()
    )
    content = {"report": head.report, "rows": frame.astype(object).to_numpy().tolist()}
    practice = (label("practice", language),) if book.settings.practice else ()
    return Table(
        name=f"{head.report}-{head.unit}-{head.period or 'all'}".replace("_", "-"),
        title=texts["title"][language].format(**words),
        subtitle=(head.who, *head.subtitle, label("currency", language)),
        columns=columns,
        frame=frame,
        stamp=stamp(
            book, head.unit, head.period or "-", json.dumps(content, ensure_ascii=False, default=_absent).encode()
        ),
        when=book.now(),
        notes=(*practice, *head.notes),
        labels={key: label(key, language) for key in ("total", "unit", "estimate", "spent")},
        **more,
    )


def _absent(figure: object) -> None:
    """A figure that is not there, in the content that is hashed.

    Raises:
        TypeError: anything else that JSON does not know.
    """
    if figure is not pd.NA:
        raise TypeError(f"not a figure: {figure!r}")


def label(key: str, language: Language) -> str:
    """A word that several reports share."""
    text: str = load_yaml("tables")["labels"][key][language]
    return text


def who_is(book: Book, unit: str | None, tree: str, language: Language) -> str:
    """Code and name of the unit, or the words for a whole tree."""
    row = book.units.get(unit) if unit else None
    return f"{row.unit} · {row.name(language)}" if row is not None else tree


def _last_day(period: str, today: str) -> str:
    days = span(period, today)
    year, month = days.last.split("-")[:2]
    return f"{year}-{month}-{monthrange(int(year), int(month))[1]:02}"
