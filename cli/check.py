"""`check`: run every rule over the book, or over one unit, and list each rule with its counts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from cli import common
from ledger.book import Book
from ledger.findings import Finding, Language
from ledger.money import money
from ledger.texts import text
from plugins import phase_in, rule


@click.command("check")
@common.book_argument
@click.option("--unit", default="", help="Only this unit.")
@click.option("--tree", type=click.Choice(["budget", "party"]), default="budget", help="Which tree to consolidate.")
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(book: Path, unit: str, tree: Literal["budget", "party"], format_: str, lang: Language) -> None:
    """Run the rules; exit 1 when a finding blocks."""
    opened = Book.open(book)
    if unit and not opened.units.known(unit):
        answer = {"rules": [], "findings": common.rendered([Finding("U12", unit=unit, value=unit)], lang)}
        blocked = True
    else:
        result = rule.run(rule.context(opened, unit=unit or None, tree=tree))
        ruled = _with_reasons(opened, result.findings)
        findings = opened.register_findings() + phase_in.register_findings(opened) + ruled
        runs = [{"id": r.id, "evaluated": r.evaluated, "failed": r.failed} for r in result.rules]
        answer = {"rules": runs, "findings": common.rendered(findings, lang)}
        blocked = common.blocking(findings)
    if format_ == "json":
        common.print_json(answer)
    else:
        common.print_findings(answer["findings"], lang)
        _print_rules(answer["rules"], lang)
    common.finish(blocked=blocked)


def _with_reasons(book: Book, findings: list[Finding]) -> list[Finding]:
    """Warnings with the reason that was given for them; errors have none."""
    if all(common.catalogue().blocks(finding) for finding in findings):
        return findings
    from importers.rechecking import with_reasons  # noqa: PLC0415 - only warnings need the received files

    return with_reasons(book, findings, book.today().isoformat())


def _print_rules(runs: list[dict[str, str | int]], language: Language) -> None:
    for run in runs:
        title = common.catalogue()[str(run["id"])].title[language]
        counts = f"{money(int(run['evaluated'])):>9} {money(int(run['failed'])):>6}"
        click.echo(f"{run['id']}  {counts}  {title}")
    done = text("{count} rules were run (columns: evaluated, failed).", language)
    click.echo(done.format(count=len(runs)))
