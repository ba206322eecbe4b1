"""Classes of fixed assets: which list applies on which day, with lives and rates."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ledger.asset_classes import asset_class, in_force, shipped


@pytest.mark.parametrize(
    ("code", "life", "rate"),
    [
        ("TT141-1.5", 15, 667),
        ("TT141-3", 15, 667),
        ("TT141-5.3", 7, 1429),
        ("TT23-5.01", 5, 2000),
        ("TT23-1.1", 80, 125),
    ],
)
def test_lives_and_rates_are_whole_numbers(code: str, life: int, rate: int) -> None:
    assert (shipped()[code].life, shipped()[code].rate) == (life, rate)


def test_the_list_changes_with_the_year_and_no_class_is_in_both() -> None:
    assert asset_class("TT23-5.01", "2025-12-31") is not None
    assert asset_class("TT23-5.01", "2026-01-01") is None
    assert asset_class("TT141-5.3", "2025-12-31") is None
    assert asset_class("TT141-5.3", "2026-01-01") is not None
    assert asset_class("TT141-9", "2026-01-01") is None
    assert not {one.code for one in in_force("2025-12-31")} & {one.code for one in in_force("2026-01-01")}


def test_land_buildings_and_structures_are_fixed_assets_whatever_their_value() -> None:
    always = {one.code for one in in_force("2026-06-30") if one.any_value}

    assert always == {f"TT141-{n}" for n in ("1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "VH1")}


def test_every_class_has_names_a_document_and_a_mark_and_its_rate_fits_its_life() -> None:
    for one in shipped().values():
        assert all((one.name_vi, one.name_en, one.document, one.confidence)), one.code
        if one.life and one.rate:
            assert abs(Decimal(one.rate) * one.life - 10_000) <= one.life, one.code
