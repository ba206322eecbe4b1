"""Estimate decisions: the one truth of what a unit may spend, and the Nợ 008 postings that follow from it.

Guarantees: a decision is added once and never changed; the register reads back exactly what was written; every
posting to an estimate account comes from a line of the register, so register and journal cannot disagree. A cut is
a negative figure on the debit side (red), never a credit.

Entries 1 and 2 of the typical entries of TT 107/2017 (assigned or supplemented: Nợ 008; reduced: Nợ 008 negative),
kept for TT 24/2024; both from memory, shown as unverified by the chart. Lines that hold money back, release it again,
or only note carried-over money that came in otherwise (`carry-received`) move no 008: they stand in the register alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, get_args

import pandas as pd

from ledger import postings as posting_table
from ledger.accounts import CONTRA, Chart
from ledger.budget_index import BudgetIndex
from ledger.errors import IntegrityError
from ledger.journal_form import forbidden

Kind = Literal[
    "original",
    "supplement",
    "cut",
    "transfer",
    "held",
    "release",
    "carry",
    "carry-received",
    "total",
    "carry-out",
    "cancel",
]
"""`total`: what an outside authority assigned to a unit of level I for allocation; `carry-out`, `cancel`: what leaves
a closed year, carried over or cancelled. All three stand in the register alone."""

TITLES: Final[dict[str, str]] = {
    "original": "Giao dự toán đầu năm",
    "supplement": "Bổ sung dự toán",
    "cut": "Cắt giảm dự toán",
    "transfer": "Điều chỉnh dự toán",
    "carry": "Dự toán năm trước chuyển sang",
}
"""Kinds that are posted, with the description of their entry. The others are only kept in the register."""

OF_THE_REGISTER: Final = frozenset({"total", "carry-out", "cancel"})
"""Kinds that never come to an account: a total is handed on by other decisions, the others end what was posted."""
NEGATIVE: Final = frozenset({"cut"})
EITHER_SIGN: Final = frozenset({"transfer"})
"""Kinds whose lines are negative, and whose lines may be either; all others are positive."""

FOLDER: Final = "registers/estimates/"


class DamagedRegisterError(IntegrityError):
    """A register of estimates that this program did not write."""

    template = "the register {file} is damaged at row {row}: {why}"

    def __init__(self, file: str, row: int, why: str) -> None:
        super().__init__(file=file, row=str(row), why=why)


class EstimateLineError(ValueError):
    """A value that no line of a decision can have; the sentence names the column."""


@dataclass(frozen=True, slots=True)
class EstimateLine:
    """One line of a decision: so much for one unit, source, clause and item (or group, or all items).

    Raises:
        EstimateLineError: a value is not of its form.
    """

    decision: str
    """Number of the decision, unique in the book."""
    date: str
    """Day of the decision, ISO."""
    kind: Kind
    assigning_unit: str
    """Who handed it in: the unit that assigns, or a unit of level I for itself."""
    unit: str
    """Who receives it."""
    source: str
    clause: str
    item: str
    """Tiểu mục (6501), mục (6500), or empty for the whole source and clause."""
    amount: int
    """Whole đồng; negative in a cut, either sign in a transfer."""
    budget_year: str
    submission: str
    """Identity of the submission, 12 hexadecimal digits."""
    row: int
    """Row in the submitted file as Excel shows it."""
    note: str = ""
    programme: str = ""
    """Target programme (chương trình mục tiêu), four digits."""
    authority: str = ""
    """Who decided, where the law asks: a word of the regulations' table of authorities."""
    category: str = ""
    """Category of the law under which money is carried over."""
    reverses: str = ""
    """Number of the decision that this line takes back; its amount then has the opposite sign."""

    def __post_init__(self) -> None:
        """Refuse what the register could not hold."""
        for name in COLUMNS:
            value = getattr(self, name)
            if type(value) is not (int if name in _NUMBERS else str):
                raise EstimateLineError(f"{name} is {value!r}")
            sound = _SOUND.get(name)
            if (sound and not sound(value)) or (isinstance(value, str) and len(value) > _LONGEST):
                raise EstimateLineError(f"{name} cannot be {value!a}")


COLUMNS: Final = tuple(column.name for column in fields(EstimateLine))
LATER: Final = ("programme", "authority", "category", "reverses")
"""Columns that a register has only where one of its lines fills them, so that older registers stay as they are."""
_NUMBERS: Final = frozenset({"amount", "row"})
_LONGEST: Final = 1_000
_SOUND: Final[dict[str, Callable[[Any], object]]] = {
    "decision": bool,
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch,
    "kind": frozenset(get_args(Kind)).__contains__,
    "assigning_unit": bool,
    "unit": bool,
    "amount": lambda amount: abs(amount) <= 10**15,
    "budget_year": re.compile(r"[0-9]{4}").fullmatch,
    "row": lambda row: row >= 1,
}
"""Which values of a column can stand in the register."""


def register_name(budget_year: str) -> str:
    """The register file of a budget year: `registers/estimates/2026.csv`."""
    return f"{FOLDER}{budget_year}.csv"


def write(lines: Iterable[EstimateLine]) -> bytes:
    """The register in its canonical form: UTF-8, comma, LF, header first, lines in the order they were accepted."""
    rows = list(lines)
    columns = [name for name in COLUMNS if name not in LATER or any(getattr(line, name) for line in rows)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([getattr(line, name) for name in columns] for line in rows)
    return out.getvalue().encode("utf-8")


def read(data: bytes | None, file: str) -> tuple[EstimateLine, ...]:
    """The lines of a register; no file has no lines.

    Raises:
        DamagedRegisterError: the file is not what `write` writes; names the row.
    """
    if data is None:
        return ()
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise DamagedRegisterError(file, 1, str(problem)) from None
    header = tuple(rows[0]) if rows else ()
    if header != tuple(name for name in COLUMNS if name not in LATER or name in header):
        raise DamagedRegisterError(file, 1, "header")
    lines = tuple(_line(header, cells, number, file) for number, cells in enumerate(rows[1:], start=2))
    if write(lines) != data:
        raise DamagedRegisterError(file, 1, "not in canonical form")
    return lines


def frame(lines: Iterable[EstimateLine]) -> pd.DataFrame:
    """The lines as a table with the register's columns: text columns `str`, amount and row int64."""
    rows = list(lines)
    columns = {
        name: pd.Series([getattr(line, name) for line in rows], dtype="int64" if name in _NUMBERS else "str")
        for name in COLUMNS
    }
    return pd.DataFrame(columns)


def postings(lines: Iterable[EstimateLine], unit: str, year: str, chart: Chart, index: BudgetIndex) -> pd.DataFrame:
    """The Nợ 008 entries of one unit and budget year, in the posting-table schema.

    Each line is posted on the day of its decision, or on 1 January of the budget year if the decision came before,
    to the account of the chart of that day for the nature of its source. A line for which the chart has no such
    account gets the empty account, which the journal writer refuses.

    Args:
        lines: of any units and years; only those of `unit` and `year` are posted.
        unit: receiving unit.
        year: budget year, four digits.
        chart: the chart of accounts.
        index: says whether a source is under the autonomy regime.
    """
    rows: list[dict[str, Any]] = []
    for line in lines:
        if line.unit == unit and line.budget_year == year and line.kind in TITLES:
            rows += _entry(line, chart, index)
    return posting_table.frame(sorted(rows, key=lambda row: str(row["date"])))


def posting_date(line: EstimateLine) -> str:
    """The day a line takes effect in the books, ISO."""
    return max(line.date, f"{line.budget_year}-01-01")


def account_code(line: EstimateLine, chart: Chart, index: BudgetIndex) -> str:
    """Code of the account the line is posted to, "" when its source or the account is not known."""
    autonomous = index.is_autonomous(line.source)
    if autonomous is None:
        return ""
    account = chart.estimate_account(posting_date(line), autonomous=autonomous)
    return account.code if account else ""


def _entry(line: EstimateLine, chart: Chart, index: BudgetIndex) -> list[dict[str, Any]]:
    date = posting_date(line)
    code = account_code(line, chart, index)
    account = chart.find(code, date) if code else None
    common = {
        "unit": line.unit,
        "period": line.budget_year,
        "entry": "estimate",
        "date": date,
        "description": f"{TITLES[line.kind]} theo Quyết định số {line.decision}",
        "submission": line.submission,
        "decision": line.decision,
        "kind": line.kind,
        "row": line.row,
        "commodity": "MEMO",
    }
    if line.date != date:
        common["document_date"] = line.date
    dimensions = {name: getattr(line, name) for name in ("source", "clause", "item", "budget_year", "programme")}
    figure = {"account": account.path if account else "", "code": code, "amount": line.amount}
    return [
        common | dimensions | figure | {"side": "D", "quantity": line.amount},
        common | {"account": CONTRA, "side": "C", "amount": -line.amount, "quantity": -line.amount},
    ]


def _line(header: Sequence[str], cells: list[str], number: int, file: str) -> EstimateLine:
    if len(cells) != len(header):
        raise DamagedRegisterError(file, number, f"{len(cells)} cells")
    values: dict[str, Any] = dict(zip(header, cells, strict=True))
    try:
        values |= {name: int(values[name]) for name in _NUMBERS}
        line = EstimateLine(**values)
    except ValueError as problem:
        raise DamagedRegisterError(file, number, str(problem).splitlines()[0]) from None
    bad = next((why for name in ("decision", "note") if (why := forbidden(getattr(line, name)))), "")
    if bad:
        raise DamagedRegisterError(file, number, bad)
    return line
