"""What may be asked of Fava: a list. Whatever is not on it is refused, new addresses of later releases too.

Guarantees: reading only; nothing that shows a file of the server, its paths, or code; nothing that runs an importer;
extensions answer only what is listed here by name.
"""

from __future__ import annotations

from collections.abc import Mapping

from web.queries import FORMATS

METHOD = "GET"

PAGES = frozenset(
    {
        "balance_sheet",
        "commodities",
        "errors",
        "events",
        "holdings",
        "income_statement",
        "journal",
        "query",
        "statistics",
        "trial_balance",
    }
)
"""Fava's reports. Left out: documents, editor, import (they write or read files) and options (server paths)."""

ENDPOINTS = frozenset(
    {
        "static",
        "house_static",
        "index",
        "account",
        "holdings_by",
        "help_page",
        "json_api.get_account_report",
        "json_api.get_balance_sheet",
        "json_api.get_changed",
        "json_api.get_commodities",
        "json_api.get_context",
        "json_api.get_errors",
        "json_api.get_events",
        "json_api.get_help",
        "json_api.get_income_statement",
        "json_api.get_journal",
        "json_api.get_journal_page",
        "json_api.get_ledger_data",
        "json_api.get_query",
        "json_api.get_statistics",
        "json_api.get_trial_balance",
    }
)
"""Allowed whatever their other arguments are."""

REFUSED = frozenset(
    {
        "document",
        "download_journal",
        "jump",
        "statement",
        "json_api.delete_document",
        "json_api.delete_source_slice",
        "json_api.get_documents",
        "json_api.get_extract",
        "json_api.get_imports",
        "json_api.get_narration_transaction",
        "json_api.get_narrations",
        "json_api.get_options",
        "json_api.get_payee_accounts",
        "json_api.get_payee_transaction",
        "json_api.get_source",
        "json_api.get_source_slice",
        "json_api.put_add_document",
        "json_api.put_add_entries",
        "json_api.put_attach_document",
        "json_api.put_format_source",
        "json_api.put_move",
        "json_api.put_source",
        "json_api.put_source_slice",
        "json_api.put_upload_import_file",
    }
)
"""Known and refused. The list changes nothing (unlisted is refused as well); a test compares it with Fava's map, so
that an address of a new release is looked at by a person before it is put in either list."""

ARGUMENTS: Mapping[str, tuple[tuple[str, ...], frozenset[tuple[str, ...]]]] = {
    "report": (("report_name",), frozenset((page,) for page in PAGES)),
    "download_query": (("result_format",), frozenset((name,) for name in FORMATS)),
    "extension_report": (("extension_name",), frozenset({("BudgetExecution",)})),
    "extension_js_module": (("extension_name",), frozenset({("BudgetExecution",), ("AccountNames",)})),
    "extension_endpoint": (
        ("extension_name", "endpoint"),
        frozenset({("BudgetExecution", "style"), ("AccountNames", "names")}),
    ),
}
"""Allowed for some values of their arguments: endpoint → (names of the arguments, allowed values)."""


def is_allowed(method: str, endpoint: str, arguments: Mapping[str, object]) -> bool:
    """Whether a request may go on to Fava."""
    if method != METHOD:
        return False
    if endpoint in ENDPOINTS:
        return True
    names, values = ARGUMENTS.get(endpoint, ((), frozenset()))
    return tuple(str(arguments.get(name)) for name in names) in values
