"""What `check` says: token, root, capabilities, columns, views. Nothing is left behind by looking.

Capabilities to write are probed on a page that nobody has: Notion judges the capability before the page (unverified: taken from
the order of its answers), so only 403 says that it is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from isms_bot.connector import CheckLine
from isms_bot.errors import ConnectorError, Denied, Misconfigured, Permanent
from isms_bot.layout import BY_SOURCE
from isms_bot.model import Source
from isms_bot_notion.client import Wire
from isms_bot_notion.containers import Containers
from isms_bot_notion.filing import Filing
from isms_bot_notion.reading import Reader

_NOBODY = "00000000-0000-0000-0000-000000000000"
CAPABILITIES = "Turn it on in Notion under Settings → Connections → Develop or manage integrations → Capabilities."


class Checks:
    """Looks at one workspace."""

    def __init__(
        self, reader: Reader, containers: Containers, filing: Filing, root: str, private_root: str | None = None
    ) -> None:
        self._reader = reader
        self._wire: Wire = reader.wire
        self._containers = containers
        self._filing = filing
        self._root = root
        self._private_root = private_root

    def lines(self) -> tuple[CheckLine, ...]:
        """All lines; the rest is not looked at if the token or the root does not work."""
        token = self._token()
        if not token.ok:
            return (token,)
        root = self._root_page()
        if not root.ok:
            return (token, root)
        return (token, root, *self._private(), *self._content(), *self._comments(), self._users(), *self._layout())

    def _token(self) -> CheckLine:
        try:
            me = self._wire.get("users/me", "asking who the token belongs to")
        except Misconfigured as error:
            return CheckLine(
                "token", False, str(error), "Copy the integration's secret from Notion and put it where `token` says."
            )
        except ConnectorError as error:
            return CheckLine(
                "token", False, str(error), "Look at the network and at Notion's status page, then try again."
            )
        name = me.get("name") or "an integration"
        where = (me.get("bot") or {}).get("workspace_name")
        return CheckLine("token", True, f"The token belongs to {name}{f' in the workspace {where}' if where else ''}.")

    def _root_page(self) -> CheckLine:
        return self._readable("root", self._root, "The root page")

    def _private(self) -> tuple[CheckLine, ...]:
        page = self._private_root
        if page is None:
            return ()
        line = self._readable("private_root", page, "The page for what is private")
        if not line.ok:
            return (line,)
        try:
            self._containers.stands_apart(page)
        except Misconfigured as error:
            return (CheckLine("private_root", False, f"{error}.", "Move that page, or name another one."),)
        except ConnectorError as error:
            return (CheckLine("private_root", False, f"{error}.", "Try again later."),)
        return (replace(line, sentence=f"{line.sentence} Who else can open it Notion does not tell the bot."),)

    def _readable(self, key: str, ref: str, page: str) -> CheckLine:
        """Whether the page that the configuration names under `key` can be read."""
        try:
            found = self._wire.get(f"pages/{ref}", f"reading {page[0].lower()}{page[1:]}")
        except ConnectorError as error:
            todo = f"Open that page in Notion, ••• → Connections, add the integration; or correct `{key}`."
            return CheckLine(key, False, f"{error}.", todo)
        if found.get("in_trash"):
            todo = "Restore it in Notion (Trash), or name another one."
            return CheckLine(key, False, f"{page} is in the trash.", todo)
        return CheckLine(key, True, f"{page} can be read.")

    def _content(self) -> tuple[CheckLine, ...]:
        return (
            self._capability(
                "read content",
                lambda: self._wire.get(f"blocks/{self._root}/children", "reading the root page", {"page_size": 1}),
            ),
            self._capability(
                "insert content",
                lambda: self._wire.patch(f"blocks/{_NOBODY}/children", "writing on no page", {"children": []}),
            ),
            self._capability(
                "update content",
                lambda: self._wire.patch(f"pages/{_NOBODY}", "changing no page", {}),
            ),
        )

    def _comments(self) -> tuple[CheckLine, ...]:
        nothing = {"parent": {"page_id": _NOBODY}, "rich_text": [{"type": "text", "text": {"content": "-"}}]}
        return (
            self._capability(
                "read comments",
                lambda: self._wire.get("comments", "reading comments", {"block_id": self._root, "page_size": 1}),
            ),
            self._capability("insert comments", lambda: self._wire.post("comments", "commenting on no page", nothing)),
        )

    def _capability(self, name: str, probe: Callable[[], object]) -> CheckLine:
        ok = CheckLine(name, True, f"The integration may {name}.")
        try:
            probe()
        except Denied as error:
            if getattr(error.__cause__, "status", None) != 403:
                return ok
            return CheckLine(name, False, f'The integration lacks the capability "{name}".', CAPABILITIES)
        except Permanent:
            return ok
        except ConnectorError as error:
            return CheckLine(name, False, str(error), "Try again later.")
        return ok

    def _users(self) -> CheckLine:
        try:
            people = [account for account in self._reader.accounts() if account.is_person]
        except Denied:
            sentence = 'The integration lacks the capability "read user information".'
            return CheckLine(
                "user information", False, sentence, f"{CAPABILITIES} Choose the one with e-mail addresses."
            )
        except ConnectorError as error:
            return CheckLine("user information", False, str(error), "Try again later.")
        if people and not any(account.mail for account in people):
            sentence = "The integration sees people, but no e-mail addresses."
            return CheckLine(
                "user information", False, sentence, f"{CAPABILITIES} Choose the one with e-mail addresses."
            )
        return CheckLine(
            "user information", True, f"The integration sees {len(people)} people and their e-mail addresses."
        )

    def _layout(self) -> tuple[CheckLine, ...]:
        sources = self._reader.layout.sources if self._reader.layout else {}
        lines = [self._container(source) for source in sources]
        if Source.JOBS in sources:
            lines += self._views()
        return tuple(lines)

    def _container(self, source: Source) -> CheckLine:
        try:
            problems = self._containers.problems(source)
        except ConnectorError as error:
            return CheckLine(source.value, False, str(error), "Try again later.")
        bad = [problem.sentence for problem in problems if problem.kind != "renamed"]
        if bad:
            return CheckLine(
                source.value, False, " ".join(bad), "Repair it as said, or run `isms-bot init` to add what is missing."
            )
        told = " ".join(problem.sentence for problem in problems)
        return CheckLine(source.value, True, told or f'"{BY_SOURCE[source].title}" is as it should be.')

    def _views(self) -> list[CheckLine]:
        try:
            gone = self._filing.missing()
        except ConnectorError as error:
            return [
                CheckLine("views", True, f"Views cannot be looked at ({error}); records are filed by relation alone.")
            ]
        return [
            CheckLine(
                "views", False, f"The view of the records on the policy page {policy} was deleted.",
                "Restore it from the page's history, or make a linked view of the jobs there, filtered by this item.",
            )
            for policy in gone
        ]  # fmt: skip
