"""What callbacks tell those above, after the commit."""

from dataclasses import dataclass
from datetime import datetime

from foundation.events import News


@dataclass(frozen=True, slots=True)
class PromiseMoved(News):
    """A promise is in another state (`callbacks.promises.PromiseState`); `due_at` is when something happens next."""

    promise_id: str
    call_id: str | None
    queue: str
    state: str
    attempts: int
    due_at: datetime
