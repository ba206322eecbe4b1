"""A consolidation as Beancount entries: what Fava and bean-check see in the province's ledger.

Guarantees: one transaction per unit, period and month, one per elimination; their sums per account are those of the
consolidation to the đồng; every account is opened with its code and its names in Vietnamese and English.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from beancount.core import data
from beancount.core.amount import Amount

from ledger.ledger_files import describe, with_ancestors
from plugins.columns import rows_of

if TYPE_CHECKING:
    from ledger.book import Book
    from plugins.consolidate import Consolidation

UNIT, PERIOD = "unit", "period"
"""Metadata of a transaction: whose figures, of which period."""
ELIMINATION_TAG = "loai-tru"

_TRANSACTION = ["unit", "period", "month", "date"]
_POSTING = ["account", "commodity", "side", "source", "partner", "reference"]
"""Kept apart inside a transaction; the finer dimensions are asked of the tables, not of the ledger."""


def entries_of(made: Consolidation, book: Book, filename: str) -> list[data.Directive]:
    """All entries of a consolidation, sorted as Beancount sorts.

    Args:
        made: the figures.
        book: for the names of accounts and the files of units.
        filename: the province's ledger, where entries that no unit wrote have their place.
    """
    transactions = [*_summaries(made, book), *_eliminations(made, filename)]
    opens = _opens(made, book, filename)
    return sorted([*opens, *transactions], key=data.entry_sortkey)


def _opens(made: Consolidation, book: Book, filename: str) -> Iterator[data.Directive]:
    """Each account's opening and those of the accounts above it, on the day of the first figure below it."""
    first: dict[str, str] = {}
    days = made.consolidated.groupby("account")["date"].min()
    for path, day in zip(days.index.tolist(), days.tolist(), strict=True):
        for account in with_ancestors([path]):
            first[account] = min(day, first.get(account, day))
    for line, account in enumerate(sorted(first), start=1):
        meta = data.new_metadata(filename, line, describe(account, book.chart, book.index))
        yield data.Open(meta, _day(first[account]), account, [], None)


def _summaries(made: Consolidation, book: Book) -> Iterator[data.Directive]:
    sums = made.sums.sort_values([*_TRANSACTION, *_POSTING])
    names = {code: unit.name_vi for code in made.units if (unit := book.units.get(code))}
    columns = [sums[name].tolist() for name in (*_TRANSACTION, *_POSTING, "amount")]
    current: tuple[Any, ...] = ()
    postings: list[data.Posting] = []
    for unit, period, month, day, *posting in zip(*columns, strict=True):
        head = (unit, period, month, day)
        if head != current:
            if postings:
                yield _summary(current, postings, names, book)
            current, postings = head, []
        if posting[-1]:
            postings.append(_posting(*posting))
    if postings:
        yield _summary(current, postings, names, book)


def _summary(head: tuple[Any, ...], postings: list[data.Posting], names: dict[str, str], book: Book) -> data.Directive:
    unit, period, month, day = head
    meta = data.new_metadata(str(book.path / "units" / unit / "ledger.beancount"), 1, {UNIT: unit, PERIOD: period})
    narration = f"{names.get(unit, unit)}: tổng hợp tháng {month[5:]}/{month[:4]}, kỳ {period}"
    return data.Transaction(meta, _day(day), "*", unit, narration, frozenset(), frozenset(), postings)


def _posting(
    account: str, commodity: str, side: str, source: str, partner: str, reference: str, amount: int
) -> data.Posting:
    values = {"side": side, "source": source, "partner": partner, "reference": reference}
    meta = {name: value for name, value in values.items() if value}
    return data.Posting(account, Amount(Decimal(amount), commodity), None, None, None, meta)


def _eliminations(made: Consolidation, filename: str) -> Iterator[data.Directive]:
    """One transaction per pair: its two rows follow each other."""
    sides = rows_of(made.eliminations)
    for number, (left, right) in enumerate(zip(sides, sides, strict=True), start=1):
        names = {"reference": left.reference, "unit_left": left.unit, "voucher_left": left.voucher}
        names |= {"unit_right": right.unit, "voucher_right": right.voucher}
        postings = [_posting(side.account, "VND", side.side, "", "", "", side.amount) for side in (left, right)]
        yield data.Transaction(
            data.new_metadata(filename, number, names),
            _day(left.date),
            "*",
            None,
            left.description,
            frozenset({ELIMINATION_TAG}),
            frozenset(),
            postings,
        )


def _day(iso: object) -> dt.date:
    return dt.date.fromisoformat(str(iso))
