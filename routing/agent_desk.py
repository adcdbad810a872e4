"""Where an agent signs in and out, becomes ready, rests. Only here and by reservations does his state change."""

from sqlalchemy.orm import Session

from foundation.errors import Problem
from routing.agents import BUSY_STATES, NO_CONTACT, SIGNED_IN, Agent, AgentEvent, AgentState
from routing.errors import MoveRefused
from routing.mirror import Mirror
from routing.news import AgentNext, Moved
from routing.parts import Parts


class AgentDesk:
    """The agent's own moves. Each is one transaction; each raises UnknownRow for an id nobody has."""

    def __init__(self, parts: Parts, mirror: Mirror) -> None:
        self._parts = parts
        self._mirror = mirror

    def sign_in(self, agent_id: str) -> Agent:
        """Be there, not yet ready. Who is signed in stays as he is: a page may be loaded again."""
        with self._parts.session() as session:
            agent = self._parts.agent(session, agent_id)
            if agent.state == AgentState.OFFLINE:
                agent.heartbeat_at = None  # from the first that is heard, the next are waited for
                self._parts.move_agent(session, agent, AgentEvent.SIGN_IN, reason=SIGNED_IN)
                self._parts.tell(session, Moved(agents=(agent_id,)))
            self._heard(agent)
            return agent

    def sign_out(self, agent_id: str) -> Agent:
        """Be gone. Raises MoveRefused during a call and its wrap-up."""
        with self._parts.session() as session:
            agent = self._parts.agent(session, agent_id)
            if agent.state != AgentState.OFFLINE:
                self._parts.move_agent(session, agent, AgentEvent.SIGN_OUT)
                agent.idle_since = agent.heartbeat_at = None
                self._parts.tell(session, Moved(agents=(agent_id,)))
            return agent

    def set_available(self, agent_id: str) -> Agent:
        """Be ready for callers. During a call: be ready after it. Raises MoveRefused when signed out."""
        with self._parts.session() as session:
            agent = self._parts.agent(session, agent_id)
            self._heard(agent)
            if agent.state in BUSY_STATES:
                self._choose(session, agent, "")
            elif agent.state != AgentState.AVAILABLE:
                self._parts.move_agent(session, agent, AgentEvent.READY)
                self._parts.tell(session, Moved(agents=(agent_id,)))
            return agent

    def set_not_ready(self, agent_id: str, reason: str) -> Agent:
        """Rest, and say why. During a call: after it. Raises MoveRefused when signed out or without a reason."""
        if not reason.strip():
            raise MoveRefused(Problem("reason_missing", "A rest needs a reason.", where=agent_id))
        with self._parts.session() as session:
            agent = self._parts.agent(session, agent_id)
            self._heard(agent)
            if agent.state in BUSY_STATES:
                self._choose(session, agent, reason)
            elif (agent.state, agent.reason) != (AgentState.NOT_READY, reason):
                self._parts.move_agent(session, agent, AgentEvent.PAUSE, reason=reason)
                self._parts.tell(session, Moved(agents=(agent_id,)))
            return agent

    def heartbeat(self, agent_id: str) -> None:
        """The desk is there. Whoever was given up for lost is where he was: available, or in his call."""
        with self._parts.session() as session:
            agent = self._parts.agent(session, agent_id)
            agent.heartbeat_at = self._parts.clock.now()
            if agent.reason == NO_CONTACT:
                self._parts.move_agent(session, agent, AgentEvent.REGAIN)
                self._parts.tell(session, Moved(agents=(agent_id,)))

    def set_skills(self, agent_id: str, skills: dict[str, int]) -> None:
        """The agent can this from now on: also for those who already wait."""
        with self._parts.session() as session:
            self._parts.agent(session, agent_id).skills = dict(skills)
        self._mirror.tell(lambda: _again(self._mirror))

    def _heard(self, agent: Agent) -> None:
        """Who moves is there; but only a page that beats is waited for."""
        if agent.heartbeat_at is not None:
            agent.heartbeat_at = self._parts.clock.now()

    def _choose(self, session: Session, agent: Agent, reason: str) -> None:
        if agent.next_reason != reason:
            agent.next_reason = reason
            self._parts.tell(session, AgentNext(agent.id, reason))


def _again(mirror: Mirror) -> None:
    mirror.rebuild()
