"""The form of a file of regulations, read strictly: parameters, their entries, spans and sources.

Guarantees: a file is taken whole or refused with file and key named; no key is missing, unknown or there twice; a
value has the type its parameter declares; entries stand in order, without gap and without overlap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal, get_args

from ledger import strict_yaml
from ledger.errors import Refused

LANGUAGES = ("vi", "en")
_KEY = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_]*)+")
_MONTH_DAY = re.compile(r"[0-9]{2}-[0-9]{2}")
_PARAMETER = {"title", "type", "owner", "values"}
_ENTRY = {"value", "in_force", "known", "document", "article", "confidence", "reviewed"}
_OPTIONAL = {"until"}
_DATES = {"in_force", "known", "reviewed", "until"}

Value = int | str
Kind = Literal["text", "integer", "month_day"]
Owner = Literal["law", "province"]


class RegulationsError(Refused, ValueError):
    """A file of regulations is not of its form; the sentence names file and key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a parameter, with its span and its source."""

    value: Value
    in_force: date
    """First day it applies to."""
    until: date | None
    """Last day it applies to, where the text itself says so; else the next entry ends it."""
    known: date
    """Day the document was issued: before it nobody could apply it."""
    document: Mapping[str, str]
    article: Mapping[str, str] | None
    """None: the article was not seen."""
    confidence: str
    """Mark of the reference (VERIFIED, MEMORY, INFERENCE …), `practice`: the practice province's own."""
    reviewed: date

    def citation(self, language: str) -> str:
        """Document and article in `vi` or `en`, as they are printed beside a finding."""
        return ", ".join(part[language] for part in (self.article, self.document) if part is not None)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One dated parameter."""

    key: str
    title: Mapping[str, str]
    type: Kind
    owner: Owner
    """`law`: the same everywhere; `province`: a book may set its own."""
    entries: tuple[Entry, ...]
    """In order of `in_force`, then `known`."""

    def entry(self, on: date, known: date | None) -> Entry | None:
        """The entry that applies to the day `on` in the knowledge of the day `known` (None: all we know)."""
        latest = None
        for entry in self.entries:
            if entry.in_force <= on and (known is None or entry.known <= known):
                latest = entry
        return latest if latest is None or latest.until is None or on <= latest.until else None


def parse(data: bytes, name: str) -> list[Parameter]:
    """Read one file strictly.

    Args:
        data: YAML text in UTF-8.
        name: how messages call the file.

    Raises:
        RegulationsError: anything that is not exactly of the form; the sentence names file and key.
    """
    try:
        raw = strict_yaml.read(data.decode("utf-8"))
    except strict_yaml.RepeatedKeyError as error:
        raise RegulationsError("{where}: {key} stands twice", where=name, key=error.key) from None
    except (UnicodeDecodeError, strict_yaml.YAMLError) as error:
        raise RegulationsError("{where}: not a YAML file in UTF-8: {why}", where=name, why=str(error)) from None
    if not isinstance(raw, dict):
        raise RegulationsError("{where}: not a record with keys", where=name)
    return [_parameter(f"{name}: {key}", key, value) for key, value in raw.items()]


def _parameter(where: str, key: object, raw: object) -> Parameter:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise RegulationsError("{where}: a key is words joined by dots", where=where)
    fields = _fields(where, raw, _PARAMETER, set())
    if fields["type"] not in get_args(Kind) or fields["owner"] not in get_args(Owner):
        raise RegulationsError("{where}: unknown type or owner", where=where)
    if not isinstance(fields["values"], list) or not fields["values"]:
        raise RegulationsError("{where}: values is not a list", where=where)
    entries = tuple(_entry(where, fields["type"], raw_entry) for raw_entry in fields["values"])
    _check_spans(where, entries)
    return Parameter(key, _texts(where, "title", fields["title"]), fields["type"], fields["owner"], entries)


def _entry(where: str, kind: str, raw: object) -> Entry:
    fields = _fields(where, raw, _ENTRY, _OPTIONAL)
    for name in sorted(_DATES & set(fields)):
        # A moment (datetime) is a date to isinstance, and is not one here.
        if type(fields[name]) is not date:
            raise RegulationsError("{where}: {name} is not a date", where=where, name=name)
    if not isinstance(fields["confidence"], str) or not fields["confidence"]:
        raise RegulationsError("{where}: {name} is not a text", where=where, name="confidence")
    return Entry(
        value=_value(where, kind, fields["value"]),
        in_force=fields["in_force"],
        until=fields.get("until"),
        known=fields["known"],
        document=_texts(where, "document", fields["document"]),
        article=None if fields["article"] is None else _texts(where, "article", fields["article"]),
        confidence=fields["confidence"],
        reviewed=fields["reviewed"],
    )


def _fields(where: str, raw: object, required: set[str], optional: set[str]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise RegulationsError("{where}: not a record with keys", where=where)
    wrong = (required - set(raw)) | (set(raw) - required - optional)
    if wrong:
        names = ", ".join(sorted(map(str, wrong)))
        raise RegulationsError("{where}: keys missing or unknown: {names}", where=where, names=names)
    return raw


def _texts(where: str, name: str, raw: object) -> Mapping[str, str]:
    if not isinstance(raw, dict) or set(raw) != set(LANGUAGES):
        raise RegulationsError("{where}: {name} needs a text in vi and in en", where=where, name=name)
    if not all(isinstance(text, str) and text for text in raw.values()):
        raise RegulationsError("{where}: {name} is not a text", where=where, name=name)
    return raw


def _value(where: str, kind: str, raw: object) -> Value:
    if kind == "integer" and type(raw) is int:
        return raw
    if kind == "text" and isinstance(raw, str) and raw:
        return raw
    # Tried in a year without 29 February, so that the day exists in every year.
    if kind == "month_day" and isinstance(raw, str) and _MONTH_DAY.fullmatch(raw) and _exists(f"2025-{raw}"):
        return raw
    raise RegulationsError("{where}: the value {value} is not of type {kind}", where=where, value=repr(raw), kind=kind)


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _check_spans(where: str, entries: tuple[Entry, ...]) -> None:
    for entry in entries:
        if entry.until is not None and entry.until < entry.in_force:
            raise RegulationsError("{where}: ends before it begins: {day}", where=where, day=str(entry.in_force))
    for before, after in pairwise(entries):
        day = str(after.in_force)
        if (before.in_force, before.known) > (after.in_force, after.known):
            raise RegulationsError("{where}: out of order (by in_force, then known): {day}", where=where, day=day)
        if (before.in_force, before.known) == (after.in_force, after.known):
            raise RegulationsError(
                "{where}: overlap: two entries begin and are known alike: {day}", where=where, day=day
            )
        if before.until is None:
            continue
        end = str(before.until)
        if after.in_force > before.until + timedelta(days=1):
            raise RegulationsError("{where}: gap: nothing between {end} and {day}", where=where, end=end, day=day)
        if after.in_force <= before.until and after.known <= before.known:
            raise RegulationsError(
                "{where}: overlap: {day} begins before {end} has passed", where=where, end=end, day=day
            )
