"""Settlement figures: B01/BCQT lines and F01-01/BCQT detail, from budget postings and estimate decisions.

Guarantees: every figure is a sum of *facts*, one fact per posting or decision, so that a line drills down
to its vouchers; every posting of 3371 belongs to exactly one settlement year; closing entries are never
counted; the identities of the form hold or nothing is given out. Whole đồng.

What is settled comes from the budget postings (008, 012, 013, 3371), never from 611/612, which hold wear
and leave out assets and stock (design, section 5). Measures, for the settlement year Y:

| measure          | facts |
| ---------------- | ----- |
| opening_received | balance of 3371 left by earlier settlement years |
| opening_estimate | estimate decisions of Y of the kind `carry` |
| assigned         | estimate decisions of Y: original, supplement, cut, transfer (held stays assigned) |
| received         | Có 008 of budget year Y, advance and actual, restores negative; Nợ 012, Nợ 013 |
| settled          | Có of the actual accounts (008..2) of budget year Y; Có 012, Có 013; |
|                  | Nợ 3371 of earlier budget years recognised in Y |
| remitted         | Nợ 3371 with the treasury operation `remit` |
| carried_*        | estimate decisions of Y+1 of the kinds `carry-received` and `carry` |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from ledger.accounts import Chart, regime_of
from ledger.budget_index import BudgetIndex
from ledger.errors import Refused
from ledger.regulations import NotInForceError, Regulations
from reports.form_data import Form, Measures, load_form

FORM = "B01-BCQT"

FACTS = [
    *("measure", "autonomous", "amount", "source", "clause", "item", "unit", "period", "voucher", "row"),
    *("date", "description", "submission", "decision", "code"),
]
"""Columns of the table of facts; `amount` is int64 in the measure's own sense, `autonomous` is bool."""

BUDGET_ACCOUNTS = ("008", "012", "013")
RECEIVED_ACCOUNT = "3371"
PAYMENT_ORDERS = ("012", "013")
ASSIGNING_KINDS = ("original", "supplement", "cut", "transfer")
_NOT_RECOGNISED = ("remit", "restore")


class UnknownNatureError(Refused):
    """A figure would have to guess whether its source is autonomous."""

    template = "{unit}: the nature of the sources {sources} is not known; no settlement figure is given"

    def __init__(self, unit: str, sources: Iterable[str]) -> None:
        super().__init__(unit=unit, sources=", ".join(sorted(sources)))


@dataclass(frozen=True, slots=True)
class CutOff:
    """Until when a posting still belongs to a closed budget year."""

    adjustment_ends: str
    """ISO date, last day of the closing adjustment period."""
    paid_back_before: str
    """ISO date before which money paid back still counts for the closed year."""

    @classmethod
    def of(cls, regulations: Regulations, year: int) -> CutOff:
        """The law's days for a budget year; a return date that no law gives is the day after the adjustment."""
        year_end = date(year, 12, 31)
        ends = regulations.day("settlement.adjustment_period_end", year + 1, year_end)
        try:
            before = regulations.day("settlement.advance_return_before", year + 1, year_end)
        except NotInForceError:
            before = ends + timedelta(days=1)
        return cls(ends.isoformat(), before.isoformat())


@dataclass(frozen=True, slots=True)
class Basis:
    """What the figures need to know besides the tables."""

    form: Form
    actual_accounts: frozenset[str]
    """Codes of the 008 accounts that hold actual payments (008112, 008122, 008212, 008222)."""
    is_autonomous: Callable[[str], bool | None]
    """Nature of a source: given for autonomous use or not; None: not a source."""
    cut_off: Callable[[int], CutOff]
    """Budget year → its last days."""

    @classmethod
    def of(cls, chart: Chart, index: BudgetIndex, regulations: Regulations, year: int) -> Basis:
        """The basis of a settlement year, from the book's own chart, index and law."""
        day = f"{year}-12-31"
        memo = (a for a in chart.accounts(regime_of(day) or "", day) if a.code.startswith(BUDGET_ACCOUNTS[0]))
        actual = frozenset(a.code for a in memo if "actual" in a.treasury and "advance" not in a.treasury)
        return cls(load_form(FORM), actual, index.is_autonomous, lambda y: CutOff.of(regulations, y))


def facts(postings: pd.DataFrame, estimates: pd.DataFrame, basis: Basis, unit: str, year: int) -> pd.DataFrame:
    """Every posting and decision that a line of the unit's settlement of this year is made of.

    Args:
        postings: posting table (other units' rows are left out).
        estimates: estimate decisions as `Book.estimates()` gives them.
        basis: form, actual accounts, nature of sources.
        unit: unit code.
        year: settlement (budget) year.

    Returns:
        The table of facts, columns `FACTS`.

    Raises:
        UnknownNatureError: a source whose nature is not known.
    """
    mine = postings[(postings["unit"] == unit) & postings["entry"].isin(("voucher", "opening"))]
    mine = mine[mine["code"].str.startswith((*BUDGET_ACCOUNTS, RECEIVED_ACCOUNT))]
    mine = mine.assign(
        settlement_year=settlement_year(mine, basis.cut_off), of_year=_year(mine["budget_year"], mine["date"])
    )
    parts = [
        *_budget_facts(mine, basis, year),
        *_received_facts(mine, year),
        *_estimate_facts(estimates[estimates["unit"] == unit], year),
    ]
    table = pd.concat(parts, ignore_index=True)
    natures = {source: basis.is_autonomous(source) for source in table["source"].unique()}
    unknown = [source for source, nature in natures.items() if nature is None]
    if unknown:
        raise UnknownNatureError(unit, unknown)
    table["autonomous"] = table["source"].map(natures).astype(bool)
    return table[FACTS]


def settlement_year(table: pd.DataFrame, cut_off: Callable[[int], CutOff]) -> pd.Series[int]:
    """The settlement year each posting belongs to.

    Its budget year while that year's closing adjustment is open (31 January), for money paid back until
    before 15 February; the year of its date afterwards. Opening entries belong to what came before.
    """
    of_year, dated = _year(table["budget_year"], table["date"]), table["date"].str[:4].astype(int)
    days = {year: cut_off(year) for year in set(of_year)}
    ends = of_year.map({year: day.adjustment_ends for year, day in days.items()}).astype("str")
    before = of_year.map({year: day.paid_back_before for year, day in days.items()}).astype("str")
    open_still, paid_back = table["date"] <= ends, table["date"] < before
    remit = table["treasury"] == "remit"
    result = of_year.where((open_still & ~remit) | (paid_back & remit), dated)
    return result.where(table["entry"] != "opening", dated - 1)


def measures(table: pd.DataFrame) -> Measures:
    """Facts summed to (measure, autonomous) → whole đồng."""
    sums = table.groupby(["measure", "autonomous"])["amount"].sum()
    keys = ((str(key[0]), bool(key[1])) for key in sums.index)
    return dict(zip(keys, map(int, sums), strict=True))


def details(table: pd.DataFrame) -> pd.DataFrame:
    """F01-01/BCQT: settled money by nature, clause and item.

    Returns:
        Columns autonomous (bool), clause, item, amount (whole đồng); places that sum to nought are left out.
    """
    settled = table[table["measure"] == "settled"]
    sums = settled.groupby(["autonomous", "clause", "item"])["amount"].sum().reset_index()
    return sums[sums["amount"] != 0].sort_values(
        ["autonomous", "clause", "item"], ascending=[False, True, True], ignore_index=True
    )


def _year(budget_year: pd.Series[str], date: pd.Series[str]) -> pd.Series[int]:
    return budget_year.where(budget_year != "", date.str[:4]).astype(int)


def _budget_facts(mine: pd.DataFrame, basis: Basis, year: int) -> list[pd.DataFrame]:
    rows = mine[(mine["of_year"] == year) & (mine["settlement_year"] == year)]
    rows = rows[rows["code"].str.startswith(BUDGET_ACCOUNTS)]
    uses, orders = rows["side"] == "C", rows["code"].str.startswith(PAYMENT_ORDERS)
    actual = rows["code"].isin(basis.actual_accounts)
    return [
        _as_fact(rows[uses & ~orders], "received", sign=-1),
        _as_fact(rows[~uses & orders], "received", sign=1),
        _as_fact(rows[uses & (orders | actual)], "settled", sign=-1),
    ]


def _received_facts(mine: pd.DataFrame, year: int) -> list[pd.DataFrame]:
    """3371: what earlier years left, what is paid back, what of earlier money is recognised now."""
    rows = mine[mine["code"].str.startswith(RECEIVED_ACCOUNT)]
    now = rows[(rows["settlement_year"] == year) & (rows["side"] == "D")]
    recognised = (now["of_year"] < year) & ~now["treasury"].isin(_NOT_RECOGNISED)
    return [
        _as_fact(rows[rows["settlement_year"] < year], "opening_received", sign=-1),
        _as_fact(now[now["treasury"] == "remit"], "remitted", sign=1),
        _as_fact(now[recognised], "settled", sign=1),
    ]


def _estimate_facts(estimates: pd.DataFrame, year: int) -> list[pd.DataFrame]:
    lines = estimates.rename(columns={"note": "description"}).assign(period=str(year), voucher="", code="")
    this, following = (lines[lines["budget_year"] == str(y)] for y in (year, year + 1))
    chosen = (
        (this, ("carry",), "opening_estimate"),
        (this, ASSIGNING_KINDS, "assigned"),
        (following, ("carry",), "carried_estimate"),
        (following, ("carry-received",), "carried_received"),
    )
    return [_as_fact(rows[rows["kind"].isin(kinds)], measure, sign=1) for rows, kinds, measure in chosen]


def _as_fact(rows: pd.DataFrame, measure: str, *, sign: int) -> pd.DataFrame:
    columns = [name for name in FACTS if name not in {"measure", "autonomous", "amount"}]
    return rows[columns].assign(measure=measure, amount=rows["amount"] * sign)
