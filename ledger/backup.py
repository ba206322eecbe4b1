"""A copy of a book that ordinary tools can restore: a bare mirror of its history, and its scans by their hash.

Guarantees: only what is missing is copied; nothing that the copy holds is ever removed or replaced by something
else, so that a book whose history was rewritten, or another book, cannot overwrite a good copy; `make` ends only after
every branch, tag and object of the copy, and every scan that an event names, was read back and proved by its hash. A
killed run leaves a copy that the next one completes. Local paths only: nothing is sent anywhere.

    FOLDER/party-ledger-backup.json     whose copy it is, and the figures of the last proof
    FOLDER/book.git                     git clone FOLDER/book.git BOOK
    FOLDER/book.git.scans/sha256/…      cp -r FOLDER/book.git.scans BOOK.scans
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import pygit2
from pygit2.enums import RepositoryOpenFlag

from ledger import scans
from ledger.book import Book
from ledger.branch import failed_write
from ledger.durable import Disk, is_temporary
from ledger.errors import DamagedError, IntegrityError, Refused, UsageProblem
from ledger.reachable import BRANCHES, REFS, TAGS, refs_of, walk
from ledger.recovery import writer_lock
from ledger.scans import ScanStore

NOTE, MIRROR = "party-ledger-backup.json", "book.git"
SCHEMA = "party-ledger backup 1"
_MAIN = "refs/heads/main"
_LEFT_LOCKS = ("HEAD.lock", "config.lock", "packed-refs.lock")
_LOCK_WAIT_SECONDS = 30.0


class ForeignFolderError(Refused):
    """The folder holds something else; a copy is never mixed with it."""

    template = "{folder} is not empty and is no backup: nothing was written; take an empty folder"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder=str(folder))


class OtherBookError(Refused):
    """The folder is the copy of another book."""

    template = "{folder} is the backup of another book, whose first commit is {root}: nothing was written"

    def __init__(self, folder: Path, root: object) -> None:
        super().__init__(folder=str(folder), root=str(root)[:12])


class OwnFolderError(UsageProblem):
    """A copy inside the book, or around it, would not survive it."""

    template = "{folder} is inside the book or around it: a backup belongs in a folder of its own, best on another disk"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder=str(folder))


class DivergedError(IntegrityError):
    """The copy has a history that the book does not continue."""

    template = (
        "the backup holds {ref} at {commit}, which the book no longer has: one of the two was changed. Nothing was "
        "written; keep the backup and examine the book"
    )

    def __init__(self, ref: str, commit: str) -> None:
        super().__init__(ref=ref, commit=commit[:12])


class DamagedBackupError(IntegrityError):
    """The copy cannot be believed."""

    template = "the backup in {folder} is damaged ({what}): make a new one in an empty folder"

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(folder=str(folder), what=what)


@dataclass(frozen=True, slots=True)
class Backup:
    """What a run copied and proved."""

    head: str
    """Commit that book and copy are both at."""
    commits: int
    """Commits that were new to the copy."""
    objects: int
    """Objects of the copy's history, each read back and proved."""
    tags: int
    scans: int
    """Scans of the copy, each read back and proved."""
    copied: int
    """Scans that were new to the copy, or damaged in it."""
    bytes: int
    """Size of all its scans."""
    lost: tuple[str, ...] = ()
    """SHA-256 of scans that neither the book nor the copy has whole; empty when all is well."""
    endangered: tuple[str, ...] = ()
    """SHA-256 of scans that the copy has and the book has lost: put them back."""


def make(book: Book, folder: Path, disk: Disk | None = None) -> Backup:
    """Bring a copy of a book up to date, and prove it.

    Args:
        book: the book; what is accepted meanwhile is copied too.
        folder: where the copies are; empty, new, or made by this function for the same book.
        disk: where our own files go through.

    Raises:
        ForeignFolderError, OtherBookError, OwnFolderError: nothing was written.
        DivergedError, DamagedBackupError, DamagedError: integrity; the copy was not changed by what is wrong.
        Refused: the disk is full, somebody else is at it.
    """
    disk = disk or Disk()
    try:
        mirror = _mirror(book, folder, disk)
        before = _held(mirror)
        with writer_lock(Path(mirror.path), _LOCK_WAIT_SECONDS):
            _sweep(Path(mirror.path), disk)
            _fetch(book, mirror)
            # What was accepted meanwhile is little: the book is closed to others only for that.
            with book.locked() as newest:
                wanted = _fetch(newest, mirror)
            copied = _copy_scans(newest, Path(mirror.path), disk)
            made = _proved(newest, mirror, wanted, before, copied)
            note = {"schema": SCHEMA, "root": _root(book), "when": newest.now().isoformat(), **asdict(made)}
            disk.write(folder / NOTE, _text(note))
    except (OSError, pygit2.GitError) as error:
        raise failed_write(error) from error
    return made


def _mirror(book: Book, folder: Path, disk: Disk) -> pygit2.Repository:
    """The bare repository of a copy, made where there is none yet."""
    place, own = folder.resolve(), book.path.resolve()
    for theirs in (own, ScanStore(own).folder):
        if place == theirs or theirs in place.parents or place in theirs.parents:
            raise OwnFolderError(folder)
    if folder.exists() and not folder.is_dir():
        raise ForeignFolderError(folder)
    found = [path for path in folder.iterdir() if not is_temporary(path.name)] if folder.exists() else []
    if found:
        _check_note(book, folder)
    else:
        disk.make_folders(folder)
        # First of all whose it is, so that a run killed after this can be completed.
        disk.write(folder / NOTE, _text({"schema": SCHEMA, "root": _root(book)}))
    path = folder / MIRROR
    if not (path / "HEAD").is_file():
        pygit2.init_repository(path, bare=True, initial_head=_MAIN.rpartition("/")[2])
        for name in ("HEAD", "config"):
            disk.sync_file(path / name)
    try:
        return pygit2.Repository(path, RepositoryOpenFlag.NO_SEARCH | RepositoryOpenFlag.BARE)
    except (pygit2.GitError, KeyError) as error:
        raise DamagedBackupError(folder, MIRROR) from error


def _check_note(book: Book, folder: Path) -> None:
    try:
        note = json.loads((folder / NOTE).read_bytes())
        schema, root = note["schema"], note["root"]
    except FileNotFoundError:
        raise ForeignFolderError(folder) from None
    except (ValueError, KeyError, TypeError):
        raise DamagedBackupError(folder, NOTE) from None
    if schema != SCHEMA:
        raise ForeignFolderError(folder)
    if root != _root(book):
        raise OtherBookError(folder, root)


def _fetch(book: Book, mirror: pygit2.Repository) -> dict[str, str]:
    """Bring the history of the copy to that of the book, which continues it and is sound; returns its branches, tags.

    Raises:
        DivergedError: it does not continue it. DamagedError: it is not sound.
    """
    source = pygit2.Repository(book.path, RepositoryOpenFlag.NO_SEARCH)
    wanted, held = refs_of(source), _held(mirror)
    for ref, target in held.items():
        if not _continues(source, ref, target, wanted.get(ref, "")):
            raise DivergedError(ref, target)
    if wanted == held:
        return wanted
    known = {str(one) for one in mirror.odb}
    for _ in walk(source, wanted.values(), known):
        pass  # Proved before the library reads it: it may hang on a damaged one.
    # As an address of a file: of a plain path with a colon the library takes the first part for a host.
    mirror.remotes.create_anonymous(book.path.resolve().as_uri()).fetch([f"{prefix}*:{prefix}*" for prefix in REFS])
    return wanted


def _continues(source: pygit2.Repository, ref: str, held: str, wanted: str) -> bool:
    """Whether a branch went on from where the copy has it; a tag never moves."""
    if held == wanted or not wanted or not ref.startswith(BRANCHES):
        return held == wanted
    try:
        return bool(source.descendant_of(pygit2.Oid(hex=wanted), pygit2.Oid(hex=held)))
    except (KeyError, pygit2.GitError):
        return False


class _Copied(NamedTuple):
    """What became of the scans that events name, by SHA-256."""

    held: tuple[str, ...]
    """All that the copy has now."""
    new: int
    lost: tuple[str, ...]
    endangered: tuple[str, ...]


def _copy_scans(book: Book, mirror: Path, disk: Disk) -> _Copied:
    """Put the scans that the copy has not, or not whole, into it."""
    source, copies = ScanStore(book.path), ScanStore(mirror, disk)
    held, lost, endangered, copied = list[str](), list[str](), list[str](), 0
    for sha256 in sorted({paper.sha256 for paper in scans.named(book.events())}):
        sound = source.state(sha256) == "sound"
        if copies.state(sha256) != "sound":
            if not sound:
                lost.append(sha256)
                continue
            copies.put(source.get(sha256))
            copied += 1
        elif not sound:
            endangered.append(sha256)
        held.append(sha256)
    return _Copied(tuple(held), copied, tuple(lost), tuple(endangered))


def _proved(
    book: Book, mirror: pygit2.Repository, wanted: dict[str, str], before: dict[str, str], copied: _Copied
) -> Backup:
    """Read the whole copy back.

    Raises:
        DamagedBackupError: anything in it is not what the book has.
    """
    folder, refs = Path(mirror.path).parent, _held(mirror)
    if refs != wanted or refs.get(_MAIN) != book.commit:
        raise DamagedBackupError(folder, "HEAD")
    try:
        objects = sum(1 for _ in walk(mirror, refs.values()))
    except IntegrityError as damage:
        raise DamagedBackupError(folder, str(damage.values.get("what", damage))) from damage
    copies = ScanStore(Path(mirror.path))
    for sha256 in copied.held:
        if copies.state(sha256) != "sound":
            raise DamagedBackupError(folder, f"{copies.folder.name}/{sha256}")
    return Backup(
        head=book.commit,
        commits=_new_commits(mirror, book.commit, before.get(_MAIN, "")),
        objects=objects,
        tags=sum(1 for ref in refs if ref.startswith(TAGS)),
        scans=len(copied.held),
        copied=copied.new,
        bytes=sum(copies.path(sha256).stat().st_size for sha256 in copied.held),
        lost=copied.lost,
        endangered=copied.endangered,
    )


def _new_commits(mirror: pygit2.Repository, head: str, before: str) -> int:
    walker = mirror.walk(pygit2.Oid(hex=head))
    if before:
        walker.hide(pygit2.Oid(hex=before))
    return sum(1 for _ in walker)


def _held(mirror: pygit2.Repository) -> dict[str, str]:
    """Branches and tags of the copy."""
    try:
        return refs_of(mirror)
    except DamagedError as damage:
        raise DamagedBackupError(Path(mirror.path).parent, str(damage.values["what"])) from damage


def _root(book: Book) -> str:
    """The first commit of a book: what tells it from all other books."""
    return list(book.history.commits())[-1].id


def _sweep(mirror: Path, disk: Disk) -> None:
    """Remove lock files that a killed run left in the library's folder; our own lock is held, so nobody uses them."""
    for left in (*(mirror / name for name in _LEFT_LOCKS), *(mirror / "refs").rglob("*.lock")):
        disk.remove(left, sync_folder=False)


def _text(note: dict[str, object]) -> bytes:
    return (json.dumps(note, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")
