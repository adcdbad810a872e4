"""The place of what the screens stand on: one frozen object that `console/wiring.py` fills and `create_app` takes.

Doors of other folders are told as protocols: the screens need this much of them, and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from flask import Blueprint

from console.auth.passwords import Passwords
from console.views import Board, CallFilter, CallPage, CallPaper, Desk, Transcript
from foundation.clock import Clock
from foundation.db import Database
from foundation.ids import IdSource
from foundation.live import LiveStream
from foundation.settings import Settings


class AgentDoor(Protocol):
    """Changes an agent's state. Raises a `CallwrightError` when the state does not allow it."""

    def sign_in(self, agent_id: str) -> object:
        """The agent opens the desk."""
        ...

    def sign_out(self, agent_id: str) -> object:
        """The agent goes home."""
        ...

    def set_available(self, agent_id: str) -> object:
        """The agent takes calls."""
        ...

    def set_not_ready(self, agent_id: str, reason: str) -> object:
        """The agent takes none, and says why."""
        ...

    def heartbeat(self, agent_id: str) -> object:
        """The agent's desk is still there."""
        ...


class ReservationDoor(Protocol):
    """Answers an offered call, and finishes it. Raises a `CallwrightError` when it is no longer the agent's."""

    def accept(self, reservation_id: str, agent_id: str) -> object:
        """Take the offered call."""
        ...

    def reject(self, reservation_id: str, agent_id: str) -> object:
        """Decline the offered call; the caller keeps the place."""
        ...

    def finish_wrap_up(self, reservation_id: str, disposition: str) -> object:
        """The work after the call is done."""
        ...


class CallDoor(Protocol):
    """Orders about a call that is talking."""

    def hold(self, call_id: str, *, on: bool) -> object:
        """Let the caller hear music, or come back."""
        ...

    def hang_up(self, call_id: str, agent_id: str) -> object:
        """End the agent's part; the caller goes on in the flow, or the call ends."""
        ...


class DeskReader(Protocol):
    """Reads what a desk shows."""

    def desk(self, agent_id: str) -> Desk:
        """All of it, at this moment."""
        ...

    def note(self, reservation_id: str, agent_id: str, text: str) -> bool:
        """Keep the agent's notes; False when the reservation is not the agent's."""
        ...


class WallReader(Protocol):
    """Reads what the wall shows."""

    def board(self) -> Board:
        """Queues and agents now."""
        ...


class CallReader(Protocol):
    """Reads the calls of the past and the present. `for_agent` limits to the calls an agent was on."""

    def page(self, wanted: CallFilter, *, offset: int, limit: int, for_agent: str | None) -> CallPage:
        """One page of the list."""
        ...

    def paper(self, call_id: str, *, for_agent: str | None) -> CallPaper | None:
        """One call, or None when there is none that this reader may see."""
        ...

    def transcript(self, call_id: str) -> Transcript:
        """The settled words of a call."""
        ...

    def may_see(self, call_id: str, *, for_agent: str | None) -> bool:
        """Whether there is such a call, and this reader may see it."""
        ...

    def choices(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """What the filters offer: `queues`, `agents` and `outcomes`, each as (value, name)."""
        ...


@dataclass(frozen=True, slots=True)
class SoundFile:
    """The sound of a recording: bytes on disk or in memory, and their kind."""

    content: Path | bytes
    mimetype: str = "audio/wav"


class SoundDoor(Protocol):
    """The one door to audio; every opening is audited."""

    def open(self, recording_id: str, *, who: str) -> SoundFile | None:
        """The sound, or None when there is none (yet, or any more)."""
        ...

    def peaks(self, recording_id: str) -> tuple[tuple[float, ...], ...]:
        """Loudness over time, 0 to 1, one row a channel; empty when not known."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the web app is given. Frozen: what a request needs is here, or it is not needed."""

    settings: Settings
    db: Database
    clock: Clock
    ids: IdSource
    live: LiveStream
    agents: AgentDoor
    reservations: ReservationDoor
    calls: CallDoor
    desk_reader: DeskReader
    wall_reader: WallReader
    call_reader: CallReader
    sound: SoundDoor
    passwords: Passwords = field(default_factory=Passwords)
    blueprints: tuple[Blueprint, ...] = ()
    """Blueprints that check who is asking by themselves (the carrier's webhooks): no log-in, no CSRF."""
    limiter_storage: str = "memory://"
    """Where log-in attempts are counted: the URL of Redis, or this process's memory."""
