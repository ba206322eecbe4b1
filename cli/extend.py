"""`extend`: the office gives a unit more time, by a document."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common, steps
from importers import certifying
from importers.slots import Slot
from ledger.book import Book
from ledger.findings import Language


@click.command("extend")
@click.option("--until", required=True, help="The new ISO day.")
@click.option("--document", required=True, help="Number of the document that grants it.")
@steps.one
@common.guarded
def command(
    book: Path,
    unit: str,
    period: str,
    kind: str,
    until: str,
    document: str,
    person: str,
    at: str | None,
    lang: Language,
    format_: str,
) -> None:
    """Extend what is due next of a period: the file, the answer to a return, or the certification."""
    opened = Book.open(book)
    slot = Slot.of(unit, period, kind)
    who = common.actor(opened, person, at, "extend", unit)
    done = certifying.extend(opened, slot, who.person, who.role, who.at, until=until, document=document)
    steps.answer(done, format_, lang)
