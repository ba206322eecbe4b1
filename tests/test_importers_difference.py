"""What a replacement changes: rows matched by document and content, never by position."""

from __future__ import annotations

import csv
import io
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from importers.difference import changes_csv, difference, shown
from importers.forms import Form, read_form
from importers.layouts import VOUCHERS

HEADER = ["voucher", "date", "description", "debit", "credit", "amount", "item"]
Row = list[str]


def _form(rows: list[Row], header: list[str] = HEADER) -> Form:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([header, *rows])
    form = read_form(out.getvalue().encode("utf-8"), "t3.csv", VOUCHERS)
    assert not form.reported
    return form


def _row(number: str, debit: str, amount: int, item: str = "6501") -> Row:
    return [number, "05/03/2026", "Tiền điện", debit, "1121", str(amount), item]


COMPOUND = [_row("PC1", "612", amount) for amount in (100, 200, 300)]


def test_two_versions_of_the_same_rows_do_not_differ() -> None:
    found = difference(_form(COMPOUND), _form(COMPOUND[::-1]))

    assert (found.documents, found.rows) == ((), ())


def test_one_edited_cell_is_one_change_with_both_rows_and_values() -> None:
    new = [COMPOUND[2], _row("PC1", "612", 250), COMPOUND[0]]

    (change,) = difference(_form(COMPOUND), _form(new)).rows

    assert (change.document, change.before, change.after, change.key) == ("PC1", 3, 3, "amount")
    assert (change.column, change.old, change.new) == ("amount", 200, 250)


def test_a_row_inserted_into_a_compound_voucher_is_one_addition() -> None:
    new = [COMPOUND[0], _row("PC1", "611", 50, "6502"), *COMPOUND[1:]]

    found = difference(_form(COMPOUND), _form(new))

    assert found.counts == {"added": 1, "changed": 0, "removed": 0}
    assert [(change.before, change.after, change.key) for change in found.rows] == [(None, 3, "")]
    assert found.rows[0].new == "PC1 | 05/03/2026 | Tiền điện | 611 | 1121 | 50 | 6502"


def test_an_inserted_and_an_edited_row_are_told_apart() -> None:
    new = [_row("PC1", "611", 50, "6502"), COMPOUND[0], _row("PC1", "612", 201), COMPOUND[2]]

    found = difference(_form(COMPOUND), _form(new))

    assert found.counts == {"added": 1, "changed": 1, "removed": 0}
    assert {(change.before, change.after) for change in found.rows} == {(None, 2), (3, 4)}


def test_a_row_edited_in_two_cells_is_one_changed_row_with_two_cells() -> None:
    found = difference(_form(COMPOUND), _form([[*COMPOUND[0][:5], "101", "6502"], *COMPOUND[1:]]))

    assert found.counts == {"added": 0, "changed": 1, "removed": 0}
    assert {change.key for change in found.rows} == {"amount", "item"}


def test_a_voucher_with_another_number_went_and_came() -> None:
    found = difference(_form(COMPOUND), _form([*COMPOUND[:2], _row("PC9", "612", 300)]))

    assert found.counts == {"added": 1, "changed": 0, "removed": 1}
    assert found.documents == ("PC1", "PC9")
    assert [(c.document, c.before, c.after) for c in found.rows] == [("PC1", 4, None), ("PC9", None, 4)]


def test_three_edits_in_five_thousand_rows_are_exactly_three_changes() -> None:
    rows = [_row(f"PC{n // 4}", "612", 1000 + n) for n in range(5_000)]
    new = [list(row) for row in rows]
    new[17][5], new[2_400][6], new[4_999][2] = "7", "6502", "Tiền nước"
    new.sort(key=lambda row: row[5][::-1])

    found = difference(_form(rows), _form(new))

    assert [(change.document, change.before, change.key) for change in found.rows] == [
        ("PC1249", 5_001, "description"),
        ("PC4", 19, "amount"),
        ("PC600", 2_402, "item"),
    ]


def test_a_large_document_in_which_every_row_changed_is_compared_in_time() -> None:
    rows = [_row("PC1", "612", 1 + n) for n in range(3_000)]
    begin = time.process_time()

    found = difference(_form(rows), _form([_row("PC1", "612", 10_000 + n) for n in range(3_000)]))

    assert found.counts == {"added": 0, "changed": 3_000, "removed": 0}
    assert time.process_time() - begin < 5


AMOUNTS = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 6), st.sampled_from(["611", "612"])), max_size=12)


@settings(max_examples=60, deadline=None)
@given(AMOUNTS, AMOUNTS)
def test_every_row_is_the_same_changed_removed_or_added(old: list, new: list) -> None:  # type: ignore[type-arg]
    before, after = ([_row(n, d, a) for n, a, d in dict.fromkeys(rows)] or [_row("Z", "611", 1)] for rows in (old, new))

    found = difference(_form(before), _form(after))

    paired = {(c.before, c.after) for c in found.rows if c.before and c.after}
    gone = {c.before for c in found.rows if c.after is None}
    come = {c.after for c in found.rows if c.before is None}
    assert len(before) - len(gone) == len(after) - len(come)
    assert len(paired) == found.changed
    assert not gone & {was for was, _ in paired}
    assert not come & {now for _, now in paired}
    left = sorted(row for at, row in enumerate(before, start=2) if at not in gone | {was for was, _ in paired})
    kept = sorted(row for at, row in enumerate(after, start=2) if at not in come | {now for _, now in paired})
    assert left == kept


def test_the_list_in_the_book_has_plain_values_and_people_see_theirs() -> None:
    new = [[*COMPOUND[0][:1], "06/03/2026", *COMPOUND[0][2:5], "1500000", "6501"], *COMPOUND[1:]]

    found = difference(_form(COMPOUND), _form(new))

    assert changes_csv(found).decode("utf-8") == (
        "document,row_before,row_after,column,old,new\nPC1,2,2,date,2026-03-05,2026-03-06\nPC1,2,2,amount,100,1500000\n"
    )
    assert [shown(change.new, VOUCHERS, change.key) for change in found.rows] == ["06/03/2026", "1.500.000"]
