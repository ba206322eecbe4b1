"""Party dues on paper: the ledger S01/ĐP part II by organisation and month, and the quarterly report B01/ĐP.

Guarantees: figures of organisations only, never of a member; the identities of B01/ĐP hold for what is given out
(`BrokenIdentityError`, exit 3, else); an organisation that stands in two units' files counts once; the page says that
the form was not verified, and which units' figures are in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

import pandas as pd

from ledger import dues as figures
from ledger import records
from ledger.book import Book
from ledger.dues import Line
from ledger.errors import Refused
from ledger.findings import Language
from ledger.money import money
from ledger.records import Record
from ledger.units import Tree
from ledger.vietnamese import date_vi
from reports.export import Table
from reports.form_data import BrokenIdentityError, load_yaml
from reports.questions import asked_units
from reports.tables import Head, framed, label, who_is

LEVELS: Final = ("upper", "grassroots", "cell")
PEOPLE: Final = ("members", "exempt", "unpaid")
SUMS: Final = ("collected", "kept", "to_remit", "remitted")
NUMBERS: Final = {"01": "1", "02": "2", "03": "", "04": "3", "08": "4", "12": "5", "13": ""}
"""Lines that are numbered on the form (TT); sublines have a dash in their name."""
_MARK = "\N{SYMBOL FOR UNIT SEPARATOR}"


class NoDuesError(Refused):
    """No unit asked about has dues of that period in the book."""

    template = "no dues of {period} were handed in by the units asked about"

    def __init__(self, period: str) -> None:
        super().__init__(period=period)


class Asked(NamedTuple):
    """What a report is about."""

    unit: str | None
    tree: Tree
    period: str
    """A quarter, `2026-Q1`, or a year."""

    @property
    def year(self) -> int:
        """The fiscal year."""
        return int(self.period[:4])

    @property
    def quarters(self) -> tuple[int, ...]:
        """The quarters of the period."""
        return (int(self.period[6:]),) if self.period[4:] else (1, 2, 3, 4)


def s01(book: Book, asked: Asked, language: Language = "vi") -> Table:
    """The ledger, month by month with quarter and year totals.

    Raises:
        NoDuesError: there is nothing to show.
    """
    rows = [row for row in _rows(book, asked) if _quarter(row) in asked.quarters]
    if not rows:
        raise NoDuesError(asked.period)
    lines: list[dict[str, Any]] = []
    ordered = sorted(rows, key=lambda row: (*_organisation(row), row.texts["month"]))
    for _, months in groupby(ordered, key=_organisation):
        lines += _of_organisation(list(months), asked, language)
    return _framed(book, asked, "dues_s01", pd.DataFrame(lines), rows, language, {})


def b01(book: Book, asked: Asked, language: Language = "vi") -> Table:
    """The quarterly report, lines 01 to 13 in columns 1 to 4.

    Raises:
        NoDuesError: there is nothing to show.
        BrokenIdentityError: the rows of the register cannot all be true.
    """
    rows, quarter = _rows(book, asked), asked.quarters[0]
    now = [row for row in rows if _quarter(row) == quarter]
    if not now:
        raise NoDuesError(asked.period)
    joined = _joined(book, rows)
    lines = figures.b01(joined, asked.year, quarter)
    more, between = figures.rest(joined, asked.year, quarter)
    before = figures.b01(joined, asked.year, quarter - 1) if quarter > 1 else None
    check(lines, before, more + between)
    texts = load_yaml("tables")["dues_b01"]
    remarks = [texts[key][language].format(amount=money(n)) for key, n in (("owed", more), ("between", between)) if n]
    frame = pd.DataFrame([_line(line, texts, language, "; ".join(remarks)) for line in lines])
    return _framed(book, asked, "dues_b01", frame, now, language, {"quarter": str(quarter)})


def check(lines: Sequence[Line], before: Sequence[Line] | None, remainder: int) -> None:
    """The identities of B01/ĐP, in every column; that of what was passed on in the total.

    Args:
        lines: the thirteen lines of a quarter.
        before: those of the quarter before it in the same year; None: there is none.
        remainder: what line 02 holds besides lines 04 and 12 (`ledger.dues.rest`).

    Raises:
        BrokenIdentityError: one does not hold.
    """
    now = {line.code: line for line in lines}
    old = {line.code: line for line in before or ()}
    for left, right in (("04", ("05", "06", "07")), ("08", ("09", "10", "11"))):
        _equal(left, now[left], " + ".join(right), [now[code] for code in right])
    for so_far, this in (("03", "02"), ("08", "04"), ("09", "05"), ("10", "06"), ("11", "07"), ("13", "12")):
        added = [now[this], *([old[so_far]] if old else [])]
        _equal(so_far, now[so_far], f"{so_far} + {this}", added)
    passed = now["04"].total + now["12"].total + remainder
    if now["02"].total != passed:
        _broken("02", now["02"].total, "04 + 12 + …", passed)


def _equal(left: str, line: Line, right: str, parts: Sequence[Line]) -> None:
    for column in ("commune", "enterprise", "other", "total"):
        value, other = getattr(line, column), sum(getattr(part, column) for part in parts)
        if value != other:
            _broken(left, value, right, other)


def _broken(left: str, value: int, right: str, other: int) -> None:
    raise BrokenIdentityError(form="B01/ĐP", left=left, left_value=money(value), right=right, right_value=money(other))


def _rows(book: Book, asked: Asked) -> list[Record]:
    """The rows of the year of the units asked about."""
    units = asked_units(book, asked.unit, asked.tree)
    rows = [row for unit in units for part in records.of_unit(book, "dues", unit).values() for row in part]
    return [row for row in rows if row.texts["month"].startswith(f"{asked.year}-")]


def _quarter(row: Record) -> int:
    return (int(row.texts["month"][5:]) + 2) // 3


def _organisation(row: Record) -> tuple[str, int, str]:
    return row.unit, LEVELS.index(row.texts["level"]), row.texts["organisation"]


def _of_organisation(months: Sequence[Record], asked: Asked, language: Language) -> list[dict[str, Any]]:
    """An organisation's months, each quarter closed with its total, a year with its own."""
    texts = load_yaml("tables")["dues_s01"]
    lines: list[dict[str, Any]] = []
    for quarter, group in groupby(months, key=_quarter):
        part = list(group)
        lines += [_month(row) for row in part]
        lines.append(_sum(part, texts["quarter"][language].format(quarter=quarter, year=asked.year)))
    if len(asked.quarters) > 1:
        lines.append(_sum(months, texts["year"][language].format(year=asked.year)))
    return lines


def _month(row: Record) -> dict[str, Any]:
    month, day = row.texts["month"], row.texts["day"]
    head = {"unit": row.unit, "organisation": row.texts["organisation"], "day": date_vi(day) if day else ""}
    figures = {name: row.number(name) for name in (*PEOPLE, *SUMS, "outstanding")}
    return head | {"month": f"{month[5:]}/{month[:4]}"} | figures


def _sum(rows: Sequence[Record], title: str) -> dict[str, Any]:
    """A total line: people and what is outstanding as at the end, money added up."""
    last = _month(rows[-1])
    sums = {name: sum(row.number(name) for row in rows) for name in SUMS}
    return last | {"day": "", "month": title} | sums


def _line(line: Line, texts: Mapping[str, Any], language: Language, remark: str) -> dict[str, Any]:
    measure = texts["people" if line.code == "01" else "dong"][language]
    head = {"number": NUMBERS.get(line.code, ""), "name": texts["lines"][line.code][language], "measure": measure}
    figures = {"commune": line.commune, "enterprise": line.enterprise, "other": line.other, "total": line.total}
    return head | {"line": line.code} | figures | {"note": remark if line.code == "02" else ""}


def _joined(book: Book, rows: Iterable[Record]) -> list[Record]:
    """The rows of several units as one file: an organisation that the unit above lists too stands there once.

    Names carry their unit, so that two cells of one name stay two; the topmost organisation of a unit remits to what
    the unit above lists as its superior.
    """
    rows = list(rows)
    listed = {(row.unit, row.texts["month"], row.texts["organisation"].casefold()): row for row in rows}
    twice: set[int] = set()
    made = []
    for row in rows:
        above = _above(book, row)
        theirs = listed.get((above, row.texts["month"], row.texts["organisation"].casefold())) if above else None
        superior, unit = row.texts["superior"], row.unit
        if theirs is not None and not superior:
            twice.add(id(theirs))
            superior, unit = theirs.texts["superior"], theirs.unit
        names = {"organisation": f"{row.unit}{_MARK}{row.texts['organisation']}"}
        names["superior"] = f"{unit}{_MARK}{superior}" if superior else ""
        made.append((id(row), Record("", row.period, row.row, {**row.texts, **names}, row.numbers)))
    return [row for mark, row in made if mark not in twice]


def _above(book: Book, row: Record) -> str:
    unit = book.units.get(row.unit, f"{row.texts['month']}-01")
    return unit.reports_to if unit is not None else ""


def _framed(
    book: Book,
    asked: Asked,
    report: str,
    frame: pd.DataFrame,
    rows: Iterable[Record],
    language: Language,
    words: Mapping[str, str],
) -> Table:
    texts = load_yaml("tables")["dues_notes"]
    units = ", ".join(dict.fromkeys(row.unit for row in rows))
    notes = [texts[key][language] for key in ("unverified", "totals" if report == "dues_s01" else "practice_remitted")]
    if asked.unit is None:
        notes.append(texts["coverage"][language].format(units=units))
    who = who_is(book, asked.unit, label(f"{asked.tree}_units", language), language)
    months = load_yaml("tables")["dues_s01"]["quarter" if asked.period[4:] else "year"][language]
    period = months.format(year=asked.year, quarter=asked.quarters[0])
    head = Head(report, asked.unit or asked.tree, who, asked.period, (period,), tuple(notes), words)
    return framed(book, head, frame, language)
