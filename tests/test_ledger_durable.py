"""Durable files: the old or the whole new one, and nothing left behind."""

from __future__ import annotations

import errno
import itertools
import os
import resource
import signal
from pathlib import Path

import pytest
from history_tools import failing_at, in_child, killing_at

from ledger.durable import Disk, free_bytes, is_temporary

OLD, NEW = b"old\n", b"new content, longer than the old one\n"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_write_replaces_the_whole_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(NEW)

    Disk().write(path, OLD)

    assert path.read_bytes() == OLD
    assert names(tmp_path) == ["file"]


def test_a_write_killed_at_any_step_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    seen = set()
    for number in itertools.count(1):
        path = tmp_path / f"file{number}"
        path.write_bytes(OLD)
        ended = in_child(lambda path=path, number=number: killing_at(number).write(path, NEW))  # type: ignore[misc]
        seen.add(path.read_bytes())
        others = [name for name in names(tmp_path) if not name.startswith("file")]
        assert all(is_temporary(name) for name in others)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL

    assert number > 5
    assert seen == {OLD, NEW}


def test_a_write_refused_at_any_step_leaves_one_whole_file_and_no_temporary_one(tmp_path: Path) -> None:
    path, steps = tmp_path / "file", list[str]()
    Disk(steps.append).write(path, NEW)
    assert steps == ["create", "write", "write", "sync", "replace", "sync folder"]

    for number, step in enumerate(steps, start=1):
        path.write_bytes(OLD)
        with pytest.raises(OSError, match="No space left"):
            failing_at(number, errno.ENOSPC).write(path, NEW)
        assert path.read_bytes() == (NEW if step == "sync folder" else OLD)
        assert names(tmp_path) == ["file"]


def test_a_file_too_large_for_the_disk_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)

    def write() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        with pytest.raises(OSError, match="too large"):
            Disk().write(path, bytes(100_000))

    assert in_child(write) == 0
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == {"file": OLD}


def test_a_failed_sync_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def refuse(handle: int) -> None:
        calls.append(handle)
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="broken"):
        Disk().write(tmp_path / "file", NEW)

    assert len(calls) == 1
    assert names(tmp_path) == []


def test_the_file_and_its_folder_are_synced_before_a_write_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    real = os.fsync

    def record(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        real(handle)

    monkeypatch.setattr(os, "fsync", record)
    Disk().write(tmp_path / "file", NEW)

    assert [is_temporary(synced[0].name), synced[1]] == [True, tmp_path]


def test_a_link_in_the_place_of_a_file_is_replaced_not_followed(tmp_path: Path) -> None:
    victim, path = tmp_path / "victim", tmp_path / "file"
    victim.write_bytes(OLD)
    path.symlink_to(victim)

    Disk().write(path, NEW)

    assert (victim.read_bytes(), path.is_symlink(), path.read_bytes()) == (OLD, False, NEW)


def test_the_owner_alone_may_read_a_secret(tmp_path: Path) -> None:
    Disk().write(tmp_path / "key", NEW, mode=0o600)

    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_folders_are_made_down_to_the_last_and_removed_as_far_as_they_are_empty(tmp_path: Path) -> None:
    disk, deep = Disk(), tmp_path / "a" / "b" / "c"
    disk.make_folders(deep)
    disk.make_folders(deep)
    disk.write(tmp_path / "a" / "kept", NEW)

    left = disk.remove_empty_folders(deep, tmp_path)

    assert left == tmp_path / "a"
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "kept"]


def test_removing_what_is_not_there_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)
    Disk().remove(path)
    Disk().remove(path)

    assert not path.exists()


def test_a_move_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(OLD)
    (tmp_path / "two").write_bytes(NEW)

    with pytest.raises(FileExistsError):
        Disk().move(tmp_path / "one", tmp_path / "two")
    Disk().move(tmp_path / "one", tmp_path / "three")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"two": NEW, "three": OLD}


def test_free_room_is_told_in_bytes(tmp_path: Path) -> None:
    state = os.statvfs(tmp_path)

    assert 0 < free_bytes(tmp_path) <= state.f_blocks * state.f_frsize
