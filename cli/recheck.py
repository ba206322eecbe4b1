"""`recheck`: run the rules of today on what was handed in, after the rules have changed or to answer a return."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common, steps
from importers import certifying
from ledger.book import Book
from ledger.findings import Language


@click.command("recheck")
@click.option("--answer", "answers", multiple=True, help="Answer to an item of the return, one for each, in order.")
@steps.several
@common.guarded
def command(
    book: Path,
    unit: str,
    given: tuple[str, ...],
    year: str,
    kind: str,
    answers: tuple[str, ...],
    person: str,
    at: str | None,
    lang: Language,
    format_: str,
) -> None:
    """Check what slots hold again, and record under which rules it was checked."""
    opened = Book.open(book)
    periods = steps.periods(given, year)
    who = common.actor(opened, person, at, "submit", unit)
    done = certifying.recheck(opened, unit, periods, kind, who.person, who.role, who.at, answers=answers)
    steps.answer(done, format_, lang)
