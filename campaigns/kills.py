"""kill -9 at every step of every piece of work, one after the other, until the work ends by itself.

Guarantees: a child is forked from this warm process, so a point costs the work and no start of an interpreter. It is
killed before the n-th step of our own disk; in the long run also before the n-th system call of each kind that
changes the disk, which reaches the writes inside the Git library (strace lets the kernel send SIGKILL). After each:
the book is wholly before or wholly after, a receipt that was told is in it, nothing is half posted, no lock is left,
and the same work done again at once ends in the very commit of an undisturbed run.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from campaigns.provinces import State, Tally, copy_of, state, stock_git_says, unsound
from campaigns.works import Work, under
from ledger.errors import LedgerError

CALLS = (
    *("write", "pwrite64", "fsync", "rename", "renameat2", "link", "unlink", "mkdir", "rmdir", "fchmod", "chmod"),
    *("utimensat", "flock", "ftruncate"),
)
"""System calls that change a file system or take its lock."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An undisturbed run."""

    before: State
    after: State
    told: str
    steps: tuple[str, ...]


@contextmanager
def prepared(work: Work, province: Path) -> Iterator[tuple[Path, Reference]]:
    """A book in which the work begins, and what the undisturbed work makes of it."""
    with copy_of(province) as start:
        work.prepare(start)
        with copy_of(start) as copy:
            before = _untouched(copy)
            steps: list[str] = []
            ended, told = run(lambda: under(_told_to(steps), work.do, copy), steps_of=steps)
            if ended:
                raise RuntimeError(f"{work}: the undisturbed run ended with {ended}")
            reference = Reference(before, state(copy), told, tuple(steps))
            if (reference.before != reference.after) != work.changes:
                raise RuntimeError(f"{work}: the undisturbed run does not do what it is there for")
            yield start, reference


def _untouched(book: Path) -> State:
    """The state before the work; a recovery begins in one that only a look at the branch can tell."""
    with copy_of(book) as copy:
        subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=copy, check=True)
        subprocess.run(["git", "clean", "--quiet", "--force", "-d"], cwd=copy, check=True)
        (copy / ".git/party-ledger-publishing").unlink(missing_ok=True)
        return state(copy)


def killed_at_steps(
    work: Work, start: Path, reference: Reference, numbers: Iterable[int], *, thorough_every: int
) -> Tally:
    """Kill before each of these steps of our own disk (from 1).

    Args:
        work: what is interrupted.
        start: the book in which it begins.
        reference: its undisturbed run.
        numbers: which steps.
        thorough_every: verify wholly, and ask stock Git, after each so-manieth point.
    """
    tally = Tally(f"{work}, killed at our steps")
    for count, number in enumerate(numbers):
        with copy_of(start) as copy:
            ended, told = run(lambda number=number, copy=copy: under(_kill_at(number), work.do, copy))
            problem = "" if ended in {0, -signal.SIGKILL} else f"it ended with {ended}"
            problem = problem or judge(copy, work, reference, told, thorough=count % thorough_every == 0)
            name = reference.steps[number - 1] if number <= len(reference.steps) else "none"
            tally.add(problem and f"killed before step {number} ({name}): {problem}", _again(work))
    return tally


def killed_at_calls(work: Work, start: Path, reference: Reference) -> Tally:
    """Kill before the 1st, 2nd, … system call of each kind, until the work ends by itself."""
    tally = Tally(f"{work}, killed at system calls")
    for call in CALLS:
        for number in itertools.count(1):
            with copy_of(start) as copy:
                ended, told = run(lambda copy=copy: work.do(copy), traced=inject(call, "signal=KILL", number))
                if ended == 0:
                    break
                problem = judge(copy, work, reference, told, thorough=True)
                tally.add(problem and f"killed before {call} {number}: {problem}", _again(work))
    return tally


def judge(book: Path, work: Work, reference: Reference, told: str, *, thorough: bool) -> str:
    """What is wrong with the book that a killed writer left, and with the next writer's work in it.

    Args:
        book: as the killed writer left it.
        work: what was interrupted.
        reference: its undisturbed run.
        told: the receipt that a person was told before the writer died.
        thorough: our whole verification and stock Git's, besides the comparison with the undisturbed run.
    """
    if work.name == "repair of a hand edit":
        # Before it is repaired, the book refuses to be opened, as it should.
        work.do(book)
    if problem := unsound(book, thorough=thorough):
        return problem
    found = state(book)
    if not (found.like(reference.before) or found.like(reference.after)):
        return "neither before nor after"
    if told and not found.like(reference.after):
        return f"receipt {told} is lost"
    try:
        answer = work.do(book)
    except (LedgerError, OSError) as refusal:
        return f"the next writer was refused: {refusal}"
    if answer != reference.told or not state(book).like(reference.after):
        return "doing it again does not end where the undisturbed work ends"
    return stock_git_says(book) if thorough else ""


def run(
    do: Callable[[], str], *, traced: list[str] | None = None, steps_of: list[str] | None = None
) -> tuple[int, str]:
    """Do something in a forked process: its exit code (minus the signal that killed it), and what a person was told.

    Args:
        do: the work.
        traced: strace's options, if the child runs under it.
        steps_of: takes the lines that the child wrote before the last one.
    """
    told_read, told_write = os.pipe()
    go_read, go_write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go_write)
        _child(do, go_read, told_write, steps_of)
    os.close(told_write)
    os.close(go_read)
    tracer = _trace(child, traced) if traced else None
    os.write(go_write, b"g")
    os.close(go_write)
    with os.fdopen(told_read, encoding="utf-8") as pipe:
        lines = pipe.read().split("\n")
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if tracer:
        tracer.communicate()
    if steps_of is not None:
        steps_of[:] = lines[:-1]
    return ended, lines[-1]


def _child(do: Callable[[], str], go: int, told: int, steps: list[str] | None) -> None:
    """The forked process: wait for the word, do it, tell, and never return."""
    code = 98
    with suppress(BaseException):
        os.read(go, 1)
        answer = do()
        os.write(told, "\n".join([*(steps or ()), answer]).encode())
        code = 0
    os._exit(code)


def _trace(child: int, options: list[str]) -> subprocess.Popen[bytes]:
    """Strace on a child that waits; returns once it is attached."""
    words = ["strace", "-f", "-o", "/dev/null", *options, "-p", str(child)]
    tracer = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    line = tracer.stderr.readline() if tracer.stderr else b""
    if b"attached" not in line:
        raise RuntimeError(f"strace: {line.decode(errors='replace')}")
    return tracer


def inject(call: str, fault: str, number: int) -> list[str]:
    """Strace's options for a fault at the n-th system call of a kind; one this machine does not have is never made."""
    return ["-e", f"trace=?{call}", "-e", f"inject=?{call}:{fault}:when={number}"]


def strace_works() -> bool:
    """Whether strace is here and may trace."""
    with suppress(OSError):
        return subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, capture_output=True).returncode == 0
    return False


def _again(work: Work) -> str:
    return f"kills --only {work.name!r}"


def _kill_at(number: int) -> Callable[[str], None]:
    count = 0

    def step(_name: str) -> None:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def _told_to(steps: list[str]) -> Callable[[str], None]:
    return steps.append
