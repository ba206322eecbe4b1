"""Which language a page is shown in: Vietnamese, unless the reader has asked for English.

Guarantees: the answer is always one of the two; under stock Fava (no fence in front) our own pages still answer in
Vietnamese and follow `?lang=` and the cookie.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import has_request_context, request

from ledger.findings import LANGUAGES, Language

DEFAULT: Language = "vi"
COOKIE = "language"
PARAMETER = "lang"
ENVIRON_KEY = "party_ledger.language"
"""Where the fence leaves its choice for the pages behind it."""

NAMES: Mapping[Language, str] = {"vi": "Tiếng Việt", "en": "English"}
"""Each language's own name, never translated."""


def known(code: str | None) -> Language | None:
    """The language of that code, or None."""
    return next((language for language in LANGUAGES if language == code), None)


def choose(parameter: str | None, cookie: str | None, default: Language = DEFAULT) -> Language:
    """The reader's language: what the address says, else what the cookie says, else the default."""
    return known(parameter) or known(cookie) or default


def current() -> Language:
    """The language of the running request (outside of one: the default)."""
    if not has_request_context():
        return DEFAULT
    left = known(request.environ.get(ENVIRON_KEY))
    return left or choose(request.args.get(PARAMETER), request.cookies.get(COOKIE))


def other(language: Language) -> Language:
    """The language one click away."""
    return "en" if language == "vi" else "vi"
