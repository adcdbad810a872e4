"""Who looks after those who wait, where more than time decides: crowds that open rings, agents who go home, closure."""

import math
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from routing.agents import WORKING_STATES, Agent
from routing.arrivals import in_line, staffed
from routing.config import QueueConfig
from routing.entries import IN_LINE, EntryKind, EntryState, Outcome, QueueEntry
from routing.match import innermost, opened_early, rings_from_json
from routing.news import Moved
from routing.parts import Parts
from routing.queue_door import QueueDoor
from routing.skills import Skills


class Vigil:
    """Looks once a second, from SQL alone. Several may look at once: each row is locked and looked at again."""

    def __init__(self, parts: Parts, queue: QueueDoor) -> None:
        self._parts = parts
        self._queue = queue

    def look(self) -> int:
        """Open and close rings by crowds and staff, end waits for nobody and for an agent who is gone, let overflow."""
        return self._look_at_queues() + self._look_at_preferred() + self._look_at_overflow()

    def close(self, queue: str) -> int:
        """Send everybody out who waits in the queue, by its exit `closed`; promises keep their place. How many."""
        with self._parts.reading() as session:
            waits = select(QueueEntry.id).where(
                QueueEntry.queue == queue, QueueEntry.state == EntryState.WAITING, QueueEntry.kind == EntryKind.CALL
            )
            entries = list(session.scalars(waits.order_by(QueueEntry.place)))
        return sum(self._queue.take_out(entry_id, Outcome.CLOSED) for entry_id in entries)

    def _look_at_queues(self) -> int:
        watched = {queue.name: queue for queue in self._parts.queues.all() if queue.is_watched}
        if not watched:
            return 0
        with self._parts.reading() as session:
            rows = select(QueueEntry).where(QueueEntry.queue.in_(watched), QueueEntry.state.in_(IN_LINE))
            entries = list(session.scalars(rows.order_by(QueueEntry.place)))
            there = staffed(session)
        waiting = Counter(entry.queue for entry in entries)
        moved = 0
        for entry in entries:
            if entry.state == EntryState.WAITING:
                moved += self._look_at(entry, watched[entry.queue], there, waiting[entry.queue])
        return moved

    def _look_at(self, entry: QueueEntry, queue: QueueConfig, there: Sequence[Skills], waiting: int) -> int:
        rings = rings_from_json(entry.rings)
        nobody = queue.leave_when_empty and all(innermost(rings, skills) is None for skills in there)
        if nobody and entry.kind == EntryKind.CALL:
            return int(self._queue.take_out(entry.id, Outcome.NOBODY))
        floor = opened_early(rings, there, waiting=waiting, skip_unstaffed=queue.skip_unstaffed)
        if floor == entry.floor:
            return 0
        with self._parts.session() as session:
            row = self._parts.entry(session, entry.id)
            if row.state != EntryState.WAITING or row.revision != entry.revision:
                return 0
            row.floor = floor
            row.revision += 1
            self._parts.tell(session, Moved(entries=(row.id,)))
        return 1

    def _look_at_overflow(self) -> int:
        """Who may go on to another queue and could not when his time came goes as soon as there is room."""
        now, room = self._parts.clock.now(), dict[str, float]()
        with self._parts.reading() as session:
            due = select(QueueEntry.id, QueueEntry.queue).where(
                QueueEntry.state == EntryState.WAITING, QueueEntry.overflow_at <= now
            )
            found = session.execute(due.order_by(QueueEntry.overflow_at)).all()
            for queue in {row.queue for row in found}:
                rule = self._parts.queues.get(queue).overflow
                limit = None if rule is None else rule.while_fewer
                room[queue] = math.inf if rule is None or limit is None else limit - in_line(session, rule.to)
        gone = 0
        for entry_id, queue in found:
            if room[queue] > 0 and self._queue.overflow(entry_id):
                room[queue] -= 1
                gone += 1
        return gone

    def _look_at_preferred(self) -> int:
        """Nobody waits alone for an agent who rests or has gone home: the rings go on at once."""
        now = self._parts.clock.now()
        with self._parts.reading() as session:
            alone = (
                select(QueueEntry.id)
                .join(Agent, Agent.id == QueueEntry.preferred_agent)
                .where(
                    QueueEntry.state == EntryState.WAITING,
                    QueueEntry.alone_until > now,
                    Agent.state.not_in(WORKING_STATES),
                )
            )
            found = list(session.scalars(alone))
        for entry_id in found:
            with self._parts.session() as session:
                row = self._parts.entry(session, entry_id)
                if row.state == EntryState.WAITING and row.alone_until is not None:
                    row.alone_until = None
                    row.revision += 1
                    self._parts.tell(session, Moved(entries=(entry_id,)))
        return len(found)
