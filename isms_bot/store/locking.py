"""File locks: one process per state folder, one upgrade at a time. The system frees them when a process dies, however it dies."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from isms_bot.errors import StoreError, StoreHeld


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}; isms-bot must be able to write its state folder") from error


def _flock(descriptor: int, *, wait: bool) -> bool:
    """True if the lock was taken; False if another process has it and `wait` is False."""
    if sys.platform == "win32":
        raise StoreError("SQLite stores need a system with flock; run isms-bot under WSL, or use PostgreSQL")
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


class StateLock:
    """The lock of a state folder. Usable in a `with`, or until `release`. `path` None locks nothing (PostgreSQL)."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.session = ""
        """Names this holding of the folder, so that a lease left by an earlier one is known to be nobody's; "" while not held."""
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """True if this process holds the folder through this lock."""
        return self._descriptor is not None

    def acquire(self) -> None:
        """Take the lock; harmless if it is held already. HeldElsewhere names the process that has it."""
        if self.path is None or self.held:
            return
        descriptor = _open(self.path)
        taken = False
        try:
            taken = _flock(descriptor, wait=False)
            if not taken:
                pid = os.read(descriptor, 20).decode("ascii", "replace").strip()
                raise StoreHeld(
                    f"{self.path.parent}: held by {f'pid {pid}' if pid else 'another process'}; stop it first, or use another state folder"
                )
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        finally:
            if not taken:
                os.close(descriptor)
        self._descriptor = descriptor
        self.session = secrets.token_hex(8)

    def release(self) -> None:
        """Give the lock back; harmless if it is not held. The file stays: removing it would let two processes in."""
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        self._descriptor = None
        self.session = ""

    def __enter__(self) -> StateLock:
        self.acquire()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.release()


def state_lock(database: Path | None) -> StateLock:
    """The lock of the folder that `database` lies in."""
    return StateLock(None if database is None else database.parent / "lock")


@contextmanager
def one_at_a_time(database: Path) -> Iterator[None]:
    """Waits until no other process creates or upgrades `database`. Short: nobody holds it while working."""
    descriptor = _open(database.with_name(database.name + ".upgrade"))
    try:
        _flock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)
