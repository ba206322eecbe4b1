"""`verify`: is the book what its history, its events and its signatures say? Trusts nobody, us included."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common
from importers import submission
from ledger import verify
from ledger.findings import Language
from ledger.texts import text
from reports import receipt, settlement


@click.command("verify")
@common.book_argument
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(book: Path, format_: str, lang: Language) -> None:
    """Check every file, event, journal and signature; exit 3 when anything does not hold."""
    examined = verify.examine(book, [submission.problems, receipt.problems, settlement.problems])
    problems = [problem.as_dict() for problem in examined.problems]
    if format_ == "json":
        common.print_json({"ok": not problems, "problems": problems})
    else:
        for problem in problems:
            click.echo(f"✗ {problem['kind']:<10} {problem['file']}  {problem['voucher']}  {problem['detail']}")
        good = text("The book is sound: {count} files and {events} events were checked.", lang)
        bad = text("The book is not sound: {count} problems.", lang)
        if problems:
            click.echo(bad.format(count=len(problems)))
        else:
            click.echo(good.format(count=examined.files, events=examined.events))
    if problems:
        raise click.exceptions.Exit(3)
