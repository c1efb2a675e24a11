"""What one process leaves for another: carried out at most once, withdrawn until then, and always answered."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from isms_bot.errors import StoreError, UsageError
from isms_bot.spool import Answer, Request, Spool
from isms_bot.store import Store
from isms_bot.workspace import Workspace
from tests.unit.service.conftest import NOON, Stage, begin

LATER = NOON + timedelta(minutes=2)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "isms-bot.sqlite3")


def leave(spool: Spool, number: int = 0, **asked: Any) -> str:
    now = NOON + timedelta(seconds=number)
    return spool.ask("decide", "acme", asked, now=now, until=LATER)


def test_a_request_is_taken_once_and_answered(spool: Spool) -> None:
    assert not spool.waiting()
    name = leave(spool, kind="activate", until=None)
    assert spool.waiting()
    (request,) = spool.take(NOON)
    assert request == Request(name, "decide", "acme", {"kind": "activate", "until": None})
    assert list(spool.take(NOON)) == []
    assert spool.answered(name) is None
    answer = Answer(4, ("Done.", "Left."), {"id": "x"}, "say --yes")
    spool.answer(name, answer)
    assert spool.answered(name) == answer
    assert spool.answered(name) is None
    assert not spool.waiting()


def test_requests_are_served_in_the_order_in_which_they_came(spool: Spool) -> None:
    names = [leave(spool, number) for number in (5, 3, 4)]
    assert [one.id for one in spool.take(NOON)] == [names[1], names[2], names[0]]


def test_a_request_is_withdrawn_until_somebody_takes_it_up(spool: Spool) -> None:
    name = leave(spool)
    assert spool.withdraw(name)
    assert not spool.withdraw(name)
    assert list(spool.take(NOON)) == []
    name = leave(spool)
    assert [one.id for one in spool.take(NOON)] == [name]
    assert not spool.withdraw(name)


def test_a_request_that_is_withdrawn_while_others_are_served_is_passed_over(spool: Spool) -> None:
    first, second = leave(spool, 1), leave(spool, 2)
    served = []
    for one in spool.take(NOON):
        served.append(one.id)
        spool.withdraw(second)
    assert served == [first]


def test_what_nobody_waits_for_any_more_is_never_carried_out(spool: Spool) -> None:
    leave(spool)
    assert list(spool.take(LATER)) == []
    assert not spool.waiting()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"verb": "decide"}'])
def test_what_is_no_request_is_put_aside(spool: Spool, tmp_path: Path, text: str) -> None:
    good = leave(spool)
    (tmp_path / "requests" / "0.request").write_text(text)
    assert [one.id for one in spool.take(NOON)] == [good]
    assert not spool.waiting()


def test_what_a_dead_process_left_is_cleared_and_what_waits_stays(spool: Spool) -> None:
    taken, answered = leave(spool, 1), leave(spool, 2)
    list(spool.take(NOON))
    spool.answer(answered, Answer(0))
    waiting = leave(spool, 3)
    spool.clear()
    assert spool.answered(answered) is None
    assert [one.id for one in spool.take(NOON)] == [waiting]
    assert not spool.withdraw(taken)


def test_nobody_else_may_look(spool: Spool, tmp_path: Path) -> None:
    leave(spool, why="a matter of the team")
    (file,) = (tmp_path / "requests").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_folder_that_takes_nothing_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "requests").write_text("a file in its place")
    with pytest.raises(StoreError, match="beside its store"):
        leave(Spool(tmp_path / "isms-bot.sqlite3"))


# --- who serves ---


def test_a_service_does_what_it_is_asked_before_its_next_pass(tmp_path: Path, store: Store, spool: Spool) -> None:
    stage = Stage(tmp_path, ("acme",))
    service = begin(stage, store)
    order: list[str] = []

    def carry_out(workspace: Workspace, request: Request, _stop: Event) -> Answer:
        assert service.beats["acme"].counters["passes"] == len(order)
        order.append(request.verb)
        return Answer(0, (f"{request.verb} in {workspace.name}",))

    service._spool, service._carry_out = spool, carry_out
    name = leave(spool)
    assert service._wanted_now(300.0)
    service.tick()
    assert spool.answered(name) == Answer(0, ("decide in acme",))
    assert order == ["decide"]
    assert not service._wanted_now(300.0)


def _usage(*_: Any) -> Answer:
    raise UsageError("there is no such job")


def _unknown(*_: Any) -> Answer:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("workspace", "carry_out", "code", "said"),
    [
        pytest.param("acme", _usage, 2, "there is no such job", id="refused"),
        pytest.param("other", _usage, 2, "does not serve a workspace other", id="a workspace that it does not know"),
        pytest.param("acme", _unknown, 1, "see its log", id="an error that nobody thought of"),
    ],
)
def test_whoever_asks_gets_an_answer_whatever_happens(
    tmp_path: Path, store: Store, spool: Spool, workspace: str, carry_out: Any, code: int, said: str
) -> None:
    service = begin(Stage(tmp_path, ("acme",)), store)
    service._spool, service._carry_out = spool, carry_out
    asked: Mapping[str, Any] = {}
    name = spool.ask("decide", workspace, asked, now=NOON, until=LATER)
    if carry_out is _unknown:
        with pytest.raises(ZeroDivisionError):
            service.tick()
    else:
        service.tick()
    answer = spool.answered(name)
    assert answer is not None
    assert answer.code == code
    assert said in answer.said[0]
