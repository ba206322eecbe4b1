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
        b"S\xf4\xec ch\xfd\xecng t\xfd\xcc;x\r\n",
        b"\xff\xfe\x00\x00" + HEADER.encode("utf-32-le"),
        b"\xc0\xaf;overlong\n",
        HEADER.encode() + b"\n\xed\xa0\x80;surrogate;1\n",
        HEADER.encode() + b"\nPC1;\xe1;1\n",
        b"Dien giai;So tien\nx;1\xe8",
    ],
    ids=[
        "UTF-16 without mark",
        "Windows-1258 with one name",
        "UTF-32",
        "overlong UTF-8",
        "surrogates",
        "one bad byte",
        "one bad byte at the end",
    ],
)
def test_an_encoding_that_is_not_known_is_refused_and_never_guessed(data: bytes) -> None:
    assert set(_codes(_read(data))) <= {"F05", "F06"}
    assert _read(data).header == ()


@pytest.mark.parametrize(
    ("data", "value", "row"),
    [
        (f"{HEADER}\nPC1;tiề".encode()[:-1], "UTF-8", None),
        (b"\xef\xbb\xbf" + f"{HEADER}\nPC1;tiề".encode()[:-1], "UTF-8 (BOM)", None),
        (b"\xff\xfe" + HEADER.encode("utf-16-le") + b"\x00", "UTF-16 LE", None),
        (b"\xfe\xff" + HEADER.encode("utf-16-be") + b"\x00", "UTF-16 BE", None),
        (b"PK\x03\x04" + b"\0" * 500, "XLSX", None),
        (f"{HEADER}\nPC1;a;1\nPC2;b".encode(), "CSV", 3),
        (f"{HEADER}\nPC1;a;1\nPC2".encode(), "CSV", 3),
        (f"{HEADER}\r\nPC1".encode(), "CSV", 2),
    ],
    ids=["in a letter", "with BOM", "UTF-16", "UTF-16 BE", "archive", "in a row", "in a cell", "first row"],
)
def test_a_file_that_breaks_off_is_said_to(data: bytes, value: str, row: int | None) -> None:
    table = _read(data)

    assert [(f.rule, f.value, f.row) for f in table.findings] == [("F93", value, row)]
    assert set(table.reported) == ({row} if row else set())


@pytest.mark.parametrize(
    "end", ["", "PC9", "PC9;", "PC9;a;", "PC9;a;1", 'PC9;"a', 'PC9;"a"', "PC9;a;1\n", "PC9\n", "\n", ";;", "\n\n"]
)
def test_a_file_cut_anywhere_loses_no_row_without_a_word(end: str) -> None:
    table = _read(f"{HEADER}\nPC1;a;1\n{end}")

    rows = 1 + bool(end.strip("\n;"))
    if "F11" not in _codes(table):
        assert len(table.records) + len(table.reported) == rows
    assert len(table.records) == rows or table.findings


@pytest.mark.parametrize(("delimiter", "name"), [(";", ";"), (",", ","), ("\t", "\t")])
def test_the_separator_is_the_one_that_names_most_columns(delimiter: str, name: str) -> None:
    text = HEADER.replace(";", delimiter) + f'\nPC1{delimiter}"a;b,c"{delimiter}5\n'

    table = _read(text)

    assert (table.delimiter, table.records[0].cells) == (name, ("PC1", "a;b,c", "5"))


STRUCTURES = [
    ("plain", f"{HEADER}\nPC1;a;1\n", [("PC1", "a", "1")], {}, []),
    ("no line end at the end", f"{HEADER}\nPC1;a;1", [("PC1", "a", "1")], {}, []),
    ("other order", "Số tiền;Số chứng từ;Diễn giải\n1;PC1;a\n", [("1", "PC1", "a")], {}, []),
    ("extra column", f"{HEADER};Ghi chú\nPC1;a;1;x\n", [("PC1", "a", "1", "x")], {}, []),
    ("extra column in front", f"STT;{HEADER}\n1;PC1;a;1\n", [("1", "PC1", "a", "1")], {}, []),
    ("extra cell", f"{HEADER}\nPC1;a;1;x\n", [], {2: 4}, ["F14"]),
    ("extra empty cells", f"{HEADER}\nPC1;a;1;;; \n", [("PC1", "a", "1")], {}, []),
    ("header with empty cells at its end", f"{HEADER};;\nPC1;a;1;;\n", [("PC1", "a", "1")], {}, []),
    ("missing cell", f"{HEADER}\nPC1;a\n", [], {2: 2}, ["F14"]),
    ("one cell", f"{HEADER}\nPC1\n", [], {2: 1}, ["F14"]),
    ("missing twice", f"{HEADER}\nPC1;a\nPC2;b;2\nPC3;c\n", [("PC2", "b", "2")], {2: 2, 4: 2}, ["F14"]),
    ("two wrong widths", f"{HEADER}\nPC1\nPC2;b;2;x\n", [], {2: 1, 3: 4}, ["F14", "F14"]),
    ("blank rows", f"{HEADER}\n\nPC1;a;1\n;;\n  ;;\n", [("PC1", "a", "1")], {}, []),
    ("quoted separators", f'{HEADER}\nPC1;"a;b";1\n', [("PC1", "a;b", "1")], {}, []),
    ("doubled quotes", f'{HEADER}\nPC1;"a ""b""";1\n', [("PC1", 'a "b"', "1")], {}, []),
    ("quotes inside a cell", f'{HEADER}\nPC1;a "b";1\n', [("PC1", 'a "b"', "1")], {}, []),
    ("quoted line break", f'{HEADER}\nPC1;"a\nb";1\nPC2;c;2\n', [("PC2", "c", "2")], {2: 3}, ["F18"]),
    ("quoted carriage return", f'{HEADER}\nPC1;"a\rb";1\n', [], {2: 3}, ["F18"]),
    ("quote not closed", f'{HEADER}\nPC1;"a;1\nPC2;b;2\n', [], {}, ["F11"]),
    ("text after a quote", f'{HEADER}\nPC1;"a"b;1\n', [], {}, ["F11"]),
    ("hash rows", f"{HEADER}\n# PC1;a;1\n", [("# PC1", "a", "1")], {}, []),
    ("spaces around", f"{HEADER}\n PC1 ; a ; 1 \n", [("PC1", "a", "1")], {}, []),
    ("header twice", f"{HEADER}\nPC1;a;1\n{HEADER}\n", [("PC1", "a", "1"), tuple(HEADER.split(";"))], {}, []),
    ("empty", "", [], {}, ["F01"]),
    ("blank", " \n\n", [], {}, ["F01"]),
    ("header only", HEADER, [], {}, []),
    ("no header", "a;b;c\nPC1;a;1\n", [], {}, ["F06"]),
    ("one known name", "Số tiền;b;c\n1;a;1\n", [], {}, ["F06"]),
    ("header too deep", "x\n" * 11 + f"{HEADER}\nPC1;a;1\n", [], {}, ["F06"]),
    ("header as deep as it may be", "x\n" * 10 + f"{HEADER}\nPC1;a;1\n", [("PC1", "a", "1")], {}, []),
    ("101 columns", HEADER + ";x" * 98 + "\n", [], {}, ["F10"]),
    ("a row wider than any", f"{HEADER}\nPC1;a;1{';' * 200_000}\n", [], {}, ["F10"]),
    ("NUL in a cell", f"{HEADER}\nPC\x001;a;1\n", [], {2: 3}, ["F18"]),
    ("a line separator in a cell", f"{HEADER}\nPC1;a\u2028b;1\n", [], {2: 3}, ["F18"]),
    ("a byte order mark inside", f"{HEADER}\n\ufeffPC1;a;1\n", [("PC1", "a", "1")], {}, ["F20"]),
    ("mixed ends", f"{HEADER}\r\nPC1;a;1\nPC2;b;2\rPC3;c", [("PC1", "a", "1"), ("PC2", "b", "2")], {4: 2}, ["F93"]),
    ("other separator in cells", f"{HEADER}\nPC1;1,5,6;1\n", [("PC1", "1,5,6", "1")], {}, []),
    ("fullwidth semicolons", HEADER.replace(";", "；") + "\nPC1；a；1\n", [], {}, ["F06"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "records", "reported", "codes"), [case[1:] for case in STRUCTURES], ids=[c[0] for c in STRUCTURES]
)
def test_no_structure_shifts_or_drops_a_row(
    text: str, records: list[tuple[str, ...]], reported: dict[int, int], codes: list[str]
) -> None:
    table = _read(text)

    assert [record.cells for record in table.records] == records
    assert {row: len(cells) for row, cells in table.reported.items()} == reported
    assert _codes(table) == codes


def test_a_last_row_as_short_as_others_is_not_taken_for_a_cut() -> None:
    table = _read(f"{HEADER}\nPC1;a\nPC2;b;2\nPC3;c")

    assert [(f.rule, f.params["rows"]) for f in table.findings] == [("F14", "2, 4")]


def test_the_rows_above_the_header_are_read_and_cleaned() -> None:
    table = _read(f'TỈNH ỦY\u200b;;x\n"Tổng số dòng:\n 2";Ðảng\n{HEADER}\nPC1;a;1\n')

    assert table.titles == (("TỈNH ỦY", "", "x"), ("Tổng số dòng: 2", "Đảng"))
    assert [(change.row, change.column, change.why) for change in table.changes] == [
        (1, "A", "invisible"),
        (2, "B", "lookalike"),
    ]
    assert _codes(table) == []


def test_look_alikes_in_headings_do_not_hide_the_header() -> None:
    assert _read(HEADER.replace("Số", "Số\u00a0").replace("D", "D") + "\nPC1;a;1\n").header == tuple(HEADER.split(";"))
    assert _read("Số сhứng từ;Diễn giải;Số tiền\nPC1;a;1\n").header == tuple(HEADER.split(";"))


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
