"""What the facts of a page amount to, case by case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from isms_bot.model import Behalf, BlockKind, Completion, Given, Level, Signing, Span
from isms_bot.signoff import Reason, labels
from tests.unit.signoff.conftest import NOON

R = Reason
EVERYBODY = {"people": ("p01", "p02"), "completion": Completion.ALL}
BY_OWN = {"level": Level.BY_OWN_ACCOUNT}
TYPED = {"level": Level.TYPED}
FOR_DANA = {"people": ("p04",), "completion": Completion.ANY}
S = Signing


def fields(desk, *accounts, by="u-anna", on=date(2026, 11, 18)):
    desk.fields = {"signed_by": accounts, "signed_on": Span(on) if on else None}
    desk.edited_by = by
    return desk


def comment(desk, text, by="u-anna"):
    desk.comment(text, by)
    return desk


ALONE = [
    # steps
    ("an empty page", lambda d: d, {}, S.NOTHING, (R.SIGNATURE,), ()),
    ("nothing ticked", lambda d: d.steps(False, False).lines(), {}, S.NOTHING, (R.STEPS, R.SIGNATURE), ()),
    ("some steps ticked", lambda d: d.steps(True, False).lines(), {}, S.PARTIAL, (R.STEPS, R.SIGNATURE), ()),
    ("all steps ticked, no signature", lambda d: d.steps(True, True).lines(), {}, S.TICKED, (R.SIGNATURE,), ()),
    ("ticks by the assignee alone never complete", lambda d: d.steps(True), TYPED, S.TICKED, (R.SIGNATURE,), ()),
    ("a form without steps and signature", lambda d: d.lines(), {}, S.NOTHING, (R.SIGNATURE,), ()),
    # three lines
    ("three lines at own account", lambda d: d.steps(True).lines("Anna Jansen", "18-11-2026", "AJ"), {}, S.SIGNED, (), ()),
    ("three lines, no steps to tick", lambda d: d.lines("Anna", "18 Nov", "✓"), {}, S.SIGNED, (), ()),
    ("a signature by hand of any kind", lambda d: d.lines("anna", "18 Nov", "signed"), {}, S.SIGNED, (), ()),
    ("the own name as signature", lambda d: d.lines("A. Jansen", "18 Nov", "Anna"), {}, S.SIGNED, (), ()),
    ("initials of a colleague by the own account", lambda d: d.lines("Anna", "18 Nov", "BM"), {}, S.SIGNED, (), ()),
    ("signed, a step open", lambda d: d.steps(True, False).lines("Anna", "18 Nov", "AJ"), {}, S.HALF_SIGNED, (R.STEPS,), ()),
    ("name missing", lambda d: d.steps(True).lines("", "18 Nov", "✓"), {}, S.HALF_SIGNED, (R.NAME,), ()),
    ("date missing", lambda d: d.steps(True).lines("Anna", "", "AJ"), {}, S.HALF_SIGNED, (R.DATE,), ()),
    ("signature missing", lambda d: d.steps(True).lines("Anna", "18 Nov"), {}, S.HALF_SIGNED, (R.SIGNATURE,), ()),
    ("name only", lambda d: d.steps(True).lines("Anna"), {}, S.HALF_SIGNED, (R.DATE, R.SIGNATURE), ()),
    ("date only", lambda d: d.steps(True).lines("", "18 Nov"), {}, S.HALF_SIGNED, (R.NAME, R.SIGNATURE), ()),
    ("lines begun, steps open", lambda d: d.steps(False).lines("Anna"), {}, S.PARTIAL, (R.STEPS, R.DATE, R.SIGNATURE), ()),
    ("another's name without signature", lambda d: d.steps(True).lines("Bob"), {}, S.HALF_SIGNED, (R.DATE, R.SIGNATURE), ()),
    ("a date that is none", lambda d: d.lines("Anna", "last week", "AJ"), {}, S.HALF_SIGNED, (R.DATE,), (R.DATE_UNREAD,)),
    ("a date beyond 14 days", lambda d: d.lines("Anna", "1-10-2026", "AJ"), {}, S.SIGNED, (), (R.DATE_FAR,)),
    ("a date within 14 days", lambda d: d.lines("Anna", "4-11-2026", "AJ"), {}, S.SIGNED, (), ()),
    # levels of the three lines
    ("account unknown", lambda d: d.lines("Anna", "18 Nov", "AJ", by=""), {}, S.HALF_SIGNED, (R.LEVEL_AT_OWN_ACCOUNT,), ()),
    ("account unknown where typed will do", lambda d: d.lines("Anna", "18 Nov", "AJ", by=""), TYPED, S.SIGNED, (), ()),
    ("seen late, behind the bot's edit", lambda d: d.lines("Anna", "18 Nov", "AJ", by="u-bot"), {}, S.HALF_SIGNED, (R.LEVEL_AT_OWN_ACCOUNT,), ()),
    ("by own account asked", lambda d: d.lines("Anna", "18 Nov", "AJ"), BY_OWN, S.HALF_SIGNED, (R.LEVEL_BY_OWN_ACCOUNT,), ()),
    ("by own account asked, a step open", lambda d: d.steps(False).lines("Anna", "18 Nov", "AJ"), BY_OWN, S.HALF_SIGNED, (R.STEPS, R.LEVEL_BY_OWN_ACCOUNT), ()),
    ("name and date unknown, signature own", lambda d: d.lines("Anna", "18 Nov", "AJ", by=("", "", "u-anna")), {}, S.SIGNED, (), ()),
    ("signature unknown, name own", lambda d: d.lines("Anna", "18 Nov", "AJ", by=("u-anna", "u-anna", "")), {}, S.HALF_SIGNED, (R.LEVEL_AT_OWN_ACCOUNT,), ()),
    # blame
    ("all lines by another account", lambda d: d.lines("Anna", "18 Nov", "AJ", by="u-bob"), {}, S.UNCLEAR, (R.SIGNATURE,), (R.ACCOUNT_MISMATCH,)),
    ("a mismatch where typed would do", lambda d: d.lines("Anna", "18 Nov", "AJ", by="u-bob"), TYPED, S.UNCLEAR, (R.SIGNATURE,), (R.ACCOUNT_MISMATCH,)),
    ("the name by another account", lambda d: d.lines("Anna", "18 Nov", "AJ", by=("u-bob", "u-anna", "u-anna")), {}, S.UNCLEAR, (R.SIGNATURE,), (R.ACCOUNT_MISMATCH,)),
    ("the date by another account", lambda d: d.lines("Anna", "18 Nov", "AJ", by=("u-anna", "u-bob", "u-anna")), {}, S.UNCLEAR, (R.SIGNATURE,), (R.ACCOUNT_MISMATCH,)),
    ("an account that nobody knows", lambda d: d.lines("Anna", "18 Nov", "AJ", by="u-guest"), {}, S.UNCLEAR, (R.SIGNATURE,), (R.ACCOUNT_MISMATCH,)),
    ("a mismatch with a step open", lambda d: d.steps(False).lines("Anna", "18 Nov", "AJ", by="u-bob"), {}, S.UNCLEAR, (R.STEPS, R.SIGNATURE), (R.ACCOUNT_MISMATCH,)),
    ("a name that nobody has", lambda d: d.lines("Annabel", "18 Nov", "✓"), {}, S.UNCLEAR, (R.SIGNATURE,), (R.NAME_UNKNOWN,)),
    ("a name that fits two", lambda d: d.lines("Carl", "18 Nov", "✓", by="u-carl"), {"people": ("p03",)}, S.UNCLEAR, (R.SIGNATURE,), (R.NAME_AMBIGUOUS,)),
    ("a colleague who is asked as well, by mistake", lambda d: d.lines("Anna", "18 Nov", "Bob Müller"), {"people": ("p01", "p02"), "completion": Completion.ANY}, S.UNCLEAR, (R.SIGNATURE,), (R.ACCOUNT_MISMATCH,)),
    # comments
    ("a signing comment", lambda d: comment(d.steps(True), "Signed"), {}, S.SIGNED, (), ()),
    ("a signing comment where by own account is asked", lambda d: comment(d, "Signed"), BY_OWN, S.SIGNED, (), ()),
    ("with name and date", lambda d: comment(d, "Signed by Anna Jansen, on 18-11-2026"), {}, S.SIGNED, (), ()),
    ("with a weekday", lambda d: comment(d, "Signed Wed 18 Nov"), {}, S.SIGNED, (), ()),
    ("with initials", lambda d: comment(d, "signed - A.J."), {}, S.SIGNED, (), ()),
    ("with a first name that fits two, own account", lambda d: comment(d, "Signed, Carl", "u-carl"), {"people": ("p03",)}, S.SIGNED, (), ()),
    ("with thumbs", lambda d: comment(d, "👍 Signed! 🎉"), {}, S.SIGNED, (), ()),
    ("with a far date", lambda d: comment(d, "Signed 1-10-2026"), {}, S.SIGNED, (), (R.DATE_FAR,)),
    ("a comment, a step open", lambda d: comment(d.steps(False), "Signed"), {}, S.HALF_SIGNED, (R.STEPS,), ()),
    ("more than a name or date", lambda d: comment(d.steps(True), "Signed, but step 3 is open"), {}, S.TICKED, (R.SIGNATURE,), ()),
    ("more words around a name", lambda d: comment(d.steps(True), "Signed the form with Anna Jansen"), {}, S.TICKED, (R.SIGNATURE,), ()),
    ("for something that is nobody", lambda d: comment(d.steps(True), "Signed for the month"), {}, S.TICKED, (R.SIGNATURE,), ()),
    ("for a date", lambda d: comment(d.steps(True), "Signed for 18-11-2026"), {}, S.TICKED, (R.SIGNATURE,), ()),
    ("by something for somebody", lambda d: comment(d.steps(True), "Signed the contract for Anna"), {}, S.TICKED, (R.SIGNATURE,), ()),
    ("for nobody", lambda d: comment(d.steps(True), "Signed by Anna for "), {}, S.TICKED, (R.SIGNATURE,), ()),
    ("a name of the assignee that nobody knows", lambda d: comment(d, "Signed, Annie"), {}, S.UNCLEAR, (R.SIGNATURE,), (R.NAME_UNKNOWN,)),
    ("such a name by somebody else", lambda d: comment(d.steps(True), "Signed Contract", "u-bob"), {}, S.TICKED, (R.SIGNATURE,), ()),
    ("an author that the vendor does not tell", lambda d: comment(d, "Signed", None), {}, S.UNCLEAR, (R.SIGNATURE,), (R.ACCOUNT_UNKNOWN,)),
    ("such an author with the right name", lambda d: comment(d, "Signed Anna", None), {}, S.UNCLEAR, (R.SIGNATURE,), (R.ACCOUNT_UNKNOWN,)),
    ("a question", lambda d: comment(d.steps(True), "Signed?"), {}, S.TICKED, (R.SIGNATURE,), ()),
    # properties
    ("signed by and on", lambda d: fields(d.steps(True), "u-anna"), {}, S.SIGNED, (), ()),
    ("signed on missing", lambda d: fields(d.steps(True), "u-anna", on=None), {}, S.HALF_SIGNED, (R.DATE,), ()),
    ("signed by missing", lambda d: fields(d.steps(True)), {}, S.HALF_SIGNED, (R.NAME,), ()),
    ("signed by set by another account", lambda d: fields(d, "u-anna", by="u-bob"), {}, S.UNCLEAR, (R.SIGNATURE,), (R.ACCOUNT_MISMATCH,)),
    ("signed by, editor unknown", lambda d: fields(d, "u-anna", by=None), {}, S.HALF_SIGNED, (R.LEVEL_AT_OWN_ACCOUNT,), ()),
    ("signed by, editor unknown, typed will do", lambda d: fields(d, "u-anna", by=None), TYPED, S.SIGNED, (), ()),
    ("signed by where by own account is asked", lambda d: fields(d, "u-anna"), BY_OWN, S.HALF_SIGNED, (R.LEVEL_BY_OWN_ACCOUNT,), ()),
    ("signed on far away", lambda d: fields(d, "u-anna", on=date(2026, 1, 1)), {}, S.SIGNED, (), (R.DATE_FAR,)),
    # a table
    ("a row of the assignee", lambda d: d.table(("Anna", "18 Nov", "AJ", "u-anna")), {}, S.SIGNED, (), ()),
    ("a row that waits for its signature", lambda d: d.steps(True).table(("Anna", "", "", "u-bob")), {}, S.TICKED, (R.SIGNATURE,), ()),
    ("a row without date", lambda d: d.steps(True).table(("Anna", "", "AJ", "u-anna")), {}, S.HALF_SIGNED, (R.DATE,), ()),
    ("a row without signature", lambda d: d.steps(True).table(("Anna", "18 Nov", "", "u-anna")), {}, S.HALF_SIGNED, (R.SIGNATURE,), ()),
    # ways together
    ("the comment makes up for unclear lines", lambda d: comment(d.lines("Anna", "18 Nov", "AJ", by="u-bob"), "Signed"), {}, S.SIGNED, (), ()),
    ("the comment makes up for a low level", lambda d: comment(d.lines("Anna", "18 Nov", "AJ"), "Signed"), BY_OWN, S.SIGNED, (), ()),
    ("the comment makes up for half a form", lambda d: comment(d.steps(True).lines("Anna"), "Signed"), {}, S.SIGNED, (), ()),
    # nobody asked
    ("a job that nobody is asked to sign", lambda d: d.steps(True), {"people": (), "completion": Completion.ALL}, S.TICKED, (R.SIGNATURE,), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "contract", "signing", "missing", "reasons"), [row[1:] for row in ALONE], ids=[row[0] for row in ALONE]
)
def test_what_one_person_did_amounts_to(desk, act, contract, signing, missing, reasons):
    verdict = act(desk).verdict(**contract)
    assert (verdict.signing, verdict.missing, verdict.reasons) == (signing, missing, reasons)
    assert (verdict.at is not None) is (signing is Signing.SIGNED)


OTHERS = [
    ("another's name and signature", lambda d: d.lines("Bob Müller", "18 Nov", "BM", by="u-bob"), {}, "p02"),
    ("another's name at the own account", lambda d: d.lines("Bob Müller", "18 Nov", "x"), {}, "p02"),
    ("another's name without date", lambda d: d.lines("Bob", "", "BM", by="u-bob"), {}, "p02"),
    ("another's name as signature", lambda d: d.lines("Anna", "18 Nov", "Bob Müller"), {}, "p02"),
    ("another's name as signature, name missing", lambda d: d.lines("", "18 Nov", "Bob Müller"), {}, "p02"),
    ("a name that fits two who are not asked", lambda d: d.lines("Carl", "18 Nov", "x"), {}, None),
    ("another's comment", lambda d: comment(d, "Signed", "u-bob"), {}, "p02"),
    ("another's comment with a step open", lambda d: comment(d.steps(False), "Signed", "u-bob"), {}, "p02"),
    ("another's comment in the name of the assignee", lambda d: comment(d, "Signed, Anna Jansen", "u-bob"), {}, "p02"),
    ("a guest's comment", lambda d: comment(d, "Signed", "u-guest"), {}, None),
    ("the assignee's comment with another's name", lambda d: comment(d, "Signed Bob"), {}, "p02"),
    ("for somebody who is not asked either", lambda d: comment(d, "Signed for Carl Smit", "u-bob"), {}, "p02"),
    ("the assignee for somebody who is not asked", lambda d: comment(d, "Signed for Carl Smit"), {}, "p05"),
    ("lines for somebody who is not asked", lambda d: d.lines("Bob for Carl Smit", "18 Nov", "x", by="u-bob"), {}, "p05"),
    ("another in Signed by", lambda d: fields(d, "u-bob", by="u-bob"), {}, "p02"),
    ("a guest in Signed by", lambda d: fields(d, "u-guest", by="u-guest"), {}, None),
    ("a row of somebody who is not asked", lambda d: d.table(("Bob", "18 Nov", "BM", "u-bob")), {}, "p02"),
    ("somebody else beside half a form", lambda d: comment(d.steps(True).lines("Anna"), "Signed", "u-bob"), {}, "p02"),
    ("somebody else beside an unclear one", lambda d: comment(d.lines("Anna", "18 Nov", "x", by="u-guest"), "Signed", "u-bob"), {}, "p02"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "contract", "other"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_somebody_else_is_told_by_another_name_or_a_person_made_object(desk, act, contract, other):
    verdict = act(desk).verdict(**contract)
    assert (verdict.signing, verdict.other, verdict.at) == (Signing.SOMEONE_ELSE, other, None)
    assert R.OTHER_PERSON in verdict.reasons
    assert verdict.signatures == ()


BEHALF = [
    ("a comment", lambda d: comment(d, "Signed for Anna", "u-bob"), {}, Level.BY_OWN_ACCOUNT, "comment"),
    ("a comment on behalf of", lambda d: comment(d, "Signed on behalf of Anna Jansen, 18-11", "u-bob"), {}, Level.BY_OWN_ACCOUNT, "comment"),
    ("a comment with the own name", lambda d: comment(d, "Signed by Bob for Anna", "u-bob"), {}, Level.BY_OWN_ACCOUNT, "comment"),
    ("lines", lambda d: d.lines("Bob for Anna", "18 Nov", "BM", by="u-bob"), {}, Level.AT_OWN_ACCOUNT, "lines"),
    ("lines without the own name", lambda d: d.lines("for Anna", "18 Nov", "BM", by="u-bob"), {}, Level.AT_OWN_ACCOUNT, "lines"),
    ("the signature line", lambda d: d.lines("Anna", "18 Nov", "for Anna", by="u-bob"), {}, Level.AT_OWN_ACCOUNT, "lines"),
    ("a typed signature line", lambda d: d.lines("Bob", "18 Nov", "for Anna", by=""), TYPED, Level.TYPED, "lines"),
    ("a row", lambda d: d.table(("Bob for Anna", "18 Nov", "BM", "u-bob")), {}, Level.AT_OWN_ACCOUNT, "row"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "contract", "level", "via"), [row[1:] for row in BEHALF], ids=[row[0] for row in BEHALF]
)
def test_for_somebody_counts_once_the_role_owner_confirmed_it(desk, act, contract, level, via):
    contract = {**contract, "completion": Completion.ANY, "confirmers": ("p05",)}
    act(desk)
    waiting = desk.verdict(**contract)
    assert (waiting.signing, waiting.reasons, waiting.other) == (Signing.UNCLEAR, (R.ON_BEHALF_UNCONFIRMED,), "p02")
    assert waiting.behalf == (Behalf("p02", "p01", Given.WAITING),)
    comment(desk.later(hours=1), "Confirmed", "u-smit")
    verdict = desk.verdict(**contract)
    assert (verdict.signing, verdict.behalf) == (Signing.SIGNED, ())
    (signature,) = verdict.signatures
    assert (signature.signer, signature.on_behalf_of, signature.level, signature.via) == ("p02", "p01", level, via)
    assert (signature.confirmed_by, signature.confirmed_at, signature.stands_for) == ("p05", desk.now, "p01")
    assert verdict.at == NOON


ANSWERS: list[tuple[str, list[tuple[str, str | None]], Given | None]] = [
    ("a yes of the role owner", [("Confirmed", "u-smit")], None),
    ("a yes with a word more", [("Confirmed, I was there", "u-smit")], None),
    ("a yes that names the writer", [("Confirmed, Bob", "u-smit")], None),
    ("a yes that names the person asked", [("Confirmed for Anna", "u-smit")], None),
    ("a yes about somebody else", [("Confirmed for Carl Żółty", "u-smit")], Given.WAITING),
    ("a question", [("Confirmed?", "u-smit")], Given.WAITING),
    ("words that only look like a yes", [("Confirmedly so", "u-smit")], Given.WAITING),
    ("a yes of the person asked", [("Confirmed", "u-anna")], Given.WAITING),
    ("a yes of the writer", [("Confirmed", "u-bob")], Given.WAITING),
    ("a yes of somebody who may not", [("Confirmed", "u-carl")], Given.WAITING),
    ("a yes of a guest", [("Confirmed", "u-guest")], Given.WAITING),
    ("a yes of an account that is not told", [("Confirmed", None)], Given.WAITING),
    ("a no of the role owner", [("Declined", "u-smit")], Given.DECLINED),
    ("not confirmed", [("Not confirmed, sorry", "u-smit")], Given.DECLINED),
    ("a no of somebody who may not", [("Declined", "u-carl")], Given.WAITING),
    ("a no, then a yes", [("Declined", "u-smit"), ("Confirmed", "u-smit")], None),
    ("a yes, then a no", [("Confirmed", "u-smit"), ("Declined", "u-smit")], Given.DECLINED),
]  # fmt: skip


@pytest.mark.parametrize(("said", "given"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_nobody_but_the_role_owner_answers_and_nobody_for_oneself(desk, said, given):
    comment(desk.steps(True), "Signed for Anna", "u-bob")
    for text, account in said:
        comment(desk.later(minutes=5), text, account)
    verdict = desk.verdict(completion=Completion.ANY, confirmers=("p05", "p01", "p02"))
    assert verdict.behalf == (() if given is None else (Behalf("p02", "p01", given),))
    assert verdict.signing is (Signing.SIGNED if given is None else Signing.UNCLEAR)
    reason = {None: (), Given.WAITING: (R.ON_BEHALF_UNCONFIRMED,), Given.DECLINED: (R.ON_BEHALF_DECLINED,)}[given]
    assert verdict.reasons == reason


def test_an_answer_that_was_there_before_the_signature_is_not_about_it(desk):
    comment(desk, "Confirmed", "u-smit")
    comment(desk.later(hours=1), "Signed for Anna", "u-bob")
    verdict = desk.verdict(completion=Completion.ANY, confirmers=("p05",))
    assert verdict.behalf == (Behalf("p02", "p01", Given.WAITING),)


def test_a_comment_that_was_changed_into_a_yes_counts_from_when_that_was_seen(desk):
    comment(desk.steps(True), "Signed for Anna", "u-bob")
    comment(desk, "Declined", "u-smit")
    assert desk.verdict(completion=Completion.ANY, confirmers=("p05",)).behalf[0].given is Given.DECLINED
    desk.comments[-1] = replace(desk.comments[-1], text="Confirmed")
    verdict = desk.later(hours=2).verdict(completion=Completion.ANY, confirmers=("p05",))
    assert verdict.signatures[0].confirmed_at == desk.now


def test_an_answer_alone_is_no_beginning_of_the_form(desk):
    comment(desk, "Confirmed", "u-smit")
    assert not desk.verdict(confirmers=("p05",)).started


@pytest.mark.parametrize(
    ("account", "stand_in", "by", "completion", "counts"),
    [
        pytest.param(None, "p02", "u-bob", Completion.ANY, True, id="by the stand-in of somebody without an account"),
        pytest.param(None, "p03", "u-bob", Completion.ANY, False, id="by another colleague"),
        pytest.param(None, None, "u-guest", Completion.ANY, False, id="by a guest"),
        pytest.param("u-dana", "p02", "u-bob", Completion.ANY, False, id="for somebody who has an account"),
        pytest.param(None, "p02", "u-bob", Completion.EACH, False, id="of a personal job"),
    ],
)
def test_somebody_without_an_account_has_a_stand_in_who_signs(desk, account, stand_in, by, completion, counts):
    desk.people["p04"] = replace(desk.people["p04"], account=account, stand_in=stand_in)
    comment(desk.steps(True), "Signed for Dana", by)
    verdict = desk.verdict(people=("p04",), completion=completion)
    assert (verdict.signing is Signing.SIGNED) is counts
    assert [(one.signer, one.on_behalf_of, one.confirmed_by) for one in verdict.signatures] == (
        [("p02", "p04", None)] if counts else []
    )


def test_a_personal_job_is_never_given_for_another(desk):
    comment(desk.steps(True), "Signed for Anna", "u-bob")
    comment(desk.later(hours=1), "Confirmed", "u-smit")
    verdict = desk.verdict(confirmers=("p05",))
    assert (verdict.signing, verdict.reasons) == (Signing.UNCLEAR, (R.ON_BEHALF_PERSONAL,))
    assert verdict.behalf == (Behalf("p02", "p01", Given.PERSONAL),)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        pytest.param(
            lambda d: comment(d, "Signed for Dana", "u-guest"), R.ON_BEHALF_UNCONFIRMED, id="by nobody of the roster"
        ),
        pytest.param(
            lambda d: comment(d, "Signed for Dana", None), R.ON_BEHALF_UNCONFIRMED, id="by an account that is not told"
        ),
        pytest.param(
            lambda d: comment(d, "Signed by Bob for Dana", "u-anna"), R.ACCOUNT_MISMATCH, id="in another's name"
        ),
        pytest.param(
            lambda d: comment(d, "Signed by Bob for Dana", None), R.ACCOUNT_MISMATCH, id="with a name, account not told"
        ),
        pytest.param(
            lambda d: d.lines("Bob for Dana", "18 Nov", "x"), R.ACCOUNT_MISMATCH, id="lines in another's name"
        ),
        pytest.param(
            lambda d: d.lines("Dana", "18 Nov", "x"), R.ACCOUNT_MISMATCH, id="the name of somebody without an account"
        ),
        pytest.param(
            lambda d: d.lines("for Dana", "18 Nov", "x", by=""),
            R.ON_BEHALF_UNCONFIRMED,
            id="typed by nobody knows whom",
        ),
    ],
)
def test_for_somebody_by_an_unknown_writer_cannot_be_confirmed(desk, act, reason):
    comment(act(desk).later(hours=1), "Confirmed", "u-smit")
    verdict = desk.verdict(**FOR_DANA, level=Level.TYPED, confirmers=("p05",))
    assert (verdict.signing, verdict.reasons, verdict.other) == (Signing.UNCLEAR, (reason,), None)
    assert verdict.behalf == ()


def test_for_two_people_of_one_first_name_is_asked_back(desk):
    desk.comment("Signed for Carl", "u-bob")
    verdict = desk.verdict(people=("p03",))
    assert (verdict.signing, verdict.reasons) == (Signing.UNCLEAR, (R.NAME_AMBIGUOUS,))


def test_for_two_people_is_somebody_in_another_s_name_if_neither_is_asked(desk):
    desk.comment("Signed by Anna for Carl", "u-bob")
    verdict = desk.verdict(people=("p01",))
    assert (verdict.signing, verdict.reasons) == (Signing.UNCLEAR, (R.ACCOUNT_MISMATCH,))


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda d: comment(d, "Signed for Anna"), id="comment"),
        pytest.param(lambda d: d.lines("for Anna", "18 Nov", "x"), id="lines"),
    ],
)
def test_for_oneself_is_an_own_signature(desk, act):
    verdict = act(desk).verdict()
    assert verdict.signing is Signing.SIGNED
    assert (verdict.signatures[0].signer, verdict.signatures[0].on_behalf_of) == ("p01", None)


# --- sharing ---

ANY = {"people": ("p01", "p02"), "completion": Completion.ANY}
QUORUM = {"people": ("p01", "p02", "p03"), "completion": Completion.QUORUM, "quorum": 2}
BOTH = (("Anna", "18 Nov", "AJ", "u-anna"), ("Bob", "18 Nov", "BM", "u-bob"))
SHARED = [
    ("any: one of them is enough", lambda d: comment(d, "Signed", "u-bob"), ANY, S.SIGNED, ["p02"], ()),
    ("all: one is not enough", lambda d: comment(d.steps(True), "Signed"), EVERYBODY, S.HALF_SIGNED, ["p01"], (R.SIGNERS,)),
    ("all: every row filled", lambda d: d.table(*BOTH), EVERYBODY, S.SIGNED, ["p01", "p02"], ()),
    ("all: a row left to fill", lambda d: d.table(BOTH[0], ("Bob", "", "", "u-anna")), EVERYBODY, S.HALF_SIGNED, ["p01"], (R.SIGNERS,)),
    ("all: a row without date", lambda d: d.table(BOTH[0], ("Bob", "", "BM", "u-bob")), EVERYBODY, S.HALF_SIGNED, ["p01"], (R.DATE, R.SIGNERS)),
    ("all: one person twice is one", lambda d: comment(d.table(BOTH[0], BOTH[0]), "Signed"), EVERYBODY, S.HALF_SIGNED, ["p01"], (R.SIGNERS,)),
    ("all: row and comment", lambda d: comment(d.table(BOTH[0]), "Signed", "u-bob"), EVERYBODY, S.SIGNED, ["p01", "p02"], ()),
    ("all: a row by another account", lambda d: d.table(BOTH[0], ("Bob", "18 Nov", "BM", "u-anna")), EVERYBODY, S.UNCLEAR, ["p01"], (R.SIGNERS,)),
    ("all: signed, steps open", lambda d: d.steps(False).table(*BOTH), EVERYBODY, S.HALF_SIGNED, ["p01", "p02"], (R.STEPS,)),
    ("all: own unclear lines beside an accepted comment", lambda d: comment(d.lines("Anna", "18 Nov", "x", by="u-guest"), "Signed"), EVERYBODY, S.HALF_SIGNED, ["p01"], (R.SIGNERS,)),
    ("all: two in Signed by", lambda d: fields(d, "u-anna", "u-bob"), EVERYBODY, S.UNCLEAR, ["p01"], (R.SIGNERS,)),
    ("all: an extra signer while one is missing", lambda d: comment(d.table(BOTH[0]), "Signed", "u-carl"), EVERYBODY, S.SOMEONE_ELSE, ["p01"], (R.SIGNERS,)),
    ("all: one for another", lambda d: comment(d.table(BOTH[0]), "Signed for Bob"), EVERYBODY, S.UNCLEAR, ["p01"], (R.SIGNERS,)),
    ("all: one with the other's name", lambda d: comment(d, "Signed Bob"), EVERYBODY, S.UNCLEAR, [], (R.SIGNATURE,)),
    ("quorum: enough", lambda d: d.table(*BOTH), QUORUM, S.SIGNED, ["p01", "p02"], ()),
    ("quorum: one short", lambda d: d.table(BOTH[1]), QUORUM, S.HALF_SIGNED, ["p02"], (R.SIGNERS,)),
    ("quorum: more than people, everybody is enough", lambda d: d.table(*BOTH), EVERYBODY | {"completion": Completion.QUORUM, "quorum": 5}, S.SIGNED, ["p01", "p02"], ()),
    ("quorum: none asked for, one is needed", lambda d: d.steps(True), EVERYBODY | {"completion": Completion.QUORUM, "quorum": 0}, S.TICKED, [], (R.SIGNATURE,)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "contract", "signing", "signers", "missing"), [row[1:] for row in SHARED], ids=[row[0] for row in SHARED]
)
def test_sharing_needs_as_many_as_it_says(desk, act, contract, signing, signers, missing):
    verdict = act(desk).verdict(**contract)
    assert (verdict.signing, [signature.signer for signature in verdict.signatures], verdict.missing) == (
        signing,
        signers,
        missing,
    )


# --- moments ---


def test_signed_in_time_and_seen_late_is_signed_when_it_was_written(desk):
    desk.lines("Anna", "18 Nov", "AJ")
    written = desk.now
    assert desk.later(days=9).verdict().at == written


def test_without_a_time_of_the_vendor_the_first_reading_counts(desk):
    desk.lines("Anna", "18 Nov", "AJ")
    desk.blocks = [replace(block, at=None) for block in desk.blocks]
    first = desk.later(hours=1).verdict().at
    assert first == desk.now
    assert desk.later(days=2).verdict().at == first


def test_a_vendor_ahead_of_us_does_not_make_it_later(desk):
    desk.comment("Signed", at=desk.now + timedelta(hours=1))
    assert desk.verdict().at == desk.now


def test_the_last_of_the_three_lines_makes_the_moment(desk):
    desk.lines("Anna", "18 Nov", "")
    desk.look()
    desk.later(days=1).rewrite(2, "u-anna", text="Signature: AJ")
    assert desk.verdict().at == desk.now


def test_the_earliest_accepted_way_makes_the_moment(desk):
    desk.comment("Signed")
    first = desk.now
    desk.later(days=2).lines("Anna", "20 Nov", "AJ")
    assert desk.verdict().at == first
    assert desk.verdict().signatures[0].via == "comment"


def test_an_earlier_comment_wins_over_lines_read_first(desk):
    desk.lines("Anna", "18 Nov", "AJ")
    desk.look()
    desk.comment("Signed", at=desk.now - timedelta(hours=3))
    desk.comment("Signed", at=desk.now - timedelta(hours=2))
    assert desk.later(hours=1).verdict().signatures[0].via == "comment"
    assert desk.verdict().at == desk.now - timedelta(hours=4)


def test_the_last_needed_signature_makes_the_moment(desk):
    for account in ("u-carl", "u-anna", "u-bob"):
        desk.comment("Signed", account)
        desk.later(days=1)
    verdict = desk.verdict(**QUORUM)
    assert [signature.signer for signature in verdict.signatures] == ["p03", "p01", "p02"]
    assert verdict.at == verdict.signatures[1].at


def test_a_comment_counts_after_it_was_deleted(desk):
    desk.comment("Signed")
    first = desk.verdict()
    desk.comments.clear()
    assert desk.later(days=1).verdict() == first


def test_a_comment_changed_into_a_signature_counts_from_when_that_was_seen(desk):
    desk.comment("Signed tomorrow")
    assert desk.verdict().signing is Signing.NOTHING
    desk.later(days=2)
    desk.comments[0] = replace(desk.comments[0], text="Signed")
    assert desk.verdict().at == desk.now


def test_names_that_somebody_wrote_into_a_table_of_signers_beforehand_are_no_mismatch(desk):
    desk.table(("Anna", "", "", "u-bob"))
    desk.look()
    desk.later(days=1).rewrite(1, "u-anna", cells=("Anna", "19 Nov", "AJ"))
    verdict = desk.verdict()
    assert (verdict.signing, verdict.signatures[0].level) == (Signing.SIGNED, Level.AT_OWN_ACCOUNT)


def test_words_taken_out_of_the_configuration_no_longer_sign(desk):
    desk.words = labels(("nl",))
    desk.comment("Getekend")
    assert desk.verdict().signing is Signing.SIGNED
    desk.words = labels(("en",))
    assert desk.verdict().signing is Signing.NOTHING


def test_another_s_later_edit_of_the_block_does_not_undo_a_signature(desk):
    desk.lines("Anna", "18 Nov", "AJ")
    first = desk.verdict()
    desk.later(days=1)
    for number in range(3):
        desk.rewrite(number, "u-bob")
    assert desk.verdict() == first


# --- what is kept of a signature ---


@pytest.mark.parametrize(
    ("act", "level", "via", "done_on"),
    [
        pytest.param(lambda d: d.lines("Anna", "17 Nov", "AJ"), Level.AT_OWN_ACCOUNT, "lines", date(2026, 11, 17), id="lines"),
        pytest.param(lambda d: d.table(("Anna", "17/11", "AJ", "u-anna")), Level.AT_OWN_ACCOUNT, "row", date(2026, 11, 17), id="row"),
        pytest.param(lambda d: comment(d, "Signed"), Level.BY_OWN_ACCOUNT, "comment", None, id="comment"),
        pytest.param(lambda d: comment(d, "Signed 17-11"), Level.BY_OWN_ACCOUNT, "comment", date(2026, 11, 17), id="dated comment"),
        pytest.param(lambda d: fields(d, "u-anna"), Level.AT_OWN_ACCOUNT, "properties", date(2026, 11, 18), id="fields"),
    ],
)  # fmt: skip
def test_a_signature_says_how_it_was_given(desk, act, level, via, done_on):
    (signature,) = act(desk).verdict().signatures
    assert (signature.signer, signature.level, signature.via, signature.done_on) == ("p01", level, via, done_on)
    assert signature.at == desk.now


def test_an_ambiguous_date_is_read_near_the_time_it_was_written_not_near_today(desk):
    desk.now = datetime(2026, 4, 3, 12, tzinfo=UTC)
    desk.order = "mdy"
    desk.lines("Anna", "03/04/2026", "AJ")
    desk.look()
    desk.now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    verdict = desk.verdict()
    assert verdict.signatures[0].done_on == date(2026, 4, 3)
    assert verdict.reasons == ()


def test_a_shared_account_is_the_one_of_those_who_are_asked(desk):
    desk.people["p02"] = replace(desk.people["p02"], account="u-anna")
    desk.people["p00"] = replace(desk.people["p02"], id="p00", name="Zoe Zet")
    desk.comment("Signed")
    assert desk.verdict().signatures[0].signer == "p01"


def test_somebody_who_left_does_not_make_a_first_name_ambiguous(desk):
    desk.lines("Anna", "18 Nov", "AJ")
    assert desk.verdict().signing is Signing.SIGNED
    desk.people["p06"] = replace(desk.people["p06"], until=None)
    assert desk.verdict().reasons == (R.NAME_AMBIGUOUS,)


def test_somebody_asked_who_is_no_longer_in_the_roster_cannot_be_told(desk):
    desk.comment("Signed")
    del desk.people["p01"]
    verdict = desk.verdict()
    assert (verdict.signing, verdict.other) == (Signing.SOMEONE_ELSE, None)


# --- what else a verdict says ---


def test_steps_and_feedback_are_counted_and_kept(desk):
    desk.steps(True, False, True)
    desk.lines()
    desk.lines()
    verdict = desk.verdict()
    assert (verdict.steps_done, verdict.steps_total, verdict.feedback) == (2, 3, "")


@pytest.mark.parametrize(
    ("act", "started"),
    [
        pytest.param(lambda d: d.steps(False).lines(), False, id="an untouched form"),
        pytest.param(lambda d: d.steps(True).lines(), True, id="a tick"),
        pytest.param(lambda d: d.steps(False).lines("Anna"), True, id="a line"),
        pytest.param(lambda d: comment(d, "Signed"), True, id="a signing comment"),
        pytest.param(lambda d: comment(d, "What is this?"), False, id="another comment"),
        pytest.param(lambda d: fields(d, "u-bob"), True, id="a field"),
    ],
)
def test_a_job_is_started_when_something_is_written_into_the_form(desk, act, started):
    assert act(desk).verdict().started is started


def test_an_answer_to_the_closing_question_is_a_start_and_no_signature(desk):
    desk.block(BlockKind.HEADING, "Anything unclear, wrong or a pain?")
    desk.block(BlockKind.TEXT, "The link is dead", by="u-anna")
    verdict = desk.verdict()
    assert (verdict.signing, verdict.started, verdict.feedback) == (Signing.NOTHING, True, "The link is dead")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Getekend door Anna Jansen op 18 november 2026"),
        ("de", "Unterschrieben von Anna Jansen am 18. November 2026"),
        ("pl", "Podpisano przez Anna Jansen dnia 18 listopada 2026"),
        ("fr", "Signé par Anna Jansen le 18 novembre 2026"),
        ("es", "Firmado por Anna Jansen el 18 de noviembre de 2026"),
    ],
)
def test_a_full_sentence_signs_in_every_language(desk, language, text):
    desk.words = labels((language,))
    desk.comment(text)
    verdict = desk.verdict()
    assert verdict.signing is Signing.SIGNED
    assert verdict.signatures[0].done_on == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Getekend namens Anna"), ("nl", "Ondertekend voor Anna Jansen"), ("de", "Unterschrieben für Anna Jansen"),
        ("de", "gez. im Namen von Anna"), ("pl", "Podpisano w imieniu Anna Jansen"), ("fr", "Signé pour Anna"), ("es", "Firmado en nombre de Anna"),
    ],
)  # fmt: skip
def test_for_somebody_is_understood_in_every_language(desk, language, text):
    desk.words = labels((language,))
    desk.comment(text, "u-bob")
    verdict = desk.verdict(completion=Completion.ANY)
    assert (verdict.signing, verdict.reasons, verdict.other) == (Signing.UNCLEAR, (R.ON_BEHALF_UNCONFIRMED,), "p02")


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [
        ("nl", "Akkoord", "Niet akkoord"), ("nl", "Bevestigd", "Afgewezen"), ("de", "Bestätigt", "Nicht bestätigt"),
        ("pl", "Potwierdzam", "Nie potwierdzam"), ("fr", "Confirmé", "Non confirmé"), ("es", "Confirmado", "Rechazado"),
    ],
)  # fmt: skip
def test_a_yes_and_a_no_are_understood_in_every_language(desk, language, yes, no):
    desk.words = labels((language,))
    comment(comment(desk.steps(True), "Signed for Anna", "u-bob").later(hours=1), no, "u-smit")
    assert desk.verdict(completion=Completion.ANY, confirmers=("p05",)).behalf[0].given is Given.DECLINED
    comment(desk.later(hours=1), yes, "u-smit")
    assert desk.verdict(completion=Completion.ANY, confirmers=("p05",)).signing is Signing.SIGNED
