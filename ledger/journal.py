"""The journal: the Beancount text of a period, written from the posting table and read back into it.

Guarantees of `render`: the text holds exactly the given postings, or there is no text. Values pass allow-lists,
text from people passes one `quote`, every transaction adds up to 0 to the đồng, and the finished text is read back
by the strict reader and compared with the table, field by field.

The form is described in `ledger.journal_form`; `read` is the strict reader, `read_with_beancount` the same by
Beancount's own parser and booking, `from_entries` the same from entries that Beancount has loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NoReturn

import numpy as np
import pandas as pd

from ledger.journal_beancount import from_entries, read_with_beancount
from ledger.journal_form import (
    ACCOUNT,
    HEADER_COLUMNS,
    HEADER_KEYS,
    MAGIC,
    POSTING_KEYS,
    JournalError,
    Key,
    NotAJournalError,
    NotCanonicalError,
    code_of,
    commodity_problem,
    forbidden,
    is_date,
    quote,
)
from ledger.journal_reader import balanced, read
from ledger.postings import Whole, check

__all__ = [
    "JournalError",
    "NotAJournalError",
    "NotCanonicalError",
    "forbidden",
    "from_entries",
    "ordered",
    "quote",
    "read",
    "read_with_beancount",
    "render",
]

_ACCOUNT: Final = re.compile(ACCOUNT)
_FIGURE_COLUMNS: Final = ("account", "code", "commodity", "amount", "quantity", "asset", "lot_date")


def render(postings: pd.DataFrame) -> str:
    """Write the canonical journal of a posting table.

    A transaction is the rows that share all of `HEADER_COLUMNS`; `ordered` says in which order they are written.

    Raises:
        JournalError: a value cannot be written (unresolved account, forbidden character, …), a transaction does
            not balance, or the text would not give back the table.
        TableError: the frame is not a posting table.
    """
    check(postings)
    if postings.empty:
        return MAGIC
    columns = _lists(postings)
    order = _order(columns)
    text = _Writing({name: [values[row] for row in order] for name, values in columns.items()}).text()
    _compare(text, postings.take(order).reset_index(drop=True))
    return text


def ordered(postings: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in the order in which a journal holds them.

    By date, then as they are; but the postings of one transaction stand together where its first one stands.
    """
    return postings.take(_order(_lists(postings))).reset_index(drop=True)


def _lists(table: pd.DataFrame) -> dict[str, list[Any]]:
    return {name: table[name].tolist() for name in table.columns}


def _heads(columns: Mapping[str, Sequence[Any]]) -> list[tuple[str, ...]]:
    return list(zip(*(columns[name] for name in HEADER_COLUMNS), strict=True))


def _order(columns: Mapping[str, Sequence[Any]]) -> list[int]:
    heads = _heads(columns)
    by_date = sorted(range(len(heads)), key=columns["date"].__getitem__)
    places = {head: place for place, head in enumerate(dict.fromkeys(heads[row] for row in by_date))}
    return sorted(by_date, key=lambda row: places[heads[row]])


class _Writing:
    """One table on its way to text, column by column."""

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self._columns = columns
        self._heads = _heads(columns)
        changes = [0, *(index for index, (a, b) in enumerate(pairwise(self._heads), start=1) if a != b)]
        self._starts: Whole = np.array(changes, dtype=np.int64)

    def text(self) -> str:
        """Check the values and put the lines together."""
        amounts = self._amount_lines()
        self._check_balance()
        lines = [amounts, *(self._key_lines(key, "    ", range(len(self._heads))) for key in POSTING_KEYS)]
        postings = list(map("".join, zip(*lines, strict=True)))
        heads = [self._titles(), *(self._key_lines(key, "  ", self._starts.tolist()) for key in HEADER_KEYS)]
        for start, head in zip(self._starts.tolist(), map("".join, zip(*heads, strict=True)), strict=True):
            postings[start] = head + postings[start]
        return MAGIC + "".join(postings)

    def _amount_lines(self) -> list[str]:
        columns = [self._columns[name] for name in _FIGURE_COLUMNS]
        known: dict[tuple[str, str, str], str] = {}
        lines = []
        for index, (account, code, commodity, amount, quantity, asset, day) in enumerate(zip(*columns, strict=True)):
            place = (account, code, commodity)
            if place not in known:
                known[place] = _place_problem(*place)
            why = known[place] or _figure_problem(commodity, amount, quantity, asset, day)
            if why:
                self._refuse(index, why)
            cost = f" {{{abs(amount)} VND, {day}, {quote(asset)}}}" if day else ""
            lines.append(f"  {account}  {quantity} {commodity}{cost}\n")
        return lines

    def _check_balance(self) -> None:
        amounts = np.array(self._columns["amount"], dtype=np.int64)
        memo = np.array([commodity == "MEMO" for commodity in self._columns["commodity"]])
        for chosen in (memo, ~memo):
            wrong = ~balanced(self._starts, np.where(chosen, amounts, 0))
            if wrong.any():
                self._refuse(int(self._starts[np.argmax(wrong)]), "it does not balance")

    def _titles(self) -> list[str]:
        """First line of each transaction."""
        titles = []
        for start in self._starts.tolist():
            day, description = self._heads[start][:2]
            if not is_date(day):
                self._refuse(start, f"{day!a} is not a date")
            why = forbidden(description)
            if why:
                self._refuse(start, f"description: {why}")
            titles.append(f"\n{day} * {quote(description)}\n")
        return titles

    def _key_lines(self, key: Key, indent: str, rows: Iterable[int]) -> list[str]:
        """Return the line of one key for each of the rows, "" where the value is absent."""
        values = self._columns[key.name]
        if key.name == "asset":
            values = ["" if day else value for value, day in zip(values, self._columns["lot_date"], strict=True)]
        known: dict[str | int, str] = {}
        lines = []
        for row in rows:
            value = values[row]
            if value not in known:
                known[value] = self._key_line(key, indent, row, value)
            lines.append(known[value])
        return lines

    def _key_line(self, key: Key, indent: str, row: int, value: str | int) -> str:
        if not value and not key.required:
            return ""
        why = forbidden(str(value))
        written = str(value) if key.name in {"row", "document_date"} or why else quote(str(value))
        sound = is_date(written) if key.name == "document_date" else re.fullmatch(key.value, written)
        if why or not sound:
            self._refuse(row, f"{key.name} cannot be {value!a}" + (f": {why}" if why else ""))
        return f"{indent}{key.name}: {written}\n"

    def _refuse(self, row: int, why: str) -> NoReturn:
        raise JournalError(str(self._columns["voucher"][row]), why)


def _place_problem(account: str, code: str, commodity: str) -> str:
    if not account:
        return f"the account {code} was not found in the chart"
    if not _ACCOUNT.fullmatch(account):
        return f"{account!a} is not an account's name"
    if code != code_of(account):
        return f"{account} has not the code {code!a}"
    return commodity_problem(account, commodity)


def _figure_problem(commodity: str, amount: int, quantity: int, asset: str, lot_date: str) -> str:
    if not lot_date:
        plain = commodity in {"VND", "MEMO"} and quantity == amount
        return "" if plain else f"{quantity} {commodity} for {amount} đồng has no lot"
    if abs(quantity) != 1 or commodity in {"VND", "MEMO"}:
        return "a lot is one unit of its asset class"
    if amount * quantity < 0:
        return "the amount and the quantity of a lot have different signs"
    if not is_date(lot_date):
        return f"{lot_date!a} is not a date"
    return forbidden(asset) if asset else "a lot needs the code of its asset"


def _compare(text: str, table: pd.DataFrame) -> None:
    """Read the text back; every field of every row must be there again."""
    try:
        back = read(text)
    except NotCanonicalError as problem:
        raise JournalError("", f"the text would not be canonical: {problem}") from problem
    if len(back) != len(table):
        raise JournalError("", f"{len(table)} postings would become {len(back)}")
    if not back.equals(table):
        differs = (back != table).to_numpy()
        row, column = (int(place[0]) for place in np.nonzero(differs))
        raise JournalError(str(table["voucher"].iloc[row]), f"{table.columns[column]} would not come back the same")
