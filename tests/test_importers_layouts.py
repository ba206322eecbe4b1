"""Layouts: every column is filled in by its own help, its keys are what the book keeps, marks are known again."""

from __future__ import annotations

import pytest

from importers.cells import Bad, read_cell
from importers.forms import Form, read_form
from importers.layouts import LAYOUTS, Column, Layout
from ledger import records

COLUMNS = [(layout, column) for layout in LAYOUTS.values() for column in layout.columns]
HEADER = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền"
ROW = "PC1;05/03/2026;Chi tiền;1111;1121;1.000"


def _name(value: object) -> str:
    return value.name if isinstance(value, Layout) else getattr(value, "key", "")


def _read(*titles: str) -> Form:
    return read_form("\n".join((*titles, HEADER, ROW)).encode(), "t3.csv", LAYOUTS["vouchers"])


def test_the_forms_stand_under_their_names() -> None:
    assert all(form == layout.form for form, layout in LAYOUTS.items())
    assert set(LAYOUTS) == {"vouchers", "estimates", "opening", *records.KINDS}
    assert {form: layout.span for form, layout in LAYOUTS.items() if layout.span != "month"} == {
        "estimates": "year",
        "opening": "year",
        "assets": "year",
        "requests": "year",
        "carryover": "year",
        "dues": "quarter",
    }


@pytest.mark.parametrize(("layout", "column"), COLUMNS, ids=_name)
def test_a_columns_sample_passes_its_own_reader(layout: Layout, column: Column) -> None:
    assert column.sample, layout.name
    assert not isinstance(read_cell(column.sample, column), Bad), (layout.name, column.key, column.sample)


@pytest.mark.parametrize(("layout", "column"), COLUMNS, ids=_name)
def test_a_column_is_explained_in_both_languages(layout: Layout, column: Column) -> None:
    for sentence in (column.help_vi, column.help_en):
        assert sentence.endswith("."), (layout.name, column.key)
        assert sentence[0].isupper() or sentence[0].isdigit()
    assert column.help_vi != column.help_en


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=_name)
def test_a_file_of_the_samples_is_the_form(layout: Layout) -> None:
    header = "\t".join(column.vi for column in layout.columns)
    row = "\t".join(column.sample for column in layout.columns)

    form = read_form(f"{layout.mark}\n{header}\n{row}\n".encode(), "mau.csv", layout)

    assert form.usable
    assert (len(form.lines), form.reported) == (1, frozenset())


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=_name)
def test_the_control_total_is_an_amount_of_the_form(layout: Layout) -> None:
    assert layout.control == "" or layout.by_key[layout.control].kind == "amount"
    assert [form for form, one in LAYOUTS.items() if not one.control] == ["trips"]


@pytest.mark.parametrize("kind", records.KINDS)
def test_a_register_keeps_every_column_of_its_form_but_the_owner(kind: str) -> None:
    columns = [column for column in LAYOUTS[kind].columns if column.key != "owner"]

    assert tuple(column.key for column in columns if not column.whole) == records.TEXTS[kind]
    assert tuple(column.key for column in columns if column.whole) == records.NUMBERS[kind]


def test_a_words_meaning_is_unique_and_its_unknown_word_has_a_code() -> None:
    for layout, column in COLUMNS:
        assert bool(column.words) == bool(column.unknown) == (column.kind == "word"), (layout.name, column.key)
        assert len(set(column.words.values())) == len(column.words)


@pytest.mark.parametrize(
    "title", ["vouchers/1", "Mẫu: vouchers/1 (Sông Lam)", "Sổ vouchers/tiền mặt", "ngày 05/03", ""]
)
def test_titles_with_the_mark_in_use_or_none_change_nothing(title: str) -> None:
    assert _read(f"{title};;;;;").findings == ()


@pytest.mark.parametrize("title", ["vouchers/0", "Mẫu: vouchers/2;;;;;", "BAN MỘT;mẫu vouchers/10"])
def test_the_mark_of_another_version_is_refused_with_the_name_of_the_right_one(title: str) -> None:
    form = _read("TRƯỜNG CHÍNH TRỊ;;;;;", title)

    (finding,) = form.findings
    assert (finding.rule, finding.row, finding.expected) == ("F86", 2, "vouchers/1")
    assert not form.usable


def test_the_mark_of_another_form_is_the_wrong_form_even_with_the_right_columns() -> None:
    (finding,) = _read("dues/1;;;;;").findings

    assert (finding.rule, finding.row, finding.value) == ("F07", 1, "Thu, nộp đảng phí")
