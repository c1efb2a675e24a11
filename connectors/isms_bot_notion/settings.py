"""The keys of a workspace's configuration that belong to Notion."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

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


class NotionSettings(BaseModel):
    """`root`: link or id of the page that the ISMS lives under; `api`: base address of a sandbox instead of Notion itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    root: str = Field(description="Link or id of the page that the ISMS lives under; share it with the integration.")
    api: str | None = Field(default=None, description="Base address of a sandbox, instead of https://api.notion.com.")

    @field_validator("root")
    @classmethod
    def _root_is_a_page(cls, value: str) -> str:
        return page_id(value)

    @field_validator("api")
    @classmethod
    def _api_is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError(f"{value!r} is not an address; it starts with http:// or https://")
        return value.rstrip("/") if value is not None else None
