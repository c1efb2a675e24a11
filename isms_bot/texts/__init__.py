"""What people read: every sentence stands in a catalogue beside this file, none in code. Pure, apart from reading the catalogues.

`say` and `message` fill sentences, `page` gives the Markdown of pages that the bot writes itself, `day`, `listed` and `period`
put dates and lists into words. A translation may be incomplete: what it leaves out is said in English. An unknown id and a
value that was not given are mistakes of the program, not of a person: they raise KeyError, and tests look for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from isms_bot.model import Link, Mention, Message, Schedule, Text, Unit
from isms_bot.texts.reading import FALLBACK, Fragment, catalogue, fragments, page_source

Value = str | int | Mention | Link | Message
"""What a placeholder may stand for in a message."""


def _sentence(sentence: str, language: str) -> tuple[Fragment, ...]:
    for candidate in (language, FALLBACK):
        text = catalogue(candidate).sentences.get(sentence)
        if text is not None:
            return fragments(text)
    raise KeyError(f"no sentence has the id {sentence!r}")


def _chosen(fragment: Fragment, values: Mapping[str, Value], sentence: str) -> Value:
    if not fragment.name:
        return fragment.text
    if fragment.name not in values:
        raise KeyError(f"{sentence}: no value given for {{{fragment.name}}}")
    value = values[fragment.name]
    if not fragment.forms:
        return value
    return fragment.forms[0] if value in (1, "1") else fragment.forms[-1]


def known(sentence: str) -> bool:
    """True if the English catalogue has a sentence with this id."""
    return sentence in catalogue(FALLBACK).sentences


def say(sentence: str, /, language: str = FALLBACK, **values: str | int) -> str:
    """The sentence with this id, filled in. Values that it does not use are ignored.

    Raises KeyError for an unknown id and for a value that is missing.
    """
    return "".join(str(_chosen(fragment, values, sentence)) for fragment in _sentence(sentence, language))


def message(sentence: str, /, language: str = FALLBACK, **values: Value) -> Message:
    """The same as a message: a value may be a Mention, a Link or a whole Message; words that touch become one Text.

    Raises KeyError for an unknown id and for a value that is missing.
    """
    parts: list[Text | Mention | Link] = []
    for fragment in _sentence(sentence, language):
        value = _chosen(fragment, values, sentence)
        match value:
            case Mention() | Link():
                parts.append(value)
            case tuple():
                parts.extend(value)
            case _:
                parts.append(Text(str(value)))
    return joined(tuple(parts))


def joined(*messages: Message, between: str = "") -> Message:
    """Several messages as one, with `between` in the gaps (" ", a line break …); words that touch become one Text."""
    parts: list[Text | Mention | Link] = []
    for message_ in messages:
        gap: Message = (Text(between),) if parts and message_ else ()
        for part in (*gap, *message_):
            last = parts[-1] if parts else None
            if isinstance(part, Text) and isinstance(last, Text):
                parts[-1] = Text(last.text + part.text)
            elif not isinstance(part, Text) or part.text:
                parts.append(part)
    return tuple(parts)


def words(message_: Message, names: Mapping[str, str] | None = None) -> str:
    """A message as plain words, for mail and chat: links by their words, people by `names` (account to name), else "you"."""
    people = names or {}
    return "".join(people.get(part.account, "you") if isinstance(part, Mention) else part.text for part in message_)


def page(page_id: str, language: str = FALLBACK) -> str:
    """The Markdown of a page that the bot writes itself, with {placeholders}, for `isms_bot.markdown.parse` and `fill`.

    Pages: those of the folder `pages`. Raises KeyError if there is none.
    """
    for candidate in (language, FALLBACK):
        source = page_source(page_id, candidate)
        if source is not None:
            return source
    raise KeyError(f"no page has the id {page_id!r}")


def _word(key: str, language: str, **values: str | int) -> str:
    calendar = catalogue(language).calendar
    pattern = calendar.get(key, catalogue(FALLBACK).calendar[key])
    return str(pattern).format(**values)


def _name(key: str, index: int, language: str) -> str:
    names = catalogue(language).calendar.get(key) or catalogue(FALLBACK).calendar[key]
    return str(names[index])


def day(d: date, language: str = FALLBACK, today: date | None = None) -> str:
    """A day in words: "Wed 18 November"; with the year if it is not that of `today` (or if no `today` is given)."""
    key = "day" if today is not None and today.year == d.year else "day_and_year"
    weekday, month = _name("weekdays", d.weekday(), language), _name("months", d.month - 1, language)
    return _word(key, language, weekday=weekday, day=d.day, month=month, year=d.year)


def moment(at: datetime, language: str = FALLBACK, today: date | None = None) -> str:
    """A day and a time of day in words: "Wed 18 November, 14:30"; `at` is local time already."""
    return _word("moment", language, day=day(at.date(), language, today), time=f"{at:%H:%M}")


def listed(items: Sequence[str], language: str = FALLBACK) -> str:
    """A list in words: "a, b and c"; "nothing" if there are none."""
    if not items:
        return _word("list_none", language)
    if len(items) == 1:
        return items[0]
    head = items[0]
    for item in items[1:-1]:
        head = _word("list", language, first=head, second=item)
    return _word("list_end", language, first=head, second=items[-1])


def period(nominal: date, schedule: Schedule, language: str = FALLBACK) -> str:
    """What a job is for, by the cadence of its schedule: "October 2026", "Q4 2026", "H2 2026", "2026", "week 47 of 2026".

    Rendering only: two occurrences may get the same words (every 13 weeks), so nothing may be looked up by them. Cadences
    that fit no calendar period (rrule, cron, days) are said as the day itself.
    """
    month = _name("months", nominal.month - 1, language)
    every = schedule.rule.every
    count, unit = (every.count, every.unit) if every is not None else (0, Unit.DAY)
    if unit is Unit.MONTH and count % 12 == 0:
        count, unit = count // 12, Unit.YEAR
    match unit, count:
        case Unit.YEAR, _:
            return _word("period_year", language, year=nominal.year)
        case Unit.MONTH, 6:
            return _word("period_half", language, half=(nominal.month + 5) // 6, year=nominal.year)
        case Unit.MONTH, 3:
            return _word("period_quarter", language, quarter=(nominal.month + 2) // 3, year=nominal.year)
        case Unit.MONTH, _:
            return _word("period_month", language, month=month, year=nominal.year)
        case Unit.WEEK, _:
            year, week, _weekday = nominal.isocalendar()
            return _word("period_week", language, week=week, year=year)
        case _:
            return _word("date", language, day=nominal.day, month=month, year=nominal.year)
