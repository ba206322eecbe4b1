"""The typical entries of a Party office's accountant, one function per event.

Guarantees: every recipe balances; budget revenue (511), money in advance (3371) and uses of the estimate (008)
always move together; clearing an advance is a negative use of the advance account, never netted to the other side.
The events follow the typical entries of TT 107/2017 in the accounts of TT 24/2024 (unverified for the latter).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ledger.sample import chance
from ledger.sample.entries import (
    ADVANCE,
    CLEARING,
    RESTORE,
    Fund,
    Payable,
    Row,
    UnitBook,
    Voucher,
)

CASH, DEPOSIT, STAFF = "1111", "1121", "141"


def pay(book: UnitBook, day: date, text: str, fund: Fund, item: str, amount: int, supplier: str) -> Voucher:
    """Direct Treasury payment to a supplier."""
    cost = fund.row(fund.expense, "511", amount, item, Row("", "", 0, counterparty=supplier))
    billed = day - timedelta(days=chance.number(0, 4, book.unit, item, text, day))
    document = billed if billed.year == day.year else day
    return book.add("RDT", day, text, [cost, fund.use(amount, item)], document=document)


def buy_on_credit(book: UnitBook, day: date, payable: Payable) -> Voucher:
    """Goods come with the bill; it is paid next month."""
    fund = payable.fund
    book.payables.append(payable)
    who = Row("", "", 0, counterparty=payable.supplier)
    return book.add("NVK", day, payable.text, [fund.row(fund.expense, "331", payable.amount, payable.item, who)])


def pay_bills(book: UnitBook, day: date) -> None:
    """Pay what suppliers billed before."""
    for bill in book.payables:
        who = Row("", "", 0, counterparty=bill.supplier)
        rows = [bill.fund.row("331", "511", bill.amount, bill.item, who), bill.fund.use(bill.amount, bill.item)]
        book.add("RDT", day, f"Trả tiền: {bill.text}", rows)
    book.payables.clear()


def draw_cash(book: UnitBook, day: date, text: str, needs: dict[tuple[Fund, str], int]) -> None:
    """Draw an advance from the Treasury for what cash in hand does not cover, in steps of 500.000 đồng."""
    draws = {}
    for key, need in needs.items():
        missing = need - book.held_in_cash.get(key, 0)
        if missing > 0:
            draws[key] = -(-missing // 500_000) * 500_000
    rows = [replace(fund.row(CASH, "3371", n, item), treasury=ADVANCE) for (fund, item), n in draws.items()]
    rows += [fund.use(n, item, advance=True) for (fund, item), n in draws.items()]
    if rows:
        book.add("PT", day, text, rows)
    for key, drawn in draws.items():
        book.held_in_cash[key] = book.held_in_cash.get(key, 0) + drawn


def spend_cash(book: UnitBook, day: date, text: str, fund: Fund, item: str, amount: int, who: str) -> Voucher:
    """Spend money drawn in advance, from the cash box."""
    book.held_in_cash[fund, item] -= amount
    rows = [fund.row(fund.expense, CASH, amount, item, Row("", "", 0, counterparty=who)), taken(fund, item, amount)]
    return book.add("PC", day, text, rows)


def taken(fund: Fund, item: str, amount: int) -> Row:
    """Money in advance becomes budget revenue when it is spent."""
    return replace(fund.row("3371", "511", amount, item), treasury=CLEARING)


def advance_to_staff(book: UnitBook, day: date, text: str, amount: int, who: str) -> Voucher:
    """Hand cash to a member of staff who will account for it."""
    return book.add("PC", day, text, [Row(STAFF, CASH, amount, counterparty=who)])


def staff_accounts(book: UnitBook, day: date, text: str, fund: Fund, item: str, amount: int, who: str) -> Voucher:
    """A member of staff accounts for money received."""
    book.held_in_cash[fund, item] -= amount
    rows = [fund.row(fund.expense, STAFF, amount, item, Row("", "", 0, counterparty=who)), taken(fund, item, amount)]
    return book.add("NVK", day, text, rows)


def staff_returns(book: UnitBook, day: date, text: str, amount: int, who: str) -> Voucher:
    """A member of staff returns what was not spent."""
    return book.add("PT", day, text, [Row(CASH, STAFF, amount, counterparty=who)])


def clear_with_treasury(spent: dict[tuple[Fund, str], int]) -> list[Row]:
    """Rows that turn advances into actual uses: negative on the one account, positive on the other."""
    rows = []
    for (fund, item), amount in spent.items():
        rows.append(fund.use(-amount, item, advance=True, treasury=CLEARING))
        rows.append(fund.use(amount, item, treasury=CLEARING))
    return rows


def restore(fund: Fund, item: str, amount: int) -> list[Row]:
    """Rows that pay unspent cash back to the Treasury and restore the estimate."""
    back = replace(fund.row("3371", CASH, amount, item), treasury=RESTORE)
    return [back, fund.use(-amount, item, advance=True, treasury=RESTORE)]


def buy_asset(book: UnitBook, day: date, text: str, fund: Fund, item: str, amount: int, how: Row) -> Voucher:
    """Buy one fixed asset directly from the estimate; `how` names account (debit), asset and supplier."""
    rows = [fund.row(how.debit, "511", amount, item, how), fund.use(amount, item)]
    return book.add("RDT", day, text, rows)


def red(original: Voucher, share: int, *, item: str = "") -> list[Row]:
    """Rows that take back `share` of a direct payment's first two rows (or move it to another item)."""
    back = [replace(row, amount=-share) for row in original.rows[:2]]
    return back + [replace(row, amount=share, item=item) for row in original.rows[:2] if item]


def correct(book: UnitBook, day: date, text: str, original: Voucher, rows: list[Row]) -> Voucher:
    """A correcting voucher that names the one it corrects."""
    made = book.add("NVK", day, text, rows)
    made.corrects = original
    return made
