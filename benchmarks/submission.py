"""How long it takes to hand in a voucher file, against stock bean-check of the unit's ledger that comes of it.

Both are whole processes, imports included: `party-ledger submit` reads, checks, posts and commits the file; then
`bean-check` loads `units/T01/ledger.beancount` (its cache of loaded files off: it must read the text). The two take
turns on fresh copies of one book; printed are medians of processor and wall time, the ratio of whole processes at
5,000 rows, the ratio of the times that 95,000 more rows cost, and the memory a submission needs at most.

Run: .venv/bin/python benchmarks/submission.py [--rounds 5] [--check]      (--check: exit 1 above the targets)
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

from importers import submission
from importers.layouts import VOUCHERS
from ledger import create
from ledger.accounts import PRACTICE_OVERLAY
from ledger.book import Book, Settings
from ledger.clock import parse_moment

SMALL, LARGE = 5_000, 100_000
WHOLE_TARGET, MARGINAL_TARGET = 4.0, 1.5
"""Whole processes at SMALL rows, and the time of LARGE over SMALL rows: as many times bean-check's at most."""

BIN = Path(sys.executable).parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Both programs as they are installed: with their modules compiled once, not again in each run (`main` says where)."""

UNITS = """unit,name_vi,name_en,kind,level,chapter,settles_to,reports_to,served_by,successor,valid_from,valid_to
VPTU,Văn phòng Tỉnh ủy,Provincial Party Office,office,I,509,,,,,2024-01-01,
T01,Ban Thử nghiệm Một,Test Commission One,committee,III,509,VPTU,VPTU,,,2024-01-01,
"""
PEOPLE = """person,name,role,units,public_key,valid_from,valid_to
ke.toan,Nguyễn Thị Kế,accountant,*,,2024-01-01,
dieu.hanh,Lê Văn Điều,operator,*,,2024-01-01,
"""
ESTIMATES = """Số quyết định;Ngày;Loại;Đơn vị nhận;Nguồn;Khoản;Tiểu mục hoặc nhóm;Số tiền;Năm ngân sách;Ghi chú
210-QĐ/VPTU;22/12/2025;Giao đầu năm;T01;13;351;;900.000.000.000.000;2026;
210-QĐ/VPTU;22/12/2025;Giao đầu năm;T01;12;351;6650;50.000.000.000.000;2026;hội nghị
210-QĐ/VPTU;22/12/2025;Giao đầu năm;T01;12;351;7750;50.000.000.000.000;2026;tiếp khách
"""
PAY = {"6001": 349_619_400, "6051": 36_972_000, "6101": 26_208_000, "6123": 112_062_600}
INSURANCE = ((("3321", "6301"), 72_239_895), (("3322", "6302"), 12_383_982), (("3323", "6303"), 8_255_988))
WITHHELD = (("3321", 33_023_952), ("3322", 6_191_991), ("3324", 369_720))
AUTONOMOUS = {"source": "13", "clause": "351"}
DIRECT = (
    ("6501", "Tiền điện", "Điện lực Sông Lam"),
    ("6502", "Tiền nước", "Công ty Cấp nước Sông Lam"),
    ("6605", "Cước Internet, đường truyền", "Viễn thông Sông Lam"),
    ("6912", "Sửa chữa, bảo trì máy tính, mạng nội bộ", "Công ty Tin học Sông Lam"),
    ("6503", "Xăng xe ô tô", "Công ty Xăng dầu Sông Lam"),
)
OTHER = (
    ("6655", "Thuê hội trường, thiết bị hội nghị", "Trung tâm Hội nghị Sông Lam"),
    ("7761", "Tiếp khách của Thường trực", "Nhà khách Sông Lam"),
)
ROWS_OF_A_ROUND = 50

Row = dict[str, str]
VoucherRows = tuple[str, str, list[Row]]
"""Kind of number, description and rows of a voucher."""


class Cost(NamedTuple):
    """What one process took."""

    cpu: float
    """User and system time, seconds."""
    wall: float
    memory: int
    """Most resident memory, bytes."""


def rows(how_many: int) -> Iterator[Row]:
    """A month of an office: pay, what suppliers sent, cash drawn, spent and cleared, over and over."""
    return islice((row for turn in count() for row in _turn(turn, how_many)), how_many)


def _turn(turn: int, how_many: int) -> Iterator[Row]:
    """Fifty rows in vouchers of the kinds, and in the proportions, that a month of the practice province has."""
    day = 1 + turn * ROWS_OF_A_ROUND * 31 // how_many
    more = turn % 997
    for kind, text, lines in (*_pay(more), *_cash(more), *_supplies(more), *_bills(more)):
        head = {"voucher": f"{kind}{turn:05}", "description": f"{text}, đợt {turn}"}
        head |= {"date": f"{day:02}/03/2026", "document_date": f"{day:02}/03/2026"}
        yield from (head | line for line in lines)


def _pay(more: int) -> Iterator[VoucherRows]:
    pay = {item: amount + more for item, amount in PAY.items()}
    owed = [
        *(_line("612", "3341", amount, item=item, **AUTONOMOUS) for item, amount in pay.items()),
        *(_line("612", account, amount + more, item=item, **AUTONOMOUS) for (account, item), amount in INSURANCE),
        _line("612", "3324", 369_720, item="6304", **AUTONOMOUS),
        *(_line("3341", account, amount) for account, amount in WITHHELD),
    ]
    drawn = [_line("1121", "511", amount, item=item, **AUTONOMOUS) for item, amount in pay.items()]
    paid = [_line("3341", "1121", 485_276_337), *(_line(account, "1121", amount) for account, amount in WITHHELD)]
    yield "BL", "Tiền lương, phụ cấp và các khoản đóng góp tháng 3/2026", owed
    yield "RDL", "Rút dự toán chi lương tháng 3/2026", drawn + [_use(amount, item) for item, amount in pay.items()]
    yield "UNC", "Trả lương qua tài khoản cá nhân, nộp bảo hiểm phần người lao động tháng 3/2026", paid


def _cash(more: int) -> Iterator[VoucherRows]:
    cash, trip, word = 14_800_000 + more, {"item": "6702", **AUTONOMOUS}, "Thanh toán tạm ứng"
    drawn = _line("1111", "3371", cash, treasury="Tạm ứng", **trip)
    spent = _line("612", "1111", cash, counterparty="Cán bộ đi công tác", **trip)
    yield "PT", "Rút tạm ứng dự toán về quỹ", [drawn, _use(cash, "6702", "Tạm ứng", "008211")]
    yield "PC", "Phụ cấp công tác phí", [spent, _line("3371", "511", cash, treasury=word, **trip)]
    cleared = [_use(-cash, "6702", word, "008211"), _use(cash, "6702", word)]
    yield "GTT", "Thanh toán tạm ứng với Kho bạc", cleared


def _supplies(more: int) -> Iterator[VoucherRows]:
    amounts = {"6551": 5_320_000 + more, "6552": 1_180_000 + more}
    bought = [_line("612", "", amount, item=item, **AUTONOMOUS) for item, amount in amounts.items()]
    owed = _line("", "331", sum(amounts.values()), counterparty="Cửa hàng Văn phòng phẩm Hồng Hà")
    yield "NVK", "Văn phòng phẩm và vật tư", [*bought, owed]
    for item, amount in amounts.items():
        paid = _line("331", "511", amount, item=item, **AUTONOMOUS)
        yield f"RDP{item}-", "Trả tiền văn phòng phẩm, vật tư", [paid, _use(amount, item)]


def _bills(more: int) -> Iterator[VoucherRows]:
    for number, (item, text, who) in enumerate(DIRECT, start=1):
        amount = 4_727_520 + more * number
        paid = _line("612", "511", amount, item=item, counterparty=who, **AUTONOMOUS)
        yield f"RDT{item}-", f"{text} tháng 2/2026", [paid, _use(amount, item)]
    for item, text, who in OTHER:
        amount = 20_370_000 + more
        paid = _line("611", "511", amount, item=item, counterparty=who, source="12", clause="351")
        yield f"RDK{item}-", f"{text} tháng 3/2026", [paid, _use(amount, item, account="008222", source="12")]


def _line(debit: str, credit: str, amount: int, **rest: str) -> Row:
    return {"debit": debit, "credit": credit, "amount": f"{amount:,}".replace(",", "."), **rest}


def _use(amount: int, item: str, word: str = "Thực chi", account: str = "008212", source: str = "13") -> Row:
    return _line("", account, amount, source=source, clause="351", item=item, treasury=word)


def file_of(how_many: int) -> bytes:
    """The file as Vietnamese Excel saves it."""
    columns = [column for column in VOUCHERS.columns if column.key != "owner"]
    lines = [";".join(column.vi for column in columns)]
    lines += [";".join(row.get(column.key, "") for column in columns) for row in rows(how_many)]
    return b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode("utf-8")


def make_book(path: Path) -> None:
    """A province of two units, with an estimate that is large enough."""
    settings = Settings(1, "Tỉnh thử nghiệm", "Test province", "Nơi thử", practice=True, today="2026-11-16")
    registers = {
        "registers/units.csv": UNITS.encode("utf-8"),
        "registers/people.csv": PEOPLE.encode("utf-8"),
        "registers/chart.csv": PRACTICE_OVERLAY.read_bytes(),
    }
    when = parse_moment("2025-12-01T08:00:00+07:00")
    create.create(path, settings, registers, actor="dieu.hanh", role="operator", when=when)
    done = submission.submit(
        Book.open(path),
        ESTIMATES.encode("utf-8"),
        "estimates.csv",
        unit="VPTU",
        period="2026",
        kind="estimates",
        actor="ke.toan",
        role="accountant",
        at="2026-01-02T08:00:00+07:00",
    )
    if not done.accepted:
        sys.exit(f"the estimate was refused: {done.findings}")


def run(*command: str | Path) -> Cost:
    """Run a program to its end and measure it; one that fails ends everything."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=ENVIRONMENT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            sys.exit(f"{' '.join(map(str, command))}\n{said.read(4000).decode('utf-8', 'replace')}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024)


def measure(book: Path, file: Path, copy: Path) -> tuple[Cost, Cost]:
    """Hand the file in to a copy of the book, then check the ledger that comes of it."""
    shutil.copytree(book, copy, symlinks=True)
    ours = run(BIN / "party-ledger", "submit", copy, file, "--unit", "T01", "--period", "2026-03")
    theirs = run(BIN / "bean-check", copy / "units/T01/ledger.beancount")
    shutil.rmtree(copy)
    return ours, theirs


def main() -> int:
    """Measure and print; with --check 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each of the two takes its turn")
    parser.add_argument("--check", action="store_true", help="exit 1 when a ratio is above its target")
    asked = parser.parse_args()
    costs: dict[int, list[tuple[Cost, Cost]]] = {SMALL: [], LARGE: []}
    with tempfile.TemporaryDirectory() as folder:
        ENVIRONMENT.update(BEANCOUNT_DISABLE_LOAD_CACHE="1", PYTHONPYCACHEPREFIX=f"{folder}/compiled")
        book = Path(folder) / "book"
        make_book(book)
        for size in costs:
            (Path(folder) / f"{size}.csv").write_bytes(file_of(size))
        measure(book, Path(folder) / f"{SMALL}.csv", Path(folder) / "copy")  # the first run compiles the modules
        for _ in range(asked.rounds):
            for size, found in costs.items():
                found.append(measure(book, Path(folder) / f"{size}.csv", Path(folder) / "copy"))
    ratios = [_show("processor", costs, lambda cost: cost.cpu), _show("wall", costs, lambda cost: cost.wall)]
    memory = max(ours.memory for ours, _ in costs[LARGE])
    print(f"memory of a submission of {LARGE:,} rows: {memory / 2**20:.0f} MiB at most")
    whole, marginal = ratios[0]
    print(f"targets: {WHOLE_TARGET} as whole processes, {MARGINAL_TARGET} for what more rows cost")
    return int(asked.check and (whole > WHOLE_TARGET or marginal > MARGINAL_TARGET))


def _show(what: str, costs: dict[int, list[tuple[Cost, Cost]]], of: Callable[[Cost], float]) -> tuple[float, float]:
    """Print one kind of time; return the ratio of whole processes and that of what more rows cost."""
    middle = {size: [median(of(pair[side]) for pair in pairs) for side in (0, 1)] for size, pairs in costs.items()}
    for size, (ours, theirs) in middle.items():
        ratios = [of(ours) / of(theirs) for ours, theirs in costs[size]]
        spread = f"{min(ratios):.2f} to {max(ratios):.2f} in pairs"
        times = f"submit {ours:6.2f} s, bean-check {theirs:6.2f} s"
        print(f"{what:10}{size:8,} rows  {times}: {ours / theirs:.2f} times ({spread})")
    more = [middle[LARGE][side] - middle[SMALL][side] for side in (0, 1)]
    times = f"submit {more[0]:6.2f} s, bean-check {more[1]:6.2f} s"
    print(f"{what:10}{LARGE - SMALL:8,} more  {times}: {more[0] / more[1]:.2f} times")
    return middle[SMALL][0] / middle[SMALL][1], more[0] / more[1]


if __name__ == "__main__":
    sys.exit(main())
