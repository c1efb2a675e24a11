"""How many mails a plan sends: said in one sentence, asked only where there is something to say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from isms_bot.cli.mails import Mails, as_json, mails_of
from isms_bot.errors import Denied, Misconfigured, Permanent, TokenRefused, Transient

LAST = "Who does not want them can stop watching the space."


class Wiki:
    """A wiki that tells how many people watch, or refuses."""

    def __init__(self, answer: int | Exception) -> None:
        self.answer, self.asked = answer, 0

    def watchers(self) -> int:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def workspace(**settings: Any) -> Any:
    return SimpleNamespace(settings=SimpleNamespace(**settings))


@pytest.mark.parametrize(
    ("mails", "said"),
    [
        pytest.param(
            Mails(3, 8), "3 people watch the space ISMS: the 8 new pages of this plan send about 24 mails.", id="many"
        ),
        pytest.param(
            Mails(1, 1), "1 person watches the space ISMS: the 1 new page of this plan sends about 1 mail.", id="one"
        ),
        pytest.param(
            Mails(1, 2), "1 person watches the space ISMS: the 2 new pages of this plan send about 2 mails.", id="pages"
        ),
    ],
)
def test_the_sentence_counts_watchers_pages_and_mails(mails: Mails, said: str) -> None:
    assert mails.sentence(workspace(space="ISMS")) == f"{said} {LAST}"


def test_a_platform_without_keys_of_spaces_is_spoken_of_all_the_same() -> None:
    assert Mails(2, 2).sentence(workspace()).startswith("2 people watch the space: the 2 new pages")


def test_nothing_is_said_if_nobody_watches() -> None:
    assert Mails(0, 8).sentence(workspace(space="ISMS")) == ""
    assert as_json(Mails(0, 8)) == {"mails": {"watchers": 0, "pages": 8, "mails": 0}}


def test_a_plan_without_new_pages_asks_nobody() -> None:
    wiki: Any = Wiki(3)
    assert (mails_of(wiki, 0), wiki.asked) == (None, 0)


def test_one_question_tells_it() -> None:
    wiki: Any = Wiki(3)
    assert (mails_of(wiki, 8), wiki.asked) == (Mails(3, 8), 1)


@pytest.mark.parametrize("refusal", [Denied("no"), Permanent("never"), Transient("later")], ids=lambda one: str(one))
def test_no_plan_fails_because_the_wiki_does_not_tell(refusal: Exception) -> None:
    wiki: Any = Wiki(refusal)
    found = mails_of(wiki, 8)
    assert (found, as_json(found)) == (None, {"mails": None})


def test_a_token_that_ended_is_not_passed_over() -> None:
    wiki: Any = Wiki(TokenRefused("ended"))
    with pytest.raises(Misconfigured):
        mails_of(wiki, 8)
