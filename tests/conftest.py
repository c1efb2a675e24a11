"""What holds for every test: no network beyond this machine, the same examples in every check, and a word on the contracts.

Nothing here reads a clock: tests that need one are handed one.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

HERE = Path(__file__).resolve().parent
CONTRACTS = HERE.parent / ".contracts"
PINS = HERE / "contract" / "contracts.sha256"

# Examples take as long as the machine lets them: a slow one is no failure. `make check` takes "ci": the same examples each time.
settings.register_profile("default", deadline=None)
settings.register_profile(
    "ci", parent=settings.get_profile("default"), derandomize=True, database=None, print_blob=True
)
settings.load_profile("default")


class NetworkError(RuntimeError):
    """A test reached for something beyond this machine."""


def _is_here(host: object) -> bool:
    """True for this machine's own names and addresses."""
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_beyond_here(address: Any) -> None:
    # Addresses of Unix sockets are paths; those of the internet are tuples.
    if isinstance(address, tuple) and not _is_here(address[0]):
        raise NetworkError(f"tests use the loopback only; this one reached for {address[0]}")


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuses connections, datagrams and look-ups of names beyond this machine, in this process."""
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_beyond_here(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_beyond_here(address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        _refuse_beyond_here(rest[-1])
        return sendto(self, data, *rest)

    def guarded_getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        _refuse_beyond_here((host,))
        return getaddrinfo(host, *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket.socket, "sendto", guarded_sendto)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with tests that take long begin first, so that no process is left alone with them while the others have nothing to do."""
    slow = {item.path for item in items if item.get_closest_marker("slow") is not None}
    items.sort(key=lambda item: item.path not in slow)


# --- What was held against the vendors' own descriptions of their APIs ---------------------------------------------------------

_opened = pytest.StashKey[set[str]]()
_judged = pytest.StashKey[Counter[str]]()


def _judged_here() -> dict[str, int]:
    """How many exchanges this process has judged, by platform and direction."""
    loaded = sys.modules.get("tests.contract.openapi")
    return loaded.counts() if loaded is not None else {}


def pytest_configure(config: pytest.Config) -> None:
    """Notes which contracts tests open; a description that nobody opens validates nothing."""
    opened: set[str] = set()
    config.stash[_opened] = opened
    config.stash[_judged] = Counter()
    folder = str(CONTRACTS)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(folder):
            opened.add(Path(arguments[0]).name)

    sys.addaudithook(note)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist hands over what it noted."""
    if hasattr(session.config, "workeroutput"):
        opened: set[str] = session.config.stash[_opened]
        session.config.workeroutput["contracts"] = sorted(opened)
        session.config.workeroutput["judged"] = _judged_here()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Collects what a worker of xdist handed over."""
    handed = getattr(node, "workeroutput", {})
    node.config.stash[_opened].update(handed.get("contracts", ()))
    node.config.stash[_judged].update(handed.get("judged", {}))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Says in the last lines of a run of contract tests what was validated against which description, or why not."""
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    if not any(getattr(report, "nodeid", "").startswith("tests/contract/") for report in reports):
        return
    opened = config.stash[_opened]
    pinned = [line.split()[1] for line in PINS.read_text(encoding="utf-8").splitlines()]
    missing = [name for name in pinned if not (CONTRACTS / name).is_file()]
    idle = [name for name in pinned if name not in opened and name not in missing]
    terminalreporter.section("contracts of the vendors")
    for said, names in (
        ("validated against", [name for name in pinned if name in opened]),
        ("at hand, but no test of this run judges by it", idle),
        ("not validated: not at hand; make contracts FROM=DIR brings them", missing),
    ):
        if names:
            terminalreporter.write_line(f"{said}: {', '.join(names)}")
    judged = config.stash[_judged] + Counter(_judged_here())
    if judged:
        said = ", ".join(f"{number} {kind}s" for kind, number in sorted(judged.items()))
        terminalreporter.write_line(f"exchanges with Confluence that were judged: {said}")
