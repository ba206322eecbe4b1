"""The assets form: the list of all fixed assets a unit holds, set against the lots of its ledger, both ways.

Guarantees: one row is one asset of a class of the year's list; what list and ledger disagree about is told with both
figures and refuses nothing: the ledger is the only place of amounts (`docs/decisions/0009-register-forms.md`).
Law: Circular 141/2025/TT-BTC, Articles 3.1, 3.2 and 5.2 (every asset booked as one object, counted every year).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from importers.sheet import Sheet, once
from ledger.asset_classes import asset_class
from ledger.findings import Finding
from ledger.money import money
from ledger.records import Record
from ledger.regulations import NotInForceError
from ledger.vietnamese import date_vi

THRESHOLD = "assets.recognition_threshold"
SHOWN = 10
"""How many asset codes a sentence names."""


class Booked(NamedTuple):
    """An asset as the ledger holds it."""

    account: str
    cost: int


def check(sheet: Sheet) -> None:
    """G01 code twice, G60-G64: class, quantity, account, day in use, cost; then the threshold (G70)."""
    once(sheet, "asset")
    for row in sheet.rows:
        _row(sheet, row)
    for row in sheet.sound:
        _threshold(sheet, row)


def compare(sheet: Sheet) -> None:
    """G65 not in the ledger, G66 not in the list, G67 cost, G68 account differ, G69 how many agree."""
    day = min(sheet.slot.period.last_day, sheet.request.today)
    ledger = booked(sheet, day)
    if not ledger:
        if sheet.rows:
            sheet.note("G47", sheet.rows[0], "asset", sheet.slot.period.text)
        return
    agreeing = 0
    for row in sheet.sound:
        held = ledger.get(row.texts["asset"])
        if held is None:
            sheet.note("G65", row, "asset", row.texts["asset"], date=date_vi(day), cost=row.number("cost"))
        else:
            agreeing += _same(sheet, row, held, day)
    if agreeing:
        sheet.note("G69", sheet.rows[0], "asset", str(agreeing), date=date_vi(day))
    if sheet.whole:
        _not_listed(sheet, ledger, day)


def booked(sheet: Sheet, day: str) -> dict[str, Booked]:
    """The assets that the unit's ledger holds at the end of a day (ISO), by code."""
    table = sheet.request.book.postings([sheet.slot.unit])
    lots = table[(table["lot_date"] != "") & (table["date"] <= day)].sort_values("date", kind="stable")
    columns = (lots[name] for name in ("asset", "code", "quantity", "amount"))
    held: dict[str, Booked] = {}
    for asset, code, quantity, amount in zip(*columns, strict=True):
        if quantity > 0:
            held[asset] = Booked(code, int(amount))
        else:
            held.pop(asset, None)
    return held


def _row(sheet: Sheet, row: Record) -> None:
    """G60 class, G61 quantity, G62 account, G63 in use after the year, G64 no cost."""
    last = sheet.slot.period.last_day
    if asset_class(row.texts["class"], last) is None:
        sheet.refuse("G60", row, "class", row.texts["class"], year=str(sheet.slot.period.year))
    if row.number("quantity") != 1:
        sheet.refuse("G61", row, "quantity", str(row.number("quantity")), "1")
    account = sheet.request.book.chart.find(row.texts["account"], last)
    if account is None or not account.is_lot or not account.is_leaf:
        sheet.refuse("G62", row, "account", row.texts["account"])
    if row.texts["in_use"] > last:
        sheet.refuse("G63", row, "in_use", date_vi(row.texts["in_use"]), f"≤ {date_vi(last)}")
    if row.number("cost") <= 0:
        sheet.refuse("G64", row, "cost", money(row.number("cost")))


def _threshold(sheet: Sheet, row: Record) -> None:
    """G70 a cost below the year's threshold, where the class has one."""
    last = sheet.slot.period.last_day
    found = asset_class(row.texts["class"], last)
    try:
        entry = sheet.request.book.regulations.entry(THRESHOLD, date.fromisoformat(last))
    except NotInForceError:
        return
    least, cost = int(entry.value), row.number("cost")
    if found is not None and not found.any_value and cost < least:
        law = {"law_vi": entry.citation("vi"), "law_en": entry.citation("en")}
        sheet.note("G70", row, "cost", money(cost), f"≥ {money(least)}", difference=cost - least, **law)


def _same(sheet: Sheet, row: Record, held: Booked, day: str) -> bool:
    """Whether list and ledger say the same of an asset; else G67, G68."""
    cost, account = row.number("cost"), row.texts["account"]
    other = f"{sheet.slot.unit} · {held.account} {row.texts['asset']} · {date_vi(day)}"
    if cost != held.cost:
        sheet.note("G67", row, "cost", money(cost), money(held.cost), difference=cost - held.cost, other=other)
    if account != held.account:
        sheet.note("G68", row, "account", account, held.account, other=other, asset=row.texts["asset"])
    return (account, cost) == (held.account, held.cost)


def _not_listed(sheet: Sheet, ledger: dict[str, Booked], day: str) -> None:
    """G66 once, with the assets that the ledger holds and the list does not name."""
    missing = sorted(ledger.keys() - {row.texts["asset"] for row in sheet.rows})
    if not missing:
        return
    total = sum(ledger[asset].cost for asset in missing)
    more = len(missing) - SHOWN
    shown = ", ".join(missing[:SHOWN]) + (f" … (+{more})" if more > 0 else "")
    sheet.findings.append(
        Finding(
            "G66",
            column=sheet.heading("asset"),
            value=shown,
            expected=money(total),
            difference=-total,
            other=f"{sheet.slot.unit} · 211, 213 · {date_vi(day)}",
            params={"count": len(missing)},
        )
    )
