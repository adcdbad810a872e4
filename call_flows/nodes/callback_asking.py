"""One talk about a callback at one moment: what it knows, how it asks, and how it has something promised."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from call_flows.actions import Prompt as Heard
from call_flows.appointment import Calendar
from call_flows.callback_actions import PromiseCallback
from call_flows.courtesies import Courtesy
from call_flows.events import Collected
from call_flows.nodes.base import Outcome
from call_flows.nodes.callback_talk import Stage, ask
from call_flows.nodes.callback_times import calendar_of
from call_flows.nodes.fetch import MAX_IN_A_ROW
from call_flows.notes import Plain
from call_flows.prompt import Prompt
from call_flows.turn import Turn
from foundation.phone import NumberRefused, dialable, parse_number

AGAIN: Final = "(again)"
"""The answer means nothing here: ask again."""
MOST_TIMES: Final = 6
"""So many times that will not do are answered with others; then the caller is led elsewhere."""
BEING_CALLED: Final = "being_called"
_FULL: Final = "slot_full"


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk: the turn, and what the node says of it. `usable`: the caller may wait on the line instead."""

    turn: Turn
    queue: str
    at: str
    needs: Mapping[str, int]
    timeout: float
    offer: Prompt | None
    usable: bool
    other_number: bool

    def ask(self, stage: Stage, before: Sequence[Heard] | None = None, **known: Plain) -> Outcome:
        """Ask for what a stage needs; without anything said before, it is the first time."""
        turn = self.turn
        if before is None:
            turn.tries = 0
        turn.scratch = {**turn.scratch, **known, "stage": str(stage)}
        ask(turn, stage, tuple(before or ()), self.timeout, self.offer)
        return None

    def known(self, name: str) -> str:
        """Something that the talk has learned; empty when it has not."""
        return str(self.turn.scratch.get(name) or "")

    def say(self, which: Courtesy) -> None:
        """Say something and go on."""
        self.turn.actions.extend(self.turn.courtesy(which, self.turn.scratch))

    @property
    def calendar(self) -> Calendar:
        """The calendar on the clock that is known so far."""
        return calendar_of(self.turn, self.queue)


Step = Callable[[Talk, str, Collected], Outcome]


def promise(talk: Talk, *, tentative: bool = False) -> Outcome:
    """Have it promised, or only ask whether it could be."""
    turn = talk.turn
    turn.inner += 1
    queue = turn.site.site.queues.get(talk.queue)
    if queue is None or turn.inner > MAX_IN_A_ROW:
        turn.fault("queue_unknown" if queue is None else "too_many_fetches", talk.queue)
        return "refused"
    time = talk.known("time")
    due = talk.calendar.moment(talk.known("day"), time) if time else None
    needs = {**{str(skill): level for skill, level in queue.rings[0].needs.items()}, **talk.needs}
    turn.scratch = {**turn.scratch, "doing": "look" if tentative else "promise"}
    zone = talk.known("zone") if due else ""
    asked = PromiseCallback(talk.known("number"), talk.queue, needs, due, turn.language, zone, tentative)
    turn.actions.append(asked)
    return None


def callable_number(turn: Turn, written: str) -> str:
    """The number in E.164 when this site may dial it; else nothing."""
    countries = turn.site.site.dialing.countries
    try:
        return dialable(parse_number(written, region=countries[0]), countries=countries)
    except NumberRefused:
        return ""
