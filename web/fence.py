"""The fence: WSGI middleware that every request passes before Fava sees it, and every answer on its way out.

Guarantees: only this machine's own names as Host (DNS rebinding), only a known principal, only GET, only addresses
on the list, only ledgers that are the principal's; unknown and forbidden ledgers get the same answer; every answer,
refusals and errors included, carries the security headers. It decides before any ledger is loaded.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, RequestRedirect
from werkzeug.wrappers import Request, Response

from ledger.findings import Language
from web import allowed, language, notice, principal
from web.principal import Principal, PrincipalHook

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names this machine has for itself; a port may follow."""

QUERY_LENGTH = 8192
"""Longest query string, in bytes."""
YEAR_SECONDS = 365 * 24 * 3600
SWITCH = "language"
"""First part of the address that switches the language: `/language/en`."""

SOURCES: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    # Fava's components set styles from script; no style can run code.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Where a page may load what from; script only from files of this site, never from within the page."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(f"{kind} {source}" for kind, source in SOURCES.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
STATIC_CACHE = "private, max-age=86400"
"""Fava's own files carry their time in the address."""

_STRANGE = re.compile(r"[\x00-\x1f\x7f\\]|//|/\.\.?(/|$)")


_log = logging.getLogger(__name__)


class Fence:
    """A WSGI application around Fava's."""

    def __init__(
        self,
        inner: WSGIApplication,
        addresses: Map,
        *,
        has_ledger: Callable[[str], bool],
        first_ledger: str,
        principal_of: PrincipalHook,
        default: Language,
    ) -> None:
        """Build the fence.

        Args:
            inner: Fava.
            addresses: Fava's URL map, which decides what an address means.
            has_ledger: whether a code is on the shelf.
            first_ledger: code of the ledger that `/` opens.
            principal_of: who is asking.
            default: language of a reader who has not chosen one.
        """
        self._inner, self._addresses = inner, addresses
        self._has_ledger, self._first = has_ledger, first_ledger
        self._principal_of, self._default = principal_of, default

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = 0
        environ[language.ENVIRON_KEY] = language.choose(None, request.cookies.get(language.COOKIE), self._default)
        try:
            answer = self._own_answer(request)
        except Exception:  # noqa: BLE001 - a fence that fails lets nobody through, and says so in words
            _log.exception("the fence failed at %s", request.path)
            answer = self._notice(request, 500)
        return (answer or self._inner)(environ, _with_headers(start_response, request.path))

    def _own_answer(self, request: Request) -> Response | None:
        """The fence's own answer, or None where Fava is to answer."""
        refusal = self._refused(request)
        if refusal is not None:
            return self._notice(request, refusal)
        return self._switch(request) or self._routed(request)

    def _refused(self, request: Request) -> int | None:
        """The status with which a request is refused whatever it asks for."""
        environ = request.environ
        if _host_name(environ.get("HTTP_HOST", "")) not in HOSTS:
            return 421
        who = self._principal_of(environ)
        if who is None or request.method != allowed.METHOD:
            return 403
        environ[principal.ENVIRON_KEY] = who
        if len(request.query_string) > QUERY_LENGTH:
            return 414
        # A page of another site may link here, but not fetch from here.
        foreign = request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
        if foreign and request.headers.get("Sec-Fetch-Mode") != "navigate":
            return 403
        # As it was sent: the request's own `path` is already tidied.
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        return 404 if _STRANGE.search(path) or "\N{REPLACEMENT CHARACTER}" in path else None

    def _switch(self, request: Request) -> Response | None:
        """The answer to a wish for another language: a cookie, and back to the page."""
        parts = request.path.strip("/").split("/")
        if parts[0] == SWITCH:
            wanted = language.known(parts[1]) if len(parts) == 2 else None  # noqa: PLR2004 - language/en
            return self._notice(request, 404) if wanted is None else _remember(wanted, _came_from(request))
        wanted = language.known(request.args.get(language.PARAMETER))
        if wanted is None:
            return None
        rest = [(key, value) for key, value in request.args.items(multi=True) if key != language.PARAMETER]
        return _remember(wanted, _address(request.path, rest))

    def _routed(self, request: Request) -> Response | None:
        """The answer where the address itself decides: elsewhere, nowhere, not for this reader."""
        if request.path == "/":
            return _elsewhere(f"/{self._first}/")
        try:
            endpoint, arguments = self._addresses.bind_to_environ(request.environ).match()
        except RequestRedirect as redirect:
            return _elsewhere(_address(urlsplit(redirect.new_url).path, list(request.args.items(multi=True))))
        except MethodNotAllowed:
            return self._notice(request, 403)
        except HTTPException:
            return self._notice(request, 404)
        status = self._status(request, endpoint, arguments)
        return self._notice(request, status) if status else None

    def _status(self, request: Request, endpoint: str, arguments: Mapping[str, Any]) -> int | None:
        """The status with which a known address is refused to this reader."""
        if not allowed.is_allowed(request.method, endpoint, arguments):
            return 403
        code = arguments.get("bfile")
        who: Principal = request.environ[principal.ENVIRON_KEY]
        return 404 if code is not None and not (self._has_ledger(code) and who.may_open(code)) else None

    def _notice(self, request: Request, status: int) -> Response:
        return notice.response(status, request.environ[language.ENVIRON_KEY], as_json=notice.wants_json(request.path))


def _with_headers(start_response: StartResponse, path: str) -> StartResponse:
    """The same, adding the headers of the house to every answer and dropping anyone else's of those names."""
    cache = {"Cache-Control": STATIC_CACHE} if path.startswith(("/static/", "/house/")) else {}
    ours = {**HEADERS, **cache}
    names = {name.lower() for name in ours} | {"server"}

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:  # noqa: ANN401 - WSGI's own types
        kept = [(name, value) for name, value in headers if name.lower() not in names]
        return start_response(status, kept + list(ours.items()), exc_info)

    return start


def _host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    match = re.fullmatch(r"(\[[0-9A-Fa-f:]+\]|[^:\[\]@/\s]+)(:\d{1,5})?", host)
    return match[1].lower() if match else ""


def _came_from(request: Request) -> str:
    """The page of this site the reader came from, else the first one."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    if referrer.netloc != request.environ.get("HTTP_HOST") or _STRANGE.search(referrer.path):
        return "/"
    return (referrer.path or "/") + (f"?{referrer.query}" if referrer.query else "")


def _address(path: str, arguments: list[tuple[str, str]]) -> str:
    return quote(path) + (f"?{urlencode(arguments)}" if arguments else "")


def _elsewhere(address: str) -> Response:
    return Response(status=302, headers={"Location": address})


def _remember(wanted: Language, address: str) -> Response:
    answer = _elsewhere(address)
    answer.set_cookie(language.COOKIE, wanted, max_age=YEAR_SECONDS, path="/", httponly=True, samesite="Lax")
    return answer
