"""A short sample of `make campaign`: many submitters at once, some of whom die with the lock in their hands."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns import crowd

SEED = int(os.environ.get("PARTY_LEDGER_SEED", "1"))


@pytest.mark.slow
def test_every_file_is_in_the_book_exactly_once_whoever_handed_it_in() -> None:
    tally = crowd.crowd(12, 3, SEED)

    assert tally.wrong == [], f"seed {SEED}"
    assert tally.points == 12 * 3 * 2


def test_the_judgement_notices_a_lost_receipt_a_refusal_and_a_missing_answer(tmp_path: Path) -> None:
    book = crowd._book(tmp_path / "book", 1)
    calls = crowd._all_at_once(book, 1, 1, SEED)
    first, second = calls

    assert crowd._problems(book, calls, 1, 1) == []
    assert any("was told" in text for text in crowd._problems(book, [replace(first, receipt="x"), second], 1, 1))
    assert any("was refused" in text for text in crowd._problems(book, [replace(first, refused="busy"), second], 1, 1))
    assert any("answers came back" in text for text in crowd._problems(book, [first], 1, 1))
    assert any("accepted {" in text for text in crowd._problems(book, calls, 1, 2))
