"""Reading and checking of chart files: the circulars' own (shipped) and a province's overlay of details.

Guarantees: every row of an overlay is either an account that fits the chart on all its days, or a finding
that names the row as Excel shows it; nothing is repaired and no row hides another's problem. An account that
a wrong row meant to divide is named as blocked, so that it does not become a leaf by a mistake below it.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.findings import Finding

COLUMNS = (
    "code",
    "parent",
    "name_vi",
    "name_en",
    "type",
    "confidence",
    "dimensions",
    "treasury",
    "no_item",
    "estimates",
    "lots",
)
OVERLAY_COLUMNS = (*COLUMNS, "basis", "valid_from", "valid_to")

TYPES = ("asset", "liability", "equity", "income", "expense", "memo")
DIMENSIONS = ("source", "clause", "item", "treasury")
TREASURY = ("advance", "actual", "clearing", "restore", "remit")
ESTIMATES = ("current autonomous", "current other", "prior autonomous", "prior other", "capital", "any")
FOREVER = "9999-12-31"

_CODE = re.compile(r"[0-9]{3,10}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a chart file, cells as they stand."""

    number: int
    """Row as Excel shows it (the header is row 1)."""
    code: str
    parent: str
    name_vi: str
    name_en: str
    type: str
    confidence: str
    dimensions: str
    treasury: str
    no_item: bool
    estimates: str
    lots: bool
    basis: str = ""
    valid_from: str = ""
    valid_to: str = ""
    """Last day, empty: for ever."""

    def covers(self, day: str) -> bool:
        """Whether the row holds on that day."""
        return self.valid_from <= day <= self.end

    @property
    def end(self) -> str:
        """Last day of validity, as text that compares."""
        return self.valid_to or FOREVER


Base = Mapping[str, Sequence[Row]]
ByCode = Mapping[str, Sequence[Row]]
RegimeOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What an overlay file gives."""

    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    blocked: frozenset[str] = frozenset()
    """Codes that take no postings, because rows below them are wrong."""
    readable: bool = True
    """False: nothing could be read, so nothing is known of any account."""


def read_shipped(data: bytes) -> list[Row]:
    """Rows of a circular's chart file.

    Raises:
        ValueError: the file is not of its form (it is ours: a mistake of the program's own data).
    """
    rows = []
    for number, cells in enumerate(csv.reader(io.StringIO(data.decode("utf-8")), strict=True), start=1):
        if number == 1:
            if tuple(cells) != COLUMNS:
                raise ValueError("chart file with other columns")
            continue
        record = dict(zip(COLUMNS, cells, strict=True))
        if wrong := _wrong_cells(record):
            raise ValueError(f"chart file, row {number}: {wrong}")
        rows.append(_row(number, record))
    return rows


def read_overlay(data: bytes, file: str, base: Base, regime_of: RegimeOf) -> Overlay:
    """Read and check an overlay.

    Args:
        data: the file's bytes: CSV in UTF-8 with the columns `OVERLAY_COLUMNS`.
        file: how findings call the file.
        base: the rows of every circular, by regime, each with its dates.
        regime_of: the regime of a day, None where none is known.

    Returns:
        Good rows, findings `A20` to `A27`, and the codes that must take no postings.
    """
    table, problem = _table(data, file)
    if problem:
        return Overlay(findings=(problem,), readable=False)
    rows: list[Row] = []
    findings: list[Finding] = []
    blocked: set[str] = set()
    for number, cells in enumerate(table[1:], start=2):
        wrong = _form(cells, number, file)
        if wrong:
            findings += wrong
            blocked.update(cells[1:2])
        else:
            rows.append(_row(number, dict(zip(OVERLAY_COLUMNS, cells, strict=True))))
    known = [*(row for rows_of in base.values() for row in rows_of), *rows]
    by_code = _by_code(known)
    good = []
    for row in rows:
        wrong = _fit(row, by_code, base, regime_of, file)
        findings += wrong
        blocked.update([row.parent] if wrong else [])
        good += [] if wrong else [row]
    kept = _with_parents(good, base, blocked)
    return Overlay(tuple(kept), tuple(sorted(findings, key=lambda f: f.row or 0)), frozenset(blocked))


def _table(data: bytes, file: str) -> tuple[list[list[str]], Finding | None]:
    try:
        table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        return [], Finding("A24", file=file, value="?", expected="UTF-8")
    except csv.Error as error:
        return [], Finding("A24", file=file, value=str(error), expected="CSV")
    if not table or tuple(table[0]) != OVERLAY_COLUMNS:
        header = ",".join(table[0]) if table else ""
        return [], Finding("A24", file=file, row=1, value=header, expected=",".join(OVERLAY_COLUMNS))
    return table, None


def _form(cells: list[str], number: int, file: str) -> list[Finding]:
    if len(cells) != len(OVERLAY_COLUMNS):
        count = str(len(cells))
        return [Finding("A24", file=file, row=number, value=count, expected=str(len(OVERLAY_COLUMNS)))]
    record = dict(zip(OVERLAY_COLUMNS, cells, strict=True))
    return [
        Finding("A25", file=file, row=number, column=column, value=record[column], expected=expected)
        for column, expected in _wrong_cells(record).items()
    ]


def _wrong_cells(record: Mapping[str, str]) -> dict[str, str]:
    """Columns whose value is not allowed, each with what is expected there."""
    wrong = {}
    for column, value in record.items():
        allowed, expected = _ALLOWED[column]
        if value != unicodedata.normalize("NFC", value.strip()) or not allowed(value):
            wrong[column] = expected
    if not wrong and record.get("valid_to") and record["valid_to"] < record["valid_from"]:
        wrong["valid_to"] = f">= {record['valid_from']}"
    return wrong


def _row(number: int, record: Mapping[str, str]) -> Row:
    flags = {column: record[column] == "yes" for column in ("no_item", "lots")}
    return Row(number=number, **{**record, **flags})  # type: ignore[arg-type]


def _fit(row: Row, by_code: ByCode, base: Base, regime_of: RegimeOf, file: str) -> list[Finding]:
    """How a row of good form does not fit the chart and the other rows."""

    def finding(code: str, column: str, value: str, expected: str = "") -> Finding:
        params = {"code": row.code}
        return Finding(code, file=file, row=row.number, column=column, value=value, expected=expected, params=params)

    found = []
    regime = regime_of(row.valid_from)
    if regime is None or regime_of(row.end) != regime:
        found.append(finding("A27", "valid_from", row.valid_from, regime or "?"))
    if row.code == row.parent or not row.code.startswith(row.parent):
        found.append(finding("A23", "code", row.code, f"{row.parent}…"))
    if any(other.code == row.code for other in base.get(regime or "", ())):
        found.append(finding("A21", "code", row.code))
    for other in by_code.get(row.code, ()):
        if other.number < row.number and other.basis and other.valid_from == row.valid_from:
            found.append(finding("A21", "code", row.code, str(other.number)))
        elif other.number < row.number and other.basis and _overlap(row, other):
            found.append(finding("A22", "valid_from", row.valid_from, f"> {other.end}"))
    if not _covered(row, by_code.get(row.parent, ())):
        found.append(finding("A20", "parent", row.parent))
    # Compared with the circular's account at the top, so that a wrong row between is not charged to those below it.
    top = [other for other in base.get(regime or "", ()) if other.code != row.code and row.code.startswith(other.code)]
    if top and top[0].type != row.type:
        found.append(finding("A26", "type", row.type, top[0].type))
    return found


def _overlap(one: Row, other: Row) -> bool:
    return one.valid_from <= other.end and other.valid_from <= one.end


def _covered(row: Row, parents: Sequence[Row]) -> bool:
    """Whether some parent stands on every day of the row."""
    day = row.valid_from
    for parent in sorted(parents, key=lambda p: p.valid_from):
        if parent.covers(day):
            if parent.end >= row.end:
                return True
            day = (date.fromisoformat(parent.end) + timedelta(days=1)).isoformat()
    return False


def _with_parents(rows: list[Row], base: Base, blocked: set[str]) -> list[Row]:
    """Drop rows below a row that was refused: its finding is shown once, not again for each consequence."""
    circulars = [row for rows_of in base.values() for row in rows_of]
    while True:
        by_code = _by_code([*circulars, *rows])
        kept = [row for row in rows if _covered(row, by_code.get(row.parent, ()))]
        blocked.update(row.parent for row in rows if row not in kept)
        if len(kept) == len(rows):
            return kept
        rows = kept


def _by_code(rows: Iterable[Row]) -> ByCode:
    by_code: dict[str, list[Row]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    return by_code


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _words(value: str, allowed: Sequence[str]) -> bool:
    words = value.split(" ") if value else []
    return value == "-" or (set(words) <= set(allowed) and len(set(words)) == len(words))


_ALLOWED: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "code": (lambda v: bool(_CODE.fullmatch(v)), "3-10 digits"),
    "parent": (lambda v: not v or bool(_CODE.fullmatch(v)), "3-10 digits"),
    "name_vi": (bool, "…"),
    "name_en": (bool, "…"),
    "type": (lambda v: v in TYPES, " ".join(TYPES)),
    "confidence": (bool, "…"),
    "dimensions": (lambda v: _words(v, DIMENSIONS), " ".join(DIMENSIONS)),
    "treasury": (lambda v: _words(v, TREASURY), " ".join(TREASURY)),
    "no_item": (lambda v: v in {"", "yes"}, "yes"),
    "estimates": (lambda v: not v or v in ESTIMATES, " | ".join(ESTIMATES)),
    "lots": (lambda v: v in {"", "yes"}, "yes"),
    "basis": (bool, "…"),
    "valid_from": (_is_date, "YYYY-MM-DD"),
    "valid_to": (lambda v: not v or _is_date(v), "YYYY-MM-DD"),
}
