"""Budget control above the line: E07 clause, E08 source, E09 unit, E10 programme; and E11, the early warning.

Guarantees: each level is judged at the end of every day against the sum of the decisions below it, and says only what
no breach below explains; the early warning comes once for a line or level, at the posting that takes its use past the
percentage, and not where the ceiling itself is passed that day. Levels and settings are those of `plugins.levels`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ledger.findings import Finding
from plugins.breaches import at_movement, breaches, named
from plugins.columns import Places
from plugins.context import Context
from plugins.day_sums import Day
from plugins.estimate_days import USE
from plugins.levels import Level, levels_of
from plugins.rule import Checked, rule

WORDS = {
    "line": ("dòng dự toán", "the estimate line"),
    "clause": ("nguồn và khoản", "source and clause"),
    "source": ("nguồn kinh phí", "the source"),
    "unit": ("toàn đơn vị", "the whole unit"),
    "programme": ("chương trình mục tiêu", "the target programme"),
}
"""The levels as texts name them, in Vietnamese and English."""
WHOLE = 100
"""Per cent."""


@rule("E07")
def clause_not_exceeded(context: Context) -> Checked:
    """On no day is more used, promised and held of source and clause than was assigned, beyond what its lines tell."""
    return _ceiling(context, "E07", "clause")


@rule("E08")
def source_not_exceeded(context: Context) -> Checked:
    """The same for a source, beyond what its clauses tell."""
    return _ceiling(context, "E08", "source")


@rule("E09")
def unit_not_exceeded(context: Context) -> Checked:
    """The same for the whole estimate of a unit and year, beyond what its sources tell."""
    return _ceiling(context, "E09", "unit")


@rule("E10")
def programme_not_exceeded(context: Context) -> Checked:
    """The same for a target programme of a unit and year, beyond what its lines tell."""
    return _ceiling(context, "E10", "programme")


@rule("E11")
def early_warning(context: Context) -> Checked:
    """The posting that takes the use of a line or level past the early-warning percentage, once."""
    count, findings = 0, []
    for level in context.remember(levels_of).values():
        count += int(np.unique(level.days.key[level.warning > 0]).size)
        findings += list(_warnings(context, level))
    return Checked(count, findings)


def _ceiling(context: Context, code: str, name: str) -> Checked:
    level = context.remember(levels_of)[name]
    return breaches(context, level, code, level.excess)


def _warnings(context: Context, level: Level) -> Iterator[Finding]:
    """At the first day of each key on which its use is past the percentage, where nothing worse is said of it."""
    for row in _first_past(level).tolist():
        day = level.days.at(row)
        if not level.days.asked[row] or day.over > level.tolerance[row]:
            continue
        finding = _warning(context, level, day, int(level.warning[row]))
        if finding is not None:
            yield finding


def _first_past(level: Level) -> Places:
    """For each key its first day past the percentage; a level with a single part says what its part says, no more."""
    assigned, used = level.days.sums[0], level.days.sums[3]
    past = (level.warning > 0) & (used * WHOLE > assigned * level.warning)
    rows = np.flatnonzero(past)
    keys, firsts = np.unique(level.days.key[rows], return_index=True)
    alone = level.sizes[keys] == 1 if level.below is not None else np.zeros(len(keys), dtype=np.bool_)
    found: Places = rows[firsts[~alone]]
    return found


def _warning(context: Context, level: Level, day: Day, percentage: int) -> Finding | None:
    params = named(level, day)
    which = str(params["programme"] if level.name == "programme" else params["line"])
    words = [f"{word} {which}".rstrip() for word in WORDS[level.name]]
    params |= {"level_vi": words[0], "level_en": words[1], "percentage": percentage}
    # Before the day the key was not past it, so a use of the day took it there, or a cut of the estimate did.
    if not any(movement.kind == USE and movement.wanted for movement in level.movements(context, day)):
        return None
    limit = day.assigned * percentage // WHOLE
    finding = at_movement(context, level, day, "E11", limit, params)
    setting = level.setting(day.row).source
    return finding and replace(finding, params={**finding.params, "setting": setting, "available": -day.over})
