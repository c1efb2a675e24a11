"""Whether the service lives and is ready, over HTTP: /livez, /readyz, /metrics. Says nothing about people."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from isms_bot.errors import UsageError

log = structlog.get_logger(__name__)
STARTS_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the service at one instant. `ages`: seconds since the last completed pass per workspace, None before the
    first; `late`: workspaces whose passes do not come to their end; `troubles`: sentences why it is not ready."""

    alive: bool
    ages: Mapping[str, float | None]
    troubles: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    counters: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Name of a counter to its value per workspace."""
    config_kept: bool = False
    """The configuration was edited and cannot be used: the last good one is in force."""

    @property
    def ready(self) -> bool:
        """True if configuration, store and lease are well."""
        return not self.troubles

    def as_json(self) -> dict[str, Any]:
        """JSON-compatible data."""
        return {
            "alive": self.alive,
            "ready": self.ready,
            "seconds_since_last_pass": {
                name: None if age is None else round(age, 1) for name, age in self.ages.items()
            },
            "late": list(self.late),
            "troubles": list(self.troubles),
            "last_good_configuration_kept": self.config_kept,
        }

    def as_metrics(self) -> str:
        """The text format of Prometheus."""
        lines = [
            "# TYPE isms_bot_ready gauge",
            f"isms_bot_ready {int(self.ready)}",
            "# TYPE isms_bot_configuration_kept gauge",
            f"isms_bot_configuration_kept {int(self.config_kept)}",
            "# TYPE isms_bot_seconds_since_last_pass gauge",
        ]
        lines += [
            f'isms_bot_seconds_since_last_pass{{workspace="{name}"}} {age:.1f}'
            for name, age in self.ages.items()
            if age is not None
        ]
        for counter, values in self.counters.items():
            lines.append(f"# TYPE isms_bot_{counter}_total counter")
            lines += [f'isms_bot_{counter}_total{{workspace="{name}"}} {value}' for name, value in values.items()]
        return "\n".join(lines) + "\n"


def application(look: Callable[[], Health]) -> Starlette:
    """The three addresses; `look` gives the present state."""

    async def livez(_request: Request) -> Response:
        health = look()
        return JSONResponse(health.as_json(), status_code=200 if health.alive else 503)

    async def readyz(_request: Request) -> Response:
        health = look()
        return JSONResponse(health.as_json(), status_code=200 if health.ready else 503)

    async def metrics(_request: Request) -> Response:
        return PlainTextResponse(look().as_metrics(), media_type="text/plain; version=0.0.4")

    return Starlette(routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready.set()


@contextmanager
def answering(host: str, port: int, look: Callable[[], Health]) -> Iterator[None]:
    """Answer on host and port in a thread of its own while the block lasts; port 0 answers nowhere.

    Raises UsageError if the address cannot be used.
    """
    if port == 0:
        yield
        return
    sock = _bound(host, port)
    ready = threading.Event()
    config = uvicorn.Config(
        application(look), log_config=None, log_level="warning", access_log=False, lifespan="off", server_header=False,
        ws="none", timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = _Server(config, ready)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, name="health", daemon=True)
    thread.start()
    try:
        if not ready.wait(STARTS_WITHIN):
            raise UsageError(f"service.health_port: nothing answers on {host}:{port}")
        log.info("health_answers", host=host, port=port)
        yield
    finally:
        server.should_exit = True
        thread.join(STARTS_WITHIN)
        sock.close()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise UsageError(
            f"service.health_port: {host}:{port} cannot be used: {error.strerror}; name another port, or 0 for none"
        ) from error
    return sock
