"""`rules`: what the program checks, and by which article."""

from __future__ import annotations

import click

from cli import common
from ledger.findings import Language
from ledger.texts import text
from plugins.rule_pack import rule_pack


@click.group("rules")
def command() -> None:
    """List and explain the rules and finding codes."""


@command.command("list")
@common.format_option("text", "json")
@common.language_option
@common.guarded
def list_(format_: str, lang: Language) -> None:
    """Every code with severity and article."""
    entries = sorted(common.catalogue(), key=lambda entry: entry.code)
    if format_ == "json":
        keys = ("code", "category", "severity", "since", "confidence")
        common.print_json(
            [
                {
                    "id": e.code,
                    **{k: getattr(e, k) for k in keys[1:]},
                    "title": e.title[lang],
                    "article": e.article[lang],
                }
                for e in entries
            ]
        )
        return
    for entry in entries:
        click.echo(f"{entry.code}  {entry.severity:<8} {entry.title[lang]}  — {entry.article[lang]}")


@command.command("show")
@click.argument("code")
@common.language_option
@common.guarded
def show(code: str, lang: Language) -> None:
    """All that is known of one code."""
    if code not in common.catalogue():
        common.fail(f"{code}?", 1)
    entry = common.catalogue()[code]
    for line in (
        f"{entry.code}  {entry.title[lang]}",
        f"{entry.category} · {entry.severity} · {entry.since} · {entry.confidence}",
        entry.message[lang],
        f"→ {entry.fix[lang]}",
        f"§ {entry.article[lang]}",
    ):
        click.echo(line)


@command.command("pack")
@common.language_option
@common.guarded
def pack(lang: Language) -> None:
    """The hash of all rules of this program, as receipts name it."""
    click.echo(text("The rule pack: {pack}", lang).format(pack=rule_pack()))
