"""<Play>: a recording from a URL, `loop` times (0: for ever), or the tones of keys."""

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from exchange.ports import SoundUnavailable
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.verb import Outcome, Proceed, Verb

KEYS: Final = frozenset("0123456789*#ABCDabcdwW")


@dataclass(frozen=True, slots=True)
class Play(Verb):
    """Play this."""

    url: str
    loop: int = 1
    digits: str = ""

    name: ClassVar[str] = "Play"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Play>."""
        attributes = Attributes(element, notes)
        digits = attributes.text("digits")
        if set(digits) - KEYS:
            notes.add(f"digits {digits!r} of <Play> has something that is no key", element)
            digits = "".join(key for key in digits if key in KEYS)
        loop = attributes.number("loop", 1)
        attributes.done()
        if not element.text and not digits:
            notes.add("<Play> has neither a URL nor digits", element, code=13420)
        return cls(element.text, loop, digits)

    async def perform(self, stage: Stage) -> Outcome:
        """Play; sound that is not to be had is passed over with an error in the log."""
        prompts = stage.exchange.senses.prompts
        if self.digits:
            stage.leg.cue("play", f"keys {self.digits}")
            await stage.repeat(prompts.keys(self.digits), self.loop)
        if not self.url:
            return Proceed()
        url = stage.absolute(self.url)
        stage.leg.cue("play", url)
        try:
            with stage.exchange.clock.working():
                sound = await prompts.load(url)
        except SoundUnavailable as problem:
            stage.complain(problem.code, f"{url}: {problem}")
            return Proceed()
        await stage.repeat(sound, self.loop)
        return Proceed()
