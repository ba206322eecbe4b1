"""The year's end: revenue and expense accounts are cleared through 911 into 421.

Guarantees: after these entries every income and expense account of the unit stands at zero on 31 December, 911
too, and 421 holds the year's result to the đồng; the budget postings (008 …) are not touched, so settlement
figures do not depend on closing. Entries 36-38 of the typical entries of TT 107/2017, kept for TT 24/2024 as
names and purpose of 911 and 421 are the same there (codes from memory, shown as unverified).

The move of last year's estimate from 0082 to 0081 is not generated: `budget_year` on every budget posting keeps
the years apart, and its treatment under TT 24/2024 has not been verified.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ledger import postings
from ledger.accounts import Account, Chart
from ledger.errors import Refused

RESULT, SURPLUS = "911", ("4211", "421")
DIMENSIONS = ("source", "clause", "item", "budget_year")

TITLES = {
    "Income": "Kết chuyển doanh thu, thu nhập cuối năm {year}",
    "Expenses": "Kết chuyển chi phí cuối năm {year}",
    "Result": "Kết chuyển thặng dư (thâm hụt) năm {year}",
}


def period(year: str) -> str:
    """The period name of a year's closing entries."""
    return f"{year}-closing"


def closing(table: pd.DataFrame, unit: str, year: str, chart: Chart) -> pd.DataFrame:
    """The closing entries of one unit and year, empty when nothing is to be cleared.

    Args:
        table: all postings of the unit (its own closing entries of this year are left out).
        unit: unit code.
        year: fiscal year, four digits.
        chart: to find 911 and 421 as of 31 December.

    Raises:
        Refused: the chart has no postable 911 or 421 in that year.
    """
    last_day = f"{year}-12-31"
    result, surplus = _account(chart, (RESULT,), last_day), _account(chart, SURPLUS, last_day)
    open_ = table[(table["date"] <= last_day) & (table["period"] != period(year)) & (table["unit"] == unit)]
    rows: list[dict[str, Any]] = []
    outcome = 0
    for number, root in enumerate(("Income", "Expenses"), start=1):
        cleared = _cleared(open_, root)
        total = sum(amount for _, amount in cleared)
        if cleared:
            common = _common(unit, year, f"KC{number:02}", TITLES[root])
            rows += [common | _posting(place["account"], place["code"], -amount) | place for place, amount in cleared]
            rows.append(common | _posting(result.path, result.code, total))
        outcome += total
    if outcome:
        common = _common(unit, year, "KC03", TITLES["Result"])
        rows.append(common | _posting(result.path, result.code, -outcome))
        rows.append(common | _posting(surplus.path, surplus.code, outcome))
    return postings.frame(rows)


def _cleared(table: pd.DataFrame, root: str) -> list[tuple[dict[str, str], int]]:
    """(account with its dimensions, balance) of every place of a root that does not stand at zero."""
    keys = ["account", "code", *DIMENSIONS]
    part = table[table["account"].str.startswith(f"{root}:")]
    sums = part.groupby(keys, dropna=False, sort=True)["amount"].sum().reset_index()
    places = sums[keys].to_dict("records")
    return [
        ({str(k): str(v) for k, v in place.items()}, int(amount))
        for place, amount in zip(places, sums["amount"], strict=True)
        if amount
    ]


def _account(chart: Chart, codes: tuple[str, ...], date: str) -> Account:
    for code in codes:
        account = chart.find(code, date)
        if account is not None and account.is_leaf:
            return account
    raise Refused(
        "no postable account {codes} on {date}: the year cannot be closed", codes=" / ".join(codes), date=date
    )


def _common(unit: str, year: str, number: str, title: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "period": period(year),
        "entry": "closing",
        "voucher": f"{number}-{year}",
        "date": f"{year}-12-31",
        "description": title.format(year=year),
        "commodity": "VND",
    }


def _posting(account: str, code: str, amount: int) -> dict[str, Any]:
    side = "D" if amount > 0 else "C"
    return {"account": account, "code": code, "side": side, "amount": amount, "quantity": amount}
