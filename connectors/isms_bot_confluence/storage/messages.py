"""Comments: what the bot says, and what people said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from isms_bot.model import Account, Link, Mention, Message
from isms_bot_confluence.storage import markup
from isms_bot_confluence.storage.blocks import text
from isms_bot_confluence.storage.inline import Lookup, Piece
from isms_bot_confluence.storage.markup import Flavor
from isms_bot_confluence.storage.outline import Line, of_nodes
from isms_bot_confluence.storage.parse import parse


def message_storage(message: Message, url: str, token: str, flavor: Flavor) -> str:
    """A message as the body of a comment whose last link carries `token` as its fragment.

    A link to `url`, the page, is added if the message has no link. Addresses that are no web or mail address do not become links.
    """
    last = max(
        (at for at, part in enumerate(message) if isinstance(part, Link) and markup.usable(part.url)), default=-1
    )
    said = [_part(part, token if at == last else "", flavor) for at, part in enumerate(message)]
    if last < 0:
        said.append(_link(Link(" ↗", url), token))
    return f"<p>{''.join(said)}</p>"


def _part(part: object, token: str, flavor: Flavor) -> str:
    match part:
        case Mention(account):
            return markup.mention(account, flavor)
        case Link():
            return _link(part, token)
    return markup.escape(getattr(part, "text", ""))


def _link(link: Link, token: str) -> str:
    url = f"{link.url.partition('#')[0]}#{token}" if token else link.url
    return markup.link(link.text, url)


def comment_text(storage: str, names: Mapping[Account, str]) -> tuple[str, tuple[str, ...]]:
    """What a comment says, a line of text per line, and the addresses that it leads to, in order.

    `names` of mentioned accounts are asked for only as they occur. Raises Permanent for a body that `parse` refuses.
    """
    lines = of_nodes(parse(storage).children)
    return text(lines, Lookup(names=names)), tuple(_links(_pieces(lines)))


def _pieces(lines: Iterable[Line]) -> Iterable[Piece]:
    for line in lines:
        if not line.echo:
            yield from line.pieces
            for cell in line.cells:
                yield from _pieces(cell)


def _links(pieces: Iterable[Piece]) -> Iterable[str]:
    """Addresses, once for words in several styles that lead to the same place."""
    before = None
    for piece in pieces:
        if piece.target is not None and piece.target.kind == "url" and piece.target is not before:
            yield piece.target.value
        before = piece.target
