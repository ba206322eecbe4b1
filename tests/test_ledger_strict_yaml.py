"""Our data files are read strictly: plain data, and no key twice."""

from __future__ import annotations

import gc

import pytest
import yaml

from ledger import strict_yaml
from ledger.pause import collector_at_rest


def test_plain_data_is_read_as_the_library_reads_it() -> None:
    text = 'a: 1\nb: [x, "05", 2026-03-05]\nc:\n  đ: |\n    hai\n    dòng\n  e: null\n'

    assert strict_yaml.read(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [("a: 1\nb: 2\na: 3\n", "a", 3), ("x:\n  m: {k: 1, k: 2}\n", "k", 2), ("x:\n- y: 1\n  y: 1\n", "y", 3)],
)
def test_a_key_that_stands_twice_is_refused_with_its_line(text: str, key: str, line: int) -> None:
    with pytest.raises(strict_yaml.RepeatedKeyError) as caught:
        strict_yaml.read(text)

    assert (caught.value.key, caught.value.line) == (key, line)


@pytest.mark.parametrize("text", ["!!python/object/apply:os.getcwd []", "a: [1", "a: b: c"])
def test_what_is_no_plain_data_is_refused(text: str) -> None:
    with pytest.raises(strict_yaml.YAMLError):
        strict_yaml.read(text)


def test_the_collector_is_on_again_after_its_rest_even_when_the_work_failed() -> None:
    seen = []

    @collector_at_rest()
    def fail() -> None:
        seen.append(gc.isenabled())
        raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert seen == [False]
    assert gc.isenabled()


def test_a_rest_inside_a_rest_does_not_end_it() -> None:
    with collector_at_rest():
        with collector_at_rest():
            pass
        assert not gc.isenabled()
