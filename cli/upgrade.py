"""`upgrade`: bring a book to the format this program reads."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import click

from cli import common
from ledger import book as books
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.history import History
from ledger.texts import text

#: From format n to n + 1: (files of the book) → files to write. Format 1 is the first one there is.
STEPS: dict[int, Callable[[History], dict[str, bytes | None]]] = {}


@click.command("upgrade")
@common.book_argument
@common.language_option
@common.guarded
def command(book: Path, lang: Language) -> None:
    """Rewrite an older book in today's format, in one commit."""
    history = History.open(book)
    found = tomllib.loads((history.read(books.SETTINGS, history.head) or b"").decode("utf-8")).get("format")
    if not isinstance(found, int) or found > books.FORMAT or any(n not in STEPS for n in range(found, books.FORMAT)):
        template = "This book has format {found}; this program reads format {known}."
        raise UsageProblem(template, found=str(found), known=str(books.FORMAT))
    if found == books.FORMAT:
        click.echo(text("The book already has the newest format ({known}).", lang).format(known=books.FORMAT))
