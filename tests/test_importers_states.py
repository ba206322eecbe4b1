"""The way of a submission: which step is allowed in which state, for whom, until when; a fold of events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import certification_book as small
import pytest

from importers import states
from importers.states import STEPS, Step, obstacles
from ledger import deadlines
from ledger.book import Book
from ledger.events import Event
from ledger.regulations import Regulations, shipped
from ledger.standing import STAGES, Extension, Return, Stage, Standing, standing, standings
from ledger.texts import text

BY_ROLE = {
    "accountant": "ke.toan",
    "chief_accountant": "ke.truong",
    "head": "thu.truong",
    "officer": "can.bo",
    "reviewer": "xet.duyet",
    "approver": "lanh.dao",
    "inspector": "thanh.tra",
    "operator": "dieu.hanh",
}
EVERYBODY = frozenset(BY_ROLE)
BOOKKEEPERS = frozenset({"accountant", "chief_accountant"})
ALLOWED: dict[tuple[Stage, Step], frozenset[str]] = {
    ("checked", "certify-accountant"): BOOKKEEPERS,
    ("certified-accountant", "certify-head"): frozenset({"head"}),
    ("checked", "recheck"): EVERYBODY,
    ("returned", "recheck"): EVERYBODY,
    ("checked", "justify"): BOOKKEEPERS,
    ("returned", "justify"): BOOKKEEPERS,
    ("checked", "return"): frozenset({"officer", "reviewer"}),
    ("certified-accountant", "return"): frozenset({"officer", "reviewer"}),
    ("certified-head", "return"): frozenset({"officer", "reviewer"}),
    ("draft", "extend"): frozenset({"officer"}),
    ("checked", "extend"): frozenset({"officer"}),
    ("certified-accountant", "extend"): frozenset({"officer"}),
    ("returned", "extend"): frozenset({"officer"}),
}
"""Written out once more, so that a step that is opened by mistake is seen."""
WHY: dict[tuple[Stage, Step], str] = {
    ("draft", "certify-accountant"): "J20",
    ("draft", "certify-head"): "J20",
    ("draft", "return"): "J20",
    ("draft", "justify"): "J20",
    ("draft", "recheck"): "J20",
    ("certified-accountant", "certify-accountant"): "J21",
    ("certified-head", "certify-accountant"): "J21",
    ("certified-head", "certify-head"): "J21",
    ("checked", "certify-head"): "J22",
    ("returned", "certify-accountant"): "J24",
    ("returned", "certify-head"): "J24",
    ("certified-accountant", "recheck"): "J36",
    ("certified-head", "recheck"): "J36",
    ("certified-accountant", "justify"): "J36",
    ("certified-head", "justify"): "J36",
    ("returned", "return"): "J36",
    ("certified-head", "extend"): "J36",
}
DAY = "2026-04-14"
LAW = Regulations.load(small.OWN_RULES.read_bytes())


def at_stage(stage: Stage) -> Standing:
    """A slot in a state, signed by people who take no other part in the test."""
    signed = {"accountant": "nguoi.khac", "accountant_at": small.SIGNED, "head": "ai.do", "head_at": small.SIGNED}
    back = Return("Thiếu hồ sơ", ("PC001",), "2026-04-30", "can.bo", small.SIGNED)
    return Standing(
        "T01", small.MONTH, "vouchers", stage, "R1", returns=(back,) if stage == "returned" else (), **signed
    )


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return Book.open(small.fresh(tmp_path_factory.mktemp("states")))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("stage", STAGES)
def test_every_step_in_every_state_is_refused_for_everyone_but_those_who_may(
    book: Book, stage: Stage, step: Step
) -> None:
    may = {role for role, person in BY_ROLE.items() if not obstacles(book, at_stage(stage), step, person, role, DAY)}

    assert may == ALLOWED.get((stage, step), frozenset())


@pytest.mark.parametrize(("place", "code"), WHY.items())
def test_a_step_that_the_state_forbids_says_why_even_to_those_who_have_the_right(
    book: Book, place: tuple[Stage, Step], code: str
) -> None:
    stage, step = place
    found = {
        role: [finding.rule for finding in obstacles(book, at_stage(stage), step, person, role, DAY)]
        for role, person in BY_ROLE.items()
    }

    assert {codes[0] for codes in found.values()} == {code}
    assert [code] in found.values()


def test_every_pair_of_state_and_step_is_either_allowed_or_explained() -> None:
    assert ALLOWED.keys() | WHY.keys() == {(stage, step) for stage in STAGES for step in STEPS}
    assert not ALLOWED.keys() & WHY.keys()


@pytest.mark.parametrize("step", STEPS)
def test_nothing_can_be_done_in_a_sealed_year(book: Book, step: Step) -> None:
    for stage in STAGES:
        at = replace(at_stage(stage), sealed=True)
        for role, person in BY_ROLE.items():
            assert obstacles(book, at, step, person, role, DAY)[0].rule == "J26"


def test_a_role_that_the_person_does_not_hold_or_not_for_this_unit_counts_for_nothing(book: Book) -> None:
    def codes(person: str, role: str, unit: str = "T01", day: str = DAY) -> list[str]:
        at = replace(at_stage("checked"), unit=unit)
        return [finding.rule for finding in obstacles(book, at, "certify-accountant", person, role, day)]

    assert codes("ke.truong", "chief_accountant") == []
    assert codes("thu.truong", "accountant") == ["J27"]
    assert codes("ke.truong", "chief_accountant", unit="XA01") == ["J27"]
    assert codes("ke.truong", "chief_accountant", day="2023-12-31") == ["J27"]
    assert codes("nobody", "accountant") == ["J27"]
    assert codes("", "") == ["J27"]


def test_the_accountant_who_certified_cannot_certify_as_head_too(book: Book) -> None:
    at = replace(at_stage("certified-accountant"), unit="T02", accountant="kiem.nhiem")

    assert [f.rule for f in obstacles(book, at, "certify-head", "kiem.nhiem", "head", DAY)] == ["J23"]


def test_every_state_and_step_has_words_in_both_languages() -> None:
    for word in (*STAGES, *states.WORDS.values()):
        assert text(word, "vi") != word


def event(name: str, time: str, actor: str = "ke.toan", period: str = small.MONTH, **data: object) -> Event:
    return Event(time, actor, "accountant", name, "T01", period, "vouchers", data)


ACCEPTED = event("submission.accepted", small.HANDED_IN, receipt="R1", content="c1", rule_pack="p1")
SIGNED_A = event("submission.certified", "2026-04-14T09:00:00+07:00", "ke.truong", stage="accountant")
SIGNED_H = event("submission.certified", "2026-04-14T10:00:00+07:00", "thu.truong", stage="head")
BACK = event(
    "submission.returned", "2026-04-15T09:00:00+07:00", "can.bo", reason="Thiếu", items=["a", "b"], until="2026-04-20"
)
SECOND = event("submission.accepted", "2026-04-19T09:00:00+07:00", receipt="R2", content="c2", rule_pack="p2")


def fold(*events: Event) -> Standing:
    return standing(events, "T01", small.MONTH, "vouchers")


def test_a_replacement_ends_both_certifications_and_supersedes_the_receipt() -> None:
    before, after = fold(ACCEPTED, SIGNED_A, SIGNED_H), fold(ACCEPTED, SIGNED_A, SIGNED_H, SECOND)

    assert (before.stage, before.accountant, before.head) == ("certified-head", "ke.truong", "thu.truong")
    assert (after.stage, after.accountant, after.head, after.head_at) == ("checked", "", "", "")
    assert (after.receipt, after.superseded, after.rule_pack) == ("R2", ("R1",), "p2")
    assert after.first == small.HANDED_IN


def test_a_return_ends_the_certifications_and_waits_until_another_file_answers_it() -> None:
    back, again = fold(ACCEPTED, SIGNED_A, BACK), fold(ACCEPTED, SIGNED_A, BACK, SECOND)

    assert (back.stage, back.accountant, back.awaiting) == ("returned", "", "answer")
    assert back.returns == (Return("Thiếu", ("a", "b"), "2026-04-20", "can.bo", BACK.time),)
    assert (again.stage, again.returns[0].answered, again.awaiting) == ("checked", SECOND.time, "certify")


def test_a_check_with_answers_ends_a_return_and_one_without_does_not() -> None:
    plain = event("submission.checked", "2026-04-18T09:00:00+07:00", rule_pack="p9", answers=[])
    answered = event("submission.checked", "2026-04-18T09:00:00+07:00", rule_pack="p9", answers=["x", "y"])

    assert (fold(ACCEPTED, BACK, plain).stage, fold(ACCEPTED, BACK, plain).rule_pack) == ("returned", "p9")
    assert (fold(ACCEPTED, BACK, answered).stage, fold(ACCEPTED, BACK, answered).returns[0].answers) == (
        "checked",
        ("x", "y"),
    )


def test_answers_given_with_the_certification_belong_to_the_return_before_it() -> None:
    signed = event("submission.certified", small.LATER, stage="accountant", answers=["đã bổ sung", "đã sửa"])

    assert fold(ACCEPTED, BACK, SECOND, signed).returns[0].answers == ("đã bổ sung", "đã sửa")


def test_other_units_slots_and_unknown_slots_are_left_alone() -> None:
    other = replace(ACCEPTED, unit="T02")

    assert fold(other).stage == "draft"
    assert standings([ACCEPTED, other], "T01").keys() == {(small.MONTH, "vouchers")}


def test_a_sealed_year_is_sealed_for_every_slot_until_it_is_reopened() -> None:
    sealed = replace(event("settlement.sealed", small.LATER, period="2026"), kind="")
    again = replace(sealed, event="settlement.reopened")

    assert fold(ACCEPTED, sealed).sealed
    assert fold(sealed).sealed
    assert not fold(ACCEPTED, sealed, again).sealed
    assert not standing([sealed], "T01", "2025-03", "vouchers").sealed


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2026-03", "2026-04-10"),
        ("2025-12", "2026-01-10"),
        ("2025-13", "2026-02-10"),
        ("2026-Q1", "2026-04-10"),
        ("2026-Q4", "2027-01-10"),
        ("2026", None),
        ("2024-05", None),
    ],
)
def test_a_file_is_due_in_the_month_after_its_period(period: str, due: str | None) -> None:
    assert deadlines.submit_due(LAW, period) == due


def test_both_certifications_are_due_some_days_after_the_file_and_an_extension_moves_them() -> None:
    plain = Standing("T01", small.MONTH, "vouchers")
    more = replace(plain, extensions=(Extension("submit", "2026-04-20", "15-CV", "can.bo", small.HANDED_IN),))
    signing = replace(more, extensions=(*more.extensions, Extension("certify", "2026-05-09", "16-CV", "can.bo", "")))

    assert deadlines.deadlines(LAW, plain) == ("2026-04-10", "2026-04-15")
    assert deadlines.deadlines(LAW, more) == ("2026-04-20", "2026-04-25")
    assert deadlines.deadlines(LAW, signing) == ("2026-04-20", "2026-05-09")
    assert deadlines.deadlines(LAW, fold(ACCEPTED, BACK)) == ("2026-04-10", "2026-04-25")
    assert deadlines.deadlines(LAW, replace(plain, period="2026")) == (None, None)


def test_before_the_practice_province_s_own_rule_nothing_had_to_be_certified_by_a_day() -> None:
    assert deadlines.certify_due(shipped(), "2026-11-10") == "2026-11-15"
    assert deadlines.certify_due(shipped(), "2026-10-10") is None
    assert shipped().parameter("submission.certify_due").owner == "province"


@pytest.mark.parametrize(("day", "days"), [("2026-04-10", 0), ("2026-04-11", 1), ("2026-05-10", 30)])
def test_lateness_is_counted_in_days_from_the_day_after_the_due_day(day: str, days: int) -> None:
    empty = Standing("T01", small.MONTH, "vouchers")

    assert deadlines.handing_in_late(LAW, empty, day) == deadlines.submission_late(LAW, empty, day) == days


def test_the_first_file_decides_and_an_answer_to_a_return_has_its_own_day() -> None:
    in_time, replaced = fold(ACCEPTED), fold(ACCEPTED, replace(SECOND, time="2026-09-01T08:00:00+07:00"))
    back = fold(ACCEPTED, BACK)
    answered = fold(ACCEPTED, BACK, replace(SECOND, time="2026-04-23T08:00:00+07:00"))

    assert deadlines.submission_late(LAW, in_time, "2026-12-31") == 0
    assert deadlines.submission_late(LAW, replaced, "2026-12-31") == 0
    assert deadlines.handing_in_late(LAW, in_time, "2026-12-31") == 0
    assert deadlines.handing_in_late(LAW, back, "2026-04-22") == 2
    assert deadlines.submission_late(LAW, answered, "2026-12-31") == 3


def test_an_extension_of_a_return_gives_the_answer_more_time() -> None:
    more = event(
        "submission.extended", "2026-04-16T09:00:00+07:00", what="answer", until="2026-05-04", document="20-CV"
    )
    after = fold(ACCEPTED, BACK, more)

    assert after.returns[-1].until == "2026-05-04"
    assert deadlines.handing_in_late(LAW, after, "2026-05-04") == 0
    assert deadlines.deadlines(LAW, after).submit == "2026-04-10"


def test_certification_is_late_until_the_head_has_signed_and_never_for_what_is_not_there() -> None:
    assert deadlines.certification_late(LAW, fold(), "2026-12-31") == 0
    assert deadlines.certification_late(LAW, fold(ACCEPTED, SIGNED_A), "2026-04-18") == 3
    assert deadlines.certification_late(LAW, fold(ACCEPTED, SIGNED_A, SIGNED_H), "2026-12-31") == 0
    assert deadlines.certification_late(LAW, replace(fold(ACCEPTED), sealed=True), "2026-12-31") == 0


@pytest.mark.parametrize(
    ("events", "period", "expected"),
    [
        ((), small.MONTH, ("certify", "2026-04-15")),
        ((ACCEPTED,), small.MONTH, ("certify", "2026-04-15")),
        ((ACCEPTED, SIGNED_A, SIGNED_H), small.MONTH, ("submit", "2026-05-10")),
        ((), "2026", ("", "")),
    ],
)
def test_the_next_deadline_is_the_certification_then_the_next_month(
    events: tuple[Event, ...], period: str, expected: tuple[str, str]
) -> None:
    book = SimpleNamespace(events=lambda _unit: list(events), regulations=LAW)
    kind = "opening" if period == "2026" else "vouchers"

    assert states.next_deadline(book, small.slot(period, kind)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("period", "following"),
    [
        ("2026-03", "2026-04"),
        ("2026-12", "2027-01"),
        ("2026-Q4", "2027-Q1"),
        ("2026-Q1", "2026-Q2"),
        ("2025-13", ""),
        ("2026", ""),
    ],
)
def test_the_period_after_a_period(period: str, following: str) -> None:
    assert states.next_period(period) == following


def test_the_fold_of_a_real_book_is_that_of_its_events(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    small.hand_in(path, small.CLEAN)

    assert small.at(path).stage == "checked"
    assert small.at(path).submitter == "ke.toan"
    assert len(small.at(path).rule_pack) == 64
