"""Logs: one form for everybody, and never a secret."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from isms_bot import logs

pytestmark = pytest.mark.usefixtures("own_logging")


def test_every_line_is_json_with_its_event_and_facts(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="info", form="json")
    structlog.get_logger("isms_bot.engine").info("pass_completed", calls=7)
    logging.getLogger("apscheduler.scheduler").warning("Run time of job %s was missed", "tick")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["level"], line["logger"]) for line in lines] == [
        ("pass_completed", "info", "isms_bot.engine"),
        ("Run time of job tick was missed", "warning", "apscheduler.scheduler"),
    ]
    assert lines[0]["calls"] == 7


def test_what_lies_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="warning", form="json")
    structlog.get_logger("isms_bot.engine").info("pass_completed")
    logging.getLogger("httpx").info("HTTP Request: GET")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "text",
    [
        "the planted-secret-of-a-test was refused",
        "ntn_planted0123456789abcdef was refused",
        "Authorization: Bearer planted.abc",
        "postgresql+psycopg://isms:planted@db.example.com/isms",
    ],
    ids=["known", "shape-of-a-token", "header", "address-with-a-password"],
)
def test_secrets_never_reach_a_log(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.hide("planted-secret-of-a-test")
    logs.configure(level="info", form="json")
    structlog.get_logger("isms_bot").warning("refused", why=text, more={"inside": [text]})
    said = capsys.readouterr().err
    assert "planted" not in said
    assert said.count("***") == 2


def test_configuring_again_doubles_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="info", form="json")
    logs.configure(level="info", form="text")
    structlog.get_logger("isms_bot").warning("said_once")
    assert capsys.readouterr().err.count("said_once") == 1
