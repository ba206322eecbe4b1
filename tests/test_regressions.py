"""Mistakes that systems for the same job have made and told of; the number is that of our list of them.

Each test says in its name what must be so here. The other numbers of the list are about settlements, assets, words for
figures and papers, and stand with the tests of those rooms.
"""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from submission_cases import hand_in

from campaigns.payloads import row as sound_row
from campaigns.works import ROLES, SIGNERS, _signers, electricity
from importers import certifying, guidance
from importers.forms import read_form
from importers.judging import catalogue
from importers.layouts import LAYOUTS, VOUCHERS, Column
from importers.submission import Submission, problems
from ledger import regulations, regulations_file
from ledger.book import Book
from ledger.findings import LANGUAGES, Catalogue, CatalogueError
from ledger.journal import read as read_journal

pytest_plugins = ("submission_fixtures",)

COLUMNS = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB"
SLOT = {"unit": "T01", "period": "2026-03"}
AT = "2026-11-16T10:00:00+07:00"


def _file(*rows: str, header: str = COLUMNS) -> bytes:
    return "".join(f"{line}\r\n" for line in (header, *rows)).encode()


def _paid(item: str = "6501", *, amount: str = "1.000", source: str = "13", number: str = "UNC020") -> list[str]:
    text = f"{number};05/03/2026;Chi tiền điện"
    return [
        f"{text};612;511;{amount};{source};351;{item};",
        f"{text};;008212;{amount};{source};351;{item};Thực chi",
    ]


def _look(book: Path, data: bytes, name: str = "t3.csv", **words: str) -> Submission:
    return hand_in(book, data, name, dry_run=True, **{**SLOT, **words})


def _codes(outcome: Submission) -> list[str]:
    return [finding.rule for finding in outcome.findings if catalogue().blocks(finding)]


def _rows(outcome: Submission, code: str) -> list[int | None]:
    return [finding.row for finding in outcome.findings if finding.rule == code]


def test_01_a_blank_item_on_an_account_that_needs_one_never_passes(case_book: Path) -> None:
    outcome = _look(case_book, _file(*_paid("", amount="900.000.000")))

    assert not outcome.accepted
    assert "A03" in _codes(outcome)


@pytest.mark.parametrize(("item", "source"), [("6501", "14"), ("9999", "13"), ("6501", "12")])
def test_02_an_item_or_source_without_an_estimate_never_passes(case_book: Path, item: str, source: str) -> None:
    assert not _look(case_book, _file(*_paid(item, source=source))).accepted


def test_04_money_advanced_and_then_cleared_is_counted_once(case_copy: Path) -> None:
    """The estimate is 600.000.000, of which 19.850.000 is spent before March."""
    advance = "TU1;05/03/2026;Tạm ứng"
    cleared = "TU2;06/03/2026;Thanh toán tạm ứng"
    rows = [
        f"{advance};1121;3371;400.000.000;13;351;6501;",
        f"{advance};;008211;400.000.000;13;351;6501;Tạm ứng",
        f"{cleared};3371;511;400.000.000;13;351;6501;",
        f"{cleared};;008211;-400.000.000;13;351;6501;Thanh toán tạm ứng",
        f"{cleared};;008212;400.000.000;13;351;6501;Thanh toán tạm ứng",
        f"{cleared};612;1121;400.000.000;13;351;6501;",
    ]

    fits = _look(case_copy, _file(*rows, *_paid(amount="180.150.000")))
    too_much = _look(case_copy, _file(*rows, *_paid(amount="180.150.001")))

    assert "E02" not in _codes(fits), [(f.rule, f.row, f.value) for f in fits.findings]
    assert "E02" in _codes(too_much)


def test_05_a_voucher_of_two_fiscal_years_is_refused(case_book: Path) -> None:
    rows = _paid()
    rows[1] = rows[1].replace("05/03/2026", "31/12/2025")

    assert "F43" in _codes(_look(case_book, _file(*rows)))


@pytest.mark.parametrize(("item", "fits"), [("6651", True), ("6601", False), ("6549", False)])
def test_06_the_ceiling_of_a_group_serves_its_own_items_alone(case_book: Path, item: str, fits: bool) -> None:
    """Source 12 has an estimate for the group 6650 and for nothing else."""
    assert ("E01" not in _codes(_look(case_book, _file(*_paid(item, source="12"))))) == fits


def test_08_a_voucher_dated_in_a_sealed_year_is_refused(case_book: Path) -> None:
    rows = [line.replace("05/03/2026", "10/11/2025") for line in _paid()]
    outcome = _look(case_book, _file(*rows), unit="T02", period="2025-11")

    assert _codes(outcome)
    assert not outcome.accepted


def test_09_a_year_cannot_be_opened_with_other_balances_than_it_was_closed_with(case_book: Path) -> None:
    header = "TK;Nguồn;Khoản;Tiểu mục;Mã tài sản;Đối tượng;Đơn vị nội bộ;Tham chiếu;Dư Nợ;Dư Có"
    outcome = _look(case_book, _file("1111;;;;;;;;5.000;", "4211;;;;;;;;;5.000", header=header), **OPENING_2026)

    assert "F64" in _codes(outcome)


OPENING_2026 = {"kind": "opening", "period": "2026"}


def test_10_a_resubmission_that_drops_a_voucher_leaves_nothing_of_it(case_copy: Path) -> None:
    late = "Số chứng từ;Ngày hạch toán;Ngày chứng từ;Diễn giải;TK Nợ;TK Có;Số tiền"
    both = _file(
        "BC1;05/03/2026;06/03/2026;Thu hộ;1121;3381;1.000", "BC2;05/03/2026;;Thu hộ;1121;3381;2.000", header=late
    )
    one = _file("BC2;05/03/2026;;Thu hộ;1121;3381;2.000", header=late)
    assert [f.rule for f in hand_in(case_copy, both, "a.csv", **SLOT).findings] == ["F40"]

    replaced = hand_in(case_copy, one, "b.csv", replace=True, reason="BC1 nhập nhầm", **SLOT)
    book = Book.open(case_copy)
    journal = read_journal((book.read("units/T01/2026/2026-03.beancount") or b"").decode())

    assert replaced.accepted
    assert replaced.findings == ()
    assert set(journal["voucher"]) == {"BC2"}
    assert "BC1" not in (case_copy / "units/T01/ledger.beancount").read_text("utf-8")
    assert list(problems(book)) == []


def test_11_the_same_content_again_is_no_change_and_gives_the_first_receipt(case_copy: Path) -> None:
    first = hand_in(case_copy, electricity("1.000"), "a.csv", **SLOT)
    again = hand_in(case_copy, electricity("1000"), "b.csv", **SLOT)

    assert (again.unchanged, again.receipt, again.commit) == (True, first.receipt, "")


def test_12_a_number_that_another_file_took_since_the_check_is_refused(case_copy: Path) -> None:
    data = _file("BC1;05/03/2026;Thu hộ;1121;3381;1.000;;;;")
    assert _look(case_copy, data).accepted
    assert hand_in(case_copy, data.replace(b"1.000", b"2.000"), "b.csv", **SLOT, kind="vouchers/cash").accepted

    outcome = hand_in(case_copy, data, "a.csv", **SLOT)

    assert (outcome.accepted, set(_codes(outcome))) == (False, {"V04"})


def test_13_other_rules_than_those_of_the_check_need_a_new_check(
    case_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _signers(case_copy)
    monkeypatch.setattr(certifying, "rule_pack", lambda _book: "f" * 64)

    done = certifying.certify(Book.open(case_copy), "T01", ["2026-03"], "vouchers", SIGNERS[0], AT)

    assert ROLES[0] == "chief_accountant"
    assert "J28" in {finding.rule for finding in done.findings}
    assert done.commit == ""


def test_14_whatever_is_refused_says_why_in_both_languages(case_book: Path) -> None:
    chance = random.Random(14)
    good = electricity("1.000")
    for _ in range(150):
        place = chance.randrange(len(good))
        data = good[:place] + chance.randbytes(chance.randint(0, 3)) + good[place + chance.randint(0, 9) :]
        outcome = _look(case_book, data)

        assert outcome.accepted or _codes(outcome), data
        for finding in outcome.findings:
            assert all(catalogue().message(finding, language) for language in LANGUAGES)


def _cells_of(form: str, column: Column, cell: str) -> bytes:
    layout = LAYOUTS[form]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([each.vi for each in layout.columns])
    writer.writerow((sound_row(layout, 1) | {column.key: cell}).values())
    return out.getvalue().encode()


@pytest.mark.parametrize("form", LAYOUTS)
def test_15_what_the_guidance_calls_required_is_what_the_reader_requires(form: str) -> None:
    layout = LAYOUTS[form]
    for column in layout.columns:
        blank = read_form(_cells_of(form, column, ""), "t.csv", layout)
        missing = {finding.column for finding in blank.findings if finding.rule == "F30"}
        stray = {finding.rule for finding in blank.findings} & {"F15", "F16"}
        required = guidance.needed(column, "en") == "required"

        assert bool(missing or stray) == required, column.key
        assert missing <= {column.vi}


@pytest.mark.parametrize("form", LAYOUTS)
def test_15_n_a_is_a_word_in_a_text_and_no_empty_cell_anywhere_else(form: str) -> None:
    layout = LAYOUTS[form]
    for column in layout.columns:
        answered = read_form(_cells_of(form, column, "N/A"), "t.csv", layout)
        named = [finding.column for finding in answered.findings if finding.row == 2]

        if column.kind in {"text", "number"}:
            assert answered.lines[0].texts[column.key] == "N/A"
        else:
            assert named == [column.vi], column.key


def test_16_a_finding_names_the_row_that_the_spreadsheet_shows(case_book: Path) -> None:
    rows = [
        "Đơn vị: T01;;",
        "",
        COLUMNS,
        "",
        *_paid(),
        "",
        'UNC021;05/03/2026;"Chi tiền\r\nđiện";x;;1;;;;',
        *_paid("x"),
    ]
    text = "".join(f"{line}\r\n" for line in rows).encode()
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for line in (
        ["Đơn vị: T01"],
        [],
        COLUMNS.split(";"),
        [],
        *(line.split(";") for line in [*_paid(), "", *_paid("x")]),
    ):
        sheet.append(line)
    out = io.BytesIO()
    workbook.save(out)

    in_text = _look(case_book, text)
    in_sheet = _look(case_book, out.getvalue(), "t3.xlsx")

    assert _rows(in_text, "F18") == [8]
    assert _rows(in_text, "F45") == [9, 10]
    assert _rows(in_sheet, "F45") == [8, 9]


def test_17_the_same_mistake_on_neighbouring_rows_is_told_on_every_row(case_book: Path) -> None:
    rows = [f"BC{n};05/03/2026;Thu hộ;1121;3381;1.0;;;;" for n in range(5)]

    assert _rows(_look(case_book, _file(*rows)), "F33") == [2, 3, 4, 5, 6]


def test_18_two_hundred_mistakes_are_two_hundred_findings(case_book: Path) -> None:
    rows = [f"BC{n};05/03/2026;Thu hộ;1121;3381;x{n};;;;" for n in range(200)]

    assert _rows(_look(case_book, _file(*rows)), "F31") == list(range(2, 202))


@pytest.mark.parametrize(
    ("at", "cell", "code"),
    [(5, "một triệu", "F31"), (1, "2026/05/03x", "F36"), (3, "6111.0", "F45"), (9, "chi", "F38")],
)
def test_19_a_cell_of_the_wrong_type_is_named_by_row_and_column(case_book: Path, at: int, cell: str, code: str) -> None:
    rows = [line.split(";") for line in _paid()]
    rows[1][at] = cell

    found = [f for f in _look(case_book, _file(*(";".join(line) for line in rows))).findings if f.rule == code]

    assert [(f.row, f.column, f.value) for f in found] == [(3, COLUMNS.split(";")[at], cell)]


@pytest.mark.parametrize("column", ["Ngày hạch toán", "Diễn giải", "Số tiền"])
def test_20_a_missing_column_is_one_finding_and_none_for_the_rows(case_book: Path, column: str) -> None:
    rows = [f"BC{n};05/03/2026;Thu hộ;1121;3381;1.000;;;;" for n in range(50)]

    outcome = _look(case_book, _file(*rows, header=COLUMNS.replace(column, "Cột khác")))

    assert _codes(outcome) == ["F08"]


def test_21_a_file_in_decomposed_letters_has_the_same_identity_and_ledger(case_copy: Path) -> None:
    composed = electricity("1.000")
    decomposed = unicodedata.normalize("NFD", composed.decode()).encode()
    assert composed != decomposed

    first = hand_in(case_copy, decomposed, "mac.csv", **SLOT)
    again = hand_in(case_copy, composed, "win.csv", **SLOT)

    assert first.form is not None
    assert {change.why for change in first.form.table.changes} >= {"unicode"}
    assert (again.unchanged, again.receipt) == (True, first.receipt)
    ledger = (case_copy / "units/T01/2026/2026-03.beancount").read_text("utf-8")
    assert unicodedata.is_normalized("NFC", ledger)


def test_31_a_number_that_a_spreadsheet_cannot_hold_is_refused_and_never_rounded() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(COLUMNS.split(";"))
    for number, amount in enumerate((9_007_199_254_740_993, 9_007_199_254_740_992.0, "999.999.999.999.999")):
        sheet.append([f"BC{number}", "05/03/2026", "Thu hộ", "1121", "3381", amount])
    out = io.BytesIO()
    workbook.save(out)

    form = read_form(out.getvalue(), "t3.xlsx", VOUCHERS)

    assert [(f.rule, f.row) for f in form.findings] == [("F34", 2), ("F34", 3)]
    assert [line.amounts["amount"] for line in form.lines] == [999_999_999_999_999]


YAMLS: Sequence[Path] = sorted(
    path
    for folder in ("ledger", "plugins", "importers", "reports")
    for path in (Path(__file__).resolve().parent.parent / folder).glob("*.yaml")
)


@pytest.mark.parametrize("path", YAMLS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_32_a_key_that_stands_twice_in_a_catalogue_stops_the_program(tmp_path: Path, path: Path) -> None:
    text = path.read_text("utf-8")
    first = next((line for line in text.splitlines() if line and line[0].isalpha()), "")
    double = tmp_path / path.name
    double.write_text(f"{text}\n{first}\n" if first.endswith(":") else "F01: 1\nF01: 2\n", "utf-8")

    with pytest.raises(CatalogueError, match="twice"):
        Catalogue.load(double)


def test_32_a_key_that_stands_twice_in_the_law_stops_the_program() -> None:
    path = Path(regulations_file.__file__).with_name("regulations") / "submission.yaml"
    data = path.read_bytes()
    known = regulations.shipped().documents
    assert regulations_file.parameters(regulations_file.open_file(data, path.name), known)

    for twice in (b"submission.due:\n  type: integer\n", b"submission.x:\n  type: integer\n  type: text\n"):
        with pytest.raises(ValueError, match="twice"):
            regulations_file.open_file(data + b"\n" + twice, path.name)
