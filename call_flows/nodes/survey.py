"""The verb `survey`: ask the caller for a score, by key or voice, and for a spoken comment."""

from collections.abc import Iterable
from typing import ClassVar, Final

from pydantic import Field

from call_flows.actions import Collect, KeepComment, KeepScore, RecordMessage
from call_flows.actions import Prompt as Heard
from call_flows.courtesies import Courtesy
from call_flows.events import Collected, Event, MessageRecorded
from call_flows.hearing.answers import Answer, understand
from call_flows.kinds import SurveyKind
from call_flows.names import local_now
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.nodes.listening import everywhere, listen
from call_flows.prompt import Prompt
from call_flows.slots import Slot
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName, SlotName

_SCALES: Final = {SurveyKind.CSAT: (1, 5), SurveyKind.NPS: (0, 10), SurveyKind.CES: (1, 7)}
_QUESTIONS: Final = {
    SurveyKind.CSAT: Courtesy.SURVEY_CSAT,
    SurveyKind.NPS: Courtesy.SURVEY_NPS,
    SurveyKind.CES: Courtesy.SURVEY_CES,
}
_SLOTS: Final = {
    kind: Slot.model_validate({"type": "number", "whole": True, "min": low, "max": high})
    for kind, (low, high) in _SCALES.items()
}


class SurveyNode(Node):
    """Asks for a score, by key or voice, and records a comment after it if asked for.

    csat is satisfaction from 1 to 5, nps whether the caller would recommend you from 0 to 10, ces how easy it was from
    1 to 7. The score is kept with the call, its flow's version, and the agent and queue that served it.
    """

    verb: ClassVar[str] = "survey"
    waits = Waits.CALLER
    on_hold = False

    survey: SurveyKind = Field(description="csat, nps or ces.")
    question: Prompt | None = Field(None, description="What is asked; else the usual words, in the caller's language.")
    comment: Prompt | bool = Field(
        False,
        description="Asks for a spoken comment after the score: true for the usual words, or your own.",
    )
    longest: Duration = Field(Duration(60), description="How long a comment may be.")
    into: SlotName | None = Field(None, description="A number slot that keeps the score, to branch on.")
    timeout: Duration = Field(Duration(7), description="How long to wait for the score.")
    tries: int = Field(2, ge=1, le=5, description="How often the score is asked for.")
    next: NodeName = Field(description="Where the call goes then, with a score or without.")

    def fills(self, _exit_name: str) -> Iterable[str]:
        """Nobody has to answer."""
        return ()

    def enter(self, turn: Turn) -> Outcome:
        """Ask for the score."""
        self._ask(turn, ())
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Keep the score, then the comment."""
        if isinstance(event, MessageRecorded) and turn.scratch.get("scored"):
            if event.seconds > 0:
                seconds = event.seconds
                turn.actions.append(KeepComment(self.survey, event.recording, seconds, turn.flow.name, turn.node_name))
            return "next"
        if not isinstance(event, Collected):
            return self.enter(turn)
        return self._scored(turn, event)

    def _scored(self, turn: Turn, event: Collected) -> Outcome:
        heard = bool(event.digits or event.speech)
        readable = heard and (not event.digits or event.digits.isdecimal())
        score = understand(_SLOTS[self.survey], _answer(turn, event)) if readable else None
        chosen = everywhere(turn, event.digits, event.speech) if heard and score is None else None
        if heard:
            turn.answered(event.digits, event.speech, understood=score is not None or chosen is not None)
        if chosen is not None:
            return chosen
        if not isinstance(score, int):
            return self._again(turn, silent=not heard)
        turn.actions.append(KeepScore(self.survey, score, turn.flow.name, turn.node_name))
        if self.into is not None:
            slot = turn.flow.header.slots.get(str(self.into))
            turn.set_slot(str(self.into), None if slot is None else slot.coerce(score))
        if self.comment is False:
            return "next"
        turn.scratch = {"scored": True}
        words = turn.courtesy(Courtesy.SURVEY_COMMENT) if self.comment is True else turn.prompt(self.comment)
        turn.actions.extend(words)
        turn.actions.append(RecordMessage(float(self.longest), 4.0, comment=True))
        return None

    def _again(self, turn: Turn, *, silent: bool) -> Outcome:
        turn.tries += 1
        if turn.tries >= self.tries:
            return "next"
        self._ask(turn, turn.courtesy(Courtesy.NO_INPUT if silent else Courtesy.NO_MATCH))
        return None

    def _ask(self, turn: Turn, before: tuple[Heard, ...]) -> None:
        own = self.question
        asked = turn.courtesy(_QUESTIONS[self.survey]) if own is None else turn.prompt(own)
        high = _SCALES[self.survey][1]
        listen(
            turn,
            Collect(
                (*before, *asked),
                speech=True,
                max_digits=len(str(high)),
                timeout=float(self.timeout),
                language=turn.language,
            ),
        )


def _answer(turn: Turn, event: Collected) -> Answer:
    country = turn.site.site.dialing.countries[0]
    return Answer(event.digits, event.speech, turn.language, local_now(turn).date(), country)
