"""Vouchers: what an accountant books, and the postings they become.

Guarantees: amounts are whole đồng; every line becomes one or two postings on the side the accountant wrote
(a red entry stays on its own side with a negative figure); an account that the chart does not know gets the
empty path, so that the rules can name it and the journal writer refuses it. Nothing is rounded or netted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from ledger import postings
from ledger.accounts import CONTRA, Account, Chart
from ledger.postings import Column, Mask, TableError, Whole, texts

LARGEST: Final = 10**15
"""No figure of a voucher is larger, whole đồng."""

_ALWAYS: Final = ("partner", "reference", "event", "contract", "counterparty", "asset")
"""What every posting of a line carries."""
_DIMENSIONS: Final = ("source", "clause", "item", "programme", "treasury", "budget_year")
"""What only postings on accounts with dimensions carry, and those on accounts that the chart does not know."""
_PEOPLE: Final = ("recorded_by", "content_by", "paid_by")
_HEAD: Final = ("voucher", "date", "document_date", "description", "corrects", *_PEOPLE)
_PLACES: Final = 4
"""Postings that a line may become: debit, its contra, credit, its contra."""


class VoucherLine(NamedTuple):
    """One row of a submission: a debit/credit pair, or one side of a compound or off-balance voucher."""

    row: int
    """Row in the submitter's file, as Excel shows it."""
    amount: int
    """Whole đồng; negative only for red entries and off-balance corrections."""
    debit: str = ""
    credit: str = ""
    source: str = ""
    clause: str = ""
    item: str = ""
    treasury: str = ""
    budget_year: str = ""
    counterparty: str = ""
    partner: str = ""
    reference: str = ""
    asset: str = ""
    event: str = ""
    programme: str = ""
    """Target programme (chương trình mục tiêu), four digits."""
    contract: str = ""
    """Contract, as the register of commitments has it."""


class Voucher(NamedTuple):
    """One voucher: all rows of a file that share its number."""

    number: str
    date: str
    """Posting date, ISO."""
    description: str
    lines: tuple[VoucherLine, ...]
    document_date: str = ""
    corrects: str = ""
    recorded_by: str = ""
    """Who recorded it; with the next two, what separation of duties is judged by."""
    content_by: str = ""
    """Who approved its content."""
    paid_by: str = ""
    """Who approved its payment."""


class Lot(NamedTuple):
    """A fixed asset as the unit holds it: where it is booked, at what cost, since when."""

    account: str
    cost: int
    date: str


class Slot(NamedTuple):
    """Where vouchers were handed in: the identity that every posting carries."""

    unit: str
    period: str
    book: str
    submission: str


def holdings(table: pd.DataFrame) -> dict[str, Lot]:
    """The fixed assets a unit holds after these postings: asset code → Lot.

    Args:
        table: postings of one unit, in the posting-table schema.
    """
    lots = table[(table["lot_date"] != "")]
    held: dict[str, Lot] = {}
    for asset, account, quantity, amount, date in zip(
        lots["asset"], lots["account"], lots["quantity"], lots["amount"], lots["lot_date"], strict=True
    ):
        if quantity > 0:
            held[asset] = Lot(account, int(amount), date)
        else:
            held.pop(asset, None)
    return held


def post(
    vouchers: Iterable[Voucher],
    slot: Slot,
    chart: Chart,
    held: Mapping[str, Lot],
    *,
    entry: str = "voucher",
) -> pd.DataFrame:
    """The postings of these vouchers, in the posting-table schema, in the vouchers' order.

    Args:
        vouchers: in the order of the file.
        slot: unit, period, book and submission id that the postings carry.
        chart: resolves codes on the posting date.
        held: assets held before, so that one that leaves is written with its own cost date.
        entry: `voucher` or `opening`.

    Raises:
        TableError: an amount is no whole number or larger than `LARGEST`, or a text is none.
    """
    posted = list(vouchers)
    if not any(voucher.lines for voucher in posted):
        return postings.empty()
    made = _Posting(posted, chart).columns(dict(held))
    count = len(made["row"])
    everywhere = {"unit": slot.unit, "period": slot.period, "book": slot.book, "submission": slot.submission}
    made |= {name: postings.repeated(value, count) for name, value in (everywhere | {"entry": entry}).items()}
    return postings.from_columns(made, count)


class _Posting:
    """Vouchers on their way to postings, whole columns at a time: large files have a hundred thousand lines."""

    def __init__(self, vouchers: list[Voucher], chart: Chart) -> None:
        lines = list(chain.from_iterable(voucher.lines for voucher in vouchers))
        self._lines = dict(zip(VoucherLine._fields, map(list, zip(*lines, strict=True)), strict=True))
        _check(self._lines)
        self._heads = dict(zip(_HEAD, map(list, zip(*map(_head, vouchers), strict=True)), strict=True))
        self._of_line = np.repeat(np.arange(len(vouchers)), [len(voucher.lines) for voucher in vouchers])
        dates = self._heads["date"]
        self._dates = [dates[voucher] for voucher in self._of_line.tolist()]
        self._find(chart)

    def _find(self, chart: Chart) -> None:
        """Look up every code on its date, each pair once; then lay out what each line becomes."""
        known: dict[tuple[str, str], int] = {}
        sides = [
            [known.setdefault(pair, len(known)) for pair in zip(self._lines[side], self._dates, strict=True)]
            for side in ("debit", "credit")
        ]
        self._codes = [code for code, _ in known]
        self._accounts: list[Account | None] = [chart.find(code, day) if code else None for code, day in known]
        which = np.array(sides).T
        own = self._flags(bool(code) for code in self._codes)
        memo = self._flags(a is not None and a.type == "memo" and not a.is_lot for a in self._accounts)
        wanted = np.stack([own[which[:, 0]], memo[which[:, 0]], own[which[:, 1]], memo[which[:, 1]]], axis=1)
        self._line, place = np.nonzero(wanted)
        self._side_d: Mask = place < _PLACES // 2
        self._contra: Mask = place % 2 == 1
        self._which: Whole = which[self._line, np.where(self._side_d, 0, 1)]

    def columns(self, held: dict[str, Lot]) -> dict[str, Any]:
        """The columns of the posting table that differ from posting to posting."""
        amounts = np.array(self._lines["amount"], dtype=np.int64)[self._line]
        # The contra stands on the other side with the opposite sign.
        amounts = np.where(self._side_d != self._contra, amounts, -amounts)
        columns: dict[str, Any] = {
            name: texts(values).take(self._of_line[self._line]) for name, values in self._heads.items()
        }
        columns["row"] = np.array(self._lines["row"], dtype=np.int64)[self._line]
        columns["amount"], columns["quantity"] = amounts, amounts.copy()
        columns["side"] = texts(["D", "C"]).take(np.where(self._side_d != self._contra, 0, 1))
        columns["code"] = self._of_account(self._codes, "")
        columns["commodity"] = self._of_account([a.commodity if a else "VND" for a in self._accounts], "MEMO")
        columns["account"] = self._paths()
        columns |= {name: self._of_lines(name, ~self._contra) for name in _ALWAYS}
        unknown = self._flags(account is None for account in self._accounts)
        dimensioned = self._flags(a is not None and bool(a.dimensions) and not a.is_lot for a in self._accounts)
        carry = (unknown | dimensioned)[self._which] & ~self._contra
        columns |= {name: self._of_lines(name, carry) for name in _DIMENSIONS}
        return columns | self._lots(held, amounts, columns["quantity"])

    def _paths(self) -> Column:
        """The accounts' names; where the budget item is the leaf, with the item of the line."""
        paths = [account.path if account else "" for account in self._accounts]
        leaf = self._flags(a is not None and a.no_item and not a.is_lot for a in self._accounts)
        own = leaf[self._which] & ~self._contra
        if not own.any():
            return self._of_account(paths, CONTRA)
        names = self._of_account(paths, CONTRA).tolist()
        items = self._lines["item"]
        for place, line in zip(np.flatnonzero(own).tolist(), self._line[own].tolist(), strict=True):
            names[place] += f":TM{items[line]}" if items[line] else ":NoItem"
        return texts(names)

    def _lots(self, held: dict[str, Lot], amounts: Whole, quantities: Whole) -> dict[str, Any]:
        """A debit (or a red credit) brings the asset in; the opposite takes out the lot that came in."""
        is_lot = self._flags(account is not None and account.is_lot for account in self._accounts)
        places = np.flatnonzero(is_lot[self._which] & ~self._contra)
        if not len(places):
            return {}
        dates = [""] * len(amounts)
        for place in places.tolist():
            line, amount = self._line[place], int(amounts[place])
            asset, day = self._lines["asset"][line], self._dates[line]
            if amount > 0:
                account = self._accounts[self._which[place]]
                held[asset] = Lot(account.path if account else "", amount, day)
            else:
                lot = held.pop(asset, None)
                day = lot.date if lot else day
            quantities[place], dates[place] = 1 if amount > 0 else -1, day
        return {"lot_date": texts(dates)}

    def _of_account(self, values: list[str], contra: str) -> Column:
        """A text that belongs to the account; on contra postings another one."""
        return texts([*values, contra]).take(np.where(self._contra, len(values), self._which))

    def _of_lines(self, name: str, wanted: Mask) -> Column:
        """A text of the line where it is wanted, else ""."""
        values = self._lines[name]
        if name == "budget_year":
            values = [year or day[:4] for year, day in zip(values, self._dates, strict=True)]
        return texts([*values, ""]).take(np.where(wanted, self._line, len(values)))

    def _flags(self, answers: Iterable[bool]) -> Mask:
        return np.fromiter(answers, dtype=np.bool_, count=len(self._accounts))


def _head(voucher: Voucher) -> tuple[str, ...]:
    people = (voucher.recorded_by, voucher.content_by, voucher.paid_by)
    return (voucher.number, voucher.date, voucher.document_date, voucher.description, voucher.corrects, *people)


def _check(lines: Mapping[str, list[Any]]) -> None:
    """Refuse what is no text, and no whole amount of a size that can be."""
    for name, values in lines.items():
        postings.only(name, values, {int} if name in {"row", "amount"} else {str})
    if max(lines["amount"]) > LARGEST or min(lines["amount"]) < -LARGEST:
        raise TableError(f"an amount is larger than {LARGEST}")
