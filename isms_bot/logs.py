"""Logs: the event's name fixed, facts beside it; JSON lines for machines, columns for a terminal; never a token.

Records of other libraries (APScheduler, SQLAlchemy, uvicorn) come out in the same form. Everything goes to stderr: stdout
belongs to the answers of verbs.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_KNOWN_SECRETS: set[str] = set()
_LOOKS_SECRET = re.compile(
    r"\b(?:ntn_|secret_|ATATT|ATCTT)[A-Za-z0-9_=-]{8,}|(?<=Bearer )\S+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
_HIDDEN = "***"
QUIET = ("apscheduler", "httpx", "httpcore", "alembic", "uvicorn", "urllib3")
"""Libraries that speak of every step; only their warnings are of interest."""


def hide(secret: str) -> None:
    """Never let `secret` appear in a log or in the trace of an error."""
    if secret:
        _KNOWN_SECRETS.add(secret)


def redacted(text: str) -> str:
    """`text` without the secrets that are known, and without what looks like one."""
    for secret in _KNOWN_SECRETS:
        text = text.replace(secret, _HIDDEN)
    return _LOOKS_SECRET.sub(_HIDDEN, text)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A processor: the event with its secrets covered."""
    return {key: _clean(value) for key, value in event.items()}


class _Stderr(logging.Handler):
    """Writes to whatever stderr is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except OSError:
            # Whoever read the log is gone; that must not end a pass.
            self.handleError(record)


def configure(*, level: str = "warning", form: str = "auto") -> None:
    """Send all logs to stderr. `form`: json, text, or auto (text on a terminal). May be called again."""
    terminal = sys.stderr.isatty()
    as_json = form == "json" or (form == "auto" and not terminal)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        last += [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer(default=str)]
    else:
        last += [structlog.processors.format_exc_info, redact, _console(colors=terminal)]
    handler = _Stderr()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old, _Stderr):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _console(*, colors: bool) -> Callable[[WrappedLogger, str, EventDict], str]:
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
