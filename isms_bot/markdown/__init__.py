"""Markdown to the neutral document and back, for pages that the bot itself writes. Pure; a small dialect of its own.

Read: headings 1 to 3, paragraphs, `- [ ]` steps and lists nested by indentation, numbered lists, `>` quotes, `> [!note]`
callouts, `---`, pipe tables, **bold**, *italic*, `code`, [words](address), `[@](mention:account)`, `<br>`, and `&nbsp;` on a
line of its own for an empty paragraph. Nothing is refused: what is no markup is text. `_` is a letter here, and a line that
holds only a label and a colon ("Name:") is a paragraph of its own, so that forms need no blank lines.

`parse(render(document)) == document` for every document whose runs are in normal form: neighbours differ in style, no run is
empty, and neither blocks nor styled stretches begin or end with blanks.
"""

from __future__ import annotations

from isms_bot.markdown.blocks import parse, plain, render
from isms_bot.markdown.filling import Filling, codes, fill, link_codes, placeholders

__all__ = ["Filling", "codes", "fill", "link_codes", "parse", "placeholders", "plain", "render"]
