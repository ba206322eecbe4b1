"""`return`: the office sends a submission back to its unit, with reasons and a deadline."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common, steps
from importers import certifying
from importers.slots import Slot
from ledger.book import Book
from ledger.findings import Language


@click.command("return")
@click.option("--reason", required=True, help="Why it is returned.")
@click.option("--item", "items", multiple=True, help="One thing to mend; may be said again.")
@click.option("--until", required=True, help="ISO day until which the unit answers.")
@steps.one
@common.guarded
def command(
    book: Path,
    unit: str,
    period: str,
    kind: str,
    reason: str,
    items: tuple[str, ...],
    until: str,
    person: str,
    at: str | None,
    lang: Language,
    format_: str,
) -> None:
    """Return a submission; its certifications end."""
    opened = Book.open(book)
    slot = Slot.of(unit, period, kind)
    who = common.actor(opened, person, at, "return", unit)
    done = certifying.give_back(opened, slot, who.person, who.role, who.at, reason=reason, until=until, items=items)
    steps.answer(done, format_, lang)
