"""XLSX files: exact numbers, real dates, honest refusals, and archives that mean harm."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from importers import limits
from importers.reading import read
from importers.tables import Odd, Table, heading

HEADER = ["Số chứng từ", "Diễn giải", "Số tiền"]
NAMES = frozenset(heading(name) for name in HEADER)
SHEET = "xl/worksheets/sheet1.xml"


def _bytes(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read(data: bytes) -> Table:
    return read(data, "t3.xlsx", NAMES, NAMES)


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return out.getvalue()


def _sheet_xml(rows: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode()


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (1234567, 1234567),
        (1234567.0, 1234567),
        (-5, -5),
        (0.5, Odd("F33", "0.5")),
        (1234567.0000001, Odd("F33", "1234567.0000001")),
        (2.0**53, Odd("F34", "9007199254740992")),
        (2**53 - 1, 2**53 - 1),
        (date(2026, 3, 5), date(2026, 3, 5)),
        (datetime(2026, 3, 5, 10, 30), date(2026, 3, 5)),  # noqa: DTZ001 - spreadsheets have no time zones
        (True, Odd("F24", "TRUE")),
        ("#REF!", Odd("F23", "#REF!")),
        ("=1+2", Odd("F23", "=1+2")),
        (None, ""),
    ],
)
def test_a_cell_is_exact_or_odd(value: object, cell: object) -> None:
    table = _read(_bytes(T3=[HEADER, ["PC1", "a", value]]))

    assert table.records[0].cells == ("PC1", "a", cell)
    assert type(table.records[0].cells[2]) is type(cell)


def test_rows_keep_the_sheets_numbers_over_gaps() -> None:
    rows = (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Số chứng từ</t></is></c>'
        '<c r="B2" t="inlineStr"><is><t>Số tiền</t></is></c></row>'
        '<row r="900"><c r="B900"><v>7</v></c></row>'
    )

    table = _read(_with_part(_bytes(T3=[HEADER]), SHEET, _sheet_xml(rows)))

    assert (table.header_row, [record.row for record in table.records]) == (2, [900])
    assert table.records[0].cells == ("", 7)
    assert table.blank_rows == 897


def test_the_first_visible_sheet_with_a_header_is_read_and_others_are_named() -> None:
    table = _read(_bytes(Bia=[["Tỉnh ủy"]], T3=[HEADER, ["PC1", "a", 1]], T4=[HEADER, ["PC2", "b", 2]]))

    assert (table.sheet, [record.cells[0] for record in table.records]) == ("T3", ["PC1"])
    assert [(f.rule, f.value, f.params["others"]) for f in table.findings] == [("F25", "T3", "T4")]


def test_a_workbook_without_our_header_is_refused_once() -> None:
    assert [f.rule for f in _read(_bytes(T3=[["a", "b"], [1, 2]])).findings] == ["F06"]


def test_a_header_of_too_many_columns_is_refused() -> None:
    row = [*HEADER, *[f"c{n}" for n in range(limits.COLUMNS)]]

    assert [f.rule for f in _read(_bytes(T3=[row])).findings] == ["F10"]


def test_cells_beside_the_table_are_not_read() -> None:
    table = _read(_bytes(T3=[HEADER, ["PC1", "a", 1, None, "ghi chú bên lề"]]))

    assert table.records[0].cells == ("PC1", "a", 1)


def test_a_sheet_that_claims_a_huge_size_is_read_by_what_it_has() -> None:
    data = _bytes(T3=[HEADER, ["PC1", "a", 1]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = re.sub(rb'ref="A1:C2"', b'ref="A1:XFD1048576"', archive.read(SHEET))
    started = time.process_time()

    table = _read(_with_part(data, SHEET, xml))

    assert b"XFD" in xml
    assert len(table.records) == 1
    assert time.process_time() - started < 1


@pytest.mark.parametrize("row", ["99999999999", "1048577"])
def test_a_row_number_beyond_the_sheet_is_damage_not_a_hang(row: str) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Số chứng từ</t></is></c>'
        f'<c r="B1" t="inlineStr"><is><t>Số tiền</t></is></c></row><row r="{row}"><c r="B{row}"><v>7</v></c></row>'
    )

    table = _read(_with_part(_bytes(T3=[HEADER]), SHEET, _sheet_xml(rows)))

    assert [f.rule for f in table.findings] == ["F12"]


@pytest.mark.parametrize(
    "entity",
    [
        b'<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">',
        b'<!ENTITY c SYSTEM "file:///etc/hostname">',
    ],
    ids=["billion laughs", "external entity"],
)
def test_xml_entities_are_refused(entity: bytes) -> None:
    xml = b"<!DOCTYPE worksheet [" + entity + b"]>" + _sheet_xml('<row r="1"><c r="A1" t="str"><v>&c;</v></c></row>')

    table = _read(_with_part(_bytes(T3=[HEADER]), SHEET, xml))

    assert [f.rule for f in table.findings] == ["F12"]
    assert table.findings[0].value == "EntitiesForbidden"


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({SHEET: 3_000_000}, "ratio"),
        ({SHEET: limits.UNPACKED_BYTES + 1}, "bytes"),
        ({"xl/sharedStrings.xml": limits.UNPACKED_PART_BYTES + 1}, "bytes"),
        ({f"x{n}": 1 for n in range(limits.ARCHIVE_MEMBERS + 1)}, "members"),
    ],
)
def test_an_archive_that_unpacks_too_large_is_refused_before_unpacking(members: dict[str, int], what: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in members.items():
            archive.writestr(name, b"0" * size)
    started = time.process_time()

    table = _read(out.getvalue())

    assert [(f.rule, f.value) for f in table.findings] == [("F13", what)]
    assert time.process_time() - started < 1


@pytest.mark.parametrize("cut", [60, 400, 2000])
def test_a_workbook_cut_off_is_damaged(cut: int) -> None:
    assert [f.rule for f in _read(_bytes(T3=[HEADER, ["PC1", "a", 1]])[:-cut]).findings] == ["F12"]


def test_a_workbook_with_one_damaged_part_is_damaged() -> None:
    data = _with_part(_bytes(T3=[HEADER]), SHEET, b"<worksheet><sheetData><row>")

    assert [f.rule for f in _read(data).findings] == ["F12"]
