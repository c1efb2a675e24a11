"""Answers as people write them, and what is said of those that cannot be."""

from __future__ import annotations

import pytest

from isms_bot import calendars
from isms_bot.connector import AccountInfo
from isms_bot.setup import countries, people
from isms_bot.setup.asking import Question, Wrong, answered, one_of, seen_or_not, yes_or_no

TEAM = tuple(
    AccountInfo(f"acc-{number}", name, f"{name.split()[0].lower()}@example.com" if number < 4 else None, is_person=True)
    for number, name in enumerate(("Mira Lindqvist", "Tomasz Wolny", "Mira Rao", "Joost van Dalen", "Noah Brandt"))
)


class Scripted:
    """Answers one after the other, and keeps what it was told."""

    def __init__(self, *answers: str) -> None:
        self.left = list(answers)
        self.told: list[str] = []

    def ask(self, question: Question) -> str:
        return self.left.pop(0) or question.default

    def wrong(self, question: Question, sentence: str) -> None:
        self.told.append(sentence)

    def say(self, text: str) -> None:
        self.told.append(text)


def test_a_wrong_answer_gets_a_sentence_and_another_try() -> None:
    asker = Scripted("maybe", "y")

    assert answered(asker, Question("ready", "Ready?"), yes_or_no) is True
    assert asker.told == ['"maybe" is neither yes nor no; answer y or n']


def test_nobody_looked_is_an_answer_of_its_own() -> None:
    assert [seen_or_not(said) for said in ("y", "N", "?", "")] == [True, False, None, None]


@pytest.mark.parametrize(("said", "name"), [("2", "two"), ("TWO", "two"), ("one", "one")])
def test_a_name_of_a_list_is_meant_by_its_number_or_itself(said: str, name: str) -> None:
    assert one_of(("one", "two"), said, "thing") == name


@pytest.mark.parametrize(
    ("said", "hint"), [("0", "1 to 2"), ("3", "1 to 2"), ("tow", 'did you mean "two"'), ("x", "there are: one, two")]
)
def test_what_is_not_on_the_list_is_told_the_nearest(said: str, hint: str) -> None:
    with pytest.raises(Wrong, match=hint):
        one_of(("one", "two"), said, "thing")


@pytest.mark.parametrize(
    ("said", "number"),
    [("1", 0), ("tomasz@example.com", 1), ("ACC-3", 3), ("noah brandt", 4), ("Noah", 4), ("Rao", 2)],
)
def test_a_person_is_meant_by_number_address_id_name_or_a_part_that_one_alone_has(said: str, number: int) -> None:
    assert people.one(said, TEAM) is TEAM[number]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("mira", "could be Mira Lindqvist .* or Mira Rao"),
        ("Tomas Wolny", "did you mean Tomasz Wolny"),
        ("9", "nobody whom"),
        ("", "nobody whom"),
    ],
)
def test_who_is_not_clear_is_asked_again(said: str, sentence: str) -> None:
    with pytest.raises(Wrong, match=sentence):
        people.one(said, TEAM)


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("all", None),
        ("2", [1]),
        ("4, 2", [1, 3]),
        ("1-3,5", [0, 1, 2, 4]),
        ("Rao, noah brandt,", [2, 4]),
        ("2, tomasz@example.com", [1]),
    ],
)
def test_a_team_is_picked_by_numbers_ranges_and_names(said: str, numbers: list[int] | None) -> None:
    picked = people.some(said, TEAM)

    assert picked == (None if numbers is None else tuple(TEAM[number] for number in numbers))


@pytest.mark.parametrize("said", ["", ",", "1-9", "3-1", "0-2", "Ada"])
def test_a_team_that_is_not_on_the_list_is_asked_again(said: str) -> None:
    with pytest.raises(Wrong, match=r".{20,}"):
        people.some(said, TEAM)


def test_an_account_is_written_by_address_and_without_one_by_its_id() -> None:
    assert [people.written(one) for one in TEAM[3:]] == ["joost@example.com", "acc-4"]


@pytest.mark.parametrize(
    ("said", "code", "calendar"),
    [
        ("NL", "NL", "NL"), ("nl", "NL", "NL"), ("Netherlands", "NL", "NL"), ("de-by", "DE", "DE-BY"), ("UK", "GB", "GB"),
        ("Spain", "ES", "ES"),
    ],
)  # fmt: skip
def test_a_country_is_meant_by_code_region_or_name(said: str, code: str, calendar: str) -> None:
    assert countries.country(said) == (code, calendar)


@pytest.mark.parametrize(
    ("said", "hint"),
    [("Nederland", "Netherlands"), ("XX", "code of two letters"), ("DE-XX", "DE alone"), ("", "for example")],
)
def test_what_is_no_country_is_told_the_nearest(said: str, hint: str) -> None:
    with pytest.raises(Wrong, match=hint):
        countries.country(said)


def test_a_country_without_known_holidays_has_no_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "known_calendar", lambda name: False)

    assert countries.country("NL") == ("NL", "")
    with pytest.raises(Wrong, match="NL alone"):
        countries.country("NL-ZH")


def test_a_country_proposes_its_time_zones() -> None:
    assert countries.zones()["NL"] == ("Europe/Amsterdam",)
    assert countries.zones()["ES"][0] == "Europe/Madrid"
    assert countries.zone("Europe/Lisbon", "NL") == "Europe/Lisbon"
    assert countries.zone("canary", "ES") == "Atlantic/Canary"
    with pytest.raises(Wrong, match="no time zone"):
        countries.zone("Mars", "ES")
