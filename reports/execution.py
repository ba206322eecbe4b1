"""Budget execution: what was assigned, held back, spent and is left, by estimate line.

Guarantees: the arithmetic is that of the rule that controls the budget (`plugins.execution`), so that the report
cannot disagree with a refusal; available = estimate - held - committed - spent on every line; money spent without a
line stands on a line of its own with a negative rest, never hidden. Whole đồng.
"""

from __future__ import annotations

import pandas as pd

from ledger.book import Book
from ledger.budget_index import BudgetIndex
from ledger.units import Tree
from plugins.execution import LINE, NO_LINE, charged, standing, uses
from reports.questions import asked_units, span

COLUMNS = ["unit", "source", "clause", "item", "estimate", "held", "committed", "spent", "available"]
"""`item` is the estimate line: a tiểu mục, a mục, or "" for the whole source and clause."""
_FIGURES = ["estimate", "held", "committed", "spent"]


def execution(
    book: Book, unit: str | None = None, tree: Tree = "budget", year: str = "", as_of: str = ""
) -> pd.DataFrame:
    """Budget execution of a unit, or of every unit of a tree.

    Args:
        book: a snapshot of the book.
        unit: unit code; None: all units of the tree.
        tree: which tree.
        year: budget year; "" for the year of `as_of`.
        as_of: ISO date up to which decisions and uses count; "" for the book's day (or the end of an earlier year).

    Returns:
        Columns `COLUMNS`, by unit, source, clause and item.

    Raises:
        UnknownUnitError, UnknownPeriodError: asked for what the book cannot know.
    """
    today = book.today().isoformat()
    asked = year or (as_of or today)[:4]
    last = as_of or min(today, span(asked, today).last)
    units = asked_units(book, unit, tree)
    estimates = book.estimates()
    return table(book.postings(units), estimates[estimates["unit"].isin(units)], book.index, asked, last)


def table(postings: pd.DataFrame, estimates: pd.DataFrame, index: BudgetIndex, year: str, as_of: str) -> pd.DataFrame:
    """Budget execution of any posting table and estimate decisions; see `execution`.

    Nothing is committed in this book yet: commitments (cam kết chi) are not handed in, so the column is nought.
    """
    known = estimates[(estimates["budget_year"] == year) & (estimates["date"] <= as_of)]
    used = postings[(postings["budget_year"] == year) & (postings["date"] <= as_of)]
    given = standing(known).rename(columns={"assigned": "estimate"}).assign(spent=0)
    spent = charged(uses(used), known, index).rename(columns={"used": "spent"}).assign(estimate=0, held=0)
    spent["line"] = spent["line"].where(spent["line"] != NO_LINE, spent["item"])
    columns = [*LINE, "estimate", "held", "spent"]
    both = pd.concat([given[columns], spent[columns]], ignore_index=True).assign(committed=0)
    sums = both.groupby(LINE)[_FIGURES].sum().reset_index().rename(columns={"line": "item"})
    sums["available"] = sums["estimate"] - sums["held"] - sums["committed"] - sums["spent"]
    return sums.sort_values(["unit", "source", "clause", "item"], ignore_index=True)[COLUMNS]


def by_unit(lines: pd.DataFrame) -> pd.DataFrame:
    """The same figures per unit, for the picture: columns unit, estimate, spent, available."""
    sums = lines.groupby("unit")[["estimate", "spent", "available"]].sum()
    return sums.reset_index()
