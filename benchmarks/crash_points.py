"""Kill a writer before each system call that changes the disk, one after the other, and open the book again.

The tests of the history kill at the named steps of our own code; this script reaches the writes inside the Git
library too, by letting strace send SIGKILL at the n-th call of each kind until the work ends by itself.

    .venv/bin/python benchmarks/crash_points.py

Needs strace and the right to trace. Prints one line for each piece of work; exit 1 when a book was not found
wholly before or wholly after it, with a clean tree and an intact store.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parent.parent / "tests"
sys.path.insert(0, str(TESTS))

import history_tools as tools  # noqa: E402 - found through the line above

from ledger.durable import Disk  # noqa: E402 - the same
from ledger.history import History  # noqa: E402 - the same
from ledger.new_history import FIRST_FILES  # noqa: E402 - the same
from ledger.tags import practice_key  # noqa: E402 - the same

TAG = "settlement/2025/T01/approver"
CALLS = ("write", "fsync", "rename", "link", "unlink", "mkdir", "rmdir", "fchmod", "chmod", "utimensat", "flock")
PRELUDE = f"""
import os, signal, sys
sys.path.insert(0, {str(TESTS)!r})
from pathlib import Path
from history_tools import after, change
from ledger import tags
from ledger.history import History
book = Path(sys.argv[1])
"""
WORK = {
    "commit": "change(History.open(book))",
    "recovery": "History.open(book)",
    "signature": f"History.open(book).tag_signed({TAG!r}, '{{}}', tags.practice_key('a'), after(3))",
    "repair": "History.repair(book, after(8))",
}


def main() -> int:
    """Run every piece of work; the number of books that were not sound."""
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, work in WORK.items():
            original = Path(folder) / name
            prepare(name, original)
            points, wrong = enumerate_kills(Path(folder) / "copy", original, work, name)
            print(f"{name:10} {points:4} points, {wrong} not sound")
            bad += wrong
    return bad


def prepare(name: str, original: Path) -> None:
    """A book in the state in which the work begins."""
    tools.new_book(original)
    if name == "recovery":
        disk = Disk(lambda step: os.kill(os.getpid(), 9) if step == "branch moved" else None)
        tools.in_child(lambda: tools.change(History.open(original, disk=disk)))
    if name == "repair":
        (original / "book.toml").write_bytes(b"by hand\n")
        (original / "note.txt").write_bytes(b"a note\n")


def enumerate_kills(copy: Path, original: Path, work: str, name: str) -> tuple[int, int]:
    """Points at which the work was killed, and how many left a book that is not sound."""
    points = wrong = 0
    for call in CALLS:
        number = 0
        while True:
            number += 1
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(original, copy)
            inject = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
            command = ["strace", "-f", "-o", "/dev/null", *inject, sys.executable, "-c", PRELUDE + work, str(copy)]
            ended = subprocess.run(command, capture_output=True, check=False)
            if ended.returncode == 0:
                break
            points += 1
            problem = examine(copy, name)
            if problem:
                wrong += 1
                print(f"  {name}: {call} {number}: {problem}")
    return points, wrong


def examine(copy: Path, name: str) -> str:
    """What is wrong with the book that a killed writer left; empty when nothing is."""
    before = {**tools.FILES, **FIRST_FILES}
    after = {key: data for key, data in (before | tools.CHANGE).items() if data is not None}
    try:
        if name == "repair":
            History.repair(copy, tools.after(9))
        history = History.open(copy)
        if name == "signature" and not history.tags():
            history.tag_signed(TAG, "{}", practice_key("a"), tools.after(3))
        allowed = {"commit": [before, after], "recovery": [after]}.get(name, [before])
        if tools.content(copy) not in allowed:
            return "neither before nor after"
        tools.change(history, {"next.txt": b"the next writer\n"})
        tools.assert_sound(copy)
    except Exception as error:  # noqa: BLE001 - any of them is the finding
        return repr(error)
    return ""


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
