"""The server: loopback only, a clear sentence where it cannot listen, and the real thing once."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from waitress.server import BaseWSGIServer
from web_books import house, until_closed, write_book

from web import server
from web.server import AddressTakenError, NotLoopbackError


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "", "no-such-host.invalid"])  # noqa: S104 - refused
def test_it_does_not_listen_where_others_can_reach_it(host: str) -> None:
    with pytest.raises(NotLoopbackError) as caught:
        server.run(lambda _environ, _start: [], host, 5000)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost"])
def test_this_machines_own_addresses_are_fine(host: str) -> None:
    assert server.is_loopback(host)


def test_a_taken_port_is_said_in_a_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(AddressTakenError) as caught:
            server.run(lambda _environ, _start: [], "127.0.0.1", other.getsockname()[1])
    assert "--port" in str(caught.value)
    assert caught.value.exit_code == 1


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    site = server.listening(house(write_book(tmp_path)), "127.0.0.1", 0)
    assert isinstance(site, BaseWSGIServer)
    threading.Thread(target=until_closed, args=(site,), daemon=True).start()
    yield int(site.effective_port)
    site.close()


def test_it_serves_the_site_under_its_own_name_only(port: int) -> None:
    answers = {}
    for host in (f"127.0.0.1:{port}", "evil.example"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/BTC/journal/", headers={"Host": host})
        answer = connection.getresponse()
        answers[host] = answer.status
        assert answer.getheader("Server") is None
        assert answer.getheader("Content-Security-Policy")
        connection.close()

    assert answers == {f"127.0.0.1:{port}": 200, "evil.example": 421}


def test_a_forged_forwarding_header_makes_nobody_local_or_foreign(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Host": "evil.example", "Forwarded": "for=8.8.8.8"}
    connection.request("GET", "/BTC/journal/", headers=headers)

    assert connection.getresponse().status == 200
    connection.close()


def test_a_body_is_not_read(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("PUT", "/BTC/api/source", body=b"x" * 100_000)

    assert connection.getresponse().status in {403, 413}
    connection.close()
