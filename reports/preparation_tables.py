"""The review, its compilation and the units' needs as tables ready for any format.

Guarantees: figures are those of `reports.preparation`; each table says which units are in, late and missing, and which
norms had no value; the review's headings are those under which the office's figures are read back.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ledger.book import Book
from ledger.findings import Language
from ledger.units import Tree
from reports.export import Table
from reports.form_data import load_yaml
from reports.preparation import BEFORE, Coverage, Preparation
from reports.tables import Head, framed, label, who_is

_FIGURES = (*BEFORE, "asked", "proposed", "difference")


def review(book: Book, year: str, tree: Tree = "budget", unit: str | None = None, language: Language = "vi") -> Table:
    """Per unit and line: asked, before, by norm, proposed; arguments as for `Preparation`."""
    made = Preparation(book, year, tree, unit)
    notes = (*coverage(made.coverage, language), _text("preparation_review", "note", language))
    rows = [f"{row.unit} {row.texts['norm']} ({row.texts['task']})" for row in made.unknown_norms]
    if rows:
        said = _text("preparation_review", "unknown_norms", language)
        notes = (*notes, said.format(rows="; ".join(dict.fromkeys(rows))))
    return _table(made, "preparation_review", made.lines, (tree, unit, notes), language, (*_FIGURES, "by_norm"))


def compiled(book: Book, year: str, tree: Tree = "budget", unit: str | None = None, language: Language = "vi") -> Table:
    """The sums of a tree, or of the part of it below a unit."""
    made = Preparation(book, year, tree, unit)
    notes = tuple(coverage(made.coverage, language))
    return _table(made, "preparation_compiled", made.compiled, (tree, unit, notes), language, _FIGURES)


def needs(book: Book, year: str, tree: Tree = "party", unit: str | None = None, language: Language = "vi") -> Table:
    """For each unit: need, its own receipts, what the State budget is asked to pay."""
    made = Preparation(book, year, tree, unit)
    notes = (*coverage(made.coverage, language), _text("preparation_needs", "note", language))
    total = ("need", "dues", "other", "state", "proposed")
    return _table(made, "preparation_needs", made.needs, (tree, unit, notes), language, total)


def coverage(units: Sequence[Coverage], language: Language) -> list[str]:
    """Which units are in, late, missing: one sentence for each state that occurs."""
    texts = load_yaml("tables")["preparation_compiled"]["coverage"]
    said = []
    for state in ("received", "received-late", "late", "expected"):
        mine = [one for one in units if one.state == state]
        if mine or state == "received":
            late: str = texts["days"][language]
            named = [late.format(unit=one.unit, days=one.late_days) if one.late_days else one.unit for one in mine]
            sentence: str = texts[state][language]
            said.append(sentence.format(count=len(mine), all=len(units), units=", ".join(named) or "—"))
    return said


def _table(
    made: Preparation,
    report: str,
    frame: pd.DataFrame,
    about: tuple[Tree, str | None, tuple[str, ...]],
    language: Language,
    total: tuple[str, ...],
) -> Table:
    tree, unit, notes = about
    who = who_is(made.book, unit, label(f"{tree}_units", language), language)
    words = {"last": made.last, "this": made.this}
    head = Head(report, unit or tree, who, made.year, (), notes, words)
    return framed(made.book, head, frame, language, total=total)


def _text(report: str, key: str, language: Language) -> str:
    text: str = load_yaml("tables")[report][key][language]
    return text
