"""Non-conformities after they were raised: what people decide about them, and the few sentences that the bot adds. Pure.

The bot raises and reminds; people decide. It takes in the status that people set, by whoever may, and never closes anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from isms_bot.calendars import add, add_working_days, local_date
from isms_bot.history import History
from isms_bot.lifecycle.actions import Action, Find, PutBack, Settle, Tell
from isms_bot.lifecycle.people import counts, managers, owners, reachable
from isms_bot.lifecycle.relief import occurrence_of
from isms_bot.lifecycle.view import View
from isms_bot.model import Contract, Duration, Key, Outcome, Page, PageState, RosterId, Unit

OPEN, DISCUSSED, CLOSED = "Open", "Under discussion", "Closed"
DECIDED = ("Stands", "Reworded", "Retracted")
"""What the product manager or the deputy makes of a discussion."""
RETRACTED = DECIDED[2]
WAIT = 10
"""Working days that a discussion has before it is asked for a decision, and that an open page has before its one reminder."""
OF_A_KIND, PERIOD = 3, Duration(12, Unit.MONTH)
"""So many of a kind within this time: what was found to be the cause was not all of it."""


def follow_ups(view: View) -> Iterator[Action]:
    """What the pages of non-conformities need now. Nothing about a page that was not seen or is not there."""
    history = view.history
    thirds = dict(_thirds(view))
    for key, number in sorted(history.numbers.items(), key=lambda pair: pair[1]):
        page = view.nonconformities.get(number)
        if page is None or page.state is not PageState.LIVE or not view.trusted:
            continue
        if history.outcome(key) is Outcome.RECORDED_LATE:
            yield from _once(view, Tell(number, key, "late", "nonconformity.signed_late"))
        if number in history.retracted:
            continue
        if number in thirds:
            yield from _once(view, Tell(number, key, "third", "nonconformity.third", (), {"items": thirds[number]}))
        yield from _status(number, key, page, view)


def is_untouched(number: str, history: History) -> bool:
    """True as long as nobody has discussed, decided about, retracted or closed a non-conformity."""
    standing = history.standing.get(number)
    return number not in history.retracted and (standing is None or standing.status == OPEN)


def _once(view: View, said: Tell) -> Iterator[Tell]:
    if (said.number, said.cause) not in view.history.replies:
        yield said


# --- three of a kind -------------------------------------------------------------------------------------------------


def _thirds(view: View) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(number, the two before it) of pages that are the third of a kind.

    Of a kind are occurrences of one procedure, however many people each of them is with: on one day there is one cause. Once
    asked, three more have to come. What was retracted counts nowhere.
    """
    history = view.history
    kinds: dict[str, dict[tuple[date, Key], str]] = defaultdict(dict)
    for key, number in sorted(history.numbers.items(), key=lambda pair: pair[1]):
        contract = history.contracts[key]
        if number not in history.retracted:
            kinds[contract.procedure].setdefault((contract.due, occurrence_of(contract)), number)
    for of_a_kind in kinds.values():
        lately: list[tuple[date, str]] = []
        for (due, _), number in sorted(of_a_kind.items()):
            lately = [(day, one) for day, one in lately if due < add(day, PERIOD, view.calendar)]
            lately.append((due, number))
            if len(lately) >= OF_A_KIND:
                yield number, tuple(one for _, one in lately[:-1])
                lately = []


# --- what people decide ----------------------------------------------------------------------------------------------


def _status(number: str, key: Key, page: Page, view: View) -> Iterator[Action]:
    noted = view.history.standing.get(number)
    before = noted.status if noted else OPEN
    since = noted.since if noted else view.history.raised_on.get(number)
    contract = view.history.promise(key)
    shown = page.fields.get("status")
    if shown != before:
        yield from _changed(number, contract, page, str(shown or ""), before, view)
    elif since is not None and before == DISCUSSED:
        yield from _ask_to_decide(number, contract, since, view)
    elif since is not None and before != CLOSED:
        to = owners(contract, view) or managers(view)
        yield from _after(number, contract, since, to, f"waits:{since}", "nonconformity.decide", view)


def _changed(number: str, contract: Contract, page: Page, shown: str, before: str, view: View) -> Iterator[Action]:
    """A status that somebody set. Anybody may begin a discussion or end it without a result; the rest is for those who may."""
    if shown in (OPEN, DISCUSSED):
        yield Settle(number, contract.key, shown, _editor(page, view))
        return
    if shown not in (*DECIDED, CLOSED) or page.edited_by in (None, view.bot):
        return
    by = _editor(page, view)
    able = [*managers(view), *(owners(contract, view) if shown == CLOSED else ())]
    entitled, alone = counts(by, able, contract.people)
    if entitled:
        yield Settle(number, contract.key, shown, by, alone)
        if alone:
            yield Find("no-second-person", f"{number}@{shown}", (), {"page": number})
        return
    to = _deciders(contract, view)[:1]
    author = view.roster[by].name if by is not None else "somebody"
    given = {"number": number, "decision": shown, "author": author}
    yield Find("nonconformity-proposed", f"{number}@{shown}", to, given)
    cause, values = f"proposed:{shown}", {"decision": shown}
    yield from _once(view, Tell(number, contract.key, cause, "nonconformity.put_back", to, values))
    yield PutBack(number, before)


def _editor(page: Page, view: View) -> RosterId | None:
    """Who edited the page when its status was first seen like this: as far as the wiki tells, who set it."""
    return next((one.id for one in view.roster.values() if one.account and one.account == page.edited_by), None)


def _deciders(contract: Contract, view: View) -> tuple[RosterId, ...]:
    """Who may decide, in this order: nobody about oneself, unless there is nobody else."""
    able = managers(view)
    return tuple(one for one in able if one not in contract.people) or able


def _ask_to_decide(number: str, contract: Contract, since: date, view: View) -> Iterator[Action]:
    to = _deciders(contract, view)
    yield from _after(number, contract, since, to, f"decide:{since}", "nonconformity.discussion", view, date=since)


def _after(
    number: str, contract: Contract, since: date, candidates: tuple[RosterId, ...], cause: str, sentence: str, view: View,
    **values: date,
) -> Iterator[Tell]:  # fmt: skip
    """`sentence`, once ten working days of the first candidate who is there have passed, on a morning when a message may come."""
    for one in candidates:
        person = view.roster[one]
        today = local_date(view.now, person.zone)
        if person.is_away(today):
            continue
        if today >= add_working_days(since, WAIT, person.works) and reachable(person, view):
            yield from _once(view, Tell(number, contract.key, cause, sentence, (one,), values))
        return
