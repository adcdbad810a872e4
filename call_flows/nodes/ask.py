"""The verb `ask`: one typed answer by key or voice, checked, read back when wanted."""

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from call_flows.actions import Collect
from call_flows.actions import Prompt as Heard
from call_flows.courtesies import Courtesy
from call_flows.events import Collected, Event
from call_flows.hearing.agreement import spoken_yes_no, yes_no_words
from call_flows.hearing.answers import Understood, correction, expected, hear, wanted_digits
from call_flows.hearing.numerals import digit_word
from call_flows.nodes.ask_reading_back import answer_of, help_for, is_read_back, read_back, reason
from call_flows.nodes.base import Outcome
from call_flows.nodes.listening import Listening, everywhere, hints, listen
from call_flows.notes import Plain
from call_flows.prompt import Prompt
from call_flows.slots import MAX_DIGITS, Slot
from call_flows.turn import Turn
from call_flows.values import If, Key, NodeName, SlotName

if TYPE_CHECKING:
    from call_flows.check.finding import Finding

_CONFIRM, _REPEAT = "confirm", "repeat"


class AskNode(Listening):
    """Asks for one value, by key or by voice; the slot's type says what is understood.

    The types are digits, number, money, yes_no, phone, choice, date, time and text. What is in `always` works here
    unless it is itself an answer. Who is not understood a second time hears how to say it and how to key it.
    """

    verb: ClassVar[str] = "ask"

    ask: Prompt = Field(description="The question.")
    into: SlotName = Field(description="The slot that is filled.")
    confirm: Prompt | None = Field(
        None,
        description="Reads the answer back: the caller then says yes (1), no (2), or no and the right one in one go.",
    )
    read_back: Literal["always", "spoken", "unsure"] | None = Field(
        None,
        description="When it is read back: `always` (else so with `confirm`), when it was `spoken`, or when the "
        "recogniser was `unsure` (else so). Spoken digits and telephone numbers are never taken unconfirmed; a private "
        "one is not spoken: it is asked for once more instead.",
    )
    once: bool = Field(False, description="Whether to go on at once where the slot already has a value.")
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
        """Ask, unless it is known already and need not be asked twice."""
        if self.once and turn.slots.get(str(self.into)) is not None:
            return "next"
        self._listen(turn, turn.prompt(self.ask))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Understand the answer, or ask again."""
        if not isinstance(event, Collected):
            return self.enter(turn)
        stage = turn.scratch.get("stage")
        if stage == _CONFIRM:
            return self._confirmed(turn, event)
        return self._repeated(turn, event) if stage == _REPEAT else self._answer(turn, event)

    def _answer(self, turn: Turn, event: Collected) -> Outcome:
        slot = self._slot(turn)
        heard = bool(event.digits or event.speech)
        found = hear(slot, answer_of(turn, event, turn.scratch.get("known"))) if heard else Understood()
        everywhere_exit = everywhere(turn, event.digits, event.speech) if heard and _loose(slot, found.value) else None
        if heard:
            understood = found.value is not None or everywhere_exit is not None
            turn.answered(event.digits, event.speech, understood=understood, private=slot.private)
        if everywhere_exit is not None:
            return everywhere_exit
        if found.value is None:
            return self._retry(turn, silent=not heard, why=reason(turn, slot, found))
        return self._take(turn, event, found.value)

    def _take(self, turn: Turn, event: Collected, value: Plain) -> Outcome:
        """Fill the slot; then go on, or make sure first."""
        slot, before = self._slot(turn), turn.slots
        turn.set_slot(str(self.into), value)
        if self.valid is not None and not turn.evaluate(self.valid):
            turn.slots = before
            return self._retry(turn, silent=False, invalid=() if self.invalid is None else turn.prompt(self.invalid))
        chosen = self.read_back or ("unsure" if self.confirm is None else "always")
        spoken = not event.digits
        if not is_read_back(slot, event, chosen):
            return self._answered(spoken=spoken)
        hidden = slot.private and self.confirm is None
        turn.scratch = {**turn.scratch, "stage": _REPEAT if hidden else _CONFIRM, "spoken": spoken}
        self._make_sure(turn)
        return None

    def _make_sure(self, turn: Turn, *before: Heard) -> None:
        slot = self._slot(turn)
        if turn.scratch["stage"] == _REPEAT:
            self._listen(turn, (*before, *turn.courtesy(Courtesy.CONFIRM_PRIVATE)))
            return
        own = self.confirm
        said = read_back(turn, slot, turn.slots.get(str(self.into))) if own is None else turn.prompt(own)
        words = (*yes_no_words(turn.language), *expected(slot, turn.language))
        self._listen(turn, (*before, *said, *turn.courtesy(Courtesy.CONFIRM)), own=words, keys=1)

    def _confirmed(self, turn: Turn, event: Collected) -> Outcome:
        """Yes; no; or no with the right answer, of which a part may do."""
        known = turn.slots.get(str(self.into))
        agreed = _agreed(turn, event)
        if agreed is True:
            return self._answered(spoken=bool(turn.scratch.get("spoken")))
        better = None if event.digits else correction(self._slot(turn), answer_of(turn, event, known))
        if agreed is None and better is None:
            chosen = everywhere(turn, event.digits, event.speech)
            if chosen is not None:
                return self._emptied(turn, chosen)
        turn.tries += 1
        if turn.tries >= self.tries:
            return self._emptied(turn, self.given_up(silent=not (event.digits or event.speech)))
        if better is not None and better != known:
            return self._take(turn, event, better)
        if agreed is None:
            self._make_sure(turn)
            return None
        turn.set_slot(str(self.into), None)
        turn.scratch = {"known": known}
        self._listen(turn, turn.prompt(self.ask))
        return None

    def _repeated(self, turn: Turn, event: Collected) -> Outcome:
        """A private answer given once more: the same by voice, or by key."""
        heard = bool(event.digits or event.speech)
        value = hear(self._slot(turn), answer_of(turn, event)).value if heard else None
        chosen = everywhere(turn, event.digits, event.speech) if heard and value is None else None
        if heard:
            turn.answered(event.digits, event.speech, understood=value is not None, private=True)
        if chosen is not None:
            return self._emptied(turn, chosen)
        if value is not None and (event.digits or value == turn.slots.get(str(self.into))):
            turn.set_slot(str(self.into), value)
            return self._answered(spoken=not event.digits)
        turn.tries += 1
        if turn.tries >= self.tries:
            return self._emptied(turn, self.given_up(silent=not heard))
        if value is not None:
            turn.set_slot(str(self.into), value)
        self._make_sure(turn, *(() if value is None else turn.courtesy(Courtesy.NOT_THE_SAME)))
        return None

    def _emptied(self, turn: Turn, outcome: Outcome) -> Outcome:
        """What was never confirmed is not known."""
        turn.set_slot(str(self.into), None)
        return outcome

    def _answered(self, *, spoken: bool) -> Outcome:
        return "spoken" if spoken and self.spoken is not None else "next"

    def _retry(
        self, turn: Turn, *, silent: bool, why: tuple[Heard, ...] = (), invalid: tuple[Heard, ...] = ()
    ) -> Outcome:
        helps = help_for(turn, self._slot(turn))
        prompts = self.again(turn, turn.prompt(self.ask), silent=silent, why=why, helps=helps)
        if prompts is not None and invalid:
            prompts = invalid + turn.prompt(self.ask)  # the designer's words for this very reason
        if prompts is None:
            return self.given_up(silent=silent)
        turn.scratch = {key: value for key, value in turn.scratch.items() if key != "stage"}
        self._listen(turn, prompts)
        return None

    def _slot(self, turn: Turn) -> Slot:
        return turn.flow.header.slots.get(str(self.into)) or Slot.model_validate({"type": "text"})

    def _listen(
        self, turn: Turn, prompts: tuple[Heard, ...], *, own: tuple[str, ...] | None = None, keys: int | None = None
    ) -> None:
        slot = self._slot(turn)
        words = expected(slot, turn.language) if own is None else own
        collect = Collect(
            prompts,
            keys=slot.type != "text" or self.most_keys is not None or keys is not None,
            speech=self.speech,
            max_digits=keys or wanted_digits(slot) or (self.most_keys or None),
            finish_on_key=str(self.finish or ""),
            timeout=float(self.timeout),
            hints=hints(turn, words) if words else (),
            language=turn.language,
            barge_in=self.barge_in,
            private=slot.private,
        )
        listen(turn, collect)


def _agreed(turn: Turn, event: Collected) -> bool | None:
    """Yes or no by key, by voice, or by the key's name."""
    if event.digits:
        return {"1": True, "2": False}.get(event.digits)
    said = event.speech.strip().casefold()
    named = {digit_word(key, turn.language): answer for key, answer in (("1", True), ("2", False))}
    return named[said] if said in named else spoken_yes_no(event.speech, turn.language)


def _loose(slot: Slot, value: object) -> bool:
    """Whether what works everywhere may still be meant: free text takes any words, so a phrase goes first there."""
    return value is None or slot.type == "text"
