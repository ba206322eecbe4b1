"""The shipped law data on the last day of the old and on the first day of the new, and as somebody knew it then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.regulations import NotInForceError, Parameter, Regulations, shipped

LAW = shipped()
DAY = timedelta(days=1)


def size(law: Regulations, key: str, on: date) -> int:
    return len(law.rows(key, on))


@pytest.mark.parametrize(
    ("key", "first", "old", "new"),
    [
        ("accounting.regime", date(2025, 1, 1), "TT107/2017", "TT24/2024"),
        ("accounting.budget_index", date(2026, 1, 1), "TT324/2016", "TT130/2025"),
        ("estimates.adjustment_deadline", date(2026, 1, 1), "11-15", "12-15"),
        ("settlement.circular", date(2025, 1, 1), "TT137/2017", "TT59/2026"),
        ("review.who", date(2025, 1, 1), "superior", "direct_superior"),
        ("review.finance_agency", date(2025, 1, 1), "verifies", "checks"),
        ("review.own_books", date(2025, 1, 1), "finance_agency", "own_head"),
        ("calendar.provincial_approval_before", date(2025, 1, 1), "12-31", "07-01"),
        ("calendar.ministry_before", date(2025, 1, 1), "10-01", "07-05"),
    ],
)
def test_a_value_changes_on_its_day_and_not_the_day_before(key: str, first: date, old: str, new: str) -> None:
    assert (LAW.value(key, first - DAY), LAW.value(key, first)) == (old, new)


@pytest.mark.parametrize(
    ("key", "first", "old", "new"),
    [
        ("estimates.supplement_working_days", date(2026, 1, 1), "L83-2015", "L89-2025"),
        ("allocation.correction_working_days", date(2026, 1, 1), "L83-2015", "L89-2025"),
        ("allocation.provisional", date(2025, 7, 1), "L83-2015", "ND73-2026"),
        ("allocation.suspension", date(2026, 1, 1), "L83-2015", "ND73-2026"),
        ("settlement.adjustment_period_end", date(2025, 1, 1), "L83-2015", "L89-2025"),
    ],
)
def test_a_value_that_stays_the_same_changes_its_article(key: str, first: date, old: str, new: str) -> None:
    before, after = LAW.entry(key, first - DAY), LAW.entry(key, first)

    assert (before.documents[0].code, after.documents[0].code) == (old, new)
    assert before.article != after.article


@pytest.mark.parametrize(
    ("key", "on", "known", "old", "new"),
    [
        ("settlement.circular", date(2025, 12, 31), date(2026, 5, 29), "TT137/2017", "TT59/2026"),
        ("review.own_books", date(2025, 12, 31), date(2026, 3, 10), "finance_agency", "own_head"),
        ("estimates.adjustment_deadline", date(2026, 6, 1), date(2025, 6, 25), "11-15", "12-15"),
        ("calendar.ministry_before", date(2025, 12, 31), date(2026, 3, 10), "10-01", "07-05"),
    ],
)
def test_the_new_value_is_not_known_before_it_was_issued(key: str, on: date, known: date, old: str, new: str) -> None:
    assert (LAW.at(known=known - DAY).value(key, on), LAW.at(known=known).value(key, on)) == (old, new)


def test_the_table_of_authority_ends_with_the_old_decree_and_the_new_one_says_what_was_not_found() -> None:
    last = date(2026, 2, 1)

    assert size(LAW, "authority.assets", last) > 0
    assert size(LAW, "authority.assets", last + DAY) == 0
    assert "Nghị định 52/2026/NĐ-CP" in LAW.missing("authority.assets", "vi")
    assert LAW.parameter("authority.assets").owner == "gap"


def test_the_district_s_committee_decides_no_more_when_the_level_has_ended() -> None:
    who = [{row["authority_en"] for row in LAW.rows("authority.assets", day)} for day in _around(date(2025, 7, 1))]

    assert "District Standing Committee" in who[0] - who[1]
    assert "Provincial Party Office instead of district office" in who[1] - who[0]


def test_thresholds_of_authority_are_whole_dong() -> None:
    limits = {(row["from_amount"], row["below_amount"]) for row in LAW.rows("authority.assets", date(2024, 1, 1))}

    assert limits == {(0, 0), (500_000_000, 0), (0, 500_000_000), (500_000_000_000, 0)}


def test_every_day_of_the_budget_year_has_its_article_or_says_that_it_was_not_seen() -> None:
    days = [parameter for parameter in LAW if parameter.key.startswith("calendar.") and parameter.owner == "law"]

    assert len(days) >= 15
    for parameter in days:
        for entry in parameter.entries:
            assert entry.article is not None or entry.basis, parameter.key
            assert entry.unverified or "VERIFIED" in entry.basis


@pytest.mark.parametrize("parameter", list(LAW), ids=lambda parameter: parameter.key)
def test_each_entry_answers_from_its_first_day_to_its_last_and_no_longer(parameter: Parameter) -> None:
    for entry in parameter.entries:
        last = parameter.last_day(entry)
        if last is not None and last < entry.in_force:
            assert parameter.entry(entry.in_force, entry.known) == entry
            continue
        assert parameter.entry(entry.in_force, None) == entry
        assert parameter.entry(entry.in_force - DAY, None) != entry
        assert parameter.entry(entry.in_force, entry.known - DAY) != entry
        if last is not None:
            assert parameter.entry(last, None) == entry
            assert parameter.entry(last + DAY, None) != entry


def test_before_the_first_day_of_the_law_data_nothing_answers() -> None:
    for parameter in LAW:
        if parameter.entries:
            with pytest.raises(NotInForceError):
                LAW.entry(parameter.key, parameter.entries[0].in_force - DAY)


def _around(first: date) -> tuple[date, date]:
    return first - DAY, first
