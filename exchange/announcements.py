"""Announcements: a document performed to a whole conference, or to one of its participants, by REST."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from exchange.conferences import Told
from exchange.rooms import Room, Seat
from exchange.twiml.interpreter import ApplicationError
from exchange.twiml.verb import Ask

if TYPE_CHECKING:
    from exchange.exchange import Exchange

VERBS: Final = frozenset({"Play", "Say", "Pause", "Redirect"})


def announce_to_room(exchange: "Exchange", room: Room, ask: Ask) -> None:
    """Everybody hears it over the talk; a new one cuts the one before."""
    _cut(room.announcing)
    performed = exchange.interpreter(room.announcer).perform_inner(ask, allowed=VERBS)
    room.announcing = exchange.spawn(_announce(performed, room, Told(event="announcement-end"), ask))


def announce_to_participant(exchange: "Exchange", room: Room, seat: Seat, ask: Ask) -> None:
    """He alone hears it, instead of the talk; a new one cuts the one before."""
    _cut(seat.announcing)
    about = room.conference.find(seat.leg.sid)
    performed = exchange.interpreter(seat.leg).perform_inner(ask, allowed=VERBS)
    seat.announcing = exchange.spawn(_announce(performed, room, Told(event="announcement-end", about=about), ask))


async def _announce(performed: Awaitable[object], room: Room, ended: Told, ask: Ask) -> None:
    try:
        await performed
    except ApplicationError as problem:
        failed = Told(event="announcement-fail", about=ended.about)
        room.tell(failed, AnnounceUrl=ask.url, ReasonAnnouncementFailed=str(problem))
        return
    with suppress(asyncio.CancelledError):
        room.tell(ended, AnnounceUrl=ask.url)


def _cut(running: "asyncio.Task[None] | None") -> None:
    if running is not None:
        running.cancel()
