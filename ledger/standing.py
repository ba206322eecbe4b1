"""Where a submission stands between the unit's desk and the office's: a fold of its slot's events.

Guarantees: nothing is stored but events; a new version of the file ends every certification of the one before it,
whose receipt is superseded and stays in the history; who handed in and who certified is read from the events, never
from what somebody says.

    draft → checked → certified-accountant → certified-head
    checked, certified-accountant, certified-head → returned → checked (another file, or an answer)

`draft` is what this machine alone knows: a refused file or a dry run. With the head's certification the office has
received the file (`submission.received`, in the same commit).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from ledger.events import Event

Stage = Literal["draft", "checked", "certified-accountant", "certified-head", "returned"]
STAGES: Final[tuple[Stage, ...]] = ("draft", "checked", "certified-accountant", "certified-head", "returned")
What = Literal["submit", "answer", "certify"]
"""What the unit has to do next, and what an extension is for: a file, an answer to a return, the certification."""


@dataclass(frozen=True, slots=True)
class Return:
    """The office sent a submission back."""

    reason: str
    items: tuple[str, ...]
    until: str
    """ISO day until which the unit answers."""
    actor: str
    time: str
    answered: str = ""
    """ISO moment of the next version, or of the answer; empty: not yet."""
    answers: tuple[str, ...] = ()
    """What the unit says to the items, in their order."""


@dataclass(frozen=True, slots=True)
class Extension:
    """The office gave more time."""

    what: What
    until: str
    """ISO day."""
    document: str
    """Number of the document that grants it."""
    actor: str
    time: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one slot stands."""

    unit: str
    period: str
    kind: str
    stage: Stage = "draft"
    receipt: str = ""
    """Of the version that the book holds."""
    content: str = ""
    first: str = ""
    """ISO moment at which the slot was first filled."""
    accepted: str = ""
    """ISO moment of the version that the book holds."""
    rule_pack: str = ""
    """Under which rules it was last checked; empty when the event does not say."""
    submitter: str = ""
    """Who handed in the version that the book holds."""
    accountant: str = ""
    accountant_at: str = ""
    head: str = ""
    head_at: str = ""
    superseded: tuple[str, ...] = ()
    """Receipts of the versions before, oldest first."""
    returns: tuple[Return, ...] = ()
    extensions: tuple[Extension, ...] = ()
    justified: int = 0
    """How many justifications of warnings were given, lapsed ones included."""
    sealed: bool = False
    """Whether the settlement of its year is sealed: nothing about it can change any more."""

    @property
    def filled(self) -> bool:
        """Whether the book holds a version of it."""
        return self.stage != "draft"

    @property
    def awaiting(self) -> What:
        """What the unit has to do next."""
        waiting: dict[Stage, What] = {"draft": "submit", "returned": "answer"}
        return waiting.get(self.stage, "certify")


def standings(events: Iterable[Event], unit: str) -> dict[tuple[str, str], Standing]:
    """Every slot of a unit that anything was said of: (period, kind) → where it stands.

    Args:
        events: of the unit or of all, oldest first; others' are skipped.
        unit: unit code.
    """
    found: dict[tuple[str, str], Standing] = {}
    sealed = set[str]()
    for event in events:
        if event.unit != unit:
            continue
        if event.event in _SEALING:
            (sealed.add if _SEALING[event.event] else sealed.discard)(event.period[:4])
        step = _STEPS.get(event.event)
        if step is not None:
            key = (event.period, event.kind)
            found[key] = step(found.get(key) or Standing(unit, *key), event)
    return {key: replace(one, sealed=key[0][:4] in sealed) for key, one in found.items()}


def standing(events: Iterable[Event], unit: str, period: str, kind: str) -> Standing:
    """Where one slot stands, see `standings`; `draft` when nothing is known of it."""
    events = list(events)
    found = standings(events, unit).get((period, kind))
    if found is not None:
        return found
    sealings = [e for e in events if e.unit == unit and e.event in _SEALING and e.period[:4] == period[:4]]
    return Standing(unit, period, kind, sealed=bool(sealings) and _SEALING[sealings[-1].event])


def _accepted(before: Standing, event: Event) -> Standing:
    """A version comes in: certifications lapse, a return is answered by it."""
    answered = _answer(before, event)
    return replace(
        answered,
        stage="checked",
        receipt=str(event.data.get("receipt", "")),
        content=str(event.data.get("content", "")),
        first=before.first or event.time,
        accepted=event.time,
        rule_pack=str(event.data.get("rule_pack", "")),
        submitter=event.actor,
        accountant="",
        accountant_at="",
        head="",
        head_at="",
        superseded=(*before.superseded, before.receipt) if before.receipt else (),
    )


def _checked(before: Standing, event: Event) -> Standing:
    """The rules were run anew; with answers to a return, also the end of that return."""
    after = replace(before, rule_pack=str(event.data.get("rule_pack", "")))
    answers = event.data.get("answers", ())
    return replace(_answer(after, event), stage="checked") if answers and before.stage == "returned" else after


def _certified(before: Standing, event: Event) -> Standing:
    if event.data.get("stage") == "head":
        return replace(before, stage="certified-head", head=event.actor, head_at=event.time)
    after = replace(before, stage="certified-accountant", accountant=event.actor, accountant_at=event.time)
    answers = tuple(event.data.get("answers", ()))
    if not answers or not after.returns:
        return after
    return replace(after, returns=(*after.returns[:-1], replace(after.returns[-1], answers=answers)))


def _returned(before: Standing, event: Event) -> Standing:
    data = event.data
    back = Return(str(data["reason"]), tuple(data.get("items", ())), str(data["until"]), event.actor, event.time)
    cleared = replace(before, accountant="", accountant_at="", head="", head_at="")
    return replace(cleared, stage="returned", returns=(*before.returns, back))


def _extended(before: Standing, event: Event) -> Standing:
    data = event.data
    more = Extension(data["what"], str(data["until"]), str(data["document"]), event.actor, event.time)
    after = replace(before, extensions=(*before.extensions, more))
    if more.what != "answer" or not before.returns:
        return after
    return replace(after, returns=(*before.returns[:-1], replace(before.returns[-1], until=more.until)))


def _justified(before: Standing, _: Event) -> Standing:
    return replace(before, justified=before.justified + 1)


def _answer(before: Standing, event: Event) -> Standing:
    """The last return, marked as answered now; answers that the event brings go with it."""
    if before.stage != "returned":
        return before
    answers = tuple(str(answer) for answer in event.data.get("answers", ()))
    last = replace(before.returns[-1], answered=event.time, answers=answers)
    return replace(before, returns=(*before.returns[:-1], last))


_STEPS: Final[dict[str, Callable[[Standing, Event], Standing]]] = {
    "submission.accepted": _accepted,
    "submission.checked": _checked,
    "submission.certified": _certified,
    "submission.returned": _returned,
    "submission.extended": _extended,
    "finding.justified": _justified,
}
_SEALING: Final = {"settlement.sealed": True, "settlement.reopened": False}
