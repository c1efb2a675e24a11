"""The fixture that keeps tests on this machine keeps them there."""

from __future__ import annotations

import asyncio
import socket
import threading
import urllib.request
from collections.abc import Callable

import httpx
import pytest

# Addresses that RFC 5737 and RFC 3849 set aside for documentation: nobody answers there, should the guard ever fail.
ELSEWHERE = "192.0.2.1"
ELSEWHERE_6 = "2001:db8::1"


def tcp() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def connect() -> None:
    with tcp() as one:
        one.connect((ELSEWHERE, 443))


def connect_6() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as one:
        one.connect((ELSEWHERE_6, 443))


def connect_ex() -> None:
    with tcp() as one:
        one.connect_ex((ELSEWHERE, 443))


def create_connection() -> None:
    socket.create_connection(("example.com", 443))


def sendto() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"?", (ELSEWHERE, 53))


def look_up() -> None:
    socket.getaddrinfo("example.com", 443)


def by_httpx() -> None:
    httpx.get("http://example.com/")


def by_urllib() -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open("http://example.com/")


def by_asyncio() -> None:
    asyncio.run(asyncio.wait_for(asyncio.open_connection(ELSEWHERE, 443), 5))


WAYS = [connect, connect_6, connect_ex, create_connection, sendto, look_up, by_httpx, by_urllib, by_asyncio]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_test_that_reaches_beyond_this_machine_is_refused(
    way: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with pytest.raises(RuntimeError, match="tests use the loopback only; this one reached for"):
        way()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3"])
def test_the_loopback_is_open(host: str) -> None:
    with socket.create_server(("127.0.0.1" if host == "localhost" else host, 0)) as server:
        answering = threading.Thread(target=lambda: server.accept()[0].close())
        answering.start()
        with socket.create_connection((host, server.getsockname()[1]), timeout=5) as one:
            assert one.recv(1) == b""
        answering.join()
