"""A value belongs to the account that was behind it when it was first seen, whoever edits later."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from isms_bot.model import Block, BlockKind, Content, Observed, Page, Source, Span
from isms_bot.signoff import Form, Line, observed


def test_nothing_written_is_nothing_observed(desk):
    desk.steps(True, False).lines()
    assert desk.look() == {}


def test_each_line_carries_its_own_account_and_time(desk):
    desk.lines("Anna", "18-11", "AJ", by=("u-anna", "u-bob", ""))
    facts = desk.look()
    assert facts["name"] == Observed("name", "Anna", "u-anna", desk.now, desk.now, id="b0")
    assert facts["date"] == Observed("date", "18-11", "u-bob", desk.now, desk.now, id="b1")
    assert facts["signature"] == Observed("signature", "AJ", None, desk.now, desk.now, id="b2")


def test_what_the_bot_wrote_last_tells_nothing_about_people(desk):
    desk.lines("Anna", "", "", by="u-bot")
    assert desk.look()["name"].account is None


def test_a_later_editor_of_the_block_changes_nothing(desk):
    desk.lines("Anna", "18-11", "AJ")
    first = desk.look()
    desk.later(hours=2).rewrite(2, "u-bob")
    assert desk.look() == first


def test_a_changed_value_belongs_to_who_changed_it(desk):
    desk.lines("Anna", "18-11", "AJ")
    desk.look()
    desk.later(hours=2).rewrite(2, "u-bob", text="Signature: Anna")
    fact = desk.look()["signature"]
    assert (fact.account, fact.at, fact.seen, fact.value) == ("u-bob", desk.now, desk.now, "Anna")


def test_a_value_taken_away_is_no_longer_a_fact(desk):
    desk.lines("Anna", "18-11", "AJ")
    desk.look()
    desk.rewrite(0, "u-anna", text="Name:")
    assert set(desk.look()) == {"date", "signature"}


def test_cells_of_a_row_are_blamed_one_by_one(desk):
    desk.table(("Anna", "", "", "u-bob"), ("Bob", "1/2", "", ""))
    desk.look()
    desk.later(hours=1).rewrite(1, "u-anna", cells=("Anna", "18-11", "AJ"))
    facts = desk.look()
    assert {key: fact.account for key, fact in facts.items()} == {
        "name:b1": "u-bob", "date:b1": "u-anna", "signature:b1": "u-anna", "name:b2": None, "date:b2": None,
    }  # fmt: skip


# --- fields ---


def test_signed_by_belongs_to_the_last_editor_of_the_page(desk):
    desk.fields = {"signed_by": ("u-anna",), "signed_on": Span(date(2026, 11, 18))}
    desk.edited_by = "u-anna"
    facts = desk.look()
    assert facts["signed_by"] == Observed("signed_by", "u-anna", "u-anna", desk.now, desk.now)
    assert facts["signed_on"] == Observed("signed_on", "2026-11-18", "u-anna", desk.now, desk.now)


@pytest.mark.parametrize("editor", [None, "u-bot"])
def test_a_page_last_edited_by_no_person_tells_no_account(desk, editor):
    desk.fields = {"signed_by": ("u-anna",)}
    desk.edited_by = editor
    assert desk.look()["signed_by"].account is None


@pytest.mark.parametrize("value", [None, "u-anna", True, ()])
def test_fields_that_hold_nobody_are_no_facts(desk, value):
    desk.fields = {"signed_by": value, "signed_on": "soon"}
    assert desk.look() == {}


def test_a_second_signer_does_not_take_the_first_one_s_blame(desk):
    desk.fields = {"signed_by": ("u-anna",)}
    desk.edited_by = "u-anna"
    first = desk.look()["signed_by"]
    desk.later(days=1)
    desk.fields = {"signed_by": ("u-bob", "u-anna", "u-bob")}
    desk.edited_by = "u-bob"
    facts = desk.look()
    assert facts["signed_by"] == first
    assert (facts["signed_by#2"].value, facts["signed_by#2"].account) == ("u-bob", "u-bob")
    desk.fields = {"signed_by": ("u-bob", "u-carl")}
    assert {key: fact.value for key, fact in desk.look().items()} == {"signed_by#2": "u-bob", "signed_by": "u-carl"}


def test_fields_may_be_given_apart_from_the_content(desk):
    page = Page("page", Source.JOBS, "Job", fields={"signed_by": ("u-bob",)})
    content = Content(page, (), (), "", "")
    facts = observed(
        content, Form(desk.words), desk.words, {"signed_by": ("u-anna",)}, seen=desk.now, bot=None, before={}
    )
    assert facts["signed_by"].value == "u-anna"


def test_no_key_holds_an_account(desk):
    desk.fields = {"signed_by": ("u-anna", "u-bob")}
    desk.comment("Signed")
    assert not [key for key in desk.look() if "u-" in key]


# --- comments ---


def test_a_signing_comment_is_an_object_of_its_author(desk):
    number = desk.comment("Signed", at=desk.now - timedelta(minutes=5))
    assert desk.look() == {
        f"comment:{number}": Observed("comment", "Signed", "u-anna", desk.now - timedelta(minutes=5), desk.now, own=True, id=number)
    }  # fmt: skip


def test_comments_that_do_not_sign_or_are_no_person_s_are_no_facts(desk):
    desk.comment("What do I do here?")
    desk.comment("Signed", "u-other-bot", person=False)
    desk.comment("Signed", "u-bot")
    assert desk.look() == {}


def test_a_comment_whose_author_the_vendor_does_not_tell_is_a_fact(desk):
    desk.comment("Signed", None)
    assert desk.look()["comment:c0"].account is None


def test_a_deleted_or_resolved_comment_stays(desk):
    desk.comment("Signed")
    first = desk.look()
    desk.comments.clear()
    assert desk.later(days=3).look() == first


def test_a_comment_edited_into_something_else_stays_as_it_was_seen(desk):
    desk.comment("Signed")
    first = desk.look()
    desk.comments[0] = replace(desk.comments[0], text="Sorry, wrong page")
    assert desk.later(hours=1).look() == first


def test_a_comment_edited_into_another_signature_is_kept_beside_the_first_as_of_when_it_was_seen(desk):
    desk.comment("Signed tomorrow")
    desk.look()
    desk.later(hours=1)
    desk.comments[0] = replace(desk.comments[0], text="Signed")
    facts = desk.look()
    assert facts["comment:c0"].value == "Signed tomorrow"
    assert facts["comment:c0#2"] == Observed("comment", "Signed", "u-anna", None, desk.now, own=True, id="c0")
    assert desk.later(hours=1).look() == facts


def test_the_same_account_for_bot_and_nobody_is_no_account(desk):
    block = Block("b", BlockKind.TEXT, "Name: Anna")
    form = Form(desk.words, name=Line(block, "Anna"))
    content = Content(Page("page", Source.JOBS, "Job"), (block,), (), "", "")
    assert observed(content, form, desk.words, seen=desk.now, bot=None, before={})["name"].account is None
