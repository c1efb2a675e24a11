"""The keys of a workspace's configuration that belong to Confluence."""

from __future__ import annotations

import ipaddress
import re
from datetime import date
from itertools import pairwise
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

_SEGMENT = re.compile(r"[1-9][0-9]*")


def page_id(text: str) -> str:
    """The decimal page id in an id or an address of a page. Raises ValueError if there is none.

    Known addresses: `…/spaces/KEY/pages/123/Title` (Cloud, and Data Center since 8.x), `…/pages/viewpage.action?pageId=123` and
    `…?draftId=123`. `…/display/KEY/Title` and `…/x/AbC` hold no id.
    """
    text = text.strip()
    if _SEGMENT.fullmatch(text):
        return text
    parts = urlsplit(text)
    asked = parse_qs(parts.query)
    for name in ("pageId", "draftId"):
        for value in asked.get(name, ()):
            if _SEGMENT.fullmatch(value):
                return value
    segments = parts.path.split("/")
    for before, segment in pairwise(segments):
        if before in ("pages", "edit-v2") and _SEGMENT.fullmatch(segment):
            return segment
    raise ValueError(
        f"{text!r} holds no page id; open the page, choose ••• → Page information (or Edit) and copy the address, which then "
        f"holds the id"
    )


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError(f"{value!r} is not an address; it starts with http:// or https://")
    return value.rstrip("/")


_BEFORE_PAGES = re.compile(r"^(?P<context>/.*?)?/(?:spaces/(?P<space>[^/]+)/)?pages/")
_CLOUD_HOST = ".atlassian.net"


def of_cloud(address: str) -> dict[str, str] | None:
    """The settings in the address of a page of Confluence Cloud, None for anything else. A site with a domain of its own is told by
    its path alone, which a server may have as well."""
    found = _told(address)
    if found is None or not (_host(found["site"]).endswith(_CLOUD_HOST) or found["site"].endswith("/wiki")):
        return None
    return found


def of_datacenter(address: str) -> dict[str, str] | None:
    """The settings in the address of a page of Confluence Data Center, None for anything else."""
    found = _told(address)
    if found is None or _host(found["site"]).endswith(_CLOUD_HOST):
        return None
    return None if "api" in found and found["site"].endswith("/wiki") else found


def _told(address: str) -> dict[str, str] | None:
    address = address.strip()
    try:
        root = page_id(address)
        parts = urlsplit(address)
        path = _BEFORE_PAGES.match(parts.path)
        host = parts.hostname or ""
    except ValueError:
        return None
    if path is None or not host or parts.scheme not in ("http", "https"):
        return None
    site = f"{parts.scheme}://{parts.netloc}{path['context'] or ''}"
    space = {"space": path["space"]} if path["space"] else {}
    if _on_this_machine(host):
        return {"site": site, **space, "root": root, "api": site}
    return {"site": site, **space, "root": address}


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    site: str = Field(description="Address of the site, as people open it.")
    space: str = Field(min_length=1, description="Key of the space that the ISMS lives in.")
    root: str = Field(description="Address or id of the page that the ISMS lives under.")
    api: str | None = Field(default=None, description="Base address of a sandbox, instead of the site itself.")
    ca: str | None = Field(default=None, description="File with the certificates that sign the site's certificate.")
    token_expires: date | None = Field(
        default=None, description="The day on which the token ends, as the vendor told it."
    )
    proxy: str | None = Field(default=None, description="Address of the proxy on the way to the site.")

    @field_validator("root")
    @classmethod
    def _root_is_a_page(cls, value: str) -> str:
        return page_id(value)

    @field_validator("site", "api", "proxy")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        return _address(value) if value is not None else None


class CloudSettings(_Settings):
    """`site`: https://example.atlassian.net; `user`: mail address of the bot's account, whose API token is the token.

    `gateway`: "auto" asks at the site first and goes through api.atlassian.com where the token has scopes; "never" and "always"
    leave out the question.
    """

    user: str = Field(min_length=1, description="Mail address of the bot's account; its API token is the token.")
    gateway: Literal["auto", "always", "never"] = "auto"

    @field_validator("site", "api")
    @classmethod
    def _ends_in_wiki(cls, value: str | None) -> str | None:
        return value if value is None or urlsplit(value).path.endswith("/wiki") else f"{value}/wiki"


class DataCenterSettings(_Settings):
    """`site` with its context path, if it has one; `user` only where the token is a password (else a personal access token)."""

    user: str | None = Field(
        default=None, description="User name, if the token is a password instead of an access token."
    )
