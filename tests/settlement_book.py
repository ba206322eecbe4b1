"""A small book made of a worked settlement case, written below the importers so that tests stay fast."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

import settlement_cases as cases
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import book as books
from ledger import create, estimates, journal, signatures
from ledger.accounts import PRACTICE_OVERLAY
from ledger.book import Book, Settings
from ledger.clock import VIETNAM
from ledger.standing import standings
from ledger.units import People, Units
from reports import settlement
from reports.settlement import Outcome

UNITS = """\
unit,name_vi,name_en,kind,level,chapter,settles_to,reports_to,served_by,successor,valid_from,valid_to
VPTU,Văn phòng Tỉnh ủy Sông Lam,Office of the Provincial Party Committee,office,I,509,,,,,2024-01-01,
T01,Trường Chính trị tỉnh Sông Lam,Provincial Political School,service_unit,III,509,VPTU,VPTU,,,2024-01-01,
T02,Báo Sông Lam,Sông Lam Newspaper,service_unit,III,509,VPTU,VPTU,,,2024-01-01,
XA01,Văn phòng Đảng ủy xã Hòa Lam,Hòa Lam Commune Party Office,commune_office,I,819,@XA01,VPTU,,,2024-01-01,
DNIN,Công ty In Sông Lam,Sông Lam Printing Company,enterprise,,,,VPTU,,,2024-01-01,
"""
PEOPLE = {
    "nga": ("Phùng Thị Nga", "accountant", "T01"),
    "dat": ("Lương Văn Đạt", "chief_accountant", "T01"),
    "hau": ("Nguyễn Văn Hậu", "head", "T01"),
    "ha": ("Đỗ Thu Hà", "officer", "*"),
    "hanh": ("Ngô Thị Hạnh", "reviewer", "*"),
    "khoa": ("Đặng Văn Khoa", "reviewer", "*"),
    "thang": ("Phạm Đức Thắng", "approver", "*"),
}
OWN_RULES = Path(__file__).parent / "cases" / "submissions" / "_book" / "regulations.yaml"
EARLIER = "2026-02-20T08:00:00+07:00"
SIGNED, HEADED = "2026-02-21T08:00:00+07:00", "2026-02-22T08:00:00+07:00"
OPENED, DECIDED, REVIEWED, APPROVED, ISSUED, SEALED = (f"2026-04-{day:02}T09:00:00+07:00" for day in range(10, 16))

DECISIONS = (cases.CASES / "rejected-item" / "decisions.csv").read_bytes()


def make(path: Path, case: str, months: int = 12, *, certified: bool = True) -> Book:
    """A practice book whose unit T01 has the case's year, handed in by `nga` and certified by accountant and head."""
    empty(path)
    book = Book.open(path)
    table = cases.case_postings(case)
    for period, rows in table.groupby("period"):
        text = journal.render(rows.reset_index(drop=True))
        put(book, f"units/T01/{str(period)[:4]}/{period}.beancount", text, str(period))
        book = Book.open(path)
    made = _finish(book, path, case, months)
    return certify(path) if certified else made


def empty(path: Path) -> Book:
    """The same book before anything was handed in."""
    name = "Tỉnh Sông Lam (thực hành)"
    settings = Settings(1, name, "Practice province", "Sông Lam", practice=True, today="2026-11-16")
    registers = {
        books.UNITS: UNITS.encode(),
        books.PEOPLE: _people().encode(),
        books.CHART: PRACTICE_OVERLAY.read_bytes(),
        books.SIGNERS: _signers(),
        books.REGULATIONS: OWN_RULES.read_bytes(),
    }
    when = datetime(2025, 1, 2, 8, tzinfo=VIETNAM)
    create.create(path, settings, registers, actor="ha", role="officer", when=when)
    return Book.open(path)


def put(book: Book, name: str, text: str, period: str, at: str = EARLIER) -> None:
    """Write a journal as if it had been handed in by the unit's accountant."""
    change = book.change("nga", "accountant", at)
    change.write(name, text.encode("utf-8"))
    change.event("submission.accepted", unit="T01", period=period, kind="vouchers", data=_facts(period))
    change.commit(f"T01 {period}")


def _facts(period: str) -> dict[str, str | int]:
    """What the event of an accepted submission says at least."""
    zero = "0" * 12
    receipt = f"T01-{period}-vouchers-{zero}"
    return {"submission": zero, "receipt": receipt, "content": f"{period} {zero}", "file": "", "path": "", "rows": 0}


def _finish(book: Book, path: Path, case: str, months: int) -> Book:
    change = book.change("nga", "accountant", EARLIER)
    handed_in = set(cases.case_postings(case)["period"])
    for month in range(1, months + 1):
        facts = _facts(f"2025-{month:02}")
        if f"2025-{month:02}" not in handed_in:
            change.event("submission.accepted", unit="T01", period=f"2025-{month:02}", kind="vouchers", data=facts)
    table = cases.case_estimates(case)
    lines = [estimates.EstimateLine(**{str(k): v for k, v in row.items()}) for row in table.to_dict("records")]
    for year in sorted(set(table["budget_year"])):
        of_year = [line for line in lines if line.budget_year == year]
        change.write(estimates.register_name(year), estimates.write(of_year))
        posted = estimates.postings(of_year, "T01", year, cases.CHART, cases.INDEX)
        if len(posted):
            change.write(f"units/T01/{year}/{year}-estimates.beancount", journal.render(posted).encode())
    change.commit("T01: months and estimates")
    return Book.open(path)


def certify(path: Path) -> Book:
    """Everything handed in for 2025, certified by the unit's chief accountant and its head."""
    for person, role, stage, at in (("dat", "chief_accountant", "accountant", SIGNED), ("hau", "head", "head", HEADED)):
        book = Book.open(path)
        change = book.change(person, role, at)
        for period, kind in standings(book.events("T01"), "T01"):
            if kind == "vouchers" and period < "2026":
                data = {"stage": stage, "receipt": "", "content": "", "late_days": 0}
                change.event("submission.certified", unit="T01", period=period, kind=kind, data=data)
        change.commit(f"T01 2025: {stage}")
    return Book.open(path)


def _people() -> str:
    rows = ["person,name,role,units,public_key,valid_from,valid_to"]
    rows += [f"{p},{name},{role},{units},{_key(p)},2024-01-01," for p, (name, role, units) in PEOPLE.items()]
    return "\n".join(rows) + "\n"


def _key(person: str) -> str:
    return signatures.public_key_line(signatures.practice_key(person))


def _signers() -> bytes:
    units, _ = Units.read(UNITS.encode())
    return signatures.allowed_signers(People.read(_people().encode(), units)[0].rows)


class Desk:
    """Takes steps on a book as its people do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def book(self) -> Book:
        return Book.open(self.path)

    def open(self, person: str = "ha", unit: str = "T01", year: str = "2025", at: str = OPENED) -> Outcome:
        return settlement.open_(self.book, unit, year, person, "officer", at)

    def decide(self, person: str = "ha", data: bytes = DECISIONS, at: str = DECIDED) -> Outcome:
        return settlement.decide(self.book, "T01", "2025", data, "qd.csv", person, "officer", at)

    def send_back(self, reason: str = "Thiếu hóa đơn", deadline: str = "2026-04-30", at: str = DECIDED) -> Outcome:
        return settlement.return_(self.book, "T01", "2025", reason, deadline, "ha", "officer", at)

    def review(
        self, person: str = "hanh", key: Ed25519PrivateKey | None = None, exception: str = "", at: str = REVIEWED
    ) -> Outcome:
        return settlement.sign(self.book, "T01", "2025", "reviewer", key, person, "reviewer", at, exception=exception)

    def approve(self, person: str = "thang", exception: str = "", at: str = APPROVED) -> Outcome:
        return settlement.sign(self.book, "T01", "2025", "approver", None, person, "approver", at, exception=exception)

    def documents(self, at: str = ISSUED) -> Outcome:
        return settlement.documents(self.book, "T01", "2025", "hanh", "reviewer", at, number="12-TB/VPTU")

    def seal(self, at: str = SEALED) -> Outcome:
        return settlement.seal(self.book, "T01", "2025", "thang", "approver", at)


def codes(done: Outcome) -> list[str]:
    return [finding.rule for finding in done.findings]


@cache
def stages() -> dict[str, Path]:
    """The rejected-item book at every stage, made once per test process; take copies to change one."""
    folder = Path(tempfile.mkdtemp(prefix="settlements-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "new"
    make(path, "rejected-item")
    found = {"new": path}
    for name in ("open", "decide", "review", "approve", "documents", "seal"):
        following = folder / name
        shutil.copytree(path, following, symlinks=True)
        done = getattr(Desk(following), name)()
        if codes(done):
            raise AssertionError((name, done.findings))
        found[name] = path = following
    return found
