"""Saying things: values, people, dates, lists, periods, and languages that are only half translated."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from isms_bot import texts
from isms_bot.model import Duration, Link, Mention, Rule, Schedule, Text, Unit
from isms_bot.texts import reading
from isms_bot.texts.reading import Catalogue


def test_a_moment_is_a_day_and_a_time() -> None:
    assert texts.moment(datetime(2026, 11, 18, 9, 5, tzinfo=UTC), today=date(2026, 1, 1)) == "Wed 18 November, 09:05"


WORDS = {"person": "Ada", "job": "Policy review", "due": "Wed 18 November"}


def test_opened_reads_as_it_should() -> None:
    said = texts.say("notice.opened", minutes=20, **WORDS)
    assert said == "Ada, Policy review is here for you: about 20 minutes, by Wed 18 November."


@pytest.mark.parametrize(("count", "expected"), [(1, "1 working day,"), (2, "2 working days,"), (0, "0 working days,")])
def test_one_is_said_differently_from_many(count: int, expected: str) -> None:
    assert expected in texts.say("notice.before", count=count, **WORDS)


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"notice\.after: no value given for \{job\}"):
        texts.say("notice.after", person="Ada")


@pytest.mark.parametrize("say", [texts.say, texts.message])
def test_an_unknown_sentence_is_an_error(say: object) -> None:
    assert callable(say)
    with pytest.raises(KeyError, match="no sentence has the id"):
        say("notice.nowhere")


def test_a_value_is_never_filled_in_itself() -> None:
    said = texts.say("notice.answered", question="a {text} b", text="no")
    assert said == "You asked: “a {text} b” The answer: no"


def test_a_message_calls_people_and_links_pages() -> None:
    job = Link("Policy review", "https://wiki.example/1")
    assert texts.message("notice.after", person=Mention("u1"), job=job, grace_end="Wed 25 November") == (
        Mention("u1"),
        Text(", "),
        job,
        Text(" is still open. No harm done; it can be signed until Wed 25 November."),
    )


def test_a_message_can_hold_a_message() -> None:
    people = texts.joined((Mention("u1"),), (Mention("u2"),), between=", ")
    said = texts.message("notice.opened.many", people=people, job="A", due="B")
    assert said[:4] == (
        Mention("u1"),
        Text(", "),
        Mention("u2"),
        Text(", A is here for you together, by B. Any of you can tick the steps; one of you signs."),
    )


def test_messages_are_joined_without_empty_pieces() -> None:
    said = texts.joined((Text("a"),), (), (Text("b"), Mention("u")), (Text(""),), between=" ")
    assert said == (Text("a b"), Mention("u"), Text(" "))


def test_words_of_a_message_name_people() -> None:
    said = (Mention("u1"), Text(" and "), Mention("u2"), Text(": "), Link("here", "https://wiki.example"))
    assert texts.words(said, {"u1": "Ada"}) == "Ada and you: here"


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2026, 1, 2), "Wed 18 November"), (date(2027, 1, 2), "Wed 18 November 2026"), (None, "Wed 18 November 2026")],
    ids=["the same year", "another year", "no today"],
)
def test_a_day_names_its_year_only_if_it_is_another(today: date | None, expected: str) -> None:
    assert texts.day(date(2026, 11, 18), today=today) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [((), "nothing"), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c"), (("a", "b", "c", "d"), "a, b, c and d")],
    ids=str,
)  # fmt: skip
def test_lists_are_said(items: tuple[str, ...], expected: str) -> None:
    assert texts.listed(items) == expected


@pytest.mark.parametrize("items", [("{a}", "b", "c{}"), ("%s", "{0}")], ids=str)
def test_braces_in_a_list_are_only_braces(items: tuple[str, ...]) -> None:
    for item in items:
        assert item in texts.listed(items)


PERIODS = {
    "monthly": (Rule(Duration(1, Unit.MONTH)), date(2026, 10, 31), "October 2026"),
    "every two months": (Rule(Duration(2, Unit.MONTH)), date(2026, 10, 31), "October 2026"),
    "quarterly, first": (Rule(Duration(3, Unit.MONTH)), date(2026, 3, 31), "Q1 2026"),
    "quarterly, last": (Rule(Duration(3, Unit.MONTH)), date(2026, 10, 1), "Q4 2026"),
    "first half": (Rule(Duration(6, Unit.MONTH)), date(2026, 6, 30), "H1 2026"),
    "second half": (Rule(Duration(6, Unit.MONTH)), date(2026, 7, 1), "H2 2026"),
    "twelve months": (Rule(Duration(12, Unit.MONTH)), date(2026, 7, 1), "2026"),
    "yearly": (Rule(Duration(1, Unit.YEAR)), date(2026, 7, 1), "2026"),
    "weekly, in the year that the week belongs to": (Rule(Duration(1, Unit.WEEK)), date(2027, 1, 1), "week 53 of 2026"),
    "every ten days": (Rule(Duration(10, Unit.DAY)), date(2026, 11, 18), "18 November 2026"),
    "cron": (Rule(cron="0 0 1 * *"), date(2026, 11, 1), "1 November 2026"),
}


@pytest.mark.parametrize(("rule", "nominal", "expected"), PERIODS.values(), ids=PERIODS.keys())
def test_a_period_is_named_by_its_cadence(rule: Rule, nominal: date, expected: str) -> None:
    assert texts.period(nominal, Schedule("s", "p", rule, "team-member")) == expected


def test_a_title_joins_procedure_and_period_and_names_nobody() -> None:
    assert texts.say("title.job", procedure="Look back", period="Q4 2026") == "Look back, Q4 2026"


@pytest.fixture
def dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language of which one sentence and one pattern are translated."""
    half = Catalogue({"job.left": "Klaar."}, {"list_end": "{first} en {second}", "months": ["januari"] * 12})
    known = {"nl": half, "en": reading.catalogue("en")}
    monkeypatch.setattr(texts, "catalogue", lambda language: known[language])


@pytest.mark.usefixtures("dutch")
def test_what_is_not_translated_is_said_in_english() -> None:
    assert texts.say("job.left", "nl") == "Klaar."
    assert texts.say("digest.heading.findings", "nl") == "Findings"
    assert texts.listed(["a", "b", "c"], "nl") == "a, b en c"
    assert texts.day(date(2026, 11, 18), "nl") == "Wed 18 januari 2026"


@pytest.mark.parametrize("language", ["xx", "nl-BE", "../en", ""], ids=repr)
def test_a_language_that_nobody_translated_is_english(language: str) -> None:
    assert texts.say("digest.heading.findings", language) == "Findings"
    assert texts.page("register", language) == texts.page("register")


@pytest.mark.parametrize("page", ["nowhere", "../en/register", ""], ids=repr)
def test_an_unknown_page_is_an_error(page: str) -> None:
    with pytest.raises(KeyError, match="no page has the id"):
        texts.page(page)


@pytest.mark.parametrize("tag", ["en", "en-GB", "EN_us"])
def test_a_language_tag_may_name_a_country(tag: str) -> None:
    assert reading.catalogue(tag).sentences == reading.catalogue("en").sentences
