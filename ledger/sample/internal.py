"""What units owe each other: bills the office pays for committees it serves, and Party dues remitted.

Guarantees: every claim (136) and debt (336) names partner and reference, the same on both sides, and is settled
under that reference; where a unit's file is missing, the other side books nothing either, with one exception on
purpose (`UNBOOKED`). Dues are shared half and half, a practice figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ledger.sample import chance
from ledger.sample.entries import Fund, Row, UnitBook
from ledger.sample.months import DECEMBER, Task
from ledger.sample.recipes import CASH, DEPOSIT
from ledger.sample.workdays import last_day, workday

OFFICE = "VPTU"
CLAIM, DEBT, DUES = "136", "336", "7118"

UNBOOKED = ("BNC", 2026, 10)
"""The office has paid, the committee has not booked it: the one difference between units."""

COMMUNES = ("XA01", "XA02", "XA03", "XA04")
DUES_RANGE = {
    "XA01": (11_200_000, 13_900_000),
    "XA02": (9_800_000, 12_100_000),
    "XA03": (15_400_000, 18_700_000),
    "XA04": (7_300_000, 9_200_000),
    "DUCQ": (46_300_000, 50_200_000),
    "DUUB": (87_500_000, 94_800_000),
}
"""What lower organisations remit a month."""

REMITTING_MONTHS = (1, 4, 7, 10)
"""Communes remit every quarter; the two Party committees under the province every month."""

Books = Mapping[str, UnitBook]
Missing = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Share:
    """One unit's dues of one month."""

    unit: str
    kept: int
    due: int
    reference: str


def share(unit: str, year: int, number: int) -> Share:
    """The dues a unit receives in a month, shared; the odd đồng is kept."""
    received = chance.number(*DUES_RANGE[unit], unit, "dues", year, number, step=1)
    return Share(unit, received - received // 2, received // 2, f"DP-{unit}-{year}-{number:02}")


def dues(books: Books, year: int, number: int, missing: Missing) -> None:
    """Collect the month's dues in every unit that does; the office books its claims."""
    claims = []
    for unit in DUES_RANGE:
        mine = share(unit, year, number)
        rows = [
            Row(CASH, DUES, mine.kept),
            Row(CASH, DEBT, mine.due, partner=OFFICE, reference=mine.reference),
        ]
        books[unit].add("PT", workday(year, number, 25), f"Thu đảng phí tháng {number}/{year}", rows)
        if (unit, f"{year}-{number:02}") not in missing:
            claims.append(Row(CLAIM, DUES, mine.due, partner=unit, reference=mine.reference))
    day = workday(year, number, last_day(year, number).day)
    books[OFFICE].add("NVK", day, f"Đảng phí các đảng bộ phải nộp tháng {number}/{year}", claims)
    remit(books, year, number, missing)


def remit(books: Books, year: int, number: int, missing: Missing) -> None:
    """Pay dues of earlier months to the office, through the bank."""
    for unit in DUES_RANGE:
        if unit in COMMUNES and number not in REMITTING_MONTHS:
            continue
        shares = [share(unit, *when) for when in _months_before(year, number, 3 if unit in COMMUNES else 1)]
        shares = [one for one in shares if one.due and not one.reference.endswith(("2024-10", "2024-11"))]
        day = workday(year, number, 8)
        total = sum(one.due for one in shares)
        text = f"Nộp đảng phí về Văn phòng Tỉnh ủy: {', '.join(one.reference[-7:] for one in shares)}"
        books[unit].add("GNT", day, "Nộp tiền mặt vào tài khoản tiền gửi để nộp đảng phí", [Row(DEPOSIT, CASH, total)])
        rows = [Row(DEBT, DEPOSIT, one.due, partner=OFFICE, reference=one.reference) for one in shares]
        books[unit].add("UNC", day, text, rows)
        if (unit, f"{year}-{number:02}") not in missing:
            rows = [Row(DEPOSIT, CLAIM, one.due, partner=unit, reference=one.reference) for one in shares]
            books[OFFICE].add("BC", day, f"Nhận đảng phí {unit} nộp: {text.partition(': ')[2]}", rows)


def spend_dues(book: UnitBook, year: int, number: int) -> None:
    """Units spend a little of what they keep and take the rest to the bank.

    Communes go to the bank twice a year, the two Party committees under the province every month.
    """
    if number in {5, 9, DECEMBER}:
        gift = chance.number(1_500_000, 3_800_000, book.unit, "gift", year, number, step=100_000)
        text = "Thăm hỏi đảng viên từ đảng phí được trích giữ lại"
        book.add("PC", workday(year, number, 27), text, [Row("811", CASH, gift)])
    months = 6 if book.unit in COMMUNES else 1
    if number % months == 0:
        kept = sum(share(book.unit, year, m).kept for m in range(number - months + 1, number + 1))
        rows = [Row(DEPOSIT, CASH, kept * 85 // 100 // 1_000_000 * 1_000_000)]
        book.add("GNT", workday(year, number, 28), "Gửi đảng phí được trích giữ lại vào tài khoản tiền gửi", rows)


def office_bills(books: Books, bills: Mapping[str, list[Task]], year: int, number: int) -> None:
    """The office pays for the committees it serves; they book the cost and their debt."""
    paid = []
    for unit, tasks in bills.items():
        rows = []
        for task in tasks:
            reference = _reference(unit, task, year, number)
            paid.append(Row(CLAIM, DEPOSIT, task.amount, partner=unit, reference=reference))
            link = Row("", "", 0, partner=OFFICE, reference=reference)
            rows.append(task.fund.row(task.fund.expense, DEBT, task.amount, task.item, link))
        if (unit, year, number) != UNBOOKED:
            text = f"Chi phí dùng chung do Văn phòng Tỉnh ủy trả hộ tháng {number}/{year}"
            books[unit].add("NVK", workday(year, number, 14), text, rows)
    text = f"Trả hộ tiền điện, nước các ban tháng {number}/{year}"
    books[OFFICE].add("UNC", workday(year, number, 12), text, paid)


def repay_office(books: Books, bills: Mapping[str, list[Task]], billed: tuple[int, int], day: date) -> None:
    """The committees repay the office from their own estimates."""
    received = []
    for unit, tasks in bills.items():
        rows, uses = [], []
        for task in tasks:
            reference = _reference(unit, task, *billed)
            link = Row("", "", 0, partner=OFFICE, reference=reference)
            fund: Fund = task.fund
            rows.append(fund.row(DEBT, "511", task.amount, task.item, link))
            uses.append(fund.use(task.amount, task.item))
            received.append(replace(link, debit=DEPOSIT, credit=CLAIM, amount=task.amount, partner=unit))
        text = f"Hoàn trả Văn phòng Tỉnh ủy chi phí dùng chung tháng {billed[1]}/{billed[0]}"
        books[unit].add("RDT", day, text, rows + uses)
    books[OFFICE].add("BC", day, f"Các ban hoàn trả chi phí dùng chung tháng {billed[1]}/{billed[0]}", received)


def _reference(unit: str, task: Task, year: int, number: int) -> str:
    kind = "DIEN" if task.item == "6501" else "NUOC"
    return f"{kind}-{unit}-{year}-{number:02}"


def _months_before(year: int, number: int, count: int) -> list[tuple[int, int]]:
    """The months before this one, oldest first."""
    first = year * 12 + number - 1 - count
    return [(index // 12, index % 12 + 1) for index in range(first, first + count)]
