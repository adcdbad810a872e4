"""The place where a call to be played is set up: from the command line, and from a test file where one is named."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from call_flows.actions import Fetch
from call_flows.events import Fetched
from call_flows.facts import Facts
from call_flows.loaded import LoadedSite
from call_flows.loader import load_site
from call_flows.notes import Plain
from call_flows.places import Places
from call_flows.problems import SiteRefused, nearest
from call_flows.scenario.command import chosen_by
from call_flows.scenario.conversation import Conversation
from call_flows.scenario.failure import Unmet
from call_flows.scenario.folder import read_file
from call_flows.scenario.given import Given
from call_flows.scenario.outside import Outside
from call_flows.scenario.reading import Scenario
from call_flows.scenario.references import flow_of
from call_flows.scenario.world import World, scene_of, world_of
from call_flows.validation import validate
from call_flows.values import FlowName
from foundation.clock import SystemClock
from foundation.errors import CallwrightError, Problem
from ivr.fetch import Fetcher, origins

FIRST: Final = "the first of site.yaml"


class CannotPlay(CallwrightError):
    """The call cannot be set up as it was asked for."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the command line says."""

    site: Path
    flow: str = ""
    at: str = ""
    caller: str = ""
    to: str = ""
    language: str = ""
    mocks: Path | None = None
    test: str = ""


class RealServices(Outside):
    """Mocks where there are some, and the real web services for everything else."""

    def __init__(self, scenario: Scenario, world: World) -> None:
        super().__init__(scenario.mocks, scene_of(world, scenario.flow, scenario.given))
        self._allowed = origins(world.site.site.services.values())
        self._fetcher = Fetcher(SystemClock())

    def fetched(self, action: Fetch, facts: Facts) -> tuple[Fetched, float]:
        """What a mock answers, else what the web service does."""
        try:
            return super().fetched(action, facts)
        except Unmet:
            return self._fetcher.perform(action, facts=facts, allowed=self._allowed, key="play"), 0.0


def set_up(setting: Setting) -> Conversation:
    """A call about to begin. Raises CannotPlay or SiteRefused with what to do."""
    site = load_site(setting.site)
    world = world_of(site)
    scenario = _scenario(site, setting)
    scene = scene_of(world, scenario.flow, scenario.given)
    slots: dict[str, Plain] = {str(name): value for name, value in scenario.given.slots.items()}
    return Conversation(site, scenario.flow, scene, RealServices(scenario, world), slots)


def _scenario(site: LoadedSite, setting: Setting) -> Scenario:
    """The test named, or one of nothing, with what the command line says instead."""
    base = _of_file(site, setting.site, setting.mocks, setting.test) if setting.mocks is not None else None
    known: dict[str, Any] = (
        {} if base is None else base.given.model_dump(by_alias=True, exclude_unset=True, mode="json")
    )
    at = setting.at or (None if known.get("at") else _now(site))
    asked = {"at": at, "from": setting.caller, "to": setting.to, "language": setting.language}
    data = {**known, **{key: value for key, value in asked.items() if value}}
    given, problems = validate(Given, data, (), Places("the command line"), {"languages": site.site.languages})
    if given is None:
        raise SiteRefused(problems)
    if given.to and given.to not in site.site.numbers:
        raise _unknown("number", given.to, list(site.site.numbers))
    if given.language and given.language not in site.site.languages:
        raise _unknown("language", str(given.language), [str(one) for one in site.site.languages])
    named = setting.flow or (base.flow if base is not None else "")
    flow = flow_of(site, FlowName(named) if named else None, given) or _first(site)
    if flow not in site.flows:
        raise _unknown("flow", flow, list(site.flows))
    place = Places("the command line").of(())
    return Scenario("play", place, flow, given, () if base is None else base.mocks, ())


def _of_file(site: LoadedSite, root: Path, file: Path, words: str) -> Scenario:
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()
    scenarios, problems = read_file(site, file, name)
    if problems:
        raise SiteRefused(problems)
    chosen = [one for one in scenarios if chosen_by(words, one)]
    if not chosen:
        raise CannotPlay(Problem("test_unknown", f"No test in {name} has the words '{words}'.", where=name, todo=""))
    return chosen[0]


def _now(site: LoadedSite) -> str:
    moment: datetime = SystemClock().now().astimezone(site.zone)
    return moment.isoformat()


def _first(site: LoadedSite) -> str:
    entries = site.site.numbers.values()
    return next((str(entry.flow) for entry in entries), next(iter(site.flows), ""))


def _unknown(kind: str, word: str, known: list[str]) -> CannotPlay:
    near = nearest(word, known)
    todo = f"Did you mean '{near}'?" if near else f"Write one of {', '.join(known)}."
    return CannotPlay(Problem(f"{kind}_unknown", f"The site has no {kind} '{word}'.", where="play", todo=todo))
