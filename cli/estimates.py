"""`estimates`: prepare a year's estimates, from the units' requests to the decision that assigns them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from cli import common, delivery
from importers import assigning, proposing
from importers.proposing import Who
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Finding, Language, is_day
from ledger.money import money
from ledger.texts import text
from ledger.units import Tree
from reports import estimate_document, need_form, preparation_tables

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("text", "csv", "json", "xlsx", "pdf")


def _year_option(function: F) -> F:
    return click.option("--year", required=True, help="Budget year YYYY, the one asked for.")(function)


def _table_options(function: F) -> F:
    """BOOK, --year, --unit, --tree, -o, --format, --lang."""
    function = click.option("-o", "output", type=click.Path(path_type=Path), default=None, help="File to write.")(
        function
    )
    function = click.option("--tree", type=click.Choice(["budget", "party"]), default="budget")(function)
    function = click.option("--unit", default="", help="Only this unit and what is below it.")(function)
    return common.book_argument(_year_option(common.format_option(*FORMATS)(common.language_option(function))))


@click.group("estimates")
def command() -> None:
    """Requests → review, compile → propose → assign → document."""


@command.command("review")
@_table_options
@common.guarded
def review(book: Path, year: str, format_: str, lang: Language, unit: str, tree: Tree, output: Path | None) -> None:
    """What units ask for, beside estimate, execution and norm; as .xlsx to enter the office's figures in."""
    opened = Book.open(book)
    table = preparation_tables.review(opened, _year(year), tree, unit or None, lang)
    delivery.deliver(table, format_, output, lang)


@command.command("compile")
@_table_options
@common.guarded
def compile_(book: Path, year: str, format_: str, lang: Language, unit: str, tree: Tree, output: Path | None) -> None:
    """The sums of the tree, with the units that are in, late and missing."""
    opened = Book.open(book)
    table = preparation_tables.compiled(opened, _year(year), tree, unit or None, lang)
    delivery.deliver(table, format_, output, lang)


@command.command("need")
@_table_options
@common.guarded
def need(book: Path, year: str, format_: str, lang: Language, unit: str, tree: Tree, output: Path | None) -> None:
    """Need, own receipts and State budget; with --unit as form DT01-TCĐ (.pdf, .xlsx)."""
    opened, asked = Book.open(book), _year(year)
    wanted = format_ if format_ != "text" or output is None else output.suffix.lstrip(".").lower()
    if unit and wanted in delivery.FILES:
        if output is None:
            raise UsageProblem("{format} needs a file: add -o FILE.", format=wanted)
        form = need_form.need_form(opened, unit, asked)
        makers = {"pdf": lambda: need_form.pdf(form, lang), "xlsx": lambda: need_form.xlsx(form, lang)}
        delivery.paper(makers, wanted, output, lang)
        return
    delivery.deliver(preparation_tables.needs(opened, asked, tree, unit or None, lang), format_, output, lang)


@command.command("propose")
@click.option("--file", "file", type=click.Path(path_type=Path), required=True, help="The reviewed .xlsx, or a CSV.")
@click.option("--as-asked", is_flag=True, help="Lines left empty are proposed as the unit asked for them.")
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
@_year_option
@common.book_argument
@common.actor_options
@common.format_option("text", "json")
@common.language_option
@common.guarded
def propose(
    book: Path,
    file: Path,
    as_asked: bool,
    dry_run: bool,
    year: str,
    person: str,
    at: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Hand in the office's figures."""
    opened, asked = Book.open(book), _year(year)
    who = _who(opened, person, at, "propose", asked)
    if not file.is_file():
        raise UsageProblem("There is no file {file}.", file=str(file))
    done = proposing.propose(opened, asked, file.read_bytes(), file.name, who, as_asked=as_asked, dry_run=dry_run)
    facts = {"accepted": done.accepted, "lines": done.lines, "total": done.total, "receipt": done.receipt}
    said = text("{lines} line(s) proposed, {total} đồng in all.", lang)
    if not done.accepted:
        said = text("Nothing was recorded.", lang)
    elif done.unchanged:
        said = text("Nothing new: the book has these figures already.", lang)
    answer = facts | {"commit": done.commit, "unchanged": done.unchanged, "dry_run": dry_run}
    _answer(answer, done.findings, said, format_, lang, accepted=done.accepted)


@command.command("assign")
@click.option("--decision", required=True, help="Number of the decision, such as 315-QĐ/VPTU.")
@click.option("--date", "day", required=True, help="ISO day of the decision.")
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
@_year_option
@common.book_argument
@common.actor_options
@common.format_option("text", "json")
@common.language_option
@common.guarded
def assign(
    book: Path,
    decision: str,
    day: str,
    dry_run: bool,
    year: str,
    person: str,
    at: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Turn the proposals into the estimate decisions of the book."""
    opened, asked = Book.open(book), _year(year)
    if not is_day(day):
        raise UsageProblem("{value} is no ISO day, such as 2026-12-25.", value=day)
    who = _who(opened, person, at, "assign", asked)
    done = assigning.assign(opened, asked, decision, day, who, dry_run=dry_run)
    receipt = (done.submission.receipt or "") if done.submission else ""
    said = text("Decision {decision}: {lines} line(s) for {units} unit(s), {total} đồng.", lang)
    if not done.accepted:
        said = text("Nothing was assigned.", lang)
    facts: dict[str, Any] = {"accepted": done.accepted, "decision": decision, "lines": done.lines, "total": done.total}
    facts |= {"units": list(done.units), "receipt": receipt, "dry_run": dry_run}
    _answer(facts, done.findings, said, format_, lang, accepted=done.accepted)


@command.command("document")
@click.option("--decision", required=True, help="Number of a decision in the register.")
@click.option("--unit", default="", help="Who handed it in, where two units have the number.")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="File to write (.pdf .xlsx).")
@click.option("--format", "format_", type=click.Choice(["pdf", "xlsx"]), default=None, help="Else by the ending.")
@_year_option
@common.book_argument
@common.language_option
@common.guarded
def document(
    book: Path,
    decision: str,
    unit: str,
    output: Path,
    format_: Literal["pdf", "xlsx"] | None,
    year: str,
    lang: Language,
) -> None:
    """Print a decision on estimates with its annex."""
    opened = Book.open(book)
    lines, findings = estimate_document.found(opened, _year(year), decision, unit)
    if findings:
        common.print_findings(common.rendered(findings, lang), lang)
        common.finish(blocked=True)
    made = estimate_document.document(opened, lines)
    makers = {"pdf": lambda: estimate_document.pdf(made, lang), "xlsx": lambda: estimate_document.xlsx(made, lang)}
    delivery.paper(makers, format_ or "", output, lang)


def _year(year: str) -> str:
    """A budget year.

    Raises:
        UsageProblem: not four digits.
    """
    if not re.fullmatch(r"20[0-9]{2}", year):
        raise UsageProblem("{value} is not a fiscal year: four digits are needed", value=year)
    return year


def _who(book: Book, person: str, at: str | None, action: str, year: str) -> Who:
    """Who acts for the office at the top of the budget tree."""
    who = common.actor(book, person, at, action, book.units.root(f"{year}-01-01"))
    return Who(who.person, who.role, who.at)


def _answer(
    facts: dict[str, Any],
    findings: tuple[Finding, ...],
    said: str,
    format_: str,
    language: Language,
    *,
    accepted: bool,
) -> None:
    """Print what became of a step; leave with 1 when it was refused."""
    shown = common.rendered(findings, language)
    if format_ == "json":
        common.print_json(facts | {"findings": shown})
    else:
        common.print_findings(shown, language)
        counted = {name: money(value) if type(value) is int else str(value) for name, value in facts.items()}
        click.echo(said.format(**counted | {"units": str(len(facts.get("units", ())))}))
        if facts["receipt"] and facts["accepted"]:
            click.echo(f"  {text('Receipt', language)}: {facts['receipt']}")
    common.finish(blocked=not accepted)
