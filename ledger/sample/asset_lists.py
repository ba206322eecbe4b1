"""The lists of fixed assets that units of the practice province hand in for 2025, as their ledgers hold them.

Guarantees: a list names every asset held on 31 December and no other, each at its cost and on its account.
"""

from __future__ import annotations

from datetime import date

from ledger.sample import chance, plan
from ledger.sample.plan import Asset
from ledger.sample.stories import DISPOSALS

YEAR = 2025
UNITS = ("TCT", "BAO", "VPTU")

CLASSES = (
    ("Quyền sử dụng đất", "TINH-VH1"),
    ("Phần mềm", "TINH-VH2"),
    ("Xe ô tô", "TT23-3.2"),
    ("Máy photocopy", "TT23-5.08"),
    ("Máy tính xách tay", "TT23-5.02"),
    ("Máy tính để bàn", "TT23-5.01"),
    ("Máy điều hòa", "TT23-5.12"),
    ("Máy phát điện", "TT23-5.13"),
    ("Bộ bàn ghế", "TT23-5.10"),
    ("Bàn ghế hội trường", "TT23-5.10"),
)
"""How an asset's name begins → its class; buildings go by their rate of wear, other equipment is 5.16."""

BUILDINGS = {200: "TT23-1.3", 400: "TT23-1.4"}
OTHER_EQUIPMENT = "TT23-5.16"
KEEPERS = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Quốc Cường", "Phạm Thị Dung")
Rows = list[dict[str, str]]


def rows(unit: str) -> Rows:
    """A unit's list, by asset code."""
    left = {code for _, day, code, _ in DISPOSALS if day.year <= YEAR}
    held = [a for a in plan.assets() if a.unit == unit and a.asset not in left]
    held = [a for a in held if a.bought is None or a.bought.year <= YEAR]
    return [_row(asset) for asset in sorted(held, key=lambda asset: asset.asset)]


def _row(asset: Asset) -> dict[str, str]:
    return {
        "asset": asset.asset,
        "name": asset.name,
        "class": _class(asset),
        "account": asset.account,
        "in_use": _in_use(asset).isoformat(),
        "cost": str(asset.cost),
        "quantity": "1",
        "origin": "Được giao, điều chuyển đến" if asset.account == "2131" else "Mua sắm",
        "place": f"Tầng {chance.number(1, 4, asset.asset, 'floor')}" if asset.account[:3] == "211" else "Trụ sở",
        "custodian": chance.choice(KEEPERS, asset.asset, "keeper"),
        "condition": "Đang sử dụng",
        "source": asset.source,
    }


def _class(asset: Asset) -> str:
    if asset.account == "2111":
        return BUILDINGS[asset.rate]
    return next((code for word, code in CLASSES if asset.name.startswith(word)), OTHER_EQUIPMENT)


def _in_use(asset: Asset) -> date:
    """The day it was bought, or a day as many years back as it is worn."""
    if asset.bought is not None:
        return asset.bought
    month, day = chance.number(1, 12, asset.asset, "month"), chance.number(1, 28, asset.asset, "day")
    return date(YEAR - max(asset.years, 1), month, day)
