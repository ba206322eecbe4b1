"""The folder of a book as a view of its history: compared, published, completed after a crash, repaired.

Guarantees: a difference is found by content (a restored date or an equal size hides nothing), whatever Git's own
index and exclude files say; publishing replaces files one by one, each whole, so that a crash leaves every file
either old or new; what is completed after a crash had exactly the content of the commit before; a file that a
person changed is never overwritten: the repair keeps it aside first.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import pygit2
from pygit2.enums import FileMode

from ledger.durable import Disk, is_temporary
from ledger.errors import Edit, EditKind
from ledger.objects import CACHE_FOLDER, Entry, Objects, is_beancount_cache

GIT_FOLDER = ".git"
INDEX = ".git/index"
_IRREGULAR = "no plain file"
_PLAIN = int(FileMode.BLOB)
_SETTLED_NS = 100_000_000
"""A file touched less than this before it was hashed could be touched again without its times changing."""

_SMALLEST_INDEX_BYTES = 32
"""Header and checksum; the library takes an empty file for an index without entries."""
_INDEX_TRIES, _INDEX_PAUSE_SECONDS = 20, 0.02

_Before = Mapping[str, Entry | None]
_HASHES: dict[str, tuple[tuple[int, ...], str]] = {}
_HASHES_LIMIT = 200_000


class Worktree:
    """The files and the index beside one history."""

    def __init__(self, repository: pygit2.Repository, root: Path, objects: Objects, disk: Disk) -> None:
        self._repository, self._root, self._objects, self._disk = repository, root, objects, disk
        self._top = f"{root}{os.sep}"
        self._counts_mode = _counts_executable_bit(repository)

    def edits(self, commit: str, before: _Before | None = None) -> list[Edit]:
        """Every difference between the folder (or the index) and a commit, in order of names.

        Args:
            commit: what should be there.
            before: while it is being published, what its files were before (None: not there): as long as a file
                is still that, it is no difference.
        """
        found = self._index_differences(commit, before or {}) | self._file_differences(commit, before)
        return sorted(Edit(_shown(name), kind) for name, kind in found.items())

    def publish(self, commit: str, names: Iterable[str]) -> None:
        """Bring these files and their index entries to what they are in a commit.

        Raises:
            OSError, pygit2.GitError: the disk refused; what is published so far stays.
        """
        ordered = sorted(names)
        self._place(commit, ordered)
        self._enter(commit, ordered)

    def complete(self, commit: str, before: _Before) -> None:
        """Finish publishing `commit` after a crash; files that are neither old nor new are left alone.

        Raises:
            OSError, pygit2.GitError: as `publish`.
        """
        for name, _ in self._scan():
            if is_temporary(name.rpartition("/")[2]):
                self._disk.remove(self._root / name)
        listing = self._objects.listing(commit)
        states = {name: self._state(name) for name in before}
        old = [name for name in before if states[name] == _id(before[name]) != _id(listing.get(name))]
        self._place(commit, old)
        index = self._readable_index(commit)
        ours = [n for n in before if _staged(index, n) in {_id(before[n]), _id(listing.get(n))}]
        self._enter(commit, ours)

    def repair(self, commit: str, aside: Path) -> list[Edit]:
        """Keep every hand edit aside, then bring the folder back to a commit. Returns what was found.

        Args:
            commit: what should be there.
            aside: new folder on the same file system; gets `files/…` and, for staged content, `staged/…`.
        """
        found = self._file_differences(commit, None)
        staged = self._index_differences(commit, {})
        listing = self._objects.listing(commit)
        self._keep_staged(commit, staged, aside / "staged")
        for name, kind in found.items():
            if kind != "missing":
                target = aside / "files" / name
                self._disk.make_folders(target.parent)
                self._disk.move(self._root / name, target)
                self._disk.remove_empty_folders((self._root / name).parent, self._root)
        for name in found.keys() & listing.keys():
            _clear_empty_folders(self._root / name)
        self._place(commit, sorted(found.keys() & listing.keys()))
        index = self._readable_index(commit)
        index.read_tree(self._objects.commit(commit).tree_id)
        self._write_index(index)
        self._enter(commit, sorted((found.keys() | staged.keys()) & listing.keys()))
        return sorted(Edit(_shown(name), kind) for name, kind in (staged | found).items())

    def _place(self, commit: str, names: Iterable[str]) -> None:
        listing = self._objects.listing(commit)
        folders: set[Path] = set()
        for name in names:
            path = self._root / name
            if name in listing:
                self._disk.make_folders(path.parent)
                self._disk.write(path, self._objects.blob(listing[name].id), sync_folder=False)
                folders.add(path.parent)
            else:
                self._disk.remove(path, sync_folder=False)
                folders.add(self._disk.remove_empty_folders(path.parent, self._root))
        self._disk.sync_folders(folder for folder in folders if folder.is_dir())

    def _enter(self, commit: str, names: Iterable[str]) -> None:
        """Bring index entries to a commit, with the times of files that are what it says."""
        listing = self._objects.listing(commit)
        index = self._readable_index(commit)
        for name in names:
            if name in index:
                index.remove(name)
            if name in listing:
                self._disk.step("index entry")
                if self._state(name) == listing[name].id:
                    index.add(name)
                else:
                    index.add(pygit2.IndexEntry(name, pygit2.Oid(hex=listing[name].id), FileMode.BLOB))
        self._disk.step("index")
        self._write_index(index)
        self._disk.sync_file(self._root / INDEX)

    def _write_index(self, index: pygit2.Index) -> None:
        """Write it, waiting for somebody's `git status` that may hold it for a moment."""
        for _ in range(_INDEX_TRIES):
            if not (self._root / f"{INDEX}.lock").exists():
                with contextlib.suppress(pygit2.GitError):
                    index.write()
                    return
            time.sleep(_INDEX_PAUSE_SECONDS)
        index.write()

    def _readable_index(self, commit: str) -> pygit2.Index:
        """The index as it is on disk; one lost or torn by a power cut is made anew."""
        file = self._root / INDEX
        if file.exists() and file.stat().st_size >= _SMALLEST_INDEX_BYTES:
            with contextlib.suppress(OSError, pygit2.GitError):
                return self._index()
        self._disk.remove(file)
        index = self._index()
        index.read_tree(self._objects.commit(commit).tree_id)
        return index

    def _index(self) -> pygit2.Index:
        index: pygit2.Index = self._repository.index
        index.read()
        return index

    def _index_differences(self, commit: str, before: _Before) -> dict[str, EditKind]:
        if not (self._root / INDEX).exists():
            return {INDEX: "missing"}
        listing = self._objects.listing(commit)  # first: it proves the trees that the library is about to read
        try:
            index = self._index()
            conflicts = index.conflicts
            deltas = index.diff_to_tree(self._objects.commit(commit).tree).deltas
        except (OSError, pygit2.GitError):
            return {INDEX: "changed"}
        if conflicts is not None:
            return {INDEX: "changed"}
        names = {file.path for delta in deltas for file in (delta.old_file, delta.new_file)}
        return {
            name: "changed" if name in listing else "unknown"
            for name in names
            if name not in before or _staged(index, name) != _id(before[name])
        }

    def _file_differences(self, commit: str, before: _Before | None) -> dict[str, EditKind]:
        listing, allowed = self._objects.listing(commit), before or {}
        found: dict[str, EditKind] = {}
        seen = set()
        for name, state in self._scan():
            seen.add(name)
            expected, old = listing.get(name), allowed.get(name)
            if expected is None and old is None:
                if before is None or not is_temporary(name.rpartition("/")[2]):
                    found[name] = "unknown"
                continue
            content = self._hash(name, state)
            if content != _id(expected) and content != _id(old):
                found[name] = "changed" if expected else "unknown"
        for name in listing.keys() - seen:
            if name not in allowed or allowed[name] is not None:
                found[name] = "missing"
        return found

    def _scan(self) -> list[tuple[str, os.stat_result]]:
        """Everything in the folder that is not a folder (nor ignored), links included, never followed."""
        found = []
        pending = [""]
        while pending:
            above = pending.pop()
            with os.scandir(self._top + above) as entries:
                for entry in entries:
                    name = above + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if name not in {GIT_FOLDER, CACHE_FOLDER}:
                            pending.append(f"{name}/")
                    elif not is_beancount_cache(entry.name):
                        found.append((name, entry.stat(follow_symlinks=False)))
        return found

    def _state(self, name: str) -> str | None:
        """Blob id of a file's content; None when it is absent; `_IRREGULAR` when it is no plain file."""
        path = self._root / name
        if path.parent.resolve() != self._root.resolve() / Path(name).parent:
            return _IRREGULAR
        try:
            return self._hash(name, path.lstat())
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _hash(self, name: str, state: os.stat_result) -> str:
        if not stat.S_ISREG(state.st_mode) or (self._counts_mode and state.st_mode & stat.S_IXUSR):
            return _IRREGULAR
        path = self._top + name
        key = (state.st_dev, state.st_ino, state.st_ctime_ns, state.st_mtime_ns, state.st_size)
        known = _HASHES.get(path)
        if known and known[0] == key:
            return known[1]
        # Not the book's time: only a comparison with the file system's own.
        settled = 0 <= state.st_ctime_ns < time.time_ns() - _SETTLED_NS
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - a Path for each of thousands of files costs more
                data = file.read()
        except OSError:
            return _IRREGULAR
        content = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
        if settled:
            if len(_HASHES) > _HASHES_LIMIT:
                _HASHES.clear()
            _HASHES[path] = (key, content)
        return content

    def _keep_staged(self, commit: str, staged: Mapping[str, EditKind], folder: Path) -> None:
        """Save what stands in the index only."""
        index = self._readable_index(commit)
        for name in staged.keys() - {INDEX}:
            blob = _staged(index, name)
            if blob is not None and blob in self._repository and blob != self._state(name):
                self._disk.make_folders((folder / name).parent)
                self._disk.write(folder / name, self._objects.blob(blob))


def _id(entry: Entry | None) -> str | None:
    """What a plain file of this entry hashes to; a link or program in the history is never right."""
    if entry is None:
        return None
    return entry.id if entry.mode == _PLAIN else "not kept in books"


def _staged(index: pygit2.Index, name: str) -> str | None:
    return str(index[name].id) if name in index else None


def _counts_executable_bit(repository: pygit2.Repository) -> bool:
    """Whether this file system keeps the bit (Git finds out when it makes a repository)."""
    return "core.filemode" not in repository.config or repository.config.get_bool("core.filemode")


def _clear_empty_folders(path: Path) -> None:
    """Make room for a file where only empty folders are left."""
    if path.is_dir() and not path.is_symlink():
        for folder, _, _ in os.walk(path, topdown=False):
            Path(folder).rmdir()


def _shown(name: str) -> str:
    """A file name that can be printed, whatever bytes it has."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
