"""A backup is a proved copy that stock tools restore, and nothing wrong ever gets over a good one."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import scan_files as made
from history_tools import content, git, in_child, killing_at, memory_folder
from submission_cases import make_book

from importers import attaching
from importers.attaching import File
from ledger import backup, scans, verify
from ledger.backup import (
    MIRROR,
    NOTE,
    DamagedBackupError,
    DivergedError,
    ForeignFolderError,
    OtherBookError,
    OwnFolderError,
)
from ledger.book import Book
from ledger.durable import Disk
from ledger.errors import DamagedError, IntegrityError
from ledger.reachable import walk
from ledger.scans import ScanStore

AT = "2026-11-16T09:00:00+07:00"


def attach(book: Path, *files: File, at: str = AT) -> list[str]:
    """SHA-256 of scans attached to vouchers of February."""
    words = {"unit": "T01", "period": "2026-02", "actor": "ke.toan", "role": "accountant", "at": at}
    return [scan.sha256 for scan in attaching.attach(Book.open(book), files, **words).scans]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def original() -> Iterator[Path]:
    """A book with two scans. Read only."""
    with memory_folder() as folder:
        book = make_book(folder / "book")
        attach(book, File("UNC010.pdf", made.pdf()), File("UNC011.png", made.png()))
        yield book


@pytest.fixture
def book(original: Path) -> Iterator[Path]:
    """A copy of it, with its scans."""
    with memory_folder() as folder:
        shutil.copytree(ScanStore(original).folder, folder / "book.scans")
        yield Path(shutil.copytree(original, folder / "book", symlinks=True))


def make(book: Path, disk: Disk | None = None) -> backup.Backup:
    return backup.make(Book.open(book), book.with_name("copy"), disk)


def mirror(book: Path) -> Path:
    return book.with_name("copy") / MIRROR


def problems(book: Path) -> set[str]:
    """Kinds of what verification says of history, events, journals and scans."""
    return {problem.kind for problem in verify.examine(book).problems}


def test_the_copy_is_proved_and_counted(book: Path) -> None:
    git(book, "tag", "settlement/2025/T01/approver")
    commits = git(book, "rev-list", "--count", "HEAD").stdout.strip()
    objects = {line.split()[0] for line in git(book, "rev-list", "--objects", "--all").stdout.splitlines()}
    found = make(book)

    assert found.head == Book.open(book).commit
    assert (str(found.commits), found.objects, found.tags) == (commits, len(objects), 1)
    assert (found.scans, found.copied, found.lost, found.endangered) == (2, 2, (), ())
    assert found.bytes == len(made.pdf()) + len(made.png())
    assert git(mirror(book), "fsck", "--strict", "--no-dangling").returncode == 0
    assert git(mirror(book), "show-ref").stdout == git(book, "show-ref").stdout
    assert json.loads((book.with_name("copy") / NOTE).read_text("utf-8"))["head"] == found.head


def test_restore_drill_stock_git_and_cp_give_the_book_back(book: Path) -> None:
    make(book)
    copy, back = book.with_name("copy"), book.with_name("restored")
    assert git(book.parent, "clone", "--quiet", str(copy / MIRROR), str(back)).returncode == 0
    shutil.copytree(copy / f"{MIRROR}{scans.SUFFIX}", ScanStore(back).folder)
    before = content(book)
    shutil.rmtree(book)
    shutil.rmtree(ScanStore(book).folder)

    assert content(back) == {name: data for name, data in before.items() if not name.startswith(".cache/")}
    assert problems(back) == set()
    store = ScanStore(back)
    assert [store.get(scan.sha256) for scan in scans.attached(Book.open(back).events())] == [made.pdf(), made.png()]
    # The restored book goes on.
    assert attach(back, File("UNC010-2.jpg", made.jpeg()), at="2026-11-17T09:00:00+07:00")
    assert problems(back) == set()


def test_the_next_run_brings_only_what_is_new(book: Path) -> None:
    first = make(book)
    nothing = make(book)
    attach(book, File("UNC010-2.jpg", made.jpeg()), at="2026-11-17T09:00:00+07:00")
    more = make(book)

    assert (nothing.commits, nothing.copied, nothing.objects) == (0, 0, first.objects)
    assert (more.commits, more.copied, more.scans) == (1, 1, 3)
    assert more.head == Book.open(book).commit != first.head


def test_a_path_may_have_any_name(book: Path) -> None:
    odd = book.rename(book.with_name("sổ 2026: Tỉnh ủy"))
    ScanStore(book).folder.rename(ScanStore(odd).folder)

    assert backup.make(Book.open(odd), book.with_name("bản sao: 1")).scans == 2


def test_a_scan_damaged_in_the_copy_is_put_right(book: Path) -> None:
    make(book)
    copies = ScanStore(mirror(book))
    path = copies.path(copies.all()[0])
    path.chmod(0o644)
    path.write_bytes(b"rot")

    assert make(book).copied == 1
    assert {copies.state(sha256) for sha256 in copies.all()} == {"sound"}


def test_a_scan_lost_in_the_book_is_told_and_stays_in_the_copy(book: Path) -> None:
    make(book)
    store, copies = ScanStore(book), ScanStore(mirror(book))
    one, other = store.all()
    store.path(one).unlink()
    found = make(book)

    assert (found.endangered, found.lost, found.scans) == ((one,), (), 2)
    copies.path(one).unlink()
    found = make(book)
    assert (found.endangered, found.lost, found.scans) == ((), (one,), 1)
    assert copies.state(other) == "sound"


@pytest.mark.parametrize("name", ["party-ledger-backup.txt", ".git", "a file"])
def test_a_folder_with_something_else_in_it_is_refused(book: Path, name: str) -> None:
    folder = book.with_name("copy")
    folder.mkdir()
    (folder / name).write_text("mine", "utf-8")
    with pytest.raises(ForeignFolderError):
        make(book)

    assert [path.name for path in folder.iterdir()] == [name]


def test_a_file_and_a_note_of_another_form_are_no_backup(book: Path) -> None:
    folder = book.with_name("copy")
    folder.write_text("", "utf-8")
    with pytest.raises(ForeignFolderError):
        make(book)
    folder.unlink()
    folder.mkdir()
    (folder / NOTE).write_text('{"schema": "party-ledger backup 2", "root": ""}', "utf-8")
    with pytest.raises(ForeignFolderError):
        make(book)
    (folder / NOTE).write_text("{", "utf-8")
    with pytest.raises(DamagedBackupError):
        make(book)


@pytest.mark.parametrize("place", ["book", "book/.git/x", "book/copy", "book.scans", "book.scans/x", "."])
def test_a_copy_in_or_around_the_book_is_refused(book: Path, place: str) -> None:
    with pytest.raises(OwnFolderError):
        backup.make(Book.open(book), book.parent / place)

    assert problems(book) == set()


def test_another_book_does_not_get_over_a_copy(book: Path, tmp_path: Path) -> None:
    make(book)
    (tmp_path / "other").mkdir()
    assert git(tmp_path / "other", "init", "--quiet", "-b", "main").returncode == 0
    (tmp_path / "other" / "book.toml").write_bytes((book / "book.toml").read_bytes())
    git(tmp_path / "other", "add", ".")
    git(tmp_path / "other", "-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "-m", "x")
    before = content(book.with_name("copy"))
    with pytest.raises(OtherBookError):
        backup.make(Book.open(tmp_path / "other"), book.with_name("copy"))

    assert content(book.with_name("copy")) == before


def test_a_book_whose_history_was_rewritten_does_not_get_over_a_copy(book: Path) -> None:
    good = make(book)
    assert git(book, "reset", "--quiet", "--hard", "HEAD~1").returncode == 0
    attach(book, File("UNC011.pdf", made.pdf(text=b"forged")))
    with pytest.raises(DivergedError, match=f"refs/heads/main at {good.head[:12]}"):
        make(book)

    assert git(mirror(book), "rev-parse", "main").stdout.strip() == good.head


def test_a_tag_that_was_moved_or_removed_is_told(book: Path) -> None:
    git(book, "tag", "settlement/2025/T01/approver")
    make(book)
    git(book, "tag", "-f", "settlement/2025/T01/approver", "HEAD~1")
    with pytest.raises(DivergedError, match="approver"):
        make(book)
    git(book, "tag", "-d", "settlement/2025/T01/approver")
    with pytest.raises(DivergedError, match="approver"):
        make(book)


def test_a_damaged_copy_is_told_and_a_new_one_asked_for(book: Path) -> None:
    make(book)
    pack = next((mirror(book) / "objects" / "pack").glob("*.pack"))
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 0xFF
    pack.chmod(0o644)
    pack.write_bytes(bytes(data))
    with pytest.raises(IntegrityError) as damage:
        make(book)

    assert isinstance(damage.value, DamagedBackupError)


@pytest.mark.parametrize("file", ["refs/heads/main", "config"])
def test_a_copy_with_a_broken_file_is_told(book: Path, file: str) -> None:
    make(book)
    (mirror(book) / file).write_text("[nonsense\n", "utf-8")
    with pytest.raises(DamagedBackupError):
        make(book)


@pytest.mark.parametrize("what", ["HEAD~3", "HEAD~3^{tree}"])
def test_a_damaged_book_is_told_before_anything_is_copied(book: Path, what: str) -> None:
    make(book)
    before = git(mirror(book), "show-ref").stdout
    shutil.rmtree(book.with_name("copy"))
    old = git(book, "rev-parse", what).stdout.strip()
    loose = book / ".git" / "objects" / old[:2] / old[2:]
    loose.chmod(0o644)
    loose.write_bytes(loose.read_bytes()[:-9])
    with pytest.raises(DamagedError, match=old):
        make(book)

    assert before
    assert not list((book.with_name("copy")).rglob("*.pack"))


def test_a_tree_that_is_cut_off_is_damage(book: Path) -> None:
    repository = Book.open(book).history._repository
    assert len(set(walk(repository, [Book.open(book).commit]))) > 50
    with pytest.raises(DamagedError):
        list(walk(repository, ["0" * 40]))


@pytest.mark.slow
def test_a_killed_run_is_completed_by_the_next_one(book: Path) -> None:
    for number in itertools.count(1):
        shutil.rmtree(book.with_name("copy"), ignore_errors=True)
        ended = in_child(lambda number=number: make(book, killing_at(number)))  # type: ignore[misc]
        assert ended in {0, -signal.SIGKILL}
        if ended == 0:
            break
        assert make(book).scans == 2

    assert number > 15


def test_left_locks_of_the_library_do_not_stop_the_next_run(book: Path) -> None:
    make(book)
    attach(book, File("UNC010-2.jpg", made.jpeg()), at="2026-11-17T09:00:00+07:00")
    (mirror(book) / "refs/heads/main.lock").touch()

    assert make(book).commits == 1
