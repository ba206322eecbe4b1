"""What an override lets pass: findings of overridable rules that a document allows, up to its cap, until its last day.

Guarantees: an override is for one rule and one ceiling, named exactly; what goes beyond its cap, comes after its last
day or has no document blocks as before; a rule that is not overridable is never touched. Whether an override holds is
asked of the day of what is judged, so that a book checked again later is judged alike.

A rule whose findings may be overridden gives `year`, `source`, `clause` and `item` among a finding's values (for a
programme's ceiling `programme` too), the excess as `difference`, and the day as `on`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ledger.findings import Finding
from ledger.money import money
from ledger.overrides import FILE, Override, read
from ledger.vietnamese import date_vi

if TYPE_CHECKING:
    from ledger.book import Book
    from plugins.context import Context

OF_THE_CEILING: Mapping[str, frozenset[str]] = {
    "E02": frozenset({"source", "clause", "item"}),
    "E03": frozenset({"source", "clause", "item"}),
    "E07": frozenset({"source", "clause"}),
    "E08": frozenset({"source"}),
    "E09": frozenset(),
    "E10": frozenset({"item"}),
    "E12": frozenset({"source", "clause", "item"}),
    "E14": frozenset({"source", "clause", "item"}),
    "E18": frozenset({"source", "clause"}),
}
"""Rules that may be overridden, and what names their ceiling besides unit and budget year (E10: the programme, as
item). An item may be empty: the line of the whole source and clause."""
MAY_BE_EMPTY = frozenset({"item"})

Ceiling = tuple[str, ...]
"""Unit, budget year, source, clause and item, as `Override.ceiling` has them."""


def granted(context: Context) -> Mapping[tuple[str, Ceiling], Sequence[Override]]:
    """The sound overrides by rule and ceiling."""
    found: dict[tuple[str, Ceiling], list[Override]] = {}
    for override in read(context.registers.file(FILE))[0]:
        if _names_a_ceiling(override):
            found.setdefault((override.rule, override.ceiling), []).append(override)
    return found


def covering(context: Context, rule: str, ceiling: Ceiling, day: str) -> Override | None:
    """The override with the highest cap that holds for a ceiling on an ISO day."""
    held = [one for one in context.remember(granted).get((rule, ceiling), ()) if day <= one.expires]
    return max(held, key=lambda one: one.cap, default=None)


def allow(findings: Iterable[Finding], context: Context) -> list[Finding]:
    """The findings, those that an override covers with its document as `Finding.allowed`."""
    if not context.remember(granted):
        return list(findings)
    return [_allowed(finding, context) for finding in findings]


def used(findings: Iterable[Finding], context: Context) -> list[tuple[Override, Finding]]:
    """The overrides by which findings pass, with the finding, in the order of their numbers."""
    pairs = [(_found(finding, context), finding) for finding in findings]
    return sorted(
        ((override, finding) for override, finding in pairs if override is not None),
        key=lambda pair: (pair[0].number, pair[1].on),
    )


def register_findings(book: Book) -> list[Finding]:
    """What is wrong with the register: see `ledger.overrides.read`; U28 no such unit, U29 no rule and ceiling."""
    overrides, findings = read(book.read(FILE))
    wrong = [("U28", "unit", one) for one in overrides if not book.units.known(one.unit)]
    wrong += [("U29", "rule", one) for one in overrides if not _names_a_ceiling(one)]
    found = [
        Finding(code, unit=one.unit, file=FILE, column=column, value=getattr(one, column), other=one.number)
        for code, column, one in wrong
    ]
    return [*findings, *found]


def told(override: Override) -> str:
    """An override as a finding names it: document, day, cap."""
    return f"{override.document} · {date_vi(override.granted_on)} · ≤ {money(override.cap)} đồng"


def _allowed(finding: Finding, context: Context) -> Finding:
    override = _found(finding, context)
    return finding if override is None else replace(finding, allowed=told(override))


def _found(finding: Finding, context: Context) -> Override | None:
    """The override that covers a finding."""
    if finding.rule not in OF_THE_CEILING or finding.difference is None or not finding.on:
        return None
    override = covering(context, finding.rule, _ceiling(finding), finding.on)
    return override if override is not None and finding.difference <= override.cap else None


def _ceiling(finding: Finding) -> Ceiling:
    named = {name: str(finding.params.get(name, "")) for name in ("year", "source", "clause", "item", "programme")}
    item = named["programme"] if finding.rule == "E10" else named["item"]
    return finding.unit, named["year"], named["source"], named["clause"], item


def _names_a_ceiling(override: Override) -> bool:
    """Whether the rule may be overridden and the row names what its ceiling needs, no more."""
    needed = OF_THE_CEILING.get(override.rule)
    if needed is None:
        return False
    given = {name for name in ("source", "clause", "item") if getattr(override, name)}
    must = needed - (MAY_BE_EMPTY if override.rule != "E10" else frozenset())
    return must <= given <= needed
