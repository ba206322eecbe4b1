"""The writer: a posting table straight to the canonical journal text, whole columns at a time.

Guarantees: every value passes the allow-list of its key before it is written, each distinct value once; text from
people passes `quote`; every transaction adds up to 0 to the đồng; what cannot be written is refused with the voucher
and the reason. Whether the text gives back the table is proved by `ledger.journal.render`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, NoReturn

import numpy as np
import pandas as pd

from ledger.journal_form import (
    ACCOUNT,
    HEADER_COLUMNS,
    HEADER_KEYS,
    MAGIC,
    POSTING_KEYS,
    JournalError,
    Key,
    code_of,
    commodity_problem,
    forbidden,
    is_date,
    quote,
)
from ledger.journal_reader import balanced
from ledger.postings import Mask, Whole

_ACCOUNT: Final = re.compile(ACCOUNT)
_PLAIN: Final = frozenset({"VND", "MEMO"})
_SIDE, _ROW, _TAIL = POSTING_KEYS[0], POSTING_KEYS[1], POSTING_KEYS[2:]
_LARGEST_ROW: Final = 999_999_999
_FEW_ROWS: Final = 500


class _Coded(NamedTuple):
    """A column as the number of the distinct value in each row, and the distinct values."""

    codes: Whole
    kinds: list[Any]

    def spread(self, texts: Sequence[str], rows: Whole | None = None) -> list[str]:
        """A text for each distinct value becomes one for each row (of some rows)."""
        chosen = np.array(texts, dtype=object)[self.codes if rows is None else self.codes[rows]]
        spread: list[str] = chosen.tolist()
        return spread


def order(table: pd.DataFrame) -> Whole:
    """The rows in the order in which a journal holds them.

    By date, then as they are; but the postings of one transaction stand together where its first one stands.
    """
    dates = _coded(table["date"])
    rank = np.empty(len(dates.kinds), dtype=np.int64)
    rank[sorted(range(len(rank)), key=dates.kinds.__getitem__)] = np.arange(len(rank))
    by_date = np.argsort(rank[dates.codes], kind="stable")
    places = pd.factorize(_together([_coded(table[name]) for name in HEADER_COLUMNS])[by_date])[0]
    in_order: Whole = by_date[np.argsort(places, kind="stable")]
    return in_order


def write(table: pd.DataFrame) -> str:
    """The journal of a table whose rows stand in `order`; it has a row at least.

    Raises:
        JournalError: a value cannot be written, or a transaction does not balance.
    """
    return _Writing(table).text()


class _Writing:
    """One table on its way to text."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table
        self._columns = {name: _coded(table[name]) for name in table.columns if table[name].dtype != np.int64}
        self._amounts: Whole = table["amount"].to_numpy()
        self._quantities: Whole = table["quantity"].to_numpy()
        self._lots: Mask = self._flags("lot_date", bool)
        heads = _together([self._columns[name] for name in HEADER_COLUMNS])
        self._starts: Whole = np.flatnonzero(np.append(True, heads[1:] != heads[:-1]))

    def text(self) -> str:
        """Check the values and put the lines together."""
        self._check_places()
        self._check_figures()
        self._check_balance()
        heads = map("".join, zip(*self._titles(), *self._head_lines(), strict=True))
        side = self._columns["side"].spread(self._key_lines(_SIDE, "    ", self._columns["side"]))
        lines = [*self._figure_lines(), side, self._row_lines(), self._tails()]
        postings = list(map("".join, zip(*lines, strict=True)))
        for start, head in zip(self._starts.tolist(), heads, strict=True):
            postings[start] = head + postings[start]
        return MAGIC + "".join(postings)

    def _check_places(self) -> None:
        """Account, code and commodity fit each other; each combination is looked at once."""
        names = ("account", "code", "commodity")
        kinds = _together([self._columns[name] for name in names])
        for first in _firsts(kinds):
            why = _place_problem(*(self._value(name, first) for name in names))
            if why:
                self._refuse(first, why)

    def _check_figures(self) -> None:
        """A figure is an amount of money or memo, or the cost of one asset."""
        plain = self._flags("commodity", _PLAIN.__contains__) & (self._quantities == self._amounts)
        wrong = np.flatnonzero(~self._lots & ~plain)
        if len(wrong):
            row = int(wrong[0])
            figure = f"{self._quantities[row]} {self._value('commodity', row)}"
            self._refuse(row, f"{figure} for {self._amounts[row]} đồng has no lot")
        for row in np.flatnonzero(self._lots).tolist():
            values = (self._value(name, row) for name in ("commodity", "asset", "lot_date"))
            why = _lot_problem(int(self._amounts[row]), int(self._quantities[row]), *values)
            if why:
                self._refuse(row, why)

    def _check_balance(self) -> None:
        memo = self._flags("commodity", "MEMO".__eq__)
        for chosen in (memo, ~memo):
            wrong = ~balanced(self._starts, np.where(chosen, self._amounts, 0))
            if wrong.any():
                self._refuse(int(self._starts[np.argmax(wrong)]), "it does not balance")

    def _titles(self) -> list[list[str]]:
        """First line of each transaction, in two parts."""
        days, words = self._columns["date"], self._columns["description"]
        for code, day in enumerate(days.kinds):
            if not is_date(day):
                self._refuse(_first(days, code), f"{day!a} is not a date")
        for code, description in enumerate(words.kinds):
            why = forbidden(description)
            if why:
                self._refuse(_first(words, code), f"description: {why}")
        return [
            days.spread([f"\n{day} * " for day in days.kinds], self._starts),
            words.spread([f"{quote(description)}\n" for description in words.kinds], self._starts),
        ]

    def _head_lines(self) -> list[list[str]]:
        """For each key of the head, its line in each transaction."""
        columns = [(key, self._columns[key.name]) for key in HEADER_KEYS]
        return [column.spread(self._key_lines(key, "  ", column), self._starts) for key, column in columns]

    def _figure_lines(self) -> list[list[str]]:
        """First line of each posting, in three parts."""
        accounts, commodities = self._columns["account"], self._columns["commodity"]
        ends = commodities.spread([f" {commodity}\n" for commodity in commodities.kinds])
        for row in np.flatnonzero(self._lots).tolist():
            commodity, day, asset = (self._value(name, row) for name in ("commodity", "lot_date", "asset"))
            ends[row] = f" {commodity} {{{abs(int(self._amounts[row]))} VND, {day}, {quote(asset)}}}\n"
        starts = accounts.spread([f"  {account}  " for account in accounts.kinds])
        return [starts, list(map(str, self._quantities.tolist())), ends]

    def _row_lines(self) -> list[str]:
        rows = self._table["row"].to_numpy()
        wrong = np.flatnonzero((rows < 0) | (rows > _LARGEST_ROW))
        if len(wrong):
            self._refuse(int(wrong[0]), f"{_ROW.name} cannot be {rows[wrong[0]]}")
        return [f"    {_ROW.name}: {row}\n" if row else "" for row in rows.tolist()]

    def _tails(self) -> list[str]:
        """The further keys of each posting; runs of them come back thousands of times, so each is made once."""
        columns = [self._written(key) for key in _TAIL]
        lines = [self._key_lines(key, "    ", column) for key, column in zip(_TAIL, columns, strict=True)]
        combined = _together(columns)
        firsts = np.array(_firsts(combined), dtype=np.int64)
        spread = [column.spread(known, firsts) for column, known in zip(columns, lines, strict=True)]
        runs = list(map("".join, zip(*spread, strict=True)))
        return _Coded(combined, runs).spread(runs)

    def _written(self, key: Key) -> _Coded:
        """A key's column; a lot names its asset in its cost, not by the key."""
        column = self._columns[key.name]
        if key.name != "asset" or not self._lots.any():
            return column
        return _coded(self._table["asset"].where(~self._lots, ""))

    def _key_lines(self, key: Key, indent: str, column: _Coded) -> list[str]:
        """The line of a key for each distinct value, "" where the value is absent."""
        lines = []
        for code, value in enumerate(column.kinds):
            if not value and not key.required:
                lines.append("")
                continue
            why = forbidden(value)
            written = value if key.name == "document_date" or why else quote(value)
            sound = is_date(written) if key.name == "document_date" else re.fullmatch(key.value, written)
            if why or not sound:
                self._refuse(_first(column, code), f"{key.name} cannot be {value!a}" + (f": {why}" if why else ""))
            lines.append(f"{indent}{key.name}: {written}\n")
        return lines

    def _flags(self, name: str, test: Any) -> Mask:  # noqa: ANN401 - a question to a text
        """Rows whose text passes; each distinct text is asked once."""
        codes, kinds = self._columns[name]
        flags: Mask = np.fromiter((bool(test(kind)) for kind in kinds), np.bool_, len(kinds))[codes]
        return flags

    def _value(self, name: str, row: int) -> str:
        codes, kinds = self._columns[name]
        return str(kinds[codes[row]])

    def _refuse(self, row: int, why: str) -> NoReturn:
        raise JournalError(self._value("voucher", row), why)


def _coded(column: pd.Series[Any]) -> _Coded:
    if len(column) <= _FEW_ROWS:
        return _numbered(column.tolist())
    codes, kinds = pd.factorize(column)
    return _Coded(codes, kinds.tolist())


def _together(columns: Sequence[_Coded]) -> Whole:
    """A number for each row, the same where all these columns are the same; numbered by first appearance."""
    several = [column for column in columns if len(column.kinds) > 1] or columns[:1]
    if len(several[0].codes) <= _FEW_ROWS:
        return _numbered(list(zip(*(column.codes.tolist() for column in several), strict=True))).codes
    key = several[0].codes
    for codes, kinds in several[1:]:
        key = pd.factorize(key * len(kinds) + codes)[0]
    return key


def _numbered(values: list[Any]) -> _Coded:
    """As the library's `factorize`, which costs more than the values of a small table."""
    known = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return _Coded(np.fromiter(map(known.__getitem__, values), np.int64, len(values)), list(known))


def _firsts(kinds: Whole) -> list[int]:
    """The first row of each kind, by number of the kind."""
    firsts: list[int] = np.unique(kinds, return_index=True)[1].tolist()
    return firsts


def _first(column: _Coded, code: int) -> int:
    return int(np.argmax(column.codes == code))


def _place_problem(account: str, code: str, commodity: str) -> str:
    if not account:
        return f"the account {code} was not found in the chart"
    if not _ACCOUNT.fullmatch(account):
        return f"{account!a} is not an account's name"
    if code != code_of(account):
        return f"{account} has not the code {code!a}"
    return commodity_problem(account, commodity)


def _lot_problem(amount: int, quantity: int, commodity: str, asset: str, lot_date: str) -> str:
    if abs(quantity) != 1 or commodity in _PLAIN:
        return "a lot is one unit of its asset class"
    if amount * quantity < 0:
        return "the amount and the quantity of a lot have different signs"
    if not is_date(lot_date):
        return f"{lot_date!a} is not a date"
    return forbidden(asset) if asset else "a lot needs the code of its asset"
