"""`year-end`: carry over what the law allows, cancel the rest, by one decision that can be taken back."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import click

from cli import common
from importers import carrying
from importers.carrying import Outcome
from importers.run_decisions import Asked
from importers.year_plan import LinePlan
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.money import money
from ledger.texts import text

FIGURES = (
    ("estimate", "Estimate"),
    ("held", "Held back"),
    ("spent", "Spent"),
    ("advances", "Of this open advances"),
    ("carried", "Carried over"),
    ("received", "Money received, carried over"),
    ("cancelled", "Cancelled"),
)
"""Key of a figure in the answer for programs → msgid of its heading."""
RIGHT = "settle"
"""What one must be allowed to do for a unit to close its year."""
WIDTH = 16


@click.command("year-end")
@common.book_argument
@click.option("--year", default="", help="The closed budget year YYYY.")
@click.option("--unit", "units", multiple=True, help="Unit code; may stand several times.")
@click.option("--all", "every", is_flag=True, help="The office and every unit it assigns to.")
@click.option("--decision", required=True, help="Number of the decision.")
@click.option("--date", "day", required=True, help="ISO day of the decision.")
@click.option("--early", default="", help="Document stating that nothing more comes, before 31 January has passed.")
@click.option("--reverse", default="", help="Number of the run's decision to take back.")
@click.option("--dry-run", is_flag=True, help="Show what would become of every line, change nothing.")
@common.actor_options
@common.format_option("text", "json", "csv")
@common.language_option
@common.guarded
def command(
    book: Path,
    year: str,
    units: tuple[str, ...],
    every: bool,
    decision: str,
    day: str,
    early: str,
    reverse: str,
    dry_run: bool,
    person: str,
    at: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Close a budget year: carry over by the accepted requests, cancel the rest; or take such a run back."""
    opened = Book.open(book)
    _check(year, units, day, every=every, reverse=reverse)
    chosen = carrying.all_units(opened, year) if every else list(units)
    whose = chosen or carrying.units_of(opened, reverse)
    actors = [common.actor(opened, person, at, RIGHT, unit) for unit in whose]
    who = actors[0] if actors else common.actor(opened, person, at, RIGHT, "")
    asked = Asked(decision, day, who.person, who.role, who.at, early=early, dry_run=dry_run)
    done = carrying.take_back(opened, reverse, asked) if reverse else carrying.close(opened, year, chosen, asked)
    _answer(opened, done, format_, lang, dry_run=dry_run)
    common.finish(blocked=not done.accepted)


def _check(year: str, units: tuple[str, ...], day: str, *, every: bool, reverse: str) -> None:
    """The call makes sense: a run names a year and units, taking back names neither."""
    try:
        date.fromisoformat(day)
    except ValueError:
        raise UsageProblem("{value} is no ISO day.", value=day) from None
    if reverse:
        if units or every or year:
            raise UsageProblem("A run is taken back as a whole: --reverse takes no --year, --unit or --all.")
        return
    if not (len(year) == len("2025") and year.isdecimal() and year.isascii()):
        raise UsageProblem("Say which year is closed: --year YYYY.")
    if bool(units) == every:
        raise UsageProblem("Say which units: --unit CODE (several times), or --all.")


def _answer(book: Book, done: Outcome, format_: str, language: Language, *, dry_run: bool) -> None:
    if format_ == "json":
        common.print_json(_as_data(done, language))
    elif format_ == "csv":
        click.echo(_as_csv(done, language), nl=False)
    else:
        common.print_findings(common.rendered(done.findings, language), language)
        _print_plan(book, done, language)
        _print_outcome(done, language, dry_run=dry_run)


def _figures(one: LinePlan) -> dict[str, int]:
    own = {name: getattr(one, name) for name in ("carried", "received", "cancelled")}
    return {name: own[name] if name in own else getattr(one.figures, name) for name, _ in FIGURES}


def _place(one: LinePlan) -> str:
    return "-".join(part for part in one.figures.line[2:] if part)


def _as_data(done: Outcome, language: Language) -> dict[str, Any]:
    """The answer for programs; its keys are a public contract."""
    return {
        "accepted": done.accepted,
        "year": done.year,
        "decision": done.decision,
        "receipts": list(done.receipts),
        "lines": [
            {"unit": one.unit, "line": _place(one), **_figures(one), "categories": dict(one.by_category())}
            for one in done.plan
        ],
        "decided": [
            {
                "year": line.budget_year,
                "kind": line.kind,
                "unit": line.unit,
                "source": line.source,
                "clause": line.clause,
                "programme": line.programme,
                "item": line.item,
                "amount": line.amount,
                "category": line.category,
                "reverses": line.reverses,
            }
            for line in done.lines
        ],
        "findings": common.rendered(done.findings, language),
    }


def _as_csv(done: Outcome, language: Language) -> str:
    """One row a line; amounts are plain whole đồng."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow([text(name, language) for name in ("Unit", "Estimate line", *(name for _, name in FIGURES))])
    writer.writerows([one.unit, _place(one), *_figures(one).values()] for one in done.plan)
    return out.getvalue()


def _print_plan(book: Book, done: Outcome, language: Language) -> None:
    """Every line with its figures, below it what is carried by category."""
    if not done.plan:
        return
    names = carrying.category_names(book, done.year)
    for one in done.plan:
        click.secho(f"{one.unit} {_place(one)}", bold=True)
        for key, amount in _figures(one).items():
            heading = text(dict(FIGURES)[key], language)
            if amount or key in {"estimate", "spent", "carried", "cancelled"}:
                click.echo(f"    {heading:<32} {money(amount):>{WIDTH}}")
        for category, amount in one.by_category().items():
            title = names.get(category, (category, category))[language == "en"]
            click.echo(f"      → {money(amount):>{WIDTH}}  {title}")
    total = {key: sum(_figures(one)[key] for one in done.plan) for key, _ in FIGURES}
    click.secho(text("All lines", language), bold=True)
    for key, name in FIGURES:
        click.echo(f"    {text(name, language):<32} {money(total[key]):>{WIDTH}}")


def _print_outcome(done: Outcome, language: Language, *, dry_run: bool) -> None:
    if not done.accepted:
        click.secho(text("Nothing was written.", language), fg="red", bold=True)
    elif dry_run:
        sentence = text("The decision {decision} would be written: {count} lines.", language)
        click.echo(sentence.format(decision=done.decision, count=money(len(done.lines))))
    else:
        sentence = text("Decision {decision} is written: {count} lines. Receipts: {receipts}", language)
        receipts = ", ".join(done.receipts)
        click.echo(sentence.format(decision=done.decision, count=money(len(done.lines)), receipts=receipts))
