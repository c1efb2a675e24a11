"""A page read whole: blocks with their authors, open comments, canonical text, files, and what is not published yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from isms_bot.errors import Gone, Permanent
from isms_bot.model import (
    Account,
    Block,
    BlockKind,
    Comment,
    Content,
    Message,
    Page,
    PageRef,
    PageState,
    Snapshot,
    Source,
)
from isms_bot_confluence.api import Attachment, Raw, RawComment
from isms_bot_confluence.reading import Reader
from isms_bot_confluence.storage import (
    blame,
    blocks,
    canonical,
    comment_text,
    fresh,
    mentions,
    message_storage,
    task_of,
)
from isms_bot_confluence.storage.blame import Version
from isms_bot_confluence.storage.canonical import digest

PRECISION = 0
"""Confluence's times are exact."""

_FILE = re.compile(r"""<ri:attachment\b[^>]*\bri:filename="([^"]*)"[^>]*?(?:/>|>\s*</ri:attachment>)""")


@dataclass(frozen=True, slots=True)
class Payload:
    """What a copy is made from: the body with all boxes empty, and the files of the procedure (bytes where a copy has to upload)."""

    storage: str
    attachments: tuple[Attachment, ...]
    files: tuple[tuple[str, bytes], ...]


class Contents:
    """Reads whole pages for one workspace."""

    def __init__(self, reader: Reader, *, copies: bool) -> None:
        """`copies`: the platform copies files with the page."""
        self._reader = reader
        self._api = reader.api
        self._copies = copies

    def read(self, ref: PageRef) -> Content:
        """Four requests and one per comment, one more for jobs (drafts); and for what is there: versions once somebody wrote,
        ticked steps, unknown accounts."""
        return self._read(ref, with_comments=True)[0]

    def _read(self, ref: PageRef, *, with_comments: bool) -> tuple[Content, Raw, tuple[Attachment, ...]]:
        raw = self._api.page(ref)
        page = self._reader.page(raw)
        if page.state is PageState.TRASHED:
            raise Gone(f'page {ref} ("{page.title}") is in the trash')
        if raw.live_doc:
            raise Permanent(
                f'page {ref} ("{page.title}") is a live doc, whose every keystroke is public at once: nobody can tell when it is '
                f"signed; turn it into a page (••• → Convert to page)"
            )
        attached = self._api.attachments(ref)
        files = tuple(sorted(one.name for one in attached))
        text, digest_ = self._canonical(raw.storage, files)
        content = Content(
            page=page,
            blocks=self._blocks(raw),
            comments=self._comments(ref) if with_comments else (),
            text=text,
            digest=digest_,
            precision=PRECISION,
            attachments=files,
            fuller_draft=self._fuller_draft(page, raw),
        )
        return content, raw, attached

    def _canonical(self, storage: str, files: Sequence[str], *, unticked: bool = False) -> tuple[str, str]:
        """Canonical text and digest. A file that the text shows and the page lacks is part of them, so that a copy whose
        files did not all arrive is no whole copy."""
        text, found = canonical(storage, unticked=unticked, pages=self._reader.by_title)
        missing = sorted(set(_FILE.findall(storage)) - {_escaped(name) for name in files})
        if not missing:
            return text, found
        text = "\n".join((text, *(f"{{missing file {name}}}" for name in missing)))
        return text, digest(text)

    # --- blocks

    def _blocks(self, raw: Raw) -> tuple[Block, ...]:
        """Blocks with author and time of the version that introduced them; a ticked step with those of its task, if they are told.

        The bot ticks nothing: a tick that no version and no task explains has no author.
        """
        names = self._reader.names(mentions(raw.storage))
        read = blocks(raw.storage, page=raw.id, names=names, titles=self._reader.titles)
        if self._as_handed_over(raw):
            return tuple(replace(one, author=self._reader.me, at=raw.created_at) for one in read)
        signed = blame(read, self._versions(raw), names=names, titles=self._reader.titles)
        ticked = [one for one in signed if one.checked]
        if not ticked:
            return signed
        ticks = {one.local_id: one for one in self._api.ticks(raw.id)} if self._api.ticks_tell_who else {}
        made: list[Block] = []
        for one in signed:
            tick = ticks.get(task_of(one.id) or "")
            if one.checked and tick is not None and tick.by:
                made.append(replace(one, author=tick.by, at=tick.at))
            elif one.checked and one.author == self._reader.me:
                made.append(replace(one, author=None, at=None))
            else:
                made.append(one)
        return tuple(made)

    def _versions(self, raw: Raw) -> Iterator[Version]:
        """Newest first, asked for as far as `blame` wants them; the present one stands in the page itself."""
        yield Version(raw.version, raw.edited_by or None, raw.edited_at, raw.storage)
        if raw.version == 1:
            return
        for one in self._api.versions(raw):
            if one.number < raw.version:
                yield Version(one.number, one.author or None, one.at, one.storage)

    def _fuller_draft(self, page: Page, raw: Raw) -> bool:
        """True if somebody has filled in more of a job than is published."""
        if page.source is not Source.JOBS or page.mark is None or not page.is_original:
            return False
        draft = self._api.draft(raw)
        if not draft or draft == raw.storage:
            return False
        try:
            more, known = _filled(_plain_blocks(draft)), _filled(_plain_blocks(raw.storage))
        except Permanent:
            return False
        return any(one > other for one, other in zip(more, known, strict=True))

    # --- comments

    def _comments(self, ref: PageRef) -> tuple[Comment, ...]:
        found = self._api.comments(ref)
        self._reader.learn({one.author for one in found} | set(_mentioned(found)))
        return tuple(sorted(map(self.comment, found), key=lambda one: (one.at, one.id)))

    def comment(self, raw: RawComment) -> Comment:
        """A comment of an answer."""
        text, links = comment_text(raw.storage, self._reader.names(mentions(raw.storage)))
        return Comment(
            raw.id, text, raw.author or None, self._reader.is_person(raw.author), raw.at, raw.discussion, tuple(links)
        )

    def post(self, ref: PageRef, message: Message, token: str) -> Comment:
        """A comment at the foot of the page; people mentioned are notified."""
        storage = message_storage(message, self._reader.address(ref), token, self._reader.flavor)
        raw = self._api.comment(ref, storage)
        # After the comment was posted nothing else may fail: names that are not known already stand as ids.
        text, links = comment_text(storage, self._reader.known_names())
        return Comment(raw.id, text, raw.author or None, False, raw.at, raw.discussion, tuple(links))

    def touched(self, raw: Raw, me: Account) -> bool:
        """True if anybody but the bot has edited the page, ticked a step or commented. Ticks may make no version: they are told by
        the list of tasks, where there is one, and by the text, which is no longer the one that the bot handed over."""
        return (
            self._filled_in(raw)
            or bool(self._api.authors(raw.id) - {me})
            or bool({one.author for one in self._api.comments(raw.id)} - {me})
            or bool({one.by for one in self._api.ticks(raw.id)} - {me})
        )

    def written_by_others(self, raw: Raw) -> bool:
        """True if any line of the text was introduced by somebody else; versions are looked through only where the text is not
        the one that the bot handed over."""
        return any(one.author not in (None, self._reader.me) for one in self._blocks(raw))

    def _filled_in(self, raw: Raw) -> bool:
        record = self._reader.held(raw).record
        if record is not None and record.text:
            return not self._as_handed_over(raw)
        # A copy that was never completed: none of its steps was ticked when it was made.
        return any(one.checked for one in _plain_blocks(raw.storage))

    def _as_handed_over(self, raw: Raw) -> bool:
        """True if the page still says what the bot wrote: then nobody else has introduced any of it."""
        record = self._reader.held(raw).record
        if record is None or record.mark.page != raw.id or raw.author != self._reader.me:
            return False
        return bool(record.text) and canonical(raw.storage)[1] == record.text

    # --- copying

    def snapshot(self, ref: PageRef) -> Snapshot:
        """A procedure ready to be copied."""
        content, raw, attached = self._read(ref, with_comments=False)
        storage, losses = fresh(raw.storage)
        said = list(losses)
        if self._api.below(ref, 1):
            said.append("pages below the procedure stay there")
        files = () if self._copies else tuple((one.name, self._bytes(one)) for one in attached)
        _, digest_ = self._canonical(storage, content.attachments, unticked=True)
        return Snapshot(content.page, content, digest_, Payload(storage, attached, files), tuple(dict.fromkeys(said)))

    def _bytes(self, one: Attachment) -> bytes:
        return self._api.wire.download(one.path, f'downloading "{one.name}"')


def _mentioned(found: Iterable[RawComment]) -> Iterator[Account]:
    for one in found:
        yield from mentions(one.storage)


def _plain_blocks(storage: str) -> tuple[Block, ...]:
    return blocks(storage, page="", names={})


def _filled(read: Sequence[Block]) -> tuple[int, int]:
    """How much of a form is filled in: steps ticked, and words that stand there."""
    return sum(one.checked for one in read), sum(len(one.text) for one in read if one.kind is not BlockKind.OTHER)


def _escaped(name: str) -> str:
    return name.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
