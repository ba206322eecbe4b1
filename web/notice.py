"""The house's own short pages: refused, not found, this ledger cannot be shown.

Guarantees: they need no ledger and no Fava; everything in them is escaped; a script that asked gets the same
sentence as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import jinja2
from flask import json
from werkzeug.wrappers import Response

from ledger.findings import Language
from ledger.texts import text

TEMPLATES = Path(__file__).parent / "templates"

SENTENCES: Mapping[int, str] = {
    403: "This is not open here: the books are for reading, and only the pages of the menu can be read.",
    404: "There is no such page, or it is not yours to open.",
    414: "The address is too long.",
    421: "This address is not the program's own: open it as http://127.0.0.1 or http://localhost.",
    500: "Something went wrong in the program. The book is unchanged; the log of the program has the details.",
    503: "This ledger cannot be shown, because it did not load without errors. The other ledgers are not affected.",
}
"""English, by status; shown through the catalogue of texts."""


def wants_json(path: str) -> bool:
    """Whether the request came from Fava's script rather than from a person's address bar."""
    return "/api/" in path or path.endswith("/names")


def response(status: int, language: Language, reasons: Sequence[str] = (), *, as_json: bool = False) -> Response:
    """The answer for a status, with the reasons where there are any."""
    sentence = text(SENTENCES[status], language)
    if as_json:
        body = json.dumps({"error": " ".join([sentence, *reasons])})
        return Response(body, status, mimetype="application/json")
    page = _template().render(
        language=language, sentence=sentence, reasons=reasons, home=text("To the start", language)
    )
    return Response(page, status, mimetype="text/html")


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(loader=loader, autoescape=True).get_template("notice.html")
