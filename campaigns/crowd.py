"""Many submitters at once, as processes of their own, some of which die with the lock in their hands.

Guarantees: every file is in the book exactly once, whoever handed it in and how often; all who handed in one content
got one receipt; a unit's events have no gap; a writer that was killed holds nobody up.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from campaigns.kills import run
from campaigns.provinces import Tally, folder, stock_git_says, unsound
from campaigns.works import HEADER, File, under
from importers.submission import Submission, submit
from ledger import create
from ledger.accounts import PRACTICE_OVERLAY
from ledger.book import PEOPLE, UNITS, Book, Settings
from ledger.clock import parse_moment
from ledger.errors import BookBusyError

PERIOD = "2026-03"
SHARED = "vouchers"
"""The slot that every submitter of a unit fills with the same content."""

_UNIT = "T{number:03},Ban số {number},Commission {number},committee,III,509,VPTU,VPTU,,,2024-01-01,"
_OFFICE = "VPTU,Văn phòng Tỉnh ủy,Provincial Party Office,office,I,509,,,,,2024-01-01,"
_PERSON = "ke.toan,Nguyễn Thị Kế,accountant,*,,2024-01-01,"
_BEGIN = "2026-01-02T08:00:00+07:00"
_DIES_EVERY = 7
"""One try in so many is killed on the way and made again."""

_STEPS = 60
"""A submission has about so many steps; the one that dies does so at any of them."""

_LIMIT_SECONDS = 2_000


@dataclass(frozen=True, slots=True)
class Call:
    """One submission as its submitter saw it."""

    unit: str
    kind: str
    receipt: str
    unchanged: bool
    seconds: float
    refused: str = ""


def crowd(units: int, submitters: int, seed: int) -> Tally:
    """Submitters go through all units at once, each in an order of its own: one file of their own, one that all have.

    Args:
        units: how many.
        submitters: how many processes at a time.
        seed: for the orders and for who is killed where.
    """
    tally = Tally(f"{units} units x {submitters} submitters")
    with folder() as made:
        book = _book(made / "book", units)
        began = time.monotonic()
        calls = _all_at_once(book, units, submitters, seed)
        took = time.monotonic() - began
        again = f"crowd {units} {submitters} --seed {seed}"
        for problem in _problems(book, calls, units, submitters):
            tally.add(problem, again)
        tally.points = len(calls)
    times = sorted(call.seconds for call in calls)
    tally.notes = [f"{len(times) / took:.1f} a second", f"p50 {_at(times, 0.5):.2f} s", f"p95 {_at(times, 0.95):.2f} s"]
    return tally


def _book(path: Path, units: int) -> Path:
    """A province of many units without any history."""
    header = "unit,name_vi,name_en,kind,level,chapter,settles_to,reports_to,served_by,successor,valid_from,valid_to"
    rows = [header, _OFFICE, *(_UNIT.format(number=number) for number in range(units))]
    people = ["person,name,role,units,public_key,valid_from,valid_to", _PERSON]
    registers = {
        UNITS: "".join(f"{row}\n" for row in rows).encode("utf-8"),
        PEOPLE: "".join(f"{row}\n" for row in people).encode("utf-8"),
        "registers/chart.csv": PRACTICE_OVERLAY.read_bytes(),
    }
    settings = Settings(1, "Tỉnh đông", "Crowded province", "Nơi thử", practice=True, today="2026-11-16")
    create.create(path, settings, registers, actor="ke.toan", role="operator", when=parse_moment(_BEGIN))
    return path


def _all_at_once(book: Path, units: int, submitters: int, seed: int) -> list[Call]:
    """Fork the submitters, let them start together, and collect what they saw."""
    pipes, children = [], []
    for submitter in range(submitters):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            calls = []
            try:
                signal.alarm(_LIMIT_SECONDS)
                calls = _submitter(book, units, submitter, random.Random(seed * 1000 + submitter))
            finally:
                with os.fdopen(write, "w", encoding="utf-8") as pipe:
                    json.dump([[getattr(call, name) for name in Call.__slots__] for call in calls], pipe)
                os._exit(0)
        os.close(write)
        children.append(child)
        pipes.append(os.fdopen(read, encoding="utf-8"))
    found = [Call(*values) for pipe in pipes for values in json.loads(pipe.read())]
    for child in children:
        os.waitpid(child, 0)
    return found


def _submitter(book: Path, units: int, submitter: int, chance: random.Random) -> list[Call]:
    work = [(unit, kind) for unit in range(units) for kind in (SHARED, f"vouchers/b{submitter}")]
    chance.shuffle(work)
    calls = []
    for unit, kind in work:
        if chance.randrange(_DIES_EVERY) == 0:
            _die(book, unit, kind, chance.randint(1, _STEPS))
        began = time.monotonic()
        done, refused = None, ""
        while done is None and not refused:
            try:
                done = _hand_in(book, unit, kind)
                refused = ", ".join(finding.rule for finding in done.findings if not done.accepted)
            except BookBusyError:
                refused = "busy"
        seconds = time.monotonic() - began
        receipt, unchanged = (done.receipt or "", done.unchanged) if done else ("", False)
        calls.append(Call(f"T{unit:03}", kind, receipt, unchanged, seconds, refused))
    return calls


def _die(book: Path, unit: int, kind: str, number: int) -> None:
    """The same submission by somebody who is killed on the way, perhaps with the lock in hand."""
    left = [number]

    def step(_name: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    run(lambda: under(step, lambda path: _hand_in(path, unit, kind).receipt or "", book))


def _hand_in(book: Path, unit: int, kind: str) -> Submission:
    file = _file(unit, kind)
    return submit(
        Book.open(book),
        file.data,
        f"{kind}.csv".replace("/", "-"),
        unit=file.unit,
        period=file.period,
        kind=file.kind,
        actor="ke.toan",
        role="accountant",
    )


def _file(unit: int, kind: str) -> File:
    """A file whose amount says whose it is: money that came into the bank to be passed on."""
    number = f"BC{kind[9:]}-{unit}"
    row = f"{number};06/03/2026;Thu hộ;1121;3381;{_amount(unit, kind)};;;;\r\n"
    return File(f"{HEADER}{row}".encode(), f"T{unit:03}", PERIOD, kind)


def _amount(unit: int, kind: str) -> int:
    return 1_000_000 * (unit + 1) + sum(map(ord, kind))


def _problems(book: Path, calls: list[Call], units: int, submitters: int) -> list[str]:
    """Everything that is not exactly once, in order, for everybody."""
    found = [f"{call.unit} {call.kind} was refused: {call.refused}" for call in calls if call.refused]
    kinds = [SHARED, *(f"vouchers/b{submitter}" for submitter in range(submitters))]
    if len(calls) != units * submitters * 2:
        found.append(f"{len(calls)} answers came back")
    opened = Book.open(book)
    for unit in sorted({call.unit for call in calls}):
        events = opened.events(unit)
        accepted = Counter(event.kind for event in events if event.event == "submission.accepted")
        if accepted != Counter(kinds):
            found.append(f"{unit}: accepted {dict(accepted)}")
        if [event.n for event in events] != list(range(1, len(events) + 1)):
            found.append(f"{unit}: the events have a gap")
        receipts = {event.kind: event.data["receipt"] for event in events if event.event == "submission.accepted"}
        told = [call for call in calls if call.unit == unit and not call.refused]
        found += [
            f"{unit} {call.kind}: was told {call.receipt}" for call in told if call.receipt != receipts[call.kind]
        ]
        table = opened.postings([unit])
        booked = Counter(table.loc[table["side"] == "D", "amount"].tolist())
        if booked != Counter(_amount(int(unit[1:]), kind) for kind in kinds):
            found.append(f"{unit}: other amounts are booked")
    commits = sum(1 for _ in opened.history.commits())
    expected = units * len(kinds) + 2
    if commits != expected:
        found.append(f"{commits} commits instead of {expected}")
    return [problem for problem in (*found, unsound(book, thorough=True), stock_git_says(book)) if problem]


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]
