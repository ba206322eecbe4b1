"""The strict reader: canonical journal text straight to the posting table, without Beancount.

Guarantees: what it accepts, Beancount's own loader accepts too and gives the same rows; whatever is not exactly
the canonical form is refused with the line and the reason; nothing is repaired, skipped or guessed.

`ledger.journal_pieces` cuts the text; what a regular expression cannot say (days of the calendar, balance, order,
64 bits, allowed characters) is checked here, on whole columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from operator import gt, not_
from typing import Any, Final, NoReturn

import numpy as np
import pandas as pd

from ledger.journal_explain import explain
from ledger.journal_form import MAGIC, NotCanonicalError, code_of, commodity_problem, forbidden, is_date, unquote
from ledger.journal_pieces import (
    HEAD_GROUPS,
    POSTING_GROUPS,
    RUN_KEYS,
    Distinct,
    Lot,
    Texts,
    cut,
    cut_run,
    line_of,
)
from ledger.postings import Column, Mask, Whole, empty, from_columns, spread, texts

_ABSENT: Final = frozenset({"voucher", "figure", "money", "lot", "row"})
"""Groups that a head or a posting can do without."""
_MIN_POSTINGS: Final = 2
_HALF: Final = 32
_LOW: Final = 2**_HALF - 1


def read(text: str) -> pd.DataFrame:
    """Read a canonical journal.

    Raises:
        NotCanonicalError: the text differs from the canonical form; it may still be a journal for Beancount.
    """
    if not text.startswith(MAGIC):
        raise NotCanonicalError(1, f"the first line is not {MAGIC.strip()!r}")
    found = cut(text)
    if found is None:
        _check_characters(text)
        raise NotCanonicalError(*explain(text))
    return _Reading(text, found).table() if found["date"] else empty()


def balanced(starts: Whole, amounts: Whole) -> Mask:
    """Tell of each group of amounts whether they add up to exactly 0.

    Sums are taken in halves of 32 bits: a sum of 64-bit amounts could wrap around to a false 0.

    Args:
        starts: where each group begins; the first begins at 0, none is empty.
        amounts: whole đồng.
    """
    high = np.add.reduceat(amounts >> _HALF, starts)
    low = np.add.reduceat(amounts & _LOW, starts)
    return np.asarray((low & _LOW == 0) & (high + (low >> _HALF) == 0))


class _Reading:
    """The heads and postings of one text, column by column; the text is known to be made of them alone."""

    def __init__(self, text: str, found: Mapping[str, Sequence[str | None]]) -> None:
        self._text = text
        self._escapes = "\\" in text
        heads = [day is not None for day in found["date"]]
        lines = list(map(not_, heads))
        self._heads = {name: _chosen(found[name], heads, name) for name in HEAD_GROUPS}
        self._lines = {name: _chosen(found[name], lines, name) for name in POSTING_GROUPS}
        self._head_pieces, self._line_pieces = np.flatnonzero(heads), np.flatnonzero(lines)
        self._runs = {name: Distinct.of((self._heads | self._lines)[name]) for name in RUN_KEYS}
        self._columns: dict[str, Any] = {}
        self._days: set[str] = set()

    def table(self) -> pd.DataFrame:
        """Check what a regular expression cannot, and make the table."""
        self._read_structure()
        self._check_texts()
        self._read_heads()
        self._read_postings()
        self._read_figures()
        self._check_dates()
        self._check_balance()
        return from_columns(self._columns, len(self._line_pieces))

    def _read_structure(self) -> None:
        """Each head has two postings at least, nothing stands before the first; no head stands twice."""
        if len(self._head_pieces) == 0 or self._head_pieces[0] != 0:
            self._refuse(0, "a transaction must begin here")
        pieces = len(self._head_pieces) + len(self._line_pieces)
        sizes = np.diff(self._head_pieces, append=pieces) - 1
        short = np.flatnonzero(sizes < _MIN_POSTINGS)
        if len(short):
            self._refuse_head(int(short[0]), "the transaction has less than two postings")
        self._starts: Whole = np.cumsum(sizes, dtype=np.int64) - sizes
        self._transactions: Whole = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
        heads = list(map("\n".join, zip(*self._heads.values(), strict=True)))
        if len(set(heads)) < len(heads):
            self._refuse_head(next(i for i, head in enumerate(heads) if head in heads[:i]), "this head stands twice")

    def _read_heads(self) -> None:
        """Make the columns that all postings of a transaction share."""
        for name in ("description", "voucher"):
            self._columns[name] = spread(self._plain(self._heads[name]), self._transactions)
        days = Distinct.of(self._heads["date"])
        self._columns["date"] = days.at(self._transactions).column()
        self._days.update(days.kinds)
        for name in ("slot", "origin"):
            self._columns |= self._run(name, self._runs[name].at(self._transactions))

    def _read_postings(self) -> None:
        """Make the columns that each posting has of its own, figures excepted."""
        self._columns |= self._run("tail", self._runs["tail"])
        self._accounts = Distinct.of(self._lines["account"])
        self._columns["account"] = self._accounts.column()
        self._columns["code"] = self._accounts.column([code_of(account) for account in self._accounts.kinds])
        self._columns["side"] = Distinct.of(self._lines["side"]).column()
        self._columns["row"] = np.array([int(row) if row else 0 for row in self._lines["row"]], dtype=np.int64)

    def _read_figures(self) -> None:
        """Make amount, quantity and commodity; a lot's amount is its cost in the sign of its quantity."""
        figures, commodities = self._lines["figure"], self._lines["money"]
        lots = {row: Lot.of(figure) for row, figure in enumerate(self._lines["lot"]) if figure}
        for row, lot in lots.items():
            figures[row], commodities[row] = str(lot.amount), lot.commodity
        amounts = self._whole(figures)
        quantities = amounts.copy()
        for row, lot in lots.items():
            quantities[row] = lot.quantity
        self._columns |= {"amount": amounts, "quantity": quantities}
        self._read_commodities(Distinct.of(commodities))
        if lots:
            self._read_lots(lots)

    def _read_lots(self, lots: Mapping[int, Lot]) -> None:
        """Make date and asset of the lots, which name their asset in the cost and nowhere else."""
        assets = self._columns["asset"].tolist()
        for row, lot in lots.items():
            if assets[row]:
                self._refuse_line(row, "a lot names its asset in its cost, not by the key asset")
            assets[row] = lot.asset
        dates = [lots[row].date if row in lots else "" for row in range(len(assets))]
        self._columns |= {"asset": texts(assets), "lot_date": texts(dates)}
        self._days.update(dates)

    def _read_commodities(self, commodities: Distinct) -> None:
        """Make the commodity; account and commodity of each posting must fit."""
        self._columns["commodity"] = commodities.column()
        self._memo: Mask = np.array([kind == "MEMO" for kind in commodities.kinds])[commodities.places]
        pairs = self._accounts.places * len(commodities.kinds) + commodities.places
        for pair in np.unique(pairs).tolist():
            account, commodity = divmod(pair, len(commodities.kinds))
            why = commodity_problem(self._accounts.kinds[account], commodities.kinds[commodity])
            if why:
                self._refuse_line(int(np.argmax(pairs == pair)), why)

    def _check_dates(self) -> None:
        """Every date is a day of the calendar, and transactions stand in order of date."""
        for day in sorted(self._days - {""}):
            if not is_date(day):
                self._refuse_text(day, f"{day} is not a date")
        dates = self._heads["date"]
        if any(map(gt, dates, dates[1:])):
            index = next(i for i in range(1, len(dates)) if dates[i - 1] > dates[i])
            self._refuse_head(index, f"{dates[index]} stands after {dates[index - 1]}")

    def _check_texts(self) -> None:
        """Every character may stand in a journal; only text between quotes can hold others than the form's own."""
        parts = [*self._heads["description"], *self._heads["voucher"]]
        for run in self._runs.values():
            parts += run.kinds
        parts += set(self._lines["lot"])
        if forbidden('"'.join(parts).replace("\n", "")):
            _check_characters(self._text)

    def _check_balance(self) -> None:
        """Every transaction adds up to 0, in đồng and in the memo commodity."""
        for chosen in (self._memo, ~self._memo):
            wrong = ~balanced(self._starts, np.where(chosen, self._columns["amount"], 0))
            if wrong.any():
                self._refuse_head(int(np.argmax(wrong)), "the transaction does not balance")

    def _whole(self, figures: list[str]) -> Whole:
        try:
            return np.array(list(map(int, figures)), dtype=np.int64)
        except OverflowError:
            row = next(row for row, figure in enumerate(figures) if not -(2**63) <= int(figure) < 2**63)
            self._refuse_line(row, f"{figures[row]} is beyond 64 bits")

    def _run(self, name: str, run: Distinct) -> dict[str, Column]:
        """Cut a run of keys into its columns; a key that no row has makes none."""
        columns = dict(zip(RUN_KEYS[name], zip(*(cut_run(name, kind) for kind in run.kinds), strict=True), strict=True))
        self._days.update(columns.get("document_date", ()))
        return {key: run.column(self._plain(kinds)) for key, kinds in columns.items() if key == "asset" or any(kinds)}

    def _plain(self, values: Texts) -> Texts:
        return list(map(unquote, values)) if self._escapes else values

    def _refuse_head(self, index: int, why: str) -> NoReturn:
        self._refuse(int(self._head_pieces[index]), why)

    def _refuse_line(self, index: int, why: str) -> NoReturn:
        self._refuse(int(self._line_pieces[index]), why)

    def _refuse(self, piece: int, why: str) -> NoReturn:
        raise NotCanonicalError(line_of(self._text, piece), why)

    def _refuse_text(self, text: str, why: str) -> NoReturn:
        raise NotCanonicalError(self._text.count("\n", 0, self._text.index(text)) + 1, why)


def _chosen(column: Sequence[Any], pieces: Sequence[bool], name: str) -> list[str]:
    """Return a group of the chosen pieces; where the group can be absent, None becomes ""."""
    values = compress(column, pieces)
    return [value or "" for value in values] if name in _ABSENT else list(values)


def _check_characters(text: str) -> None:
    """Refuse the first line that holds what a journal never holds."""
    for number, line in enumerate(text.split("\n"), start=1):
        why = forbidden(line)
        if why:
            raise NotCanonicalError(number, why)
