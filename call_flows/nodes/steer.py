"""The verb `steer`: an open question, such as: how may I help you."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

from pydantic import Field, ValidationInfo, model_validator

from call_flows.actions import Collect
from call_flows.actions import Prompt as Heard
from call_flows.courtesies import Courtesy
from call_flows.events import Collected, Event
from call_flows.hearing.phrases import Phrases
from call_flows.languages import base, chain, tongue
from call_flows.nodes.base import Outcome
from call_flows.nodes.listening import Listening, everywhere, listen
from call_flows.places import Path
from call_flows.plain import clean
from call_flows.prompt import Prompt
from call_flows.slots import phrases_in
from call_flows.state import NOTHING
from call_flows.steering.examples import Sentences, all_languages
from call_flows.steering.matcher import NONE_OF_THESE, Matcher, Wish, learned
from call_flows.steering.sentence_model import SentenceModel
from call_flows.strict import Strict
from call_flows.turn import Turn
from call_flows.values import ExamplesName, Key, NodeName, Share, SlotName

if TYPE_CHECKING:
    from call_flows.check.finding import Finding

THRESHOLD: Final = 0.5
_FEWEST: Final = 3
_CHOICES: Final = {"1": "first", "2": "second", "3": "neither"}


class Intent(Strict):
    """One thing that callers may want."""

    says: list[str] | dict[str, list[str]] = Field(
        default_factory=list, description="Short phrases that surely mean it, wherever they are said in a sentence."
    )
    examples: list[str] | dict[str, list[str]] = Field(
        default_factory=list, description="Sentences as callers say them, to learn from: ten do well."
    )
    about: Prompt | None = Field(None, description="How it is called in “Is it about …, or about …?”; else its name.")
    press: Key | None = Field(None, description="A key for it, for those who cannot or will not speak.")
    next: NodeName = Field(description="Where it leads.")


class SteerNode(Listening):
    """Asks an open question and finds out which of several intents the caller's own words mean.

    Known phrases count first, exact or nearly so; then what is learned from the examples. When two intents are near,
    it asks which; when none is likely enough, it asks once more in other words, and then takes `unsure`. With `heard`
    the caller's words stay in a slot: with `tries: 1`, and `unsure` leading to a `knowledge` node `about` that slot,
    what is no intent is answered as a question, and the caller is asked once.
    """

    verb: ClassVar[str] = "steer"

    steer: Prompt = Field(description="The question, such as: In a few words, how may I help you?")
    intents: dict[str, Intent] = Field(min_length=1, description="What callers may want, by name.")
    sentences: ExamplesName | None = Field(
        None,
        description="A file of the site, `intents/<name>.yaml`, with more examples by intent. What stands in it under "
        "other names are examples of none of these intents.",
    )
    threshold: Share = Field(Share(THRESHOLD), description="How likely an intent must be to be taken.")
    into: SlotName | None = Field(None, description="A slot for the name of the intent.")
    heard: SlotName | None = Field(
        None,
        description="A text slot for the caller's own words, such as that which `knowledge` is asked `about`; empty "
        "after a key.",
    )
    unsure: NodeName = Field(description="Where to go when something was said, and it is none of the intents.")

    @model_validator(mode="after")
    def _learn(self, info: ValidationInfo) -> "SteerNode":
        """Learn now, so that no caller waits for it."""
        files: Mapping[str, Sentences] = (info.context or {}).get("sentences", {})
        self.more.update(files.get(str(self.sentences), {}))
        self._models.append((info.context or {}).get("sentence_model"))
        for language in self.spoken_languages():
            self.matcher(language)
        return self

    @cached_property
    def more(self) -> dict[str, Mapping[str, list[str]] | list[str]]:
        """The examples of the site's file, by intent."""
        return {}

    @cached_property
    def _models(self) -> list[SentenceModel | None]:
        """The site's sentence model, once it is known whether there is one."""
        return []

    @cached_property
    def _matchers(self) -> dict[str, Matcher]:
        return {}

    def spoken_languages(self) -> list[str]:
        """The languages for which examples are written; one empty name where they serve for all."""
        given = [said for intent in self.intents.values() for said in (intent.says, intent.examples)]
        return all_languages([*given, *self.more.values()])

    def matcher(self, language: str) -> Matcher:
        """What was learned for a language."""
        found = self._matchers.get(language)
        if found is None:
            found = self._matchers[language] = learned(dict(self._wishes(self._nearest(language))), *self._models)
        return found

    def _nearest(self, language: str) -> str:
        written = self.spoken_languages()
        for tag in chain(language):
            if tag in written:
                return tag
        alike = (tag for tag in written if base(tag) == base(language))
        return next(alike, written[0] if written else language)

    def _wishes(self, language: str) -> Iterator[tuple[str, Wish]]:
        for name, intent in self.intents.items():
            more = phrases_in(self.more.get(name, []), language)  # type: ignore[arg-type]
            own = phrases_in(intent.examples, language)
            yield name, Wish(tuple(phrases_in(intent.says, language)), (*own, *more))
        rest = [
            sentence
            for name, found in self.more.items()
            if name not in self.intents
            for sentence in phrases_in(found, language)  # type: ignore[arg-type]
        ]
        if rest:
            yield NONE_OF_THESE, Wish((), tuple(rest))

    def exit_name(self, path: Path) -> str:
        """An intent's exit is called by its name."""
        return f"intent {path[1]}" if path[0] == "intents" else super().exit_name(path)

    def fills(self, exit_name: str) -> Iterable[str]:
        """The slot for the intent's name, and that for what was said: by `unsure` something was."""
        named = [str(self.into)] if self.into is not None and exit_name.startswith("intent ") else []
        said = exit_name == "unsure" or exit_name.startswith("intent ")
        return [*named, str(self.heard)] if self.heard is not None and said else named

    def check(self, finding: "Finding") -> None:
        """Intents nobody can reach, files that are not there, a slot that cannot hold words."""
        slot = finding.flow.header.slots.get(str(self.heard)) if self.heard is not None else None
        if slot is not None and slot.type != "text":
            what = f"The slot '{self.heard}' is of type {slot.type}; what was heard is text."
            todo = f"Declare {self.heard}: {{type: text}}."
            finding.report("E012", ("heard",), what, word=str(self.heard), todo=todo)
        known = finding.review.draft.sentences
        if self.sentences is not None and str(self.sentences) not in known:
            finding.unknown("E115", "file intents/….yaml", str(self.sentences), known, ("sentences",))
            return
        for name, wish in self._wishes(self._nearest(finding.flow.language)):
            if name and not wish.phrases and len(wish.examples) < _FEWEST and self.intents[name].press is None:
                what = f"The intent '{name}' has {len(wish.examples)} examples, and nothing surely means it."
                todo = "Write at least three sentences as callers say them; ten do well."
                finding.report("W640", ("intents", name), what, word=name, todo=todo)

    def enter(self, turn: Turn) -> Outcome:
        """Ask."""
        self._listen(turn, turn.prompt(self.steer))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Find out what was meant, or ask again."""
        if not isinstance(event, Collected):
            return self.enter(turn)
        heard = bool(event.digits or event.speech)
        if turn.scratch.get("first"):
            return self._chosen(turn, event, heard=heard)
        found = self._by_key(event.digits) if event.digits else self.matcher(turn.language).phrase(event.speech)
        return self._take(turn, event, found, heard=heard)

    def _take(self, turn: Turn, event: Collected, found: str, *, heard: bool) -> Outcome:
        chosen: Outcome = self._exit(turn, found) if found else None
        chosen = chosen or (everywhere(turn, event.digits, event.speech) if heard else None)
        if chosen is None and event.speech and not event.digits:
            chosen = self._likely(turn, event.speech)
        asked = bool(turn.scratch.get("first"))
        if heard:
            private = self._keep(turn, event)
            turn.answered(event.digits, event.speech, understood=asked or chosen is not None, private=private)
        if chosen is not None or asked:
            return chosen
        prompts = self.again(turn, turn.prompt(self.steer), silent=not heard)
        if prompts is None:
            return "unsure" if heard else self.given_up(silent=True)
        if heard and self.no_match is None:
            prompts = (*turn.courtesy(Courtesy.NO_MATCH), *turn.courtesy(Courtesy.STEER_AGAIN))
        self._listen(turn, prompts)
        return None

    def _keep(self, turn: Turn, event: Collected) -> bool:
        """Keep what was said where the designer wants it; whether the log may not have it."""
        if self.heard is None:
            return False
        name = str(self.heard)
        slot = turn.flow.header.slots.get(name)
        turn.set_slot(name, "" if event.digits else clean(event.speech))
        return slot is not None and slot.private

    def _likely(self, turn: Turn, speech: str) -> Outcome:
        """The exit of the likeliest intent; when two together are likely enough, the question which."""
        meant = self.matcher(turn.language).meant(speech)
        if meant.sure >= self.threshold:
            return self._exit(turn, meant.intent) if meant.intent else None
        if meant.intent and meant.second and meant.sure + meant.second_sure >= self.threshold:
            turn.scratch = {**turn.scratch, "first": meant.intent, "second": meant.second}
            self._ask_which(turn)
        return None

    def _ask_which(self, turn: Turn) -> None:
        names = {place: self._about(turn, str(turn.scratch[place])) for place in ("first", "second")}
        either = tongue(turn.language).either
        own = [*either.first, *either.second, *either.neither, *names.values()]
        self._listen(turn, turn.courtesy(Courtesy.STEER_WHICH, names), hints=tuple(own), keys=1)

    def _about(self, turn: Turn, name: str) -> str:
        about = self.intents[name].about if name in self.intents else None
        if about is None:
            return name.replace("_", " ")
        return " ".join(part.text for part in turn.prompt(about)).strip()

    def _chosen(self, turn: Turn, event: Collected, *, heard: bool) -> Outcome:
        """Which of the two; or something else, said anew."""
        first, second = str(turn.scratch["first"]), str(turn.scratch["second"])
        choice = _CHOICES.get(event.digits, "") if event.digits else self._which(turn, event.speech, first, second)
        if choice:
            turn.answered(event.digits, event.speech, understood=True)
        if choice in {"first", "second"}:
            return self._exit(turn, first if choice == "first" else second)
        if heard and not choice:
            turn.scratch = NOTHING
            return self._take(turn, event, self.matcher(turn.language).phrase(event.speech), heard=True)
        turn.tries += 1
        if turn.tries >= self.tries:
            return "unsure" if heard else self.given_up(silent=True)
        if heard:
            turn.scratch = NOTHING
            self._listen(turn, turn.courtesy(Courtesy.STEER_AGAIN))
        else:
            self._ask_which(turn)
        return None

    def _which(self, turn: Turn, speech: str, first: str, second: str) -> str:
        either = tongue(turn.language).either
        pairs = [
            *((word, "first") for word in (*either.first, self._about(turn, first))),
            *((word, "second") for word in (*either.second, self._about(turn, second))),
            *((word, "neither") for word in (*either.neither, *tongue(turn.language).no)),
        ]
        return Phrases(pairs).match(speech) or ""

    def _by_key(self, digits: str) -> str:
        return next((name for name, intent in self.intents.items() if intent.press == digits), "")

    def _exit(self, turn: Turn, name: str) -> Outcome:
        if self.into is not None:
            turn.set_slot(str(self.into), name)
        return f"intent {name}"

    def _listen(self, turn: Turn, prompts: tuple[Heard, ...], *, hints: tuple[str, ...] = (), keys: int = 1) -> None:
        collect = Collect(
            prompts,
            speech=True,
            max_digits=keys,
            finish_on_key="",
            timeout=float(self.timeout),
            hints=hints,
            language=turn.language,
            barge_in=self.barge_in,
        )
        listen(turn, collect)
