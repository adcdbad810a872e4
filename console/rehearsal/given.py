"""What a dialogue begins with, made true of a real house; what cannot be made true is told."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from call_flows.actions import ChangeCustomer
from call_flows.facts import HoursStatus
from call_flows.hours import Hours
from call_flows.loaded import LoadedSite
from call_flows.scenario.given import WITHHELD
from call_flows.scenario.mocks import FetchMock
from call_flows.scenario.reading import Scenario
from call_flows.scenario.steps import Expects
from call_flows.scenario.world import Scene
from call_flows.site import Agent, NumberEntry
from call_flows.values import FlowName, SkillName
from ivr.customers import Customers
from ivr.deps import IvrDeps
from ivr.driver import Driver
from routing.board import Board
from routing.entries import QueueEntry
from routing.estimates import Estimate, Quiet
from routing.queue_now import QueueNow

AGENT = "rehearsal"
"""The log-in of the agent who answers in a dialogue, and can do everything."""
SPARE = "+12025550190"
"""The number of a flow that none of the site's numbers reaches."""
_ONLY_IN_VIRTUAL_TIME = ("paid",)


class NotOverAudio(Exception):
    """A dialogue that only virtual time can play; the message says why."""


def refuse(scenario: Scenario) -> None:
    """Raise NotOverAudio for what a real house cannot be given."""
    for why in _obstacles(scenario):
        raise NotOverAudio(why)


def _obstacles(scenario: Scenario) -> Iterator[str]:
    given = scenario.given
    if given.slots:
        yield "slots have values already"
    if given.callback is not None:
        yield "a callback is owed already"
    if not all(queue.open for queue in given.queues.values()):
        yield "a queue is closed by hand"
    if given.customer is not None and (given.customer.calls or given.caller == WITHHELD):
        yield "the customer has called before, or from a number that is withheld"
    yield from (
        f"a mock of {mock.kind} holds in virtual time only"
        for mock in scenario.mocks
        if not isinstance(mock, FetchMock)
    )
    for step, _place in scenario.steps:
        if isinstance(step, Expects) and any(getattr(step.expect, key) is not None for key in _ONLY_IN_VIRTUAL_TIME):
            yield "a card cannot be taken"


class GivenBoard:
    """Routing's board, with callers who wait already and waits that are estimated as the dialogue gives them."""

    def __init__(self, board: Board, scene: Scene) -> None:
        self._board = board
        self._scene = scene

    def __getattr__(self, name: str) -> Any:
        """Everything else as it really is."""
        return getattr(self._board, name)

    def queue_facts(self, queue: str, *, session: Session | None = None) -> QueueNow:
        """The queue as it is given."""
        now = self._board.queue_facts(queue, session=session)
        return self._as_given(now)

    def as_found_by(self, entry_id: str, *, session: Session | None = None) -> QueueNow | None:
        """The queue as it is given, also to whoever waits there."""
        now = self._board.as_found_by(entry_id, session=session)
        return None if now is None else self._as_given(now)

    def _as_given(self, now: QueueNow) -> QueueNow:
        given = self._scene.queues[now.name]
        wait, quiet = given.ewt_seconds, Quiet.NO if given.is_ewt_safe else Quiet.FEW_CALLS
        ewt = None if wait is None else Estimate(wait, wait, wait, quiet=quiet)
        return replace(now, waiting=now.waiting + given.waiting, agents=given.agents, ewt=ewt)

    def entry(self, entry_id: str, *, session: Session | None = None) -> QueueEntry:
        """The entry, with a place taken up where the dialogue gives one."""
        row = self._board.entry(entry_id, session=session)
        if session is None and row.queue in self._scene.resumed:
            row.resumed_from = row.id
        return row

    def position(self, entry_id: str, *, session: Session | None = None) -> int | None:
        """The place behind those who are given to wait already."""
        place = self._board.position(entry_id, session=session)
        return None if place is None else place + self._scene.queues[self._board.entry(entry_id).queue].waiting


def prepared(site: LoadedSite, scenario: Scenario, scene: Scene) -> tuple[LoadedSite, str]:
    """The site with what is given, and the number that is called."""
    dialled = scene.dialled or SPARE
    language = {"language": scene.language} if scene.language else {}
    entry = NumberEntry.model_validate({"flow": FlowName(scenario.flow), **language})
    everything = {SkillName(skill): 10 for skill in site.site.skills}
    agent = Agent.model_validate({"name": "Rehearsal", "login": AGENT, "skills": everything})
    changed: dict[str, Any] = {
        "numbers": {**site.site.numbers, dialled: entry},
        "agents": [*site.site.agents, agent],
        "hours": {**site.site.hours, **{name: _hours(status, scene) for name, status in scene.hours.items()}},
    }
    return replace(site, site=site.site.model_copy(update=changed)), dialled


def _hours(status: HoursStatus, scene: Scene) -> Hours:
    match status:
        case HoursStatus.OPEN:
            return Hours.read({"mon-sun": "00:00-24:00"})
        case HoursStatus.HOLIDAY:
            return Hours.read({"dates": {scene.start.date().isoformat(): "closed"}})
        case HoursStatus.CLOSED:
            return Hours.read({"mon-sun": "closed"})
        case _:
            raise NotOverAudio("hours are switched to emergency")


def write_customer(deps: IvrDeps, scene: Scene) -> None:
    """Put the caller's record into the house."""
    caller = scene.caller
    if not caller.known or not caller.number:
        return
    known = {"name": caller.name, "tier": caller.tier, "language": caller.language}
    values = {key: value for key, value in known.items() if value}
    record = ChangeCustomer(caller.number, values, caller.tags, create=True)
    Customers(deps.db, Driver(deps.db), deps.clock, deps.ids).change(record, besides="")
