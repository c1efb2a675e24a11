"""The wikis that a demo can be played in: which connector, and what its configuration says of the sandbox in the vendor's place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from isms_bot.demo.story import TEAM
from isms_bot.errors import UsageError
from isms_bot.sandbox.client import Sandbox

Summary = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wiki:
    """One kind of wiki: `part` of the sandbox's summary, the connector, and its own lines of the configuration."""

    part: str
    connector: str
    lines: Callable[[Summary], Mapping[str, str]]
    shows_mail: bool = True
    """Whether the vendor tells a bot the mail addresses of people, so that they may be named by them."""
    restricts: bool = True
    """Whether the bot can say who opens a page."""

    def token(self, box: Sandbox) -> str:
        """The token that opens this wiki of the sandbox, and nothing else."""
        return str(box.summary()[self.part]["token"])

    def keys(self, box: Sandbox) -> Mapping[str, str]:
        """The connector's keys of the configuration."""
        summary = box.summary()
        return self.lines({**summary[self.part], "url": summary["url"]})

    def private_page(self, box: Sandbox) -> Mapping[str, str]:
        """Where no page can be restricted: a new page that its people have closed, as the configuration names it. Else nothing."""
        if self.restricts:
            return {}
        manager, deputy = (member.name for member in TEAM[:2])
        page = str(box.act(manager, "create_page", parent=None, title="Private papers")["page"])
        box.integration(share=[page])
        box.act(manager, "share", page=page, people=[box.person(name).id for name in (manager, deputy)])
        return {"private_root": page}

    @property
    def managers(self) -> tuple[str, str]:
        """How the configuration names the product manager and the deputy."""
        first, second = TEAM[:2]
        return (first.mail, second.mail) if self.shows_mail else (first.name, second.name)


def _notion(said: Summary) -> Mapping[str, str]:
    return {"root": said["root_url"], "api": said["url"]}


def _confluence(said: Summary) -> Mapping[str, str]:
    return {
        "site": said["site"],
        "space": said["space"],
        "root": said["root_page_id"],
        "user": said["user"],
        "api": said["site"],
    }


def _datacenter(said: Summary) -> Mapping[str, str]:
    return {key: value for key, value in _confluence(said).items() if key != "user"}


WIKIS: Mapping[str, Wiki] = {
    "notion": Wiki("notion", "notion", _notion, restricts=False),
    "confluence": Wiki("confluence", "confluence-cloud", _confluence, shows_mail=False),
    "datacenter": Wiki("datacenter", "confluence-datacenter", _datacenter, shows_mail=False),
}


def wiki(name: str) -> Wiki:
    """The wiki with this name. Raises UsageError for one that no sandbox plays."""
    if name not in WIKIS:
        raise UsageError(f"no sandbox plays {name}; there is {', '.join(WIKIS)}")
    return WIKIS[name]
