"""What one member owes in dues a month, by group, day and base; and what each level keeps of what it received.

Guarantees: no rate stands here, all come from `ledger/regulations/dues.yaml`; the product is kept exact and becomes
whole đồng once, at the end, by the province's own rounding; a chain of shares leaves nothing over: what all levels keep
and what the last one remits is what was collected, to the đồng. No member has a name here: a base is a number.

Law: regulation 01-QĐ/TW from 01/02/2026, decision 342-QĐ/TW before; whether and how they round was not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from ledger.errors import Refused
from ledger.findings import Language
from ledger.money import money
from ledger.regulations import Entry, NotInForceError, Regulations

WHOLE: Final = 10_000
"""A rate or share is so many hundredths of a percent: the whole is ten thousand of them."""
FIXED: Final = frozenset({"student"})
"""Groups that pay a fixed sum."""
ON_WAGES: Final = frozenset({"below_age", "at_age"})
"""Groups whose base is the minimum wage of their region."""
GROUPS: Final = (
    *("insured", "benefit", "pensioner", "pensioner_paid", "below_age", "at_age", "allowance", "mission_abroad"),
    *("student", "administrative", "officer", "conscript", "service_unit"),
)
"""Groups of members that a sum or rate is known of; the last four under decision 342-QĐ/TW."""
ROUNDINGS: Final = ("none", "half_up", "up")
"""`none`: broken đồng are left out; `half_up`: a half and more goes up; `up`: any part goes up."""


class UnknownRoundingError(Refused):
    """The province's setting says a rounding that there is not."""

    template = "registers/regulations.yaml: dues.rounding is {value}; none, half_up or up is needed, to 1 đồng or more"

    def __init__(self, value: str) -> None:
        super().__init__(value=value)


class ReductionError(Refused):
    """A reduction that the regulation does not have."""

    template = "dues are not reduced by {percent} % for {months} months: it is {allowed} %, for at most {most} months"

    def __init__(self, percent: int, months: int, allowed: str, most: int) -> None:
        super().__init__(percent=str(percent), months=str(months), allowed=allowed, most=str(most))


class Due(NamedTuple):
    """What is owed for one month."""

    group: str
    on: str
    base: int
    """Whole đồng: salary, pension, allowance or the region's minimum wage; 0 where the sum is fixed."""
    rate: int
    """Hundredths of a percent; 0 where the sum is fixed."""
    exact: Fraction
    """Before rounding, đồng."""
    amount: int
    """Whole đồng."""
    rounding: str
    entries: tuple[Entry, ...]
    """The values of law and province it was made from: the rate first, the rounding last."""
    wage: Entry | None = None
    """The regional minimum wage that is the base."""

    @property
    def unverified(self) -> bool:
        """Whether any value behind it was not seen in the law or in official news."""
        return any(entry.unverified for entry in self.entries)

    def citation(self, language: Language) -> str:
        """Article and document of the rate, with its doubts."""
        return self.entries[0].citation(language)

    def steps(self) -> tuple[tuple[str, str, str], ...]:
        """How the sum came about, line by line, for a trace: (what, formula with its value, article and document)."""
        law = self.citation("vi")
        if not self.rate:
            return (("dues", money(self.amount), law),)
        wage = "" if self.wage is None else self.wage.citation("vi")
        exact = f"{money(self.base)} x {self.rate}/{WHOLE} = {self.exact}"
        return (
            ("base", money(self.base), wage),
            ("dues", exact, law),
            ("rounding", f"{self.rounding} = {money(self.amount)}", self.entries[-1].citation("vi")),
        )


def due(
    group: str,
    base: int,
    on: str,
    regulations: Regulations,
    *,
    region: str = "",
    reduced: int = 0,
    months: int = 1,
) -> Due:
    """The dues of one month.

    Args:
        group: one of `GROUPS`.
        base: whole đồng that the rate is taken of; 0 for a fixed sum and for groups on the minimum wage.
        on: ISO day of the month that is paid for.
        regulations: the law data, with the province's own.
        region: I to IV, for groups on the minimum wage.
        reduced: percent taken off by decision (30, 50 or 70).
        months: for how many months it is taken off.

    Raises:
        NotInForceError: the group has no rate on that day, or the region no wage.
        ReductionError: the regulation has no such reduction.
        UnknownRoundingError: the province's setting is not one there is.
    """
    day = date.fromisoformat(on)
    how, rounded = _rounding(regulations, day)
    fixed, wage = group in FIXED, _wage(regulations, region, day) if group in ON_WAGES else None
    entry = regulations.entry(f"dues.{'fixed' if fixed else 'rate'}.{group}", day)
    base = 0 if fixed else base if wage is None else wage[0]
    rate = 0 if fixed else int(entry.value)
    exact = Fraction(int(entry.value)) if fixed else Fraction(base * rate, WHOLE)
    if reduced:
        _check_reduction(regulations, reduced, months, day)
        exact = exact * (100 - reduced) / 100
    used = (entry, *(() if wage is None else (wage[1],)), *_settings(regulations, day))
    return Due(group, on, base, rate, exact, rounded(exact), how, used, None if wage is None else wage[1])


class Kept(NamedTuple):
    """What one level did with what it received, whole đồng."""

    received: int
    kept: int
    remitted: int


def chain(collected: int, keeps: Sequence[int]) -> tuple[Kept, ...]:
    """What each level keeps, from the cell upwards; a broken đồng stays with the level that received it.

    Args:
        collected: whole đồng, not negative.
        keeps: what each level keeps of what it received, in hundredths of a percent.

    Returns:
        One `Kept` a level; what all of them keep and the last one remits is `collected`.
    """
    found: list[Kept] = []
    received = collected
    for keep in keeps:
        remitted = received * (WHOLE - keep) // WHOLE
        found.append(Kept(received, received - remitted, remitted))
        received = remitted
    return tuple(found)


def keeps_right(received: int, kept: int, least: int, most: int) -> bool:
    """Whether what was kept lies between two shares (hundredths of a percent), a broken đồng up or down."""
    return received * least // WHOLE <= kept <= -(-received * most // WHOLE)


def _wage(regulations: Regulations, region: str, day: date) -> tuple[int, Entry]:
    entry = regulations.entry("dues.regional_wage", day)
    for row in entry.rows:
        if row["region"] == region:
            return int(row["amount"]), entry
    raise NotInForceError(f"dues.regional_wage ({region})", day, None)


def _settings(regulations: Regulations, day: date) -> tuple[Entry, Entry]:
    return regulations.entry("dues.rounding", day), regulations.entry("dues.rounding_unit", day)


class _Rounded(NamedTuple):
    how: str
    unit: int

    def __call__(self, exact: Fraction) -> int:
        units = exact / self.unit
        whole = units.numerator // units.denominator
        if self.how == "half_up":
            whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
        elif self.how == "up":
            whole = -(-units.numerator // units.denominator)
        return whole * self.unit


def _rounding(regulations: Regulations, day: date) -> tuple[str, _Rounded]:
    """The setting in words, and what rounds by it."""
    how, unit = (entry.value for entry in _settings(regulations, day))
    if how not in ROUNDINGS or int(unit) < 1:
        raise UnknownRoundingError(f"{how} {unit}")
    return f"{how} {unit}", _Rounded(str(how), int(unit))


def _check_reduction(regulations: Regulations, percent: int, months: int, day: date) -> None:
    allowed = [int(row["percent"]) for row in regulations.rows("dues.reductions", day)]
    most = regulations.integer("dues.reduction_months", day)
    if percent not in allowed or not 1 <= months <= most:
        raise ReductionError(percent, months, ", ".join(map(str, allowed)), most)
