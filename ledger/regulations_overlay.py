"""A book's own law data over the shipped ones: what a province may set, and what it may fill in.

Guarantees: a province replaces its own parameters whole and fills gaps where nothing is known; it never changes what
the law says, never renames a shipped document, and what it filled in is marked as entered by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ledger.regulations_entries import OVERLAY, Document, Entry, Parameter, RegulationsError
from ledger.regulations_file import DOCUMENTS, File, check_spans, documents, open_file, parameters


def laid_over(
    data: bytes, shipped: Mapping[str, Parameter], known: Mapping[str, Document]
) -> tuple[dict[str, Parameter], dict[str, Document]]:
    """The parameters and documents of a book, the shipped ones included.

    Args:
        data: the book's file: parameters, and its own documents under the key `documents`.
        shipped: the shipped parameters.
        known: the shipped documents.

    Raises:
        RegulationsError: the file is not of its form, sets what is law or what nobody asks for, fills what is not
            empty, or describes a shipped document.
    """
    file = open_file(data, OVERLAY)
    keys = dict(file.keys)
    texts = dict(known)
    for document in _own_documents(file, keys.pop(DOCUMENTS, None)):
        if document.code in known:
            raise RegulationsError("{where}: {key} stands twice", where=OVERLAY, key=document.code)
        texts[document.code] = document
    result = dict(shipped)
    for own in parameters(file._replace(keys=keys), texts):
        result[own.key] = _over(shipped.get(own.key), own)
    return result, texts


def _own_documents(file: File, raw: object) -> list[Document]:
    if raw is None:
        return []
    if not isinstance(raw, dict):
        raise RegulationsError("{where}: not a record with keys", where=f"{OVERLAY}: {DOCUMENTS}")
    return documents(file._replace(keys=raw))


def _over(shipped: Parameter | None, own: Parameter) -> Parameter:
    same = shipped is not None and (shipped.type, shipped.columns) == (own.type, own.columns)
    if shipped is None or not same or shipped.owner == "law":
        raise RegulationsError("{where}: {key} is not for a province to set", where=OVERLAY, key=own.key)
    if shipped.owner == "gap":
        return _filled(shipped, own)
    # The name and unit that the program asks by stay; what is lacking is said by whoever left it out.
    return replace(shipped, entries=own.entries, missing=own.missing or shipped.missing)


def _filled(gap: Parameter, own: Parameter) -> Parameter:
    """The parameter with the province's entries where nothing is known; the law's own entries stay."""
    for entry in own.entries:
        stands = gap.entry(entry.in_force, None)
        if stands is not None and not stands.empty:
            sentence = "{where}: {key}: the law data have a value for {day}; only a gap can be filled"
            raise RegulationsError(sentence, where=OVERLAY, key=own.key, day=str(entry.in_force))
    begun = {entry.in_force for entry in own.entries}
    kept = [entry for entry in gap.entries if not (entry.empty and entry.in_force in begun)]
    filled = [replace(entry, filled=True) for entry in own.entries]
    entries = tuple(sorted([*kept, *filled], key=_order))
    check_spans(f"{OVERLAY}: {own.key}", entries)
    return replace(gap, entries=entries)


def _order(entry: Entry) -> tuple[object, ...]:
    return entry.in_force, entry.known
