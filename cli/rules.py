"""`rules`: what the program checks, by which article, by which dated values; what of it ends soon; and its cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from cli import clocks, common, explain
from ledger.clock import Clock
from ledger.errors import UsageProblem
from ledger.findings import Entry, Language
from ledger.regulations import Parameter, Regulations, shipped
from ledger.texts import text
from ledger.vietnamese import date_vi
from plugins import expiring, law_words
from plugins.rule_pack import rule_pack

F = TypeVar("F", bound=Callable[..., Any])


class Law(NamedTuple):
    """The law data of a book, or the shipped ones, and the day of the question."""

    regulations: Regulations
    today: date


@click.group("rules")
def command() -> None:
    """List and explain the rules, the values of law they ask, and figures."""


command.add_command(explain.command)


def maybe_book(function: F) -> F:
    """A BOOK argument that may be left out: then the shipped law data answer, without a province's own."""
    return click.argument("book", required=False, type=click.Path(path_type=Path))(function)


@command.command("list")
@maybe_book
@clocks.options
@click.option("--category", default="", help="Only this category, or this first word of a parameter's key.")
@click.option("--parameters", is_flag=True, help="The values of law in force, too.")
@common.format_option("text", "json")
@common.language_option
@common.guarded
def list_(
    book: Path | None,
    law_date: datetime | None,
    known_on: datetime | None,
    category: str,
    parameters: bool,
    format_: str,
    lang: Language,
) -> None:
    """Every code with severity and article; the rules that were law and known on the days given."""
    asked = clocks.of(law_date, known_on)
    law = _law(book, asked)
    entries = [entry for entry in sorted(common.catalogue(), key=lambda e: e.code) if _held(entry, asked)]
    chosen = [entry for entry in entries if category in {"", entry.category}]
    keys = sorted(law.regulations, key=lambda p: p.key) if parameters else []
    keys = [parameter for parameter in keys if category in {"", parameter.key.partition(".")[0]}]
    if format_ == "json":
        rules = [_rule_json(entry, lang) for entry in chosen]
        values = [_in_force_json(law, parameter, lang) for parameter in keys]
        common.print_json({**clocks.as_json(asked), "rules": rules, "parameters": values} if parameters else rules)
        return
    if asked.law or asked.known:
        click.echo(clocks.said(asked, "", lang))
    for entry in chosen:
        click.echo(f"{entry.code}  {entry.severity:<8} {entry.title[lang]}  — {entry.article[lang]}")
    for parameter in keys:
        click.echo(_in_force_line(law, parameter, lang))


@command.command("show")
@click.argument("code")
@maybe_book
@common.format_option("text", "json")
@common.language_option
@common.guarded
def show(code: str, book: Path | None, format_: str, lang: Language) -> None:
    """All that is known of one code, or the whole history of one value of law (`settlement.circular`)."""
    regulations = _law(book, clocks.Clocks(None, None)).regulations
    if code in regulations:
        parameter = regulations.parameter(code)
        if format_ == "json":
            common.print_json(law_words.parameter_json(parameter, lang))
        else:
            click.echo("\n".join(law_words.history(parameter, lang)))
        return
    if code not in common.catalogue():
        raise UsageProblem("Nothing has the code {code}: `party-ledger rules list --parameters` names all.", code=code)
    entry = common.catalogue()[code]
    if format_ == "json":
        common.print_json(_rule_json(entry, lang))
    else:
        click.echo(_page(entry, regulations, lang))


@command.command("expiring")
@maybe_book
@clocks.day_option("--on", "on", "The day of the question; default today.")
@click.option("--within", type=click.IntRange(min=0), default=expiring.WITHIN, show_default=True, help="Days ahead.")
@click.option("--fail", is_flag=True, help="Exit 1 when there is anything to look at.")
@common.format_option("text", "json")
@common.language_option
@common.guarded
def expiring_(book: Path | None, on: datetime | None, within: int, fail: bool, format_: str, lang: Language) -> None:
    """Values that end soon, replaced documents that values and rules still rest on, values not looked at for a year."""
    law = _law(book, clocks.Clocks(None, None))
    day = on.date() if on else law.today
    notices = expiring.watch(law.regulations, common.catalogue(), day, within)
    if format_ == "json":
        common.print_json({"on": str(day), "within": within, "notices": [_notice_json(n, lang) for n in notices]})
    else:
        for notice in notices:
            click.echo(f"{notice.day}  {notice.code}: {notice.sentence(lang)}")
        said = text("{count} things to look at (on {day}, {within} days ahead).", lang)
        click.echo(said.format(count=len(notices), day=date_vi(day), within=within))
    common.finish(blocked=fail and bool(notices))


@command.command("test")
@click.argument("codes", nargs=-1)
@common.format_option("text", "json")
@common.language_option
@common.guarded
def test(codes: tuple[str, ...], format_: str, lang: Language) -> None:
    """Judge the rules' cases (of all rules, or of some): exit 1 when one does not say what it must."""
    from plugins import casebook  # noqa: PLC0415 - the cases need tables, the other commands do not

    unknown = [code for code in codes if code not in common.catalogue()]
    if unknown:
        raise UsageProblem(
            "Nothing has the code {code}: `party-ledger rules list --parameters` names all.", code=unknown[0]
        )
    results = casebook.run_all(codes)
    failed = [result for result in results if not result.passed]
    if format_ == "json":
        common.print_json([result._asdict() for result in results])
    else:
        for result in failed:
            click.echo(f"✗ {result.case}\n{result.difference}")
        said = text("{count} cases were judged, {failed} do not say what they must.", lang)
        click.echo(said.format(count=len(results), failed=len(failed)))
    common.finish(blocked=bool(failed) or not results)


@command.command("pack")
@common.format_option("text", "json")
@common.language_option
@common.guarded
def pack(format_: str, lang: Language) -> None:
    """The hash of all rules of this program, as receipts name it."""
    if format_ == "json":
        common.print_json({"pack": rule_pack()})
        return
    click.echo(text("The rule pack: {pack}", lang).format(pack=rule_pack()))


@command.command("manual")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write this file, print nothing.")
@common.language_option
@common.guarded
def manual(output: Path | None, lang: Language) -> None:
    """The rules chapter of the manual: a page of every rule, with article, formula, values of law and an example."""
    from plugins import pages  # noqa: PLC0415 - the examples need tables, the other commands do not

    chapter = pages.chapter(lang)
    if output is None:
        click.echo(chapter, nl=False)
    else:
        output.write_bytes(chapter.encode("utf-8"))


def _law(path: Path | None, asked: clocks.Clocks) -> Law:
    if path is None:
        return Law(shipped().at(asked.law, asked.known), Clock.system().today())
    book = clocks.opened(path, asked)
    return Law(book.regulations.at(asked.law, asked.known), asked.known or book.today())


def _held(entry: Entry, asked: clocks.Clocks) -> bool:
    """Whether a rule was law on the day of law, and known on the day of knowledge."""
    law, known = str(asked.law or ""), str(asked.known or "")
    if law and not (entry.effective <= law <= (entry.until or law)):
        return False
    return not known or entry.since <= known


def _page(entry: Entry, regulations: Regulations, language: Language) -> str:
    """The page of a rule; of a finding that is no rule, its texts."""
    if entry.page is not None:
        from plugins import pages  # noqa: PLC0415 - a page shows its example, which takes the tables

        return "\n".join(pages.rule_page(entry, language, regulations))
    lines = [
        f"{entry.code}  {entry.title[language]}",
        f"{entry.category} · {entry.severity} · {entry.since} · {entry.confidence}",
        entry.message[language],
        f"→ {entry.fix[language]}",
        f"§ {entry.article[language]}",
    ]
    return "\n".join(lines)


def _rule_json(entry: Entry, language: Language) -> dict[str, Any]:
    keys = ("category", "severity", "since", "effective", "until", "confidence")
    texts = {"title": entry.title[language], "article": entry.article[language]}
    return {"id": entry.code, **{key: getattr(entry, key) for key in keys}, **texts, "cites": list(entry.cites)}


def _in_force_json(law: Law, parameter: Parameter, language: Language) -> dict[str, Any]:
    entry = law.regulations.found(parameter.key, law.today)
    said = {"id": parameter.key, "title": parameter.title[language], "owner": parameter.owner}
    return said | {"in_force": law_words.entry_json(parameter, entry, language) if entry else None}


def _in_force_line(law: Law, parameter: Parameter, language: Language) -> str:
    entry = law.regulations.found(parameter.key, law.today)
    name = f"{parameter.key}  {parameter.title[language]}"
    if entry is None:
        return f"{name} = {text('no value on this day', language)}"
    value = law_words.value(parameter, entry, language)
    return f"{name} = {value} [{law_words.marks(entry, language)}]  — {entry.citation(language)}"


def _notice_json(notice: expiring.Notice, language: Language) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "of": notice.of,
        "code": notice.code,
        "day": str(notice.day),
        "document": notice.document.code if notice.document else None,
        "by": notice.by.code if notice.by else None,
        "message": notice.sentence(language),
    }
