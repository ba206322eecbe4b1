"""Rules on norms of a whole year and on norms nobody knows: N03 newspapers, N07 what could not be judged.

Guarantees: the titles that every cell has are a minimum, asked of years that are over; every table that stood empty
where a rule on norms or on shares of dues would have needed it is named once, with how many things were not judged.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from ledger.findings import Finding
from ledger.money import money
from ledger.norms import Gap, newspapers, of_unit
from plugins import dues, norm_assets, norm_events
from plugins.columns import totals
from plugins.context import Context
from plugins.norm_verdicts import CLASSES, EVENTS, Verdicts, costs, units
from plugins.rule import Checked, rule

NEWSPAPERS = "7851"
"""Item (tiểu mục) of Party newspapers and magazines."""
CELLS = "norms.cells"

REGISTERS = {
    EVENTS: (
        ("Sổ đoàn, hội nghị, đại hội", "Chứng từ nêu sự kiện chưa có trong sổ, nên chưa biết số người, số ngày."),
        ("Register of events", "Vouchers name events that it does not have: heads and days are not known."),
    ),
    CLASSES: (
        ("Danh mục tài sản của đơn vị", "Tài sản mua vào chưa có trong danh mục, nên chưa biết loại."),
        ("The unit's list of assets", "Assets that came in are not in it: their class is not known."),
    ),
}
"""Registers that a norm needs: name and what is lacking, in Vietnamese and English."""


@rule("N03")
def newspapers_for_every_cell(context: Context) -> Checked:
    """In a year that is over, a unit paid at least for the titles that each of its cells has."""
    verdicts = context.remember(subscriptions)
    return Checked(verdicts.evaluated, verdicts.findings)


@rule("N07")
def norm_is_known(context: Context) -> Checked:
    """Every table that a rule asked in vain, once."""
    unknown = Counter[str]()
    for verdicts in _all(context):
        unknown.update(verdicts.unknown)
    asked = {key: count for key, count in sorted(unknown.items()) if count}
    return Checked(len(asked), [_not_known(context, key, count) for key, count in asked.items()])


def subscriptions(context: Context) -> Verdicts:
    """N03: units whose number of cells is known, year by year."""
    count, findings, unknown = 0, list[Finding](), Counter[str]()
    spent = _spent_on_newspapers(context)
    years = sorted({year for _, year in spent if year < context.today[:4]})
    for unit in units(context):
        for year in years:
            last = f"{year}-12-31"
            cells = of_unit(context.regulations, CELLS, unit, "cells", last)
            if cells is None:
                unknown[CELLS] += (unit, year) in spent
                continue
            norm = newspapers(cells, last, context.regulations)
            if isinstance(norm, Gap):
                unknown[norm.key] += 1
                continue
            count += 1
            paid = spent.get((unit, year), 0)
            if paid < norm.amount and not context.scope_periods:
                params = {"cells": cells, "year": year, "paid": paid, "least": norm.amount}
                params |= {"law_vi": norm.citation("vi"), "law_en": norm.citation("en")}
                shown = {"value": money(paid), "expected": f"≥ {money(norm.amount)}", "difference": paid - norm.amount}
                findings.append(Finding("N03", unit=unit, period=year, on=last, params=params, **shown))  # type: ignore[arg-type] # two texts and a number
    return Verdicts(count, findings, unknown)


def _spent_on_newspapers(context: Context) -> dict[tuple[str, str], int]:
    """(unit, year) → what was spent on the item of newspapers."""
    mine = context.mine
    at = np.flatnonzero(costs(context) & mine.equal("item", NEWSPAPERS))
    groups = mine.groups(at, "unit", "budget_year")
    sums = totals(groups, mine.whole("amount")[at])
    _, firsts = np.unique(groups, return_index=True)
    keys = mine.keys(at[firsts], "unit", "budget_year")
    return {(unit, year): amount for (unit, year), amount in zip(keys, sums.tolist(), strict=True)}


def _all(context: Context) -> list[Verdicts]:
    shares = context.remember(dues.shares_of)
    made = (norm_events.per_head_and_day, norm_events.stays, norm_events.congresses)
    held = (norm_assets.cars, norm_assets.equipment, subscriptions)
    return [*map(context.remember, (*made, *held)), Verdicts(0, [], shares.unknown)]


def _not_known(context: Context, key: str, count: int) -> Finding:
    if key in REGISTERS:
        (title_vi, missing_vi), (title_en, missing_en) = REGISTERS[key]
    else:
        title = context.regulations.parameter(key).title
        title_vi, title_en = title["vi"], title["en"]
        missing_vi, missing_en = (context.regulations.missing(key, language) for language in ("vi", "en"))
    params = {"title_vi": title_vi, "title_en": title_en, "missing_vi": missing_vi, "missing_en": missing_en}
    return Finding("N07", unit=context.scope_unit or "", value=key, params={**params, "count": count, "key": key})
