"""Every setting of a queue in site.yaml reaches routing under its own name."""

from call_flows.site import Site
from console.wiring import disciplines_of, queue_configs
from routing.config import Overflow, QueueConfig
from routing.match import AgentChoice, Ring
from routing.waitlist import Discipline

WHOLE = {
    "rings": [{"after": "0s", "needs": {"billing": 3}}, {"after": "10m", "needs": {"billing": 1}, "when_waiting": 8}],
    "when_nobody": "leave",
    "leave_when_empty": True,
    "skip_unstaffed": True,
    "agent_choice": "least_occupied",
    "credit": "30s",
    "most_credit": "5m",
    "known_agent": "0s",
    "known_within": "7d",
    "resume_within": "10m",
    "overflow": {"to": "other", "after": "2m", "also": True, "while_fewer": 3},
    "max_wait": "20m",
}


def site(**more):
    rings = {"rings": [{"after": "0s", "needs": {}}]}
    return Site.model_validate(
        {"site": "bank", "skills": ["billing"], "queues": {"billing": WHOLE, "other": rings}} | more
    )


def test_a_queue_with_everything_is_read_whole():
    billing, other = queue_configs(site())
    assert billing.rings == (Ring(0.0, {"billing": 3}), Ring(600.0, {"billing": 1}, 8))
    assert billing.overflow == Overflow("other", 120.0, also=True, while_fewer=3)
    assert (billing.leave_when_nobody, billing.leave_when_empty, billing.skip_unstaffed) == (True, True, True)
    assert billing.agent_choice is AgentChoice.LEAST_OCCUPIED
    assert (billing.credit, billing.most_credit, billing.max_wait) == (30.0, 300.0, 1200.0)
    assert (billing.known_agent, billing.known_within, billing.resume_within) == (0.0, 7 * 86400.0, 600.0)
    assert other == QueueConfig("other", (Ring(0.0, {}),), ring_time=20.0, service_level=other.service_level)


def test_whom_a_freed_agent_takes_is_the_sites_choice():
    assert disciplines_of(site()).of("ana") is Discipline.LONGEST
    assert disciplines_of(site(next_caller="innermost")).of("ana") is Discipline.INNERMOST


def test_an_agent_may_take_callers_in_an_order_of_his_own():
    agents = [{"name": "Ana", "login": "ana", "next_caller": "innermost"}, {"name": "Ben", "login": "ben"}]
    found = disciplines_of(site(agents=agents))
    assert (found.of("ana"), found.of("ben")) == (Discipline.INNERMOST, Discipline.LONGEST)
