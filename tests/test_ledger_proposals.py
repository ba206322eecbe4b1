"""The register of proposals reads back what was written, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import proposals
from ledger.proposals import DamagedProposalsError, Proposal

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\r\n"), max_size=20)
PROPOSAL = st.builds(
    Proposal,
    unit=st.sampled_from(["BTC", "T01"]),
    source=st.sampled_from(["12", "13"]),
    clause=st.just("351"),
    item=st.sampled_from(["", "6500"]),
    programme=st.sampled_from(["", "0510"]),
    amount=st.integers(0, 10**15),
    reason=TEXT,
    submission=st.just("VPTU-2027-proposals-0"),
    row=st.integers(1, 10**6),
)
ONE = Proposal("T01", "13", "351", "", "", 1, "", "x", 2)


@given(st.lists(PROPOSAL))
def test_what_was_written_reads_back_by_line(rows: list[Proposal]) -> None:
    kept = proposals.merged((), rows)

    assert proposals.read(proposals.write(kept), "f") == kept
    assert len({row.key for row in kept}) == len(kept) == len({row.key for row in rows})


def test_of_a_line_that_comes_again_the_new_figure_counts() -> None:
    again = ONE._replace(amount=5, reason="Cân đối lại")

    assert proposals.merged([ONE], [again]) == (again,)
    assert proposals.merged([ONE, ONE._replace(item="6500")], [again]) == (again, ONE._replace(item="6500"))


def test_no_file_has_no_proposals() -> None:
    assert proposals.read(None, "f") == ()


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (lambda data: data.replace(b",1,", b",-1,"), 2),
        (lambda data: data.replace(b",1,", b",1.0,"), 2),
        (lambda data: data.replace(b"13,", b"13,,"), 2),
        (lambda data: data.replace(b"unit,", b"units,"), 1),
        (lambda data: data.replace(b"\n", b"\r\n"), 1),
        (lambda data: data + data.split(b"\n")[1] + b"\n", 1),
        (lambda data: b"\xff" + data, 1),
        (lambda _: b"", 1),
    ],
)
def test_a_changed_register_is_named(change: object, row: int) -> None:
    data = change(proposals.write([ONE]))  # type: ignore[operator]

    with pytest.raises(DamagedProposalsError) as damaged:
        proposals.read(data, "registers/proposals/2027.csv")

    assert f"row {row}" in str(damaged.value)
