"""Agents: their table of states, their rows, and how a site's agents are seeded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime
from routing.state_table import StateTable


class AgentState(StrEnum):
    """What an agent is doing."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    RESERVED = "reserved"
    ON_CALL = "on_call"
    WRAPPING_UP = "wrapping_up"
    NOT_READY = "not_ready"


class AgentEvent(StrEnum):
    """What can happen to an agent."""

    SIGN_IN = "sign in"
    SIGN_OUT = "sign out"
    READY = "ready"
    PAUSE = "pause"
    HOLD = "hold"
    ACCEPT = "accept"
    CALLER_LEFT = "caller left"
    REJECT = "reject"
    RING_OUT = "ring out"
    RESCIND = "rescind"
    WRAP_UP = "wrap up"
    FINISH = "finish"
    LOSE_CONTACT = "lose contact"
    REGAIN = "regain contact"
    RELEASE = "release"


SIGNED_IN = "signed in"
NO_ANSWER = "no answer"
DECLINED = "declined"
LINE_FAILED = "line failed"
NO_CONTACT = "no contact"
"""The desk is silent. An agent who was available is again as soon as it is heard; a call goes on meanwhile."""
LOST_CONTACT = "lost contact"
"""The desk fell silent while it rang: as after a call that nobody took, the agent must say that he is back."""

_S, _E = AgentState, AgentEvent

AGENT_TABLE: StateTable[AgentState, AgentEvent] = StateTable(
    "agent",
    _S.OFFLINE,
    {
        (_S.OFFLINE, _E.SIGN_IN): _S.NOT_READY,
        (_S.NOT_READY, _E.READY): _S.AVAILABLE,
        (_S.NOT_READY, _E.PAUSE): _S.NOT_READY,
        (_S.NOT_READY, _E.SIGN_OUT): _S.OFFLINE,
        (_S.AVAILABLE, _E.PAUSE): _S.NOT_READY,
        (_S.AVAILABLE, _E.SIGN_OUT): _S.OFFLINE,
        (_S.AVAILABLE, _E.HOLD): _S.RESERVED,
        (_S.RESERVED, _E.ACCEPT): _S.ON_CALL,
        (_S.RESERVED, _E.CALLER_LEFT): _S.AVAILABLE,
        (_S.RESERVED, _E.REJECT): _S.NOT_READY,
        (_S.RESERVED, _E.RING_OUT): _S.NOT_READY,
        (_S.RESERVED, _E.RESCIND): _S.NOT_READY,
        (_S.ON_CALL, _E.CALLER_LEFT): _S.AVAILABLE,
        (_S.ON_CALL, _E.RESCIND): _S.NOT_READY,
        (_S.ON_CALL, _E.WRAP_UP): _S.WRAPPING_UP,
        (_S.ON_CALL, _E.FINISH): _S.AVAILABLE,
        (_S.WRAPPING_UP, _E.FINISH): _S.AVAILABLE,
        (_S.AVAILABLE, _E.LOSE_CONTACT): _S.NOT_READY,
        (_S.RESERVED, _E.LOSE_CONTACT): _S.NOT_READY,
        (_S.ON_CALL, _E.LOSE_CONTACT): _S.ON_CALL,
        (_S.WRAPPING_UP, _E.LOSE_CONTACT): _S.WRAPPING_UP,
        (_S.NOT_READY, _E.REGAIN): _S.AVAILABLE,
        (_S.ON_CALL, _E.REGAIN): _S.ON_CALL,
        (_S.WRAPPING_UP, _E.REGAIN): _S.WRAPPING_UP,
        (_S.RESERVED, _E.RELEASE): _S.AVAILABLE,
        (_S.ON_CALL, _E.RELEASE): _S.AVAILABLE,
        (_S.WRAPPING_UP, _E.RELEASE): _S.AVAILABLE,
    },
)
BUSY_STATES = (_S.RESERVED, _S.ON_CALL, _S.WRAPPING_UP)
WORKING_STATES = (_S.AVAILABLE, *BUSY_STATES)


class Agent(Base):
    """One agent, whatever the log-in. `next_reason` is the not-ready reason chosen for after this call.

    `idle_since` is the start of the wait for a caller: it survives a hold that ended through no fault of the agent.
    `heartbeat_at` is when the desk was last heard; None while no page has been, and then nobody waits for one.
    `busy_us` and `staffed_us` are microseconds of this shift up to `since` (`routing.occupancy`).
    `revision` grows with every change of state; the waitlist uses it to ignore what comes late.
    """

    __tablename__ = "agents"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    skills: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(16), default=AgentState.OFFLINE, index=True)
    reason: Mapped[str] = mapped_column(String(64), default="")
    next_reason: Mapped[str] = mapped_column(String(64), default="")
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    busy_us: Mapped[int] = mapped_column(BigInteger, default=0)
    staffed_us: Mapped[int] = mapped_column(BigInteger, default=0)
    revision: Mapped[int] = mapped_column(default=1)


class AgentStateLog(Base):
    """One change of an agent's state, never altered."""

    __tablename__ = "agent_state_log"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    agent_id: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    reservation_id: Mapped[str | None] = mapped_column(String(34))


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """An agent as a site describes one."""

    id: str
    name: str
    skills: Mapping[str, int] = field(default_factory=dict)


def seed(session: Session, specs: Iterable[AgentSpec], *, now: datetime) -> None:
    """Make the site's agents; one that exists gets the name and skills of the site, and keeps his state.

    Skills that changed reach the waitlist at the next `rebuild`, or at once through `AgentDesk.set_skills`.
    """
    for spec in specs:
        agent = session.get(Agent, spec.id)
        if agent is None:
            session.add(
                Agent(
                    id=spec.id,
                    name=spec.name,
                    skills=dict(spec.skills),
                    state=AgentState.OFFLINE,
                    since=now,
                    busy_us=0,
                    staffed_us=0,
                    revision=1,
                )
            )
        else:
            agent.name, agent.skills = spec.name, dict(spec.skills)
