"""Budget control against a plain recalculation, day by day, from the vouchers and decisions themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import estimates, postings
from plugins import casebook, execution, rule

BASE = casebook.context_of(casebook.FOLDER / "V01-pass")
DAYS = ["2026-01-05", "2026-02-10", "2026-03-15"]
GROUP = {"6501": "6500", "6502": "6500", "6601": "6600"}
CLAUSE = "*"

Use = tuple[str, str, int]
"""Day, item, amount."""
Decision = tuple[str, str, str, int]
"""Day, kind, item or group or "", amount."""

uses = st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(sorted(GROUP)), st.integers(-4, 9)), max_size=8)
decisions = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(["original", "supplement", "held", "release", "cut", "carry-received"]),
        st.sampled_from(["6501", "6500", ""]),
        st.integers(1, 9),
    ),
    max_size=6,
)


def _postings(drawn: list[Use]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, (day, item, amount) in enumerate(drawn):
        common = {"unit": "BTC", "period": day[:7], "entry": "voucher", "voucher": f"R{number}", "date": day}
        figure = {"commodity": "MEMO", "amount": -amount, "quantity": -amount, "side": "C", "row": number + 2}
        where = {"account": "Equity:OffBalance:008:0082:00821:008212", "code": "008212", "budget_year": "2026"}
        rows.append(common | figure | where | {"source": "13", "clause": "351", "item": item, "treasury": "actual"})
    return postings.frame(rows)


def _decisions(drawn: list[Decision]) -> pd.DataFrame:
    return estimates.frame(
        estimates.EstimateLine(
            decision=f"{number}-QĐ",
            date=day,
            kind=kind,  # type: ignore[arg-type]
            assigning_unit="VPTU",
            unit="BTC",
            source="13",
            clause="351",
            item=item,
            amount=-amount if kind == "cut" else amount,
            budget_year="2026",
            submission="",
            row=number + 2,
        )
        for number, (day, kind, item, amount) in enumerate(drawn)
    )


GIVING = {"original": 1, "supplement": 1, "cut": -1}
HOLDING = {"held": 1, "release": -1}

Move = tuple[str, str, int, int, int]
"""Day, line, assigned, held, used."""


def _held_of(item: str, exist: set[str]) -> str:
    """The line a decision to hold stands on; CLAUSE where the estimate of the clause is divided or none covers it."""
    if not item:
        return "" if exist == {""} else CLAUSE
    return next((line for line in (item, GROUP.get(item, item), "") if line in exist), CLAUSE)


def _moves(spent: list[Use], given_: list[Decision]) -> list[Move]:
    """Every use that has a line, and every decision, on its line."""
    exist = {item for _, kind, item, _ in given_ if kind in GIVING}
    moves = [(day, item, GIVING[kind] * amount, 0, 0) for day, kind, item, amount in given_ if kind in GIVING]
    for day, kind, item, amount in given_:
        if kind in HOLDING:
            moves.append((day, _held_of(item, exist), 0, HOLDING[kind] * amount, 0))
    for day, item, amount in spent:
        line = _line_of(item, day, given_)
        if line is not None:
            moves.append((day, line, 0, 0, amount))
    return moves


def _line_of(item: str, day: str, given_: list[Decision]) -> str | None:
    there = {i for d, kind, i, _ in given_ if d <= day and kind in GIVING}
    return next((i for i in (item, GROUP[item], "") if i in there), None)


def _recalculated(spent: list[Use], given_: list[Decision]) -> tuple[int, set[str], set[str], bool]:
    """(uses without a line, lines exceeded, lines whose held money is used on a day they are not exceeded, E07)."""
    without = sum(_line_of(item, day, given_) is None for day, item, _ in spent)
    moves, over, held_used, clause_over = _moves(spent, given_), set[str](), set[str](), False
    for day in DAYS:
        past = [move for move in moves if move[0] <= day]
        excess = sum(move[4] + move[3] - move[2] for move in past)
        for line in {move[1] for move in past} - {CLAUSE}:
            of_line = [move for move in past if move[1] == line]
            assigned, held, used = (sum(move[column] for move in of_line) for column in (2, 3, 4))
            excess -= max(used + held - assigned, 0)
            if any(move[0] == day for move in of_line):
                over |= {line} if used > assigned else set()
                held_used |= {line} if held and used <= assigned < used + held else set()
        clause_over = clause_over or (excess > 0 and any(move[0] == day for move in past))
    return without, over, held_used, clause_over


def _line(finding: Any) -> str:  # noqa: ANN401 - a finding
    return str(finding.params["line"]).removeprefix("13-351").removeprefix("-")


@settings(deadline=None, max_examples=80)
@given(uses, decisions)
def test_the_rules_agree_with_a_plain_recalculation(spent: list[Use], drawn: list[Decision]) -> None:
    spent = [use for use in spent if use[2]]
    context = replace(BASE, postings=_postings(spent), estimates=_decisions(drawn))
    found = rule.run(context, ["E01", "E02", "E03", "E07"]).findings
    without, over, held_used, clause_over = _recalculated(spent, drawn)

    assert sum(1 for f in found if f.rule == "E01") == without
    assert {_line(f) for f in found if f.rule == "E02"} == over
    assert {_line(f) for f in found if f.rule == "E03"} == held_used
    assert any(f.rule == "E07" for f in found) == clause_over


@settings(deadline=None, max_examples=25)
@given(uses, decisions)
def test_every_use_is_charged_once_and_for_its_whole_amount(spent: list[Use], drawn: list[Decision]) -> None:
    table = execution.uses(_postings(spent))
    charged = execution.charged(table, _decisions(drawn), BASE.index)

    assert charged["used"].tolist() == [amount for _, _, amount in spent]
    assert set(charged["line"]) <= {"6501", "6500", "", execution.NO_LINE}


def test_only_the_credit_side_of_vouchers_is_use() -> None:
    context = casebook.context_of(casebook.FOLDER / "E02-pass-clearing")
    table = execution.uses(context.postings)

    assert set(table["entry"]) == {"voucher"}
    assert int(table["used"].sum()) == 100_000_000


def test_a_payment_order_received_is_no_use_but_its_spending_is() -> None:
    table = _postings([("2026-02-10", "6501", 5), ("2026-02-11", "6501", 5)])
    table["side"] = ["D", "C"]
    table["code"] = "0122"
    context = replace(BASE, postings=table, estimates=_decisions([]))
    found = rule.run(context, ["E01"])

    assert (found.rules[0].evaluated, [f.voucher for f in found.findings]) == (1, ["R1"])


def test_what_is_held_is_released_and_funds_already_received_are_no_estimate() -> None:
    drawn = [("2026-01-05", kind, "", 7) for kind in ("original", "held", "release", "carry", "carry-received")]
    table = execution.standing(_decisions(drawn), BASE.index)

    assert table["assigned"].tolist() == [7, 0, 0, 7, 0]
    assert table["held"].tolist() == [0, 7, -7, 0, 0]


def test_a_finding_stands_at_the_use_that_passes_the_limit_and_carries_the_figures() -> None:
    context = casebook.context_of(casebook.FOLDER / "E02-fail")
    finding = rule.run(context, ["E02"]).findings[0]

    assert (finding.voucher, finding.row, finding.difference) == ("RDT02", 3, 200_000)
    assert finding.params["estimate"] == 100_000_000
    assert finding.params["spent"] == 100_200_000
    assert finding.value == "40.200.000"
    assert finding.expected == "≤ 100.000.000"


def test_a_line_is_judged_at_the_end_of_the_day_not_between_two_rows() -> None:
    spent = [("2026-02-10", "6501", 9), ("2026-02-10", "6501", -5)]
    context = replace(BASE, postings=_postings(spent), estimates=_decisions([("2026-01-05", "original", "", 4)]))

    assert rule.run(context, ["E02"]).findings == []


@pytest.mark.parametrize(("day", "count"), [("2026-11-30", 0), ("2026-12-14", 0), ("2026-12-15", 2), ("2026-12-31", 2)])
def test_each_late_transfer_decision_is_named_once(day: str, count: int) -> None:
    lines = [("2026-01-05", "original", "", 9)]
    late = _decisions([*lines, (day, "transfer", "6501", 3), (day, "transfer", "6502", 3)])
    context = replace(BASE, estimates=late)

    assert len(rule.run(context, ["E06"]).findings) == count


def test_a_transfer_concerns_the_unit_that_assigns_and_those_that_receive() -> None:
    context = casebook.context_of(casebook.FOLDER / "E04-fail")
    counts = {
        unit: len(rule.run(replace(context, scope_unit=unit), ["E04"]).findings)
        for unit in ("VPTU", "BTC", "BNC", "MOI")
    }

    assert counts == {"VPTU": 1, "BTC": 1, "BNC": 1, "MOI": 0}
