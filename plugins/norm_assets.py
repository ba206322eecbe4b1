"""Rules on what a body may hold: N05 pool cars, N06 machines and equipment.

Guarantees: what a unit holds is what its ledger's lots say, looked at again after every change of holding or of the
norm; the class of an asset comes from the list of assets that the unit handed in; a body, a day or a class without a
norm is counted and told by N07.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ledger.findings import Finding
from ledger.norms import Body, Gap, Norm, Posts, found, of_unit, vehicles
from ledger.regulations import Entry
from ledger.regulations import Row as LawRow
from ledger.units import Unit
from ledger.vietnamese import date_vi
from plugins.columns import Row
from plugins.context import Context
from plugins.norm_verdicts import CLASSES, Movement, Verdicts, in_order, units, wanted
from plugins.rule import Checked, rule

VEHICLES = "2112"
"""Means of transport: detail account of Circular 107/2017, kept in the province's overlay of the chart."""
TANGIBLE, BUILDINGS = "211", "2111"
EQUIPMENT = "norms.equipment"
BODIES: tuple[Body, ...] = ("office", "committee", "service_unit", "commune_office")


class Holding(NamedTuple):
    """A unit's assets after one movement."""

    posting: Movement
    held: tuple[str, ...]
    """Codes of the assets that it holds then, in the order in which they came."""


@rule("N05")
def cars_within_the_norm(context: Context) -> Checked:
    """A body holds no more pool cars than its norm on the day."""
    verdicts = context.remember(cars)
    return Checked(verdicts.evaluated, verdicts.findings)


@rule("N06")
def equipment_within_the_norm(context: Context) -> Checked:
    """A machine costs no more than the norm of its class, and a unit holds no more of them than its posts allow."""
    verdicts = context.remember(equipment)
    return Checked(verdicts.evaluated, verdicts.findings)


def cars(context: Context) -> Verdicts:
    """N05: each unit's pool cars after every one that came in, and as they stand today."""
    count, findings, unknown = 0, list[Finding](), Counter[str]()
    holdings = _holdings(context, VEHICLES)
    for unit in units(context):
        bought, now = _bought([_pool(context, move) for move in holdings.get(unit, ())])
        asked = [(move, move.posting.date) for move in bought]
        asked += [(now, context.today)] if now is not None else []
        norms = [(move, on, _norm(context, unit, on)) for move, on in asked]
        unknown.update({norm.key for _, _, norm in norms if isinstance(norm, Gap)})
        known = [(move, on, norm) for move, on, norm in norms if isinstance(norm, Norm)]
        count += len(known)
        over = [one for one in known if len(one[0].held) > one[2].amount]
        # What stands today is told where no purchase was: a norm that became smaller, cars from before our books.
        own = [one for one in over if one[0] is not now] or over
        findings += [_too_many(context, *one) for one in own if wanted(context, one[0].posting)]
    return Verdicts(count, findings, unknown)


def equipment(context: Context) -> Verdicts:
    """N06: machines that come in by voucher, of a class that the table has."""
    mine, classes = context.mine, _classes(context)
    machines = mine.starts("code", (TANGIBLE,)) & ~mine.starts("code", (BUILDINGS, VEHICLES))
    came = machines & mine.given("lot_date") & mine.equal("entry", "voucher") & (mine.whole("quantity") > 0)
    at = np.flatnonzero(came & context.in_scope)
    count, findings, unknown = 0, list[Finding](), Counter[str]()
    for place, (unit, asset, day) in zip(at.tolist(), mine.keys(at, "unit", "asset", "date"), strict=True):
        entry, kind = found(context.regulations, EQUIPMENT, day), classes.get((unit, asset))
        if entry is None or kind is None:
            unknown[EQUIPMENT if entry is None else CLASSES] += (entry is None) != (kind is None)
            continue
        for norm in entry.rows:
            if norm["class"] == kind:
                count += 1
                findings += _of_class(context, mine.row(place), norm, entry)
    return Verdicts(count, findings, unknown)


def _holdings(context: Context, account: str) -> dict[str, list[Holding]]:
    """Unit → its movements of assets on accounts that begin so, in order of time."""
    mine = context.mine
    flags = mine.starts("code", (account,)) & mine.given("asset") & mine.given("lot_date")
    held: dict[str, tuple[str, ...]] = {}
    made: dict[str, list[Holding]] = {}
    for row in in_order(context, flags):
        before = held.get(row.unit, ())
        after = (*before, row.asset) if row.quantity > 0 else tuple(code for code in before if code != row.asset)
        held[row.unit] = after
        made.setdefault(row.unit, []).append(Holding(row, after))
    return made


def _pool(context: Context, move: Holding) -> Holding:
    """The movement with those of its assets that are pool cars, as far as lists and province tell."""
    on, unit = move.posting.date, move.posting.unit
    entries = [found(context.regulations, key, on) for key in ("norms.vehicles_apart", "norms.vehicle_classes_apart")]
    apart, classes = ({str(value) for row in (e.rows if e else ()) for value in row.values()} for e in entries)
    known = _classes(context)
    return move._replace(held=tuple(c for c in move.held if c not in apart and known.get((unit, c)) not in classes))


def _bought(moves: list[Holding]) -> tuple[list[Holding], Holding | None]:
    """The movements by vouchers that brought a car in, and what is held in the end, at the last car that came."""
    came = [move for move in moves if move.posting.asset in move.held]
    vouchers = [move for move in came if move.posting.entry == "voucher"]
    held = moves[-1].held if moves else ()
    return vouchers, Holding(came[-1].posting, held) if came and held else None


def _norm(context: Context, unit: str, on: str) -> Norm | Gap:
    row = context.units.get(unit, on)
    body = next((body for body in BODIES if row is not None and row.kind == body), None)
    if row is None or body is None:
        return Gap("norms.vehicles_posts")
    return vehicles(body, _size(context, row, on), on, context.regulations)


def _size(context: Context, unit: Unit, on: str) -> Posts:
    area = found(context.regulations, "norms.area", on)
    province, km = (str(area.rows[0]["province"]), int(area.rows[0]["area"])) if area and area.rows else ("", None)
    return Posts(of_unit(context.regulations, "norms.posts", unit.unit, "posts", on), province, km)


def _classes(context: Context) -> dict[tuple[str, str], str]:
    """(unit, asset) → its class by the last list of assets that names it."""
    return context.remember(_listed)


def _listed(context: Context) -> dict[tuple[str, str], str]:
    return {(row.unit, row.texts["asset"]): row.texts["class"] for row in context.registers.rows("assets")}


def _too_many(context: Context, move: Holding, on: str, norm: Norm) -> Finding:
    return context.finding(
        "N05",
        context.mine.row(move.posting.place),
        column="asset",
        value=str(len(move.held)),
        expected=f"≤ {norm.amount}",
        difference=len(move.held) - norm.amount,
        date=date_vi(on),
        held=len(move.held),
        allowed=norm.amount,
        cars=", ".join(move.held),
        law_vi=norm.citation("vi"),
        law_en=norm.citation("en"),
    )


def _of_class(context: Context, posting: Row, norm: LawRow, entry: Entry) -> Iterator[Finding]:
    """The price above the norm, and the pieces above what the unit's posts allow."""
    kind, price, cost = str(norm["class"]), int(norm["price"]), int(posting.amount)
    law = {"law_vi": entry.citation("vi"), "law_en": entry.citation("en"), "kind": kind, "asset": posting.asset}
    posts = of_unit(context.regulations, "norms.posts", posting.unit, "posts", posting.date)
    most = (posts or 0) * int(norm["per_post"])
    held = _held_of(context, posting, kind) if most else 0
    for words, column, figure, limit in (
        (("nguyên giá", "cost"), "amount", cost, price),
        (("số lượng đang giữ", "pieces held"), "asset", held, most),
    ):
        if figure > limit:
            shown: dict[str, str | int] = {**law, "what_vi": words[0], "what_en": words[1]}
            shown |= {"column": column, "difference": figure - limit, "figure": figure, "most": limit}
            yield context.finding("N06", posting, **shown)  # type: ignore[arg-type] # column is a text


def _held_of(context: Context, posting: Row, kind: str) -> int:
    """How many pieces of a class the unit holds when this one has come."""
    classes = _classes(context)
    moves = context.remember(_machines).get(posting.unit, ())
    after = next(move for move in moves if move.posting.asset == posting.asset and move.posting.date == posting.date)
    return sum(classes.get((posting.unit, asset)) == kind for asset in after.held)


def _machines(context: Context) -> dict[str, list[Holding]]:
    return _holdings(context, TANGIBLE)
