"""How much of an estimate is free, and why: each decision, contract and use that makes up the figure.

Guarantees: the figures are those of `plugins.estimate_days`, by which the rules judge; the parts of a chain add up to
their sum, to the đồng. A ceiling is an estimate line, or all lines of a clause, a source, a unit or a programme.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ledger.findings import Finding, Language
from ledger.money import money
from ledger.texts import text
from ledger.vietnamese import date_vi
from plugins.ceilings import WORDS
from plugins.columns import Columns, Places
from plugins.context import Context
from plugins.day_sums import FIGURES
from plugins.estimate_days import (
    COMMITMENT,
    DECISION,
    USE,
    Movements,
    commitments_of,
    days_of,
    decisions_of,
    is_line,
    movements_of,
)
from plugins.execution import NO_LINE, Line, Lines
from plugins.explain import Step

LEVELS = {"E02": "line", "E03": "line", "E07": "clause", "E08": "source", "E09": "unit", "E10": "programme"}
"""Rules that judge a ceiling → its level; E11 says its level in its finding."""
BUDGET = frozenset({*LEVELS, "E01", "E11", "E12"})
"""Rules whose nearest figure is what is free of an estimate."""

KINDS = {
    "original": "assigned at the start of the year",
    "supplement": "supplemented",
    "cut": "cut",
    "transfer": "transferred",
    "carry": "carried over from last year",
    "held": "held back",
    "release": "released",
}
"""Kinds of decisions → the text that names them."""
SUMS = {
    "assigned": "assigned to this line",
    "held": "held back of it",
    "committed": "promised by contract and not yet paid",
    "used": "used",
}


class Ceiling(NamedTuple):
    """What is asked about; None: whatever it is."""

    unit: str
    year: str
    source: str | None = None
    clause: str | None = None
    programme: str | None = None
    item: str | None = None
    """Tiểu mục, mục, or "" for the whole source and clause."""

    def holds(self, line: Line) -> bool:
        """Whether an estimate line belongs to it."""
        return all(asked in (None, part) for asked, part in zip(self, line, strict=True))

    def named(self) -> str:
        """As people write it: `13-351-6501`."""
        parts = [part for part in (self.source, self.clause, self.item) if part]
        said = "-".join(parts) or self.unit
        return f"{said} ({self.programme})" if self.programme else said


def covering(context: Context, asked: Ceiling, on: str) -> Ceiling:
    """The estimate line that covers what is asked on a day: of the item, its group, or the whole; else as asked."""
    pot = (asked.unit, asked.year, asked.source or "", asked.clause or "", asked.programme or "")
    line = Lines(context.decisions, context.index).line(pot, asked.item or "", on)
    return asked if line == NO_LINE else asked._replace(programme=pot[-1], item=line)


def available(context: Context, ceiling: Ceiling, on: str, language: Language) -> Step:
    """What is free at the end of a day: assigned - held - committed - used, each with its parts.

    Args:
        context: the books; its movements are those that the rules judge.
        ceiling: an estimate line, or several.
        on: ISO day; what happened later does not count.
        language: of the words.
    """
    moved = context.remember(movements_of)
    places = _places(moved, ceiling, on)
    figures = moved.figures[:, places].sum(axis=1).tolist()
    sums = dict(zip(FIGURES, figures, strict=True))
    inputs = tuple(
        Step(text(SUMS[name], language), sums[name], inputs=_parts(context, moved, places, number, language))
        for number, name in enumerate(FIGURES)
    )
    figure = text("available of {line}, budget of {year}, unit {unit}, at the end of {day}", language)
    free = sums["assigned"] - sums["held"] - sums["committed"] - sums["used"]
    said = " - ".join(money(sums[name]) if sums[name] >= 0 else f"({money(sums[name])})" for name in FIGURES)
    formula = text("assigned - held - committed - used", language)
    return Step(
        figure=figure.format(line=ceiling.named(), year=ceiling.year, unit=ceiling.unit, day=date_vi(on)),
        value=free,
        formula=f"{formula} = {said}",
        inputs=inputs,
    )


def of_finding(context: Context, found: Finding, language: Language) -> tuple[Step, ...]:
    """The chain of the estimate that a finding of budget control speaks of; nothing for other findings."""
    if found.rule not in BUDGET or "year" not in found.params or not found.on:
        return ()
    given = {name: str(found.params.get(name, "")) for name in ("year", "source", "clause", "item", "programme")}
    level = LEVELS.get(found.rule) or _level_said(found)
    if not level:
        asked = Ceiling(found.unit, given["year"], given["source"], given["clause"], given["programme"])
        return (existing(context, asked, found.on, language),)
    return (available(context, _of_level(level, found.unit, given), found.on, language),)


def existing(context: Context, ceiling: Ceiling, on: str, language: Language) -> Step:
    """The estimate lines that exist on a day, each with what is free of it; why a use has none."""
    moved = context.remember(movements_of)
    numbers = {moved.line[place] for place in _places(moved, ceiling, on) if moved.kind[place] == DECISION}
    lines = [moved.lines[number] for number in sorted(numbers)]
    figure = text("estimate lines of {line}, budget of {year}, on {day}", language)
    return Step(
        figure=figure.format(line=ceiling.named(), year=ceiling.year, day=date_vi(on)),
        value=len(lines),
        formula=text("a line of the item, else of its group, else of the whole clause", language),
        inputs=tuple(available(context, Ceiling(*line), on, language) for line in lines),
    )


def scarcest(context: Context, unit: str, year: str, on: str) -> Ceiling | None:
    """The estimate line of a unit with the least money free at the end of a day; None: it has no line."""
    days = context.remember(days_of)
    upto = bisect_right(days.names, on)
    ends: dict[int, int] = {}
    for row in np.flatnonzero(days.day < upto).tolist():
        ends[int(days.key[row])] = row
    mine = [row for key, row in ends.items() if days.keys[key][:2] == (unit, year) and is_line(days.keys[key])]
    if not mine:
        return None
    return Ceiling(*days.keys[days.key[max(mine, key=lambda row: int(days.over[row]))]])


def _of_level(level: str, unit: str, given: dict[str, str]) -> Ceiling:
    parts = {
        "line": ("source", "clause", "programme", "item"),
        "clause": ("source", "clause"),
        "source": ("source",),
        "unit": (),
        "programme": ("programme",),
    }[level]
    return Ceiling(unit, given["year"], **{name: given[name] for name in parts})


def _level_said(found: Finding) -> str:
    said = str(found.params.get("level_en", ""))
    return next((name for name, (_, word) in WORDS.items() if said.startswith(word)), "")


def _places(moved: Movements, ceiling: Ceiling, on: str) -> Places:
    """The movements of a ceiling up to the end of a day, in order of time; uses without a line are none of it."""
    wanted = [line[-1] != NO_LINE and ceiling.holds(line) for line in moved.lines]
    flags = np.array(wanted or [False], dtype=np.bool_)[moved.line] & (moved.day < bisect_right(moved.days, on))
    places = np.flatnonzero(flags)
    return places[np.argsort(moved.day[places], kind="stable")]


def _parts(context: Context, moved: Movements, places: Places, number: int, language: Language) -> tuple[Step, ...]:
    """What makes up one of the figures: each decision, contract or use with its place and amount."""
    chosen = places[moved.figures[number, places] != 0]
    kinds = moved.kind[chosen]
    words = {
        DECISION: _decisions(context, moved.place[chosen[kinds == DECISION]], language),
        COMMITMENT: _contracts(context, moved.place[chosen[kinds == COMMITMENT]], language),
        USE: _uses(context, moved.place[chosen[kinds == USE]], language),
    }
    amounts: Sequence[int] = moved.figures[number, chosen].tolist()
    return tuple(Step(next(words[kind]), amount) for kind, amount in zip(kinds.tolist(), amounts, strict=True))


def _decisions(context: Context, at: Places, language: Language) -> Iterator[str]:
    said = text("decision {number} of {day} ({kind}), row {row}", language)
    for row in Columns(context.remember(decisions_of)).rows(at):
        kind = text(KINDS[row.kind], language)
        yield said.format(number=row.decision, day=date_vi(row.date), kind=kind, row=row.row)


def _contracts(context: Context, at: Places, language: Language) -> Iterator[str]:
    table = context.remember(commitments_of).iloc[at]
    for number, day in zip(table["contract"], table["date"], strict=True):
        yield text("contract {number}, {day}", language).format(number=number, day=date_vi(day))


def _uses(context: Context, at: Places, language: Language) -> Iterator[str]:
    said = text("voucher {voucher} of {day}, {file} row {row}, item {item}", language)
    for row in context.mine.rows(at):
        file = context.file_of(row)
        yield said.format(voucher=row.voucher, day=date_vi(row.date), file=file, row=row.row, item=row.item or "—")
