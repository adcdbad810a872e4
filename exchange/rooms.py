"""Rooms: conferences with people in them. Mixes each tick once, rings the chime, tells the app what happens."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from exchange import conferences
from exchange.clock import Clock
from exchange.conferences import Conference, Left, Participant, Status, Told
from exchange.legs import Leg
from exchange.mixer import mix, tone
from exchange.nobody import nobody
from exchange.room_events import Subscription, fields_of
from exchange.sound import SILENCE, Sound, TimeLine
from exchange.speaking import Speaking
from exchange.twiml.verb import Ask
from exchange.twiml.verb import Source as Document

if TYPE_CHECKING:
    from exchange.exchange import Exchange

REMEMBERED = 1000  # conferences that are over, for REST
_CHIME, _ANNOUNCER = "the chime", "the announcer"
_BEEP = Sound(tone(440, milliseconds=240))

Notify = Callable[["Room", dict[str, str]], None]


class Listener(Protocol):
    """Hears a room's whole mix, 20 ms at a time: a conference recording."""

    def frames(self, tick: int, inbound: bytes, outbound: bytes) -> None:
        """One tick of the mix; nothing on the other side."""
        ...


@dataclass(slots=True, eq=False)
class Seat:
    """One leg's place in a room. `changed` is set whenever what it should hear may have changed."""

    leg: Leg
    waiting: Document | None
    holding: Document | None
    joined: datetime
    updated: datetime
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    out: asyncio.Event = field(default_factory=asyncio.Event)
    announcing: asyncio.Task[None] | None = None


@dataclass(slots=True, eq=False)
class Room:
    """A conference, its legs and its sound. The source of each of its legs, and a tap on each of them."""

    conference: Conference
    clock: Clock
    notify: Notify
    subscription: Subscription
    created: datetime
    updated: datetime
    announcer: Leg  # nobody's line: announcements to everybody are performed on it
    seats: dict[str, Seat] = field(default_factory=dict)
    chime: TimeLine = field(default_factory=TimeLine)
    announcing: asyncio.Task[None] | None = None
    listeners: list[Listener] = field(default_factory=list)
    after: list[Callable[[Told], None]] = field(default_factory=list)  # told of each event when it has been carried out
    speaking: Speaking = field(default_factory=Speaking)
    _sequence: int = 0
    _tick: int = -1
    _heard: dict[str, bytes] = field(default_factory=dict)

    @property
    def sid(self) -> str:
        """The conference's SID."""
        return self.conference.sid

    def enter(self, leg: Leg, participant: Participant, *, waiting: Document | None, holding: Document) -> Seat:
        """Let a leg in (ask `conferences.refusal` before)."""
        now = self.clock.now()
        seat = self.seats[leg.sid] = Seat(leg, waiting, holding, now, now)
        leg.source = self
        self._carry_out(conferences.enter(self.conference, participant))
        if participant.beep_on_enter and self.conference.status is Status.IN_PROGRESS:
            self._beep()
        self._tap()
        return seat

    def leave(self, call_sid: str, *, why: Left = Left.HUNG_UP, kicked: bool = False) -> None:
        """Let a leg out; with it everybody, when it ends the conference."""
        leaver = self.conference.find(call_sid)
        if leaver is None:
            return
        if leaver.beep_on_exit and self.conference.status is Status.IN_PROGRESS:
            self._beep()
        self._carry_out(conferences.leave(self.conference, leaver.call_sid, why=why, kicked=kicked))

    def close(self) -> None:
        """End it for all, as REST does."""
        self._carry_out(conferences.close(self.conference))

    def change(self, participant: Participant, *, holding: Document | None = None) -> None:
        """Mute, hold, coach, … one participant; `holding` replaces what he hears on hold."""
        seat = self.seats[participant.call_sid]
        seat.updated = self.clock.now()
        if holding is not None:
            seat.holding = holding
        self._carry_out(conferences.modify(self.conference, participant))

    def music_for(self, call_sid: str) -> tuple[Document | None, bool]:
        """What a leg should hear instead of the room, and whether again and again: on hold, or before the start."""
        seat, participant = self.seats[call_sid], self.conference.find(call_sid)
        if participant is not None and participant.hold:
            return seat.holding, True
        if self.conference.status is Status.INIT:
            return seat.waiting, False
        return None, False

    def tell(self, told: Told, **more: str) -> None:
        """Send a conference event to the app, if it subscribed to it."""
        self.updated = self.clock.now()
        if self.subscription.wants(told.event):
            self._sequence += 1
            sent = fields_of(told, self.conference, self.seats, sequence=self._sequence, now=self.updated)
            sent["AccountSid"] = self.announcer.ticket.account_sid
            self.notify(self, sent | more)
        for listener in list(self.after):
            listener(told)

    def frame_for(self, leg: Leg, tick: int) -> bytes | None:
        """What this leg hears of the others (port `legs.Source`)."""
        self._mix(tick)
        return self._heard.get(leg.sid)

    def frames(self, tick: int, inbound: bytes, outbound: bytes) -> None:  # noqa: ARG002 - the port's names
        """Make sure the tick is mixed though everybody listens to music (port `legs.Tap`)."""
        self._mix(tick)

    def _mix(self, tick: int) -> None:
        if tick == self._tick:
            return
        self._tick = tick
        said: dict[str, bytes | None] = {sid: seat.leg.inbound for sid, seat in self.seats.items()}
        hears = conferences.hears(self.conference)
        said[_CHIME], said[_ANNOUNCER] = self.chime.frame(tick), self.announcer.mouth.frame(tick)
        everywhere = frozenset({_CHIME, _ANNOUNCER})
        hears = {sid: speakers | everywhere for sid, speakers in hears.items()}
        tape = "" if not self.listeners else "the tape"
        if tape:
            hears[tape] = self._public() | everywhere
        self._heard = mix(said, hears)
        if tape and self.conference.status is Status.IN_PROGRESS:
            for listener in list(self.listeners):
                listener.frames(tick, self._heard[tape], SILENCE)
        if self.subscription.wants("participant-speech-start"):
            self._notice_speech(said, tick)

    def listen(self, listener: Listener) -> None:
        """Let somebody hear the whole room from now on."""
        self.listeners.append(listener)
        self._tap()

    def _tap(self) -> None:
        """Have every tick made while somebody listens to the room itself; else only those a leg asks for."""
        wanted = bool(self.listeners) or self.subscription.wants("participant-speech-start")
        for seat in self.seats.values():
            if wanted and self not in seat.leg.taps:
                seat.leg.taps.append(self)
            seat.leg.sound_wanted()

    def _public(self) -> frozenset[str]:
        people = self.conference.participants
        return frozenset(one.call_sid for one in people if not (one.muted or one.hold or one.coaching))

    def _notice_speech(self, said: dict[str, bytes | None], tick: int) -> None:
        for one in self.conference.participants:
            event = None if one.muted or one.hold else self.speaking.heard(one.call_sid, said[one.call_sid], tick)
            if event:
                self.tell(Told(event=event, about=one))

    def _beep(self) -> None:
        self.chime.lay(_BEEP, self.clock.monotonic())

    def _carry_out(self, change: conferences.Change) -> None:
        self.conference, happened = change
        for told in happened:
            self.tell(told)
        here = {one.call_sid for one in self.conference.participants}
        for sid in [sid for sid in self.seats if sid not in here]:
            self._release(self.seats.pop(sid))
        for seat in self.seats.values():
            seat.changed.set()

    def _release(self, seat: Seat) -> None:
        if seat.leg.source is self:
            seat.leg.source = None
        if self in seat.leg.taps:
            seat.leg.taps.remove(self)
        seat.out.set()
        seat.changed.set()


class Rooms:
    """All conferences of an exchange, by SID; a name belongs to at most one that is not over."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self.rooms: dict[str, Room] = {}

    async def close(self) -> None:
        """Nothing to give back: the legs are the exchange's."""

    def named(self, name: str) -> Room | None:
        """The conference of that name or SID that is not over."""
        return next(
            (one for one in self.rooms.values() if not one.conference.over and name in {one.sid, one.conference.name}),
            None,
        )

    def open(self, name: str, *, subscription: Subscription, max_participants: int = 250) -> Room:
        """The conference of that name, begun now if need be; its first participant alone sets the callback."""
        found = self.named(name)
        if found is not None:
            return found
        sid, clock = self._exchange.ids.new("CF"), self._exchange.clock
        now = clock.now()
        room = Room(
            conference=Conference(sid=sid, name=name, max_participants=max_participants),
            clock=clock,
            notify=self._notify,
            subscription=subscription,
            created=now,
            updated=now,
            announcer=nobody(sid, self._exchange, to=name),
        )
        self._forget_the_oldest()
        self.rooms[sid] = room
        return room

    def of(self, call_sid: str) -> Room | None:
        """The conference a call is in now."""
        return next((room for room in self.rooms.values() if call_sid in room.seats), None)

    def _forget_the_oldest(self) -> None:
        ended = [sid for sid, room in self.rooms.items() if room.conference.over]
        for sid in ended[: max(0, len(ended) - REMEMBERED)]:
            del self.rooms[sid]

    def _notify(self, room: Room, fields: dict[str, str]) -> None:
        ask = Ask(url=room.subscription.url, method=room.subscription.method, params=tuple(fields.items()))
        self._exchange.webhooks.report(room.announcer, ask)


def with_changes(participant: Participant, **wanted: bool | str | None) -> Participant:
    """The participant with what was given (not None) changed."""
    given = {name: value for name, value in wanted.items() if value is not None}
    return replace(participant, **given)  # type: ignore[arg-type]
