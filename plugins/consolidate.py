"""Consolidation along a tree of units: sums by month, internal balances eliminated pair by pair, the rest visible.

Guarantees: consolidated = sum of the units − what was eliminated, to the đồng, on every account (rule C01); each
elimination names the unit and voucher of both sides; a side without another stays in the figures and in `unmatched`.
Fixed assets appear at cost in VND (lots stay in the units' books), memo accounts in MEMO, apart from money.

As a Beancount plugin (`plugin "plugins.consolidate" "budget"`) it fills the province's ledger with these figures, or
gives errors and no figure at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ledger.book import Book
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.money import money
from ledger.postings import SCHEMA, concat, empty, texts
from ledger.texts import text
from plugins.columns import Columns, first_of, joined, totals
from plugins.context import Context, Tree, members
from plugins.internal import Pair, match
from plugins.rule import Checked, rule

if TYPE_CHECKING:
    from beancount.core import data

    from ledger.units import Units

__plugins__ = ("consolidate_ledger",)
__all__ = ["Consolidation", "ConsolidationError", "consolidate", "consolidate_ledger", "consolidate_tables"]

DATED = ["unit", "period", "month"]
_OF_A_SUM = [*DATED, "account", "measure", "side", "source"]
SUM_KEYS = [*DATED, "account", "commodity", "side", "source", "partner", "reference"]
"""What `sums` are kept apart by; `partner` and `reference` are filled for unmatched internal postings only, so that
these stand on lines of their own."""

_TREES: dict[str, Tree] = {"budget": "budget", "party": "party"}

ELIMINATION = "elimination"
"""Entry of the rows by which internal balances are taken out."""


class ConsolidationError(NamedTuple):
    """Why the province's ledger holds no figures, in Beancount's shape of an error."""

    source: data.Meta
    message: str
    entry: data.Directive | None = None


@dataclass(frozen=True)
class Consolidation:
    """Figures of a tree of units up to a day."""

    tree: Tree
    units: tuple[str, ...]
    on: str
    postings: pd.DataFrame
    """The units' own postings, in the schema of the posting table."""
    eliminations: pd.DataFrame
    """Two rows per matched pair, in the same schema: each side's figure taken back on its own side, on the date of the
    later one, with the unit and voucher of the side and a description that names both."""
    unmatched: pd.DataFrame
    """Those of `postings` that are internal and have no other side."""
    columns: Columns
    """`postings`, column by column."""

    @cached_property
    def consolidated(self) -> pd.DataFrame:
        """`postings` and `eliminations` together: what the province's statements are made from."""
        return concat([self.postings, self.eliminations])

    @cached_property
    def sums(self) -> pd.DataFrame:
        """`postings` summed by SUM_KEYS, assets at cost in VND.

        Further columns: `amount` in whole đồng, and `date`, the last posting date of unit, period and month.
        """
        columns = self.columns.derive("month", "date", lambda day: day[:7])
        columns.derive("measure", "commodity", lambda commodity: commodity if commodity == "MEMO" else "VND")
        every, visible = np.arange(len(columns), dtype=np.intp), self.unmatched.index.to_numpy(dtype=np.intp)
        parties = np.zeros(len(columns), dtype=np.intp)
        parties[visible] = 1 + columns.groups(visible, "partner", "reference")
        groups = joined(columns.groups(every, *_OF_A_SUM), parties)
        firsts = first_of(groups)
        names = dict(zip(_OF_A_SUM, SUM_KEYS, strict=False))
        made: dict[str, Any] = {names[name]: texts(columns.texts(name, firsts)) for name in _OF_A_SUM}
        for name in ("partner", "reference"):
            found = columns.texts(name, firsts)
            seen = (parties[firsts] > 0).tolist()
            made[name] = texts(text if shown else "" for text, shown in zip(found, seen, strict=True))
        made["amount"] = totals(groups, columns.whole("amount"))
        months, (days, named) = columns.groups(every, *DATED), columns.ranks("date")
        last = np.zeros(len(every), dtype=np.intp)
        np.maximum.at(last, months, days)
        made["date"] = texts(named[day] for day in last[months[firsts]].tolist())
        return pd.DataFrame(made, columns=[*SUM_KEYS, "amount", "date"])

    def identity(self, postings: pd.DataFrame) -> pd.DataFrame:
        """Per account: `units` (their postings summed afresh), `eliminated`, `consolidated` and `difference`.

        Args:
            postings: the posting table this was made from.
        """
        chosen = postings["unit"].isin(self.units) & (postings["date"] <= self.on)
        own = postings.loc[chosen, ["account", "amount"]]
        eliminated = self.eliminations.groupby("account")["amount"].sum()
        summed = self.sums.groupby("account")["amount"].sum()
        table = pd.DataFrame(
            {
                "units": own.groupby("account")["amount"].sum(),
                "eliminated": -eliminated,
                "consolidated": summed.add(eliminated, fill_value=0),
            }
        )
        table = table.fillna(0).astype("int64")
        return table.assign(difference=table["consolidated"] - (table["units"] - table["eliminated"]))


def consolidate(book: Book, tree: Tree = "budget", on: str | None = None) -> Consolidation:
    """Consolidate a book as of a day (default: the book's today).

    Raises:
        IntegrityError: a unit's journal cannot be read; no figure is given then.
    """
    day = on or book.today().isoformat()
    return consolidate_tables(book.postings(members(book.units, tree, day)), book.units, tree, day)


def consolidate_tables(postings: pd.DataFrame, units: Units, tree: Tree, on: str) -> Consolidation:
    """Consolidate the units of a tree.

    Args:
        postings: posting table of at least these units, numbered from 0.
        units: the register of units.
        tree: `budget` (who settles to the office) or `party` (who reports to it).
        on: ISO day; later postings do not count.
    """
    return consolidate_columns(Columns(postings), units, tree, on)


def consolidate_columns(columns: Columns, units: Units, tree: Tree, on: str) -> Consolidation:
    """The same of a posting table whose columns are already known."""
    codes = members(units, tree, on)
    chosen = columns.equal("unit", *codes) & columns.where("date", lambda day: day <= on)
    if not chosen.all():
        columns = Columns(columns.table[chosen].reset_index(drop=True))
    found = match(columns, [code for code in codes if _keeps_books(units, code)])
    unmatched = columns.table.iloc[[side.place for side in found.unmatched]]
    eliminated = _eliminations(columns.table, found.pairs)
    return Consolidation(tree, tuple(codes), on, columns.table, eliminated, unmatched, columns)


def consolidate_ledger(
    entries: data.Directives, options_map: dict[str, Any], config: str | None = None
) -> tuple[data.Directives, list[ConsolidationError]]:
    """Beancount plugin: the figures of the tree named in `config` (default `budget`) as entries.

    The units' journals join `options_map["include"]`, so that Fava notices when one changes. A journal that cannot be
    read, a damaged register or a broken identity gives errors and no entry: a total that lacks a unit is no total.
    """
    from plugins.consolidated_entries import entries_of  # noqa: PLC0415 - rules alone do not need Beancount

    filename = str(options_map["filename"])
    tree: Tree | None = _TREES.get(config or "budget")
    if tree is None:
        return entries, [_error(filename, "{tree} is no tree: write budget or party", tree=str(config))]
    try:
        book = Book.view(Path(filename).parent)
        _watch(options_map, book)
        codes = members(book.units, tree, book.today().isoformat())
        tables, errors = _read(book, codes, filename)
        if errors:
            return entries, errors
        table = concat(tables)
        made = consolidate_tables(table, book.units, tree, book.today().isoformat())
        broken = made.identity(table)["difference"]
        if broken.any():
            accounts = ", ".join(str(account) for account in broken[broken != 0].index)
            sentence = "C01: consolidated is not the units less what was eliminated, on {accounts}"
            return entries, [_error(filename, sentence, accounts=accounts)]
        return [*entries, *entries_of(made, book, filename)], []
    except LedgerError as problem:
        return entries, [_error(filename, "nothing is consolidated: {why}", why=_sentence(problem))]


def of_context(context: Context) -> Consolidation:
    """The consolidation of what a context holds, for those who ask it through `Context.remember`."""
    columns = context.mine if context.scope_unit is None else Columns(context.postings)
    return consolidate_columns(columns, context.units, context.tree, context.today)


@rule("C01")
def consolidated_is_units_less_eliminated(context: Context) -> Checked:
    """On every account, and each elimination sums to zero; asked of a whole tree only."""
    if context.scope_unit is not None:
        return Checked(0, [])
    made = context.remember(of_context)
    table = made.identity(context.postings)
    table = table.assign(expected=table["units"] - table["eliminated"])
    findings = [
        _broken(context, str(account), int(consolidated), int(expected))
        for account, consolidated, expected, difference in zip(
            table.index, table["consolidated"], table["expected"], table["difference"], strict=True
        )
        if difference
    ]
    figures = made.eliminations["amount"]
    uneven = int((figures[::2].to_numpy() + figures[1::2].to_numpy()).astype(bool).sum())
    if uneven:
        findings.append(_broken(context, ELIMINATION, uneven, 0))
    return Checked(len(table), findings)


def _read(book: Book, codes: list[str], filename: str) -> tuple[list[pd.DataFrame], list[ConsolidationError]]:
    """The posting tables of these units, and an error for each that cannot be read."""
    tables, errors = [], []
    for code in codes:
        try:
            tables.append(book.postings([code]))
        except LedgerError as problem:
            sentence = "unit {unit} cannot be read, so nothing is consolidated: {why}"
            errors.append(_error(filename, sentence, unit=code, why=_sentence(problem)))
    return tables, errors


def _watch(options_map: dict[str, Any], book: Book) -> None:
    """Make the units' files and the registers part of the ledger's files, as absolute names."""
    ours = [name for name in book.names("units/") if name.endswith(".beancount")] + book.names("registers/")
    files = {*options_map.get("include", []), *(str((book.path / name).resolve()) for name in ours)}
    options_map["include"] = sorted(files)


def _error(filename: str, sentence: str, **values: str) -> ConsolidationError:
    """An error at the province's ledger; Beancount asks nobody for a language, so it speaks Vietnamese."""
    from beancount.core import data  # noqa: PLC0415 - as above

    return ConsolidationError(data.new_metadata(filename, 1), text(sentence, "vi").format(**values))


def _sentence(problem: LedgerError) -> str:
    return problem.sentence(lambda msgid: text(msgid, "vi"))


def _keeps_books(units: Units, code: str) -> bool:
    row = units.get(code)
    return row is not None and row.keeps_books


def _eliminations(table: pd.DataFrame, pairs: list[Pair]) -> pd.DataFrame:
    """Both sides of each pair turned round, one pair after the other in order of time."""
    if not pairs:
        return empty()
    places = [place for pair in pairs for place in (pair.left, pair.right)]
    rows = table.iloc[places]
    names = (rows["unit"] + " " + rows["voucher"]).tolist()
    references = rows["reference"].tolist()
    titles = [
        f"Loại trừ nội bộ {references[number]}: {names[number]} ↔ {names[number + 1]}"
        for number in range(0, len(names), 2)
    ]
    return (
        rows.assign(
            entry=ELIMINATION,
            date=[pair.date for pair in pairs for _ in (pair.left, pair.right)],
            description=[title for title in titles for _ in ("left", "right")],
            amount=-rows["amount"],
            quantity=-rows["quantity"],
        )
        .astype(SCHEMA)
        .reset_index(drop=True)
    )


def _broken(context: Context, account: str, value: int, expected: int) -> Finding:
    return Finding(
        "C01",
        unit=context.units.root(context.today),
        value=money(value),
        expected=money(expected),
        difference=value - expected,
        params={"account": account},
    )
