"""XLSX files: exact numbers, real dates, honest refusals, and archives that mean harm."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import limits
from importers.reading import read
from importers.tables import Cell, Odd, Table, heading

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


def test_cells_beside_the_table_are_not_read_but_told() -> None:
    beside = ["PC1", "a", 1, None, "ghi chú bên lề"]

    table = _read(_bytes(T3=[HEADER, beside, ["PC2", "b", 2], beside]))

    assert table.records[0].cells == ("PC1", "a", 1)
    assert [(f.rule, f.row, f.column, f.value, f.params["count"]) for f in table.findings] == [
        ("F97", 2, "E", "ghi chú bên lề", 2)
    ]


def test_a_row_that_has_cells_beside_the_table_only_is_reported() -> None:
    only = [None, " ", None, None, None, "PC2", "b", 2]

    table = _read(_bytes(T3=[HEADER, ["PC1", "a", 1], only, [None], only]))

    assert [record.row for record in table.records] == [2]
    assert [(f.rule, f.row, f.column, f.value, f.params["rows"]) for f in table.findings] == [
        ("F98", 3, "F", "PC2", "3, 5")
    ]
    assert table.reported == {3: ("", " ", "", "PC2", "b", 2), 5: ("", " ", "", "PC2", "b", 2)}
    assert table.blank_rows == 1


_NAMES = [chr(ord("A") + at) for at in range(8)]
_FILLED = st.one_of(st.integers(-(10**9), 10**9), st.text("ab\u200bđ", min_size=1, max_size=3), st.just(" "))


@given(st.dictionaries(st.integers(2, 30), st.dictionaries(st.integers(0, 7), _FILLED, max_size=4), max_size=12))
def test_every_filled_row_of_a_sheet_is_used_or_reported(rows: dict[int, dict[int, Any]]) -> None:
    table = _read(_archive(_HEAD_XML + "".join(_row_xml(row, rows[row]) for row in sorted(rows))))

    used, reported = {record.row for record in table.records}, set(table.reported)
    assert used | reported == {row for row, cells in rows.items() if any(str(cell).strip() for cell in cells.values())}
    assert not used & reported
    assert not reported or {finding.rule for finding in table.findings} & {"F18", "F98"}
    assert len(used | reported) + table.blank_rows == max(rows, default=1) - 1
    for record in table.records:
        for at, cell in rows[record.row].items():
            if at < len(HEADER):
                assert str(record.cells[at]) == str(cell).replace("\u200b", "").strip()
            else:
                assert not str(cell).strip() or "F97" in {finding.rule for finding in table.findings}


def _row_xml(row: int, cells: dict[int, Any]) -> str:
    made = "".join(_cell_xml(f"{_NAMES[at]}{row}", cells[at]) for at in sorted(cells))
    return f'<row r="{row}">{made}</row>'


def _cell_xml(place: str, cell: object) -> str:
    if isinstance(cell, int):
        return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>'


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

    assert [(f.rule, f.value) for f in table.findings] == [("F12", f"{SHEET}: DOCTYPE")]


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


@pytest.mark.parametrize("cut", [1, 60, 400, 2000])
def test_a_workbook_cut_off_is_said_to_be(cut: int) -> None:
    data = _bytes(T3=[HEADER, ["PC1", "a", 1]])[:-cut]

    assert [f.rule for f in _read(data).findings] == ["F12" if cut == 1 else "F93"]


@pytest.mark.parametrize(
    "rows",
    [
        "<row>",
        '<row r="0"/>',
        '<row r="x"/>',
        '<row r="1"/>',
        '<row r="2"><c r="A3"/></row>',
        '<row r="2"><c r="B2"/><c r="A2"/></row>',
        '<row r="2"><c r="A2"/><c r="A2"/></row>',
        '<row r="2"><c r="2A"/></row>',
        '<row r="2"><c r="A2"><v>1</v></row>',
        '<row r="2"><c r="A2"><v>one</v></c></row>',
        '<row r="2"><c r="A2"><v>1<b/></v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>0</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>-1</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>x</v></c></row>',
        '<row r="2"><c r="A2" t="?"><v>1</v></c></row>',
        '<row r="2"><c r="A2" s="x"><v>1.5</v></c></row>',
        '<row r="3"/><row r="2"/>',
    ],
)
def test_a_sheet_that_is_not_in_order_is_damaged_and_never_read_in_part(rows: str) -> None:
    table = _read(_archive(_HEAD_XML + rows))

    assert [f.rule for f in table.findings] == ["F12"]
    assert "sheet1.xml" in table.findings[0].value or "ExpatError" in table.findings[0].value
    assert table.records == ()


STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy;@"/>'
    '<numFmt numFmtId="171" formatCode="#,##0&quot; day&quot;"/><numFmt numFmtId="172" formatCode="[Red]#,##0\\d"/>'
    '<numFmt numFmtId="173" formatCode="[h]:mm"/><numFmt numFmtId="174" formatCode="mmm"/>'
    '<numFmt numFmtId="175" formatCode="_-* #,##0\\ _d_-"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    "<cellXfs>"
    + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 170, 171, 172, 173, 174, 175, 20, 3, 49))
    + "</cellXfs></styleSheet>"
)
DAY = date(2026, 3, 5)
CELLS: list[tuple[str, Cell]] = [
    ("<v>1234567</v>", 1234567),
    ("<v>-5</v>", -5),
    ("<v>0</v>", 0),
    ("<v>1234567.0</v>", 1234567),
    ("<v>1.234567E6</v>", 1234567),
    ("<v>12345E-1</v>", Odd("F33", "12345E-1")),
    ("<v>123450E-1</v>", 12345),
    ("<v>0.5</v>", Odd("F33", "0.5")),
    ("<v>.5</v>", Odd("F33", ".5")),
    ("<v>1234567.0000001</v>", Odd("F33", "1234567.0000001")),
    ("<v>1234567.00000000000001</v>", Odd("F33", "1234567.00000000000001")),
    ("<v>9007199254740991</v>", 9007199254740991),
    ("<v>9007199254740992</v>", Odd("F34", "9007199254740992")),
    ("<v>-9007199254740993</v>", Odd("F34", "-9007199254740993")),
    ("<v>1E+15</v>", 10**15),
    ("<v>1E+16</v>", Odd("F34", "1E+16")),
    ("<v>1E+300</v>", Odd("F34", "1E+300")),
    ("<v>1E-300</v>", Odd("F33", "1E-300")),
    ("<v> 7 </v>", 7),
    ("<v></v>", ""),
    ("", ""),
    ('s="1"|<v>46086</v>', DAY),
    ('s="2"|<v>46086</v>', DAY),
    ('s="2"|<v>46086.999</v>', DAY),
    ('s="3"|<v>46086</v>', 46086),
    ('s="4"|<v>46086</v>', 46086),
    ('s="5"|<v>1.5</v>', Odd("F24", "1.5")),
    ('s="6"|<v>46086</v>', DAY),
    ('s="7"|<v>46086</v>', 46086),
    ('s="8"|<v>0.5</v>', Odd("F24", "0.5")),
    ('s="9"|<v>46086</v>', 46086),
    ('s="10"|<v>46086</v>', 46086),
    ('s="99"|<v>46086</v>', 46086),
    ('s="1"|<v>0</v>', Odd("F24", "0")),
    ('s="1"|<v>60</v>', Odd("F24", "60")),
    ('s="1"|<v>59</v>', date(1900, 2, 28)),
    ('s="1"|<v>61</v>', date(1900, 3, 1)),
    ('s="1"|<v>-1</v>', Odd("F24", "-1")),
    ('s="1"|<v>2958465</v>', date(9999, 12, 31)),
    ('s="1"|<v>2958466</v>', Odd("F24", "2958466")),
    ('t="d"|<v>2026-03-05</v>', DAY),
    ('t="d"|<v>2026-03-05T10:30:00Z</v>', DAY),
    ('t="d"|<v>5/3/2026</v>', Odd("F24", "5/3/2026")),
    ('t="b"|<v>1</v>', Odd("F24", "TRUE")),
    ('t="b"|<v>0</v>', Odd("F24", "FALSE")),
    ('t="e"|<v>#REF!</v>', Odd("F23", "#REF!")),
    ('t="str"|<v>#N/A</v>', Odd("F23", "#N/A")),
    ("<f>A1+1</f><v>7</v>", 7),
    ("<f>A1+1</f>", Odd("F23", "=A1+1")),
    ("<f>A1+1</f><v/>", Odd("F23", "=A1+1")),
    ('<f t="shared" si="0"/>', Odd("F23", "=")),
    ('t="str"|<f>IF(A1,"","")</f><v></v>', ""),
    ('t="str"|<f>B1</f><v>chữ</v>', "chữ"),
    ('t="s"|<v>0</v>', "một hai"),
    ('t="s"|<v>1</v>', "đọc"),
    ('t="inlineStr"|<is><t>a</t><rPh><t>b</t></rPh><r><t> c</t></r></is>', "a c"),
    ('t="inlineStr"|<is><t>a_x005F_x000D_b</t></is>', "a_x000D_b"),
    ('t="inlineStr"|<is><t>_xD800_</t></is>', "\ufffd"),
    ('t="inlineStr"|<is><t>1.234.567</t></is>', "1.234.567"),
    ('t="inlineStr"|<is><t>&lt;b&gt; &amp; &#9;</t></is>', "<b> &"),
]
TEXTS = (
    "<sst><si><r><t>một</t></r><r><t xml:space='preserve'> hai</t></r></si><si><t>đọc</t><rPh><t>x</t></rPh></si></sst>"
)


@pytest.mark.parametrize(("xml", "cell"), CELLS, ids=[xml for xml, _ in CELLS])
def test_a_cell_is_read_from_the_text_of_the_file(xml: str, cell: Cell) -> None:
    attributes, _, content = xml.rpartition("|")
    row = f'<row r="2"><c r="A2" t="inlineStr"><is><t>PC1</t></is></c><c r="C2" {attributes}>{content}</c></row>'

    table = _read(_archive(_HEAD_XML + row, styles=STYLES, texts=TEXTS))

    assert [record.cells for record in table.records] == [("PC1", "", cell)]
    assert type(table.records[0].cells[2]) is type(cell)


def test_a_carriage_return_that_excel_writes_as_an_escape_is_a_control_character() -> None:
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>a_x000D_b</t></is></c></row>'

    assert [f.rule for f in _read(_archive(_HEAD_XML + row)).findings] == ["F18"]


def test_a_workbook_that_counts_days_from_1904_is_read_by_its_own_count() -> None:
    book = '<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="T" r:id="r1"/></sheets></workbook>'
    row = '<row r="2"><c r="C2" s="1"><v>44624</v></c></row>'

    table = _read(_archive(_HEAD_XML + row, styles=STYLES, book=book))

    assert table.records[0].cells[2] == DAY


def test_a_workbook_with_prefixes_on_its_elements_is_read_like_others() -> None:
    sheet = re.sub(r"<(/?)", r"<\1x:", _HEAD_XML + '<row><c><v>7</v></c><c t="inlineStr"><is><t>a</t></is></c></row>')

    table = _read(_archive(sheet, prefix="x:"))

    assert [record.cells for record in table.records] == [(7, "a", "")]


def test_hidden_sheets_are_not_looked_at() -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)  # type: ignore[union-attr]
    book.active.sheet_state = "hidden"  # type: ignore[union-attr]
    book.create_sheet("T4").append([*HEADER, "x"])
    out = io.BytesIO()
    book.save(out)

    assert _read(out.getvalue()).sheet == "T4"


def test_titles_of_a_sheet_are_read_and_cleaned() -> None:
    table = _read(_bytes(T3=[["TỈNH ỦY\u200b"], [None, "Tổng số dòng:", 2, date(2026, 3, 5)], HEADER, ["PC1", "Ð", 1]]))

    assert table.titles == (("TỈNH ỦY",), ("", "Tổng số dòng:", 2, DAY))
    assert [tuple(change)[:2] for change in table.changes] == [(1, "A"), (4, "Diễn giải")]


def test_what_a_stock_library_writes_is_read_to_the_cell() -> None:
    made = random.Random(3)
    rows: list[list[Any]] = [
        [f"PC{n}", made.choice(["Chi tiền", "a & <b>", " x "]), made.choice([n, n * 1000, DAY, None])]
        for n in range(300)
    ]

    table = _read(_bytes(T3=[HEADER, *rows]))

    assert [record.cells for record in table.records] == [
        (number, text.strip(), "" if third is None else third) for number, text, third in rows
    ]


_HEAD_XML = '<row r="1">' + "".join(_cell_xml(f"{_NAMES[at]}1", name) for at, name in enumerate(HEADER)) + "</row>"
_BOOK = '<workbook xmlns:r="r"><sheets><sheet name="T3" sheetId="1" r:id="r1"/></sheets></workbook>'
_RELATIONS = "<Relationships>{}</Relationships>".format(
    "".join(
        f'<Relationship Id="r{n}" Type="x/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            [("worksheet", "worksheets/sheet1.xml"), ("styles", "/xl/styles.xml"), ("sharedStrings", "texts.xml")],
            start=1,
        )
    )
)


def _archive(rows: str, *, styles: str = "<s/>", texts: str = "<sst/>", book: str = _BOOK, prefix: str = "") -> bytes:
    """A workbook with these rows as they stand."""
    sheet = f'<{prefix}worksheet xmlns:x="x"><{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>'
    parts = {"workbook.xml": book, "_rels/workbook.xml.rels": _RELATIONS, "worksheets/sheet1.xml": sheet}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in (parts | {"styles.xml": styles, "texts.xml": texts}).items():
            archive.writestr(f"xl/{name}", part)
    return out.getvalue()


def test_a_workbook_with_one_damaged_part_is_damaged() -> None:
    data = _with_part(_bytes(T3=[HEADER]), SHEET, b"<worksheet><sheetData><row>")

    assert [f.rule for f in _read(data).findings] == ["F12"]


def test_more_rows_than_we_read_are_refused_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS", 3)
    beside = [None, None, None, "x"]

    assert [f.rule for f in _read(_bytes(T3=[HEADER, *[["PC1", "a", 1]] * 3])).findings] == []
    assert [f.rule for f in _read(_bytes(T3=[HEADER, *[["PC1", "a", 1]] * 2, beside, beside])).findings] == ["F10"]
