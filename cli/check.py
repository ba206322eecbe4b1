"""`check`: run every rule over the book, or over one unit, and list each rule with its counts.

Two clocks: `--law-date` applies the law of one day to everything, `--known-on` asks the book and the law data as they
were known at the end of a day. The output says under which clocks it was made.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click

from cli import clocks, common
from ledger.book import Book
from ledger.findings import Finding, Language
from ledger.money import money
from ledger.texts import text
from plugins import overrides, phase_in, rule


@click.command("check")
@common.book_argument
@click.option("--unit", default="", help="Only this unit.")
@click.option("--tree", type=click.Choice(["budget", "party"]), default="budget", help="Which tree to consolidate.")
@clocks.options
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(
    book: Path,
    unit: str,
    tree: Literal["budget", "party"],
    law_date: datetime | None,
    known_on: datetime | None,
    format_: str,
    lang: Language,
) -> None:
    """Run the rules; exit 1 when a finding blocks."""
    asked = clocks.of(law_date, known_on)
    opened = clocks.opened(book, asked)
    runs, findings = _judged(opened, unit, tree, asked)
    answer: dict[str, Any] = {
        **clocks.as_json(asked),
        "commit": opened.commit,
        "rules": [_as_json(run, lang) for run in runs],
        "findings": common.rendered(findings, lang),
    }
    if format_ == "json":
        common.print_json(answer)
    else:
        click.echo(clocks.said(asked, opened.commit, lang))
        common.print_findings(answer["findings"], lang)
        _print_rules(runs, lang)
    common.finish(blocked=common.blocking(findings))


def _judged(
    book: Book, unit: str, tree: Literal["budget", "party"], asked: clocks.Clocks
) -> tuple[list[rule.RuleRun], list[Finding]]:
    """What every rule did, and all findings, those of the registers first."""
    if unit and not book.units.known(unit):
        return [], [Finding("U12", unit=unit, value=unit)]
    result = clocks.judged(rule.context(book, unit=unit or None, tree=tree, law=asked.law, known=asked.known))
    ruled = _with_reasons(book, result.findings, (asked.known or book.today()).isoformat())
    registers = [*book.register_findings(), *phase_in.register_findings(book), *overrides.register_findings(book)]
    return result.rules, registers + ruled


def _with_reasons(book: Book, findings: list[Finding], day: str) -> list[Finding]:
    """Warnings with the reason that was given for them; errors have none."""
    if all(common.catalogue().blocks(finding) for finding in findings):
        return findings
    from importers.rechecking import with_reasons  # noqa: PLC0415 - only warnings need the received files

    return with_reasons(book, findings, day)


def _as_json(run: rule.RuleRun, language: Language) -> dict[str, Any]:
    return {"id": run.id, "evaluated": run.evaluated, "failed": run.failed, "skipped": run.why(language)}


def _print_rules(runs: list[rule.RuleRun], language: Language) -> None:
    for run in runs:
        title = common.catalogue()[run.id].title[language]
        counts = f"{money(run.evaluated):>9} {money(run.failed):>6}"
        click.echo(f"{run.id}  {counts}  {title}" + (f" ({run.why(language)})" if run.skipped else ""))
    done = text("{count} rules were run (columns: evaluated, failed).", language)
    click.echo(done.format(count=len([run for run in runs if not run.skipped])))
