"""Blank templates: refused only for being empty, read when filled, and never at odds with the checks."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import openpyxl
import pytest
from submission_cases import cases

from importers import guidance, limits, template
from importers.forms import Form, read_form
from importers.judging import catalogue
from importers.layouts import CODE_FORMS, CODE_SAMPLES, LAYOUTS, Column, Layout
from importers.tables import Cell, Odd
from importers.template import blank
from ledger.findings import LANGUAGES, Language

FORMS = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)

NOT_ABOUT_THE_FORM = {"slots", "handing-in", "correction", "certification", "scans", "registers", "accounts"}
"""Categories of codes about unit, period and slot; `registers` and `accounts` are those of the book's own files."""


@functools.cache
def made(form: str, language: Language, format_: Literal["xlsx", "csv"]) -> bytes:
    """A template, made once for all tests."""
    return blank(LAYOUTS[form], language, format_)


@functools.cache
def opened(form: str, language: Language) -> Any:  # noqa: ANN401 - a workbook
    """A template as a workbook, to look at only."""
    return openpyxl.load_workbook(io.BytesIO(made(form, language, "xlsx")))


def filled(layout: Layout, language: Language, rows: list[dict[str, Any]]) -> bytes:
    """The workbook template with rows typed below its header: column key → value."""
    book = openpyxl.load_workbook(io.BytesIO(made(layout.form, language, "xlsx")))
    page = book.worksheets[0]
    for other in book.worksheets[1:]:
        book.remove(other)
    header = page.max_row
    for number, row in enumerate(rows, start=header + 1):
        for at, column in enumerate(layout.columns, start=1):
            cell = page.cell(number, at, row.get(column.key))
            if isinstance(cell.value, str):
                cell.data_type = "e" if cell.value.startswith("#") else "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled_csv(layout: Layout, language: Language, rows: list[dict[str, str]]) -> bytes:
    """The CSV template with rows typed below its header."""
    out = io.StringIO(newline="")
    write = csv.writer(out, delimiter=";")
    for row in rows:
        write.writerow([row.get(column.key, "") for column in layout.columns])
    return made(layout.form, language, "csv") + out.getvalue().encode("utf-8")


def samples(layout: Layout, language: Language) -> dict[str, str]:
    """A row of the form's own examples, as typed."""
    return {
        column.key: column.words.get(column.sample, column.sample) if language == "en" else column.sample
        for column in layout.columns
    }


def as_a_workbook_holds_it(layout: Layout, row: dict[str, str]) -> dict[str, Any]:
    """The same row with real days and numbers."""
    made: dict[str, Any] = dict(row)
    for column in layout.columns:
        typed = row[column.key]
        if column.kind == "date" and typed:
            day, month, year = typed.split("/")
            made[column.key] = date(int(year), int(month), int(day))
        if column.whole and typed:
            made[column.key] = int(typed.replace(".", ""))
    return made


def codes(form: Form) -> list[str]:
    return [finding.rule for finding in form.findings]


def errors(form: Form) -> list[tuple[str, int | None, str]]:
    return [(f.rule, f.row, f.column) for f in form.findings if catalogue().blocks(f)]


@FORMS
@IN_BOTH
@pytest.mark.parametrize("format_", template.FORMATS)
def test_a_blank_template_is_refused_for_being_empty_and_for_nothing_else(
    layout: Layout, language: Language, format_: Literal["xlsx", "csv"]
) -> None:
    form = read_form(made(layout.form, language, format_), "mau", layout)

    assert codes(form) == ["F22"]
    assert form.table.titles[1][0] == layout.mark


@FORMS
@IN_BOTH
def test_a_template_filled_with_its_own_examples_is_read(layout: Layout, language: Language) -> None:
    row = samples(layout, language)

    typed = read_form(filled_csv(layout, language, [row]), "tep.csv", layout)
    held = as_a_workbook_holds_it(layout, row) if language == "vi" else dict(row)
    in_book = read_form(filled(layout, language, [held]), "tep.xlsx", layout)

    assert codes(typed) == codes(in_book) == []
    assert typed.lines[0].texts == in_book.lines[0].texts
    assert typed.lines[0].amounts == in_book.lines[0].amounts
    assert set(typed.headings) == {column.key for column in layout.columns}
    assert all(row[column.key] for column in layout.columns)


@FORMS
def test_a_template_of_another_form_is_told_as_such(layout: Layout) -> None:
    other = next(one for one in LAYOUTS.values() if one is not layout)

    form = read_form(filled(layout, "vi", [dict(samples(layout, "vi"))]), "tep.xlsx", other)

    assert codes(form) == ["F07"]


@FORMS
def test_every_wrong_cell_of_the_guidance_is_refused_with_the_code_it_names(layout: Layout) -> None:
    good = samples(layout, "vi")
    wrong = [(column, cell, bad.code) for column in layout.columns for cell, bad in guidance.wrong_cells(column)]
    wrong += [(column, text, code) for column in layout.columns for code, text in guidance.NOT_CLEAN]
    typed = [one for one in wrong if isinstance(one[1], str) and not isinstance(one[1], tuple)]
    held = [one for one in wrong if one not in typed]

    by_text = read_form(filled_csv(layout, "vi", [{**good, c.key: str(v)} for c, v, _ in typed]), "a.csv", layout)
    by_type = read_form(filled(layout, "vi", [{**good, c.key: _held(v)} for c, v, _ in held]), "a.xlsx", layout)

    for form, asked in ((by_text, typed), (by_type, held)):
        first = form.table.header_row + 1
        found = errors(form)
        expected = [(code, row, form.headings[c.key]) for row, (c, _, code) in enumerate(asked, start=first)]
        assert [one for one in expected if one not in found] == []
        assert len(asked) == form.rows


def _held(cell: Cell) -> Any:  # noqa: ANN401 - what a spreadsheet cell can hold
    """What a workbook holds where its reader sees this cell."""
    if not isinstance(cell, Odd):
        return cell
    return True if cell.text == "TRUE" else cell.text if cell.code == "F23" else float(cell.text)


@FORMS
def test_an_empty_cell_is_refused_where_the_guidance_says_so_and_only_there(layout: Layout) -> None:
    good = samples(layout, "vi")
    rows = [{**good, column.key: ""} for column in layout.columns]

    form = read_form(filled_csv(layout, "vi", rows), "a.csv", layout)

    first = form.table.header_row + 1
    refused = {form.table.header[row - first] for code, row, _ in errors(form) if code == "F30" and row}
    said = {guide.title for guide in guidance.guides(layout, "vi") if any(one.code == "F30" for one in guide.refused)}
    starred = {name.removesuffix(" *") for name in template.headings(layout, "vi") if name.endswith(" *")}
    assert {name.removesuffix(" *") for name in refused} == said == starred


@FORMS
@IN_BOTH
def test_every_word_offered_is_taken(layout: Layout, language: Language) -> None:
    good = samples(layout, language)
    words = [(column, word) for column in layout.columns for word in guidance.words(column, language)]
    words = words or [(layout.columns[0], layout.columns[0].sample)]

    form = read_form(filled_csv(layout, language, [{**good, c.key: word} for c, word in words]), "a.csv", layout)

    assert errors(form) == []
    for line, (column, word) in zip(form.lines, words, strict=True):
        assert line.texts[column.key] == column.words.get(word, word)


def test_an_example_that_the_reader_takes_is_never_called_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    column = LAYOUTS["vouchers"].columns[0]
    monkeypatch.setattr(guidance, "read_cell", lambda cell, column: str(cell))  # noqa: ARG005 - signature of the reader

    assert list(guidance.wrong_cells(column)) == []


def test_every_kind_of_column_and_code_is_explained_and_has_wrong_examples() -> None:
    kinds = {column.kind for layout in LAYOUTS.values() for column in layout.columns}
    for language in LANGUAGES:
        said = {guide.column.kind: guide for one in LAYOUTS.values() for guide in guidance.guides(one, language)}
        assert said.keys() == kinds == guidance.WRONG.keys()
        assert all(guide.how and guide.help and guide.needed and guide.refused for guide in said.values())
    for name in CODE_FORMS:
        column = Column("x", "X", "code", code=name)
        assert CODE_SAMPLES[name] in guidance.how(column, "vi")


def test_digits_are_said_as_the_check_counts_them() -> None:
    assert guidance.how(Column("x", "X", "code", code="account"), "vi") == "từ 3 đến 8 chữ số, ví dụ 6111, 008212"
    assert guidance.how(Column("x", "X", "code", code="item"), "en") == "4 digits, such as 6501"


def _codes_in(layout: Layout) -> set[str]:
    """Every code that the guidance of a form names."""
    guides = guidance.guides(layout, "vi")
    of_cells = {one.code for guide in guides for one in guide.refused} | {r.code for r in guidance.every_column("vi")}
    listed = {entry.code for entry in (*guidance.whole_file(layout), *guidance.afterwards(layout))}
    return of_cells | listed


def _provoked() -> Iterator[tuple[str, str, str]]:
    for case in cases():
        form = case.expected["command"].get("kind", "vouchers").partition("/")[0]
        for finding in case.expected["findings"]:
            yield case.folder.name, form, finding["rule"]


def test_what_the_golden_cases_are_refused_for_stands_in_the_guidance() -> None:
    known = {form: _codes_in(layout) for form, layout in LAYOUTS.items()}
    own = {code for codes_ in known.values() for code in codes_}

    missing = [
        (name, form, code)
        for name, form, code in _provoked()
        if code not in known[form] and (catalogue()[code].category not in NOT_ABOUT_THE_FORM or code in own)
    ]

    assert missing == []


def _page(layout: Layout, language: Language, at: int) -> Any:  # noqa: ANN401 - a worksheet
    return opened(layout.form, language).worksheets[at]


@FORMS
@IN_BOTH
def test_the_sheet_to_fill_in_keeps_zeros_shows_days_and_offers_words(layout: Layout, language: Language) -> None:
    book = opened(layout.form, language)
    page, lists = book.worksheets[0], book.worksheets[3]
    header = page.max_row
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}

    assert page.freeze_panes == f"A{header + 1}"
    for at, column in enumerate(layout.columns, start=1):
        head = page.cell(header, at)
        shape = page.column_dimensions[head.column_letter].number_format
        assert shape == {"amount": "#,##0;[Red]-#,##0", "count": "#,##0;[Red]-#,##0", "date": "dd/mm/yyyy"}.get(
            column.kind, "@"
        )
        assert head.font.bold
        assert head.value.endswith(" *") == template.must(column)
        assert (column.help_vi if language == "vi" else column.help_en) in head.comment.text
        rule = rules.get(f"{head.column_letter}{header + 1}:{head.column_letter}{limits.ROWS}")
        assert (rule is not None) == (column.kind == "word")
        if rule is not None:
            place = rule.formula1.partition("!")[2]
            assert [cell.value for (cell,) in lists[place]] == guidance.words(column, language)
    assert lists.sheet_state == "hidden"


@FORMS
def test_control_totals_wait_for_the_submitter(layout: Layout) -> None:
    page = _page(layout, "vi", 0)
    labels = {page.cell(row, 1).value: page.cell(row, 2).value for row in range(3, page.max_row - 1)}

    assert labels == dict.fromkeys(["Tổng số dòng:", *(["Tổng số tiền:"] if layout.control else [])])


@FORMS
@IN_BOTH
def test_guidance_and_example_say_the_form_and_its_remedies(layout: Layout, language: Language) -> None:
    guide, example = (_page(layout, language, at) for at in (1, 2))
    said = {str(cell) for row in guide.iter_rows(values_only=True) for cell in row if cell is not None}
    shown = [cell for row in example.iter_rows(values_only=True) for cell in row if cell is not None]

    for one in guidance.guides(layout, language):
        assert {one.title, one.help, one.how} <= said
        assert {refused.fix for refused in one.refused} <= said
    assert set(samples(layout, language).values()) <= set(shown)
    header = next(row for row in range(1, 40) if str(example.cell(row, 1).value or "").endswith("*"))
    assert header > limits.TITLE_ROWS + 1


@FORMS
@IN_BOTH
def test_the_guidance_as_text_names_every_column_and_code(layout: Layout, language: Language) -> None:
    text = guidance.as_text(layout, language)

    assert layout.mark in text
    assert all(guide.title in text and guide.help in text for guide in guidance.guides(layout, language))
    assert all(code in text for code in _codes_in(layout))


def test_the_same_template_is_the_same_bytes() -> None:
    assert blank(LAYOUTS["dues"], "vi", "xlsx") == made("dues", "vi", "xlsx")


@FORMS
def test_no_cell_of_a_template_is_a_formula(layout: Layout) -> None:
    cells = (cell for page in opened(layout.form, "vi").worksheets for row in page.iter_rows() for cell in row)

    assert "f" not in {cell.data_type for cell in cells}
