"""The verb `callback`: promise to call back, now-in-line or at a time the caller keys in."""

from collections.abc import Callable
from typing import ClassVar, Final, Literal

from pydantic import Field

from call_flows.actions import PromiseCallback
from call_flows.appointment import Calendar, readings
from call_flows.courtesies import Courtesy
from call_flows.events import CallbackAnswered, Collected, Event
from call_flows.names import queue_name
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.nodes.callback_talk import Stage, ask, digits_of, talk_of
from call_flows.nodes.fetch import MAX_IN_A_ROW
from call_flows.nodes.listening import everywhere
from call_flows.notes import Plain
from call_flows.site import Level
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName, QueueName, SkillName
from foundation.phone import NumberRefused, dialable, parse_number

CURRENT: Final = "current"
Handler = Callable[[Turn, str], Outcome]
_AGAIN: Final = "(again)"


class CallbackNode(Node):
    """Offers to call back, now-in-line or at a time the caller keys in.

    The number is the caller's own or another, and is read back. The star key declines at any point.
    """

    verb: ClassVar[str] = "callback"
    waits = Waits.CALLER

    callback: QueueName = Field(
        description="The queue that calls back; `current` in a flow that a waiting caller hears."
    )
    at: Literal["now", "ask"] = Field("now", description="Now-in-line, or at a time that is asked for.")
    needs: dict[SkillName, Level] = Field(default_factory=dict, description="Skills needed beside those of the queue.")
    timeout: Duration = Field(Duration(7), description="How long to wait for each answer.")
    tries: int = Field(3, ge=1, le=10, description="How often each thing is asked.")
    next: NodeName = Field(description="When it is promised.")
    declined: NodeName = Field(description="When the caller does not want it, or does not answer.")
    refused: NodeName = Field(description="When that number or time cannot be called.")

    def enter(self, turn: Turn) -> Outcome:
        """Begin with the number."""
        number = _callable(turn, turn.facts.caller.number or turn.caller)
        turn.scratch = {"number": number}
        self._ask(turn, Stage.THIS_NUMBER if number else Stage.NUMBER)
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Go on with the talk, or with what became of the promise."""
        if isinstance(event, CallbackAnswered):
            if not event.promised:
                turn.fault("callback_refused", event.reason)
            return "next" if event.promised else "refused"
        return self._heard(turn, event) if isinstance(event, Collected) else self.enter(turn)

    def _heard(self, turn: Turn, event: Collected) -> Outcome:
        stage = talk_of(turn.scratch)
        digits = digits_of(event, stage, turn.language)
        if event.digits or event.speech:
            turn.answered(event.digits, event.speech, understood=bool(digits), private=True)
        if digits.startswith("*"):
            return "declined"
        done = self._handlers()[stage](turn, digits) if digits else _AGAIN
        if done == _AGAIN and (event.digits or event.speech):
            done = everywhere(turn, event.digits, event.speech) or _AGAIN
        if done != _AGAIN:
            return done
        turn.tries += 1
        if turn.tries >= self.tries:
            return "declined"
        self._ask(turn, stage, Courtesy.NO_MATCH if event.digits or event.speech else Courtesy.NO_INPUT)
        return None

    def _handlers(self) -> dict[Stage, Handler]:
        return {
            Stage.THIS_NUMBER: self._this_number,
            Stage.NUMBER: self._number,
            Stage.NUMBER_CONFIRM: self._number_confirm,
            Stage.DAY: self._day,
            Stage.TIME: self._time,
            Stage.HALF: self._half,
            Stage.TIME_CONFIRM: self._time_confirm,
        }

    def _ask(self, turn: Turn, stage: Stage, before: Courtesy | None = None) -> None:
        if before is None:
            turn.tries = 0
        turn.scratch = {**turn.scratch, "stage": str(stage)}
        ask(turn, stage, before, float(self.timeout), self._calendar(turn).day(2))

    def _calendar(self, turn: Turn) -> Calendar:
        queue = turn.site.site.queues.get(self._queue(turn))
        name = None if queue is None or queue.callback is None else queue.callback.hours
        hours = None if name is None else turn.site.site.hours.get(str(name))
        return Calendar(turn.facts.now, turn.site.zone, hours, turn.site.zone)

    def _queue(self, turn: Turn) -> str:
        return queue_name(turn) if self.callback == CURRENT else str(self.callback)

    def _this_number(self, turn: Turn, digits: str) -> Outcome:
        if digits == "1":
            return self._numbered(turn)
        return self._on(turn, Stage.NUMBER) if digits == "2" else _AGAIN

    def _number(self, turn: Turn, digits: str) -> Outcome:
        number = _callable(turn, digits)
        if number:
            return self._on(turn, Stage.NUMBER_CONFIRM, number=number)
        turn.tries += 1
        if turn.tries >= self.tries:
            return "refused"
        self._ask(turn, Stage.NUMBER, Courtesy.CALLBACK_WRONG_NUMBER)
        return None

    def _number_confirm(self, turn: Turn, digits: str) -> Outcome:
        if digits == "1":
            return self._numbered(turn)
        return self._on(turn, Stage.NUMBER) if digits == "2" else _AGAIN

    def _numbered(self, turn: Turn) -> Outcome:
        return self._promise(turn) if self.at == "now" else self._on(turn, Stage.DAY)

    def _day(self, turn: Turn, digits: str) -> Outcome:
        if digits not in {"1", "2", "3"}:
            return _AGAIN
        return self._on(turn, Stage.TIME, day=self._calendar(turn).day(int(digits) - 1))

    def _time(self, turn: Turn, digits: str) -> Outcome:
        clocks = [digits] if ":" in digits else readings(digits)
        if not clocks:
            return _AGAIN
        possible = self._calendar(turn).possible(str(turn.scratch["day"]), clocks)
        if len(possible) == 1:
            return self._on(turn, Stage.TIME_CONFIRM, time=possible[0])
        if possible:
            return self._on(turn, Stage.HALF, morning=possible[0], afternoon=possible[1])
        turn.tries += 1
        if turn.tries >= self.tries:
            return "refused"
        self._ask(turn, Stage.DAY, Courtesy.CALLBACK_TIME_CLOSED)
        return None

    def _half(self, turn: Turn, digits: str) -> Outcome:
        half = {"1": "morning", "2": "afternoon"}.get(digits)
        return _AGAIN if half is None else self._on(turn, Stage.TIME_CONFIRM, time=turn.scratch[half])

    def _time_confirm(self, turn: Turn, digits: str) -> Outcome:
        if digits == "1":
            return self._promise(turn)
        return self._on(turn, Stage.DAY) if digits == "2" else _AGAIN

    def _on(self, turn: Turn, stage: Stage, **known: Plain) -> Outcome:
        turn.scratch = {**turn.scratch, **known}
        self._ask(turn, stage)
        return None

    def _promise(self, turn: Turn) -> Outcome:
        turn.inner += 1
        queue = turn.site.site.queues.get(self._queue(turn))
        if queue is None or turn.inner > MAX_IN_A_ROW:
            turn.fault("queue_unknown" if queue is None else "too_many_fetches", self._queue(turn))
            return "refused"
        known = turn.scratch
        clock = known.get("time")
        due = self._calendar(turn).moment(str(known["day"]), str(clock)) if clock else None
        needs = {str(skill): level for skill, level in queue.rings[0].needs.items()}
        needs.update({str(skill): level for skill, level in self.needs.items()})
        turn.actions.append(PromiseCallback(str(known["number"]), self._queue(turn), needs, due, turn.language))
        return None


def _callable(turn: Turn, written: str) -> str:
    """The number in E.164 when this site may dial it; else nothing."""
    countries = turn.site.site.dialing.countries
    try:
        return dialable(parse_number(written, region=countries[0]), countries=countries)
    except NumberRefused:
        return ""
