"""Signed tags: one person's signature under one statement about one commit.

Guarantees: a tag is written once and never replaced; what is signed is the whole tag (commit, name, signer's
name, time, statement), so that a signature cannot be used for another commit or another name; `verify` here and
stock `git verify-tag` agree, and `verify` also notices a signature moved under another tag's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pygit2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pygit2.enums import ObjectType

from ledger.clock import VIETNAM, local
from ledger.durable import Disk
from ledger.errors import DamagedError, TagExistsError
from ledger.signatures import (
    BEGIN,
    SignatureProblemError,
    allowed_signers,
    load_private_key,
    practice_key,
    public_key_line,
    sign,
    signer_of,
    verify_signature,
    write_private_key,
)
from ledger.stored import read_stored

__all__ = [
    "Tag",
    "TagCheck",
    "allowed_signers",
    "load_private_key",
    "practice_key",
    "public_key_line",
    "read",
    "read_all",
    "verify",
    "write_private_key",
]

_NAME = re.compile(r"settlement/[0-9]{4}/[A-Z][A-Z0-9]*/[a-z][a-z_]*(-[0-9]+)?")
"""`settlement/2025/BTC/approver`; after a reopening the next round is `approver-2`."""
_REFERENCES = "refs/tags/"
_EMAIL = "book@party-ledger.invalid"
_TAG = re.compile(
    r"object (?P<commit>[0-9a-f]{40})\ntype commit\ntag (?P<name>[^\n]+)\n"
    r"tagger (?P<tagger>[^<>\n]+) <[^<>\n]*> (?P<time>[0-9]+) \+0700\n\n(?P<message>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as the repository has it; nothing in it is proved before `verify`."""

    name: str
    """Name under which it was found."""
    id: str
    """Id of the tag object: record it where the signing is recorded, so that a new signature cannot replace it."""
    commit: str
    """What it signs; empty when the tag is not in our form."""
    signed_name: str
    tagger: str
    when: datetime | None
    message: str
    """The statement."""
    payload: bytes
    """What is signed."""
    signature: str
    """Armored; empty when there is none."""


@dataclass(frozen=True, slots=True)
class TagCheck:
    """Whose signature a tag is."""

    person: str
    """Empty when it is nobody's."""
    why: str
    """Why it is nobody's; empty when it is someone's."""


def draft(name: str, message: str, commit: str, tagger: str, when: datetime) -> bytes:
    """The bytes to sign.

    Raises:
        ValueError: a name outside `settlement/YYYY/U/<role>`, or a statement that Git would take apart.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a signature: settlement/YYYY/U/role is needed")
    if "\0" in message or not message.strip() or re.search(r"^-----", message, re.MULTILINE):
        raise ValueError("a statement is text without lines that begin with -----")
    seconds = int(local(when).timestamp())
    who = f"{tagger or name.rpartition('/')[2]} <{_EMAIL}> {seconds} +0700"
    return f"object {commit}\ntype commit\ntag {name}\ntagger {who}\n\n{message.rstrip()}\n".encode()


def signed(payload: bytes, key: Ed25519PrivateKey) -> bytes:
    """The tag object: what is signed, and the signature."""
    return payload + sign(key, payload).encode("ascii")


def write(repository: pygit2.Repository, disk: Disk, name: str, tag: bytes) -> None:
    """Store a tag object and give it its name.

    Raises:
        TagExistsError: the name is taken.
        OSError, pygit2.GitError: the disk refused; the tag has no name then.
    """
    reference, git = _REFERENCES + name, Path(repository.path)
    if reference in repository.references:
        raise TagExistsError(name)
    # Left by a writer killed in the middle; no other writer is alive while the process lock is ours.
    disk.remove(git / f"{reference}.lock", sync_folder=False)
    disk.step("tag object")
    made = repository.odb.write(ObjectType.TAG, tag)
    disk.sync_folders([git / "objects"])
    disk.make_folders((git / reference).parent)
    disk.step("tag")
    repository.references.create(reference, made)
    disk.step("tag made")


def read(repository: pygit2.Repository, name: str) -> Tag:
    """One tag by name.

    Raises:
        DamagedError: it is gone, or its object is.
    """
    try:
        target = str(repository.references[_REFERENCES + name].target)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise DamagedError(f"tag {name}") from error
    kind, data = read_stored(repository, target)
    payload, signature = _take_apart(data)
    match = _TAG.fullmatch(payload.decode("utf-8", "replace")) if kind == "tag" else None
    if match is None:
        return Tag(name, target, "", "", "", None, "", payload, signature)
    when = datetime.fromtimestamp(int(match["time"]), VIETNAM)
    parts = (match["commit"], match["name"], match["tagger"], when, match["message"])
    return Tag(name, target, *parts, payload, signature)


def read_all(repository: pygit2.Repository, prefix: str) -> list[Tag]:
    """All tags whose names begin so, in order of names."""
    names = sorted(name.removeprefix(_REFERENCES) for name in repository.references if name.startswith(_REFERENCES))
    return [read(repository, name) for name in names if name.startswith(prefix)]


def verify(tag: Tag, allowed: bytes) -> TagCheck:
    """Whose signature this is, by the list of signers of the book (`registers/allowed_signers`)."""
    if tag.when is None:
        return TagCheck("", "it is no tag in our form")
    if tag.signed_name != tag.name:
        return TagCheck("", f"it was signed as {tag.signed_name}")
    if not tag.signature:
        return TagCheck("", "it has no signature")
    try:
        key = verify_signature(tag.signature, tag.payload)
        return TagCheck(signer_of(key, tag.when.date(), allowed), "")
    except SignatureProblemError as error:
        return TagCheck("", str(error))


def _take_apart(data: bytes) -> tuple[bytes, str]:
    """Payload and armored signature, cut where Git cuts: at the last line that begins a signature."""
    begin = data.rfind(b"\n" + BEGIN.encode("ascii"))
    if begin < 0:
        return data, ""
    return data[: begin + 1], data[begin + 1 :].decode("ascii", "replace")
