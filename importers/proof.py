"""Whether what was received is still what the books say: the importers' part of `verify`.

Guarantees: every received file that an event names (the original and the corrections it was put together from, the
list of what it changed) is there and has the hash the event recorded; every row of the file that a slot holds now
stands in the slot's journal with the same account, side and figure, and the journal has no other.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from importers import registering
from importers.forms import Line, read_form
from importers.slots import ACCEPTED, Slot, Version, current_versions
from ledger import estimates, journal, records
from ledger.book import Book
from ledger.verify import Problem


class _Figure(NamedTuple):
    """One side of one row, as file and journal both have it."""

    document: str
    row: int
    side: str
    code: str
    amount: int


def problems(book: Book) -> Iterator[Problem]:
    """What does not hold between received files, events and journals.

    Yields:
        kind `received`: a file is missing or has another hash; kind `figures`: a row differs between file and book.
    """
    for unit in sorted({row.unit for row in book.units}):
        events = book.events(unit)
        for event in events:
            if event.event in ACCEPTED:
                yield from _received(book, Version.of(event))
        for event, version in current_versions(events):
            if event.event == "submission.accepted":
                slot = Slot.of(unit, event.period, event.kind)
                own = registering.differences if slot.kind in records.KINDS else _journal_figures
                yield from own(book, slot, version)
    yield from _estimate_figures(book)
    yield from registering.strangers(book)


def _received(book: Book, version: Version) -> Iterator[Problem]:
    """The file, what it was put together from, and the list of what it changed."""
    changes = version.data.get("changes")
    kept = [version.data, *version.data.get("parts", ()), *([changes] if changes else [])]
    for file in kept:
        path = str(file["path"])
        data = book.read(path)
        if data is None:
            yield Problem(path, "", "received", f"missing; receipt {version.receipt}")
        elif hashlib.sha256(data).hexdigest() != file["sha256"]:
            yield Problem(path, "", "received", f"not what receipt {version.receipt} was given for")


def _journal_figures(book: Book, slot: Slot, version: Version) -> Iterator[Problem]:
    data, text = book.read(version.path), book.read(slot.journal)
    if data is None or text is None:
        missing = version.path if data is None else slot.journal
        yield Problem(missing, "", "figures", "missing")
        return
    form = read_form(data, version.file, slot.layout)
    sent = Counter(figure for line in form.lines for figure in _figures(slot, line))
    table = _table(text)
    if table is None:
        yield Problem(slot.journal, "", "figures", "cannot be read")
        return
    table = table[table["code"] != ""]
    columns = (table[name] for name in ("voucher", "row", "side", "code", "amount"))
    booked = Counter(_Figure(v, int(r), s, c, int(a)) for v, r, s, c, a in zip(*columns, strict=True))
    wrong = sorted({figure.document for figure in (sent - booked) + (booked - sent)})
    for document in wrong:
        yield Problem(slot.journal, document, "figures", f"differs from {version.path}")


def _figures(slot: Slot, line: Line) -> Iterator[_Figure]:
    if slot.kind == "opening":
        side = "D" if line.amounts.get("debit", 0) else "C"
        amount = line.amounts["debit"] if side == "D" else -line.amounts["credit"]
        yield _Figure(f"SDDK-{slot.period.year}", line.row, side, line.texts["account"], amount)
        return
    for side, name, sign in (("D", "debit", 1), ("C", "credit", -1)):
        if line.texts[name]:
            yield _Figure(line.texts["voucher"], line.row, side, line.texts[name], sign * line.amounts["amount"])


def _table(text: bytes) -> pd.DataFrame | None:
    """The postings of a journal, None where it is missing or is none."""
    try:
        return journal.read(text.decode("utf-8"))
    except (journal.NotCanonicalError, journal.NotAJournalError, UnicodeDecodeError):
        return None


def _estimate_figures(book: Book) -> Iterator[Problem]:
    """The journals of estimates hold the register's lines and nothing else."""
    for name in book.names(estimates.FOLDER):
        year = name.removeprefix(estimates.FOLDER).removesuffix(".csv")
        register = estimates.read(book.read(name), name)
        for unit in sorted({line.unit for line in register}):
            file = f"units/{unit}/{year}/{year}-estimates.beancount"
            decided = Counter(
                (line.decision, line.submission, line.row, line.amount)
                for line in register
                if line.unit == unit and line.kind in estimates.TITLES
            )
            table = _table(book.read(file) or b"")
            booked = Counter[tuple[str, str, int, int]]()
            if table is not None:
                side = table[table["side"] == "D"]
                side = side[side["code"] != ""]
                columns = (side[column] for column in ("decision", "submission", "row", "amount"))
                booked = Counter((d, s, int(r), int(a)) for d, s, r, a in zip(*columns, strict=True))
            for decision in sorted({found[0] for found in (decided - booked) + (booked - decided)}):
                yield Problem(file, decision, "figures", f"differs from {name}")
