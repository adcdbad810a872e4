"""Skills and levels: what an agent can, what a caller needs, and whether the one meets the other. Pure."""

from collections.abc import Mapping

Skills = Mapping[str, int]
"""What an agent can: skill → level, 1 or more."""
Needs = Mapping[str, int]
"""What a caller needs: skill → the least level."""


def meets(skills: Skills, needs: Needs) -> bool:
    """Whether every needed skill is there at its level or above."""
    return all(skills.get(skill, 0) >= level for skill, level in needs.items())


def merged(first: Needs, second: Needs) -> dict[str, int]:
    """Both needs at once: the higher level where they name the same skill."""
    return {skill: max(first.get(skill, 0), second.get(skill, 0)) for skill in sorted({*first, *second})}


def missing(skills: Skills, needs: Needs) -> dict[str, int]:
    """The needs the skills do not meet."""
    return {skill: level for skill, level in needs.items() if skills.get(skill, 0) < level}


def beyond(needs: Needs, usual: Needs) -> dict[str, int]:
    """What is needed more than usual: skills that are not usual, and levels above the usual."""
    return {skill: level for skill, level in needs.items() if level > usual.get(skill, 0)}
