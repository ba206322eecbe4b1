"""Salaries and what is deducted and contributed, month by month.

Guarantees: what is deducted and contributed is paid on in the same month (the trade union fee at the quarter's
end), so that 332 and 334 stand at zero at year's end. Coefficients are in hundredths; rates are practice figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.sample.entries import Fund, Row, UnitBook
from ledger.sample.recipes import DEPOSIT
from ledger.sample.workdays import workday

BASE_WAGE = ((date(2026, 7, 1), 2_530_000), (date(2024, 7, 1), 2_340_000))
"""Base wage by first day, newest first."""

INSURED = ("6001", "6051", "6101", "6115")
"""Items that count for insurance."""

EMPLOYER = (("6301", "3321", 175), ("6302", "3322", 30), ("6303", "3323", 20))
EMPLOYEE = (("3321", 80), ("3322", 15))
UNEMPLOYMENT_ITEM, UNEMPLOYMENT, UNEMPLOYMENT_RATE = "6304", "3324", 10
UNION_FEE = "3323"
STAFF_PAY = "3341"


@dataclass(frozen=True)
class Profile:
    """A unit's size and pay: coefficient sums by item, and the items insured against unemployment."""

    staff: int
    clause: str
    pay: dict[str, int]
    unemployment: tuple[str, ...] = ()


PROFILES = {
    "VPTU": Profile(40, "351", {"6001": 14_842, "6051": 1_580, "6101": 1_120, "6123": 4_789}, ("6051",)),
    "BTC": Profile(24, "351", {"6001": 10_236, "6101": 860, "6123": 3_329}),
    "BTGDV": Profile(28, "351", {"6001": 11_544, "6101": 940, "6123": 3_745}),
    "UBKT": Profile(26, "351", {"6001": 11_120, "6101": 905, "6123": 3_608}),
    "BNC": Profile(18, "351", {"6001": 7_815, "6101": 690, "6123": 2_552}),
    "TCT": Profile(38, "085", {"6001": 15_230, "6101": 780, "6112": 4_803}, ("6001", "6101")),
    "BAO": Profile(36, "171", {"6001": 13_890, "6101": 720}, ("6001", "6101")),
    "DUCQ": Profile(14, "351", {"6001": 5_740, "6101": 520, "6123": 1_878}),
    "DUUB": Profile(16, "351", {"6001": 6_410, "6101": 585, "6123": 2_099}),
    "XA01": Profile(12, "351", {"6001": 4_380, "6101": 395}),
    "XA02": Profile(11, "351", {"6001": 3_990, "6101": 372}),
    "XA03": Profile(14, "351", {"6001": 5_110, "6101": 428}),
    "XA04": Profile(9, "351", {"6001": 3_275, "6101": 318}),
}


def month(book: UnitBook, year: int, number: int) -> None:
    """All pay vouchers of a month: accrual, drawing, payment, contributions."""
    profile = PROFILES[book.unit]
    base = next(wage for since, wage in BASE_WAGE if since <= date(year, number, 1))
    steps = (year - 2025) * 12 + number - 1
    pay = {
        item: (coefficient + (steps // 4 * 33 if item == "6001" else 0)) * base // 100
        for item, coefficient in profile.pay.items()
    }
    insured = sum(amount for item, amount in pay.items() if item in INSURED)
    deducted = {account: insured * rate // 1000 for account, rate in EMPLOYEE}
    contributed = {(item, account): insured * rate // 1000 for item, account, rate in EMPLOYER}
    unemployment = sum(pay[item] for item in profile.unemployment) * UNEMPLOYMENT_RATE // 1000
    if unemployment:
        deducted[UNEMPLOYMENT] = unemployment
        contributed[UNEMPLOYMENT_ITEM, UNEMPLOYMENT] = unemployment
    _accrue(book, workday(year, number, 5), f"{number}/{year}", pay, deducted, contributed)
    _pay(book, workday(year, number, 5), f"{number}/{year}", pay, deducted)
    _contribute(book, workday(year, number, 20), f"{number}/{year}", contributed, quarter_end=number % 3 == 0)


def _accrue(
    book: UnitBook,
    day: date,
    when: str,
    pay: dict[str, int],
    deducted: dict[str, int],
    contributed: dict[tuple[str, str], int],
) -> None:
    fund = book.fund
    rows = [fund.row(fund.expense, STAFF_PAY, amount, item) for item, amount in pay.items()]
    rows += [fund.row(fund.expense, account, amount, item) for (item, account), amount in contributed.items()]
    rows += [Row(STAFF_PAY, account, amount) for account, amount in deducted.items()]
    book.add("BL", day, f"Tiền lương, phụ cấp và các khoản đóng góp tháng {when}", rows)


def _pay(book: UnitBook, day: date, when: str, pay: dict[str, int], deducted: dict[str, int]) -> None:
    fund = book.fund
    rows = [fund.row(DEPOSIT, "511", amount, item) for item, amount in pay.items()]
    rows += [fund.use(amount, item) for item, amount in pay.items()]
    book.add("RDT", day, f"Rút dự toán chuyển tài khoản tiền gửi chi lương tháng {when}", rows)
    net = sum(pay.values()) - sum(deducted.values())
    rows = [Row(STAFF_PAY, DEPOSIT, net), *(Row(account, DEPOSIT, amount) for account, amount in deducted.items())]
    book.add("UNC", day, f"Trả lương qua tài khoản cá nhân, nộp bảo hiểm phần người lao động tháng {when}", rows)


def _contribute(
    book: UnitBook, day: date, when: str, contributed: dict[tuple[str, str], int], *, quarter_end: bool
) -> None:
    fund: Fund = book.fund
    due = {}
    for (item, account), amount in contributed.items():
        if account == UNION_FEE:
            book.union_fee += amount
        else:
            due[item, account] = amount
    if quarter_end:
        due["6303", UNION_FEE] = book.union_fee
        book.union_fee = 0
    rows = [fund.row(account, "511", amount, item) for (item, account), amount in due.items()]
    rows += [fund.use(amount, item) for (item, _), amount in due.items()]
    book.add("RDT", day, f"Nộp các khoản đóng góp theo lương tháng {when}", rows)
