"""`override`: the office enters the document by which a rule lets one ceiling be passed, up to a cap, until a day."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common
from importers.overriding import Asked, Granted, grant
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.money import money, parse_money
from ledger.texts import text
from ledger.vietnamese import date_vi


@click.command("override")
@common.book_argument
@click.option("--rule", required=True, help="Code of the rule, such as E02.")
@click.option("--unit", required=True, help="Unit code.")
@click.option("--year", required=True, help="Budget year.")
@click.option("--source", default="", help="Source, where the ceiling has one.")
@click.option("--clause", default="", help="Clause, where the ceiling has one.")
@click.option("--item", default="", help="Item or group of the line; empty for the whole. For E10 the programme.")
@click.option("--cap", required=True, help="So much beyond the ceiling is let pass, whole đồng.")
@click.option("--document", default="", help="Number of the document that allows it.")
@click.option("--expires", required=True, help="Last ISO day on which it holds.")
@click.option("--reason", default="", help="Why.")
@common.actor_options
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(
    book: Path,
    rule: str,
    unit: str,
    year: str,
    source: str,
    clause: str,
    item: str,
    cap: str,
    document: str,
    expires: str,
    reason: str,
    person: str,
    at: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Let a rule pass for one ceiling, by a document."""
    opened = Book.open(book)
    who = common.actor(opened, person, at, "override", unit)
    asked = Asked(rule, unit, year, _whole(cap), document, expires, reason, source, clause, item)
    _answer(grant(opened, asked, who.person, who.role, who.at), format_, lang)


def _whole(cap: str) -> int:
    """The cap as people write it, `5.000.000` or `5000000`."""
    try:
        return parse_money(cap)
    except ValueError:
        raise UsageProblem("{value} is not an amount in whole đồng.", value=cap) from None


def _answer(done: Granted, format_: str, lang: Language) -> None:
    findings = common.rendered(done.findings, lang)
    if format_ == "json":
        row = done.override.row() if done.override else None
        common.print_json({"done": bool(done.commit), "override": row, "findings": findings})
    else:
        common.print_findings(findings, lang)
        if done.override is None:
            sentence = text("Nothing was changed: {count} findings.", lang)
            click.secho(sentence.format(count=money(len(findings))), fg="red", bold=True)
        else:
            known = text("Override {number}: {rule} for {unit}, up to {cap} đồng until {day}, by {document}.", lang)
            one = done.override
            click.echo(
                known.format(
                    number=one.number,
                    rule=one.rule,
                    unit=one.unit,
                    cap=money(one.cap),
                    day=date_vi(one.expires),
                    document=one.document,
                )
            )
            if not done.commit:
                click.echo(text("It stood in the register already.", lang))
    common.finish(blocked=common.blocking(done.findings))
