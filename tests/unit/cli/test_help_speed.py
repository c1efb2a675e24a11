"""`--help` must come at once: it may import nothing that only a verb needs."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "sqlalchemy",
    "pydantic",
    "httpx",
    "notion_client",
    "apscheduler",
    "uvicorn",
    "starlette",
    "structlog",
    "tomlkit",
)


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from isms_bot.cli import main; code = main(['--help']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert "Commands:" in done.stdout
