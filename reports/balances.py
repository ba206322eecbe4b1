"""Trial balance: opening, turnovers and closing of every account, of one unit or consolidated.

Guarantees: closing = opening + debit - credit on every line; debit and credit totals are equal when the books are
(they always are: every voucher balances); memo accounts are left out; fixed assets stand at cost; consolidated =
sum of the units - eliminated, to the đồng. Turnovers keep their side: a red entry lessens its own side.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ledger import postings as posting_table
from ledger.accounts import Chart
from ledger.book import Book
from ledger.budget_index import BudgetIndex
from ledger.findings import Language
from ledger.texts import text
from ledger.units import Tree
from plugins import consolidate
from reports.questions import Span, asked_units, span

COLUMNS = ["account", "name", "opening", "debit", "credit", "closing"]
"""`account` is the full Beancount name; the others are whole đồng, debit balances positive."""
NO_ITEM = "NoItem"


def trial_balance(
    book: Book, unit: str | None = None, tree: Tree = "budget", period: str = "", language: Language = "vi"
) -> pd.DataFrame:
    """The trial balance of a unit, or consolidated along a tree.

    Args:
        book: a snapshot of the book.
        unit: unit code; None: consolidated.
        tree: along which tree, when consolidated.
        period: `2026`, `2026-03` or "" for the whole book.
        language: of the account names.

    Returns:
        Columns `COLUMNS`, by account.

    Raises:
        UnknownUnitError, UnknownPeriodError: asked for what the book cannot know.
    """
    days = span(period, book.today().isoformat())
    units = asked_units(book, unit, tree)
    table = book.postings(units) if unit is not None else consolidate.consolidate(book, tree).consolidated
    return balances(table, days, namer(book.chart, book.index, language))


def balances(table: pd.DataFrame, days: Span, name: Callable[[str], str]) -> pd.DataFrame:
    """The trial balance of any posting table.

    Opening entries are opening balances, whenever the span begins: a book's first day is not a turnover.
    """
    rows = table[(table["commodity"] != "MEMO") & (table["date"] <= days.last)]
    before = (rows["date"] < days.first) | (rows["entry"] == "opening")
    columns = {
        "opening": rows["amount"].where(before, 0),
        "debit": posting_table.debit(rows).where(~before, 0),
        "credit": posting_table.credit(rows).where(~before, 0),
    }
    sums = pd.DataFrame({"account": rows["account"], **columns}).groupby("account", as_index=False).sum()
    sums["closing"] = sums["opening"] + sums["debit"] - sums["credit"]
    sums["name"] = [name(account) for account in sums["account"]]
    return sums.sort_values("account", ignore_index=True)[COLUMNS]


def namer(chart: Chart, index: BudgetIndex, language: Language) -> Callable[[str], str]:
    """Account → its name for a reader: the budget item's below 611 and 612, else the chart's."""

    def name(account: str) -> str:
        leaf = account.rsplit(":", 1)[-1]
        if leaf == NO_ITEM:
            return text("Without budget item (wear, stock)", language)
        item = index.item(leaf[2:]) if leaf.startswith("TM") else None
        entry = item if item is not None else chart.by_path(account)
        return entry.name(language) if entry is not None else ""

    return name
