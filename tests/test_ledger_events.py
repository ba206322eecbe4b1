"""Event files: a chain that only grows, in one canonical form."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import events
from ledger.errors import EventsDamagedError
from ledger.events import ChainProblem, Event, EventFormError
from ledger.vietnamese import nfc

EVENT = Event(
    time="2026-03-05T08:30:00+07:00",
    actor="ketoan.btc",
    role="accountant",
    event="submission.accepted",
    unit="BTC",
    period="2026-02",
    kind="vouchers",
    data={"rows": 12, "debit_total": 1_234_567, "file": "Chứng từ tháng 2.csv", "replaces": None},
)


def chain(count: int) -> bytes:
    data = b""
    for number in range(count):
        data = events.append(data, replace(EVENT, period=f"2026-{number + 1:02}"))
    return data


def test_what_was_appended_is_read_back_with_its_place_and_its_link() -> None:
    data = chain(2)
    first, second = events.read(data)

    assert (first.n, first.prev) == (1, "")
    assert second.n == 2
    assert len(second.prev) == 64
    assert replace(second, n=0, prev="") == replace(EVENT, period="2026-02")


def test_a_line_is_canonical_json_that_any_tool_reads() -> None:
    (line,) = chain(1).decode("utf-8").splitlines()

    assert json.loads(line)["data"]["file"] == "Chứng từ tháng 2.csv"
    assert line == json.dumps(json.loads(line), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_the_link_is_the_digest_that_stock_tools_give() -> None:
    """`head -n 1 FILE | tr -d '\\n' | sha256sum`."""
    import hashlib  # noqa: PLC0415 - the test's own, independent way

    first, second = chain(2).splitlines()

    assert json.loads(second)["prev"] == hashlib.sha256(first).hexdigest()


def test_every_changed_byte_before_the_last_line_is_noticed_at_its_line() -> None:
    data = chain(3)
    last_line = data.rindex(b"\n", 0, -1)
    for place in range(last_line):
        tampered = bytearray(data)
        tampered[place] ^= 1
        _, found = events.examine(bytes(tampered))
        line = data[:place].count(b"\n") + 1
        assert found, place
        assert line <= found[0].line <= line + 1


@pytest.mark.parametrize(
    ("tamper", "line"),
    [
        (lambda lines: lines[1:], 1),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[0], lines[2], lines[1]], 2),
        (lambda lines: [lines[0], lines[0], lines[1], lines[2]], 2),
        (lambda lines: [*lines, lines[2]], 4),
    ],
    ids=["first removed", "middle removed", "swapped", "inserted", "repeated"],
)
def test_removed_swapped_and_inserted_lines_are_named(tamper: Any, line: int) -> None:  # noqa: ANN401 - a lambda
    lines = chain(3).splitlines(keepends=True)

    _, found = events.examine(b"".join(tamper(lines)))

    assert found[0].line == line


def test_nothing_is_appended_to_a_broken_chain() -> None:
    lines = chain(3).splitlines(keepends=True)
    with pytest.raises(EventsDamagedError, match=r"events/2026/BTC.jsonl is damaged at line 2") as caught:
        events.append(lines[0] + lines[2], EVENT, "events/2026/BTC.jsonl")

    assert caught.value.exit_code == 3


def test_a_torn_last_line_is_named() -> None:
    data = chain(2)

    assert events.examine(data[:-1])[1] == [ChainProblem(2, "the last line has no end")]
    assert events.examine(data[:-20])[1] == [ChainProblem(2, "the last line has no end")]


def test_lines_cut_off_the_end_show_against_the_older_version() -> None:
    data = chain(3)
    shorter = b"".join(data.splitlines(keepends=True)[:2])

    assert events.examine(shorter)[1] == []
    assert events.grew_from(shorter, data)
    assert events.grew_from(data, data)
    assert events.grew_from(b"", data)
    assert not events.grew_from(data, shorter)
    assert not events.grew_from(data[:-1], data)


@pytest.mark.parametrize(
    "event",
    [
        replace(EVENT, event="submission.forgotten"),
        replace(EVENT, actor=""),
        replace(EVENT, role=""),
        replace(EVENT, time="2026-03-05"),
        replace(EVENT, time="2026-03-05T08:30:00"),
        replace(EVENT, time="2026-03-05T08:30:00.5+07:00"),
        replace(EVENT, time="2026-03-05 08:30:00+07:00"),
        replace(EVENT, data={"amount": 1.5}),
        replace(EVENT, data={"amount": 2**63}),
        replace(EVENT, data={"name": "e\u0301"}),
        replace(EVENT, data={"name": "\ud800"}),
        replace(EVENT, data={1: "one"}),  # type: ignore[dict-item]
        replace(EVENT, data={"many": {"a", "b"}}),
        replace(EVENT, data=["a"]),  # type: ignore[arg-type]
        replace(EVENT, unit=None),  # type: ignore[arg-type]
    ],
)
def test_an_event_without_a_canonical_form_is_refused(event: Event) -> None:
    with pytest.raises(EventFormError):
        events.append(b"", event)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"n":1', b'"n":1.0'),
        (b'"n":1', b'"n":true'),
        (b'"n":1', b'"n": 1'),
        (b'"actor":"ketoan.btc",', b'"actor":"ketoan.btc","actor":"ketoan.btc",'),
        (b'"unit":"BTC"', b'"unit":"\\u0042TC"'),
        (b'"unit":"BTC"}', b'"unit":"BTC","extra":""}'),
        (b'"rows":12', b'"rows":1e1'),
        (b'"rows":12', b'"rows":NaN'),
    ],
)
def test_other_writings_of_the_same_event_are_not_canonical(old: bytes, new: bytes) -> None:
    data = chain(1)
    assert old in data

    assert events.examine(data.replace(old, new))[1][0].line == 1


def test_deep_nesting_is_a_problem_not_a_crash() -> None:
    assert events.examine(b"[" * 100_000 + b"\n")[1] == [ChainProblem(1, "it is no JSON")]


_texts = st.text(st.characters(codec="utf-8"), max_size=20).map(nfc)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(_texts, _values, max_size=4), min_size=1, max_size=4), _texts)
def test_any_data_makes_the_round_trip_on_one_line(several: list[dict[str, Any]], unit: str) -> None:
    data = b""
    for one in several:
        data = events.append(data, replace(EVENT, data=one, unit=unit))

    assert data.count(b"\n") == len(several)
    assert [event.data for event in events.read(data)] == several
