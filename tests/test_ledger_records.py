"""Registers of what is not money: one canonical form, read back exactly, damage named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import records
from ledger.records import DamagedRecordsError, Record

EVENT = Record(
    "T01",
    "2026-02",
    7,
    dict.fromkeys(records.TEXTS["events"], "") | {"event": "HN-1", "name": 'Hội nghị "mở rộng", lần 2'},
    {"heads": 45},
)
PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=12)


def test_a_file_has_its_header_rows_and_sums_in_plain_text() -> None:
    data = records.write("events", [EVENT])

    assert data.decode().splitlines() == [
        "row,event,kind,name,first_day,last_day,host,served,place,document,note,heads,planned_cost",
        '7,HN-1,,"Hội nghị ""mở rộng"", lần 2",,,,,,,,45,',
    ]
    assert records.read("events", data, "T01", "2026-02") == (EVENT,)
    assert (EVENT.number("heads"), EVENT.number("planned_cost")) == (45, 0)


@given(st.data(), st.sampled_from(records.KINDS))
def test_what_is_written_reads_back_as_it_was(data: st.DataObject, kind: str) -> None:
    texts = data.draw(st.fixed_dictionaries(dict.fromkeys(records.TEXTS[kind], PRINTABLE)))
    names = st.sampled_from(records.NUMBERS[kind])
    numbers = data.draw(st.dictionaries(names, st.integers(-(10**15), 10**15)))
    row = Record("T01", "2026", data.draw(st.integers(1, 10**6)), texts, numbers)

    written = records.write(kind, [row])

    assert records.read(kind, written, "T01", "2026") == (row,)
    assert records.write(kind, records.read(kind, written, "T01", "2026")) == written


def test_no_file_has_no_rows() -> None:
    assert records.read("dues", None, "XA01", "2026-Q1") == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"row,", b"line,"),
        (b",45,", b",45.5,"),
        (b",45,", b",045,"),
        (b",45,", b",45,,"),
        (b"7,HN-1", b",HN-1"),
        (b"7,HN-1", b"7 ,HN-1"),
        (b"\n", b"\r\n"),
        (b"HN-1", b'"HN-1"'),
        (b"HN-1", b"\xff"),
        (b"45,\n", b'45,"'),
    ],
)
def test_what_the_program_did_not_write_is_damaged(old: bytes, new: bytes) -> None:
    data = records.write("events", [EVENT]).replace(old, new)

    with pytest.raises(DamagedRecordsError, match=r"registers/events/T01/2026-02\.csv"):
        records.read("events", data, "T01", "2026-02")


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"", 1),
        (b"row,event\n", 1),
        (records.write("events", [EVENT, EVENT]).replace(b",45,", b",45.5,", 1), 2),
        (records.write("events", [EVENT, EVENT])[:-1] + b",more\n", 3),
        (records.write("events", [EVENT]) + b"\n", 3),
        (records.write("events", [EVENT]).replace(b"HN-1", b'"HN-1"'), 1),
    ],
)
def test_damage_is_named_with_its_row(data: bytes, row: int) -> None:
    with pytest.raises(DamagedRecordsError, match=f"at row {row}:"):
        records.read("events", data, "T01", "2026-02")
