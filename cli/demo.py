"""`demo`: the main job on the practice province, every step a public command by a named person.

What it does: makes the book, hands in every file, closes 2025 (carried over, cancelled), reviews one unit's settlement
of it (decisions as entries), signs it by reviewer and approver, writes minutes and notice, lets a document pass one
ceiling, checks both trees, explains a figure, prepares the estimates of 2027, prints reports, verifies the book, and
says where to look. It calls nothing that a user could not type; who does what and when stands in `acts.json`.
"""

from __future__ import annotations

import json
import shlex
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from cli import common
from cli.init import SAMPLE, hand_in_everything, manifest, practice_book
from ledger import signatures
from ledger.book import Book
from ledger.errors import Refused, UsageProblem
from ledger.findings import Language
from ledger.money import money
from ledger.texts import text

UNIT, YEAR = "TCT", "2025"
SETTLEMENT_BEGINS = "2026-03-02"
"""The review happens at its own time in the history, between the files before and after it."""
REFUSED = "refused-file"
"""How the papers of the refused file are called."""


@click.command("demo")
@click.argument("book", type=click.Path(path_type=Path), default=Path("practice"))
@common.language_option
@common.guarded
def command(book: Path, lang: Language) -> None:
    """Build the practice province in BOOK and take one settlement from files to signed notice."""
    _clear(book)
    show = _Show(book, lang)
    show.title("1. The practice province and its registers")
    practice_book(book)
    show.title("2. Every unit hands in its files: 2025 and the beginning of 2026")
    _files(show, book, until=SETTLEMENT_BEGINS)
    _acts(show, book, "before the settlement")
    show.title("3. The year ends: what is carried over, what is cancelled")
    _acts(show, book, "year end")
    show.title("4. One settlement: reviewed, decided, signed, sealed")
    _settlement(show, book)
    show.title("5. The units go on handing in: 2026 to October")
    _files(show, book, since=SETTLEMENT_BEGINS)
    outputs = _outputs(book)
    outputs.mkdir(parents=True, exist_ok=True)
    _acts(show, book, "at the end")
    _refused_file(show, book, outputs)
    show.title("6. The rules over both trees, and a figure explained down to the article")
    show.run("check", book, "--tree", "budget")
    show.run("check", book, "--tree", "party")
    _acts(show, book, "explained")
    show.title("7. The office prepares the estimates of 2027")
    _acts(show, book, "preparation")
    show.title("8. Reports")
    _acts(show, book, "reports")
    show.title("9. Proof")
    show.run("verify", book)
    show.where_to_look(outputs)


@dataclass
class _Show:
    """Runs public commands and tells what they were, how long they took and what they said."""

    book: Path
    language: Language
    started: float = field(default_factory=time.monotonic)

    def title(self, msgid: str) -> None:
        click.secho(text(msgid, self.language), bold=True)

    def line(self, sentence: str) -> None:
        click.echo(f"   {sentence}")

    def run(self, *words: str | Path, expect: int = 0) -> str:
        """One public command; its last lines are shown. Another exit code stops the demo with the whole answer."""
        arguments = [str(word) for word in words]
        click.echo(click.style(f"   $ party-ledger {shlex.join(arguments)}", dim=True))
        code, output = common.call([*arguments, "--lang", self.language])
        if code != expect:
            raise Refused(
                "party-ledger {words}: exit {code}\n{output}", words=shlex.join(arguments), code=code, output=output
            )
        for line in output.strip().splitlines()[-2:]:
            self.line(line)
        return output

    def where_to_look(self, outputs: Path) -> None:
        """The end: what was made, how long it took, what to open."""
        seconds = int(time.monotonic() - self.started)
        click.secho(
            text("Done in {seconds} seconds. Where to look:", self.language).format(seconds=seconds),
            bold=True,
        )
        folder = self.book / "settlements" / YEAR / UNIT
        for sentence, place in (
            ("the books as plain text, one folder a unit", self.book / "units"),
            ("minutes and notice of the settlement (PDF)", folder),
            ("budget execution, estimate requests, dues and other reports (XLSX, PDF, CSV)", outputs),
            (
                "a refused file with comments at its cells, and its failing rows to mend",
                outputs / f"{REFUSED}-errors.xlsx",
            ),
            ("the same in the browser", "make serve"),
            ("proof with stock tools", f"git -C {self.book} verify-tag settlement/{YEAR}/{UNIT}/approver"),
        ):
            self.line(f"{text(sentence, self.language)}: {place}")


def _files(show: _Show, book: Path, since: str = "", until: str = "") -> None:
    count = hand_in_everything(book, show.language, since, until)
    sentence = text("{count} files handed in, each by its own person.", show.language)
    show.line(sentence.format(count=money(count)))


def _refused_file(show: _Show, book: Path, outputs: Path) -> None:
    """What the clerk of the one refused file gets: an annotated copy of it, and the failing rows to mend."""
    sent = next(handing for handing in manifest() if handing.expect == "rejected")
    words: list[str | Path] = ["submit", book, sent.file, "--unit", sent.unit, "--period", sent.period]
    words += ["--as", sent.person, "--at", sent.at, "--dry-run"]
    words += ["--report", outputs / f"{REFUSED}-errors.xlsx", "--corrections", outputs / f"{REFUSED}-rows.xlsx"]
    show.run(*words, expect=1)


def _clear(book: Path) -> None:
    """Only a practice book is ever removed to be built again."""
    if not book.exists() or (book.is_dir() and not any(book.iterdir())):
        return
    try:
        practice = Book.open(book).settings.practice
    except UsageProblem:
        practice = False
    if not practice:
        raise Refused("{book} holds something that is no practice book; it is left alone.", book=str(book))
    shutil.rmtree(book)
    shutil.rmtree(_outputs(book), ignore_errors=True)


def _outputs(book: Path) -> Path:
    """Reports for people lie beside the book, not in it."""
    return book.parent / f"{book.name}.reports"


def _acts(show: _Show, book: Path, part: str) -> None:
    """What people do besides handing in: they vouch, return, extend, justify, close a year, allow, ask, print."""
    for act in json.loads((SAMPLE / "acts.json").read_text("utf-8"))[part]:
        words = [*act.pop("command").split(), str(book), *act.pop("words", [])]
        for name, value in act.items():
            words.append({"person": "--as", "o": "-o"}.get(name, f"--{name}"))
            if value is not True:
                words.append(value.format(outputs=_outputs(book)))
        show.run(*words)


def _settlement(show: _Show, book: Path) -> None:
    """Open, decide, sign twice, issue the documents and seal: three people besides the submitter."""
    keys = _outputs(book) / "keys"
    for step in json.loads((SAMPLE / "settlement.json").read_text("utf-8")):
        arguments: list[str | Path] = ["settle", step["command"], book, "--unit", UNIT, "--year", YEAR]
        arguments += ["--as", step["person"], "--at", step["at"]]
        if "file" in step:
            arguments += ["--file", SAMPLE / step["file"]]
        if "number" in step:
            arguments += ["--number", step["number"]]
        if "role" in step:
            key = signatures.write_private_key(signatures.practice_key(step["person"]), keys / step["person"])
            arguments += ["--role", step["role"], "--key", key]
        show.run(*arguments)
