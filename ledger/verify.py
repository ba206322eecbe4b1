"""Verification: does the book hold what its history, its event files and its journals say?

Guarantees: nothing is believed because our program wrote it. Every file of the newest commit is read through
Git's content hashes; an edited file is named, and in a journal the voucher that differs; every event file must
be whole, chained, and must only have grown from commit to commit; every journal must be canonical and balance.
What the upper floors alone can judge (received files against journals, statements against signatures) they
add as further checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ledger import events, journal_reader, overrides, scans
from ledger.book import Book
from ledger.errors import Edit, HandEditedError, IntegrityError
from ledger.history import History
from ledger.journal_form import NotCanonicalError
from ledger.scans import ScanStore

_VOUCHER = re.compile(rb'^  voucher: "((?:[^"\\]|\\.)*)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that does not hold."""

    file: str
    voucher: str = ""
    kind: str = ""
    """changed, missing, unknown (hand edits); damaged, chain, shrunk, journal, scan, override, received, figures,
    signature."""
    detail: str = ""

    def as_dict(self) -> dict[str, str]:
        """As every door shows it."""
        return asdict(self)


@dataclass(slots=True)
class Examined:
    """What was looked at, and what does not hold."""

    files: int = 0
    events: int = 0
    problems: list[Problem] = field(default_factory=list)


Check = Callable[[Book], Iterable[Problem]]


def examine(path: Path, checks: Sequence[Check] = ()) -> Examined:
    """Examine a book.

    Args:
        path: the book.
        checks: further checks of upper floors; they run only on a book whose files hold.

    Raises:
        NotABookError: no book is there.
    """
    result = Examined()
    try:
        book = Book.open(path)
    except HandEditedError as edited:
        result.problems = sorted(_edit_problems(path, edited.edits))
        return result
    for check in (_file_problems, _event_problems, _journal_problems, _scan_problems, _override_problems, *checks):
        try:
            result.problems += check(book)
        except IntegrityError as problem:
            result.problems.append(Problem(file="", kind="damaged", detail=str(problem)))
    result.files = len(book.names())
    result.events = len(book.events()) if not result.problems else 0
    # One damaged file stops several checks with the same sentence.
    result.problems = sorted(set(result.problems))
    return result


def _edit_problems(path: Path, edits: Iterable[Edit]) -> Iterator[Problem]:
    history = History.open(path, check=False)
    for edit in edits:
        old = history.read(edit.file) or b""
        file = path / edit.file
        new = file.read_bytes() if file.is_file() else b""
        vouchers = _differing_vouchers(old, new) if edit.file.endswith(".beancount") else []
        for voucher in vouchers or [""]:
            yield Problem(edit.file, voucher, edit.kind, "differs from the history")


def _differing_vouchers(old: bytes, new: bytes) -> list[str]:
    """Numbers of the vouchers whose text differs, by comparing the blocks between blank lines."""
    blocks_old, blocks_new = set(old.split(b"\n\n")), set(new.split(b"\n\n"))
    found = set()
    for block in blocks_old ^ blocks_new:
        found |= {number.decode("utf-8", "replace") for number in _VOUCHER.findall(block)}
    return sorted(found)


def _file_problems(book: Book) -> Iterator[Problem]:
    for name in book.names():
        try:
            book.read(name)
        except IntegrityError as problem:
            yield Problem(name, "", "damaged", str(problem))


def _event_problems(book: Book) -> Iterator[Problem]:
    """Chains hold in the newest commit, and no commit of the history took anything away from an event file."""
    names = book.names("events/")
    for name in names:
        for problem in events.examine(book.read(name) or b"")[1]:
            yield Problem(name, "", "chain", f"line {problem.line}: {problem.why}")
    history = book.history
    newer = book.commit
    for commit in history.commits():
        for name in history.names("events/", commit.id):
            if history.blob_id(name, commit.id) == history.blob_id(name, newer):
                continue
            if not events.grew_from(history.read(name, commit.id) or b"", history.read(name, newer) or b""):
                yield Problem(name, "", "shrunk", f"commit {newer[:12]} changed what {commit.id[:12]} had recorded")
        newer = commit.id


def _journal_problems(book: Book) -> Iterator[Problem]:
    for unit in book.units:
        for name in book.journal_names(unit.unit):
            try:
                journal_reader.read((book.read(name) or b"").decode("utf-8"))
            except (NotCanonicalError, UnicodeDecodeError) as problem:
                yield Problem(name, "", "journal", str(problem))


def _scan_problems(book: Book) -> Iterator[Problem]:
    """Every paper that an event names is in the store beside the book, whole and unchanged."""
    store, states = ScanStore(book.path), dict[str, str]()
    papers = list(scans.named(book.events()))
    if papers and not store.folder.is_dir():
        yield Problem(store.folder.name, "", "scan", f"the folder of scans is missing; events name {len(papers)}")
        return
    for paper in papers:
        if paper.sha256 not in states:
            states[paper.sha256] = store.state(paper.sha256)
        state = states[paper.sha256]
        if state != "sound":
            detail = f"{state}: {paper.name or paper.sha256} ({paper.unit} {paper.period})"
            yield Problem(f"{store.folder.name}/{paper.sha256}", paper.voucher, "scan", detail)


def _override_problems(book: Book) -> Iterator[Problem]:
    """Every override of the register was granted by an event that says the same, and none that was granted is gone."""
    for number, detail in overrides.differences(book):
        yield Problem(overrides.FILE, number, "override", detail)
