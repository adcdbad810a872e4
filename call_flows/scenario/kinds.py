"""The kinds of value that stand in a dialogue: words to be heard, keys to press, moments, lengths of time."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Discriminator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from call_flows.facts import HoursStatus
from call_flows.problems import nearest
from call_flows.strict import Strict
from call_flows.values import PHONE_KEYS, Duration, refuse, written

_TEXT_SCHEMA: Final = {"type": ["string", "number"]}
_DURATION_SCHEMA: Final = {"type": "string", "pattern": r"^(\d+(\.\d+)?(ms|s|m|h|d))+$"}


def _text(value: object) -> str:
    text = written(value)
    if not text:
        raise refuse("E012", f"'{value}' is not a text.", word=str(value)[:60], todo="Put it in quotes.")
    return text


def _words(value: object) -> str:
    """Words to look for, or a regular expression between slashes."""
    text = _text(value)
    if is_pattern(text):
        try:
            re.compile(text[1:-1], re.IGNORECASE)
        except re.error as error:
            what = f"'{text[:60]}' is not a regular expression: {error}."
            raise refuse("E012", what, word=text, todo="Without slashes the words are taken as they are.") from error
    return text


def _one_or_more(read: Callable[[object], Any]) -> Callable[[object], list[Any]]:
    def listed(value: object) -> list[Any]:
        return [read(item) for item in (value if isinstance(value, list) else [value])]

    return listed


def _keys(value: object) -> str:
    text = _text(value)
    wrong = next((char for char in text if char not in PHONE_KEYS), "")
    if wrong:
        raise refuse("E012", f"'{wrong}' is not a key of a telephone.", word=text, todo="Keys are 0 to 9, * and #.")
    return text


def _moment(value: object) -> datetime:
    text = _text(value)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        todo = "Write 2026-03-02T10:00, on the site's own clock, or with a zone: 2026-03-02T10:00-05:00."
        raise refuse("E012", f"'{text[:40]}' is not a moment.", word=text, todo=todo) from error


def _times_or_time(value: object) -> object:
    if value is True:
        return 1
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100:
        return int(value)
    text = written(value) or str(value)
    if isinstance(value, int | float) or text in {"false", "False"}:
        todo = "Write true for one unanswered question, a number of them, or a time such as 20s."
        raise refuse("E012", f"'{text}' is no silence.", word=text, todo=todo)
    return Duration.read(value)


def _message(value: object) -> object:
    if value is True:
        return Duration(10)
    text = written(value)
    try:
        return Duration.read(text)
    except PydanticCustomError:  # no length of time: what the caller says
        return _text(value)


def _hours(value: object) -> HoursStatus:
    text = str(value)
    known = [str(status) for status in HoursStatus]
    if text not in known:
        todo = f"Hours are {', '.join(known)}."
        raise refuse("E012", f"'{text}' is not a state of hours.", word=text, near=nearest(text, known), todo=todo)
    return HoursStatus(text)


def is_pattern(text: str) -> bool:
    """Whether words are meant as a regular expression."""
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


@lru_cache(maxsize=4096)
def finder(text: str) -> re.Pattern[str]:
    """What finds these words in what was heard: capitals and line breaks do not matter."""
    if is_pattern(text):
        return re.compile(text[1:-1], re.IGNORECASE)
    return re.compile(r"\s+".join(re.escape(word) for word in text.split()), re.IGNORECASE)


@lru_cache(maxsize=4096)
def matcher(pattern: str) -> re.Pattern[str]:
    """What matches an address of which `*` stands for any part."""
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")) + r"\Z", re.DOTALL)


def _shape(value: object) -> str:
    return "mapping" if isinstance(value, dict | Strict) else "plain"


Shape: Final = Discriminator(_shape)
"""Tells a mapping from a plain value, so that what is wrong is told once."""
Words = Annotated[str, BeforeValidator(_words), WithJsonSchema(_TEXT_SCHEMA)]
Line = Annotated[str, BeforeValidator(_text), WithJsonSchema(_TEXT_SCHEMA)]
_MANY: Final = {"anyOf": [_TEXT_SCHEMA, {"type": "array", "items": _TEXT_SCHEMA, "minItems": 1}]}
ManyWords = Annotated[list[str], BeforeValidator(_one_or_more(_words)), WithJsonSchema(_MANY)]
ManyLines = Annotated[list[str], BeforeValidator(_one_or_more(_text)), WithJsonSchema(_MANY)]
PhoneKeys = Annotated[
    str,
    BeforeValidator(_keys),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[0-9*#]+$"}, {"type": "integer", "minimum": 0}]}),
]
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2026-03-02T10:00"]})
]
Silence = Annotated[
    int | Duration,
    PlainValidator(_times_or_time),
    WithJsonSchema({"anyOf": [{"const": True}, {"type": "integer", "minimum": 1, "maximum": 100}, _DURATION_SCHEMA]}),
]
Message = Annotated[
    Duration | str, PlainValidator(_message), WithJsonSchema({"anyOf": [{"const": True}, _TEXT_SCHEMA]})
]
Open = Annotated[HoursStatus, BeforeValidator(_hours), WithJsonSchema({"enum": [str(one) for one in HoursStatus]})]
