"""A short sample of `make campaign`: disks that fail while somebody types `party-ledger submit`."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns import disks, kills, provinces
from campaigns.disks import Answer, Fault
from campaigns.kills import Reference

SEED = int(os.environ.get("PARTY_LEDGER_SEED", "1"))
FAULTS_TAKEN = 12


@pytest.fixture(scope="module", params=["vouchers", "estimates"])
def tried(request: pytest.FixtureRequest) -> Iterator[tuple[str, Path, Reference]]:
    name = request.param
    with provinces.province() as book, kills.prepared(disks.as_work(name), book) as (start, reference):
        yield name, start, reference


@pytest.mark.slow
def test_a_step_that_the_disk_refuses_is_one_sentence_and_nothing_accepted_has_changed(
    tried: tuple[str, Path, Reference],
) -> None:
    name, start, reference = tried
    faults = random.Random(f"{SEED} {name}").sample(disks.every_fault(len(reference.steps)), FAULTS_TAKEN)

    tally = disks.failing_at_steps(name, start, reference, faults)

    assert tally.wrong == [], f"seed {SEED}"
    assert tally.points == FAULTS_TAKEN


def test_a_file_that_may_not_grow_leaves_what_was_accepted_as_it_was(tried: tuple[str, Path, Reference]) -> None:
    tally = disks.small_files(*tried, disks.FILE_SIZES[:4])

    assert tally.wrong == []


def test_a_folder_that_may_not_be_written_is_one_sentence(tried: tuple[str, Path, Reference]) -> None:
    tally = disks.read_only(*tried)

    assert tally.wrong == []
    assert tally.points >= 1


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(1, "", "Traceback (most recent call last):\n"), "a traceback"),
        (Answer(0, "Accepted", ""), "it reports success"),
        (Answer(2, "", "wrong usage\n"), "exit code 2"),
        (Answer(1, "", "one\ntwo\n"), "exit code 1"),
        (Answer(1, "receipt", "the disk is full\n"), "a refusal that prints"),
        (Answer(1, "", "the disk is full\n"), ""),
    ],
)
def test_the_judgement_knows_a_bad_answer(answer: Answer, problem: str) -> None:
    assert disks._wrong(answer, must_refuse=True).startswith(problem)
    assert bool(disks._wrong(answer, must_refuse=True)) == bool(problem)


def test_the_judgement_notices_a_changed_byte(tried: tuple[str, Path, Reference]) -> None:
    name, start, reference = tried

    def harm(copy: Path) -> str:
        (copy / "registers/units.csv").write_bytes(b"")
        return '[1, "", "the book is unchanged"]'

    assert "changed ['registers/units.csv']" in disks._tried(name, start, reference, harm)


def test_a_fault_is_met_once_or_from_then_on() -> None:
    for ever_after, times in ((False, 1), (True, 2)):
        step = Fault(2, errno.EIO, ever_after).step()
        step("first")
        for _ in range(times):
            with pytest.raises(OSError, match=os.strerror(errno.EIO)):
                step("second")
        if not ever_after:
            step("third")
