"""Demos as processes of their own, as people start them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

MAIN = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from isms_bot.cli import main; sys.exit(main())"
)
"""Ctrl-C ends it as at a terminal, also where the tests themselves were started in the background, which ignores it."""
LONG = 400
"""Seconds after which a process that should have ended is given up; nothing is measured with it."""


class Playing:
    """`isms-bot ARGUMENTS` in a process; its lines are collected as they come."""

    def __init__(self, *arguments: str | Path, temporary: Path, hashing: str = "0") -> None:
        self.words, self.temporary = tuple(map(str, arguments)), temporary
        environment = {**os.environ, "PYTHONHASHSEED": hashing, "TMPDIR": str(temporary)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", MAIN, *self.words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=temporary,
        )  # fmt: skip
        self.out: list[str] = []
        self.err: list[str] = []
        self._news = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(stream, lines), daemon=True)
            for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: IO[str], lines: list[str]) -> None:
        for line in stream:
            with self._news:
                lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def line(self, beginning: str) -> str:
        """The first line, of either stream, with this beginning, waited for."""

        def found() -> str | None:
            return next((line for line in [*self.out, *self.err] if line.startswith(beginning)), None)

        with self._news:
            self._news.wait_for(lambda: found() is not None or self.process.poll() is not None, LONG)
            line = found()
        assert line is not None, "\n".join([f"no line begins with {beginning!r}", *self.out, *self.err])
        return line

    def ended(self) -> int:
        """The exit code, waited for."""
        code = self.process.wait(LONG)
        for reader in self._readers:
            reader.join(LONG)
        return code

    def counts(self) -> dict[str, int]:
        """The last line as JSON."""
        found: dict[str, int] = json.loads(self.out[-1])
        return found

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        self.process.kill()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.ended()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@contextmanager
def playing(*arguments: str | Path, temporary: Path, hashing: str = "0") -> Iterator[Playing]:
    """A command for as long as the block lasts; it is gone afterwards."""
    process = Playing(*arguments, temporary=temporary, hashing=hashing)
    try:
        yield process
    finally:
        process.close()


def snapshot(folder: Path) -> dict[str, tuple[int, Any]]:
    """Every file of a folder with its size and content: equal if nothing was touched."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes()) for path in files}
