"""The history of a book: a Git repository whose branch `main` is the truth and whose folder is a view of it.

Guarantees: an accepted change is one commit, all of it or nothing; when `commit` returns, it survives a power cut
and a killed process; two writers never lose each other's work; reading takes what the opened commit holds, never
what lies in the folder; a folder that a person edited is refused by name, one that a crash left half published
is completed silently. The same changes at the same times give the same commit ids.

How a commit goes: under the process lock the folder is checked; blobs, trees and the commit are written and
synced; a marker with the commit's id is left; the branch moves, if it still is where it was read (before this
nothing has happened, after it everything has); the folder and the index are brought up; the marker goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pygit2
from pygit2.enums import RepositoryOpenFlag

from ledger.branch import BRANCH, Branch, failed_write
from ledger.clock import VIETNAM, last_second, local
from ledger.durable import Disk, free_bytes
from ledger.errors import (
    BadTimeError,
    BookMovedError,
    Edit,
    HandEditedError,
    NoSpaceError,
    NotABookError,
    NothingChangedError,
    UnknownTimeError,
)
from ledger.new_history import FIRST_FILES, make_repository
from ledger.objects import Objects, check_name
from ledger.recovery import Recovery, writer_lock
from ledger.worktree import Worktree

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ledger.tags import Tag

BOOK_FILE = "book.toml"
LOCK_WAIT_SECONDS = 30.0
_ASIDE = "party-ledger-aside"
_EMAIL = "book@party-ledger.invalid"
_RESERVE_BYTES = 2 * 1024 * 1024
_COMMIT_ID = re.compile(r"[0-9a-f]{7,40}")
_COPIES = 3
"""A change is on the disk as an object, as a temporary file and as the file that it replaces."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One accepted change."""

    id: str
    author: str
    when: datetime
    message: str


class History:
    """One book's history, opened at one commit. Not shared between threads; open one for each."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        """Use `History.open` or `History.init`: this neither completes nor checks anything."""
        self.path, self._disk = path.absolute(), disk or Disk()
        try:
            self._repository = pygit2.Repository(self.path, RepositoryOpenFlag.NO_SEARCH)
        except (pygit2.GitError, KeyError):
            raise NotABookError(path) from None
        if self._repository.is_bare:
            raise NotABookError(path)
        self._git = Path(self._repository.path)
        self._objects = Objects(self._repository, self._disk)
        self._branch = Branch(self._repository, self._objects, self._disk)
        self._worktree = Worktree(self._repository, self.path, self._objects, self._disk)
        self._recovery = Recovery(self._git, self._branch, self._objects, self._worktree, self.lock)
        self.head = ""
        """The commit that was opened (or made by this object since); see `refresh`."""

    @classmethod
    def init(cls, path: Path, author_name: str, when: datetime, disk: Disk | None = None) -> History:
        """Make a new book's repository, with a first commit that holds no data, and open it.

        Raises:
            FolderNotEmptyError: `path` is taken.
            WriteFailedError, DiskFullError: nothing was made.
        """
        try:
            make_repository(path, _signature(author_name, when), disk or Disk(), BRANCH)
        except (OSError, pygit2.GitError) as error:
            raise failed_write(error) from error
        return cls.open(path, disk=disk)

    @classmethod
    def open(cls, path: Path, *, check: bool = True, disk: Disk | None = None) -> History:
        """Open a book at its newest commit.

        Args:
            path: the book's folder itself, not one below it.
            check: complete what a killed writer left and refuse hand edits; False only to list them.
            disk: where the files go through.

        Raises:
            NotABookError: no book is there.
            HandEditedError: names every file that differs from the history.
            BookBusyError: a writer did not finish in time.
        """
        history = cls(path, disk)
        history.refresh()
        files = history._objects.listing(history.head)
        if BOOK_FILE not in files and files.keys() != FIRST_FILES.keys():
            raise NotABookError(path)
        if check:
            history._recovery.settle()
            history.refresh()
        return history

    @classmethod
    def repair(cls, path: Path, when: datetime, disk: Disk | None = None) -> list[Edit]:
        """Put a book's folder back to its newest commit; what was edited is kept aside inside `.git`.

        Args:
            path: the book's folder.
            when: names the folder of what is kept: `.git/party-ledger-aside/<time>/`.
            disk: where the files go through.

        Returns: what was found and put right.

        Raises:
            HandEditedError: the branch itself is no commit: only a copy of the book helps.
        """
        history = cls(path, disk)
        return history._recovery.repair(history._git / _ASIDE / local(when).strftime("%Y%m%dT%H%M%S"))

    def refresh(self) -> bool:
        """Go to the newest commit; whether that is another one."""
        before, self.head = self.head, self._branch.head()
        return before != self.head

    def read(self, name: str, commit: str | None = None) -> bytes | None:
        """Content of a file at a commit (default: the opened one); None when it is not there."""
        entry = self._objects.listing(commit or self.head).get(name)
        return None if entry is None else self._objects.blob(entry.id)

    def names(self, prefix: str = "", commit: str | None = None) -> list[str]:
        """Names of the files that begin with `prefix`, in order."""
        listing = self._objects.listing(commit or self.head)
        return [name for name in listing if name.startswith(prefix)]

    def blob_id(self, name: str, commit: str | None = None) -> str | None:
        """Git's id of a file's content; None when the file is not there."""
        entry = self._objects.listing(commit or self.head).get(name)
        return entry.id if entry else None

    def commits(self) -> Iterator[Commit]:
        """The accepted changes, newest first, from the opened commit back (first parents)."""
        parents = [self.head]
        while parents:
            commit = self._objects.commit(parents[0])
            yield Commit(str(commit.id), commit.author.name, _author_time(commit), commit.message)
            parents = [str(parent) for parent in commit.parent_ids]

    def time(self, commit: str) -> datetime:
        """When a commit was made, by the book's clock."""
        return _author_time(self._objects.commit(commit))

    def at(self, moment: str | date) -> str:
        """The commit that was the newest one at a moment, or the commit that a text names.

        Args:
            moment: a day (its end in Vietnam), a datetime, the ISO text of either, or (the beginning of) a
                commit id of this history, at least 7 digits.

        Raises:
            BadTimeError: a text that is none of these, or fits more than one commit.
            UnknownTimeError: the history does not reach it.
        """
        if isinstance(moment, str) and _COMMIT_ID.fullmatch(moment):
            found = [commit.id for commit in self.commits() if commit.id.startswith(moment)]
            if len(found) > 1:
                raise BadTimeError(moment)
        else:
            limit = last_second(moment)
            found = [next((commit.id for commit in self.commits() if commit.when <= limit), "")]
        if not found or not found[0]:
            raise UnknownTimeError(str(moment))
        return found[0]

    def lock(self, wait_seconds: float = LOCK_WAIT_SECONDS) -> AbstractContextManager[None]:
        """Be the only writer, for as long as the `with` block runs or the process lives; may be nested.

        The opened commit stays the one that was opened: `refresh` inside, before reading what will be changed.

        Raises:
            BookBusyError: another process held it all the time.
        """
        return writer_lock(self._git, wait_seconds)

    def commit(
        self, changes: Mapping[str, bytes | None], message: str, author: str, when: datetime, expect_head: str
    ) -> str:
        """Make changes one commit, publish them in the folder, and return the commit's id.

        Args:
            changes: new content by name; None removes the file.
            message: first line says what was done.
            author: name of the person who acts.
            when: the book's clock; aware.
            expect_head: the commit that the changes were made for.

        Raises:
            BookMovedError: the branch is elsewhere; do the work again on the newest commit.
            HandEditedError: the folder was edited.
            Refused: no room, the disk, another writer; the book is unchanged.
            WriteUncertainError: the disk failed at the very moment of the move.
            NothingChangedError: every file already has this content.
            ValueError: a name that no book may have.
        """
        for name in changes:
            check_name(name)
        who = _signature(author, when)
        with self.lock():
            self._recovery.settle()
            if (found := self._branch.head()) != expect_head:
                raise BookMovedError(expect_head, found)
            new = self._write(changes, message, who, expect_head)
            self._branch.move(expect_head, new)
            self.head = new
            # The change is true now. What the disk refuses here, the next opening completes.
            with suppress(OSError, pygit2.GitError):
                self._recovery.publish(new)
        return new

    def hand_edits(self) -> list[Edit]:
        """Every difference between the folder and the newest commit; empty when all is well."""
        try:
            return self._worktree.edits(self._branch.head())
        except HandEditedError as error:
            return list(error.edits)

    def tag_signed(
        self, name: str, message: str, key: Ed25519PrivateKey, when: datetime, *, tagger: str = "", commit: str = ""
    ) -> Tag:
        """Sign a commit with a tag that stock `git verify-tag` accepts.

        Args:
            name: `settlement/YYYY/U/<role>`.
            message: the signed statement.
            key: the signer's own.
            when: the book's clock; aware.
            tagger: person code; default the role.
            commit: default the opened one.

        Raises:
            TagExistsError: signatures are never replaced. Refused: nothing was signed.
        """
        from ledger import tags  # noqa: PLC0415 - signatures need a large library that most commands do not

        draft = tags.draft(name, message, commit or self.head, tagger, when)
        with self.lock():
            try:
                tags.write(self._repository, self._disk, name, tags.signed(draft, key))
            except (OSError, pygit2.GitError) as error:
                raise self._branch.refusal(error, len(draft)) from error
        return tags.read(self._repository, name)

    def tags(self, prefix: str = "settlement/") -> list[Tag]:
        """All tags whose name begins so, signed or not, in order of names; see `ledger.tags.verify`."""
        from ledger import tags  # noqa: PLC0415 - as above

        return tags.read_all(self._repository, prefix)

    def _write(self, changes: Mapping[str, bytes | None], message: str, who: pygit2.Signature, parent: str) -> str:
        size = sum(len(data or b"") for data in changes.values())
        needed = _RESERVE_BYTES + _COPIES * size
        if (free := free_bytes(self.path)) < needed:
            raise NoSpaceError(needed, free)
        try:
            tree = self._objects.write_tree(parent, changes)
            if tree == str(self._objects.commit(parent).tree_id):
                raise NothingChangedError
            self._disk.step("commit object")
            text = f"{message.rstrip()}\n"
            new = str(self._repository.create_commit(None, who, who, text, pygit2.Oid(hex=tree), [parent]))
            self._branch.mark(new)
        except (OSError, pygit2.GitError) as error:
            raise self._branch.refusal(error, size) from error
        return new


def _signature(name: str, when: datetime) -> pygit2.Signature:
    moment = local(when)
    offset = VIETNAM.utcoffset(None)
    return pygit2.Signature(name, _EMAIL, int(moment.timestamp()), int(offset.total_seconds()) // 60)


def _author_time(commit: pygit2.Commit) -> datetime:
    return datetime.fromtimestamp(commit.author.time, VIETNAM)
