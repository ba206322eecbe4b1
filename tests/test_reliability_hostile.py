"""A short sample of `make campaign`: hostile texts in the fields of every form, and files that want to be run."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from beancount import loader
from submission_cases import hand_in

from campaigns import hostile, outputs, provinces, texts
from campaigns.payloads import CANARY, DIRECTIVES, FIXED, SLOTS, row
from campaigns.payloads import texts as hostile_texts
from campaigns.works import electricity
from importers.layouts import LAYOUTS

SEED = int(os.environ.get("PARTY_LEDGER_SEED", "1"))
EXAMPLES = 1_000
TEXTS_OF_A_FORM = 40

pytest_plugins = ("submission_fixtures",)


@pytest.fixture(scope="module")
def province() -> Iterator[Path]:
    with provinces.province() as book:
        yield book


@pytest.mark.slow
@pytest.mark.parametrize("form", LAYOUTS)
def test_a_hostile_text_in_any_field_is_text_or_is_named(province: Path, form: str) -> None:
    tally = hostile.some_fields(province, LAYOUTS[form], SEED, TEXTS_OF_A_FORM)

    assert tally.wrong == [], f"seed {SEED}"
    assert TEXTS_OF_A_FORM < tally.points < 2 * TEXTS_OF_A_FORM
    assert tally.notes != ["0 accepted"]


def test_a_thousand_vouchers_come_back_from_beancount_as_they_were_read() -> None:
    tally = texts.round_trips(SEED, EXAMPLES)

    assert tally.wrong == [], f"seed {SEED}"
    assert tally.points == EXAMPLES


def test_there_are_two_hundred_texts_and_a_seed_repeats_them() -> None:
    assert len(set(hostile_texts(SEED, 200))) == 200
    assert hostile_texts(SEED, 300) == hostile_texts(SEED, 300) != hostile_texts(SEED + 1, 300)
    assert set(FIXED) < set(hostile_texts(SEED, 200))


@pytest.mark.parametrize("form", LAYOUTS)
def test_every_form_has_a_sound_row_to_put_them_into(province: Path, form: str) -> None:
    outcome = hostile._submit(province, LAYOUTS[form], [(LAYOUTS[form].columns[0].key, _first(form))], dry_run=True)

    assert outcome.accepted, [(finding.rule, finding.column, finding.value) for finding in outcome.findings]
    assert set(SLOTS) == set(LAYOUTS)


def _first(form: str) -> str:
    layout = LAYOUTS[form]
    return row(layout, 1)[layout.columns[0].key]


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module within reach that leaves a mark when anything imports or unpickles it."""
    mark = tmp_path / "it-ran"
    module = tmp_path / "canary" / f"{CANARY}.py"
    module.parent.mkdir()
    module.write_text(f"from pathlib import Path\nPath({str(mark)!r}).touch()\nCONFIG = []\n", "utf-8")
    monkeypatch.syspath_prepend(str(module.parent))
    return mark


class _Touch:
    """Unpickling it makes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (self.mark,))


@pytest.mark.parametrize("name", ["t.beancount", f"{CANARY}.py", ".ledger.beancount.picklecache", "t.html", "t.svg"])
def test_a_file_that_wants_to_be_run_is_only_read(case_copy: Path, canary: Path, name: str) -> None:
    bodies = {
        "t.beancount": "\n".join(DIRECTIVES).encode(),
        f"{CANARY}.py": canary.parent.joinpath("canary", f"{CANARY}.py").read_bytes(),
        ".ledger.beancount.picklecache": pickle.dumps(_Touch(canary)),
        "t.html": b"<html><script>1</script></html>",
        "t.svg": b"<svg onload='1'/>",
    }

    outcome = hand_in(case_copy, bodies[name], name, unit="T01", period="2026-03")

    assert not outcome.accepted
    assert outcome.findings
    assert not canary.exists()
    assert CANARY not in sys.modules


def test_directives_in_texts_and_a_planted_cache_never_run(case_copy: Path, canary: Path) -> None:
    text = " ".join(DIRECTIVES).replace('"', '""')
    data = electricity("1.000").replace("Chi tiền điện".encode(), f'"{text}"'.encode())
    assert hand_in(case_copy, data, "t.csv", unit="T01", period="2026-03").accepted
    folder = case_copy / "units/T01"
    (folder / ".ledger.beancount.picklecache").write_bytes(pickle.dumps(_Touch(canary)))

    entries, errors, options = loader.load_file(str(folder / "ledger.beancount"))

    assert (errors, options["plugin"]) == ([], [])
    assert " ".join(DIRECTIVES) in {getattr(entry, "narration", "") for entry in entries}
    assert not canary.exists()
    assert CANARY not in sys.modules


@pytest.mark.parametrize(
    ("made", "format_"),
    [(b"a;b\r\n=1+1;2\r\n", "csv"), (b'a,b\n"\t=1",2\n', "csv"), ("a;b\r\n＝1;2\r\n".encode(), "csv")],
)
def test_the_judgement_notices_a_cell_that_would_be_calculated(made: bytes, format_: str) -> None:
    assert len(list(outputs.calculated(made, format_, "it"))) == 1
    assert list(outputs.calculated(b"a;b\r\n-1.000;'=1\r\n", "csv", "it")) == []


def test_the_judgement_notices_an_injected_directive(case_copy: Path) -> None:
    ledger = case_copy / "units/T01/ledger.beancount"
    assert list(outputs.ledger(case_copy, "T01")) == []
    journal = next((case_copy / "units/T01/2026").glob("2026-02*"))
    journal.write_text(journal.read_text("utf-8") + '\n2026-02-01 event "a" "b"\n', "utf-8")

    entries, _, _ = loader.load_file(str(ledger))

    assert any(type(entry).__name__ == "Event" for entry in entries)


def test_the_judgement_notices_markup() -> None:
    reader = outputs._Reader()
    reader.feed('<p>1</p><img src=x onerror="alert(1)"><a href="javascript:1">x</a>')

    assert [found.split()[0] for found in reader.found] == ["<img", "<a"]
