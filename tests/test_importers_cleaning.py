"""Texts come out composed and visible; what was changed is recorded, what is dangerous is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import limits
from importers.cleaning import Cleaner, visible
from importers.tables import Change
from ledger.journal_form import forbidden

KNOWN = frozenset({"dien giai"})


def _clean(cell: str, text: str | None = None) -> tuple[str | None, list[str]]:
    cleaner = Cleaner("t.csv", ["Diễn giải"], KNOWN, text)
    records = cleaner.records([(2, [cell])])
    return (str(records[0].cells[0]) if records else None), [finding.rule for finding in cleaner.findings()]


def _file(cell: str) -> str:
    """The text of a file with this cell: a cell with a line break stands in quotes."""
    return f'Diễn giải\n"{cell}"\n' if "\n" in cell or "\r" in cell else f"Diễn giải\n{cell}\n"


@pytest.mark.parametrize(
    ("cell", "clean", "codes"),
    [
        ("  Chi tiền  ", "Chi tiền", []),
        (unicodedata.normalize("NFD", "Chi tiền"), "Chi tiền", ["F19"]),
        ("Chi\u200btiền", "Chitiền", ["F20"]),
        ("Chi\u00a0tiền", "Chi tiền", ["F20"]),
        ("\ufeffChi", "Chi", ["F20"]),
        ("Chi\u200f", "Chi", ["F20"]),
        ("Chi\ntiền", None, ["F18"]),
        ("Chi\ttiền", None, ["F18"]),
        ("Chi\x00", None, ["F18"]),
        ("Chi\x1b[31m", None, ["F18"]),
        ("\u202eChi", None, ["F18"]),
        ("Chi\u2066", None, ["F18"]),
        ("Chi\u2028tiền", None, ["F18"]),
        ("Chi\ue000", None, ["F18"]),
        ("Chi\U000e0041", None, ["F18"]),
        ("Công ty Ðiện lực", "Công ty Điện lực", ["F94"]),
        ("Ɖảng ủy, ðồng", "Đảng ủy, đồng", ["F94"]),
        ("PС01", "PC01", ["F94"]),
        ("UΝC-Ο2", "UNC-Ο2", ["F94"]),
        ("РС01", "РС01", []),
        ("Россия", "Россия", []),
        ("Tổ chức «Мир»", "Tổ chức «Мир»", []),
        ("QĐ\u201101", "QĐ-01", ["F94"]),
        ("a\u2010b", "a-b", ["F94"]),
        ("\u20115", "\u20115", []),
        ("05\u201103\u20112026", "05\u201103\u20112026", []),
        ("\u20115 đ", "\u20115 đ", []),
        ("1О0", "1О0", []),
        ("1О0 đ", "1О0 đ", []),
        ("１２３", "１２３", []),
        ("\u22125", "\u22125", []),
        ("1\u20445", "1\u20445", []),
        ("e\u0301\u200bС", "éC", ["F19", "F20", "F94"]),
        ("x" * limits.CELL_CHARACTERS, "x" * limits.CELL_CHARACTERS, []),
        ("x" * (limits.CELL_CHARACTERS + 1), None, ["F17"]),
        ("", "", []),
    ],
)
def test_a_text_is_taken_cleaned_or_refused(cell: str, clean: str | None, codes: list[str]) -> None:
    assert _clean(cell) == (clean, codes)
    assert _clean(cell, text=_file(cell)) == (clean, codes)


@given(st.text(max_size=30))
def test_what_comes_out_can_stand_in_a_journal(cell: str) -> None:
    clean, codes = _clean(cell.replace("<", "").replace(">", ""))

    assert forbidden(clean or "") == ""
    assert clean is not None or codes


@given(st.text(max_size=30))
def test_the_look_at_the_whole_text_changes_nothing(cell: str) -> None:
    assert _clean(cell) == _clean(cell, text=_file(cell))


def test_notes_are_told_once_with_the_number_of_cells() -> None:
    cleaner = Cleaner("t.csv", ["Diễn giải"], KNOWN)
    cleaner.records([(2, ["a\u200b"]), (3, ["b\u200b"]), (4, ["c"])])

    (finding,) = cleaner.findings()

    assert (finding.row, finding.value, finding.params) == (2, "a⟨U+200B⟩", {"count": 2})


def test_a_header_is_cleaned_without_a_finding() -> None:
    assert Cleaner("t.csv", ["Diễn\n giải\u200b "], KNOWN).header == ("Diễn giải",)


def test_what_cannot_be_seen_is_written_out() -> None:
    assert visible("a\u202eb") == "a⟨U+202E⟩b"
    assert visible("x" * 70) == "x" * 60 + "…"


def test_every_change_is_kept_in_its_order_not_only_the_first() -> None:
    cleaner = Cleaner("t.csv", ["Diễn\u200b giải", "Lạ"], KNOWN, header_row=3, titles=[["Ðảng ủy", 5], ["x"]])
    cleaner.records([(4, ["e\u0301\u200bС", "\u200b"]), (5, ["Ð", ""]), (6, ["c", ""])])

    assert cleaner.titles == (("Đảng ủy", 5), ("x",))
    assert cleaner.header == ("Diễn giải", "Lạ")
    assert cleaner.changes == [
        Change(1, "A", "Ðảng ủy", "Đảng ủy", "lookalike"),
        Change(3, "Diễn giải", "Diễn\u200b giải", "Diễn giải", "invisible"),
        Change(4, "Diễn giải", "e\u0301\u200bС", "e\u0301С", "invisible"),
        Change(4, "Diễn giải", "e\u0301С", "éС", "unicode"),
        Change(4, "Diễn giải", "éС", "éC", "lookalike"),
        Change(5, "Diễn giải", "Ð", "Đ", "lookalike"),
    ]
    assert [(f.rule, f.row, f.params["count"]) for f in cleaner.findings()] == [
        ("F19", 4, 1),
        ("F20", 4, 1),
        ("F94", 4, 2),
    ]


@given(st.text(max_size=20))
def test_a_change_of_a_cell_leads_from_what_stood_there_to_what_came_out(cell: str) -> None:
    cleaner = Cleaner("t.csv", ["Diễn giải"], KNOWN)
    records = cleaner.records([(2, [cell])])

    steps = [cell.strip(), *(change.after for change in cleaner.changes)]
    assert [change.before for change in cleaner.changes] == steps[:-1] or not records
    assert not records or records[0].cells == (steps[-1],)


@given(st.text("0123456789.,-+ \u2010\u2011\u2212０１９ОoO", max_size=12))
def test_a_figure_never_becomes_another_one(cell: str) -> None:
    clean, _ = _clean(cell)

    assert [sign for sign in clean or "" if sign.isdigit() or sign in "+-\u2212"] == [
        sign for sign in cell if sign.isdigit() or sign in "+-\u2212"
    ] or any(sign.isalpha() for sign in cell)


def test_a_text_that_comes_back_is_looked_at_once_and_judged_each_time() -> None:
    cleaner = Cleaner("t.csv", ["Diễn giải"], KNOWN)

    records = cleaner.records([(row, [cell]) for row, cell in enumerate(["a", "Đ", "b\u200b"] * 3, start=2)])

    assert [record.cells[0] for record in records] == ["a", "Đ", "b"] * 3
    assert [finding.params["count"] for finding in cleaner.findings()] == [3]
