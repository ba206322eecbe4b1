"""Every text that the program shows has Vietnamese, with the same places to fill."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ledger.texts import CATALOGUE, TextCatalogueError, UnknownTextError, read_catalogue, text

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("ledger", "plugins", "importers", "reports", "web", "cli")
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def texts_asked_for() -> dict[str, str]:
    """Literal texts given to `text(…)` or a method of that name, in modules and page templates, by their place."""
    asked = {}
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) == "text" and node.args:
                msgid = literal(node.args[0])
                # The law data have a method of this name too; its keys are words with dots.
                if msgid is not None and not re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", msgid):
                    asked[f"{path.relative_to(ROOT)}:{node.lineno}"] = msgid
    for path in sorted((ROOT / "web").rglob("*.html")):
        for msgid in re.findall(r'\btext\("([^"]+)"', path.read_text("utf-8")):
            asked[f"{path.relative_to(ROOT)}: {msgid}"] = msgid
    return asked


def texts_that_stand_somewhere() -> set[str]:
    """Every constant of the modules, so also tables of headings, states and labels."""
    found = set()
    for _, tree in sources():
        found |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return found


def error_classes() -> set[str]:
    """Names of `LedgerError` and everything below it, found in the source."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    names = {"LedgerError"}
    while more := {name for name, above in bases.items() if above & names} - names:
        names |= more
    return names


def sentences_of_errors() -> dict[str, str]:
    """Templates of the books' exceptions: of the class, and given where one is raised."""
    names = error_classes()
    found = {}
    for path, tree in sources():
        for node in ast.walk(tree):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.AnnAssign | ast.Assign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if [getattr(target, "id", "") for target in targets] == ["template"] and literal(node.value):
                    found[place] = literal(node.value) or ""
            elif isinstance(node, ast.Call) and called(node) in names and node.args:
                sentence = literal(node.args[0])
                if sentence and " " in re.sub(r"\{\w+\}[^\w ]*", "", sentence).strip():
                    found[place] = sentence
    return found


def test_every_text_asked_for_has_vietnamese() -> None:
    vietnamese = read_catalogue(CATALOGUE)

    assert {place: msgid for place, msgid in texts_asked_for().items() if msgid not in vietnamese} == {}


def test_every_sentence_of_an_error_has_vietnamese() -> None:
    vietnamese = read_catalogue(CATALOGUE)
    sentences = sentences_of_errors()

    assert len(sentences) > 10
    assert {place: msgid for place, msgid in sentences.items() if msgid not in vietnamese} == {}


def test_the_catalogue_has_no_text_that_nobody_shows() -> None:
    shown = texts_that_stand_somewhere()
    data = [
        path.read_text("utf-8")
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*")
        if path.suffix in {".html", ".js", ".yaml", ".csv", ".typ"} and "submissions" not in path.parts
    ]
    stale = [msgid for msgid in read_catalogue(CATALOGUE) if msgid not in shown]

    assert [msgid for msgid in stale if not any(msgid in content for content in data)] == []


def test_a_text_is_its_own_english_and_vietnamese_from_the_catalogue() -> None:
    assert text("Net assets", "en") == "Net assets"
    assert text("Net assets", "vi") == "Tài sản thuần"


def test_an_unknown_text_or_language_is_an_error_and_not_english() -> None:
    with pytest.raises(UnknownTextError, match="no Vietnamese for: Nothing of the kind"):
        text("Nothing of the kind", "vi")
    with pytest.raises(UnknownTextError, match="unknown language fr"):
        text("Net assets", "fr")


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ('msgid "One"\nmsgstr ""\n', "without Vietnamese: One"),
        ('#, fuzzy\nmsgid "One"\nmsgstr "Một"\n', "marked doubtful: One"),
        ('msgid "One"\nmsgstr "Một"\n\nmsgid "One"\nmsgstr "Mốt"\n', "stands twice: One"),
        ('msgid "One"\nmsgstr "Một"\n\nmsgid ""\n"One"\nmsgstr "Mốt"\n', "stands twice: One"),
        ('msgid "One of {unit}"\nmsgstr "Một của {donvi}"\n', "other places to fill: One of {unit}"),
        ('msgid "One"\nmsgid_plural "Many"\nmsgstr[0] "Một"\n', "line 6 is not of the form"),
        ('msgid "One\nmsgstr "Một"\n', "line 5 is not of the form"),
        ('msgid "One"\n\nmsgid "Two"\nmsgstr "Hai"\n', "no part of an entry: msgid"),
        ('msgstr "Một"\n', "no part of an entry: msgstr"),
    ],
)
def test_a_catalogue_out_of_form_is_refused(tmp_path: Path, block: str, why: str) -> None:
    path = tmp_path / "vi.po"
    path.write_text(HEAD + block, "utf-8")

    with pytest.raises(TextCatalogueError) as caught:
        read_catalogue(path)
    assert why in str(caught.value)


def test_a_catalogue_in_form_is_read(tmp_path: Path) -> None:
    path = tmp_path / "vi.po"
    path.write_text(HEAD + 'msgid ""\n"One of "\n"{unit}"\nmsgstr "Một của {unit}"\n', "utf-8")

    assert read_catalogue(path) == {"One of {unit}": "Một của {unit}"}


def test_babel_reads_the_same() -> None:
    with CATALOGUE.open("rb") as file:
        babel = {message.id: message.string for message in read_po(file, locale="vi") if message.id}

    assert read_catalogue(CATALOGUE) == babel


def test_escapes_are_read_as_babel_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "vi.po"
    path.write_text(HEAD + r'msgid "a \"b\" \\ c\n"' + "\n" + r'msgstr "á \"b\" \\ c\n"' + "\n", "utf-8")
    with path.open("rb") as file:
        babel = {message.id: message.string for message in read_po(file, locale="vi") if message.id}

    assert read_catalogue(path) == babel == {'a "b" \\ c\n': 'á "b" \\ c\n'}
