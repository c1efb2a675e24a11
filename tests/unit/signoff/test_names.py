"""Names are compared as colleagues would compare them, and never guessed."""

from datetime import date

import pytest

from isms_bot.model import Person
from isms_bot.signoff.folding import written
from isms_bot.signoff.names import looks_like_a_name, people_named

TODAY = date(2026, 11, 18)
TEAM = [
    Person("p1", "1", "Anna Jansen"),
    Person("p2", "2", "Jörg Groß"),
    Person("p3", "3", "Łukasz Żak"),
    Person("p4", "4", "Dana van den Berg"),
    Person("p5", "5", "Tom Smit"),
    Person("p6", "6", "Tom Bakker"),
    Person("p7", "7", "Sinéad O'Brien"),
    Person("p8", "8", "Anna Wit", until=date(2026, 1, 31)),
    Person("p9", "9", "Cher"),
    Person("p10", "10", ""),
    Person("p11", "11", "Jan de Vries"),
    Person("p12", "12", "Jan de Vries"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Anna Jansen", {"p1"}, id="whole name"),
        pytest.param("ANNA JANSEN", {"p1"}, id="case does not matter"),
        pytest.param("Jansen, Anna", {"p1"}, id="order does not matter"),
        pytest.param("@Anna Jansen", {"p1"}, id="a mention"),
        pytest.param("Anna Jansen (operations)", {"p1"}, id="something after the whole name"),
        pytest.param("Jorg Gross", {"p2"}, id="accents do not matter"),
        pytest.param("Joerg Groß", {"p2"}, id="umlauts spelt out"),
        pytest.param("lukasz zak", {"p3"}, id="Polish letters"),
        pytest.param("Sinead OBrien", {"p7"}, id="apostrophes do not matter"),
        pytest.param("Anna", {"p1"}, id="first name of one active person"),
        pytest.param("A. Jansen", {"p1"}, id="initial and surname"),
        pytest.param("Anna J.", {"p1"}, id="first name and initial"),
        pytest.param("v.d. Berg", {"p4"}, id="shortened particles"),
        pytest.param("AJ", {"p1"}, id="initials"),
        pytest.param("a. j.", {"p1"}, id="initials with dots"),
        pytest.param("DvdB", {"p4"}, id="initials with particles"),
        pytest.param("DB", {"p4"}, id="initials of first name and surname"),
        pytest.param("Anna Wit", {"p8"}, id="the whole name of somebody who left"),
        pytest.param("Tom", {"p5", "p6"}, id="a first name that two share is of both"),
        pytest.param("Jan de Vries", {"p11", "p12"}, id="a whole name that two share is of both"),
        pytest.param("Cher", {"p9"}, id="a name of one word"),
        pytest.param("Cher Nobyl", set(), id="more than a name of one word"),
        pytest.param("Ann", set(), id="a shorter name is another name"),
        pytest.param("A", set(), id="one letter is nobody"),
        pytest.param("signed", set(), id="a word"),
        pytest.param("✓", set(), id="a check mark"),
        pytest.param("", set(), id="nothing"),
    ],
)
def test_a_written_name_is_whose_it_may_be(text, expected):
    assert people_named(text, TEAM, TODAY).people == expected


@pytest.mark.parametrize(
    ("text", "alone", "expected"),
    [
        pytest.param("but Anna Jansen did not", True, set(), id="alone, other words make it no name"),
        pytest.param("Anna Jansen", True, {"p1"}, id="alone, the name is one"),
        pytest.param("but Anna Jansen did not", False, {"p1"}, id="else other words may stand around it"),
    ],
)
def test_alone_means_nothing_but_the_name(text, alone, expected):
    assert people_named(text, TEAM, TODAY, alone=alone).people == expected


@pytest.mark.parametrize(
    ("text", "only", "words"),
    [
        ("Anna", "p1", True),
        ("AJ", "p1", False),
        ("Tom", None, True),
        ("Nobody", None, False),
        ("Anna Jansen", "p1", True),
    ],
)
def test_one_person_is_only_meant_where_one_fits(text, only, words):
    named = people_named(text, TEAM, TODAY)
    assert (named.only, named.words) == (only, words)


@pytest.mark.parametrize("text", ["Annie", "Annie Jansen", "A. Jansen-Smit", "Anna Maria Jansen"])
def test_capitalised_words_look_like_a_name(text):
    assert looks_like_a_name(text)


@pytest.mark.parametrize("text", ["", "later", "Not yet", "Three Men In Boat", "Anna 2", "-"])
def test_other_words_do_not_look_like_a_name(text):
    assert not looks_like_a_name(text)


@pytest.mark.parametrize(
    "text", ["", "  ", "____", "....", "—", "…", "(your name)", "<name>", "[ ]", "{date}", "\u200b"]
)
def test_a_line_to_write_on_or_a_hint_is_not_writing(text):
    assert written(text) == ""


@pytest.mark.parametrize("text", ["x", "✓", "✅", "[x]", "[X]", "(✓)", "A.J.", "(a) and (b) x"])
def test_marks_and_letters_are_writing(text):
    assert written(f" {text} ") == text
