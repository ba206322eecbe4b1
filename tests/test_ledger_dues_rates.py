"""Party dues of one member, shares of the levels: oracles of the reference, boundaries of the law, remainders."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

import pytest

from ledger.dues_rates import GROUPS, ReductionError, UnknownRoundingError, chain, due, keeps_right
from ledger.regulations import NotInForceError, Regulations, shipped

OWN = """
dues.rounding:
  title: {{vi: "Làm tròn", en: "Rounding"}}
  type: text
  owner: province
  values: [{{value: {how}, in_force: 2011-04-01, issued: null, known: 2011-04-01, document: SONGLAM, article: null,
            confidence: practice, basis: test, reviewed: 2026-11-22}}]
dues.rounding_unit:
  title: {{vi: "Làm tròn đến", en: "Rounded to"}}
  type: integer
  unit: {{vi: "đồng", en: "đồng"}}
  owner: province
  values: [{{value: {unit}, in_force: 2011-04-01, issued: null, known: 2011-04-01, document: SONGLAM, article: null,
            confidence: practice, basis: test, reviewed: 2026-11-22}}]
"""


def _own(how: str, unit: int = 1) -> Regulations:
    return Regulations.load(OWN.format(how=how, unit=unit).encode())


@pytest.mark.parametrize(
    ("group", "base", "region", "amount"),
    [
        ("insured", 11_234_567, "", 112_346),
        ("pensioner", 5_432_100, "", 27_161),
        ("below_age", 0, "III", 12_420),
        ("at_age", 0, "IV", 7_400),
        ("student", 0, "", 5_000),
    ],
)
def test_the_oracles_of_the_reference(group: str, base: int, region: str, amount: int) -> None:
    assert due(group, base, "2026-03-01", shipped(), region=region).amount == amount


def test_the_product_stays_exact_until_it_is_rounded() -> None:
    made = due("pensioner", 5_432_100, "2026-03-01", shipped())

    assert made.exact == Fraction(54_321, 2)
    assert made.rounding == "half_up 1"


@pytest.mark.parametrize(
    ("how", "unit", "amount"), [("none", 1, 27_160), ("half_up", 1, 27_161), ("up", 1, 27_161), ("up", 1000, 28_000)]
)
def test_the_province_sets_the_rounding(how: str, unit: int, amount: int) -> None:
    assert due("pensioner", 5_432_100, "2026-03-01", _own(how, unit)).amount == amount


@pytest.mark.parametrize(("how", "unit"), [("down", 1), ("half_up", 0)])
def test_a_rounding_that_there_is_not_is_refused(how: str, unit: int) -> None:
    with pytest.raises(UnknownRoundingError, match=how):
        due("pensioner", 1, "2026-03-01", _own(how, unit))


def test_the_rates_on_wages_rise_in_2028() -> None:
    below = [due("below_age", 0, day, shipped(), region="III").amount for day in ("2027-12-31", "2028-01-01")]
    at_age = [due("at_age", 0, day, shipped(), region="IV").amount for day in ("2027-12-31", "2028-01-01")]

    assert below == [12_420, 20_700]
    assert at_age == [7_400, 11_100]


def test_the_old_decision_ends_on_31_january_2026() -> None:
    before, after = (due("pensioner", 4_000_000, day, shipped()) for day in ("2026-01-31", "2026-02-01"))

    assert "342-QĐ/TW" in before.citation("vi")
    assert "01-QĐ/TW" in after.citation("vi")
    assert due("administrative", 10_000_000, "2026-01-31", shipped()).amount == 100_000
    with pytest.raises(NotInForceError):
        due("administrative", 10_000_000, "2026-02-01", shipped())
    with pytest.raises(NotInForceError):
        due("insured", 10_000_000, "2026-01-31", shipped())


def test_nobody_knew_the_new_rate_before_it_was_issued() -> None:
    known_late = shipped().at(known=date(2026, 2, 3))
    known_early = shipped().at(known=date(2026, 2, 2))

    assert due("insured", 10_000_000, "2026-02-01", known_late).amount == 100_000
    with pytest.raises(NotInForceError):
        due("insured", 10_000_000, "2026-02-01", known_early)


def test_fixed_sums_that_somebody_remembers_are_not_reckoned_with() -> None:
    with pytest.raises(NotInForceError):
        due("student", 0, "2026-01-31", shipped())


def test_a_doubt_about_any_value_shows() -> None:
    assert not due("insured", 1, "2026-03-01", shipped()).unverified
    assert due("below_age", 0, "2026-03-01", shipped(), region="I").unverified
    assert "(chưa kiểm chứng)" in due("allowance", 1, "2026-03-01", shipped()).citation("vi")


def test_a_trace_goes_from_base_to_whole_dong() -> None:
    made = due("at_age", 0, "2026-03-01", shipped(), region="IV")

    assert [step[0] for step in made.steps()] == ["base", "dues", "rounding"]
    assert made.steps()[0][1:] == ("3.700.000", "Nghị định 293/2025/NĐ-CP (chưa kiểm chứng)")
    assert "3.700.000 x 20/10000 = 7400" in made.steps()[1][1]
    assert due("student", 0, "2026-03-01", shipped()).steps()[0][:2] == ("dues", "5.000")


def test_hardship_takes_off_30_50_or_70_percent_for_a_year_at_most() -> None:
    owed = [due("insured", 9_999_999, "2026-03-01", shipped(), reduced=p, months=12).amount for p in (30, 50, 70)]

    assert owed == [70_000, 50_000, 30_000]
    for percent, months in ((40, 1), (30, 13), (30, 0)):
        with pytest.raises(ReductionError):
            due("insured", 9_999_999, "2026-03-01", shipped(), reduced=percent, months=months)


def test_a_region_that_there_is_not_has_no_wage() -> None:
    with pytest.raises(NotInForceError):
        due("at_age", 0, "2026-03-01", shipped(), region="V")


def test_every_group_has_a_rate_on_some_day() -> None:
    known = {parameter.key for parameter in shipped()}

    assert all(f"dues.rate.{group}" in known or f"dues.fixed.{group}" in known for group in GROUPS)


def test_the_chain_of_phu_tho() -> None:
    cell, committee = chain(10_000_000, (5_000, 7_000))

    assert (cell.kept, cell.remitted) == (5_000_000, 5_000_000)
    assert (committee.received, committee.kept, committee.remitted) == (5_000_000, 3_500_000, 1_500_000)


def test_a_chain_leaves_nothing_over() -> None:
    dice = random.Random(4)
    for _ in range(2_000):
        collected = dice.choice((dice.randint(0, 30), dice.randint(0, 10**15)))
        keeps = [dice.choice((0, 1, 3_333, 9_999, 10_000, dice.randint(0, 10_000))) for _ in range(dice.randint(1, 6))]
        levels = chain(collected, keeps)
        assert sum(level.kept for level in levels) + levels[-1].remitted == collected
        assert all(
            keeps_right(level.received, level.kept, keep, keep) for level, keep in zip(levels, keeps, strict=True)
        )
        assert all(level.kept >= 0 and level.remitted >= 0 for level in levels)


def test_a_broken_dong_may_stand_on_either_side() -> None:
    assert keeps_right(101, 50, 5_000, 5_000)
    assert keeps_right(101, 51, 5_000, 5_000)
    assert not keeps_right(101, 52, 5_000, 5_000)
    assert not keeps_right(101, 49, 5_000, 5_000)
    assert keeps_right(1_000, 300, 3_000, 5_000)
    assert keeps_right(1_000, 500, 3_000, 5_000)
    assert not keeps_right(1_000, 299, 3_000, 5_000)
