"""Who is asking, and which ledgers they may open: the seam where the login will stand.

Guarantees: no principal, no answer; a principal's rights are a set of ledger codes, never a title or an address.
Until there is a login, the only principal is whoever sits at this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

ENVIRON_KEY = "party_ledger.principal"
"""Where the fence leaves the principal for the pages behind it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """One reader of the books."""

    person: str
    """Code in the register of people; empty for whoever sits at this machine."""
    ledgers: frozenset[str] | None
    """Codes of the ledgers they may open (`province`, `party`, unit codes); None: all."""

    def may_open(self, code: str) -> bool:
        """Whether the ledger of that code is theirs to read."""
        return self.ledgers is None or code in self.ledgers


PrincipalHook = Callable[[Mapping[str, Any]], Principal | None]
"""From a request's WSGI environment to its principal; None: nobody we know."""


def at_this_machine(environ: Mapping[str, Any]) -> Principal | None:
    """Everything for requests from this machine, nothing for any other."""
    try:
        address = ip_address(str(environ.get("REMOTE_ADDR", "")))
    except ValueError:
        return None
    return Principal("", None) if address.is_loopback else None
