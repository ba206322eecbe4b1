"""What does not come back: corrections, an advance that crosses the year, assets that leave, January's vouchers.

Guarantees: every story stands in one function whose docstring says what a reader can look for in the books.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.sample import chance, recipes
from ledger.sample.entries import ADVANCE, RESTORE, Row, UnitBook, Voucher
from ledger.sample.internal import Books
from ledger.sample.plan import Asset
from ledger.sample.recipes import CASH, DEPOSIT, STAFF
from ledger.sample.workdays import last_day, workday

CLASS_HEAD = "Nguyễn Thị Minh"
SETTLED_YEAR = 2025

LATE_WEAR = frozenset({"XA03", "XA04"})
"""Units that book the year's wear in January's adjustment period."""

BILLED_LATE = "BNC"
"""The unit whose bill of December's postage is dated in January."""

DISPOSALS = (
    ("VPTU", date(2025, 6, 24), "TS-VPTU-007", 1_350_000),
    ("TCT", date(2025, 11, 18), "TS-TCT-004", 620_000),
    ("BAO", date(2026, 8, 20), "TS-BAO-003", 2_100_000),
)
"""Fully worn assets that leave: unit, day, asset, what the buyer of the scrap pays."""


def tell(books: Books, assets: list[Asset]) -> None:
    """All stories that need finished months; call it after the last month."""
    class_advance(books["TCT"])
    corrections(books)
    for unit, day, code, price in DISPOSALS:
        disposal(books[unit], day, next(a for a in assets if a.asset == code), price)
    office_money(books["VPTU"])
    for book in books.values():
        wear(book, [a for a in assets if a.unit == book.unit and not _left_by(a.asset, SETTLED_YEAR)])
        late_postage(book)
    january_correction(books["UBKT"])


def class_advance(book: UnitBook) -> None:
    """TCT: an advance of December 2025 that is cleared in January's adjustment period.

    42.000.000 drawn for a class and handed to its head; 23.750.000 accounted for and cleared in December,
    15.870.000 in January, 2.380.000 returned and the estimate restored.
    """
    fund, item, title = book.other(), "6699", "lớp bồi dưỡng cán bộ nguồn khóa 12"
    drawn, december, january = 42_000_000, 23_750_000, 15_870_000
    draw = replace(fund.row(CASH, "3371", drawn, item), treasury=ADVANCE)
    text = f"Rút tạm ứng dự toán tổ chức {title}"
    book.add("PT", date(2025, 12, 3), text, [draw, fund.use(drawn, item, advance=True)])
    recipes.advance_to_staff(book, date(2025, 12, 3), f"Tạm ứng tổ chức {title}", drawn, CLASS_HEAD)
    who = Row("", "", 0, counterparty=CLASS_HEAD)

    def accounted(amount: int) -> list[Row]:
        return [fund.row(fund.expense, STAFF, amount, item, who), recipes.taken(fund, item, amount)]

    text = f"Thanh toán tạm ứng đợt 1 {title}"
    book.add("NVK", date(2025, 12, 19), text, accounted(december))
    text = f"Thanh toán tạm ứng với Kho bạc đợt 1 {title}"
    book.add("GTT", date(2025, 12, 24), text, recipes.clear_with_treasury({(fund, item): december}))
    text = f"Thanh toán tạm ứng đợt 2 {title} (chứng từ đến 31/12/2025)"
    book.add_late("NVK", SETTLED_YEAR, date(2026, 1, 12), text, accounted(january))
    rest = drawn - december - january
    text = f"Hoàn tạm ứng thừa {title}"
    book.add_late("PT", SETTLED_YEAR, date(2026, 1, 12), text, [Row(CASH, STAFF, rest, counterparty=CLASS_HEAD)])
    back = [replace(fund.row("3371", CASH, rest, item), treasury=RESTORE)]
    back.append(fund.use(-rest, item, advance=True, treasury=RESTORE))
    text = f"Nộp trả Kho bạc tạm ứng chưa chi {title}"
    book.add_late("PC", SETTLED_YEAR, date(2026, 1, 14), text, back)
    text = f"Thanh toán tạm ứng với Kho bạc đợt 2 {title}"
    book.add_late("GTT", SETTLED_YEAR, date(2026, 1, 15), text, recipes.clear_with_treasury({(fund, item): january}))


def corrections(books: Books) -> None:
    """Red entries, each naming the voucher it corrects.

    VPTU: electricity of April 2025 was 1.234.500 too high. BTC: 385.000 of postage stood under the Internet's item
    in September 2025. TCT: fuel of June 2025, 950.000 too high. XA02: newspapers of April 2026, 180.000 too high.
    """
    office, training, organisation, commune = books["VPTU"], books["TCT"], books["BTC"], books["XA02"]
    _lower(office, office.find("2025-04", "6501"), date(2025, 5, 7), 1_234_500, "tiền điện")
    _lower(training, training.find("2025-06", "6503"), date(2025, 7, 9), 950_000, "tiền xăng xe")
    _lower(commune, commune.find("2026-04", "7851"), date(2026, 5, 12), 180_000, "tiền báo")
    wrong = organisation.find("2025-09", "6605")
    text = "Ghi lại tiểu mục: cước bưu chính ghi nhầm vào cước Internet quý III/2025"
    recipes.correct(organisation, date(2025, 10, 9), text, wrong, recipes.red(wrong, 385_000, item="6603"))


def disposal(book: UnitBook, day: date, asset: Asset, price: int) -> None:
    """A fully worn asset is written off at full cost; the scrap is sold for cash."""
    text = f"Thanh lý {asset.name[0].lower()}{asset.name[1:]} (đã hao mòn hết)"
    worn = Row("2141", asset.account, asset.cost, asset=asset.asset)
    book.add("NVK", day, text, [worn])
    book.add("PT", day, f"Thu bán phế liệu: {text[0].lower()}{text[1:]}", [Row(CASH, "7111", price)])


def wear(book: UnitBook, assets: list[Asset]) -> None:
    """The year's wear of every asset, one row each, on 31 December; two communes book it in January."""
    fund, rows = book.fund, []
    for asset in assets:
        amount = min(asset.yearly, asset.cost - asset.worn)
        if amount and (asset.bought is None or asset.bought.year == SETTLED_YEAR):
            account = "2142" if asset.account.startswith("213") else "2141"
            rows.append(fund.row(fund.expense, account, amount, "", Row("", "", 0, asset=asset.asset)))
    text = f"Tính hao mòn tài sản cố định năm {SETTLED_YEAR}"
    if book.unit in LATE_WEAR:
        book.add_late("HM", SETTLED_YEAR, date(2026, 1, 8), text, rows)
    else:
        book.add("HM", date(SETTLED_YEAR, 12, 31), text, rows)


def late_postage(book: UnitBook) -> None:
    """Every unit: the post's bill of December 2025, on its way at year's end, paid in January for the old year.

    `BILLED_LATE` got a bill that is itself dated in January: rule P04 asks why it belongs to the old year.
    """
    amount = chance.number(187_000, 964_000, book.unit, "postage", step=500)
    fund, item = book.fund, "6603"
    who = Row("", "", 0, counterparty="Bưu điện tỉnh Sông Lam")
    rows = [fund.row(fund.expense, "511", amount, item, who), fund.use(amount, item)]
    late = book.unit == BILLED_LATE
    day = workday(2026, 1, 6 + chance.number(0, 6, book.unit, "postage day")) if late else date(SETTLED_YEAR, 12, 31)
    text = f"Cước bưu chính tháng 12/2025, mã khách hàng {book.unit}"
    book.add_late("RDT", SETTLED_YEAR, day, text, rows)


def january_correction(book: UnitBook) -> None:
    """UBKT: fuel of December 2025 booked 415.000 too high, corrected in January's adjustment period."""
    wrong = book.find("2025-12", "6503")
    text = "Điều chỉnh giảm tiền xăng xe tháng 12/2025 theo đối chiếu Kho bạc"
    made = book.add_late("NVK", SETTLED_YEAR, date(2026, 1, 13), text, recipes.red(wrong, 415_000))
    made.corrects = wrong


def office_money(book: UnitBook) -> None:
    """VPTU: interest on the deposit every quarter; support after a storm from the Party's own money."""
    for year, number in ((2025, 3), (2025, 6), (2025, 9), (2025, 12), (2026, 3), (2026, 6), (2026, 9)):
        amount = chance.number(480_000, 915_000, "interest", year, number)
        day = workday(year, number, last_day(year, number).day)
        book.add("BC", day, f"Lãi tiền gửi quý {(number + 2) // 3}/{year}", [Row(DEPOSIT, "515", amount)])
    text = "Hỗ trợ đảng viên bị thiệt hại do bão từ nguồn đảng phí"
    book.add("UNC", date(2025, 10, 21), text, [Row("811", DEPOSIT, 120_000_000)])


def _lower(book: UnitBook, wrong: Voucher, day: date, difference: int, what: str) -> None:
    text = f"Điều chỉnh giảm {what} ghi thừa trên chứng từ tháng {wrong.day.month}/{wrong.day.year}"
    recipes.correct(book, day, text, wrong, recipes.red(wrong, difference))


def _left_by(asset: str, year: int) -> bool:
    return any(code == asset and day.year <= year for _, day, code, _ in DISPOSALS)
