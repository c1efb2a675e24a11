"""What the control API says and changes about the Confluence sites."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from isms_bot.sandbox.confluence import accounts, bootstrap, gestures, views
from isms_bot.sandbox.confluence.gestures.registry import is_id, page_of, site_of
from isms_bot.sandbox.confluence.index import Index
from isms_bot.sandbox.confluence.model import CLOUD, DATACENTER, Access, Flavor, Json
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.world import Misuse, Person, World

_CHOICES = {
    "permission": {"none", "read", "comment", "write"},
    "plan": {"free", "standard", "premium"},
    "v1_legacy": {"alive", "gone410"},
}


class Confluence:
    """Both sites of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.index = Index(world)
        self.sites: dict[Flavor, Site] = {flavor: Site(world, flavor, self.index) for flavor in (CLOUD, DATACENTER)}

    def summary(self) -> Json:
        return {
            "confluence": {
                **self._facts(CLOUD),
                "gateway": f"{self.world.settings.get('base_url')}/ex/confluence/{accounts.cloud_id(self.world.seed)}/wiki",
                "user": accounts.BOT_MAIL,
                "bot_id": accounts.account_id(self.world.bot.id),
            },
            "datacenter": {
                **self._facts(DATACENTER),
                "user": accounts.username(self.world, self.world.bot),
                "bot_id": accounts.user_key(self.world.bot.id),
            },
        }

    def _facts(self, flavor: Flavor) -> Json:
        site, root = self.sites[flavor], bootstrap.root(self.world, flavor)
        return {
            "site": site.base,
            "token": site.access.token,
            "space": bootstrap.SPACE,
            "space_id": root.space_id,
            "root_page_id": root.id,
            "root_url": f"{self.world.settings.get('base_url')}/p/{root.id}",
        }

    def names_of(self, person: Person) -> Json:
        """How the sites call a person."""
        return {
            "account_id": accounts.account_id(person.id),
            "user_key": accounts.user_key(person.id),
            "username": accounts.username(self.world, person),
        }

    def show(self, _body: Any = None) -> Json:
        return {flavor: _shown(site.access) for flavor, site in self.sites.items()}

    def configure(self, body: Json) -> Json:
        """`site` (cloud, datacenter; both where it is left out), and what is to change there. Raises Misuse."""
        known = {f.name for f in fields(Access)} - {"id", "token"}
        if unknown := set(body) - known - {"site"}:
            raise Misuse(f"unknown key {', '.join(sorted(unknown))}; known are site, {', '.join(sorted(known))}")
        for key, allowed in _CHOICES.items():
            if body.get(key, next(iter(allowed))) not in allowed:
                raise Misuse(f"{key} is one of {', '.join(sorted(allowed))}")
        if body.get("site", CLOUD) not in self.sites:
            raise Misuse("site is cloud or datacenter")
        changes = {key: value for key, value in body.items() if key != "site"}
        if isinstance(changes.get("confluence_scopes"), list):
            changes["confluence_scopes"] = tuple(changes["confluence_scopes"])
        with self.world.change():
            for flavor, site in self.sites.items():
                if body.get("site", flavor) == flavor:
                    self.world.put(replace(site.access, **changes))
        if not any(site.access.index_lag for site in self.sites.values()):
            self.index.past.clear()
        return self.show()

    def act(self, wanted: Json) -> Json:
        return gestures.act(self.sites, wanted)

    def has(self, page_id: str) -> bool:
        """Whether a page id is one of Confluence's."""
        return is_id(page_id)

    def page(self, page_id: str) -> Json:
        """Raises Misuse when there is none."""
        site = site_of(self.sites, page_id)
        return views.page(site, page_of(site, page_id))

    def may_open(self, person: str, page_id: str) -> bool:
        """Whether restrictions let a person read a page. Raises Misuse when there is none."""
        site = site_of(self.sites, page_id)
        return site.may(person, "read", page_of(site, page_id))

    def tree(self, flavor: str) -> list[Json]:
        """Raises Misuse when there is no such site."""
        if flavor not in self.sites:
            raise Misuse("the sites are cloud and datacenter")
        return views.tree(self.sites[CLOUD if flavor == CLOUD else DATACENTER])


def _shown(access: Access) -> Json:
    return {key: value for key, value in asdict(access).items() if key not in {"id", "token"}}
