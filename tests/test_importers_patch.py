"""Correction files: the failing rows, mended, go back into the file they came from, which is then judged whole."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from submission_cases import _xlsx as workbook
from submission_cases import hand_in

from importers.correction import correction_file
from importers.forms import read_form
from importers.judging import catalogue
from importers.layouts import VOUCHERS
from importers.slots import content_of
from importers.submission import Submission, problems
from ledger.book import Book
from ledger.findings import LANGUAGES

pytest_plugins = ("submission_fixtures",)

HEADER = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB;Ghi chú nội bộ\r\n"
TITLES = "TRƯỜNG CHÍNH TRỊ\r\nTổng số dòng: {rows}\r\n"
OURS = "Tệp gốc;Dòng gốc;"


def _pair(n: int, amount: int) -> list[str]:
    text = f"UNC{n:03};{n % 28 + 1:02}/03/2026;Chi tiền điện lần {n}"
    return [
        f"{text};612;511;{amount};13;351;6501;;a{n}",
        f"{text};;008212;{amount};13;351;6501;Thực chi;b{n}",
    ]


ROWS = [row for n in range(100, 110) for row in _pair(n, 1_000 * n)]
GOOD = HEADER + "".join(f"{row}\r\n" for row in ROWS)
FIRST = 2
"""Row of the first line below the header."""

BREAKS = {4: ("102000", "102.00O"), 7: ("20/03", "20.3"), 8: ("351", "35I"), 13: ("TÊN", ""), 19: ("Thực chi", "Chi")}
"""Line → what is broken in it; line 13 loses a cell."""


def _broken() -> tuple[str, dict[int, str]]:
    """The good file with five broken rows: (text, original row → the good line)."""
    lines, mended = list(ROWS), {}
    for at, (right, wrong) in BREAKS.items():
        mended[at + FIRST] = lines[at]
        lines[at] = lines[at].rpartition(";")[0].rpartition(";")[0] if at == 13 else lines[at].replace(right, wrong, 1)
    return HEADER + "".join(f"{line}\r\n" for line in lines), mended


def _digits(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def _patch(original: bytes, rows: dict[int | str, str], header: str = OURS + HEADER, digits: str = "") -> bytes:
    lines = [f"{digits or _digits(original)};{row};{line}\r\n" for row, line in rows.items()]
    return (header + "".join(lines)).encode("utf-8")


def _submit(book: Path, data: bytes, name: str = "t3.csv", **command: Any) -> Submission:  # noqa: ANN401 - words
    return hand_in(book, data, name, **{"unit": "T01", "period": "2026-03", **command})


def _codes(outcome: Submission) -> list[str]:
    return [finding.rule for finding in outcome.findings]


def _refused(book: Path, text: str = "", name: str = "t3.csv") -> bytes:
    data = (text or _broken()[0]).encode("utf-8")
    assert not _submit(book, data, name).accepted
    return data


def test_mended_rows_make_the_whole_file_pass_with_the_content_of_the_good_one(case_copy: Path) -> None:
    original = _refused(case_copy)
    patch = _patch(original, _broken()[1])

    outcome = _submit(case_copy, patch, "sửa.csv")

    good = read_form(GOOD.encode("utf-8"), "t3.csv", VOUCHERS)
    book = Book.open(case_copy)
    facts = book.events("T01")[-1].data
    assert outcome.accepted
    assert [(f.rule, f.params["replaced"], f.params["deleted"], f.params["added"]) for f in outcome.findings[:1]] == [
        ("J10", 5, 0, 0)
    ]
    assert (outcome.rows, facts["content"]) == (20, content_of(good))
    assert _submit(case_copy, GOOD.encode("utf-8"), "cả tệp.csv").receipt == outcome.receipt
    assert list(problems(book)) == []


def test_what_was_received_is_the_merged_file_with_both_parts_beside_it(case_copy: Path) -> None:
    original = _refused(case_copy)
    patch = _patch(original, _broken()[1])
    _submit(case_copy, patch, "sửa.csv")
    book = Book.open(case_copy)
    facts = book.events("T01")[-1].data
    form = read_form(book.read(facts["path"]) or b"", "t3.csv", VOUCHERS)

    assert [(part["what"], part["file"]) for part in facts["parts"]] == [("original", "t3.csv"), ("patch", "sửa.csv")]
    assert [book.read(part["path"]) for part in facts["parts"]] == [original, patch]
    assert (facts["file"], facts["sha256"]) == ("t3.csv", hashlib.sha256(book.read(facts["path"]) or b"").hexdigest())
    assert list(form.table.header) == HEADER.strip().split(";")
    assert [record.cells[-1] for record in form.table.records] == [row.rpartition(";")[2] for row in ROWS]


def test_verify_names_a_part_that_was_changed_or_is_gone(case_copy: Path) -> None:
    patch = _patch(_refused(case_copy), _broken()[1])
    _submit(case_copy, patch)
    paths = [part["path"] for part in Book.open(case_copy).events("T01")[-1].data["parts"]]
    with Book.open(case_copy).locked() as book:
        change = book.change("ke.toan", "accountant")
        change.write(paths[0], b"x")
        change.delete(paths[1])
        change.commit("hỏng")

    found = {(problem.file, problem.kind) for problem in problems(Book.open(case_copy))}

    assert found == {(path, "received") for path in paths}


def test_a_correction_that_still_fails_speaks_of_the_originals_rows_and_can_be_corrected_again(
    case_copy: Path,
) -> None:
    titles = TITLES.format(rows=20)
    original = _refused(case_copy, titles + _broken()[0])
    mended: dict[int | str, str] = {row + 2: line for row, line in _broken()[1].items()}
    late = {row: mended.pop(row) for row in (8, 11)}

    first_try = _submit(case_copy, _patch(original, mended), "sửa 1.csv")
    done = _submit(case_copy, _patch(first_try.data, late), "sửa 2.csv")

    wrong = [f for f in first_try.findings if catalogue().blocks(f)]
    assert {finding.row for finding in wrong} == {8, 11}
    assert {finding.file for finding in first_try.findings} == {"t3.csv"}
    assert done.accepted
    parts = Book.open(case_copy).events("T01")[-1].data["parts"]
    assert [part["file"] for part in parts] == ["t3.csv", "sửa 1.csv", "sửa 2.csv"]
    assert parts[0]["sha256"] == hashlib.sha256(original).hexdigest()
    assert list(problems(Book.open(case_copy))) == []


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
@pytest.mark.parametrize("container", ["csv", "xlsx"])
def test_the_programs_own_correction_file_goes_the_whole_round(case_copy: Path, format_: str, container: str) -> None:
    text = _broken()[0]
    if container == "xlsx":
        lines = [line.split(";") for line in text.strip().split("\r\n")]
        width = len(lines[0])
        data = workbook({"sheets": {"T3": [line + [""] * (width - len(line)) for line in lines]}})
    else:
        data = text.encode("utf-8")
    refused = _submit(case_copy, data, f"t3.{container}")
    assert refused.form is not None
    assert not refused.accepted
    correction = correction_file(data, refused.form, refused.findings, "vi", format_)  # type: ignore[arg-type]
    assert correction is not None

    mended = _mend(correction, format_, _broken()[1])
    outcome = _submit(case_copy, mended, f"sửa.{format_}")

    good = read_form(GOOD.encode("utf-8"), "t3.csv", VOUCHERS)
    assert [f for f in outcome.findings if catalogue().blocks(f)] == []
    assert outcome.form is not None
    assert content_of(outcome.form) == content_of(good)


def _mend(correction: bytes, format_: str, good: dict[int, str]) -> bytes:
    """The correction file as a clerk gives it back: every row that it lists as it should be."""
    names = HEADER.strip().split(";")
    if format_ == "csv":
        lines = correction.decode("utf-8-sig").splitlines()
        header = lines[0].split(";")
        made = [lines[0]]
        for line in lines[1:]:
            digits, row = line.split(";")[:2]
            right = dict(zip(names, (good.get(int(row)) or ROWS[int(row) - FIRST]).split(";"), strict=True))
            made.append(";".join([digits, row, *(right.get(name, "") for name in header[2:])]))
        return "\r\n".join(made).encode("utf-8")
    book = openpyxl.load_workbook(io.BytesIO(correction))
    sheet = book.worksheets[0]
    top = next(row for row in sheet.iter_rows() if any(cell.value == "Dòng gốc" for cell in row))
    header = [cell.value for cell in top]
    for row in sheet.iter_rows(min_row=top[0].row + 1):
        number = row[header.index("Dòng gốc")].value
        if number is None:
            continue
        right = dict(zip(names, (good.get(int(number)) or ROWS[int(number) - FIRST]).split(";"), strict=True))
        for at, name in enumerate(header):
            if name in right:
                row[at].value = right[name]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_blank_row_deletes_and_a_row_without_number_is_added_at_the_end(case_copy: Path) -> None:
    text = _broken()[0].replace("\r\n", "\r\n;;Chữ ký kế toán;;;;;;;;\r\n", 1)
    original = _refused(case_copy, text)
    rows: dict[int | str, str] = {row + 1: line for row, line in _broken()[1].items()}
    rows |= {2: ";" * 10, "": _pair(150, 7)[0]}

    outcome = _submit(case_copy, _patch(original, rows), "sửa.csv")

    assert outcome.form is not None
    assert [line.row for line in outcome.form.lines][-1] == 23
    assert [(f.rule, f.row) for f in outcome.findings if f.rule in {"J10", "F16"}] == [("J10", None)]
    assert [outcome.findings[0].params[name] for name in ("replaced", "deleted", "added")] == [5, 1, 1]


def test_a_column_that_the_original_lacks_is_added_by_the_correction(case_copy: Path) -> None:
    without = [[*line.split(";")[:8], *line.split(";")[9:]] for line in (HEADER.strip(), *ROWS[:2])]
    original = _refused(case_copy, "".join(";".join(cells) + "\r\n" for cells in without))
    rows: dict[int | str, str] = {2: "6501;UNC100", 3: "6501;UNC100"}

    outcome = _submit(case_copy, _patch(original, rows, header=OURS + "Tiểu mục;Số chứng từ\r\n"), "sửa.csv")

    assert outcome.accepted
    assert outcome.form is not None
    assert [line.texts["item"] for line in outcome.form.lines] == ["6501", "6501"]
    assert outcome.form.lines[1].texts["description"] == "Chi tiền điện lần 100"


def test_a_row_with_too_many_cells_stays_so_when_the_correction_adds_a_column(case_copy: Path) -> None:
    without = [[*line.split(";")[:8], *line.split(";")[9:]] for line in (HEADER.strip(), *ROWS[:4])]
    without[4].append("một ô thừa")
    original = _refused(case_copy, "".join(";".join(cells) + "\r\n" for cells in without))
    rows: dict[int | str, str] = {2: "6501;UNC100", 3: "6501;UNC100"}

    outcome = _submit(case_copy, _patch(original, rows, header=OURS + "Tiểu mục;Số chứng từ\r\n"), "sửa.csv")

    assert [(f.rule, f.row) for f in outcome.findings if f.rule == "F14"] == [("F14", 5)]
    assert not outcome.accepted


def test_a_cell_that_could_not_be_read_stays_unreadable_until_it_is_mended(case_copy: Path) -> None:
    head = HEADER.strip().split(";")
    rows: list[list[object]] = [list(row.split(";")) for row in ROWS[:4]]
    rows[0][5], rows[1][5] = 1.5, 1.234
    rows[2][2], rows[3][2] = {"date": "2026-03-05"}, True
    original = workbook({"sheets": {"T3": [head, *rows]}})
    assert not _submit(case_copy, original, "t3.xlsx").accepted

    outcome = _submit(case_copy, _patch(original, {2: ROWS[0]}), "sửa.csv")

    assert not outcome.accepted
    assert {finding.row for finding in outcome.findings if catalogue().blocks(finding)} == {3, 4, 5}


def test_codes_and_figures_typed_in_a_workbook_mean_the_same_after_merging(case_copy: Path) -> None:
    head = HEADER.strip().split(";")
    typed = [[int(cell) if cell.isdigit() and cell[0] != "0" else cell for cell in row.split(";")] for row in ROWS[:2]]
    typed[0][1] = {"date": "2026-03-17"}  # type: ignore[call-overload]
    original = workbook({"sheets": {"T3": [head, *typed, [*ROWS[2].split(";")[:5], "x"]]}})
    assert not _submit(case_copy, original, "t3.xlsx").accepted

    outcome = _submit(case_copy, _patch(original, {4: ";"}, header="Tệp gốc;Dòng gốc;Số tiền;TK Nợ\r\n"), "sửa.csv")

    good = read_form((HEADER + "\r\n".join(ROWS[:2])).encode(), "t3.csv", VOUCHERS)
    assert outcome.accepted
    assert Book.open(case_copy).events("T01")[-1].data["content"] == content_of(good)


def test_without_its_original_a_correction_says_so_and_takes_it_by_hand(case_copy: Path) -> None:
    original = _broken()[0].encode("utf-8")
    patch = _patch(original, _broken()[1])

    alone = _submit(case_copy, patch, "sửa.csv")
    wrong = _submit(case_copy, patch, "sửa.csv", original=GOOD.encode("utf-8"))
    helped = _submit(case_copy, patch, "sửa.csv", original=original)

    assert (_codes(alone), alone.findings[0].value) == (["J04"], _digits(original))
    assert (_codes(wrong), wrong.findings[0].row) == (["J05"], 2)
    assert helped.accepted


def test_a_hash_that_a_spreadsheet_took_for_a_number_needs_the_original_by_hand(case_copy: Path) -> None:
    original = _refused(case_copy)
    patch = _patch(original, _broken()[1], digits="1.23457E+11")

    assert _codes(_submit(case_copy, patch)) == ["J04"]
    assert _submit(case_copy, patch, original=original).accepted


@pytest.mark.parametrize(
    ("rows", "header", "codes"),
    [
        ({99: ROWS[0]}, OURS + HEADER, ["J06"]),
        ({1: ROWS[0], "x": ROWS[0], "2.5": ROWS[0]}, OURS + HEADER, ["J06", "J06", "J06"]),
        ({6: ROWS[4], "6 ": ROWS[4], " 06": ROWS[4]}, OURS + HEADER, ["J07", "J07"]),
        ({6: ROWS[4]}, OURS + HEADER.replace("Ghi chú nội bộ", "Cột lạ"), ["J09"]),
        ({6: ROWS[4]}, OURS + HEADER.replace("Ghi chú nội bộ", "amount"), ["J09"]),
    ],
)
def test_a_correction_that_does_not_fit_is_refused_as_a_whole(
    case_copy: Path, rows: dict[int | str, str], header: str, codes: list[str]
) -> None:
    original = _refused(case_copy)
    before = Book.open(case_copy).commit

    outcome = _submit(case_copy, _patch(original, rows, header), "sửa.csv")

    assert _codes(outcome) == codes
    assert {finding.file for finding in outcome.findings} == {"sửa.csv"}
    assert Book.open(case_copy).commit == before
    for finding in outcome.findings:
        for language in LANGUAGES:
            shown = catalogue().render(finding, language)
            assert "?" not in shown["message"] + shown["fix"]


def test_one_correction_mends_one_original(case_copy: Path) -> None:
    one, other = _refused(case_copy), _refused(case_copy, _broken()[0].replace("100000", "100001"))
    patch = _patch(one, {6: ROWS[4]}) + _patch(other, {9: ROWS[7]}).partition(b"\r\n")[2]

    assert _codes(_submit(case_copy, patch)) == ["J05"]


def test_a_correction_belongs_to_the_unit_and_period_of_its_original(case_copy: Path) -> None:
    original = _refused(case_copy)
    patch = _patch(original, _broken()[1])

    for command in ({"period": "2026-05"}, {"unit": "T02"}, {"kind": "vouchers/cash"}):
        (finding,) = _submit(case_copy, patch, **command).findings
        assert (finding.rule, finding.value) == ("J08", "T01 2026-03 vouchers")


def test_a_correction_with_broken_rows_of_its_own_is_refused_by_its_own_rows(case_copy: Path) -> None:
    original = _refused(case_copy)
    patch = _patch(original, {6: ROWS[4] + ";zu;viel"})

    (finding,) = _submit(case_copy, patch, "sửa.csv").findings

    assert (finding.rule, finding.row, finding.file) == ("F14", 2, "sửa.csv")


def test_an_original_beside_a_file_that_corrects_nothing_is_refused(case_copy: Path) -> None:
    outcome = _submit(case_copy, GOOD.encode("utf-8"), original=b"x")

    assert _codes(outcome) == ["J14"]


def test_a_correction_that_lost_its_column_of_rows_is_not_taken_for_a_whole_file(case_copy: Path) -> None:
    rows = "".join(f"0123456789ab;{row}\r\n" for row in ROWS[:2])

    assert _codes(_submit(case_copy, f"Tệp gốc;{HEADER}{rows}".encode())) == ["J14"]


def test_a_correction_corrects_no_correction(case_copy: Path) -> None:
    first = _patch(_refused(case_copy), {99: ROWS[0]})
    assert _codes(_submit(case_copy, first, "sửa 1.csv")) == ["J06"]

    outcome = _submit(case_copy, _patch(first, {2: ROWS[0]}), "sửa 2.csv")

    assert (_codes(outcome), outcome.findings[0].value) == (["J15"], "sửa 1.csv")


@pytest.mark.parametrize(
    ("kind", "period", "unit", "wrong", "right"),
    [
        (
            "estimates",
            "2026",
            "VPTU",
            (
                "Số quyết định;Ngày;Loại;Đơn vị nhận;Nguồn;Khoản;Số tiền;Năm ngân sách\r\n"
                "30-QĐ;02/06/2026;Bổ sung;T01;13;351;5.000;2026\r\n30-QĐ;02/06/2026;Quà tặng;T02;13;351;7.000;2026\r\n"
            ),
            {3: "30-QĐ;02/06/2026;Bổ sung;T02;13;351;7.000;2026"},
        ),
        (
            "trips",
            "2026-05",
            "T01",
            (
                "Số lệnh điều xe;Biển số xe;Lái xe;Ngày đi;Ngày về;Hành trình;Mục đích;Đơn vị sử dụng;Km đi;Km về\r\n"
                "LX-91;37A-009.01;Lê Văn Lái;10/05/2026;11/05/2026;Cơ quan - xã;Kiểm tra;T01;10.000;x\r\n"
            ),
            {2: "LX-91;37A-009.01;Lê Văn Lái;10/05/2026;11/05/2026;Cơ quan - xã;Kiểm tra;T01;10.000;10.180"},
        ),
    ],
)
def test_every_form_can_be_corrected(
    case_copy: Path, kind: str, period: str, unit: str, wrong: str, right: dict[int | str, str]
) -> None:
    command = {"kind": kind, "period": period, "unit": unit}
    original = wrong.encode("utf-8")
    assert not _submit(case_copy, original, **command).accepted

    outcome = _submit(case_copy, _patch(original, right, OURS + wrong.partition("\r\n")[0] + "\r\n"), **command)

    assert [finding for finding in outcome.findings if catalogue().blocks(finding)] == []
    assert outcome.accepted
    assert list(problems(Book.open(case_copy))) == []


def test_texts_that_look_like_formulas_come_back_as_they_were(case_copy: Path) -> None:
    text = _broken()[0].replace("Chi tiền điện lần 102", "=1+1").replace("Chi tiền điện lần 103", "'-x")
    original = _refused(case_copy, text)
    rows = {row: line for row, line in _broken()[1].items() if row not in {6, 9}}
    rows |= {6: ROWS[4].replace("Chi tiền điện lần 102", "'=1+1"), 9: ROWS[7].replace("Chi tiền điện lần 103", "''-x")}

    outcome = _submit(case_copy, _patch(original, rows), "sửa.csv")  # type: ignore[arg-type]

    assert outcome.form is not None
    assert {line.texts["description"] for line in outcome.form.lines} >= {"=1+1", "'-x"}
    assert _codes(outcome)[0] == "J10"


def test_totals_stated_anew_take_the_place_of_those_above_the_table(case_copy: Path) -> None:
    original = _refused(case_copy, TITLES.format(rows=20) + _broken()[0])
    rows: dict[int | str, str] = {row + 2: line for row, line in _broken()[1].items()}
    rows |= {4: ";" * 10, 5: ";" * 10}

    stale = _submit(case_copy, _patch(original, rows), "sửa.csv")
    anew = _submit(case_copy, _patch(original, rows), "sửa.csv", rows=18)

    assert [f.rule for f in stale.findings if f.rule != "J10"] == ["J01"]
    assert anew.accepted


def test_a_dry_run_of_a_correction_changes_nothing(case_copy: Path) -> None:
    patch = _patch(_refused(case_copy), _broken()[1])
    before = Book.open(case_copy).commit

    outcome = _submit(case_copy, patch, dry_run=True)

    assert (outcome.accepted, outcome.receipt, Book.open(case_copy).commit) == (True, None, before)


def test_a_cache_that_was_tampered_with_is_not_believed(case_copy: Path) -> None:
    original = _refused(case_copy)
    kept = next((case_copy / ".cache/rejected/T01").glob("*.file"))
    note = kept.with_suffix(".json")

    kept.write_bytes(original + b"\r\n")
    changed = _submit(case_copy, _patch(original, _broken()[1]))
    kept.write_bytes(original)
    note.write_text("{", "utf-8")
    damaged = _submit(case_copy, _patch(original, _broken()[1]))

    assert _codes(changed) == _codes(damaged) == ["J04"]


def test_the_note_of_a_merged_file_names_its_parts(case_copy: Path) -> None:
    original = _refused(case_copy)
    patch = _patch(original, {6: ROWS[4]})
    merged = _submit(case_copy, patch, "sửa.csv").data

    folder = case_copy / ".cache/rejected/T01"
    note = json.loads((folder / f"2026-03-vouchers-{_digits(merged)}.json").read_text("utf-8"))
    assert [part["data"] for part in note["parts"]] == [_digits(original), _digits(patch)]
    assert (folder / f"{_digits(patch)}.part").read_bytes() == patch
