"""How much of a file we read: every limit of the importers, in one place.

Guarantees: a file beyond one of these is refused with a finding that names the limit; nothing is cut off silently.
"""

from __future__ import annotations

FILE_BYTES = 20 * 1024 * 1024
"""Largest file taken at all."""

UNPACKED_BYTES = 128 * 1024 * 1024
"""Largest sum of the unpacked members of an XLSX archive (100,000 full rows need about 80 MiB)."""

UNPACKED_PART_BYTES = 40 * 1024 * 1024
"""Largest member of an XLSX archive that is no sheet: those are kept in memory whole (texts, styles)."""

UNPACKED_RATIO = 400
"""Most times an XLSX member may grow when unpacked; real sheets stay below 100."""

RATIO_FREE_BYTES = 1024 * 1024
"""Members smaller than this, unpacked, may have any ratio."""

ARCHIVE_MEMBERS = 500
"""Most members of an XLSX archive."""

ROWS = 100_000
"""Most filled rows below the header."""

COLUMNS = 100
"""Most columns of the header."""

CELL_CHARACTERS = 1_000
"""Longest text of one cell."""

TITLE_ROWS = 10
"""Most rows above the header (name of the unit, title of the table)."""

SHEET_ROWS = 1_048_576
"""Rows of a sheet as Excel has them; a file that numbers a row higher is damaged."""

SHEET_COLUMNS = 16_384
"""Columns of a sheet as Excel has them."""

SHEET_CELL_CHARACTERS = 32_767
"""Characters of a cell as Excel has them: a longer text is not even collected."""

PART_ELEMENTS = 1_000_000
"""Most XML elements of a part, beside rows and cells (100,000 rows with three shared texts each need 600,000)."""

SHEET_CELLS = 5_000_000
"""Most cells of a sheet, empty ones with a format included."""

FILE_NAME_CHARACTERS = 120
"""How much of the file name the submitter used is kept and shown."""

WHOLE_NUMBER = 2**53
"""A spreadsheet keeps numbers as binary fractions: from here on not every whole number exists in it."""

WORDS = {
    "rows": {"what_vi": "dòng", "what_en": "rows"},
    "columns": {"what_vi": "cột", "what_en": "columns"},
    "members": {"what_vi": "phần", "what_en": "parts"},
    "bytes": {"what_vi": "byte", "what_en": "bytes"},
    "characters": {"what_vi": "ký tự trong một ô", "what_en": "characters in one cell"},
    "elements": {"what_vi": "phần tử XML", "what_en": "XML elements"},
    "cells": {"what_vi": "ô", "what_en": "cells"},
    "ratio": {"what_vi": "lần kích thước nén", "what_en": "times its packed size"},
}
"""What is counted, for the sentences of F10 and F13."""
