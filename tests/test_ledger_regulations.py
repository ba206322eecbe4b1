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
    UnknownParameterError,
    shipped,
)
from ledger.regulations_file import parse

LAW = shipped()

FILE = """
sample.limit:
  title: {vi: "Mức", en: "Limit"}
  type: integer
  owner: province
  values:
    - value: 10
      in_force: 2025-01-01
      known: 2024-06-01
      document: {vi: "Quyết định 1", en: "Decision 1"}
      article: {vi: "Điều 2", en: "Article 2"}
      confidence: "practice"
      reviewed: 2026-11-16
    - value: 20
      in_force: 2026-01-01
      known: 2025-06-25
      document: {vi: "Quyết định 2", en: "Decision 2"}
      article: null
      confidence: "practice"
      reviewed: 2026-11-16
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
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


def test_no_shipped_value_is_without_document_and_mark() -> None:
    marks = ("VERIFIED", "MEMORY", "INFERENCE", "practice", "unverified")

    for parameter in LAW:
        assert parameter.entries
        for entry in parameter.entries:
            assert all(entry.document[language] for language in ("vi", "en")), parameter.key
            assert any(mark in entry.confidence for mark in marks), parameter.key


def test_every_area_has_a_file_and_every_key_begins_with_a_word_of_its_own() -> None:
    files = {path.name: [p.key for p in parse(path.read_bytes(), path.name)] for path in FOLDER.glob("*.yaml")}

    areas = ["accounting", "assets", "estimates", "scans", "settlement", "submission"]
    assert sorted(files) == [f"{area}.yaml" for area in areas]
    assert sum(map(len, files.values())) == len(list(LAW))


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
        ("owner: province", "owner: nobody", "unknown type or owner"),
        ("value: 10", "value: 10.5", "10.5 is not of type integer"),
        ("value: 10", "value: '10'", "'10' is not of type integer"),
        ("value: 10", "value: yes", "True is not of type integer"),
        ("type: integer", "type: text", "10 is not of type text"),
        ("value: 10\n", "value: 10\n      extra: 1\n", "missing or unknown: extra"),
        ("      known: 2024-06-01\n", "", "missing or unknown: known"),
        ("known: 2024-06-01", "known: '2024-06-01'", "known is not a date"),
        ("known: 2024-06-01", "known: 2024-06-01T00:00:00", "known is not a date"),
        ("reviewed: 2026-11-16", "reviewed: soon", "reviewed is not a date"),
        ("in_force: 2025-01-01", "in_force: 2025-01-01\n      until: null", "until is not a date"),
        ('en: "Decision 1"', 'fr: "Décision 1"', "document needs a text in vi and in en"),
        ('vi: "Điều 2"', 'vi: ""', "article is not a text"),
        ('vi: "Mức"', "vi: 3", "title is not a text"),
        ('confidence: "practice"', "confidence: 3", "confidence is not a text"),
        ("in_force: 2026-01-01", "in_force: 2024-01-01", "out of order"),
        ("in_force: 2025-01-01", "in_force: 2025-01-01\n      until: 2024-12-31", "ends before it begins"),
        ("in_force: 2025-01-01", "in_force: 2025-01-01\n      until: 2025-11-30", "gap"),
        ("document: {", "document: [", "not a YAML file"),
        (FILE, "- 1\n", "not a record"),
        (FILE, "sample.limit: 3\n", "not a record"),
    ],
)
def test_a_file_out_of_form_is_refused_naming_file_and_key(folder: Path, old: str, new: str, why: str) -> None:
    assert old in FILE
    (folder / "sample.yaml").write_text(FILE.replace(old, new, 1), "utf-8")

    with pytest.raises(RegulationsError, match=r"^sample\.yaml") as caught:
        Regulations.load(folder=folder)
    assert why in str(caught.value)
    assert isinstance(caught.value, Refused)


def test_two_entries_of_one_day_and_one_knowledge_overlap(folder: Path) -> None:
    same = FILE.replace("in_force: 2026-01-01", "in_force: 2025-01-01").replace(
        "known: 2025-06-25", "known: 2024-06-01"
    )
    (folder / "sample.yaml").write_text(same, "utf-8")

    with pytest.raises(RegulationsError, match="overlap: two entries begin"):
        Regulations.load(folder=folder)


def test_an_entry_within_an_earlier_span_overlaps_unless_it_was_known_later(folder: Path) -> None:
    spanned = FILE.replace("in_force: 2025-01-01", "in_force: 2025-01-01\n      until: 2026-06-30")
    (folder / "sample.yaml").write_text(spanned, "utf-8")
    assert Regulations.load(folder=folder).value("sample.limit", date(2026, 2, 1)) == 20

    (folder / "sample.yaml").write_text(spanned.replace("known: 2025-06-25", "known: 2024-06-01"), "utf-8")
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


def own(key: str, kind: str, value: str, owner: str = "province") -> bytes:
    return (
        f'{key}:\n  title: {{vi: "Của tỉnh", en: "Own"}}\n  type: {kind}\n  owner: {owner}\n  values:\n'
        f"    - value: {value}\n      in_force: 2025-01-01\n      known: 2025-01-01\n"
        '      document: {vi: "Quyết định của tỉnh", en: "Decision of the province"}\n      article: null\n'
        "      confidence: unverified\n      reviewed: 2026-11-16\n"
    ).encode()


def test_a_book_sets_its_province_s_own_days() -> None:
    law = Regulations.load(own("submission.due", "integer", "5"))

    assert law.integer("submission.due", date(2026, 3, 1)) == 5
    assert law.day("submission.due_closing", 2026, date(2025, 6, 1)) == date(2026, 2, 10)
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


def test_an_empty_file_of_a_book_is_refused_and_none_is_none() -> None:
    assert list(Regulations.load(None)) == list(LAW)
    with pytest.raises(RegulationsError, match=r"registers/regulations\.yaml"):
        Regulations.load(b"")
