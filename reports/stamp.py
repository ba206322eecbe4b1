"""The stamp on every page and sheet: where the figures come from, and how to check them.

Guarantees: the stamp names unit, period, the book's commit, the hash of the content, of the rules with their law and
of the program; nothing in it depends on the machine, so the same book gives the same stamp.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import segno

from ledger import book as books
from ledger.book import Book
from ledger.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
RULE_FILES = ("plugins/rules/*.yaml", "ledger/regulations/**/*.yaml", "ledger/chart/*.csv", "reports/forms/*.yaml")
"""What a figure depends on besides the book and the program: rules, dated law, chart, form data."""
SHOWN = 16
"""Hexadecimal digits of a hash that are printed; the QR code holds all of them."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands at the foot of every page."""

    unit: str
    period: str
    commit: str
    content: str
    """SHA-256 of the content (canonical JSON of the record the page is made from)."""
    rules: str
    """SHA-256 of the rule pack, the book's own law included."""
    program: str

    def as_dict(self) -> dict[str, str]:
        """As templates and files take it."""
        return asdict(self)

    @property
    def payload(self) -> str:
        """What the QR code says. Capitals only: the code stays small enough to be read from a small print."""
        return f"PARTY-LEDGER VERIFY 1 {self.unit} {self.period} {self.commit[:SHOWN]} {self.content}".upper()


def stamp(book: Book, unit: str, period: str, content: bytes) -> Stamp:
    """The stamp of a document made from this snapshot of the book."""
    digest = hashlib.sha256(content).hexdigest()
    return Stamp(unit, period, book.commit, digest, rule_pack(book), program())


def rule_pack(book: Book) -> str:
    """SHA-256 over the rules and law this book is judged by: ours and the book's own."""
    total = hashlib.sha256(_shipped_rules().encode())
    for name in (books.CHART, books.REGULATIONS):
        total.update(f"\n{name} {hashlib.sha256(book.read(name) or b'').hexdigest()}".encode())
    return total.hexdigest()


def program() -> str:
    """Name and version of this program."""
    return f"party-ledger {VERSION}"


def tools() -> str:
    """The libraries that decide the bytes of a paper, with their versions."""
    return ", ".join(f"{name} {version(name)}" for name in ("typst", "segno"))


def qr_svg(payload: str) -> str:
    """The QR code of a payload as SVG text."""
    out = io.BytesIO()
    segno.make(payload, error="m", micro=False).save(out, kind="svg", border=1)
    return out.getvalue().decode("utf-8")


@cache
def _shipped_rules() -> str:
    names = sorted(path for pattern in RULE_FILES for path in ROOT.glob(pattern))
    lines = (f"{p.relative_to(ROOT).as_posix()} {hashlib.sha256(p.read_bytes()).hexdigest()}" for p in names)
    return "\n".join(lines)
