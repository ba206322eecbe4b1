"""`settle`: review a unit's settlement line by line, decide, sign, issue the documents, seal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from cli import common
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.money import money
from ledger.texts import text
from reports import settlement

F = TypeVar("F", bound=Callable[..., Any])

ACTIONS = {
    "approved": "accepted",
    "adjusted": "adjusted",
    "rejected": "disallowed",
    "pending": "left pending",
}
"""Action of a decision → msgid of its word."""


def _options(function: F) -> F:
    """BOOK, --unit, --year, the actor and the language."""
    function = click.option("--year", required=True, help="Fiscal year YYYY.")(function)
    function = click.option("--unit", required=True, help="Unit code.")(function)
    function = common.book_argument(common.actor_options(common.language_option(function)))
    return common.format_option("text", "json")(function)


@click.group("settle")
def command() -> None:
    """Open → decide / return → approve (reviewer, then approver) → documents → seal."""


@command.command("open")
@_options
@common.guarded
def open_(book: Path, unit: str, year: str, person: str, at: str | None, lang: Language, format_: str) -> None:
    """Take a unit's settlement under review."""
    opened = Book.open(book)
    who = common.actor(opened, person, at, "settle", unit)
    _answer(settlement.open_(opened, unit, year, who.person, who.role, who.at), format_, lang)


@command.command("decide")
@click.option("--file", "file", type=click.Path(path_type=Path), required=True, help="CSV of decisions.")
@_options
@common.guarded
def decide(
    book: Path, file: Path, unit: str, year: str, person: str, at: str | None, lang: Language, format_: str
) -> None:
    """Record decisions on vouchers: approved, adjusted, rejected, pending."""
    opened = Book.open(book)
    who = common.actor(opened, person, at, "settle", unit)
    if not file.is_file():
        raise UsageProblem("There is no file {file}.", file=str(file))
    done = settlement.decide(opened, unit, year, file.read_bytes(), file.name, who.person, who.role, who.at)
    _answer(done, format_, lang)


@command.command("return")
@click.option("--reason", required=True, help="What the unit has to mend.")
@click.option("--deadline", required=True, help="ISO date.")
@_options
@common.guarded
def return_(
    book: Path,
    reason: str,
    deadline: str,
    unit: str,
    year: str,
    person: str,
    at: str | None,
    lang: Language,
    format_: str,
) -> None:
    """Send the settlement back to the unit."""
    opened = Book.open(book)
    who = common.actor(opened, person, at, "settle", unit)
    _answer(settlement.return_(opened, unit, year, reason, deadline, who.person, who.role, who.at), format_, lang)


@command.command("approve")
@click.option("--role", "signing", type=click.Choice(["reviewer", "approver"]), default="approver")
@click.option("--key", type=click.Path(path_type=Path), default=None, help="The person's private key (SSH, Ed25519).")
@click.option("--exception", "exception", default="", help="Decision that allows one person two roles.")
@_options
@common.guarded
def approve(
    book: Path,
    signing: Literal["reviewer", "approver"],
    key: Path | None,
    exception: str,
    unit: str,
    year: str,
    person: str,
    at: str | None,
    lang: Language,
    format_: str,
) -> None:
    """Sign the settlement: first the reviewer, then the approving officer."""
    opened = Book.open(book)
    action = "review" if signing == "reviewer" else "approve"
    secret = _passphrase(key, lang)
    who = common.actor(opened, person, at, action, unit)
    done = settlement.sign(
        opened, unit, year, signing, key, who.person, who.role, who.at, exception=exception, passphrase=secret
    )
    _answer(done, format_, lang)


@command.command("documents")
@click.option("--number", default="", help="Number of the notice, as the registry gave it.")
@_options
@common.guarded
def documents(
    book: Path, number: str, unit: str, year: str, person: str, at: str | None, lang: Language, format_: str
) -> None:
    """Write minutes and notice as PDF into the book."""
    opened = Book.open(book)
    who = common.actor(opened, person, at, "documents", unit)
    _answer(settlement.documents(opened, unit, year, who.person, who.role, who.at, number=number), format_, lang)


@command.command("seal")
@_options
@common.guarded
def seal(book: Path, unit: str, year: str, person: str, at: str | None, lang: Language, format_: str) -> None:
    """Close the year's books of this unit for good."""
    opened = Book.open(book)
    who = common.actor(opened, person, at, "seal", unit)
    _answer(settlement.seal(opened, unit, year, who.person, who.role, who.at), format_, lang)


@command.command("show")
@_options
@common.guarded
def show(book: Path, unit: str, year: str, person: str, at: str | None, lang: Language, format_: str) -> None:
    """State, decisions and signatures."""
    del person, at
    _answer(settlement.show(Book.open(book), unit, year), format_, lang)


def _passphrase(key: Path | None, language: Language) -> str | None:
    """Ask for the passphrase of an encrypted key; it is never an argument, where others could read it."""
    if key is None or not key.is_file() or b"ENCRYPTED" not in key.read_bytes():
        return None
    answer: str = click.prompt(text("Passphrase of the key", language), hide_input=True, err=True)
    return answer


def _print_details(details: dict[str, Any], language: Language) -> None:
    """Figures, decisions and signatures of a settlement, for people."""
    for key, label in (("reported", "Reported"), ("reviewed", "Reviewed")):
        if isinstance(details.get(key), int):
            click.echo(f"  {text(label, language)}: {money(details[key])}")
    for decision in details.get("decisions", []):
        place = " ".join(str(decision[name]) for name in ("line", "voucher", "item") if decision[name])
        what = text(ACTIONS[decision["action"]], language)
        click.echo(f"  {what}: {place}  {money(decision['amount'])}  {decision['reason']}")
    for name in details.get("signatures", []):
        click.echo(f"  {text('Signature', language)}: {name}")


def _answer(done: settlement.Outcome, format_: str, language: Language) -> None:
    """Print state, what was written and findings; leave with 1 when something blocks."""
    findings = common.rendered(done.findings, language)
    if format_ == "json":
        common.print_json(
            {
                "unit": done.unit,
                "year": done.year,
                "state": done.state,
                "files": list(done.files),
                "details": done.details,
                "findings": findings,
            }
        )
    else:
        common.print_findings(findings, language)
        line = text("Settlement {year} of {unit}: {state}.", language)
        click.echo(line.format(year=done.year, unit=done.unit, state=text(done.state, language)))
        _print_details(done.details, language)
        for file in done.files:
            click.echo(f"  {file}")
    common.finish(blocked=common.blocking(done.findings))
