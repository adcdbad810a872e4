"""The one door of routing: nobody else changes a queue entry, a reservation, or an agent's state."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.clock import Clock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import IdSource
from routing.agent_desk import AgentDesk
from routing.arrivals import Arrival
from routing.board import Board
from routing.config import QueueBook, QueueConfig
from routing.contact import Contact
from routing.entries import EntryKind, Outcome, QueueEntry
from routing.match import Ring
from routing.mending import Mender
from routing.mirror import Mirror, Restored
from routing.parts import Parts
from routing.queue_door import QueueDoor
from routing.reservation_door import ReservationDoor
from routing.reservations import Reservation
from routing.skills import Needs
from routing.timers import Timekeeper
from routing.vigil import Vigil
from routing.waitlist import Disciplines, Waitlist
from routing.why import Why


class RoutingService:
    """Callers in, agents together with them, everything that is due.

    `agents` is the desk's door (sign in, available, not ready), `board` answers questions (position, wall), `why` says
    what holds a caller, `queues` holds the site's queues and can be replaced while calls wait, `vigil` closes them.
    Methods that take a `session` work inside that transaction and are felt after its commit; the others open their own.
    """

    def __init__(
        self,
        db: Database,
        waitlist: Waitlist,
        clock: Clock,
        ids: IdSource,
        bus: Bus,
        queues: Iterable[QueueConfig] = (),
        *,
        disciplines: Disciplines | None = None,
    ) -> None:
        self.queues = QueueBook(queues, disciplines=disciplines)
        parts = Parts(db, waitlist, clock, ids, bus, self.queues)
        self._mirror = Mirror(parts)
        self._queue = QueueDoor(parts)
        self.vigil = Vigil(parts, self._queue)
        self._reservations = ReservationDoor(parts)
        self.contact = Contact(parts, self._reservations)
        self._time = Timekeeper(parts, self._mirror, self._queue, self._reservations, self.contact, self.vigil)
        self.agents = AgentDesk(parts, self._mirror)
        self.board = Board(parts, self._mirror)
        self.why = Why(parts, self._mirror)
        self.mending = Mender(parts, self._mirror)

    def enqueue(
        self,
        session: Session,
        *,
        call_id: str | None,
        queue: str,
        needs: Needs | None = None,
        rings: Sequence[Ring] | None = None,
        priority: float = 0.0,
        preferred_agent: str | None = None,
        alone: float | None = None,
        arrived_at: datetime | None = None,
        place: datetime | None = None,
        kind: str = EntryKind.CALL,
        promise_id: str | None = None,
        max_wait: float | None = None,
        max_size: int | None = None,
        keep_place: bool = False,
    ) -> QueueEntry:
        """Let the caller wait, from the commit of this session on.

        `rings` replace the queue's own, `needs` are added to each ring, `priority` is credit in seconds, `place`
        the virtual arrival a promise has kept; `keep_place` that of the call's earlier wait. For `alone` seconds only
        the preferred agent is asked. A full queue, or one in which nobody is there, answers with an entry whose
        `outcome` is `full` or `nobody` and which does not wait. The same call or promise twice gets its entry again.
        """
        asked = (needs or {}, rings, priority, preferred_agent or "", alone)
        limits = (arrived_at, place, max_wait, max_size, keep_place)
        arrival = Arrival(queue, call_id, kind, promise_id, *asked, *limits)
        return self._queue.enqueue(session, arrival)

    def leave(self, entry_id: str, outcome: str, *, session: Session | None = None) -> bool:
        """The caller waits no longer, for that reason (`Outcome`); False when he no longer did."""
        return self._queue.leave(entry_id, Outcome(outcome), session=session)

    def accept(self, reservation_id: str, agent_id: str, *, session: Session | None = None) -> Reservation:
        """The agent takes the caller. Raises ReservationGone for everyone but the first."""
        return self._reservations.accept(reservation_id, agent_id, session=session)

    def reject(self, reservation_id: str, agent_id: str, *, session: Session | None = None) -> None:
        """The agent declines and is not ready; the caller keeps the place. Raises ReservationGone when too late."""
        self._reservations.reject(reservation_id, agent_id, session=session)

    def rescind(self, reservation_id: str, reason: str, *, session: Session | None = None) -> bool:
        """Take the caller back to his place, since the agent cannot be reached; False when it is too late."""
        return self._reservations.rescind(reservation_id, reason, session=session)

    def connected(self, reservation_id: str, *, session: Session | None = None) -> bool:
        """Both parties are together: the wait is answered. Repeats are harmless and answer False."""
        return self._reservations.connected(reservation_id, session=session)

    def ended(self, reservation_id: str, *, session: Session | None = None) -> bool:
        """The conversation is over, wrap-up begins. Repeats are harmless and answer False."""
        return self._reservations.ended(reservation_id, session=session)

    def finish_wrap_up(
        self, reservation_id: str, disposition: str = "", *, notes: str = "", session: Session | None = None
    ) -> None:
        """The agent has finished the work after the call. Raises DispositionRefused or MoveRefused."""
        self._reservations.finish_wrap_up(reservation_id, disposition, notes=notes, session=session)

    def tick(self) -> int:
        """Everything that is due now: rings, RONA, longest waits, wrap-ups, what Redis has missed."""
        return self._time.tick()

    def rebuild(self) -> Restored:
        """Restore Redis from SQL, everybody at his place. Raises WaitlistDown."""
        return self._mirror.rebuild()
