"""How much of an agent's shift was work: what `least_occupied` compares. Pure.

Staffed time is that in which the agent could be given a call or had one; rests do not count. A sign-in begins anew.
"""

from datetime import datetime

from routing.agents import BUSY_STATES, WORKING_STATES, Agent, AgentState
from routing.match import MICROSECOND

BILLION = 10**9


def account(agent: Agent, until: datetime) -> None:
    """Add the time since the agent's last change to what the state he leaves stands for."""
    spent = max(0, (until - agent.since) // MICROSECOND)
    if agent.state == AgentState.OFFLINE:
        agent.busy_us = agent.staffed_us = 0
    if agent.state in WORKING_STATES:
        agent.staffed_us += spent
    if agent.state in BUSY_STATES:
        agent.busy_us += spent


def occupied(agent: Agent) -> int:
    """The busy part of the staffed time in billionths, as it was at the last change; 0 for who has just come."""
    return agent.busy_us * BILLION // agent.staffed_us if agent.staffed_us else 0
