"""The verb `callback`: offer to call back, in line or at a chosen time; find, move, cancel what is owed already."""

from functools import cached_property
from typing import ClassVar, Final, Literal

from pydantic import Field

from call_flows.courtesies import Courtesy
from call_flows.events import CallbackAnswered, Collected, Event
from call_flows.hearing.phrases import Phrases
from call_flows.names import queue_name
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.nodes.callback_asking import AGAIN, Talk, callable_number
from call_flows.nodes.callback_steps import STEPS, answered, begin
from call_flows.nodes.callback_talk import Stage, answer_of, talk_of
from call_flows.nodes.listening import everywhere
from call_flows.prompt import Prompt
from call_flows.site import Level
from call_flows.slots import phrases_in
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName, QueueName, SkillName

CURRENT: Final = "current"


class CallbackNode(Node):
    """Offers to call back: when it is the caller's turn, or at a time the caller names on his own clock.

    The number is the caller's own or another, and is read back. A time that will not do is answered with the nearest
    that will. Who is owed a callback of this queue already hears so, and may keep, move, cancel or use it. The star key
    declines at any point.
    """

    verb: ClassVar[str] = "callback"
    waits = Waits.CALLER

    callback: QueueName = Field(
        description="The queue that calls back; `current` in a flow that a waiting caller hears."
    )
    at: Literal["now", "ask", "either"] = Field(
        "now", description="In line, at a time that is asked for, or as the caller likes."
    )
    offer: Prompt | None = Field(
        None,
        description="The question with which it is offered: 1 or yes takes it, 2 or no does not. While waiting it is "
        "asked once as soon as the queue offers callbacks, and again when the wait has grown by `offer_again`.",
    )
    says: list[str] | dict[str, list[str]] = Field(
        default_factory=list, description="Phrases that take the offer, beside yes and what the language has for it."
    )
    other_number: bool = Field(True, description="Whether another number than the caller's own may be given.")
    needs: dict[SkillName, Level] = Field(default_factory=dict, description="Skills needed beside those of the queue.")
    timeout: Duration = Field(Duration(7), description="How long to wait for each answer.")
    tries: int = Field(3, ge=1, le=10, description="How often each thing is asked.")
    next: NodeName = Field(description="When it is promised.")
    kept: NodeName | None = Field(None, description="When one that was owed already stays as it is; else `next`.")
    cancelled: NodeName | None = Field(None, description="When one that was owed is cancelled; else `declined`.")
    in_line: NodeName | None = Field(
        None,
        description="When the caller would rather wait on the line: lead it to the queue, where the place is kept. "
        "Without it, that is not offered.",
    )
    declined: NodeName = Field(description="When the caller does not want it, or does not answer.")
    not_offered: NodeName | None = Field(
        None,
        description="When there is an `offer` and now is not the time for it, or a waiting caller does not answer it; "
        "else `declined`.",
    )
    refused: NodeName = Field(description="When that number or time cannot be called.")

    def enter(self, turn: Turn) -> Outcome:
        """Begin: with what is owed already, with the offer, or with the number."""
        number = callable_number(turn, turn.facts.caller.number or turn.caller)
        today = turn.facts.now.astimezone(turn.site.zone).date().isoformat()
        turn.scratch = {"number": number, "today": today}
        return self._wired(begin(self._talk(turn)))

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Go on with the talk, or with what became of the promise."""
        if isinstance(event, CallbackAnswered):
            return self._wired(answered(self._talk(turn), event))
        return self._wired(self._heard(turn, event)) if isinstance(event, Collected) else self.enter(turn)

    def _heard(self, turn: Turn, event: Collected) -> Outcome:
        talk, stage = self._talk(turn), talk_of(turn.scratch)
        answer = self._answer(turn, event, stage)
        heard = bool(event.digits or event.speech)
        if answer.startswith("*"):
            turn.answered(event.digits, event.speech, understood=True, private=True)
            return "kept" if stage is Stage.OPEN else "declined"
        done = STEPS[stage](talk, answer, event) if heard else AGAIN
        if heard:
            turn.answered(event.digits, event.speech, understood=done != AGAIN, private=True)
        if done == AGAIN and heard:
            done = everywhere(turn, event.digits, event.speech) or AGAIN
        if done != AGAIN:
            return done
        turn.tries += 1
        if stage is Stage.OFFER and turn.holding and not heard:
            return "not_offered"  # who waits need not answer
        if turn.tries >= self.tries:
            return "kept" if stage is Stage.OPEN else "declined"
        talk.ask(stage, turn.courtesy(Courtesy.NO_MATCH if heard else Courtesy.NO_INPUT))
        return None

    def _answer(self, turn: Turn, event: Collected, stage: Stage) -> str:
        if stage is Stage.OFFER and event.speech and self.says:
            own = Phrases((phrase, "1") for phrase in phrases_in(self.says, turn.language))
            if own.match(event.speech):
                return "1"
        return answer_of(event, stage, turn.language)

    def _talk(self, turn: Turn) -> Talk:
        queue = queue_name(turn) if self.callback == CURRENT else str(self.callback)
        usable = self.in_line is not None and not turn.holding
        return Talk(turn, queue, self.at, self._needs, float(self.timeout), self.offer, usable, self.other_number)

    @cached_property
    def _needs(self) -> dict[str, int]:
        return {str(skill): level for skill, level in self.needs.items()}

    def _wired(self, outcome: Outcome) -> Outcome:
        """The exit, or what stands for it where it is not written."""
        if outcome in _INSTEAD and outcome not in self.exits:
            return _INSTEAD[outcome]
        return outcome


_INSTEAD: Final = {"kept": "next", "cancelled": "declined", "not_offered": "declined", "in_line": "declined"}
