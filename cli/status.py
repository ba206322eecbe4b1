"""`status`: which files are in, who vouched for them, which are late, which were refused or returned."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from cli import common
from ledger.book import Book
from ledger.findings import Language
from ledger.money import money
from ledger.texts import text
from ledger.vietnamese import date_vi
from reports import status
from reports.status import Count, Slot

COLOURS = {"late": "red", "rejected": "red", "received-late": "yellow", "due": "yellow", "received": "green"}


@click.command("status")
@common.book_argument
@click.option("--unit", default="", help="Only this unit.")
@click.option("--summary", "counts", is_flag=True, help="Only how punctual each unit was.")
@click.option("--as-of", default=None, help="As known at a commit, ISO date or time.")
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(book: Path, unit: str, counts: bool, as_of: str | None, format_: str, lang: Language) -> None:
    """One line per unit and period: state, due day, day received, certification, lateness."""
    lines = status.slots(Book.open(book, as_of), unit or None)
    punctual = status.summary(lines)
    if format_ == "json":
        common.print_json([asdict(count) for count in punctual] if counts else [line.as_dict() for line in lines])
        return
    if not counts:
        for line in lines:
            _print_line(line, lang)
    _print_summary(punctual, lang)
    if not counts:
        _print_waiting(lines, lang)


def _print_line(line: Slot, language: Language) -> None:
    state = click.style(f"{text(line.state, language):<22}", fg=COLOURS.get(line.state))
    days = f"{_day(line.due):<11} {_day(line.received):<11}"
    click.echo(f"{line.unit:<6} {line.period:<8} {state} {days} {' · '.join(_remarks(line, language))}".rstrip())


def _remarks(line: Slot, language: Language) -> list[str]:
    """Lateness, certification, return and extension of a line, in words."""
    found = []
    if line.late_days:
        found.append(text("{days} days late", language).format(days=money(line.late_days)))
    if line.certified:
        found.append(text("certified {day}", language).format(day=_day(line.certified)))
    elif line.received and line.stage and not line.returned:
        found.append(text(line.stage, language))
    if line.certify_late_days:
        late = text("{days} days late", language).format(days=money(line.certify_late_days))
        found.append(f"{text('certify by {day}', language).format(day=_day(line.certify_due))}: {late}")
    if line.returned:
        until = _day(line.returned["until"])
        words = text("returned, answer by {day}: {reason}", language)
        found.append(words.format(day=until, reason=line.returned["reason"]))
    if line.extension:
        words = text("extended to {day} ({document})", language)
        found.append(words.format(day=_day(line.extension["until"]), document=line.extension["document"]))
    return found


def _print_summary(counts: list[Count], language: Language) -> None:
    sentence = "Unit by unit: handed in on time, late, days late; certified on time, late, days late; waiting"
    click.secho(text(sentence, language), bold=True)
    for count in counts:
        first = (count.on_time, count.late, count.days)
        second = (count.certified_on_time, count.certified_late, count.certified_days, count.waiting)
        click.echo(f"{count.unit:<6} {' '.join(f'{money(n):>7}' for n in (*first, *second))}")


def _print_waiting(lines: list[Slot], language: Language) -> None:
    """Who is late and who has to hand in again, at the end, where it is seen."""
    for state, sentence in (("late", "Late: {slots}"), ("rejected", "Refused, waiting for a new file: {slots}")):
        missing = [f"{line.unit} {line.period}" for line in lines if line.state == state]
        if missing:
            click.secho(text(sentence, language).format(slots=", ".join(missing)), bold=True)


def _day(day: str | None) -> str:
    return date_vi(day[:10]) if day else "—"
