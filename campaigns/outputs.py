"""Everything that shows a submitter's words to somebody else, and what must not be in it.

Guarantees: no cell of a workbook or CSV file is calculated, no page gets an element, attribute or address from a
submitted text, no ledger a directive; what a person reads is the text that was sent.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from beancount import loader
from beancount.core import data
from web_books import Visitor, house

from campaigns.payloads import CANARY
from importers.correction import correction_file
from importers.error_report import FORMATS, Report, rendered
from importers.slots import Slot
from importers.submission import Submission
from ledger.book import Book
from reports import tables
from reports.export import render

CALCULATED = tuple("=+-@\t\r\0＝＋－＠")
"""First characters that make a spreadsheet calculate a CSV cell."""

_PLAIN_NUMBER = re.compile(r"-?[0-9][0-9.,]*")
_FORMULA = re.compile(rb"<f[ />]|<f>|externalLink|vbaProject|activeX|<oleObject")
_ACTIVE = frozenset({"script", "iframe", "object", "embed", "svg", "base", "form", "meta", "link", "img", "style"})
_LEDGER_DIRECTIVES = frozenset({data.Open, data.Commodity, data.Transaction})


def of_file(outcome: Submission, slot: Slot) -> Iterator[str]:
    """What is wrong with the answer to a file: its report and its correction file in every format."""
    if outcome.form is None:
        yield "the outcome has no form"
        return
    asked = Report(outcome, slot.layout, slot.unit, slot.period.text, slot.kind, "2026-11-16")
    for format_ in FORMATS:
        yield from calculated(rendered(asked, format_), format_, f"report {format_}")
    for format_ in ("xlsx", "csv"):
        made = correction_file(outcome.data, outcome.form, outcome.findings, "vi", format_)
        if made is not None:
            yield from calculated(made, format_, f"correction file {format_}")


def of_book(book: Path, unit: str) -> Iterator[str]:
    """What is wrong with a book that holds hostile texts: its ledgers, exports, receipts and pages."""
    yield from ledger(book, unit)
    opened = Book.open(book)
    made = {
        "trial balance": tables.trial_balance(opened, unit, period="2026-03"),
        "execution": tables.execution(opened, unit, period="2026"),
    }
    for name, table in made.items():
        for format_ in ("csv", "json", "xlsx"):
            yield from calculated(render(table, format_), format_, f"{name} {format_}")
    for name in opened.names(f"received/{unit}/"):
        if name.endswith(".receipt.json"):
            json.loads(opened.read(name) or b"")
    yield from pages(book, unit)


def ledger(book: Path, unit: str) -> Iterator[str]:
    """Load the unit's ledger with stock Beancount: our transactions, opens and commodities, nothing else."""
    path = book / f"units/{unit}/ledger.beancount"
    entries, errors, options = loader.load_file(str(path))
    if errors:
        yield f"{path.name}: {errors[0].message}"
    others = Counter(type(entry).__name__ for entry in entries if type(entry) not in _LEDGER_DIRECTIVES)
    if others or options["plugin"] or options["title"].partition(" · ")[0] != unit:
        yield f"{path.name}: {dict(others)} {options['plugin']} {options['title']}"
    table = Book.open(book).postings([unit])
    heads = table[["date", "description", "voucher", "period", "book", "entry", "decision"]].drop_duplicates()
    told = Counter((e.date.isoformat(), e.narration) for e in entries if isinstance(e, data.Transaction))
    if told != Counter(zip(heads["date"], heads["description"], strict=True)):
        yield f"{path.name}: other transactions than the posting table"


def calculated(made: bytes, format_: str, what: str) -> Iterator[str]:
    """Cells of an output that a spreadsheet would calculate."""
    if format_ == "xlsx":
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/") and (found := _FORMULA.search(archive.read(name))):
                    yield f"{what}: {found[0]!r} in {name}"
    elif format_ == "csv":
        text = made.decode("utf-8-sig")
        delimiter = ";" if ";" in text.partition("\n")[0] else ","
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            for cell in cells:
                if cell.startswith(CALCULATED) and not _PLAIN_NUMBER.fullmatch(cell):
                    yield f"{what}: the cell {cell[:40]!r}"
    else:
        json.loads(made)


def pages(book: Path, unit: str) -> Iterator[str]:
    """Ask our own house for the pages that show vouchers, and look for anything that is more than text."""
    visitor = Visitor(house(book))
    for page in (f"/{unit}/journal/", f"/{unit}/api/journal_page?page=1&order=desc", f"/{unit}/api/commodities"):
        answer = visitor.get(page)
        if answer.status_code != 200:  # noqa: PLR2004 - the page is there
            yield f"{page}: {answer.status_code}"
            continue
        text = answer.get_data(as_text=True)
        fragments = json.loads(text)["data"] if answer.is_json else ""
        reader = _Reader()
        reader.feed(fragments if isinstance(fragments, str) else json.dumps(fragments) if "api" not in page else "")
        yield from (f"{page}: {problem}" for problem in reader.found)


class _Reader(HTMLParser):
    """Notices elements and attributes that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that acts, an attribute that listens, an address that runs."""
        acting = [name for name, value in attrs if name.startswith("on") or (value or "").lower().startswith("javascr")]
        if tag in _ACTIVE or acting or any(CANARY in (name or "") for name, _ in attrs):
            self.found.append(f"<{tag} {acting}>")
