"""A short sample of `make campaign`: writers killed at steps spread over every piece of work."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns import kills, provinces
from campaigns.works import FIRST, WORKS, Work
from ledger.book import Book

SEED = int(os.environ.get("PARTY_LEDGER_SEED", "1"))
EVERY = 10
"""One step in so many is taken; where it begins is drawn from the seed."""

LEAST_POINTS = 60
STEPS_OF_ALL = 500


@pytest.fixture(scope="module")
def province() -> Iterator[Path]:
    with provinces.province() as book:
        yield book


@pytest.mark.slow
def test_a_killed_writer_leaves_the_book_before_or_after_and_the_next_one_works_at_once(province: Path) -> None:
    tallies = {work.name: killed(work, province) for work in WORKS}

    assert {name: tally.wrong for name, (tally, _) in tallies.items() if tally.wrong} == {}, f"seed {SEED}"
    assert all(tally.points for tally, _ in tallies.values())
    assert sum(tally.points for tally, _ in tallies.values()) >= LEAST_POINTS
    assert sum(steps for _, steps in tallies.values()) >= STEPS_OF_ALL


def killed(work: Work, province: Path) -> tuple[kills.Tally, int]:
    """What a sample of one work's steps gave, and how many steps it has."""
    first = random.Random(f"{SEED} {work}").randint(1, EVERY)
    with kills.prepared(work, province) as (start, reference):
        steps = len(reference.steps)
        numbers = range(min(first, steps), steps + 1, EVERY)
        return kills.killed_at_steps(work, start, reference, numbers, thorough_every=3), steps


def test_the_judgement_notices_work_that_is_not_whole(province: Path) -> None:
    def torn(book: Path) -> str:
        """Two commits where there should be one."""
        receipt = FIRST.hand_in(book)
        with Book.open(book).locked() as opened:
            if opened.read("registers/note.csv") is None:
                change = opened.change("ke.toan", "accountant", "2026-11-16T08:30:00+07:00")
                change.write("registers/note.csv", b"a note\n")
                change.commit("a second commit")
        return receipt

    work = Work("torn", torn)
    with kills.prepared(work, province) as (start, reference):
        last = len(reference.steps)
        tally = kills.killed_at_steps(work, start, reference, [last // 2 + 12], thorough_every=1)

    assert len(tally.wrong) == 1
    assert "neither before nor after" in tally.wrong[0]
    assert "again: kills --only 'torn'" in tally.wrong[0]


def test_a_view_that_a_hand_edited_is_not_taken_for_sound(province: Path) -> None:
    with provinces.copy_of(province) as book:
        assert provinces.unsound(book, thorough=True) == ""
        (book / "book.toml").write_bytes(b"edited\n")

        assert "edited by hand" in provinces.unsound(book, thorough=False)


@pytest.mark.skipif(not kills.strace_works(), reason="strace is not installed here or may not trace")
def test_a_child_is_killed_inside_the_git_library_too(province: Path) -> None:
    work = WORKS[0]
    with kills.prepared(work, province) as (start, reference), provinces.copy_of(start) as copy:
        traced = kills.inject("link", "signal=KILL", 3)
        ended, told = kills.run(lambda: work.do(copy), traced=traced)

        assert (ended, told) == (-9, "")
        assert kills.judge(copy, work, reference, told, thorough=True) == ""
