"""Where people look for a record: the relation to its policy item, and one linked view of the records on the item's page.

A row is never moved out of its data source (it would lose its columns). The view is made once per policy page; its id is kept
in the Register, and a run that died between making and noting finds the view on the page itself.
"""

from __future__ import annotations

from isms_bot.connector import LayoutProblem
from isms_bot.errors import Denied, Permanent
from isms_bot.model import PageRef, Source
from isms_bot_notion.client import Json
from isms_bot_notion.containers import VIEW_KEY, Containers
from isms_bot_notion.reading import Reader

NAME = "Records"


class Filing:
    """Linked views on policy pages."""

    def __init__(self, reader: Reader, containers: Containers) -> None:
        self._reader = reader
        self._wire = reader.wire
        self._containers = containers
        self._views: dict[PageRef, str] = {}

    def forget(self) -> None:
        """Other containers are bound now."""
        self._views = {}

    def show_records(self, policy: PageRef) -> None:
        """Have a view of the records of `policy` on its page. No request once it is known; where Notion's views cannot be used
        the relation alone must do."""
        if policy in self._views:
            return
        known = self._reader.place(Source.JOBS).extra.get(VIEW_KEY + policy)
        if not known:
            try:
                known = self._found(policy) or self._made(policy)
            except (Denied, Permanent):
                known = ""
        self._views[policy] = known

    def _found(self, policy: PageRef) -> str:
        """The view in the Register, else the one on the page that was made and not noted."""
        register = self._reader.place(Source.REGISTER)
        view = self._containers.look_up(register, VIEW_KEY + policy)
        if view:
            return view
        view = self._on_page(policy, own=True)
        if view:
            self._note(policy, view)
        return view

    def _on_page(self, policy: PageRef, *, own: bool) -> str:
        """A view of the jobs that stands on the page of `policy`, the bot's `own` or anybody's; "" if there is none."""
        jobs = self._reader.place(Source.JOBS)
        for block in self._wire.pages(f"blocks/{policy}/children", f"looking for records on page {policy}"):
            if block["type"] != "child_database":
                continue
            if own and (block.get("created_by") or {}).get("id") != self._reader.me:
                continue
            for listed in self._wire.pages("views", "listing views", {"database_id": block["id"]}):
                view = str(listed["id"])
                if self._wire.get(f"views/{view}", "reading a view").get("data_source_id") == jobs.ref:
                    return view
        return ""

    def _made(self, policy: PageRef) -> str:
        jobs = self._reader.place(Source.JOBS)
        body: Json = {
            "data_source_id": jobs.ref,
            "name": NAME,
            "type": "table",
            "create_database": {"parent": {"type": "page_id", "page_id": policy}},
            "filter": {"property": jobs.fields["policy"], "relation": {"contains": policy}},
        }
        view = str(self._wire.post("views", f"making a view of the records on page {policy}", body)["id"])
        self._note(policy, view)
        return view

    def _note(self, policy: PageRef, view: str) -> None:
        register = self._reader.place(Source.REGISTER)
        self._containers.note(register, VIEW_KEY + policy, f"{NAME} on a page of the policy", view)

    def problems(self) -> tuple[LayoutProblem, ...]:
        """A problem for each view that people have deleted; none where views cannot be looked at: they are an extra."""
        try:
            gone = self.missing()
        except (Denied, Permanent):
            return ()
        return tuple(
            LayoutProblem(
                Source.POLICIES,
                policy,
                "view deleted",
                f"The view of the records on the policy page {policy} was deleted.",
            )
            for policy in gone
        )

    def missing(self) -> tuple[PageRef, ...]:
        """Policy pages whose view people have deleted and not made again (one request per 100 views, some more for each that
        is not there). Raises what Notion answers."""
        jobs = self._reader.place(Source.JOBS)
        noted = {key.removeprefix(VIEW_KEY): view for key, view in jobs.extra.items() if key.startswith(VIEW_KEY)}
        noted |= {policy: view for policy, view in self._views.items() if view}
        if not noted:
            return ()
        listed = self._wire.pages("views", "listing the views of the records", {"data_source_id": jobs.ref})
        alive = {str(view["id"]) for view in listed}
        return tuple(
            policy for policy, view in noted.items() if view not in alive and not self._on_page(policy, own=False)
        )
