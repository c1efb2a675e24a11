"""A proposal to improve a procedure: one row of *Questions and ideas*, addressed to the owner, with counts and no names."""

from __future__ import annotations

from isms_bot import texts
from isms_bot.calendars import add_working_days
from isms_bot.connector import Draft
from isms_bot.effects.context import Pass
from isms_bot.effects.making import make
from isms_bot.lifecycle.actions import Improve
from isms_bot.lifecycle.upkeep import ANSWER_WITHIN
from isms_bot.model import Contract, Link, Source, Span


def improve(run: Pass, action: Improve) -> None:
    """Make the row, once per schedule and nominal date."""
    history = run.workspace.history
    contract = history.contracts[history.dates[action.schedule, action.nominal][0]]
    page, _ = make(run, Source.QUESTIONS, action.key, lambda _: _draft(run, action, contract))
    body = {
        "page": page.ref,
        "schedule": action.schedule,
        "nominal": action.nominal.isoformat(),
        "count": action.count,
        "of": action.of,
    }
    run.append("improvement", action.key, body)
    run.note("improve", action.key, page)


def _draft(run: Pass, action: Improve, contract: Contract) -> Draft:
    procedure = run.procedure_page(contract)
    link = Link(procedure.title, procedure.url) if procedure else contract.title
    by = add_working_days(run.now.date(), ANSWER_WITHIN, run.view.calendar)
    schedule = run.view.schedules[action.schedule]
    owner = next((person.id for person in run.view.holders(schedule.owner, run.now.date())), run.view.product_manager)
    what = texts.message(
        "improvement.together" if action.together else "improvement.structural",
        run.language,
        procedure=link,
        period=run.period(contract),
        count=action.count,
        of=action.of,
        owner=run.mention(owner),
    )
    body = run.document("improvement", {"what": what, "procedure": link, "owner": run.name(owner), "date": run.day(by)})
    return Draft(
        Source.QUESTIONS,
        action.key,
        texts.say("title.improvement", run.language, procedure=contract.title),
        {"status": "Open", "answer_by": Span(by), **run.related("procedure", procedure)},
        body,
    )
