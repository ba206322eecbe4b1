"""How a figure comes about: figure → formula → inputs → the version of each value of law → its article.

Guarantees: a chain is a value, made by the same functions that judge the books, so that it says what they say; every
value of law in it carries its document, article, how far it was checked, from when it is in force and known, and the
hash of the file it stands in. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ledger.findings import Entry as Rule
from ledger.findings import Finding, Language
from ledger.money import money
from ledger.regulations import Regulations
from ledger.texts import text
from ledger.vietnamese import date_vi
from plugins import law_words, rule
from plugins.context import Context
from plugins.questions import Used, asked, versions

SHOWN = 12
"""Inputs of one kind that people are shown before the rest is summed up."""


@dataclass(frozen=True, slots=True)
class Step:
    """One figure and what it comes from."""

    figure: str
    """What it is, in words."""
    value: int | str
    """Whole đồng or another whole number; or a text."""
    formula: str = ""
    inputs: tuple[Step, ...] = ()
    parameters: tuple[Used, ...] = ()
    article: str = ""


def parameter(law: Regulations, key: str, on: date, language: Language) -> Step:
    """A value of law as it was asked on a day, under the clocks of the regulations.

    Raises:
        UnknownParameterError: nothing has this key.
    """
    used = asked(law, key, on)
    found = used.entry
    return Step(
        figure=used.parameter.title[language],
        value=law_words.value(used.parameter, found, language) if found else text("no value on this day", language),
        formula=text("the latest entry in force on {day} that was known then", language).format(day=date_vi(used.on)),
        parameters=(used,),
        article=found.citation(language) if found else "",
    )


def finding(context: Context, found: Finding, language: Language, inputs: Iterable[Step] = ()) -> Step:
    """What a rule found, with what it rests on.

    Args:
        context: the books as they were judged, with law data that remember what was asked (`plugins.questions`).
        found: a finding of a rule.
        language: of the words.
        inputs: the chain of the figure that the finding speaks of, where there is one.
    """
    entry = rule.catalogue()[found.rule]
    said = (_place(found, language), *_compared(found, language), *inputs)
    keys = tuple((entry.page or {}).get("parameters", ()))
    return replace(
        of_rule(context, found.rule, _day(context, found.on), language),
        parameters=versions(context.regulations, keys, _day(context, found.on), found),
        value=rule.catalogue().message(found, language),
        inputs=said,
        article=entry.article[language],
    )


def of_rule(context: Context, code: str, on: date, language: Language) -> Step:
    """What a rule compares with what, and the values of law it asks on a day."""
    entry = rule.catalogue()[code]
    page = entry.page or {}
    return Step(
        figure=f"{code} {entry.title[language]}",
        value=text("nothing found", language),
        formula=str(page.get("formula", {}).get(language, "")),
        parameters=versions(context.regulations, tuple(page.get("parameters", ())), on),
        article=entry.article[language],
    )


def not_asked(run: rule.RuleRun, language: Language) -> Step:
    """A rule that was not asked under the two clocks, with the reason."""
    entry: Rule = rule.catalogue()[run.id]
    return Step(f"{run.id} {entry.title[language]}", run.why(language), article=entry.article[language])


def lines(step: Step, language: Language, *, shown: int | None = SHOWN, depth: int = 0) -> Iterator[str]:
    """A chain as people read it, one line each, inputs indented below their figure.

    Args:
        step: the figure.
        language: of the words.
        shown: so many inputs of one figure are shown, the rest as one sum; None: all.
        depth: how deep the figure stands.
    """
    pad = "  " * depth
    yield f"{pad}{step.figure}: {_value(step.value)}"
    if step.formula:
        yield f"{pad}  = {step.formula}"
    first = step.inputs if shown is None else step.inputs[:shown]
    for part in first:
        yield from lines(part, language, shown=shown, depth=depth + 1)
    rest = step.inputs[len(first) :]
    if rest:
        yield f"{pad}  … {_summed(rest, language)}"
    for used in step.parameters:
        yield from (f"{pad}  {line}" for line in _used(used, language))
    if step.article and step.article not in {_citation(used, language) for used in step.parameters}:
        yield f"{pad}  § {step.article}"


def as_json(step: Step, language: Language) -> dict[str, Any]:
    """A chain as a record; amounts are whole numbers."""
    return {
        "figure": step.figure,
        "value": step.value,
        "formula": step.formula,
        "inputs": [as_json(part, language) for part in step.inputs],
        "parameters": [_used_json(used, language) for used in step.parameters],
        "article": step.article,
    }


def _value(value: int | str) -> str:
    return money(value) if isinstance(value, int) else value


def _day(context: Context, on: str) -> date:
    return date.fromisoformat(on or context.today)


def _place(found: Finding, language: Language) -> Step:
    """Where it was found: file, row, voucher, day."""
    row = f"{text('row', language)} {found.row}" if found.row else ""
    day = date_vi(found.on) if found.on else ""
    parts = (found.unit, found.period, found.file, row, found.column, found.voucher, day)
    return Step(text("place", language), " · ".join(part for part in parts if part))


def _compared(found: Finding, language: Language) -> Iterator[Step]:
    if found.value:
        yield Step(text("what is there", language), found.value)
    if found.expected:
        yield Step(text("what must be", language), found.expected)
    if found.difference is not None:
        yield Step(text("difference", language), found.difference)
    if found.allowed:
        yield Step(text("let pass by", language), found.allowed)


def _summed(rest: tuple[Step, ...], language: Language) -> str:
    sums = [step.value for step in rest if isinstance(step.value, int)]
    if len(sums) < len(rest):
        return text("and {count} more", language).format(count=len(rest))
    return text("and {count} more, {sum} together", language).format(count=len(rest), sum=money(sum(sums)))


def _citation(used: Used, language: Language) -> str:
    return used.entry.citation(language) if used.entry else ""


def _used(used: Used, language: Language) -> Iterator[str]:
    of, entry = used.parameter, used.entry
    if entry is None:
        known = text("all that is known", language)
        if used.known is not None:
            known = text("as known on {day}", language).format(day=date_vi(used.known))
        yield f"▸ {of.key}: {text('no value on this day', language)} ({date_vi(used.on)}; {known})"
        return
    span = law_words.span(of, entry, language, used.known)
    yield f"▸ {of.key} = {law_words.value(of, entry, language)}  ({span})"
    yield from (f"    - {row}" for row in law_words.rows(of, entry, language))
    if entry.empty and of.missing:
        yield f"    ! {of.missing[language]}"
    yield f"    § {entry.citation(language)}"
    yield f"    {law_words.marks(entry, language)}: {entry.basis}"
    filed = text("file {file}, SHA-256 {hash}", language)
    yield f"    {filed.format(file=entry.file, hash=entry.sha256)}"


def _used_json(used: Used, language: Language) -> dict[str, Any]:
    entry = law_words.entry_json(used.parameter, used.entry, language, used.known) if used.entry else None
    return {
        "id": used.parameter.key,
        "title": used.parameter.title[language],
        "asked_for": str(used.on),
        "known_on": str(used.known) if used.known else None,
        "missing": used.parameter.missing[language] if used.parameter.missing else None,
        "entry": entry,
    }
