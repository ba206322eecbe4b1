"""The small province with an officer, three units' requests for 2027 and the outside authority's total."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from register_sheets import send
from submission_cases import make_book

from importers import submission
from importers.submission import Submission
from ledger.book import Book

YEAR = "2027"
OFFICER, ACCOUNTANT = "can.bo", "ke.toan"
REVIEWED = "2026-11-18T09:00:00+07:00"
TOTALLED = "2026-12-16T08:00:00+07:00"
ASSIGNED = "2026-12-20T09:00:00+07:00"
TOTAL = (("13", "351", 1_100_000_000), ("12", "351", 80_000_000))
"""What the People's Committee assigns to the office for 2027."""

_ESTIMATES = ("Số quyết định", "Ngày", "Loại", "Đơn vị nhận", "Nguồn", "Khoản", "Tiểu mục hoặc nhóm", "Số tiền")


def need(task: str, amount: str, **more: str) -> dict[str, str]:
    """A row of need of source 13, clause 351."""
    return {"line": "Nhu cầu chi", "task": task, "source": "13", "clause": "351", "amount": amount} | more


def receipt(kind: str, amount: str) -> dict[str, str]:
    """A row of the unit's own receipts: `dues` or `other`."""
    line = {"dues": "Đảng phí được giữ lại", "other": "Thu khác"}[kind]
    return {"line": line, "task": line, "amount": amount}


REQUESTS: dict[str, tuple[tuple[dict[str, str], ...], str]] = {
    "T01": (
        (
            need("Chi thường xuyên", "650.000.000"),
            need("Hội nghị", "60.000.000", source="12", item="6650", quantity="3", price="20.000.000"),
            need(
                "Phụ cấp lưu trú đi cơ sở",
                "20.000.000",
                source="12",
                item="6700",
                norm="norms.stay_allowance/land",
                quantity="100",
                price="200.000",
            ),
            receipt("other", "10.000.000"),
        ),
        "2026-10-30T09:00:00+07:00",
    ),
    "T02": ((need("Chi thường xuyên", "500.000.000"),), "2026-11-05T09:00:00+07:00"),
    "XA01": (
        (
            need("Hoạt động của đảng ủy xã", "300.000.000"),
            need("Hội nghị sơ kết", "9.000.000", item="6650", norm="norms.conference", quantity="60", price="150.000"),
            receipt("dues", "45.000.000"),
            receipt("other", "4.000.000"),
        ),
        "2026-10-31T16:00:00+07:00",
    ),
}
"""Unit → the rows it hands in, and when: T01 and XA01 in time, T02 five days late."""


@cache
def _made() -> Path:
    path = make_book(Path(tempfile.mkdtemp(prefix="preparation-")) / "book")
    with Book.open(path).locked() as book:
        people = (book.read("registers/people.csv") or b"") + f"{OFFICER},Đỗ Thu Cán,officer,*,,2024-01-01,\n".encode()
        change = book.change("dieu.hanh", "operator", "2026-10-06T08:00:00+07:00")
        change.write("registers/people.csv", people)
        change.event("register.changed", unit="VPTU", data={"register": "people"})
        change.commit("an officer")
    for unit, (rows, at) in REQUESTS.items():
        done = send(path, "requests", unit, YEAR, *rows, at=at)
        assert done.accepted, done.findings
    return path


def fresh(folder: Path) -> Path:
    """A copy of the province in which three units have handed in what they ask for in 2027."""
    return Path(shutil.copytree(_made(), folder / "book", symlinks=True))


def book() -> Book:
    """The same, to look at only."""
    return Book.open(_made())


def decide(path: Path, rows: Iterable[Iterable[object]], at: str = TOTALLED, unit: str = "VPTU") -> Submission:
    """Hand in lines of decisions for 2027; of each the first eight columns of the form."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([*_ESTIMATES, "Năm ngân sách"])
    writer.writerows([*row, YEAR] for row in rows)
    data = out.getvalue().encode("utf-8-sig")
    words = {"unit": unit, "period": YEAR, "kind": "estimates", "actor": OFFICER, "role": "officer", "at": at}
    done = submission.submit(Book.open(path), data, "quyet-dinh.csv", **words)  # type: ignore[arg-type]
    assert done.accepted, done.findings
    return done


def total(path: Path) -> Submission:
    """The outside authority's decision: what the office may allocate."""
    rows = [
        ("3300/QĐ-UBND", "15/12/2026", "Tổng giao", "VPTU", source, clause, "", str(a)) for source, clause, a in TOTAL
    ]
    return decide(path, rows)


def figures(*rows: tuple[str, str, str, str, str, str], header: str = "") -> bytes:
    """A CSV of the office's figures: unit, source, clause, item, figure, reason."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(
        header.split(";") if header else ["Đơn vị", "Nguồn", "Khoản", "Mục, tiểu mục", "Văn phòng đề xuất", "Lý do"]
    )
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


REVIEW = figures(
    ("T01", "13", "351", "", "620.000.000", "Theo khả năng cân đối"),
    ("T01", "12", "351", "6650", "60.000.000", ""),
    ("T01", "12", "351", "6700", "20.000.000", ""),
    ("T02", "13", "351", "", "480.000.000", "Biên chế giảm 1 người"),
)
"""Every line that T01 and T02 ask for; with nothing for the office itself the sum is the total."""
