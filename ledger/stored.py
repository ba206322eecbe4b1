"""Reading one stored Git object with its content proved by its id.

Guarantees: what is returned hashes to the id that was asked for; a damaged object is an error at once. Loose
objects are unpacked here and not by the Git library, which up to 1.9 goes round for ever on a cut-off one
(libgit2 issue 7342) and writes beyond its memory on one that is longer than it says (issue 7177). Packed objects
are left to the library; their damage it reports.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import Literal, NamedTuple

import pygit2
from pygit2.enums import ObjectType

from ledger.errors import DamagedError

Kind = Literal["blob", "tree", "commit", "tag"]
_KINDS: dict[int, Kind] = {
    ObjectType.BLOB: "blob",
    ObjectType.TREE: "tree",
    ObjectType.COMMIT: "commit",
    ObjectType.TAG: "tag",
}


class Stored(NamedTuple):
    """One object as it is hashed."""

    kind: str
    data: bytes


def read_stored(repository: pygit2.Repository, object_id: str) -> Stored:
    """An object by its full id (hex).

    Raises:
        DamagedError: it is gone, or its content does not have this id.
    """
    loose = Path(repository.path, "objects", object_id[:2], object_id[2:])
    try:
        packed = loose.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        found = _from_pack(repository, object_id)
    except OSError as error:
        raise DamagedError(f"object {object_id}") from error
    else:
        found = _unpack(packed, object_id)
    header = f"{found.kind} {len(found.data)}\0".encode("ascii")
    if hashlib.sha1(header + found.data, usedforsecurity=False).hexdigest() != object_id:
        raise DamagedError(f"object {object_id}")
    return found


def _unpack(packed: bytes, object_id: str) -> Stored:
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(packed)
        header, _, data = raw.partition(b"\0")
        kind, size = header.decode("ascii").split(" ")
        whole = stream.eof and not stream.unused_data and str(len(data)) == size
    except (zlib.error, ValueError) as error:
        raise DamagedError(f"object {object_id}") from error
    if not whole or kind not in _KINDS.values():
        raise DamagedError(f"object {object_id}")
    return Stored(kind, data)


def _from_pack(repository: pygit2.Repository, object_id: str) -> Stored:
    try:
        kind, data = repository.odb.read(object_id)
        return Stored(_KINDS[kind], data)
    except (KeyError, ValueError, OSError, pygit2.GitError) as error:
        raise DamagedError(f"object {object_id}") from error
