"""Signed tags: stock Git and our own verification accept the same ones, and no others."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from history_tools import BEGIN, after, assert_sound, git, memory_folder, new_book

from ledger import signatures, tags
from ledger.errors import BadKeyError, DamagedError, SharedKeyError, TagExistsError
from ledger.history import History
from ledger.signatures import SignatureProblemError
from ledger.tags import Tag, TagCheck

NAME = "settlement/2025/T01/approver"
STATEMENT = '{"amount":"1234567","unit":"T01"}'
HEAD_KEY, OTHER_KEY, STRANGER = (tags.practice_key(person) for person in ("an", "binh", "la"))


@dataclass(frozen=True)
class Row:
    person: str
    public_key: str
    valid_from: str = "2025-01-01"
    valid_to: str = ""


PEOPLE = [
    Row("an", tags.public_key_line(HEAD_KEY)),
    Row("an", tags.public_key_line(HEAD_KEY) + " comment"),
    Row("binh", tags.public_key_line(OTHER_KEY), valid_to="2025-12-31"),
    Row("khong-khoa", ""),
]
ALLOWED = tags.allowed_signers(PEOPLE)


@pytest.fixture
def book() -> Iterator[Path]:
    with memory_folder() as folder:
        history = new_book(folder / "book")
        history.commit({"registers/allowed_signers": ALLOWED}, "signers", "An", after(2), history.head)
        yield folder / "book"


def sign(book: Path, name: str = NAME, key: object = HEAD_KEY) -> Tag:
    return History.open(book).tag_signed(name, STATEMENT, key, after(5), tagger="an")  # type: ignore[arg-type]


def raw(book: Path, name: str = NAME) -> bytes:
    return subprocess.run(["git", "cat-file", "tag", name], cwd=book, capture_output=True, check=True).stdout


def store(book: Path, data: bytes, name: str = NAME, kind: str = "tag") -> Tag:
    """Put any bytes in the place of a tag, as somebody with the repository in hands can."""
    command = ["git", "hash-object", "-w", "--stdin", "-t", kind, "--literally"]
    made = subprocess.run(command, cwd=book, input=data, capture_output=True, check=True).stdout.decode().strip()
    git(book, "update-ref", f"refs/tags/{name}", made)
    return next(tag for tag in History.open(book).tags() if tag.name == name)


def stock_accepts(book: Path, name: str = NAME) -> bool:
    return git(book, "verify-tag", name).returncode == 0


def test_stock_git_and_our_own_verification_accept_a_signed_tag(book: Path) -> None:
    tag = sign(book)

    stock = git(book, "verify-tag", NAME)
    assert (stock.returncode, "for an with ED25519" in stock.stderr) == (0, True)
    assert tags.verify(tag, ALLOWED) == TagCheck("an", "")
    assert (tag.commit, tag.tagger, tag.when, tag.message) == (
        History.open(book).head,
        "an",
        after(5),
        f"{STATEMENT}\n",
    )
    assert History.open(book).tags() == [tag]
    assert_sound(book)


def test_the_same_signature_comes_out_the_same(book: Path, tmp_path: Path) -> None:
    shutil.copytree(book, tmp_path / "again")

    assert sign(book).id == sign(tmp_path / "again").id


def test_a_signature_is_never_replaced(book: Path) -> None:
    first = sign(book)
    with pytest.raises(TagExistsError, match="never replaced"):
        sign(book, key=OTHER_KEY)

    assert History.open(book).tags() == [first]
    assert sign(book, f"{NAME}-2").name == f"{NAME}-2"


def test_every_changed_byte_of_a_tag_is_rejected(book: Path) -> None:
    sign(book)
    data = raw(book)
    for place in range(len(data)):
        tampered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        check = tags.verify(_parsed(tampered), ALLOWED)
        assert check.person == "", (place, tampered[place : place + 20])
        assert check.why


def _parsed(data: bytes, name: str = NAME) -> Tag:
    """A tag object as `tags.read` sees it, without a repository."""

    class Loose:
        references = {f"refs/tags/{name}": type("R", (), {"target": "0" * 40})}  # noqa: RUF012 - never changed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tags, "read_stored", lambda _repository, _id: ("tag", data))
        return tags.read(Loose(), name)  # type: ignore[arg-type]


def test_stock_git_rejects_what_we_reject(book: Path) -> None:
    sign(book)
    data = raw(book)
    tampered = {
        "amount": data.replace(b"1234567", b"1234568"),
        "time": data.replace(b" +0700\n", b" +0800\n"),
        "tagger": data.replace(b"tagger an ", b"tagger ba "),
        "commit": data.replace(
            b"object " + data[7:47], b"object " + git(book, "rev-parse", "HEAD~1").stdout[:40].encode()
        ),
        "no signature": data[: data.index(b"-----BEGIN")],
        "cut signature": data[:-60],
        "text after": data + b"and more\n",
    }
    for what, forged in tampered.items():
        assert forged != data
        assert tags.verify(store(book, forged), ALLOWED).person == "", what
        if what != "text after":  # stock git lets text follow the armour; we do not
            assert not stock_accepts(book), what


def test_a_stranger_and_a_key_out_of_its_time_are_rejected(book: Path) -> None:
    sign(book, key=STRANGER)
    sign(book, f"{NAME}-2", OTHER_KEY)
    stranger, late = History.open(book).tags()

    assert tags.verify(stranger, ALLOWED).why == "the key is nobody's in the list of signers"
    assert tags.verify(late, ALLOWED).why == "the key did not count on that day"
    assert not stock_accepts(book)
    assert not stock_accepts(book, f"{NAME}-2")


@pytest.mark.parametrize(
    ("day", "person"),
    [("2024-12-31", ""), ("2025-01-01", "binh"), ("2025-12-31", "binh"), ("2026-01-01", "")],
)
def test_a_key_counts_from_its_first_to_its_last_day(day: str, person: str) -> None:
    key = tags.public_key_line(OTHER_KEY)
    try:
        found = signatures.signer_of(key, date.fromisoformat(day), ALLOWED)
    except SignatureProblemError:
        found = ""

    assert found == person


def test_a_signature_moved_under_another_name_is_rejected(book: Path) -> None:
    """Stock Git looks at the signature only; who reads the name must compare it."""
    tag = sign(book)
    moved = "settlement/2025/T02/approver"
    git(book, "update-ref", f"refs/tags/{moved}", tag.id)
    found = {tag.name: tags.verify(tag, ALLOWED) for tag in History.open(book).tags()}

    assert found == {NAME: TagCheck("an", ""), moved: TagCheck("", f"it was signed as {NAME}")}
    assert stock_accepts(book, moved)


def test_a_tag_moved_to_another_commit_shows_what_it_signs(book: Path) -> None:
    """A name can only be given to an object; the commit is inside what is signed."""
    tag = sign(book)
    history = History.open(book)
    history.commit({"later.txt": b""}, "later", "An", after(9), history.head)

    git(book, "update-ref", f"refs/tags/{NAME}", history.head)
    (lightweight,) = History.open(book).tags()

    assert (lightweight.commit, lightweight.id) == ("", history.head)
    assert tags.verify(lightweight, ALLOWED) == TagCheck("", "it is no tag in our form")
    assert tags.verify(replace(tag, signed_name=NAME), ALLOWED).person == "an"


def test_a_signature_made_by_stock_tools_is_accepted(book: Path, tmp_path: Path) -> None:
    key = tags.write_private_key(HEAD_KEY, tmp_path / "key")
    payload = tags.draft(NAME, STATEMENT, History.open(book).head, "an", after(5))
    (tmp_path / "payload").write_bytes(payload)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", key, tmp_path / "payload"], check=True)

    stock = (tmp_path / "payload.sig").read_bytes()

    assert tags.verify(store(book, payload + stock), ALLOWED) == TagCheck("an", "")
    assert stock == signatures.sign(HEAD_KEY, payload).encode()


def test_a_signature_for_another_purpose_is_rejected(book: Path, tmp_path: Path) -> None:
    key = tags.write_private_key(HEAD_KEY, tmp_path / "key")
    payload = tags.draft(NAME, STATEMENT, History.open(book).head, "an", after(5))
    (tmp_path / "payload").write_bytes(payload)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", key, tmp_path / "payload"], check=True)

    forged = store(book, payload + (tmp_path / "payload.sig").read_bytes())

    assert tags.verify(forged, ALLOWED).person == ""
    assert not stock_accepts(book)


def test_only_the_canonical_armour_is_accepted() -> None:
    good = signatures.sign(HEAD_KEY, b"data")
    body = "".join(good.splitlines()[1:-1])
    longer = base64.b64encode(base64.b64decode(body) + b"\0").decode()
    variants = [
        good.rstrip("\n"),
        good.replace("\n", "\r\n"),
        f"{signatures.BEGIN}\n{body}\n{signatures.END}\n",
        f"{signatures.BEGIN}\n{longer}\n{signatures.END}\n",
        good.replace("\n", "\n ", 1),
        good + good,
        "",
        f"{signatures.BEGIN}\n{signatures.END}\n",
    ]

    assert signatures.verify_signature(good, b"data") == tags.public_key_line(HEAD_KEY)
    for variant in variants:
        with pytest.raises(SignatureProblemError):
            signatures.verify_signature(variant, b"data")


@pytest.mark.parametrize(
    "name", ["approval", "settlement/25/T01/head", "settlement/2025/T01/", "settlement/2025/../x",
             "settlement/2025/t01/x", "settlement/2025/T01/Head", "settlement/2025/T01/head.lock",
             "refs/settlement/2025/T01/head"],
)  # fmt: skip
def test_signatures_live_under_settlement_year_unit_and_role(book: Path, name: str) -> None:
    with pytest.raises(ValueError, match="settlement/YYYY/U/role"):
        sign(book, name)


@pytest.mark.parametrize(
    "text", ["", " \n", "a\0b", "a\n-----BEGIN SSH SIGNATURE-----\n", "-----BEGIN PGP MESSAGE-----"]
)
def test_a_statement_that_git_would_take_apart_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="statement"):
        tags.draft(NAME, text, "0" * 40, "an", BEGIN)


def test_a_tag_whose_object_is_gone_is_damage(book: Path) -> None:
    tag = sign(book)
    (book / ".git/objects" / tag.id[:2] / tag.id[2:]).unlink()

    with pytest.raises(DamagedError, match=tag.id):
        History.open(book).tags()


def test_one_key_for_two_people_is_refused() -> None:
    with pytest.raises(SharedKeyError, match="an and binh") as caught:
        tags.allowed_signers([Row("binh", tags.public_key_line(HEAD_KEY)), *PEOPLE[:1]])

    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    "row", [Row("an *", PEOPLE[0].public_key), Row("an\nba", PEOPLE[0].public_key), Row("an", "ssh-ed25519 AAAA"),
            Row("an", "hello"), Row("an", PEOPLE[0].public_key, valid_from="2025-1-1")],
)  # fmt: skip
def test_a_row_that_would_say_something_else_in_the_list_is_refused(row: Row) -> None:
    with pytest.raises(ValueError, match=r".+"):
        tags.allowed_signers([row])


def test_a_list_of_signers_in_another_form_is_not_believed() -> None:
    key = tags.public_key_line(HEAD_KEY)
    for line in (f"* {key}", f"an {key}", f"# an\n{ALLOWED.decode()}", f'an namespaces="file" {key}'):
        with pytest.raises(SignatureProblemError, match="not in our form"):
            signatures.signers(line.encode())


def test_the_list_of_signers_is_the_same_in_any_order_of_people() -> None:
    assert tags.allowed_signers(reversed(PEOPLE)) == ALLOWED
    assert (
        ALLOWED.decode()
        .splitlines()[1]
        .startswith('binh namespaces="git",valid-after="20250101",valid-before="20260101" ')
    )
    assert len(ALLOWED.splitlines()) == 2


def test_a_key_is_read_back_only_with_its_passphrase(tmp_path: Path) -> None:
    path = tags.write_private_key(HEAD_KEY, tmp_path / "keys/an", "mật khẩu dài")

    assert path.stat().st_mode & 0o777 == 0o600
    assert tags.public_key_line(tags.load_private_key(path, "mật khẩu dài")) == tags.public_key_line(HEAD_KEY)
    for wrong in ("khác", None, ""):
        with pytest.raises(BadKeyError, match="no usable private key") as caught:
            tags.load_private_key(path, wrong)
        assert caught.value.exit_code == 2


def test_other_files_and_other_kinds_of_key_are_refused(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for name, data in (("text", b"hello"), ("empty", b""), ("other", other)):
        (tmp_path / name).write_bytes(data)
    for name in ("text", "empty", "other", "absent", "."):
        with pytest.raises(BadKeyError):
            tags.load_private_key(tmp_path / name, None)


def test_a_practice_key_is_the_same_on_every_machine_and_differs_by_person() -> None:
    assert tags.public_key_line(tags.practice_key("an")) == tags.public_key_line(HEAD_KEY)
    assert len({tags.public_key_line(key) for key in (HEAD_KEY, OTHER_KEY, STRANGER)}) == 3
