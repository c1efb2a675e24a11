"""Files attached to pages."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import replace

from isms_bot.sandbox.confluence.model import WikiAttachment, WikiPage, mint
from isms_bot.sandbox.confluence.site import Site


def named(site: Site, page: WikiPage, name: str) -> WikiAttachment | None:
    """The file of this name on the page, whatever its case."""
    return next((f for f in site.attachments(page) if f.title.lower() == name.lower() and f.status == "current"), None)


def attach(
    site: Site,
    actor: str,
    page: WikiPage,
    name: str,
    media_type: str,
    content: bytes,
    *,
    comment: str = "",
    minor: bool = False,
) -> WikiAttachment:
    """Attach base64 `content`, as a new version where there is a file of this name."""
    found = named(site, page, name)
    now = site.world.now_ms()
    if found is not None:
        new = replace(
            found,
            contents=(*found.contents, content.decode()),
            number=found.number + 1,
            comment=comment or found.comment,
            minor=minor,
            edited_at=now,
            edited_by=actor,
        )
    else:
        new = WikiAttachment(
            id=f"att{mint(site.world, site.flavor)}",
            site=site.flavor,
            page_id=page.id,
            title=name,
            media_type=media_type or mimetypes.guess_type(name)[0] or "application/octet-stream",
            comment=comment,
            contents=(content.decode(),),
            number=1,
            minor=minor,
            created_at=now,
            created_by=actor,
            edited_at=now,
            edited_by=actor,
        )
    site.world.put(new)
    return new


def media_token(seed: int, file: WikiAttachment) -> str:
    """What an address of a download carries in place of a credential."""
    return hashlib.sha256(f"{seed}/media/{file.id}".encode()).hexdigest()[:32]
