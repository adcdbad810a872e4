"""The place where the present is made anew from the truth: Redis from SQL, and the jobs that were lost with it."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from callbacks.jobs import nudge
from callbacks.promises import Promise, PromiseState
from console.looking import looking
from console.wiring import Runtime
from recordings.fetching import nudge_all
from routing.entries import EntryState, QueueEntry
from routing.mirror import Restored

CALLBACKS_JOB = "console.work:fire_callbacks"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was put back: the waitlist, callers by queue, and jobs asked for again."""

    waitlist: Restored
    by_queue: tuple[tuple[str, int], ...]
    callbacks: int
    recordings: int


def rebuild(runtime: Runtime) -> Rebuilt:
    """Throw the waitlist away and restore it, everybody at his place; then ask again for every job SQL still owes.

    Harmless to repeat, and while calls go on: SQL decides, and a job that comes twice changes nothing. Not restored is
    what nobody misses a minute later: live events already seen, one-time tokens of sounds. Raises WaitlistDown.
    """
    restored = runtime.parts.routing.rebuild()
    with looking(runtime.parts.db) as session:
        waiting = session.scalars(select(QueueEntry.queue).where(QueueEntry.state == EntryState.WAITING)).all()
        promises = session.scalars(select(Promise).where(Promise.state == PromiseState.SCHEDULED)).all()
    jobs, clock = runtime.parts.jobs, runtime.parts.clock
    asked = sum(nudge(jobs, promise, clock, job=CALLBACKS_JOB) for promise in promises)
    recordings = nudge_all(runtime.parts.db, jobs)
    return Rebuilt(restored, tuple(sorted(Counter(waiting).items())), asked, recordings)
