"""The posting table: one row per posting, the one value that rules, reports and files are made from.

Guarantees: every table has exactly the columns of `SCHEMA`, in that order and with those types; text is never
missing (an absent value is ""), numbers are whole int64; a table with no rows has the same types.

| column        | meaning |
| ------------- | ------- |
| unit          | code of the unit whose book this is |
| period        | slot the posting came in with: `2026-03`, `2026-13`; an opening, estimate or closing |
| book          | book of a month (`cash`, …), "" for the only one |
| entry         | voucher, opening, estimate, closing or carry |
| voucher       | number of the voucher |
| date          | posting date, ISO; the month is `date[:7]` |
| document_date | date on the document, ISO, or "" |
| description   | one line of text |
| corrects      | number of the voucher that this one corrects |
| recorded_by   | who recorded the voucher |
| content_by    | who approved its content |
| paid_by       | who approved its payment |
| submission    | identity of the submission (12 hexadecimal digits) |
| decision      | number of the estimate decision |
| kind          | kind of the estimate decision (original, supplement, …) |
| row           | row in the submitted file as Excel shows it; 0 for none |
| account       | full Beancount name, `Expenses:612:TM6501` |
| code          | chart code of the account, `612`; "" for the memo contra |
| side          | D (Nợ) or C (Có); a red entry is negative on its own side |
| amount        | whole đồng, D positive, C negative (red entries the opposite); lots at cost |
| commodity     | VND, MEMO (off-balance) or the asset class of a lot, `TS2113` |
| quantity      | equals amount for VND and MEMO; 1 or -1 for a lot |
| asset         | code of the asset (the label of a lot) |
| lot_date      | date of the lot's cost, ISO, or "" |
| source        | nguồn |
| clause        | khoản |
| item          | tiểu mục |
| budget_year   | budget year, four digits |
| programme     | chương trình mục tiêu, four digits |
| treasury      | advance, actual, clearing, restore or remit |
| partner       | internal unit on the other side |
| reference     | reference agreed between two units |
| event         | code of an event (conference, mission, …) |
| contract      | contract (commitment) that is paid or advanced |
| counterparty  | who is outside |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

Whole = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Column = pd.api.extensions.ExtensionArray

TEXT: Final = "str"
WHOLE: Final = "int64"
_FEW_ROWS: Final = 500
"""Up to here a list is quicker than the library's choosing of rows (measured; most journals are that small)."""
_TEXT_TYPE: Final = pd.StringDtype(na_value=np.nan)
"""The same as `TEXT`, without the search for its name."""

_HEAD: Final = ("unit", "period", "book", "entry", "voucher", "date", "document_date", "description")
_PEOPLE: Final = ("recorded_by", "content_by", "paid_by")
_ORIGIN: Final = ("corrects", *_PEOPLE, "submission", "decision", "kind", "row")
_FIGURE: Final = ("account", "code", "side", "amount", "commodity", "quantity", "asset", "lot_date")
_DIMENSIONS: Final = ("source", "clause", "item", "budget_year", "programme", "treasury")
_PARTIES: Final = ("partner", "reference", "event", "contract", "counterparty")
NUMBERS: Final = frozenset({"row", "amount", "quantity"})
SCHEMA: Final[dict[str, str]] = {
    name: WHOLE if name in NUMBERS else TEXT for name in (*_HEAD, *_ORIGIN, *_FIGURE, *_DIMENSIONS, *_PARTIES)
}
"""Column → dtype, in the order of the table."""


class TableError(ValueError):
    """A wrong call: unknown column, missing value or value of the wrong type; the sentence names the column."""


def empty() -> pd.DataFrame:
    """Return the table with no rows, with all columns and types."""
    return from_columns({}, 0)


def frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Make a table of rows; a column that a row does not name is "" or 0.

    Raises:
        TableError: a row names an unknown column, or holds a value that is not `str` (text) or `int` (number).
    """
    rows = list(rows)
    unknown = set().union(*(row.keys() for row in rows)) - SCHEMA.keys()
    if unknown:
        raise TableError(f"unknown columns: {', '.join(sorted(unknown))}")
    columns = {}
    for name in SCHEMA:
        absent: str | int = 0 if name in NUMBERS else ""
        columns[name] = [row.get(name, absent) for row in rows]
    return from_columns(columns, len(rows))


def from_columns(columns: Mapping[str, Any], length: int) -> pd.DataFrame:
    """Make a table of whole columns; a column that is not given is "" or 0.

    Args:
        columns: column → list, or array of the column's own type.
        length: number of rows.

    Raises:
        TableError: a column holds a value of the wrong type or has another length.
    """
    data = {}
    blank = repeated("", length)
    for name, dtype in SCHEMA.items():
        values = columns.get(name)
        if values is not None and len(values) != length:
            raise TableError(f"column {name} has {len(values)} values instead of {length}")
        data[name] = _whole(name, values, length) if dtype == WHOLE else _text(name, values, blank)
    return pd.DataFrame(data, copy=False)


def texts(values: Iterable[str]) -> Column:
    """Return texts as a column of the table's type."""
    return pd.array(list(values), dtype=_TEXT_TYPE)


def from_arrow(column: Any) -> Column:  # noqa: ANN401 - an array of Arrow's, chunked or not
    """Return a column of Arrow texts as a column of the table's type, without a copy."""
    kind: Any = _TEXT_TYPE
    made: Column = kind.__from_arrow__(column)
    return made


def repeated(value: str, length: int) -> Column:
    """Return a column of the table's type that holds one text everywhere."""
    return spread([value], np.zeros(length, dtype=np.int64))


def spread(values: Sequence[str], places: Whole) -> Column:
    """Return a column that has in each row the value whose number stands in `places`."""
    if len(places) <= _FEW_ROWS:
        return texts([values[place] for place in places.tolist()])
    return texts(values).take(places)


def concat(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put tables below each other; nothing at all gives the empty table, types are kept in every case."""
    frames = [table for table in frames if len(table)]
    return pd.concat(frames, ignore_index=True) if frames else empty()


def debit(table: pd.DataFrame) -> pd.Series[int]:
    """Return each row's debit turnover in whole đồng: the amount on side D, 0 on side C."""
    return table["amount"].where(table["side"] == "D", 0)


def credit(table: pd.DataFrame) -> pd.Series[int]:
    """Return each row's credit turnover in whole đồng: the amount turned round on side C, 0 on side D."""
    return (-table["amount"]).where(table["side"] == "C", 0)


def check(table: pd.DataFrame) -> None:
    """Refuse a frame that is not a posting table.

    Raises:
        TableError: columns, their order or their types differ from `SCHEMA`, or a text is missing.
    """
    if list(table.columns) != list(SCHEMA):
        raise TableError("the columns are not those of the posting table, in its order")
    found = {name: str(dtype) for name, dtype in table.dtypes.items()}
    for name, dtype in SCHEMA.items():
        if found[name] != dtype:
            raise TableError(f"column {name} has type {found[name]} instead of {dtype}")
    missing = table.isna().any()
    if missing.any():
        raise TableError(f'column {missing.idxmax()} misses a value; an absent text is ""')


def only(name: str, values: Iterable[object], types: set[type]) -> None:
    """Refuse None, floats, truth values and everything else that would be converted silently.

    Raises:
        TableError: a value of the column `name` is of no type of `types`; the sentence names both.
    """
    wrong = set(map(type, values)) - types
    if wrong:
        found = ", ".join(sorted(kind.__name__ for kind in wrong))
        raise TableError(f"column {name} takes {' or '.join(sorted(t.__name__ for t in types))}, not {found}")


def _text(name: str, values: Any, blank: Column) -> Column:  # noqa: ANN401 - a list or an array
    if values is None:
        return blank.copy()
    if isinstance(values, Column):
        return values
    only(name, values, {str})
    return texts(values)


def _whole(name: str, values: Any, length: int) -> Whole:  # noqa: ANN401 - as above
    if values is None:
        return np.zeros(length, dtype=np.int64)
    if isinstance(values, np.ndarray) and values.dtype == np.int64:
        return values
    only(name, values, {int, np.int64})
    try:
        return np.array(values, dtype=np.int64)
    except OverflowError:
        raise TableError(f"column {name} holds a number beyond 64 bits") from None
