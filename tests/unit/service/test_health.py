"""What /livez, /readyz and /metrics say."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from isms_bot.errors import UsageError
from isms_bot.health import Health, answering
from isms_bot.service import LATE_TICKS
from isms_bot.store import Store
from tests.unit.service.conftest import Stage, begin


@pytest.fixture
def port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        number: int = sock.getsockname()[1]
        return number


@pytest.mark.parametrize(
    ("health", "live", "ready"),
    [
        (Health(True, {"acme": 3.0}), 200, 200),
        (Health(True, {"acme": None}, ("acme: no pass was completed yet",)), 200, 503),
        (Health(False, {"acme": 9999.0}, (), ("acme",)), 503, 200),
    ],
    ids=["well", "not-ready", "not-alive"],
)
def test_the_answers_follow_the_state(port: int, health: Health, live: int, ready: int) -> None:
    with answering("127.0.0.1", port, lambda: health), httpx.Client(trust_env=False) as client:
        base = f"http://127.0.0.1:{port}"
        assert client.get(f"{base}/livez").status_code == live
        assert client.get(f"{base}/readyz").status_code == ready
        assert client.get(f"{base}/readyz").json()["troubles"] == list(health.troubles)


def test_metrics_are_lines_per_workspace_and_name_no_person() -> None:
    health = Health(True, {"acme": 3.04, "beta": None}, counters={"passes": {"acme": 7, "beta": 0}})
    assert health.as_metrics().splitlines() == [
        "# TYPE isms_bot_ready gauge",
        "isms_bot_ready 1",
        "# TYPE isms_bot_configuration_kept gauge",
        "isms_bot_configuration_kept 0",
        "# TYPE isms_bot_seconds_since_last_pass gauge",
        'isms_bot_seconds_since_last_pass{workspace="acme"} 3.0',
        "# TYPE isms_bot_passes_total counter",
        'isms_bot_passes_total{workspace="acme"} 7',
        'isms_bot_passes_total{workspace="beta"} 0',
    ]


def test_port_0_answers_nowhere() -> None:
    with answering("127.0.0.1", 0, lambda: pytest.fail("nobody can ask")):
        pass


def test_a_port_that_is_taken_is_a_sentence() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        with (
            pytest.raises(UsageError, match=r"service\.health_port"),
            answering("127.0.0.1", sock.getsockname()[1], lambda: pytest.fail("nobody can ask")),
        ):
            pass


def test_a_service_is_ready_after_its_first_pass_and_late_when_passes_stay_away(tmp_path: Path, store: Store) -> None:
    stage = Stage(tmp_path, ("acme",))
    service = begin(stage, store)
    assert service.health().troubles == ("acme: no pass was completed yet",)
    service.tick()
    assert service.health().ready
    stage.clock.go_on(LATE_TICKS * 300 + 1)
    assert service.health().late == ("acme",)
    assert service.health().alive
    stage.clock.go_on(3600)
    assert not service.health().alive
