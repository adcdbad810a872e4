"""Whether anybody is there: agents for every queue, and hours that open."""

from collections.abc import Mapping

from call_flows.check.finding import Review
from call_flows.site import Agent, Queue, Site
from call_flows.values import SkillName


def check(review: Review) -> None:
    """Look at queues, at what nodes ask of them, and at hours."""
    site = review.site
    if site is None:
        return
    for name, hours in site.hours.items():
        if not hours.ever_open():
            review.in_site(
                "E502", ("hours", name), f"The hours '{name}' never open.", word=name, todo="Give them a day."
            )
    if not site.agents:
        return
    for name, queue in site.queues.items():
        if not _served(site, queue, {}):
            todo = "Give an agent the skills of its last ring, or loosen it."
            what = f"No seeded agent has the skills of the queue '{name}'."
            review.in_site("E501", ("queues", name), what, word=name, todo=todo)
    for finding, node in review.queue_nodes():
        queue_found = site.queues.get(str(node.queue))
        needs = {str(skill): level for skill, level in node.needs.items()}
        if (
            queue_found is not None
            and needs
            and _served(site, queue_found, {})
            and not _served(site, queue_found, needs)
        ):
            what = f"No seeded agent of '{node.queue}' has what is needed here."
            finding.report(
                "E501", ("needs",), what, word=str(node.queue), todo="Ask for less, or give an agent these skills."
            )


def _served(site: Site, queue: Queue, extra: Mapping[str, int]) -> bool:
    return any(_can(agent, ring.needs) and _can(agent, extra) for ring in queue.rings for agent in site.agents)


def _can(agent: Agent, needs: Mapping[SkillName, int] | Mapping[str, int]) -> bool:
    skills = {str(skill): level for skill, level in agent.skills.items()}
    return all(skills.get(str(skill), 0) >= level for skill, level in needs.items())
