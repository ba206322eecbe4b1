"""Party dues of the practice province by organisation and month, the figures that the vouchers have.

Guarantees: what a committee receives is what its organisations remit that month; kept, due and remitted of the
committee are those of its vouchers (`internal.share`), so that register and books agree to the đồng.
"""

from __future__ import annotations

from ledger.sample import chance
from ledger.sample.internal import COMMUNES, REMITTING_MONTHS, share
from ledger.sample.workdays import workday

UNITS = {
    "XA01": ("Đảng ủy xã Hòa Lam", "Xã, phường", ("Đảng bộ Đông Hòa", "Đảng bộ Nam Lam", "Đảng bộ khối trường học")),
    "XA02": ("Đảng ủy xã Phú Giang", "Xã, phường", ("Đảng bộ Phú Thịnh", "Đảng bộ Bến Giang", "Đảng bộ khối y tế")),
    "DUCQ": (
        "Đảng ủy các cơ quan Đảng tỉnh",
        "Khác",
        ("Đảng bộ Văn phòng Tỉnh ủy", "Đảng bộ Ban Tổ chức", "Đảng bộ Trường Chính trị"),
    ),
}
"""Unit → its committee, the column of B01/ĐP, the grassroots organisations under it."""

QUARTERS = ((2025, 4), (2026, 1), (2026, 2), (2026, 3))
KEPT_OF_TEN = 7
"""Tenths of its dues that a grassroots organisation keeps; a practice figure."""

MEMBERS = (248, 392)

CELLS = {"Đảng bộ Đông Hòa": ("Chi bộ thôn Đông Thượng", "Chi bộ thôn Đông Hạ")}
"""The one grassroots organisation whose two cells stand in the file too."""
CELL_MEMBERS = (92, 141)
NEW_SHARES = (2026, 2)
"""From this month residential cells keep 70 %; before it half of what they collect stayed with them."""
UNPAID = frozenset(("Chi bộ thôn Đông Hạ", 2026, month) for month in (7, 8, 9))
"""One member of one cell has not paid for three months running."""

Rows = list[dict[str, str]]


def rows(unit: str, year: int, quarter: int) -> Rows:
    """The rows of one unit and quarter, month by month, the committee first."""
    return [row for month in range(3 * quarter - 2, 3 * quarter + 1) for row in _month(unit, year, month)]


def _month(unit: str, year: int, month: int) -> Rows:
    committee, kind, names = UNITS[unit]
    mine = share(unit, year, month)
    below = [_grassroots(unit, name, part, year, month) for name, part in _parts(unit, names, year, month)]
    cells = [cell for row in below for cell in _cells(row, year, month)]
    members = sum(int(row["members"]) for row in below)
    remitted = _remitted(unit, year, month)
    above = _row(committee, "Cấp trên cơ sở", "", members, mine.kept + mine.due, mine.due)
    above |= {name: str(sum(int(row[name]) for row in below)) for name in ("exempt", "unpaid")}
    above |= {"remitted": str(remitted), "outstanding": str(_outstanding(unit, year, month))}
    if remitted:
        above["day"] = workday(year, month, 8).isoformat()
    common = {"kind": kind, "month": f"{year}-{month:02}"}
    return [row | common for row in (above, *below, *cells)]


def _parts(unit: str, names: tuple[str, ...], year: int, month: int) -> list[tuple[str, int]]:
    """What each organisation remits; together it is what the committee receives."""
    mine = share(unit, year, month)
    received = mine.kept + mine.due
    parts = [received * chance.number(28, 36, unit, name, "share") // 100 for name in names[1:]]
    return list(zip(names, [received - sum(parts), *parts], strict=True))


def _grassroots(unit: str, name: str, remits: int, year: int, month: int) -> dict[str, str]:
    """A grassroots organisation: it keeps seven tenths and remits the rest in the same month."""
    collected = remits * 10 // (10 - KEPT_OF_TEN)
    members = chance.number(*MEMBERS, unit, name, "members")
    row = _row(name, "Đảng ủy cơ sở", UNITS[unit][0], members, collected, remits)
    row["unpaid"] = str(chance.number(0, 3, unit, name, year, month, "unpaid"))
    row |= {"exempt": str(chance.number(3, 14, unit, name, "exempt")), "remitted": str(remits), "outstanding": "0"}
    return row | {"day": workday(year, month, 22).isoformat()}


def _cells(grassroots: dict[str, str], year: int, month: int) -> Rows:
    """The cells of one grassroots organisation: together they remit what it collects, in the same month."""
    total, made = int(grassroots["collected"]), []
    names = CELLS.get(grassroots["organisation"], ())
    first = total * 42 // 100
    for name, remits in zip(names, (first, total - first), strict=False):
        collected = remits * 2 if (year, month) < NEW_SHARES else remits * 10 // 3
        members = chance.number(*CELL_MEMBERS, name, "members")
        row = _row(name, "Chi bộ", grassroots["organisation"], members, collected, remits)
        row |= {"remitted": str(remits), "outstanding": "0", "day": workday(year, month, 20).isoformat()}
        row["unpaid"] = "1" if (name, year, month) in UNPAID else "0"
        made.append(row)
    return made


def _row(name: str, level: str, superior: str, members: int, collected: int, due: int) -> dict[str, str]:
    figures = {"members": members, "exempt": 0, "unpaid": 0}
    figures |= {"collected": collected, "kept": collected - due, "to_remit": due}
    return {"organisation": name, "level": level, "superior": superior} | {k: str(v) for k, v in figures.items()}


def _remitted(unit: str, year: int, month: int) -> int:
    """What the committee pays to the office this month: the months before it that are still owed."""
    if unit in COMMUNES and month not in REMITTING_MONTHS:
        return 0
    count = 3 if unit in COMMUNES else 1
    return sum(share(unit, *_before(year, month, back)).due for back in range(1, count + 1))


def _outstanding(unit: str, year: int, month: int) -> int:
    """What the committee still owes at the end of the month."""
    months = (month - 1) % 3 + 1 if unit in COMMUNES else 1
    return sum(share(unit, *_before(year, month, back)).due for back in range(months))


def _before(year: int, month: int, back: int) -> tuple[int, int]:
    """The month so many months before."""
    count = year * 12 + month - 1 - back
    return count // 12, count % 12 + 1
