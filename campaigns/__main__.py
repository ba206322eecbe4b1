"""The campaigns by name: `python -m campaigns [kills disks crowd hostile texts] [--seed N] [--only NAME]`.

Prints the seed first and a line of figures for each piece of work; exit code 1 when anything was wrong. The words
behind "again:" in a violation, given back with its seed, repeat it.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from campaigns import crowd, disks, hostile, kills, texts
from campaigns.provinces import Tally, province
from campaigns.works import WORKS

ROOMS_KIB = range(0, 400, 8)
"""How much room the small disk leaves: from none to more than a submission takes."""

TEXTS, EXAMPLES = 200, 20_000
UNITS, SUBMITTERS = 200, 5


def kill(_seed: int, only: str) -> Iterator[Tally]:
    """Every step of every piece of work, and every system call that changes the disk."""
    yield from _without_strace()
    traced = kills.strace_works()
    with province() as book:
        for work in WORKS:
            if only in {"", work.name}:
                with kills.prepared(work, book) as (start, reference):
                    steps = range(1, len(reference.steps) + 2)
                    yield kills.killed_at_steps(work, start, reference, steps, thorough_every=1)
                    if traced:
                        yield kills.killed_at_calls(work, start, reference)


def fail(_seed: int, only: str) -> Iterator[Tally]:
    """Every step and system call refused, no room, read-only."""
    yield from _without_strace()
    traced = kills.strace_works()
    with province() as book:
        for name in disks.FILES:
            if only in {"", name}:
                with kills.prepared(disks.as_work(name), book) as (start, reference):
                    yield disks.failing_at_steps(name, start, reference, disks.every_fault(len(reference.steps)))
                    if traced:
                        yield disks.failing_at_calls(name, start, reference, every=1)
                    yield disks.small_files(name, start, reference)
                    yield disks.small_disk(name, start, reference, ROOMS_KIB)
                    yield disks.read_only(name, start, reference)


def gather(seed: int, _only: str) -> Iterator[Tally]:
    """Many submitters at once."""
    yield crowd.crowd(UNITS, SUBMITTERS, seed)


def attack(seed: int, only: str) -> Iterator[Tally]:
    """Hostile texts in every field of every form."""
    yield from hostile.every_field(seed, TEXTS, only)


def render(seed: int, _only: str) -> Iterator[Tally]:
    """Hostile texts to Beancount and back."""
    yield texts.round_trips(seed, EXAMPLES)


CAMPAIGNS: dict[str, Callable[[int, str], Iterator[Tally]]] = {
    "kills": kill,
    "disks": fail,
    "crowd": gather,
    "hostile": attack,
    "texts": render,
}


def _without_strace() -> list[Tally]:
    """What to say where system calls cannot be reached."""
    return [] if kills.strace_works() else [Tally("system calls", notes=["strace is not here or may not trace"])]


def main(words: Iterable[str]) -> int:
    """Run the campaigns that are named, or all; the number of violations, at most 1."""
    parser = argparse.ArgumentParser(prog="campaigns", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="campaign", help=", ".join(CAMPAIGNS))
    parser.add_argument("--seed", type=int, default=None, help="of an earlier run; else a new one is drawn")
    parser.add_argument("--only", default="", help="one piece of work, file or form")
    asked = parser.parse_args(list(words))
    unknown = set(asked.names) - set(CAMPAIGNS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    wrong = 0
    for name in asked.names or CAMPAIGNS:
        began, points = time.monotonic(), 0
        for tally in CAMPAIGNS[name](seed, asked.only):
            print(tally, flush=True)
            wrong += len(tally.wrong)
            points += tally.points
        print(f"{name}: {points} points in {time.monotonic() - began:.0f} s", flush=True)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
