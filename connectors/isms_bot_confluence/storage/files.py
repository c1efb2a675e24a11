"""Which files of its page a body shows."""

from __future__ import annotations

from isms_bot_confluence.storage.parse import Element, parse


def files(storage: str) -> tuple[str, ...]:
    """Names of attachments that the body shows or links to, each once, in order; those of other pages left out. Raises Permanent for
    a body that `parse` refuses."""
    named = (one for one in parse(storage).elements() if one.name == "ri:attachment")
    own = (
        one.attribute("ri:filename") for one in named if not any(isinstance(child, Element) for child in one.children)
    )
    return tuple(dict.fromkeys(name for name in own if name))
