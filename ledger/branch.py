"""The branch of a book and the marker beside it: the one point at which a change becomes true.

Guarantees: the branch moves only from the commit that was read to its child, by compare-and-swap, after every
object of the child is on the disk; a marker naming the child stands from before that move until the folder shows
it, so that whoever opens the book after a crash knows what was going on.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

import pygit2
from pygit2.enums import ReferenceType

from ledger.durable import Disk
from ledger.errors import (
    BookMovedError,
    DamagedError,
    DiskFullError,
    Edit,
    HandEditedError,
    NotABookError,
    Refused,
    WriteFailedError,
    WriteUncertainError,
)
from ledger.objects import Objects

BRANCH = "refs/heads/main"
_MARKER = "party-ledger-publishing"
_LEFT_LOCKS = ("index.lock", "HEAD.lock", f"{BRANCH}.lock")
_LEFT_OBJECTS = "objects/tmp_object_git2_*"
_SMALL_PROBE_BYTES, _PROBE_BYTES = 1024 * 1024, 64 * 1024 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Branch:
    """`main` of one repository."""

    def __init__(self, repository: pygit2.Repository, objects: Objects, disk: Disk) -> None:
        self._repository, self._objects, self._disk = repository, objects, disk
        self._git = Path(repository.path)
        self._marker = self._git / _MARKER

    def head(self) -> str:
        """The commit that the branch is at now.

        Raises:
            NotABookError: there never was a history.
            HandEditedError: HEAD is not on the branch, or the branch is no commit.
        """
        if not self._attached():
            raise HandEditedError([Edit(".git/HEAD", "changed")])
        try:
            branch = self._repository.references.get(BRANCH)
        except pygit2.GitError:
            raise HandEditedError([Edit(f".git/{BRANCH}", "changed")]) from None
        if branch is None:
            if not (self._git / "logs" / BRANCH).exists():
                raise NotABookError(self._git.parent)
            raise HandEditedError([Edit(f".git/{BRANCH}", "missing")])
        if branch.type == ReferenceType.DIRECT:
            with contextlib.suppress(DamagedError):
                return str(self._objects.commit(str(branch.target)).id)
        raise HandEditedError([Edit(f".git/{BRANCH}", "changed")])

    def move(self, expected: str, new: str) -> None:
        """Compare and swap; the marker of `new` must stand.

        Raises:
            BookMovedError: the branch is no longer at `expected`.
            WriteFailedError, DiskFullError: the disk refused, the branch is where it was.
            WriteUncertainError: the branch moved, but the disk did not confirm it.
        """
        try:
            # The library makes folders for objects without syncing the folder above them.
            self._disk.sync_folders([self._git / "objects"])
            self._disk.step("branch")
            branch = self._repository.references[BRANCH]
            if str(branch.target) == expected:
                branch.set_target(pygit2.Oid(hex=new), "party-ledger")
            self._disk.step("branch moved")
        except (OSError, pygit2.GitError) as error:
            if self.head() == new:
                raise WriteUncertainError(new, _reason(error)) from error
            if self.head() == expected:
                raise failed_write(error) from error
        if self.head() != new:
            raise BookMovedError(expected, self.head())

    def mark(self, commit: str) -> None:
        """Leave the marker: this commit is about to be the head, and then published."""
        self._disk.step("marker")
        self._disk.write(self._marker, f"{commit}\n".encode("ascii"))

    def marked(self) -> str | None:
        """The commit that a writer, living or dead, was publishing; None: nobody was."""
        try:
            return self._marker.read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            return ""

    def unmark(self) -> None:
        """The folder shows the branch's commit."""
        self._disk.step("marker away")
        self._disk.remove(self._marker)

    def reattach(self) -> list[Edit]:
        """Put HEAD back on the branch; what was found, if it was elsewhere."""
        if self._attached():
            return []
        self._disk.write(self._git / "HEAD", f"ref: {BRANCH}\n".encode("ascii"))
        return [Edit(".git/HEAD", "changed")]

    def refusal(self, error: OSError | pygit2.GitError, size: int = _SMALL_PROBE_BYTES) -> Refused:
        """What to tell a person when the library could not write `size` bytes.

        The library often keeps the system's reason to itself, or gives that of an older call: writing as much
        ourselves brings the reason out.
        """
        if isinstance(error, pygit2.GitError):
            probe = self._git / "party-ledger-probe"
            try:
                self._disk.write(probe, bytes(min(size, _PROBE_BYTES)))
                self._disk.remove(probe)
            except OSError as found:
                return failed_write(found)
        return failed_write(error)

    def sweep(self) -> None:
        """Remove lock files and half objects that a killed writer left in the library's folder.

        Only under the process lock, and when the marker shows that a writer of ours died or a person asks.
        """
        for name in _LEFT_LOCKS:
            self._disk.remove(self._git / name, sync_folder=False)
        for left in self._git.glob(_LEFT_OBJECTS):
            self._disk.remove(left, sync_folder=False)

    def _attached(self) -> bool:
        """Whether HEAD says the branch."""
        try:
            head = self._repository.references.get("HEAD")
        except pygit2.GitError:
            return False
        return head is not None and head.type == ReferenceType.SYMBOLIC and head.target == BRANCH


def failed_write(error: OSError | pygit2.GitError) -> Refused:
    """The refusal that tells a person why nothing was written."""
    full = isinstance(error, OSError) and error.errno in _FULL
    if full or any(os.strerror(number) in str(error) for number in _FULL):
        return DiskFullError()
    return WriteFailedError(_reason(error))


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
