"""Sites in a few lines, and callers that talk to them."""

from datetime import UTC, datetime

import pytest

from call_flows.engine import advance, begin
from call_flows.events import CallArrived, Collected
from call_flows.facts import CallerFacts, Facts, QueueFacts
from call_flows.library import NORTHWIND
from call_flows.loaded import LoadedSite
from call_flows.loader import load_site, load_texts
from call_flows.problems import Problem, SiteRefused
from call_flows.state import CallState, Step

MONDAY_MORNING = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 in New York

SITE = """
site: test
timezone: America/New_York
languages: [en-US, es-US]
numbers: {"+12025550100": main}
hours: {office: {mon-fri: "08:00-20:00"}}
skills: [billing, spanish]
queues:
  billing:
    rings: [{after: 0s, needs: {billing: 3}}, {after: 45s, needs: {billing: 1}}]
agents: [{name: Ana, login: ana, skills: {billing: 5, spanish: 5}}]
services: {bank: "http://127.0.0.1:8099"}
"""


class Talk:
    """One call, step by step. Every state goes through JSON, as it does in life."""

    def __init__(self, site: LoadedSite, facts: Facts | None = None, **begin_with):
        self.site = site
        self.facts = facts or Facts(MONDAY_MORNING, caller=CallerFacts("+12025550142"))
        entry = next(iter(site.site.numbers.values()))
        begin_with.setdefault("flow", str(entry.flow))
        self.state = begin(site, **{"caller": "+12025550142", "dialled": "+12025550100", **begin_with})
        self.step: Step | None = None
        self.send(CallArrived(self.facts))

    def send(self, event) -> "Talk":
        self.step = advance(self.site, self.state, event)
        self.state = CallState.from_json(self.step.state.to_json())
        assert self.state == self.step.state
        return self

    def press(self, digits: str) -> "Talk":
        return self.send(Collected(self.facts, digits=digits))

    def speak(self, words: str) -> "Talk":
        return self.send(Collected(self.facts, speech=words))

    def silence(self) -> "Talk":
        return self.send(Collected(self.facts))

    @property
    def actions(self):
        return self.step.actions

    @property
    def last(self):
        return self.step.actions[-1]

    @property
    def node(self) -> str:
        return self.state.at.node

    @property
    def heard(self) -> str:
        """Everything that is spoken in this step."""
        said = []
        for action in self.step.actions:
            said += [prompt.text for prompt in getattr(action, "prompts", ())]
            said += [action.text] if hasattr(action, "text") else []
        return " ".join(said)

    def notes(self, kind):
        return [note for note in self.step.notes if isinstance(note, kind)]


def texts_of(flow: str, site: str = SITE, **flows: str) -> dict[str, str]:
    named = {f"flows/{name}.yaml": text for name, text in flows.items()}
    return {"site.yaml": site, "flows/main.yaml": flow, **named}


def problems_of(flow: str, site: str = SITE, **flows: str) -> list[Problem]:
    """Every problem, warnings included."""
    try:
        return list(load_texts(texts_of(flow, site, **flows)).warnings)
    except SiteRefused as refused:
        return list(refused.problems)


@pytest.fixture(scope="session")
def northwind() -> LoadedSite:
    return load_site(NORTHWIND, services={})


@pytest.fixture
def make_talk():
    def make(flow: str, site: str = SITE, facts: Facts | None = None, **flows: str) -> Talk:
        return Talk(load_texts(texts_of(flow, site, **flows)), facts)

    return make


@pytest.fixture
def talk_to_northwind(northwind):
    def make(*, facts: Facts | None = None, **begin_with) -> Talk:
        return Talk(northwind, facts or open_facts(northwind), **begin_with)

    return make


@pytest.fixture
def problems():
    return problems_of


@pytest.fixture
def codes():
    def found(flow: str, site: str = SITE, **flows: str) -> list[str]:
        return [problem.code for problem in problems_of(flow, site, **flows)]

    return found


def open_facts(site: LoadedSite, moment: datetime = MONDAY_MORNING, **more) -> Facts:
    from call_flows.hours import status

    more.setdefault("queues", {name: QueueFacts(0, 2, None) for name in site.site.queues})
    return Facts(moment, status(site.site, moment), caller=CallerFacts("+12025550142"), **more)
