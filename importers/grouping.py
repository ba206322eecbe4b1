"""Many findings in few lines: one mistake on many rows is one group, and what follows from another is counted there.

Guarantees: every finding is in exactly one group or counted as the consequence of one; a group's rows are all rows of
its findings; nothing depends on the order in which the same findings come, but for which of equals stands first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from ledger.findings import Finding

PARENT = "F63"
"""Says that other files, periods or units would become wrong; the findings there are its consequences."""


@dataclass(frozen=True, slots=True)
class Group:
    """One mistake, on one row or on many."""

    finding: Finding
    """The first of them, to show for all."""
    rows: tuple[int, ...]
    """Rows as Excel shows them, sorted; empty where it is about the file as a whole."""
    count: int
    """How many findings it stands for."""
    consequences: int
    """How many more follow from it and are not groups of their own."""


def groups(findings: Sequence[Finding]) -> list[Group]:
    """The groups of a run: first those that others follow from, then in the order of the findings."""
    follows = roots(findings)
    places: dict[Hashable, list[int]] = {}
    for at, finding in enumerate(findings):
        if at not in follows:
            places.setdefault(same(finding), []).append(at)
    caused = Counter(follows.values())
    made = [
        Group(
            finding=findings[at[0]],
            rows=tuple(sorted({row for one in at if (row := findings[one].row) is not None})),
            count=len(at),
            consequences=sum(caused[one] for one in at),
        )
        for at in places.values()
    ]
    return sorted(made, key=lambda group: not group.consequences)


def roots(findings: Sequence[Finding]) -> dict[int, int]:
    """Place of a consequence in the run → place of the finding that it follows from."""
    parent = next((at for at, finding in enumerate(findings) if finding.rule == PARENT), None)
    if parent is None:
        return {}
    file = findings[parent].file
    return {at: parent for at, finding in enumerate(findings) if at != parent and finding.file != file}


def same(finding: Finding) -> Hashable:
    """What two findings have in common when they are one mistake on two rows."""
    return (
        finding.rule,
        finding.unit,
        finding.period,
        finding.file,
        finding.column,
        finding.value,
        finding.expected,
        finding.difference,
        finding.other,
        finding.justified,
    )


def ranges(rows: Sequence[int], most: int = 20) -> str:
    """Sorted row numbers for people: `5–7, 9, 12 …`.

    Args:
        rows: row numbers, sorted, each once.
        most: how many pieces are written before `…`.
    """
    pieces: list[list[int]] = []
    for row in rows:
        if pieces and row == pieces[-1][-1] + 1:
            pieces[-1][1:] = [row]
        else:
            pieces.append([row])
    text = ", ".join("–".join(map(str, piece)) for piece in pieces[:most])
    return f"{text} …" if len(pieces) > most else text
