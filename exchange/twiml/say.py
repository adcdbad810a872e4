"""<Say>: text, plain or with SSML, spoken `loop` times (0: for ever)."""

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from exchange.ports import SoundUnavailable, Speech
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.verb import Outcome, Proceed, Verb

LONGEST: Final = 4096
TOO_LONG: Final = 13520  # Say: invalid text


@dataclass(frozen=True, slots=True)
class Say(Verb):
    """Say these words."""

    speech: Speech
    loop: int = 1

    name: ClassVar[str] = "Say"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Say>."""
        attributes = Attributes(element, notes)
        speech = Speech(content=element.content, language=attributes.text("language"), voice=attributes.text("voice"))
        loop = attributes.number("loop", 1)
        attributes.done()
        if len(speech.text) > LONGEST or not speech.text:
            notes.add(f"<Say> has {len(speech.text)} characters; 1 to {LONGEST} are allowed", element, code=TOO_LONG)
        return cls(speech, loop)

    async def perform(self, stage: Stage) -> Outcome:
        """Speak; words that cannot be made into sound are passed over with an error in the log."""
        if not self.speech.text or len(self.speech.text) > LONGEST:
            return Proceed()
        stage.leg.cue("say", self.speech.text, language=self.speech.language)
        try:
            with stage.exchange.clock.working():
                sound = await stage.exchange.senses.voice.speak(self.speech)
        except SoundUnavailable as problem:
            stage.complain(problem.code, str(problem))
            return Proceed()
        await stage.repeat(sound, self.loop)
        return Proceed()
