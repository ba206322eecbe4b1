"""The journal: the Beancount text of a period, written from the posting table and read back into it.

Guarantees of `render`: the text holds exactly the given postings, or there is no text. Values pass allow-lists,
text from people passes one `quote`, every transaction adds up to 0 to the đồng, and the finished text is read back
by the strict reader and compared with the table, field by field.

The form is described in `ledger.journal_form`; `read` is the strict reader, `read_with_beancount` the same by
Beancount's own parser and booking, `from_entries` the same from entries that Beancount has loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ledger import journal_writer
from ledger.journal_form import MAGIC, JournalError, NotAJournalError, NotCanonicalError, forbidden, quote
from ledger.journal_reader import read
from ledger.postings import check

if TYPE_CHECKING:
    from beancount.core import data

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
    table = ordered(postings)
    text = journal_writer.write(table)
    _compare(text, table)
    return text


def ordered(postings: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in the order in which a journal holds them.

    By date, then as they are; but the postings of one transaction stand together where its first one stands.
    """
    order = journal_writer.order(postings)
    in_order = np.array_equal(order, np.arange(len(order)))
    return (postings if in_order else postings.take(order)).reset_index(drop=True)


def from_entries(entries: Iterable[data.Directive]) -> pd.DataFrame:
    """Make the posting table of entries that Beancount has loaded; see `ledger.journal_beancount`."""
    from ledger import journal_beancount  # noqa: PLC0415 - Beancount costs a tenth of a second that few commands need

    return journal_beancount.from_entries(entries)


def read_with_beancount(text: str) -> pd.DataFrame:
    """Read one journal by Beancount's parser, booking and validation; see `ledger.journal_beancount`."""
    from ledger import journal_beancount  # noqa: PLC0415 - as above

    return journal_beancount.read_with_beancount(text)


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
