"""The verb `ask`: one typed answer by key or voice, checked, read back when wanted."""

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from call_flows.actions import Collect
from call_flows.actions import Prompt as Heard
from call_flows.courtesies import Courtesy
from call_flows.events import Collected, Event
from call_flows.hearing.answers import Answer, expected, understand, wanted_digits
from call_flows.names import local_now
from call_flows.nodes.base import Outcome
from call_flows.nodes.listening import Listening, everywhere, hints, listen
from call_flows.prompt import Prompt
from call_flows.slots import MAX_DIGITS, Slot
from call_flows.state import NOTHING
from call_flows.turn import Turn
from call_flows.values import If, Key, NodeName, SlotName

if TYPE_CHECKING:
    from call_flows.check.finding import Finding

_YES_NO = Slot.model_validate({"type": "yes_no"})


class AskNode(Listening):
    """Asks for one value, by key or by voice; the slot's type says what is understood.

    The types are digits, number, money, yes_no, phone, choice, date, time and text. What is in `always` works here
    unless it is itself an answer.
    """

    verb: ClassVar[str] = "ask"

    ask: Prompt = Field(description="The question.")
    into: SlotName = Field(description="The slot that is filled.")
    confirm: Prompt | None = Field(None, description="Reads the answer back: the caller then says yes (1) or no (2).")
    valid: If | None = Field(None, description="A condition that the answer must meet.")
    invalid: Prompt | None = Field(None, description="Said when it does not; else the same as `no_match`.")
    speech: bool = Field(True, description="Whether it may be answered by voice.")
    most_keys: int | None = Field(
        None, ge=0, le=MAX_DIGITS, description="Of free text: it may be keyed too, with up to so many keys; 0 for any."
    )
    finish: Key | None = Field(Key("#"), description="The key that ends what is keyed; `~` for none.")
    next: NodeName = Field(description="Where the call goes with the answer.")
    spoken: NodeName | None = Field(None, description="Where it goes with an answer by voice; else `next`.")

    def check(self, finding: "Finding") -> None:
        """Free text cannot be keyed, unless as the keys it is."""
        slot = finding.flow.header.slots.get(str(self.into))
        if slot is not None and slot.type == "text" and not self.speech and self.most_keys is None:
            todo = "Take speech: false away, or write most_keys: and how many."
            finding.report("E209", ("speech",), "Free text can only be spoken.", todo=todo)

    def enter(self, turn: Turn) -> Outcome:
        """Ask."""
        self._listen(turn, turn.prompt(self.ask))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Understand the answer, or ask again."""
        if not isinstance(event, Collected):
            return self.enter(turn)
        slot = self._slot(turn)
        if turn.scratch.get("confirming"):
            return self._confirmed(turn, event)
        heard = bool(event.digits or event.speech)
        value = understand(slot, _answer(turn, event)) if heard else None
        everywhere_exit = everywhere(turn, event.digits, event.speech) if heard and _loose(slot, value) else None
        understood = value is not None or everywhere_exit is not None
        if heard:
            turn.answered(event.digits, event.speech, understood=understood, private=slot.private)
        if everywhere_exit is not None:
            return everywhere_exit
        if value is None:
            return self._retry(turn, silent=not heard)
        before = turn.slots
        turn.set_slot(str(self.into), value)
        if self.valid is not None and not turn.evaluate(self.valid):
            turn.slots = before
            return self._retry(turn, silent=False, invalid=True)
        return self._accept(turn, spoken=not event.digits)

    def _accept(self, turn: Turn, *, spoken: bool) -> Outcome:
        if self.confirm is None:
            return self._answered(spoken=spoken)
        turn.scratch = {"confirming": True, "spoken": spoken}
        self._listen_for_yes(turn)
        return None

    def _listen_for_yes(self, turn: Turn) -> None:
        read_back = () if self.confirm is None else turn.prompt(self.confirm)
        listen(turn, self._collect(turn, (*read_back, *turn.courtesy(Courtesy.CONFIRM)), _YES_NO))

    def _confirmed(self, turn: Turn, event: Collected) -> Outcome:
        answer = understand(_YES_NO, _answer(turn, event)) if event.digits or event.speech else None
        if answer is True:
            return self._answered(spoken=bool(turn.scratch.get("spoken")))
        if answer is None and (chosen := everywhere(turn, event.digits, event.speech)) is not None:
            return chosen
        turn.tries += 1
        if turn.tries >= self.tries:
            return "failed"
        if answer is None:
            self._listen_for_yes(turn)
            return None
        turn.scratch = NOTHING
        turn.set_slot(str(self.into), None)
        self._listen(turn, turn.prompt(self.ask))
        return None

    def _answered(self, *, spoken: bool) -> Outcome:
        return "spoken" if spoken and self.spoken is not None else "next"

    def _retry(self, turn: Turn, *, silent: bool, invalid: bool = False) -> Outcome:
        asked = turn.prompt(self.ask)
        prompts = self.again(turn, asked, silent=silent)
        if prompts is None:
            return self.given_up(silent=silent)
        if invalid and self.invalid is not None:
            prompts = turn.prompt(self.invalid) + asked
        self._listen(turn, prompts)
        return None

    def _slot(self, turn: Turn) -> Slot:
        return turn.flow.header.slots.get(str(self.into)) or Slot.model_validate({"type": "text"})

    def _listen(self, turn: Turn, prompts: tuple[Heard, ...]) -> None:
        listen(turn, self._collect(turn, prompts, self._slot(turn)))

    def _collect(self, turn: Turn, prompts: tuple[Heard, ...], slot: Slot) -> Collect:
        own = expected(slot, turn.language)
        return Collect(
            prompts,
            keys=slot.type != "text" or self.most_keys is not None,
            speech=self.speech,
            max_digits=wanted_digits(slot) or (self.most_keys or None),
            finish_on_key=str(self.finish or ""),
            timeout=float(self.timeout),
            hints=hints(turn, own) if own else (),
            language=turn.language,
            barge_in=self.barge_in,
            private=slot.private,
        )


def _answer(turn: Turn, event: Collected) -> Answer:
    country = turn.site.site.dialing.countries[0]
    return Answer(event.digits, event.speech, turn.language, local_now(turn).date(), country)


def _loose(slot: Slot, value: object) -> bool:
    """Whether what works everywhere may still be meant: free text takes any words, so a phrase goes first there."""
    return value is None or slot.type == "text"
