"""Runs the site for this machine.

Guarantees: it listens on a loopback address or not at all: until there is a login, nobody else may reach the books.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING

from waitress.server import create_server

from ledger.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from waitress.server import BaseWSGIServer, MultiSocketServer

THREADS = 8
BODY_BYTES = 1024
"""Largest request body: reading needs none."""


class NotLoopbackError(UsageProblem):
    """The address to listen on can be reached from elsewhere."""

    template = "{host} can be reached from other machines: without a login the books open on 127.0.0.1 only"

    def __init__(self, host: str) -> None:
        super().__init__(host=host)


class AddressTakenError(Refused):
    """Another program listens there, or this one may not."""

    template = "{host}:{port} cannot be listened on ({why}): choose another port with --port"

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(host=host, port=str(port), why=why)


def run(app: WSGIApplication, host: str = "127.0.0.1", port: int = 5000) -> None:
    """Serve until Ctrl+C.

    Raises:
        NotLoopbackError: the host is not this machine's own.
        AddressTakenError: the port cannot be used.
    """
    server = listening(app, host, port)
    try:
        server.run()
    finally:
        server.close()


def listening(app: WSGIApplication, host: str, port: int) -> MultiSocketServer | BaseWSGIServer:
    """A server that listens and does not answer yet; see `run`. Port 0 takes a free one."""
    if not is_loopback(host):
        raise NotLoopbackError(host)
    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident="",
            max_request_body_size=BODY_BYTES,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as problem:
        raise AddressTakenError(host, port, problem.strerror or str(problem)) from problem


def is_loopback(host: str) -> bool:
    """Whether every address of the host is this machine's own."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return bool(found) and all(ip_address(address[0]).is_loopback for *_, address in found)
