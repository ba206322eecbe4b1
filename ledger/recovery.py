"""What happens when a book is opened after a crash, beside a living writer, or after a hand edit.

Guarantees: a change that a killed writer had made true is completed in the folder; every other difference is
named and refused, and undone only on request, with what was edited kept aside; a reader who may not write waits
for a living writer, and is not stopped by a dead one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import filelock
import pygit2

from ledger.branch import Branch, failed_write
from ledger.errors import BookBusyError, Edit, HandEditedError
from ledger.objects import Entry, Objects
from ledger.worktree import Worktree

_LOCK, _LOCK_POLL_SECONDS = "party-ledger.lock", 0.01
_READER_TRIES, _READER_PAUSE_SECONDS = 40, 0.05


@contextmanager
def writer_lock(git: Path, wait_seconds: float) -> Iterator[None]:
    """Be the only writer of a book, for as long as the block runs or the process lives; may be nested.

    Raises:
        BookBusyError: another process held it all the time.
        WriteFailedError: the lock file cannot be made.
    """
    lock = filelock.FileLock(git / _LOCK, is_singleton=True, poll_interval=_LOCK_POLL_SECONDS)
    try:
        lock.acquire(timeout=wait_seconds)
    except filelock.Timeout:
        raise BookBusyError(git.parent, wait_seconds) from None
    except OSError as error:
        raise failed_write(error) from error
    try:
        yield
    finally:
        lock.release()


class Recovery:
    """Brings a folder and its branch together."""

    def __init__(
        self,
        git: Path,
        branch: Branch,
        objects: Objects,
        worktree: Worktree,
        lock: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._git, self._branch, self._objects = git, branch, objects
        self._worktree, self._lock = worktree, lock

    def settle(self) -> None:
        """Complete what a killed writer left; refuse hand edits.

        Raises:
            HandEditedError: names every file that differs and was not being published.
            BookBusyError, WriteFailedError, DiskFullError: it could not be completed.
        """
        if self._branch.marked() is None and not self._worktree.edits(self._branch.head()):
            return
        if not os.access(self._git, os.W_OK):
            self._settle_as_reader()
            return
        # A writer may be publishing just now: what looks like an edit is judged when it has finished.
        with self._lock():
            self._complete()
            if edits := self._worktree.edits(self._branch.head()):
                raise HandEditedError(edits)

    def repair(self, aside: Path) -> list[Edit]:
        """Put the folder back to the newest commit, keeping what was edited in the new folder `aside`.

        Raises:
            HandEditedError: the branch itself is no commit: only a copy of the book helps.
            BookBusyError, WriteFailedError, DiskFullError: it could not be done; nothing edited is lost.
        """
        with self._lock():
            try:
                # Asked for by a person: a lock left by a killed repair must not stop the next one.
                self._branch.sweep()
                moved = self._branch.reattach()
                self._complete()
                while aside.exists():
                    aside = aside.with_name(f"{aside.name}x")
                return moved + self._worktree.repair(self._branch.head(), aside)
            except (OSError, pygit2.GitError) as error:
                raise self._branch.refusal(error) from error

    def publish(self, commit: str) -> None:
        """Show a commit that has just become the head, and take its marker away.

        Raises:
            OSError, pygit2.GitError: the disk refused; the next opening completes it.
        """
        self._worktree.publish(commit, self._before(commit))
        self._branch.unmark()

    def _settle_as_reader(self) -> None:
        """As `settle`, waiting for a living writer and tolerating the unfinished files of a dead one."""
        edits: list[Edit] = []
        for _ in range(_READER_TRIES):
            head = self._branch.head()
            before = self._before(head) if self._branch.marked() == head else None
            if not (edits := self._worktree.edits(head, before)):
                return
            time.sleep(_READER_PAUSE_SECONDS)
        raise HandEditedError(edits)

    def _complete(self) -> None:
        marked = self._branch.marked()
        if marked is None:
            return
        try:
            self._branch.sweep()
            head = self._branch.head()
            if marked == head:
                self._worktree.complete(head, self._before(head))
            self._branch.unmark()
        except (OSError, pygit2.GitError) as error:
            raise self._branch.refusal(error) from error

    def _before(self, commit: str) -> Mapping[str, Entry | None]:
        """What the files that a commit changed were in its parent."""
        parents = self._objects.commit(commit).parent_ids
        old = self._objects.listing(str(parents[0])) if parents else {}
        new = self._objects.listing(commit)
        return {name: old.get(name) for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
