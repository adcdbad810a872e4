"""What is asked on the way to a promised callback, and what an answer by key or voice means there."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from call_flows.actions import Collect
from call_flows.actions import Prompt as Heard
from call_flows.courtesies import Courtesy
from call_flows.events import Collected
from call_flows.hearing.agreement import spoken_yes_no, yes_no_words
from call_flows.hearing.days import date_vocabulary
from call_flows.hearing.moments import spoken_time, time_vocabulary
from call_flows.hearing.numerals import is_digits, spoken_digits
from call_flows.hearing.phrases import Phrases
from call_flows.hearing.quantities import vocabulary
from call_flows.languages import tongue
from call_flows.notes import Plain
from call_flows.tongue_order import month_and_day
from call_flows.turn import Turn

if TYPE_CHECKING:
    from call_flows.prompt import Prompt


class Stage(StrEnum):
    """Where the talk stands."""

    OFFER = "offer"
    OPEN = "open"
    WHEN = "when"
    THIS_NUMBER = "this_number"
    NUMBER = "number"
    NUMBER_CONFIRM = "number_confirm"
    ZONE = "zone"
    CLOCK = "clock"
    DAY = "day"
    DATE = "date"
    TIME = "time"
    HALF = "half"
    NEAR = "near"
    TIME_CONFIRM = "time_confirm"


_FIXED: Final = {
    Stage.WHEN: Courtesy.CALLBACK_WHEN,
    Stage.THIS_NUMBER: Courtesy.CALLBACK_THIS_NUMBER,
    Stage.NUMBER: Courtesy.CALLBACK_NUMBER,
    Stage.NUMBER_CONFIRM: Courtesy.CALLBACK_NUMBER_CONFIRM,
    Stage.CLOCK: Courtesy.CALLBACK_CLOCK,
    Stage.TIME: Courtesy.CALLBACK_TIME,
    Stage.HALF: Courtesy.CALLBACK_HALF,
    Stage.TIME_CONFIRM: Courtesy.CALLBACK_TIME_CONFIRM,
}
_LENGTHS: Final = {Stage.NUMBER: None, Stage.TIME: 4, Stage.CLOCK: 4, Stage.DATE: 4}
_CLOCKS: Final = frozenset({Stage.TIME, Stage.CLOCK})
_LONGEST: Final = 20
_NUMBER_AT_ONCE: Final = 7
"""So many digits, where a yes or no is asked, are another number said at once."""
MOST_NEAR: Final = 2
MOST_CLOCKS: Final = 4


def talk_of(scratch: Mapping[str, Plain]) -> Stage:
    """The stage a talk has reached; its beginning when nothing is known."""
    try:
        return Stage(str(scratch.get("stage")))
    except ValueError:
        return Stage.NUMBER


def ask(turn: Turn, stage: Stage, before: tuple[Heard, ...], timeout: float, offer: "Prompt | None") -> None:
    """Ask for what a stage needs."""
    said = turn.prompt(offer) if stage is Stage.OFFER and offer is not None else question(turn, stage)
    turn.actions.append(
        Collect(
            (*before, *said),
            speech=True,
            max_digits=_LENGTHS.get(stage, 1),
            timeout=timeout,
            hints=_hints(turn.language, stage),
            language=turn.language,
            private=stage not in {Stage.OFFER, Stage.OPEN, Stage.WHEN},
        )
    )


def question(turn: Turn, stage: Stage) -> tuple[Heard, ...]:
    """The words of a stage."""
    known = {**turn.scratch, "now.date": turn.scratch.get("today")}
    fixed = _FIXED.get(stage)
    if fixed is not None:
        return turn.courtesy(fixed, known)
    return _BUILT[stage](turn, known) if stage in _BUILT else ()


def _open(turn: Turn, known: Mapping[str, Plain]) -> tuple[Heard, ...]:
    what = Courtesy.CALLBACK_OPEN_AT if known.get("time") else Courtesy.CALLBACK_OPEN_IN_LINE
    choices = [Courtesy.CALLBACK_OPEN_KEEP, Courtesy.CALLBACK_OPEN_MOVE]
    choices += [Courtesy.CALLBACK_OPEN_USE] if known.get("usable") else []
    said = (part for which in (*choices, Courtesy.CALLBACK_OPEN_CANCEL) for part in turn.courtesy(which))
    return (*turn.courtesy(what, known), *said)


def _day(turn: Turn, known: Mapping[str, Plain]) -> tuple[Heard, ...]:
    days = (Courtesy.CALLBACK_DAY_TODAY, Courtesy.CALLBACK_DAY_TOMORROW, Courtesy.CALLBACK_DAY_LATER)
    some = [which for key, which in enumerate(days, 1) if known.get(f"day_{key}")]
    return tuple(part for which in (*some, Courtesy.CALLBACK_DAY_OTHER) for part in turn.courtesy(which, known))


def _date(turn: Turn, _known: Mapping[str, Plain]) -> tuple[Heard, ...]:
    first, second = month_and_day(turn)
    return turn.courtesy(Courtesy.CALLBACK_DATE, {"first": first, "second": second})


def _zone(turn: Turn, known: Mapping[str, Plain]) -> tuple[Heard, ...]:
    said = list(turn.courtesy(Courtesy.CALLBACK_ZONE))
    for key in range(1, MOST_CLOCKS + 1):
        if known.get(f"clock_{key}"):
            said += turn.courtesy(Courtesy.CALLBACK_ZONE_CHOICE, {"time": known[f"clock_{key}"], "key": str(key)})
    return tuple(said)


def _near(turn: Turn, known: Mapping[str, Plain]) -> tuple[Heard, ...]:
    said: list[Heard] = []
    for key in range(1, MOST_NEAR + 1):
        if known.get(f"near_day_{key}"):
            one = {"day": known[f"near_day_{key}"], "time": known[f"near_time_{key}"], "key": str(key)}
            said += turn.courtesy(Courtesy.CALLBACK_NEAR, {**one, "now.date": known["now.date"]})
    return (*said, *turn.courtesy(Courtesy.CALLBACK_NEAR_OTHER))


_BUILT: Final[Mapping[Stage, Callable[[Turn, Mapping[str, Plain]], tuple[Heard, ...]]]] = {
    Stage.OPEN: _open,
    Stage.DAY: _day,
    Stage.DATE: _date,
    Stage.ZONE: _zone,
    Stage.NEAR: _near,
}


def _hints(language: str, stage: Stage) -> tuple[str, ...]:
    digits = vocabulary("digits", language)
    if stage is Stage.NUMBER:
        return digits
    if stage in {Stage.DAY, Stage.DATE}:
        return tuple(dict.fromkeys((*date_vocabulary(language), *time_vocabulary(language))))
    if stage in {Stage.TIME, Stage.CLOCK, Stage.ZONE, Stage.NEAR, Stage.TIME_CONFIRM}:
        return tuple(dict.fromkeys((*yes_no_words(language), *time_vocabulary(language))))
    words = (phrase for phrases in _choices(stage, language).values() for phrase in phrases)
    return tuple(dict.fromkeys((*words, *yes_no_words(language), *digits)))


def answer_of(event: Collected, stage: Stage, language: str) -> str:
    """The answer as keys: `yes` is 1, `no` is 2, spoken digits are digits; a spoken time is itself."""
    if event.digits:
        digits = event.digits[:_LONGEST]
        return digits if digits.startswith("*") or _fits(digits, stage) else ""
    if not event.speech:
        return ""
    meant = _phrases(stage, language).match(event.speech)
    if meant is not None:
        return meant
    if stage in _CLOCKS:
        return spoken_time(event.speech, language) or ""
    digits = (spoken_digits(event.speech, language) or "")[:_LONGEST]
    if digits and (_fits(digits, stage) or (stage is Stage.THIS_NUMBER and len(digits) >= _NUMBER_AT_ONCE)):
        return digits
    return {True: "1", False: "2", None: ""}[spoken_yes_no(event.speech, language)]


@lru_cache(256)
def _phrases(stage: Stage, language: str) -> Phrases:
    return Phrases((phrase, key) for key, phrases in _choices(stage, language).items() for phrase in phrases)


def _choices(stage: Stage, language: str) -> Mapping[str, list[str]]:
    """The words for the keys of a stage."""
    words = tongue(language).callbacks
    first = tongue(language).either
    return {
        Stage.OFFER: {"1": words.call_me},
        Stage.OPEN: {"1": words.keep, "2": words.move, "3": words.use, "4": words.cancel},
        Stage.WHEN: {"1": words.keep, "2": words.move},
        Stage.NEAR: {"1": first.first, "2": first.second, "3": [*first.neither, *words.move]},
        Stage.ZONE: {"1": first.first, "2": first.second},
        Stage.TIME_CONFIRM: {"2": words.move},
    }.get(stage, {})


def _fits(digits: str, stage: Stage) -> bool:
    if not is_digits(digits):
        return False
    if stage in _CLOCKS:
        return len(digits) in {3, 4}
    return len(digits) == 4 if stage is Stage.DATE else stage is Stage.NUMBER or len(digits) == 1
