"""The keys of a workspace's configuration that belong to Notion."""

from __future__ import annotations

import ipaddress
import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_HEX = re.compile(r"[0-9a-f]{32}")


def page_id(text: str) -> str:
    """The dashed id in a page id or an address of a page, whatever its host and slug. Raises ValueError if there is none.

    Addresses end in the 32 hex digits of the id, before a query or fragment (app.notion.com/p/Title-<hex>, notion.so/<hex>).
    """
    path = text.split("#", 1)[0].split("?", 1)[0].rstrip("/")
    tail = path.rsplit("/", 1)[-1].replace("-", "").lower()
    digits = tail[-32:]
    if not _HEX.fullmatch(digits):
        raise ValueError(f"{text!r} holds no page id; copy the page's link from Notion (••• → Copy link)")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def without_words(address: str) -> str:
    """The address of a page without its title, which Notion writes into it: a link to a private page stands where everybody reads,
    and people may name it after what happened. "" stays."""
    return f"{address.rpartition('/')[0]}/{page_id(address).replace('-', '')}" if address else ""


_HOSTS = ("notion.so", "notion.com")


def recognised(address: str) -> dict[str, str] | None:
    """The settings in the address of a page: on Notion itself, or in a sandbox on this machine. None for anything else."""
    address = address.strip()
    try:
        root = page_id(address)
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    if not parts.scheme:
        return {"root": root} if re.fullmatch(r"[0-9a-f-]{32,36}", address.lower()) else None
    if any(host == known or host.endswith(f".{known}") for known in _HOSTS):
        return {"root": address}
    if _on_this_machine(host):
        return {"root": root, "api": f"{parts.scheme}://{parts.netloc}"}
    return None


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class NotionSettings(BaseModel):
    """`root`: link or id of the page that the ISMS lives under; `private_root`: of one that only few can open; `api`: base address of a sandbox instead of Notion itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    root: str = Field(description="Link or id of the page that the ISMS lives under; share it with the integration.")
    private_root: str | None = Field(
        default=None,
        description="Link or id of a page for what is not everybody's business (incidents, threats, who leaves): make it at the top "
        "level, outside of the root, and share it with the integration, product manager, deputy and whoever deals with such things.",
        json_schema_extra={"asked": True},
    )
    api: str | None = Field(default=None, description="Base address of a sandbox, instead of https://api.notion.com.")

    @field_validator("root", "private_root")
    @classmethod
    def _root_is_a_page(cls, value: str | None) -> str | None:
        return page_id(value) if value is not None else None

    @model_validator(mode="after")
    def _private_is_elsewhere(self) -> Self:
        if self.private_root == self.root:
            raise ValueError("private_root is the root itself; make a page of its own, outside of the root")
        return self

    @field_validator("api")
    @classmethod
    def _api_is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError(f"{value!r} is not an address; it starts with http:// or https://")
        return value.rstrip("/") if value is not None else None
