"""Expected totals of the practice province: `python tests/expected/compute.py [--check]`, standard library only.

Imports nothing of the program and shares nothing with the generator. It reads what `ledger/sample/manifest.csv` says
was accepted (a replaced file is left out) and adds up. Signs: debit positive, credit negative; amounts in whole đồng.

- `files.csv`          every accepted file: rows, vouchers, VND debit total, off-balance credit total
- `trial_balance.csv`  unit, account: opening of 2025, debit, credit, closing; before the closing entries of 2025
- `closing_2025.csv`   unit, account: what the closing entries of 2025 must debit and credit (911, 4211 included)
- `closing.csv`        unit, code: closing balance with the closing entries of 2025, where it is not zero
- `turnovers.csv`      unit, year, account, item: debit and credit of vouchers
- `estimates.csv`      unit, year, source, clause, line (item, group or empty): assigned, held, used, available today
- `uses.csv`           unit, year, source, clause, item: advances outstanding, actual payments, sum
- `internal.csv`       internal references whose two sides do not agree
- `consolidated.csv`   tree, account: sum of the units' `closing.csv`, eliminated, consolidated closing balance
- `assets.csv`         unit, asset: account, cost, wear
- `settlement_2025.csv` unit, clause, line of B01/BCQT (part A.I) by the formulas of the form
"""

from __future__ import annotations

import csv
import io
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # also under `python -I`

from handed_in import (
    INTERNAL,
    LOTS,
    MEMO,
    RESULTS,
    SAMPLE,
    WEAR,
    Posting,
    Province,
    effect,
    line_of,
    lines_of,
    load,
    memo,
    read,
    standing,
)

Table = tuple[list[str], list[tuple[Any, ...]]]
YEAR = "2025"


def files(province: Province) -> Table:
    money, notes, vouchers = defaultdict(int), defaultdict(int), defaultdict(set)
    for p in province.vouchers:
        if p.account.startswith(MEMO):
            notes[p.file] -= p.amount
        elif p.side == "debit":
            money[p.file] += p.amount
        vouchers[p.file].add(p.voucher)
    for p in province.opening:
        money[p.file] += max(p.amount, 0)
    rows = []
    for entry in standing():
        name = entry["file"]
        counts = (len(read(SAMPLE / name)), len(vouchers[name]), money[name], notes[name])
        rows.append((entry["unit"], entry["period"], entry["kind"], name, *counts))
    return ["unit", "period", "kind", "file", "rows", "vouchers", "debit", "memo"], sorted(rows)


def trial_balance(province: Province) -> Table:
    sums = defaultdict(lambda: [0, 0, 0])
    for p in province.opening:
        sums[p.unit, p.account][0] += p.amount
    for p in province.vouchers:
        if not p.account.startswith(MEMO):
            place, sign = (1, 1) if p.side == "debit" else (2, -1)
            sums[p.unit, p.account][place] += sign * p.amount
    rows = [(*key, o, d, c, o + d - c) for key, (o, d, c) in sorted(sums.items())]
    return ["unit", "account", "opening", "debit", "credit", "closing"], rows


def closing(province: Province) -> Table:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for p in province.vouchers:
        if p.date[:4] == YEAR and p.account[0] in RESULTS:
            sums[p.unit, p.account] += p.amount
    rows = []
    for unit in sorted({unit for unit, _ in sums}):
        mine = {account: amount for (u, account), amount in sums.items() if u == unit and amount}
        income = -sum(a for code, a in mine.items() if code[0] in "57")
        expense = sum(a for code, a in mine.items() if code[0] in "68")
        result = income - expense
        rows += [(unit, code, max(-a, 0), max(a, 0)) for code, a in sorted(mine.items())]
        rows.append((unit, "911", expense + max(result, 0), income + max(-result, 0)))
        rows.append((unit, "4211", max(-result, 0), max(result, 0)))
    return ["unit", "account", "debit", "credit"], rows


def closing_balances(province: Province) -> Table:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for unit, code, _, _, _, balance in trial_balance(province)[1]:
        sums[unit, code] += balance
    for unit, code, debit, credit in closing(province)[1]:
        sums[unit, code] += debit - credit
    return ["unit", "code", "closing"], [(*key, balance) for key, balance in sorted(sums.items()) if balance]


def turnovers(province: Province) -> Table:
    sums = defaultdict(lambda: [0, 0])
    for p in province.vouchers:
        if not p.account.startswith(MEMO):
            item = p.item if p.account[0] in "56" else ""
            place, sign = (0, 1) if p.side == "debit" else (1, -1)
            sums[p.unit, p.date[:4], p.account, item][place] += sign * p.amount
    rows = [(*key, d, c) for key, (d, c) in sorted(sums.items())]
    return ["unit", "year", "account", "item", "debit", "credit"], rows


def estimates(province: Province) -> Table:
    assigned, held, used = defaultdict(int), defaultdict(int), defaultdict(int)
    for d in province.decisions:
        key = (d.unit, d.year, d.source, d.clause, d.item)
        more, kept = effect(d)
        assigned[key] += more
        held[key] += kept
    lines = lines_of(province.decisions)
    for p in memo(province.vouchers):
        line = line_of(lines[p.unit, p.year, p.source, p.clause], p.item)
        used[p.unit, p.year, p.source, p.clause, "none" if line is None else line] -= p.amount
    rows = [
        (*key, assigned[key], held[key], used[key], assigned[key] - held[key] - used[key])
        for key in sorted(assigned.keys() | used.keys())
    ]
    return ["unit", "year", "source", "clause", "line", "estimate", "held", "used", "available"], rows


def uses(province: Province) -> Table:
    sums = defaultdict(lambda: [0, 0])
    for p in memo(province.vouchers):
        sums[p.unit, p.year, p.source, p.clause, p.item][p.account[-1] == "2"] -= p.amount
    rows = [(*key, advance, actual, advance + actual) for key, (advance, actual) in sorted(sums.items())]
    return ["unit", "year", "source", "clause", "item", "advance", "actual", "used"], rows


def _references(province: Province) -> dict[tuple[str, str, str], dict[str, list[Posting]]]:
    sides: dict[tuple[str, str, str], dict[str, list[Posting]]] = defaultdict(lambda: defaultdict(list))
    for p in [*province.opening, *province.vouchers]:
        if p.account.startswith(INTERNAL):
            first, second = sorted((p.unit, p.partner))
            sides[first, second, p.reference][p.unit].append(p)
    return sides


def _agree(first: list[Posting], second: list[Posting]) -> bool:
    return sorted(p.amount for p in first) == sorted(-p.amount for p in second)


def internal(province: Province) -> Table:
    rows = []
    for (first, second, reference), by_unit in sorted(_references(province).items()):
        if not _agree(by_unit[first], by_unit[second]):
            sums = (sum(p.amount for p in by_unit[unit]) for unit in (first, second))
            rows.append((first, second, reference, *sums))
    return ["first", "second", "reference", "first_amount", "second_amount"], rows


def consolidated(province: Province) -> Table:
    with (SAMPLE / "registers" / "units.csv").open(encoding="utf-8", newline="") as file:
        units = [u for u in csv.DictReader(file) if u["kind"] != "enterprise"]
    trees = {
        "budget": {u["unit"] for u in units if not u["settles_to"].startswith("@")},
        "party": {u["unit"] for u in units},
    }
    rows = []
    for tree, members in trees.items():
        total, gone = defaultdict(int), defaultdict(int)
        for unit, code, balance in closing_balances(province)[1]:
            total[code] += balance if unit in members else 0
        for (first, second, _), by_unit in _references(province).items():
            if {first, second} <= members and _agree(by_unit[first], by_unit[second]):
                for p in by_unit[first] + by_unit[second]:
                    gone[p.account] += p.amount
        rows += [(tree, code, total[code], gone[code], total[code] - gone[code]) for code in sorted(total)]
    return ["tree", "account", "units", "eliminated", "consolidated"], rows


def assets(province: Province) -> Table:
    cost, account, wear = defaultdict(int), {}, defaultdict(int)
    for p in [*province.opening, *province.vouchers]:
        if p.asset and p.account.startswith(LOTS):
            cost[p.unit, p.asset] += p.amount
            account[p.unit, p.asset] = p.account
        elif p.asset and p.account.startswith(WEAR):
            wear[p.unit, p.asset] -= p.amount
    rows = [(*key, account[key], cost[key], wear[key]) for key in sorted(cost)]
    return ["unit", "asset", "account", "cost", "wear"], rows


def settlement(province: Province) -> Table:
    """Lines 01-35 by clause: 03/06 and 31/34 (cash carried) are nil here, restored advances never count as received."""
    known: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for d in province.decisions:
        own = known[d.unit, d.clause]
        shift = 0 if d.source == "13" else 1
        amount, _ = effect(d)
        if d.year == YEAR:
            own[f"{(4, 7)[shift]:02}" if d.kind == "carry" else f"{9 + shift:02}"] += amount
        elif d.kind == "carry" and int(d.year) == int(YEAR) + 1:
            own[("32", "35")[shift]] += amount
    for p in memo(province.vouchers):
        if p.year == YEAR:
            own = known[p.unit, p.clause]
            shift = 0 if p.source == "13" else 1
            own[f"{15 + shift}"] -= p.amount
            own[f"{18 + shift}"] -= p.amount if p.account.endswith("2") else 0
    rows = []
    for (unit, clause), own in sorted(known.items()):
        rows += [(unit, clause, line, _b01(own)[line]) for line in sorted(_b01(own))]
    return ["unit", "clause", "line", "amount"], rows


def _b01(own: dict[str, int]) -> dict[str, int]:
    n = defaultdict(int, {int(line): amount for line, amount in own.items()})
    n[23] = n[3] + n[15] - n[18] - n[22] - n[31]
    n[24] = n[4] + n[9] - n[15] - n[32]
    n[27] = n[6] + n[16] - n[19] - n[26] - n[34]
    n[28] = n[7] + n[10] - n[16] - n[35]
    n[2], n[5] = n[3] + n[4], n[6] + n[7]
    n[1], n[8] = n[2] + n[5], n[9] + n[10]
    n[12], n[13] = n[2] + n[9], n[5] + n[10]
    n[11], n[14], n[17] = n[12] + n[13], n[15] + n[16], n[18] + n[19]
    n[21], n[25] = n[22] + n[23] + n[24], n[26] + n[27] + n[28]
    n[20] = n[21] + n[25]
    n[30], n[33] = n[31] + n[32], n[34] + n[35]
    n[29] = n[30] + n[33]
    return {f"{line:02}": n[line] for line in range(1, 36)}


TABLES = {
    "files.csv": files,
    "trial_balance.csv": trial_balance,
    "closing_2025.csv": closing,
    "closing.csv": closing_balances,
    "turnovers.csv": turnovers,
    "estimates.csv": estimates,
    "uses.csv": uses,
    "internal.csv": internal,
    "consolidated.csv": consolidated,
    "assets.csv": assets,
    "settlement_2025.csv": settlement,
}
EXPECTED = Path(__file__).parent


def tables() -> dict[str, str]:
    """Every expected table as CSV text, by file name."""
    province = load()
    made = {}
    for name, table in TABLES.items():
        header, rows = table(province)
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        made[name] = out.getvalue()
    return made


def main(arguments: list[str]) -> int:
    made = tables()
    if "--check" not in arguments:
        for name, content in made.items():
            (EXPECTED / name).write_text(content, encoding="utf-8", newline="")
        return 0
    different = [n for n, content in made.items() if (EXPECTED / n).read_text(encoding="utf-8") != content]
    sys.stdout.write("".join(f"{name}: differs\n" for name in different))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
