"""Codes of the budget index: by kind, by year, with their parents as data."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date

import pytest

from ledger.budget_index import FILE, BudgetIndex, IndexEntry, read

INDEX = BudgetIndex.load()


def entry(found: IndexEntry | None) -> IndexEntry:
    assert found is not None
    return found


def test_the_index_has_every_code_of_its_kinds() -> None:
    kinds = Counter(e.kind for e in INDEX)

    assert kinds["category"] == 14
    assert kinds["chapter"] == 34
    assert kinds["fund"] == 2
    assert kinds["source"] == 6
    assert kinds["item"] > 150
    assert kinds["group"] > 30


def test_a_code_belongs_to_a_kind() -> None:
    assert entry(INDEX.chapter("160")).name_vi.startswith("Các quan hệ khác")
    assert INDEX.clause("160") is None
    assert INDEX.item("6500") is None
    assert entry(INDEX.group("6500")).name_vi == "Thanh toán dịch vụ công cộng"
    assert entry(INDEX.item("6501", 2026)).name("vi") == "Tiền điện"
    assert entry(INDEX.item("6501", 2026)).name("en") == "Electricity"
    assert entry(INDEX.clause("351")).name_vi == "Hoạt động của Đảng Cộng sản Việt Nam"


@pytest.mark.parametrize(
    ("item", "group"),
    [
        ("6501", "6500"),
        ("6549", "6500"),
        ("6551", "6550"),
        ("6001", "6000"),
        ("7761", "7750"),
        ("7851", "7850"),
        ("6500", "6500"),
    ],
)
def test_the_group_of_an_item(item: str, group: str) -> None:
    assert INDEX.group_of(item) == group


@pytest.mark.parametrize("code", ["", "9999", "6502x", "351", "65", "13"])
def test_an_unknown_item_has_no_group(code: str) -> None:
    assert INDEX.group_of(code) is None
    assert INDEX.item(code) is None


def test_every_item_lies_within_fifty_of_its_group_as_the_circular_says() -> None:
    items = [e for e in INDEX if e.kind == "item"]

    assert [e.code for e in items if not 0 < int(e.code) - int(e.parent) < 50] == []
    assert [e.code for e in items if e.code.endswith("0")] == []
    assert [e.code for e in INDEX if e.kind == "group" and int(e.code) % 50] == []


def test_every_clause_lies_within_its_category() -> None:
    clauses = [e for e in INDEX if e.kind == "clause"]

    assert [e.code for e in clauses if not 0 < int(e.code) - int(e.parent) < (60 if e.parent == "280" else 30)] == []
    assert [e.code for e in INDEX if e.kind == "category" and int(e.code) % 10] == []
    assert INDEX.category_of("351") == "340"
    assert INDEX.category_of("999") is None


@pytest.mark.parametrize(
    ("chapter", "on", "valid"),
    [
        ("709", 2025, True),
        ("709", "2025-12-31", True),
        ("709", "2026-01-01", False),
        ("709", 2026, False),
        ("754", date(2026, 1, 1), False),
        ("830", "2025-06-30", False),
        ("830", "2025-07-01", True),
        ("830", 2025, True),
        ("830", 2024, False),
        ("509", 2018, True),
        ("819", 2026, True),
        ("999", 2026, False),
    ],
)
def test_a_chapter_holds_on_its_days(chapter: str, on: str | date | int, valid: bool) -> None:
    assert (INDEX.chapter(chapter, on) is not None) == valid


def test_district_chapters_name_their_commune_successors() -> None:
    successors = {e.code: e.successor for e in INDEX if e.successor}

    assert successors == {"754": "854", "755": "855", "756": "856", "757": "857"}
    assert all(INDEX.chapter(code, 2026) for code in successors.values())


@pytest.mark.parametrize(
    ("source", "autonomous"),
    [
        ("12", False),
        ("13", True),
        ("14", True),
        ("15", False),
        ("16", False),
        ("18", False),
        ("01", None),
        ("99", None),
        ("", None),
    ],
)
def test_the_autonomy_of_a_source(source: str, autonomous: bool | None) -> None:
    assert INDEX.is_autonomous(source) is autonomous


def test_only_detailed_sources_take_postings_and_doubts_are_marked() -> None:
    sources = {e.code: e for e in INDEX if e.kind == "source"}

    assert INDEX.source("01") is None
    assert INDEX.source("50") is None
    assert {code for code, e in sources.items() if e.own_pot} == {"14"}
    assert {code for code, e in sources.items() if e.autonomous_confidence == "unverified"} == {"16", "18"}
    assert [code for code, e in sources.items() if e.verified or "VERIFIED" in e.autonomous_confidence] == []


def test_every_name_is_there_in_both_languages_without_working_notes() -> None:
    names = [name for e in INDEX for name in (e.name_vi, e.name_en)]

    assert all(name and name == unicodedata.normalize("NFC", name).strip() for name in names)
    assert [name for name in names if "cần tra" in name or "to be checked" in name or "TT107" in name] == []
    assert all(e.confidence for e in INDEX)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"kind,code", b"code,kind"),
        (b"item,6501,6500", b"item,6502,6500"),
        (b"item,6501,6500", b"item,6501,"),
        (b"item,6501,6500", b"item,6501,6510"),
        (b"item,6501,6500", b"thing,6501,"),
        (b"source,12,01", b"source,12,02"),
    ],
)
def test_a_spoilt_file_is_refused(old: bytes, new: bytes) -> None:
    data = FILE.read_bytes()

    assert old in data
    with pytest.raises(ValueError, match="budget index"):
        read(data.replace(old, new, 1))
