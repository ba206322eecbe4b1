"""Killed processes and failing disks: at every step, one after the other, until nothing is left to interrupt."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from history_tools import (
    BEGIN,
    CHANGE,
    FILES,
    after,
    assert_sound,
    change,
    content,
    failing_at,
    failing_publish,
    git,
    in_child,
    killing_at,
    memory_folder,
    new_book,
)

from ledger import tags
from ledger.durable import Disk
from ledger.errors import (
    DiskFullError,
    NoSpaceError,
    NotABookError,
    WriteFailedError,
    WriteUncertainError,
)
from ledger.history import History
from ledger.new_history import FIRST_FILES

BEFORE = {**FIRST_FILES, **FILES}
AFTER = {name: data for name, data in {**BEFORE, **CHANGE}.items() if data is not None}
TAG = "settlement/2025/T01/approver"


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with memory_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def book() -> Iterator[Path]:
    with memory_folder() as folder:
        new_book(folder / "book")
        yield folder / "book"


def enumerate_kills(
    tmp_path: Path, original: Path | None, work: Callable[[Path, Disk], object], examine: Callable[[Path], None]
) -> int:
    """Kill `work` before its 1st, 2nd, … step until it ends by itself; examine what is left each time."""
    for number in itertools.count(1):
        path = tmp_path / f"book{number}"
        if original:
            shutil.copytree(original, path)
        ended = in_child(lambda path=path, number=number: work(path, killing_at(number)))  # type: ignore[misc]
        assert ended in {0, -signal.SIGKILL}
        examine(path)
        shutil.rmtree(path, ignore_errors=True)
        if ended == 0:
            return number
    raise AssertionError("unreachable")


@pytest.mark.slow
def test_a_commit_killed_at_any_step_is_there_wholly_or_not_at_all(tmp_path: Path, book: Path) -> None:
    before, outcomes = History.open(book).head, []

    def examine(path: Path) -> None:
        history = History.open(path)
        moved = history.head != before
        outcomes.append(moved)
        assert content(path) == (AFTER if moved else BEFORE)
        assert {name: history.read(name) for name in history.names()} == content(path)
        assert_sound(path)
        assert not (path / ".git/party-ledger-publishing").exists()
        assert not list((path / ".git").rglob("*.lock")) or [lock.name for lock in (path / ".git").rglob("*.lock")] == [
            "party-ledger.lock"
        ]

    points = enumerate_kills(tmp_path, book, lambda path, disk: change(History.open(path, disk=disk)), examine)

    assert points > 50
    # Once the branch has moved at one step, no later step undoes it.
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {False, True}


@pytest.mark.slow
def test_recovery_killed_at_any_step_can_be_recovered_again(tmp_path: Path, book: Path) -> None:
    crashed = tmp_path / "crashed"
    shutil.copytree(book, crashed)

    def die_at_the_move(step: str) -> None:
        if step == "branch moved":
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(lambda: change(History.open(crashed, disk=Disk(die_at_the_move)))) == -signal.SIGKILL
    assert content(crashed) == BEFORE

    def examine(path: Path) -> None:
        History.open(path)
        assert content(path) == AFTER
        assert_sound(path)

    points = enumerate_kills(tmp_path, crashed, lambda path, disk: History.open(path, disk=disk), examine)

    assert points > 30


def test_a_commit_after_a_crash_in_the_same_folder_completes_it_first(tmp_path: Path, book: Path) -> None:
    path = tmp_path / "book"
    shutil.copytree(book, path)
    history = History.open(path)

    def die(step: str) -> None:
        if step == "branch moved":
            os.kill(os.getpid(), signal.SIGKILL)

    in_child(lambda: change(History.open(path, disk=Disk(die))))
    assert history.refresh()
    history.commit({"later.txt": b"later\n"}, "later", "An", after(5), history.head)

    assert content(path) == {**AFTER, "later.txt": b"later\n"}
    assert_sound(path)


@pytest.mark.parametrize("left", ["index.lock", "refs/heads/main.lock", "HEAD.lock", "objects/tmp_object_git2_1"])
def test_locks_that_a_killed_writer_left_inside_the_library_are_cleared(tmp_path: Path, book: Path, left: str) -> None:
    path = tmp_path / "book"
    shutil.copytree(book, path)
    change(History.open(path, disk=failing_publish("index")))
    (path / ".git" / left).write_bytes(b"")

    history = History.open(path)

    assert not (path / ".git" / left).exists()
    history.commit({"later.txt": b"later\n"}, "later", "An", after(5), history.head)
    assert_sound(path)


@pytest.mark.slow
def test_making_a_book_killed_at_any_step_leaves_a_book_or_no_folder(tmp_path: Path) -> None:
    def examine(path: Path) -> None:
        if path.exists():
            assert content(History.open(path).path) == FIRST_FILES
            assert_sound(path)
        else:
            with pytest.raises(NotABookError):
                History.open(path)
            assert History.init(path, "An", BEGIN).names() == sorted(FIRST_FILES)

    assert enumerate_kills(tmp_path, None, lambda path, disk: History.init(path, "An", BEGIN, disk), examine) > 20


def test_signing_killed_at_any_step_gives_a_whole_tag_or_none_and_can_be_repeated(tmp_path: Path, book: Path) -> None:
    key = tags.practice_key("truong.ban")

    def sign(path: Path, disk: Disk | None = None) -> object:
        return History.open(path, disk=disk).tag_signed(TAG, "{}", key, after(3))

    def examine(path: Path) -> None:
        if not History.open(path).tags():
            sign(path)
        (tag,) = History.open(path).tags()
        assert (tag.name, tag.message, tag.commit) == (TAG, "{}\n", History.open(path).head)
        assert_sound(path)

    assert enumerate_kills(tmp_path, book, sign, examine) > 10


@pytest.mark.slow
def test_a_repair_killed_at_any_step_loses_nothing_that_was_edited(tmp_path: Path, book: Path) -> None:
    edited = tmp_path / "edited"
    shutil.copytree(book, edited)
    (edited / "book.toml").write_bytes(b"by hand\n")
    (edited / "note.txt").write_bytes(b"my note\n")
    (edited / "registers/units.csv").unlink()

    def examine(path: Path) -> None:
        History.repair(path, after(9))
        History.open(path)
        kept = {file.read_bytes() for file in (path / ".git/party-ledger-aside").rglob("*") if file.is_file()}
        assert content(path) == BEFORE
        assert kept >= {b"by hand\n", b"my note\n"}
        assert_sound(path)

    assert enumerate_kills(tmp_path, edited, lambda path, disk: History.repair(path, after(8), disk), examine) > 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "ever_after"), [(errno.ENOSPC, False), (errno.EIO, True)], ids=["full for once", "broken ever after"]
)
def test_a_disk_failing_at_any_step_gives_one_sentence_or_a_whole_commit(
    tmp_path: Path, book: Path, code: int, ever_after: bool
) -> None:
    before, path = History.open(book).head, tmp_path / "book"
    outcomes = []
    for number in range(1, steps_of_a_change(book, path) + 1):
        shutil.copytree(book, path)
        outcome = change_on(path, failing_at(number, code, ever_after=ever_after))
        outcomes.append(outcome)
        if outcome == "refused":
            # The sentence "the book is unchanged" holds before anything is mended.
            assert (git(path, "rev-parse", "HEAD").stdout.strip(), content(path)) == (before, BEFORE)
        moved = History.open(path).head != before
        assert moved == (outcome != "refused")
        assert content(path) == (AFTER if moved else BEFORE)
        assert_sound(path)
        shutil.rmtree(path)

    assert outcomes.count("refused") > 15
    assert outcomes.count("uncertain") == 1
    assert outcomes == sorted(outcomes, key=["refused", "uncertain", "accepted"].index)


def change_on(path: Path, disk: Disk) -> str:
    """How a change ends on a failing disk; anything but an answer of one of the three kinds is raised."""
    try:
        change(History.open(path, disk=disk))
    except WriteUncertainError:
        return "uncertain"
    except (DiskFullError, WriteFailedError):
        return "refused"
    return "accepted"


def steps_of_a_change(book: Path, path: Path) -> int:
    """The number of steps of the same change on a sound disk."""
    steps = list[str]()
    shutil.copytree(book, path)
    change(History.open(path, disk=Disk(steps.append)))
    shutil.rmtree(path)
    return len(steps)


def test_a_disk_that_fills_up_for_real_leaves_the_book_unchanged(tmp_path: Path, book: Path) -> None:
    """The process may write no file beyond 64 KiB; the change has one of 1 MiB."""
    path = tmp_path / "book"
    shutil.copytree(book, path)

    def submit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))
        with pytest.raises(DiskFullError):
            change(History.open(path), {"received/T01/big.csv": os.urandom(1_048_576), "book.toml": b"new\n"})

    assert in_child(submit) == 0
    assert content(path) == BEFORE
    assert History.open(path).head == History.open(book).head
    assert_sound(path)


def test_too_little_room_is_found_before_anything_is_written(
    tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, steps = tmp_path / "book", list[str]()
    shutil.copytree(book, path)
    monkeypatch.setattr("ledger.history.free_bytes", lambda _folder: 1_000_000)

    with pytest.raises(NoSpaceError, match="the book is unchanged"):
        change(History.open(path, disk=Disk(steps.append)))

    assert steps == []
    assert content(path) == BEFORE


def test_a_publish_that_the_disk_refuses_does_not_take_the_commit_back(tmp_path: Path, book: Path) -> None:
    path = tmp_path / "book"
    shutil.copytree(book, path)

    made = change(History.open(path, disk=failing_publish("index")))

    assert (path / ".git/party-ledger-publishing").read_text() == f"{made}\n"
    assert History.open(path).head == made
    assert content(path) == AFTER
    assert_sound(path)


def test_a_killed_lock_holder_does_not_block_the_next_writer(tmp_path: Path, book: Path) -> None:
    path = tmp_path / "book"
    shutil.copytree(book, path)

    def die_with_the_lock() -> None:
        with History.open(path).lock():
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(die_with_the_lock) == -signal.SIGKILL
    with History.open(path).lock(wait_seconds=0.1):
        change(History.open(path))
    assert content(path) == AFTER


_SYNCED_COMMIT = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from history_tools import change
from ledger.history import History
change(History.open(Path({book!r})))
"""


def _strace_works() -> bool:
    with contextlib.suppress(OSError):
        return subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode == 0
    return False


@pytest.mark.skipif(not _strace_works(), reason="strace is not installed here or may not trace")
def test_every_object_and_the_marker_are_synced_before_the_branch_moves(tmp_path: Path, book: Path) -> None:
    """Read from the system calls: what is linked or renamed into place was synced before, its folder after."""
    path, trace = tmp_path / "book", tmp_path / "trace"
    shutil.copytree(book, path)
    program = _SYNCED_COMMIT.format(tests=str(Path(__file__).parent), book=str(path))
    watched = "trace=openat,fsync,fdatasync,rename,renameat,renameat2,link,linkat,mkdir"
    subprocess.run(
        ["strace", "-f", "-y", "-s", "4096", "-e", watched, "-o", str(trace), sys.executable, "-c", program],
        check=True,
    )
    calls = trace.read_text().splitlines()
    moved = next(n for n, call in enumerate(calls) if call.endswith('.git/refs/heads/main") = 0') and "rename" in call)
    synced = [re.search(r"f(?:data)?sync\(\d+<([^>]*)>", call) for call in calls[:moved]]
    names = {match[1] for match in synced if match}

    made = [
        re.search(rf'"({re.escape(str(path))}/\.git/objects/[0-9a-f]{{2}})/[0-9a-f]{{38}}"\) = 0', call)
        for call in calls
    ]
    objects = {match[1] for match in made if match}
    assert len(objects) > 5
    assert objects <= names
    temporary = [name for name in names if "/objects/tmp_object_git2_" in name]
    assert len(temporary) >= len(objects)
    assert {f"{path}/.git/objects", f"{path}/.git", f"{path}/.git/refs/heads/main.lock"} <= names
    assert f"{path}/.git/refs/heads" in "".join(calls[moved:])
