"""What `check` says: token, site, space, root, what the bot may do, containers. Nothing is left behind by looking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from isms_bot.connector import CheckLine
from isms_bot.errors import ConnectorError, Denied, Misconfigured, Permanent
from isms_bot.layout import BY_SOURCE
from isms_bot.model import PageRef, Source
from isms_bot_confluence.api import Api
from isms_bot_confluence.containers import Containers
from isms_bot_confluence.errors import Absent, Unscoped
from isms_bot_confluence.reading import Reader

WARN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the bot does: how to ask whether it may, the scopes that Cloud wants for it, and what does not work without."""

    what: str
    operation: str
    """What `Api.may` is asked; "" if the request itself is made."""
    scopes: str
    without: str


NEEDS: Sequence[Need] = (
    Need("read pages", "", "read:page, read:hierarchical-content, read:content.metadata", "nothing works"),
    Need("write pages", "update", "write:page", "no job can be opened"),
    Need("trash pages", "delete", "delete:page", "copies that broke off stay"),
    Need("read comments", "", "read:comment, write:comment", "signatures given as comments are not seen"),
    Need("read files", "", "read:attachment, write:confluence-file", "procedures with files cannot be copied"),
    Need("read steps", "", "read:task", "who ticked a step is not known"),
    Need("see accounts", "", "read:confluence-user, search:confluence", "people cannot be found"),
)
"""What the bot may comment cannot be asked without commenting, so no line says that it may."""


class Checks:
    """Looks at one workspace."""

    def __init__(
        self, reader: Reader, containers: Containers, root: PageRef, *, advice: str, until: date | None
    ) -> None:
        self._reader = reader
        self._api: Api = reader.api
        self._containers = containers
        self._root = root
        self._advice = advice
        self._until = until

    def lines(self) -> tuple[CheckLine, ...]:
        """All lines; the rest is not looked at if token, space or root does not work."""
        looked: list[CheckLine] = []
        for look in (self._token, self._space, self._root_page):
            looked.append(look())
            if not looked[-1].ok:
                return tuple(looked)
        return (*looked, self._end_of_token(), *self._needs(), *self._guards(), *self._layout())

    def _token(self) -> CheckLine:
        try:
            me = self._api.whoami()
        except Unscoped as error:
            todo = "Make a token whose scopes are those of docs/vendors/confluence.md, or one without scopes; keep gateway = auto."
            return CheckLine("token", False, str(error), todo)
        except (Misconfigured, Denied) as error:
            return CheckLine("token", False, str(error), self._advice)
        except ConnectorError as error:
            return CheckLine(
                "token", False, str(error), "Look at the address, the network and the proxy, then try again."
            )
        known = self._reader.layout
        bots = {place.extra.get("bot", me.account) for place in known.sources.values()} if known else set()
        if bots - {me.account}:
            sentence = f"The token belongs to {me.name}, but another account has kept this workspace so far."
            return CheckLine(
                "token", False, sentence, "Use a token of that account; else its pages are not known as the bot's."
            )
        return CheckLine("token", True, f"The token belongs to {me.name}.")

    def _space(self) -> CheckLine:
        try:
            space = self._api.space()
        except Denied as error:
            todo = (
                "Correct `space` (its key stands in the address of every page), or let the bot's account see the space."
            )
            return CheckLine("space", False, str(error), todo)
        except ConnectorError as error:
            return CheckLine("space", False, str(error), "Try again later.")
        return CheckLine("space", True, f'The space "{space.name}" ({space.key}) can be read.')

    def _root_page(self) -> CheckLine:
        todo = "Correct `root`, or let the bot's account see and edit the page."
        try:
            root = self._api.page(self._root)
        except ConnectorError as error:
            return CheckLine("root", False, str(error), todo)
        if root.status != "current":
            return CheckLine("root", False, f"The root page is {root.status}.", "Restore it, or name another root.")
        if root.live_doc:
            todo = "Turn it into a page (••• → Convert to page)."
            return CheckLine("root", False, "The root page is a live doc, which the bot does not work in.", todo)
        return CheckLine("root", True, f'The root page "{root.title}" can be read.')

    def _end_of_token(self) -> CheckLine:
        """No API tells when a token ends; the configuration can."""
        until, now = self._until, self._api.wire.now
        if until is None or now is None:
            return CheckLine(
                "end of token",
                True,
                "When the token ends is not known; `token_expires` in the configuration lets this line warn.",
            )
        days = (until - now.date()).days
        if days < 0:
            return CheckLine("end of token", False, f"The token ended on {until}.", self._advice)
        if days <= WARN_DAYS:
            return CheckLine("end of token", False, f"The token ends on {until}, in {days} days.", self._advice)
        return CheckLine("end of token", True, f"The token ends on {until}.")

    def _guards(self) -> tuple[CheckLine, ...]:
        """No fault: records are told to be unguarded, and watched all the same, and what is private waits. That it works only doing it
        tells (`prove`): the free plan of Cloud lets restrictions be read."""
        try:
            can = self._api.guards(self._root)
        except ConnectorError as error:
            return (CheckLine("guard records", False, str(error), "Try again later."),)
        if can:
            return (CheckLine("guard records", True, "Records can be guarded against edits."),)
        return (
            CheckLine(
                "guard records", True,
                "Records cannot be guarded against edits here (the free plan of Cloud, and Data Center before 8.8, have no restrictions "
                "on pages through the API); edits of records are seen and told all the same.",
            ),
            CheckLine(
                "private pages", True,
                "Who opens a page cannot be restricted here either, so nothing private (incidents, threats, who leaves) will be made.",
            ),
        )  # fmt: skip

    # --- what the bot may do

    def _needs(self) -> list[CheckLine]:
        page = self._root
        probes: Mapping[str, Callable[[], object]] = {
            "read pages": lambda: (self._api.below(page, 1), self._api.property_of(page)),
            "read comments": lambda: self._api.comments(page),
            "read files": lambda: self._api.attachments(page),
            "read steps": lambda: self._api.ticks(page),
            "see accounts": self._people,
        }
        return [self._need(need, probes.get(need.what)) for need in NEEDS if self._asked(need)]

    def _asked(self, need: Need) -> bool:
        return need.what != "read steps" or self._api.ticks_tell_who

    def _people(self) -> object:
        if not any(one.is_person for one in self._reader.accounts()):
            raise Denied("no people are shown to the bot")
        return None

    def _need(self, need: Need, probe: Callable[[], object] | None) -> CheckLine:
        todo = f"Give the bot's account this permission in the space; a token with scopes needs {need.scopes}."
        try:
            if probe is not None:
                probe()
            allowed = self._may(need.operation) if need.operation else True
        except (Denied, Permanent, Unscoped, Absent) as error:
            return CheckLine(need.what, False, f"The bot may not {need.what}: {need.without} ({error}).", todo)
        except ConnectorError as error:
            return CheckLine(need.what, False, str(error), "Try again later.")
        if allowed is None:
            return CheckLine(need.what, True, f"Whether the bot may {need.what} is not told by this platform.")
        if not allowed:
            return CheckLine(need.what, False, f"The bot may not {need.what}: {need.without}.", todo)
        return CheckLine(need.what, True, f"The bot may {need.what}.")

    def _may(self, operation: str) -> bool | None:
        """None if it is not told: the question itself wants a scope that nothing else needs."""
        try:
            return self._api.may(self._root, operation)
        except Unscoped:
            return None

    # --- containers

    def _layout(self) -> tuple[CheckLine, ...]:
        sources = self._reader.layout.sources if self._reader.layout else {}
        return tuple(self._container(source) for source in sources)

    def _container(self, source: Source) -> CheckLine:
        problems = self._containers.problems(source)
        bad = [problem.sentence for problem in problems if problem.kind != "renamed"]
        if bad:
            todo = "Restore the page (space → ••• → Trash or Archived pages); the bot keeps its pages there."
            return CheckLine(source.value, False, " ".join(bad), todo)
        told = " ".join(problem.sentence for problem in problems)
        return CheckLine(source.value, True, told or f'"{BY_SOURCE[source].title}" is as it should be.')
