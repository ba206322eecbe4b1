"""Whatever table is written comes back; whatever text the strict reader accepts, Beancount reads the same."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journal_cases import CONTRA, MEMO_ACCOUNT, head, loaded, lot, posting

from ledger import journal, journal_writer, postings
from ledger.journal import NotCanonicalError
from ledger.posting_store import PostingStore, UnreadableJournalError

COUNT = int(os.environ.get("PARTY_LEDGER_EXAMPLES", "25"))
"""Examples of each property in an ordinary run; a long one asks for more."""
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
EXAMPLES = settings(max_examples=COUNT, deadline=None, suppress_health_check=SLOW)
MANY = settings(max_examples=3 * COUNT, deadline=None, suppress_health_check=SLOW)
LARGEST = 2**63 - 1

PIECES = [
    "Chi tiền điện",
    'nói "có"',
    "\\",
    '\\"',
    "\\n",
    "Đ",
    "ự",
    "; ",
    "2026-03-05 *",
    "  ",
    "🙂",
    "{",
    "}",
    "#a",
    "e\u0300",
]
LETTERS = [c for c in map(chr, range(0x20, 0x3000)) if not journal.forbidden(c)]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(LETTERS)), max_size=8).map(
    lambda parts: unicodedata.normalize("NFC", "".join(parts))
)
SOME_TEXT = st.tuples(st.sampled_from(PIECES), TEXTS).map(lambda parts: unicodedata.normalize("NFC", "".join(parts)))
CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,6}", fullmatch=True)
DAYS = st.dates(min_value=pd.Timestamp("2024-12-28").date(), max_value=pd.Timestamp("2026-03-02").date()).map(str)
AMOUNTS = st.one_of(
    st.integers(-(10**7), 10**7),
    st.integers(-LARGEST, LARGEST),
    st.sampled_from([0, LARGEST, -LARGEST]),
)
PLACES = st.sampled_from(
    ["Expenses:612:TM6501", "Liabilities:331", "Assets:112:1121", "Income:511", "Expenses:TT107:611"]
)
DIMENSIONS = {
    "row": st.integers(1, 99_999),
    "source": CODES,
    "clause": CODES,
    "item": CODES,
    "budget_year": CODES,
    "treasury": st.sampled_from(["advance", "actual", "remit"]),
    "partner": CODES,
    "reference": SOME_TEXT,
    "event": SOME_TEXT,
    "counterparty": SOME_TEXT,
}
HEADS = {
    "book": CODES,
    "voucher": SOME_TEXT,
    "document_date": DAYS,
    "corrects": SOME_TEXT,
    "submission": CODES,
    "decision": SOME_TEXT,
    "kind": CODES,
}


@st.composite
def vouchers(draw: st.DrawFn, number: int) -> list[dict[str, Any]]:
    """Pairs in đồng or memo, red or not, or a lot against money; the pairs of a voucher may be of all sorts."""
    shared = draw(st.fixed_dictionaries({}, optional=HEADS))
    shared |= {"unit": draw(CODES), "period": draw(CODES), "date": draw(DAYS), "description": draw(TEXTS)}
    shared |= {"entry": draw(st.sampled_from(["voucher", "opening", "estimate", "closing", "carry"]))}
    common = head() | {"voucher": f"{number}", "submission": ""} | shared
    if "voucher" in shared:
        common["voucher"] = f"{shared['voucher']}{number}"
    rows: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 3))):
        rows += [common | row | draw(st.fixed_dictionaries({}, optional=DIMENSIONS)) for row in draw(PAIRS)]
    return rows


@st.composite
def pairs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Two postings that balance."""
    sort = draw(st.sampled_from(["money", "money", "memo", "lot"]))
    if sort == "lot":
        quantity, cost = draw(st.sampled_from([1, -1])), draw(st.integers(0, LARGEST))
        asset = lot("Assets:211:2113", quantity, cost, draw(DAYS), draw(SOME_TEXT))
        return [asset, posting(draw(PLACES), -quantity * cost)]
    amount = draw(AMOUNTS)
    first, second = (MEMO_ACCOUNT, CONTRA) if sort == "memo" else (draw(PLACES), draw(PLACES))
    sides = draw(st.sampled_from(["DC", "CD"]))
    extra = draw(st.fixed_dictionaries({}, optional={"asset": SOME_TEXT}))
    return [posting(first, amount, sides[0], **extra), posting(second, -amount, sides[1])]


PAIRS = pairs()
TABLES = (
    st.integers(0, 4)
    .flatmap(lambda count: st.tuples(*(vouchers(number) for number in range(count))))
    .map(lambda groups: postings.frame([row for group in groups for row in group]))
)

BAD_PIECES = [
    "\r",
    "\t",
    "\0",
    "\x85",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\u00a0",
    "\u200b",
    "\u202e",
    "<",
    ">",
    "e\u0301",
    "\n",
    '"',
]
OTHER_PIECES = [
    " ",
    "  ",
    "0",
    "-",
    "+",
    ",",
    ".",
    "\\",
    ";",
    "*",
    "!",
    "#",
    "1",
    "9",
    "VND",
    "MEMO",
    "TS2113",
    "{",
    "}",
]
OTHER_LINES = [
    "",
    "; comment",
    '  unit: "X"',
    '  note: "x"',
    '    side: "D"',
    "    row: 2",
    "    row: 02",
    '    foo: "x"',
    "  Assets:112:1121  0 VND",
    "  Assets:112:1121  5 VND",
    "  Assets:112:1121",
    'option "title" "x"',
    'plugin "x"',
    "2026-01-01 open Assets:1",
    '2026-02-30 * "x"',
]


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A canonical text with a few small wounds."""
    text = journal.render(draw(TABLES))
    for _ in range(draw(st.integers(1, 2))):
        lines = text.split("\n")
        at, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        place = draw(st.integers(0, len(text)))
        wound = draw(st.sampled_from(["insert", "cut", "digit", "drop", "double", "swap", "add", "end"]))
        if wound == "insert":
            text = text[:place] + draw(st.sampled_from(BAD_PIECES + OTHER_PIECES)) + text[place:]
        elif wound == "cut":
            text = text[:place] + text[place + draw(st.integers(1, 3)) :]
        elif wound == "digit":
            digits = [index for index, character in enumerate(text) if character in "0123456789"]
            spot = draw(st.sampled_from(digits or [0]))
            text = text[:spot] + draw(st.sampled_from("0123456789")) + text[spot + 1 :]
        elif wound == "drop":
            text = "\n".join(lines[:at] + lines[at + 1 :])
        elif wound == "double":
            text = "\n".join([*lines[:at], lines[at], *lines[at:]])
        elif wound == "swap":
            lines[at], lines[other] = lines[other], lines[at]
            text = "\n".join(lines)
        elif wound == "add":
            text = "\n".join([*lines[:at], draw(st.sampled_from(OTHER_LINES)), *lines[at:]])
        else:
            text = draw(st.sampled_from([text[:-1], text + "\n", text.replace("\n", "\r\n"), "\ufeff" + text]))
    return text


@EXAMPLES
@given(TABLES)
def test_every_table_comes_back_from_its_text_field_by_field(table: pd.DataFrame) -> None:
    text = journal.render(table)

    pd.testing.assert_frame_equal(journal.read(text), journal.ordered(table))
    assert journal.render(journal.read(text)) == text


@EXAMPLES
@given(TABLES)
def test_beancounts_loader_gives_the_same_rows_as_the_strict_reader(table: pd.DataFrame) -> None:
    text = journal.render(table)

    rows, errors = loaded(text)

    assert errors == []
    pd.testing.assert_frame_equal(rows, journal.read(text))
    pd.testing.assert_frame_equal(journal.read_with_beancount(text), rows)


@MANY
@given(mutants())
def test_a_changed_text_is_refused_or_is_canonical_and_beancount_agrees(text: str) -> None:
    try:
        table = journal.read(text)
    except NotCanonicalError as problem:
        refused = problem
    else:
        refused = None
    if refused:
        assert 1 <= refused.line <= text.count("\n") + 1
        assert refused.why != "the text is not the canonical form"
        return

    rows, errors = loaded(text)

    assert errors == []
    pd.testing.assert_frame_equal(rows, table)
    assert journal.render(table) == text


@MANY
@given(mutants())
def test_a_changed_text_that_the_store_takes_has_the_rows_of_beancounts_loader(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            table = PostingStore(Path(folder)).read("2026-03.beancount", text.encode("utf-8"))
        except UnreadableJournalError:
            return

    rows, errors = loaded(text, accounts=table["account"])

    assert errors == []
    pd.testing.assert_frame_equal(journal.ordered(rows), table)


@st.composite
def histories(draw: st.DrawFn) -> pd.DataFrame:
    """Assets that come in, and only then go out at the cost, date and label they came with."""
    rows: list[dict[str, Any]] = []
    held: list[tuple[int, str, str]] = []
    for number in range(draw(st.integers(1, 8))):
        day = f"2026-01-{number + 1:02}"
        common = head(voucher=f"{number}", date=day)
        if held and draw(st.booleans()):
            cost, since, label = held.pop(draw(st.integers(0, len(held) - 1)))
            asset = lot("Assets:211:2113", -1, cost, since, label)
        else:
            cost, since, label = draw(st.integers(0, 3)), day, f"TS {number}"
            held.append((cost, since, label))
            asset = lot("Assets:211:2113", 1, cost, since, label)
        rows += [common | asset, common | posting("Assets:112:1121", -asset["amount"])]
    return postings.frame(rows)


@EXAMPLES
@given(histories())
def test_beancounts_strict_booking_finds_every_lot_that_a_unit_holds(table: pd.DataFrame) -> None:
    text = journal.render(table)

    rows, errors = loaded(text, booking="STRICT")

    assert errors == []
    pd.testing.assert_frame_equal(rows, journal.read(text))


@EXAMPLES
@given(TABLES)
def test_a_table_is_written_and_read_the_same_whether_it_counts_as_small_or_as_large(table: pd.DataFrame) -> None:
    text = journal.render(table)
    with pytest.MonkeyPatch.context() as all_are_large:
        all_are_large.setattr(journal_writer, "_FEW_ROWS", -1)
        all_are_large.setattr(postings, "_FEW_ROWS", -1)
        again, back = journal.render(table), journal.read(text)

    assert again == text
    pd.testing.assert_frame_equal(back, journal.read(text))
