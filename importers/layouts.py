"""The forms that units fill in, each a declared list of columns with a version.

Guarantees: the same declaration finds the columns of a file, reads its cells, names them in findings, guides who fills
it in and makes its identity, so that these cannot disagree. Columns may stand in any order; unknown ones are allowed
and not read. What a form is: `layout`; each form: `layout_<form>`.
"""

from __future__ import annotations

from importers.layout import CODE_FORMS, CODE_SAMPLES, Column, Kind, Layout, Span
from importers.layout_assets import ASSETS
from importers.layout_carryover import CARRYOVER
from importers.layout_commitments import COMMITMENTS
from importers.layout_dues import DUES, LEVELS
from importers.layout_estimates import DECISIONS, ESTIMATES
from importers.layout_events import EVENTS
from importers.layout_opening import OPENING
from importers.layout_requests import REQUESTS
from importers.layout_treasury import TREASURY
from importers.layout_trips import TRIPS
from importers.layout_vouchers import OPERATIONS, VOUCHERS

__all__ = [
    "ASSETS",
    "CARRYOVER",
    "CODE_FORMS",
    "CODE_SAMPLES",
    "COMMITMENTS",
    "DECISIONS",
    "DUES",
    "ESTIMATES",
    "EVENTS",
    "LAYOUTS",
    "LEVELS",
    "NAMES",
    "OPENING",
    "OPERATIONS",
    "REQUESTS",
    "TREASURY",
    "TRIPS",
    "VOUCHERS",
    "Column",
    "Kind",
    "Layout",
    "Span",
]

LAYOUTS = {
    layout.form: layout
    for layout in (
        VOUCHERS,
        ESTIMATES,
        OPENING,
        ASSETS,
        DUES,
        EVENTS,
        TRIPS,
        TREASURY,
        REQUESTS,
        CARRYOVER,
        COMMITMENTS,
    )
}

NAMES = frozenset(name for layout in LAYOUTS.values() for name in layout.by_heading)
"""Every heading of every form, in the form it is compared in."""
