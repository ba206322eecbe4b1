"""The dues form: what Party organisations collected, kept, owed and remitted, month by month of a quarter.

Guarantees: what was collected is kept or owed, to the đồng; what is still owed is carried from month to month, from the
last accepted quarter too; an organisation stands once in each month, always of the same kind and level.
The figures are those of the ledger S01/ĐP, part II (official letter 141-CV/VPTW/nb).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from importers.layouts import LEVELS
from importers.sheet import Sheet, finding, not_negative, once, place
from ledger.dues import brought, next_month, parts, quarter_of
from ledger.findings import Finding
from ledger.money import money
from ledger.records import Record
from ledger.vietnamese import date_vi

AMOUNTS = ("collected", "kept", "to_remit", "remitted", "outstanding")
STANDING = ("kind", "level", "superior")
"""What an organisation is; the same in every month of a file."""

_RANK = {level: rank for rank, level in enumerate(LEVELS.values())}


def check(sheet: Sheet) -> None:
    """G01 month twice, G05 negative, G21-G23, F62, G27-G32: rows, and what rows of one organisation say together."""
    once(sheet, "organisation", "month")
    _months(sheet)
    not_negative(sheet, *AMOUNTS)
    for row in sheet.rows:
        _figures(sheet, row)
    _standing(sheet)
    _superiors(sheet)
    earlier = [period for period in sheet.held if period < sheet.slot.period.text]
    if sheet.rows and not earlier:
        sheet.note("G29", sheet.rows[0], "outstanding", sheet.slot.period.text)


def chained(rows: Iterable[Record], *, without: Collection[str] = ()) -> list[Finding]:
    """What an organisation owes from month to month: G24 not carried, G25 month left out, G26 debt from nowhere.

    Args:
        rows: rows of a unit, of all periods.
        without: organisations of which a row could not be read, so that nothing is concluded.
    """
    rows = list(rows)
    handed_in = {month for row in rows for month in quarter_of(row.texts["month"])}
    first = min((row.texts["month"] for row in rows), default="")
    organisations: dict[str, list[Record]] = {}
    for row in rows:
        if row.texts["organisation"] not in without:
            organisations.setdefault(row.texts["organisation"].casefold(), []).append(row)
    found: list[Finding] = []
    for months in organisations.values():
        found += _one_organisation(sorted(months, key=lambda row: row.texts["month"]), handed_in, first)
    return found


def _months(sheet: Sheet) -> None:
    """F62 once when every month lies outside the quarter, else G23 for each that does."""
    months = sheet.slot.period.months
    expected = ", ".join(_shown(month) for month in months)
    wrong = [row for row in sheet.rows if row.texts["month"] not in months]
    if wrong and len(wrong) == len(sheet.rows):
        found = sorted({row.texts["month"] for row in wrong})
        sheet.refuse("F62", wrong[0], "month", ", ".join(map(_shown, found[:6])), expected, count=len(wrong))
        return
    for row in wrong:
        sheet.refuse("G23", row, "month", _shown(row.texts["month"]), expected)


def _figures(sheet: Sheet, row: Record) -> None:
    """G21 collected is not kept + owed, G22 more exempt and unpaid than members, G27 remitted without its day."""
    collected, divided = row.number("collected"), parts(row)
    if collected != divided:
        sheet.refuse("G21", row, "collected", money(collected), money(divided), difference=collected - divided)
    absent = row.number("exempt") + row.number("unpaid")
    if absent > row.number("members"):
        sheet.refuse("G22", row, "members", money(row.number("members")), f"≥ {money(absent)}")
    day = row.texts["day"]
    if bool(row.number("remitted")) != bool(day):
        sheet.refuse("G27", row, "day", date_vi(day) if day else "", remitted=row.number("remitted"))
    elif day and not f"{row.texts['month']}-01" <= day <= sheet.request.today:
        expected = f"{date_vi(row.texts['month'] + '-01')} … {date_vi(sheet.request.today)}"
        sheet.refuse("G32", row, "day", date_vi(day), expected)


def _standing(sheet: Sheet) -> None:
    """G28 for a row in which an organisation is not what it was in its first row."""
    first: dict[str, Record] = {}
    for row in sheet.rows:
        before = first.setdefault(row.texts["organisation"].casefold(), row)
        for name in STANDING:
            if row.texts[name] != before.texts[name]:
                shown = [_word(sheet, name, one.texts[name]) or "-" for one in (row, before)]
                sheet.refuse("G28", row, name, *shown, other=str(before.row))


def _superiors(sheet: Sheet) -> None:
    """G30 the superior does not stand in the same month, G31 its level is not higher.

    Above the grassroots there are several levels with one name: there only a circle is refused.
    """
    found = {(row.texts["month"], row.texts["organisation"].casefold()): row for row in sheet.rows}
    for row in sheet.rows:
        name = row.texts["superior"]
        if not name:
            continue
        superior = found.get((row.texts["month"], name.casefold()))
        if superior is None:
            sheet.refuse("G30", row, "superior", name, month=_shown(row.texts["month"]))
        elif _not_higher(superior, row, found):
            level = _word(sheet, "level", superior.texts["level"])
            sheet.refuse("G31", row, "superior", name, _word(sheet, "level", row.texts["level"]), level=level)


def _not_higher(superior: Record, row: Record, found: Mapping[tuple[str, str], Record]) -> bool:
    """Whether an organisation cannot stand above another: a lower or the same level, or, at the top, in a circle."""
    above, below = _RANK[superior.texts["level"]], _RANK[row.texts["level"]]
    if above != below or above < max(_RANK.values()):
        return above <= below
    one: Record | None = superior
    for _ in found:
        if one is None or one is row:
            break
        one = found.get((one.texts["month"], one.texts["superior"].casefold()))
    return one is row


def _one_organisation(rows: Sequence[Record], handed_in: Collection[str], first: str) -> Iterator[Finding]:
    """The months of one organisation in order."""
    opening = brought(rows[0])
    if opening < 0:
        yield _not_carried(rows[0], 0, "")
    elif opening and rows[0].texts["month"] > first:
        yield finding("G26", rows[0], "outstanding", money(opening), "0", difference=opening)
    for before, row in pairwise(rows):
        missing = [month for month in _between(before.texts["month"], row.texts["month"]) if month in handed_in]
        if missing:
            shown = ", ".join(_shown(month) for month in missing)
            yield finding("G25", row, "month", _shown(row.texts["month"]), shown, other=place(before))
        elif next_month(before.texts["month"]) == row.texts["month"] and brought(row) != before.number("outstanding"):
            yield _not_carried(row, before.number("outstanding"), place(before))


def _not_carried(row: Record, before: int, other: str) -> Finding:
    right = before + row.number("to_remit") - row.number("remitted")
    value = row.number("outstanding")
    return finding(
        "G24",
        row,
        "outstanding",
        money(value),
        money(right),
        difference=value - right,
        other=other,
        organisation=row.texts["organisation"],
        before=before,
    )


def _between(first: str, last: str) -> Iterator[str]:
    """Months after the first and before the last."""
    month = next_month(first)
    while month < last:
        yield month
        month = next_month(month)


def _shown(month: str) -> str:
    return f"{month[5:]}/{month[:4]}"


def _word(sheet: Sheet, column: str, meaning: str) -> str:
    """The form's word for a meaning."""
    words = sheet.form.layout.by_key[column].words
    return next((word for word, what in words.items() if what == meaning), meaning)
