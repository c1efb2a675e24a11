"""Promises that hold for whatever people write."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from isms_bot.model import BlockKind, Completion, Level, Signing, Span

WRITERS = st.sampled_from(["u-anna", "u-bob", "u-carl", "u-guest", "u-bot", ""])
TEXTS = st.sampled_from(
    ["", "Anna Jansen", "Anna", "Bob Müller", "AJ", "BM", "Carl", "signed", "✓", "for Anna", "Bob for Anna", "Anna for Bob", "18-11-2026", "18 Nov", "last week", "1/2/2020"]
)  # fmt: skip
COMMENTS = st.sampled_from(
    ["Signed", "Signed 18-11", "Signed Anna", "Signed for Anna", "Signed by Bob for Anna", "Signed Bob", "Signed?", "Done", "Signed later", "Signed, Carl Smit"]
)  # fmt: skip
ACTS = st.one_of(
    st.tuples(st.just("step"), st.booleans()),
    st.tuples(st.just("line"), st.sampled_from(["Name", "Date", "Signature"]), TEXTS, WRITERS),
    st.tuples(st.just("table"), TEXTS, TEXTS, TEXTS, WRITERS),
    st.tuples(st.just("comment"), COMMENTS, WRITERS),
    st.tuples(st.just("signed_by"), st.sampled_from(["u-anna", "u-bob", "u-carl", "u-guest"]), WRITERS),
    st.tuples(st.just("look")),
)
CONTRACTS = st.fixed_dictionaries(
    {
        "people": st.sampled_from([("p01",), ("p02",), ("p01", "p02"), ("p01", "p02", "p03"), ("p04",), ()]),
        "completion": st.sampled_from(list(Completion)),
        "quorum": st.integers(0, 4),
        "level": st.sampled_from(list(Level)),
    }
)


def play(desk, acts):
    """Let people act on the page, a minute apart."""
    for act, *how in acts:
        desk.later(minutes=1)
        match act, how:
            case "step", [ticked]:
                desk.steps(ticked)
            case "line", [label, text, by]:
                desk.block(BlockKind.TEXT, f"{label}: {text}", by=by)
            case "table", [name, day, signature, by]:
                desk.table((name, day, signature, by))
            case "comment", [text, by]:
                desk.comment(text, by or None)
            case "signed_by", [account, by]:
                desk.fields = {"signed_by": (account,), "signed_on": Span(date(2026, 11, 18))}
                desk.edited_by = by or None
            case _:
                desk.look()
    return desk


@given(st.lists(ACTS, max_size=12), CONTRACTS)
def test_signed_means_every_step_answered_and_enough_of_those_asked_at_the_level(new_desk, acts, contract):
    desk = play(new_desk(), acts)
    verdict = desk.verdict(**contract)
    asked = contract["people"]
    needed = {Completion.ALL: len(asked), Completion.QUORUM: min(contract["quorum"], len(asked))}.get(
        contract["completion"], 1
    )
    for signature in verdict.signatures:
        assert signature.signer in asked
        assert signature.on_behalf_of is None
        assert signature.level.reaches(contract["level"])
        assert signature.at <= desk.now
        account = desk.people[signature.signer].account
        own = [fact for fact in desk.facts.values() if fact.account == account and account is not None]
        if signature.level is Level.BY_OWN_ACCOUNT:
            assert any(fact.own for fact in own)
        if signature.level is Level.AT_OWN_ACCOUNT:
            assert any(not fact.own for fact in own)
    enough = asked and len({signature.signer for signature in verdict.signatures}) >= max(needed, 1)
    ticked = all(block.checked for block in desk.blocks if block.kind is BlockKind.STEP)
    assert (verdict.signing is Signing.SIGNED) == bool(enough and ticked)
    assert (verdict.at is None) == (verdict.signing is not Signing.SIGNED)
    assert bool(verdict.missing) == (verdict.signing is not Signing.SIGNED)


@given(
    st.lists(ACTS, max_size=8),
    CONTRACTS,
    st.lists(st.tuples(COMMENTS, st.sampled_from(["u-carl", "u-smit", "u-guest", None])), max_size=4),
)
def test_comments_of_people_who_are_not_asked_never_undo_a_signature(new_desk, acts, contract, comments):
    contract = contract | {"people": tuple(person for person in contract["people"] if person != "p03")}
    desk = play(new_desk(), acts)
    before = desk.verdict(**contract)
    for text, by in comments:
        desk.comment(text, by)
    after = desk.verdict(**contract)
    assert after.signatures == before.signatures
    if before.signing is Signing.SIGNED:
        assert after == before


@given(st.lists(ACTS, max_size=8), CONTRACTS, st.lists(st.tuples(st.integers(0, 30), WRITERS), max_size=4))
def test_later_editors_who_leave_the_words_alone_change_nothing(new_desk, acts, contract, edits):
    desk = play(new_desk(), acts)
    before = desk.verdict(**contract)
    desk.later(hours=1)
    for number, by in edits:
        if number < len(desk.blocks):
            desk.blocks[number] = replace(desk.blocks[number], author=by or None, at=desk.now)
    desk.edited_by = "u-guest"
    assert desk.verdict(**contract) == before


@given(st.lists(ACTS, max_size=8), CONTRACTS, st.integers(0, 400))
def test_looking_again_later_comes_to_the_same_verdict(new_desk, acts, contract, days):
    desk = play(new_desk(), acts)
    first = desk.verdict(**contract)
    assert desk.later(days=days).verdict(**contract) == first


@given(st.lists(ACTS, max_size=8), CONTRACTS)
def test_a_signing_comment_of_the_only_person_asked_settles_everything_but_the_steps(new_desk, acts, contract):
    desk = play(new_desk(), acts)
    desk.later(minutes=1).comment("Signed")
    verdict = desk.verdict(**(contract | {"people": ("p01",)}))
    assert verdict.signing is (Signing.SIGNED if verdict.steps_done == verdict.steps_total else Signing.HALF_SIGNED)
    assert verdict.at is None or desk.now - verdict.at <= timedelta(minutes=len(acts) + 1)
