"""Reliability, measured: thousands of faults, each followed by the question whether the book is still right.

`make campaign` (`python -m campaigns`) runs them long and prints seed and figures; the suite runs short samples of the
same code (`tests/test_reliability_*.py`). Every failure names what repeats it. Campaigns share books and tools with the
tests, whose folder this package makes importable.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
_TESTS = str(Path(__file__).resolve().parent.parent / "tests")
if _TESTS not in sys.path:
    sys.path.append(_TESTS)
