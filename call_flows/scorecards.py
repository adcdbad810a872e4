"""The site's scorecards: `scorecards/*.yaml`, each with sections of weighed questions by which a call is reviewed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from call_flows.places import Path, Places
from call_flows.problems import Place, Problem
from call_flows.strict import Strict
from call_flows.validation import validate
from call_flows.values import Duration, Named, QueueName, Share, refuse
from call_flows.yaml_text import read_yaml

FOLDER: Final = "scorecards/"
WHOLE: Final = 100
YES: Final = "yes"
NO: Final = "no"
NOT_APPLICABLE: Final = "n/a"
_YES_NO: Final = {YES: Share(1.0), NO: Share(0.0)}

Phrase = Annotated[str, Field(min_length=1, max_length=120)]

Answer = Annotated[str, Field(min_length=1, max_length=40)]


class Automatic(Strict):
    """What answers a question by itself, from the transcript and the call: one of the five, and the rest says where."""

    said: list[Phrase] | None = Field(None, min_length=1, description="Yes when one of these phrases was said.")
    never_said: list[Phrase] | None = Field(
        None, min_length=1, description="Yes when none of these phrases was said by anybody meant."
    )
    silence_below: Share | None = Field(
        None, description="Yes when pauses of 3 s and more make less than this share of the talk; hold is none of them."
    )
    hold_below: Duration | None = Field(None, description="Yes when the caller was on hold for less than this in all.")
    disposition: list[Phrase] | None = Field(
        None, min_length=1, description="Yes when the agent closed the call with one of these dispositions."
    )
    by: Literal["agent", "caller"] = Field("agent", description="Whose words, for `said` and `never_said`.")
    within: Duration | None = Field(None, description="Only so long from that party's first word on.")
    at_end: Duration | None = Field(None, description="Only so long before that party's last word.")

    @model_validator(mode="after")
    def _one_of_five(self) -> "Automatic":
        if len(self.asked()) != 1:
            todo = "Write one of said, never_said, silence_below, hold_below and disposition."
            raise refuse("E012", "One question has one thing that answers it.", word="automatic", todo=todo)
        if self.within is not None and self.at_end is not None:
            todo = "Leave one of them out."
            raise refuse("E012", "Words cannot be wanted both at the start and at the end.", word="at_end", todo=todo)
        if self.asked()[0] not in {"said", "never_said"} and (self.within, self.at_end) != (None, None):
            todo = "Leave out within and at_end."
            raise refuse("E012", "Only words are looked for at a time.", word=self.asked()[0], todo=todo)
        return self

    def asked(self) -> list[str]:
        """Which of the five it is."""
        five = ("said", "never_said", "silence_below", "hold_below", "disposition")
        return [name for name in five if getattr(self, name) is not None]


class Question(Strict):
    """One question to the reviewer."""

    question: Named = Field(description="Its name: what answers are kept under, in every version of the scorecard.")
    ask: str = Field(min_length=1, max_length=300, description="The question, as reviewer and agent read it.")
    weight: int = Field(ge=0, le=WHOLE, description="How much it counts; all weights of a scorecard make 100.")
    answers: dict[Answer, Share] | None = Field(
        None, description="The answers and the share of the weight that each earns; else yes: 100% and no: 0%."
    )
    critical: bool = Field(False, description="Whether an answer that earns nothing makes the whole score 0.")
    may_not_apply: bool = Field(
        False, description="Whether it may be answered with n/a: its weight then goes to the other questions."
    )
    hint: str = Field("", max_length=300, description="What to listen for.")
    automatic: Automatic | None = Field(None, description="What answers it by itself; the reviewer may say otherwise.")

    @model_validator(mode="after")
    def _can_be_answered(self) -> "Question":
        given = self.answers
        if given is not None and (not 2 <= len(given) <= 9 or NOT_APPLICABLE in given):
            todo = f"Give it two to nine, none of them {NOT_APPLICABLE}: for that write may_not_apply: true."
            raise refuse("E012", "These answers cannot be chosen from.", word="answers", todo=todo)
        if given is not None and max(given.values()) < 1:
            raise refuse("E012", "No answer earns the whole weight.", word="answers", todo="Give the best one 100%.")
        if self.automatic is not None and given is not None and {YES, NO} - given.keys():
            todo = "Leave out answers, or automatic."
            raise refuse("E012", "What is answered by itself is answered with yes or no.", word="automatic", todo=todo)
        return self

    @property
    def choices(self) -> Mapping[str, Share]:
        """Every answer with the share of the weight that it earns, but for n/a."""
        return self.answers if self.answers is not None else _YES_NO


class Section(Strict):
    """Questions that belong together."""

    section: str = Field(min_length=1, max_length=80, description="Its title.")
    questions: list[Question] = Field(min_length=1, max_length=40, description="What is asked.")


class Scorecard(Strict):
    """scorecards/*.yaml: by what a call is reviewed."""

    scorecard: Named = Field(description="Its name.")
    title: str = Field("", max_length=80, description="As reviewers choose it; else its name.")
    description: str = Field("", max_length=600, description="What it is for.")
    queues: list[QueueName] = Field(default_factory=list, description="Calls of these queues; without it, of all.")
    pass_mark: Share = Field(Share(0.8), description="The least score that is good enough.")
    sections: list[Section] = Field(min_length=1, max_length=20, description="What is asked, in sections.")

    def questions(self) -> list[Question]:
        """Every question, in order."""
        return [question for section in self.sections for question in section.questions]

    def question(self, name: str) -> Question | None:
        """The question of that name."""
        return next((one for one in self.questions() if one.question == name), None)

    def serves(self, queue: str) -> bool:
        """Whether calls of this queue are reviewed by it."""
        return not self.queues or queue in self.queues

    def placed(self) -> Iterator[tuple[Path, Question]]:
        """Every question with its path in the file."""
        for i, section in enumerate(self.sections):
            for j, question in enumerate(section.questions):
                yield ("sections", i, "questions", j), question

    @property
    def named(self) -> str:
        """Its title, or its name in words."""
        return self.title or str(self.scorecard).replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class PlacedScorecard:
    """A scorecard with the places of its file."""

    card: Scorecard
    places: Places


def is_scorecard(file: str) -> bool:
    """Whether a file of a site holds a scorecard."""
    return file.startswith(FOLDER) and file.endswith((".yaml", ".yml"))


def read_scorecards(texts: Mapping[str, str]) -> tuple[dict[str, PlacedScorecard], list[Problem]]:
    """Every scorecard by its name, and what is wrong with the rest."""
    found: dict[str, PlacedScorecard] = {}
    problems: list[Problem] = []
    for file in sorted(filter(is_scorecard, texts)):
        document = read_yaml(texts[file], file)
        problems += document.problems
        if not isinstance(document.data, dict):
            if not document.problems:
                todo = "Write scorecard: and a name in it."
                problems.append(Problem(Place(file), "E017", "The file is empty or no mapping.", file, todo=todo))
            continue
        _read(document.data, document.places, found, problems)
    return found, problems


def _read(data: dict[str, Any], places: Places, found: dict[str, PlacedScorecard], problems: list[Problem]) -> None:
    card, wrong = validate(Scorecard, data, (), places, {})
    problems += wrong
    if card is None:
        return
    name = str(card.scorecard)
    if name in found:
        what = f"There are two scorecards called '{name}'."
        problems.append(Problem(places.of(("scorecard",)), "E002", what, name, todo="Give one another name."))
        return
    seen: set[str] = set()
    for path, question in card.placed():
        if question.question in seen:
            what = f"Two questions are called '{question.question}'."
            word = str(question.question)
            problems.append(Problem(places.of((*path, "question")), "E002", what, word, todo="Give one another name."))
        seen.add(question.question)
    found[name] = PlacedScorecard(card, places)
