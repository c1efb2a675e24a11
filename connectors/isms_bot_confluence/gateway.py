"""Tokens with scopes work through Atlassian's gateway only: which address that is, and when to go there."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

Choice = Literal["auto", "always", "never"]

HOST = "https://api.atlassian.com"


class Gateway:
    """Knows where the gateway to a site is. Links that people read lead to the site, whatever way the bot takes."""

    def __init__(self, site: str, choice: Choice, host: str = HOST) -> None:
        self.choice = choice
        self._site = site
        self._host = host

    @property
    def asks(self) -> str:
        """The address that names the site's cloud id, open to everybody."""
        parts = urlsplit(self._site)
        return f"{parts.scheme}://{parts.netloc}/_edge/tenant_info"

    def base(self, cloud_id: str) -> str:
        """The base address behind the gateway; without /wiki at its end nothing answers there."""
        return f"{self._host}/ex/confluence/{cloud_id}/wiki"
