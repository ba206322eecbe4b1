"""One ledger as Fava holds it, with everything taken out that Fava would do on its own account.

Guarantees: text of the book starts no code but ours (plugins, extensions and options are compared with a list
before Fava acts on them, hazard H7); a ledger that did not load cleanly is no ledger (BrokenLedgerError), only the
findings of our own rules may stand in it; a loaded ledger never changes under its readers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from fava.core import FavaLedger
from fava.core.extensions import ExtensionModule

from ledger.errors import LedgerError
from ledger.findings import Language
from ledger.texts import text
from plugins.check import RuleError
from web.pages.execution import BudgetExecution
from web.pages.names import AccountNames
from web.queries import GuardedQueries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fava.ext import FavaExtensionBase

OUR_PLUGINS = frozenset({"plugins.consolidate", "plugins.check"})
OUR_EXTENSIONS: tuple[type[FavaExtensionBase], ...] = (AccountNames, BudgetExecution)
_EXTENSION_MODULES = frozenset(extension.__module__ for extension in OUR_EXTENSIONS)

NUMBER_LOCALE = "vi"
"""1.234.567, in both languages: it is how the forms print money."""
PRECISIONS = {"VND": 0, "MEMO": 0}
"""Whole đồng, also in a ledger too empty to show it by example."""
FAVA_DEFAULT_PAGE = "income_statement/"
OPENING_PAGE = f"extension/{BudgetExecution.__qualname__}/"

_TOP_LINE = re.compile(r'^\s*(?P<kind>plugin|option)\s+"(?P<name>[^"\n]*)"', re.MULTILINE)
_REASONS_SHOWN = 20


class BrokenLedgerError(Exception):
    """A ledger that may not be shown, and why; the reasons name places, never figures."""

    def __init__(self, reasons: Sequence[str], problem: LedgerError | None = None) -> None:
        super().__init__("; ".join(reasons) or str(problem))
        self._reasons, self._problem = tuple(reasons), problem

    def sentences(self, language: Language) -> list[str]:
        """The reasons, for a reader of that language."""
        if self._problem is None:
            return list(self._reasons)
        return [self._problem.sentence(lambda msgid: text(msgid, language))]


class HouseExtensions(ExtensionModule):
    """Our extensions on every ledger, whatever its text asks for, and no other."""

    def load_file(self) -> None:
        """Refuse foreign code, then hang in our own pages.

        Raises:
            BrokenLedgerError: the ledger names an extension or an importer that is not ours.
        """
        self.errors = []
        asked = {
            entry.values[0].value
            for entry in self.ledger.all_entries_by_type.Custom
            if entry.type == "fava-extension" and entry.values
        }
        foreign = sorted(str(module) for module in asked - _EXTENSION_MODULES)
        if self.ledger.fava_options.import_config:
            foreign.append("import-config")
        if foreign:
            raise BrokenLedgerError([f"foreign code: {name}" for name in foreign])
        for extension in OUR_EXTENSIONS:
            if extension.__qualname__ not in self._instances:
                self._instances[extension.__qualname__] = extension(self.ledger)


class HouseLedger(FavaLedger):
    """A Fava ledger that is read once; the house builds another one when its files change."""

    def __init__(self, file: Path) -> None:
        """Load the ledger.

        Raises:
            BrokenLedgerError: it must not be shown.
        """
        _refuse_foreign_lines(file)
        super().__init__(str(file), poll_watcher=True)
        reasons = [_reason(error) for error in self.load_errors if not _is_finding(error)]
        if reasons:
            raise BrokenLedgerError(reasons[:_REASONS_SHOWN])

    def load_file(self) -> None:
        """Load, with our modules in the places of Fava's."""
        self.extensions = HouseExtensions(self)
        self.query_shell = GuardedQueries(self)
        super().load_file()
        options = self.fava_options
        options.locale = options.locale or NUMBER_LOCALE
        # Our postings carry a dozen keys each; as badges in every row of the journal they hide the text.
        options.show_metadata_indicators = False
        if options.default_page == FAVA_DEFAULT_PAGE and not _is_unit(self):
            options.default_page = OPENING_PAGE
        self.commodities.precisions.update(PRECISIONS)
        self.format_decimal.load_file()

    def changed(self) -> bool:
        """Never: Fava would reload in place, piece by piece, under other readers (F6)."""
        return False

    def is_stale(self) -> bool:
        """Whether a file of it has changed since it was read."""
        return bool(self.watcher.check())


def _refuse_foreign_lines(file: Path) -> None:
    try:
        content = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BrokenLedgerError([f"{file.name}: {type(problem).__name__}"]) from problem
    for match in _TOP_LINE.finditer(content):
        kind, name = match["kind"], match["name"]
        if (kind == "plugin" and name not in OUR_PLUGINS) or name in {"insert_pythonpath", "documents"}:
            raise BrokenLedgerError([f"foreign code: {kind} {name}"])


def _is_finding(error: object) -> bool:
    """Whether our own rules say so: the figures stand, with a finding on them. A failed run of them is no finding."""
    return isinstance(error, RuleError)


def _reason(error: object) -> str:
    source = getattr(error, "source", None) or {}
    place = f"{Path(str(source.get('filename', ''))).name}:{source.get('lineno', '')}"
    message = str(getattr(error, "message", error)).strip().partition("\n")[0]
    return f"{place} {message}"


def _is_unit(ledger: FavaLedger) -> bool:
    return Path(ledger.beancount_file_path).parent.parent.name == "units"
