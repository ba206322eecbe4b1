"""Opening balances of 2025: money, assets with their wear, dues of December 2024 not yet remitted, equity.

Guarantees: total debit equals total credit; the claim of the office and the debt of each unit carry one reference.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.sample import chance
from ledger.sample.internal import CLAIM, DEBT, DUES_RANGE, OFFICE, share
from ledger.sample.plan import Asset

DECEMBER_2024 = (2024, 12)
PARTY_MONEY = {"VPTU": 1_845_300_000, "DUCQ": 214_600_000, "DUUB": 386_900_000}
"""Deposits from dues kept in earlier years."""
SURPLUS, OTHER_SURPLUS = "4211", "4218"


@dataclass(frozen=True)
class Balance:
    """One row of an opening file; `note` is a column of the unit's own."""

    account: str
    debit: int = 0
    credit: int = 0
    asset: str = ""
    partner: str = ""
    reference: str = ""
    note: str = ""


def balances(unit: str, assets: list[Asset]) -> list[Balance]:
    """A unit's opening balances."""
    owned = [asset for asset in assets if asset.unit == unit and asset.bought is None]
    cash = chance.number(1_150_000, 4_890_000, unit, "opening cash", step=1_000)
    deposit = PARTY_MONEY.get(unit, chance.number(3_400_000, 21_700_000, unit, "opening deposit"))
    rows = []
    if unit in DUES_RANGE:
        mine = share(unit, *DECEMBER_2024)
        cash += mine.due
        rows.append(Balance(DEBT, credit=mine.due, partner=OFFICE, reference=mine.reference))
    rows = [Balance("1111", cash), Balance("1121", deposit), *rows]
    if unit == OFFICE:
        for other in DUES_RANGE:
            theirs = share(other, *DECEMBER_2024)
            rows.append(Balance(CLAIM, theirs.due, partner=other, reference=theirs.reference))
    rows += [Balance(a.account, a.cost, asset=a.asset, note=a.name) for a in owned]
    for a in owned:
        if a.worn:
            wear = "2142" if a.account.startswith("213") else "2141"
            rows.append(Balance(wear, credit=a.worn, asset=a.asset, note=a.name))
    return rows + _equity(rows, owned)


def _equity(rows: list[Balance], owned: list[Asset]) -> list[Balance]:
    """4211 carries what the assets are still worth, 4218 the rest."""
    carrying = sum(asset.cost - asset.worn for asset in owned)
    rest = sum(row.debit - row.credit for row in rows) - carrying
    return [Balance(SURPLUS, credit=carrying), Balance(OTHER_SURPLUS, credit=rest)]
