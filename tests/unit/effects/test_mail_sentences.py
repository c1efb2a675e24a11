"""Whatever step is due, there is a sentence for it by mail: a missing one would end a pass."""

from __future__ import annotations

import pytest

from isms_bot import texts
from isms_bot.effects.mailing import sentence_of
from isms_bot.lifecycle.dates import _STEPS, LAST
from isms_bot.model import Ladder, Regime
from isms_bot.texts.reading import catalogue, fragments

NEWS = ("outage:2027-03-01", "return:2027-03-05")
"""Steps that any ladder may have."""
EVERY = [
    (step, ladder, regime)
    for ladder in Ladder
    for regime in Regime
    for step in (
        *(one[0] for one in _STEPS[ladder]),
        *NEWS,
        *(("daily:2027-03-01",) if ladder is Ladder.URGENT else ()),
    )
]
GIVEN = {"job": "Policy review, Q4 2026", "due": "Wed 18 November", "grace_end": "Wed 25 November"}


@pytest.mark.parametrize(("step", "ladder", "regime"), EVERY)
def test_every_step_of_every_ladder_is_said_by_mail(step, ladder, regime):
    """With and without the day that a moved date puts behind the step."""
    for written in (step, f"{step}:2027-03-01"):
        assert GIVEN["job"] in texts.say(sentence_of(written, ladder, regime), **GIVEN)


def test_no_sentence_by_mail_has_room_for_a_name_a_text_or_a_time():
    """But for whom to ask. Days are given as days: what counts in hours says the hour on its page."""
    sentences = {name: text for name, text in catalogue("en").sentences.items() if name.startswith("mail.")}
    used = {fragment.name for text in sentences.values() for fragment in fragments(text) if fragment.name}
    assert used == {"job", "due", "grace_end", "count", "product_manager"}


@pytest.mark.parametrize(("step", "ladder"), [(LAST, Ladder.GENTLE), ("half", Ladder.URGENT), ("due", Ladder.URGENT)])
def test_a_warning_says_what_will_happen_and_in_the_introduction_that_nothing_does(step, ladder):
    """Mail alone must be warning enough where comments are off."""
    recording, introduction = (
        texts.say(sentence_of(step, ladder, regime), **GIVEN) for regime in (Regime.RECORDING, Regime.INTRODUCTION)
    )
    assert "non-conformity" in recording
    assert "about the promise" in recording
    assert "non-conformity" not in introduction
    assert "Nothing is noted about anyone" in introduction
