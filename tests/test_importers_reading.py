"""Bytes become a table of cells: kinds of files, encodings, separators, row numbers, and nothing lost on the way."""

from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import limits
from importers.reading import read, rows_text
from importers.tables import Table, heading

HEADER = "Số chứng từ;Diễn giải;Số tiền"
NAMES = frozenset(heading(name) for name in HEADER.split(";"))


def _read(data: bytes | str) -> Table:
    raw = data.encode("utf-8") if isinstance(data, str) else data
    return read(raw, "t3.csv", NAMES, NAMES)


def _codes(table: Table) -> list[str]:
    return [finding.rule for finding in table.findings]


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"", "utf-8", "UTF-8"),
        (b"\xef\xbb\xbf", "utf-8", "UTF-8 (BOM)"),
        (b"\xff\xfe", "utf-16-le", "UTF-16 LE"),
        (b"\xfe\xff", "utf-16-be", "UTF-16 BE"),
    ],
)
def test_an_encoding_that_says_what_it_is_is_read_and_declared(mark: bytes, codec: str, name: str) -> None:
    table = _read(mark + f"{HEADER}\r\nPC1;Tiền điện;5\r\n".encode(codec))

    assert (table.encoding, table.records[0].cells) == (name, ("PC1", "Tiền điện", "5"))


@pytest.mark.parametrize(
    "data",
    [
        "Số chứng từ;Diễn giải\n".encode("utf-16-le"),
        "Số chứng từ".encode()[:-1],
        b"S\xf4\xec ch\xfd\xecng t\xfd\xcc;Di\xeaXn gia\xd2i\r\n",
        b"\xff\xfe\x00\x00" + HEADER.encode("utf-32-le"),
        b"\xff\xfe" + HEADER.encode("utf-16-le") + b"\x00",
        b"\xc0\xaf;overlong\n",
    ],
    ids=["UTF-16 without mark", "cut in a letter", "Windows-1258", "UTF-32", "odd UTF-16", "overlong UTF-8"],
)
def test_an_encoding_that_is_not_known_is_refused_and_never_guessed(data: bytes) -> None:
    assert set(_codes(_read(data))) <= {"F05", "F06"}
    assert _read(data).header == ()


@pytest.mark.parametrize(("delimiter", "name"), [(";", ";"), (",", ","), ("\t", "\t")])
def test_the_separator_is_the_one_that_names_most_columns(delimiter: str, name: str) -> None:
    text = HEADER.replace(";", delimiter) + f'\nPC1{delimiter}"a;b,c"{delimiter}5\n'

    table = _read(text)

    assert (table.delimiter, table.records[0].cells) == (name, ("PC1", "a;b,c", "5"))


def test_excels_separator_line_is_no_row() -> None:
    table = _read(f"sep=;\r\n{HEADER}\r\nPC1;a;5\r\n")

    assert (table.header_row, table.records[0].row) == (1, 2)


def test_rows_have_the_numbers_that_excel_shows() -> None:
    text = f'Tỉnh ủy;;\n\n{HEADER}\nPC1;"hai\ndòng";1\n;;\nPC2;b;2\n'

    table = _read(text)

    assert table.header_row == 3
    assert [record.row for record in table.records] == [6]
    assert set(table.reported) == {4}
    assert (table.blank_rows, _codes(table)) == (1, ["F18"])


def test_a_row_of_wrong_width_is_reported_once_per_width_and_never_shifted() -> None:
    table = _read(f"{HEADER}\nPC1;a\nPC2;b;2\nPC3;c\nPC4;d;4;x\nPC5;e;5;;\n")

    assert [(f.rule, f.row, f.value, f.params["rows"]) for f in table.findings] == [
        ("F14", 2, "2", "2, 4"),
        ("F14", 5, "4", "5"),
    ]
    assert [record.cells for record in table.records] == [("PC2", "b", "2"), ("PC5", "e", "5")]
    assert set(table.reported) == {2, 4, 5}


def test_lines_that_begin_with_a_hash_are_rows_like_others() -> None:
    assert [record.cells[0] for record in _read(f"{HEADER}\n#PC1;a;1\n").records] == ["#PC1"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_read(end: str) -> None:
    assert len(_read(end.join([HEADER, "PC1;a;1", "PC2;b;2"])).records) == 2


def test_unicode_line_separators_do_not_end_a_row() -> None:
    table = _read(f"{HEADER}\nPC1;a\u2028b;1\nPC2;c\x85d;2\n")

    assert [(f.rule, f.row, f.params["sign"]) for f in table.findings] == [("F18", 2, "U+2028"), ("F18", 3, "U+0085")]


def test_a_column_that_the_form_does_not_have_is_not_judged() -> None:
    table = _read(f'{HEADER};Ghi chú\nPC1;a;1;"x\u202e\x00\ny"\n')

    assert _codes(table) == []
    assert len(table.records) == 1


def test_too_many_columns_in_one_row_are_refused_without_delay() -> None:
    started = time.process_time()

    table = _read(HEADER + ";x" * 1_000_000 + "\n")

    assert _codes(table) == ["F10"]
    assert time.process_time() - started < 2


def test_a_file_over_the_limit_is_refused_before_it_is_decoded() -> None:
    started = time.process_time()

    table = _read(b"a" * (50 * 1024 * 1024))

    assert _codes(table) == ["F02"]
    assert time.process_time() - started < 0.5


def test_more_rows_than_a_sheet_has_are_refused_blank_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHEET_ROWS", 1_000)

    assert _codes(_read(f"{HEADER}\nPC1;a;1\n" + "\n" * 998)) == []
    assert _codes(_read(f"{HEADER}\nPC1;a;1\n" + "\n" * 1_005)) == ["F10"]


def test_numbers_of_many_rows_are_cut_for_a_sentence() -> None:
    assert rows_text([1, 2]) == "1, 2"
    assert rows_text(list(range(20)), most=2) == "0, 1 …"


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_findings(data: bytes) -> None:
    table = _read(data)

    assert table.header or table.findings


_CELL = st.text(st.characters(codec="utf-8"), max_size=8)


@given(st.lists(st.lists(_CELL, min_size=1, max_size=5), max_size=8))
def test_every_filled_row_is_used_or_reported(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([HEADER.split(";"), *rows])
    text = out.getvalue()
    filled = {
        number
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=";"), start=1)
        if number > 1 and any(cell.strip() for cell in cells)
    }

    table = _read(text)

    assert {record.row for record in table.records} | set(table.reported) == filled
    assert not {record.row for record in table.records} & set(table.reported)
    assert table.blank_rows + len(filled) + 1 == len(list(csv.reader(io.StringIO(text, newline=""), delimiter=";")))
    assert set(table.reported) == set() or table.findings
