"""Two people vouch for a submission; returns, extensions, another check by the rules of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import certification_book as small
import pytest
from certification_book import ACCOUNTANT, CHIEF, CLEAN, HEAD, LATER, MONTH, OFFICER, REVIEWER, WARNED, certify, codes

from importers import certifying
from importers.certifying import Outcome, extend, give_back, recheck
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.events import Event
from plugins.phase_in import FILE as PHASE_IN


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """March is handed in and clean."""
    path = small.fresh(tmp_path)
    assert small.hand_in(path, CLEAN).accepted
    return path


def events(book: Path, name: str, unit: str = "T01") -> list[Event]:
    return [event for event in Book.open(book).events(unit) if event.event == name]


def send_back(book: Path, until: str = "2026-04-25", items: Sequence[str] = ("PC001", "PC002"), **more: str) -> Outcome:
    said = {"reason": "Thiếu hồ sơ"} | more
    return give_back(
        Book.open(book), small.slot(), REVIEWER, "reviewer", small.SIGNED, until=until, items=items, **said
    )


def give_time(book: Path, until: str, document: str = "15-CV/VPTU", at: str = small.HANDED_IN) -> Outcome:
    return extend(Book.open(book), small.slot(), OFFICER, "officer", at, until=until, document=document)


def check_again(book: Path, *answers: str, at: str = small.SIGNED) -> Outcome:
    return recheck(Book.open(book), "T01", [MONTH], "", ACCOUNTANT, "accountant", at, answers=answers)


def test_accountant_then_head_and_the_office_has_received_it(book: Path) -> None:
    first, second = certify(book, CHIEF), certify(book, HEAD)

    assert [one.stage for one in (*first.standings, *second.standings)] == ["certified-accountant", "certified-head"]
    signed, received = events(book, "submission.certified"), events(book, "submission.received")
    assert [(e.actor, e.role, e.data["stage"]) for e in signed] == [
        (CHIEF, "chief_accountant", "accountant"),
        (HEAD, "head", "head"),
    ]
    assert {e.data["receipt"] for e in (*signed, *received)} == {small.at(book).receipt}
    assert (received[0].n, received[0].time) == (signed[1].n + 1, signed[1].time)


def test_the_head_s_two_events_are_one_commit(book: Path) -> None:
    certify(book, CHIEF)
    before = Book.open(book)
    done = certify(book, HEAD)

    after = Book.open(book)
    assert after.commit == done.commit
    assert len(after.events("T01")) == len(before.events("T01")) + 2


@pytest.mark.parametrize(
    ("people", "refused"),
    [
        ([HEAD], ["J22"]),
        ([ACCOUNTANT, ACCOUNTANT], ["J21"]),
        ([ACCOUNTANT, CHIEF], ["J21"]),
        ([ACCOUNTANT, HEAD, HEAD], ["J21"]),
        ([OFFICER], ["J27"]),
        (["nobody"], ["J27"]),
    ],
)
def test_who_may_not_certify_now_is_told_why_and_the_book_stays(
    book: Path, people: list[str], refused: list[str]
) -> None:
    for person in people[:-1]:
        assert codes(certify(book, person)) == []
    before = Book.open(book).commit

    done = certify(book, people[-1])

    assert codes(done) == refused
    assert (done.commit, Book.open(book).commit) == ("", before)


def test_one_person_in_both_roles_cannot_sign_twice(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    small.hand_in(book, CLEAN, unit="T02")

    assert codes(certify(book, "kiem.nhiem", unit="T02")) == []
    assert codes(certify(book, "kiem.nhiem", unit="T02")) == ["J23"]


def test_one_person_in_both_roles_signs_as_head_what_another_has_signed_as_accountant(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    small.hand_in(book, CLEAN, unit="T02")
    certify(book, CHIEF, unit="T02")

    assert certify(book, "kiem.nhiem", unit="T02").standings[0].head == "kiem.nhiem"


@pytest.mark.parametrize("period", ["2026-05", "2026-Q2", "2027"])
def test_what_was_not_handed_in_cannot_be_certified(book: Path, period: str) -> None:
    assert codes(certify(book, ACCOUNTANT, period)) == ["J20"]


def test_what_is_no_period_or_kind_is_a_wrong_call(book: Path) -> None:
    with pytest.raises(UsageProblem):
        certify(book, ACCOUNTANT, "March")
    with pytest.raises(UsageProblem):
        certify(book, ACCOUNTANT, kind="letters")


def test_estimate_decisions_are_not_certified(book: Path) -> None:
    assert codes(certify(book, ACCOUNTANT, "2026", kind="estimates")) == ["J35"]


def test_a_quarter_and_a_year_are_certified_in_one_commit(book: Path) -> None:
    small.hand_in(book, small.vouchers(small.row("PC101", "05/01/2026")), period="2026-01")
    small.hand_in(book, small.vouchers(small.row("PC102", "05/01/2026")), period="2026-01", kind="vouchers/cash")
    small.hand_in(book, small.vouchers(small.row("PC401", "05/04/2026")), period="2026-04")
    before = Book.open(book)

    quarter = certify(book, ACCOUNTANT, "2026-Q1")

    done = [("2026-01", "vouchers"), ("2026-01", "vouchers/cash"), ("2026-03", "vouchers")]
    assert [(one.period, one.kind) for one in quarter.standings] == done
    assert len(list(Book.open(book).history.commits())) == len(list(before.history.commits())) + 1
    rest = certify(book, ACCOUNTANT, "2026", at=LATER)
    assert [(one.period, one.stage) for one in rest.standings] == [("2026-04", "certified-accountant")]


def test_one_slot_with_a_warning_keeps_the_others_back(book: Path) -> None:
    small.hand_in(book, small.vouchers(small.row("PC401", "05/04/2026", document="09/04/2026")), period="2026-04")
    before = Book.open(book).commit

    done = certify(book, ACCOUNTANT, MONTH, "2026-04")

    assert codes(done) == ["J29", "F40"]
    assert done.findings[0].period == "2026-04"
    assert Book.open(book).commit == before


def test_open_warnings_stop_the_accountant_and_are_shown(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    assert small.hand_in(book, WARNED).accepted

    done = certify(book, ACCOUNTANT)

    assert codes(done) == ["J29", "F40"]
    assert (done.findings[1].voucher, done.findings[1].row, done.findings[1].file) == ("PC015", 3, "thang.csv")


def test_the_receipt_that_one_looked_at_must_be_the_current_one(book: Path) -> None:
    old = small.at(book).receipt
    small.hand_in(book, WARNED.replace(b"09/03/2026", b""), replace=True, reason="sửa số tiền")

    def sign(receipt: str) -> Outcome:
        return certifying.certify(Book.open(book), "T01", [MONTH], "", ACCOUNTANT, small.SIGNED, receipt=receipt)

    assert codes(sign(old)) == codes(sign("T01-something")) == ["J25"]
    assert codes(sign(small.at(book).receipt)) == []


def test_a_replacement_has_to_be_certified_anew_and_the_history_keeps_the_first_time(book: Path) -> None:
    certify(book, CHIEF)
    certify(book, HEAD)
    small.hand_in(book, small.vouchers(small.row("PC001")), replace=True, reason="bỏ chứng từ", at=LATER)

    assert (small.at(book).stage, len(small.at(book).superseded)) == ("checked", 1)
    assert codes(certify(book, HEAD, at=LATER)) == ["J22"]
    assert codes(certify(book, ACCOUNTANT, at=LATER)) == codes(certify(book, HEAD, at=LATER)) == []
    assert len(events(book, "submission.received")) == 2


@pytest.mark.parametrize(("day", "late"), [("2026-04-15", 0), ("2026-04-16", 1), ("2026-05-15", 30)])
def test_lateness_is_recorded_and_refuses_nothing(book: Path, day: str, late: int) -> None:
    at = f"{day}T09:00:00+07:00"

    assert codes(certify(book, CHIEF, at=at)) == codes(certify(book, HEAD, at=at)) == []
    assert [e.data["late_days"] for e in events(book, "submission.certified")] == [late, late]
    assert [e.data["late_days"] for e in events(book, "submission.received")] == [late]


def test_a_late_file_says_so_in_its_event(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    assert small.hand_in(book, CLEAN, at="2026-04-13T09:00:00+07:00").accepted

    assert events(book, "submission.accepted")[-1].data["late_days"] == 3


def test_changed_rules_need_another_check_first(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certifying, "rule_pack", lambda _book: "f" * 64)

    assert codes(certify(book, ACCOUNTANT)) == ["J28"]
    again = check_again(book)
    assert (codes(again), again.standings[0].rule_pack) == ([], "f" * 64)
    assert codes(certify(book, ACCOUNTANT)) == []
    facts = events(book, "submission.checked")[-1].data
    assert (facts["warnings"], facts["justified"], facts["rule_pack"]) == (0, 0, "f" * 64)


def test_the_province_s_own_rules_belong_to_the_pack(book: Path) -> None:
    put(book, PHASE_IN, "rule,blocks_from,document\nE02,2027-01-01,15-QĐ/VPTU\n")

    assert codes(certify(book, ACCOUNTANT)) == ["J28"]


def test_another_check_counts_warnings_and_shows_them(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    small.hand_in(book, WARNED)

    assert codes(check_again(book)) == ["F40"]
    assert events(book, "submission.checked")[-1].data["warnings"] == 1


def test_what_blocks_by_now_is_shown_by_another_check_and_nothing_is_recorded(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    put(book, PHASE_IN, "rule,blocks_from,document\nV03,2026-04-15,15-QĐ/VPTU\n")
    red = small.vouchers(small.row("PC001"), small.row("PC009", amount="-100.000"))
    handed_in = small.hand_in(book, red)
    assert [f.rule for f in handed_in.findings] == ["V03"]
    assert handed_in.accepted

    assert codes(check_again(book, at="2026-04-14T23:59:00+07:00")) == ["V03"]
    on_the_day = check_again(book, at="2026-04-15T00:00:00+07:00")
    assert codes(on_the_day) == ["J30", "V03"]
    assert on_the_day.commit == ""
    assert codes(certify(book, ACCOUNTANT, at="2026-04-14T09:00:00+07:00")) == ["J29", "V03"]
    assert codes(certify(book, ACCOUNTANT, at="2026-04-15T09:00:00+07:00")) == ["J30", "V03"]


def test_a_returned_submission_waits_for_another_file(book: Path) -> None:
    certify(book, CHIEF)
    certify(book, HEAD)

    back = send_back(book)

    assert (codes(back), back.standings[0].stage) == ([], "returned")
    assert codes(certify(book, ACCOUNTANT)) == codes(certify(book, HEAD)) == ["J24"]
    assert small.hand_in(book, WARNED.replace(b"09/03/2026", b""), replace=True, reason="bổ sung", at=LATER).accepted
    assert small.at(book).stage == "checked"


def test_the_answers_to_a_return_go_with_the_accountant_s_certification(book: Path) -> None:
    send_back(book)
    small.hand_in(book, small.vouchers(small.row("PC001")), replace=True, reason="bổ sung", at=LATER)

    def sign(*answers: str) -> Outcome:
        return certifying.certify(Book.open(book), "T01", [MONTH], "", ACCOUNTANT, LATER, answers=answers)

    assert codes(sign("chỉ một")) == ["J37"]
    assert codes(sign("đã bổ sung", "đã bỏ")) == []
    assert small.at(book).returns[-1].answers == ("đã bổ sung", "đã bỏ")


def test_a_return_that_needs_no_other_file_is_answered_by_another_check(book: Path) -> None:
    send_back(book, items=())

    assert codes(check_again(book, "một", "hai")) == ["J37"]
    assert check_again(book).standings[0].stage == "returned"
    assert check_again(book, "Hồ sơ đã gửi ngày 12/4").standings[0].stage == "checked"
    assert codes(certify(book, ACCOUNTANT)) == []


def test_answers_where_nothing_was_returned_are_refused(book: Path) -> None:
    assert codes(check_again(book, "vâng")) == ["J37"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"until": "2026-04-14"}, "J33"),
        ({"until": "sớm"}, "J33"),
        ({"until": "2026-04-31"}, "J33"),
        ({"reason": " "}, "J34"),
    ],
)
def test_a_return_needs_a_reason_and_a_day_to_come(book: Path, words: dict[str, str], code: str) -> None:
    assert codes(send_back(book, **words)) == [code]
    assert small.at(book).stage == "checked"


def test_a_submission_is_returned_once(book: Path) -> None:
    send_back(book)

    assert codes(send_back(book)) == ["J36"]


def test_what_a_person_writes_is_kept_on_one_line_in_composed_letters(book: Path) -> None:
    send_back(book, reason="Thie\u0302\u0301u\nhồ sơ\x00 \udce1", items=(" a\tb ", " "))

    last = small.at(book).returns[-1]
    assert (last.reason, last.items) == ("Thiếu hồ sơ", ("a b",))


def test_an_extension_before_the_file_is_for_the_file(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)

    done = give_time(book, "2026-04-20")

    assert (done.standings[0].stage, done.standings[0].extensions[0].what) == ("draft", "submit")
    small.hand_in(book, CLEAN, at="2026-04-20T16:00:00+07:00")
    certify(book, CHIEF, at="2026-04-25T16:00:00+07:00")
    assert events(book, "submission.accepted")[-1].data["late_days"] == 0
    assert events(book, "submission.certified")[-1].data["late_days"] == 0


def test_an_extension_after_the_file_is_for_the_certification(book: Path) -> None:
    done = give_time(book, "2026-05-04")

    assert done.standings[0].extensions[0].what == "certify"
    certify(book, CHIEF, at="2026-05-05T16:00:00+07:00")
    assert events(book, "submission.certified")[-1].data["late_days"] == 1


def test_an_extension_of_an_answer_gives_the_answer_more_time(book: Path) -> None:
    send_back(book, until="2026-04-20")

    assert codes(give_time(book, "2026-04-20", at=LATER)) == ["J33"]
    assert give_time(book, "2026-04-27", at=LATER).standings[0].returns[-1].until == "2026-04-27"


@pytest.mark.parametrize(
    ("until", "document", "found"), [("2026-04-15", "15-CV", ["J33"]), ("2026-05-04", "", ["J34"])]
)
def test_an_extension_is_later_than_the_day_before_and_has_a_document(
    book: Path, until: str, document: str, found: list[str]
) -> None:
    assert codes(give_time(book, until, document=document)) == found


def test_nothing_is_left_to_extend_after_both_have_certified(book: Path) -> None:
    certify(book, CHIEF)
    certify(book, HEAD)

    assert codes(give_time(book, "2026-12-31")) == ["J36"]


def test_a_sealed_year_takes_no_step(book: Path) -> None:
    with Book.open(book).locked() as newest:
        change = newest.change("lanh.dao", "approver", LATER)
        change.event("settlement.sealed", unit="T01", period="2026")
        change.commit("T01 2026")

    found = [certify(book, ACCOUNTANT), send_back(book), give_time(book, "2026-05-04"), check_again(book)]

    assert [codes(done) for done in found] == [["J26"]] * 4


def test_openings_are_certified_too(book: Path) -> None:
    assert certify(book, CHIEF, "2025", kind="opening").standings[0].stage == "certified-accountant"


def put(book: Path, name: str, text: str) -> None:
    with Book.open(book).locked() as newest:
        change = newest.change("dieu.hanh", "operator", "2026-04-01T08:00:00+07:00")
        change.write(name, text.encode("utf-8"))
        change.commit(name)


def test_findings_name_unit_period_and_kind(book: Path) -> None:
    found = certify(book, HEAD).findings[0]

    assert replace(found, params={}) == replace(found, params={}, unit="T01", period=MONTH)
    assert found.params["kind"] == "vouchers"
