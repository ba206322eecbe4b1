"""The program's version, as `pyproject.toml` has it (a test holds that).

Guarantees: known without asking the installed package, whose metadata cost more to read than many a command's work.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
