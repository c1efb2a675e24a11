"""Who introduced what, as far as it was seen: the facts that a verdict is made of.

A value belongs to the account that was behind it when it was first seen; whoever edits the block later changes nothing. The
bot's own edits tell nothing about people: the account is then unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count

from isms_bot.model import Account, Content, Observed, Span, Value
from isms_bot.signoff.comments import after_sign_word, answer
from isms_bot.signoff.form import LINES, Form
from isms_bot.signoff.words import Labels

ANSWER = "answer"
"""Field of a comment that confirms or declines a signature in another's name."""
_COMMENTS = ("comment", ANSWER)


def observed(
    content: Content,
    form: Form,
    labels: Labels,
    fields: Mapping[str, Value] | None = None,
    *,
    seen: datetime,
    bot: Account | None,
    before: Mapping[str, Observed],
) -> dict[str, Observed]:
    """The facts of a page by key, to be kept and given back as `before` next time.

    Keys: "name", "date", "signature" for the three lines, with ":<block id>" for a row of a sign-off table; "signed_by", and
    "signed_by#2" and so on for further accounts in that field; "signed_on"; "comment:<id>", and "comment:<id>#2" and so on if
    its text was changed after it was seen (its field is "comment" for a signature, "answer" for a yes or no to one). No key holds an account. Empty values are not among them. `fields` are those of
    `content.page` if not given. A value that stands in `before` under its key keeps its first observation; comments stay even
    when they are deleted or resolved.
    """
    facts = {**dict(_of_form(form, bot, seen)), **dict(_of_fields(content, fields, bot, seen, before))}
    kept = {
        key: before[key] if key in before and before[key].value == fact.value else fact for key, fact in facts.items()
    }
    kept.update({key: fact for key, fact in before.items() if fact.field in _COMMENTS})
    for fact in _of_comments(content, labels, bot, seen):
        known = [earlier for earlier in kept.values() if earlier.field in _COMMENTS and earlier.id == fact.id]
        if not known:
            kept[f"comment:{fact.id}"] = fact
        elif all(earlier.value != fact.value for earlier in known):
            # The vendor's time is that of the first text: for a later one only the reading proves anything.
            kept[f"comment:{fact.id}#{len(known) + 1}"] = replace(fact, at=None)
    return kept


def _of_form(form: Form, bot: Account | None, seen: datetime) -> Iterator[tuple[str, Observed]]:
    for field in LINES:
        line = {"name": form.name, "date": form.date, "signature": form.signature}[field]
        if line is not None and line.value:
            block = line.block
            yield field, Observed(field, line.value, _person(block.author, bot), block.at, seen, id=block.id)
    for row in form.rows:
        for field, value in (("name", row.name), ("date", row.date), ("signature", row.signature)):
            if value:
                author = _person(row.block.author, bot)
                yield f"{field}:{row.block.id}", Observed(field, value, author, row.block.at, seen, id=row.block.id)


def _of_fields(
    content: Content,
    fields: Mapping[str, Value] | None,
    bot: Account | None,
    seen: datetime,
    before: Mapping[str, Observed],
) -> Iterator[tuple[str, Observed]]:
    page = content.page
    values = page.fields if fields is None else fields
    editor = _person(page.edited_by, bot)
    signers, day = values.get("signed_by"), values.get("signed_on")
    # One fact per account, under the key that it has: a second signer must not take the first one's blame.
    accounts = dict.fromkeys(signers if isinstance(signers, tuple) else ())
    keys = {fact.value: key for key, fact in before.items() if fact.field == "signed_by" and fact.value in accounts}
    free = (
        key for number in count(1) if (key := f"signed_by#{number}" if number > 1 else "signed_by") not in keys.values()
    )
    for account in accounts:
        key = keys[account] if account in keys else next(free)
        yield key, Observed("signed_by", account, editor, page.edited_at, seen)
    if isinstance(day, Span):
        yield "signed_on", Observed("signed_on", day.start.isoformat(), editor, page.edited_at, seen)


def _of_comments(content: Content, labels: Labels, bot: Account | None, seen: datetime) -> Iterator[Observed]:
    for comment in content.comments:
        if not comment.by_person or (comment.author is not None and comment.author == bot):
            continue
        if after_sign_word(comment.text, labels) is not None:
            yield Observed("comment", comment.text, comment.author, comment.at, seen, own=True, id=comment.id)
        elif answer(comment.text, labels) is not None:
            yield Observed(ANSWER, comment.text, comment.author, comment.at, seen, own=True, id=comment.id)


def _person(account: Account | None, bot: Account | None) -> Account | None:
    return None if account == bot else account
