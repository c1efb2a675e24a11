"""Private pages of a pack in `init`: where they go, who will see them, and what is said where they cannot be made."""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import date

from isms_bot.areas import Seclusion, roles_of, seclusion
from isms_bot.bootstrap.wanted import pack_of
from isms_bot.layout import PRIVATE, Layout, SourceSpec
from isms_bot.model import Key
from isms_bot.packs import Pack, PackPage
from isms_bot.workspace import Workspace


def told(page: PackPage) -> str:
    """A page of the plan: of which kind, and of a private one who alone will see it."""
    if not page.private:
        return f"{page.title} ({page.kind})"
    roles = dict.fromkeys(("product-manager", "deputy", *sorted(roles_of(page))))
    return f"{page.title} ({page.kind}, private: only {', '.join(roles)})"


def twins(workspace: Workspace) -> tuple[SourceSpec, ...]:
    """The places of the private area, if the pack has private pages and they can be put somewhere."""
    wanted = any(page.private for page in pack_of(workspace).pages)
    return PRIVATE if wanted and workspace.connector.secludes() else ()


def held(workspace: Workspace, existing: Container[Key], today: date) -> tuple[str, ...]:
    """What is said of private pages that cannot be made now; nothing if there are none."""
    private = [page for page in pack_of(workspace).pages if page.private and f"pack/{page.id}" not in existing]
    if not private:
        return ()
    waiting = _named(private)
    match seclusion(workspace, today):
        case Seclusion.READY:
            return ()
        case Seclusion.UNATTESTED:
            return (
                f"not made yet, since nobody has attested that outsiders cannot open the private area: {waiting}. Once `isms-bot init` "
                "has made the rest, look at the share menu of the private page, then `isms-bot decide attest-private` and `isms-bot "
                "init` again.",
            )
        case Seclusion.NOWHERE if workspace.connector.capabilities.restrictions:
            return _unrestricted(private)
        case Seclusion.NOWHERE:
            return (
                f"not made, since they are private and no page is named for them: {waiting}. Make one outside of the ISMS that only "
                "product manager, deputy, the roles concerned and the integration can open, name it as private_root in the "
                "configuration, and run `isms-bot init` again; or keep these papers elsewhere.",
            )


def held_after_all(pack: Pack, layout: Layout) -> tuple[str, ...]:
    """The same once the containers are there: a wiki may turn out not to restrict pages although it did not say so when asked."""
    private = [page for page in pack.pages if page.private]
    return _unrestricted(private) if private and not layout.private else ()


def _named(pages: Collection[PackPage]) -> str:
    return f"{', '.join(page.title for page in pages)} ({len(pages)} private {'page' if len(pages) == 1 else 'pages'})"


def _unrestricted(pages: Collection[PackPage]) -> tuple[str, ...]:
    return (
        f"not made, since this wiki cannot restrict who opens a page: {_named(pages)}. Upgrade it and run `isms-bot init` again, "
        "or keep these papers elsewhere.",
    )
