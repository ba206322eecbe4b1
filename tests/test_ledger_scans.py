"""The store of scans: whole or not at all, proved by hash, never lost by a killed process or a full disk."""

from __future__ import annotations

import errno
import hashlib
import itertools
import signal
from pathlib import Path

import pytest
from history_tools import failing_at, in_child, killing_at, memory_folder

from ledger import scans
from ledger.durable import Disk
from ledger.errors import DiskFullError, WriteFailedError
from ledger.events import Event
from ledger.scans import ScanDamagedError, ScanStore
from ledger.texts import text

PAPER, OTHER = b"%PDF-1.7 a paper", b"another"
NAME = hashlib.sha256(PAPER).hexdigest()


def files(store: ScanStore) -> list[str]:
    return sorted(path.relative_to(store.folder).as_posix() for path in store.folder.rglob("*") if path.is_file())


@pytest.fixture
def store(tmp_path: Path) -> ScanStore:
    return ScanStore(tmp_path / "book")


def test_a_paper_lies_beside_the_book_under_the_hash_of_its_bytes(store: ScanStore, tmp_path: Path) -> None:
    assert store.put(PAPER) == NAME
    assert store.get(NAME) == PAPER
    assert store.path(NAME) == tmp_path / "book.scans" / "sha256" / NAME[:2] / NAME
    assert files(store) == [f"sha256/{NAME[:2]}/{NAME}"]


def test_the_same_paper_again_writes_nothing(tmp_path: Path) -> None:
    steps = list[str]()
    watched = ScanStore(tmp_path / "book", Disk(steps.append))
    watched.put(PAPER)
    first = len(steps)

    assert watched.put(PAPER) == NAME
    assert len(steps) == first > 4


def test_a_kept_paper_cannot_be_written_over_by_mistake(store: ScanStore) -> None:
    store.put(PAPER)

    assert store.path(NAME).stat().st_mode & 0o222 == 0


def test_a_store_is_found_by_any_way_to_the_book(
    store: ScanStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "way").symlink_to(tmp_path / "book")
    store.put(PAPER)
    monkeypatch.chdir(tmp_path / "book")

    assert ScanStore(tmp_path / "way").get(NAME) == PAPER
    assert ScanStore(Path()).get(NAME) == PAPER
    assert ScanStore(tmp_path / "other" / ".." / "book").get(NAME) == PAPER


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME.upper(), NAME[:63], NAME + "0", NAME[:63] + "/"])
def test_only_a_hash_names_a_paper(store: ScanStore, name: str) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        store.path(name)
    assert store.state(name) == "missing"


def test_a_paper_that_is_gone_changed_or_unreadable_is_never_given_out(store: ScanStore) -> None:
    store.put(PAPER)
    path = store.path(NAME)
    states = {}
    path.chmod(0o644)
    path.write_bytes(PAPER + b" ")
    states["changed"] = store.state(NAME)
    path.unlink()
    states["missing"] = store.state(NAME)
    path.mkdir()
    states["unreadable"] = store.state(NAME)

    assert all(state == expected for expected, state in states.items())
    with pytest.raises(ScanDamagedError, match=f"{NAME} is unreadable"):
        store.get(NAME)


def test_the_sentence_about_a_damaged_paper_is_vietnamese_too() -> None:
    sentence = ScanDamagedError(NAME, "missing").sentence(lambda msgid: text(msgid, "vi"))

    assert "(bị mất)" in sentence


def test_a_damaged_paper_is_put_right_by_the_same_file(store: ScanStore) -> None:
    store.put(PAPER)
    store.path(NAME).chmod(0o644)
    store.path(NAME).write_bytes(b"")

    store.put(PAPER)

    assert store.get(NAME) == PAPER


def test_a_process_killed_at_any_step_leaves_a_whole_paper_or_none() -> None:
    seen = set()
    with memory_folder() as folder:
        for number in itertools.count(1):
            book = folder / f"book{number}"
            ended = in_child(lambda book=book, number=number: ScanStore(book, killing_at(number)).put(PAPER))  # type: ignore[misc]
            assert ended in {0, -signal.SIGKILL}
            state = ScanStore(book).state(NAME)
            seen.add(state)
            assert ScanStore(book).put(PAPER) == NAME
            assert ScanStore(book).all() == [NAME]
            if ended == 0:
                break

    assert number > 8
    assert seen == {"sound", "missing"}


def test_a_disk_that_refuses_leaves_no_paper_and_says_so() -> None:
    steps = list[str]()
    with memory_folder() as folder:
        ScanStore(folder / "book", Disk(steps.append)).put(PAPER)
        for number in range(1, len(steps) + 1):
            for code, error in ((errno.ENOSPC, DiskFullError), (errno.EIO, WriteFailedError)):
                book = folder / f"book{number}-{code}"
                with pytest.raises(error):
                    ScanStore(book, failing_at(number, code)).put(PAPER)
                assert ScanStore(book).state(NAME) in {"missing", "sound"}
                assert not [name for name in files(ScanStore(book)) if not name.endswith(NAME)]


def _event(kind: str, **data: str | int) -> Event:
    return Event("2026-11-16T08:00:00+07:00", "an", "accountant", kind, "T01", "2026-11", data=data)


def test_events_tell_which_papers_are_needed(store: ScanStore) -> None:
    scan = {"voucher": "PC015", "sha256": NAME, "size": len(PAPER), "type": "pdf", "name": "PC015.pdf"}
    other = hashlib.sha256(OTHER).hexdigest()
    happened = [
        _event(scans.EVENT, **scan),
        _event("finding.justified", attachment=other),
        _event("finding.justified", attachment=""),
        _event("submission.accepted", sha256="ff"),
    ]
    for paper in (PAPER, OTHER, b"left by a killed process"):
        store.put(paper)

    assert [paper.sha256 for paper in scans.named(happened)] == [NAME, other]
    assert [(one.key, one.name, one.size) for one in scans.attached(happened)] == [
        (("T01", "2026", "PC015"), "PC015.pdf", 16)
    ]
    assert scans.attached(happened)[0].data() == scan
    assert store.orphans(happened) == [hashlib.sha256(b"left by a killed process").hexdigest()]
