"""The year-end run on a real book: one commit that adds up, proved by `verify`, and taken back to what was before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from submission_cases import hand_in
from year_end_books import AUTONOMY, CONTRACT, add_officer, ask, asked, close, codes

from importers import carrying
from importers.carrying import Outcome
from importers.judging import catalogue
from importers.proof import problems
from importers.rechecking import look
from importers.slots import Slot
from ledger import estimates
from ledger.book import Book
from reports import settlement_figures as figures

pytest_plugins = ("submission_fixtures",)

RUN, BACK = "19-QĐ/VPTU", "40-QĐ/VPTU"
VOUCHERS = (
    "\ufeffSố chứng từ;Ngày hạch toán;Ngày chứng từ;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB;"
    "Năm ngân sách;Chứng từ gốc\n"
)
DECISIONS = "\ufeffSố quyết định;Ngày;Loại;Đơn vị nhận;Nguồn;Khoản;Tiểu mục hoặc nhóm;Số tiền;Năm ngân sách\n"


@pytest.fixture(scope="module")
def asked_book(case_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """T01 asks to carry over 450 of the 497,9 million that are left of 2025."""
    path = Path(shutil.copytree(case_book, tmp_path_factory.mktemp("asked") / "book", symlinks=True))
    add_officer(path)
    assert ask(path, AUTONOMY.format(amount="400.000.000"), CONTRACT.format(amount="50.000.000")).accepted
    return path


@pytest.fixture
def book(asked_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(asked_book, tmp_path / "book", symlinks=True))


@pytest.fixture(scope="module")
def closed_book(asked_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after the run."""
    path = Path(shutil.copytree(asked_book, tmp_path_factory.mktemp("closed") / "book", symlinks=True))
    assert close(path, RUN).accepted
    return path


@pytest.fixture
def closed(closed_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(closed_book, tmp_path / "book", symlinks=True))


def take_back(path: Path, number: str = BACK, run: str = RUN, day: str = "2026-03-10") -> Outcome:
    return carrying.take_back(Book.open(path), run, asked(number, day))


def sums(path: Path, *kinds: str) -> dict[tuple[str, ...], int]:
    """What the registers of both years hold of some kinds, by kind, year, unit, source, clause, item, category."""
    table = pd.DataFrame(Book.open(path).estimates())
    table = table[table["kind"].isin(kinds or ("carry", "carry-received", "carry-out", "cancel"))]
    names = ["kind", "budget_year", "unit", "source", "clause", "item", "category"]
    found = table.groupby(names)["amount"].sum()
    return {tuple(map(str, key)): int(amount) for key, amount in found.items() if amount and key[2] == "T01"}


def seal(path: Path, year: str) -> None:
    with Book.open(path).locked() as book:
        change = book.change("lanh.dao", "approver", None)
        change.event("settlement.sealed", unit="T01", period=year)
        change.commit("seal")


def vouchers(path: Path, period: str, *rows: str, **command: object) -> list[str]:
    done = hand_in(path, (VOUCHERS + "\n".join(rows) + "\n").encode(), "t.csv", unit="T01", period=period, **command)
    return ["accepted"] if done.accepted else codes(done)


def test_a_dry_run_shows_every_line_and_writes_nothing(asked_book: Path) -> None:
    before = Book.open(asked_book).commit

    done = close(asked_book, RUN, dry_run=True)

    (line,) = done.plan
    assert (done.accepted, done.receipts, done.commit) == (True, (), "")
    assert (line.figures.estimate, line.figures.spent) == (500_000_000, 2_100_000)
    assert line.by_category() == {"autonomy": 400_000_000, "purchases": 50_000_000}
    assert (line.carried, line.cancelled) == (450_000_000, 47_900_000)
    assert Book.open(asked_book).commit == before


def test_a_run_is_one_commit_with_a_receipt_for_each_year(book: Path) -> None:
    before = Book.open(book)

    done = close(book, RUN)

    after = Book.open(book)
    assert (done.accepted, done.findings, done.commit) == (True, (), after.commit)
    assert [receipt.split("-estimates")[0] for receipt in done.receipts] == ["VPTU-2025", "VPTU-2026"]
    assert len(after.events("VPTU")) == len(before.events("VPTU")) + 2
    assert list(problems(after)) == []
    assert sums(book) == {
        ("carry-out", "2025", "T01", "13", "351", "", ""): 450_000_000,
        ("cancel", "2025", "T01", "13", "351", "", ""): 47_900_000,
        ("carry", "2026", "T01", "13", "351", "", "autonomy"): 400_000_000,
        ("carry", "2026", "T01", "13", "351", "", "purchases"): 50_000_000,
    }


def test_what_came_in_is_posted_to_008_and_what_left_is_not(closed_book: Path) -> None:
    table = Book.open(closed_book).postings(["T01"])
    given = table[(table["entry"] == "estimate") & (table["code"] != "")]

    assert given[given["period"] == "2025"]["amount"].sum() == 500_000_000
    assert given[given["period"] == "2026"]["amount"].sum() == 600_000_000 + 50_000_000 + 450_000_000


def test_the_lines_of_the_settlement_form_agree_with_the_run(asked_book: Path, closed_book: Path) -> None:
    """Lines 24 and 32 before and after; 09 is what was assigned, run or no run."""
    before, after = (_lines(path) for path in (asked_book, closed_book))

    assert (after["09"], after["10"]) == (before["09"], before["10"])
    assert after["32"] == sum(sums(closed_book, "carry-out").values()) == 450_000_000
    assert after["24"] == sum(sums(closed_book, "cancel").values()) == 47_900_000
    assert (after["28"], after["35"]) == (0, 0)
    assert after["04"] + after["09"] == after["15"] + after["24"] + after["32"]


def test_run_taken_back_and_run_again_gives_what_the_run_gave(closed: Path) -> None:
    ran = sums(closed)

    back = take_back(closed)
    empty = sums(closed)
    again = close(closed, "50-QĐ/VPTU", day="2026-03-11")

    assert (back.accepted, back.findings) == (True, ())
    assert {line.reverses for line in back.lines} == {RUN}
    assert empty == {}
    assert (again.accepted, sums(closed)) == (True, ran)
    assert list(problems(Book.open(closed))) == []


def test_a_run_is_taken_back_once_and_only_a_run(closed: Path) -> None:
    assert codes(take_back(closed, run="210-QĐ/VPTU")) == ["J67"]
    assert codes(take_back(closed, run="nothing")) == ["J67"]
    assert take_back(closed).accepted
    assert codes(take_back(closed, "41-QĐ/VPTU")) == ["J68"]
    assert codes(take_back(closed, "41-QĐ/VPTU", run=BACK)) == ["J67"]


def test_a_run_whose_money_was_used_cannot_be_taken_back(closed: Path) -> None:
    row = "UNC030;10/05/2026;10/05/2026;Sửa nhà;;008212;700.000.000;13;351;6907;Thực chi;2026;"
    assert vouchers(closed, "2026-05", row) == ["accepted"]
    before = Book.open(closed).commit

    done = take_back(closed)

    assert not done.accepted
    assert {"F63", "E02"} <= set(codes(done))
    assert Book.open(closed).commit == before


def test_nothing_more_is_used_of_a_closed_line(closed: Path) -> None:
    row = "UNC121;31/12/2025;31/12/2025;Tiền nước;;008212;1.000;13;351;6502;Thực chi;2025;"

    assert "E21" in vouchers(closed, "2025-13", row)
    take_back(closed)
    assert vouchers(closed, "2025-13", row) == ["accepted"]


def test_a_closed_year_takes_no_further_request(closed: Path) -> None:
    more = ask(closed, AUTONOMY.format(amount="1.000"), replace=True, reason="thêm")

    assert (more.accepted, codes(more)[0]) == (False, "G87")


def test_a_request_that_the_run_has_fulfilled_is_no_mistake_when_it_is_looked_at_again(closed: Path) -> None:
    (looked,) = look(Book.open(closed), [Slot.of("T01", "2025", "carryover")], "2026-03-10")

    assert [finding.rule for finding in looked.findings if catalogue().blocks(finding)] == []


def test_a_second_run_has_nothing_to_close(closed: Path) -> None:
    assert codes(close(closed, "22-QĐ/VPTU")) == ["J66"]


def test_the_number_of_a_decision_is_used_once(book: Path) -> None:
    assert codes(close(book, "210-QĐ/VPTU")) == ["J60"]


@pytest.mark.parametrize(
    ("day", "early", "found"),
    [("2026-01-31", "", ["J61"]), ("2026-02-01", "", []), ("2026-01-20", "12-CV/BTC", []), ("2027-01-01", "", ["J65"])],
)
def test_a_run_waits_for_the_end_of_the_adjustment_period(
    asked_book: Path, day: str, early: str, found: list[str]
) -> None:
    assert codes(close(asked_book, RUN, day=day, early=early, dry_run=True)) == found


def test_the_document_of_an_early_run_stands_in_its_event(book: Path) -> None:
    close(book, RUN, day="2026-01-20", early="12-CV/BTC")

    event = Book.open(book).events("VPTU")[-1]
    assert event.data["year_end"] == {"year": "2025", "early": "12-CV/BTC", "reverses": ""}


@pytest.mark.parametrize(("year", "found"), [("2025", "J62"), ("2026", "F58")])
def test_a_sealed_year_is_left_alone(book: Path, year: str, found: str) -> None:
    seal(book, year)

    assert found in codes(close(book, RUN))


def test_a_sealed_year_keeps_its_run(closed: Path) -> None:
    seal(closed, "2025")

    assert codes(take_back(closed)) == ["J62"]


def test_a_unit_without_a_request_loses_what_is_left_and_that_is_told(case_copy: Path) -> None:
    done = close(case_copy, RUN, dry_run=True)

    assert (done.accepted, codes(done)) == (True, ["J63"])
    assert (done.findings[0].difference, [line.kind for line in done.lines]) == (497_900_000, ["cancel"])


def test_what_was_carried_over_by_hand_is_not_carried_twice(book: Path) -> None:
    """A decision handed in as a file has carried 300 million already; the run carries the other 150."""
    row = "18-QĐ/VPTU;10/02/2026;Chuyển nguồn;T01;13;351;;300.000.000;2026\n"
    taken = hand_in(book, (DECISIONS + row).encode(), "qd.csv", unit="VPTU", period="2026", kind="estimates")

    done = close(book, RUN)

    assert taken.accepted
    assert done.accepted
    assert {(line.kind, line.category): line.amount for line in done.lines} == {
        ("carry-out", ""): 450_000_000,
        ("cancel", ""): 47_900_000,
        ("carry", "autonomy"): 100_000_000,
        ("carry", "purchases"): 50_000_000,
    }


def test_money_received_is_carried_over_beside_the_estimate(case_copy: Path) -> None:
    advance = "RTU01;20/12/2025;20/12/2025;Tạm ứng hội nghị;;008211;20.000.000;13;351;6651;Tạm ứng;2025;"
    december = (Path(__file__).parent / "cases" / "submissions" / "_book" / "T01-2025-12.csv").read_text("utf-8-sig")
    kept = [";".join(row.split(";")[:12]) + ";" for row in december.strip().split("\n")[1:]]
    assert vouchers(case_copy, "2025-12", *kept, advance, replace=True, reason="thêm tạm ứng") == ["accepted"]
    received = "Kinh phí đã nhận;13;351;6651;20.000.000;Mua sắm, sửa chữa có hợp đồng;HĐ-1;31/12/2025;Hội nghị"
    assert ask(case_copy, received).accepted

    done = close(case_copy, RUN)

    assert (done.accepted, done.plan[0].figures.advances, done.plan[0].received) == (True, 20_000_000, 20_000_000)
    found = sums(case_copy)
    assert found[("carry-received", "2026", "T01", "13", "351", "6651", "purchases")] == 20_000_000
    assert found[("cancel", "2025", "T01", "13", "351", "", "")] == 477_900_000
    lines = _lines(case_copy)
    assert (lines["31"], lines["23"], lines["24"]) == (20_000_000, 0, 477_900_000)
    assert codes(close(case_copy, "20-QĐ/VPTU")) == ["J66"]


def test_a_run_belongs_to_one_assigning_unit_and_to_units_with_books(book: Path) -> None:
    assert codes(close(book, RUN, "T01", "XA01")) == ["J69"]
    assert codes(close(book, RUN, "T01", "DN")) == ["F51"]
    assert codes(close(book, RUN, "T01", "ZZ")) == ["F50"]


def test_several_units_are_closed_by_one_decision(book: Path) -> None:
    row = "5/QĐ-UBND;02/01/2025;Giao đầu năm;VPTU;13;351;;70.000.000;2025\n"
    assert hand_in(book, (DECISIONS + row).encode(), "qd.csv", unit="VPTU", period="2025", kind="estimates").accepted

    done = close(book, RUN, "VPTU", "T01")

    assert (done.accepted, codes(done), len(done.receipts)) == (True, ["J63"], 2)
    assert {line.unit: line.amount for line in done.lines if line.kind == "cancel"} == {
        "VPTU": 70_000_000,
        "T01": 47_900_000,
    }


def test_the_units_of_the_office_are_those_that_it_assigns_to(case_book: Path) -> None:
    assert carrying.all_units(Book.open(case_book), "2025") == ["VPTU", "T01", "T02"]


def test_money_held_back_of_a_whole_clause_is_divided_before_a_run(book: Path) -> None:
    rows = "05-QĐ/VPTU;01/06/2025;Bổ sung;T01;13;351;6650;10.000.000;2025\n"
    rows += "06-QĐ/VPTU;02/06/2025;Giữ lại;T01;13;351;;5.000.000;2025\n"
    assert hand_in(book, (DECISIONS + rows).encode(), "qd.csv", unit="VPTU", period="2025", kind="estimates").accepted

    done = close(book, RUN)

    assert (done.accepted, codes(done)) == (False, ["J64"])


def test_the_decision_reads_like_one_that_was_handed_in(closed_book: Path) -> None:
    book = Book.open(closed_book)
    event = book.events("VPTU")[-1]

    text = (book.read(event.data["path"]) or b"").decode("utf-8-sig")
    again = hand_in(
        closed_book, (book.read(event.data["path"]) or b""), "qd.csv", unit="VPTU", period="2026", kind="estimates"
    )

    assert f"{RUN};12/02/2026;Chuyển nguồn;T01;13;351;;400.000.000;2026" in text
    assert (again.accepted, again.unchanged, again.receipt) == (True, True, event.data["receipt"])


def test_a_wrong_amount_of_an_approved_year_is_recovered_in_the_open_one(closed: Path) -> None:
    """The approved year takes nothing; the recovery names the voucher it corrects and is booked in the open year."""
    seal(closed, "2025")
    wrong = "DC01;31/12/2025;31/12/2025;Giảm tiền điện;;008212;-500.000;13;351;6501;Khôi phục;2025;UNC091"
    recovery = "PT010;20/05/2026;20/05/2026;Thu hồi tiền điện chi sai năm 2025;1111;3338;500.000;;;;;;UNC091"

    assert "P01" in vouchers(closed, "2025-13", wrong)
    assert vouchers(closed, "2026-05", recovery) == ["accepted"]


def _lines(path: Path) -> dict[str, int]:
    """The B01/BCQT lines of T01 for 2025."""
    book = Book.open(path)
    basis = figures.Basis.of(book.chart, book.index, book.regulations, 2025)
    table = figures.facts(book.postings(["T01"]), book.estimates(), basis, "T01", 2025)
    return {line: int(amount) for line, amount in basis.form.figures(figures.measures(table)).items()}


def test_the_registers_are_canonical_after_run_and_taking_back(closed: Path) -> None:
    take_back(closed)

    for year in ("2025", "2026"):
        name = estimates.register_name(year)
        assert estimates.read(Book.open(closed).read(name), name)
