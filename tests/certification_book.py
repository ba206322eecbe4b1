"""A small province with everybody who takes part in certification, made once and copied for each test."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

import submission_cases as cases

from importers import certifying, submission
from importers.desk import Outcome
from importers.slots import Slot
from importers.submission import Submission
from ledger import create
from ledger.accounts import PRACTICE_OVERLAY
from ledger.book import Book, Settings
from ledger.clock import parse_moment
from ledger.standing import Standing, standing

OWN_RULES = cases.BOOK / "regulations.yaml"
PEOPLE = """\
person,name,role,units,public_key,valid_from,valid_to
ke.toan,Nguyễn Thị Kế,accountant,*,,2024-01-01,
ke.truong,Phạm Thị Trưởng,chief_accountant,T01 T02,,2024-01-01,
thu.truong,Đào Văn Thủ,head,T01,,2024-01-01,
kiem.nhiem,Hồ Thị Kiêm,accountant,T02,,2024-01-01,
kiem.nhiem,Hồ Thị Kiêm,head,T02,,2024-01-01,
can.bo,Đỗ Thu Cán,officer,*,,2024-01-01,
xet.duyet,Ngô Văn Xét,reviewer,*,,2024-01-01,
lanh.dao,Trần Văn Lãnh,approver,*,,2024-01-01,
thanh.tra,Phan Thanh Tra,inspector,*,,2024-01-01,
dieu.hanh,Lê Văn Điều,operator,*,,2024-01-01,
"""
ACCOUNTANT, CHIEF, HEAD, OFFICER, REVIEWER = "ke.toan", "ke.truong", "thu.truong", "can.bo", "xet.duyet"
MONTH = "2026-03"
HANDED_IN, SIGNED, LATER = (f"2026-04-{day:02}T09:00:00+07:00" for day in (8, 14, 20))
"""The file is due on the 10th, both certifications on the 15th."""

HEADER = "Số chứng từ;Ngày hạch toán;Ngày chứng từ;Diễn giải;TK Nợ;TK Có;Số tiền\n"


def vouchers(*rows: str) -> bytes:
    """A file of vouchers."""
    return (HEADER + "".join(row + "\n" for row in rows)).encode("utf-8")


def row(number: str, day: str = "05/03/2026", amount: str = "500.000", document: str = "", about: str = "Chi") -> str:
    """A payment in cash; a document dated after the posting is a warning (F40)."""
    return f"{number};{day};{document};{about};1388;1111;{amount}"


CLEAN = vouchers(row("PC001"), row("PC002", amount="700.000"))
WARNED = vouchers(row("PC001"), row("PC015", amount="700.000", document="09/03/2026"))
"""PC015: the document is dated after its posting."""


@cache
def _made() -> Path:
    path = Path(tempfile.mkdtemp(prefix="certification-")) / "book"
    registers = {
        "registers/units.csv": (cases.BOOK / "units.csv").read_bytes(),
        "registers/people.csv": PEOPLE.encode(),
        "registers/chart.csv": PRACTICE_OVERLAY.read_bytes(),
        "registers/regulations.yaml": OWN_RULES.read_bytes(),
    }
    settings = Settings(1, "Tỉnh thử nghiệm", "Test province", "Nơi thử", practice=True, today=cases.TODAY)
    when = parse_moment("2025-01-02T08:00:00+07:00")
    create.create(path, settings, registers, actor="dieu.hanh", role="operator", when=when)
    money = b"TK;D\xc6\xb0 N\xe1\xbb\xa3;D\xc6\xb0 C\xc3\xb3\n1111;100.000.000;\n3388;;100.000.000\n"
    for unit in ("T01", "T02"):
        done = hand_in(path, money, unit=unit, period="2025", kind="opening", at="2025-01-20T08:00:00+07:00")
        assert done.accepted, done.findings
    return path


def fresh(path: Path) -> Path:
    """A copy of the province with openings, before any month."""
    return Path(shutil.copytree(_made(), path / "book", symlinks=True))


def hand_in(book: Path, data: bytes, **words: object) -> Submission:
    """A file handed in by the accountant."""
    given = {"unit": "T01", "period": MONTH, "at": HANDED_IN, "actor": ACCOUNTANT, "role": "accountant"} | words
    return submission.submit(Book.open(book), data, "thang.csv", **given)  # type: ignore[arg-type]


def certify(book: Path, person: str, *periods: str, unit: str = "T01", kind: str = "", at: str = SIGNED) -> Outcome:
    """A certification of the month, or of some periods."""
    return certifying.certify(Book.open(book), unit, periods or (MONTH,), kind, person, at)


def at(book: Path, period: str = MONTH, kind: str = "vouchers", unit: str = "T01") -> Standing:
    """Where a slot stands."""
    return standing(Book.open(book).events(unit), unit, period, kind)


def slot(period: str = MONTH, kind: str = "vouchers", unit: str = "T01") -> Slot:
    """A slot."""
    return Slot.of(unit, period, kind)


def codes(done: Outcome) -> list[str]:
    """Codes of the findings."""
    return [finding.rule for finding in done.findings]
