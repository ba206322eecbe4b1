"""What an accepted submission leaves in the book: the received file, its receipt, the journal, the unit's ledgers.

Guarantees: all of it goes into one change, so it reaches the book whole or not at all; the received file is kept byte
for byte under a name that the program makes from its hash; journal and ledgers are made from the same postings that
the rules judged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from importers.difference import Difference, changes_csv
from importers.periods import ADJUSTMENT
from importers.request import Part, Request
from importers.slots import SHORT, Slot, Version, receipt_id
from ledger import ledger_files, postings
from ledger.book import Book, Change
from ledger.closing import closing
from ledger.closing import period as closing_period
from ledger.deadlines import deadlines, handing_in_late
from ledger.journal import render
from ledger.standing import standing
from ledger.vouchers import Slot as Place
from ledger.vouchers import Voucher, holdings, post
from plugins.context import journal_path
from plugins.rule_pack import rule_pack

JOURNAL_DEPTH = 3
"""Slashes in the name of a journal: `units/BTC/2026/2026-03.beancount`; the ledgers stand above."""


def posted(book: Book, slot: Slot, vouchers: Iterable[Voucher], content: str) -> pd.DataFrame:
    """The postings of vouchers in their slot; assets that leave keep the date on which they came.

    Args:
        book: the book as it is; assets held before the slot are taken from it.
        slot: where they go.
        vouchers: sound vouchers.
        content: the submission's identity.
    """
    table = book.postings([slot.unit])
    same_period = (table["period"] == slot.ledger_period) & (table["book"] != slot.book)
    earlier = table[(table["period"] < slot.ledger_period) | same_period]
    held = holdings(earlier.sort_values("date", kind="stable"))
    place = Place(slot.unit, slot.ledger_period, slot.book, content[:SHORT])
    return post(vouchers, place, book.chart, held, entry="opening" if slot.kind == "opening" else "voucher")


def accept(request: Request, table: pd.DataFrame, content: str, before: Sequence[Version]) -> tuple[str, str]:
    """Commit vouchers or an opening: (number of the receipt, id of the commit)."""
    slot = request.slot
    change = request.book.change(request.actor, request.role, request.at)
    facts = keep(request, change, content, before, journal=slot.journal, total=debit_total(table))
    _write_slot(change, slot, table)
    change.event("submission.accepted", unit=slot.unit, period=slot.period.text, kind=slot.kind, data=facts)
    return facts["receipt"], change.commit(f"{slot.unit} {slot.period.text} {slot.kind}: {facts['receipt']}")


def debit_total(table: pd.DataFrame) -> int:
    """Turnover of the debit side on the balance sheet, whole đồng."""
    return int(postings.debit(table[table["commodity"] != "MEMO"]).sum())


def keep(
    request: Request, change: Change, content: str, before: Sequence[Version], *, journal: str, total: int
) -> dict[str, Any]:
    """Put the received file and its receipt into a change; returns what the event says of the submission."""
    slot = request.slot
    digest = hashlib.sha256(request.data).hexdigest()
    receipt = receipt_id(slot, content, before)
    # Decisions of a year stand beside each other; nothing else that is handed in does.
    replaced = before[-1].receipt if before and slot.kind != "estimates" else ""
    stem = f"{slot.folder}/{slot.file_kind}-{digest[:SHORT]}"
    facts: dict[str, Any] = {
        "receipt": receipt,
        "file": request.file,
        "sha256": digest,
        "content": content,
        "layout": slot.layout.name,
        "path": f"{stem}.{request.form.table.container}",
        "journal": journal,
        "rows": request.form.rows,
        "debit_total": total,
        "submission": content[:SHORT],
        "replaces": replaced,
        "reason": request.reason if replaced else "",
        "warnings": request.warnings,
        "stated": request.control.stated._asdict(),
        "rule_pack": rule_pack(request.book),
        **_deadlines(request),
    }
    # Content that comes back after another version has a receipt of its own, told apart by its count.
    stem += receipt.rpartition(content[:SHORT])[2]
    change.write(facts["path"], request.data)
    facts["parts"] = [_keep_part(slot, change, part) for part in request.parts]
    facts["changes"] = _keep_changes(change, f"{stem}.changes.csv", request.difference)
    change.write(f"{stem}.receipt.json", _receipt_text(request, change, facts))
    return facts


def _deadlines(request: Request) -> dict[str, Any]:
    """Until when the file was due, by how many days it is late, and until when two people have to certify it."""
    at = standing(request.events, request.slot.unit, request.slot.period.text, request.slot.kind)
    days = deadlines(request.book.regulations, at)
    return {
        "due": days.submit or "",
        "late_days": handing_in_late(request.book.regulations, at, request.today),
        "next_deadline": {"what": "certify", "until": days.certify} if days.certify else {},
    }


def _keep_part(slot: Slot, change: Change, part: Part) -> dict[str, str]:
    """Keep a file that the received one was put together from, byte for byte; returns what the event says of it."""
    digest = hashlib.sha256(part.data).hexdigest()
    path = f"{slot.folder}/{slot.file_kind}-{digest[:SHORT]}.{part.what}.{part.container}"
    change.write(path, part.data)
    return {"what": part.what, "file": part.file, "sha256": digest, "path": path}


def _keep_changes(change: Change, path: str, found: Difference | None) -> dict[str, str | int]:
    """Keep the row-by-row difference from the version before; returns its counts and where it stands."""
    if found is None:
        return {}
    data = changes_csv(found)
    change.write(path, data)
    return {**found.counts, "path": path, "sha256": hashlib.sha256(data).hexdigest()}


def _receipt_text(request: Request, change: Change, facts: Mapping[str, Any]) -> bytes:
    """A receipt: JSON that people can read, the same bytes for the same facts."""
    who = {
        "unit": request.slot.unit,
        "period": request.slot.period.text,
        "kind": request.slot.kind,
        "time": change.when.isoformat(),
        "actor": request.actor,
        "role": request.role,
    }
    return (json.dumps({**who, **facts}, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _write_slot(change: Change, slot: Slot, table: pd.DataFrame) -> None:
    """Put the slot's journal into a change, the closing entries of years that end with it, and the unit's ledgers."""
    rest = change.book.postings([slot.unit])
    rest = rest[(rest["period"] != slot.ledger_period) | (rest["book"] != slot.book)]
    change.write(slot.journal, render(table).encode("utf-8"))
    whole = postings.concat([rest, table])
    for year in _years_to_close(change.book, slot, whole):
        whole = _close(change, slot.unit, year, whole)
    write_ledgers(change, slot.unit, whole)


def _years_to_close(book: Book, slot: Slot, table: pd.DataFrame) -> list[str]:
    """Years whose closing entries are made (again) now, oldest first.

    The slot's own year, when it is its adjustment period or the year was closed before; and last year, if it is still
    open when a month after January comes in: its adjustment period is over, and there was nothing to adjust.
    """
    year, last, month = str(slot.period.year), str(slot.period.year - 1), slot.period.month
    years = []
    adjusting_is_over = 1 < month < ADJUSTMENT
    if adjusting_is_over and not _closed(book, slot.unit, last) and table["date"].str.startswith(last).any():
        years.append(last)
    if month == ADJUSTMENT or _closed(book, slot.unit, year):
        years.append(year)
    return years


def _closed(book: Book, unit: str, year: str) -> bool:
    return book.read(_closing_name(unit, year)) is not None


def _closing_name(unit: str, year: str) -> str:
    return journal_path(unit, closing_period(year), "", "closing")


def _close(change: Change, unit: str, year: str, table: pd.DataFrame) -> pd.DataFrame:
    """The unit's postings with the closing entries of a year made anew."""
    rest = table[table["period"] != closing_period(year)]
    entries = closing(rest, unit, year, change.book.chart)
    change.write(_closing_name(unit, year), render(entries).encode("utf-8"))
    return postings.concat([rest, entries])


def write_ledgers(change: Change, unit: str, table: pd.DataFrame) -> None:
    """Make the unit's two generated ledgers again; one that stays as it is makes no change.

    Args:
        change: holds the journals that are just being written.
        unit: unit code.
        table: all postings of the unit as they will be.
    """
    book = change.book
    row = book.units.get(unit)
    title = f"{unit} · {row.name_vi}" if row else unit
    folder = f"units/{unit}/"
    names = {*book.journal_names(unit), *(name for name in change.files if name.startswith(folder))}
    includes = [name.removeprefix(folder) for name in sorted(names) if name.count("/") == JOURNAL_DEPTH]
    text = ledger_files.unit_ledger(title, table, includes, book.chart, book.index)
    change.write(f"{folder}ledger.beancount", text.encode("utf-8"))
    change.write(f"{folder}checked.beancount", ledger_files.checked_ledger(title).encode("utf-8"))
