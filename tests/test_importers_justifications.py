"""Reasons instead of corrections: tied to what they were said about, to a rule and to a day."""

from __future__ import annotations

import zlib
from pathlib import Path

import certification_book as small
import pytest
import submission_cases as cases
from certification_book import ACCOUNTANT, CHIEF, HEAD, MONTH, WARNED, certify, codes, row, vouchers

from cli import common
from importers.desk import Outcome
from importers.forms import read_form
from importers.judging import catalogue
from importers.justifications import Justification, Subjects, given, mark
from importers.justifying import Reason, justify
from importers.layouts import LAYOUTS
from importers.submission import Submission
from ledger.book import Book
from ledger.findings import Finding
from ledger.scans import ScanStore
from ledger.units import RIGHTS

WHY = "Hóa đơn điện tử xuất sau ngày chi"
OTHER_ROWS_CHANGED = vouchers(
    row("PC000", amount="10.000"), row("PC015", amount="700.000", document="09/03/2026"), row("PC001", amount="999.000")
)
ITS_OWN_ROW_CHANGED = vouchers(row("PC001"), row("PC015", amount="700.001", document="09/03/2026"))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """March with one warning, F40 at PC015."""
    path = small.fresh(tmp_path)
    assert small.hand_in(path, WARNED).accepted
    return path


def say(book: Path, person: str = ACCOUNTANT, role: str = "accountant", **words: object) -> Outcome:
    reason = Reason(**({"rule": "F40", "document": "PC015", "reason": WHY} | words))  # type: ignore[arg-type]
    return justify(Book.open(book), small.slot(), person, role, reason, small.SIGNED)


def replaced(book: Path, data: bytes, at: str = small.LATER) -> Submission:
    return small.hand_in(book, data, replace=True, reason="bổ sung", at=at)


def reasons(done: Submission | Outcome) -> list[tuple[str, str]]:
    return [(f.voucher, f.justified) for f in done.findings if f.rule == "F40"]


def test_a_justified_warning_no_longer_stops_the_accountant(book: Path) -> None:
    done = say(book)

    assert reasons(done) == [("PC015", WHY)]
    assert small.at(book).justified == 1
    assert codes(certify(book, ACCOUNTANT)) == []


def test_it_stays_quiet_when_other_rows_change_and_its_own_moves(book: Path) -> None:
    say(book)

    assert reasons(replaced(book, OTHER_ROWS_CHANGED)) == [("PC015", WHY)]
    assert codes(certify(book, ACCOUNTANT, at=small.LATER)) == []


def test_it_speaks_again_when_its_own_row_changes(book: Path) -> None:
    say(book)

    assert reasons(replaced(book, ITS_OWN_ROW_CHANGED)) == [("PC015", "")]
    assert codes(certify(book, ACCOUNTANT, at=small.LATER)) == ["J29", "F40"]


def test_it_comes_back_with_the_row(book: Path) -> None:
    say(book)
    replaced(book, ITS_OWN_ROW_CHANGED)

    assert reasons(replaced(book, WARNED, at="2026-04-21T09:00:00+07:00")) == [("PC015", WHY)]


@pytest.mark.parametrize(("day", "found"), [("2026-04-20", []), ("2026-04-21", ["J29", "F40"])])
def test_it_ends_with_its_day(book: Path, day: str, found: list[str]) -> None:
    say(book, until="2026-04-20")

    assert codes(certify(book, ACCOUNTANT, at=f"{day}T09:00:00+07:00")) == found


def test_a_later_reason_takes_the_place_of_the_one_before(book: Path) -> None:
    say(book, until="2026-04-14")
    say(book, reason="Đã được Văn phòng đồng ý")

    assert reasons(replaced(book, OTHER_ROWS_CHANGED)) == [("PC015", "Đã được Văn phòng đồng ý")]


def test_the_same_said_again_is_no_change_and_another_s_word_is(book: Path) -> None:
    first = say(book)
    again = say(book)

    assert (bool(first.commit), again.commit, reasons(again)) == (True, "", [("PC015", WHY)])
    assert say(book, CHIEF, "chief_accountant").commit
    assert say(book).commit, "somebody else spoke in between"


def test_a_reason_for_one_row_is_for_that_row_alone(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    line = row("PC015", document="09/03/2026")
    small.hand_in(book, vouchers(line, row("PC015", amount="700.000", document="09/03/2026", about="Chi")))

    say(book, row=2)

    done = certify(book, ACCOUNTANT)
    assert codes(done) == ["J29", "F40"]
    assert done.findings[1].row == 3


def test_a_reason_for_a_document_is_for_all_its_rows_together(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    lines = [row("PC015", document="09/03/2026"), row("PC015", amount="700.000", document="09/03/2026")]
    small.hand_in(book, vouchers(*lines))

    say(book)

    assert codes(certify(book, ACCOUNTANT)) == []
    assert reasons(replaced(book, vouchers(*lines[:1]))) == [("PC015", "")]


def test_check_shows_the_reason_at_a_finding_of_the_rules(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    big = vouchers(row("PC001", amount="150.000.000"))
    assert [f.rule for f in small.hand_in(book, big).findings] == ["P02"]
    before = common.call(["check", str(book), "--unit", "T01"])[1]

    assert codes(say(book, rule="P02", document="PC001", reason="Tiền về quỹ trong ngày")) == ["P02"]

    assert "Tiền về quỹ" not in before
    assert "✓ Đã giải trình: Tiền về quỹ trong ngày" in common.call(["check", str(book), "--unit", "T01"])[1]
    assert codes(certify(book, ACCOUNTANT)) == []


def test_a_register_s_warning_is_justified_and_certified_like_a_voucher_s(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    earlier = (cases.BOOK / "T01-2026-02-trips.csv").read_bytes()
    gap, _ = cases.Case(cases.FOLDER / "239-trips-with-a-gap").file()
    assert small.hand_in(book, earlier, kind="trips", period="2026-02", at="2026-03-05T08:00:00+07:00").accepted
    assert [f.rule for f in small.hand_in(book, gap, kind="trips").findings] == ["G15"]
    assert codes(certify(book, ACCOUNTANT, kind="trips")) == ["J29", "G15"]

    said = Reason("G15", "", "Xe gửi sửa chữa, chạy thử 160 km")
    done = justify(Book.open(book), small.slot(kind="trips"), ACCOUNTANT, "accountant", said, small.SIGNED)

    assert [f.justified for f in done.findings] == ["Xe gửi sửa chữa, chạy thử 160 km"]
    assert certify(book, ACCOUNTANT, kind="trips").standings[0].stage == "certified-accountant"


def test_an_error_cannot_be_justified(book: Path) -> None:
    assert codes(say(book, rule="V01")) == ["J31"]
    assert small.at(book).justified == 0


@pytest.mark.parametrize(
    "words",
    [
        {"rule": "F40", "document": "PC001"},
        {"rule": "F40", "document": ""},
        {"rule": "F40", "row": 2},
        {"rule": "I02"},
        {"rule": "X99"},
    ],
)
def test_what_the_rules_do_not_say_cannot_be_justified(book: Path, words: dict[str, object]) -> None:
    done = say(book, **words)

    assert codes(done) == ["J32"]
    assert done.findings[0].expected == "F40 PC015"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"reason": " \n"}, "J34"),
        ({"until": "2026-04-13"}, "J33"),
        ({"until": "mai"}, "J33"),
        ({"paper": b"MZ"}, "J41"),
    ],
)
def test_a_reason_has_words_a_day_that_is_not_over_and_a_readable_paper(
    book: Path, words: dict[str, object], code: str
) -> None:
    assert codes(say(book, **words)) == [code]


def test_a_paper_is_kept_and_named_in_the_event(book: Path) -> None:
    paper = _png(300, 300)

    say(book, paper=paper, paper_name="xac-nhan.png")

    sha256 = Book.open(book).events("T01")[-1].data["attachment"]
    assert ScanStore(book).get(sha256) == paper


def test_after_the_accountant_s_certification_nothing_is_justified(book: Path) -> None:
    say(book)
    certify(book, CHIEF)

    assert codes(say(book)) == ["J36"]
    assert codes(certify(book, HEAD)) == []


@pytest.mark.parametrize(("person", "role"), [(HEAD, "head"), ("can.bo", "officer"), (ACCOUNTANT, "head")])
def test_only_the_unit_s_accountants_justify(book: Path, person: str, role: str) -> None:
    assert codes(say(book, person, role)) == ["J27"]
    assert {name for name, rights in RIGHTS.items() if "justify" in rights} == {"accountant", "chief_accountant"}


def test_a_warning_about_the_whole_file_lapses_with_any_row() -> None:
    form, other = (read_form(data, "f", LAYOUTS["vouchers"]) for data in (WARNED, ITS_OWN_ROW_CHANGED))
    warning = Finding("F20", file="f")
    key = Subjects(form).of(warning)[0]
    said = {key: Justification(*key, "chép từ Word", "a", "2026-04-01T00:00:00+07:00", "", "")}

    assert mark([warning], form, said, "2026-04-14")[0].justified == "chép từ Word"
    assert mark([warning], other, said, "2026-04-14")[0].justified == ""
    assert Subjects(form).of(warning) != Subjects(other).of(warning)


def test_an_error_carries_no_reason_even_if_an_event_gives_one() -> None:
    form = read_form(WARNED, "f", LAYOUTS["vouchers"])
    error = Finding("V01", row=3, voucher="PC015")
    key = Subjects(form).of(error)[0]
    said = {key: Justification(*key, "không sao", "a", "2026-04-01T00:00:00+07:00", "", "")}

    assert mark([error], form, said, "2026-04-14") == [error]
    assert mark([Finding("V01", row=3, voucher="PC015", blocks_from="2027-01-01")], form, said, "2026-04-14")[
        0
    ].justified


def test_reasons_are_read_from_the_unit_s_own_events(book: Path) -> None:
    say(book)
    events = Book.open(book).events()

    assert len(given(events, "T01")) == 1
    assert given(events, "T02") == {}
    one = next(iter(given(events, "T01").values()))
    assert (one.rule, one.document, one.actor, one.until) == ("F40", "PC015", ACCOUNTANT, "")
    assert catalogue().severity(Finding(one.rule)) == "warning"
    assert small.at(book, MONTH).stage == "checked"


def _png(width: int, height: int) -> bytes:
    """A whole white picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    body = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
