"""Vouchers: what an accountant books, and the postings they become.

Guarantees: amounts are whole đồng; every line becomes one or two postings on the side the accountant wrote
(a red entry stays on its own side with a negative figure); an account that the chart does not know gets the
empty path, so that the rules can name it and the journal writer refuses it. Nothing is rounded or netted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, NamedTuple

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ledger import postings
from ledger.accounts import CONTRA, Account, Chart

LINE_TEXTS = ("partner", "reference", "event", "counterparty")

Amount = Annotated[int, Field(strict=True, ge=-(10**15), le=10**15)]


class VoucherLine(BaseModel):
    """One row of a submission: a debit/credit pair, or one side of a compound or off-balance voucher."""

    model_config = ConfigDict(frozen=True)

    row: int
    """Row in the submitter's file, as Excel shows it."""
    debit: str = ""
    credit: str = ""
    amount: Amount
    """Whole đồng; negative only for red entries and off-balance corrections."""
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


class Voucher(BaseModel):
    """One voucher: all rows of a file that share its number."""

    model_config = ConfigDict(frozen=True)

    number: str
    date: str
    """Posting date, ISO."""
    document_date: str = ""
    description: str
    corrects: str = ""
    lines: tuple[VoucherLine, ...]


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
    """
    poster = _Poster(slot, chart, dict(held), entry)
    return postings.frame([row for voucher in vouchers for row in poster.rows(voucher)])


class _Poster:
    def __init__(self, slot: Slot, chart: Chart, held: dict[str, Lot], entry: str) -> None:
        self._slot = slot
        self._find: Callable[[str, str], Account | None] = chart.find
        self._held = held
        self._entry = entry

    def rows(self, voucher: Voucher) -> list[dict[str, Any]]:
        common = {
            "unit": self._slot.unit,
            "period": self._slot.period,
            "book": self._slot.book,
            "entry": self._entry,
            "voucher": voucher.number,
            "date": voucher.date,
            "document_date": voucher.document_date,
            "description": voucher.description,
            "corrects": voucher.corrects,
            "submission": self._slot.submission,
        }
        result: list[dict[str, Any]] = []
        for line in voucher.lines:
            for side, code in (("D", line.debit), ("C", line.credit)):
                if code:
                    result.extend(self._posting(common, voucher.date, line, side, code))
        return result

    def _posting(
        self, common: dict[str, Any], date: str, line: VoucherLine, side: str, code: str
    ) -> list[dict[str, Any]]:
        account = self._find(code, date)
        amount = line.amount if side == "D" else -line.amount
        row = {**common, "row": line.row, "code": code, "side": side, "amount": amount, "quantity": amount}
        row |= {
            "commodity": account.commodity if account else "VND",
            "account": account.path if account else "",
            "asset": line.asset,
        }
        row |= {name: getattr(line, name) for name in LINE_TEXTS}
        if account is None:
            return [row | _dimensions(line, date)]
        if account.is_lot:
            return [row | self._lot(account, line.asset, amount, date)]
        if account.dimensions:
            row |= _dimensions(line, date)
        if account.no_item:
            row["account"] += f":TM{line.item}" if line.item else ":NoItem"
        if account.type != "memo":
            return [row]
        contra = {**common, "row": line.row, "account": CONTRA, "commodity": "MEMO"}
        contra |= {"side": "C" if side == "D" else "D", "amount": -amount, "quantity": -amount}
        return [row, contra]

    def _lot(self, account: Account, asset: str, amount: int, date: str) -> dict[str, Any]:
        """A debit (or a red credit) brings the asset in; the opposite takes out the lot that came in."""
        if amount > 0:
            self._held[asset] = Lot(account.path, amount, date)
            return {"quantity": 1, "lot_date": date}
        lot = self._held.pop(asset, None)
        return {"quantity": -1, "lot_date": lot.date if lot else date}


def _dimensions(line: VoucherLine, date: str) -> dict[str, str]:
    return {
        "source": line.source,
        "clause": line.clause,
        "item": line.item,
        "treasury": line.treasury,
        "budget_year": line.budget_year or date[:4],
    }
