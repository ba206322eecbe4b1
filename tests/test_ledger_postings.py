"""The posting table keeps its columns and types; its cache is never believed over the text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from journal_cases import head, posting, sample

from ledger import journal, posting_store, postings
from ledger.errors import IntegrityError
from ledger.posting_store import PostingStore, UnreadableJournalError
from ledger.postings import TableError

NAME = "units/BTC/2026/2026-03.beancount"


@pytest.fixture(autouse=True)
def _nothing_in_memory_and_every_table_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting_store, "_WORTH_A_FILE", 0)
    monkeypatch.setattr(posting_store, "_memory", posting_store._Memory(1_000))


@pytest.fixture
def text() -> bytes:
    return journal.render(sample()).encode("utf-8")


def test_the_docstring_documents_every_column_in_order() -> None:
    documented = [line.split("|")[1].strip() for line in (postings.__doc__ or "").split("\n") if line.startswith("| ")]

    assert documented == ["column", "-------------", *postings.SCHEMA]


@pytest.mark.parametrize(
    "table",
    [
        postings.empty(),
        postings.frame([]),
        postings.frame([{}]),
        postings.concat([]),
        postings.concat([postings.empty(), postings.empty()]),
        postings.concat([postings.empty(), postings.frame([{"unit": "BTC", "amount": 1}])]),
        postings.from_columns({}, 2),
    ],
    ids=["empty", "no rows", "a blank row", "no tables", "empty tables", "one row", "two blank rows"],
)
def test_every_table_has_all_columns_with_their_types_and_no_missing_text(table: pd.DataFrame) -> None:
    postings.check(table)

    assert {str(dtype) for dtype in table.dtypes} == {"str", "int64"}
    assert not table.isna().to_numpy().any()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"colour": "red"}, "unknown columns: colour"),
        ({"unit": None}, "column unit takes str, not NoneType"),
        ({"source": 13}, "column source takes str, not int"),
        ({"amount": 1.0}, "column amount takes int or int64, not float"),
        ({"amount": "1"}, "column amount takes int or int64, not str"),
        ({"amount": True}, "column amount takes int or int64, not bool"),
        ({"amount": 2**63}, "column amount holds a number beyond 64 bits"),
    ],
)
def test_a_row_with_a_wrong_value_is_refused_instead_of_converted(row: dict[str, Any], why: str) -> None:
    with pytest.raises(TableError, match=why):
        postings.frame([row])


def test_a_column_of_another_length_is_refused() -> None:
    with pytest.raises(TableError, match="column unit has 1 values instead of 2"):
        postings.from_columns({"unit": ["BTC"]}, 2)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda table: table.drop(columns="event"), "the columns are not those"),
        (lambda table: table[list(reversed(table.columns))], "the columns are not those"),
        (lambda table: table.assign(amount=table["amount"].astype("float64")), "amount has type float64"),
        (lambda table: table.assign(unit=table["unit"].astype(object)), "unit has type object"),
        (lambda table: table.assign(unit=table["unit"].where(table.index > 0)), "unit misses a value"),
    ],
)
def test_a_frame_that_is_no_posting_table_is_refused(spoil: Callable[[pd.DataFrame], pd.DataFrame], why: str) -> None:
    with pytest.raises(TableError, match=why):
        postings.check(spoil(sample()))


def test_debit_and_credit_keep_red_entries_negative_on_their_own_side() -> None:
    red = [posting("Expenses:612:TM6501", -5, "D"), posting("Liabilities:331", 5, "C")]
    table = postings.frame([*red, posting("Assets:112:1121", 7), posting("Income:511", -7)])

    assert postings.debit(table).tolist() == [-5, 0, 7, 0]
    assert postings.credit(table).tolist() == [0, -5, 0, 7]
    assert postings.debit(postings.empty()).dtype == postings.credit(postings.empty()).dtype == np.int64


def test_a_journal_is_read_once_and_then_found_in_the_cache(
    tmp_path: Path, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = PostingStore(tmp_path / "cache").read(NAME, text)
    monkeypatch.setattr(posting_store, "read", lambda _: pytest.fail("the text was read again"))
    in_memory = PostingStore(tmp_path / "cache").read(NAME, text)
    monkeypatch.setattr(posting_store, "_memory", posting_store._Memory(1_000))
    from_file = PostingStore(tmp_path / "cache").read(NAME, text)

    for table in (first, in_memory, from_file):
        postings.check(table)
        pd.testing.assert_frame_equal(table, journal.read(text.decode("utf-8")))


def test_whoever_changes_a_table_changes_a_copy(tmp_path: Path, text: bytes) -> None:
    store = PostingStore(tmp_path)
    first, second = store.read(NAME, text), store.read(NAME, text)
    first.loc[0, "amount"] = 1
    second["unit"] = "X"

    pd.testing.assert_frame_equal(store.read(NAME, text), journal.read(text.decode("utf-8")))


def flipped(data: bytes, place: int) -> bytes:
    """The bytes with one of them changed."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


SPOILS = {
    "a byte changed at the start": lambda data: flipped(data, 0),
    "a byte changed in the middle": lambda data: flipped(data, len(data) // 2),
    "a byte changed at the end": lambda data: flipped(data, len(data) - 1),
    "cut short": lambda data: data[: len(data) // 3],
    "empty": lambda _: b"",
    "something foreign": lambda _: b"PAR1 not at all PAR1",
    "a seal alone": lambda data: data.partition(b"\n")[0] + b"\n",
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_damaged_cache_file_is_made_again(
    spoil: str, tmp_path: Path, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    PostingStore(tmp_path).read(NAME, text)
    (file,) = tmp_path.iterdir()
    sound = file.read_bytes()
    file.write_bytes(SPOILS[spoil](sound))
    monkeypatch.setattr(posting_store, "_memory", posting_store._Memory(1_000))

    table = PostingStore(tmp_path).read(NAME, text)

    pd.testing.assert_frame_equal(table, journal.read(text.decode("utf-8")))
    assert file.read_bytes() == sound


def test_the_sealed_table_of_another_text_is_not_taken_for_this_one(
    tmp_path: Path, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = text.replace(b"1234567", b"7654321")
    store = PostingStore(tmp_path)
    store.read(NAME, other)
    (file,) = tmp_path.iterdir()
    store.read(NAME, text)
    (mine,) = set(tmp_path.iterdir()) - {file}
    mine.write_bytes(file.read_bytes())
    monkeypatch.setattr(posting_store, "_memory", posting_store._Memory(1_000))

    assert 1234567 in store.read(NAME, text)["amount"].tolist()


def test_one_changed_byte_of_the_text_is_always_noticed(tmp_path: Path, text: bytes) -> None:
    store = PostingStore(tmp_path)
    store.read(NAME, text)

    table = store.read(NAME, text.replace("điện".encode(), "nước".encode()))

    assert table["description"].str.contains("nước").any()


def test_a_cache_that_cannot_be_written_is_no_harm(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "file").write_bytes(b"")

    assert len(PostingStore(tmp_path / "file" / "cache").read(NAME, text)) == len(sample())


def test_a_text_that_is_read_as_fast_as_a_file_leaves_none(
    tmp_path: Path, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting_store, "_WORTH_A_FILE", len(text) + 1)

    assert len(PostingStore(tmp_path).read(NAME, text)) == len(sample())
    assert list(tmp_path.iterdir()) == []


def test_the_memory_forgets_what_was_used_longest_ago() -> None:
    memory = posting_store._Memory(5)
    table = postings.frame([{}, {}])
    memory.put("a", table)
    memory.put("b", table)
    memory.get("a")
    memory.put("c", table)

    assert [memory.get(key) is not None for key in "abc"] == [True, False, True]


def test_a_journal_that_is_only_laid_out_otherwise_is_read_by_beancount(tmp_path: Path, text: bytes) -> None:
    other = text.replace(b"  Liabilities:331  ", b"  Liabilities:331        ")

    table = PostingStore(tmp_path).read(NAME, other)

    pd.testing.assert_frame_equal(table, journal.read(text.decode("utf-8")))


@pytest.mark.parametrize(
    ("part", "other", "why"),
    [
        (b"-1234567 VND", b"-1234566 VND", "line 3: Transaction does not balance"),
        (b"  unit:", b"  unit", "line 4"),
        (b'"Chi', b'"\xff', "line 3: not UTF-8"),
        (b'"Chi', b'"<b>Chi', "< and >"),
        (b"; party-ledger journal 1", b'plugin "os"', "transactions only"),
    ],
)
def test_a_journal_that_nobody_can_read_stops_everything(part: bytes, other: bytes, why: str, tmp_path: Path) -> None:
    rows = [head() | posting("Expenses:612:TM6501", 1_234_567), head() | posting("Liabilities:331", -1_234_567)]
    text = journal.render(postings.frame(rows)).encode("utf-8")

    with pytest.raises(UnreadableJournalError) as refused:
        PostingStore(tmp_path).read(NAME, text.replace(part, other, 1))

    assert isinstance(refused.value, IntegrityError)
    assert refused.value.exit_code == 3
    assert NAME in str(refused.value)
    assert why in str(refused.value)
    assert list(tmp_path.iterdir()) == []
