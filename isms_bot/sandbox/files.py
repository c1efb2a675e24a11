"""Hosted files behind signed addresses that expire by the world's clock, as the vendor's do."""

from __future__ import annotations

import base64

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from isms_bot.sandbox.app import App
from isms_bot.sandbox.notion.model import FileUpload
from isms_bot.sandbox.notion.wire import signature


def routes(app: App) -> list[Route]:
    async def fetch(request: Request) -> Response:
        upload = app.world.get(FileUpload, request.path_params["upload_id"])
        expires = request.query_params.get("expires", "")
        if upload is None or upload.content is None or not expires.isdigit():
            return PlainTextResponse("AccessDenied", status_code=403)
        if request.query_params.get("signature") != signature(app.world.seed, upload.id, int(expires)):
            return PlainTextResponse("SignatureDoesNotMatch", status_code=403)
        if int(expires) < app.world.now_ms():
            return PlainTextResponse("Request has expired", status_code=403)
        return Response(base64.b64decode(upload.content), media_type=upload.content_type or "application/octet-stream")

    return [Route("/files/{upload_id}", fetch)]
