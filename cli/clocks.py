"""The two clocks of a question: the day whose law is applied, and the day whose knowledge is used.

Guarantees: without the options every thing is judged by the law of its own day, with all that is known; with a day of
knowledge the book is read as it was at the end of that day, and nothing issued later answers. What is printed says
under which clocks it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from ledger.book import Book
from ledger.findings import Language
from ledger.regulations import NotInForceError
from ledger.texts import text
from ledger.vietnamese import date_vi

if TYPE_CHECKING:
    from plugins.rule import Context, RunResult

F = TypeVar("F", bound=Callable[..., Any])


class Clocks(NamedTuple):
    """Both days; None: not fixed."""

    law: date | None
    known: date | None


def day_option(name: str, into: str, text_of_help: str) -> Callable[[F], F]:
    """An option that takes an ISO day."""
    return click.option(name, into, type=click.DateTime(["%Y-%m-%d"]), default=None, help=text_of_help)


def options(function: F) -> F:
    """`--law-date D` and `--known-on K`."""
    function = day_option("--known-on", "known_on", "As it was known at the end of this ISO day.")(function)
    return day_option("--law-date", "law_date", "Apply the law of this ISO day to everything.")(function)


def of(law_date: datetime | None, known_on: datetime | None) -> Clocks:
    """The clocks that the options give."""
    return Clocks(law_date.date() if law_date else None, known_on.date() if known_on else None)


def opened(path: Path, clocks: Clocks) -> Book:
    """The book as it was known.

    Raises:
        UnknownTimeError: it did not exist yet.
    """
    return Book.open(path, as_of=clocks.known.isoformat() if clocks.known else None)


def judged(context: Context, only: Collection[str] | None = None) -> RunResult:
    """What the rules say.

    Raises:
        NotInForceError: the law data do not reach the day whose law is asked for; nothing was judged.
        RuleFailedError: a rule could not be run for another reason.
    """
    from plugins import rule  # noqa: PLC0415 - the clocks alone need no tables

    try:
        return rule.run(context, only)
    except rule.RuleFailedError as failed:
        if isinstance(failed.__cause__, NotInForceError):
            raise failed.__cause__ from None
        raise


def said(clocks: Clocks, commit: str, language: Language) -> str:
    """One line that says under which clocks something was made."""
    law = text("law of each thing's own day", language)
    if clocks.law is not None:
        law = text("law of {day}", language).format(day=date_vi(clocks.law.isoformat()))
    known = text("all that is known", language)
    if clocks.known is not None:
        known = text("as known on {day}", language).format(day=date_vi(clocks.known.isoformat()))
    head = text("Clocks: {law}; {known}.", language).format(law=law, known=known)
    return f"{head} {text('Book: commit {commit}.', language).format(commit=commit[:12])}" if commit else head


def as_json(clocks: Clocks) -> dict[str, str]:
    """Both days as ISO text; empty: not fixed."""
    return {
        "law_date": clocks.law.isoformat() if clocks.law else "",
        "known_on": clocks.known.isoformat() if clocks.known else "",
    }
