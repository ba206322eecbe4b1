"""Branches and tags, and every object that they rest on, each proved by its id.

Guarantees: an object is named once; one that is gone or has other content than its id promises ends the walk with
DamagedError, so that a walk that ends by itself proves all of them. Nothing is read through the Git library that can
be read without it (`ledger.stored`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import pygit2

from ledger.errors import DamagedError
from ledger.stored import Stored, read_stored

BRANCHES, TAGS = "refs/heads/", "refs/tags/"
REFS = (BRANCHES, TAGS)
_ID_BYTES = 20
_SUBMODULE_MODE = b"160000"
"""An entry that names a commit of another repository; a book has none."""


def refs_of(repository: pygit2.Repository) -> dict[str, str]:
    """Branches and tags → what they are at.

    Raises:
        DamagedError: one of them cannot be read; the library passes over it silently.
    """
    top = Path(repository.path)
    files = {
        path.relative_to(top).as_posix() for prefix in REFS for path in (top / prefix).rglob("*") if path.is_file()
    }
    try:
        found = {ref.name: str(ref.target) for ref in repository.references.iterator()}
    except (pygit2.GitError, ValueError) as error:
        raise DamagedError("refs") from error
    if broken := {name for name in files if not name.endswith(".lock")} - found.keys():
        raise DamagedError(min(broken))
    return {name: target for name, target in found.items() if name.startswith(REFS)}


def walk(repository: pygit2.Repository, starts: Iterable[str], known: Container[str] = frozenset()) -> Iterator[str]:
    """Ids of all objects that some objects rest on, themselves included.

    Args:
        repository: where they are read.
        starts: ids (hex) of commits or tags.
        known: ids that are proved already, with all that they rest on.

    Raises:
        DamagedError: an object is gone, or its content does not have its id.
    """
    waiting = list(dict.fromkeys(starts))
    seen = set(waiting)
    while waiting:
        one = waiting.pop()
        if one in known:
            continue
        yield one
        for below in _below(read_stored(repository, one), one):
            if below not in seen:
                seen.add(below)
                waiting.append(below)


def _below(stored: Stored, name: str) -> Iterator[str]:
    """What an object names."""
    if stored.kind == "tree":
        yield from _entries(stored.data, name)
    elif stored.kind != "blob":
        for line in stored.data.partition(b"\n\n")[0].split(b"\n"):
            key, _, value = line.partition(b" ")
            if key in {b"tree", b"parent", b"object"}:
                yield value.decode("ascii")


def _entries(tree: bytes, name: str) -> Iterator[str]:
    at = 0
    while at < len(tree):
        end = tree.find(b"\0", at)
        if end < 0 or end + 1 + _ID_BYTES > len(tree):
            raise DamagedError(f"tree {name}")
        if tree[at : tree.find(b" ", at)] != _SUBMODULE_MODE:
            yield tree[end + 1 : end + 1 + _ID_BYTES].hex()
        at = end + 1 + _ID_BYTES
