"""Work that may be late: the only import of RQ. A job is a nudge; what must happen has a row in SQL."""

import importlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry, SimpleWorker, Worker
from rq.timeouts import TimerDeathPenalty

from foundation.logs import get_logger

log = get_logger(__name__)
QUEUE = "callwright"
RETRIES = [5, 30, 120]
KEPT_SECONDS = 3600
TUNED: dict[str, Any] = {"worker_ttl": 30, "maintenance_interval": 15, "job_monitoring_interval": 5}
"""Seconds: how long a silent worker counts as alive, how often abandoned jobs are looked for, and a job's heartbeat."""
Json = Any


class JobQueue(Protocol):
    """Takes jobs. A job is named `module:function` and takes JSON values."""

    def enqueue(self, job: str, *args: Json, job_id: str | None = None, delay: float = 0) -> bool:
        """Ask for the job, after `delay` seconds; False when the queue is down (the ticker will ask again)."""
        ...


class RqJobs:
    """Jobs through RQ: three more tries after 5, 30 and 120 seconds. Its client answers in bytes."""

    def __init__(self, redis: "Redis", *, name: str = QUEUE) -> None:
        self._queue = Queue(name, connection=redis)

    def enqueue(self, job: str, *args: Json, job_id: str | None = None, delay: float = 0) -> bool:
        """Ask for the job; the same `job_id` twice replaces the first."""
        options: dict[str, Any] = {
            "job_id": job_id,
            "retry": Retry(max=len(RETRIES), interval=RETRIES),
            "result_ttl": KEPT_SECONDS,
            "job_timeout": 900,
        }
        try:
            if delay:
                self._queue.enqueue_in(timedelta(seconds=delay), perform, job, *args, **options)
            else:
                self._queue.enqueue(perform, job, *args, **options)
        except RedisError as error:
            log.warning("job_queue_down", job=job, error=type(error).__name__)
            return False
        return True


class MemoryJobs:
    """The twin: remembers the jobs until `run_all` is called."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, tuple[Json, ...], str | None, float]] = []

    def enqueue(self, job: str, *args: Json, job_id: str | None = None, delay: float = 0) -> bool:
        """Remember the job; the same `job_id` twice replaces the first."""
        if job_id is not None:
            self.waiting = [waiting for waiting in self.waiting if waiting[2] != job_id]
        self.waiting.append((job, args, job_id, delay))
        return True

    def run_all(self) -> int:
        """Perform everything that waits, in order, whatever its delay; how many there were."""
        jobs, self.waiting = self.waiting, []
        for job, args, _, _ in jobs:
            perform(job, *args)
        return len(jobs)


def perform(job: str, *args: Json) -> None:
    """Call the named function. Raises whatever it raises: RQ notes it and tries again."""
    resolve(job)(*args)


def resolve(job: str) -> Callable[..., None]:
    """The function that `module:function` names. Raises ValueError when there is none."""
    module, _, name = job.partition(":")
    function = getattr(importlib.import_module(module), name, None)
    if not callable(function):
        raise ValueError(f"there is no job {job}")  # noqa: TRY004
    return function  # type: ignore[no-any-return]


def work(redis: "Redis", *, in_process: bool = False) -> None:
    """Do jobs until told to stop, tuned so that another worker's crash is noticed in about a minute."""
    tuned_worker(redis, in_process=in_process).work(with_scheduler=True, logging_level="WARNING")


def tuned_worker(redis: "Redis", *, in_process: bool = False) -> Worker | SimpleWorker:
    """A worker that is missed after half a minute, and looks every 15 s for what others have left.

    As RQ comes, that takes seven to thirteen minutes.
    """
    kind = _PatientWorker if in_process else Worker
    return kind([QUEUE], connection=redis, **TUNED)


class _PatientWorker(SimpleWorker):
    """Works in its own process, without a fork for each job: for small machines and warm models."""

    death_penalty_class = TimerDeathPenalty
