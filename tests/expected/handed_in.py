"""What the practice province handed in, read by the standard library alone; `compute.py` adds it up."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

EXPECTED = Path(__file__).parent
SAMPLE = EXPECTED.parents[1] / "ledger" / "sample"

KEYS = {
    "Số chứng từ": "voucher", "Ngày hạch toán": "date", "Ngày chứng từ": "document_date", "Diễn giải": "description",
    "TK Nợ": "debit", "TK Có": "credit", "Số tiền": "amount", "Nguồn": "source", "Khoản": "clause",
    "Tiểu mục": "item", "Nghiệp vụ KB": "treasury", "Năm ngân sách": "budget_year", "Đối tượng": "counterparty",
    "Đơn vị nội bộ": "partner", "Tham chiếu": "reference", "Mã tài sản": "asset", "Sự kiện": "event",
    "Chứng từ gốc": "corrects", "Số quyết định": "decision", "Ngày": "date", "Loại": "kind", "Đơn vị nhận": "unit",
    "Tiểu mục hoặc nhóm": "item", "Ghi chú": "note", "TK": "account", "Dư Nợ": "debit", "Dư Có": "credit",
}  # fmt: skip
KINDS = {
    "Giao đầu năm": "original", "Bổ sung": "supplement", "Cắt giảm": "cut", "Điều chỉnh": "transfer",
    "Giữ lại": "held", "Giải tỏa": "release", "Chuyển nguồn": "carry", "Tổng giao": "total",
}  # fmt: skip
TREASURY = {"Tạm ứng": "advance", "Thực chi": "actual", "Thanh toán tạm ứng": "clearing", "Khôi phục": "restore"}
FIRST_HEADINGS = {"Số chứng từ", "voucher", "Số quyết định", "decision", "TK", "account"}
MEMO = ("008", "009", "012", "013")
INTERNAL = ("136", "336")
LOTS, WEAR = ("211", "213"), "214"
RESULTS = ("5", "6", "7", "8")
XLSX = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Posting(NamedTuple):
    """One side of one row."""

    file: str
    unit: str
    period: str
    row: int
    voucher: str
    date: str
    account: str
    amount: int
    side: str
    source: str
    clause: str
    item: str
    year: str
    treasury: str
    partner: str
    reference: str
    asset: str


class Decision(NamedTuple):
    """One line of an estimate decision."""

    decision: str
    date: str
    kind: str
    by: str
    unit: str
    source: str
    clause: str
    item: str
    amount: int
    year: str


MONEY = ("vouchers", "estimates", "opening")
"""Kinds of submissions that become postings."""


class Province(NamedTuple):
    """Everything that was accepted."""

    vouchers: list[Posting]
    opening: list[Posting]
    decisions: list[Decision]
    totals: list[Decision]
    """What an outside authority assigned to be allocated; no estimate of a unit by itself."""


def manifest() -> list[dict[str, str]]:
    with (SAMPLE / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def standing() -> list[dict[str, str]]:
    """Accepted submissions of money that no later one replaced; registers have no postings."""
    slots: dict[tuple[str, str, str, str], dict[str, str]] = {}
    for entry in manifest():
        if entry["expect"] == "accepted" and entry["kind"].partition("/")[0] in MONEY:
            several = entry["file"] if entry["kind"] == "estimates" else ""
            slots[entry["unit"], entry["period"], entry["kind"], several] = entry
    return sorted(slots.values(), key=lambda entry: int(entry["order"]))


def load() -> Province:
    province = Province([], [], [], [])
    for entry in standing():
        rows = read(SAMPLE / entry["file"])
        if entry["kind"] == "estimates":
            for decision in decisions(entry, rows):
                (province.totals if decision.kind == "total" else province.decisions).append(decision)
        elif entry["kind"] == "opening":
            province.opening.extend(balances(entry, rows))
        else:
            province.vouchers.extend(sides(entry, rows))
    return province


def read(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows below the header, by our keys, with their row numbers as Excel shows them."""
    table = workbook(path) if path.suffix == ".xlsx" else text(path.read_bytes())
    at = next(n for n, cells in enumerate(table) if FIRST_HEADINGS & set(cells))
    keys = [KEYS.get(name, name) for name in table[at]]
    rows = []
    for number, cells in enumerate(table[at + 1 :], start=at + 2):
        if any(cells):
            rows.append((number, dict(zip(keys, cells, strict=False))))
    return rows


def text(data: bytes) -> list[list[str]]:
    decoded = data.decode("utf-16") if data[:2] == b"\xff\xfe" else data.decode("utf-8-sig")
    first = decoded.split("\r\n", 1)[0]
    separator = max(";,\t", key=first.count)
    return list(csv.reader(io.StringIO(decoded, newline=""), delimiter=separator))


def workbook(path: Path) -> list[list[str]]:
    with zipfile.ZipFile(path) as archive:
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
        shared = []
        if "xl/sharedStrings.xml" in archive.namelist():
            strings = ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314 - our own file
            shared = ["".join(s.itertext()) for s in strings.findall(f"{XLSX}si")]
    table: list[list[str]] = []
    for row in sheet.iter(f"{XLSX}row"):
        table.extend([] for _ in range(int(row.get("r", "0")) - len(table)))
        for cell in row.findall(f"{XLSX}c"):
            place = _column(cell.get("r", "A"))
            table[-1].extend("" for _ in range(place + 1 - len(table[-1])))
            table[-1][place] = _content(cell, shared)
    width = max(map(len, table))
    return [cells + [""] * (width - len(cells)) for cells in table]


def _content(cell: ET.Element, shared: list[str]) -> str:
    value = cell.findtext(f"{XLSX}v") or ""
    if cell.get("t") == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{XLSX}t"))
    return shared[int(value)] if cell.get("t") == "s" and value else value


def _column(reference: str) -> int:
    number = 0
    for letter in re.match("[A-Z]+", reference)[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def day(value: str) -> str:
    if "/" in value:
        return "-".join(reversed(value.split("/")))
    return (date(1899, 12, 30) + timedelta(days=int(value))).isoformat()


def dong(value: str) -> int:
    return int(value.replace(".", ""))


def sides(entry: dict[str, str], rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[Posting]:
    for number, row in rows:
        on = day(row["date"])
        for side, sign in (("debit", 1), ("credit", -1)):
            if row[side]:
                yield Posting(
                    entry["file"], entry["unit"], entry["period"], number, row["voucher"], on, row[side],
                    sign * dong(row["amount"]), side, row["source"], row["clause"], row["item"],
                    row.get("budget_year") or on[:4], TREASURY.get(row["treasury"], row["treasury"]),
                    row["partner"], row["reference"], row["asset"],
                )  # fmt: skip


def balances(entry: dict[str, str], rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[Posting]:
    for number, row in rows:
        amount = dong(row["debit"] or "0") - dong(row["credit"] or "0")
        yield Posting(
            entry["file"], entry["unit"], "2025-00", number, "SDDK-2025", "2025-01-01", row["account"], amount,
            "debit" if row["debit"] else "credit", "", "", "", "", "", row["partner"], row["reference"], row["asset"],
        )  # fmt: skip


def decisions(entry: dict[str, str], rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[Decision]:
    for _, row in rows:
        kind = KINDS.get(row["kind"], row["kind"])
        yield Decision(
            row["decision"], day(row["date"]), kind, entry["unit"], row["unit"], row["source"], row["clause"],
            row["item"], dong(row["amount"]), row["budget_year"],
        )  # fmt: skip


def group(item: str) -> str:
    """The mục of a tiểu mục: 6551 → 6550, 6501 → 6500."""
    return item[:2] + ("00" if int(item[2:]) < 50 else "50")


def lines_of(given: Iterable[Decision]) -> dict[tuple[str, str, str, str], set[str]]:
    lines = defaultdict(set)
    for d in given:
        lines[d.unit, d.year, d.source, d.clause].add(d.item)
    return lines


def line_of(lines: set[str], item: str) -> str | None:
    """The line a use belongs to: item, else group, else the whole; None when there is none."""
    return next((line for line in (item, group(item), "") if line in lines), None)


def memo(postings: Iterable[Posting]) -> Iterator[Posting]:
    return (p for p in postings if p.account.startswith(MEMO))


def effect(decision: Decision) -> tuple[int, int]:
    """What a decision line adds to the estimate, and to what is held back."""
    if decision.kind in {"held", "release"}:
        return 0, decision.amount if decision.kind == "held" else -decision.amount
    return decision.amount, 0
