"""Forms with files, as both platforms take attachments."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP

from isms_bot.sandbox.confluence import errors
from isms_bot.sandbox.confluence.api import Call


@dataclass(frozen=True)
class Form:
    """Files (name, media type, content) and the words of the other fields."""

    files: tuple[tuple[str, str, bytes], ...]
    words: dict[str, str]


def read(call: Call) -> Form:
    """Raises Trouble where it is no form, carries an unknown field, or lacks the header against forged requests."""
    # The documents spell it without the hyphen in places; both are taken by the sites.
    if call.headers.get("x-atlassian-token") not in {"no-check", "nocheck"}:
        raise errors.forbidden("XSRF check failed")
    kind = call.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise errors.invalid("attachments are sent as multipart/form-data")
    parsed = message_from_bytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + call.raw, policy=HTTP)
    files, words = [], {}
    for part in parsed.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if name == "file":
            files.append((part.get_filename() or "unnamed", part.get_content_type(), content))
        elif name in {"comment", "minorEdit", "hidden"}:
            words[str(name)] = content.decode()
        else:
            raise errors.invalid(f"the form has an unknown field {name}")
    if not files:
        raise errors.invalid("At least one attachment is required in a field 'file'.")
    return Form(tuple(files), words)
