"""The only place of this floor that writes, replaces or removes a file.

Guarantees: under its name a file is either the old one or the whole new one, never a part; when a function
returns, its effect survives a power cut (the file and its folder were synced, as far as the disk tells the
truth); a failed sync is never tried again, because the system may have dropped what it could not write.

Every action passes a named step first (`Disk.step`), so that a test can kill the process or let the disk fail
at each of them, one after the other. A `Disk` without a test behind it does nothing at its steps.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

TEMPORARY_PREFIX = ".party-ledger-"
TEMPORARY_SUFFIX = ".tmp"
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def nothing(_step: str) -> None:
    """The step of every disk outside the tests."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Durable file operations; OSError when the disk refuses one."""

    step: Callable[[str], None] = nothing
    """Called with the name of each action just before it happens; raising or dying there is a fault."""

    def write(self, path: Path, data: bytes, mode: int = 0o666, *, sync_folder: bool = True) -> None:
        """Make `path` a file with exactly this content.

        Args:
            path: its folder must exist (`make_folders`).
            data: the whole content.
            mode: permissions of the new file, before the umask.
            sync_folder: False when the caller writes more files and ends with `sync_folders`.
        """
        temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}{TEMPORARY_SUFFIX}")
        try:
            self._fill(temporary, data, mode)
            self.step("replace")
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        if sync_folder:
            self.sync_folders([path.parent])

    def remove(self, path: Path, *, sync_folder: bool = True) -> None:
        """Remove one file; its being absent already is fine."""
        self.step("remove")
        path.unlink(missing_ok=True)
        if sync_folder:
            self.sync_folders([path.parent])

    def move(self, path: Path, target: Path) -> None:
        """Rename within one file system; `target` must not exist. Both folders are synced."""
        self.step("move")
        if os.path.lexists(target):
            raise FileExistsError(17, "exists", str(target))
        path.rename(target)
        self.sync_folders({path.parent, target.parent})

    def make_folders(self, folder: Path) -> None:
        """Make a folder and those above it that are missing, each durable."""
        if folder.is_dir():
            return
        self.make_folders(folder.parent)
        self.step("make folder")
        folder.mkdir(exist_ok=True)
        self.sync_folders([folder.parent])

    def remove_empty_folders(self, folder: Path, top: Path) -> Path:
        """Remove `folder` and those above it, below `top`, as far as they are empty. Returns the one left."""
        while folder != top and top in folder.parents:
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:
                break
            folder = folder.parent
        return folder

    def sync_folders(self, folders: Iterable[Path]) -> None:
        """Make the names in these folders durable."""
        for folder in sorted(set(folders)):
            self.step("sync folder")
            _sync(folder, _FOLDER)

    def sync_file(self, path: Path) -> None:
        """Make a file that a library wrote durable, with its name."""
        self.step("sync file")
        _sync(path, os.O_RDONLY | os.O_CLOEXEC)
        self.sync_folders([path.parent])

    def _fill(self, temporary: Path, data: bytes, mode: int) -> None:
        self.step("create")
        handle = os.open(temporary, _NEW_FILE, mode)
        try:
            # Two halves, so that a fault between them leaves a torn temporary file for the tests to find.
            middle = len(data) // 2
            for part in (data[:middle], data[middle:]):
                self.step("write")
                _write_all(handle, part)
            self.step("sync")
            os.fsync(handle)
        finally:
            os.close(handle)


def is_temporary(name: str) -> bool:
    """Whether a file name is one that `Disk.write` uses before the replace."""
    return name.startswith(TEMPORARY_PREFIX) and name.endswith(TEMPORARY_SUFFIX)


def free_bytes(folder: Path) -> int:
    """Bytes that this user may still write on the file system of `folder`."""
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
