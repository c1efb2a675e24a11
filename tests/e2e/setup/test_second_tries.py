"""Each wrong answer gets a sentence and a second try; a script that knows no better ends, and leaves nothing half done."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from isms_bot.connector import TEST_PAGE
from isms_bot.sandbox.client import Sandbox
from tests.e2e.setup.conftest import DEPUTY, MANAGER, TEAM, Line, SetUp, Wiki
from tests.mailserver import Mailbox

DEAD = "planted-token-that-opens-nothing"


def config(folder: Path) -> dict[str, object]:
    """What was written about the workspace."""
    found: dict[str, object] = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))["workspaces"]["isms"]
    return found


# --- the wiki and its token ------------------------------------------------------------------------------------------------


def test_a_dead_token_gets_a_sentence_and_a_second_try(wiki: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    token = wiki.facts["token"]

    done = set_up(said=[*wiki.lines(token=(DEAD, "", token)), "n"])

    assert done.code == 0, done.err
    assert "!!  token:" in done.err
    assert "What now?" in done.err
    assert DEAD not in done.err + done.out
    assert (tmp_path / "isms.token").read_text(encoding="utf-8") == f"{token}\n"


def test_a_page_that_is_not_shared_gets_a_sentence_and_a_second_try(wiki: Wiki, set_up: SetUp) -> None:
    wrong = wiki.address.replace(wiki.facts["root_page_id"], "0" * 28 + "dead" if wiki.part == "notion" else "4711")
    token = wiki.facts["token"]

    done = set_up(
        said=[*wiki.lines(before=(wrong, *wiki.user), token=(token, "address", wiki.address, *wiki.user)), "n"]
    )

    assert done.code == 0, done.err
    assert "!!  root:" in done.err
    assert "What now?" in done.err


def test_sharing_the_page_and_trying_again_is_enough(notion: Wiki, set_up: SetUp) -> None:
    """Somebody puts it right in the wiki while setup waits."""
    root, token = notion.facts["root_page_id"], notion.facts["token"]
    notion.sandbox.integration(unshare=[root])

    def shared() -> str:
        notion.sandbox.integration(share=[root])
        return "again"

    done = set_up(said=[*notion.lines(token=(token, shared)), "n"])

    assert done.code == 0, done.err
    assert "add the integration" in done.err


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (lambda sandbox: sandbox.integration(insert_comments=False), "insert comments"),
        (lambda sandbox: sandbox.integration(update_content=False), "update content"),
        (lambda sandbox: sandbox.integration(user_info="none"), "user information"),
        (lambda sandbox: sandbox.limits(block_quota=1), "holds no more blocks"),
    ],
    ids=["comments off", "no trashing", "no people", "full plan"],
)
def test_what_the_token_may_not_do_gets_a_sentence_and_a_second_try(
    notion: Wiki, set_up: SetUp, trouble: Callable[[Sandbox], object], sentence: str
) -> None:
    trouble(notion.sandbox)

    def repaired() -> str:
        notion.sandbox.integration(insert_comments=True, update_content=True, user_info="email")
        notion.sandbox.limits(block_quota=None)
        return "again"

    done = set_up(said=[*notion.lines(token=(notion.facts["token"], repaired)), "n"])

    assert done.code == 0, done.err
    before, _, after = done.err.partition("What now?")
    assert sentence in before
    assert "!!" not in after
    assert not [title for title in notion.titles() if title.startswith(TEST_PAGE)]


def test_a_bot_that_may_only_read_gets_a_sentence_and_a_second_try(wiki: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    if wiki.part == "notion":
        wiki.sandbox.integration(insert_content=False)
    else:
        wiki.sandbox.confluence(site=wiki.site, permission="read")

    done = set_up(said=wiki.lines(token=(wiki.facts["token"], "again", "stop")))

    assert done.code == 1
    assert done.err.count("What now?") == 2
    assert "nothing was written" in done.out
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_essential_can_be_lived_with(notion: Wiki, set_up: SetUp) -> None:
    """Without e-mail addresses the bot works; who is meant is told by name, and kept by account id."""
    notion.sandbox.integration(user_info="no_email")

    done = set_up("--json", said=[*notion.lines(token=(notion.facts["token"], "on")), "n"])

    assert done.code == 0, done.err
    assert "!!  user information" in done.err


def test_a_plan_with_too_little_room_is_told_before_init(notion: Wiki, set_up: SetUp) -> None:
    notion.sandbox.limits(block_quota=1000)

    done = set_up(said=[*notion.lines(), "n"])

    assert done.code == 0, done.err
    assert "holds 1,000 blocks in all" in done.out
    assert "would stop on the way" in done.out


def test_a_free_plan_of_cloud_is_told_to_guard_no_records(sandbox: Sandbox, set_up: SetUp) -> None:
    sandbox.reset()
    sandbox.confluence(site="cloud", plan="free")
    wiki = Wiki(sandbox, "confluence")

    done = set_up(said=[*wiki.lines(), "n"])

    assert done.code == 0, done.err
    assert "It could not be guarded against edits" in done.err
    assert "Nothing private" in done.err


def test_mails_to_watchers_are_told_before_init(sandbox: Sandbox, set_up: SetUp) -> None:
    sandbox.reset()
    wiki = Wiki(sandbox, "confluence")
    for person in ("mira@example.com", "tomasz@example.com"):
        sandbox.act(person, "watch_space", space=wiki.facts["space_id"])

    done = set_up(said=[*wiki.lines(), "n"])

    assert done.code == 0, done.err
    assert "2 people watch the space ISMS" in done.out


def test_nobody_listening_at_the_address_gets_a_sentence_and_a_second_try(notion: Wiki, set_up: SetUp) -> None:
    nowhere = re.sub(r":\d+/", ":1/", notion.address)
    token = notion.facts["token"]

    done = set_up(said=[*notion.lines(before=(nowhere, "none"), token=(token, "address", notion.address, "none")), "n"])

    assert done.code == 0, done.err
    assert "cannot be reached" in done.err


# --- words ---------------------------------------------------------------------------------------------------------------------


def test_wrong_words_get_a_sentence_and_a_second_try(notion: Wiki, set_up: SetUp) -> None:
    said: list[Line] = [
        "https://example.com/nothing", notion.address, "none", "pocket", "file", "", "two words", notion.facts["token"],
        "Narnia", "NL", "Europe/Narnia", "", "tlh", "en", "nobody", MANAGER, MANAGER, DEPUTY, "1-99", TEAM, "heavyweight",
        "lightweight", "my server", "none", "99", "ok", "maybe", "y", "y", "n",
    ]  # fmt: skip

    done = set_up(said=said)

    assert done.code == 0, done.err
    for sentence in (
        "no wiki knows", "is no place", "one word without blanks", "no country", "no time zone", "no language", "nobody whom",
        "nobody decides for oneself", "no range", "heavyweight", "no name of a server", "no number from 1 to 8", "neither yes nor no",
    ):  # fmt: skip
        assert sentence in done.err, sentence


def test_an_answer_can_be_corrected_before_anything_is_written(notion: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    lines = notion.lines()
    lines[-3:] = ["4", "nl", "2", "", "other.token", notion.facts["token"], *(MANAGER, "none", "all"), *lines[-3:]]

    done = set_up(said=[*lines, "n"])

    assert done.code == 0, done.err
    written = config(tmp_path)
    assert (written["language"], written["token"]) == ("nl", {"file": "other.token"})
    assert "deputy" not in written
    assert "team" not in written


def test_another_answer_later_shows_the_difference_and_asks(notion: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    assert set_up(said=[*notion.lines(), "n"]).code == 0
    before = (tmp_path / "config.toml").read_bytes()
    other: list[Line] = [notion.address, "", "", "", "ES", "", "", "", "", "", "", "", "ok", "n"]

    refused = set_up(said=[*other, "n"])
    assert (refused.code, (tmp_path / "config.toml").read_bytes()) == (1, before)
    assert '-timezone = "Europe/Amsterdam"' in refused.err

    agreed = set_up(said=[*other, "y", "n"])
    assert agreed.code == 0, agreed.err
    assert config(tmp_path)["timezone"] == "Europe/Madrid"


def test_the_same_answers_again_change_nothing(notion: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    """What was answered is proposed: only the address is given again."""
    assert set_up(said=[*notion.lines(), "n"]).code == 0
    before = (tmp_path / "config.toml").read_bytes()

    again = set_up("--yes", said=[notion.address, *[""] * 11])

    assert again.code == 0, again.err
    assert (tmp_path / "config.toml").read_bytes() == before
    assert "says all this already" in again.err


def test_a_script_that_answers_wrongly_ends_with_the_sentence(notion: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    done = set_up("--json", said=["here", "there", "anywhere"])

    assert done.code == 2
    assert 'no wiki knows "anywhere"' in done.json["error"]
    assert list(tmp_path.iterdir()) == []


def test_a_script_that_falls_silent_ends_with_a_sentence(notion: Wiki, set_up: SetUp, tmp_path: Path) -> None:
    done = set_up(said=notion.lines()[:5])

    assert done.code == 2
    assert '"country" was to be answered' in done.err
    assert list(tmp_path.iterdir()) == []
    assert not [title for title in notion.titles() if title.startswith(TEST_PAGE)]


def test_a_configuration_that_is_broken_is_said_before_anything_is_asked(
    notion: Wiki, set_up: SetUp, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text("[workspaces\n", encoding="utf-8")
    notion.sandbox.clear_requests()

    done = set_up(said=notion.lines())

    assert done.code == 2
    assert "is no TOML" in done.err
    assert notion.sandbox.request_count() == 0
    assert (tmp_path / "config.toml").read_text(encoding="utf-8") == "[workspaces\n"


def test_a_name_that_no_workspace_can_have_is_said_before_anything_is_asked(set_up: SetUp) -> None:
    done = set_up("--workspace", "Our ISMS")

    assert done.code == 2
    assert "a-z, 0-9 and hyphens" in done.err


# --- a mention and a mail --------------------------------------------------------------------------------------------------


def test_one_mail_is_sent_and_asked_after(notion: Wiki, set_up: SetUp, tmp_path: Path, mailbox: Mailbox) -> None:
    mailbox.clear()

    done = set_up("--json", said=[*notion.lines(mail=(mailbox.address(),)), "y", "n"])

    assert done.code == 0, done.err
    assert done.json["mail"] is True
    [message] = mailbox.messages
    assert (message["To"], message["Subject"]) == ("mira@example.com", "A test of notices")
    assert "planted-test-password" not in done.err + done.out + (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "isms.mail").stat().st_mode) == 0o600
    assert config(tmp_path)["mail"] == {"server": {"file": "isms.mail"}}


def test_a_mail_goes_where_one_says_if_the_wiki_hides_addresses(
    sandbox: Sandbox, set_up: SetUp, mailbox: Mailbox
) -> None:
    """Data Center lists people without their addresses."""
    sandbox.reset()
    mailbox.clear()
    wiki = Wiki(sandbox, "datacenter")

    done = set_up("--json", said=[*wiki.lines(mail=(mailbox.address(),)), "no address", "mira@example.org", "y", "n"])

    assert done.code == 0, done.err
    assert [message["To"] for message in mailbox.messages] == ["mira@example.org"]


def test_no_mail_server_gets_a_sentence_and_a_second_try(notion: Wiki, set_up: SetUp, mailbox: Mailbox) -> None:
    mailbox.clear()
    nobody = "mailto://localhost:1?from=bot@example.com"

    done = set_up("--json", said=[*notion.lines(mail=(nobody,)), "server", mailbox.address(), "y", "n"])

    assert done.code == 0, done.err
    assert "No mail was sent" in done.err
    assert (done.json["mail"], len(mailbox.messages)) == (True, 1)


def test_a_mail_that_does_not_arrive_can_be_done_without(
    notion: Wiki, set_up: SetUp, tmp_path: Path, mailbox: Mailbox
) -> None:
    mailbox.clear()

    done = set_up("--json", said=[*notion.lines(mail=(mailbox.address(),)), "n", "none", "n"])

    assert done.code == 0, done.err
    assert "spam folder" in done.err
    assert done.json["mail"] is None
    assert "mail" not in config(tmp_path)


def test_a_mention_that_does_not_arrive_is_told_what_to_look_at(notion: Wiki, set_up: SetUp) -> None:
    done = set_up("--json", said=[*notion.lines()[:-1], "n", "again", "n", "on", "n"])

    assert done.code == 0, done.err
    assert done.err.count("notification settings") == 2
    assert done.json["mention"] is False


# --- a file of answers -----------------------------------------------------------------------------------------------------

ANSWERS = """\
address = "{address}"
token = {{ env = "PLANTED_TOKEN" }}
country = "NL"
product_manager = "mira@example.com"
deputy = "tomasz@example.com"
team = ["mira@example.com", "Saanvi Rao"]
"""


def test_a_file_of_answers_is_enough(
    notion: Wiki, set_up: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANTED_TOKEN", notion.facts["token"])
    (tmp_path / "answers.toml").write_text(ANSWERS.format(address=notion.address), encoding="utf-8")

    done = set_up("--answers", "answers.toml", "--yes", "--json")

    assert done.code == 0, done.err
    written = config(tmp_path)
    assert written["token"] == {"env": "PLANTED_TOKEN"}
    assert written["team"] == ["mira@example.com", "saanvi@example.com"]
    assert (done.json["mention"], done.json["made"]) == (None, None)
    # The deputy takes part without being picked.
    assert done.json["people"] == [MANAGER, DEPUTY, "Saanvi Rao"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('country = "Narnia"', "no country"),
        ('product_manager = "nobody"', "nobody whom the token sees"),
        ('mail = { file = "nowhere" }', "holds no address of a mail server"),
        ('token = "ntn_planted"', "does not stand in a file of answers"),
        ('token = { env = "NOT_SET" }', "is not where the answers say"),
        ("deputy = [[", "is no TOML"),
    ],
)
def test_a_wrong_answer_in_a_file_ends_with_its_sentence(
    notion: Wiki, set_up: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, sentence: str
) -> None:
    monkeypatch.setenv("PLANTED_TOKEN", notion.facts["token"])
    key = line.partition(" ")[0]
    kept = [one for one in ANSWERS.format(address=notion.address).splitlines() if not one.startswith(f"{key} =")]
    (tmp_path / "answers.toml").write_text("\n".join([*kept, line]), encoding="utf-8")

    done = set_up("--answers", "answers.toml", "--yes", "--json")

    assert done.code == 2
    assert sentence in done.json["error"]
    assert [file.name for file in tmp_path.iterdir()] == ["answers.toml"]
