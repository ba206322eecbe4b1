"""Every exception that the books raise on purpose, with the exit code its door must give.

Guarantees: a sentence exists in English and (through `ledger/locale/vi.po`) in Vietnamese; it names what is
wrong and what to do; the exit code belongs to the class, so that all doors agree. Bad input is never one of
these: it is a finding (`ledger/findings.py`).

    LedgerError                    1
    ├── UsageProblem               2  the command or call cannot mean anything
    │   ├── NotABookError
    │   ├── FolderNotEmptyError
    │   ├── BadTimeError
    │   └── BadKeyError
    ├── Refused                    1  well-formed, but not possible now; the book is unchanged
    │   ├── BookBusyError
    │   ├── BookMovedError
    │   ├── NothingChangedError
    │   ├── UnknownTimeError
    │   ├── NoSpaceError
    │   ├── DiskFullError
    │   ├── WriteFailedError
    │   ├── WriteUncertainError       (the one case in which the book may have changed)
    │   ├── SharedKeyError
    │   └── TagExistsError
    └── IntegrityError             3  the book is not what its history says
        ├── HandEditedError
        ├── DamagedError
        └── EventsDamagedError
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

EditKind = Literal["changed", "missing", "unknown"]
_SHOWN_EDITS = 5


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """One difference between the folder and the history that no program of ours made."""

    file: str
    """Path inside the book; `.git/…` where the branch or the index itself was moved."""
    kind: EditKind
    """`changed`: other content than in the history; `missing`: gone; `unknown`: not in the history."""


class LedgerError(Exception):
    """Base of all. `LedgerError("unit {unit} has no books", unit="T01")`: template first, values by name."""

    exit_code: ClassVar[int] = 1
    template: ClassVar[str] = ""
    """Sentence of the class; a class without one is given its sentence by whoever raises it."""

    def __init__(self, template: str = "", **values: str | int) -> None:
        self.sentence_template = template or self.template
        self.values = values
        super().__init__(self.sentence())

    def sentence(self, translate: Callable[[str], str] | None = None) -> str:
        """The sentence for a person.

        Args:
            translate: from the English template to that of another language, e.g.
                `lambda msgid: text(msgid, "vi")`; None leaves English.
        """
        template = translate(self.sentence_template) if translate else self.sentence_template
        return template.format(**self.values) if self.values else template

    def __reduce__(self) -> tuple[object, ...]:
        """Travel whole between processes: the constructors of the subclasses take other values than `args`."""
        return _again, (type(self), self.args, self.__dict__)


class UsageProblem(LedgerError):  # noqa: N818 - the field's word; it is not an error of the program
    """The command or call cannot mean anything as it was written."""

    exit_code = 2


class Refused(LedgerError):  # noqa: N818 - as above
    """The request is well-formed but cannot be granted; the book is unchanged."""

    exit_code = 1


class IntegrityError(LedgerError):
    """The book is not what its own history says; nothing may be believed before it is looked at."""

    exit_code = 3


class NotABookError(UsageProblem):
    """The folder holds no book."""

    template = "{path} is not a book: no Git repository with a history on the branch main is there"

    def __init__(self, path: object) -> None:
        super().__init__(path=str(path))


class FolderNotEmptyError(UsageProblem):
    """A new book needs a folder of its own."""

    template = "{path} already exists and is not empty: a new book needs a new or empty folder"

    def __init__(self, path: object) -> None:
        super().__init__(path=str(path))


class BadTimeError(UsageProblem):
    """A text that should name a commit, a day or a moment names none of them."""

    template = "{value} is neither a commit nor a day (2026-03-05) nor a moment (2026-03-05T17:00:00+07:00)"

    def __init__(self, value: str) -> None:
        super().__init__(value=value)


class BadKeyError(UsageProblem):
    """A key file that cannot be used."""

    template = "{path} is no usable private key: an Ed25519 key and its passphrase are needed ({why})"

    def __init__(self, path: object, why: str) -> None:
        super().__init__(path=str(path), why=why)


class BookBusyError(Refused):
    """Somebody else holds the writer lock."""

    template = "another process is writing to {path} (waited {seconds} s): nothing was changed, try again later"

    def __init__(self, path: object, seconds: float) -> None:
        super().__init__(path=str(path), seconds=f"{seconds:g}")


class BookMovedError(Refused):
    """The compare-and-swap on the branch failed."""

    template = (
        "the book has changed since it was read (read at {expected}, now at {found}): nothing was changed, try again"
    )

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected=expected[:12], found=found[:12])


class NothingChangedError(Refused):
    """A change that would leave every file as it is."""

    template = "nothing to record: every file already has this content"


class UnknownTimeError(Refused):
    """A well-formed commit, day or moment that this book's history does not reach."""

    template = "the history of the book has nothing at {value}"

    def __init__(self, value: str) -> None:
        super().__init__(value=value)


class NoSpaceError(Refused):
    """Found before anything was written."""

    template = "the disk is too full: {needed} KiB are needed and {free} KiB are free; the book is unchanged"

    def __init__(self, needed: int, free: int) -> None:
        super().__init__(needed=str(-(-needed // 1024)), free=str(free // 1024))


class DiskFullError(Refused):
    """Found while writing, before the branch moved."""

    template = "the disk is full: the book is unchanged; make room and give the same command again"


class WriteFailedError(Refused):
    """The disk refused a write before the branch moved."""

    template = "writing failed ({why}): the book is unchanged"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class WriteUncertainError(Refused):
    """The branch moved, but the disk did not confirm it."""

    template = (
        "the disk did not confirm the last write ({why}): commit {commit} may be kept or lost; check the "
        "disk, then give the same command again"
    )

    def __init__(self, commit: str, why: str) -> None:
        super().__init__(commit=commit[:12], why=why)


class SharedKeyError(Refused):
    """One key, two people: a signature would not say whose it is."""

    template = "{first} and {second} have the same public key: a signature must belong to one person"

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first=first, second=second)


class TagExistsError(Refused):
    """Signed tags are never overwritten."""

    template = "{name} is already signed: a signature is never replaced"

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class HandEditedError(IntegrityError):
    """The folder differs from the history and no crash explains it."""

    template = (
        "the book was edited by hand: {files}. The history is untouched; put the files back, or ask for the "
        "repair, which keeps the edited files aside"
    )

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.edits = tuple(sorted(edits))
        super().__init__()

    def sentence(self, translate: Callable[[str], str] | None = None) -> str:
        """The sentence, with the first few files and what is the matter with each."""
        say = translate or str
        shown = ", ".join(f"{edit.file} ({say(edit.kind)})" for edit in self.edits[:_SHOWN_EDITS])
        rest = len(self.edits) - _SHOWN_EDITS
        files = f"{shown} + {rest}" if rest > 0 else shown
        return say(self.sentence_template).format(files=files)


class DamagedError(IntegrityError):
    """An object that the history needs is gone or does not have the content its id promises."""

    template = "the history is damaged at {what}: restore the book from a copy"

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class EventsDamagedError(IntegrityError):
    """An event file whose chain does not hold."""

    template = "the event file {file} is damaged at line {line}: {why}"

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(file=file, line=str(line), why=why)


def _again(kind: type[LedgerError], args: tuple[object, ...], state: dict[str, object]) -> LedgerError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
