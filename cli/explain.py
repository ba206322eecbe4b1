"""`rules explain`: how a figure comes about, down to the article: a rule's findings, what is free, a value of law."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from cli import clocks, common
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Language

if TYPE_CHECKING:
    from ledger.findings import Finding
    from plugins.explain import Step
    from plugins.rule import Context

AVAILABLE = "available"


class Question(NamedTuple):
    """What is asked for."""

    unit: str
    year: str
    period: str
    voucher: str
    source: str
    clause: str
    item: str
    programme: str
    on: date

    @property
    def budget_year(self) -> str:
        """The year asked about, else that of the day."""
        return self.year or str(self.on.year)


@click.command("explain")
@common.book_argument
@click.argument("what")
@click.option("--unit", default="", help="Only this unit.")
@click.option("--line", default="", help="An estimate line, source-clause-item: 13-351-6501.")
@click.option("--source", default="", help="Source of the line.")
@click.option("--clause", default="", help="Clause of the line.")
@click.option("--item", default="", help="Item or group of the line; empty: the whole clause.")
@click.option("--programme", default="", help="Target programme of the line.")
@click.option("--year", default="", help="Budget year; default that of the day.")
@click.option("--period", default="", help="Only findings of this period, 2026-03.")
@click.option("--voucher", default="", help="Only findings of this voucher.")
@clocks.day_option("--on", "on", "The day asked about; default the book's day.")
@click.option("--all", "all_", is_flag=True, help="Every input, none summed up.")
@clocks.options
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(
    book: Path,
    what: str,
    unit: str,
    line: str,
    source: str,
    clause: str,
    item: str,
    programme: str,
    year: str,
    period: str,
    voucher: str,
    on: datetime | None,
    all_: bool,
    law_date: datetime | None,
    known_on: datetime | None,
    format_: str,
    lang: Language,
) -> None:
    """Explain a rule's findings (E02), what is free of an estimate (available), or a value of law (its key)."""
    from plugins import explain  # noqa: PLC0415 - the list of rules is shown without its tables

    asked = clocks.of(law_date, known_on)
    opened = clocks.opened(book, asked)
    day = on.date() if on else asked.known or opened.today()
    source, clause, item = [*line.split("-"), "", ""][:3] if line else [source, clause, item]
    of = Question(unit, year, period, voucher, source, clause, item, programme, day)
    steps = _steps(opened, what, of, asked, lang)
    if format_ == "json":
        chain = [explain.as_json(step, lang) for step in steps]
        common.print_json({**clocks.as_json(asked), "commit": opened.commit, "on": str(day), "steps": chain})
        return
    click.echo(clocks.said(asked, opened.commit, lang))
    for step in steps:
        click.echo("\n".join(explain.lines(step, lang, shown=None if all_ else explain.SHOWN)))


def _steps(book: Book, what: str, question: Question, asked: clocks.Clocks, language: Language) -> list[Step]:
    from plugins import explain, questions, rule  # noqa: PLC0415 - as above

    if question.unit and not book.units.known(question.unit):
        raise UsageProblem("There is no unit {unit}.", unit=question.unit)
    law = book.regulations.at(asked.law, asked.known)
    if what in law:
        return [explain.parameter(law, what, question.on, language)]
    if what != AVAILABLE and what not in rule.rules():
        raise UsageProblem("Nothing has the code {code}: `party-ledger rules list --parameters` names all.", code=what)
    context = questions.recorded(rule.context(book, unit=question.unit or None, law=asked.law, known=asked.known))
    if what == AVAILABLE:
        return [_available(context, question, language)]
    return _of_rule(context, what, question, language)


def _available(context: Context, question: Question, language: Language) -> Step:
    from plugins import explain_budget  # noqa: PLC0415 - as above

    if not question.unit:
        raise UsageProblem("Say which unit: --unit CODE.")
    day = question.on.isoformat()
    if not question.source or not question.clause:
        raise UsageProblem("Say which line: --line 13-351-6501, or --source and --clause.")
    asked = explain_budget.Ceiling(
        question.unit, question.budget_year, question.source, question.clause, question.programme, question.item
    )
    return explain_budget.available(context, explain_budget.covering(context, asked, day), day, language)


def _of_rule(context: Context, code: str, question: Question, language: Language) -> list[Step]:
    """Every finding of the rule that was asked for; without one, the rule with its nearest figure."""
    from plugins import explain, explain_budget  # noqa: PLC0415 - as above

    result = clocks.judged(context, [code])
    if result.rules[0].skipped:
        return [explain.not_asked(result.rules[0], language)]
    wanted = [found for found in result.findings if _asked_for(found, question)]
    if wanted:
        return [
            explain.finding(context, found, language, explain_budget.of_finding(context, found, language))
            for found in wanted
        ]
    return [_nearest(context, code, question, language)]


def _nearest(context: Context, code: str, question: Question, language: Language) -> Step:
    """The rule without a finding: what it compares, and for budget control what is free of the line."""
    from dataclasses import replace  # noqa: PLC0415 - as above

    from plugins import explain, explain_budget  # noqa: PLC0415 - as above

    step = explain.of_rule(context, code, question.on, language)
    if code not in explain_budget.BUDGET or not question.unit:
        return step
    day = question.on.isoformat()
    if question.source or question.clause:
        return replace(step, inputs=(_available(context, question, language),))
    ceiling = explain_budget.scarcest(context, question.unit, question.budget_year, day)
    free = (explain_budget.available(context, ceiling, day, language),) if ceiling else ()
    return replace(step, inputs=free)


def _asked_for(found: Finding, question: Question) -> bool:
    """Whether a finding is of the year, period, voucher and line asked for."""
    year = str(found.params.get("year", found.period[:4]))
    pairs = [(question.year, year), (question.period, found.period), (question.voucher, found.voucher)]
    pairs += [
        (getattr(question, name), str(found.params.get(name, "")))
        for name in ("source", "clause", "item", "programme")
        if name in found.params
    ]
    return all(wanted in ("", has) for wanted, has in pairs)
