"""Serve a world: as a process of its own (`serve`), or in a thread for tests (`running`)."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from isms_bot.sandbox import bootstrap, files, ui
from isms_bot.sandbox.app import App
from isms_bot.sandbox.bootstrap import PeopleList
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.control import Control, moment
from isms_bot.sandbox.world import Misuse, World

HOST = "127.0.0.1"


class Announcing(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._tell()


def application(world: World) -> App:
    """The ASGI application of this world."""
    app = App(world)
    routes: list[Any] = [*Control(app).routes(), *files.routes(app), *ui.routes(app)]
    app.pages = Starlette(routes=routes)
    return app


def _bind(world: World, port: int | None) -> socket.socket:
    """The address that the world had before, else the asked port, else a free one."""
    # With the protocol named, asyncio sets TCP_NODELAY; without it every answer waits 40 ms for a delayed ACK.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    wanted = port or world.settings.get("port") or 0
    try:
        sock.bind((HOST, wanted))
    except OSError as error:
        sock.close()
        raise Misuse(
            f"port {wanted} on {HOST} is taken: {error.strerror}; stop what uses it or give another port"
        ) from error
    world.settings["port"] = sock.getsockname()[1]
    world.settings["base_url"] = f"http://{HOST}:{world.settings['port']}"
    world.save_settings()
    return sock


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        lifespan="off",
        date_header=False,
        server_header=False,
        http="h11",
        ws="none",
        timeout_graceful_shutdown=2,
        # A client that pauses longer than the default of 5 s would find its connection closed just as it speaks.
        timeout_keep_alive=75,
    )


def serve(
    state: Path | None,
    port: int | None,
    seed: int,
    *,
    people: PeopleList | None = None,
    announce: Callable[[dict[str, Any]], None] = lambda _facts: None,
) -> int:
    """Serve until SIGTERM or SIGINT; `announce` gets the facts once the server answers. Returns the exit code, 0.

    Raises Misuse when the port is taken.
    """
    world = bootstrap.open_world(state, seed=seed, people=people)
    sock = _bind(world, port)
    app = application(world)
    summary = Control(app).summary()
    notion = {key: summary["notion"][key] for key in ("token", "root_page_id", "root_url", "bot_id")}
    people_facts = [{key: value for key, value in p.items() if key != "active"} for p in summary["people"]]
    sites = {key: summary[key] for key in ("confluence", "datacenter")}
    facts = {"url": summary["url"], "notion": notion, **sites, "people": people_facts, "pid": os.getpid()}
    # uvicorn stops on these signals and raises them again afterwards; being asked to stop is no failure.
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda _number, _frame: None)
    try:
        Announcing(_config(app), lambda: announce(facts)).run(sockets=[sock])
    finally:
        world.close()
    return 0


def ways_in(facts: Mapping[str, Any]) -> str:
    """What `serve` announces, in words: a line for each wiki."""
    lines = [f"{facts['url']}  token {facts['notion']['token']}"]
    for name in ("confluence", "datacenter"):
        site = facts[name]
        lines.append(f"{site['site']}  space {site['space']}, user {site['user']}, token {site['token']}")
    return "\n".join(lines)


@contextmanager
def running(
    world: World | None = None,
    *,
    state: Path | None = None,
    port: int = 0,
    seed: int = 1,
    people: PeopleList | None = None,
    now: str | None = None,
) -> Iterator[Sandbox]:
    """A sandbox on a free port of the loopback, in a thread, for as long as the block lasts."""
    owned = world is None
    if world is None:
        world = bootstrap.open_world(state, seed=seed, people=people, now=moment(now) if now else None)
    sock = _bind(world, port)
    ready = threading.Event()
    server = Announcing(_config(application(world)), ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, name="sandbox", daemon=True)
    thread.start()
    try:
        if not ready.wait(10):
            raise Misuse("the sandbox did not start within ten seconds")
        with Sandbox(world.settings["base_url"]) as sandbox:
            yield sandbox
    finally:
        server.should_exit = True
        thread.join(10)
        sock.close()
        if owned:
            world.close()
