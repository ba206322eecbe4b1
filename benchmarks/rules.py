"""How long all rules take over a whole province, against stock bean-check loading the same postings.

In one run, taking turns, all as whole processes with their imports:
- stock bean-check loads the ledger of every unit, one process after the other (its cache of loaded files is off, our
  plugins are not in these ledgers); with --together also one ledger that includes all of them, in one process;
- `party-ledger check` reads the same journals, consolidates and runs every rule: once with no cache of its own
  (cold: the text is read), once with it (warm);
- the same again inside one process, to tell reading, and each rule, apart.

Printed are medians of processor and wall time, ratios, sizes and the most memory that a process held. The full size
(150 units of 5,000 vouchers) needs about 3 GB of disk, 8 GB of memory and half an hour.

Run: .venv/bin/python benchmarks/rules.py [--units 10] [--vouchers 5000] [--runs 3] [--together] [--check]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import province
from submission import BIN, ENVIRONMENT, Cost, run

TARGET = 0.5
"""`party-ledger check` (warm) and the rules alone take at most so much of bean-check's time."""
SLOWEST = 8
"""So many rules are named with their times."""


class Inside(NamedTuple):
    """What one process of ours took, part by part; seconds of processor time."""

    reading: float
    rules: dict[str, float]
    findings: int


def inside(book: Path) -> None:
    """Read the book and run the rules in this process; print what each part took, as JSON."""
    from ledger.book import Book  # noqa: PLC0415 - the benchmark itself does not need it
    from plugins import rule  # noqa: PLC0415 - as above

    functions, took, start = rule.rules(), {}, time.process_time()
    asked = rule.context(Book.open(book))
    reading = time.process_time() - start
    found = 0
    for code in functions:
        start = time.process_time()
        found += sum(run.failed for run in rule.run(asked, [code]).rules)
        took[code] = time.process_time() - start
    json.dump(Inside(reading, took, found)._asdict(), sys.stdout)


def parts(book: Path) -> Inside:
    """The same in a process of its own."""
    with tempfile.TemporaryFile() as said:
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, __file__, "--inside", str(book)],
            ENVIRONMENT,
            file_actions=[(os.POSIX_SPAWN_DUP2, said.fileno(), 1)],
        )
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
            sys.exit(f"the rules could not be run over {book}")
        said.seek(0)
        return Inside(**json.load(said))


def bean_check(book: Path, codes: list[str]) -> Cost:
    """Stock bean-check of every unit's ledger, added up; memory of the largest."""
    costs = [run(BIN / "bean-check", book / "units" / code / "ledger.beancount") for code in codes]
    return Cost(sum(c.cpu for c in costs), sum(c.wall for c in costs), max(c.memory for c in costs))


def together(book: Path, folder: Path) -> Cost:
    """Stock bean-check of one ledger with every journal, each account opened once."""
    opened: dict[str, str] = {}
    for ledger in sorted(book.glob("units/*/ledger.beancount")):
        for line in ledger.read_text("utf-8").splitlines():
            if " open " in line:
                opened.setdefault(line.split()[2], line)
    journals = sorted(book.glob("units/*/*/*.beancount"))
    top = folder / "together.beancount"
    lines = ['option "display_precision" "VND:1"', *opened.values(), *(f'include "{name}"' for name in journals)]
    top.write_text("\n".join(lines) + "\n", "utf-8")
    return run(BIN / "bean-check", top)


def check(book: Path) -> Cost:
    """Our check of the whole book."""
    return run(BIN / "party-ledger", "check", book, "--format", "json")


def measure(book: Path, folder: Path, codes: list[str], *, one_ledger: bool) -> dict[str, Cost]:
    """Each of the contestants once, in turn."""
    shutil.rmtree(book / ".cache", ignore_errors=True)
    costs = {"party-ledger check, cold": check(book), "party-ledger check, warm": check(book)}
    costs["bean-check, unit by unit"] = bean_check(book, codes)
    if one_ledger:
        costs["bean-check, one ledger"] = together(book, folder)
    return costs


def main() -> int:
    """Measure and print; with --check 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=10)
    parser.add_argument("--vouchers", type=int, default=5_000, help="of each unit, about")
    parser.add_argument("--runs", type=int, default=3, help="how often each takes its turn")
    parser.add_argument("--together", action="store_true", help="bean-check also loads one ledger that holds all")
    parser.add_argument("--check", action="store_true", help="exit 1 when a ratio is above its target")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        inside(asked.inside)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ENVIRONMENT.update(BEANCOUNT_DISABLE_LOAD_CACHE="1", PYTHONPYCACHEPREFIX=f"{folder}/compiled")
        book = folder / "book"
        postings = province.make(book, asked.units, asked.vouchers)
        size = sum(file.stat().st_size for file in book.glob("units/*/*/*.beancount"))
        print(
            f"{asked.units} units, about {asked.vouchers:,} vouchers each: {postings:,} postings, {size / 1e6:.0f} MB"
        )
        codes = sorted(path.name for path in (book / "units").iterdir())
        run(BIN / "bean-check", book / "units" / codes[0] / "ledger.beancount")  # compiles its modules
        parts(book)  # and ours
        rounds = [measure(book, folder, codes, one_ledger=asked.together) for _ in range(asked.runs)]
        ours = [parts(book) for _ in range(asked.runs)]
    return _show(rounds, ours, strict=asked.check)


def _show(rounds: list[dict[str, Cost]], ours: list[Inside], *, strict: bool) -> int:
    middle = {
        who: Cost(*(median(values) for values in zip(*(costs[who] for costs in rounds), strict=True)))
        for who in rounds[0]
    }
    theirs = middle["bean-check, unit by unit"]
    for who, cost in middle.items():
        ratios = f"{cost.cpu / theirs.cpu:5.2f} / {cost.wall / theirs.wall:5.2f}"
        times = f"{cost.cpu:8.2f} s processor, {cost.wall:8.2f} s wall"
        print(f"{who:26}{times}, {cost.memory / 2**20:6.0f} MiB; times bean-check's {ratios}")
    codes = {code: median(inside.rules[code] for inside in ours) for code in ours[0].rules}
    alone, reading = sum(codes.values()), median(inside.reading for inside in ours)
    print(f"inside: reading (warm) {reading:.2f} s, all {len(codes)} rules {alone:.2f} s, {ours[0].findings} findings")
    print(f"the rules alone: {alone / theirs.cpu:.3f} times bean-check's processor time; target {TARGET}")
    slowest = sorted(codes, key=codes.__getitem__, reverse=True)[:SLOWEST]
    print("slowest: " + ", ".join(f"{code} {codes[code]:.2f} s" for code in slowest))
    whole = middle["party-ledger check, warm"].cpu / theirs.cpu
    return int(strict and (whole > TARGET or alone / theirs.cpu > TARGET))


if __name__ == "__main__":
    sys.exit(main())
