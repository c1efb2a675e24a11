"""Writing the pages that the bot keeps. People's words in one of them are left where they are, and somebody is told."""

from __future__ import annotations

from dataclasses import replace

from isms_bot import keeping
from isms_bot.calendars import local_date
from isms_bot.effects.context import Pass
from isms_bot.effects.making import known
from isms_bot.errors import Conflict
from isms_bot.lifecycle.actions import Keep
from isms_bot.model import Source


def keep(run: Pass, action: Keep) -> None:
    """Let the page say what `action` says; nothing is written where people have written, nor where it says so already."""
    workspace = run.workspace
    page = run.show(known(run, Source.POLICIES, action.page), {})
    last = keeping.remembered(workspace, action.key)
    tried = replace(last, day=local_date(run.now, run.view.zone), seen=page.edited_at)
    try:
        written = workspace.connector.rewrite(page, action.document)
    except Conflict:
        keeping.remember(workspace, action.key, replace(tried, edited=True))
        run.found.append(keeping.finding(page, action.key, run.view))
        return
    except Exception:
        if last.edited:
            run.found.append(keeping.finding(page, action.key, run.view))
        raise
    run.observatory.keep([written])
    keeping.remember(workspace, action.key, replace(tried, digest=action.digest, edited=False))
    run.note("keep", action.key, written)
