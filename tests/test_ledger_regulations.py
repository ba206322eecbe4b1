"""Dated law on two clocks, and files that are taken whole or refused with file and key named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.errors import Refused
from ledger.regulations import (
    FOLDER,
    NotInForceError,
    Regulations,
    RegulationsError,
    Replacement,
    UnknownParameterError,
    shipped,
)
from ledger.regulations_file import open_file, parameters

LAW = shipped()

FILE = """
sample.limit:
  title: {vi: "Mức", en: "Limit"}
  type: integer
  owner: province
  values:
    - value: 10
      in_force: 2025-01-01
      issued: 2024-06-01
      known: 2024-06-01
      document: QD1
      article: {vi: "Điều 2", en: "Article 2"}
      confidence: practice
      basis: "practice"
      reviewed: 2026-11-16
    - value: 20
      in_force: 2026-01-01
      issued: 2025-06-25
      known: 2025-06-25
      document: QD2
      article: null
      confidence: practice
      basis: "practice"
      reviewed: 2026-11-16
"""


DOCUMENTS = """
QD1: {vi: "Quyết định 1", en: "Decision 1", issued: 2024-06-01, confidence: practice, basis: practice}
QD2:
  vi: "Quyết định 2"
  en: "Decision 2"
  issued: 2025-06-25
  confidence: practice
  basis: practice
  replaced_by: QD3
  replaced_on: 2027-01-01
  replaced_articles: {"5": {replaced_by: null, replaced_on: 2026-07-01}}
"""

TABLE = """
sample.norms:
  title: {vi: "Định mức", en: "Norms"}
  type: table
  unit: {vi: "đồng", en: "đồng"}
  columns: {place: text, amount: integer, day: month_day}
  owner: gap
  missing: {vi: "Chưa tìm được mức năm 2026", en: "The figures of 2026 were not found"}
  values:
    - value:
        - {place: city, amount: 200, day: "12-31"}
        - {place: "", amount: 100, day: "06-30"}
      in_force: 2025-01-01
      until: 2025-12-31
      issued: null
      known: 2024-06-01
      document: [QD1, QD2]
      article: null
      confidence: secondary
      basis: "VERIFIED-S"
      reviewed: 2026-11-16
    - value: []
      in_force: 2026-01-01
      issued: 2025-06-25
      known: 2025-06-25
      document: QD2
      article: null
      confidence: unverified
      basis: "NOT FOUND"
      reviewed: 2026-11-16
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "sample.yaml").write_text(DOCUMENTS, "utf-8")
    (tmp_path / "sample.yaml").write_text(FILE, "utf-8")
    return tmp_path


# The shipped data.


@pytest.mark.parametrize(
    ("year", "deadline"),
    [(2024, date(2024, 11, 15)), (2025, date(2025, 11, 15)), (2026, date(2026, 12, 15)), (2027, date(2027, 12, 15))],
)
def test_estimates_are_adjusted_before_15_november_to_2025_and_before_15_december_since(
    year: int, deadline: date
) -> None:
    assert LAW.day("estimates.adjustment_deadline", year, date(year, 7, 1)) == deadline


def test_each_deadline_names_its_own_article() -> None:
    before = LAW.entry("estimates.adjustment_deadline", date(2025, 12, 31))
    after = LAW.entry("estimates.adjustment_deadline", date(2026, 1, 1))

    assert before.citation("vi") == "Khoản 3 Điều 53, Luật Ngân sách nhà nước 83/2015/QH13"
    assert after.citation("en") == "Article 55.3, State Budget Law 89/2025/QH15"


def test_the_settlement_circular_of_2025_depends_on_what_was_known() -> None:
    year = date(2025, 12, 31)

    assert LAW.text("settlement.circular", year) == "TT59/2026"
    assert LAW.text("settlement.circular", year, date(2026, 5, 29)) == "TT59/2026"
    assert LAW.text("settlement.circular", year, date(2026, 5, 28)) == "TT137/2017"
    assert LAW.text("settlement.circular", date(2024, 12, 31)) == "TT137/2017"


def test_from_2025_the_finance_agency_checks_and_the_head_answers_for_the_own_books() -> None:
    assert LAW.text("review.finance_agency", date(2024, 12, 31)) == "verifies"
    assert LAW.text("review.finance_agency", date(2025, 12, 31)) == "checks"
    assert LAW.text("review.own_books", date(2024, 12, 31)) == "finance_agency"
    assert LAW.text("review.own_books", date(2025, 12, 31)) == "own_head"
    assert LAW.text("review.who", date(2025, 12, 31)) == "direct_superior"


def test_the_regime_and_the_budget_index_have_their_years() -> None:
    assert [LAW.text("accounting.regime", date(y, 6, 1)) for y in (2018, 2024, 2025, 2026)] == [
        "TT107/2017",
        "TT107/2017",
        "TT24/2024",
        "TT24/2024",
    ]
    assert LAW.text("accounting.budget_index", date(2025, 6, 1)) == "TT324/2016"
    assert LAW.text("accounting.budget_index", date(2026, 6, 1)) == "TT130/2025"


def test_the_days_between_unit_and_office_are_the_practice_province_s_own() -> None:
    assert LAW.integer("submission.due", date(2026, 3, 1)) == 10
    assert LAW.day("submission.due_closing", 2026, date(2025, 12, 31)) == date(2026, 2, 10)
    assert {LAW.parameter(key).owner for key in ("submission.due", "submission.due_closing")} == {"province"}
    assert LAW.entry("submission.due", date(2026, 3, 1)).confidence == "practice"


def test_every_shipped_value_names_documents_that_exist_and_says_how_far_it_was_checked() -> None:
    for parameter in LAW:
        assert parameter.entries or parameter.missing, parameter.key
        for entry in parameter.entries:
            assert entry.documents, parameter.key
            assert all(entry.source(language) for language in ("vi", "en")), parameter.key
            assert "VERIFIED" in entry.basis or entry.confidence not in {"law", "official"}, parameter.key
            assert len(entry.sha256) == 64


def test_every_document_that_was_replaced_was_replaced_by_one_that_exists() -> None:
    for document in LAW.documents.values():
        for replaced in (document.replaced, *document.replaced_articles.values()):
            assert replaced is None or not replaced.by or replaced.by in LAW.documents, document.code


def test_every_key_stands_in_one_file_and_every_file_is_read() -> None:
    read = [
        parameter.key
        for path in FOLDER.glob("*.yaml")
        for parameter in parameters(open_file(path.read_bytes(), path.name), LAW.documents)
    ]

    assert sorted(read) == sorted(parameter.key for parameter in LAW)
    assert len(read) == len(set(read))


# Two clocks.


def test_before_a_value_was_known_the_older_one_answers(folder: Path) -> None:
    law = Regulations.load(folder=folder)

    assert law.value("sample.limit", date(2026, 2, 1)) == 20
    assert law.value("sample.limit", date(2026, 2, 1), date(2025, 6, 25)) == 20
    assert law.value("sample.limit", date(2026, 2, 1), date(2025, 6, 24)) == 10
    assert law.value("sample.limit", date(2025, 12, 31)) == 10


@pytest.mark.parametrize(
    ("on", "known"),
    [(date(2024, 12, 31), None), (date(2026, 2, 1), date(2024, 5, 31))],
)
def test_a_day_without_a_value_is_never_answered_by_a_neighbour(folder: Path, on: date, known: date | None) -> None:
    law = Regulations.load(folder=folder)

    with pytest.raises(NotInForceError) as caught:
        law.value("sample.limit", on, known)
    assert caught.value.exit_code == 1
    assert (caught.value.key, caught.value.on, caught.value.known) == ("sample.limit", on, known)


def test_a_value_with_a_last_day_ends_there(folder: Path) -> None:
    ended = FILE.replace("in_force: 2026-01-01", "in_force: 2026-01-01\n      until: 2026-12-31")
    (folder / "sample.yaml").write_text(ended, "utf-8")
    law = Regulations.load(folder=folder)

    assert law.value("sample.limit", date(2026, 12, 31)) == 20
    with pytest.raises(NotInForceError):
        law.value("sample.limit", date(2027, 1, 1))


def test_an_unknown_key_and_another_type_are_mistakes_of_the_program(folder: Path) -> None:
    law = Regulations.load(folder=folder)

    with pytest.raises(UnknownParameterError):
        law.value("sample.limits", date(2026, 1, 1))
    with pytest.raises(TypeError, match="integer, not text"):
        law.text("sample.limit", date(2026, 1, 1))


# The form of the files.


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("sample.limit:", "Sample:", "words joined by dots"),
        ("sample.limit:", "12:", "words joined by dots"),
        ("  type: integer\n", "", "missing or unknown: type"),
        ("  type: integer\n", "  type: integer\n  note: x\n", "missing or unknown: note"),
        ("  type: integer\n", "  type: integer\n  type: integer\n", "type stands twice"),
        ("  type: integer", "  type: float", "unknown type or owner"),
        ("  type: integer", "  type: [integer]", "unknown type or owner"),
        ("  type: integer\n", "  type: integer\n  columns: {a: text}\n", "missing or unknown: columns"),
        ("  type: integer\n", "  type: text\n  unit: {vi: a, en: b}\n", "missing or unknown: unit"),
        ("  type: integer\n", "  type: table\n", "missing or unknown: columns"),
        ("owner: province", "owner: nobody", "unknown type or owner"),
        ("owner: province", "owner: gap", "nothing says what was not found"),
        ("value: 10", "value: 10.5", "10.5 is not of type integer"),
        ("value: 10", "value: '10'", "'10' is not of type integer"),
        ("value: 10", "value: yes", "True is not of type integer"),
        ("value: 10", "value: null", "nothing says what was not found"),
        ("value: 10", "value: []", "[] is not of type integer"),
        ("type: integer", "type: text", "10 is not of type text"),
        ("value: 10\n", "value: 10\n      extra: 1\n", "missing or unknown: extra"),
        ("      known: 2024-06-01\n", "", "missing or unknown: known"),
        ("known: 2024-06-01", "known: '2024-06-01'", "known is not a date"),
        ("known: 2024-06-01", "known: 2024-06-01T00:00:00", "known is not a date"),
        ("known: 2024-06-01", "known: 2024-05-31", "known before it was issued: 2024-05-31"),
        ("issued: 2024-06-01", "issued: long ago", "issued is not a date"),
        ("reviewed: 2026-11-16", "reviewed: soon", "reviewed is not a date"),
        ("in_force: 2025-01-01", "in_force: 2025-01-01\n      until: null", "until is not a date"),
        ("document: QD1", "document: QD9", "no document has the code QD9"),
        ("document: QD1", "document: []", "no document has the code"),
        ('vi: "Điều 2"', 'vi: ""', "article is not a text"),
        ('vi: "Điều 2", ', "", "article needs a text in vi and in en"),
        ('vi: "Mức"', "vi: 3", "title is not a text"),
        ("confidence: practice", "confidence: sure", "unknown confidence: 'sure'"),
        ('basis: "practice"', 'basis: ""', "basis is not a text"),
        ("in_force: 2026-01-01", "in_force: 2024-01-01", "out of order"),
        ("in_force: 2025-01-01", "in_force: 2025-01-01\n      until: 2024-12-31", "ends before it begins"),
        ("in_force: 2025-01-01", "in_force: 2025-01-01\n      until: 2025-11-30", "gap"),
        ("document: QD1", "document: [", "not a YAML file"),
        (FILE, "- 1\n", "not a record"),
        (FILE, "sample.limit: 3\n", "not a record"),
        (FILE, FILE.split("  values:", maxsplit=1)[0] + "  values: 3\n", "values is not a list"),
        (FILE, FILE.split("  values:", maxsplit=1)[0] + "  values: []\n", "nothing says what was not found"),
    ],
)
def test_a_file_out_of_form_is_refused_naming_file_and_key(folder: Path, old: str, new: str, why: str) -> None:
    assert old in FILE
    (folder / "sample.yaml").write_text(FILE.replace(old, new, 1), "utf-8")

    with pytest.raises(RegulationsError, match=r"^sample\.yaml") as caught:
        Regulations.load(folder=folder)
    assert why in str(caught.value)
    assert isinstance(caught.value, Refused)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("{place: city, amount: 200, ", "{place: city, ", "missing or unknown: amount"),
        ("amount: 200, ", "amount: 200, note: x, ", "missing or unknown: note"),
        ("amount: 200", "amount: '200'", "amount: the value '200' is not of type integer"),
        ('day: "12-31"', 'day: "12-32"', "day: the value '12-32' is not of type month_day"),
        ("- {place: city", "- [place: city", "not a YAML file"),
        ("columns: {place: text, ", "columns: {place: table, ", "place is no column with a type"),
        ("columns: {place: text, ", "columns: {Place: text, ", "Place is no column with a type"),
        ("columns: {place: text, amount: integer, day: month_day}", "columns: {}", "not a record"),
        ('  missing: {vi: "Chưa tìm được mức năm 2026", en: "The figures of 2026 were not found"}\n', "", "missing"),
        ("    - value: []", "    - value: null", "is not of type table"),
        ("    - value: []", "    - value: [1]", "not a record with keys"),
    ],
)
def test_a_table_out_of_form_is_refused_naming_file_and_key(folder: Path, old: str, new: str, why: str) -> None:
    assert old in TABLE
    (folder / "table.yaml").write_text(TABLE.replace(old, new, 1), "utf-8")

    with pytest.raises(RegulationsError, match=r"^table\.yaml") as caught:
        Regulations.load(folder=folder)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("QD2:", "qd2:", "capitals and digits"),
        ("QD2:", "QD1:", "QD1 stands twice"),
        ("  confidence: practice\n", "  confidence: 1\n", "unknown confidence"),
        ("  basis: practice\n", "", "missing or unknown: basis"),
        ("  issued: 2025-06-25", "  issued: '2025'", "issued is not a date"),
        ("  replaced_on: 2027-01-01", "  replaced_on: null", "replaced_on is not a date"),
        (
            "{replaced_by: null, replaced_on: 2026-07-01}",
            "{replaced_on: 2026-07-01}",
            "missing or unknown: replaced_by",
        ),
        ('{"5": ', "{5: ", "article is not a text"),
        ('{"5": {replaced_by: null, replaced_on: 2026-07-01}}', "[5]", "not a record"),
    ],
)
def test_a_file_of_documents_out_of_form_is_refused_naming_it(folder: Path, old: str, new: str, why: str) -> None:
    assert old in DOCUMENTS
    (folder / "documents" / "sample.yaml").write_text(DOCUMENTS.replace(old, new, 1), "utf-8")

    with pytest.raises(RegulationsError, match=r"^documents/sample\.yaml") as caught:
        Regulations.load(folder=folder)
    assert why in str(caught.value)


def test_a_document_in_two_files_is_refused(folder: Path) -> None:
    (folder / "documents" / "second.yaml").write_text(DOCUMENTS, "utf-8")

    with pytest.raises(RegulationsError, match=r"second\.yaml: QD1 stands twice"):
        Regulations.load(folder=folder)


def test_a_document_knows_what_ended_it_and_what_ended_one_article_of_it(folder: Path) -> None:
    document = Regulations.load(folder=folder).documents["QD2"]

    assert document.ended() == document.ended("7") == Replacement("QD3", date(2027, 1, 1))
    assert document.ended("5") == Replacement("", date(2026, 7, 1))


# Tables and gaps.


def test_a_table_gives_its_rows_and_nothing_where_its_content_was_not_found(folder: Path) -> None:
    (folder / "table.yaml").write_text(TABLE, "utf-8")
    law = Regulations.load(folder=folder)

    rows = law.rows("sample.norms", date(2025, 6, 1))
    assert [(row["place"], row["amount"], row["day"]) for row in rows] == [("city", 200, "12-31"), ("", 100, "06-30")]
    assert law.rows("sample.norms", date(2026, 6, 1)) == ()
    assert law.rows("sample.norms", date(2024, 6, 1)) == ()
    assert law.missing("sample.norms", "en") == "The figures of 2026 were not found"
    assert law.missing("sample.limit", "vi") == ""
    with pytest.raises(NotInForceError):
        law.entry("sample.norms", date(2026, 6, 1))
    with pytest.raises(TypeError, match="integer, not table"):
        law.rows("sample.limit", date(2026, 6, 1))


def test_a_table_without_a_gap_has_no_rows_for_a_day_outside_it_but_an_error(folder: Path) -> None:
    whole = TABLE.split("    - value: []", maxsplit=1)[0].replace("owner: gap", "owner: law")
    kept = "\n".join(line for line in whole.splitlines() if "missing:" not in line)
    (folder / "table.yaml").write_text(kept, "utf-8")
    law = Regulations.load(folder=folder)

    assert len(law.rows("sample.norms", date(2025, 12, 31))) == 2
    with pytest.raises(NotInForceError):
        law.rows("sample.norms", date(2026, 1, 1))


def test_an_empty_value_is_no_value(folder: Path) -> None:
    gap = FILE.replace("value: 20", "value: null").replace(
        "owner: province", "owner: gap\n  missing: {vi: thiếu, en: lacking}"
    )
    (folder / "sample.yaml").write_text(gap, "utf-8")
    law = Regulations.load(folder=folder)

    assert law.value("sample.limit", date(2025, 12, 31)) == 10
    with pytest.raises(NotInForceError):
        law.integer("sample.limit", date(2026, 1, 1))
    # Nobody falls back to the older value: that a new one exists was known.
    assert law.value("sample.limit", date(2026, 1, 1), date(2025, 6, 24)) == 10


def test_a_citation_says_how_far_the_value_was_checked(folder: Path) -> None:
    (folder / "table.yaml").write_text(TABLE, "utf-8")
    law = Regulations.load(folder=folder)

    assert law.entry("sample.norms", date(2025, 6, 1)).citation("vi") == "Quyết định 1; Quyết định 2 (chưa kiểm chứng)"
    assert law.entry("sample.limit", date(2025, 6, 1)).citation("en") == "Article 2, Decision 1 (practice value)"
    assert law.entry("sample.norms", date(2025, 6, 1)).unverified
    assert not law.entry("sample.limit", date(2025, 6, 1)).unverified


# The same regulations under two clocks.


def test_under_a_fixed_day_of_law_every_question_is_answered_by_that_day(folder: Path) -> None:
    law = Regulations.load(folder=folder).at(law=date(2025, 12, 31))

    assert law.value("sample.limit", date(2026, 6, 1)) == 10
    assert law.value("sample.limit", date(2020, 6, 1)) == 10


def test_under_a_fixed_knowledge_nothing_that_was_issued_later_answers(folder: Path) -> None:
    regulations = Regulations.load(folder=folder)

    assert regulations.at(known=date(2025, 6, 24)).value("sample.limit", date(2026, 6, 1)) == 10
    assert regulations.at(known=date(2025, 6, 25)).value("sample.limit", date(2026, 6, 1)) == 20
    # Asked with less knowledge than the fixed one, the less counts; with more, the fixed one.
    assert regulations.at(known=date(2025, 6, 25)).value("sample.limit", date(2026, 6, 1), date(2025, 6, 1)) == 10
    assert regulations.at(known=date(2025, 6, 24)).value("sample.limit", date(2026, 6, 1), date(2026, 6, 1)) == 10
    with pytest.raises(NotInForceError) as caught:
        regulations.at(date(2024, 1, 1), date(2025, 1, 1)).value("sample.limit", date(2026, 6, 1))
    assert (caught.value.on, caught.value.known) == (date(2024, 1, 1), date(2025, 1, 1))


def test_both_clocks_leave_documents_and_history_as_they_are(folder: Path) -> None:
    regulations = Regulations.load(folder=folder)
    law = regulations.at(date(2025, 1, 1), date(2025, 1, 1))

    assert law.documents == regulations.documents
    assert list(law) == list(regulations)
    assert (law.law_day, law.known_day) == (date(2025, 1, 1), date(2025, 1, 1))


def test_the_last_day_of_an_entry_is_the_day_before_the_next_one(folder: Path) -> None:
    parameter = Regulations.load(folder=folder).parameter("sample.limit")

    assert [parameter.last_day(entry) for entry in parameter.entries] == [date(2025, 12, 31), None]


# Overlaps.


def test_two_entries_of_one_day_and_one_knowledge_overlap(folder: Path) -> None:
    same = FILE.replace("in_force: 2026-01-01", "in_force: 2025-01-01").replace("issued: 2025-06-25", "issued: null")
    same = same.replace("known: 2025-06-25", "known: 2024-06-01")
    (folder / "sample.yaml").write_text(same, "utf-8")

    with pytest.raises(RegulationsError, match="overlap: two entries begin"):
        Regulations.load(folder=folder)


def test_an_entry_within_an_earlier_span_overlaps_unless_it_was_known_later(folder: Path) -> None:
    spanned = FILE.replace("in_force: 2025-01-01", "in_force: 2025-01-01\n      until: 2026-06-30")
    (folder / "sample.yaml").write_text(spanned, "utf-8")
    assert Regulations.load(folder=folder).value("sample.limit", date(2026, 2, 1)) == 20

    (folder / "sample.yaml").write_text(spanned.replace("2025-06-25", "2024-06-01"), "utf-8")
    with pytest.raises(RegulationsError, match="overlap: 2026-01-01 begins before 2026-06-30"):
        Regulations.load(folder=folder)


@pytest.mark.parametrize("value", ["02-30", "13-01", "2-1", "00-10", "02-29", "12-15-2026", "1215"])
def test_a_month_and_day_must_exist_in_every_year(folder: Path, value: str) -> None:
    text = FILE.replace("type: integer", "type: month_day").replace("value: 10", f'value: "{value}"')
    (folder / "sample.yaml").write_text(text.replace("value: 20", 'value: "12-15"'), "utf-8")

    with pytest.raises(RegulationsError, match="is not of type month_day"):
        Regulations.load(folder=folder)


def test_a_key_in_two_files_is_refused(folder: Path) -> None:
    (folder / "second.yaml").write_text(FILE, "utf-8")

    with pytest.raises(RegulationsError, match=r"second\.yaml: sample\.limit stands twice"):
        Regulations.load(folder=folder)


def test_a_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "sample.yaml").write_bytes(FILE.encode("utf-16"))

    with pytest.raises(RegulationsError, match=r"sample\.yaml: not a YAML file in UTF-8"):
        Regulations.load(folder=folder)


# A province's own values.


OWN = """documents:
  QD-TINH: {vi: "Quyết định của tỉnh", en: "Decision of the province", issued: null, confidence: law, basis: own}
"""


def own(key: str, kind: str, value: str, owner: str = "province", more: str = "") -> bytes:
    return (
        f'{OWN}{key}:\n  title: {{vi: "Của tỉnh", en: "Own"}}\n  type: {kind}\n  owner: {owner}\n{more}  values:\n'
        f"    - value: {value}\n      in_force: 2026-01-01\n      issued: null\n      known: 2025-01-01\n"
        "      document: QD-TINH\n      article: null\n"
        "      confidence: law\n      basis: own\n      reviewed: 2026-11-16\n"
    ).encode()


COLUMNS = "  columns: {place: text, amount: integer, day: month_day}\n"
ROWS = '[{place: city, amount: 300, day: "12-31"}]'


def test_a_book_sets_its_province_s_own_days() -> None:
    law = Regulations.load(own("submission.due", "integer", "5"))

    assert law.integer("submission.due", date(2026, 3, 1)) == 5
    assert law.entry("submission.due", date(2026, 3, 1)).own
    assert law.parameter("submission.due").title == LAW.parameter("submission.due").title
    assert law.parameter("submission.due").owner == "province"
    assert law.entry("submission.due", date(2026, 3, 1)).citation("en") == "Decision of the province"
    assert law.day("submission.due_closing", 2026, date(2025, 6, 1)) == date(2026, 2, 10)
    assert not law.entry("submission.due_closing", date(2025, 6, 1)).own
    assert LAW.integer("submission.due", date(2026, 3, 1)) == 10


@pytest.mark.parametrize(
    "overlay",
    [
        own("estimates.adjustment_deadline", "month_day", '"12-31"'),
        own("submission.dew", "integer", "5"),
        own("submission.due", "text", '"5"'),
    ],
)
def test_a_book_cannot_change_law_nor_set_what_nobody_asks_for(overlay: bytes) -> None:
    with pytest.raises(RegulationsError, match="is not for a province to set"):
        Regulations.load(overlay)


def test_a_book_fills_a_gap_and_what_it_filled_is_shown_as_its_own(folder: Path) -> None:
    (folder / "table.yaml").write_text(TABLE, "utf-8")
    law = Regulations.load(own("sample.norms", "table", ROWS, more=COLUMNS), folder)

    assert [row["amount"] for row in law.rows("sample.norms", date(2026, 6, 1))] == [300]
    assert [row["amount"] for row in law.rows("sample.norms", date(2025, 6, 1))] == [200, 100]
    filled = law.entry("sample.norms", date(2026, 6, 1))
    assert (filled.filled, filled.own, filled.file) == (True, True, "registers/regulations.yaml")
    assert filled.citation("vi") == "Quyết định của tỉnh (tỉnh tự nhập)"
    assert law.parameter("sample.norms").owner == "gap"
    assert law.parameter("sample.norms").title["en"] == "Norms"


def test_a_book_fills_a_part_of_a_gap_from_a_later_day(folder: Path) -> None:
    (folder / "table.yaml").write_text(TABLE, "utf-8")
    later = own("sample.norms", "table", ROWS, more=COLUMNS).replace(b"in_force: 2026-01-01", b"in_force: 2026-07-01")
    law = Regulations.load(later, folder)

    assert law.rows("sample.norms", date(2026, 6, 30)) == ()
    assert [row["amount"] for row in law.rows("sample.norms", date(2026, 7, 1))] == [300]


def test_a_book_does_not_replace_what_the_law_data_know(folder: Path) -> None:
    (folder / "table.yaml").write_text(TABLE, "utf-8")
    over = own("sample.norms", "table", ROWS, more=COLUMNS).replace(b"in_force: 2026-01-01", b"in_force: 2025-03-01")

    with pytest.raises(RegulationsError, match="have a value for 2025-03-01; only a gap can be filled"):
        Regulations.load(over, folder)


def test_a_book_fills_a_table_with_its_own_columns_only(folder: Path) -> None:
    (folder / "table.yaml").write_text(TABLE, "utf-8")
    other = own("sample.norms", "table", "[{sum: 1}]", more="  columns: {sum: integer}\n")

    with pytest.raises(RegulationsError, match="is not for a province to set"):
        Regulations.load(other, folder)


def test_a_book_does_not_describe_a_shipped_document_anew(folder: Path) -> None:
    with pytest.raises(RegulationsError, match=r"registers/regulations\.yaml: QD1 stands twice"):
        Regulations.load(b"documents: {QD1: {vi: a, en: b, issued: null, confidence: law, basis: x}}\n", folder)
    with pytest.raises(RegulationsError, match=r"registers/regulations\.yaml: documents: not a record"):
        Regulations.load(b"documents: [QD1]\n", folder)


def test_a_book_may_rest_on_shipped_documents_too(folder: Path) -> None:
    law = Regulations.load(own("sample.limit", "integer", "5").replace(b"document: QD-TINH", b"document: QD1"), folder)

    assert law.entry("sample.limit", date(2026, 3, 1)).citation("en") == "Decision 1"


def test_an_empty_file_of_a_book_is_refused_and_none_is_none() -> None:
    assert list(Regulations.load(None)) == list(LAW)
    with pytest.raises(RegulationsError, match=r"registers/regulations\.yaml"):
        Regulations.load(b"")
