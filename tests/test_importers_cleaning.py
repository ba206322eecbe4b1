"""Texts come out composed and visible; what was changed is recorded, what is dangerous is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import limits
from importers.cleaning import Cleaner, visible
from ledger.journal_form import forbidden

KNOWN = frozenset({"dien giai"})


def _clean(cell: str, text: str | None = None) -> tuple[str | None, list[str]]:
    cleaner = Cleaner("t.csv", ["Diễn giải"], KNOWN, text)
    records = cleaner.records([(2, [cell])])
    return (str(records[0].cells[0]) if records else None), [finding.rule for finding in cleaner.findings()]


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
        ("x" * limits.CELL_CHARACTERS, "x" * limits.CELL_CHARACTERS, []),
        ("x" * (limits.CELL_CHARACTERS + 1), None, ["F17"]),
        ("", "", []),
    ],
)
def test_a_text_is_taken_cleaned_or_refused(cell: str, clean: str | None, codes: list[str]) -> None:
    assert _clean(cell) == (clean, codes)
    assert _clean(cell, text=f"Diễn giải\n{cell}\n") == (clean, codes)


@given(st.text(max_size=30))
def test_what_comes_out_can_stand_in_a_journal(cell: str) -> None:
    clean, codes = _clean(cell.replace("<", "").replace(">", ""))

    assert forbidden(clean or "") == ""
    assert clean is not None or codes


@given(st.text(max_size=30))
def test_the_look_at_the_whole_text_changes_nothing(cell: str) -> None:
    assert _clean(cell) == _clean(cell, text=f"Diễn giải\n{cell}\n")


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
