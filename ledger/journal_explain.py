"""Says where and why a text is not a canonical journal; walks line by line, only after the reader refused.

Guarantees: for every text whose lines are not those of the canonical form it names the first such line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from ledger.journal_form import AMOUNT, HEADER_KEYS, MAGIC, POSTING_KEYS, TITLE, Key

_TITLE: Final = re.compile(TITLE.removesuffix("\\n"))
_AMOUNT: Final = re.compile(AMOUNT.removesuffix("\\n"))
_KEY_LINE: Final = re.compile("( +)([a-z_][A-Za-z0-9_-]*):(.*)")
_INDENT: Final = {"head": "  ", "posting": "    "}
_KEYS: Final = {"head": HEADER_KEYS, "posting": POSTING_KEYS}


class _Where(NamedTuple):
    """What was read last, and how many of its keys are behind us."""

    part: Literal["start", "blank", "head", "posting"]
    key: int = 0


class _WrongError(Exception):
    """The line is not what the form asks for."""


def explain(text: str) -> tuple[int, str]:
    """Return the first line that breaks the form, and the reason.

    Args:
        text: begins with the journal's first line and is not canonical.
    """
    number = 1
    where = _Where("start")
    try:
        for number, line in _lines(text):  # noqa: B007 - the number of the last line read is wanted below
            where = _step(where, line)
        _end(where)
    except _WrongError as problem:
        return number, str(problem)
    return number, "the text is not the canonical form"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    lines = text[len(MAGIC) :].split("\n")
    last = lines.pop()
    yield from enumerate(lines, start=2)
    if last:
        yield len(lines) + 2, last
        raise _WrongError("the last line has no line end")


def _step(where: _Where, line: str) -> _Where:
    if line != line.rstrip():
        raise _WrongError("there is white space at the end of the line")
    if line.lstrip().startswith(";"):
        raise _WrongError("a journal holds no comments")
    if where.part == "blank":
        return _title(line)
    if not line:
        _end(where)
        return _Where("blank")
    if where.part == "start":
        raise _WrongError("a blank line must stand before a transaction")
    match = _KEY_LINE.fullmatch(line)
    return _key(where, line, match) if match else _amount(where, line)


def _title(line: str) -> _Where:
    if not line:
        raise _WrongError("there is more than one blank line")
    if not _TITLE.fullmatch(line):
        raise _WrongError('a transaction must begin here: YYYY-MM-DD * "description"')
    return _Where("head")


def _key(where: _Where, line: str, match: re.Match[str]) -> _Where:
    indent, name = match[1], match[2]
    keys = _KEYS[where.part]
    names = [key.name for key in keys]
    if name not in names:
        raise _WrongError(f"the key {name} is unknown here")
    position = names.index(name)
    if position < where.key:
        raise _WrongError(f"the key {name} stands twice or out of order")
    _nothing_missing(keys[where.key : position])
    if indent != _INDENT[where.part]:
        raise _WrongError(f"the key {name} is not indented by {len(_INDENT[where.part])} spaces")
    if not re.fullmatch(f"{indent}{name}: {keys[position].value}", line):
        raise _WrongError(f"the value of {name} is not of the canonical form")
    return _Where(where.part, position + 1)


def _amount(where: _Where, line: str) -> _Where:
    if not _AMOUNT.fullmatch(line):
        raise _WrongError("neither a key nor a posting of the canonical form")
    _nothing_missing(_KEYS[where.part][where.key :])
    return _Where("posting")


def _end(where: _Where) -> None:
    """Refuse a blank line or the end where the text cannot stop."""
    if where.part == "blank":
        raise _WrongError("there is a blank line at the end")
    if where.part == "head":
        raise _WrongError("the transaction has no postings")
    if where.part == "posting":
        _nothing_missing(POSTING_KEYS[where.key :])


def _nothing_missing(keys: Sequence[Key]) -> None:
    for key in keys:
        if key.required:
            raise _WrongError(f"the key {key.name} is missing")
