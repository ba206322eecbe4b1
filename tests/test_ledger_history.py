"""The history: one commit per change, the folder as its view, and nobody's work lost."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from history_tools import (
    BEGIN,
    CHANGE,
    FILES,
    after,
    assert_sound,
    change,
    content,
    failing_publish,
    git,
    in_child,
    memory_folder,
    new_book,
)

from ledger import worktree
from ledger.clock import VIETNAM
from ledger.durable import Disk
from ledger.errors import (
    BadTimeError,
    BookBusyError,
    BookMovedError,
    DamagedError,
    Edit,
    FolderNotEmptyError,
    HandEditedError,
    NotABookError,
    NothingChangedError,
    UnknownTimeError,
)
from ledger.history import History
from ledger.new_history import FIRST_FILES

JANUARY = "units/T01/2026/2026-01.beancount"


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with memory_folder() as folder:
        yield folder


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book"
    new_book(path)
    return path


# --- a commit -------------------------------------------------------------------------------------------------


def test_a_commit_is_read_back_and_published(book: Path) -> None:
    history = History.open(book)
    before = history.head

    made = change(history)

    assert history.head == made == git(book, "rev-parse", "main").stdout.strip()
    assert git(book, "rev-parse", "main^").stdout.strip() == before
    assert history.read("received/T01/2026-03/vouchers.csv") == b"voucher;amount\r\nPC1;1.000\r\n"
    assert history.read("units/T01/2026/2026-02.beancount") is None
    assert history.names("units/") == [JANUARY]
    assert content(book) == {n: d for n, d in {**FIRST_FILES, **FILES, **CHANGE}.items() if d is not None}
    assert not (book / "units/T02").exists()
    assert_sound(book)


def test_stock_git_sees_author_message_and_the_books_time(book: Path) -> None:
    history = History.open(book)
    when = datetime(2025, 3, 4, 22, 30, tzinfo=UTC)
    history.commit({"a.txt": b"a\n"}, "Nhận chứng từ\n\nT01", "Nguyễn Thị Ánh", when, history.head)

    shown = git(book, "log", "-1", "--format=%an|%aI|%cI|%s|%b").stdout.strip()

    assert shown == "Nguyễn Thị Ánh|2025-03-05T05:30:00+07:00|2025-03-05T05:30:00+07:00|Nhận chứng từ|T01"


def test_the_same_changes_at_the_same_times_give_the_same_commit_ids(tmp_path: Path) -> None:
    heads = []
    for name, zone in (("one", VIETNAM), ("two", UTC)):
        history = new_book(tmp_path / name)
        history.commit(CHANGE, "a change", "An", after(3).astimezone(zone), history.head)
        heads.append(history.head)

    assert heads[0] == heads[1]


def test_a_tree_built_for_the_change_only_is_the_tree_that_stock_git_makes(book: Path) -> None:
    change(History.open(book))
    for name in ("index", "copy"):
        (book.parent / name).mkdir()
    fresh = book.parent / "copy"
    shutil.copytree(book, fresh, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"))
    git(fresh, "init", "-q")
    git(fresh, "add", "-A", "-f")

    assert git(fresh, "write-tree").stdout == git(book, "rev-parse", "HEAD^{tree}").stdout


def test_names_that_git_orders_oddly_keep_their_place(book: Path) -> None:
    """Git sorts a folder as if its name ended with a slash."""
    history = History.open(book)
    history.commit({"a.b": b"1", "a/x": b"2", "a-b": b"3", "a0": b"4"}, "odd", "An", after(3), history.head)

    assert [name for name in history.names() if name.startswith("a")] == ["a-b", "a.b", "a/x", "a0"]
    assert_sound(book)


def test_a_change_made_for_an_older_commit_is_refused(book: Path) -> None:
    first, second = History.open(book), History.open(book)
    made = change(first)

    with pytest.raises(BookMovedError, match="nothing was changed") as caught:
        second.commit({"x.txt": b"x"}, "late", "An", after(5), second.head)

    assert caught.value.exit_code == 1
    assert second.refresh()
    assert (second.head, History.open(book).head) == (made, made)
    assert_sound(book)


def test_a_branch_moved_by_another_hand_at_the_last_moment_is_not_overwritten(book: Path) -> None:
    """The lock is ours, but stock Git does not ask for it."""
    tree = git(book, "rev-parse", "HEAD^{tree}").stdout.strip()
    who = ["-c", "user.name=x", "-c", "user.email=x"]

    def interfere(step: str) -> None:
        if step == "branch":
            other = git(book, *who, "commit-tree", tree, "-p", "HEAD", "-m", "other").stdout.strip()
            git(book, "update-ref", "refs/heads/main", other)

    history = History.open(book, disk=Disk(interfere))
    with pytest.raises(BookMovedError):
        change(history)

    assert git(book, "log", "-1", "--format=%s").stdout == "other\n"
    assert_sound(book)


def test_a_change_of_nothing_is_refused(book: Path) -> None:
    history = History.open(book)

    with pytest.raises(NothingChangedError):
        history.commit({"book.toml": FILES["book.toml"], "gone.txt": None}, "none", "An", after(3), history.head)


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../x", "a//b", "a/./b", ".git/config", "a/.GIT/x", "a\\b", "a\nb", ".cache/x", "a/", "x" * 256,
     ".x.picklecache", "e\u0301.txt", "a\u202eb", ".party-ledger-0.tmp"],
)  # fmt: skip
def test_a_name_that_no_book_may_have_is_a_wrong_call(book: Path, name: str) -> None:
    history = History.open(book)

    with pytest.raises(ValueError, match=r"path|characters|kept|long"):
        history.commit({name: b""}, "bad", "An", after(3), history.head)


@pytest.mark.parametrize("name", ["book.toml/x", "units", "units/T01"])
def test_a_file_cannot_take_the_place_of_a_folder_nor_a_folder_that_of_a_file(book: Path, name: str) -> None:
    history = History.open(book)
    before = history.head

    with pytest.raises(ValueError, match="both a file and a folder"):
        history.commit({name: b""}, "bad", "An", after(3), before)

    assert History.open(book).head == before


def test_a_time_without_a_zone_is_a_wrong_call(book: Path) -> None:
    history = History.open(book)

    with pytest.raises(ValueError, match="time zone"):
        history.commit({"x": b""}, "bad", "An", datetime(2026, 1, 1), history.head)  # noqa: DTZ001 - the point


def test_reading_takes_the_opened_commit_whatever_happens_in_the_folder(book: Path) -> None:
    reader = History.open(book)
    change(History.open(book))
    (book / JANUARY).write_bytes(b"by hand")

    assert reader.read(JANUARY) == FILES[JANUARY]
    assert "received/T01/2026-03/vouchers.csv" not in reader.names()


def test_a_book_packed_by_stock_git_is_read_and_written_on(book: Path) -> None:
    git(book, "gc", "-q", "--prune=now")
    git(book, "pack-refs", "--all")

    change(History.open(book))

    assert History.open(book).read(JANUARY) == b"; january, replaced\n"
    assert_sound(book)


def test_four_processes_writing_at_once_lose_nothing(book: Path) -> None:
    def write_five(process: int) -> None:
        for number in range(5):
            history = History.open(book)
            with history.lock():
                history.refresh()
                log = (history.read("log.txt") or b"") + f"{process}.{number}\n".encode()
                changes: dict[str, bytes | None] = {"log.txt": log, f"units/P{process}/{number}.txt": b"x"}
                history.commit(changes, f"{process}.{number}", "An", after(number), history.head)

    children = [os.fork() or _run(write_five, process) for process in range(4)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]

    history = History.open(book)
    expected = sorted(f"{process}.{number}" for process in range(4) for number in range(5))
    assert sorted((history.read("log.txt") or b"").decode().split()) == expected
    assert sorted(commit.message.strip() for commit in history.commits())[:20] == expected
    assert len(history.names("units/P")) == 20
    assert_sound(book)


def _run(work: Any, process: int) -> int:  # noqa: ANN401 - a test's own function
    try:
        work(process)
    except BaseException:  # noqa: BLE001 - the child must end here
        os._exit(1)
    os._exit(0)


def test_a_reader_beside_a_writer_never_sees_a_hand_edit(book: Path) -> None:
    def write() -> None:
        history = History.open(book)
        for number in range(40):
            files: dict[str, bytes | None] = {f"f{n}.txt": f"{number}\n".encode() for n in range(10)}
            history.commit(files, str(number), "An", after(number), history.head)

    writer = os.fork() or _run(lambda _: write(), 0)
    opened = 0
    while os.waitpid(writer, os.WNOHANG)[0] == 0:
        history = History.open(book)
        assert len({history.read(f"f{number}.txt") for number in range(10)}) == 1
        opened += 1

    assert opened > 3


def test_a_living_writer_makes_others_wait_and_then_name_it(book: Path) -> None:
    with History.open(book).lock():

        def wait() -> None:
            with (
                pytest.raises(BookBusyError, match="another process is writing") as caught,
                History.open(book).lock(wait_seconds=0.05),
            ):
                raise AssertionError("two writers")
            assert caught.value.exit_code == 1

        assert in_child(wait) == 0


def test_the_lock_may_be_nested_also_by_a_second_opening(book: Path) -> None:
    with History.open(book).lock(), History.open(book).lock(wait_seconds=0.1):
        change(History.open(book))

    assert History.open(book).read(JANUARY) == b"; january, replaced\n"


# --- hand edits -----------------------------------------------------------------------------------------------


def write(name: str, data: bytes) -> Any:  # noqa: ANN401 - a hand
    return lambda book: (book / name).write_bytes(data)


def same_size_same_time(book: Path) -> None:
    path = book / JANUARY
    old = path.stat()
    path.write_bytes(b"; Januarx\n")
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (old.st_size, old.st_mtime_ns)


def hidden_from_git(book: Path) -> None:
    (book / ".git/info/exclude").write_text("*.tmp\n")
    (book / "note.tmp").write_bytes(b"")
    assert git(book, "status", "--porcelain").stdout == ""


def assumed_unchanged(book: Path) -> None:
    git(book, "update-index", "--assume-unchanged", JANUARY)
    (book / JANUARY).write_bytes(b"by hand\n")
    assert git(book, "status", "--porcelain").stdout == ""


def staged_only(book: Path) -> None:
    (book / JANUARY).write_bytes(b"staged\n")
    git(book, "add", JANUARY)
    (book / JANUARY).write_bytes(FILES[JANUARY])


def folder_linked_elsewhere(book: Path) -> None:
    shutil.move(book / "units/T01", book.parent / "elsewhere")
    (book / "units/T01").symlink_to(book.parent / "elsewhere")


HAND = {
    "changed": (write(JANUARY, b"by hand\n"), [Edit(JANUARY, "changed")]),
    "same size and time": (same_size_same_time, [Edit(JANUARY, "changed")]),
    "missing": (lambda book: (book / JANUARY).unlink(), [Edit(JANUARY, "missing")]),
    "unknown": (write("units/new.txt", b""), [Edit("units/new.txt", "unknown")]),
    "unknown, not UTF-8": (lambda b: Path(os.fsdecode(bytes(b) + b"/\xff")).touch(), [Edit("\\xff", "unknown")]),
    "looks like our own": (write(".party-ledger-1.tmp", b""), [Edit(".party-ledger-1.tmp", "unknown")]),
    "hidden from git": (hidden_from_git, [Edit("note.tmp", "unknown")]),
    "a cache deeper down": (
        lambda book: ((book / "units/.cache").mkdir(), (book / "units/.cache/x").touch()),
        [Edit("units/.cache/x", "unknown")],
    ),
    "assumed unchanged": (assumed_unchanged, [Edit(JANUARY, "changed")]),
    "a folder named as a cache of Beancount": (
        lambda book: ((book / ".x.picklecache").mkdir(), (book / ".x.picklecache/y").touch()),
        [Edit(".x.picklecache/y", "unknown")],
    ),
    "made executable": (lambda book: (book / JANUARY).chmod(0o755), [Edit(JANUARY, "changed")]),
    "made a link": (
        lambda book: ((book / JANUARY).rename(book.parent / "x"), (book / JANUARY).symlink_to(book.parent / "x")),
        [Edit(JANUARY, "changed")],
    ),
    "folder linked elsewhere": (
        folder_linked_elsewhere,
        [
            Edit("units/T01", "unknown"),
            Edit(JANUARY, "missing"),
            Edit("units/T01/2026/2026-02.beancount", "missing"),
        ],
    ),
    "file became a folder": (
        lambda book: ((book / "book.toml").unlink(), (book / "book.toml").mkdir(), write("book.toml/x", b"")(book)),
        [Edit("book.toml", "missing"), Edit("book.toml/x", "unknown")],
    ),
    "staged": (lambda b: (write(JANUARY, b"by hand\n")(b), git(b, "add", "-A")), [Edit(JANUARY, "changed")]),
    "staged only": (staged_only, [Edit(JANUARY, "changed")]),
    "staged away": (lambda book: git(book, "rm", "-q", "--cached", JANUARY), [Edit(JANUARY, "changed")]),
    "staged new": (
        lambda book: (write("new.txt", b"n")(book), git(book, "add", "-A"), (book / "new.txt").unlink()),
        [Edit("new.txt", "unknown")],
    ),
    "no index": (lambda book: (book / ".git/index").unlink(), [Edit(".git/index", "missing")]),
    "broken index": (write(".git/index", b"DIRC"), [Edit(".git/index", "changed")]),
    "detached": (lambda book: git(book, "checkout", "-q", "--detach"), [Edit(".git/HEAD", "changed")]),
    "another branch": (lambda book: git(book, "checkout", "-q", "-b", "x"), [Edit(".git/HEAD", "changed")]),
    "reset softly": (
        lambda book: git(book, "reset", "-q", "--soft", "HEAD~1"),
        [Edit(name, "unknown") for name in sorted(FILES)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), HAND.values(), ids=HAND)
def test_a_hand_edit_is_named_and_refused_with_exit_code_3(book: Path, edit: Any, expected: list[Edit]) -> None:  # noqa: ANN401
    edit(book)

    with pytest.raises(HandEditedError) as caught:
        History.open(book)

    assert list(caught.value.edits) == expected
    assert caught.value.exit_code == 3
    assert expected[0].file in str(caught.value)


@pytest.mark.parametrize(("edit", "expected"), HAND.values(), ids=HAND)
def test_a_repair_keeps_edits_aside_and_brings_the_book_back(book: Path, edit: Any, expected: list[Edit]) -> None:  # noqa: ANN401
    before = git(book, "rev-parse", "main").stdout.strip()
    edit(book)
    moved = git(book, "rev-parse", "main").stdout.strip() != before
    edited = {name: data for name, data in content(book).items() if data != {**FILES, **FIRST_FILES}.get(name)}

    found = History.repair(book, after(30))

    if not moved:
        assert content(book) == {**FIRST_FILES, **FILES}
    assert found == expected
    aside = book / ".git/party-ledger-aside/20260102T083000/files"
    assert edited.items() <= (content(aside) if aside.exists() else {}).items() or moved
    History.open(book)
    if "exclude" not in str(edit):
        assert_sound(book)


def test_staged_content_is_kept_by_the_repair_too(book: Path) -> None:
    staged_only(book)

    History.repair(book, after(30))

    assert (book / ".git/party-ledger-aside/20260102T083000/staged" / JANUARY).read_bytes() == b"staged\n"


def test_two_repairs_in_one_second_overwrite_nothing(book: Path) -> None:
    for text in (b"one\n", b"two\n"):
        (book / JANUARY).write_bytes(text)
        History.repair(book, after(30))

    kept = sorted(path.read_bytes() for path in (book / ".git/party-ledger-aside").rglob("*.beancount"))
    assert kept == [b"one\n", b"two\n"]


@pytest.mark.parametrize("broken", [b"0" * 40 + b"\n", b"nonsense\n", None], ids=["no object", "no id", "gone"])
def test_a_branch_that_is_no_commit_is_integrity_not_a_crash(book: Path, broken: bytes | None) -> None:
    reference = book / ".git/refs/heads/main"
    reference.unlink() if broken is None else reference.write_bytes(broken)

    for attempt in (lambda: History.open(book), lambda: History.repair(book, after(3))):
        with pytest.raises(HandEditedError) as caught:
            attempt()
        assert caught.value.edits[0].file in {".git/refs/heads/main", ".git/HEAD"}


def test_a_branch_moved_to_a_blob_is_named(book: Path) -> None:
    blob = git(book, "rev-parse", "HEAD:book.toml").stdout
    (book / ".git/refs/heads/main").write_text(blob)

    with pytest.raises(HandEditedError) as caught:
        History.open(book)

    assert caught.value.edits == (Edit(".git/refs/heads/main", "changed"),)


def test_a_commit_into_an_edited_folder_is_refused_and_the_edit_survives(book: Path) -> None:
    history = History.open(book)
    (book / JANUARY).write_bytes(b"by hand\n")

    with pytest.raises(HandEditedError):
        change(history)

    assert (book / JANUARY).read_bytes() == b"by hand\n"
    assert git(book, "rev-parse", "main").stdout.strip() == history.head


def test_edits_can_be_listed_without_refusal(book: Path) -> None:
    (book / JANUARY).write_bytes(b"by hand\n")

    assert History.open(book, check=False).hand_edits() == [Edit(JANUARY, "changed")]


def test_the_cache_of_hashes_never_hides_an_edit_made_at_once(book: Path) -> None:
    """Even within the tick of the file system's clock, at the same size, in the same file."""
    path, good = book / JANUARY, FILES[JANUARY]
    for number in range(200):
        path.write_bytes(good)
        assert History.open(book, check=False).hand_edits() == []
        with path.open("r+b") as file:
            file.write(b"X")
        assert History.open(book, check=False).hand_edits() == [Edit(JANUARY, "changed")], number


def test_unchanged_files_are_not_read_twice(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worktree, "_SETTLED_NS", 0)  # else the files are too young to be remembered
    History.open(book)
    monkeypatch.setattr(worktree, "hashlib", None)

    assert History.open(book).hand_edits() == []


def test_a_crash_is_told_from_a_hand_edit_file_by_file(book: Path) -> None:
    """Publishing was cut off; meanwhile somebody edited one of its files and one that it did not touch."""
    change(History.open(book, disk=failing_publish("replace")))
    assert (book / ".git/party-ledger-publishing").exists()
    (book / JANUARY).write_bytes(b"by hand\n")
    (book / "registers/units.csv").write_bytes(b"by hand too\n")

    with pytest.raises(HandEditedError) as caught:
        History.open(book)

    assert caught.value.edits == (Edit("registers/units.csv", "changed"), Edit(JANUARY, "changed"))
    assert (book / "received/T01/2026-03/vouchers.csv").read_bytes() == CHANGE["received/T01/2026-03/vouchers.csv"]
    assert not (book / "units/T02").exists()
    assert (book / JANUARY).read_bytes() == b"by hand\n"
    assert git(book, "status", "--porcelain").stdout == f" M registers/units.csv\n M {JANUARY}\n"


def test_a_forged_marker_excuses_nothing(book: Path) -> None:
    head = History.open(book).head
    for marker in (head, "0" * 40, "nonsense", "\xff"):
        (book / ".git/party-ledger-publishing").write_text(marker, "latin-1")
        (book / JANUARY).write_bytes(b"by hand\n")
        with pytest.raises(HandEditedError):
            History.open(book)


@pytest.mark.parametrize("torn", [b"", b"DIRC", bytes(100)])
def test_an_index_torn_in_a_crash_is_made_anew(book: Path, torn: bytes) -> None:
    change(History.open(book, disk=failing_publish("index")))
    (book / ".git/index").write_bytes(torn)

    History.open(book)

    assert_sound(book)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_reader_without_the_right_to_write_opens_a_half_published_book(book: Path, tmp_path: Path) -> None:
    made = change(History.open(book, disk=failing_publish("replace")))
    tmp_path.chmod(0o755)

    def read() -> None:
        os.setresuid(65534, 65534, 65534)
        assert History.open(book).head == made
        assert History.open(book).read("events/2026/T01.jsonl") == b"{}\n"

    assert in_child(read) == 0
    (book / JANUARY).write_bytes(b"by hand\n")

    def refuse() -> None:
        os.setresuid(65534, 65534, 65534)
        with pytest.raises(HandEditedError):
            History.open(book)

    assert in_child(refuse) == 0


# --- opening, times, making -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("book")
def test_what_is_no_book_is_said_so_with_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for name in ("unborn", "bare", "foreign"):
        (tmp_path / name).mkdir()
        git(tmp_path / name, "init", "-q", "-b", "main", *(["--bare"] if name == "bare" else []))
    (tmp_path / "foreign/x").touch()
    git(tmp_path / "foreign", "add", "x")
    git(tmp_path / "foreign", "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x")
    (tmp_path / "foreign/y").touch()

    for path in ("absent", "empty", "file", "unborn", "bare", "foreign", "book/units"):
        with pytest.raises(NotABookError, match="is not a book") as caught:
            History.open(tmp_path / path)
        assert caught.value.exit_code == 2


def test_a_new_book_needs_a_free_place(tmp_path: Path, book: Path) -> None:
    before = content(book)
    for path in (book, book / "book.toml"):
        with pytest.raises(FolderNotEmptyError):
            History.init(path, "An", BEGIN)
    (tmp_path / "empty").mkdir()
    History.init(tmp_path / "empty", "An", BEGIN)
    History.init(tmp_path / "deep/down/book", "An", BEGIN)

    assert content(book) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_new_book_tells_stock_git_to_be_as_careful(book: Path) -> None:
    settings = dict(line.split("=", 1) for line in git(book, "config", "--local", "--list").stdout.splitlines())

    assert settings["core.fsync"] == "all"
    assert settings["gpg.format"] == "ssh"
    assert settings["gpg.ssh.allowedsignersfile"] == "registers/allowed_signers"
    assert (book / ".gitignore").read_text() == "/.cache/\n.*.picklecache\n"
    (book / ".cache").mkdir()
    (book / ".cache/anything").touch()
    assert History.open(book).hand_edits() == []
    assert_sound(book)


def test_a_users_own_git_settings_change_nothing(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".gitconfig").write_text("[core]\n\tautocrlf = true\n\texcludesfile = ~/ignore\n")
    (tmp_path / "ignore").write_text("*.txt\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    history = History.open(book)
    history.commit({"lines.txt": b"a\r\nb\n"}, "lines", "An", after(3), history.head)

    assert (
        subprocess.run(["git", "show", "HEAD:lines.txt"], cwd=book, capture_output=True, check=True).stdout
        == b"a\r\nb\n"
    )
    assert (book / "lines.txt").read_bytes() == b"a\r\nb\n"
    assert_sound(book)


def test_a_clone_by_stock_git_is_the_same_book(book: Path, tmp_path: Path) -> None:
    change(History.open(book))
    git(tmp_path, "clone", "-q", str(book), "clone")

    clone = History.open(tmp_path / "clone")

    assert clone.head == History.open(book).head
    assert content(tmp_path / "clone") == content(book)


@pytest.fixture
def dated(tmp_path: Path) -> tuple[History, dict[str, str]]:
    history = History.init(tmp_path / "dated", "An", datetime(2025, 1, 1, tzinfo=VIETNAM))
    made = {"2025-01-01": history.head}
    for day in ("2025-03-31", "2025-04-01", "2025-06-15"):
        when = datetime.fromisoformat(f"{day}T23:59:59+07:00")
        made[day] = history.commit({f"{day}.txt": b"", "book.toml": b""}, day, "An", when, history.head)
    return history, made


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("2025-01-01", "2025-01-01"),
        ("2025-03-30", "2025-01-01"),
        ("2025-03-31", "2025-03-31"),
        (date(2025, 3, 31), "2025-03-31"),
        ("2025-03-31T23:59:58", "2025-01-01"),
        ("2025-03-31T23:59:59", "2025-03-31"),
        ("2025-03-31T16:59:59+00:00", "2025-03-31"),
        ("2025-03-31T16:59:59Z", "2025-03-31"),
        (datetime(2025, 3, 31, 16, 59, 58, tzinfo=UTC), "2025-01-01"),
        (datetime(2025, 4, 1, 18, 59, 59, tzinfo=timezone(timedelta(hours=2))), "2025-04-01"),
        ("2030-01-01", "2025-06-15"),
    ],
)
def test_the_book_as_it_was_known_at_a_moment(
    dated: tuple[History, dict[str, str]],
    asked: str | date,
    expected: str,
) -> None:
    history, made = dated

    assert history.at(asked) == made[expected]


def test_a_commit_of_the_history_is_found_by_the_beginning_of_its_id(dated: tuple[History, dict[str, str]]) -> None:
    history, made = dated
    commit = made["2025-03-31"]

    assert history.at(commit) == history.at(commit[:7]) == commit
    assert history.read("2025-04-01.txt", commit) is None
    assert history.time(commit) == datetime(2025, 3, 31, 23, 59, 59, tzinfo=VIETNAM)
    assert [found.id for found in history.commits()] == list(reversed(made.values()))


def test_what_the_history_does_not_reach_and_what_is_no_time_are_told_apart(
    dated: tuple[History, dict[str, str]],
) -> None:
    history, made = dated
    unreached = history.commits()
    assert next(unreached).id == made["2025-06-15"]

    for unknown in ("2024-12-31", "0000000", "f" * 40):
        with pytest.raises(UnknownTimeError) as caught:
            history.at(unknown)
        assert caught.value.exit_code == 1
    for wrong in ("yesterday", "2025-02-30", "2025-3-1", "31/03/2025", "", "abc", "2025", "2025-03-31 10:00"):
        with pytest.raises(BadTimeError) as refused:
            history.at(wrong)
        assert refused.value.exit_code == 2


def test_a_commit_outside_the_history_is_not_opened(book: Path) -> None:
    history = History.open(book)
    tree = git(book, "rev-parse", "HEAD^{tree}").stdout.strip()
    stray = git(book, "-c", "user.name=x", "-c", "user.email=x", "commit-tree", tree, "-m", "x").stdout.strip()

    with pytest.raises(UnknownTimeError):
        history.at(stray)


# --- damage ---------------------------------------------------------------------------------------------------


def test_a_damaged_object_is_never_read_as_data(book: Path) -> None:
    """Every byte of one blob's file, one after the other."""
    blob = git(book, "rev-parse", f"HEAD:{JANUARY}").stdout.strip()
    path = book / ".git/objects" / blob[:2] / blob[2:]
    good = path.read_bytes()
    path.chmod(0o644)
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1 :])
        history = History.open(book)
        try:
            assert history.read(JANUARY) == FILES[JANUARY]
        except DamagedError as error:
            assert error.exit_code == 3  # noqa: PT017 - a flip may leave the content whole
    for rest in (b"", good[:-4]):
        path.write_bytes(rest)
        with pytest.raises(DamagedError):
            History.open(book).read(JANUARY)
    path.unlink()
    with pytest.raises(DamagedError, match=blob):
        History.open(book).read(JANUARY)


def test_a_missing_tree_is_damage(book: Path) -> None:
    tree = git(book, "rev-parse", "HEAD:units").stdout.strip()
    (book / ".git/objects" / tree[:2] / tree[2:]).unlink()

    with pytest.raises(DamagedError, match=tree):
        History.open(book)


# --- errors ---------------------------------------------------------------------------------------------------


def test_every_sentence_has_its_vietnamese() -> None:
    from ledger import errors  # noqa: PLC0415 - only this test looks at the whole module
    from ledger.texts import text  # noqa: PLC0415 - the same

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.LedgerError)]
    assert len(kinds) > 15
    for kind in kinds:
        if kind.template:
            assert text(kind.template, "vi") != kind.template
    edited = HandEditedError([Edit(f"{number}.txt", "missing") for number in range(7)])
    assert "0.txt (missing)" in str(edited)
    assert "+ 2" in str(edited)
    assert "0.txt (bị mất)" in edited.sentence(lambda msgid: text(msgid, "vi"))


def test_errors_travel_between_processes_whole() -> None:
    for error in (HandEditedError([Edit("a", "changed")]), BookMovedError("a" * 40, "b" * 40), NotABookError("x")):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

        assert (type(again), str(again), again.__dict__) == (type(error), str(error), error.__dict__)
