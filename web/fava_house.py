"""The house around Fava: one WSGI application for the province's consolidated books and every unit's.

Guarantees: Fava's application is used as it is, through the seams listed here, and each seam is checked when the
application is made: where a release of Fava has moved one, the program does not start (SeamMovedError) rather than
start without its protection. Nothing is written, and no answer names a path of this machine.

    app = create(Path("practice"))            # any WSGI server may run it; `web.server.run` does
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from beancount import loader
from fava.application import create_app
from fava.core.charts import FavaJSONProvider
from fava.internal_api import get_ledger_data
from fava.json_api import json_success
from flask import Flask, current_app, g, request, send_from_directory, url_for
from werkzeug.exceptions import InternalServerError

from ledger.book import Book
from ledger.errors import IntegrityError
from ledger.findings import Language
from ledger.texts import text
from web import language as languages
from web import notice
from web.fence import SWITCH, Fence
from web.house_ledger import BrokenLedgerError
from web.ledgers import Ledgers
from web.pages.places import BOOK
from web.principal import PrincipalHook, at_this_machine
from web.shelf import PROVINCE_FILES, PROVINCE_TITLES, OpenBook, Shelf

if TYPE_CHECKING:
    from fava.internal_api import LedgerData
    from flask import Response
    from werkzeug.wrappers import Response as PlainResponse

HERE = Path(__file__).parent
TRANSLATIONS, STATIC = HERE / "translations", HERE / "static"

TEMPLATE_CHANGES: Mapping[str, Mapping[str, str]] = {
    "_journal_table.html": {
        # Stored XSS: the journal goes into the page as it stands (hazard S1).
        "{% autoescape false %}": "{% autoescape true %}",
        # Fava prints a posting's figures as in the file, without grouping.
        "posting.units.number|incognito": "posting.units.number|format_currency(posting.units.currency)",
        "posting.cost.number|incognito": "posting.cost.number|format_currency(posting.cost.currency)",
    },
    "_layout.html": {
        "{{ ledger.options.title }}": "{{ house_title() }}",
        "<html>": '<html lang="{{ house_language() }}">',
        "</head>": '<link rel="stylesheet" href="{{ house_file(\'house.css\') }}">\n  </head>',
    },
}
"""What is changed in Fava's templates: template → text that must stand there exactly once → what replaces it."""

PICKLES = "*.picklecache"


class SeamMovedError(RuntimeError):
    """Fava is not as this house relies on it to be; look at the release before raising the pin."""


class PickledLedgerError(IntegrityError):
    """A load cache lies in the book: nothing of ours writes one, and loading it would run code."""

    template = "{file} does not belong in a book: remove it and find out who put it there"

    def __init__(self, file: str) -> None:
        super().__init__(file=file)


def create(
    book_path: Path,
    language: Language = languages.DEFAULT,
    *,
    principal_of: PrincipalHook = at_this_machine,
    open_book: OpenBook = Book.open,
    ledgers: Callable[[Shelf], Ledgers] = Ledgers,
) -> Fence:
    """The application.

    Args:
        book_path: folder of the book.
        language: language of readers who have not chosen one.
        principal_of: who is asking (default: whoever sits at this machine).
        open_book: how the book is opened and its integrity checked; tests open plain folders.
        ledgers: how the ledgers are held in memory.

    Raises:
        LedgerError: no book, or one whose integrity is broken.
        SeamMovedError: this release of Fava must not be used.
    """
    loader.initialize(use_cache=False)
    folder = book_path.resolve()
    _refuse_pickles(folder)
    shelf = Shelf(folder, open_book)
    app = create_app([], read_only=True, poll_watcher=True)
    app.config.update(LEDGERS=ledgers(shelf), OPEN_BOOK=open_book)
    _use_json(app, PathlessJSON(app, folder))
    _use_templates(app)
    _use_translations(app)
    _use_ledger_data(app)
    _add_files(app)
    _add_notices(app)
    return Fence(
        app,
        app.url_map,
        has_ledger=lambda code: code in shelf.volumes(),
        first_ledger=next(iter(shelf.volumes())),
        principal_of=principal_of,
        default=language,
    )


class PathlessJSON(FavaJSONProvider):
    """All data leaves through here, in pages and in answers to scripts; paths of the book's folder become `<book>`.

    Fava takes a file name that starts with `<` for a place it cannot open, which is what it is for a reader here.
    """

    def __init__(self, app: Flask, folder: Path) -> None:
        super().__init__(app)
        self._folder = super().dumps(f"{folder}/")[1:-1]

    def dumps(self, obj: Any, **kwargs: Any) -> str:  # noqa: ANN401 - any value that JSON can hold
        """The value as JSON text."""
        return super().dumps(obj, **kwargs).replace(self._folder, BOOK)


class ChangingLoader(jinja2.BaseLoader):
    """Fava's own templates with our changes; a text that is not there as expected stops the program."""

    def __init__(self, inner: jinja2.BaseLoader) -> None:
        self._inner = inner

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The template's text.

        Raises:
            SeamMovedError: the text to change does not stand in it exactly once.
        """
        source, file, is_current = self._inner.get_source(environment, template)
        for expected, ours in TEMPLATE_CHANGES.get(template, {}).items():
            if source.count(expected) != 1:
                raise SeamMovedError(f"{template} does not have {expected} exactly once")
            source = source.replace(expected, ours)
        return source, file, is_current


def _refuse_pickles(folder: Path) -> None:
    found = next(folder.rglob(PICKLES), None)
    if found is not None:
        raise PickledLedgerError(str(found.relative_to(folder)))


def _use_json(app: Flask, provider: PathlessJSON) -> None:
    # Jinja's `tojson` keeps the function it was made with.
    policy = "json.dumps_function"
    if policy not in app.jinja_env.policies:
        raise SeamMovedError("templates write JSON by other means")
    app.json = provider
    app.jinja_env.policies[policy] = provider.dumps


def _use_templates(app: Flask) -> None:
    inner = app.jinja_env.loader
    if inner is None:
        raise SeamMovedError("Fava has no template loader")
    app.jinja_env.loader = ChangingLoader(inner)
    app.jinja_env.globals["house_language"] = languages.current
    app.jinja_env.globals["house_file"] = _file_address
    app.jinja_env.globals["house_title"] = _title
    for template in TEMPLATE_CHANGES:
        app.jinja_env.get_template(template)


def _use_translations(app: Flask) -> None:
    babel: Any = app.extensions.get("babel")
    if not isinstance(getattr(babel, "translation_directories", None), list) or not hasattr(babel, "locale_selector"):
        raise SeamMovedError("flask-babel keeps its directories or its selector elsewhere")
    babel.translation_directories.append(str(TRANSLATIONS))
    babel.locale_selector = languages.current


def _use_ledger_data(app: Flask) -> None:
    name = "json_api.get_ledger_data"
    if "get_ledger_data" not in app.jinja_env.globals or name not in app.view_functions:
        raise SeamMovedError("Fava hands out its ledger data elsewhere")
    app.jinja_env.globals["get_ledger_data"] = _ledger_data
    app.view_functions[name] = lambda: json_success(_ledger_data())


def _ledger_data() -> LedgerData:
    """Fava's data about the ledger, with our own links in its sidebar and the register's title."""
    data = get_ledger_data()
    return replace(data, sidebar_links=_sidebar(), options={**data.options, "title": _title()})


def _title() -> str:
    """The ledger's title as the register has it: what the text of a ledger says of itself is never believed."""
    titles = dict(current_app.config["LEDGERS"].items())
    return str(titles[g.beancount_file_slug].options["title"])


def _sidebar() -> list[tuple[str, str]]:
    reader = languages.current()
    named = [
        code
        for code, _ in current_app.config["LEDGERS"].items()
        if code in PROVINCE_FILES and code != g.beancount_file_slug
    ]
    links = [(text(PROVINCE_TITLES[code], reader), f"{request.script_root}/{code}/") for code in named]
    other = languages.other(reader)
    return [*links, (languages.NAMES[other], f"{request.script_root}/{SWITCH}/{other}")]


def _add_files(app: Flask) -> None:
    @app.get("/house/<path:filename>", endpoint="house_static")
    def house_static(filename: str) -> Response:
        return send_from_directory(STATIC, filename)


def _file_address(filename: str) -> str:
    return url_for("house_static", filename=filename, mtime=(STATIC / filename).stat().st_mtime_ns)


def _add_notices(app: Flask) -> None:
    def broken(problem: BrokenLedgerError) -> PlainResponse:
        reader = languages.current()
        return notice.response(503, reader, problem.sentences(reader), as_json=notice.wants_json(request.path))

    def failed(_: InternalServerError) -> PlainResponse:
        return notice.response(500, languages.current(), as_json=notice.wants_json(request.path))

    app.register_error_handler(BrokenLedgerError, broken)
    app.register_error_handler(InternalServerError, failed)
