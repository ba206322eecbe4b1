"""`serve`: open the book in the browser, read-only, on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common
from ledger.book import Book
from ledger.findings import Language
from ledger.texts import text


@click.command("serve")
@common.book_argument
@click.option("--host", default="127.0.0.1", help="Loopback address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=5000)
@common.language_option
@common.guarded
def command(book: Path, host: str, port: int, lang: Language) -> None:
    """Fava on the consolidated book and, under /UNIT/, on each unit's."""
    from web import fava_house, server  # noqa: PLC0415 - Fava takes half a second to import

    Book.open(book)
    app = fava_house.create(book, lang)
    click.echo(text("Open http://{host}:{port}/ in the browser; Ctrl+C ends it.", lang).format(host=host, port=port))
    server.run(app, host, port)
