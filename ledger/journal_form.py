"""The canonical form of a journal: the one text that a posting table has, and the one table that a text has.

Guarantees: writer, strict reader and explainer are made from the tables of this module, so they cannot disagree
about keys, their order or their alphabets. Text from people stands only between quotes, escaped by `quote`, and
never holds a line break, a control or invisible character, `<` or `>`; everything else is an allow-list.

    ; party-ledger journal 1

    2026-03-05 * "Chi tiền điện tháng 3/2026"
      unit: "BTC"
      …
      Expenses:612:TM6501  1234567 VND
        side: "D"
        row: 2
        …

A journal holds transactions only, in order of date; one blank line stands before each of them.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final, NamedTuple

MAGIC: Final = "; party-ledger journal 1\n"
"""First line of every journal; the number is the version of the form."""

ENTRIES: Final = ("voucher", "opening", "estimate", "closing", "carry")
MEMO_ROOT: Final = "Equity:OffBalance:"
"""Accounts below it, and only those, are kept in the memo commodity."""
LOT_PREFIX: Final = "TS"
"""The commodity of an asset class is this prefix and the code of its account."""

DATE: Final = "[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
ACCOUNT: Final = "(?:Assets|Liabilities|Equity|Income|Expenses)(?::[A-Z0-9][A-Za-z0-9-]*+)++"
CODE: Final = "[A-Za-z0-9][A-Za-z0-9._-]*+"
QUOTED: Final = r'[^"\\\n]*+(?:\\["\\][^"\\\n]*+)*+'
"""Text between quotes; `"` and `\\` are escaped by a backslash, nothing else is."""
WHOLE: Final = "0|-?[1-9][0-9]{0,18}"
COST: Final = "0|[1-9][0-9]{0,18}"
ROW: Final = "[1-9][0-9]{0,8}"

_ANY_TEXT: Final = f'"({QUOTED})"'
_SOME_TEXT: Final = f'"((?!"){QUOTED})"'
_SOME_CODE: Final = f'"({CODE})"'


class JournalError(ValueError):
    """A table cannot be written as a journal: an unresolved account, an unbalanced voucher, a forbidden character.

    Rules refuse such input as findings long before, so this is a wrong call.
    """

    def __init__(self, voucher: str, why: str) -> None:
        super().__init__(f"voucher {voucher}: {why}" if voucher else why)
        self.voucher = voucher
        self.why = why


class NotCanonicalError(ValueError):
    """A text is not the canonical form; `line` counts from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why


class NotAJournalError(ValueError):
    """Not even Beancount makes rows of ours from this; `line` counts from 1 and is 0 where it knows none."""

    def __init__(self, line: int, why: str, file: str = "") -> None:
        super().__init__(f"{file}:{line}: {why}" if file else f"line {line}: {why}")
        self.line = line
        self.why = why
        self.file = file


class Key(NamedTuple):
    """A metadata line."""

    name: str
    """The key, which is also the column of the posting table."""
    value: str
    """Regular expression of the value as written, with one group: what the table holds (still escaped)."""
    required: bool = False

    def line(self, indent: str) -> str:
        """Return the regular expression of the whole line, optional when the key is."""
        line = f"{indent}{self.name}: {self.value}\n"
        return line if self.required else f"(?:{line})?"


TITLE: Final = rf"({DATE}) \* {_ANY_TEXT}\n"
"""First line of a transaction: date and description."""
HEADER_KEYS: Final = (
    Key("unit", _SOME_CODE, required=True),
    Key("period", _SOME_CODE, required=True),
    Key("book", _SOME_CODE),
    Key("entry", f'"({"|".join(ENTRIES)})"', required=True),
    Key("voucher", _SOME_TEXT),
    Key("document_date", f"({DATE})"),
    Key("corrects", _SOME_TEXT),
    Key("recorded_by", _SOME_TEXT),
    Key("content_by", _SOME_TEXT),
    Key("paid_by", _SOME_TEXT),
    Key("submission", _SOME_CODE),
    Key("decision", _SOME_TEXT),
    Key("kind", _SOME_CODE),
)
MONEY: Final = f"({WHOLE}) (VND|MEMO)"
LOT: Final = rf"(-?1) ({LOT_PREFIX}[0-9]{{1,18}}) \{{({COST}) VND, ({DATE}), {_SOME_TEXT}\}}"
AMOUNT: Final = rf"  ({ACCOUNT})  (?:{MONEY}|{LOT})\n"
"""First line of a posting: account and figure."""
POSTING_KEYS: Final = (
    Key("side", '"([DC])"', required=True),
    Key("row", f"({ROW})"),
    Key("source", _SOME_CODE),
    Key("clause", _SOME_CODE),
    Key("item", _SOME_CODE),
    Key("budget_year", _SOME_CODE),
    Key("programme", _SOME_CODE),
    Key("treasury", _SOME_CODE),
    Key("asset", _SOME_TEXT),
    Key("partner", _SOME_CODE),
    Key("reference", _SOME_TEXT),
    Key("event", _SOME_TEXT),
    Key("contract", _SOME_TEXT),
    Key("counterparty", _SOME_TEXT),
)

HEADER_COLUMNS: Final = ("date", "description", *(key.name for key in HEADER_KEYS))
"""What all postings of a transaction share; two transactions never share all of it."""

_DAY = re.compile(DATE)
_CODE_COMPONENT = re.compile(r":([0-9]+)(?=:|$)")


def quote(value: str) -> str:
    r"""Write a text between quotes; only `"` and `\\` need an escape.

    Raises:
        JournalError: the text holds a character that a journal never holds (see `forbidden`).
    """
    why = forbidden(value)
    if why:
        raise JournalError("", f"{value!a}: {why}")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquote(value: str) -> str:
    """Undo the escapes of a text whose form was checked."""
    return re.sub(r"\\(.)", r"\1", value) if "\\" in value else value


def forbidden(value: str) -> str:
    """Say why a text cannot stand in a journal; "" when it can.

    Allowed is what prints: letters of every script, digits, marks, punctuation, symbols and the plain space, in
    NFC. Line breaks (U+2028 too), controls, invisible and reordering characters, no-break spaces, `<` and `>` are not.
    """
    if "<" in value or ">" in value:
        return "the characters < and > are not allowed"
    if not value.isprintable():
        code = next(ord(character) for character in value if not character.isprintable())
        return f"the character U+{code:04X} is not allowed"
    return "" if unicodedata.is_normalized("NFC", value) else "the text is not in Unicode NFC"


def code_of(account: str) -> str:
    """Return the chart code of an account: its last component of digits, "" for the memo contra."""
    codes = _CODE_COMPONENT.findall(account)
    return codes[-1] if codes else ""


def commodity_problem(account: str, commodity: str) -> str:
    """Say why an account cannot hold a commodity; "" when it can."""
    if (commodity == "MEMO") != account.startswith(MEMO_ROOT):
        return f"{account} cannot hold {commodity}: MEMO is for {MEMO_ROOT}… alone, and nothing else is"
    if commodity.startswith(LOT_PREFIX) and commodity != LOT_PREFIX + code_of(account):
        return f"{commodity} is not the asset class of {account}"
    return ""


def is_date(value: str) -> bool:
    """Whether a text is a day of the calendar, written as ISO (`DATE`)."""
    if not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
