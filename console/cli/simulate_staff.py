"""Who works when: `staff.yaml` for simulations, read and checked against the site as its other files are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import Field, model_validator

from call_flows.hours import DAYS, Hours
from call_flows.places import Places
from call_flows.problems import Place, Problem, SiteRefused, nearest
from call_flows.site import Agent, Level, Site
from call_flows.strict import Strict
from call_flows.validation import validate
from call_flows.values import SkillName, refuse
from call_flows.yaml_text import read_yaml
from routing.simulate import Group

_DAY: Final = 24 * 60


class Shift(Strict):
    """Agents who come and go together: some of the site's by login, or so many others with these skills."""

    who: list[str] = Field(default_factory=list, description="Logins of the site's agents.")
    name: str = Field("", max_length=40, description="What others are called in what-ifs.")
    count: int | None = Field(None, ge=1, le=2000, description="How many others.")
    skills: dict[SkillName, Level] = Field(default_factory=dict, description="What these others can do.")
    hours: Hours = Field(description="When they are at work, such as mon-fri: 08:00-16:30. A break is a gap.")
    pace: float = Field(
        1.0, gt=0, le=10, description="How long their calls take beside others': 1.2 is a fifth longer."
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> "Shift":
        if bool(self.who) is (self.count is not None):
            raise refuse("E012", "A shift is of agents by login, or of a number of others.", word="who", todo=_TODO)
        if self.count is not None and not (self.name and self.skills):
            raise refuse("E012", "Others need a name and skills.", word="count", todo=_TODO)
        return self


_TODO: Final = "Write who: [ana], or name: evening, count: 3 and skills: {billing: 3}."


class Staff(Strict):
    """The whole file."""

    shifts: list[Shift] = Field(min_length=1, description="Who works when, shift by shift.")


def everybody(site: Site) -> tuple[Group, ...]:
    """The site's agents, there all the time."""
    return tuple(Group(agent.login, _skills(agent), 1) for agent in site.agents)


def read_staff(file: Path, site: Site) -> Staff:
    """The file, if every login and skill is the site's. Raises SiteRefused with all that is wrong."""
    try:
        document = read_yaml(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SiteRefused([Problem(Place(str(file)), "E001", f"It cannot be read: {error}.")]) from error
    if document.problems:
        raise SiteRefused(document.problems)
    staff, problems = validate(Staff, document.data, (), document.places, {})
    if staff is not None:
        problems = list(_strangers(staff, site, document.places))
    if problems or staff is None:
        raise SiteRefused(problems)
    return staff


def _strangers(staff: Staff, site: Site, places: Places) -> Sequence[Problem]:
    logins, skills, found = [agent.login for agent in site.agents], [str(skill) for skill in site.skills], []
    names = set(logins)
    for number, shift in enumerate(staff.shifts):
        if shift.count is not None and shift.name in names:
            at = places.of(("shifts", number, "name"))
            todo = "Choose another name; a shift in parts is one with several hours."
            found.append(Problem(at, "E010", f"'{shift.name}' is there already.", shift.name, todo=todo))
        names.add(shift.name)
        for place, login in enumerate(shift.who):
            if login not in logins:
                at = places.of(("shifts", number, "who", place))
                todo = f"The agents are {', '.join(logins) or 'none'}."
                near = nearest(login, logins)
                found.append(Problem(at, "E010", f"The site has no agent '{login}'.", login, near, todo))
        for skill in shift.skills:
            if skill not in skills:
                at = places.key(("shifts", number, "skills", str(skill)))
                todo = f"The skills are {', '.join(skills) or 'none'}."
                near = nearest(str(skill), skills)
                found.append(Problem(at, "E010", f"The site has no skill '{skill}'.", str(skill), near, todo))
    return found


def on_duty(staff: Staff, site: Site, day: int, span: tuple[float, float]) -> tuple[Group, ...]:
    """The groups of one day of the week (0 is Monday), their comings and goings in seconds from the opening.

    Who has several shifts is there while any of them lasts; who does not work on the day is there as nobody.
    """
    agents = {agent.login: agent for agent in site.agents}
    spans: dict[str, list[tuple[float, float]]] = {}
    groups: dict[str, Group] = {}
    for shift in staff.shifts:
        there = _of_day(shift.hours, day)
        for login in shift.who:
            spans.setdefault(login, []).extend(there)
            groups[login] = Group(login, _skills(agents[login]), 1, pace=shift.pace)
        if shift.count is not None:
            spans.setdefault(shift.name, []).extend(there)
            skills = {str(skill): int(level) for skill, level in shift.skills.items()}
            groups[shift.name] = Group(shift.name, skills, shift.count, pace=shift.pace)
    return tuple(
        Group(name, group.skills, _steps(spans[name], group.most, span), pace=group.pace)
        for name, group in groups.items()
    )


def _of_day(hours: Hours, day: int) -> list[tuple[float, float]]:
    """Seconds after midnight; what began the day before and passes midnight too."""
    today = [(start * 60.0, until * 60.0) for start, until in hours.week[day]]
    late = [(0.0, (until - _DAY) * 60.0) for _, until in hours.week[day - 1 if day else len(DAYS) - 1] if until > _DAY]
    return [*late, *today]


def _steps(
    there: Sequence[tuple[float, float]], count: int, span: tuple[float, float]
) -> tuple[tuple[float, int], ...]:
    opens, closes = span
    edges = sorted({opens, *(edge for pair in there for edge in pair if opens < edge < closes)})
    steps = [(edge - opens, count if any(start <= edge < until for start, until in there) else 0) for edge in edges]
    return tuple(step for place, step in enumerate(steps) if not place or steps[place - 1][1] != step[1])


def _skills(agent: Agent) -> dict[str, int]:
    return {str(skill): int(level) for skill, level in agent.skills.items()}
