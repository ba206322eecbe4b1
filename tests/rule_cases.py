"""Reads a rule's case folder: a few vouchers as an accountant would list them, and the findings expected of all rules.

A folder `tests/cases/rules/CODE-what` holds `about.md`, `vouchers.csv` (`;` separated, Vietnamese headings), where
needed `estimates.csv` and `events.csv`, and `expected.txt`, which is compared as text. Amounts are `1.234.567`, dates
`dd/mm/yyyy`, so that a finance person can read and check a case without the program.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pandas as pd
import pytest

from ledger import estimates, postings
from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.budget_index import BudgetIndex
from ledger.findings import Finding
from ledger.money import money, parse_money
from ledger.regulations import Regulations
from ledger.units import Units
from ledger.vouchers import Slot, Voucher, VoucherLine, holdings, post
from plugins import consolidate, rule
from plugins.accounts import TREASURY_VI

FOLDER = Path(__file__).parent / "cases" / "rules"
TODAY = "2026-11-16"
NOTHING = "(không có phát hiện nào / no findings)\n"

COLUMNS = {
    "Đơn vị": "unit",
    "Kỳ": "period",
    "Sổ": "book",
    "Số chứng từ": "voucher",
    "Ngày": "date",
    "Ngày chứng từ": "document_date",
    "Diễn giải": "description",
    "TK Nợ": "debit",
    "TK Có": "credit",
    "Số tiền": "amount",
    "Nguồn": "source",
    "Khoản": "clause",
    "Tiểu mục": "item",
    "Nghiệp vụ KB": "treasury",
    "Năm NS": "budget_year",
    "Đơn vị nội bộ": "partner",
    "Tham chiếu": "reference",
    "Mã tài sản": "asset",
    "Chứng từ gốc": "corrects",
}
DECISION_COLUMNS = {
    "Số quyết định": "decision",
    "Ngày": "date",
    "Loại": "kind",
    "Đơn vị giao": "assigning_unit",
    "Đơn vị nhận": "unit",
    "Nguồn": "source",
    "Khoản": "clause",
    "Mục hoặc tiểu mục": "item",
    "Số tiền": "amount",
    "Năm NS": "budget_year",
}
KINDS = {
    "Giao đầu năm": "original",
    "Bổ sung": "supplement",
    "Cắt giảm": "cut",
    "Điều chỉnh": "transfer",
    "Giữ lại": "held",
    "Giải tỏa": "release",
    "Chuyển nguồn": "carry",
}
TREASURY = {word: key for key, word in TREASURY_VI.items()}
LINE = tuple(name for name in VoucherLine._fields if name not in {"row", "amount"})
SEVERITY = {"error": "lỗi", "warning": "cảnh báo", "info": "thông tin"}


def folders() -> list[Path]:
    """All case folders."""
    return sorted(path for path in FOLDER.iterdir() if path.is_dir())


def context_of(folder: Path) -> rule.Context:
    """The context of a case: the postings and decisions its files give."""
    chart, index = Chart.load(PRACTICE_OVERLAY.read_bytes()), BudgetIndex.load()
    lines = list(decisions(folder / "estimates.csv"))
    table = _posted(folder / "vouchers.csv", chart)
    given = [
        estimates.postings(lines, unit, year, chart, index)
        for unit, year in sorted({(line.unit, line.budget_year) for line in lines})
    ]
    units = Units.read((FOLDER / "units.csv").read_bytes())[0]
    seals, accepted, attached = _events(folder / "events.csv")
    return rule.Context(
        postings=postings.concat([*given, table]),
        units=units,
        read=frozenset(row.unit for row in units if row.keeps_books),
        chart=chart,
        index=index,
        regulations=Regulations.load(None),
        estimates=estimates.frame(lines),
        today=TODAY,
        seals=seals,
        accepted=accepted,
        attached=attached,
    )


def decisions(path: Path) -> Iterator[estimates.EstimateLine]:
    """The estimate decisions of a case (none where it has no such file)."""
    for row in _rows(path, DECISION_COLUMNS) if path.exists() else ():
        yield estimates.EstimateLine(
            decision=row["decision"],
            date=_iso(row["date"]),
            kind=KINDS[row["kind"]],  # type: ignore[arg-type]
            assigning_unit=row["assigning_unit"],
            unit=row["unit"],
            source=row["source"],
            clause=row["clause"],
            item=row["item"],
            amount=parse_money(row["amount"]),
            budget_year=row["budget_year"],
            submission="",
            row=int(row["row"]),
        )


def findings_text(found: list[Finding]) -> str:
    """Findings as the case's `expected.txt` has them."""
    texts = rule.catalogue()
    parts = []
    for finding in found:
        where = f"{finding.unit} {finding.period} {finding.voucher} dòng {finding.row or '-'} [{finding.column}]"
        difference = "" if finding.difference is None else f" (chênh lệch {money(finding.difference)})"
        severity = SEVERITY[texts[finding.rule].severity]
        parts.append(f"{finding.rule} {severity}: {where}{difference}\n")
        parts.extend(f"  {language}: {texts.message(finding, language)}\n" for language in ("vi", "en"))
    return "".join(parts) or NOTHING


def _lose_a_unit(patch: pytest.MonkeyPatch) -> None:
    """The sums forget one unit."""
    true = consolidate.Consolidation.sums.func

    def wrong(made: consolidate.Consolidation) -> pd.DataFrame:
        sums = true(made)
        return sums[sums["unit"] != "BTC"]

    patch.setattr(consolidate.Consolidation, "sums", property(wrong))


FAULTS = {"lose-a-unit": _lose_a_unit}
"""Faults of the program itself that a case can ask for by name in its file `fault.txt`."""


def _posted(path: Path, chart: Chart) -> pd.DataFrame:
    held: dict[str, pd.DataFrame] = {}
    rows = _rows(path, COLUMNS)
    for (unit, period, book), group in groupby(rows, lambda row: (row["unit"], row["period"], row.get("book", ""))):
        before = held.get(unit, postings.empty())
        place = Slot(unit, period, book, f"{unit}-{period}")
        entry = "opening" if period.endswith("-00") else "voucher"
        made = post(_vouchers(list(group)), place, chart, holdings(before), entry=entry)
        held[unit] = postings.concat([before, made])
    return postings.concat(held.values())


def _vouchers(rows: list[dict[str, str]]) -> Iterator[Voucher]:
    for number, group in groupby(rows, lambda row: row["voucher"]):
        lines = list(group)
        head = lines[0]
        yield Voucher(
            number=number,
            date=_iso(head["date"]),
            document_date=_iso(head.get("document_date", "")),
            description=head["description"],
            corrects=head.get("corrects", ""),
            lines=tuple(_line(line) for line in lines),
        )


def _line(row: dict[str, str]) -> VoucherLine:
    values = {name: row.get(name, "") for name in LINE}
    values["treasury"] = TREASURY.get(values["treasury"], values["treasury"])
    return VoucherLine(row=int(row["row"]), amount=parse_money(row["amount"]), **values)


def _events(
    path: Path,
) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str], frozenset[tuple[str, str, str]]]:
    """Columns `Thời điểm;Sự kiện;Đơn vị;Kỳ`, events `khóa sổ` (a year), `tiếp nhận` and `đính kèm` (a period).

    The last one needs the column `Số chứng từ`.
    """
    columns = {"Thời điểm": "time", "Sự kiện": "event", "Đơn vị": "unit", "Kỳ": "period", "Số chứng từ": "voucher"}
    rows = list(_rows(path, columns)) if path.exists() else []
    seals = {(r["unit"], r["period"]): r["time"] for r in rows if r["event"] == "khóa sổ"}
    accepted = {(r["unit"], f"{r['unit']}-{r['period']}"): r["time"] for r in rows if r["event"] == "tiếp nhận"}
    attached = frozenset((r["unit"], r["period"][:4], r["voucher"]) for r in rows if r["event"] == "đính kèm")
    return seals, accepted, attached


def _rows(path: Path, columns: dict[str, str]) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(path.read_text("utf-8")), delimiter=";", strict=True)
    for number, row in enumerate(reader, start=2):
        yield {columns[name]: value for name, value in row.items()} | {"row": str(number)}


def _iso(day: str) -> str:
    return "-".join(reversed(day.split("/")))
