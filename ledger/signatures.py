"""Signatures of people in the SSH format that stock Git and ssh-keygen verify, and the keys behind them.

Guarantees: a signature binds the bytes, the purpose (namespace `git`) and one Ed25519 key, and is the same every
time; only the one canonical writing of a signature is accepted; a public key belongs to one person, or no list of
signers is made. The format is that of `PROTOCOL.sshsig` of OpenSSH.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.durable import Disk
from ledger.errors import BadKeyError, SharedKeyError

NAMESPACE = "git"
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_KIND = b"ssh-ed25519"
_MAGIC, _VERSION, _HASH = b"SSHSIG", 1, b"sha512"
_LINE = 70
_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SIGNER = re.compile(
    r'(?P<person>[A-Za-z0-9._-]+) namespaces="git"(,valid-after="(?P<first>\d{8})")?(,valid-before="(?P<end>\d{8})")?'
    r" (?P<key>ssh-ed25519 [A-Za-z0-9+/=]+)"
)


class SignatureProblemError(ValueError):
    """A signature that does not hold; the text says why."""


class PersonRow(Protocol):
    """What the list of signers needs of a row of the register of people."""

    @property
    def person(self) -> str:
        """Person code."""

    @property
    def public_key(self) -> str:
        """`ssh-ed25519 AAAA…` or empty."""

    @property
    def valid_from(self) -> str:
        """First day, ISO, or empty."""

    @property
    def valid_to(self) -> str:
        """Last day, ISO, or empty."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One line of the list of signers."""

    person: str
    key: str
    """`ssh-ed25519 AAAA…`."""
    first: date | None
    """First day on which the key counts."""
    end: date | None
    """First day on which it counts no more."""


class _Parts(NamedTuple):
    key: bytes
    signature: bytes


def sign(key: Ed25519PrivateKey, data: bytes) -> str:
    """An armored signature of `data` for the namespace `git`, ending with a newline."""
    signature = _string(_KIND) + _string(key.sign(_signed_data(data)))
    return _armor(_Parts(_key_blob(key.public_key()), signature))


def verify_signature(armored: str, data: bytes) -> str:
    """The public key (`ssh-ed25519 AAAA…`) that signed `data`.

    Raises:
        SignatureProblemError: the signature is not ours in form, or does not belong to these bytes.
    """
    parts = _parse(armored)
    kind, raw = _split(parts.key, 2)
    signature_kind, signature = _split(parts.signature, 2)
    if kind != _KIND or signature_kind != _KIND:
        raise SignatureProblemError("the signature is not made with an Ed25519 key")
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, _signed_data(data))
    except (InvalidSignature, ValueError):
        raise SignatureProblemError("the signature does not belong to this statement") from None
    return _key_line(parts.key)


def public_key_line(key: Ed25519PrivateKey) -> str:
    """The public half, as it stands in the register of people."""
    return _key_line(_key_blob(key.public_key()))


def practice_key(person: str) -> Ed25519PrivateKey:
    """The key of a person of a practice book. Anyone can make it again from the code: it proves nothing.

    For practice books only, whose signatures must come out the same on every machine.
    """
    return Ed25519PrivateKey.from_private_bytes(
        hashlib.sha256(f"party-ledger practice key of {person}".encode()).digest()
    )


def write_private_key(key: Ed25519PrivateKey, path: Path, passphrase: str | None = None) -> Path:
    """Give a key to its owner: PKCS#8 text encrypted with the passphrase, readable by the owner only.

    Without a passphrase (for practice only) it is an OpenSSH key file.
    """
    if passphrase:
        encryption: serialization.KeySerializationEncryption = serialization.BestAvailableEncryption(
            passphrase.encode("utf-8")
        )
        form = serialization.PrivateFormat.PKCS8
    else:
        encryption, form = serialization.NoEncryption(), serialization.PrivateFormat.OpenSSH
    disk = Disk()
    disk.make_folders(path.parent)
    disk.write(path, key.private_bytes(serialization.Encoding.PEM, form, encryption), mode=0o600)
    return path


def load_private_key(path: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """Read a person's key as `write_private_key` makes it (an OpenSSH file only without a passphrase).

    Raises:
        BadKeyError: no such file, another kind of key, a wrong or missing passphrase.
    """
    secret = passphrase.encode("utf-8") if passphrase else None
    try:
        data = path.read_bytes()
        if b"OPENSSH PRIVATE KEY" in data:
            key: object = serialization.load_ssh_private_key(data, secret)
        else:
            key = serialization.load_pem_private_key(data, secret)
    except OSError as error:
        raise BadKeyError(path, error.strerror or str(error)) from None
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKeyError(path, str(error)) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKeyError(path, "not Ed25519")
    return key


def allowed_signers(people: Iterable[PersonRow]) -> bytes:
    """The file that tells stock Git whose key is whose, and from when to when.

    The days are written without a zone, which ssh-keygen reads in that of its machine: older versions know no
    other form. `signer_of` reads them as days in Vietnam.

    Raises:
        SharedKeyError: two people with one key.
        ValueError: a person code or key that has no place in such a file.
    """
    owners: dict[str, str] = {}
    lines = set()
    for row in people:
        if not row.public_key:
            continue
        key = _canonical_key(row.public_key)
        owner = owners.setdefault(key, row.person)
        if owner != row.person:
            raise SharedKeyError(*sorted((owner, row.person)))
        if not _PERSON.fullmatch(row.person):
            raise ValueError(f"{row.person!r} is no person code")
        options = ['namespaces="git"']
        if row.valid_from:
            options.append(f'valid-after="{date.fromisoformat(row.valid_from):%Y%m%d}"')
        if row.valid_to:
            options.append(f'valid-before="{date.fromisoformat(row.valid_to) + timedelta(days=1):%Y%m%d}"')
        lines.add(f"{row.person} {','.join(options)} {key}\n")
    return "".join(sorted(lines)).encode("ascii")


def signers(data: bytes) -> list[Signer]:
    """The lines of a list of signers as `allowed_signers` makes them.

    Raises:
        SignatureProblemError: a line of any other form: a list that others may read otherwise is not believed.
    """
    found = []
    for line in data.decode("ascii", "replace").splitlines():
        match = _SIGNER.fullmatch(line)
        if not match:
            raise SignatureProblemError("the list of signers is not in our form")
        days = [date.fromisoformat(match[name]) if match[name] else None for name in ("first", "end")]
        found.append(Signer(match["person"], match["key"], *days))
    return found


def signer_of(key: str, on: date, data: bytes) -> str:
    """The person whose key it is on a day.

    Raises:
        SignatureProblemError: nobody's, not on that day, or the list is not in our form.
    """
    lines = [line for line in signers(data) if line.key == key]
    if not lines:
        raise SignatureProblemError("the key is nobody's in the list of signers")
    people = {line.person for line in lines if (line.first or on) <= on and (line.end is None or on < line.end)}
    if not people:
        raise SignatureProblemError("the key did not count on that day")
    if len(people) > 1:
        raise SignatureProblemError("the key belongs to more than one person")
    return people.pop()


def _signed_data(data: bytes) -> bytes:
    digest = hashlib.sha512(data).digest()
    return _MAGIC + b"".join(map(_string, (NAMESPACE.encode(), b"", _HASH, digest)))


def _armor(parts: _Parts) -> str:
    fields = (parts.key, NAMESPACE.encode(), b"", _HASH, parts.signature)
    blob = _MAGIC + struct.pack(">I", _VERSION) + b"".join(map(_string, fields))
    text = base64.b64encode(blob).decode("ascii")
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join([BEGIN, *lines, END, ""])


def _parse(armored: str) -> _Parts:
    malformed = SignatureProblemError("the signature is not in the SSH form for Git")
    body = armored.removeprefix(f"{BEGIN}\n").removesuffix(f"\n{END}\n").replace("\n", "")
    try:
        blob = base64.b64decode(body, validate=True)
        version = struct.pack(">I", _VERSION)
        if not blob.startswith(_MAGIC + version):
            raise malformed
        key, _, _, _, signature = _split(blob[len(_MAGIC + version) :], 5)
    except (binascii.Error, ValueError):
        raise malformed from None
    # Namespace, hash name and reserved field are fixed: writing it again must give the same text.
    if _armor(_Parts(key, signature)) != armored:
        raise malformed
    return _Parts(key, signature)


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _split(data: bytes, count: int) -> list[bytes]:
    """Exactly `count` length-prefixed strings."""
    found = []
    for _ in range(count):
        if len(data) < struct.calcsize(">I"):
            raise SignatureProblemError("the signature is cut off")
        (length,) = struct.unpack(">I", data[:4])
        if len(data) < 4 + length:
            raise SignatureProblemError("the signature is cut off")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    if data:
        raise SignatureProblemError("something follows the signature")
    return found


def _key_blob(key: Ed25519PublicKey) -> bytes:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _string(_KIND) + _string(raw)


def _key_line(blob: bytes) -> str:
    return f"{_KIND.decode()} {base64.b64encode(blob).decode('ascii')}"


def _canonical_key(line: str) -> str:
    """A key from the register without its comment; ValueError when it is no Ed25519 key."""
    key = serialization.load_ssh_public_key(line.encode("ascii"))
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")  # noqa: TRY004 - what is wrong is the text, not its type
    return _key_line(_key_blob(key))
