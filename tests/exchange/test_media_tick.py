"""The 20 ms tick: when it runs, and in which order sound moves."""

from exchange.clock import VirtualClock
from exchange.exchange import Exchange
from exchange.legs import Leg, Ticket
from exchange.lines.dead import DeadLine
from exchange.media import move_sound
from exchange.rehearsal import ME, NUMBER, rehearse
from exchange.sound import SILENCE, Sound
from exchange.status import CallStatus, Direction
from exchange.transports import ScriptedApp

LONG = '<Response><Pause length="10"/></Response>'


class Counting:
    """A tap that keeps what it is given."""

    def __init__(self) -> None:
        self.given: list[tuple[int, bytes, bytes]] = []

    def frames(self, tick: int, inbound: bytes, outbound: bytes) -> None:
        self.given.append((tick, inbound, outbound))


class Echo:
    """A source that gives back what the leg says: it must see this very tick's frame."""

    def frame_for(self, leg: Leg, _tick: int) -> bytes:
        return leg.inbound


def leg_of(exchange: Exchange) -> Leg:
    return next(iter(exchange.legs.values()))


def test_a_tap_hears_every_tick_of_its_time_and_no_other():
    """Ten seconds of a tapped call are 500 frames; without the tap there are none."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> list[int]:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.silence(2)
        tap = Counting()
        with leg_of(exchange).tapped(tap):
            await caller.silence(4)
        await caller.ended()
        return [tick for tick, _, _ in tap.given]

    ticks = rehearse({"/voice": LONG, "/status": ""}, scenario)
    assert ticks == list(range(ticks[0], ticks[0] + len(ticks)))
    assert len(ticks) in {199, 200, 201}


def test_the_caller_is_heard_in_the_very_tick_in_which_he_speaks():
    """All inbound frames are taken before any outbound one is made, so a bridge adds no frame of delay."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> list[tuple[bytes, bytes]]:
        caller = exchange.call(to=NUMBER, from_=ME)
        await caller.meets("pause")
        leg, tap = leg_of(exchange), Counting()
        leg.source = Echo()
        with leg.tapped(tap):
            await caller.plays(Sound(bytes(range(1, 161)) * 20))
        return [(inbound, outbound) for _, inbound, outbound in tap.given]

    frames = rehearse({"/voice": LONG, "/status": ""}, scenario)
    assert all(inbound == outbound for inbound, outbound in frames)
    assert sum(inbound != SILENCE for inbound, _ in frames) >= 19


def test_what_the_exchange_says_itself_is_heard_instead_of_the_connection():
    """A prompt on a connected leg (a whisper, a beep) covers the other party."""

    async def scenario(exchange: Exchange, _app: ScriptedApp) -> bytes:
        caller = exchange.call(to=NUMBER, from_=ME, listens=True)
        await caller.meets("pause")
        leg = leg_of(exchange)
        leg.source = Echo()
        await leg.play(Sound(b"\x11" * 1600))
        return bytes(caller._handset.sound_heard)

    assert b"\x11" * 1400 in rehearse({"/voice": LONG, "/status": ""}, scenario)


class Untouchable(DeadLine):
    """A line that may not be asked for sound."""

    def take_frame(self, _tick: int) -> bytes | None:
        raise AssertionError("asked for sound")


def test_legs_that_are_not_in_progress_have_no_sound():
    """Nothing flows before the answer nor after the end."""
    clock = VirtualClock()
    ticket = Ticket(
        sid="CA1", account_sid="AC1", to="a", from_="b", direction=Direction.INBOUND, created_at=clock.now()
    )
    ringing = Leg(ticket, clock, Untouchable())
    over = Leg(ticket, clock, Untouchable())
    over.refuse(CallStatus.FAILED)
    tap = Counting()
    ringing.taps.append(tap)
    move_sound(1, [ringing, over])
    assert tap.given == []
