"""The reader of the rules' cases: forms of the files, registers, the day, and what `rules test` is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins import case_files, casebook, rule

HEAD = "Đơn vị;Kỳ;Số chứng từ;Ngày;Diễn giải;TK Nợ;TK Có;Số tiền"
PLAIN = f"{HEAD}\nBTC;2026-03;PT001;05/03/2026;Thu hộ;1111;3388;1.000\n"


def _case(folder: Path, **files: str) -> Path:
    made = folder / "V01-fail"
    made.mkdir()
    for name, content in ({"vouchers": PLAIN} | files).items():
        (made / f"{name}.{'csv' if ';' in content or ',' in content else 'txt'}").write_text(content, "utf-8")
    return made


def test_a_case_that_gives_what_it_must_passes(tmp_path: Path) -> None:
    result = casebook.run(_case(tmp_path, expected=casebook.NOTHING))

    assert result == casebook.CaseResult("V01-fail", "V01", passed=True, difference="")


def test_a_case_that_gives_something_else_says_what(tmp_path: Path) -> None:
    wrong = PLAIN + "BTC;2026-03;PT002;06/03/2026;Thu hộ;1111;;1.000\n"
    result = casebook.run(_case(tmp_path, vouchers=wrong, expected=casebook.NOTHING))

    assert not result.passed
    assert result.difference.splitlines()[0] == f"- {casebook.NOTHING.strip()}"
    assert "+ V01 lỗi: BTC 2026-03 PT002 dòng 3 [amount] (chênh lệch 1.000)" in result.difference


def test_a_case_without_expected_findings_does_not_pass(tmp_path: Path) -> None:
    assert not casebook.run(_case(tmp_path)).passed


def test_only_the_rules_asked_for_are_tested() -> None:
    results = casebook.run_all(["V01", "V03"])

    assert {result.rule for result in results} == {"V01", "V03"}
    assert all(result.passed for result in results)


def test_the_day_of_a_case_is_its_own(tmp_path: Path) -> None:
    assert casebook.context_of(_case(tmp_path, today="2026-12-31\n")).today == "2026-12-31"
    assert case_files.today(tmp_path, casebook.TODAY) == "2026-11-16"


def test_people_programme_and_contract_stand_in_the_postings(tmp_path: Path) -> None:
    head = f"{HEAD};Chương trình;Số hợp đồng;Người lập;Người duyệt nội dung;Người duyệt chi;Sự kiện;Đối tượng"
    row = "BTC;2026-03;PT001;05/03/2026;Chi;612;1111;1.000;0123;HĐ-01;An;Bình;Chi;HN-01;Công ty A"
    context = casebook.context_of(_case(tmp_path, vouchers=f"{head}\n{row}\n"))
    first = next(row for row in context.mine.rows([0]))

    assert (first.programme, first.contract, first.event, first.counterparty) == ("0123", "HĐ-01", "HN-01", "Công ty A")
    assert (first.recorded_by, first.content_by, first.paid_by) == ("An", "Bình", "Chi")


def test_a_decision_has_the_new_columns_and_kinds(tmp_path: Path) -> None:
    head = (
        "Số quyết định;Ngày;Loại;Đơn vị giao;Đơn vị nhận;Nguồn;Khoản;Mục hoặc tiểu mục;Số tiền;Năm NS"
        ";Chương trình;Cấp quyết định;Nhóm chuyển nguồn;Thu hồi quyết định"
    )
    row = "12-QĐ;02/01/2026;{kind};VPTU;VPTU;13;351;;5.000;2026;0123;province;5;11-QĐ"
    rows = "\n".join(row.format(kind=kind) for kind in case_files.DECISION_KINDS)
    path = tmp_path / "estimates.csv"
    path.write_text(f"{head}\n{rows}\n", "utf-8")
    lines = list(case_files.decisions(path))

    assert [line.kind for line in lines] == list(case_files.DECISION_KINDS.values())
    assert (lines[0].programme, lines[0].authority, lines[0].category, lines[0].reverses) == (
        "0123",
        "province",
        "5",
        "11-QĐ",
    )


def test_a_register_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    text = "Đơn vị;Kỳ;Dòng;contract;day;supplier;amount\nVPTU;2026;7;HĐ-02;05/03/2026;A;1.000\nBTC;2026;9;HĐ-01;;B;-5\n"
    rows = casebook.context_of(_case(tmp_path, commitments=text)).registers.rows("commitments")

    assert [(row.unit, row.period, row.row) for row in rows] == [("BTC", "2026", 9), ("VPTU", "2026", 7)]
    assert rows[1].texts["day"] == "2026-03-05"
    assert rows[1].texts["item"] == ""
    assert (rows[1].numbers, rows[0].number("amount"), rows[0].number("total")) == ({"amount": 1000}, -5, 0)


def test_events_of_the_book_and_of_the_register_are_two_files(tmp_path: Path) -> None:
    happened = "Thời điểm;Sự kiện;Đơn vị;Kỳ\n2026-04-15T09:00:00+07:00;khóa sổ;BTC;2025\n"
    register = "Đơn vị;Kỳ;event;heads\nBTC;2026-03;HN-01;40\n"
    context = casebook.context_of(_case(tmp_path, events=happened, register_events=register))

    assert context.seals == {("BTC", "2025"): "2026-04-15T09:00:00+07:00"}
    assert [row.number("heads") for row in context.registers.rows("events")] == [40]
    assert context.registers.rows("trips") == []


def test_other_registers_are_given_as_the_book_keeps_them(tmp_path: Path) -> None:
    registers = casebook.context_of(_case(tmp_path, overrides="rule,unit\nE02,BTC\n")).registers

    assert registers.file("registers/overrides.csv") == b"rule,unit\nE02,BTC\n"
    assert registers.file("registers/phase_in.csv") is None


def test_the_province_s_own_law_lies_over_the_shipped(tmp_path: Path) -> None:
    folder = _case(tmp_path)
    shipped = (Path(casebook.__file__).parents[1] / "ledger/regulations/scans.yaml").read_text("utf-8")
    (folder / "regulations.yaml").write_text(shipped.replace("10000000", "20000000"), "utf-8")
    law = casebook.context_of(folder).regulations

    assert law.parameter("scans.required_from").entries[-1].value == 20_000_000
    assert casebook.context_of(casebook.FOLDER / "V01-pass").regulations.parameter("scans.required_from").entries[
        -1
    ].value == (10_000_000)


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("vouchers", f"{HEAD};Màu\nBTC;2026-03;PT001;05/03/2026;Thu;1111;3388;1.000;đỏ\n", "unknown word 'Màu'"),
        ("vouchers", f"{HEAD}\nBTC;2026-03;PT001\n", "row 2 has not as many cells"),
        ("vouchers", f"{HEAD}\n{';' * 9}\n", "row 2 has not as many cells"),
        ("events", "Thời điểm;Sự kiện;Đơn vị;Kỳ\nx;mở sổ;BTC;2025\n", "unknown event mở sổ"),
        ("trips", "Đơn vị;Kỳ;colour\nBTC;2026-03;đỏ\n", "unknown word 'colour'"),
    ],
)
def test_a_file_that_is_not_of_its_form_is_refused_by_name(tmp_path: Path, file: str, content: str, why: str) -> None:
    folder = _case(tmp_path, **{file: content})
    with pytest.raises(case_files.CaseFileError, match=f"{file}.csv: {why}"):
        casebook.context_of(folder).registers.rows("trips")


def test_a_planted_fault_is_the_case_s_alone() -> None:
    broken = casebook.context_of(casebook.FOLDER / "C01-fail")
    whole = casebook.context_of(casebook.FOLDER / "C01-pass")

    assert [line.failed for line in rule.run(broken, ["C01"]).rules] == [2]
    assert [line.failed for line in rule.run(whole, ["C01"]).rules] == [0]
