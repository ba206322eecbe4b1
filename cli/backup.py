"""`backup`: copy a book and its scans to another folder, only what is new, and prove the copy."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from cli import common
from ledger import backup
from ledger.backup import Backup
from ledger.book import Book
from ledger.findings import Language
from ledger.money import money
from ledger.texts import text

SHOWN = 12
"""Digits of a commit or hash that people see."""


@click.command("backup")
@common.book_argument
@click.argument("folder", type=click.Path(path_type=Path))
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(book: Path, folder: Path, format_: str, lang: Language) -> None:
    """Bring the copy of BOOK in FOLDER up to date: history, tags, scans; then prove it by every hash."""
    made = backup.make(Book.open(book), folder)
    if format_ == "json":
        common.print_json({"ok": not made.lost and not made.endangered} | asdict(made))
    else:
        _print(made, folder, lang)
    if made.lost or made.endangered:
        raise click.exceptions.Exit(3)


def _print(made: Backup, folder: Path, language: Language) -> None:
    new = text("New in the copy: {commits} commits, {scans} scans.", language)
    click.echo(new.format(commits=money(made.commits), scans=money(made.copied)))
    figures = {"objects": made.objects, "tags": made.tags, "scans": made.scans, "bytes": made.bytes}
    proved = text(
        "Proved: HEAD {head}, {tags} tags, {objects} objects, {scans} scans ({bytes} bytes), all as in the book.",
        language,
    )
    click.echo(proved.format(head=made.head[:SHOWN], **{name: money(count) for name, count in figures.items()}))
    for sha256 in made.endangered:
        said = text("✗ The book has lost the scan {sha256}; the copy has it. Put it back from {folder}.", language)
        click.echo(said.format(sha256=sha256, folder=folder))
    for sha256 in made.lost:
        said = text("✗ The scan {sha256} is whole neither in the book nor in the copy.", language)
        click.echo(said.format(sha256=sha256))
