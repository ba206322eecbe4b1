"""Decisions that a year-end run makes: as a file of the estimates form, and what the book holds of earlier runs.

Guarantees: what a run decides stands in the book as a received file like any other, so that `verify` proves it and an
official can read it; a run is known by its event, never by the wording of its lines.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from importers.forms import read_form
from importers.layouts import ESTIMATES
from importers.request import Request
from importers.slots import SHORT, Slot, content_of
from ledger import estimates
from ledger.book import Book
from ledger.estimates import EstimateLine
from ledger.money import money
from ledger.vietnamese import date_vi

RUN = "year_end"
"""Key under which the events of a run's decisions say that it was one."""


@dataclass(frozen=True)
class Asked:
    """Who asks for a run, by which decision of which day."""

    decision: str
    day: str
    """ISO day of the decision."""
    actor: str
    role: str
    at: str | None = None
    early: str = ""
    """Document that states that nothing more comes in the adjustment period, for a run before it is over."""
    dry_run: bool = False


def files_of(
    book: Book, year: str, asked: Asked, lines: Sequence[EstimateLine]
) -> list[tuple[Request, list[EstimateLine]]]:
    """The decision as files of the estimates form, one for each year that it has lines of, with their lines."""
    made = []
    for of_year in (year, str(int(year) + 1)):
        own = [line for line in lines if line.budget_year == of_year]
        if not own:
            continue
        name = f"{''.join(sign if sign.isalnum() or sign in '-.' else '-' for sign in asked.decision)}-{of_year}.csv"
        data = _as_file(own)
        form = read_form(data, name, ESTIMATES)
        slot = Slot.of(own[0].assigning_unit, of_year, "estimates")
        request = Request(
            book, slot, data, name, form, asked.actor, asked.role, asked.at, replacing=False, dry_run=asked.dry_run
        )
        content = content_of(form)[:SHORT]
        rows = [line.row for line in form.lines]
        made.append(
            (request, [replace(line, submission=content, row=row) for line, row in zip(own, rows, strict=True)])
        )
    return made


def _as_file(lines: Iterable[EstimateLine]) -> bytes:
    """Lines of a decision as somebody would hand them in: the estimates form with its Vietnamese headings."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    columns = [column for column in ESTIMATES.columns if column.key in estimates.COLUMNS]
    writer.writerow([column.vi for column in columns])
    for line in lines:
        cells = []
        for column in columns:
            value = getattr(line, column.key)
            words = {meaning: word for word, meaning in column.words.items()}
            shown = money(value) if column.kind == "amount" else date_vi(value) if column.kind == "date" else value
            cells.append(words.get(value, shown))
        writer.writerow(cells)
    return "\ufeff".encode() + out.getvalue().encode("utf-8")


def run_of(book: Book, decision: str) -> str | None:
    """The closed year of the run that made a decision; None: no run did."""
    for event in book.events():
        if event.event == "estimates.accepted" and decision in event.data.get("decisions", ()):
            ran = event.data.get(RUN)
            return str(ran["year"]) if ran and not ran["reverses"] else None
    return None


def register_of(book: Book, years: Iterable[str]) -> list[EstimateLine]:
    """Every line of the registers of some budget years, in the order they were accepted."""
    names = [estimates.register_name(year) for year in years]
    return [line for name in names for line in estimates.read(book.read(name), name)]


def of_decision(book: Book, decision: str) -> list[EstimateLine]:
    """Every line of a decision, of whatever year."""
    names = book.names(estimates.FOLDER)
    years = [name.removeprefix(estimates.FOLDER).removesuffix(".csv") for name in names]
    return [line for line in register_of(book, years) if line.decision == decision]
