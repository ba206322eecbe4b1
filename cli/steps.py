"""What the commands about submissions in the book share: their words, and how the outcome is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from cli import common
from importers.desk import Outcome
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.money import money
from ledger.standing import Standing
from ledger.texts import text

F = TypeVar("F", bound=Callable[..., Any])


class BadYearError(UsageProblem):
    """A year is four digits."""

    template = "{value} is not a year: four digits are needed"

    def __init__(self, value: str) -> None:
        super().__init__(value=value)


def several(function: F) -> F:
    """BOOK, --unit, --period (again and again), --year, --kind, the actor, format and language."""
    function = click.option("--kind", default="", help="One kind; default: every kind that waits.")(function)
    function = click.option("--year", default="", help="Every period of a year.")(function)
    function = click.option(
        "--period", "given", multiple=True, help="YYYY-MM, YYYY-13, YYYY-Qn or YYYY; may be said again."
    )(function)
    return _options(function)


def one(function: F) -> F:
    """BOOK, --unit, --period, --kind, the actor, format and language."""
    function = click.option("--kind", default="vouchers", help="vouchers[/book], opening, dues …")(function)
    function = click.option("--period", required=True, help="YYYY-MM, YYYY-13, YYYY-Qn or YYYY.")(function)
    return _options(function)


def _options(function: F) -> F:
    function = click.option("--unit", required=True, help="Unit code.")(function)
    function = common.book_argument(common.actor_options(common.language_option(function)))
    return common.format_option("text", "json")(function)


def periods(given: Sequence[str], year: str) -> list[str]:
    """The periods of --period and --year.

    Raises:
        UsageProblem: neither was said, or the year is none.
    """
    if year and not (len(year) == len("2026") and year.isascii() and year.isdigit()):
        raise BadYearError(year)
    if not given and not year:
        raise UsageProblem("Say which periods: --period, or --year.")
    return [*given, *([year] if year else [])]


def answer(done: Outcome, format_: str, language: Language) -> None:
    """Print where the slots stand and what was found; leave with 1 when something blocks."""
    findings = common.rendered(done.findings, language)
    blocked = common.blocking(done.findings)
    if format_ == "json":
        slots = [as_dict(one) for one in done.standings]
        common.print_json({"done": bool(done.commit), "slots": slots, "findings": findings})
    else:
        common.print_findings(findings, language)
        if blocked:
            sentence = text("Nothing was changed: {count} findings.", language)
            click.secho(sentence.format(count=money(len(findings))), fg="red", bold=True)
        for one in done.standings:
            line = text("{unit} {period} {kind}: {stage}", language)
            click.echo(line.format(unit=one.unit, period=one.period, kind=one.kind, stage=text(one.stage, language)))
    common.finish(blocked=blocked)


def as_dict(at: Standing) -> dict[str, Any]:
    """Where a slot stands, as JSON."""
    names = ("unit", "period", "kind", "stage", "receipt", "accountant", "accountant_at", "head", "head_at")
    shown: dict[str, Any] = {name: getattr(at, name) for name in names}
    shown["returned"] = returned(at)
    shown["extension"] = extension(at)
    return shown


def returned(at: Standing) -> dict[str, Any] | None:
    """The return that waits for an answer."""
    if at.stage != "returned":
        return None
    last = at.returns[-1]
    return {"reason": last.reason, "items": list(last.items), "until": last.until}


def extension(at: Standing) -> dict[str, str] | None:
    """The newest extension."""
    last = at.extensions[-1] if at.extensions else None
    return {"what": last.what, "until": last.until, "document": last.document} if last else None
