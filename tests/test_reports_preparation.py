"""The review, its compilation, the units' needs, DT01-TCĐ and the decision as papers: figures equal in every form."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pandas as pd
import preparation_book as small
import pytest
from preparation_book import need
from pypdf import PdfReader
from register_sheets import send

from importers.assigning import assign
from importers.proposing import Who, propose
from ledger.book import Book
from ledger.estimates import Kind
from ledger.findings import Language
from ledger.vietnamese import amount_in_words
from plugins.execution import ASSIGNED
from reports import estimate_document, export, need_form, preparation, preparation_tables
from reports.preparation import BEFORE, COLUMNS, Preparation
from reports.questions import UnknownUnitError

WHO = Who(small.OFFICER, "officer", small.REVIEWED)


def words(pdf: bytes) -> str:
    """The text of a PDF, on one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def cells(data: bytes) -> list[tuple[Any, ...]]:
    """The rows of a workbook's first sheet."""
    return list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))


def line(table: pd.DataFrame, unit: str, source: str, item: str = "") -> dict[str, Any]:
    """One line of the review."""
    found = table[(table["unit"] == unit) & (table["source"] == source) & (table["item"] == item)]
    (row,) = found.to_dict("records")
    return dict(row)


@pytest.fixture(scope="module")
def made() -> Preparation:
    return Preparation(small.book(), small.YEAR)


@pytest.fixture(scope="module")
def assigned(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The province with proposals, the total and decision 315, and other kinds of decisions after it."""
    path = small.fresh(tmp_path_factory.mktemp("assigned"))
    propose(Book.open(path), small.YEAR, small.REVIEW, "xet.csv", WHO)
    small.total(path)
    done = assign(
        Book.open(path), small.YEAR, "315-QĐ/VPTU", "2026-12-20", Who(small.OFFICER, "officer", small.ASSIGNED)
    )
    assert done.accepted, done.findings
    later = "2026-12-22T09:00:00+07:00"
    transfer = ("320-QĐ/VPTU", "22/12/2026", "Điều chỉnh")
    small.decide(
        path,
        [
            (*transfer, "T01", "13", "351", "", "-20000000"),
            (*transfer, "T02", "13", "351", "", "20000000"),
            ("321-QĐ/VPTU", "22/12/2026", "Giữ lại", "T02", "13", "351", "", "5000000"),
        ],
        later,
    )
    return Book.open(path)


def test_a_line_has_what_was_estimated_spent_normed_and_asked(made: Preparation) -> None:
    usual, lodging = line(made.lines, "T01", "13"), line(made.lines, "T01", "12", "6700")

    assert list(made.lines.columns) == list(COLUMNS)
    assert [usual[name] for name in (*BEFORE, "asked")] == [
        500_000_000,
        2_100_000,
        600_000_000,
        19_850_000,
        650_000_000,
    ]
    assert (lodging["asked"], lodging["by_norm"]) == (20_000_000, 20_000_000)
    assert all(pd.isna(usual[name]) for name in ("by_norm", "proposed", "difference"))


def test_the_module_s_table_is_the_review(made: Preparation) -> None:
    assert preparation.table(small.book(), small.YEAR).equals(made.lines)


def test_a_line_that_nobody_asks_for_is_shown_while_it_had_an_estimate(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    rows = (need("Hội nghị", "1.000.000", source="12", item="6650"),)
    late = {"at": "2026-11-06T09:00:00+07:00", "replace": True, "reason": "lập lại"}
    assert send(path, "requests", "T01", small.YEAR, *rows, **late).accepted

    dropped = line(preparation.table(Book.open(path), small.YEAR), "T01", "13")

    assert (dropped["asked"], dropped["this_estimate"], dropped["this_spent"]) == (0, 600_000_000, 19_850_000)


def test_nothing_that_was_spent_or_decided_is_lost(made: Preparation) -> None:
    book = small.book()
    given = book.estimates()
    given = given[given["unit"].isin(made.units) & given["kind"].isin(ASSIGNED)]
    for column, year in (("last_estimate", "2025"), ("this_estimate", "2026")):
        assert made.lines[column].sum() == given.loc[given["budget_year"] == year, "amount"].sum()
    memo = book.postings(list(made.units))
    used = memo[memo["code"].str.startswith("008") & (memo["entry"] == "voucher") & (memo["side"] == "C")]
    for column, year in (("last_executed", "2025"), ("this_spent", "2026")):
        assert made.lines[column].sum() == -used.loc[used["budget_year"] == year, "amount"].sum()


def test_the_compilation_is_the_sum_of_the_units(made: Preparation) -> None:
    for column in (*BEFORE, "asked"):
        assert made.compiled[column].sum() == made.lines[column].sum()
    usual = made.compiled[(made.compiled["source"] == "13")].iloc[0]
    assert (usual["units"], usual["asked"]) == (2, 1_150_000_000)


def test_a_figure_that_the_office_has_not_given_is_absent_not_nought(assigned: Book) -> None:
    before, after = Preparation(small.book(), small.YEAR), Preparation(assigned, small.YEAR)

    assert before.compiled["proposed"].isna().all()
    assert after.compiled["proposed"].sum() == 1_180_000_000
    first = line(after.lines, "T01", "13")
    assert (first["proposed"], first["difference"], first["reason"]) == (
        620_000_000,
        -30_000_000,
        "Theo khả năng cân đối",
    )


@pytest.mark.parametrize(
    ("tree", "below", "units"),
    [
        ("budget", None, ["VPTU", "T01", "T02", "MOI"]),
        ("party", None, ["VPTU", "T01", "T02", "MOI", "XA01"]),
        ("budget", "T01", ["T01"]),
        ("budget", "XA01", ["XA01"]),
        ("party", "VPTU", ["VPTU", "T01", "T02", "MOI", "XA01"]),
    ],
)
def test_any_part_of_a_tree_can_be_compiled(tree: Any, below: str | None, units: list[str]) -> None:  # noqa: ANN401
    assert list(Preparation(small.book(), small.YEAR, tree, below).units) == units


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(UnknownUnitError):
        Preparation(small.book(), small.YEAR, below="X99")
    with pytest.raises(UnknownUnitError):
        need_form.need_form(small.book(), "X99", small.YEAR)


def test_the_coverage_names_who_is_in_late_and_missing() -> None:
    found = Preparation(small.book(), small.YEAR, "party").coverage

    assert [(one.unit, one.state, one.late_days) for one in found] == [
        ("VPTU", "late", 16),
        ("T01", "received", 0),
        ("T02", "received-late", 5),
        ("MOI", "late", 16),
        ("XA01", "received", 0),
    ]
    assert preparation_tables.coverage(found, "en") == [
        "On time, 2 of 5 units: T01, XA01.",
        "Late, 1: T02 (5 days).",
        "Missing after the due day, 2: VPTU (16 days), MOI (16 days); the sums are without them.",
    ]
    assert Preparation(small.book(), "2028").coverage[0].state == "expected"


def test_the_state_budget_pays_need_less_dues_less_other_receipts() -> None:
    table = Preparation(small.book(), small.YEAR, "party").needs.set_index("unit")

    assert table.loc["XA01", ["need", "dues", "other", "state"]].tolist() == [
        309_000_000,
        45_000_000,
        4_000_000,
        260_000_000,
    ]
    assert table.loc["T01", "state"] == 720_000_000
    assert list(table.index) == ["T01", "T02", "XA01"]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("format_", export.FORMATS)
def test_every_table_leaves_in_every_format_and_language(assigned: Book, language: Language, format_: str) -> None:
    for make in (preparation_tables.review, preparation_tables.compiled, preparation_tables.needs):
        table = make(assigned, small.YEAR, "party", None, language)

        assert export.render(table, format_, language)
        assert any("2026" in column.title for column in table.columns) or make is preparation_tables.needs


def test_norms_without_a_value_are_named_under_the_review() -> None:
    notes = preparation_tables.review(small.book(), small.YEAR, "party").notes

    assert any("XA01 norms.conference (Hội nghị sơ kết)" in note for note in notes)
    assert not any("norms." in note for note in preparation_tables.review(small.book(), small.YEAR, unit="T01").notes)


@cache
def _form(language: Language) -> tuple[str, list[tuple[Any, ...]], dict[str, Any]]:
    form = need_form.need_form(small.book(), "XA01", small.YEAR)
    return words(need_form.pdf(form, language)), cells(need_form.xlsx(form, language)), form.record


@pytest.mark.parametrize("language", ["vi", "en"])
def test_dt01_says_the_same_on_paper_and_in_the_sheet(language: Language) -> None:
    text, rows, record = _form(language)
    amounts = [row[4] for row in rows if isinstance(row[4], int)]

    assert record["state"] == "260000000"
    assert amounts == [309_000_000, 300_000_000, 9_000_000, 45_000_000, 45_000_000, 4_000_000, 4_000_000, 260_000_000]
    for amount in amounts:
        assert f"{amount:,}".replace(",", ".") in text
    assert amount_in_words(260_000_000) in text
    assert "DT01-TCĐ" in text


def test_dt01_says_on_its_face_that_its_layout_is_ours() -> None:
    assert "chưa đối chiếu với mẫu gốc" in _form("vi")[0]
    assert "was not checked against the original" in _form("en")[0]


def test_receipts_beyond_the_need_ask_for_nothing(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    rows = (need("Hoạt động", "10.000.000"), small.receipt("dues", "12.500.000"))
    send(path, "requests", "XA01", small.YEAR, *rows, at="2026-11-06T09:00:00+07:00", replace=True, reason="lập lại")

    form = need_form.need_form(Book.open(path), "XA01", small.YEAR)

    assert form.record["state"] == "-2500000"
    assert "không đề nghị ngân sách nhà nước cấp" in words(need_form.pdf(form))


def test_a_unit_without_a_request_has_no_form() -> None:
    with pytest.raises(need_form.NoRequestError) as none:
        need_form.need_form(small.book(), "MOI", small.YEAR)

    assert none.value.exit_code == 1


def _document(book: Book, number: str, year: str = small.YEAR) -> estimate_document.Document:
    lines, findings = estimate_document.found(book, year, number)
    assert findings == []
    return estimate_document.document(book, lines)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_decision_has_every_line_its_sums_and_the_total_in_words(assigned: Book, language: Language) -> None:
    made = _document(assigned, "315-QĐ/VPTU")
    text = words(estimate_document.pdf(made, language))
    rows = cells(estimate_document.xlsx(made, language))

    assert [(group["unit"], group["total"]) for group in made.record["groups"]] == [
        ("T01", "700000000"),
        ("T02", "480000000"),
    ]
    assert [row[8] for row in rows if isinstance(row[8], int)] == [
        *(int(row["amount"]) for group in made.record["groups"] for row in group["rows"]),
        1_180_000_000,
    ]
    for part in ("315-QĐ/VPTU", "620.000.000", "700.000.000", "1.180.000.000", amount_in_words(1_180_000_000)):
        assert part in text
    assert "3300/QĐ-UBND" in text
    assert ("Điều 52" if language == "vi" else "Article 52") in text
    assert any(amount_in_words(1_180_000_000) in str(row[0]) for row in rows)


def test_the_same_book_gives_the_same_bytes_at_the_time_of_the_decision(assigned: Book) -> None:
    first, again = (_document(Book.open(assigned.path), "315-QĐ/VPTU") for _ in range(2))

    assert first.when.isoformat() == small.ASSIGNED
    assert estimate_document.pdf(first) == estimate_document.pdf(again)
    assert estimate_document.xlsx(first) == estimate_document.xlsx(again)
    assert first.stamp.commit == assigned.commit


@pytest.mark.parametrize(
    ("number", "subject", "total"),
    [
        ("320-QĐ/VPTU", "điều chỉnh dự toán ngân sách năm 2027", "0"),
        ("321-QĐ/VPTU", "giữ lại một phần dự toán ngân sách năm 2027", "5000000"),
    ],
)
def test_other_kinds_of_decisions_say_what_they_do(assigned: Book, number: str, subject: str, total: str) -> None:
    made = _document(assigned, number)
    text = words(estimate_document.pdf(made))

    assert subject in text
    assert made.record["total"] == total
    assert ("−20.000.000" in text and amount_in_words(20_000_000) in text) == (number == "320-QĐ/VPTU")
    assert words(estimate_document.pdf(made, "en"))


def test_what_an_outside_authority_decided_is_a_list_and_no_decision_of_ours(assigned: Book) -> None:
    text = words(estimate_document.pdf(_document(assigned, "3300/QĐ-UBND")))

    assert "BẢNG KÊ DỰ TOÁN ĐƯỢC GIAO" in text
    assert "Điều 1." not in text
    assert "CHÁNH VĂN PHÒNG" not in text


def test_every_kind_of_decision_has_its_words() -> None:
    forms = estimate_document.load_yaml(estimate_document.TEMPLATE)

    assert set(forms["kinds"]) == set(get_args(Kind))
    assert set(forms["subject"]) == set(forms["first_article"]) == set(forms["bases"])


def test_an_unknown_decision_is_named_with_those_there_are(assigned: Book) -> None:
    lines, (finding,) = estimate_document.found(assigned, small.YEAR, "999-QĐ/VPTU")
    other, (elsewhere,) = estimate_document.found(assigned, small.YEAR, "315-QĐ/VPTU", "T01")

    assert (lines, other) == ([], [])
    assert (finding.rule, elsewhere.rule) == ("J78", "J78")
    assert "315-QĐ/VPTU (VPTU)" in finding.expected
