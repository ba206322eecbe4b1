"""A ready import configuration for Fava (`custom "fava-option" "import-config" …`) and for a beangulp command line.

Guarantees: it opens the book that PARTY_LEDGER_BOOK names, else the one in or above the current folder; run as a
program it is the beangulp command: `python -m importers.import_config identify|extract|archive FILE…`.
"""

from __future__ import annotations

import os
from pathlib import Path

import beangulp

from importers.beangulp_forms import importers
from ledger.book import SETTINGS


def _book() -> Path:
    """The book's folder; a folder without a book is told by the importers, in their words."""
    here = Path.cwd()
    above = next((folder for folder in (here, *here.parents) if (folder / SETTINGS).is_file()), here)
    return Path(os.environ.get("PARTY_LEDGER_BOOK") or above)


CONFIG = importers(_book())
HOOKS: list[object] = []

if __name__ == "__main__":
    beangulp.Ingest(CONFIG, HOOKS)()  # type: ignore[no-untyped-call] # the library carries no types
