"""Files of register forms for tests: a header and rows, handed in to the province of the cases."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from submission_cases import hand_in

from importers.layouts import LAYOUTS
from importers.submission import Submission


def sheet(kind: str, *rows: dict[str, str]) -> bytes:
    """A file of one form; cells by column key, the others empty."""
    columns = [column for column in LAYOUTS[kind].columns if column.key != "owner"]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(column.vi for column in columns)
    writer.writerows([row.get(column.key, "") for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def send(book: Path, kind: str, unit: str, period: str, *rows: dict[str, str], **command: Any) -> Submission:  # noqa: ANN401 - words of a command
    """Hand in rows of one form."""
    return hand_in(book, sheet(kind, *rows), f"{kind}.csv", unit=unit, period=period, kind=kind, **command)


def codes(outcome: Submission) -> list[str]:
    """Codes of the findings, in their order."""
    return [finding.rule for finding in outcome.findings]


def event(code: str, day: str = "05/03/2026", **more: str) -> dict[str, str]:
    """A conference of one day."""
    cells = {"event": code, "kind": "Hội nghị", "name": "Họp", "first_day": day, "last_day": day, "heads": "20"}
    return cells | {"host": "T01"} | more


def trip(order: str, day: str, out: str, back: str, **more: str) -> dict[str, str]:
    """A trip of one day with the vehicle of the history."""
    cells = {"order": order, "vehicle": "37A-001.01", "driver": "Lê Văn Lái", "day_out": day, "day_back": day}
    return cells | {"route": "A - B", "purpose": "Họp", "user": "T01", "km_out": out, "km_back": back} | more


def dues(name: str, month: str, collected: int, remitted: int, outstanding: int, **more: str) -> dict[str, str]:
    """A month of a cell that keeps seven tenths."""
    kept = collected * 7 // 10
    cells = {"organisation": name, "kind": "Khác", "level": "Chi bộ", "month": month, "members": "20"}
    figures = {"collected": collected, "kept": kept, "to_remit": collected - kept, "remitted": remitted}
    cells |= {key: str(value) for key, value in (figures | {"outstanding": outstanding}).items()}
    return cells | ({"day": f"28/{month}"} if remitted else {}) | more


def confirmed(account: str, balance: str, **more: str) -> dict[str, str]:
    """A balance of February 2026."""
    return {"account": account, "balance": balance, "number": "XN-02/2026", "day": "02/03/2026"} | more


def asset(code: str, cost: str, **more: str) -> dict[str, str]:
    """An asset of the list of 2025."""
    cells = {"asset": code, "name": "Máy photocopy", "class": "TT23-5.08", "account": "2113", "in_use": "15/03/2022"}
    cells |= {"cost": cost, "quantity": "1", "origin": "Mua sắm", "place": "Phòng 1", "condition": "Đang sử dụng"}
    return cells | more
