"""The kinds of value a designer writes: names, keys, durations, texts, conditions. Each parses itself once."""

import re
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from call_flows.expressions import Condition, ConditionRefused, parse_condition
from call_flows.text import Template, TextRefused, parse_text

PHONE_KEYS: Final = "0123456789*#"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}\Z")
_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+\Z")
_DURATION_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SHAPE: Final = re.compile(r"[0-9x]{1,32}(?:\|[0-9x]{1,32}){0,15}\Z")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNITS: Final = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
}
_SPELLED: Final = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join(_UNITS)})\Z", re.IGNORECASE)
_LONGEST: Final = 3660 * 86400.0


def refuse(code: str, what: str, *, word: str = "", near: str = "", todo: str = "") -> PydanticCustomError:
    """An error of validation that carries our code and advice through pydantic."""
    context = {"what": what, "word": word, "nearest": near, "todo": todo}
    return PydanticCustomError(code, "{what}", context)


def written(value: object) -> str | None:
    """The text of a value as the designer wrote it; None for what is no text at all."""
    if isinstance(value, str):
        return str(value)
    kept = getattr(value, "written", None)
    if isinstance(kept, str):
        return kept
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _schema(make: Callable[[object], Any], described: dict[str, Any]) -> CoreSchema:
    return core_schema.no_info_plain_validator_function(
        make,
        metadata={"pydantic_js_functions": [lambda _schema, _handler: described]},
        serialization=core_schema.to_string_ser_schema(),
    )


class Named(str):
    """A name that stands for something else in the site; the class says what."""

    __slots__ = ()
    kind: ClassVar[str] = "name"

    @classmethod
    def read(cls, value: object) -> Self:
        """The name, if it is one."""
        if not isinstance(value, str) or not _NAME.match(value):
            word = written(value) or str(value)
            todo = "A name begins with a letter and holds letters, digits and _."
            raise refuse("E012", f"'{word[:60]}' is not a name of a {cls.kind}.", word=word, todo=todo)
        return cls(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return _schema(cls.read, {"type": "string", "pattern": "^" + _NAME.pattern.removesuffix(r"\Z") + "$"})


class NodeName(Named):
    """Where the call goes next: every value of this type is an exit."""

    __slots__ = ()
    kind = "node"


class FlowName(Named):
    """Another call flow."""

    __slots__ = ()
    kind = "flow"


class QueueName(Named):
    """A queue of the site."""

    __slots__ = ()
    kind = "queue"


class SkillName(Named):
    """A skill of the site."""

    __slots__ = ()
    kind = "skill"


class HoursName(Named):
    """Opening hours of the site."""

    __slots__ = ()
    kind = "hours"


class SlotName(Named):
    """A slot that is filled."""

    __slots__ = ()
    kind = "slot"


class PromptName(Named):
    """A recorded prompt of the site, without its suffix."""

    __slots__ = ()
    kind = "prompt"


class ExamplesName(Named):
    """A file of examples of the site, without folder and suffix."""

    __slots__ = ()
    kind = "file of examples"


class Language(Named):
    """A language tag such as en-US."""

    __slots__ = ()
    kind = "language"


class Key(str):
    """A key of the telephone: 0 to 9, * or #. Written with or without quotes."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> Self:
        """The key, if it is one."""
        text = written(value)
        if text is None or len(text) != 1 or text not in PHONE_KEYS:
            word = text if text is not None else str(value)
            bare = word.strip("\"'“”„‘’«» ")
            near = bare if len(bare) == 1 and bare in PHONE_KEYS else ""
            what = f"'{word[:20]}' is not a key of a telephone."
            raise refuse("E012", what, word=word, near=near, todo="One of 0 to 9, * or #.")
        return cls(text)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        pattern = {"type": "string", "pattern": "^[0-9*#]$"}
        return _schema(cls.read, {"anyOf": [pattern, {"type": "integer", "minimum": 0, "maximum": 9}]})


class Digits(str):
    """How digits look: each figure stands for itself, x for any, | between ways of writing: 4xxx, 19xx|20xx."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> Self:
        """The shape, if it is one."""
        text = (written(value) or "").lower()
        if not _SHAPE.match(text):
            raise refuse("E012", f"'{text[:40]}' is not a shape of digits.", word=text, todo="Write 4xxx or 19xx|20xx.")
        return cls(text)

    def fits(self, digits: str) -> bool:
        """Whether digits look like that."""
        return any(
            len(shape) == len(digits) and all(want in {"x", had} for want, had in zip(shape, digits, strict=True))
            for shape in self.split("|")
        )

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return _schema(cls.read, {"anyOf": [{"type": "string", "pattern": "^[0-9xX|]+$"}, {"type": "integer"}]})


class Duration(float):
    """A length of time in seconds, written with its unit: 20s, 1m30s, 2h, 90d."""

    __slots__ = ()

    def __str__(self) -> str:
        """As a designer writes it: 20s, 5m, 90d."""
        for unit in ("d", "h", "m"):
            if self and self % _SECONDS[unit] == 0:
                return f"{self / _SECONDS[unit]:.0f}{unit}"
        return f"{float(self):g}s"

    @classmethod
    def read(cls, value: object) -> Self:
        """The seconds, if a unit is there."""
        text = written(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            todo = f"Write {text}s for seconds or {text}m for minutes."
            raise refuse(
                "E013", f"'{text}' is a length of time without a unit.", word=text or "", near=f"{text}s", todo=todo
            )
        if text is None or not _DURATION.match(text):
            word = text if text is not None else str(value)
            what, todo = f"'{word[:20]}' is not a length of time.", "Write 20s, 5m, 1h30m or 90d."
            raise refuse("E013", what, word=word, near=_in_units(word), todo=todo)
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in _DURATION_PART.findall(text))
        if seconds > _LONGEST:
            raise refuse("E013", f"'{text[:20]}' is longer than ten years.", word=text)
        return cls(seconds)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return _schema(
            cls.read, {"type": "string", "pattern": r"^(\d+(\.\d+)?(ms|s|m|h|d))+$", "examples": ["20s", "5m"]}
        )


def _in_units(text: str) -> str:
    """`20 seconds`, `5 min` and `1 Hour` as they are written here; nothing for what is no length of time at all."""
    match = _SPELLED.match(text)
    return "" if match is None else f"{match[1]}{_UNITS[match[2].lower()]}"


class Share(float):
    """A part of a whole, written 80% or 0.8."""

    __slots__ = ()

    def __str__(self) -> str:
        """As a designer writes it: 80%."""
        return f"{float(self) * 100:g}%"

    @classmethod
    def read(cls, value: object) -> Self:
        """The share between 0 and 1."""
        text = written(value) or ""
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise refuse("E012", f"'{text or value}' is not a share.", word=text, todo="Write 80% or 0.8.")
        return cls(share)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        described = {"anyOf": [{"type": "string", "pattern": "^[0-9.]+%?$"}, {"type": "number"}]}
        return _schema(cls.read, described)


def read_template(value: object) -> Template:
    """A text with `{{ holes }}`, from whatever scalar the designer wrote."""
    text = written(value)
    if text is None:
        raise refuse("E012", f"'{value}' is not a text.", word=str(value)[:60], todo="Put it in quotes.")
    try:
        return parse_text(text)
    except TextRefused as error:
        raise refuse("E015", str(error), word=error.word, near=error.near, todo=error.todo) from error


def read_condition(value: object) -> Condition:
    """A condition, from whatever scalar the designer wrote."""
    text = str(value) if isinstance(value, bool) else written(value)
    if text is None:
        raise refuse("E012", f"'{value}' is not a condition.", word=str(value)[:60], todo="Put it in quotes.")
    try:
        return parse_condition(text)
    except ConditionRefused as error:
        raise refuse("E016", str(error), word=error.word, near=error.near, todo=error.todo) from error


class Described:
    """How pydantic reads a `Text` and an `If`: two values that are not classes of ours to subclass."""

    def __init__(self, make: Callable[[object], Any], described: dict[str, Any]) -> None:
        self._make = make
        self._described = described

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return _schema(self._make, self._described)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self._described


Text = Annotated[Template, Described(read_template, {"type": ["string", "number"]})]
If = Annotated[Condition, Described(read_condition, {"type": ["string", "number", "boolean"]})]
