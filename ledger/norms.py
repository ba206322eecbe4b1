"""Spending norms: what the law allows (or asks at least) of one thing on one day, with the article it stands in.

Guarantees: no figure stands here, all come from `ledger/regulations/norms.yaml` and the province's own file; a norm
that is not known is a `Gap` that names the empty table, never a nought and never "unlimited"; whole đồng, whole cars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from ledger.findings import Language
from ledger.regulations import Entry, NotInForceError, Regulations, Row

TENTHS = 10
EVERYTHING = ""
"""Item of a norm that holds for all that is spent on an event together."""

Place = Literal["land", "sea"]
Body = Literal["office", "committee", "service_unit", "commune_office"]
"""Kinds of unit (`ledger.units`) that have a norm of cars."""

EVENT_TABLES: Mapping[str, str] = {"conference": "norms.conference", "delegation": "norms.reception"}
"""Kind of an event → the table of what it may cost per head and day."""
POSTS_TABLES: Mapping[str, str] = {"committee": "norms.vehicles_posts", "service_unit": "norms.vehicles_service"}


class Norm(NamedTuple):
    """What is allowed, or asked at least."""

    amount: int
    """Whole đồng; whole cars where it is a norm of cars."""
    entries: tuple[Entry, ...]
    """The values of law it was made from."""

    def citation(self, language: Language) -> str:
        """Article and document of every value, each once, with its doubts."""
        return "; ".join(dict.fromkeys(entry.citation(language) for entry in self.entries))


class Gap(NamedTuple):
    """A norm that nobody knows: nothing may be concluded."""

    key: str
    """The parameter that is empty or has nothing for this day or size."""


class Posts(NamedTuple):
    """What the number of a body's cars depends on; None: the province has not entered it."""

    posts: int | None = None
    province: str = ""
    area: int | None = None
    """Square kilometres."""


def found(regulations: Regulations, key: str, on: str) -> Entry | None:
    """The value of a parameter on an ISO day, or None where nothing is known."""
    try:
        return regulations.entry(key, date.fromisoformat(on))
    except NotInForceError:
        return None


def stay_allowance(on: str, regulations: Regulations, place: Place = "land") -> Norm | Gap:
    """The stay allowance of one person and day.

    The newer circular (or the province's own resolution) is used once the province has entered it; until then the
    older one stays in force: its successor's first day was not found.
    """
    for key in ("norms.stay_allowance_new", "norms.stay_allowance"):
        entry = found(regulations, key, on)
        for row in entry.rows if entry else ():
            if entry and row["place"] == place:
                return Norm(int(row["amount"]), (entry,))
    return Gap("norms.stay_allowance")


def event_norms(kind: str, on: str, regulations: Regulations) -> dict[str, Norm] | Gap:
    """What an event of one kind may cost per head and day, by item, by group, or `EVERYTHING` together."""
    key = EVENT_TABLES[kind]
    entry = found(regulations, key, on)
    if entry is None or not entry.rows:
        return Gap(key)
    return {str(row["item"]): Norm(int(row["amount"]), (entry,)) for row in entry.rows}


def congress_support(delegates: int, on: str, regulations: Regulations) -> Norm | Gap:
    """What a cell's congress is given: tenths of the minimum salary per delegate (21-HD/VPTW), whole đồng.

    The minimum salary is read as the base salary (mức lương cơ sở). A broken đồng is left out.
    """
    tenths, salary = found(regulations, "norms.congress_support", on), found(regulations, "norms.base_salary", on)
    if tenths is None or salary is None:
        return Gap("norms.congress_support" if tenths is None else "norms.base_salary")
    return Norm(delegates * int(tenths.value) * int(salary.value) // TENTHS, (tenths, salary))


def newspapers(cells: int, on: str, regulations: Regulations) -> Norm | Gap:
    """What the titles that every cell has cost in a year, for so many cells, at the province's prices."""
    titles = found(regulations, "norms.newspapers", on)
    prices = found(regulations, "norms.newspaper_prices", on)
    if titles is None or prices is None:
        return Gap("norms.newspapers" if titles is None else "norms.newspaper_prices")
    price = {str(row["title"]): int(row["amount"]) for row in prices.rows}
    wanted = [str(row["title"]) for row in titles.rows]
    if not price.keys() >= set(wanted):
        return Gap("norms.newspaper_prices")
    return Norm(cells * sum(price[title] for title in wanted), (titles, prices))


def vehicles(body: Body, size: Posts, on: str, regulations: Regulations) -> Norm | Gap:
    """How many pool cars a body may have (Decree 72/2023 as amended by 153/2025).

    Args:
        body: kind of the unit.
        size: its posts, or the province's name and area for the provincial office.
        on: ISO day.
        regulations: the law data.
    """
    if body == "commune_office":
        entry = found(regulations, "norms.vehicles_commune", on)
        return Norm(int(entry.value), (entry,)) if entry else Gap("norms.vehicles_commune")
    return _of_office(regulations, size, on) if body == "office" else _of_posts(regulations, body, size, on)


def of_unit(regulations: Regulations, key: str, unit: str, column: str, on: str) -> int | None:
    """A number that the province entered for a unit (posts, cells), or None."""
    entry = found(regulations, key, on)
    rows: Iterable[Row] = entry.rows if entry else ()
    return next((int(row[column]) for row in rows if row["unit"] == unit), None)


def days(first: str, last: str) -> Iterator[str]:
    """The ISO days from the first to the last; both belong to them."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield day.isoformat()
        day += timedelta(days=1)


def _of_office(regulations: Regulations, size: Posts, on: str) -> Norm | Gap:
    cities, areas = found(regulations, "norms.vehicles_cities", on), found(regulations, "norms.vehicles_office", on)
    if cities is None or areas is None:
        return Gap("norms.vehicles_office")
    for row in cities.rows:
        if row["province"] == size.province:
            return Norm(int(row["vehicles"]), (cities,))
    if size.area is None:
        return Gap("norms.area")
    reached = [row for row in areas.rows if int(row["area"]) <= size.area]
    row = max(reached, key=lambda one: int(one["area"]))
    return Norm(int(row["vehicles"]) + _further(row, size.area - int(row["area"])), (areas,))


def _of_posts(regulations: Regulations, body: Body, size: Posts, on: str) -> Norm | Gap:
    key = POSTS_TABLES[body]
    entry = found(regulations, key, on)
    if entry is None or not entry.rows:
        return Gap(key)
    if size.posts is None:
        return Gap("norms.posts")
    reached = [row for row in entry.rows if int(row["least"]) <= size.posts]
    if not reached:
        return Gap(key)
    row = max(reached, key=lambda one: int(one["least"]))
    return Norm(int(row["vehicles"]) + _further(row, size.posts - int(row["most"])), (entry,))


def _further(row: Row, beyond: int) -> int:
    """Cars for each complete step beyond what the row itself covers."""
    step = int(row["step"])
    return max(beyond, 0) // step * int(row["further"]) if step else 0
