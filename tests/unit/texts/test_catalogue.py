"""The catalogue as a whole: its tone, its placeholders, and that code and catalogue know the same sentences."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from isms_bot import texts
from isms_bot.markdown import parse, placeholders, render
from isms_bot.texts.reading import catalogue, fragments

ROOT = Path(__file__).parents[3]
ENGLISH = catalogue("en")
PAGES = {
    Path(file.name).stem: file.read_text(encoding="utf-8")
    for file in resources.files("isms_bot.texts").joinpath("pages", "en").iterdir()
}
EVERYTHING = {**ENGLISH.sentences, **{f"page {name}": text for name, text in PAGES.items()}}

REFUSED = (
    "violation", "failed", "failure to", "refused", "offender", "missed by", "back-dated", "backdated", "accuse",
    "escalated to your manager", "final warning", "non-compliant",
)  # fmt: skip
"""Words that blame."""
OVERCLAIMED = ("strong", "proof", "proven", "verified", "electronic signature")
"""Words that say more about a signature than was seen."""

KINDS = (
    "role-without-holder", "account-unresolved", "procedure-empty", "procedure-no-form", "procedure-missing",
    "procedure-being-rewritten", "procedure-trashed", "clone-losses", "field-renamed", "field-retyped", "field-deleted",
    "view-deleted", "page-moved-outside", "job-trashed", "copy-of-job", "half-clone", "clock-apart", "decision-not-allowed", "decision-changed", "job-overdue",
    "roster-change-not-allowed", "no-second-person", "notice-undelivered", "brake-held",
    "duplicate-account", "mark-twice", "comments-off", "schedule-vanished", "postponement-asked", "container-unreadable",
    "record-changed", "wiki-unreachable", "token-expiring", "roster-incomplete", "question-unanswered", "review-due",
    "applies-without-reason", "applies-to-everyone", "nonconformity-proposed", "activation-unknown", "start-unknown", "start-too-late", "mail-not-delivered",
    "kept-page-edited", "procedure-private-held", "private-area-unnamed", "private-area-unrestricted", "private-area-attest",
    "private-area-attest-soon", "private-area-newcomer", "private-pages-missing", "private-page-exposed",
)  # fmt: skip

CONTRACT: dict[str, str] = {
    "notice.opened": "person job minutes due",
    "notice.opened.plain": "person job due",
    "notice.opened.many": "people job due",
    "notice.before": "person job count due",
    "notice.due": "person job grace_end",
    "notice.after": "person job grace_end",
    "notice.last": "person job grace_end product_manager",
    "notice.last.introduction": "person job grace_end",
    "notice.ticked": "person",
    "notice.ticked.last": "person missing grace_end product_manager",
    "notice.merged": "person",
    "notice.line.opened": "job due",
    "notice.line.before": "job count due",
    "notice.line.due": "job grace_end",
    "notice.line.after": "job grace_end",
    "notice.line.last": "job grace_end",
    "notice.line.last.introduction": "job grace_end",
    "notice.line.ticked": "job",
    "notice.changes.none": "",
    "notice.changes.some": "items",
    "notice.changes.first": "",
    "changes.item": "item count",
    "notice.answered": "question text",
    "notice.outage": "since until",
    "notice.return": "person",
    "notice.handover": "person job due other product_manager",
    "notice.urgent.opened": "person job due",
    "notice.urgent.half": "person job due",
    "notice.urgent.half.introduction": "person job due",
    "notice.urgent.due": "person job",
    "notice.urgent.due.introduction": "person job",
    "notice.urgent.daily": "person job due",
    "notice.line.urgent.half": "job due",
    "notice.line.urgent.half.introduction": "job due",
    "notice.line.urgent.due": "job",
    "notice.line.urgent.due.introduction": "job",
    "notice.line.urgent.daily": "job due",
    "notice.introduction_ends": "introduction_end",
    "notice.foot": "objective product_manager",
    "job.assignee_put_back": "person product_manager",
    "job.due_put_back": "due product_manager",
    "job.due_reason": "due first_due",
    "job.status_set": "missing",
    "job.someone_else": "person other owner",
    "job.someone_else.personal": "person other product_manager",
    "job.for_another": "person signer other",
    "job.for_another.declined": "person signer other product_manager",
    "job.for_another.personal": "person signer other product_manager",
    "job.unclear": "person",
    "job.copy_filled": "person product_manager",
    "job.below_level": "person missing",
    "job.withdrawn_question": "owner job grace_end",
    "job.superseded": "next",
    "job.fuller_draft": "person",
    "job.changed_since": "author date",
    "job.postponed": "author first_due due reason",
    "decision.started": "author people due job",
    "decision.started.private": "author due job",
    "job.ended_by_decision": "author decision reason",
    "job.left": "",
    "missing.steps": "",
    "missing.name": "",
    "missing.date": "",
    "missing.signature": "",
    "missing.level-by-own-account": "",
    "missing.level-at-own-account": "",
    "missing.review": "",
    "missing.signers": "",
    "reason.other-person": "",
    "reason.account-mismatch": "",
    "reason.account-unknown": "",
    "reason.name-unknown": "",
    "reason.name-ambiguous": "",
    "reason.on-behalf-unconfirmed": "",
    "reason.on-behalf-declined": "",
    "reason.on-behalf-personal": "",
    "reason.date-unread": "",
    "reason.date-far": "",
    "person.somebody": "",
    "evidence.by-own-account": "signer field date seen",
    "evidence.at-own-account": "signer field date seen",
    "evidence.typed": "signer field date seen",
    "evidence.precision": "count",
    "evidence.on-behalf": "signer other",
    "evidence.confirmation": "signer date",
    "title.job": "procedure period",
    "title.nonconformity": "number procedure period role",
    "title.discussion": "procedure period",
    "title.question": "procedure text",
    "title.finding": "what",
    "nonconformity.what": "procedure period due",
    "nonconformity.not_validly_signed": "procedure period due",
    "nonconformity.withdrawn": "procedure period due role",
    "discussion.said": "text",
    "notice.asked_for": "author reason",
    "notice.on_behalf": "other",
    "nonconformity.retracted": "reason number",
    "job.retracted": "people number reason",
    "job.retracted.plain": "people number",
    "nonconformity.retracted.plain": "number",
    "nonconformity.put_back": "number decision owner",
    "nonconformity.action.default": "job",
    "nonconformity.discussion": "person number date",
    "nonconformity.decide": "person number",
    "nonconformity.third": "items",
    "nonconformity.signed_late": "job",
    "nonconformity.no_second_person": "",
    "discussion.line": "procedure count of",
    "improvement.structural": "procedure count of owner",
    "improvement.together": "procedure period count of owner",
    "title.improvement": "procedure",
    "title.private-record": "key date outcome",
    "question.private": "",
    "introduction.report": "count of",
    "introduction.questions": "count of",
    "introduction.heading": "",
    "introduction.tally": "procedure of in_time late missed open",
    "introduction.preview": "person date count",
    "introduction.todo": "",
    "introduction.notice": "people text",
    "introduction.ends": "introduction_end author product_manager",
    "digest.intro": "person",
    "digest.escalation": "job due count role",
    "digest.overdue": "count",
    "digest.held": "count",
    "digest.findings": "count",
    "digest.questions": "count",
    "digest.nonconformities": "count",
    "digest.next": "item",
    "digest.next.how": "item about",
    "kept.decision.waive": "",
    "kept.decision.pause": "",
    "kept.decision.skip": "",
    "kept.decision.does-not-apply": "",
    "kept.decision.accept-late": "",
    "kept.head.item": "",
    "kept.head.jobs": "",
    "kept.head.hours": "",
    "kept.head.in_time": "",
    "kept.head.late": "",
    "kept.head.missed": "",
    "kept.head.open": "",
    "title.monday": "date",
    "title.preview": "date",
    "title.announce": "introduction_end",
    "mail.opened": "job",
    "mail.before": "job",
    "mail.due": "job",
    "mail.after": "job",
    "mail.last": "job grace_end",
    "mail.last.introduction": "job grace_end",
    "mail.outage": "job",
    "mail.return": "job",
    "mail.urgent.opened": "job",
    "mail.urgent.half": "job due",
    "mail.urgent.half.introduction": "job due",
    "mail.urgent.due": "job",
    "mail.urgent.due.introduction": "job",
    "mail.urgent.daily": "job",
    "mail.trouble.unreachable": "",
    "mail.trouble.refused": "",
    "mail.trouble.address": "",
    "mail.trouble.slow": "",
    "mail.trouble.not_taken": "",
}
"""What the code that fills a sentence may rely on. A sentence that the code names literally need not be repeated here."""


def _code() -> Iterator[ast.AST]:
    for folder in ("isms_bot", "connectors"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield ast.parse(file.read_text(encoding="utf-8"))


def _named_in_code() -> set[str]:
    """Every literal in code that is the id of a sentence."""
    found: set[str] = set()
    for tree in _code():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ENGLISH.sentences:
                found.add(node.value)
    return found


def _said_in_code() -> set[str]:
    """Literals in the first place of a call of `texts.say` or `texts.message`."""
    found: set[str] = set()
    for tree in _code():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(first := node.args[0], ast.Constant):
                called = ast.unparse(node.func)
                if called in ("texts.say", "texts.message") and isinstance(first.value, str):
                    found.add(first.value)
    return found


def _placeholders_of(text: str) -> set[str]:
    return {fragment.name for fragment in fragments(text) if fragment.name}


@pytest.mark.parametrize("name", EVERYTHING)
def test_nothing_blames_or_claims_more_than_was_seen(name: str) -> None:
    text = EVERYTHING[name].lower()
    words = [word for word in (*REFUSED, *OVERCLAIMED) if re.search(rf"\b{re.escape(word)}", text)]
    assert words == []
    assert "!" not in text.replace("> [!note]", "")


@pytest.mark.parametrize("word", REFUSED)
def test_the_search_for_words_would_find_them(word: str) -> None:
    assert re.search(rf"\b{re.escape(word)}", f"this {word} that")


def test_every_placeholder_is_documented_and_every_documented_one_is_used() -> None:
    used = {name for text in EVERYTHING.values() for name in _placeholders_of(text)}
    assert used == set(ENGLISH.placeholders)


def test_every_placeholder_can_be_given_as_an_argument() -> None:
    assert [name for name in ENGLISH.placeholders if keyword.iskeyword(name) or name in ("language", "sentence")] == []


@pytest.mark.parametrize(("sentence", "names"), CONTRACT.items(), ids=CONTRACT.keys())
def test_a_sentence_asks_for_the_values_that_the_code_gives(sentence: str, names: str) -> None:
    assert _placeholders_of(ENGLISH.sentences[sentence]) == set(names.split())


def test_every_sentence_is_used_or_listed() -> None:
    families = {
        f"{start}finding.{kind}{end}" for kind in KINDS for start, end in (("title.", ""), ("", ""), ("", ".todo"))
    }
    assert set(ENGLISH.sentences) - families - set(CONTRACT) - _named_in_code() == set()


def test_every_sentence_that_code_says_exists() -> None:
    assert {sentence for sentence in _said_in_code() if not texts.known(sentence)} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_finding_has_a_title_what_is_the_matter_and_what_to_do(kind: str) -> None:
    for sentence in (f"title.finding.{kind}", f"finding.{kind}", f"finding.{kind}.todo"):
        assert texts.known(sentence)
    assert len(ENGLISH.sentences[f"title.finding.{kind}"]) <= 70


@pytest.mark.parametrize("sentence", [name for name in ENGLISH.sentences if name.startswith("notice.")])
def test_a_notice_is_short_enough_to_be_read_on_a_phone(sentence: str) -> None:
    assert len(ENGLISH.sentences[sentence]) <= 250


@pytest.mark.parametrize(
    "sentence", ["notice.last", "notice.last.introduction", "notice.ticked.last", "notice.after", "notice.due"]
)
def test_a_reminder_says_until_when(sentence: str) -> None:
    assert "{grace_end}" in ENGLISH.sentences[sentence]


def test_the_last_warning_says_what_will_happen_and_leaves_a_way() -> None:
    warning = texts.say(
        "notice.last", person="Ada", job="Policy review", grace_end="Wed 25 November", product_manager="Max"
    )
    assert "non-conformity" in warning
    assert "about the promise, not about you" in warning
    assert "write it here" in warning
    assert "until Wed 25 November" in warning


def test_the_last_warning_of_the_introduction_announces_nothing() -> None:
    warning = ENGLISH.sentences["notice.last.introduction"]
    assert "non-conformity" not in warning
    assert "Nothing is noted about anyone" in warning


def test_someone_else_is_offered_three_ways() -> None:
    sentence = texts.say("job.someone_else", person="Ada", other="Ben", owner="Max")
    assert "Ben takes it over" in sentence
    assert "“for Ada” and Max confirms it" in sentence
    assert "or it stays as it is" in sentence


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_of_the_catalogue_are_read_without_loss(page: str) -> None:
    document = parse(PAGES[page])
    assert parse(render(document)) == document
    assert placeholders(document) == _placeholders_of(PAGES[page])
    assert texts.page(page) == PAGES[page]


def test_a_nonconformity_asks_its_nine_questions_in_order() -> None:
    headings = re.findall(r"^## (\d) ", PAGES["nonconformity"], flags=re.MULTILINE)
    assert headings == [str(number) for number in range(1, 10)]


def test_titles_of_nonconformities_and_discussions_name_nobody() -> None:
    for title in ("title.nonconformity", "title.discussion", "title.improvement"):
        assert not _placeholders_of(ENGLISH.sentences[title]) & {"person", "signer", "people", "owner"}


def test_every_sentence_is_said_somewhere() -> None:
    """An id stands in the code whole, or its end does where it is put together of family and member."""
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "isms_bot").rglob("*.py")))
    quoted = set(re.findall(r'"([a-z_.-]+)"', code)) | set(re.findall(r'\}\.([a-z_.-]+)"', code))
    families = set(re.findall(r'f"([a-z_.-]+[.-])\{', code))

    def said(sentence: str) -> bool:
        parts = sentence.split(".")
        ends = {".".join(parts[first:]) for first in range(len(parts))}
        return bool(ends & quoted) or any(
            end.startswith(family) for end in ends for family in families if family not in ("notice.", "job.")
        )

    assert [sentence for sentence in ENGLISH.sentences if not said(sentence)] == []
