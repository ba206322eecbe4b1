"""The canonical journal: its one form, what the writer refuses, and where and why the strict reader refuses."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from beancount.core import data
from beancount.parser import parser
from journal_cases import CONTRA, MEMO_ACCOUNT, head, loaded, lot, posting, sample

from ledger import journal, journal_reader, postings
from ledger.journal import JournalError, NotAJournalError, NotCanonicalError
from ledger.journal_form import HEADER_COLUMNS

CANONICAL = r"""; party-ledger journal 1

2026-03-05 * "Chi \"tiền điện\" \\ tháng 3/2026"
  unit: "BTC"
  period: "2026-03"
  book: "cash"
  entry: "voucher"
  voucher: "PC015"
  document_date: 2026-03-04
  corrects: "PC010"
  submission: "3f2a9c0d11ee"
  decision: "12-QĐ/VPTU"
  kind: "original"
  Expenses:612:TM6501  1234567 VND
    side: "D"
    row: 2
    source: "13"
    clause: "351"
    item: "6501"
    budget_year: "2026"
    treasury: "actual"
    asset: "TS-BTC-001"
    partner: "TCT"
    reference: "HĐ 01/2026"
    event: "HN-2026-01"
    counterparty: "Công ty Điện lực"
  Liabilities:331  -1234567 VND
    side: "C"

2026-03-06 * ""
  unit: "BTC"
  period: "2026-03"
  entry: "voucher"
  Assets:211:2113  1 TS2113 {15000000 VND, 2026-03-05, "TS \"BTC\" 001"}
    side: "D"
  Assets:112:1121  -15000000 VND
    side: "C"
"""


def swapped(line: str, other: str, text: str = CANONICAL) -> str:
    """The text with one line (or part of it) replaced; the part must be there once at least."""
    assert line in text
    return text.replace(line, other, 1)


def test_persons_programme_and_contract_stand_in_the_journal_where_they_are_given() -> None:
    people = '  recorded_by: "Nguyễn Thị Hoa"\n  content_by: "Trần Văn Bình"\n  paid_by: "Lê Thị Lan"\n'
    text = swapped('  corrects: "PC010"\n', '  corrects: "PC010"\n' + people)
    text = swapped('    treasury: "actual"\n', '    programme: "0510"\n    treasury: "actual"\n', text)
    text = swapped('    event: "HN-2026-01"\n', '    event: "HN-2026-01"\n    contract: "HĐ-12/2026"\n', text)

    table = journal.read(text)

    assert journal.render(table) == text
    assert table.loc[0, ["recorded_by", "content_by", "paid_by", "programme", "contract"]].tolist() == [
        "Nguyễn Thị Hoa",
        "Trần Văn Bình",
        "Lê Thị Lan",
        "0510",
        "HĐ-12/2026",
    ]


def test_a_table_is_written_in_the_one_canonical_form_and_read_back_whole() -> None:
    table = journal.read(CANONICAL)

    assert journal.render(table) == CANONICAL
    assert table.loc[0].to_dict() == {
        "unit": "BTC",
        "period": "2026-03",
        "book": "cash",
        "entry": "voucher",
        "voucher": "PC015",
        "date": "2026-03-05",
        "document_date": "2026-03-04",
        "description": 'Chi "tiền điện" \\ tháng 3/2026',
        "corrects": "PC010",
        "recorded_by": "",
        "content_by": "",
        "paid_by": "",
        "submission": "3f2a9c0d11ee",
        "decision": "12-QĐ/VPTU",
        "kind": "original",
        "row": 2,
        "account": "Expenses:612:TM6501",
        "code": "612",
        "side": "D",
        "amount": 1234567,
        "commodity": "VND",
        "quantity": 1234567,
        "asset": "TS-BTC-001",
        "lot_date": "",
        "source": "13",
        "clause": "351",
        "item": "6501",
        "budget_year": "2026",
        "programme": "",
        "treasury": "actual",
        "partner": "TCT",
        "reference": "HĐ 01/2026",
        "event": "HN-2026-01",
        "contract": "",
        "counterparty": "Công ty Điện lực",
    }
    assert table.loc[2, ["commodity", "quantity", "amount", "asset", "lot_date", "code"]].tolist() == [
        "TS2113",
        1,
        15_000_000,
        'TS "BTC" 001',
        "2026-03-05",
        "2113",
    ]


def test_every_kind_of_entry_comes_back_and_beancount_agrees() -> None:
    table = sample()
    text = journal.render(table)
    rows, errors = loaded(text)

    assert errors == []
    pd.testing.assert_frame_equal(rows, journal.ordered(table))
    pd.testing.assert_frame_equal(journal.read(text), rows)
    pd.testing.assert_frame_equal(journal.read_with_beancount(text), rows)


def test_no_postings_make_a_journal_of_one_line() -> None:
    assert journal.render(postings.empty()) == "; party-ledger journal 1\n"
    pd.testing.assert_frame_equal(journal.read("; party-ledger journal 1\n"), postings.empty())
    pd.testing.assert_frame_equal(journal.read_with_beancount("; party-ledger journal 1\n"), postings.empty())


def test_transactions_stand_by_date_then_as_they_came_and_a_voucher_stands_together() -> None:
    rows = []
    for voucher, date in (("B", "2026-03-02"), ("A", "2026-03-02"), ("C", "2026-03-01"), ("B", "2026-03-02")):
        common = head(voucher=voucher, date=date)
        rows += [
            common | posting("Expenses:612:TM6501", len(rows) + 1),
            common | posting("Liabilities:331", -len(rows) - 1),
        ]

    table = journal.read(journal.render(postings.frame(rows)))

    assert table["voucher"].tolist() == ["C", "C", "B", "B", "B", "B", "A", "A"]
    assert table["amount"].tolist() == [5, -5, 1, -1, 7, -7, 3, -3]


def test_memo_among_money_keeps_the_order_of_the_rows_although_beancount_groups_by_commodity() -> None:
    rows = [
        posting("Expenses:612:NoItem", 5),
        posting(MEMO_ACCOUNT, -5),
        posting(CONTRA, 5),
        posting("Liabilities:331", -5),
    ]
    table = postings.frame([head() | row for row in rows])

    found, errors = loaded(journal.render(table))

    assert errors == []
    assert found["account"].tolist() == [row["account"] for row in rows]


@pytest.mark.parametrize(
    ("wrong", "line", "why"),
    [
        (swapped("; party-ledger journal 1", "; party-ledger journal 2"), 1, "first line"),
        ("\ufeff" + CANONICAL, 1, "first line"),
        ("", 1, "first line"),
        (CANONICAL.replace("\n", "\r\n"), 1, "first line"),
        (swapped("\n\n2026-03-05", "\n2026-03-05"), 2, "blank line must stand before"),
        (swapped("\n\n2026-03-05", "\n\n\n2026-03-05"), 3, "more than one blank line"),
        (CANONICAL + "\n", 38, "blank line at the end"),
        (CANONICAL[:-1], 37, "no line end"),
        (CANONICAL + "; end\n", 38, "no comments"),
        (swapped("  unit:", "  ; odd\n  unit:"), 4, "no comments"),
        (swapped('  unit: "BTC"\n', ""), 4, "unit is missing"),
        (swapped('  entry: "voucher"\n', ""), 7, "entry is missing"),
        (swapped('  unit: "BTC"\n  period: "2026-03"\n', '  period: "2026-03"\n  unit: "BTC"\n'), 4, "unit is missing"),
        (swapped('  kind: "original"\n', '  kind: "original"\n  kind: "original"\n'), 14, "kind stands twice"),
        (swapped('  kind: "original"\n', '  kind: "original"\n  corrects: "1"\n'), 14, "out of order"),
        (swapped('  book: "cash"', '  box: "cash"'), 6, "box is unknown"),
        (swapped('  book: "cash"', '   book: "cash"'), 6, "not indented by 2"),
        (swapped('  book: "cash"', '  book:  "cash"'), 6, "value of book"),
        (swapped('  book: "cash"', '  book: ""'), 6, "value of book"),
        (swapped('  book: "cash"', '  book: "tiền"'), 6, "value of book"),
        (swapped('  book: "cash"', "  book: cash"), 6, "value of book"),
        (swapped('"cash"', '"cash" '), 6, "white space at the end"),
        (swapped('  entry: "voucher"', '  entry: "other"'), 7, "value of entry"),
        (swapped("2026-03-04", "2026-3-4"), 9, "value of document_date"),
        (swapped("2026-03-04", '"2026-03-04"'), 9, "value of document_date"),
        (swapped("2026-03-04", "2026-02-30"), 9, "not a date"),
        (swapped("2026-03-05 * ", "2026-02-29 * "), 3, "2026-02-29 is not a date"),
        (swapped('VND, 2026-03-05, "', 'VND, 2026-02-31, "'), 34, "2026-02-31 is not a date"),
        (swapped("2026-03-06 * ", "2026-03-04 * "), 30, "2026-03-04 stands after 2026-03-05"),
        (swapped("2026-03-06 * ", "2026-03-06 ! "), 30, "transaction must begin here"),
        (swapped("2026-03-06 * ", "2026-03-06 txn "), 30, "transaction must begin here"),
        (swapped('2026-03-06 * ""', '2026-03-06 * "" ""'), 30, "transaction must begin here"),
        (swapped('2026-03-06 * ""', '2026-03-06 * "" #tag'), 30, "transaction must begin here"),
        (swapped('2026-03-06 * ""', '2026-03-06 * "a\\n"'), 30, "transaction must begin here"),
        (swapped('"PC015"', '"PC\\015"'), 8, "value of voucher"),
        (swapped('  voucher: "PC015"', '  voucher: "PC"015"'), 8, "value of voucher"),
        (swapped("  1234567 VND", " 1234567 VND"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", "  1234567  VND"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", "  01234567 VND"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", "  +1234567 VND"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", "  1234567.0 VND"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", "  1,234,567 VND"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", "  1234560 + 7 VND"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", "  1234567 USD"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", "  1234567 VND @ 1 VND"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", "  -0 VND"), 14, "neither a key nor a posting"),
        (swapped("  1234567 VND", ""), 14, "neither a key nor a posting"),
        (swapped("  Expenses:612:TM6501", "  ! Expenses:612:TM6501"), 14, "neither a key nor a posting"),
        (swapped("Expenses:612:TM6501", "Expenses:Tiền"), 14, "neither a key nor a posting"),
        (swapped("Expenses:612:TM6501", "Expenses"), 14, "neither a key nor a posting"),
        (swapped("Expenses:612:TM6501", "Other:612"), 14, "neither a key nor a posting"),
        (swapped('    side: "D"\n', ""), 15, "side is missing"),
        (swapped('    side: "C"\n', ""), 28, "side is missing"),
        (swapped('    side: "D"', '    side: "X"'), 15, "value of side"),
        (swapped("    row: 2\n", "    row: 02\n"), 16, "value of row"),
        (swapped("    row: 2\n", "    row: 0\n"), 16, "value of row"),
        (swapped("    row: 2\n", '    row: "2"\n'), 16, "value of row"),
        (swapped("1 TS2113 {", "2 TS2113 {"), 34, "neither a key nor a posting"),
        (swapped("1 TS2113 {15000000 VND", "1 TS2113 {{15000000 VND"), 34, "neither a key nor a posting"),
        (swapped("VND, 2026-03-05, ", "VND, "), 34, "neither a key nor a posting"),
        (swapped("1 TS2113 {", "1 TS2112 {"), 34, "TS2112 is not the asset class"),
        (swapped('001"}\n    side: "D"', '001"}\n    side: "D"\n    asset: "A"'), 34, "names its asset in its cost"),
        (swapped("-15000000 VND", "-15000001 VND"), 30, "does not balance"),
        (swapped("-1234567 VND", "-1234567 MEMO"), 27, "cannot hold"),
        (swapped("Liabilities:331", "Equity:OffBalance:008"), 27, "cannot hold"),
        (swapped("Chi ", "Chi\t"), 3, "U+0009"),
        (swapped("Chi ", "Chi\0"), 3, "U+0000"),
        (swapped("Chi ", "Chi\x7f"), 3, "U+007F"),
        (swapped("Chi ", "Chi\u0085"), 3, "U+0085"),
        (swapped("Chi ", "Chi\u00a0"), 3, "U+00A0"),
        (swapped("Chi ", "Chi\u2028"), 3, "U+2028"),
        (swapped("Chi ", "Chi\u202e"), 3, "U+202E"),
        (swapped("Chi ", "Chi\ufeff"), 3, "U+FEFF"),
        (swapped("Chi ", "Chi\ud800"), 3, "U+D800"),
        (swapped("Chi ", "<img src=x>"), 3, "< and >"),
        (swapped("điện", "die\u0323\u0302n"), 3, "NFC"),
        (swapped("Công ty", "Co\u0302ng ty"), 26, "NFC"),
        (CANONICAL + '\noption "title" "x"\n', 39, "transaction must begin here"),
        (CANONICAL + '\nplugin "os"\n', 39, "transaction must begin here"),
        (CANONICAL + "\n2026-03-07 open Assets:1\n", 39, "transaction must begin here"),
    ],
)  # fmt: skip
def test_a_text_that_differs_is_refused_with_its_line_and_the_reason(wrong: str, line: int, why: str) -> None:
    with pytest.raises(NotCanonicalError) as refused:
        journal.read(wrong)

    assert why in refused.value.why
    assert refused.value.line == line


def test_a_transaction_has_two_postings_and_no_head_stands_twice() -> None:
    lonely = CANONICAL.partition("  Liabilities:331")[0].replace("  1234567 VND", "  0 VND")
    doubled = CANONICAL + CANONICAL[CANONICAL.index("\n2026-03-06") :]

    with pytest.raises(NotCanonicalError, match="line 3: the transaction has less than two postings"):
        journal.read(lonely)
    with pytest.raises(NotCanonicalError, match="line 39: this head stands twice"):
        journal.read(doubled)


def test_amounts_go_to_the_limit_of_64_bits_and_not_beyond() -> None:
    largest = CANONICAL.replace("1234567 VND", f"{2**63 - 1} VND")

    assert journal.read(largest)["amount"].tolist()[:2] == [2**63 - 1, -(2**63 - 1)]
    with pytest.raises(NotCanonicalError, match="line 14: 9223372036854775808 is beyond 64 bits"):
        journal.read(CANONICAL.replace("1234567 VND", f"{2**63} VND"))


def test_a_sum_that_only_wraps_around_to_zero_does_not_balance() -> None:
    quarter = [head() | posting("Assets:112:1121", 2**62) for _ in range(4)]

    with pytest.raises(JournalError, match="does not balance"):
        journal.render(postings.frame(quarter))


REFUSED = {
    "an unresolved account": ({"account": "", "code": "9999"}, "9999 was not found in the chart"),
    "an account that ends the line": ({"account": 'Assets:1\nplugin "x"', "code": "1"}, "not an account's name"),
    "a code of another account": ({"code": "611"}, "has not the code"),
    "a line break": ({"description": 'x"\nplugin "evil'}, "U+000A"),
    "a line separator": ({"description": "x\u2028y"}, "U+2028"),
    "a tag of HTML": ({"counterparty": "<script>"}, "< and >"),
    "a text that is not NFC": ({"counterparty": "e\u0301"}, "NFC"),
    "a code with a quote": ({"source": '13" evil: "'}, "source cannot be"),
    "a code with a letter of another script": ({"item": "６５０１"}, "item cannot be"),
    "a unit that is missing": ({"unit": ""}, "unit cannot be"),
    "an unknown sort of entry": ({"entry": "other"}, "entry cannot be"),
    "an unknown side": ({"side": ""}, "side cannot be"),
    "a day that is none": ({"date": "2026-02-30"}, "'2026-02-30' is not a date"),
    "a date of another form": ({"date": "05/03/2026"}, "'05/03/2026' is not a date"),
    "a document date of another form": ({"document_date": "4/3/2026"}, "document_date cannot be"),
    "a negative row": ({"row": -1}, "row cannot be"),
    "a commodity that is none": ({"commodity": "USD"}, "has no lot"),
    "a quantity that is not the amount": ({"quantity": 7}, "has no lot"),
    "memo money on the balance sheet": ({"commodity": "MEMO"}, "cannot hold"),
    "money off the balance sheet": ({"account": MEMO_ACCOUNT, "code": "008212"}, "cannot hold"),
    "a lot date without a lot": ({"lot_date": "2026-01-01"}, "one unit of its asset class"),
    "an amount out of balance": ({"amount": 999, "quantity": 999}, "does not balance"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_the_writer_refuses_what_cannot_be_a_voucher_and_names_it(case: str) -> None:
    change, why = REFUSED[case]
    rows = [head() | posting("Expenses:612:TM6501", 1000), head() | posting("Liabilities:331", -1000)]
    shared = {name: value for name, value in change.items() if name in HEADER_COLUMNS}
    rows = [rows[0] | change, rows[1] | shared]

    with pytest.raises(JournalError) as refused:
        journal.render(postings.frame(rows))

    assert why in str(refused.value)
    assert refused.value.voucher == "PC015"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"quantity": 2}, "one unit of its asset class"),
        ({"asset": ""}, "needs the code of its asset"),
        ({"asset": "A\u2029B"}, "U+2029"),
        ({"commodity": "TS2112"}, "not the asset class"),
        ({"commodity": "VND"}, "one unit of its asset class"),
        ({"quantity": -1}, "different signs"),
        ({"lot_date": "2026-02-30"}, "not a date"),
    ],
)
def test_the_writer_refuses_a_lot_that_beancount_could_not_hold(change: dict[str, object], why: str) -> None:
    asset = lot("Assets:211:2113", 1, 15, "2026-03-05", "TS-1")
    rows = [head() | asset | change, head() | posting("Assets:112:1121", -15)]

    with pytest.raises(JournalError) as refused:
        journal.render(postings.frame(rows))

    assert why in str(refused.value)


@pytest.mark.parametrize("column", ["amount", "counterparty", "date"])
def test_a_text_that_would_not_give_back_every_field_is_not_returned(
    column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misread(text: str) -> pd.DataFrame:
        table = journal_reader.read(text)
        table.loc[1, column] = table.loc[1, column] * 2
        return table

    monkeypatch.setattr(journal, "read", misread)

    with pytest.raises(JournalError, match=f"PC015: {column} would not come back the same"):
        journal.render(sample()[lambda table: table["voucher"] == "PC015"].reset_index(drop=True))


def test_a_text_that_would_lose_a_posting_is_not_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "read", lambda text: journal_reader.read(text).head(-1))

    with pytest.raises(JournalError, match="12 postings would become 11"):
        journal.render(sample())


HOSTILE = [
    'x"\nplugin "os"',
    'a" b: "c',
    "\\",
    '\\"',
    "{{ 7*7 }}",
    "=1+1",
    "2026-01-01 open Assets:1",
    "; note",
    "a\rb",
    "\x00",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "column", ["description", "voucher", "corrects", "decision", "reference", "event", "counterparty"]
)
def test_no_text_becomes_anything_but_the_text_it_is(text: str, column: str) -> None:
    rows = [head() | posting("Expenses:612:TM6501", 5), head() | posting("Liabilities:331", -5)]
    table = postings.frame([row | {column: text} for row in rows])

    try:
        written = journal.render(table)
    except JournalError:
        assert journal.forbidden(text)
        return

    entries, errors, options = parser.parse_string(written)
    assert errors == []
    assert [type(entry).__name__ for entry in entries] == ["Transaction"]
    assert (options["plugin"], options["include"]) == ([], [])
    assert journal.read(written)[column].tolist() == [text, text]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('plugin "os"\n', "not plugin"),
        ('include "/etc/passwd"\n', "not include"),
        ('option "insert_pythonpath" "TRUE"\n', "not insert_pythonpath"),
        ('option "inferred_tolerance_default" "*:100"\n', "not inferred_tolerance_default"),
        ("2026-01-01 open Assets:1\n", "line 1: a journal holds transactions only"),
        ('\n2026-01-01 custom "fava-extension" "os"\n', "line 2: a journal holds transactions only"),
        ("2026-01-01 pad Assets:1 Assets:2\n", "transactions only"),
        ("2026-03-05 * \n  Assets:1  1 VND\n", "does not balance"),
        ("2026-03-05 * \n  Assets:1  1 VND\n  Assets:2\n", "unit is missing"),
        ("2026-13-05 *\n", "line 1"),
        ("words\n", "line 1"),
    ],
)
def test_a_text_for_beancount_holds_transactions_only_and_starts_no_code(text: str, why: str) -> None:
    with pytest.raises(NotAJournalError) as refused:
        journal.read_with_beancount(text)

    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("part", "other", "why"),
    [
        ("1234567 VND", "1234567.5 VND", "not a whole number"),
        ("1234567 VND", "9223372036854775808 VND", "not a whole number of 64 bits"),
        ("1234567 VND", "1234567 USD", "not a commodity"),
        ("1234567 VND", "1234567 VND @ 1 VND", "has a price"),
        ('15000000 VND, 2026-03-05, "TS \\"BTC\\" 001"', "15000000 VND", "a lot is one asset"),
        ("1 TS2113 {15000000", "2 TS2113 {7500000", "a lot is one asset"),
        ('    side: "D"', "    side: 5", "side is missing or of the wrong type"),
        ("    row: 2", '    row: "2"', "row is missing or of the wrong type"),
        ("    row: 2", "    row: 2.5", "not a whole number"),
        ("document_date: 2026-03-04", 'document_date: "2026-03-04"', "document_date is missing or of the wrong type"),
    ],
)
def test_what_the_table_cannot_hold_is_not_taken_from_beancount(part: str, other: str, why: str) -> None:
    with pytest.raises(NotAJournalError) as refused:
        journal.read_with_beancount(CANONICAL.replace(part, other))

    assert why in str(refused.value)


def test_a_text_that_is_only_laid_out_otherwise_is_read_by_beancount_with_the_same_rows() -> None:
    other = CANONICAL.replace("  1234567 VND", "      1,234,567 VND  ; comment").replace(
        '  unit: "BTC"', '    unit:   "BTC"'
    )

    with pytest.raises(NotCanonicalError):
        journal.read(other)
    pd.testing.assert_frame_equal(journal.read_with_beancount(other), journal.read(CANONICAL))


def test_entries_that_are_no_transactions_are_passed_over_and_a_foreign_one_is_named() -> None:
    meta = data.new_metadata("units/BTC/2026/x.beancount", 7)
    note = data.Note(meta, pd.Timestamp("2026-01-01").date(), "Assets:1", "text", None, None)
    units = data.Amount(Decimal(1), "VND")
    foreign = data.Transaction(
        meta,
        note.date,
        "*",
        None,
        "",
        frozenset(),
        frozenset(),
        [data.Posting("Assets:1", units, None, None, None, None)],
    )

    assert journal.from_entries([note]).empty
    with pytest.raises(NotAJournalError, match=r"units/BTC/2026/x\.beancount:7: unit is missing"):
        journal.from_entries([foreign])
