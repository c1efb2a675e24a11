"""What there is on a Confluence site, and who may see or change it. No HTTP, and nothing changes here."""

from __future__ import annotations

from isms_bot.sandbox.confluence import accounts, errors
from isms_bot.sandbox.confluence.index import Index
from isms_bot.sandbox.confluence.model import (
    CLOUD,
    Access,
    Flavor,
    WikiAttachment,
    WikiComment,
    WikiPage,
    WikiProperty,
    WikiSpace,
    WikiTask,
    WikiVersion,
)
from isms_bot.sandbox.world import Person, World

RESERVING = ("current", "archived")  # statuses in which a page keeps its title


class Contents:
    """What is there, and who may do what with it."""

    def __init__(self, world: World, flavor: Flavor, index: Index) -> None:
        self.world = world
        self.flavor = flavor
        self.index = index

    @property
    def access(self) -> Access:
        return self.world.records[f"access-{self.flavor}"]  # type: ignore[no-any-return]

    @property
    def context(self) -> str:
        """The path under which the site lives."""
        return "/wiki" if self.flavor == CLOUD else "/confluence"

    @property
    def base(self) -> str:
        return f"{self.world.settings.get('base_url', '')}{self.context}"

    # -- people

    def account(self, person_id: str) -> str:
        """The account id or user key of a person."""
        if not person_id:
            return ""
        return accounts.account_id(person_id) if self.flavor == CLOUD else accounts.user_key(person_id)

    def person(self, account: str) -> Person | None:
        look = accounts.by_account if self.flavor == CLOUD else accounts.by_key
        return look(self.world, account)

    def name(self, account: str) -> str:
        found = self.person(account)
        return found.name if found else "Unknown User"

    # -- things

    def spaces(self) -> list[WikiSpace]:
        return [space for space in self.world.all(WikiSpace) if space.site == self.flavor]

    def space(self, space_id: str) -> WikiSpace | None:
        found = self.world.get(WikiSpace, space_id)
        return found if found is not None and found.site == self.flavor else None

    def space_by_key(self, key: str) -> WikiSpace | None:
        return next((space for space in self.spaces() if space.key.lower() == key.lower()), None)

    def find(self, page_id: str) -> WikiPage | None:
        """Anything in the tree of this site, whatever its status."""
        found = self.world.get(WikiPage, page_id)
        return found if found is not None and found.site == self.flavor else None

    def fresh(self, page: WikiPage) -> WikiPage:
        """The page as it is now."""
        return self.world.records[page.id]  # type: ignore[no-any-return]

    def pages(self) -> list[WikiPage]:
        return [self.world.records[page_id] for page_id in self.index.pages[self.flavor]]

    def children(self, parent_id: str | None, *, statuses: tuple[str, ...] = ("current",)) -> list[WikiPage]:
        """Of every kind, in the order in which the tree shows them."""
        found = [self.world.records[page_id] for page_id in self.index.children.get(parent_id, {})]
        return sorted(
            (p for p in found if p.site == self.flavor and p.status in statuses), key=lambda p: (p.position, int(p.id))
        )

    def ancestors(self, page: WikiPage) -> list[WikiPage]:
        """From the top of the space down to the parent."""
        line: list[WikiPage] = []
        above = self.find(page.parent_id or "")
        while above is not None and above not in line:
            line.insert(0, above)
            above = self.find(above.parent_id or "")
        return line

    def version(self, page: WikiPage, number: int) -> WikiVersion | None:
        """A version of the page, also the current one."""
        if number == page.number:
            return current(page)
        return self.world.get(WikiVersion, f"{page.id}@{number}")

    def versions(self, page: WikiPage) -> list[WikiVersion]:
        """Newest first."""
        return [current(page), *reversed(self.index.of(WikiVersion, page.id))]

    def properties(self, page: WikiPage) -> list[WikiProperty]:
        return self.index.of(WikiProperty, page.id)

    def comments(self, page: WikiPage) -> list[WikiComment]:
        return self.index.of(WikiComment, page.id)

    def tasks(self, page: WikiPage) -> list[WikiTask]:
        return self.index.of(WikiTask, page.id)

    def attachments(self, page: WikiPage) -> list[WikiAttachment]:
        return self.index.of(WikiAttachment, page.id)

    # -- who may what

    def may(self, person_id: str, operation: str, page: WikiPage) -> bool:
        """`read` looks at the page and everything above it, `update` at the page as well."""
        line = [*self.ancestors(page), page] if self.index.restricted else []
        if not all(self._listed(person_id, p, "read") for p in line):
            return False
        if person_id == self.world.bot.id and not self._permitted(operation):
            return False
        return operation == "read" or self._listed(person_id, page, "update")

    def _permitted(self, operation: str) -> bool:
        ranks = {"none": 0, "read": 1, "comment": 2, "write": 3}
        return ranks[self.access.permission] >= {"read": 1, "comment": 2}.get(operation, 3)

    def _listed(self, person_id: str, page: WikiPage, operation: str) -> bool:
        limited = page.restrictions.get(operation)
        if not limited or not (limited["users"] or limited["groups"]):
            return True
        inside = any(person_id in (p.id for p in accounts.members(self.world, g)) for g in limited["groups"])
        return person_id in limited["users"] or inside

    def require(self, person_id: str, operation: str, page: WikiPage) -> None:
        """Raises Trouble: missing where the page cannot be seen, forbidden where it can."""
        if not self.may(person_id, "read", page):
            raise errors.missing("page", page.id)
        if not self.may(person_id, operation, page):
            raise errors.forbidden()


def current(page: WikiPage) -> WikiVersion:
    """The current version of a page as history will keep it."""
    return WikiVersion(
        id=f"{page.id}@{page.number}",
        page_id=page.id,
        number=page.number,
        title=page.title,
        storage=page.storage,
        message=page.message,
        minor=page.minor,
        edited_at=page.edited_at,
        edited_by=page.edited_by,
        collaborators=page.collaborators,
    )
