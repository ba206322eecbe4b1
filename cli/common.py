"""What every command shares: its options, who acts, how results are printed, and the one place errors end.

Guarantees: a user never sees a traceback for a problem of theirs; exit codes are 0 fine, 1 findings that block,
2 wrong usage, 3 broken integrity; `--format json` prints one JSON value and nothing else on standard output.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from importers.grouping import ranges
from ledger.book import Book
from ledger.errors import LedgerError, UsageProblem
from ledger.findings import Catalogue, Finding, Language
from ledger.money import money
from ledger.texts import UnknownTextError, text

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = tuple(
    path
    for pattern in (
        "ledger/findings.yaml",
        "plugins/rules/*.yaml",
        "importers/findings*.yaml",
        "reports/findings*.yaml",
    )
    for path in sorted(ROOT.glob(pattern))
)
"""Every floor's texts of findings."""
CONSOLE = ("console", "operator")
"""Actor and role of someone at the command line who does not say who they are."""

SHOWN_ALIKE = 3
"""How often one mistake is printed in full; its other rows follow in one line."""

_ALIKE = ("rule", "unit", "period", "file", "column", "value", "expected", "difference", "other", "justified")
"""What is the same in findings that are one mistake on several rows, as in `importers/grouping.py`."""

F = TypeVar("F", bound=Callable[..., Any])


@functools.cache
def catalogue() -> Catalogue:
    """The texts of every code of every floor."""
    return Catalogue.load(*CATALOGUES)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the person, in which role, at which stated time (practice books only)."""

    person: str
    role: str
    at: str | None


def book_argument(function: F) -> F:
    """The BOOK argument."""
    return click.argument("book", type=click.Path(path_type=Path))(function)


def language_option(function: F) -> F:
    """`--lang vi|en`."""
    return click.option(
        "--lang",
        type=click.Choice(["vi", "en"]),
        default="vi",
        envvar="PARTY_LEDGER_LANG",
        help="Language (vi, en).",
    )(function)


def format_option(*formats: str) -> Callable[[F], F]:
    """`--format …`, the first one the default."""
    return click.option("--format", "format_", type=click.Choice(formats), default=formats[0], help="How to print.")


def actor_options(function: F) -> F:
    """`--as PERSON` and `--at TIME`."""
    function = click.option(
        "--as",
        "person",
        envvar="PARTY_LEDGER_PERSON",
        default="",
        help="Who acts: a person of registers/people.csv.",
    )(function)
    return click.option("--at", default=None, help="ISO time of the act; practice books only.")(function)


def actor(book: Book, person: str, at: str | None, action: str, unit: str) -> Actor:
    """Who acts, checked against the register of people.

    Raises:
        UsageProblem: the person is unknown or has no right to the action for this unit.
    """
    if not person:
        if action != "submit":
            raise UsageProblem("This step needs a person: say who acts with --as PERSON.")
        return Actor(*CONSOLE, at)
    role = book.people.role_for(person, action, unit, book.now(at).date().isoformat())
    if not role:
        template = "{person} has no right to do this ({action}) for unit {unit}."
        raise UsageProblem(template, person=person, action=action, unit=unit)
    return Actor(person, role, at)


def guarded(function: F) -> F:
    """The border where problems become one clear sentence and an exit code."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - wraps any command
        try:
            return function(*args, **kwargs)
        except LedgerError as problem:
            language = kwargs.get("lang", "vi")
            fail(problem.sentence(lambda msgid: _translated(msgid, language)), problem.exit_code)
        except OSError as problem:
            where = f": {problem.filename}" if problem.filename else ""
            fail(f"{problem.strerror or problem}{where}", 1)

    return wrapper  # type: ignore[return-value]


def _translated(msgid: str, language: Language) -> str:
    """A sentence in the reader's language; one without Vietnamese is still said, in English."""
    try:
        return text(msgid, language)
    except UnknownTextError:
        return msgid


def fail(sentence: str, exit_code: int) -> NoReturn:
    """One sentence on standard error, then the exit code."""
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(exit_code)


def print_json(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """One JSON value on standard output, Vietnamese readable."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def rendered(findings: Iterable[Finding], language: Language) -> list[dict[str, Any]]:
    """Findings as the contract has them."""
    return [catalogue().render(finding, language) for finding in findings]


def print_findings(findings: Iterable[Mapping[str, Any]], language: Language) -> None:
    """Findings for people; one mistake on many rows is shown a few times, then its other rows in one line."""
    alike: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    findings = list(findings)
    for finding in findings:
        alike.setdefault(_mistake(finding), []).append(finding)
    for finding in findings:
        same = alike[_mistake(finding)]
        if not any(finding is shown for shown in same[:SHOWN_ALIKE]):
            continue
        _print_finding(finding, language)
        rest = same[SHOWN_ALIKE:]
        if rest and finding is same[SHOWN_ALIKE - 1]:
            rows = ranges(sorted({other["row"] for other in rest if other["row"]}))
            sentence = text("and {count} more rows: {rows}", language).format(count=money(len(rest)), rows=rows or "—")
            click.echo(f"    … {sentence}")


def _mistake(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    """What findings have in common that are one mistake on several rows."""
    return tuple(finding[key] for key in _ALIKE)


def _print_finding(finding: Mapping[str, Any], language: Language) -> None:
    """Place, what, how to mend it, article."""
    mark, colour = {"error": ("✗", "red"), "warning": ("!", "yellow"), "info": ("i", "blue")}[finding["severity"]]
    row = f"{text('row', language)} {finding['row']}" if finding["row"] else ""
    place = " · ".join(part for part in (finding["unit"], finding["file"], row, finding["column"]) if part)
    click.echo(f"{click.style(mark, fg=colour, bold=True)} {finding['rule']}  {place}")
    click.echo(f"    {finding['message']}")
    click.echo(f"    → {finding['fix']}")
    if finding["article"]:
        click.echo(f"    § {finding['article']}")
    if finding["justified"]:
        click.echo(f"    ✓ {text('Justified: {reason}', language).format(reason=finding['justified'])}")


def blocking(findings: Iterable[Finding]) -> bool:
    """Whether any finding stops the work."""
    return any(catalogue().blocks(finding) for finding in findings)


def finish(*, blocked: bool) -> None:
    """Leave with 1 when something blocks."""
    if blocked:
        raise click.exceptions.Exit(1)


def quiet() -> bool:
    """Whether nobody watches (no terminal): progress bars stay away."""
    return not sys.stderr.isatty() or bool(os.environ.get("PARTY_LEDGER_QUIET"))


def call(arguments: list[str]) -> tuple[int, str]:
    """Run a public command in this process, as if typed: (exit code, what it printed on standard output)."""
    from cli.main import main  # noqa: PLC0415 - the command line knows its commands, not the reverse

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            result = main.main(arguments, standalone_mode=False)
        except click.exceptions.Exit as left:
            result = left.exit_code
        except click.ClickException as problem:
            problem.show(err)
            result = problem.exit_code
    return (result if isinstance(result, int) else 0), out.getvalue() + err.getvalue()
