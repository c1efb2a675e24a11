"""The form is recognised in the workspace's languages, in English and in own words."""

import pytest

from isms_bot.errors import ConfigError
from isms_bot.model import Block, BlockKind
from isms_bot.signoff import LANGUAGES, find_form, labels
from isms_bot.signoff.comments import after_sign_word


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("Name", "Date", "Signature")),
        ("en", ("Full name", "Date (done on)", "Signature (signed on)")),
        ("nl", ("Naam", "Datum", "Handtekening")),
        ("de", ("Name", "Datum", "Unterschrift")),
        ("pl", ("Imię i nazwisko", "Data", "Podpis")),
        ("fr", ("Nom", "Date ", "Signature ")),
        ("es", ("Nombre", "Fecha", "Firma")),
    ],
)
def test_the_form_is_known_in_the_language(language, lines):
    blocks = [Block(str(n), BlockKind.TEXT, f"{label}: x{n}") for n, label in enumerate(lines)]
    form = find_form(blocks, labels((language,)))
    assert form.known
    assert [line.value for line in (form.name, form.date, form.signature)] == ["x0", "x1", "x2"]


@pytest.mark.parametrize(("language", "words"), LANGUAGES.items(), ids=LANGUAGES)
def test_every_language_has_every_kind_of_word(language, words):
    for kind in (
        "name",
        "date",
        "signature",
        "sign",
        "link",
        "behalf",
        "not_applicable",
        "placeholder",
        "question",
        "nothing",
    ):
        assert getattr(words, kind), f"{language} has no words for {kind}"


@pytest.mark.parametrize(
    ("language", "comment"),
    [
        ("en", "Signed"), ("en", "signed off"), ("en", "✅ SIGNED."),
        ("nl", "Getekend"), ("nl", "ondertekend!"),
        ("de", "Unterschrieben"), ("de", "gez."), ("de", "Unterzeichnet"),
        ("pl", "Podpisałem"), ("pl", "PODPISAŁAM"), ("pl", "podpisano"), ("pl", "podpisuję"),
        ("fr", "Signé"), ("fr", "signee"), ("es", "Firmado"), ("es", "firmada"), ("es", "Firmo"),
    ],
)  # fmt: skip
def test_sign_words_of_the_language_sign(language, comment):
    rest = after_sign_word(comment, labels((language,)))
    assert rest is not None
    assert not any(character.isalnum() for character in rest)


@pytest.mark.parametrize(
    "comment", ["Getekend", "Not signed", "Unsigned", "Signature", "Signed?", "", "I have signed", "signedness"]
)
def test_other_first_words_and_questions_do_not_sign(comment):
    assert after_sign_word(comment, labels(("en",))) is None


def test_english_is_always_known_and_regions_do_not_matter():
    words = labels(("de-AT", "pt_BR"))
    assert "unterschrift" in words.signature
    assert "signature" in words.signature
    assert words == labels(("de",))


def test_own_words_come_on_top():
    words = labels(("en",), {"signature": ("Allekirjoitus",), "sign": ("Allekirjoitettu",), "name": ("",)})
    assert "allekirjoitus" in words.signature
    assert "" not in words.name
    assert after_sign_word("Allekirjoitettu 18.11.", words) == "18.11."


def test_a_key_that_is_no_kind_of_word_is_refused_with_its_name():
    with pytest.raises(ConfigError, match=r"labels\.signatur: is none of name, date, signature"):
        labels(("en",), {"signatur": ("X",)})


def test_longer_words_are_tried_before_their_beginnings():
    words = labels(("en", "nl", "de", "pl", "fr", "es"))
    for kind in ("name", "date", "signature", "sign", "behalf"):
        lengths = [len(word) for word in getattr(words, kind)]
        assert lengths == sorted(lengths, reverse=True)
