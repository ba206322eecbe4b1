"""The settlement's way from open to sealed: rights, states, people, and what each step leaves in the book."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import settlement_book as small
import settlement_cases as cases
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from settlement_book import DECISIONS, Desk, codes

from ledger import signatures
from ledger.errors import BadKeyError, UsageProblem
from reports import settlement, settlement_report, settlement_signing, statement
from reports.settlement_state import STATES, STEPS
from reports.settlement_step import BadYearError, catalogue

RIGHT, WRONG = "câu mật khẩu", "câu khác"


@pytest.fixture(scope="module")
def stages() -> dict[str, Path]:
    """One book at every stage; tests take copies."""
    return small.stages()


@pytest.fixture
def at(stages: dict[str, Path], tmp_path: Path) -> Callable[[str], Desk]:
    def copy(stage: str) -> Desk:
        return Desk(Path(shutil.copytree(stages[stage], tmp_path / stage, symlinks=True)))

    return copy


def test_the_whole_way_ends_sealed_with_two_signatures_and_two_papers(stages: dict[str, Path]) -> None:
    desk = Desk(stages["seal"])
    shown = settlement.show(desk.book, "T01", "2025")

    assert shown.state == "sealed"
    assert shown.details["signatures"] == ["settlement/2025/T01/reviewer", "settlement/2025/T01/approver"]
    assert (shown.details["reported"], shown.details["reviewed"]) == (30_500_000, 28_000_000)
    names = desk.book.names("settlements/2025/T01/")
    assert [name.rpartition("/")[2] for name in names] == [
        "bien-ban.pdf",
        "decisions.beancount",
        "documents.json",
        names[3].rpartition("/")[2],
        "statement.json",
        "thong-bao.pdf",
    ]
    assert desk.book.read(names[3]) == DECISIONS
    assert list(settlement.problems(desk.book)) == []


def test_each_step_is_one_commit_with_one_event(stages: dict[str, Path]) -> None:
    books = {stage: Desk(path).book for stage, path in stages.items()}
    counts = [(len(list(b.history.commits())), len(b.events("T01"))) for b in books.values()]

    assert [(c - counts[0][0], e - counts[0][1]) for c, e in counts] == [(n, n) for n in range(7)]


def test_stock_git_verifies_both_signatures_and_the_book_is_clean(stages: dict[str, Path]) -> None:
    path = stages["seal"]
    signers = f"gpg.ssh.allowedSignersFile={path / 'registers/allowed_signers'}"
    for role in ("reviewer", "approver"):
        command = ["git", "-C", str(path), "-c", "gpg.format=ssh", "-c", signers]
        checked = subprocess.run(
            [*command, "verify-tag", f"settlement/2025/T01/{role}"], capture_output=True, text=True, check=False
        )
        if "ssh-keygen" in checked.stderr and "cannot run" in checked.stderr:
            pytest.skip("no ssh-keygen on this machine")
        assert checked.returncode == 0, checked.stderr
    status = subprocess.run(["git", "-C", str(path), "status", "--porcelain"], capture_output=True, check=True)
    assert status.stdout == b""


@pytest.mark.parametrize("stage", ["new", "open", "decide", "review", "approve", "documents", "seal"])
def test_a_step_that_the_state_does_not_allow_is_refused_for_everyone(stage: str, stages: dict[str, Path]) -> None:
    """Every (state, step) pair that is not in STEPS gives S07 and leaves HEAD alone."""
    desk = Desk(stages[stage])
    state, head = settlement.show(desk.book, "T01", "2025").state, desk.book.commit
    late = "2026-05-01T09:00:00+07:00"
    steps = {
        "open": lambda: desk.open(at=late),
        "decide": lambda: desk.decide(at=late),
        "return": lambda: desk.send_back(deadline="2026-06-01", at=late),
        "review": lambda: desk.review(person="khoa", at=late),
        "approve": lambda: desk.approve(at=late),
        "documents": lambda: desk.documents(at=late),
        "seal": lambda: desk.seal(at=late),
    }
    assert state in STATES
    for name, allowed in STEPS.items():
        if state not in allowed:
            assert "S07" in codes(steps[name]()), (state, name)
    assert desk.book.commit == head


@pytest.mark.parametrize("person", ["nga", "hau", "thang", "nobody"])
def test_who_has_no_right_cannot_open(person: str, stages: dict[str, Path]) -> None:
    assert codes(Desk(stages["new"]).open(person)) == ["S08"]


@pytest.mark.parametrize(
    ("unit", "code", "words"),
    [
        ("VPTU", "S03", "thủ trưởng chịu trách nhiệm"),
        ("XA01", "S04", "ngân sách cấp xã"),
        ("DNIN", "S05", "không có quyết toán"),
        ("T99", "S01", "T99"),
    ],
)
def test_who_does_not_settle_here_is_told_why(unit: str, code: str, words: str, stages: dict[str, Path]) -> None:
    done = Desk(stages["new"]).open(unit=unit)

    assert codes(done) == [code]
    assert words in catalogue().message(done.findings[0], "vi")
    assert "?" not in catalogue().message(done.findings[0], "en")


def test_the_office_s_own_books_are_refused_with_the_article(stages: dict[str, Path]) -> None:
    done = Desk(stages["new"]).open(unit="VPTU")

    assert "Khoản 5 Điều 69" in catalogue().render(done.findings[0], "vi")["article"]


@pytest.mark.parametrize(
    ("year", "when", "code"),
    [
        ("2026", small.OPENED, "S02"),
        ("2025", "2026-01-31T09:00:00+07:00", "S28"),
    ],
)
def test_a_year_is_settled_when_it_and_its_adjustment_period_are_over(
    year: str, when: str, code: str, stages: dict[str, Path]
) -> None:
    assert codes(Desk(stages["new"]).open(year=year, at=when)) == [code]


@pytest.mark.parametrize("year", ["25", "2025a", "", "1999", "２０２５"])
def test_a_year_that_is_none_is_wrong_usage(year: str, stages: dict[str, Path]) -> None:
    with pytest.raises(BadYearError) as caught:
        Desk(stages["new"]).open(year=year)

    assert caught.value.exit_code == 2


def test_missing_months_are_named(tmp_path: Path) -> None:
    small.make(tmp_path / "book", "rejected-item", months=10)

    done = Desk(tmp_path / "book").open()

    assert codes(done) == ["S06"]
    assert done.findings[0].value == "2025-11, 2025-12"


def test_blocking_findings_of_the_rules_stop_the_review(tmp_path: Path) -> None:
    path = tmp_path / "book"
    book = small.make(path, "rejected-item")
    name = "registers/estimates/2025.csv"
    change = book.change("nga", "accountant", small.EARLIER)
    change.write(name, (book.read(name) or b"").replace(b",50000000,", b",5000000,"))
    change.commit("a smaller estimate")

    done = Desk(path).open()

    assert "S20" in codes(done)
    assert done.state == "not-opened"


def test_the_submitter_cannot_review_even_with_the_role(at: Callable[[str], Desk]) -> None:
    desk = at("decide")
    change = desk.book.change("hanh", "reviewer", "2026-04-11T10:00:00+07:00")
    change.event("submission.accepted", unit="T01", period="2025-07", kind="vouchers/cash")
    change.commit("T01 2025-07: handed in by the reviewer herself")

    done = desk.review()

    assert codes(done) == ["S10"]
    assert "người nộp chứng từ" in catalogue().message(done.findings[0], "vi")


def test_one_person_cannot_sign_twice_without_a_decision(at: Callable[[str], Desk]) -> None:
    desk = at("decide")
    people = desk.book.read("registers/people.csv") or b""
    change = desk.book.change("ha", "officer", "2026-04-11T10:00:00+07:00")
    change.write("registers/people.csv", people + people.split(b"\n")[5].replace(b",reviewer,", b",approver,") + b"\n")
    change.commit("one person, two roles")
    assert codes(desk.review()) == []

    refused, allowed = desk.approve("hanh"), desk.approve("hanh", exception="QĐ 45-QĐ/VPTU ngày 01/04/2026")

    assert codes(refused) == ["S10"]
    assert (codes(allowed), allowed.state) == ([], "approved")
    assert list(settlement.problems(desk.book)) == []
    desk.documents()
    record = json.loads(desk.book.read("settlements/2025/T01/documents.json") or b"")["record"]
    assert record["exceptions"] == ["QĐ 45-QĐ/VPTU ngày 01/04/2026"]


def test_a_pending_decision_blocks_the_signature(at: Callable[[str], Desk]) -> None:
    desk = at("decide")
    header = DECISIONS.split(b"\r\n" if b"\r\n" in DECISIONS else b"\n")[0]
    data = header + "\nUNC032;5;;Chờ xử lý;100;Thiếu hóa đơn;Điều 69;;;;;\n".encode()
    assert codes(desk.decide(data=data)) == []

    assert codes(desk.review()) == ["S11"]


def test_only_the_person_s_own_key_signs(at: Callable[[str], Desk]) -> None:
    desk = at("decide")
    head = desk.book.commit

    stranger, colleague = Ed25519PrivateKey.generate(), signatures.practice_key("khoa")

    assert codes(desk.review(key=stranger)) == ["S24"]
    assert codes(desk.review(key=colleague)) == ["S24"]
    assert desk.book.commit == head
    assert desk.book.history.tags() == []


def test_a_key_file_needs_its_passphrase(at: Callable[[str], Desk], tmp_path: Path) -> None:
    desk, file = at("decide"), tmp_path / "hanh.key"
    signatures.write_private_key(signatures.practice_key("hanh"), file, RIGHT)
    arguments = (desk.book, "T01", "2025", "reviewer", file, "hanh", "reviewer", small.REVIEWED)

    with pytest.raises(BadKeyError):
        settlement.sign(*arguments, passphrase=WRONG)
    assert settlement.sign(*arguments, passphrase=RIGHT).state == "reviewed"


def test_an_interrupted_signature_is_completed_by_the_same_person(
    at: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program dies between the commit and the tag; the same command finishes the work, without a new commit."""
    desk = at("decide")
    monkeypatch.setattr("reports.settlement_signing._tag", _die)
    with pytest.raises(KeyboardInterrupt):
        desk.review()
    monkeypatch.undo()
    head = desk.book.commit
    assert [p.kind for p in settlement.problems(desk.book)] == ["signature"]
    assert codes(desk.review(person="khoa")) == ["S07"]

    assert codes(desk.review()) == []

    assert desk.book.commit == head
    assert list(settlement.problems(desk.book)) == []


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_approver_signs_only_what_the_book_still_bears_out(at: Callable[[str], Desk]) -> None:
    desk = at("review")
    table = cases.case_postings("rejected-item")
    rows = table[table["period"] == "2025-09"].reset_index(drop=True).assign(voucher="NKP02")
    from ledger import journal  # noqa: PLC0415 - only here

    small.put(
        desk.book,
        "units/T01/2025/2025-10.beancount",
        journal.render(rows.assign(period="2025-10")),
        "2025-10",
        at="2026-04-12T10:00:00+07:00",
    )

    done = desk.approve()

    assert set(codes(done)) == {"S21"}
    assert done.state == "reviewed"


def test_a_decision_whose_row_was_changed_meanwhile_must_be_taken_again(at: Callable[[str], Desk]) -> None:
    desk = at("decide")
    text = (desk.book.read("units/T01/2025/2025-08.beancount") or b"").decode()
    mended = text.replace("8000000 ", "7900000 ")
    small.put(desk.book, "units/T01/2025/2025-08.beancount", mended, "2025-08", at="2026-04-11T12:00:00+07:00")

    done = desk.review()

    assert codes(done) == ["S23"]
    assert done.findings[0].value == "UNC032"


def test_a_line_below_nought_is_a_warning_and_no_obstacle(at: Callable[[str], Desk]) -> None:
    desk = at("open")
    row = ";;09;Điều chỉnh;-40.000.000;Quyết định giao sai;Điều 69;;;;;"

    done = desk.decide(data=DECISIONS.split(b"\n")[0] + b"\n" + row.encode() + b"\n")

    assert [(f.rule, f.value, f.difference) for f in done.findings] == [("S25", "24", -20_500_000)]
    assert done.files
    assert not catalogue().blocks(done.findings[0])


def test_the_office_s_books_of_2024_belong_to_the_finance_agency(stages: dict[str, Path]) -> None:
    done = Desk(stages["new"]).open(unit="VPTU", year="2024")

    assert codes(done) == ["S29"]
    assert "83/2015/QH13" in catalogue().message(done.findings[0], "vi")


def test_every_finding_of_the_room_is_raised_and_every_raised_one_has_texts() -> None:
    folder = Path(settlement.__file__).parent
    raised = set(re.findall(r'"(S\d\d)"', "".join(path.read_text("utf-8") for path in folder.glob("*.py"))))

    assert raised == {entry.code for entry in catalogue()}


def test_a_return_needs_a_reason_and_a_date_that_is_not_over(stages: dict[str, Path]) -> None:
    desk = Desk(stages["decide"])

    assert codes(desk.send_back(reason=" ")) == ["S22"]
    assert codes(desk.send_back(deadline="2026-04-01")) == ["S22"]
    assert codes(desk.send_back(deadline="30/04/2026")) == ["S22"]


def test_after_a_return_decisions_survive_for_unchanged_rows_and_a_new_round_is_signed(
    at: Callable[[str], Desk],
) -> None:
    desk = at("review")
    assert desk.send_back(at="2026-04-13T10:00:00+07:00").state == "returned"
    text = (desk.book.read("units/T01/2025/2025-08.beancount") or b"").decode()
    mended = text.replace("4000000 MEMO", "3900000 MEMO").replace("4000000 VND", "3900000 VND")
    small.put(desk.book, "units/T01/2025/2025-08.beancount", mended, "2025-08", at="2026-04-14T08:00:00+07:00")

    reopened = desk.open(at="2026-04-15T08:00:00+07:00")

    kept = settlement.show(desk.book, "T01", "2025").details
    assert reopened.state == "open"
    assert [d["voucher"] for d in kept["decisions"]] == ["UNC032", "", "UNC031"]
    assert kept["lapsed"] == []
    assert desk.review(at="2026-04-16T08:00:00+07:00").state == "reviewed"
    assert desk.approve(at="2026-04-17T08:00:00+07:00").state == "approved"
    assert [tag.name for tag in desk.book.history.tags()] == [
        "settlement/2025/T01/approver-2",
        "settlement/2025/T01/reviewer",
        "settlement/2025/T01/reviewer-2",
    ]
    assert list(settlement.problems(desk.book)) == []


def test_deciding_the_same_file_again_changes_nothing(at: Callable[[str], Desk]) -> None:
    desk = at("decide")
    head = desk.book.commit

    done = desk.decide()

    assert (codes(done), done.files, desk.book.commit) == ([], (), head)


def test_a_file_with_a_finding_leaves_the_book_alone(at: Callable[[str], Desk]) -> None:
    desk = at("open")
    head = desk.book.commit

    assert codes(desk.decide(data=DECISIONS.replace(b"UNC032", b"UNC999"))) == ["S13"]
    assert desk.book.commit == head


def test_the_reviewed_figures_are_what_the_report_shows(stages: dict[str, Path]) -> None:
    found = settlement_report.settlement(Desk(stages["seal"]).book, "T01", 2025).lines()
    row = found[found["line"] == "23"].iloc[0]

    assert (row["reported"], row["reviewed"], row["difference"]) == (0, 2_500_000, 2_500_000)


def test_the_statement_is_canonical_and_holds_no_number(stages: dict[str, Path]) -> None:
    data = Desk(stages["review"]).book.read("settlements/2025/T01/statement.json") or b""
    read = json.loads(data)

    assert statement.canonical(read) == data
    assert next(x for x in read["lines"] if x["line"] == "17") == {
        "line": "17",
        "reported": "30500000",
        "reviewed": "28000000",
    }
    assert read["files"].keys() == {
        "units/T01/2025/2025-08.beancount",
        "units/T01/2025/2025-09.beancount",
        "units/T01/2025/2025-estimates.beancount",
    }
    with pytest.raises(TypeError):
        statement.canonical({"amount": 1})


def test_a_real_book_asks_for_a_key() -> None:
    real = SimpleNamespace(settings=SimpleNamespace(practice=False))

    with pytest.raises(UsageProblem):
        settlement_signing._key(real, None, "hanh", None)
