"""<Gather>: takes keys, words or both while its prompts are heard, and brings them to its action."""

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from exchange.twiml.attributes import INVALID_CHILD, Attributes, Notes
from exchange.twiml.collecting import Collecting, Wanted
from exchange.twiml.elements import Element
from exchange.twiml.pause import Pause
from exchange.twiml.play import Play
from exchange.twiml.say import Say
from exchange.twiml.stage import Stage
from exchange.twiml.verb import Outcome, Proceed, Verb

PROMPTS: Final[dict[str, type[Verb]]] = {"Say": Say, "Play": Play, "Pause": Pause}
KEYS: Final = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather(Verb):
    """Collect what is `wanted` and ask `action` with it; with nothing collected go on, unless `on_empty`."""

    wanted: Wanted
    action: str = ""
    method: str = "POST"
    on_empty: bool = False

    name: ClassVar[str] = "Gather"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Gather>."""
        attributes = Attributes(element, notes)
        gather = cls(
            wanted=_wanted(attributes, _prompts(element, notes)),
            action=attributes.text("action"),
            method=attributes.method(),
            on_empty=attributes.flag("actionOnEmptyResult", default=False),
        )
        attributes.done("profanityFilter", "speechModel", "enhanced", "debug")
        return gather

    async def perform(self, stage: Stage) -> Outcome:
        """Collect, then go where the action says."""
        wanted = self.wanted
        stage.leg.cue("gather", " ".join(wanted.inputs), language=wanted.language)
        result = await Collecting(wanted, stage).run()
        if result.speech:
            stage.leg.cue("heard", result.speech, language=wanted.language)
            params = {"SpeechResult": result.speech}
            if result.confidence is not None:
                params["Confidence"] = f"{result.confidence:.7g}"
            return stage.goto(self.action, method=self.method, params=params)
        if result.digits:
            return stage.goto(self.action, method=self.method, params={"Digits": result.digits})
        if self.on_empty:
            empty = {"dtmf": "Digits", "speech": "SpeechResult"}
            return stage.goto(self.action, method=self.method, params={empty[one]: "" for one in wanted.inputs})
        return Proceed()


def _wanted(attributes: Attributes, prompts: tuple[Verb, ...]) -> Wanted:
    timeout = attributes.number("timeout", 5)
    pause = attributes.text("speechTimeout")
    finish = attributes.text("finishOnKey", "#")
    hints = (hint.strip() for hint in attributes.text("hints").split(","))
    return Wanted(
        inputs=attributes.words("input", ("dtmf", "speech"), ("dtmf",)),
        prompts=prompts,
        timeout=timeout,
        pause=None if pause == "auto" else attributes.number("speechTimeout", timeout, least=1),
        longest_speech=attributes.number("maxSpeechTime", 60, least=1),
        finish_keys=frozenset(finish) & KEYS,
        max_digits=attributes.number("numDigits", 0),
        language=attributes.text("language", "en-US"),
        hints=tuple(hint for hint in hints if hint),
        barge_in=attributes.flag("bargeIn", default=True),
        partial_url=attributes.text("partialResultCallback"),
        partial_method=attributes.method("partialResultCallbackMethod"),
    )


def _prompts(element: Element, notes: Notes) -> tuple[Verb, ...]:
    prompts: list[Verb] = []
    for child in element.children:
        if child.name in PROMPTS:
            prompts.append(PROMPTS[child.name].read(child, notes))
        else:
            notes.add(f"<{child.name}> is not allowed in <Gather>; it is skipped", child, code=INVALID_CHILD)
    return tuple(prompts)
