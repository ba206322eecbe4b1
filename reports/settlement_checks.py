"""Checks beside a settlement: what it should agree with in the same books, and by how much it does not.

Guarantees: nothing here changes a figure; each check shows both sides and their difference in whole đồng, so that a
reviewer sees where to look first. A difference is not always wrong: the note of the check says when it is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ledger import postings as posting_table
from ledger.findings import Language
from reports.form_data import load_yaml
from reports.settlement_figures import RECEIVED_ACCOUNT, Basis, settlement_year
from reports.settlement_report import Settlement

CHECK_COLUMNS = ["check", "name", "settlement", "books", "difference", "note"]
STOCK, ASSETS, WEAR = ("152", "153"), ("211", "213"), ("214",)
TRANSFERS = ("136", "336", "411", "421", "711")
"""A voucher with one of these brings an asset in without budget money: transferred, given or found."""


@dataclass(frozen=True, slots=True)
class Books:
    """What the year's vouchers say on the balance-sheet side, whole đồng."""

    revenue: int
    """511 recognised in the settlement year."""
    expenses: int
    """611 and 612 of the year."""
    wear: int
    """Of these, wear against 214."""
    assets: int
    """Fixed assets that came in by purchase, at cost, paid for or not."""
    stock: int
    """What the store grew by."""
    received: int
    """Balance of 3371 left at the end of the settlement year."""
    assigned: int
    """Nợ 008 generated from the estimate decisions of the budget year."""


def checks(settled: Settlement, books: Books, language: Language = "vi") -> pd.DataFrame:
    """The list of checks on the reported figures, columns `CHECK_COLUMNS`.

    Args:
        settled: the settlement.
        books: the other side, see `books_of`.
        language: of names and notes.
    """
    figures = settled.reported
    cost = books.expenses - books.wear + books.assets + books.stock
    pairs = {
        "revenue": (figures["17"], books.revenue),
        "expenses": (figures["17"], cost),
        "received": (figures["23"] + figures["27"] + figures["31"] + figures["34"], books.received),
        "assigned": (figures["04"] + figures["07"] + figures["08"], books.assigned),
        "negative": (sum(settled.form.negative(figures).values()), 0),
    }
    texts = load_yaml("checks")
    rows = [
        (key, texts[key]["name"][language], left, right, left - right, texts[key]["note"][language])
        for key, (left, right) in pairs.items()
    ]
    return pd.DataFrame(rows, columns=CHECK_COLUMNS)


def books_of(postings: pd.DataFrame, basis: Basis, unit: str, year: int) -> Books:
    """The balance-sheet side of a unit's settlement year.

    Args:
        postings: posting table (other units' rows are left out).
        basis: as for the figures.
        unit: unit code.
        year: settlement year.
    """
    mine = postings[(postings["unit"] == unit) & (postings["commodity"] != "MEMO")]
    handed_in = mine[mine["entry"] == "voucher"]
    now = handed_in[settlement_year(handed_in, basis.cut_off) == year]
    until = mine[mine["entry"].isin(("voucher", "opening"))]
    received = until[until["code"].str.startswith(RECEIVED_ACCOUNT)]
    received = received[settlement_year(received, basis.cut_off) <= year]
    estimates = postings[(postings["unit"] == unit) & (postings["entry"] == "estimate")]
    of_year = estimates[(estimates["budget_year"] == str(year)) & (estimates["code"] != "")]
    bought = now.drop(_vouchers_with(now, TRANSFERS).index)
    return Books(
        revenue=-_sum(now, ("511",)),
        expenses=_sum(now, ("611", "612")),
        wear=-_sum(_vouchers_with(now, ("611", "612")), WEAR),
        assets=int(posting_table.debit(bought[_is(bought, ASSETS)]).sum()),
        stock=_sum(now, STOCK),
        received=-int(received["amount"].sum()),
        assigned=int(of_year["amount"].sum()),
    )


def _is(table: pd.DataFrame, accounts: tuple[str, ...]) -> pd.Series[bool]:
    return table["code"].str.startswith(accounts)


def _sum(table: pd.DataFrame, accounts: tuple[str, ...]) -> int:
    return int(table.loc[_is(table, accounts), "amount"].sum())


def _vouchers_with(table: pd.DataFrame, accounts: tuple[str, ...]) -> pd.DataFrame:
    """Rows of the vouchers that also have a posting to these accounts."""
    keys = table["period"] + "\0" + table["book"] + "\0" + table["voucher"]
    return table[keys.isin(set(keys[_is(table, accounts)]))]
