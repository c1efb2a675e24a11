"""How many mails a plan sends to people who watch the place where its pages appear; said before it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isms_bot.config import WorkspaceConfig
    from isms_bot.connector import Connector


@dataclass(frozen=True, slots=True)
class Mails:
    """`watchers`: people who get a mail of every new page; `pages`: new pages of the plan."""

    watchers: int
    pages: int

    def as_json(self) -> dict[str, Any]:
        """JSON-compatible data."""
        return {"watchers": self.watchers, "pages": self.pages, "mails": self.watchers * self.pages}

    def sentence(self, one: WorkspaceConfig) -> str:
        """What people read, "" if nobody watches."""
        if not self.watchers:
            return ""
        # Platforms whose pages stand in spaces have a key of that name; others tell nobody by mail.
        space = f"the space {getattr(one.settings, 'space', '')}".rstrip()
        who = "1 person watches" if self.watchers == 1 else f"{self.watchers} people watch"
        what = "1 new page of this plan sends" if self.pages == 1 else f"{self.pages} new pages of this plan send"
        count = self.watchers * self.pages
        mails = "1 mail" if count == 1 else f"{count} mails"
        return f"{who} {space}: the {what} about {mails}. Who does not want them can stop watching the space."


def mails_of(connector: Connector, pages: int) -> Mails | None:
    """The mails of a plan with so many new pages, in one question to the wiki; None without new pages (nothing is asked then)
    and where the wiki does not tell: no plan fails for that."""
    from isms_bot.errors import Denied, Permanent, Transient

    if not pages:
        return None
    try:
        return Mails(connector.watchers(), pages)
    except (Denied, Permanent, Transient):
        return None


def as_json(mails: Mails | None) -> dict[str, Any]:
    """What `--json` says of them: `mails` is null if that is not known."""
    return {"mails": mails.as_json() if mails else None}
