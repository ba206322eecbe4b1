"""A sealed year: corrections go to the open year and name their voucher; nothing changes what was signed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import settlement_book

from importers import submission
from importers.submission import Submission
from ledger.book import Book
from ledger.postings import debit
from reports import settlement_verify

HEADER = (
    "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;"
    "Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB;Chứng từ gốc;Năm ngân sách\n"
)
ESTIMATES = "Số quyết định;Ngày;Loại;Đơn vị nhận;Nguồn;Khoản;Tiểu mục hoặc nhóm;Số tiền;Năm ngân sách;Ghi chú\n"
ASSIGNED = "{number};{day};Giao đầu năm;T01;13;351;;50.000.000;{year};\n"


def _pair(number: str, day: str, amount: str, corrects: str = "", year: str = "", memo: str = "008212") -> str:
    head, tail = f"{number};{day};Chỉnh lại chi tiếp khách", f"13;351;7761;{{}};{corrects};{year}\n"
    return f"{head};612;511;{amount};{tail.format('')}{head};;{memo};{amount};{tail.format('Thực chi')}"


def _submit(book: Path, period: str, rows: str, **command: Any) -> Submission:  # noqa: ANN401 - words of a command
    usual = {"unit": "T01", "actor": "nga", "role": "accountant", "at": "2026-05-05T09:00:00+07:00"}
    head = ESTIMATES if command.get("kind") == "estimates" else HEADER
    data = (head + rows).encode("utf-8")
    return submission.submit(Book.open(book), data, "t.csv", period=period, **{**usual, **command})


def _codes(outcome: Submission) -> set[str]:
    return {finding.rule for finding in outcome.findings}


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """T01's year 2025 was settled, signed and sealed; 2026 is open and has its estimate."""
    path = Path(shutil.copytree(settlement_book.stages()["seal"], tmp_path / "book", symlinks=True))
    decision = ASSIGNED.format(number="09-QĐ/VPTU", day="10/01/2026", year=2026)
    assert _submit(path, "2026", decision, unit="VPTU", kind="estimates").accepted
    return path


@pytest.mark.parametrize(("amount", "total"), [("-2.500.000", -2_500_000), ("2.500.000", 2_500_000)])
def test_a_red_and_a_supplementary_entry_of_the_open_year_are_taken(sealed: Path, amount: str, total: int) -> None:
    outcome = _submit(sealed, "2026-02", _pair("DC01", "05/02/2026", amount, "UNC032"))

    book = Book.open(sealed)
    table = book.postings(["T01"])
    mine = table[table["voucher"] == "DC01"]
    assert (outcome.accepted, _codes(outcome)) == (True, set())
    assert set(mine["corrects"]) == {"UNC032"}
    assert int(debit(mine[mine["code"] == "612"]).sum()) == total
    assert list(settlement_verify.problems(book)) == []


@pytest.mark.parametrize(
    ("period", "rows", "code"),
    [
        ("2025-08", _pair("DC01", "05/08/2025", "1.000"), "P01"),
        ("2025-10", _pair("DC01", "05/10/2025", "1.000", "UNC032"), "P01"),
        ("2025-13", _pair("DC01", "31/12/2025", "-1.000", "UNC032"), "P01"),
        ("2026-02", _pair("DC01", "05/02/2026", "-1.000"), "V03"),
        ("2026-02", _pair("DC01", "05/02/2026", "-1.000", "UNC999"), "V03"),
        ("2026-02", _pair("DC01", "05/12/2025", "-1.000", "UNC032"), "F62"),
        ("2026-02", _pair("DC01", "05/02/2026", "-1.000", "UNC032", "2025"), "E05"),
        ("2026-01", _pair("DC01", "10/01/2026", "1.000", "", "2025", "008112"), "P03"),
        ("2026-01", _pair("DC01", "10/01/2026", "1.000", "UNC032", "2025", "008112"), "P03"),
    ],
)
def test_anything_else_is_refused_and_what_was_signed_stays_true(
    sealed: Path, period: str, rows: str, code: str
) -> None:
    before = Book.open(sealed).commit

    outcome = _submit(sealed, period, rows, replace=True, reason="Sửa sai sót")

    assert not outcome.accepted
    assert code in _codes(outcome)
    assert Book.open(sealed).commit == before
    assert list(settlement_verify.problems(Book.open(sealed))) == []


def test_decisions_for_the_sealed_year_are_refused(sealed: Path) -> None:
    decision = ASSIGNED.format(number="99-QĐ/VPTU", day="20/12/2025", year=2025)

    assert _codes(_submit(sealed, "2025", decision, unit="VPTU", kind="estimates")) == {"F58"}


def test_a_correction_of_a_correction_names_the_correction(sealed: Path) -> None:
    assert _submit(sealed, "2026-02", _pair("DC01", "05/02/2026", "-2.500.000", "UNC032")).accepted

    again = _submit(sealed, "2026-03", _pair("DC02", "05/03/2026", "500.000", "DC01"))

    assert (again.accepted, _codes(again)) == (True, set())
