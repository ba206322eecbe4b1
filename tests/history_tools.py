"""What the tests of the history share: small books, stock Git, and children that are killed at a step."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from ledger.clock import VIETNAM
from ledger.durable import Disk
from ledger.history import History

BEGIN = datetime(2026, 1, 2, 8, 0, tzinfo=VIETNAM)
FILES = {
    "book.toml": b"format = 1\n",
    "registers/units.csv": b"unit\nT01\n",
    "units/T01/2026/2026-01.beancount": b"; january\n",
    "units/T01/2026/2026-02.beancount": b"; february\n",
    "units/T02/2026/2026-01.beancount": b"; january\n",
}
CHANGE: dict[str, bytes | None] = {
    "units/T01/2026/2026-01.beancount": b"; january, replaced\n",
    "units/T01/2026/2026-02.beancount": None,
    "units/T02/2026/2026-01.beancount": None,
    "received/T01/2026-03/vouchers.csv": b"voucher;amount\r\nPC1;1.000\r\n",
    "events/2026/T01.jsonl": b"{}\n",
}
"""Replaces, removes (once with its folder), and adds in a new folder."""


def after(minutes: int) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A temporary folder in memory where there is one: thousands of syncs to a busy disk prove nothing here."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made inside
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def new_book(path: Path) -> History:
    history = History.init(path, "An", BEGIN)
    history.commit(FILES, "first files", "An", after(1), history.head)
    return history


def change(history: History, disk_changes: dict[str, bytes | None] | None = None) -> str:
    return history.commit(disk_changes or CHANGE, "a change", "Bình", after(2), history.head)


def git(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Stock Git, with nobody's own settings."""
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "HOME": "/nonexistent"}
    return subprocess.run(
        ["git", *arguments], cwd=path, env=os.environ | nobody, capture_output=True, text=True, check=False
    )


def assert_sound(path: Path) -> None:
    """Stock Git finds a clean tree and an intact store."""
    status = git(path, "status", "--porcelain", "--untracked-files=all")
    fsck = git(path, "fsck", "--strict", "--no-dangling")

    assert (status.returncode, status.stdout, status.stderr) == (0, "", "")
    assert (fsck.returncode, fsck.stdout, fsck.stderr) == (0, "", "")


def content(path: Path) -> dict[str, bytes]:
    """Every file of a folder outside `.git`."""
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in path.rglob("*")
        if file.is_file() and ".git" not in file.relative_to(path).parts
    }


def in_child(work: Callable[[], object]) -> int:
    """Run in a forked process; its exit code, or minus the signal that killed it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - nothing may go on running the parent's tests
            traceback.print_exc()
            os._exit(99)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killing_at(number: int) -> Disk:
    """A disk under which the process is killed just before its n-th step (from 1)."""
    return Disk(_at(number, lambda _step: os.kill(os.getpid(), signal.SIGKILL)))


def failing_at(number: int, code: int, *, ever_after: bool = False) -> Disk:
    """A disk that refuses its n-th step (from 1) with an error number, once or from then on."""

    def fail(_step: str) -> None:
        raise OSError(code, os.strerror(code))

    return Disk(_at(number, fail, ever_after=ever_after))


def failing_publish(name: str) -> Disk:
    """A disk that refuses the first step of a name after the branch has moved, and every step after that."""
    state = "before"

    def step(found: str) -> None:
        nonlocal state
        if found == "branch moved":
            state = "publishing"
        elif state == "failed" or (state == "publishing" and found == name):
            state = "failed"
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    return Disk(step)


def _at(number: int, do: Callable[[str], None], *, ever_after: bool = False) -> Callable[[str], None]:
    count = 0

    def step(name: str) -> None:
        nonlocal count
        count += 1
        if count == number or (ever_after and count > number):
            do(name)

    return step
