"""What happens on a Confluence site: pages, their versions, tasks and restrictions come, change and go. No HTTP.

Each operation takes the acting person; the API acts as the bot, gestures act as people.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from isms_bot.sandbox.confluence import errors, storage
from isms_bot.sandbox.confluence.contents import RESERVING, Contents, current
from isms_bot.sandbox.confluence.model import (
    DATACENTER,
    Json,
    WikiAttachment,
    WikiComment,
    WikiPage,
    WikiProperty,
    WikiSpace,
    WikiTask,
    WikiVersion,
    mint,
    mint_uuid,
)
from isms_bot.sandbox.confluence.xhtml import Malformed
from isms_bot.sandbox.world import Person


class Site(Contents):
    """A site in which things can be done."""

    def uuid(self) -> str:
        return mint_uuid(self.world)

    def kept(self, sent: str, *, editor: bool = False) -> str:
        """Storage as the site keeps it. Raises Trouble where it is malformed or too large."""
        if len(sent.encode()) > storage.LIMIT:
            raise errors.Trouble("too_large", "The body is larger than 5 MB.")
        local = editor and self.access.editor_adds_local_ids
        try:
            return storage.rewritten(sent, self.flavor, self.uuid, editor=local)
        except Malformed as error:
            raise errors.invalid(f"Error parsing xhtml: {error}") from error

    def require_title(self, space_id: str, title: str, but: str = "") -> None:
        """Raises Trouble where a page of the space, also an archived one, has this title."""
        if not title.strip():
            raise errors.invalid("Title should not be empty")
        if len(title) > 255:
            raise errors.invalid("Title can not be longer than 255 characters")
        for page_id in self.index.titles.get((space_id, title.lower()), {}):
            other = self.world.records[page_id]
            if page_id != but and other.kind == "page" and other.status in RESERVING:
                raise errors.title_taken()

    # -- pages

    def create(
        self,
        actor: str,
        space: WikiSpace,
        parent: WikiPage | None,
        title: str,
        body: str = "",
        *,
        status: str = "current",
        kind: str = "page",
        editor: bool = False,
        **extra: Any,
    ) -> WikiPage:
        """A page (or folder) at the end of its parent. Raises Trouble."""
        if kind == "page" and status == "current":
            self.require_title(space.id, title)
        now = self.world.now_ms()
        page = WikiPage(
            id=mint(self.world, self.flavor),
            site=self.flavor,
            space_id=space.id,
            title=title,
            kind=kind,
            status=status,
            storage=self.kept(body, editor=editor),
            parent_id=parent.id if parent else None,
            position=self._last(parent.id if parent else None),
            created_at=now,
            created_by=actor,
            owner=actor,
            edited_at=now,
            edited_by=actor,
            # Data Center lets people watch what they make (Unverified: as its setting "autowatch" has it).
            watchers=(actor,) if self.flavor == DATACENTER and kind == "page" else (),
            **extra,
        )
        self.world.put(page)
        self._derive(page, actor)
        return page

    def _last(self, parent_id: str | None) -> int:
        return max((p.position for p in self.children(parent_id)), default=0) + 1

    def publish(
        self,
        actor: str,
        page: WikiPage,
        *,
        title: str | None = None,
        body: str | None = None,
        parent: WikiPage | None = None,
        message: str = "",
        minor: bool = False,
        editor: bool = False,
        status: str = "current",
    ) -> WikiPage:
        """The next version. The one before is kept. Raises Trouble."""
        page = self.fresh(page)
        wanted = page.title if title is None else title
        if page.kind == "page" and status in RESERVING:
            self.require_title(page.space_id, wanted, page.id)
        if parent is not None and (parent.id == page.id or page in self.ancestors(parent)):
            raise errors.invalid("A page cannot be moved below itself.")
        kept = page.storage if body is None else self.kept(body, editor=editor)
        self.world.put(current(page))
        moved = parent is not None and parent.id != page.parent_id
        new = replace(
            page,
            title=wanted,
            storage=kept,
            status=status,
            parent_id=parent.id if parent else page.parent_id,
            position=self._last(parent.id) if parent and moved else page.position,
            number=page.number + 1,
            message=message,
            minor=minor,
            edited_at=self.world.now_ms(),
            edited_by=actor,
            collaborators=(),
        )
        self.world.put(new)
        self._derive(new, actor)
        if wanted != page.title:
            self._relink(new, page.title)
        return self.fresh(new)

    def _relink(self, page: WikiPage, old: str) -> None:
        """Links by title follow a page that was renamed; no version is made of that."""
        space = self.space(page.space_id)
        for other in self.pages():
            changed = storage.relinked(other.storage, old, page.title, space.key if space else "")
            if changed != other.storage:
                self.world.put(replace(other, storage=changed))

    def change(self, page: WikiPage, **changes: Any) -> WikiPage:
        """A change that is no version: labels, watchers, restrictions, place, status."""
        new = replace(self.fresh(page), **changes)
        self.world.put(new)
        return new

    def watch_space(self, person_id: str, space: WikiSpace, *, watch: bool) -> WikiSpace:
        """Let a person watch a space, or stop watching it."""
        others = tuple(one for one in space.watchers if one != person_id)
        new = replace(space, watchers=(*others, person_id) if watch else others)
        self.world.put(new)
        return new

    def watching(self, space: WikiSpace) -> list[Person]:
        """Who gets a mail of every new page in the space."""
        found = (self.world.get(Person, person_id) for person_id in space.watchers)
        return [person for person in found if person is not None and person.active]

    def move(self, page: WikiPage, place: str, target: WikiPage | WikiSpace) -> WikiPage:
        """`append` below the target, or `before` or `after` it; a space means its top. Raises Trouble."""
        if isinstance(target, WikiSpace):
            return self.change(page, parent_id=None, position=self._last(None), space_id=target.id)
        if target.id == page.id or page in self.ancestors(target):
            raise errors.invalid("A page cannot be moved below itself.")
        if target.space_id != page.space_id:
            self.require_title(target.space_id, page.title)
        if place == "append":
            return self.change(page, parent_id=target.id, position=self._last(target.id), space_id=target.space_id)
        siblings = [p for p in self.children(target.parent_id) if p.id != page.id]
        at = siblings.index(target) + (place == "after")
        for number, one in enumerate([*siblings[:at], page, *siblings[at:]], start=1):
            self.change(one, position=number)
        return self.change(page, parent_id=target.parent_id, space_id=target.space_id)

    # -- trash and archive

    def trash(self, page: WikiPage) -> WikiPage:
        """Into the trash. What is below it moves up to its parent, as it does when the API or a person deletes one page."""
        for child in self.children(page.id, statuses=RESERVING):
            self.change(child, parent_id=page.parent_id, position=self._last(page.parent_id))
        return self.change(page, status="trashed")

    def restore(self, page: WikiPage) -> WikiPage:
        """Out of trash or archive, to where it was if that is still there, else below the space's home page. Raises Trouble."""
        if page.status == "trashed":
            self.require_title(page.space_id, page.title, page.id)
        parent = self.find(page.parent_id or "")
        space = self.space(page.space_id)
        if page.parent_id and (parent is None or parent.status != "current") and space is not None:
            return self.change(page, status="current", parent_id=space.homepage_id)
        return self.change(page, status="current")

    def purge(self, page: WikiPage) -> None:
        """For good, with everything on it; what is below it moves up."""
        for child in list(self.index.children.get(page.id, {})):
            self.change(self.world.records[child], parent_id=page.parent_id)
        for kind in (WikiVersion, WikiProperty, WikiComment, WikiTask, WikiAttachment):
            for record in self.index.of(kind, page.id):
                self.world.drop(record.id)
        self.world.drop(page.id)

    def copy(
        self,
        actor: str,
        page: WikiPage,
        space: WikiSpace,
        parent: WikiPage | None,
        title: str,
        *,
        body: str | None = None,
        attachments: bool = False,
        properties: bool = False,
        labels: bool = False,
        permissions: bool = False,
    ) -> WikiPage:
        """A copy: its body verbatim, with ticks and ids, unless another is given. Raises Trouble."""
        made = self.create(actor, space, parent, title, page.storage if body is None else body)
        if labels:
            made = self.change(made, labels=page.labels)
        if permissions:
            made = self.change(made, restrictions=page.restrictions)
        now = self.world.now_ms()
        stamps: Json = {"page_id": made.id, "number": 1, "edited_at": now, "edited_by": actor}
        if properties:
            for one in self.properties(page):
                self.world.put(replace(one, id=mint(self.world, self.flavor), **stamps))
        if attachments:
            for file in self.attachments(page):
                new = f"att{mint(self.world, self.flavor)}"
                born: Json = {"created_at": now, "created_by": actor, "contents": file.contents[-1:]}
                self.world.put(replace(file, id=new, **born, **stamps))
        return made

    # -- tasks

    def _derive(self, page: WikiPage, actor: str) -> None:
        """Bring the list of tasks in line with the boxes of the page. A box that changed was changed by the one who saved."""
        if page.kind != "page" or page.status not in RESERVING:
            return
        known = {task.local_id: task for task in self.tasks(page)}
        if not known and "<ac:task>" not in page.storage:
            return
        now = self.world.now_ms()
        there = set()
        for box in storage.boxes(page.storage):
            there.add(box.local_id)
            old = known.get(box.local_id)
            assignee = self.person(box.assignee)
            facts: Json = {
                "status": "complete" if box.complete else "incomplete",
                "body": box.body,
                "assigned_to": assignee.id if assignee else "",
                "due_at": _midnight(box.due),
            }
            if old is None:
                done: Json = {"completed_by": actor, "completed_at": now} if box.complete else {}
                self.world.put(
                    WikiTask(
                        id=mint(self.world, self.flavor),
                        site=self.flavor,
                        page_id=page.id,
                        local_id=box.local_id,
                        created_at=now,
                        created_by=actor,
                        edited_at=now,
                        visible_at=now + int(self.access.task_lag * 1000),
                        **facts,
                        **done,
                    )
                )
            elif any(getattr(old, key) != value for key, value in facts.items()):
                self.world.put(replace(old, **facts, **_done(old, facts["status"], actor, now), edited_at=now))
        for local_id, task in known.items():
            if local_id not in there:
                self.world.drop(task.id)

    def tick(self, actor: str, page: WikiPage, local_ids: set[str], checked: bool) -> list[str]:
        """Tick or untick boxes as people do while they read; the ids of those that changed."""
        page = self.fresh(page)
        changed = [b.local_id for b in storage.boxes(page.storage) if b.local_id in local_ids and b.complete != checked]
        if not changed:
            return []
        body = storage.ticked(page.storage, set(changed), checked)
        if self.access.ticks_make_versions:
            self.publish(actor, page, body=body, minor=True)
        else:
            self._derive(self.change(page, storage=body), actor)
        return changed

    # -- what hangs on a page

    def set_property(
        self, actor: str, page: WikiPage, key: str, value: Any, *, number: int | None = None, message: str = ""
    ) -> WikiProperty:
        """Create (number None) or update one. Raises Trouble: exists, version."""
        found = next((p for p in self.properties(page) if p.key == key), None)
        if found is not None and number is None:
            raise errors.exists(f"Property with key [{key}] already exists")
        if found is not None and number != found.number + 1:
            raise errors.version(found.number, number)
        new = WikiProperty(
            id=found.id if found else mint(self.world, self.flavor),
            site=self.flavor,
            page_id=page.id,
            key=key,
            value=value,
            number=found.number + 1 if found else 1,
            message=message,
            edited_at=self.world.now_ms(),
            edited_by=actor,
        )
        self.world.put(new)
        return new

    def label(self, page: WikiPage, wanted: list[Json]) -> WikiPage:
        """Add labels ({prefix, name}); those that are there stay as they are."""
        page = self.fresh(page)
        there = {(one["prefix"], one["name"]) for one in page.labels}
        new = []
        for one in wanted:
            pair = (one.get("prefix") or "global", one["name"].lower())
            if pair not in there:
                there.add(pair)
                new.append({"id": mint(self.world, self.flavor), "name": pair[1], "prefix": pair[0]})
        return self.change(page, labels=(*page.labels, *new)) if new else page

    def comment(
        self,
        actor: str,
        page: WikiPage,
        body: str,
        *,
        location: str = "footer",
        answers: WikiComment | None = None,
        selection: str = "",
        index: int = 0,
    ) -> WikiComment:
        """A comment; an inline one puts its marker around the words that it is about. Raises Trouble."""
        now, marker = self.world.now_ms(), ""
        if location == "inline" and answers is None:
            page, marker = self.fresh(page), self.uuid()
            marked = storage.marked(page.storage, selection, marker, index)
            if marked is None:
                raise errors.invalid("The text selection does not match the content of the page.")
            self.change(page, storage=marked)
        new = WikiComment(
            id=mint(self.world, self.flavor),
            site=self.flavor,
            page_id=page.id,
            storage=self.kept(body),
            location=answers.location if answers else location,
            parent_id=answers.id if answers else None,
            created_at=now,
            created_by=actor,
            edited_at=now,
            edited_by=actor,
            marker=marker,
            selection=selection,
        )
        self.world.put(new)
        return new

    def resolve(self, actor: str, comment: WikiComment, resolved: bool) -> WikiComment:
        """Resolve a thread or open it again."""
        word = "resolved" if resolved else "reopened"
        new = replace(comment, resolution=word, resolved_by=actor, resolved_at=self.world.now_ms())
        self.world.put(new)
        return new


def _midnight(day: str) -> int:
    try:
        return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000) if day else 0
    except ValueError:
        return 0


def _done(task: WikiTask, status: str, actor: str, now: int) -> Json:
    if status == task.status:
        return {}
    if status == "complete":
        return {"completed_by": actor, "completed_at": now}
    return {"completed_by": "", "completed_at": 0}
