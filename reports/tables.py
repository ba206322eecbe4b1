"""The reports as tables ready for any format: figures from the rooms beside, titles and headings from data.

Guarantees: each table carries its stamp (unit, period, commit, hashes), so that a printed page can be traced; a
practice book says so on every report; a form whose circular was not seen says which one it follows.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ledger.book import Book
from ledger.findings import Language
from ledger.units import Tree
from ledger.vietnamese import date_vi
from reports import balances, settlement_checks, settlement_figures
from reports import execution as budget
from reports.export import Bar, Column, Table
from reports.form_data import load_yaml
from reports.questions import span
from reports.settlement_report import Settlement
from reports.settlement_report import settlement as settled
from reports.stamp import stamp

DETAIL_FORM = "F01-01"


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above and below the figures."""

    report: str
    """Key in `forms/tables.yaml`."""
    unit: str
    """Unit code, or the name of a tree."""
    who: str
    period: str
    subtitle: tuple[str, ...]
    notes: tuple[str, ...] = ()


def trial_balance(
    book: Book,
    unit: str | None = None,
    tree: Tree = "budget",
    period: str | None = None,
    language: Language = "vi",
) -> Table:
    """The trial balance of a unit, or consolidated; arguments as for `balances.trial_balance`."""
    frame = balances.trial_balance(book, unit, tree, period or "", language)
    when = _label("period", language).format(period=period) if period else _label("whole_book", language)
    note = load_yaml("tables")["trial_balance"]["note"][language]
    who = _who(book, unit, _label(tree, language), language)
    head = _Head("trial_balance", unit or tree, who, period or "", (when,), (note,))
    return _table(book, head, frame, language, total=("opening", "debit", "credit", "closing"))


def execution(
    book: Book,
    unit: str | None = None,
    tree: Tree = "budget",
    period: str | None = None,
    language: Language = "vi",
) -> Table:
    """Budget execution of a budget year (default: the year of today), or as it stood at the end of a month."""
    today = book.today().isoformat()
    period = period or today[:4]
    last = min(today, _last_day(period, today))
    frame = budget.execution(book, unit, tree, period[:4], last)
    as_of = _label("as_of", language).format(day=date_vi(last))
    texts = load_yaml("tables")["execution"]
    who = _who(book, unit, _label(f"{tree}_units", language), language)
    head = _Head("execution", unit or tree, who, period, (as_of,), (texts["note"][language],))
    sums = budget.by_unit(frame)
    bars = tuple(map(Bar, sums["unit"].astype(str), map(int, sums["estimate"]), map(int, sums["spent"])))
    total = ("estimate", "held", "committed", "spent", "available")
    return _table(book, head, frame, language, total=total, bars=bars, bars_title=texts["picture"][language])


def settlement(book: Book, unit: str, period: str, form: str = "B01", language: Language = "vi") -> Table:
    """B01/BCQT (every line) or, as form `F01-01`, its detail by nature, clause and item."""
    figures = settled(book, unit, int(period))
    return settlement_table(book, figures, form, language)


def settlement_table(book: Book, figures: Settlement, form: str = "B01", language: Language = "vi") -> Table:
    """The same for figures at hand."""
    follows = (figures.form.follows[language],)
    who = _who(book, figures.unit, "", language)
    head = _Head(form, figures.unit, who, str(figures.year), (figures.form.form,), follows)
    if form != DETAIL_FORM:
        return _table(book, head, figures.lines(language), language)
    frame = figures.details(book.index, language)
    frame["nature"] = [_label(str(nature), language) for nature in frame["nature"]]
    return _table(book, head, frame, language, total=("reported", "reviewed", "difference"))


def checks(book: Book, unit: str, period: str, language: Language = "vi") -> Table:
    """The settlement beside what it should agree with in the same books."""
    figures = settled(book, unit, int(period))
    basis = settlement_figures.Basis.of(book.chart, book.index, book.regulations, figures.year)
    other = settlement_checks.books_of(book.postings([unit]), basis, unit, figures.year)
    head = _Head("checks", unit, _who(book, unit, "", language), period, ())
    return _table(book, head, settlement_checks.checks(figures, other, language), language)


def _table(book: Book, head: _Head, frame: pd.DataFrame, language: Language, **more: Any) -> Table:  # noqa: ANN401
    texts: Mapping[str, Any] = load_yaml("tables")[head.report]
    columns = tuple(Column(key, raw[language], raw["kind"], raw["width"]) for key, raw in texts["columns"].items())
    content = {"report": head.report, "rows": frame.astype(object).to_numpy().tolist()}
    practice = (_label("practice", language),) if book.settings.practice else ()
    return Table(
        name=f"{head.report}-{head.unit}-{head.period or 'all'}".replace("_", "-"),
        title=texts["title"][language].format(year=head.period[:4]),
        subtitle=(head.who, *head.subtitle, _label("currency", language)),
        columns=columns,
        frame=frame,
        stamp=stamp(book, head.unit, head.period or "-", json.dumps(content, ensure_ascii=False).encode()),
        when=book.now(),
        notes=(*practice, *head.notes),
        labels={key: _label(key, language) for key in ("total", "unit", "estimate", "spent")},
        **more,
    )


def _label(key: str, language: Language) -> str:
    text: str = load_yaml("tables")["labels"][key][language]
    return text


def _who(book: Book, unit: str | None, tree: str, language: Language) -> str:
    row = book.units.get(unit) if unit else None
    return f"{row.unit} · {row.name(language)}" if row is not None else tree


def _last_day(period: str, today: str) -> str:
    days = span(period, today)
    year, month = days.last.split("-")[:2]
    return f"{year}-{month}-{monthrange(int(year), int(month))[1]:02}"
