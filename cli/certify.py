"""`certify`: accountant and head vouch for what was handed in, two people, one after the other."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common, steps
from importers import certifying
from ledger.book import Book
from ledger.findings import Language


@click.command("certify")
@click.option("--receipt", default="", help="Certify this version only.")
@click.option("--answer", "answers", multiple=True, help="Answer to an item of the return, one for each, in order.")
@steps.several
@common.guarded
def command(
    book: Path,
    unit: str,
    given: tuple[str, ...],
    year: str,
    kind: str,
    receipt: str,
    answers: tuple[str, ...],
    person: str,
    at: str | None,
    lang: Language,
    format_: str,
) -> None:
    """Certify submissions of a unit; the person's role says whether as accountant or as head."""
    opened = Book.open(book)
    periods = steps.periods(given, year)
    who = common.actor(opened, person, at, "certify", unit)
    done = certifying.certify(opened, unit, periods, kind, who.person, who.at, receipt=receipt, answers=answers)
    steps.answer(done, format_, lang)
