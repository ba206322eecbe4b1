"""Reads the worked settlement cases under tests/cases/settlement, with the standard library and `ledger` only."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from ledger import estimates, postings
from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.budget_index import BudgetIndex
from ledger.regulations import Regulations
from ledger.vouchers import Slot, Voucher, VoucherLine, holdings, post
from reports import settlement_figures
from reports.settlement_figures import Basis

CASES = Path(__file__).parent / "cases" / "settlement"
UNIT, YEAR = "T01", 2025
CHART, INDEX, REGULATIONS = Chart.load(PRACTICE_OVERLAY.read_bytes()), BudgetIndex.load(), Regulations.load()
BASIS = Basis.of(CHART, INDEX, REGULATIONS, YEAR)

TREASURY = {
    "": "",
    "Tạm ứng": "advance",
    "Thực chi": "actual",
    "Thanh toán tạm ứng": "clearing",
    "Khôi phục": "restore",
    "Nộp trả NSNN": "remit",
}
KINDS = {"Giao đầu năm": "original", "Bổ sung": "supplement", "Cắt giảm": "cut", "Chuyển nguồn": "carry"}


def names() -> list[str]:
    return sorted(path.name for path in CASES.iterdir() if path.is_dir())


def case_postings(case: str) -> pd.DataFrame:
    """All periods of a case as a posting table."""
    table = postings.empty()
    for path in sorted((CASES / case).glob("20??-??.csv"), key=lambda p: p.stem):
        slot = Slot(UNIT, path.stem, "", "0" * 12)
        table = postings.concat([table, post(_vouchers(path), slot, CHART, holdings(table))])
    return table


def case_estimates(case: str) -> pd.DataFrame:
    """The decisions of a case as `Book.estimates()` gives them."""
    lines = [
        estimates.EstimateLine(
            decision=row["Số quyết định"],
            date=_iso(row["Ngày"]),
            kind=KINDS[row["Loại"]],
            assigning_unit="VPTU",
            unit=row["Đơn vị nhận"],
            source=row["Nguồn"],
            clause=row["Khoản"],
            item=row["Tiểu mục hoặc nhóm"],
            amount=_amount(row["Số tiền"]),
            budget_year=row["Năm ngân sách"],
            submission="0" * 12,
            row=number,
            note=row["Ghi chú"],
        )
        for path in sorted((CASES / case).glob("estimates-*.csv"))
        for number, row in _rows(path)
    ]
    return estimates.frame(lines)


def case_facts(case: str) -> pd.DataFrame:
    return settlement_figures.facts(case_postings(case), case_estimates(case), BASIS, UNIT, YEAR)


def expected(case: str, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((CASES / case / name).read_text("utf-8"))))


def _vouchers(path: Path) -> list[Voucher]:
    grouped: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for number, row in _rows(path):
        grouped.setdefault(row["Số chứng từ"], []).append((number, row))
    return [
        Voucher(
            number=name,
            date=_iso(rows[0][1]["Ngày hạch toán"]),
            description=rows[0][1]["Diễn giải"],
            corrects=rows[0][1]["Chứng từ gốc"],
            lines=tuple(_line(number, row) for number, row in rows),
        )
        for name, rows in grouped.items()
    ]


def _line(number: int, row: dict[str, str]) -> VoucherLine:
    return VoucherLine(
        row=number,
        debit=row["TK Nợ"],
        credit=row["TK Có"],
        amount=_amount(row["Số tiền"]),
        source=row["Nguồn"],
        clause=row["Khoản"],
        item=row["Tiểu mục"],
        treasury=TREASURY[row["Nghiệp vụ KB"]],
        budget_year=row["Năm ngân sách"],
        counterparty=row["Đối tượng"],
        asset=row["Mã tài sản"],
    )


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    text = path.read_text("utf-8-sig")
    return list(enumerate(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"), start=2))


def _iso(text: str) -> str:
    day, month, year = text.split("/")
    return f"{year}-{month}-{day}"


def _amount(text: str) -> int:
    return int(text.replace(".", ""))
