"""What the ticker does for callbacks several times a second, and the jobs that make the dials.

The rows in SQL decide; a job that is lost, late or doubled changes nothing: a dial whose job did not begin within two
seconds is made by the ticker itself, and of several who would make it one may.
"""

from datetime import datetime, timedelta

from callbacks.dialer import Dialer
from callbacks.promises import DialAttempt, DialResult, Promise, PromiseState
from callbacks.service import CallbackService
from foundation.clock import Clock
from foundation.jobs import JobQueue
from foundation.logs import get_logger

log = get_logger(__name__)
DIAL_JOB = "console.work:dial_callback"
A_JOBS_TIME = timedelta(seconds=1.5)
GIVEN_UP_ASKING = timedelta(minutes=10)
"""So long a carrier that is silent is asked what became of a dial; then it is taken for one that came to nothing."""


def fire_due(callbacks: CallbackService, dialer: Dialer, jobs: JobQueue | None = None) -> int:
    """Bring in line what is due, make dials whose turn it is, settle those nobody speaks of any more; how many."""
    done = len(callbacks.due()) + callbacks.dials.review()
    return done + sum(_look_at(callbacks, dialer, jobs, attempt) for attempt in callbacks.overdue())


def dial_recorded(callbacks: CallbackService, dialer: Dialer, key: str, seen: datetime | None) -> bool:
    """Make a recorded dial, if nobody else has set out to since `seen`; whether we were the one."""
    order = callbacks.dials.resume(key, seen=seen)
    if order is None:
        return False
    dialer.dial(order)
    return True


def nudge(jobs: JobQueue, promise: Promise, clock: Clock, *, job: str) -> bool:
    """Ask for a job named `job` at the promise's time; False when the job queue is down, which only costs a second."""
    delay = max(0.0, (promise.due_at - clock.now()).total_seconds())
    return jobs.enqueue(job, job_id=f"callback-{promise.id}-{promise.attempts}", delay=delay)


def _look_at(callbacks: CallbackService, dialer: Dialer, jobs: JobQueue | None, attempt: DialAttempt) -> int:
    promise = callbacks.get(attempt.promise_id)
    if promise is not None and promise.state == PromiseState.HOLDING:
        gone = callbacks.dials.nobody_came(attempt.id)
        if gone:
            dialer.release(attempt)
        return int(gone)
    if attempt.tried_at is None:
        return int(_hand_on(callbacks, dialer, jobs, attempt))
    return int(_settle(callbacks, dialer, attempt))


def _hand_on(callbacks: CallbackService, dialer: Dialer, jobs: JobQueue | None, attempt: DialAttempt) -> bool:
    """A dial that nobody has set out to make: a job's, or, when the job does not come, our own."""
    turn = attempt.dial_at or attempt.recorded_at
    fresh = callbacks.parts.clock.now() < turn + A_JOBS_TIME
    if jobs is not None and fresh and jobs.enqueue(DIAL_JOB, attempt.id, job_id=f"dial-{attempt.id}"):
        return True
    return dial_recorded(callbacks, dialer, attempt.id, None)


def _settle(callbacks: CallbackService, dialer: Dialer, attempt: DialAttempt) -> bool:
    """A dial that somebody set out to make: the carrier says what became of it."""
    result = dialer.outcome(attempt)
    if result is None:
        return False  # it goes on: the lease was renewed when it was handed out
    if result is DialResult.NOT_MADE:
        return dial_recorded(callbacks, dialer, attempt.id, attempt.tried_at)
    if result is DialResult.UNKNOWN and callbacks.parts.clock.now() < attempt.recorded_at + GIVEN_UP_ASKING:
        return False
    log.warning("dial_overdue", promise=attempt.promise_id, attempt=attempt.attempt, result=result)
    # answered long ago, and yet nobody was connected: whoever pressed 1 met nobody
    lost = DialResult.NOT_CONFIRMED if result is DialResult.ANSWERED else result
    return callbacks.attempt_failed(attempt.id, lost)
