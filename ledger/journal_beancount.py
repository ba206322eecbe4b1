"""Beancount's view of a journal: rows from its loaded entries, and from any text by its own parser and booking.

Guarantees: a figure comes out exactly as Beancount holds it or not at all (no fraction, no price, no incomplete
lot); rows stand in the order of the text, although Beancount's booking groups postings by commodity; nothing in a
text is executed or followed: one with a plugin, an option, an include or any directive that is not a transaction
is refused before it is booked.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pandas as pd
from beancount.core import data
from beancount.core.amount import Amount
from beancount.core.position import Cost
from beancount.ops import validation
from beancount.parser import booking, options, parser

from ledger.journal_form import HEADER_KEYS, LOT_PREFIX, POSTING_KEYS, NotAJournalError, code_of
from ledger.postings import from_columns

_COLUMNS_OF_AMOUNT: Final = ("account", "code", "amount", "commodity", "quantity", "asset", "lot_date")
_PLAIN_COMMODITIES: Final = frozenset({"VND", "MEMO"})


def from_entries(entries: Iterable[data.Directive]) -> pd.DataFrame:
    """Make the posting table of the transactions among loaded entries, in their order.

    Args:
        entries: as Beancount's loader gives them (and plugins get them): booked, with our metadata.

    Raises:
        NotAJournalError: a transaction or posting misses our metadata, or its figure is none of ours.
    """
    columns: defaultdict[str, list[Any]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry, data.Transaction):
            _add_transaction(columns, entry)
    return from_columns(columns, len(columns["account"]))


def read_with_beancount(text: str) -> pd.DataFrame:
    """Read one journal by Beancount's parser, booking and validation: the rows of `transactions`.

    Raises:
        NotAJournalError: Beancount has an error, or the text holds anything but transactions of our form.
    """
    return from_entries(transactions(text))


def transactions(text: str) -> list[data.Transaction]:
    """Parse, book and validate one journal; its transactions in the order of Beancount.

    Lots are not matched here (each account is opened with booking NONE): a month's text disposes of assets that
    came in with another month's. The unit's whole ledger is where Beancount matches them.

    Raises:
        NotAJournalError: Beancount has an error, or the text holds anything but transactions.
    """
    entries, errors, found = parser.parse_string(text, report_filename="")
    _refuse_errors(errors)
    _refuse_directives(entries, found)
    opened = [*_opens(data.filter_txns(entries)), *entries]
    # Beancount's own functions carry no types.
    booked, errors = booking.book(opened, copy.deepcopy(options.OPTIONS_DEFAULTS))  # type: ignore[no-untyped-call]
    _refuse_errors(errors)
    wrong = validation.validate(booked, copy.deepcopy(options.OPTIONS_DEFAULTS))  # type: ignore[no-untyped-call]
    _refuse_errors(wrong)
    return [entry for entry in booked if isinstance(entry, data.Transaction)]


def _refuse_errors(errors: Iterable[Any]) -> None:
    for error in errors:
        raise NotAJournalError(_line(error.source), str(error.message).replace("\n", " "))


def _refuse_directives(entries: Iterable[data.Directive], found: Mapping[str, Any]) -> None:
    """Refuse whatever could execute, redirect or change the meaning of a text."""
    for entry in entries:
        if not isinstance(entry, data.Transaction):
            raise NotAJournalError(_line(entry.meta), "a journal holds transactions only")
    set_here = sorted(key for key, value in options.OPTIONS_DEFAULTS.items() if found[key] != value)
    forbidden = [key for key in set_here if key not in {"filename", "dcontext"}]
    if forbidden:
        raise NotAJournalError(1, f"a journal holds transactions only, not {', '.join(forbidden)}")


def _opens(entries: Iterable[data.Transaction]) -> list[data.Open]:
    first: dict[str, date] = {}
    for entry in entries:
        for posting in entry.postings:
            first.setdefault(posting.account, entry.date)
    return [
        data.Open(data.new_metadata("", 0), day, account, [], data.Booking.NONE)
        for account, day in sorted(first.items())
    ]


def _add_transaction(columns: defaultdict[str, list[Any]], entry: data.Transaction) -> None:
    shared = {key.name: _value(entry.meta, key.name, required=key.required) for key in HEADER_KEYS}
    shared |= {"date": entry.date.isoformat(), "description": entry.narration or ""}
    for posting in sorted(entry.postings, key=lambda posting: _line(posting.meta)):
        meta = posting.meta or entry.meta
        row = {key.name: _value(meta, key.name, required=key.required) for key in POSTING_KEYS}
        row |= _amount(posting, row["asset"], meta)
        for name, value in (shared | row).items():
            columns[name].append(value)


def _value(meta: Mapping[str, Any], name: str, *, required: bool) -> str | int:
    """Return one metadata value as the table has it: text, ISO date, whole number; absent is "" or 0."""
    value = meta.get(name)
    if value is None and not required:
        return 0 if name == "row" else ""
    if name == "row" and isinstance(value, Decimal):
        return _whole(value, meta)
    if name == "document_date" and isinstance(value, date):
        return value.isoformat()
    if name not in {"row", "document_date"} and isinstance(value, str):
        return value
    raise NotAJournalError(_line(meta), f"{name} is missing or of the wrong type", _file(meta))


def _amount(posting: data.Posting, asset: str | int, meta: Mapping[str, Any]) -> dict[str, str | int]:
    units, cost = posting.units, posting.cost
    if not isinstance(units, Amount) or not isinstance(units.number, Decimal) or posting.price is not None:
        raise NotAJournalError(_line(meta), "the figure is incomplete or has a price", _file(meta))
    quantity = _whole(units.number, meta)
    amount, lot_date = quantity, ""
    if cost is not None:
        if not isinstance(cost, Cost):
            raise NotAJournalError(_line(meta), "the cost is incomplete", _file(meta))
        if cost.currency != "VND" or not cost.label or not cost.date or abs(quantity) != 1 or asset:
            raise NotAJournalError(_line(meta), "a lot is one asset at a cost in VND, with date and label", _file(meta))
        amount, lot_date, asset = quantity * _whole(cost.number, meta), cost.date.isoformat(), cost.label
    if (cost is None) != (units.currency in _PLAIN_COMMODITIES) or (cost and units.currency[:2] != LOT_PREFIX):
        raise NotAJournalError(_line(meta), f"{units.currency} is not a commodity of the books", _file(meta))
    values = (posting.account, code_of(posting.account), amount, units.currency, quantity, asset, lot_date)
    return dict(zip(_COLUMNS_OF_AMOUNT, values, strict=True))


def _whole(number: Decimal, meta: Mapping[str, Any]) -> int:
    if number != number.to_integral_value() or not -(2**63) <= number < 2**63:
        raise NotAJournalError(_line(meta), f"{number} is not a whole number of 64 bits", _file(meta))
    return int(number)


def _line(meta: Mapping[str, Any] | None) -> int:
    return int((meta or {}).get("lineno", 0))


def _file(meta: Mapping[str, Any]) -> str:
    return str(meta.get("filename", ""))
