"""Decisions: the file of a reviewer, the Beancount entries they become, and the figures that follow."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import settlement_cases as cases
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.findings import Finding
from reports import decision_file, decisions, settlement_figures
from reports.decision_file import Reported
from reports.decisions import Decision, DecisionsDamagedError
from reports.form_data import load_form
from reports.settlement_step import catalogue

FORM = load_form("B01-BCQT")
FACTS = cases.case_facts("rejected-item")
HEADER = "Số chứng từ;Dòng;Mã số;Quyết định;Số tiền;Lý do;Căn cứ;Minh chứng;Ghi chú;Nguồn;Khoản;Tiểu mục"
GOOD = "UNC032;5;18;Xuất toán;2.500.000;Vượt định mức;Điều 12;;;;;"


def read(*rows: str, header: str = HEADER, before: tuple[Decision, ...] = ()) -> tuple[list[Decision], list[Finding]]:
    data = "\n".join([header, *rows]).encode()
    reported = Reported("T01", FACTS, FORM)
    return decision_file.read_decisions(data, "qd.csv", reported, date="2026-04-11", person="ha", before=before)


def codes(*rows: str, header: str = HEADER) -> list[str]:
    return [finding.rule for finding in read(*rows, header=header)[1]]


def reviewed(taken: list[Decision]) -> dict[str, int]:
    return FORM.figures(settlement_figures.measures(decisions.reviewed(FACTS, taken, FORM)))


def test_a_rejection_lowers_what_is_settled_and_raises_what_is_to_be_paid_back() -> None:
    taken, findings = read(GOOD)
    before, after = reviewed([]), reviewed(taken)

    assert findings == []
    assert (after["18"] - before["18"], after["23"] - before["23"]) == (-2_500_000, 2_500_000)
    assert after["24"] == before["24"]


def test_an_approval_and_a_pending_decision_change_no_figure() -> None:
    taken, findings = read(
        "UNC032;;;Chấp nhận;8.000.000;;;;;;;", "UNC033;;;Chờ xử lý;1.000.000;Thiếu hóa đơn;Điều 69;;;;;"
    )

    assert findings == []
    assert reviewed(taken) == reviewed([])


def test_the_english_file_says_the_same() -> None:
    english, _ = read(
        "UNC032,5,18,rejected,2500000,Vượt định mức,Điều 12", header="voucher,row,line,action,amount,reason,article"
    )

    assert english == read(GOOD)[0]


def test_a_later_decision_on_the_same_row_replaces_the_earlier_one() -> None:
    first, _ = read(GOOD)
    second, findings = read(GOOD.replace("2.500.000", "1.000.000"), before=tuple(first))

    assert findings == []
    assert [decision.amount for decision in second] == [1_000_000]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("UNC099;;;Xuất toán;1.000;L;Đ;;;;;", "S13"),
        ("UNC032;2;;Xuất toán;1.000;L;Đ;;;;;", "S13"),
        ("UNC032;;;Xuất toán;0;L;Đ;;;;;", "S15"),
        ("UNC032;;;Xuất toán;-1.000;L;Đ;;;;;", "S15"),
        ("UNC032;;;Xuất toán;1,5;L;Đ;;;;;", "S15"),
        ("UNC032;;;Bỏ;1.000;L;Đ;;;;;", "S16"),
        (";;18;Xuất toán;1.000;L;Đ;;;13;351;6501", "S16"),
        ("UNC032;;19;Xuất toán;1.000;L;Đ;;;;;", "S17"),
        (";;17;Điều chỉnh;1.000;L;Đ;;;;;", "S17"),
        (";;42;Điều chỉnh;1.000;L;Đ;;;;;", "S17"),
        ("UNC032;;;Xuất toán;1.000;;Đ;;;;;", "S18"),
        ("UNC032;;;Xuất toán;1.000;L;;;;;;", "S18"),
        (";;18;Điều chỉnh;1.000;L;Đ;;;;;", "S18"),
        ("UNC032;;;Xuất toán;8.000.001;L;Đ;;;;;", "S19"),
        ("UNC032;;;Chấp nhận;8.000.001;;;;;;;", "S19"),
        ("UNC032;;;Điều chỉnh;-8.000.001;L;Đ;;;;;", "S19"),
        ("UNC032;;;Xuất toán;1.000;<script>;Đ;;;;;", "S30"),
        ("UNC032;;;Xuất toán;1.000;" + "x" * 501 + ";Đ;;;;;", "S30"),
    ],
)
def test_what_is_wrong_with_a_row_is_named(row: str, code: str) -> None:
    assert codes(row) == [code]


def test_two_rejections_of_one_row_in_a_file_are_one_too_many() -> None:
    assert "S27" in codes(GOOD, GOOD)


def test_rejection_and_adjustment_of_one_row_together_may_not_exceed_it() -> None:
    fits = "UNC032;;;Điều chỉnh;-5.500.000;L;Đ;;;;;"

    assert codes(GOOD, fits) == []
    assert codes(GOOD, fits.replace("5.500.000", "5.500.001")) == ["S19"]


def test_all_problems_of_a_file_are_shown_at_once() -> None:
    rows = ("UNC099;;;Xuất toán;1;L;Đ;;;;;", "UNC032;;;Bỏ;x;;;;;;;", GOOD)

    assert codes(*rows) == ["S13", "S16", "S15"]
    assert read(*rows)[1][0].row == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a;b\n1;2\n",
        HEADER.encode(),
        (HEADER + "\nUNC032;5\n").encode(),
        (HEADER + ";Lý do\n" + GOOD + ";x\n").encode(),
        HEADER.encode("utf-16"),
    ],
)
def test_a_file_that_is_not_of_its_form_is_one_finding(data: bytes) -> None:
    rows, findings = decision_file.read_rows(data, "qd.csv")

    assert rows == []
    assert [finding.rule for finding in findings] == ["S12"]


def test_every_finding_of_the_room_has_texts_that_fill_in_both_languages() -> None:
    texts = catalogue()
    for _, findings in [read("UNC099;;;Xuất toán;1.000;L;Đ;;;;;"), read("UNC032;;;Xuất toán;8.000.001;L;Đ;;;;;")]:
        for finding in findings:
            for language in ("vi", "en"):
                assert "?" not in texts.message(finding, language)
                assert "None" not in texts.message(finding, language)


def test_stock_bean_check_accepts_the_decisions_file(tmp_path: Path) -> None:
    taken, _ = read(GOOD, 'UNC033;;;Chờ xử lý;1.000.000;Thiếu \\ "hóa đơn";Điều 69;;;;;')
    file = tmp_path / "decisions.beancount"
    file.write_text(decisions.render("T01", 2025, FACTS, taken, FORM), "utf-8")

    checked = subprocess.run(
        [str(Path(sys.executable).with_name("bean-check")), str(file)], capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_for_every_line_reported_is_approved_adjusted_rejected_and_pending() -> None:
    taken, _ = read(GOOD, "UNC033;;;Chờ xử lý;1.000.000;Thiếu;Điều 69;;;;;", "UNC031;3;;Điều chỉnh;-7;Sai;Điều 69;;;;;")
    balances = _balances(decisions.render("T01", 2025, FACTS, taken, FORM))
    before, after = reviewed([]), reviewed(taken)

    for line in (x.line for x in FORM.lines if x.decidable):
        of = {bucket: balances.get(f"Equity:QT:{bucket}:L{line}", 0) for bucket in decisions.BUCKETS}
        assert -of["Reported"] == before[line]
        assert of["Approved"] + of["Adjusted"] + of["Rejected"] + of["Pending"] == before[line]
        assert of["Approved"] + of["Pending"] == after[line]


def _balances(text: str) -> dict[str, int]:
    """Sums by Beancount's own loader."""
    from beancount import loader  # noqa: PLC0415 - slow to import, needed here only

    entries, errors, _ = loader.load_string(text)
    assert errors == []
    found: dict[str, int] = {}
    for entry in entries:
        for posting in getattr(entry, "postings", []):
            found[posting.account] = found.get(posting.account, 0) + int(posting.units.number)
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2500000 QT", "2500001 QT"),
        ("rejected", "approved"),
        ("UNC032", "UNC031"),
        ('  reason: "', '  reason:  "'),
        ("\n\n", "\n\n\n"),
    ],
)
def test_a_changed_byte_in_the_decisions_file_is_noticed(old: str, new: str) -> None:
    text = decisions.render("T01", 2025, FACTS, read(GOOD)[0], FORM)

    with pytest.raises(DecisionsDamagedError):
        decisions.checked(text.replace(old, new, 1), "T01", 2025, FACTS, FORM)


def test_decisions_survive_for_unchanged_rows_and_lapse_for_changed_ones() -> None:
    taken, _ = read(GOOD, "UNC033;;;Điều chỉnh;-4.000.000;Sai;Điều 69;;;;;")
    moved = FACTS.assign(row=FACTS["row"] + 10)
    moved.loc[moved["voucher"] == "UNC033", "amount"] = 3_999_999

    kept, lapsed = decisions.survivors(taken, moved)

    assert [(d.voucher, d.row) for d in kept] == [("UNC032", 15)]
    assert [d.voucher for d in lapsed] == ["UNC033"]


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="<>\u2028\u2029"), max_size=40
)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(decisions.ACTIONS), st.integers(1, 8_000_000))
def test_any_clean_text_reads_back_as_it_was_written(
    reason: str, note: str, action: decisions.Action, amount: int
) -> None:
    one = replace(read(GOOD)[0][0], reason=reason, note=note, action=action, amount=amount)

    text = decisions.render("T01", 2025, FACTS, [one], FORM)

    assert decisions.checked(text, "T01", 2025, FACTS, FORM) == [one]
