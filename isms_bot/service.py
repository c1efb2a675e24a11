"""The scheduler process: a pass over every workspace again and again, until a signal ends it.

APScheduler is the metronome and nothing more: what is due is decided by each pass from what it sees, so that a tick that is
missed, late or doubled costs nothing. All passes run one after another in one thread.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from isms_bot import config as configuration
from isms_bot import health
from isms_bot.clock import Clock
from isms_bot.config import Config, WorkspaceConfig
from isms_bot.engine import run_once
from isms_bot.errors import (
    ConfigError,
    ConnectorError,
    HeldElsewhere,
    IsmsBotError,
    LeaseLost,
    Misconfigured,
    StoreError,
)
from isms_bot.health import Health
from isms_bot.holding import Signals, held, listening
from isms_bot.observatory import Observatory
from isms_bot.spool import Answer, Request, Spool
from isms_bot.store import Store
from isms_bot.workspace import Workspace

log = structlog.get_logger(__name__)

Opener = Callable[[Config, str, Store, threading.Event], Workspace]
DAY_BEGINS, DAY_ENDS = 7, 20
"""Hours of the workspace's zone between which a pass is made at every tick."""
BACK_OFF_FIRST, BACK_OFF_MOST = 60.0, 900.0
"""Seconds to wait after a pass that the wiki or the store did not let come to its end; doubled each time."""
LOOKED_EVERY = 5.0
"""Seconds between two looks of the watchdog."""
LATE_TICKS = 3
EARLY = 0.5
"""A tick that comes this many seconds too early still counts."""


@dataclass(slots=True)
class Beat:
    """How the passes of one workspace go. Times are monotonic seconds."""

    began: float
    last: float | None = None
    not_before: float = float("-inf")
    failures: int = 0
    trouble: str = ""
    held: bool = False
    counters: dict[str, int] = field(default_factory=lambda: {"passes": 0, "calls": 0, "failed_passes": 0})

    def fail(self, now: float, why: str) -> float:
        """Note a pass that did not come to its end; returns the seconds to wait."""
        wait = min(BACK_OFF_FIRST * 2.0**self.failures, BACK_OFF_MOST)
        self.failures += 1
        self.not_before = now + wait
        self.trouble = why
        self.counters["failed_passes"] += 1
        return wait

    def retries(self, now: float) -> bool:
        """True if a pass that did not come to its end may be tried again."""
        return self.failures > 0 and now >= self.not_before

    def complete(self, now: float, calls: int) -> None:
        """Note a pass that came to its end."""
        self.last, self.failures, self.not_before, self.trouble, self.held = now, 0, float("-inf"), "", False
        self.counters["passes"] += 1
        self.counters["calls"] += calls


def interval(one: WorkspaceConfig, hour: int) -> float:
    """Seconds between two passes at an hour of the workspace's day."""
    minutes = one.pass_minutes if DAY_BEGINS <= hour < DAY_ENDS else max(one.pass_minutes, one.night_minutes)
    return minutes * 60.0


class Service:
    """The process of `isms-bot run`. `open_workspace` opens one workspace of a configuration; `close` closes it. What other
    processes leave in `spool` is done by `carry_out` before the next pass."""

    def __init__(
        self,
        config: Config,
        store: Store,
        clock: Clock,
        open_workspace: Opener,
        *,
        close: Callable[[Workspace], None] = lambda _workspace: None,
        take_over: bool = False,
        spool: Spool | None = None,
        carry_out: Callable[[Workspace, Request, threading.Event], Answer] | None = None,
    ) -> None:
        self._spool, self._carry_out = spool, carry_out
        self.config, self._store, self._clock = config, store, clock
        self._open, self._close, self._take_over = open_workspace, close, take_over
        self._stop = threading.Event()
        self._reload_wanted = False
        self._ticking = False
        self._workspaces: dict[str, Workspace] = {}
        self._watches: dict[str, Observatory] = {}
        self._refused = ""
        """What is wrong with an edit of the configuration, so that it is said once."""
        self._tick_ended = clock.monotonic()
        self.beats = {name: Beat(clock.monotonic()) for name in config.workspaces}

    # --- the process ---------------------------------------------------------------------------------------------------

    def run(self) -> int:
        """Make passes until SIGTERM or SIGINT; the action under way is finished. Returns the exit code, 0.

        Raises HeldElsewhere if at the start another process or installation holds a workspace, ConfigError if a connector
        cannot be opened, UsageError if health cannot answer where it is told to.
        """
        self.begin()
        service = self.config.service
        with (
            listening(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals,
            health.answering(service.health_host, service.health_port, self.health),
        ):
            scheduler = self._scheduler()
            scheduler.start()
            log.info("service_started", workspaces=sorted(self._workspaces), tick_seconds=self._tick())
            try:
                self._watch(scheduler, signals)
            finally:
                self._stop.set()
                scheduler.shutdown(wait=True)
                for workspace in self._workspaces.values():
                    workspace.release()
                    self._close(workspace)
        log.info("service_stopped")
        return 0

    def begin(self) -> None:
        """Open every workspace. Raises HeldElsewhere at once instead of standing by for a lease that another process keeps."""
        for name in self.config.workspaces:
            workspace = self._workspaces[name] = self._open(self.config, name, self._store, self._stop)
            workspace.hold(take_over=self._take_over)
            workspace.release()
        # Taken over once: whoever takes a workspace from this process later is not robbed of it at the next tick.
        self._take_over = False

    def _tick(self) -> float:
        return 60.0 * min(one.pass_minutes for one in self.config.workspaces.values())

    def _scheduler(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        scheduler.add_listener(_crashed, EVENT_JOB_ERROR)
        scheduler.add_job(self.tick, "interval", seconds=self._tick(), id="tick", next_run_time=self._clock.now())
        return scheduler

    def _watch(self, scheduler: BackgroundScheduler, signals: Signals) -> None:
        """The main thread: waits for signals and sees that ticks go on coming."""
        tick = self._tick()
        while True:
            came = signals.wait(LOOKED_EVERY)
            if signal.SIGTERM in came or signal.SIGINT in came:
                log.info("service_stopping")
                return
            if signal.SIGHUP in came:
                self._reload_wanted = True
            if self._tick() != tick:
                tick = self._tick()
                scheduler.reschedule_job("tick", trigger="interval", seconds=tick)
            if self._wanted_now(tick):
                scheduler.modify_job("tick", next_run_time=self._clock.now())
                scheduler.wakeup()

    def _wanted_now(self, tick: float) -> bool:
        """True if a tick must not wait for its time: a reload, a retry, or a clock that was set back and took it along."""
        now = self._clock.monotonic()
        if now - self._tick_ended > LATE_TICKS * tick:
            log.warning("ticks_late", seconds=round(now - self._tick_ended))
            self._tick_ended = now
            return True
        if self._ticking:
            return False
        if self._spool is not None and self._spool.waiting():
            return True
        return self._reload_wanted or any(beat.retries(now) for beat in list(self.beats.values()))

    # --- ticks ---------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Follow edits of the configuration, then make the passes that are due."""
        self._ticking = True
        try:
            self._follow_edits()
            self._take_up()
            # Who was tried least recently comes first, so that an error in one workspace does not starve the others.
            for name, workspace in sorted(self._workspaces.items(), key=lambda item: self.beats[item[0]].began):
                if self._stop.is_set():
                    break
                if self._is_due(workspace):
                    self._pass(name, workspace)
        finally:
            self._ticking = False
            self._tick_ended = self._clock.monotonic()

    def _take_up(self) -> None:
        """Do what other processes of this machine ask for; each gets an answer, whatever happens."""
        if self._spool is None or self._carry_out is None:
            return
        for request in self._spool.take(self._clock.now()):
            answer = Answer(1, ("isms-bot run met an error that it does not know; see its log",))
            workspace = self._workspaces.get(request.workspace)
            try:
                if workspace is None:
                    answer = Answer(2, (f"isms-bot run does not serve a workspace {request.workspace}",))
                    continue
                with structlog.contextvars.bound_contextvars(workspace=request.workspace), held(workspace):
                    workspace.refresh()
                    answer = self._carry_out(workspace, request, self._stop)
                log.info("request_done", workspace=request.workspace, verb=request.verb, code=answer.code)
            except IsmsBotError as error:
                answer = Answer(error.exit_code, (str(error),))
                log.warning("request_refused", workspace=request.workspace, verb=request.verb, why=str(error))
            finally:
                self._spool.answer(request.id, answer)
                # What was made on the way is in the store's cache, and not in what this process remembers.
                self._watches.pop(request.workspace, None)

    def _is_due(self, workspace: Workspace) -> bool:
        beat, now = self.beats[workspace.name], self._clock.monotonic()
        if now < beat.not_before - EARLY:
            return False
        hour = self._clock.now().astimezone(ZoneInfo(workspace.config.timezone)).hour
        return beat.last is None or beat.failures > 0 or now - beat.last >= interval(workspace.config, hour) - EARLY

    def _pass(self, name: str, workspace: Workspace) -> None:
        """One pass. Whatever the wiki or the store refuses ends this pass with a sentence, never the service."""
        beat = self.beats[name]
        beat.began = self._clock.monotonic()
        known = False
        try:
            with structlog.contextvars.bound_contextvars(workspace=name), held(workspace):
                workspace.refresh()
                watch = self._watches.get(name) or Observatory(self._store, name)
                self._watches[name] = watch
                result = run_once(workspace, stop=self._stop.is_set, observatory=watch)
            known = True
        except (HeldElsewhere, LeaseLost) as lost:
            known = True
            # Whoever has it now has seen more of the wiki than this process remembers.
            self._watches.pop(name, None)
            self._back_off(workspace, "workspace_held_elsewhere", str(lost))
            beat.held = True
        except Misconfigured as error:
            known = True
            self._back_off(workspace, "wiki_misconfigured", workspace.config.explained(error))
            self._reconnect(name, workspace)
        except ConnectorError as error:
            known = True
            self._back_off(workspace, "wiki_unreachable", str(error))
        except StoreError as error:
            known = True
            self._back_off(workspace, "store_refused", str(error))
        else:
            beat.complete(self._clock.monotonic(), result.calls)
            for reason in result.plan.reasons.values():
                log.warning("held_back", workspace=name, reason=reason, digest=result.plan.digest)
            for sentence in result.unsettled:
                log.warning("left_for_later", workspace=name, why=sentence)
        finally:
            if not known:
                beat.fail(
                    self._clock.monotonic(), "the last pass met an error that isms-bot does not know; see the log"
                )

    def _back_off(self, workspace: Workspace, event: str, why: str) -> None:
        workspace.lease = None
        if self._stop.is_set():
            return
        wait = self.beats[workspace.name].fail(self._clock.monotonic(), why)
        log.warning(event, workspace=workspace.name, why=why, next_try_seconds=wait)

    def _reconnect(self, name: str, workspace: Workspace) -> None:
        """A token may have been exchanged: read it again."""
        try:
            fresh = self._open(self.config, name, self._store, self._stop)
        except (ConfigError, StoreError) as error:
            log.warning("workspace_not_reopened", workspace=name, why=str(error))
            return
        self._close(workspace)
        self._workspaces[name] = fresh

    # --- configuration ---------------------------------------------------------------------------------------------------

    def _follow_edits(self) -> None:
        """Take in an edit of the configuration; a broken one is refused with a log line and the last good one stays."""
        asked, self._reload_wanted = self._reload_wanted, False
        if not asked and not configuration.changed(self.config):
            return
        try:
            fresh = configuration.reload(self.config)
            opened = {name: self._open(fresh, name, self._store, self._stop) for name in fresh.workspaces}
        except (ConfigError, StoreError) as error:
            if asked or str(error) != self._refused:
                log.warning("configuration_refused", why=str(error))
            self._refused = str(error)
            return
        self._refused = ""
        for workspace in self._workspaces.values():
            workspace.release()
            self._close(workspace)
        self._watches = {name: watch for name, watch in self._watches.items() if name in opened}
        started = self._clock.monotonic()
        self.beats = {name: self.beats.get(name) or Beat(started) for name in opened}
        if fresh.store != self.config.store or fresh.service != self.config.service:
            log.warning("restart_needed", why="store and service settings count from the next start on")
        self._workspaces, self.config = opened, fresh
        log.info("configuration_read", digest=fresh.digest[:12], workspaces=sorted(opened))

    # --- health ----------------------------------------------------------------------------------------------------------

    def health(self) -> Health:
        """The present state, for /livez, /readyz and /metrics."""
        now = self._clock.monotonic()
        beats = dict(self.beats)
        troubles = [f"{name}: {beat.trouble}" for name, beat in beats.items() if beat.trouble and not beat.held]
        troubles += [
            f"{name}: no pass was completed yet"
            for name, beat in beats.items()
            if beat.last is None and not beat.trouble
        ]
        try:
            self._store.meta_get("installation")
        except StoreError as error:
            troubles.append(str(error))
        alive = now - self._tick_ended <= LATE_TICKS * self._tick() + BACK_OFF_MOST
        counters = {
            counter: {name: beat.counters[counter] for name, beat in beats.items()}
            for counter in ("passes", "calls", "failed_passes")
        }
        return Health(
            alive=alive,
            ages={name: None if beat.last is None else now - beat.last for name, beat in beats.items()},
            troubles=tuple(troubles),
            late=tuple(name for name, beat in beats.items() if self._is_late(name, beat, now)),
            counters=counters,
            config_kept=bool(self._refused),
        )

    def _is_late(self, name: str, beat: Beat, now: float) -> bool:
        one = self.config.workspaces.get(name)
        if one is None:
            return False
        hour = self._clock.now().astimezone(ZoneInfo(one.timezone)).hour
        return now - (beat.began if beat.last is None else beat.last) > LATE_TICKS * interval(one, hour)


def _crashed(event: JobExecutionEvent) -> None:
    """An error that nobody thought of: the next tick tries again, and the details are in the log."""
    log.error("tick_crashed", error=type(event.exception).__name__, details=str(event.traceback))


__all__ = ["Beat", "Opener", "Service", "interval"]
