"""How figures leave the command line: to the screen, or to a file in the format that its ending names.

Guarantees: an Excel or PDF file is never poured onto a terminal; a file that was written is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.texts import text
from reports import export

FILES = frozenset({"xlsx", "pdf"})
"""Formats that need a file."""


def deliver(table: export.Table, format_: str, output: Path | None, language: Language) -> None:
    """Print a table, or write it.

    Raises:
        UsageProblem: a format for files without a file.
    """
    if output is not None and format_ == "text":
        format_ = output.suffix.lstrip(".") or "csv"
    if output is None and format_ in FILES:
        raise UsageProblem("{format} needs a file: add -o FILE.", format=format_)
    data = export.render(table, format_, language)
    if output is None:
        click.echo(data.decode("utf-8"), nl=False)
    else:
        _write(output, data, language)


def paper(makers: Mapping[str, Callable[[], bytes]], format_: str, output: Path, language: Language) -> None:
    """Write a paper in one of the formats it has.

    Args:
        makers: what makes it, by format.
        format_: the format asked for; "" for the one that the file's ending names.
        output: the file.
        language: of the answer.

    Raises:
        UsageProblem: it has no such format.
    """
    wanted = format_ or output.suffix.lstrip(".").lower()
    if wanted not in makers:
        endings = " ".join(f".{name}" for name in makers)
        raise UsageProblem("{file}: the ending must be one of {endings}", file=str(output), endings=endings)
    _write(output, makers[wanted](), language)


def _write(output: Path, data: bytes, language: Language) -> None:
    output.write_bytes(data)
    click.echo(text("Written: {file}", language).format(file=output))
