"""Ceilings at several levels at once: sums, tolerance, settings, early warning, contracts, and the bugs of others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import estimates, postings
from ledger.findings import Finding
from ledger.records import TEXTS, Record
from ledger.regulations import Regulations
from ledger.workdays import after
from plugins import casebook, rule
from plugins.estimate_days import days_of
from plugins.levels import SETTING, levels_of
from plugins.registers import NoRegisters

BASE = casebook.context_of(casebook.FOLDER / "V01-pass")
OWN = casebook.context_of(casebook.FOLDER / "E08-fail").regulations
"""The law with a province's own setting of the levels."""
DAYS = ["2026-01-05", "2026-02-10", "2026-03-15", "2026-04-20"]
NAMES = ("line", "clause", "source", "unit", "programme")
CEILINGS = ["E02", "E03", "E07", "E08", "E09", "E10"]

Row = dict[str, Any]

uses = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.sampled_from(DAYS),
            "amount": st.integers(-3, 9).filter(bool),
            "source": st.sampled_from(["12", "13"]),
            "clause": st.sampled_from(["341", "351"]),
            "item": st.sampled_from(["6501", "6502", "6551"]),
            "programme": st.sampled_from(["", "0510"]),
        }
    ),
    max_size=8,
)
decisions = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.sampled_from(DAYS),
            "amount": st.integers(1, 9),
            "source": st.sampled_from(["12", "13"]),
            "clause": st.sampled_from(["341", "351"]),
            "item": st.sampled_from(["", "6500", "6501"]),
            "programme": st.sampled_from(["", "0510"]),
            "kind": st.sampled_from(["original", "supplement", "cut", "held", "release", "carry", "total", "cancel"]),
            "back": st.booleans(),
        }
    ),
    max_size=8,
)


class Contracts(NoRegisters):
    """Registers that hold contracts and, where wanted, a file of overrides."""

    def __init__(self, *rows: Record, overrides: bytes | None = None) -> None:
        self._rows, self._overrides = rows, overrides

    def rows(self, kind: str) -> tuple[Record, ...]:
        return self._rows if kind == "commitments" else ()

    def file(self, name: str) -> bytes | None:
        return self._overrides if name == "registers/overrides.csv" else None


def contract(day: str, amount: int, change: str = "sign", number: str = "HĐ-1", item: str = "") -> Record:
    texts = dict.fromkeys(TEXTS["commitments"], "")
    texts |= {"contract": number, "day": day, "source": "13", "clause": "351", "item": item}
    return Record("BTC", day[:7], 2, texts | {"budget_year": "2026", "change": change}, {"amount": amount})


def spent(rows: Iterable[Row]) -> pd.DataFrame:
    """Uses of 008, or of the account a row names."""
    table: list[Row] = []
    for number, row in enumerate(rows, start=2):
        day, amount = row["day"], -row["amount"]
        head = {"unit": "BTC", "period": day[:7], "entry": "voucher", "voucher": f"R{number}", "date": day}
        usual = {"code": "008212", "side": "C", "source": "13", "clause": "351", "item": "6501", "budget_year": "2026"}
        figure = {"commodity": "MEMO", "amount": amount, "quantity": amount, "row": number, "treasury": "actual"}
        own = {name: value for name, value in row.items() if name not in {"day", "amount"}}
        table.append(head | usual | figure | {"account": "Equity:OffBalance:008"} | own)
    return postings.frame(table)


def decided(rows: Iterable[Row]) -> pd.DataFrame:
    made = []
    for number, row in enumerate(rows, start=2):
        kind = row.get("kind", "original")
        sign = -1 if (kind == "cut") != bool(row.get("back")) else 1
        made.append(
            estimates.EstimateLine(
                decision=f"{number}-QĐ",
                date=row["day"],
                kind=kind,
                assigning_unit="VPTU",
                unit=row.get("unit", "BTC"),
                source=row.get("source", "13"),
                clause=row.get("clause", "351"),
                item=row.get("item", ""),
                amount=sign * row["amount"],
                budget_year=row.get("year", "2026"),
                submission="",
                row=number,
                programme=row.get("programme", ""),
                reverses="1-QĐ" if row.get("back") else "",
            )
        )
    return estimates.frame(made)


def setting(**levels: tuple[str, int, int]) -> Regulations:
    """The law with a province's own `control.levels`."""
    names = ("action", "tolerance", "warning")
    rows = tuple({"level": name} | dict(zip(names, values, strict=True)) for name, values in levels.items())
    own = OWN.parameter(SETTING)
    changed = replace(own, entries=tuple(replace(entry, rows=rows) for entry in own.entries))
    return Regulations([changed if one.key == SETTING else one for one in OWN], OWN.documents.values())


def later(law: Regulations, begins: date) -> Regulations:
    """The same with a setting that begins on a day."""
    own = law.parameter(SETTING)
    changed = replace(own, entries=tuple(replace(entry, in_force=begins) for entry in own.entries[-1:]))
    return Regulations([changed if one.key == SETTING else one for one in law], law.documents.values())


def context(used: Iterable[Row], given_: Iterable[Row], **more: Any) -> rule.Context:  # noqa: ANN401 - fields of a context
    return replace(BASE, postings=spent(used), estimates=decided(given_), **more)


def found(asked: rule.Context, *codes: str) -> list[Finding]:
    return rule.run(asked, codes or CEILINGS).findings


def codes_of(asked: rule.Context, *codes: str) -> list[str]:
    return [finding.rule for finding in found(asked, *codes)]


def on(day: str, amount: int, **more: Any) -> Row:  # noqa: ANN401 - columns
    return {"day": day, "amount": amount, **more}


FIRST, SECOND, THIRD, FOURTH = DAYS


def test_before_the_first_setting_of_the_province_every_level_blocks() -> None:
    law = later(setting(line=("track", 0, 0)), date(2026, 3, 1))
    lines = [on("2026-01-02", 5)]

    assert codes_of(context([on(FIRST, 6)], lines, regulations=law)) == ["E02"]
    assert codes_of(context([on(THIRD, 6)], lines, regulations=law)) == ["E07"]


# Sums.


@settings(deadline=None, max_examples=25)
@given(uses, decisions)
def test_the_ceiling_on_any_day_is_the_sum_of_the_decisions_up_to_that_day(used: list[Row], drawn: list[Row]) -> None:
    asked = context(used, drawn)
    days = days_of(asked)
    giving = [row for row in drawn if row["kind"] in {"original", "supplement", "cut", "carry"}]
    for row in range(len(days)):
        day = days.at(row)
        _, _, source, clause, programme, item = day.key
        assert day.assigned == sum(
            (-1 if (one["kind"] == "cut") != one["back"] else 1) * one["amount"]
            for one in giving
            if one["day"] <= day.date
            and (one["source"], one["clause"], one["programme"], one["item"]) == (source, clause, programme, item)
        )


@settings(deadline=None, max_examples=20)
@given(uses, decisions)
def test_a_level_is_the_sum_of_its_lines_and_counts_nothing_twice(used: list[Row], drawn: list[Row]) -> None:
    asked = context(used, drawn, registers=Contracts(contract(FIRST, 4), contract(SECOND, 3, number="HĐ-2")))
    made = levels_of(asked)
    of_lines = made["line"].days.changes.sum(axis=1).tolist()
    without = _without_a_line(asked, used)
    charged = sum(row["amount"] for row, wrong in zip(used, without, strict=True) if not wrong)

    for name in ("clause", "source", "unit"):
        assert made[name].days.changes.sum(axis=1).tolist() == of_lines
    assert of_lines[3] == charged
    for level in made.values():
        ends = [row for row in range(len(level.days)) if row + 1 == len(level.days) or level.days.begins[row + 1]]
        assert level.days.sums[:, ends].sum() == level.days.changes.sum()


def _without_a_line(asked: rule.Context, used: list[Row]) -> list[bool]:
    wrong = {finding.voucher for finding in found(asked, "E01")}
    return [f"R{number}" in wrong for number in range(2, len(used) + 2)]


@settings(deadline=None, max_examples=25)
@given(uses, decisions, st.integers(0, 6), st.sampled_from(["clause", "source", "unit"]))
def test_a_single_level_speaks_just_where_its_excess_passes_its_tolerance(
    used: list[Row], drawn: list[Row], tolerance: int, name: str
) -> None:
    law = setting(**dict.fromkeys(NAMES, ("track", 0, 0)) | {name: ("block", tolerance, 0)})
    asked = context(used, drawn, regulations=law)
    days = levels_of(asked)[name].days
    wrong = {days.at(row).key for row in range(len(days)) if days.at(row).over > tolerance}

    told = found(asked)
    assert {finding.rule for finding in told} <= {{"clause": "E07", "source": "E08", "unit": "E09"}[name]}
    assert len(told) == len(wrong)
    assert all((finding.difference or 0) > tolerance for finding in told)


@settings(deadline=None, max_examples=20)
@given(uses, decisions)
def test_a_breach_is_told_once_and_blocked_wherever_the_unit_as_a_whole_is_over(
    used: list[Row], drawn: list[Row]
) -> None:
    asked = context(used, drawn)
    told = found(asked)
    keys = [(f.rule, *(f.params[name] for name in ("source", "clause", "item", "programme"))) for f in told]
    unit = levels_of(asked)["unit"].days

    assert len(keys) == len(set(keys))
    if any(unit.at(row).over > 0 for row in range(len(unit))):
        assert told


@settings(deadline=None, max_examples=20)
@given(uses, decisions)
def test_the_early_warning_comes_at_most_once_for_a_line_or_level(used: list[Row], drawn: list[Row]) -> None:
    told = found(context(used, drawn), "E11")
    keys = [(f.params["level_vi"], f.params["source"], f.params["clause"], f.params["programme"]) for f in told]

    assert len(keys) == len(set(keys))
    for finding in told:
        assert int(finding.params["spent"]) * 100 > int(finding.params["estimate"]) * 80
        assert int(finding.params["available"]) >= 0


# Settings.


def test_a_level_that_warns_lets_pass_and_names_the_setting_and_one_that_tracks_is_silent() -> None:
    asked = context([on(SECOND, 12)], [on(FIRST, 10)])
    warned = found(replace(asked, regulations=setting(line=("warn", 0, 0), clause=("warn", 0, 0))))
    silent = setting(**dict.fromkeys(NAMES, ("track", 0, 0)))

    assert [finding.rule for finding in warned] == ["E02", "E08"]
    assert "01-QĐ/VPTU" in warned[0].allowed
    assert [rule.catalogue().blocks(finding) for finding in warned] == [False, True]
    assert found(replace(asked, regulations=silent)) == []
    assert rule.run(replace(asked, regulations=silent), ["E02"]).rules[0].failed == 0


def test_a_level_or_word_that_the_setting_does_not_know_blocks() -> None:
    asked = context([on(SECOND, 12)], [on(FIRST, 10)])

    for law in (setting(elsewhere=("track", 9, 0)), setting(line=("ignore", 0, 0))):
        told = found(replace(asked, regulations=law))
        assert [(finding.rule, finding.allowed) for finding in told] == [("E02", "")]


def test_a_breach_stands_at_one_level_only() -> None:
    given_ = [on(FIRST, 10, item="6501"), on(FIRST, 10, item="6551"), on(FIRST, 10, clause="341")]
    line = context([on(SECOND, 12)], given_)
    clause = context([on(SECOND, 9), on(SECOND, 9, item="6551")], [*given_, on(FIRST, 3, kind="held")])

    assert codes_of(line) == ["E02"]
    assert codes_of(clause) == ["E07"]


def test_what_goes_beyond_the_sum_of_the_parts_is_told_above_them() -> None:
    given_ = [on(FIRST, 10, item="6501"), on(FIRST, 10, item="6551"), on(FIRST, 5, kind="held")]
    told = found(context([on(SECOND, 12), on(SECOND, 8, item="6551")], given_))

    assert [(finding.rule, finding.difference) for finding in told] == [("E02", 2), ("E07", 3)]


def test_money_held_of_a_clause_with_one_line_is_held_of_that_line() -> None:
    given_ = [on(FIRST, 10), on(FIRST, 3, kind="held")]

    assert codes_of(context([on(SECOND, 8)], given_)) == ["E03"]
    assert codes_of(context([on(SECOND, 7)], given_)) == []
    assert codes_of(context([on(THIRD, 8)], [*given_, on(SECOND, 1, kind="release")])) == []


# Programmes.


def test_a_use_that_names_a_programme_takes_that_programmes_money_alone() -> None:
    given_ = [on(FIRST, 10, programme="0510"), on(FIRST, 10)]

    assert codes_of(context([on(SECOND, 10, programme="0510"), on(SECOND, 10)], given_), "E01", *CEILINGS) == []
    assert codes_of(context([on(SECOND, 11, programme="0510")], given_), "E01", *CEILINGS) == ["E02"]
    assert codes_of(context([on(SECOND, 11)], given_), "E01", *CEILINGS) == ["E02"]
    assert codes_of(context([on(SECOND, 1, programme="0011")], given_), "E01", *CEILINGS) == ["E01"]


# Contracts and advances.


def test_a_payment_that_names_its_contract_relieves_it_once() -> None:
    asked = context(
        [on(SECOND, 6, contract="HĐ-1"), on(THIRD, 4)], [on(FIRST, 10)], registers=Contracts(contract(FIRST, 6))
    )
    last = levels_of(asked)["unit"].days

    assert codes_of(asked) == []
    assert [last.at(row)[2:6] for row in range(len(last))] == [(10, 0, 6, 0), (10, 0, 0, 6), (10, 0, 0, 10)]


def test_an_advance_for_a_contract_its_clearing_and_the_rest_count_once() -> None:
    advance = on(SECOND, 5, contract="HĐ-1", code="008211", treasury="advance")
    cleared = [
        on(THIRD, -5, contract="HĐ-1", code="008211", treasury="clearing"),
        on(THIRD, 5, contract="HĐ-1", treasury="clearing"),
    ]
    asked = context(
        [advance, *cleared, on(FOURTH, 3, contract="HĐ-1")], [on(FIRST, 8)], registers=Contracts(contract(FIRST, 8))
    )
    days = levels_of(asked)["line"].days

    assert codes_of(asked) == []
    assert [days.at(row).committed + days.at(row).used for row in range(len(days))] == [8, 8, 8, 8]


@settings(deadline=None, max_examples=20)
@given(
    st.integers(1, 9),
    st.lists(st.tuples(st.sampled_from(DAYS), st.integers(1, 5), st.booleans()), max_size=5),
)
def test_available_is_allotted_less_what_is_still_promised_less_what_is_spent(
    promised: int, paid: list[tuple[str, int, bool]]
) -> None:
    used = [on(day, amount, contract="HĐ-1" if named else "") for day, amount, named in paid]
    days = levels_of(context(used, [on(FIRST, 50)], registers=Contracts(contract(FIRST, promised))))["line"].days

    for row in range(len(days)):
        day = days.at(row)
        spent_ = sum(amount for on_, amount, _ in paid if on_ <= day.date)
        of_contract = sum(amount for on_, amount, named in paid if named and on_ <= day.date)
        assert day.committed == max(promised - of_contract, 0)
        assert -day.over == 50 - day.committed - spent_


def test_a_day_of_contracts_alone_is_e12s_and_a_use_after_it_answers_for_itself_only() -> None:
    beyond = Contracts(contract(SECOND, 12))

    assert codes_of(context([], [on(FIRST, 10)], registers=beyond)) == []
    assert [f.difference for f in found(context([on(THIRD, 3)], [on(FIRST, 10)], registers=beyond))] == [3]
    assert codes_of(context([on(THIRD, 3, contract="HĐ-1")], [on(FIRST, 10)], registers=beyond)) == []


# The early warning.


def test_the_early_warning_is_told_at_the_posting_that_passes_it_and_only_there() -> None:
    used = [on(SECOND, 5), on(THIRD, 4), on(FOURTH, 1)]
    asked = context(used, [on(FIRST, 10)])
    of_march = replace(asked, scope_periods=frozenset({"2026-03"}))
    of_april = replace(asked, scope_periods=frozenset({"2026-04"}))

    assert [(f.voucher, f.params["percentage"]) for f in found(asked, "E11")] == [("R3", 80)]
    assert [f.voucher for f in found(of_march, "E11")] == ["R3"]
    assert found(of_april, "E11") == []
    assert rule.catalogue().severity(found(asked, "E11")[0]) == "info"


def test_no_early_warning_beside_the_breach_of_the_same_day() -> None:
    assert codes_of(context([on(SECOND, 12)], [on(FIRST, 10)]), "E02", "E11") == ["E02"]


# Bugs of others (anchors, section J).


def test_j1_a_blank_item_over_the_budget_fails() -> None:
    assert codes_of(context([on(SECOND, 11, item="")], [on(FIRST, 10)]), "E01", "E02") == ["E02"]
    assert codes_of(context([on(SECOND, 1, item="")], [on(FIRST, 10, item="6501")]), "E01", "E02") == ["E01"]


def test_j2_an_item_that_the_estimate_does_not_have_fails() -> None:
    assert codes_of(context([on(SECOND, 1, item="6551")], [on(FIRST, 10, item="6501")]), "E01", "E02") == ["E01"]


def test_j3_a_contract_for_other_goods_of_the_same_line_counts() -> None:
    registers = Contracts(contract(FIRST, 6, item="6551"))
    told = found(context([on(SECOND, 5, item="6501")], [on(FIRST, 10)], registers=registers))

    assert [(f.rule, f.difference, f.params["committed"]) for f in told] == [("E02", 1, 6)]


def test_j4_what_is_paid_of_a_contract_is_not_added_to_what_it_promised() -> None:
    asked = context([on(SECOND, 10, contract="HĐ-1")], [on(FIRST, 10)], registers=Contracts(contract(FIRST, 10)))

    assert codes_of(asked, "E01", *CEILINGS) == []


def test_j5_a_voucher_over_two_budget_years_is_judged_in_each() -> None:
    used = [on("2026-01-15", 5), on("2026-01-15", 5, budget_year="2025", code="008112")]
    given_ = [on(FIRST, 5), on("2025-01-05", 4, year="2025")]
    told = found(context(used, given_), "E02", "E05")

    assert [(f.rule, f.params.get("year")) for f in told] == [("E02", "2025")]
    assert codes_of(context([on("2026-02-15", 5, budget_year="2025")], given_), "E05") == ["E05"]


def test_j6_a_code_covers_what_the_index_puts_below_it_never_what_begins_alike() -> None:
    for short in ("6", "65", "650"):
        assert codes_of(context([on(SECOND, 1)], [on(FIRST, 10, item=short)]), "E01") == ["E01"]
    assert codes_of(context([on(SECOND, 1)], [on(FIRST, 10, item="6500")]), "E01") == []


@settings(deadline=None, max_examples=10)
@given(st.integers(12, 10**15))
def test_j7_a_year_split_over_its_months_sums_back_exactly(year: int) -> None:
    part, rest = divmod(year, 12)
    months = [on(f"2026-{month:02}-01", part + (month <= rest), kind="supplement") for month in range(1, 13)]

    assert levels_of(context([], months))["unit"].days.at(11).assigned == year


# Allocation, working days, payment orders.


def total(day: str, amount: int, **more: Any) -> Row:  # noqa: ANN401 - columns
    return on(day, amount, kind="total", unit="VPTU", **more)


def test_a_reduced_total_is_taken_back_within_its_term() -> None:
    given_ = [total("2025-12-08", 100), on("2025-12-20", 100), total("2026-03-05", 30, back=True)]
    soon, late = (replace(context([], given_), today=day) for day in ("2026-03-18", "2026-03-19"))

    assert codes_of(soon, "E16", "E17") == []
    assert [(f.rule, f.difference) for f in found(late, "E16", "E17")] == [("E16", 30)]
    assert codes_of(replace(context([], [*given_, on("2026-03-19", 30, kind="cut")])), "E16", "E17") == []


def test_an_allocation_is_judged_for_the_unit_that_receives_and_the_one_that_assigns() -> None:
    asked = context([], [total("2025-12-08", 100), on("2025-12-20", 101)])
    told = {unit: codes_of(replace(asked, scope_unit=unit), "E16") for unit in ("VPTU", "BTC", "BNC")}

    assert told == {"VPTU": ["E16"], "BTC": ["E16"], "BNC": []}
    assert codes_of(context([], [on("2025-12-20", 101)]), "E16", "E17") == []


@pytest.mark.parametrize(
    ("day", "days", "last"),
    [("2026-03-05", 10, "2026-03-19"), ("2026-02-13", 1, "2026-02-23"), ("2026-04-29", 2, "2026-05-05")],
)
def test_working_days_leave_out_weekends_and_the_provinces_holidays(day: str, days: int, last: str) -> None:
    assert after(BASE.regulations, pd.Timestamp(day).date(), days).isoformat() == last


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(["D", "C"]), st.integers(1, 9)), max_size=8))
def test_orders_are_overdrawn_on_just_the_days_on_which_more_is_spent_than_came_in(
    drawn: list[tuple[str, str, int]],
) -> None:
    used = [on(day, amount if side == "C" else -amount, side=side, code="0122") for day, side, amount in drawn]
    balance, short = 0, ""
    for day in DAYS:
        balance += sum(amount if side == "D" else -amount for on_, side, amount in drawn if on_ == day)
        short = short or (day if balance < 0 else "")

    assert [finding.on for finding in found(context(used, []), "E18")] == ([short] if short else [])
