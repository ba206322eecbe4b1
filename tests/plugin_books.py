"""Small books as folders, as stock tools see them: registers, journals and ledgers, without a Git history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ledger import estimates, ledger_files
from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.book import PEOPLE, SETTINGS, UNITS, Settings
from ledger.budget_index import BudgetIndex
from ledger.events import Event, append
from ledger.journal import render
from ledger.units import PEOPLE_COLUMNS
from plugins import casebook
from plugins.context import journal_path


def book_of_case(folder: Path, name: str) -> Path:
    """A book that holds the vouchers and decisions of a case."""
    lines = list(casebook.decisions(casebook.FOLDER / name / "estimates.csv"))
    return write_book(folder, casebook.context_of(casebook.FOLDER / name).postings, lines)


def write_book(
    folder: Path,
    table: pd.DataFrame,
    decisions: Sequence[estimates.EstimateLine] = (),
    units: bytes = (casebook.FOLDER / "units.csv").read_bytes(),
) -> Path:
    """Write a book with these postings; returns the folder."""
    settings = Settings(1, "Tỉnh thử", "Test province", "Thử", practice=True, today=casebook.TODAY)
    files = {
        SETTINGS: settings.text(),
        UNITS: units,
        PEOPLE: (",".join(PEOPLE_COLUMNS) + "\n").encode(),
        "registers/chart.csv": PRACTICE_OVERLAY.read_bytes(),
        "main.beancount": ledger_files.province_ledger("budget", "Tỉnh thử").encode(),
        "party.beancount": ledger_files.province_ledger("party", "Tỉnh thử").encode(),
    }
    for year in {line.budget_year for line in decisions}:
        of_year = [line for line in decisions if line.budget_year == year]
        files[estimates.register_name(year)] = estimates.write(of_year)
    for unit, own in table.groupby("unit"):
        files |= _unit_files(str(unit), own)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def write_events(book: Path, unit: str, moments: Sequence[tuple[str, str, str, dict[str, str]]]) -> None:
    """Write a unit's events of 2026: (moment, name, period, data) each."""
    text = b""
    for time, name, period, data in moments:
        event = Event(time, "nguyen.van.an", "officer", name, unit, period, "vouchers", data)
        text = append(text, event)
    path = book / f"events/2026/{unit}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)


def _unit_files(unit: str, own: pd.DataFrame) -> dict[str, bytes]:
    names = [journal_path(*key) for key in zip(*(own[c] for c in ("unit", "period", "book", "entry")), strict=True)]
    files = {
        str(name): render(part.reset_index(drop=True)).encode()
        for name, part in own.groupby(pd.Series(names, own.index))
    }
    includes = [name.removeprefix(f"units/{unit}/") for name in files]
    chart = Chart.load(PRACTICE_OVERLAY.read_bytes())
    ledger = ledger_files.unit_ledger(unit, own, includes, chart, BudgetIndex.load())
    files[f"units/{unit}/ledger.beancount"] = ledger.encode()
    files[f"units/{unit}/checked.beancount"] = ledger_files.checked_ledger(unit).encode()
    return files
