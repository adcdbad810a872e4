"""What is asked on the way to a promised callback: the number, the day, the time, each by key or voice."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from call_flows.actions import Collect
from call_flows.courtesies import Courtesy
from call_flows.events import Collected
from call_flows.hearing.agreement import spoken_yes_no, yes_no_words
from call_flows.hearing.moments import spoken_time
from call_flows.hearing.numerals import is_digits, spoken_digits
from call_flows.hearing.quantities import vocabulary
from call_flows.notes import Plain
from call_flows.turn import Turn


class Stage(StrEnum):
    """Where the talk stands."""

    THIS_NUMBER = "this_number"
    NUMBER = "number"
    NUMBER_CONFIRM = "number_confirm"
    DAY = "day"
    TIME = "time"
    HALF = "half"
    TIME_CONFIRM = "time_confirm"


_PROMPTS: Final = {
    Stage.THIS_NUMBER: Courtesy.CALLBACK_THIS_NUMBER,
    Stage.NUMBER: Courtesy.CALLBACK_NUMBER,
    Stage.NUMBER_CONFIRM: Courtesy.CALLBACK_NUMBER_CONFIRM,
    Stage.DAY: Courtesy.CALLBACK_DAY,
    Stage.TIME: Courtesy.CALLBACK_TIME,
    Stage.HALF: Courtesy.CALLBACK_HALF,
    Stage.TIME_CONFIRM: Courtesy.CALLBACK_TIME_CONFIRM,
}
_LENGTHS: Final = {Stage.NUMBER: None, Stage.TIME: 4}
_LONGEST: Final = 20


def talk_of(scratch: Mapping[str, Plain]) -> Stage:
    """The stage a talk has reached; its beginning when nothing is known."""
    try:
        return Stage(str(scratch.get("stage")))
    except ValueError:
        return Stage.NUMBER


def ask(turn: Turn, stage: Stage, before: Courtesy | None, timeout: float, later: str) -> None:
    """Ask for what a stage needs."""
    numeric = stage in _LENGTHS
    prompts = () if before is None else turn.courtesy(before)
    turn.actions.append(
        Collect(
            (*prompts, *turn.courtesy(_PROMPTS[stage], {**turn.scratch, "later": later})),
            speech=True,
            max_digits=_LENGTHS.get(stage, 1),
            timeout=timeout,
            hints=_hints(turn.language, numeric=numeric),
            language=turn.language,
            private=True,
        )
    )


def _hints(language: str, *, numeric: bool) -> tuple[str, ...]:
    digits = vocabulary("digits", language)
    return digits if numeric else (*yes_no_words(language), *digits)


def digits_of(event: Collected, stage: Stage, language: str) -> str:
    """The answer as keys: `yes` is 1, `no` is 2, spoken digits are digits; a spoken time is itself."""
    if event.digits:
        digits = event.digits[:_LONGEST]
        return digits if digits.startswith("*") or _fits(digits, stage) else ""
    if not event.speech:
        return ""
    if stage is Stage.TIME:
        return spoken_time(event.speech, language) or ""
    digits = spoken_digits(event.speech, language) or ""
    if digits:
        return digits[:_LONGEST] if _fits(digits[:_LONGEST], stage) else ""
    return {True: "1", False: "2", None: ""}[spoken_yes_no(event.speech, language)]


def _fits(digits: str, stage: Stage) -> bool:
    return is_digits(digits) and (len(digits) in {3, 4} if stage is Stage.TIME else True)
