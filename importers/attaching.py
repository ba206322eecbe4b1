"""Scans of vouchers are attached: every file of the call, in one commit, or none with everything that is wrong.

Guarantees: a scan belongs to a voucher that the book holds, told by its number or by the file's name, never guessed;
the papers are on the disk before the commit whose events name them; the same file for the same voucher again changes
nothing and gives the same answer (and puts right a copy in the store that was lost or damaged).
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import NamedTuple

from importers.judging import blocking
from importers.papers import SCAN_BYTES, examine
from importers.periods import Period
from importers.submission import shown_name
from ledger import scans
from ledger.book import Book
from ledger.durable import Disk
from ledger.findings import Finding
from ledger.scans import Scan, ScanStore
from ledger.standing import standing
from ledger.vietnamese import nfc
from plugins import rule
from plugins.scans import vouchers

__all__ = ["FILES_AT_ONCE", "SCAN_BYTES", "Attached", "File", "Row", "attach", "left_over", "overview", "too_many"]

FILES_AT_ONCE, BYTES_AT_ONCE = 500, 200 * 1024 * 1024
"""Most files, and bytes, of one call: they are kept in memory until all of them are found sound."""
_MIB = 1024 * 1024
_NEAR, _NEAREST = 0.6, 5
"""How like a number must be to be named as near, and how many are named."""
_PAGE = re.compile(r"(.+?)\s*(?:[-_ ]\s*|\()[0-9]{1,3}\)?")
"""`PC015-2`, `PC015_02`, `PC015 (2)`: a number and a page."""


class File(NamedTuple):
    """A file as the person has it."""

    name: str
    data: bytes
    """Its bytes; of one beyond `SCAN_BYTES` the first `SCAN_BYTES` + 1 are enough."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of the files."""

    accepted: bool
    """The book names all of them now; in a dry run: it would."""
    scans: tuple[Scan, ...]
    """One for each file, in their order, with the time at which it was first attached; none when refused."""
    findings: tuple[Finding, ...]
    commit: str = ""
    """The commit that names them; empty when nothing was committed."""

    @property
    def unchanged(self) -> bool:
        """Whether the book named all of them before."""
        return self.accepted and not self.commit


def attach(
    book: Book,
    files: Sequence[File],
    *,
    unit: str,
    period: str,
    voucher: str = "",
    actor: str,
    role: str,
    at: str | None = None,
    dry_run: bool = False,
    disk: Disk | None = None,
) -> Attached:
    """Attach scans to vouchers of one unit and period.

    Args:
        book: the book; the scans go onto its newest commit.
        files: the files; a name is enough to tell the voucher when it is its number, with or without a page.
        unit: whose vouchers; whether the actor may is the door's business.
        period: `2026-11` or `2026-13`.
        voucher: number of the voucher to which all the files belong; empty: by their names.
        actor: who attaches them.
        role: in which role.
        at: stated ISO time, practice books only.
        dry_run: look at everything, change nothing.
        disk: where the papers go through.

    Raises:
        UsageProblem: the period has not the shape of one.
        LedgerError: the book is busy, damaged, or the disk refused; no scan is attached then.
    """
    Period.read(period)
    with nullcontext(book) if dry_run else book.locked() as newest:
        events = newest.events(unit)
        before = scans.attached(events)
        numbers = _numbers(newest, unit, period)
        named, findings = _looked_at(files, numbers, voucher)
        if standing(events, unit, period, "vouchers").sealed:
            findings.append(Finding("J56", value=period[:4]))
        if not numbers:
            findings.append(Finding("J53"))
        change = newest.change(actor, role, at)
        made = [Scan(unit, period, *one, time=change.when.isoformat(), actor=actor) for one in named]
        findings += _shared(made, before)
        placed = tuple(_placed(findings, unit, period))
        if blocking(placed):
            return Attached(accepted=False, scans=(), findings=placed)
        answer, new = _told_apart(made, before)
        if dry_run or not answer:
            return Attached(accepted=True, scans=tuple(answer), findings=placed)
        store = ScanStore(newest.path, disk)
        for file in files:
            store.put(file.data)
        for scan in new:
            change.event(scans.EVENT, unit=unit, period=period, data=scan.data())
        commit = change.commit(f"{unit} {period}: {_counted(new)}") if new else ""
        return Attached(accepted=True, scans=tuple(answer), findings=placed, commit=commit)


def too_many(sizes: Sequence[int]) -> list[Finding]:
    """J54 for more files, or bytes, than go at once; a door asks before it reads them."""
    if len(sizes) <= FILES_AT_ONCE and sum(sizes) <= BYTES_AT_ONCE:
        return []
    limits = {"files": FILES_AT_ONCE, "limit": BYTES_AT_ONCE // _MIB}
    return [Finding("J54", params={"count": len(sizes), "size": -(-sum(sizes) // _MIB), **limits})]


class Row(NamedTuple):
    """A voucher and its scans."""

    period: str
    voucher: str
    date: str
    description: str
    amount: int
    """Whole đồng, of its larger side."""
    required: bool
    """The province's rule asks for a scan."""
    scans: tuple[Scan, ...]

    @property
    def missing(self) -> bool:
        """Whether it needs a scan and has none."""
        return self.required and not self.scans


def overview(book: Book, unit: str, period: str) -> list[Row]:
    """The vouchers of a unit and period with what is attached to them, in the journal's order.

    Raises:
        UsageProblem: the period has not the shape of one.
    """
    Period.read(period)
    context = rule.context(book, unit, periods=[period])
    known: dict[tuple[str, str, str], list[Scan]] = {}
    for scan in scans.attached(book.events(unit)):
        known.setdefault(scan.key, []).append(scan)
    rows = []
    for found in vouchers(context):
        row = context.mine.row(found.place)
        required = found.required_from is not None and found.amount >= found.required_from
        attached = tuple(known.get((unit, period[:4], row.voucher), ()))
        rows.append(Row(period, row.voucher, row.date, row.description, found.amount, required, attached))
    return rows


def left_over(book: Book, unit: str, year: str) -> list[Scan]:
    """Scans of a unit's fiscal year whose voucher the book no longer holds (its file was replaced)."""
    table = book.postings([unit])
    mine = table[(table["entry"] == "voucher") & table["period"].str.startswith(f"{year}-")]
    held = set(mine["voucher"])
    events = book.events(unit)
    return [scan for scan in scans.attached(events) if scan.period[:4] == year and scan.voucher not in held]


def _numbers(book: Book, unit: str, period: str) -> list[str]:
    """Numbers of the vouchers that the book holds for a unit and period."""
    table = book.postings([unit])
    return sorted(set(table.loc[(table["entry"] == "voucher") & (table["period"] == period), "voucher"]))


_Named = tuple[str, str, int, str, str]
"""Voucher, SHA-256, size, type, name: what an event says of a scan."""


def _looked_at(files: Sequence[File], numbers: Sequence[str], voucher: str) -> tuple[list[_Named], list[Finding]]:
    """The files that are sound papers of one voucher each, and what is wrong with the others."""
    findings = too_many([len(file.data) for file in files])
    made: list[_Named] = []
    for file in files:
        name = shown_name(file.name)
        paper = examine(file.data, name)
        number, unclear = _voucher_of(name, numbers, voucher) if numbers else ("", [])
        findings += [*paper.findings, *unclear]
        if number and paper.type:
            made.append((number, hashlib.sha256(file.data).hexdigest(), len(file.data), paper.type, name))
    return made, findings


def _voucher_of(name: str, numbers: Sequence[str], stated: str) -> tuple[str, list[Finding]]:
    """The voucher of a file, or why none can be told."""
    wanted = nfc(stated).strip()
    if wanted:
        return (wanted, []) if wanted in numbers else ("", [_unknown("J51", wanted, name, numbers)])
    stem = name.rpartition(".")[0] or name
    page = _PAGE.fullmatch(stem)
    meant = {_key(text) for text in (stem, page[1] if page else "") if text}
    fitting = [number for number in numbers if _key(number) in meant]
    if len(fitting) == 1:
        return fitting[0], []
    if fitting:
        return "", [Finding("J52", file=name, value=", ".join(fitting))]
    return "", [_unknown("J50", stem, name, numbers)]


def _key(number: str) -> str:
    """A voucher number as file names can have it: `01/UNC` may stand as `01-unc`."""
    return re.sub(r"[\W_]+", "-", number.casefold()).strip("-")


def _unknown(code: str, wanted: str, name: str, numbers: Sequence[str]) -> Finding:
    near = difflib.get_close_matches(wanted, numbers, n=_NEAREST, cutoff=_NEAR)
    return Finding(code, file=name, value=wanted, expected=", ".join(near) or "—")


def _shared(made: Iterable[Scan], before: Sequence[Scan]) -> Iterator[Finding]:
    """J55 for a paper that another voucher has as well."""
    made = list(made)
    seen = set[tuple[str, str]]()
    for scan in made:
        others = {
            f"{s.voucher} ({s.period})" for s in (*before, *made) if s.sha256 == scan.sha256 and s.key != scan.key
        }
        if others and (scan.voucher, scan.sha256) not in seen:
            yield Finding("J55", file=scan.name, voucher=scan.voucher, other=", ".join(sorted(others)))
        seen.add((scan.voucher, scan.sha256))


def _told_apart(made: Iterable[Scan], before: Iterable[Scan]) -> tuple[list[Scan], list[Scan]]:
    """(the answer for each file, with the first event of its voucher and paper; those that no event names yet)."""
    known = {(*scan.key, scan.sha256): scan for scan in reversed([*before])}
    answer, new = [], []
    for scan in made:
        identity = (*scan.key, scan.sha256)
        if identity not in known:
            known[identity] = scan
            new.append(scan)
        answer.append(known[identity])
    return answer, new


def _placed(findings: Iterable[Finding], unit: str, period: str) -> Iterator[Finding]:
    """Findings with their unit and period."""
    for finding in findings:
        yield replace(finding, unit=unit, period=period)


def _counted(new: Sequence[Scan]) -> str:
    """First line of the commit, as the other commits of a book: in Vietnamese."""
    shown = ", ".join(dict.fromkeys(scan.voucher for scan in new))
    return f"đính kèm {len(new)} bản quét ({shown[:120]})"
