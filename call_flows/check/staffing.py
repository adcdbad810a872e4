"""Whether anybody is there: agents for every queue, and hours that open."""

from collections.abc import Mapping
from itertools import pairwise

from call_flows.check.finding import Review
from call_flows.hours import DAYS, Hours
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
        _overlapping(review, name, hours)
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
        if not needs.keys() <= set(map(str, site.skills)):
            continue  # told already: the skill itself is unknown
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


def _overlapping(review: Review, name: str, hours: Hours) -> None:
    """Spans add up: a shorter one beside a longer one does not shorten it."""
    for day, spans in zip(DAYS, hours.week, strict=True):
        ordered = sorted(spans)
        empty = any(start == until for start, until in ordered)
        if empty or any(after[0] < before[1] for before, after in pairwise(ordered)):
            told = "one that ends where it begins" if empty else "two that overlap"
            what = f"Of the spans of '{name}' on {day} there is {told}."
            todo = "Spans of a day add up. Name each day once, or use dates: for single days."
            review.in_site("W615", ("hours", name), what, word=day, todo=todo)
            return
