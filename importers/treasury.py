"""The treasury form: what the State Treasury confirms at a month's end, set against the unit's own books.

Guarantees: a confirmation is a fact and is never refused because the books differ; each difference is told with both
figures, and so is an estimate of the books that nobody confirmed. Deposits are compared with the balance of 112, the
remaining estimate with assigned minus used by source, clause and item, as budget control computes it
(`plugins.execution`); money held back is part of what remains.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from importers.periods import ADJUSTMENT
from importers.sheet import Sheet, not_negative, once
from importers.slots import current_versions
from ledger.findings import Finding
from ledger.money import money
from ledger.records import Record
from ledger.vietnamese import date_vi
from plugins import execution
from plugins.execution import USE_ACCOUNTS

DEPOSIT, ESTIMATE, PRIOR_YEAR = "112", "008", "0081"
DIMENSIONS = ("source", "clause")

Pot = tuple[str, str]
"""Source and clause."""


def check(sheet: Sheet) -> None:
    """G01 balance twice, G05 negative, G41-G44 account, dimensions, codes, day; then the books (`compare`)."""
    once(sheet, "account", *DIMENSIONS, "item")
    not_negative(sheet, "balance")
    for row in sheet.rows:
        _account(sheet, row)
        _codes(sheet, row)
        first, today = sheet.slot.period.first_day, sheet.request.today
        if not first <= row.texts["day"] <= today:
            expected = f"{date_vi(first)} … {date_vi(today)}"
            sheet.refuse("G44", row, "day", date_vi(row.texts["day"]), expected)


def compare(sheet: Sheet) -> None:
    """G45 a balance differs, G46 how many agree, G47 month not in the books, G48 an estimate nobody confirmed."""
    rows = sheet.sound
    if not rows:
        return
    if not _booked(sheet):
        sheet.note("G47", rows[0], "balance", sheet.slot.period.text)
        return
    books = _Books(sheet)
    agreeing = 0
    for row in rows:
        balance = books.balance(row)
        confirmed = row.number("balance")
        if balance == confirmed:
            agreeing += 1
            continue
        sheet.note(
            "G45",
            row,
            "balance",
            money(confirmed),
            money(balance),
            difference=confirmed - balance,
            other=f"{sheet.slot.unit} · {_what(row)} · {date_vi(books.day)}",
        )
    if sheet.whole:
        _unconfirmed(sheet, books, rows)
    if agreeing:
        sheet.note("G46", rows[0], "balance", str(agreeing), date=date_vi(books.day))


def _account(sheet: Sheet, row: Record) -> None:
    """G41 no account that the Treasury confirms, G42 source and clause missing, or given with a deposit."""
    code = row.texts["account"]
    known = sheet.request.book.chart.find(code, sheet.slot.period.last_day)
    if known is None or not code.startswith((DEPOSIT, *USE_ACCOUNTS)):
        sheet.refuse("G41", row, "account", code, ", ".join((DEPOSIT, *USE_ACCOUNTS)))
        return
    deposit = code.startswith(DEPOSIT)
    for column in (*DIMENSIONS, "item") if deposit else DIMENSIONS:
        if bool(row.texts[column]) == deposit:
            sheet.refuse("G42" if not deposit else "G49", row, column, row.texts[column], account=code)


def _codes(sheet: Sheet, row: Record) -> None:
    """G43 for a code that the budget index of the day does not have."""
    index, day = sheet.request.book.index, sheet.slot.period.last_day
    item = row.texts["item"]
    known = {
        "source": index.source(row.texts["source"], day),
        "clause": index.clause(row.texts["clause"], day),
        "item": index.item(item, day) or index.group(item, day),
    }
    for column, found in known.items():
        if row.texts[column] and found is None:
            sheet.refuse("G43", row, column, row.texts[column])


def _booked(sheet: Sheet) -> bool:
    """Whether vouchers of the month were accepted."""
    current = current_versions(sheet.request.events)
    return any(e.period == sheet.slot.period.text and e.kind.startswith("vouchers") for e, _ in current)


def _unconfirmed(sheet: Sheet, books: _Books, rows: Collection[Record]) -> None:
    """G48 once per source and clause whose estimate the books still hold and no row confirms."""
    own = [row for row in rows if row.texts["account"].startswith(ESTIMATE)]
    confirmed = {(row.texts["source"], row.texts["clause"]) for row in own if books.year_of(row) == books.year}
    for (source, clause), remaining in sorted(books.remaining_pots.items()):
        if remaining and (source, clause) not in confirmed:
            what = f"{ESTIMATE} {source}-{clause}"
            sheet.findings.append(
                Finding(
                    "G48",
                    column=sheet.heading("balance"),
                    expected=money(remaining),
                    difference=-remaining,
                    other=f"{sheet.slot.unit} · {what} · {date_vi(books.day)}",
                    params={"pot": what},
                )
            )


def _what(row: Record) -> str:
    """Account and dimensions for people: `008 12-351-6500`."""
    dimensions = "-".join(row.texts[name] for name in (*DIMENSIONS, "item") if row.texts[name])
    return f"{row.texts['account']} {dimensions}".strip()


@dataclass(frozen=True)
class _Books:
    """The unit's books on the last day of the month."""

    sheet: Sheet

    @property
    def day(self) -> str:
        """The month's last day, ISO."""
        return self.sheet.slot.period.last_day

    @property
    def year(self) -> str:
        """Fiscal year of the month."""
        return str(self.sheet.slot.period.year)

    def year_of(self, row: Record) -> str:
        """The budget year whose estimate a row of 008 speaks of."""
        last = row.texts["account"].startswith(PRIOR_YEAR)
        return str(int(self.year) - 1) if last else self.year

    def balance(self, row: Record) -> int:
        """What the books say of what a row confirms, whole đồng."""
        code = row.texts["account"]
        if code.startswith(ESTIMATE):
            return self._remaining(row)
        table = self._postings[self._postings["code"].str.startswith(code)]
        for name in (*DIMENSIONS, "item"):
            if row.texts[name]:
                table = table[table[name] == row.texts[name]]
        return int(table["amount"].sum())

    @cached_property
    def remaining_pots(self) -> dict[Pot, int]:
        """Remaining estimate of the year by source and clause."""
        table = self._lines[self._lines["budget_year"] == self.year]
        pots: dict[Pot, int] = {}
        for source, clause, amount in zip(table["source"], table["clause"], table["amount"], strict=True):
            pots[source, clause] = pots.get((source, clause), 0) + int(amount)
        return pots

    def _remaining(self, row: Record) -> int:
        table = self._lines
        wanted = {"budget_year": self.year_of(row)} | {name: row.texts[name] for name in DIMENSIONS}
        for name, value in wanted.items():
            table = table[table[name] == value]
        item = row.texts["item"]
        if item:
            index = self.sheet.request.book.index
            table = table[[line == item or index.group_of(line) == item for line in table["line"]]]
        return int(table["amount"].sum())

    @cached_property
    def _postings(self) -> pd.DataFrame:
        """Postings up to the day, without what January's adjustment period puts on it afterwards."""
        table = self.sheet.request.book.postings([self.sheet.slot.unit])
        return table[(table["date"] <= self.day) & (table["period"] != f"{self.day[:4]}-{ADJUSTMENT}")]

    @cached_property
    def _lines(self) -> pd.DataFrame:
        """Assigned (+) and used (-) by estimate line, up to the day."""
        book, unit = self.sheet.request.book, self.sheet.slot.unit
        estimates = book.estimates()
        estimates = estimates[(estimates["unit"] == unit) & (estimates["date"] <= self.day)]
        assigned = execution.standing(estimates, book.index)
        used = execution.uses(self._postings)
        used = execution.charged(used[used["code"].str.startswith(ESTIMATE)], estimates, book.index)
        names = ["budget_year", *DIMENSIONS, "line"]
        parts = (assigned[names].assign(amount=assigned["assigned"]), used[names].assign(amount=-used["used"]))
        return pd.concat(parts, ignore_index=True)
