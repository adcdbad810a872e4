"""Keeps the processes of one machine's house running: starts them, restarts what falls, stops all together."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from foundation.clock import Clock
from foundation.logs import get_logger

log = get_logger(__name__)
STEADY_SECONDS = 5.0
LONGEST_PAUSE = 3.0
"""A house is back within five seconds of any fall, also of the tenth in a row."""
STOP_SECONDS = 12.0
WATCH_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep running: its name, its command line and what its environment adds."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    outlives: bool = False
    """Whether it is to be there until the others have ended: they stand on it."""


@dataclass(slots=True)
class _Child:
    program: Program
    process: "subprocess.Popen[bytes]"
    started: float
    falls: int = 0
    again_at: float | None = None


class Supervisor:
    """Runs the programs until told to stop. Each writes its log to a file of its own."""

    def __init__(self, logs: Path, clock: Clock, *, on_fall: Callable[[Program, int], None]) -> None:
        self._logs = logs
        self._clock = clock
        self._on_fall = on_fall
        self._children: list[_Child] = []
        self._stop = threading.Event()

    def start(self, programs: Sequence[Program]) -> None:
        """Start every program, in order."""
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        for program in programs:
            self._children.append(_Child(program, self._spawn(program), self._clock.monotonic()))

    def fallen(self) -> list[str]:
        """Names of the programs that are not running now."""
        return [child.program.name for child in self._children if child.process.poll() is not None]

    def pid_of(self, name: str) -> int | None:
        """The process id of a program that runs now."""
        found = (child.process for child in self._children if child.program.name == name)
        return next((process.pid for process in found if process.poll() is None), None)

    def log_of(self, name: str) -> Path:
        """Where a program writes."""
        return self._logs / f"{name}.log"

    def watch(self) -> None:
        """Stay until `stop` is asked for, starting again what falls, later each time it falls at once."""
        while not self.is_stopping:
            self.tend()

    @property
    def is_stopping(self) -> bool:
        """Whether the end was asked for."""
        return self._stop.is_set()

    def tend(self) -> None:
        """Wait a moment, then start again what has fallen."""
        if not self._stop.wait(WATCH_SECONDS):
            for child in self._children:
                self._look_after(child)

    def ask_to_stop(self) -> None:
        """Let `watch` return. May be called from a signal handler."""
        self._stop.set()

    def stop(self) -> None:
        """Ask every child to end, those on which others stand last, then insist."""
        self._stop.set()
        self._end([child for child in self._children if not child.program.outlives])
        self._end([child for child in self._children if child.program.outlives])
        self._children.clear()

    def _end(self, children: Sequence[_Child]) -> None:
        for child in children:
            if child.process.poll() is None:
                child.process.terminate()
        limit = self._clock.monotonic() + STOP_SECONDS
        for child in children:
            try:
                child.process.wait(max(0.1, limit - self._clock.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(child.process)
                child.process.wait()

    def _look_after(self, child: _Child) -> None:
        code = child.process.poll()
        if code is None:
            if child.falls and self._clock.monotonic() - child.started > STEADY_SECONDS:
                child.falls = 0
            return
        if child.again_at is None:
            child.falls += 1
            child.again_at = self._clock.monotonic() + min(LONGEST_PAUSE, 0.1 * 2.0**child.falls)
            log.warning("process_fell", process=child.program.name, code=code, falls=child.falls)
            self._on_fall(child.program, code)
        elif self._clock.monotonic() >= child.again_at:
            child.process, child.started, child.again_at = self._spawn(child.program), self._clock.monotonic(), None

    def _spawn(self, program: Program) -> "subprocess.Popen[bytes]":
        with self.log_of(program.name).open("ab") as file:
            return subprocess.Popen(  # noqa: S603 - the programs are our own
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **program.environment},
                start_new_session=True,
            )


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
