"""A province for timings: as many units and vouchers as asked for, booked as the practice province books.

The same numbers of units and vouchers give the same book, byte for byte. Every unit has ten months of 2026: pay, bills
paid by the Treasury and by the office (136 and 336 on both sides, with references), purchases on credit, cash drawn,
spent and cleared, staff advances, a few fixed assets, contracts, events, and who recorded and approved each voucher.
The journals are written as accepted files leave them; only the files as received are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import pandas as pd

from ledger import create, estimates, journal, ledger_files, postings, records, vouchers
from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.book import Book, Settings
from ledger.budget_index import BudgetIndex
from ledger.clock import parse_moment
from ledger.estimates import EstimateLine
from ledger.sample import chance, entries, internal, months, payroll, plan
from ledger.sample.entries import UnitBook
from ledger.sample.workdays import workday
from ledger.vouchers import Slot, Voucher, VoucherLine
from plugins.accounts import TREASURY_VI

YEAR, MONTHS = 2026, tuple(range(1, 11))
OFFICE = internal.OFFICE
CLAUSE = "351"
ASSETS = 24
CONTRACT_ITEM, EVENT_ITEMS = "6912", ("6655", "6699", "7761")
AT = "2026-11-15T08:00:00+07:00"

UNITS = """unit,name_vi,name_en,kind,level,chapter,settles_to,reports_to,served_by,successor,valid_from,valid_to
VPTU,Văn phòng Tỉnh ủy,Provincial Party Office,office,I,509,,,,,2024-01-01,
"""
UNIT = "{unit},Ban số {number},Commission {number},committee,III,509,VPTU,VPTU,,,2024-01-01,\n"
PEOPLE = """person,name,role,units,public_key,valid_from,valid_to
ke.toan,Nguyễn Thị Kế,accountant,*,,2024-01-01,
dieu.hanh,Lê Văn Điều,operator,*,,2024-01-01,
"""
TREASURY = {word: key for key, word in TREASURY_VI.items()}
OPENING = 900_000_000_000

Files = dict[str, bytes]


def make(path: Path, units: int, vouchers_each: int) -> int:
    """Make the book of a province; returns how many postings it has."""
    codes = [OFFICE, *(f"T{number:03}" for number in range(1, units))]
    book = _empty(path, codes)
    wanted = [(code, codes, vouchers_each) for code in codes]
    count, lines = 0, []
    with ProcessPoolExecutor() as pool:
        for made, rows, decided in pool.map(_unit, *zip(*wanted, strict=True)):
            count += rows
            lines += decided
            book = _committed(book, made)
    for row, line in enumerate(lines, start=2):
        lines[row - 2] = replace(line, row=row)
    _committed(book, {estimates.register_name(str(YEAR)): estimates.write(lines)})
    return count


def _empty(path: Path, codes: list[str]) -> Book:
    settings = Settings(1, "Tỉnh đo thời gian", "Timing province", "Nơi thử", practice=True, today="2026-11-16")
    units = UNITS + "".join(UNIT.format(unit=code, number=number) for number, code in enumerate(codes[1:], start=1))
    registers = {
        "registers/units.csv": units.encode("utf-8"),
        "registers/people.csv": PEOPLE.encode("utf-8"),
        "registers/chart.csv": PRACTICE_OVERLAY.read_bytes(),
    }
    when = parse_moment("2025-12-01T08:00:00+07:00")
    return create.create(path, settings, registers, actor="dieu.hanh", role="operator", when=when)


def _committed(book: Book, files: Files) -> Book:
    change = book.change("dieu.hanh", "operator", AT)
    for name, data in files.items():
        change.write(name, data)
    change.commit(f"{len(files)} files")
    return Book.open(book.path)


def _unit(unit: str, codes: list[str], how_many: int) -> tuple[Files, int, list[EstimateLine]]:
    """Everything one unit has: its files, how many postings they hold, its estimate lines."""
    chart, index = Chart.load(PRACTICE_OVERLAY.read_bytes()), BudgetIndex.load()
    tables = list(_months(unit, _booked(unit, codes, how_many), chart))
    lines = list(_decided(unit, tables))
    given = estimates.postings(lines, unit, str(YEAR), chart, index)
    held = {f"{YEAR}-estimates": given} | {str(table["period"].iloc[0]): table for table in tables}
    folder = f"units/{unit}"
    names = {f"{YEAR}/{name.replace('-00', '-opening')}.beancount": table for name, table in held.items()}
    files = {f"{folder}/{name}": journal.render(table).encode("utf-8") for name, table in names.items()}
    everything = postings.concat(held.values())
    ledger = ledger_files.unit_ledger(f"{unit} · Ban", everything, sorted(names), chart, index)
    files[f"{folder}/ledger.beancount"] = ledger.encode("utf-8")
    return files | _registers(unit, everything), len(everything), lines


def _booked(unit: str, codes: list[str], how_many: int) -> UnitBook:
    """The unit's year as the practice province's accountants book it, about so many vouchers."""
    for code in codes:
        payroll.PROFILES.setdefault(code, payroll.PROFILES["BTC"])
    book = UnitBook(unit, CLAUSE)
    regular = list(_regular(unit, how_many // len(MONTHS)))
    bought = iter(_bought(unit))
    owed: dict[str, list[months.Task]] = {}
    for month in MONTHS:
        for asset in islice(bought, ASSETS // len(MONTHS)):
            months.purchase(book, asset, workday(YEAR, month, 10))
        months.month(book, YEAR, month, regular, [])
        books = {code: UnitBook(code, CLAUSE) for code in (OFFICE, *codes)} | {unit: book}
        if owed:
            internal.repay_office(books, owed, (YEAR, month - 1), workday(YEAR, month, 9))
        served = codes[1:] if unit == OFFICE else [unit]
        owed = {code: [_electricity(month)] for code in served}
        internal.office_bills(books, owed, YEAR, month)
    book.number()
    return book


def _regular(unit: str, how_many: int) -> Iterator[plan.Regular]:
    """What comes back each month, over and over on other days, until there are about so many vouchers."""
    made = {"direct": 1, "cash": 1, "bill": 2, "staff": 3}
    lines = [line for line in plan.regular() if line.way in made and line.clause == ""]
    count = 0
    for number, line in enumerate(cycle(lines)):
        if count >= how_many - 6:
            return
        count += made[line.way]
        text = f"{line.text} (đợt {number}, {unit})"
        yield replace(line, units=(unit,), months=MONTHS, day=8 + number * 7 % 20, text=text)


def _bought(unit: str) -> Iterator[plan.Asset]:
    for number in range(ASSETS):
        yield plan.Asset(
            unit=unit,
            asset=f"TS-{unit}-{number:03}",
            account="2113",
            cost=chance.number(18_000_000, 42_000_000, unit, number),
            rate=2000,
            years=0,
            bought=date(YEAR, 1, 10),
            source="12",
            clause=CLAUSE,
            item="6956",
            way="direct",
            supplier="Công ty Tin học Sông Lam",
            name=f"Máy tính số {number}",
        )


def _electricity(month: int) -> months.Task:
    fund = entries.Fund(entries.AUTONOMOUS, CLAUSE)
    day = workday(YEAR, month, 11)
    return months.Task(day, "office", fund, "6501", 3_000_000 + month, "Tiền điện", "Điện lực Sông Lam")


def _months(unit: str, book: UnitBook, chart: Chart) -> Iterator[pd.DataFrame]:
    """The opening balance and each month as they are posted."""
    opening = VoucherLine(2, OPENING, "1121", "431")
    start = Voucher("SDDK", f"{YEAR}-01-01", "Số dư đầu kỳ", (opening,))
    held: dict[str, vouchers.Lot] = {}
    yield vouchers.post([start], Slot(unit, f"{YEAR}-00", "", _submission(unit, "00")), chart, held, entry="opening")
    by_period: dict[str, list[entries.Voucher]] = {}
    for voucher in book.vouchers:
        by_period.setdefault(voucher.period, []).append(voucher)
    for period, booked in by_period.items():
        slot = Slot(unit, period, "", _submission(unit, period))
        table = vouchers.post(_handed_in(unit, booked), slot, chart, held)
        held |= vouchers.holdings(table)
        yield table


def _handed_in(unit: str, booked: list[entries.Voucher]) -> Iterator[Voucher]:
    """The vouchers of a file, with people, contracts and events where such files have them."""
    row = 1
    for voucher in booked:
        lines = []
        for line in voucher.rows:
            row += 1
            values = {name: getattr(line, name) for name in VoucherLine._fields if hasattr(line, name)}
            values |= {"row": row, "treasury": TREASURY.get(line.treasury, "")}
            if line.item == CONTRACT_ITEM:
                values["contract"] = f"01-HĐ/{unit}"
            elif line.item in EVENT_ITEMS and line.debit[:2] == "61":
                values["event"] = f"HN-{unit}-{voucher.day.month:02}"
            lines.append(VoucherLine(**values))
        yield Voucher(
            number=voucher.number,
            date=voucher.day.isoformat(),
            description=voucher.text,
            lines=tuple(lines),
            document_date=voucher.document.isoformat(),
            recorded_by=f"Kế toán {unit}",
            content_by=f"Trưởng phòng {unit}",
            paid_by=f"Thủ trưởng {unit}",
        )


def _decided(unit: str, tables: list[pd.DataFrame]) -> Iterator[EstimateLine]:
    """An estimate for everything that is used: autonomous money as a whole, other money by item, a third to spare."""
    table = pd.concat(tables)
    used = table[table["code"].str.startswith("008") & (table["side"] == "C")]
    used = used.assign(item=used["item"].where(used["source"] != entries.AUTONOMOUS, ""))
    sums = -used.groupby(["source", "item"])["amount"].sum()
    for (source, item), amount in sums.items():
        yield EstimateLine(
            decision=f"01-{unit}/QĐ-VPTU",
            date=f"{YEAR}-01-01",
            kind="original",
            assigning_unit=OFFICE,
            unit=unit,
            source=str(source),
            clause=CLAUSE,
            item=str(item),
            amount=int(amount) * 4 // 3,
            budget_year=str(YEAR),
            submission=_submission(OFFICE, unit),
            row=2,
        )


def _registers(unit: str, table: pd.DataFrame) -> Files:
    """One contract for what is paid under it in the year, one conference a month."""
    period = str(YEAR)
    paid = table[(table["contract"] != "") & table["code"].str.startswith("008")]
    contract = dict.fromkeys(records.TEXTS["commitments"], "") | {
        "contract": f"01-HĐ/{unit}",
        "day": f"{YEAR}-01-02",
        "supplier": "Công ty Tin học Sông Lam",
        "source": entries.AUTONOMOUS,
        "clause": CLAUSE,
        "item": CONTRACT_ITEM,
        "budget_year": period,
        "until": f"{YEAR}-12-31",
        "change": "sign",
    }
    money = {"amount": -int(paid["amount"].sum())}
    held = {"commitments": [records.Record(unit, period, 2, contract, money)]}
    for month in MONTHS:
        event = dict.fromkeys(records.TEXTS["events"], "") | {"event": f"HN-{unit}-{month:02}", "kind": "Hội nghị"}
        event |= {"name": f"Hội nghị tháng {month}", "host": unit, "document": f"{month:02}-KH/{unit}"}
        event |= {"first_day": f"{YEAR}-{month:02}-01", "last_day": f"{YEAR}-{month:02}-28"}
        row = records.Record(unit, period, month + 1, event, {"heads": 900_000})
        held.setdefault("events", []).append(row)
    return {records.name(kind, unit, period): records.write(kind, rows) for kind, rows in held.items()}


def _submission(*words: str) -> str:
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:12]
