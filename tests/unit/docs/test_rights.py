"""What the guide has people turn on is what the bot asks for: too little does not work, too much is a risk."""

from __future__ import annotations

import re

from tests.unit.docs.pages import GUIDE, ROOT

_CAPABILITY = re.compile(r'_capability\(\s*"([a-z ]+)"')


def test_the_scopes_of_the_guide_are_those_of_the_facts() -> None:
    facts = (ROOT / "docs" / "vendors" / "confluence.md").read_text(encoding="utf-8")
    sentence = facts[facts.index("Scopes that the bot uses.") : facts.index("## Pages")]
    granular, rest = sentence.split("each with `:confluence`")
    wanted = {f"{scope}:confluence" for scope in re.findall(r"`(\w+:[\w.-]+)`", granular)}
    classic, optional = rest.split("(granular)")[0].rsplit(".", 1)
    wanted |= set(re.findall(r"`(\w+:[\w.-]+)`", classic))
    wanted |= {f"{scope}:confluence" for scope in re.findall(r"`(\w+:[\w.-]+)`", optional)}
    guide = (GUIDE / "confluence.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`((?:read|write|delete|search):[\w.:-]+)`", guide)) == wanted


def test_the_capabilities_of_the_guide_are_those_that_check_looks_at() -> None:
    looked_at = set(_CAPABILITY.findall((ROOT / "connectors/isms_bot_notion/checks.py").read_text(encoding="utf-8")))
    guide = (GUIDE / "notion.md").read_text(encoding="utf-8")
    table = guide[guide.index("| capability |") : guide.index("The two about comments")]
    named = {row.split("|")[1].strip().lower() for row in table.splitlines()[2:] if row.strip()}
    assert looked_at == {name for name in named if not name.startswith("read user information")}
