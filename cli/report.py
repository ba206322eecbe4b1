"""`report`: trial balance, budget execution, settlement figures and Party dues, as text, CSV, JSON, XLSX or PDF."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from cli import common
from cli.delivery import deliver
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Finding, Language
from reports import dues, tables

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("text", "csv", "json", "xlsx", "pdf")
PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
QUARTER, YEAR = re.compile(r"20\d{2}-Q[1-4]"), re.compile(r"20\d{2}")


def _options(function: F) -> F:
    """The options every report has."""
    function = click.option("-o", "output", type=click.Path(path_type=Path), default=None, help="File to write.")(
        function
    )
    function = click.option("--as-of", default=None, help="As known at a commit, ISO date or time.")(function)
    function = common.language_option(function)
    return common.format_option(*FORMATS)(function)


@click.group("report")
def command() -> None:
    """Figures of the book."""


@command.command("trial-balance")
@common.book_argument
@click.option("--unit", default="", help="One unit (default: consolidated).")
@click.option("--tree", type=click.Choice(["budget", "party"]), default="budget")
@click.option("--period", default="", help="YYYY or YYYY-MM (default: the whole book).")
@_options
@common.guarded
def trial_balance(
    book: Path,
    unit: str,
    tree: Literal["budget", "party"],
    period: str,
    output: Path | None,
    as_of: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Opening, debit, credit and closing of every account, in đồng."""
    opened = Book.open(book, as_of)
    _known(opened, unit, period, lang)
    deliver(tables.trial_balance(opened, unit or None, tree, period or None, lang), format_, output, lang)


@command.command("execution")
@common.book_argument
@click.option("--unit", default="", help="One unit (default: the whole tree).")
@click.option("--tree", type=click.Choice(["budget", "party"]), default="budget")
@click.option("--period", default="", help="Budget year YYYY, or YYYY-MM for the state at that month's end.")
@click.option(
    "--by",
    "level",
    type=click.Choice(["line", "clause", "source", "unit", "programme"]),
    default="line",
    help="One row for each of these (default: the estimate line).",
)
@_options
@common.guarded
def execution(
    book: Path,
    unit: str,
    tree: Literal["budget", "party"],
    period: str,
    level: Literal["line", "clause", "source", "unit", "programme"],
    output: Path | None,
    as_of: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Estimate, held, committed, spent and available by unit, source, clause and item."""
    opened = Book.open(book, as_of)
    _known(opened, unit, period, lang)
    deliver(tables.execution(opened, unit or None, tree, period or None, lang, level), format_, output, lang)


@command.command("settlement")
@common.book_argument
@click.option("--unit", required=True)
@click.option("--period", required=True, help="Fiscal year YYYY.")
@click.option("--form", type=click.Choice(["B01", "F01-01"]), default="B01", help="Which form's lines.")
@_options
@common.guarded
def settlement(
    book: Path,
    unit: str,
    period: str,
    form: str,
    output: Path | None,
    as_of: str | None,
    format_: str,
    lang: Language,
) -> None:
    """B01/BCQT lines: reported, reviewed, difference."""
    opened = Book.open(book, as_of)
    _known(opened, unit, period, lang)
    deliver(tables.settlement(opened, unit, period, form, lang), format_, output, lang)


@command.command("dues")
@common.book_argument
@click.option("--form", type=click.Choice(["S01", "B01"]), required=True, help="Ledger by month, or quarterly report.")
@click.option("--unit", default="", help="One unit (default: the whole tree).")
@click.option("--tree", type=click.Choice(["budget", "party"]), default="party")
@click.option("--period", required=True, help="Quarter YYYY-Qn; for S01 also a year YYYY.")
@_options
@common.guarded
def party_dues(
    book: Path,
    form: str,
    unit: str,
    tree: Literal["budget", "party"],
    period: str,
    output: Path | None,
    as_of: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Party dues: S01/ĐP part II by organisation and month, or B01/ĐP."""
    if not (QUARTER.fullmatch(period) or (form == "S01" and YEAR.fullmatch(period))):
        sentence = "A period of dues is a quarter YYYY-Qn, for S01 also a year YYYY, not {period}."
        raise UsageProblem(sentence, period=period)
    make = dues.s01 if form == "S01" else dues.b01
    deliver(make(Book.open(book, as_of), dues.Asked(unit or None, tree, period), lang), format_, output, lang)


def _known(book: Book, unit: str, period: str, language: Language) -> None:
    """An unknown unit or a period without books is a finding (exit 1), a malformed period is wrong usage (exit 2)."""
    if period and not PERIOD.fullmatch(period):
        raise UsageProblem("A period is YYYY or YYYY-MM, not {period}.", period=period)
    findings = []
    if unit and not book.units.known(unit):
        findings.append(Finding("U12", unit=unit, value=unit))
    if period and not any(f"/{period[:4]}/" in name for name in book.names("units/")):
        findings.append(Finding("U13", period=period, value=period))
    if findings:
        common.print_findings(common.rendered(findings, language), language)
        common.finish(blocked=True)
