"""Hosted files behind signed addresses that expire by the world's clock, as the vendor's do."""

from __future__ import annotations

import base64

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from isms_bot.sandbox.app import App
from isms_bot.sandbox.confluence.files import media_token
from isms_bot.sandbox.confluence.model import WikiAttachment
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

    async def media(request: Request) -> Response:
        found = app.world.get(WikiAttachment, request.path_params["file_id"])
        number = request.path_params["number"]
        if found is None or not 1 <= number <= len(found.contents):
            return PlainTextResponse("Not found", status_code=404)
        if request.query_params.get("token") != media_token(app.world.seed, found):
            return PlainTextResponse("Forbidden", status_code=403)
        if "authorization" in request.headers:
            # The address carries its own credential; another one beside it was handed to a stranger.
            return PlainTextResponse("Only one auth mechanism allowed", status_code=400)
        return Response(base64.b64decode(found.contents[number - 1]), media_type=found.media_type)

    return [Route("/files/{upload_id}", fetch), Route("/media/{file_id}/{number:int}", media)]
