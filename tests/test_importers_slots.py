"""Slots, periods and identities: the same content is the same submission however the file looks."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.forms import Form, read_form
from importers.layouts import VOUCHERS
from importers.periods import BadPeriodError, Period
from importers.slots import BadKindError, Slot, content_of, receipt_id, row_keys, versions
from ledger.events import Event

HEADER = ["voucher", "date", "description", "debit", "credit", "amount"]
ROWS = [
    ["PC1", "05/03/2026", "Tiền điện", "1111", "1121", "1.000"],
    ["PC2", "06/03/2026", "Tiền nước", "1111", "1121", "2.000"],
    ["PC2", "06/03/2026", "Tiền nước", "1111", "1121", "3.000"],
]


def _form(rows: list[list[str]], header: list[str] = HEADER, codec: str = "utf-8", delimiter: str = ";") -> Form:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    mark = {"utf-16-le": b"\xff\xfe", "utf-8": b""}[codec]
    return read_form(mark + out.getvalue().encode(codec), "t3.csv", VOUCHERS)


CONTENT = content_of(_form(ROWS))


@given(st.permutations(range(6)), st.sampled_from([";", ",", "\t"]), st.sampled_from(["utf-8", "utf-16-le"]))
def test_columns_separator_and_encoding_do_not_change_the_identity(
    order: list[int], delimiter: str, codec: str
) -> None:
    header, *rows = [[row[at] for at in order] for row in [HEADER, *ROWS]]

    assert content_of(_form(rows, header, codec, delimiter)) == CONTENT


def test_extra_columns_blank_rows_and_spelling_do_not_change_the_identity() -> None:
    rows = [[*row[:5], row[5].replace(".", ""), "ghi chú"] for row in ROWS]

    assert content_of(_form([rows[0], [""] * 7, *rows[1:]], [*HEADER, "Ghi chú"])) == CONTENT


@given(st.permutations(ROWS))
def test_vouchers_and_their_rows_may_stand_in_another_order(rows: list[list[str]]) -> None:
    assert content_of(_form(rows)) == CONTENT


def test_a_row_keeps_its_key_in_another_place_and_another_row_has_another() -> None:
    keys = row_keys(_form(ROWS))

    assert list(keys) == [2, 3, 4]
    assert len(set(keys.values())) == 3
    assert row_keys(_form([ROWS[2], *ROWS[:2]])) == {2: keys[4], 3: keys[2], 4: keys[3]}
    assert row_keys(_form([[*ROWS[0][:5], "1.001"]]))[2] not in keys.values()


@pytest.mark.parametrize("at", range(6))
def test_every_cell_is_part_of_the_identity(at: int) -> None:
    other = ["PC9", "07/03/2026", "Tiền xăng", "1112", "1122", "1.001"]
    row = [*ROWS[0][:at], other[at], *ROWS[0][at + 1 :]]

    assert content_of(_form([row, *ROWS[1:]])) != CONTENT


@pytest.mark.parametrize(
    ("text", "first", "last", "opens"),
    [
        ("2026-03", "2026-03-01", "2026-03-31", "2026-03-01"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-02-01"),
        ("2025-13", "2025-12-31", "2025-12-31", "2026-01-01"),
        ("2026", "2026-01-01", "2026-12-31", "2026-01-01"),
    ],
)
def test_a_period_knows_its_days(text: str, first: str, last: str, opens: str) -> None:
    period = Period.read(text)

    assert (period.first_day, period.last_day, period.opens, period.exists) == (first, last, opens, True)


@pytest.mark.parametrize(
    "text", ["", "March", "2026-3", "03-2026", "2026/03", "2026-03-01", "202603", "26-03", "２０２６"]
)
def test_a_text_without_the_shape_of_a_period_is_a_wrong_call(text: str) -> None:
    with pytest.raises(BadPeriodError) as problem:
        Slot.of("BTC", text, "vouchers")

    assert problem.value.exit_code == 2


@pytest.mark.parametrize("text", ["2026-00", "2026-14", "2026-99", "1999-05", "0000", "2100-01"])
def test_a_period_of_the_right_shape_may_still_not_exist(text: str) -> None:
    assert not Period.read(text).exists


@pytest.mark.parametrize(
    "kind", ["", "voucher", "vouchers/", "vouchers/Cash", "vouchers/../x", "vouchers/a/b", "journeys"]
)
def test_an_unknown_kind_is_a_wrong_call(kind: str) -> None:
    with pytest.raises(BadKindError) as problem:
        Slot.of("BTC", "2026-03", kind)

    assert problem.value.exit_code == 2


def test_a_slot_knows_its_places_in_the_book() -> None:
    cash = Slot.of("BTC", "2026-03", "vouchers/cash")
    opening = Slot.of("BTC", "2025", "opening")

    assert (cash.book, cash.layout.form, cash.file_kind) == ("cash", "vouchers", "vouchers-cash")
    assert cash.journal == "units/BTC/2026/2026-03.cash.beancount"
    assert cash.folder == "received/BTC/2026-03"
    assert (opening.journal, opening.ledger_period) == ("units/BTC/2025/2025-opening.beancount", "2025-00")


def _event(receipt: str, content: str, kind: str = "vouchers", event: str = "submission.accepted") -> Event:
    data = {"receipt": receipt, "content": content, "file": "a.csv", "path": "p", "rows": 1}
    return Event("2026-04-01T08:00:00+07:00", "a", "accountant", event, "BTC", "2026-03", kind, data)


def test_versions_are_the_slots_own_in_order() -> None:
    slot = Slot.of("BTC", "2026-03", "vouchers")
    events = [
        _event("1", "a"),
        _event("2", "b", kind="vouchers/cash"),
        _event("3", "c"),
        _event("", "", event="settlement.sealed"),
    ]

    assert [version.receipt for version in versions(events, slot)] == ["1", "3"]


def test_content_that_comes_back_gets_a_receipt_of_its_own() -> None:
    slot = Slot.of("BTC", "2026-03", "vouchers/cash")
    first = receipt_id(slot, "abcdef0123456789", [])
    before = versions([_event(first, "x", kind="vouchers/cash"), _event("other", "y", kind="vouchers/cash")], slot)

    assert first == "BTC-2026-03-vouchers-cash-abcdef012345"
    assert receipt_id(slot, "abcdef0123456789", before) == f"{first}-3"
    assert receipt_id(slot, "fedcba9876543210", before) == "BTC-2026-03-vouchers-cash-fedcba987654"
