"""Rules on Party dues: D01 shares kept, D02 identities, D03 and D07 months unpaid, D04 remittances, D05 remitted late.

Guarantees: rows are organisations and months, never persons, and nothing is said of members but how many a cell has;
a share or a day that nobody knows is not judged (N07 says so); what the intake of the form refuses (`importers.dues`)
and what is asked here are the same sums, those of `ledger.dues`. There is no D06: whether too little was collected
cannot be said without the members' incomes, which the register does not hold.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from ledger.dues import brought, next_month, parts, quarter_of
from ledger.dues_rates import WHOLE, keeps_right
from ledger.dues_shares import Share, share
from ledger.money import money
from ledger.norms import Gap, found
from ledger.records import Record
from ledger.vietnamese import date_vi
from plugins.context import Context
from plugins.dues_rows import (
    KIND,
    Run,
    asked,
    between_units,
    by_month,
    following,
    key,
    organisations,
    quarter,
    runs,
    told,
    until,
    wanted,
    within_units,
)
from plugins.rule import Checked, rule

UNPAID, DAY = "dues.unpaid_months", "dues.remit_day"

COLLECTED = {
    "what_vi": "đã thu",
    "what_en": "collected",
    "line_vi": "đã thu = trích giữ lại + phải nộp",
    "line_en": "collected = kept + to remit",
}
OWED = {
    "what_vi": "còn phải nộp",
    "what_en": "still to remit",
    "line_vi": "còn phải nộp = còn lại tháng trước + phải nộp - đã nộp",
    "line_en": "still to remit = that of the month before + to remit - remitted",
}
"""The two identities of D02 in words."""


class Judged(NamedTuple):
    """A row with the share that holds for it."""

    row: Record
    share: Share


class Shares(NamedTuple):
    """Rows whose share is known, and how often which table had none."""

    judged: list[Judged]
    unknown: Counter[str]


@rule("D01")
def kept_share_is_that_of_the_chain(context: Context) -> Checked:
    """What an organisation keeps is its share of what it received, a broken đồng up or down."""
    shares = context.remember(shares_of)
    findings = []
    for row, right in shares.judged:
        collected, kept = row.number("collected"), row.number("kept")
        if not keeps_right(collected, kept, right.least, right.most):
            low, high = collected * right.least // WHOLE, -(-collected * right.most // WHOLE)
            expected = money(low) if right.least == right.most else f"{money(low)} – {money(high)}"
            difference = kept - high if kept > high else kept - low
            params = {"share": right.shown(), "law_vi": right.citation("vi"), "law_en": right.citation("en")}
            findings.append(told(context, "D01", row, "kept", money(kept), expected, difference, params))
    return Checked(len(shares.judged), findings)


@rule("D02")
def months_of_an_organisation_agree(context: Context) -> Checked:
    """Collected is kept or owed; what is owed at the end of a month is carried to the next."""
    rows = context.remember(wanted)
    findings = [
        told(
            context,
            "D02",
            row,
            "collected",
            money(row.number("collected")),
            money(parts(row)),
            row.number("collected") - parts(row),
            COLLECTED,
        )
        for row in rows
        if row.number("collected") != parts(row)
    ]
    mine = context.remember(asked)
    for before, row in following(context):
        right = before.number("outstanding") + row.number("to_remit") - row.number("remitted")
        if key(row) in mine and brought(row) != before.number("outstanding"):
            value = row.number("outstanding")
            findings.append(told(context, "D02", row, "outstanding", money(value), money(right), value - right, OWED))
    return Checked(len(rows), findings)


@rule("D03")
def three_months_unpaid(context: Context) -> Checked:
    """A cell in which somebody may have gone without paying for as many months as the regulation names."""
    return _unpaid(context, "D03", enough=True)


@rule("D07")
def one_or_two_months_unpaid(context: Context) -> Checked:
    """The same before it is that many months, while it lasts."""
    return _unpaid(context, "D07", enough=False)


@rule("D04")
def remitted_is_collected_above(context: Context) -> Checked:
    """By the end of each quarter an organisation has received what those below it say they remitted."""
    mine = context.remember(asked)
    count, findings = 0, []
    for above, below in (*within_units(context), *between_units(context)):
        received, sent = by_month(above, "collected"), by_month(below, "remitted")
        known = 0
        for last in sorted({quarter_of(row.texts["month"])[2] for row in above}):
            place = max((row for row in above if row.texts["month"] <= last), key=lambda row: row.texts["month"])
            difference = until(received, last) - until(sent, last)
            count += key(place) in mine
            if difference not in {0, known} and key(place) in mine:
                shown = money(until(received, last)), money(until(sent, last))
                findings.append(
                    told(context, "D04", place, "collected", *shown, difference, {"quarter": quarter(last)})
                )
            known = difference
    return Checked(count, findings)


@rule("D05")
def remitted_in_time(context: Context) -> Checked:
    """What is owed at the end of a quarter is remitted by the province's day of the month after it."""
    mine = context.remember(asked)
    count, findings = 0, []
    for rows in context.remember(organisations).values():
        for row, after in pairwise(rows):
            month, owed = row.texts["month"], row.number("outstanding")
            entry = found(context.regulations, DAY, f"{after.texts['month']}-01")
            ends = month == quarter_of(month)[2] and after.texts["month"] == next_month(month)
            if not ends or owed <= 0 or entry is None or key(after) not in mine:
                continue
            count += 1
            due = f"{after.texts['month']}-{int(entry.value):02}"
            paid = sum(r.number("remitted") for r in rows if r.texts["month"] > month and "" < r.texts["day"] <= due)
            if paid < owed:
                day = after.texts["day"]
                params: dict[str, str | int] = {
                    "owed": owed,
                    "paid": paid,
                    "due": date_vi(due),
                    "quarter": quarter(month),
                }
                params |= {"law_vi": entry.citation("vi"), "law_en": entry.citation("en")}
                shown = (date_vi(day) if day else "", f"≤ {date_vi(due)}")
                findings.append(told(context, "D05", after, "day", *shown, owed - paid, params))
    return Checked(count, findings)


def shares_of(context: Context) -> Shares:
    """The rows in scope that collected something, with their share."""
    levels = {key(row): row.texts["level"] for row in context.registers.rows(KIND)}
    judged: list[Judged] = []
    unknown: Counter[str] = Counter()
    for row in context.remember(wanted):
        if not row.number("collected"):
            continue
        above = levels.get((row.unit, row.texts["superior"].casefold(), row.texts["month"]), "")
        right = share(context.regulations, row, above)
        if isinstance(right, Gap):
            unknown[right.key] += 1
        else:
            judged.append(Judged(row, right))
    return Shares(judged, unknown)


def _unpaid(context: Context, code: str, *, enough: bool) -> Checked:
    """The runs of months unpaid that are long enough for the cell to propose, or those that are not yet."""
    mine = context.remember(asked)
    count, findings = 0, []
    for run in context.remember(runs):
        row, months = run.months[-1], len(run.months)
        entry = found(context.regulations, UNPAID, f"{row.texts['month']}-01")
        if entry is None or key(row) not in mine:
            continue
        count += 1
        if months >= int(entry.value) if enough else months < int(entry.value) and run.last:
            last = run.months[-int(entry.value) :]
            people = Run(last, run.last).people
            params: dict[str, str | int] = {"months": str(months), "most": str(entry.value), "people": people}
            params |= {"law_vi": entry.citation("vi"), "law_en": entry.citation("en")}
            findings.append(told(context, code, row, "unpaid", str(row.number("unpaid")), "0", None, params))
    return Checked(count, findings)
