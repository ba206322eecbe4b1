"""Rules on what events cost: N01 conferences and receptions per head and day, N02 stay allowance, N04 congresses.

Guarantees: the cost of an event is what the unit's expense accounts hold under its code, in cash or not; the norm is
that of each of its days, so that a norm that changes during an event counts from its own day; an event without heads
and days in the register, or without a norm, is counted and told by N07, never passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from ledger.findings import Finding
from ledger.money import money
from ledger.norms import EVENT_TABLES, EVERYTHING, Gap, Norm, congress_support, days, event_norms, found, stay_allowance
from ledger.records import Record
from ledger.vietnamese import date_vi
from plugins.context import Context
from plugins.norm_verdicts import EVENTS, Movement, Verdicts, costs, in_order, wanted
from plugins.rule import Checked, rule

STAY, CONGRESS = "6702", "7852"
"""Items (tiểu mục) of the stay allowance and of Party congresses."""
SEA, NEWER = "norms.sea_places", "norms.stay_allowance_new"


class Cost(NamedTuple):
    """What one unit spent on one event."""

    event: Record
    postings: list[Movement]
    """In order of date."""

    @property
    def days(self) -> list[str]:
        """ISO days of the event."""
        return list(days(self.event.texts["first_day"], self.event.texts["last_day"]))


class Events(NamedTuple):
    """The events that postings name."""

    known: list[Cost]
    unknown: int
    """How many have no row in the register of events."""


@rule("N01")
def event_within_its_norm(context: Context) -> Checked:
    """A conference or a reception costs no more than heads, days and norm allow."""
    return _checked(context.remember(per_head_and_day))


@rule("N02")
def stay_allowance_within_the_norm(context: Context) -> Checked:
    """Stay allowance paid for an event is no more than heads, days and norm allow."""
    return _checked(context.remember(stays))


@rule("N04")
def congress_support_as_the_norm(context: Context) -> Checked:
    """A commune pays for a cell's congress what the norm gives; more needs a decision, less is said after the year."""
    return _checked(context.remember(congresses))


def events_of(context: Context) -> Events:
    """What each unit spent on each event, for events that findings are wanted for."""
    mine = context.mine
    named = costs(context) & mine.given("event")
    asked = set(mine.keys(mine.firsts(named & context.in_scope, "unit", "event"), "unit", "event"))
    postings: dict[tuple[str, str], list[Movement]] = {}
    for movement in in_order(context, named):
        if (movement.unit, movement.event) in asked:
            postings.setdefault((movement.unit, movement.event), []).append(movement)
    registered = _registered(context)
    known = []
    for key, movements in sorted(postings.items()):
        event = registered(*key)
        known += [Cost(event, movements)] if event is not None else []
    return Events(known, len(postings) - len(known))


def per_head_and_day(context: Context) -> Verdicts:
    """N01: conferences and delegations against the tables of their kind."""
    events = context.remember(events_of)
    count, findings, unknown = 0, list[Finding](), Counter({EVENTS: events.unknown})
    for cost in events.known:
        kind = cost.event.texts["kind"]
        if kind not in EVENT_TABLES:
            continue
        tables = [event_norms(kind, day, context.regulations) for day in cost.days]
        gap = next((table for table in tables if isinstance(table, Gap)), None)
        if gap is not None:
            unknown[gap.key] += 1
            continue
        known = [table for table in tables if not isinstance(table, Gap)]
        for item in sorted(set.intersection(*(set(table) for table in known))):
            count += 1
            allowed = _allowed(cost, [table[item] for table in known])
            rows = [row for row in cost.postings if _belongs(context, row.item, item) and row.item != STAY]
            findings += _over(context, "N01", cost, rows, allowed)
    return Verdicts(count, findings, unknown)


def stays(context: Context) -> Verdicts:
    """N02: stay allowance named for an event."""
    count, findings, unknown = 0, list[Finding](), Counter[str]()
    for cost in context.remember(events_of).known:
        rows = [row for row in cost.postings if row.item == STAY]
        if not rows:
            continue
        norms = [stay_allowance(day, context.regulations, _place(context, cost, day)) for day in cost.days]
        gap = next((norm for norm in norms if isinstance(norm, Gap)), None)
        if gap is not None:
            unknown[gap.key] += 1
            continue
        count += 1
        # The older circular stands in for the newer one as long as nobody has entered that: it is told as a gap.
        unknown[NEWER] += found(context.regulations, NEWER, cost.days[0]) is None
        allowed = _allowed(cost, [norm for norm in norms if isinstance(norm, Norm)])
        findings += _over(context, "N02", cost, rows, allowed)
    return Verdicts(count, findings, unknown)


def congresses(context: Context) -> Verdicts:
    """N04: congress support of commune committees (guidance 21-HD/VPTW)."""
    count, findings, unknown = 0, list[Finding](), Counter[str]()
    for cost in context.remember(events_of).known:
        rows = [row for row in cost.postings if row.item == CONGRESS]
        first = cost.event.texts["first_day"]
        unit = context.units.get(rows[0].unit, first) if rows else None
        if cost.event.texts["kind"] != "congress" or unit is None or unit.kind != "commune_office":
            continue
        norm = congress_support(cost.event.number("heads"), first, context.regulations)
        if isinstance(norm, Gap):
            unknown[norm.key] += 1
            continue
        count += 1
        paid = sum(row.amount for row in rows)
        if paid > norm.amount and not cost.event.texts["document"]:
            findings += _over(context, "N04", cost, rows, norm, more_vi="nhiều hơn", more_en="more")
        elif paid < norm.amount and context.today[:4] > cost.event.texts["last_day"][:4]:
            findings.append(
                _told(context, "N04", cost, _last(context, rows), paid, norm, more_vi="ít hơn", more_en="less")
            )
    return Verdicts(count, findings, unknown)


def _checked(verdicts: Verdicts) -> Checked:
    return Checked(verdicts.evaluated, verdicts.findings)


def _registered(context: Context) -> Callable[[str, str], Record | None]:
    """What finds an event: the unit's own of that code, else the only one of that code in the province."""
    rows = context.registers.rows("events")
    own = {(row.unit, row.texts["event"]): row for row in rows}
    codes = Counter(row.texts["event"] for row in rows)
    alone = {row.texts["event"]: row for row in rows if codes[row.texts["event"]] == 1}
    return lambda unit, event: own.get((unit, event)) or alone.get(event)


def _belongs(context: Context, item: str, norm: str) -> bool:
    """Whether a posting's item is the one of the norm, or of its group."""
    return norm in {EVERYTHING, item, context.index.group_of(item)}


def _place(context: Context, cost: Cost, day: str) -> Literal["land", "sea"]:
    entry = found(context.regulations, SEA, day)
    places = {row["place"] for row in entry.rows} if entry else set()
    return "sea" if cost.event.texts["place"] in places else "land"


def _allowed(cost: Cost, norms: list[Norm]) -> Norm:
    """Heads times the norms of all days."""
    entries = {id(entry): entry for norm in norms for entry in norm.entries}
    return Norm(cost.event.number("heads") * sum(norm.amount for norm in norms), tuple(entries.values()))


def _over(
    context: Context, code: str, cost: Cost, rows: list[Movement], allowed: Norm, **words: str
) -> Iterator[Finding]:
    """One finding at the posting in scope that passes (or has passed) what is allowed."""
    spent = sum(row.amount for row in rows)
    if spent <= allowed.amount:
        return
    running = 0
    for row in rows:
        running += row.amount
        if running > allowed.amount and wanted(context, row):
            yield _told(context, code, cost, row, spent, allowed, **words)
            return


def _last(context: Context, rows: list[Movement]) -> Movement:
    """The last posting that a finding may stand at."""
    return next((row for row in reversed(rows) if wanted(context, row)), rows[-1])


def _told(context: Context, code: str, cost: Cost, row: Movement, spent: int, allowed: Norm, **words: str) -> Finding:
    texts = cost.event.texts
    return context.finding(
        code,
        context.mine.row(row.place),
        column="amount",
        value=money(spent),
        expected=money(allowed.amount),
        difference=spent - allowed.amount,
        event=texts["event"],
        name=texts["name"],
        heads=cost.event.number("heads"),
        days=len(cost.days),
        first=date_vi(texts["first_day"]),
        spent=spent,
        allowed=allowed.amount,
        item=row.item,
        law_vi=allowed.citation("vi"),
        law_en=allowed.citation("en"),
        **words,
    )
