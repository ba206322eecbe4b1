"""`submit`: hand in a unit's file; it is accepted whole, or every mistake is shown at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli import common
from importers import submission
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.money import money
from ledger.texts import text


@click.command("submit")
@common.book_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", required=True, help="Unit code.")
@click.option("--period", required=True, help="YYYY-MM, YYYY-13 (January's adjustment period) or YYYY.")
@click.option("--kind", default="", help="vouchers[/book], estimates or opening (default: by the period).")
@click.option("--replace", is_flag=True, help="Replace what the slot holds.")
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
@common.actor_options
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(
    book: Path,
    file: Path,
    unit: str,
    period: str,
    kind: str,
    replace: bool,
    dry_run: bool,
    person: str,
    at: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Hand in FILE (CSV or XLSX) for a unit and period."""
    opened = Book.open(book)
    if not file.is_file():
        raise UsageProblem("There is no file {file}.", file=str(file))
    who = common.actor(opened, person, at, "submit", unit)
    result = submission.submit(
        opened,
        file.read_bytes(),
        file.name,
        unit=unit,
        period=period,
        kind=kind or "vouchers",
        actor=who.person,
        role=who.role,
        at=who.at,
        replace=replace,
        dry_run=dry_run,
    )
    answer: dict[str, Any] = {
        "accepted": result.accepted,
        "receipt": result.receipt,
        "rows": result.rows,
        "findings": common.rendered(result.findings, lang),
    }
    if format_ == "json":
        common.print_json(answer)
    else:
        _print(answer, result.unchanged, dry_run, lang)
    common.finish(blocked=not result.accepted)


def _print(answer: dict[str, Any], unchanged: bool, dry_run: bool, language: Language) -> None:
    common.print_findings(answer["findings"], language)
    if not answer["accepted"]:
        sentence = text("Not accepted: {count} findings. Nothing was changed.", language)
        click.echo(click.style(sentence.format(count=money(len(answer["findings"]))), fg="red", bold=True))
    elif dry_run:
        click.echo(text("The file would be accepted: {rows} rows.", language).format(rows=money(answer["rows"])))
    else:
        known = text("Already handed in; this is its receipt: {receipt}", language)
        new = text("Accepted: {rows} rows. Receipt: {receipt}", language)
        sentence = known if unchanged else new
        click.echo(sentence.format(rows=money(answer["rows"]), receipt=answer["receipt"]))
