"""The end of the year by its rules: what is left of a line, which papers a category needs, which law judges when."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from year_end_books import INDEX, context, decision, request, use

from importers.year_plan import decision_lines, plans
from ledger.estimates import EstimateLine
from ledger.regulations import shipped
from plugins import rule
from plugins.carried import decisions_of, requests_of
from plugins.carry_evidence import Claim, Law
from plugins.year_lines import YearLine, YearLines

NOTHING = Claim("2025", "", "13", "", "", "", "", "")


def line_of(made: rule.Context, item: str = "") -> YearLine:
    return YearLines(made, {("BTC", "2025")}).covering("BTC", "2025", ("13", "351", "", item))


def codes(made: rule.Context, *only: str) -> list[str]:
    return [finding.rule for finding in rule.run(made, only).findings]


def law(year: str) -> Law:
    found = Law.of(shipped(), year)
    assert found is not None
    return found


def test_a_line_holds_what_was_assigned_held_used_and_drawn_in_advance() -> None:
    made = context(
        [use(30), use(20, code="008211", treasury="advance"), use(-5, code="008211", treasury="clearing"), use(5)],
        [decision("original", 100), decision("held", 10), decision("release", 4)],
    )

    line = line_of(made)

    assert (line.estimate, line.held, line.spent, line.advances, line.received) == (100, 6, 50, 15, 15)
    assert line.left == 44


def test_a_group_with_an_estimate_of_its_own_is_a_line_of_its_own() -> None:
    made = context([use(30), use(7, item="6651")], [decision("original", 100), decision("original", 50, item="6650")])

    assert (line_of(made).left, line_of(made, "6650").left, line_of(made, "6651").left) == (70, 43, 43)


def test_money_paid_back_is_no_longer_received_though_the_treasury_advance_stands() -> None:
    rows = [
        use(20, code="008211", treasury="advance"),
        use(20, code="3371", treasury="remit", side="D") | {"amount": 20, "quantity": 20},
    ]

    assert line_of(context(rows, [decision("original", 100)])).received == 0


def test_what_an_earlier_year_left_on_3371_may_be_carried_on() -> None:
    opening = use(8, code="3371", treasury="", entry="opening", period="2025-00", date="2025-01-01", budget_year="")
    made = context([opening], [decision("original", 100)])

    assert line_of(made).received == 8


def test_other_units_and_years_are_not_counted() -> None:
    made = context(
        [use(30, unit="BNC"), use(40, budget_year="2026", date="2026-02-02", period="2026-02")],
        [decision("original", 100), decision("original", 100, year="2026")],
    )

    assert line_of(made).left == 100


def test_the_older_law_has_six_categories_and_the_newer_eleven() -> None:
    assert (len(law("2024").categories), len(law("2025").categories), len(law("2026").categories)) == (6, 11, 11)


def test_in_january_2026_nobody_could_know_that_the_newer_list_applies_to_2025() -> None:
    rows = shipped().rows("year_end.carry_over", date(2025, 12, 31), known=date(2026, 1, 31))

    assert len(rows) == 6
    assert len(shipped().rows("year_end.carry_over", date(2026, 12, 31), known=date(2026, 1, 31))) == 11


@pytest.mark.parametrize(
    ("year", "claim", "lacking"),
    [
        ("2025", {}, ["category"]),
        ("2025", {"category": "gifts"}, ["category"]),
        ("2024", {"category": "donations", "decision": "1", "decision_day": "2024-05-05"}, ["category"]),
        ("2025", {"category": "donations", "decision": "1", "decision_day": "2025-05-05"}, []),
        ("2025", {"category": "donations", "decision": "1"}, ["decision_day"]),
        ("2025", {"category": "autonomy"}, []),
        ("2025", {"category": "autonomy", "source": "12"}, ["source"]),
        ("2025", {"category": "autonomy", "source": "14"}, ["source"]),
        ("2025", {"category": "autonomy", "source": "77"}, ["source"]),
        ("2024", {"category": "salary", "source": "14"}, []),
        ("2024", {"category": "salary", "decision": "1", "decision_day": "2024-05-05"}, ["source"]),
        ("2025", {"category": "salary", "decision": "1", "decision_day": "2025-05-05"}, []),
        ("2025", {"category": "purchases"}, ["contract"]),
        ("2025", {"category": "purchases", "contract": "1", "contract_day": "2025-12-31"}, []),
        ("2025", {"category": "purchases", "contract": "1", "contract_day": "2026-01-01"}, ["contract_day"]),
        ("2025", {"category": "purchases", "decision": "1", "decision_day": "2025-12-31"}, []),
        ("2024", {"category": "purchases", "decision": "1", "decision_day": "2024-12-31"}, ["contract"]),
    ],
)
def test_a_category_needs_its_papers(year: str, claim: dict[str, str], lacking: list[str]) -> None:
    said = NOTHING._replace(**{"year": year, **claim})

    assert [lack.column for lack in law(year).lacking(said, INDEX)] == lacking


@pytest.mark.parametrize(
    ("day", "authority", "year", "lacking"),
    [
        ("2025-09-30", "people-committee", "2025", ["decision_day"]),
        ("2025-10-01", "people-committee", "2025", []),
        ("2025-12-31", "prime-minister", "2025", []),
        ("2026-01-01", "people-committee", "2025", ["decision_day"]),
        ("2025-10-01", "other", "2025", ["authority"]),
        ("2025-10-01", "", "2025", ["authority"]),
        ("2024-10-01", "other", "2024", []),
        ("2024-09-30", "other", "2024", ["decision_day"]),
    ],
)
def test_a_late_supplement_has_its_day_and_its_authority(
    day: str, authority: str, year: str, lacking: list[str]
) -> None:
    said = NOTHING._replace(year=year, category="late-supplement", decision="9", decision_day=day, authority=authority)

    assert [lack.column for lack in law(year).lacking(said, INDEX)] == lacking


def test_a_year_before_the_law_data_is_not_judged() -> None:
    assert Law.of(shipped(), "2016") is None


@pytest.mark.parametrize(("today", "found"), [("2026-02-14", []), ("2026-02-15", ["P05"])])
def test_an_open_advance_is_told_from_the_day_of_the_law(today: str, found: list[str]) -> None:
    made = context([use(20, code="008211", treasury="advance")], [decision("original", 100)], today=today)

    assert codes(made, "P05") == found


@pytest.mark.parametrize("year", ["2024", "2023"])
def test_advances_of_years_whose_rule_was_not_read_are_not_judged(year: str) -> None:
    row = use(20, code="008211", treasury="advance", budget_year=year, date=f"{year}-05-05", period=f"{year}-05")
    ran = rule.run(context([row], [decision("original", 100, year=year)]), ["P05"])

    assert (ran.rules[0].evaluated, ran.findings) == (0, [])


def test_cash_still_held_is_an_open_advance_though_the_treasury_has_cleared_it() -> None:
    cash = use(20, code="3371", treasury="advance", commodity="VND")
    cleared = [use(20, code="008211", treasury="advance"), use(-20, code="008211", treasury="clearing")]

    assert codes(context([cash, *cleared], [decision("original", 100)]), "P05") == ["P05"]


def test_an_accepted_request_for_received_money_ends_the_duty_to_pay_back() -> None:
    rows, estimate = [use(20, code="008211", treasury="advance")], [decision("original", 100)]

    assert codes(context(rows, estimate, [request(20, form="received")]), "P05") == []
    assert codes(context(rows, estimate, [request(19, form="received")]), "P05") == ["P05"]


def test_a_voucher_of_january_is_judged_once_however_many_lines_it_has() -> None:
    late = {"period": "2025-13", "date": "2025-12-31", "document_date": "2026-01-05"}
    made = context([use(5, **late), use(6, **late, item="6551")], [decision("original", 100)])

    ran = rule.run(made, ["P04"])

    assert (ran.rules[0].evaluated, len(ran.findings)) == (1, 1)


def test_money_given_back_in_january_needs_no_case_of_the_list() -> None:
    late = {"period": "2025-13", "date": "2025-12-31", "document_date": "2026-01-05"}

    assert codes(context([use(-5, **late, treasury="restore")], [decision("original", 100)]), "P04") == []


def test_a_request_and_a_decision_are_judged_apart() -> None:
    carried = decision("carry", 100, "19", "2026", date="2026-02-12", category="autonomy")
    made = context([], [decision("original", 100), carried], [request(100)])

    assert codes(made, "E19", "E20") == []


def test_a_decision_that_was_taken_back_asks_for_no_category() -> None:
    carried = decision("carry", 100, "19", "2026", date="2026-11-12")
    back = decision("carry", -100, "20", "2026", date="2026-11-13", reverses="19")
    made = context([], [decision("original", 100), carried, back])

    assert codes(made, "E19", "E20") == []


def test_vouchers_of_other_periods_are_not_asked_about_requests() -> None:
    made = context([use(60)], [decision("original", 100)], [request(50)], scope_periods=frozenset({"2025-06"}))

    assert codes(made, "E19", "E20", "E21") == []
    assert codes(context([use(60)], [decision("original", 100)], [request(50)]), "E20") == ["E20"]


AMOUNTS = st.integers(0, 10**9)


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    estimate=st.tuples(AMOUNTS, AMOUNTS),
    spent=st.tuples(st.integers(0, 100), st.integers(0, 100)),
    held=st.integers(0, 100),
    shares=st.tuples(st.integers(0, 100), st.integers(0, 100)),
    before=st.integers(0, 100),
)
def test_a_run_adds_up_and_run_taken_back_and_run_again_are_the_same(
    estimate: tuple[int, int], spent: tuple[int, int], held: int, shares: tuple[int, int], before: int
) -> None:
    """Percentages of what is there, so that every request is one that E20 lets pass."""
    given_ = [decision("original", estimate[0] + 1), decision("original", estimate[1] + 1, item="6650")]
    used = [(estimate[0] + 1) * spent[0] // 100, (estimate[1] + 1) * spent[1] // 100]
    rows = [use(used[0]), use(used[1], item="6651")]
    kept = (estimate[1] + 1 - used[1]) * held // 100
    given_ += [decision("held", kept, "02", item="6650")] if kept else []
    left = estimate[0] + 1 - used[0]
    asked = [left * shares[0] // 100, (left - left * shares[0] // 100) * shares[1] // 100]
    requests = [request(amount, row=2 + at) for at, amount in enumerate(asked) if amount]
    known = min(sum(asked), left * before // 100)
    given_ += [decision("carry", known, "18", "2026", date="2026-02-10")] if known else []

    first = _run(rows, given_, requests, "30")
    back = [_opposite(line, "31") for line in first]
    again = _run(rows, [*given_, *first, *back], requests, "32")

    assert _sums([*given_, *first]) == _sums([*given_, *first, *back, *again])
    assert _sums([*given_, *first, *back]) == _sums(given_)
    closed = YearLines(context(rows, [*given_, *first]), {("BTC", "2025")})
    for line in closed:
        assert line.carried_out + line.cancelled + line.spent + line.held == line.estimate
    carried = sum(line.amount for line in [*given_, *first] if line.kind == "carry")
    assert carried == sum(line.amount for line in first if line.kind == "carry-out") == sum(asked)
    assert _run(rows, [*given_, *first], requests, "33") == []


def _run(rows: list[dict[str, object]], given_: list[EstimateLine], requests: list[object], number: str) -> list:  # type: ignore[type-arg]
    made = context(rows, given_, requests)  # type: ignore[arg-type]
    lines = YearLines(made, {("BTC", "2025")})
    plan = plans(lines, requests_of(made), decisions_of(made))
    return [line for part in decision_lines(plan, number, "2026-02-12", "VPTU") for line in part]


def _opposite(line: EstimateLine, number: str) -> EstimateLine:
    values = {name: getattr(line, name) for name in EstimateLine.__slots__}
    return EstimateLine(**(values | {"decision": number, "amount": -line.amount, "reverses": line.decision}))


def _sums(lines: list[EstimateLine]) -> dict[tuple[str, ...], int]:
    sums: dict[tuple[str, ...], int] = {}
    for line in lines:
        key = (line.kind, line.budget_year, line.item, line.category)
        sums[key] = sums.get(key, 0) + line.amount
    return {key: amount for key, amount in sums.items() if amount}
