"""Typesetting: data and a template become a PDF, the same bytes every time.

Guarantees: data reaches a template as JSON and is never part of its markup, so no text from people can become a
command; only the fonts inside the compiler are used, never the machine's; the time in the file is the document's
own. PDF/A-2b, fonts embedded. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typst

from reports.form_data import FORMS

STANDARD = "a-2b"


def pdf(template: str, data: Mapping[str, Any], when: datetime) -> bytes:
    """A PDF of `reports/forms/<template>.typ`.

    Args:
        template: name without ending.
        data: JSON values; the template reads them from `sys.inputs.data`.
        when: the document's time, aware.
    """
    made = _compile(template, data, when, format="pdf", pdf_standards=[STANDARD])
    if isinstance(made, bytes):
        return made
    raise TypeError("a PDF is one file")


def pictures(template: str, data: Mapping[str, Any], when: datetime, ppi: int = 80) -> list[bytes]:
    """The pages as PNG pictures, to look at."""
    made = _compile(template, data, when, format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made)


def _compile(template: str, data: Mapping[str, Any], when: datetime, **options: Any) -> Any:  # noqa: ANN401 - library
    compiler = typst.Compiler(
        str(FORMS / f"{template}.typ"),
        root=str(FORMS),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
    )
    return compiler.compile(timestamp=int(when.timestamp()), **options)
