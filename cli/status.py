"""`status`: which files are in, which are late, which were refused."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common
from ledger.book import Book
from ledger.findings import Language
from ledger.texts import text
from ledger.vietnamese import date_vi
from reports import status

COLOURS = {"late": "red", "rejected": "red", "received-late": "yellow", "due": "yellow", "received": "green"}


@click.command("status")
@common.book_argument
@click.option("--unit", default="", help="Only this unit.")
@click.option("--as-of", default=None, help="As known at a commit, ISO date or time.")
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(book: Path, unit: str, as_of: str | None, format_: str, lang: Language) -> None:
    """One line per unit and period: state, due day, day received."""
    slots = status.status(Book.open(book, as_of), unit or None)
    if format_ == "json":
        common.print_json(slots)
        return
    for slot in slots:
        received = date_vi(str(slot["received"])[:10]) if slot["received"] else "—"
        due = date_vi(str(slot["due"])[:10]) if slot["due"] else "—"
        state = click.style(f"{text(str(slot['state']), lang):<22}", fg=COLOURS.get(str(slot["state"])))
        click.echo(f"{slot['unit']:<6} {slot['period']:<8} {state} {due:<11} {received}")
    for state, sentence in (("late", "Late: {slots}"), ("rejected", "Refused, waiting for a new file: {slots}")):
        missing = [f"{slot['unit']} {slot['period']}" for slot in slots if slot["state"] == state]
        if missing:
            click.secho(text(sentence, lang).format(slots=", ".join(missing)), bold=True)
