"""The workspace as people know it, read-only."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from isms_bot.sandbox.app import App


def routes(app: App) -> list[Route]:
    async def home(_request: Request) -> Response:
        return PlainTextResponse(f"sandbox, {app.world.now().isoformat()}")

    return [Route("/", home)]
