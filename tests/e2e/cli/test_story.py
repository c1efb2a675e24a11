"""From an empty wiki to a year ahead, as one person types it: each promise is looked at in what that person saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from tests.e2e.cli.conftest import MONDAY, Answer, settle

pytestmark = pytest.mark.slow

OPENING = "2027-01-27"
"""A day on which the lead of the first policy review has begun."""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Answer]]:
    """Every command of the story with what it answered, by a name for the moment."""
    said: dict[str, Answer] = {}
    with running(now=MONDAY) as sandbox:
        home = settle(tmp_path_factory.mktemp("story"), sandbox)
        said["check before"] = home.call("check")
        said["init, nobody asked"] = home.call("init")
        said["state before init"] = Answer(int(home.state.exists()), "", "")
        said["init"] = home.call("init", "--yes", "--json")
        said["init again"] = home.call("init")
        said["plan before"] = home.call("plan")
        said["apply"] = home.call("apply", "--json")
        begin = ("decide", "activate", "--about", "all", "--why", "we begin")
        said["activate, nobody asked"] = home.call(*begin)
        said["activate next, nobody asked"] = home.call("decide", "activate", "--about", "next")
        said["status before"] = home.call("status", "--json")
        said["start before"] = home.call("start", "computer-check", "--for", "saanvi@example.com", "--key", "early")
        said["activate"] = home.call(*begin, "--yes", "--json")
        said["activate again"] = home.call(*begin, "--yes")
        said["activate next, nothing left"] = home.call("decide", "activate", "--about", "next", "--yes")
        said["by a colleague"] = home.call("decide", "activate", "--about", "all", "--as", "noah@example.com")
        said["no such thing"] = home.call("decide", "skip", "--about", "policy-revue")
        sandbox.users({"name": "Yusuf Demir", "email": "yusuf@example.com"})
        said["people"] = home.call("people", "--suggest", "--json")
        sandbox.set_clock(f"{OPENING}T08:30:00+00:00")
        said["plan"] = home.call("plan", "--json")
        said["second apply"] = home.call("apply", "--json")
        said["status"] = home.call("status", "--json")
        assert said["second apply"].code == 0, said["second apply"]
        sandbox.act("tomasz@example.com", "tick", page=_job(sandbox, "policy-review/2027-02-08/p02"), all=True)
        said["undo, nobody asked"] = home.call("undo", str(said["second apply"].json["pass"]))
        said["undo"] = home.call("undo", str(said["second apply"].json["pass"]), "--yes", "--json")
        said["verify"] = home.call("verify", "--json")
        said["plan after"] = home.call("plan", "--json")
        said["start"] = home.call(
            "start", "computer-check", "--for", "saanvi@example.com", "--key", "lost-laptop", "--json"
        )
        said["start again"] = home.call(
            "start", "computer-check", "--for", "saanvi@example.com", "--key", "lost-laptop"
        )
        said["simulate"] = home.call("simulate", "--until", "2027-12-31", "--json")
        said["doctor"] = home.call("doctor", "--json")
        yield said


def _job(sandbox: Sandbox, key: str) -> str:
    """The page of a job by its key."""
    left = list(sandbox.tree())
    while left:
        node = left.pop()
        left.extend(node.get("children", ()))
        if node["kind"] == "Page" and sandbox.page(node["id"])["properties"].get("Key") == key:
            return str(node["id"])
    raise LookupError(key)


def test_check_says_what_is_missing_and_what_to_do(story: Mapping[str, Answer]) -> None:
    before = story["check before"]
    assert before.code == 1
    assert "ok  token:" in before.out
    assert "Run `isms-bot init`." in before.out


def test_init_shows_its_plan_and_waits_for_a_yes(story: Mapping[str, Answer]) -> None:
    asked = story["init, nobody asked"]
    assert asked.code == 2
    assert "make container: Users of the ISMS" in asked.out
    assert "--yes" in asked.err
    assert story["state before init"].code == 0, "nothing may be written before somebody said yes"


def test_init_makes_everything_once(story: Mapping[str, Answer]) -> None:
    assert story["init"].code == 0
    assert story["init"].json["made"] == len(story["init"].json["pages"]) + len(story["init"].json["people"])
    assert "Procedures: Look-back" in story["init"].err, "progress belongs on stderr"
    assert story["init again"].code == 0
    assert story["init again"].out.startswith("not made, since they are private and no page is named for them: ")


def test_nothing_is_due_before_anything_came_into_force(story: Mapping[str, Answer]) -> None:
    """But that a page for what is private is to be named, and management shown what the roles given meanwhile cost."""
    *planned, digest = story["plan before"].out.strip().splitlines()
    assert planned == ["point out private-area-unnamed/private", "bring up to date for-management"]
    assert digest.startswith("plan ")
    assert story["apply"].code == 0
    assert story["apply"].json["done"] == {"find": 1, "keep": 1}


def test_decide_does_what_a_row_of_decisions_does(story: Mapping[str, Answer]) -> None:
    assert story["activate"].code == 0
    said = story["activate"].json
    decided = {
        "kind": "activate",
        "about": "all",
        "by": "p01",
        "counts": True,
        "on": "2027-01-04",
        "in_force_since": None,
    }
    assert {name: said[name] for name in decided} == decided
    assert (said["first_due"][0]["key"], said["first_due"][0]["due"]) == ("inventory-review/2027-01-18", "2027-01-19")
    assert len(said["first_due"]) == 10
    assert said["load"]["before"]["jobs"] == 0
    assert said["load"]["after"]["roles"]["team-member"]["people"] == 6


def test_before_it_is_decided_people_see_what_it_asks_of_whom(story: Mapping[str, Answer]) -> None:
    asked = story["activate, nobody asked"]
    assert asked.code == 2
    assert "  2027-01-19  inventory-review for product-manager, opens 2027-01-05" in asked.out
    assert "of all together (without this: 0 and 0):" in asked.out
    assert "The fullest week of one person:" in asked.out
    assert "say --yes" in asked.err
    assert story["status before"].json["items"]["in_force"] == {}, "nothing may be decided before somebody said yes"


def test_the_next_item_is_the_first_of_the_order(story: Mapping[str, Answer]) -> None:
    asked = story["activate next, nobody asked"]
    assert asked.code == 2
    assert "In force from 2027-01-04: location-of-information. First due:" in asked.out
    assert [line for line in asked.out.splitlines() if line.startswith("  20")] == [
        "  2027-01-19  inventory-review for product-manager, opens 2027-01-05"
    ]
    assert story["status before"].json["items"]["next"] == "location-of-information"
    assert story["activate next, nothing left"].code == 2
    assert "nothing is next" in story["activate next, nothing left"].err


def test_what_is_in_force_is_not_decided_twice(story: Mapping[str, Answer]) -> None:
    assert story["activate again"].code == 0
    assert "all is in force since 2027-01-04; nothing is to be decided." in story["activate again"].out


def test_a_job_of_what_is_not_in_force_is_opened_only_if_somebody_means_it(story: Mapping[str, Answer]) -> None:
    asked = story["start before"]
    assert asked.code == 2
    assert "workplace is not in force yet" in asked.out
    assert "--yes" in asked.err


def test_nobody_decides_what_belongs_to_somebody_else(story: Mapping[str, Answer]) -> None:
    assert story["by a colleague"].code == 1
    assert "may not decide this" in story["by a colleague"].out


def test_a_slip_in_a_decision_is_answered_with_what_was_meant(story: Mapping[str, Answer]) -> None:
    assert story["no such thing"].code == 2
    assert 'did you mean "policy-review"?' in story["no such thing"].err


def test_people_lists_the_roster_and_who_has_no_row(story: Mapping[str, Answer]) -> None:
    said = story["people"].json
    assert [person["id"] for person in said["people"]] == ["p01", "p02", "p03", "p04", "p05", "p06"]
    assert all(person["resolves"] for person in said["people"])
    assert said["product_manager"] == "p01"
    assert [one["mail"] for one in said["without_row"]] == ["yusuf@example.com"]


def test_plan_says_with_exit_code_3_that_something_is_pending(story: Mapping[str, Answer]) -> None:
    said = story["plan"]
    assert said.code == 3
    assert [action["key"] for action in said.json["actions"] if action["do"] == "open"] == [
        "inventory-review/2027-01-18",
        *(f"policy-review/2027-02-08/p0{number}" for number in range(1, 7)),
    ]
    assert said.json["digest"]


def test_apply_does_what_plan_has_shown(story: Mapping[str, Answer]) -> None:
    said = story["second apply"]
    assert said.code == 0
    assert said.json["digest"] == story["plan"].json["digest"]
    assert said.json["done"]["open"] == 7


def test_status_counts_per_schedule_and_names_nobody(story: Mapping[str, Answer]) -> None:
    said = story["status"]
    assert said.code == 0
    assert said.json["schedules"]["policy-review"] == {"open": 6}
    assert said.json["introduction"] == {"on": True, "last_day": None, "decided": None}
    assert said.json["next"][0]["key"] == "backup-restore-test/2027-02-22"
    assert said.json["last_pass"]["id"] == story["second apply"].json["pass"]
    assert said.json["held_by"] is None
    assert "p01" not in said.out


def test_verify_holds_over_the_whole_story(story: Mapping[str, Answer]) -> None:
    said = story["verify"]
    assert said.code == 0
    assert said.json["ok"] is True
    assert (said.json["gaps"], said.json["doubled"]) == ([], [])


def test_undo_shows_its_plan_and_waits_for_a_yes(story: Mapping[str, Answer]) -> None:
    assert story["undo, nobody asked"].code == 2
    assert "trash policy-review/2027-02-08/p01" in story["undo, nobody asked"].out


def test_undo_touches_nothing_that_a_person_touched(story: Mapping[str, Answer]) -> None:
    said = story["undo"]
    assert said.code == 0
    assert len(said.json["undone"]) == 6
    assert {"key": "policy-review/2027-02-08/p02", "why": "somebody has worked on the page"} in said.json["left"]


def test_what_was_undone_is_not_opened_again(story: Mapping[str, Answer]) -> None:
    assert not [action for action in story["plan after"].json["actions"] if action["do"] == "open"]


def test_start_opens_a_job_now_and_the_same_key_only_once(story: Mapping[str, Answer]) -> None:
    assert story["start"].code == 0
    assert story["start"].json["opened"] == ["computer-check/lost-laptop/p03"]
    assert story["start again"].code == 0
    assert "nothing was opened" in story["start again"].out


def test_simulate_knows_the_history_and_the_team(story: Mapping[str, Answer]) -> None:
    said = story["simulate"].json
    reviews = [one for one in said["occurrences"] if one["key"].startswith("policy-review/")]
    assert [one["key"] for one in reviews] == [
        "policy-review/2027-02-08", "policy-review/2027-05-08", "policy-review/2027-08-08", "policy-review/2027-11-08",
    ]  # fmt: skip
    assert [one["opened"] for one in reviews] == [True, False, False, False]
    assert {one["minutes"] for one in reviews} == {6 * 20}
    assert said["assumed_active"] == []


def test_doctor_finds_nothing_wrong(story: Mapping[str, Answer]) -> None:
    said = story["doctor"]
    assert said.code == 0
    assert said.json["wiki"]["sandbox"] is True
    assert said.json["versions"]["notion-client"]
