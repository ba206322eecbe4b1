"""Ten thousand damaged files: each becomes a table or findings with a code, none a crash, none takes a second."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from old_encodings import VNI_SAMPLE, tcvn3, windows_1258

from importers.judging import catalogue
from importers.layouts import NAMES, VOUCHERS
from importers.reading import read
from importers.tables import Table
from ledger.findings import LANGUAGES

KNOWN = frozenset(VOUCHERS.by_heading)
TEXT = (
    "VĂN PHÒNG TỈNH ỦY;;;;;\r\n\r\nSố chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền\r\n"
    'PC1;05/03/2026;Chi tiền điện tháng 2;612;511;1.234.567\r\nPC2;06/03/2026;"Chi ""mua"" sách; báo";612;511;-5\r\n'
    "PC3;07/03/2026;Tạm ứng cho Đảng ủy;1388;1111;9.000\r\n;;;;;\r\nPC4;08/03/2026;Đảng phí;1111;3388;10\r\n"
)
BITS = [
    *(b"", b"\0", b"\r", b"\n", b'"', b'""', b";", b",", b"\t", b"\xff", b"\x80", b"\xc3", b"\xad", b"\xed\xa0\x80"),
    *(b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xe2\x80\x8b", b"\xd0\xa1", b"sep=;\n", b"=1+1"),
    *(b"9" * 400, b";" * 300),
]
XML_BITS = [
    *(b"", b"<", b">", b"</", b"/>", b"&", b"&amp;", b"&#0;", b"&#x41;", b"<c>", b"</c>", b"<v>", b"</row>", b"x:"),
    *(b"<row r='2'>", b't="s"', b't="e"', b's="9"', b'r="XFD1"', b'r="A0"', b'r="ZZZZ1"', b"1E999", b"NaN", b"-"),
    *(
        b"<!DOCTYPE a>",
        b"<!--",
        b"<![CDATA[",
        b"_x0000_",
        b"\xff\xfe",
        b"\0",
        b"9" * 30,
        b"<f>1</f>",
        b"<is><t>",
        b"]]>",
    ),
]
STARTS = [b"", b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd0\xcf\x11\xe0", "Số chứng từ;Số tiền\n".encode()]
Make = Callable[[random.Random], bytes]


def _mutated(data: bytes, bits: list[bytes], made: random.Random) -> bytes:
    """The bytes after a few cuts, copies, swaps and insertions."""
    for _ in range(made.randint(1, 6)):
        at, end = sorted(made.choices(range(len(data) + 1), k=2))
        end = min(end, at + made.choice([1, 1, 2, 8, 60, 400]))
        match made.randrange(5):
            case 0:
                data = data[:at] + made.choice(bits) + data[at:]
            case 1:
                data = data[:at] + data[end:]
            case 2:
                data = data[:at] + made.randbytes(min(end - at, 4)) + data[end:]
            case 3:
                data = data[:end] + data[at:]
            case _:
                data = data[:at] + made.choice(bits) + data[end:]
    return data


def _random_bytes(made: random.Random) -> bytes:
    return made.choice(STARTS) + made.randbytes(made.randrange(200))


def _text(encode: Callable[[str], bytes]) -> Make:
    good = [encode(TEXT.replace(";", sign)) for sign in (";", ",", "\t")]
    return lambda made: _mutated(made.choice(good), BITS, made)


def _parts() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    for row in TEXT.split("\r\n"):
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row.split(";")])  # type: ignore[union-attr]
    book.active["F9"] = "=SUM(F4:F8)"  # type: ignore[index]
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = _parts()
READ_PARTS = [name for name in PARTS if re.search(r"sheet1|workbook\.xml|sharedStrings|styles", name)]


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _workbook_member(made: random.Random) -> bytes:
    name = made.choice(READ_PARTS)
    if made.random() < 0.03:
        return _packed({other: part for other, part in PARTS.items() if other != name})
    return _packed(PARTS | {name: _mutated(PARTS[name], XML_BITS, made)})


GOOD_ARCHIVE = _packed(PARTS)

KINDS: dict[str, tuple[Make, int]] = {
    "random bytes": (_random_bytes, 2_000),
    "UTF-8": (_text(lambda text: text.encode()), 2_000),
    "UTF-16": (_text(lambda text: b"\xff\xfe" + text.encode("utf-16-le")), 1_000),
    "Windows-1258": (_text(windows_1258), 1_000),
    "TCVN3": (_text(lambda text: tcvn3(text).encode("latin-1")), 1_000),
    "TCVN3 in UTF-8": (_text(lambda text: tcvn3(text).encode()), 500),
    "VNI": (_text(lambda _: VNI_SAMPLE.encode("latin-1")), 500),
    "workbook parts": (_workbook_member, 1_500),
    "archives": (
        lambda made: _mutated(GOOD_ARCHIVE, [b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\0" * 9], made),
        500,
    ),
}


def test_there_are_ten_thousand() -> None:
    assert sum(count for _, count in KINDS.values()) >= 10_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_a_table_or_findings_with_a_code(kind: str) -> None:
    make, count = KINDS[kind]
    made = random.Random(kind)
    outcomes = set()
    for number in range(count):
        data = make(made)
        started = time.process_time()
        table = read(data, "fuzz.csv", NAMES, KNOWN)
        assert time.process_time() - started < 1, (kind, number)
        _check(table)
        outcomes.add(table.findings[0].rule if table.findings else "")

    assert len(outcomes) >= 2, outcomes


def _check(table: Table) -> None:
    """A refused file says why; a read one loses no row; every finding can be shown in both languages."""
    assert table.header or table.findings
    used = {record.row for record in table.records}
    assert len(used) == len(table.records)
    assert not used & set(table.reported)
    assert not table.reported or table.findings
    assert table.blank_rows >= 0
    for record in table.records:
        assert len(record.cells) == len(table.header)
    for finding in table.findings:
        for language in LANGUAGES:
            shown = catalogue().render(finding, language)
            assert shown["message"]
            assert shown["fix"]
            "".join(map(str, shown.values())).encode("utf-8")
