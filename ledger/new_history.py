"""Making the Git repository of a new book.

Guarantees: the folder appears whole or not at all (it is made beside its place and renamed); its first commit
holds nothing but how Git must treat the rest: no file is changed on the way in or out, caches are ignored; its
settings make stock Git as careful as we are, and able to verify the signatures.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import pygit2
from pygit2.enums import FileMode

from ledger.durable import Disk
from ledger.errors import FolderNotEmptyError
from ledger.worktree import GIT_FOLDER

FIRST_FILES = {
    # Received files are evidence: a clone on a system with other line ends must not rewrite them.
    ".gitattributes": b"* -text\n",
    ".gitignore": b"/.cache/\n.*.picklecache\n",
}
SIGNERS_FILE = "registers/allowed_signers"
_SETTINGS = {
    "core.autocrlf": "false",
    "core.fsync": "all",
    "core.fsyncMethod": "fsync",
    "core.logAllRefUpdates": "true",
    "gpg.format": "ssh",
    "gpg.ssh.allowedSignersFile": SIGNERS_FILE,
    "receive.denyDeletes": "true",
    "receive.denyNonFastForwards": "true",
    "receive.fsckObjects": "true",
    "transfer.fsckObjects": "true",
}


def make_repository(path: Path, who: pygit2.Signature, disk: Disk, branch: str) -> None:
    """Make the repository of a new book at `path`, with its first commit.

    Args:
        path: a folder that does not exist or is empty.
        who: author and time of the first commit.
        disk: where its files go through.
        branch: full name of its only branch.

    Raises:
        FolderNotEmptyError: something is there already.
        OSError, pygit2.GitError: the disk refused; nothing is left at `path`.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FolderNotEmptyError(path)
    disk.make_folders(path.parent.absolute())
    beside = path.parent.absolute() / f".party-ledger-new-{secrets.token_hex(6)}"
    try:
        _fill(beside, who, disk, branch)
        disk.step("folder in place")
        try:
            beside.rename(path)
        except OSError as error:
            if path.exists():
                raise FolderNotEmptyError(path) from error
            raise
        disk.sync_folders([path.parent.absolute()])
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _fill(folder: Path, who: pygit2.Signature, disk: Disk, branch: str) -> None:
    repository = pygit2.init_repository(folder, initial_head=branch.rpartition("/")[2])
    for key, value in _SETTINGS.items():
        repository.config[key] = value
    builder = repository.TreeBuilder()
    for name, data in FIRST_FILES.items():
        builder.insert(name, repository.create_blob(data), FileMode.BLOB)
        disk.write(folder / name, data)
    commit = repository.create_commit(None, who, who, "A new book\n", builder.write(), [])
    repository.references.create(branch, commit)
    for name in FIRST_FILES:
        repository.index.add(name)
    repository.index.write()
    _sync_all(folder / GIT_FOLDER, disk.sync_file, disk.sync_folders)


def _sync_all(top: Path, sync_file: Callable[[Path], None], sync_folders: Callable[[list[Path]], None]) -> None:
    """Sync what the library wrote without syncing: its settings and samples."""
    for folder, _, files in os.walk(top):
        for name in files:
            sync_file(Path(folder) / name)
        sync_folders([Path(folder)])
