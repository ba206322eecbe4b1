"""The rule pack: one hash that names everything a submission is judged by.

Guarantees: the same program gives the same hash on every machine and in every run (line ends and file order do not
count); a rule's code, its text or severity, a value of the regulations, a chart, a form or its version, the program's
version, or the province's own regulations and phase-in dates cannot change without the hash changing. Files are read
as files, nothing above this floor is imported.

What was checked under another pack has to be checked again before somebody vouches for it (`party-ledger recheck`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.version import VERSION

if TYPE_CHECKING:
    from ledger.book import Book

ROOT = Path(__file__).resolve().parent.parent
JUDGES = ("ledger", "plugins", "importers")
"""The floors whose files decide what is accepted."""
SUFFIXES = (".py", ".yaml", ".csv")
NOT_JUDGING = frozenset({"sample", "locale", "cases", "__pycache__"})
"""Folders whose content decides nothing: the practice province, names of buttons, the rules' cases, compiled copies."""
ONLY_TELLING = frozenset(
    {"casebook.py", "case_files.py", "page_example.py", "page_words.yaml", "pages.py", "rule_form.py"}
)
"""Files of the rules' floor that show and prove the rules and decide nothing."""
OWN_RULES = ("registers/regulations.yaml", "registers/phase_in.csv")
"""What a province sets itself."""


def rule_pack(book: Book | None = None) -> str:
    """The name of the rules in force: SHA-256 (hex).

    Args:
        book: with it, the province's own regulations and phase-in dates belong to the pack.
    """
    pack = program_pack(ROOT, VERSION)
    own = [(name, book.read(name)) for name in OWN_RULES] if book is not None else []
    given = [(name, data) for name, data in own if data is not None]
    return _digest([("program", pack.encode("ascii")), *given]) if given else pack


@cache
def program_pack(root: Path, release: str) -> str:
    """The hash of the program's own rules.

    Args:
        root: folder that holds the floors.
        release: version of the program.
    """
    names = sorted(path.relative_to(root).as_posix() for floor in JUDGES for path in _judging(root / floor))
    return _digest([("release", release.encode()), *((name, (root / name).read_bytes()) for name in names)])


def _judging(top: Path) -> Iterator[Path]:
    """The files of a floor that judge; folders that do not are not even looked into."""
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in NOT_JUDGING]
        yield from (Path(folder, name) for name in names if name.endswith(SUFFIXES) and name not in ONLY_TELLING)


def _digest(parts: Iterable[tuple[str, bytes]]) -> str:
    """One hash over named parts; names and lengths are hashed too, so that parts cannot run into each other."""
    total = hashlib.sha256()
    for name, data in parts:
        plain = data.replace(b"\r\n", b"\n")
        total.update(f"{name}\n{len(plain)}\n".encode())
        total.update(plain)
    return total.hexdigest()
