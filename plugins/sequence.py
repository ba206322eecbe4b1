"""Rule on the sequence of voucher numbers: V06, none is missing inside a series.

Guarantees: a series is what one unit numbers with one prefix in one fiscal year, over all its periods and books (V04
lets a number stand only once there); a gap is told once the periods around it are complete, so that a number that is
still to come is not called missing. Numbers that are no prefix and running number are left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from ledger.deadlines import CLOSING, submit_due
from ledger.findings import Finding
from ledger.regulations import Entry, NotInForceError
from plugins.columns import Places
from plugins.context import Context
from plugins.rule import Checked, rule

NUMBERING, CONTINUOUS = "vouchers.numbering", "continuous"
"""Regulation: whether numbers run on without gaps, and its word for it."""

SHOWN = 6
"""How many gaps of a series a sentence names."""

_NUMBER = re.compile(r"((?:.*[^0-9])?)([0-9]{1,6})")
"""Prefix and running number; longer figures are dates or a bank's own numbers."""
_DIGITS = re.compile(r"[0-9]+$")


class Vouchers(NamedTuple):
    """The vouchers of all series, by series and number; arrays of one length."""

    at: Places
    """Their first rows in `Context.mine`."""
    series: Places
    """Number of the series."""
    number: Places
    left_out: dict[tuple[str, str], int]
    """(unit, fiscal year) → how many vouchers have a number of another shape."""


class Gap(NamedTuple):
    """Numbers that no voucher has."""

    first: int
    last: int
    before: int
    """Place of the voucher before the gap, in `Context.mine`."""
    after: int


@rule("V06")
def series_has_no_gap(context: Context) -> Checked:
    """Between two numbers of a series every number stands."""
    vouchers = _vouchers(context)
    told: dict[tuple[int, str], list[Gap]] = {}
    for series, gap in _complete(context, list(_gaps(context, vouchers))):
        told.setdefault((series, context.mine.row(gap.after).period), []).append(gap)
    findings = [found for gaps in told.values() for found in _missing(context, gaps, vouchers.left_out)]
    return Checked(int(context.in_scope[vouchers.at].sum()), findings)


def _continuous(context: Context, day: str) -> Entry | None:
    """The rule by which the province asks for numbers without gaps on a day; None where it does not."""
    try:
        entry = context.regulations.entry(NUMBERING, date.fromisoformat(day))
    except NotInForceError:
        return None
    return entry if entry.value == CONTINUOUS else None


def _vouchers(context: Context) -> Vouchers:
    """The numbers of all vouchers, each distinct text read once."""
    mine = context.mine
    at = mine.firsts(mine.equal("entry", "voucher"), "unit", "period", "book", "voucher")
    codes, texts = mine.coded("voucher")
    periods, names = mine.coded("period")
    years = list(dict.fromkeys(name[:4] for name in names))
    prefixes: dict[str, int] = {}
    read = [_NUMBER.fullmatch(text) for text in texts]
    prefix = _array(-1 if one is None else prefixes.setdefault(one[1].casefold(), len(prefixes)) for one in read)
    number = _array(-1 if one is None else int(one[2]) for one in read)
    year = _array(years.index(name[:4]) for name in names)
    group = mine.coded("unit")[0][at] * len(years) + year[periods[at]]
    shaped = prefix[codes[at]] >= 0
    strange = mine.keys(at[~shaped], "unit", "period")
    left_out: dict[tuple[str, str], int] = {}
    for unit, period in strange:
        left_out[unit, period[:4]] = left_out.get((unit, period[:4]), 0) + 1
    at, series = at[shaped], (group * max(len(prefixes), 1) + prefix[codes[at]])[shaped]
    order = np.lexsort((number[codes[at]], series))
    return Vouchers(at[order], series[order], number[codes[at]][order], left_out)


def _gaps(context: Context, vouchers: Vouchers) -> Iterator[tuple[int, Gap]]:
    """(series, gap) wherever the next number of a series is not the next one, where findings are wanted."""
    at, series, number = vouchers.at, vouchers.series, vouchers.number
    open_ = (np.diff(series) == 0) & (np.diff(number) > 1) & context.in_scope[at[1:]]
    for row in np.flatnonzero(open_).tolist():
        first, last = int(number[row]) + 1, int(number[row + 1]) - 1
        yield int(series[row]), Gap(first, last, int(at[row]), int(at[row + 1]))


def _complete(context: Context, gaps: Collection[tuple[int, Gap]]) -> Iterator[tuple[int, Gap]]:
    """The gaps between periods of which nothing more is to come."""
    if not gaps:
        return
    mine = context.mine
    slots = mine.firsts(mine.equal("entry", "voucher"), "unit", "period", "book")
    books: dict[tuple[str, str], set[str]] = {}
    for unit, period, book in mine.keys(slots, "unit", "period", "book"):
        books.setdefault((unit, period), set()).add(book)
        books.setdefault((unit, period[:4]), set()).add(book)
    for series, gap in gaps:
        before, after = mine.row(gap.before), mine.row(gap.after)
        if all(_is_complete(context, books, after.unit, period) for period in _span(before.period, after.period)):
            yield series, gap


def _is_complete(context: Context, books: dict[tuple[str, str], set[str]], unit: str, period: str) -> bool:
    """Whether every book that the unit keeps in that year has come in for the period, or its day is past."""
    due = submit_due(context.regulations, period)
    return books.get((unit, period)) == books[unit, period[:4]] or (due is not None and due < context.today)


def _span(one: str, other: str) -> list[str]:
    """The months from one period to another of the same year, the adjustment period as the last."""
    year, (first, last) = one[:4], sorted((int(one[5:]), int(other[5:])))
    return [f"{year}-{month:02}" for month in range(first, last + 1) if month <= int(CLOSING)]


def _missing(context: Context, gaps: list[Gap], left_out: dict[tuple[str, str], int]) -> Iterator[Finding]:
    """At the voucher after the first gap of a series in a period, where the province asks for it on that day."""
    gaps = [gap for gap in gaps if _continuous(context, context.mine.row(gap.after).date)]
    entry = _continuous(context, context.mine.row(gaps[0].after).date) if gaps else None
    if entry is None:
        return
    row, before = context.mine.row(gaps[0].after), context.mine.row(gaps[0].before)
    more = len(gaps) - SHOWN
    shown = ", ".join(_text(gap, before.voucher) for gap in gaps[:SHOWN]) + (f" … (+{more})" if more > 0 else "")
    yield context.finding(
        "V06",
        row,
        column="voucher",
        value=row.voucher,
        missing=shown,
        count=sum(gap.last - gap.first + 1 for gap in gaps),
        before=before.voucher,
        after=context.mine.row(gaps[-1].after).voucher,
        year=row.period[:4],
        left_out=left_out.get((row.unit, row.period[:4]), 0),
        law_vi=entry.citation("vi"),
        law_en=entry.citation("en"),
    )


def _text(gap: Gap, like: str) -> str:
    """The missing numbers as they would be written: `PT002`, or the first and the last, `PT005–PT007`."""
    digits = _DIGITS.search(like)
    prefix, width = (like[: digits.start()], len(digits[0])) if digits else (like, 0)
    first, last = (f"{prefix}{number:0{width}}" for number in (gap.first, gap.last))
    return first if first == last else f"{first}–{last}"


def _array(numbers: Iterator[int]) -> Places:
    return np.array([*numbers], dtype=np.intp)
