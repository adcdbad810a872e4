"""The verb `menu`: a choice by key or by voice."""

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from pydantic import Field

from call_flows.actions import Collect
from call_flows.actions import Prompt as Heard
from call_flows.events import Collected, Event
from call_flows.hearing.numerals import digit_word
from call_flows.hearing.phrases import Phrases
from call_flows.nodes.base import Outcome
from call_flows.nodes.listening import Listening, everywhere, hints, listen
from call_flows.nodes.option import Option
from call_flows.places import Path
from call_flows.prompt import Prompt
from call_flows.turn import Turn


class MenuNode(Listening):
    """A choice. The caller may press or speak while the prompt is heard: an option's phrases, or its key as a word.

    What is in `always` works here too.
    """

    verb: ClassVar[str] = "menu"

    menu: Prompt = Field(description="What is offered: the thing first, its key last.")
    options: list[Option] = Field(min_length=1, description="The choices.")

    @cached_property
    def by_key(self) -> dict[str, str]:
        """The exit of each key; of two options with one key, the first counts."""
        return {str(option.press): f"press {option.press}" for option in self.options if option.press is not None}

    @cached_property
    def spoken(self) -> dict[str, Phrases]:
        """The phrases by language, made when first needed."""
        return {}

    @cached_property
    def ready(self) -> dict[str, Collect]:
        """The first question by language, where it is the same for every caller."""
        return {}

    def exit_name(self, path: Path) -> str:
        """An option's exit is called by its key, else by its first phrase."""
        if path[0] != "options":
            return super().exit_name(path)
        place = int(path[1])
        option = self.options[place]
        return f"press {option.press}" if option.press else f"option {place + 1}"

    def enter(self, turn: Turn) -> Outcome:
        """Offer the choices; a key that was pressed ahead, and is one of them, is taken at once."""
        if turn.ahead and (chosen := self._taken_ahead(turn)) is not None:
            return chosen
        ready = self.ready.get(turn.language) if not turn.stack else None
        if ready is None:
            ready = self._collect(turn, turn.prompt(self.menu))
            if turn.language in self.menu.fixed and not turn.stack:
                self.ready[turn.language] = ready
        listen(turn, ready)
        return None

    def _taken_ahead(self, turn: Turn) -> Outcome:
        key, turn.ahead = turn.ahead, ""
        chosen = self.by_key.get(key) or everywhere(turn, key, "")
        if chosen is not None:
            turn.answered(key, "", understood=True)
        return chosen

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Take the choice, or ask again."""
        if not isinstance(event, Collected):
            return self.enter(turn)
        chosen = self._chosen(turn, event) or everywhere(turn, event.digits, event.speech)
        heard = bool(event.digits or event.speech)
        if heard:
            turn.answered(event.digits, event.speech, understood=chosen is not None)
        if chosen is not None:
            return chosen
        prompts = self.again(turn, turn.prompt(self.menu), silent=not heard)
        if prompts is None:
            return self.given_up(silent=not heard)
        listen(turn, self._collect(turn, prompts))
        return None

    def _chosen(self, turn: Turn, event: Collected) -> Outcome:
        if event.digits:
            return self.by_key.get(event.digits)
        return self._phrases_in(turn.language).match(event.speech) if event.speech else None

    def _phrases_in(self, language: str) -> Phrases:
        found = self.spoken.get(language)
        if found is None:
            found = self.spoken[language] = Phrases(self._pairs(language))
        return found

    def _pairs(self, language: str) -> Iterator[tuple[str, str]]:
        for place, option in enumerate(self.options):
            name = f"press {option.press}" if option.press else f"option {place + 1}"
            yield from ((phrase, name) for phrase in option.phrases(language))
        for option in self.options:
            if option.press is not None and (word := digit_word(option.press, language)):
                yield word, f"press {option.press}"

    def _collect(self, turn: Turn, prompts: tuple[Heard, ...]) -> Collect:
        phrases = hints(turn, self._phrases_in(turn.language).hints)
        return Collect(
            prompts,
            speech=bool(phrases),
            max_digits=1,
            finish_on_key="",
            timeout=float(self.timeout),
            hints=phrases,
            language=turn.language,
            barge_in=self.barge_in,
        )
