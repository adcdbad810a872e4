"""What the ticker does for callbacks every second, and how a job is asked to do it a little sooner.

The rows in SQL decide; a job that is lost, late or doubled changes nothing.
"""

from callbacks.dialer import Dialer
from callbacks.promises import DialResult, Promise
from callbacks.service import CallbackService
from foundation.clock import Clock
from foundation.jobs import JobQueue
from foundation.logs import get_logger

log = get_logger(__name__)


def fire_due(callbacks: CallbackService, dialer: Dialer) -> int:
    """Bring in line what is due, and settle dials nobody speaks of any more, after asking the carrier; how many."""
    in_line = callbacks.due()
    settled = 0
    for attempt in callbacks.overdue():
        result = dialer.outcome(attempt)
        if result is None:
            continue  # it goes on: the lease was renewed when it was handed out
        log.warning("dial_overdue", promise=attempt.promise_id, attempt=attempt.attempt, result=result)
        # answered long ago, and yet nobody was connected: whoever pressed 1 met nobody
        lost = DialResult.NOT_CONFIRMED if result is DialResult.ANSWERED else result
        settled += callbacks.attempt_failed(attempt.id, lost)
    return len(in_line) + settled


def nudge(jobs: JobQueue, promise: Promise, clock: Clock, *, job: str) -> bool:
    """Ask for a job named `job` at the promise's time; False when the job queue is down, which only costs a second."""
    delay = max(0.0, (promise.due_at - clock.now()).total_seconds())
    return jobs.enqueue(job, job_id=f"callback-{promise.id}-{promise.attempts}", delay=delay)
