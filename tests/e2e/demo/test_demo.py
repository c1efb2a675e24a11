"""The main job, from the command line: a year on the sandbox, told and counted, the same every time."""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from isms_bot import demo
from isms_bot.config import load
from isms_bot.demo import place
from isms_bot.demo.story import TEAM
from isms_bot.demo.telling import counts
from isms_bot.engine import run_once
from isms_bot.errors import UsageError
from isms_bot.model import Outcome, Page, Source
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from isms_bot.workspace import Workspace
from tests.e2e.demo.playing import Playing, playing, snapshot

pytestmark = pytest.mark.slow

COUNTS = (
    "jobs", "records", "late_records", "introduction", "nonconformities", "refused_signatures", "notices", "withdrawn",
    "left", "superseded", "open", "api_calls",
)  # fmt: skip
NEVER_SAID = (
    "violation", "failed", "failure to", "refused", "offender", "missed by", "back-dated", "accuse", "non-compliant",
    "escalated to your manager", "final warning", "!",
)  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    """A demo that is kept, and served until Ctrl-C."""
    room = tmp_path_factory.mktemp("demo")
    with playing("demo", "--json", "--state", room / "kept", temporary=room, hashing="11") as one:
        yield one


@pytest.fixture(scope="module")
def visit(played: Playing) -> Visit:
    """What a visitor saw, before the demo was ended."""
    return visited(played)


@pytest.fixture(scope="module")
def kept(played: Playing, visit: Visit) -> Path:
    """The folder of the demo, which has ended."""
    assert visit.code == 0, "\n".join(played.err)
    return Path(played.words[-1])


@pytest.fixture(scope="module")
def look(kept: Path) -> Iterator[tuple[Sandbox, Workspace]]:
    """The kept demo, served again."""
    with running(state=kept) as box, place.opened(load(kept / place.CONFIG)) as (workspace, _):
        yield box, workspace


def rows(workspace: Workspace, source: Source) -> tuple[Page, ...]:
    return workspace.connector.observe(source, None).pages


def jobs(workspace: Workspace) -> list[Page]:
    """Pages of jobs; the open lines that stand for private records are none."""
    known = workspace.history.contracts
    return [page for page in rows(workspace, Source.JOBS) if page.mark is not None and page.mark.key in known]


@dataclass(frozen=True)
class Visit:
    """A look at a served workspace, and how the process ended afterwards."""

    address: str
    status: int
    text: str
    code: int


def visited(served: Playing) -> Visit:
    """Look at the workspace of a demo, and end it with Ctrl-C."""
    address = re.findall(r"http://127\.0\.0\.1:\d+/", served.line("Look around at "))[0]
    served.line("{")
    shown = httpx.get(address, follow_redirects=True, trust_env=False)
    served.interrupt()
    return Visit(address, shown.status_code, shown.text, served.ended())


# --- what is counted ---------------------------------------------------------------------------------------------------


def test_everything_that_may_come_of_a_job_comes_of_one(played: Playing, kept: Path) -> None:
    counts = played.counts()
    assert tuple(counts) == COUNTS
    assert [count for count in COUNTS if counts[count] <= 0] == []
    assert counts["late_records"] < counts["records"] < counts["jobs"]


def test_it_can_be_looked_at_until_it_is_ended(played: Playing, visit: Visit) -> None:
    assert visit.status == 200
    assert "Jobs and records" in visit.text
    assert played.err[-1].startswith("Goodbye.")
    with pytest.raises(httpx.ConnectError):
        httpx.get(visit.address, trust_env=False)


def story(one: Playing) -> list[str]:
    """What was told, without where to look at it."""
    lines = one.err
    begin = next(number for number, line in enumerate(lines) if line.startswith("On Mon 4 January"))
    end = next(number for number, line in enumerate(lines) if line.startswith("Cost: "))
    return lines[begin : end + 1]


def test_progress_is_told_month_by_month(played: Playing, kept: Path) -> None:
    months = [line for line in played.err if re.match(r"[A-Z][a-z]+ 2027: ", line)]
    assert len(months) == 12


def test_the_story_accuses_nobody(played: Playing, kept: Path) -> None:
    told = "\n".join(story(played)).casefold()
    assert [word for word in NEVER_SAID if word in told] == []


def test_story_and_table_name_what_happened(played: Playing, kept: Path) -> None:
    told = " ".join(story(played))
    for words in (
        "duplicated", "into the trash", "the bot was down", "was away from", "decided to end the introduction", "'s last day was",
        "three ways", "once signed after its grace", "stayed empty all year", "Mira's yes", "calls to the wiki", "Look-back", "private area",
    ):  # fmt: skip
        assert words in told, words


# --- what is there afterwards ------------------------------------------------------------------------------------------


def test_the_counts_are_those_of_the_wiki(look: tuple[Sandbox, Workspace], played: Playing) -> None:
    _, workspace = look
    said = played.counts()
    assert counts(workspace.history, said["api_calls"]) == said
    status = Counter(str(page.fields["status"]) for page in jobs(workspace))
    assert status["Recorded"] + status["Recorded late"] == said["records"]
    assert status["Recorded late"] == said["late_records"]
    assert status["Superseded"] == said["superseded"]
    assert status["Left"] == said["left"]
    assert len(rows(workspace, Source.NONCONFORMITIES)) == said["nonconformities"]
    missed = [page.fields["missed"] for page in rows(workspace, Source.DISCUSSION)]
    assert sum(number for number in missed if isinstance(number, int | float)) == said["introduction"]


def test_no_key_has_two_live_pages(look: tuple[Sandbox, Workspace]) -> None:
    _, workspace = look
    keys = Counter(page.mark.key for page in jobs(workspace) if page.mark)
    withdrawn = sum(1 for outcome in workspace.history.outcomes.values() if outcome is Outcome.WITHDRAWN)
    assert set(keys.values()) == {1}
    assert len(keys) == len(workspace.history.contracts) - withdrawn


def test_every_record_lies_under_its_policy_item(look: tuple[Sandbox, Workspace]) -> None:
    _, workspace = look
    items = {page.ref: page.fields.get("item") for page in rows(workspace, Source.POLICIES)}
    pages = {page.ref: page for page in rows(workspace, Source.JOBS)}
    history = workspace.history
    assert len(history.records) > 20
    for key in history.records:
        filed = pages[history.pages[key]].fields["policy"]
        assert isinstance(filed, tuple)
        assert [items[ref] for ref in filed] == [history.contracts[key].policy]


def test_titles_of_nonconformities_and_of_the_discussion_name_no_person(look: tuple[Sandbox, Workspace]) -> None:
    _, workspace = look
    words = {word.casefold() for member in TEAM for word in member.name.split()}
    pages = [*rows(workspace, Source.NONCONFORMITIES), *rows(workspace, Source.DISCUSSION)]
    assert len(pages) > 4
    for page in pages:
        assert words.isdisjoint(re.findall(r"\w+", page.title.casefold())), page.title


def test_the_ledger_holds(look: tuple[Sandbox, Workspace]) -> None:
    _, workspace = look
    assert workspace.ledger.verify().problems == ()


def test_nothing_is_left_to_do(look: tuple[Sandbox, Workspace]) -> None:
    _, workspace = look
    again = run_once(workspace)
    assert again.done == {}
    assert again.unsettled == ()


# --- the folder --------------------------------------------------------------------------------------------------------


def test_the_folder_holds_a_configuration_without_a_secret(kept: Path) -> None:
    token = kept / place.TOKEN
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert token.read_text().strip() not in (kept / place.CONFIG).read_text()
    assert "planted" in token.name


def test_the_sandbox_serves_it_again_at_the_same_address_with_the_same_token(
    look: tuple[Sandbox, Workspace], kept: Path
) -> None:
    box, workspace = look
    config = load(kept / place.CONFIG)
    assert workspace.config.settings.api == box.url
    assert config.token(place.NAME) == box.token


def test_a_finished_demo_is_never_played_over(
    played: Playing, look: tuple[Sandbox, Workspace], kept: Path, tmp_path: Path
) -> None:
    before = snapshot(kept)
    with playing("demo", "--no-serve", "--json", "--state", kept, "--seed", "9", temporary=tmp_path) as again:
        assert again.ended() == 0
        assert again.counts() == played.counts()
        said = "\n".join(again.err)
    assert "A finished demo (seed 1)" in said
    assert f"isms-bot sandbox --state {kept}" in said
    assert "start anew" in said
    assert snapshot(kept) == before


def test_a_wiki_without_a_sandbox_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no sandbox plays sharepoint"):
        demo.run("sharepoint", state=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="give --state a folder"):
        demo.run(state=tmp_path / "file" / "below")
