"""What happened, told to the screens: news of the folders below as items of the live stream."""

from collections.abc import Mapping

from sqlalchemy import select

from foundation.db import Database
from foundation.events import Bus
from foundation.live import LiveStream
from ivr.alerts import AlertRaised
from ivr.news import CallBegan, CallConnected, CallEnded, CallHeld, MessageLeft
from routing.entries import QueueEntry
from routing.news import (
    AgentNext,
    AgentStateChanged,
    EntryJoined,
    EntryLeft,
    EntryOverflowed,
    ReservationAccepted,
    ReservationEnded,
    ReservationOffered,
)
from routing.reservations import Reservation

WALL = "wall"


class Teller:
    """Tells desks, the wall and the page of a call that they are to draw themselves again."""

    def __init__(self, live: LiveStream, db: Database) -> None:
        self._live = live
        self._db = db

    def listen(self, bus: Bus) -> None:
        """Subscribe to everything that a screen shows."""
        bus.subscribe(ReservationOffered, self._offered)
        bus.subscribe(ReservationAccepted, self._accepted)
        bus.subscribe(ReservationEnded, self._ended)
        bus.subscribe(AgentStateChanged, self._agent)
        bus.subscribe(AgentNext, self._next)
        bus.subscribe(EntryJoined, lambda news: self._wall("joined", queue=news.queue))
        bus.subscribe(EntryOverflowed, lambda news: self._wall("overflowed", queue=news.queue, to=news.to))
        bus.subscribe(EntryLeft, lambda news: self._wall("left", queue=news.queue, outcome=news.outcome))
        bus.subscribe(CallBegan, lambda news: self._wall("began", call_id=news.call_id))
        bus.subscribe(CallConnected, self._connected)
        bus.subscribe(CallHeld, self._held)
        bus.subscribe(CallEnded, self._call_ended)
        bus.subscribe(AlertRaised, self._alert)
        bus.subscribe(MessageLeft, lambda news: self._wall("message", call_id=news.call_id, queue=news.queue))

    def _offered(self, news: ReservationOffered) -> None:
        self._desk(news.agent_id, "offered", reservation_id=news.reservation_id)
        self._wall("offered", queue=news.queue)

    def _accepted(self, news: ReservationAccepted) -> None:
        self._desk(news.agent_id, "accepted", reservation_id=news.reservation_id)
        self._wall("accepted", queue=news.queue)

    def _ended(self, news: ReservationEnded) -> None:
        self._desk(news.agent_id, "ended", reservation_id=news.reservation_id, outcome=news.outcome)
        self._wall("ended", queue=news.queue)

    def _agent(self, news: AgentStateChanged) -> None:
        self._desk(news.agent_id, "state", state=news.state, reason=news.reason)
        self._wall("agent", agent_id=news.agent_id)

    def _next(self, news: AgentNext) -> None:
        self._desk(news.agent_id, "next", reason=news.reason)
        self._wall("agent", agent_id=news.agent_id)

    def _connected(self, news: CallConnected) -> None:
        self._desk(news.agent_id, "connected", reservation_id=news.reservation_id)
        self._call(news.call_id, "connected", agent_id=news.agent_id)

    def _held(self, news: CallHeld) -> None:
        self._desk(news.agent_id, "held" if news.on else "unheld", call_id=news.call_id)
        self._call(news.call_id, "held" if news.on else "unheld")

    def _alert(self, news: AlertRaised) -> None:
        self._wall("alert", alert_id=news.alert_id, call_id=news.call_id, level=news.level)
        self._call(news.call_id, "alert", alert_id=news.alert_id, level=news.level)

    def _call_ended(self, news: CallEnded) -> None:
        self._call(news.call_id, "over", status=news.status)
        self._wall("call_ended", call_id=news.call_id)
        with self._db.begin() as session:
            agents = session.scalars(
                select(Reservation.agent_id).join(QueueEntry).where(QueueEntry.call_id == news.call_id)
            ).all()
        for agent_id in set(agents):
            self._desk(agent_id, "call_ended", call_id=news.call_id)

    def _desk(self, agent_id: str, kind: str, **data: object) -> None:
        self._push(f"agent:{agent_id}", kind, data)

    def _call(self, call_id: str, kind: str, **data: object) -> None:
        self._push(f"call:{call_id}", kind, data)

    def _wall(self, kind: str, **data: object) -> None:
        self._push(WALL, kind, data)

    def _push(self, topic: str, kind: str, data: Mapping[str, object]) -> None:
        self._live.push(topic, kind, data)
