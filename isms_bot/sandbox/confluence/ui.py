"""A Confluence site as people know it: a tree on the left, a page on the right. Read-only."""

from __future__ import annotations

from typing import Any, Protocol

from jinja2 import Environment
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from isms_bot.sandbox.confluence import views
from isms_bot.sandbox.confluence.control import Confluence
from isms_bot.sandbox.confluence.model import Json, WikiPage
from isms_bot.sandbox.confluence.rendering import view
from isms_bot.sandbox.confluence.site import Site

CONTENT_SECURITY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
_ICONS = {"page": "▫", "folder": "▸", "whiteboard": "▧", "database": "▤", "embed": "◇"}


class Frame(Protocol):
    """What is around every page of the sandbox."""

    environment: Environment

    def sites(self, current: str) -> list[Json]: ...

    def person(self, user_id: str) -> Json: ...


class WikiLooks:
    """Renders both sites of one world."""

    def __init__(self, confluence: Confluence, frame: Frame) -> None:
        self.confluence = confluence
        self.frame = frame
        self.template = frame.environment.get_template("confluence.html")
        self.nothing = frame.environment.get_template("page.html")

    def page(self, record_id: str) -> Response:
        """The page with this id, or that there is none."""
        found = next((page for site in self.confluence.sites.values() if (page := site.find(record_id))), None)
        if found is None:
            site = next(iter(self.confluence.sites.values()))
            shown = self.nothing.render(**self._around(site, None), record=None, title="Nothing here")
            return _html(shown, 404)
        site = self.confluence.sites[found.site]
        return _html(self.template.render(**self._around(site, found), **self._inside(site, found)), 200)

    def _around(self, site: Site, found: WikiPage | None) -> dict[str, Any]:
        world = site.world
        line = [*site.ancestors(found), found] if found else []
        return {
            "sites": self.frame.sites(site.flavor if found else ""),
            "tree": [self._branch(site, page, found, line) for page in site.children(None)],
            "line": [{"id": page.id, "title": page.title} for page in line],
            "now": world.now(),
            "still": world.standing_still,
            "people": world.people(),
        }

    def _branch(self, site: Site, page: WikiPage, current: WikiPage | None, line: list[WikiPage]) -> Json:
        inner = site.children(page.id)
        # Pages that nobody is near are counted, not listed: a year of jobs would crowd the tree.
        shown = inner if page in line or page.parent_id is None else []
        return {
            "id": page.id,
            "title": page.title or "Untitled",
            "icon": _ICONS[page.kind],
            "current": current is not None and current.id == page.id,
            "count": len(inner) if len(inner) != len(shown) else 0,
            "children": [self._branch(site, child, current, line) for child in shown],
        }

    def _inside(self, site: Site, found: WikiPage) -> dict[str, Any]:
        # The renderer lets nothing pass but tags and attributes of its own list.
        body = Markup(view(site, found.storage, found))  # noqa: S704
        return {
            "record": found,
            "title": found.title or "Untitled",
            "trashed": found.status == "trashed",
            "archived": found.status == "archived",
            "live": found.subtype == "live",
            "restricted": self._restricted(found),
            "edited_by": self.frame.person(found.edited_by),
            "created_by": self.frame.person(found.created_by),
            "labels": [one["name"] for one in found.labels],
            "draft": self.frame.person(found.draft["by"])["name"] if found.draft else "",
            "body": body,
            "children": site.children(found.id),
            "attachments": site.attachments(found),
            "comments": [
                {
                    **comment,
                    "author": self.frame.person(comment["by"]),
                    "shown": Markup(view(site, comment["storage"], found)),  # noqa: S704
                }
                for comment in views.comments(site, found)
            ],
        }

    def _restricted(self, found: WikiPage) -> list[str]:
        said = []
        for operation, words in (("read", "can see"), ("update", "can edit")):
            limited = found.restrictions.get(operation) or {"users": [], "groups": []}
            names = [self.frame.person(one)["name"] for one in limited["users"]] + list(limited["groups"])
            if names:
                said.append(f"Only {', '.join(names)} {words} this page.")
        return said


def _html(shown: str, status: int) -> Response:
    return HTMLResponse(shown, status_code=status, headers={"content-security-policy": CONTENT_SECURITY})
