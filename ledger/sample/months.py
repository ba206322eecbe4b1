"""One unit's month: pay, bills, what comes back, what happens once, cash drawn, spent and cleared.

Guarantees: cash is drawn before it is spent; advances are cleared with the Treasury on the month's last working
day; in December what is left goes back, so that no ordinary advance crosses the year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ledger.sample import chance, payroll, recipes
from ledger.sample.entries import Fund, Payable, Row, UnitBook
from ledger.sample.plan import Asset, Once, Regular
from ledger.sample.workdays import before, last_day, workday

DECEMBER = 12
STAFF_NAMES = (
    "Nguyễn Văn Toàn",
    "Trần Thị Hồng Vân",
    "Lê Đức Anh",
    "Phạm Thị Tuyết",
    "Hoàng Minh Hiếu",
    "Đặng Thị Lý",
)


@dataclass(frozen=True)
class Task:
    """Something to pay for this month."""

    day: date
    way: str
    fund: Fund
    item: str
    amount: int
    text: str
    supplier: str
    event: str = ""


def month(book: UnitBook, year: int, number: int, plan: Iterable[Regular], once: Iterable[Once]) -> list[Task]:
    """Book the unit's month; returns the bills that the office pays for it (way `office`)."""
    payroll.month(book, year, number)
    recipes.pay_bills(book, workday(year, number, 13))
    tasks = _regular(book, year, number, plan) + _once(book, year, number, once)
    tasks.sort(key=lambda task: task.day)
    _cash(book, year, number, [task for task in tasks if task.way in {"cash", "staff"}])
    for task in tasks:
        if task.way == "bill" and number != DECEMBER:
            payable = Payable(task.fund, task.item, task.amount, task.supplier, task.text)
            recipes.buy_on_credit(book, task.day, payable)
        elif task.way in {"direct", "bill"}:
            made = recipes.pay(book, task.day, task.text, task.fund, task.item, task.amount, task.supplier)
            made.event = task.event
    return [task for task in tasks if task.way == "office"]


def purchase(book: UnitBook, asset: Asset, day: date) -> None:
    """Book the purchase of one fixed asset, paid at once or next month."""
    fund = Fund(asset.source, asset.clause)
    how = Row(asset.account, "", 0, asset=asset.asset, counterparty=asset.supplier)
    text = f"Mua {asset.name[0].lower()}{asset.name[1:]}"
    if asset.way == "bill":
        book.add("NVK", day, text, [replace(how, credit="331", amount=asset.cost)])
        book.payables.append(Payable(fund, asset.item, asset.cost, asset.supplier, text))
    else:
        recipes.buy_asset(book, day, text, fund, asset.item, asset.cost, how)


def _regular(book: UnitBook, year: int, number: int, plan: Iterable[Regular]) -> list[Task]:
    tasks = []
    staff = payroll.PROFILES[book.unit].staff
    for line in plan:
        if book.unit not in line.units or number not in line.months:
            continue
        amount = chance.number(line.low, line.high, book.unit, line.item, line.text, year, number, step=line.step)
        tasks.append(
            Task(
                day=workday(year, number, line.day),
                way=line.way,
                fund=Fund(line.source, line.clause or book.clause),
                item=line.item,
                amount=amount * (staff if line.per_head else 1),
                text=_fill(line.text, year, number),
                supplier=line.supplier or chance.choice(STAFF_NAMES, book.unit, line.item, year, number),
            )
        )
    return tasks


def _once(book: UnitBook, year: int, number: int, once: Iterable[Once]) -> list[Task]:
    return [
        Task(
            day=one.day,
            way=one.way,
            fund=Fund(one.source, one.clause or book.clause),
            item=one.item,
            amount=one.amount,
            text=one.text,
            supplier=one.supplier or chance.choice(STAFF_NAMES, book.unit, one.item, one.day),
            event=one.event,
        )
        for one in once
        if one.unit == book.unit and (one.day.year, one.day.month) == (year, number)
    ]


def _fill(text: str, year: int, number: int) -> str:
    earlier = (year, number - 1) if number > 1 else (year - 1, DECEMBER)
    quarter = ("I", "II", "III", "IV")[(number - 1) // 3]
    return text.format(month=f"{number}/{year}", last=f"{earlier[1]}/{earlier[0]}", quarter=f"{quarter}/{year}")


def _cash(book: UnitBook, year: int, number: int, tasks: list[Task]) -> None:
    """Draw, spend, clear; in December give back."""
    needs: dict[tuple[Fund, str], int] = {}
    spent: dict[tuple[Fund, str], int] = {}
    for task in tasks:
        key = (task.fund, task.item)
        needs[key] = needs.get(key, 0) + _handed(task)
        spent[key] = spent.get(key, 0) + task.amount
    if tasks:
        first = min(workday(year, number, 6), before(tasks[0].day))
        recipes.draw_cash(book, first, f"Rút tạm ứng dự toán về quỹ tiền mặt tháng {number}/{year}", needs)
    for task in tasks:
        _spend(book, task)
    closing = workday(year, number, last_day(year, number).day)
    if spent:
        text = f"Thanh toán tạm ứng với Kho bạc tháng {number}/{year}"
        book.add("GTT", closing, text, recipes.clear_with_treasury(spent))
    if number == DECEMBER:
        _give_back(book, closing, year)


def _handed(task: Task) -> int:
    """What is handed to staff: the sum, rounded up to the next 500.000 đồng."""
    return -(-task.amount // 500_000) * 500_000 if task.way == "staff" else task.amount


def _spend(book: UnitBook, task: Task) -> None:
    if task.way == "cash":
        recipes.spend_cash(
            book, task.day, task.text, task.fund, task.item, task.amount, task.supplier
        ).event = task.event
        return
    handed, who = _handed(task), task.supplier
    recipes.advance_to_staff(book, before(task.day), f"Tạm ứng: {task.text}", handed, who)
    accounted = workday(task.day.year, task.day.month, task.day.day + 7)
    recipes.staff_accounts(book, accounted, f"Thanh toán tạm ứng: {task.text}", task.fund, task.item, task.amount, who)
    if handed > task.amount:
        recipes.staff_returns(book, accounted, f"Hoàn tạm ứng thừa: {task.text}", handed - task.amount, who)


def _give_back(book: UnitBook, day: date, year: int) -> None:
    rows = []
    for (fund, item), amount in book.held_in_cash.items():
        if amount:
            rows += recipes.restore(fund, item, amount)
            book.held_in_cash[fund, item] = 0
    if rows:
        book.add("PC", day, f"Nộp trả Kho bạc tiền tạm ứng chưa chi, khôi phục dự toán năm {year}", rows)
