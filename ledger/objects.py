"""Git objects of a book: what a commit holds, read by name; new blobs and trees, written for what changed only.

Guarantees: what is read has the content that its id promises (`ledger.stored`), or DamagedError is raised; a
name is a clean relative path that means the same on every system; building a commit touches only the folders on
the way to its changes. Objects are immutable, so everything read is cached by id.
"""

from __future__ import annotations

import os
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pygit2
from pygit2.enums import ConfigLevel, FileMode, Option

from ledger.durable import Disk, is_temporary
from ledger.errors import DamagedError
from ledger.stored import Kind, read_stored

CACHE_FOLDER = ".cache"
"""At the top of a book; ignored by Git, never part of the history."""
_BEANCOUNT_CACHE = ".picklecache"
_NAME_BYTES = 255
_CACHED_BLOB_BYTES = 64 * 1024 * 1024
_CACHED_LISTINGS = 16
_CACHED_TREES = 20_000
_TREE = int(FileMode.TREE)

# Every object, branch and index write of the library ends with fsync of the file and of its folder; a test watches
# it with strace. Owner checks guard against hooks and filters, which the library has not, and would keep a reader
# under another user (as the doors run) from opening the book.
pygit2.option(Option.ENABLE_FSYNC_GITDIR, True)  # noqa: FBT003 - signature of the library
pygit2.option(Option.SET_OWNER_VALIDATION, 0)
for _level in (ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL):
    # A user's own Git settings (line ends, ignored files) must not change what a book holds.
    pygit2.settings.search_path[_level] = ""


_Folder = dict[str, "_Folder | bytes | None"]


class Entry(NamedTuple):
    """One file of a commit."""

    id: str
    """Blob id, hex."""
    mode: int
    """Git file mode; books hold plain files (0o100644) only."""


class Objects:
    """Reads and writes the objects of one repository. Not shared between threads."""

    def __init__(self, repository: pygit2.Repository, disk: Disk) -> None:
        self._repository, self._disk = repository, disk
        self._blobs: OrderedDict[str, bytes] = OrderedDict()
        self._blob_bytes = 0
        self._trees: dict[str, tuple[tuple[str, Entry], ...]] = {}
        self._commits: set[str] = set()
        self._listings: OrderedDict[str, dict[str, Entry]] = OrderedDict()

    def commit(self, commit: str) -> pygit2.Commit:
        """A commit by its full id.

        Raises:
            DamagedError: there is none, or the id is another kind of object.
        """
        if commit not in self._commits:
            self._stored(commit, "commit")
            self._commits.add(commit)
        found = self._repository[commit]
        if not isinstance(found, pygit2.Commit):
            raise DamagedError(f"commit {commit}")
        return found

    def listing(self, commit: str) -> Mapping[str, Entry]:
        """Every file of a commit by name, in order of names. Not to be changed by the caller."""
        tree = str(self.commit(commit).tree_id)
        listing = self._listings.get(tree)
        if listing is None:
            found: list[tuple[str, Entry]] = []
            self._collect(tree, "", found)
            listing = dict(sorted(found))
            self._listings[tree] = listing
            if len(self._listings) > _CACHED_LISTINGS:
                self._listings.popitem(last=False)
        else:
            self._listings.move_to_end(tree)
        return listing

    def blob(self, blob: str) -> bytes:
        """Content of a blob.

        Raises:
            DamagedError: it is gone or its content does not have this id.
        """
        data = self._blobs.get(blob)
        if data is None:
            data = self._stored(blob, "blob")
            self._keep(blob, data)
        else:
            self._blobs.move_to_end(blob)
        return data

    def write_tree(self, commit: str | None, changes: Mapping[str, bytes | None]) -> str:
        """A tree like that of `commit` with changes applied.

        Args:
            commit: None starts from nothing.
            changes: new content by name; None removes (a name that is not there is no change).

        Returns:
            The id of the tree; all its objects are synced, except their new folders (`folder_of_objects`).
        """
        base = self.commit(commit).tree if commit else None
        written = self._write_folder(base, _nest(changes))
        if written is None:
            self._disk.step("tree")
            written = self._repository.TreeBuilder().write()
        return str(written)

    def _write_folder(self, base: pygit2.Tree | None, changes: _Folder) -> pygit2.Oid | None:
        """The id of the changed folder, or None when nothing is left in it."""
        builder = self._repository.TreeBuilder() if base is None else self._repository.TreeBuilder(base)
        for name, change in changes.items():
            old = builder.get(name)
            if old is not None and isinstance(change, dict) != isinstance(old, pygit2.Tree):
                raise ValueError(f"{name} is both a file and a folder")
            if isinstance(change, dict):
                made = self._write_folder(old if isinstance(old, pygit2.Tree) else None, change)
            else:
                made = None if change is None else self._write_blob(change)
            if made is not None:
                builder.insert(name, made, FileMode.TREE if isinstance(change, dict) else FileMode.BLOB)
            elif old is not None:
                builder.remove(name)
        if not len(builder):
            return None
        self._disk.step("tree")
        return builder.write()

    def _write_blob(self, data: bytes) -> pygit2.Oid:
        self._disk.step("blob")
        return self._repository.create_blob(data)

    def _collect(self, tree: str, above: str, found: list[tuple[str, Entry]]) -> None:
        for name, entry in self._tree(tree):
            if entry.mode == _TREE:
                self._collect(entry.id, f"{above}{name}/", found)
            else:
                found.append((above + name, entry))

    def _tree(self, tree: str) -> tuple[tuple[str, Entry], ...]:
        entries = self._trees.get(tree)
        if entries is None:
            entries = tuple(_entries(self._stored(tree, "tree")))
            if len(self._trees) > _CACHED_TREES:
                self._trees.clear()
            self._trees[tree] = entries
        return entries

    def _stored(self, object_id: str, kind: Kind) -> bytes:
        found = read_stored(self._repository, object_id)
        if found.kind != kind:
            raise DamagedError(f"{kind} {object_id}")
        return found.data

    def _keep(self, blob: str, data: bytes) -> None:
        self._blobs[blob] = data
        self._blob_bytes += len(data)
        while self._blob_bytes > _CACHED_BLOB_BYTES:
            self._blob_bytes -= len(self._blobs.popitem(last=False)[1])


def check_name(name: str) -> None:
    """Refuse a file name that could mean something else on another system, or that is not part of the book.

    Raises:
        ValueError: a wrong call: names are made by the program, never taken from outside.
    """
    parts = name.split("/")
    if any(part in {"", ".", ".."} or part.casefold() == ".git" for part in parts) or "\\" in name:
        raise ValueError(f"{name!r} is no path inside a book")
    if not name.isprintable() or not unicodedata.is_normalized("NFC", name):
        raise ValueError(f"{name!r} has characters that a book's names must not have")
    if parts[0] == CACHE_FOLDER or is_temporary(parts[-1]) or is_beancount_cache(parts[-1]):
        raise ValueError(f"{name!r} is kept for the program itself")
    if any(len(os.fsencode(part)) > _NAME_BYTES for part in parts):
        raise ValueError(f"{name!r} is too long")


def is_beancount_cache(name: str) -> bool:
    """Whether a file is what stock Beancount leaves beside a ledger it took long to load.

    It belongs to no book, and this program never reads one: reading it can run code.
    """
    return name.startswith(".") and name.endswith(_BEANCOUNT_CACHE)


def _nest(changes: Mapping[str, bytes | None]) -> _Folder:
    top: _Folder = {}
    for name, data in changes.items():
        folder = top
        *above, last = name.split("/")
        for part in above:
            below = folder.setdefault(part, {})
            if below is None or isinstance(below, bytes):
                raise ValueError(f"{name}: {part} is both a file and a folder")
            folder = below
        if last in folder:
            raise ValueError(f"{name} is both a file and a folder")
        folder[last] = data
    return top


def _entries(tree: bytes) -> Iterator[tuple[str, Entry]]:
    """The entries of a tree object: octal mode, space, name, zero byte, 20 bytes of id."""
    place = 0
    while place < len(tree):
        space = tree.index(b" ", place)
        end = tree.index(b"\0", space)
        name = os.fsdecode(tree[space + 1 : end])
        yield name, Entry(tree[end + 1 : end + 21].hex(), int(tree[place:space], 8))
        place = end + 21
