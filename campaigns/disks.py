"""Disks that fail: no room, broken, read-only, at every step, through the command a person types.

Guarantees: a failure is one sentence and exit code 1, never a traceback and never a receipt; what was accepted before
has every byte it had; the sentence "the book is unchanged" is true; the same command on a sound disk works at once.
"""

from __future__ import annotations

import ctypes
import errno
import io
import json
import os
import resource
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaigns.kills import Reference, inject, run
from campaigns.provinces import Tally, copy_of, state, unsound
from campaigns.works import AT, DECISION, FIRST, File, Work, under
from cli import main as program
from cli import submit as _the_command  # noqa: F401 - imported before the fork, not by every child
from ledger import history
from ledger.durable import free_bytes
from ledger.errors import LedgerError

_BILL = "UNC{n};06/03/2026;Chi tiền điện tháng {n};"
_BILLS = "".join(
    f"{(text := _BILL.format(n=n))}612;511;{n};13;351;6501;\r\n{text};008212;{n};13;351;6501;Thực chi\r\n"
    for n in range(100, 300)
)
LARGE = File(FIRST.data + _BILLS.encode("utf-8"), "T01", "2026-03")
"""Two hundred vouchers more: its journal is larger than any other file of the book."""

FILES = {"vouchers": FIRST, "large": LARGE, "estimates": DECISION}
"""What is handed in while the disk fails."""

CODES = (errno.ENOSPC, errno.EIO)
CALLS = ("write", "pwrite64", "fsync", "rename", "link", "mkdir", "unlink")
FILE_SIZES = (0, 200, 1_000, 4_000, 16_000, 60_000, 120_000)
"""Most bytes that a file may have (RLIMIT_FSIZE); the journal of the large file has more than the largest."""

UNCERTAIN = "may be kept or lost"
"""What the one sentence says that does not promise an unchanged book."""

_NOBODY = 65_534
_NEW_MOUNTS = 0x20000
_READ_ONLY, _AGAIN, _BIND, _ALL_BELOW, _PRIVATE = 0x1, 0x20, 0x1000, 0x4000, 0x40000
"""Flags of the system calls unshare and mount."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person saw."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A step of our own disk (from 1) that is refused, once or from then on."""

    number: int
    code: int
    ever_after: bool

    def __str__(self) -> str:
        """As a violation names it."""
        return f"step {self.number} {errno.errorcode[self.code]} {'from then on' if self.ever_after else 'once'}"

    def step(self) -> Callable[[str], None]:
        """For one disk."""
        count = 0

        def refuse(_name: str) -> None:
            nonlocal count
            count += 1
            if count == self.number or (self.ever_after and count > self.number):
                raise OSError(self.code, os.strerror(self.code))

        return refuse


def as_work(name: str) -> Work:
    """A file of `FILES` as a piece of work, for its undisturbed run."""
    return Work(f"{name} on a failing disk", FILES[name].hand_in)


def type_command(book: Path, file: File) -> str:
    """`party-ledger submit` in this process, as installed; exit code, output and errors as JSON. For a child."""
    sent = book.parent / "tệp.csv"
    words = ["submit", str(book), str(sent), "--unit", file.unit, "--period", file.period, "--kind", file.kind]
    out, err = io.StringIO(), io.StringIO()
    sys.stdout, sys.stderr = out, err
    try:
        program.main([*words, "--as", "ke.toan", "--at", AT, "--lang", "en"], prog_name="party-ledger")
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    return json.dumps([code, out.getvalue(), err.getvalue()])


def answer(do: Callable[[], str], traced: list[str] | None = None) -> Answer:
    """Run a command in a child and read its answer."""
    ended, told = run(do, traced=traced)
    return Answer(*json.loads(told)) if ended == 0 else Answer(ended, "", told)


def failing_at_steps(name: str, start: Path, reference: Reference, faults: Iterable[Fault]) -> Tally:
    """Steps of our own disk refused."""
    tally = Tally(f"{name}, steps refused")
    for fault in faults:
        step = fault.step()
        problem = _tried(name, start, reference, lambda copy, step=step: _under(step, name, copy))
        _add(tally, name, str(fault), problem)
    return tally


def every_fault(steps: int) -> list[Fault]:
    """ENOSPC and EIO at each step, once and from then on."""
    numbers = range(1, steps + 1)
    return [Fault(number, code, ever) for number in numbers for code in CODES for ever in (False, True)]


def failing_at_calls(name: str, start: Path, reference: Reference, every: int) -> Tally:
    """ENOSPC and EIO at every so-manieth system call of each kind, those inside the Git library too."""
    tally = Tally(f"{name}, system calls refused")
    for call, count in _calls(name, start).items():
        for number in range(1, count + 1, every):
            for code in CODES:
                fault = inject(call, f"error={errno.errorcode[code]}", number)
                problem = _tried(name, start, reference, lambda copy: type_command(copy, FILES[name]), traced=fault)
                _add(tally, name, f"{call} {number} {errno.errorcode[code]}", problem)
    return tally


def _calls(name: str, start: Path) -> dict[str, int]:
    """How many system calls of each kind the undisturbed command makes."""
    with copy_of(start) as copy:
        (copy.parent / "tệp.csv").write_bytes(FILES[name].data)
        log = copy.parent / "calls"
        watch = ["-e", f"trace={','.join(f'?{call}' for call in CALLS)}", "-o", str(log)]
        answer(lambda: type_command(copy, FILES[name]), watch)
        made = Counter(line.split(maxsplit=1)[1].partition("(")[0] for line in log.read_text().splitlines())
    made["write"] -= 1  # what the child tells us
    return {call: made[call] for call in CALLS}


def small_files(name: str, start: Path, reference: Reference, sizes: Sequence[int] = FILE_SIZES) -> Tally:
    """A real limit of the system: no file may grow beyond so many bytes (RLIMIT_FSIZE)."""
    tally = Tally(f"{name}, file size limited")

    def limited(copy: Path, size: int) -> str:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return type_command(copy, FILES[name])

    for size in sizes:
        problem = _tried(name, start, reference, lambda copy, size=size: limited(copy, size))
        _add(tally, name, f"files of {size} bytes at most", problem)
    return tally


def read_only(name: str, start: Path, reference: Reference) -> Tally:
    """The book's folder may be read and not written: the command runs as somebody else, or from a read-only mount."""
    tally = Tally(f"{name}, read only")
    ways = [_as_nobody] if os.getuid() == 0 else [_without_rights]
    if may_mount():
        ways.append(_mounted_read_only)
    for way in ways:

        def tried(copy: Path, way: Callable[[Path], None] = way) -> str:
            way(copy)
            return type_command(copy, FILES[name])

        _add(tally, name, way.__name__, _tried(name, start, reference, tried, must_refuse=True))
    return tally


def small_disk(name: str, start: Path, reference: Reference, rooms: Sequence[int]) -> Tally:
    """A file system of its own with so many KiB left; somebody else filled it after we had looked for room."""
    tally = Tally(f"{name}, small tmpfs")
    if not may_mount():
        tally.notes.append("not allowed to mount here")
        return tally
    for room in rooms:
        ended, told = run(lambda room=room: _on_small_disk(name, start, reference, room))
        _add(tally, name, f"{room} KiB left", told if ended == 0 else f"the try itself ended with {ended}")
    return tally


def _add(tally: Tally, name: str, what: str, problem: str) -> None:
    tally.add(problem and f"{what}: {problem}", f"disks --only {name}")


def may_mount() -> bool:
    """Whether a child of this process may have mounts of its own."""
    return run(lambda: _own_mounts() or "")[0] == 0


def _tried(
    name: str,
    start: Path,
    reference: Reference,
    do: Callable[[Path], str],
    *,
    traced: list[str] | None = None,
    must_refuse: bool = False,
) -> str:
    """What is wrong with one try on a copy of the book, with its answer, and with the next try on a sound disk."""
    with copy_of(start) as copy:
        (copy.parent / "tệp.csv").write_bytes(FILES[name].data)
        before = _accepted(copy)
        said = answer(lambda: do(copy), traced)
        for path in (copy, *copy.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        return _wrong(said, must_refuse=must_refuse) or _examined(name, copy, reference, said, before)


def _wrong(said: Answer, *, must_refuse: bool = False) -> str:
    """What is wrong with an answer by itself."""
    if "Traceback" in said.err:
        return f"a traceback: {said.err[-300:]}"
    if said.code == 0:
        return "it reports success" if must_refuse else ""
    if said.code != 1 or len(said.err.strip().splitlines()) != 1:
        return f"exit code {said.code}, errors {said.err!r}"
    return f"a refusal that prints {said.out!r}" if said.out else ""


def _examined(name: str, copy: Path, reference: Reference, said: Answer, before: dict[str, bytes]) -> str:
    """What is wrong with the book after an answer."""
    changed = [file for file, data in before.items() if not _kept(file, data, _bytes(copy / file))]
    untouched = not changed and _bytes(copy / ".git/refs/heads/main").strip().decode() == reference.before.head
    if said.code and UNCERTAIN not in said.err and not untouched:
        return f"it says {said.err!r} and changed {changed[:3]}"
    if problem := unsound(copy, thorough=False):
        return problem
    found = state(copy)
    if not found.like(reference.after) and not (said.code and found.like(reference.before)):
        return f"answer {said.code}, and the book is in another state"
    try:
        receipt = FILES[name].hand_in(copy)
    except (LedgerError, OSError) as refusal:
        return f"the next submission was refused: {refusal}"
    return (
        "" if receipt == reference.told and state(copy).like(reference.after) else "the next submission ends elsewhere"
    )


def _kept(file: str, before: bytes, now: bytes) -> bool:
    """Whether a file has every byte it had. The library's diary of the branch may say more: that a move was tried."""
    return now.startswith(before) if file.startswith(".git/logs/") else now == before


def _accepted(book: Path) -> dict[str, bytes]:
    """Every file that is there before, the library's too, but for caches and the lock."""
    files = (path for path in book.rglob("*") if path.is_file() and path.suffix != ".lock")
    named = ((path.relative_to(book).as_posix(), path) for path in files)
    return {name: path.read_bytes() for name, path in named if not name.startswith(".cache/")}


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _under(step: Callable[[str], None], name: str, book: Path) -> str:
    return under(step, lambda path: type_command(path, FILES[name]), book)


def _as_nobody(_book: Path) -> None:
    """Go on as a user who owns nothing; the folders of the way there may be entered by all."""
    for path in (_book.parent, _book.parent.parent):
        path.chmod(0o755)
    os.setgroups([])
    os.setgid(_NOBODY)
    os.setuid(_NOBODY)


def _without_rights(book: Path) -> None:
    for path in (book, *(path for path in book.rglob("*") if path.is_dir())):
        path.chmod(0o555)


def _mounted_read_only(book: Path) -> None:
    _own_mounts()
    _mount(str(book), str(book), "", _BIND, "")
    _mount("", str(book), "", _AGAIN | _BIND | _READ_ONLY, "")


def _own_mounts() -> None:
    """Mounts made from here on are seen by this process alone and vanish with it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), "unshare")
    _mount("", "/", "", _ALL_BELOW | _PRIVATE, "")


def _mount(source: str, target: str, kind: str, flags: int, options: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [word.encode() or None for word in (source, target, kind)]
    if libc.mount(*words, ctypes.c_ulong(flags), options.encode() or None):
        raise OSError(ctypes.get_errno(), "mount", target)


def _on_small_disk(name: str, start: Path, reference: Reference, room: int) -> str:
    """In a child: the book on a tmpfs that somebody else fills, but for `room` KiB, after we had looked for room."""
    _own_mounts()
    disk = start.parent / "disk"
    disk.mkdir(exist_ok=True)
    _mount("tmpfs", str(disk), "tmpfs", 0, "size=16m")
    history.free_bytes = lambda _folder: 2**40
    copy = Path(shutil.copytree(start, disk / "book", symlinks=True))
    (copy.parent / "tệp.csv").write_bytes(FILES[name].data)
    before, filler = _accepted(copy), disk / "filler"
    filler.write_bytes(bytes(max(0, free_bytes(disk) - room * 1024)))
    said = answer(lambda: type_command(copy, FILES[name]))
    filler.unlink()
    return _wrong(said) or _examined(name, copy, reference, said, before)
