"""The books that campaigns break, and the one judgement of a book after a fault.

Guarantees: a book to break is always a copy; `unsound` looks at everything a submission promises, with our own
verification and, where asked, with stock Git: the branch, the view, received files, receipts, events, journals, locks.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from history_tools import git, memory_folder
from submission_cases import make_book

from importers.submission import problems
from ledger import verify
from ledger.book import Book
from ledger.errors import LedgerError
from ledger.history import History

NOT_THE_BOOK = (".git", ".cache")
LOCK = "party-ledger.lock"
SCANS = ".scans"
"""Scans stand beside the repository, in a folder of the book's name with this at its end."""


@dataclass(slots=True)
class Tally:
    """What a campaign did and what it found wrong."""

    name: str
    points: int = 0
    wrong: list[str] = field(default_factory=list)
    """One sentence for each violation, with what repeats it."""
    notes: list[str] = field(default_factory=list)

    def add(self, problem: str, again: str) -> None:
        """Count one more point; a problem is kept with what repeats it."""
        self.points += 1
        if problem:
            self.wrong.append(f"{problem}; again: {again}")

    def __str__(self) -> str:
        """One line of figures, then a line for each violation."""
        notes = "".join(f", {note}" for note in self.notes)
        return "\n".join([f"{self.name:34} {self.points:6} points, {len(self.wrong)} wrong{notes}", *self.wrong])


@dataclass(frozen=True, slots=True)
class State:
    """What a book holds: its newest commit, its signatures, every file that people see, and its scans."""

    head: str
    tags: tuple[str, ...]
    files: dict[str, bytes]
    scans: dict[str, bytes]

    def like(self, other: State) -> bool:
        """Whether it is that state; papers in the store of scans that no event names do no harm."""
        same = (self.head, self.tags, self.files) == (other.head, other.tags, other.files)
        return same and self.scans.items() >= other.scans.items()


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder in memory, for books to break."""
    with memory_folder() as made:
        yield made


@contextmanager
def province() -> Iterator[Path]:
    """The small province of the submission cases, to copy from; its folder is its parent."""
    with folder() as made:
        yield make_book(made / "province")


@contextmanager
def copy_of(book: Path) -> Iterator[Path]:
    """A copy of a book (and of its scans) that may be broken."""
    with tempfile.TemporaryDirectory(dir=book.parent) as made:
        path = Path(made) / "book"
        shutil.copytree(book, path, symlinks=True)
        if (scans := scans_of(book)).exists():
            shutil.copytree(scans, scans_of(path))
        yield path


def scans_of(book: Path) -> Path:
    """Where the book's scans are."""
    return book.with_name(book.name + SCANS)


def state(book: Path) -> State:
    """What the book holds, read after its recovery."""
    history = History.open(book)
    files = {name: data for name, data in _files(book) if name.split("/")[0] not in NOT_THE_BOOK}
    tags = tuple(tag.name for tag in history.tags())
    return State(history.head, tags, files, dict(_files(scans_of(book))))


def unsound(book: Path, *, thorough: bool) -> str:
    """What is wrong with a book, in one sentence; "" when nothing is. Opening it completes what a killed writer left.

    Args:
        book: the book.
        thorough: our whole verification, every journal against its received file; otherwise that every file of the
            newest commit has the content of its id. Both look at event chains and locks.
    """
    try:
        opened = Book.open(book)
        for name in opened.names():
            opened.read(name)
        opened.events()
        found = verify.examine(book, (problems,)).problems if thorough else []
        if found:
            return f"verify says {found[0]}"
        left = [path.name for path in (book / ".git").rglob("*.lock") if path.name != LOCK]
        if left:
            return f"locks are left: {left}"
        with opened.history.lock(wait_seconds=1):
            pass
    except (LedgerError, OSError) as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


def stock_git_says(book: Path) -> str:
    """What `git fsck` and `git status` say about a book; "" when they say nothing."""
    for words in (("fsck", "--strict", "--no-dangling"), ("status", "--porcelain", "--untracked-files=all")):
        said = git(book, *words)
        if said.returncode or said.stdout or said.stderr:
            return f"git {words[0]}: {said.stdout}{said.stderr}"
    return ""


def _files(top: Path) -> Iterator[tuple[str, bytes]]:
    for path in top.rglob("*") if top.is_dir() else ():
        if path.is_file():
            yield path.relative_to(top).as_posix(), path.read_bytes()
