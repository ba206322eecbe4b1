"""`template`: a blank file of a form, with its guidance; without a form, the list of forms."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from cli import common
from importers import guidance, template
from importers.layouts import LAYOUTS
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.texts import text


@click.command("template")
@click.argument("form", default="")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="File to write (default: by form).")
@click.option("--guidance", "guide", is_flag=True, help="Print what the form wants and refuses instead.")
@common.format_option("xlsx", "csv")
@common.language_option
@common.guarded
def command(form: str, output: Path | None, guide: bool, format_: Literal["xlsx", "csv"], lang: Language) -> None:
    """Write a blank file of FORM; without FORM list the forms."""
    if not form:
        _list(lang)
        return
    if form not in LAYOUTS:
        raise UsageProblem("There is no form {form}: {forms}", form=form, forms=", ".join(LAYOUTS))
    if guide:
        click.echo(guidance.as_text(LAYOUTS[form], lang))
        return
    path = output or Path(f"template-{form}.{format_}")
    try:
        with path.open("xb") as file:
            file.write(template.blank(LAYOUTS[form], lang, format_))
    except FileExistsError:
        raise UsageProblem("There is already a file {file}; name another one with -o.", file=str(path)) from None
    click.echo(text("Written: {file}", lang).format(file=path))


def _list(language: Language) -> None:
    for layout in LAYOUTS.values():
        click.echo(f"{layout.form:<10} {layout.mark:<14} {template.named(layout, language)}")
    click.echo(text("party-ledger template FORM writes a blank file; --guidance prints what it wants.", language))
