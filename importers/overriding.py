"""A person of the office enters an override: the document by which a rule lets one ceiling be passed, up to a cap.

Guarantees: only a rule that may be overridden, only with a document, a cap, a last day and a reason; a unit lifts no
ceiling of its own; register and event come into the book together or not at all; the same said again is no change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from importers.desk import said
from ledger import overrides
from ledger.book import Book
from ledger.findings import Finding, is_day
from ledger.money import money
from ledger.overrides import EVENT, FILE, Override
from ledger.vietnamese import date_vi
from plugins.overrides import MAY_BE_EMPTY, OF_THE_CEILING
from plugins.rule import catalogue

LARGEST = 10**15
"""Largest cap, whole đồng."""
_COLUMNS = ("source", "clause", "item")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be let pass."""

    rule: str
    unit: str
    budget_year: str
    cap: int
    document: str
    expires: str
    reason: str
    source: str = ""
    clause: str = ""
    item: str = ""
    """Item or group, empty for the whole; of a programme's ceiling (E10), the programme."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What became of it."""

    override: Override | None
    findings: tuple[Finding, ...] = ()
    commit: str = ""
    """Empty where nothing was committed: it was refused, or stands there already."""


def grant(book: Book, asked: Asked, person: str, role: str, at: str | None = None) -> Granted:
    """Enter an override.

    Args:
        book: the book; the step goes onto its newest commit.
        asked: rule, ceiling, cap, document, last day, reason.
        person: who enters it.
        role: in which role.
        at: stated ISO time, practice books only.

    Returns:
        The row of the register; or J80-J89 when nothing was changed: J80 not overridable, J81 no document, J82 the last
        day, J83 the cap, J84 the ceiling is not named, J85 codes that do not exist, J86 unknown unit, J87 no reason,
        J88 sealed year, J89 the register is damaged.
    """
    with book.locked() as newest:
        now = newest.now(at)
        known, damaged = overrides.read(newest.read(FILE))
        found = [Finding("J89", unit=asked.unit, file=FILE, row=one.row, value=one.value) for one in damaged]
        found += _problems(newest, asked, now)
        if found:
            return Granted(None, tuple(found))
        today = now.date().isoformat()
        made = _made(asked, person, role, overrides.next_number(known, today[:4]), today)
        same = next((one for one in known if _meaning(one) == _meaning(made)), None)
        if same is not None:
            return Granted(same)
        change = newest.change(person, role, at)
        change.write(FILE, overrides.write([*known, made]))
        change.event(EVENT, unit=made.unit, period=made.budget_year, kind=made.rule, data=made.row())
        return Granted(made, (), change.commit(f"{made.unit} {made.budget_year} {made.rule}: {made.document}"))


def _made(asked: Asked, person: str, role: str, number: str, today: str) -> Override:
    return Override(
        number=number,
        rule=asked.rule,
        unit=asked.unit,
        budget_year=asked.budget_year,
        source=asked.source,
        clause=asked.clause,
        item=asked.item,
        cap=asked.cap,
        document=said(asked.document),
        role=role,
        person=person,
        granted_on=today,
        expires=asked.expires,
        reason=said(asked.reason),
    )


def _meaning(override: Override) -> Override:
    """An override without its number and day: what is granted twice is granted once."""
    return replace(override, number="", granted_on="")


def _problems(book: Book, asked: Asked, now: datetime) -> Iterator[Finding]:
    """Everything that is wrong with what is asked."""
    today = now.date().isoformat()
    plain = Finding("J80", unit=asked.unit, period=asked.budget_year, on=today, params={"rule": asked.rule})
    if asked.rule not in OF_THE_CEILING or not catalogue()[asked.rule].overridable:
        yield replace(plain, column="rule", value=asked.rule, expected=", ".join(OF_THE_CEILING))
    else:
        yield from _ceiling(book, asked, plain)
    if not said(asked.document):
        yield replace(plain, rule="J81", column="document")
    if not is_day(asked.expires) or asked.expires < today:
        yield replace(plain, rule="J82", column="expires", value=asked.expires, expected=f"≥ {date_vi(today)}")
    if not 0 < asked.cap <= LARGEST:
        yield replace(plain, rule="J83", column="cap", value=money(asked.cap), expected=f"1 … {money(LARGEST)}")
    if not said(asked.reason):
        yield replace(plain, rule="J87", column="reason")
    if not book.units.known(asked.unit):
        yield replace(plain, rule="J86", column="unit", value=asked.unit)
    elif _sealed(book, asked):
        yield replace(plain, rule="J88", column="budget_year", value=asked.budget_year)


def _ceiling(book: Book, asked: Asked, plain: Finding) -> Iterator[Finding]:
    """J84 what the rule's ceiling needs and no more, J85 codes of the budget index."""
    needed = OF_THE_CEILING[asked.rule]
    must = needed - (MAY_BE_EMPTY if asked.rule != "E10" else frozenset())
    given = {name for name in _COLUMNS if getattr(asked, name)}
    if not must <= given <= needed or len(asked.budget_year) != len("2026") or not asked.budget_year.isdecimal():
        names = ", ".join(f"--{name}" for name in ("year", *_COLUMNS) if name == "year" or name in needed)
        yield replace(plain, rule="J84", value=", ".join(sorted(given)), expected=names)
        return
    index, year = book.index, int(asked.budget_year)
    item = asked.rule == "E10" or not asked.item or index.item(asked.item, year) or index.group(asked.item, year)
    known = {
        "source": not asked.source or index.source(asked.source, year),
        "clause": not asked.clause or index.clause(asked.clause, year),
        "item": item,
    }
    for name, good in known.items():
        if not good:
            yield replace(plain, rule="J85", column=name, value=getattr(asked, name))


def _sealed(book: Book, asked: Asked) -> bool:
    """Whether the unit's settlement of the year is sealed and was not reopened."""
    steps = [
        event.event
        for event in book.events(asked.unit)
        if event.period[:4] == asked.budget_year and event.event in {"settlement.sealed", "settlement.reopened"}
    ]
    return bool(steps) and steps[-1] == "settlement.sealed"
