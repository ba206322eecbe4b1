"""The pieces of work that are interrupted: every way in which something reaches a book, once each.

Guarantees: a piece of work states its time, so that it ends in the same commit whenever it is done; doing it again
after any interruption must end in that commit too, which is what a submitter who tries again does.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import scan_files
from history_tools import in_child
from submission_cases import BOOK

from importers import submission
from importers.attaching import File as Scan
from importers.attaching import attach
from importers.certifying import certify
from importers.justifying import Reason, justify
from importers.returning import extend, give_back
from importers.slots import Slot
from ledger import tags
from ledger.book import PEOPLE, Book
from ledger.clock import parse_moment
from ledger.durable import Disk
from ledger.history import History

AT = "2026-11-16T08:00:00+07:00"
EARLIER = "2026-11-16T07:00:00+07:00"
LATER = "2026-11-16T09:00:00+07:00"
HEADER = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB\r\n"
DECISIONS = "Số quyết định;Ngày;Loại;Đơn vị nhận;Nguồn;Khoản;Tiểu mục hoặc nhóm;Số tiền;Năm ngân sách\r\n"
SIGNERS, ROLES = ("ke.truong", "thu.truong"), ("chief_accountant", "head")
OFFICER = "can.bo"
SIGNED = "settlement/2025/T01/approver"


def electricity(amount: str, number: str = "UNC020", day: str = "05/03/2026") -> bytes:
    """A voucher file: one electricity bill with its budget posting."""
    text = f"{number};{day};Chi tiền điện"
    rows = f"{text};612;511;{amount};13;351;6501;\r\n{text};;008212;{amount};13;351;6501;Thực chi\r\n"
    return (HEADER + rows).encode("utf-8")


@dataclass(frozen=True, slots=True)
class File:
    """A file and the words of the command that hands it in."""

    data: bytes
    unit: str
    period: str
    kind: str = "vouchers"
    replace: bool = False

    def hand_in(self, book: Path, at: str = AT) -> str:
        """Hand it in; the number of its receipt, "" when it was refused."""
        done = submission.submit(
            Book.open(book),
            self.data,
            "tệp.csv",
            unit=self.unit,
            period=self.period,
            kind=self.kind,
            actor="ke.toan",
            role="accountant",
            at=at,
            replace=self.replace,
            reason="số tiền sai" if self.replace else "",
        )
        return done.receipt or ""


FIRST = File(electricity("1.000.000"), "T01", "2026-03")
OTHER = File(electricity("1.100.000"), "T01", "2026-03", replace=True)
JANUARY = File(electricity("500.000", "UNC120", "31/12/2025"), "T01", "2025-13")
CASH = File(
    f"{HEADER}PT001;06/03/2026;Rút tiền gửi về quỹ;1111;1121;2.000.000;;;;\r\n".encode(),
    "T01",
    "2026-03",
    "vouchers/cash",
)
DECISION = File(
    f"{DECISIONS}300-QĐ/VPTU;02/03/2026;Bổ sung;T01;13;351;;5.000.000;2026\r\n"
    "300-QĐ/VPTU;02/03/2026;Bổ sung;T02;13;351;;6.000.000;2026\r\n".encode(),
    "VPTU",
    "2026",
    "estimates",
)
OPENING = File((BOOK / "opening-T01.csv").read_bytes().replace(b"TS-T01-001", b"TS-MOI-001"), "MOI", "2026", "opening")
EVENTS = File(
    "Mã sự kiện;Loại;Tên đoàn, hội nghị;Từ ngày;Đến ngày;Số người;Đơn vị chủ trì\r\n"
    "HN-T02-1;Hội nghị;Hội nghị sơ kết;05/03/2026;06/03/2026;40;T02\r\n".encode(),
    "T02",
    "2026-03",
    "events",
)
WARNED = File(
    electricity("1.000.000")
    .replace("Diễn giải;".encode(), "Diễn giải;Ngày chứng từ;".encode(), 1)
    .replace("Chi tiền điện;".encode(), "Chi tiền điện;06/03/2026;".encode()),
    "T01",
    "2026-03",
)
MARCH = Slot.of("T01", "2026-03", "vouchers")
TOO_MUCH = File(electricity("700.000.000"), "T01", "2026-03")


def nothing(_book: Path) -> None:
    """The province is ready for the work as it is."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that is done to a book."""

    name: str
    do: Callable[[Path], str]
    """Does it; what a person is told (the receipt's number), "" when nothing."""
    prepare: Callable[[Path], object] = nothing
    """Brings a copy of the province to where the work begins."""
    changes: bool = True
    """Whether it ends in another state than the branch has when it begins."""

    def __str__(self) -> str:
        """Its name."""
        return self.name


def _die_at_the_move(step: str) -> None:
    if step == "branch moved":
        os.kill(os.getpid(), signal.SIGKILL)


def under(step: Callable[[str], None], do: Callable[[Path], str], book: Path) -> str:
    """Do a work so that every disk of this process takes these steps. For a child that ends afterwards."""
    Disk.__init__.__defaults__ = (step,)  # type: ignore[misc]
    return do(book)


def _crashed(book: Path) -> None:
    """The branch has moved, the view has not: the writer died at the worst moment."""
    in_child(lambda: under(_die_at_the_move, FIRST.hand_in, book))


def _open(book: Path) -> str:
    Book.open(book)
    return ""


def _edited(book: Path) -> None:
    (book / "book.toml").write_bytes(b"by hand\n")
    (book / "note.txt").write_bytes(b"a note\n")


def _repair(book: Path) -> str:
    History.repair(book, parse_moment(LATER))
    return ""


def _sign(book: Path) -> str:
    history = History.open(book)
    if not history.tags():
        history.tag_signed(SIGNED, "{}", tags.practice_key("truong.ban"), parse_moment(LATER))
    return ""


def _signers(book: Path) -> None:
    """Two people who vouch for T01, an officer, and a submission for them."""
    _people(book)
    FIRST.hand_in(book)


def _people(book: Path) -> None:
    with Book.open(book).locked() as opened:
        change = opened.change("dieu.hanh", "operator", EARLIER)
        people = [f"{person},{person},{role},T01,,2024-01-01,\n" for person, role in zip(SIGNERS, ROLES, strict=True)]
        people.append(f"{OFFICER},{OFFICER},officer,*,,2024-01-01,\n")
        change.write(PEOPLE, (opened.read(PEOPLE) or b"") + "".join(people).encode())
        change.commit("two people who certify, and an officer")


def _certify(person: str, book: Path) -> str:
    certify(Book.open(book), "T01", ["2026-03"], "vouchers", person, LATER)
    return ""


def _give_back(book: Path) -> str:
    asked = {"reason": "thiếu hồ sơ", "until": "2026-11-30", "items": ("bổ sung bảng kê",)}
    give_back(Book.open(book), MARCH, OFFICER, "officer", LATER, **asked)  # type: ignore[arg-type]
    return ""


def _extend(book: Path) -> str:
    extend(Book.open(book), MARCH, OFFICER, "officer", LATER, until="2027-01-31", document="12-CV/VPTU")
    return ""


def _warned(book: Path) -> None:
    _people(book)
    WARNED.hand_in(book)


def _justify(book: Path) -> str:
    given = Reason("F40", "UNC020", "hóa đơn về sau")
    justify(Book.open(book), MARCH, SIGNERS[0], ROLES[0], given, LATER)
    return ""


def _signed_once(book: Path) -> None:
    _signers(book)
    _certify(SIGNERS[0], book)


def _attach(book: Path) -> str:
    words = {"unit": "T01", "period": "2026-03", "actor": "ke.toan", "role": "accountant", "at": LATER}
    attach(Book.open(book), [Scan("UNC020.pdf", scan_files.pdf()), Scan("UNC020-2.png", scan_files.png())], **words)
    return ""


WORKS = (
    Work("first submission", FIRST.hand_in),
    Work("replacement", lambda book: OTHER.hand_in(book, LATER), FIRST.hand_in),
    Work("second book of the month", CASH.hand_in, FIRST.hand_in),
    Work("adjustments that close a year", JANUARY.hand_in),
    Work("estimate decision", DECISION.hand_in),
    Work("opening balances", OPENING.hand_in),
    Work("register of events", EVENTS.hand_in),
    Work("scans attached", _attach, FIRST.hand_in),
    Work("certified by the accountant", partial(_certify, SIGNERS[0]), _signers),
    Work("certified by the head", partial(_certify, SIGNERS[1]), _signed_once),
    Work("returned by the office", _give_back, _signers),
    Work("more time", _extend, _signers),
    Work("warning justified", _justify, _warned),
    Work("refused file", TOO_MUCH.hand_in, changes=False),
    Work("recovery", _open, _crashed, changes=False),
    Work("repair of a hand edit", _repair, _edited, changes=False),
    Work("signature", _sign),
)
"""In the order in which they are shown."""


def work(name: str) -> Work:
    """The piece of work of a name."""
    return next(found for found in WORKS if found.name == name)
