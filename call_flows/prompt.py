"""What a caller hears at a node: text or recordings, in one language or several, resolved once when read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from call_flows.actions import Play, Say
from call_flows.actions import Prompt as Heard
from call_flows.languages import base
from call_flows.places import Path
from call_flows.problems import nearest
from call_flows.text import Lookup, Template
from call_flows.values import Language, PromptName, read_template, refuse

_ANY: Final = ""
_PART: Final = {
    "anyOf": [
        {"type": ["string", "number"]},
        {
            "type": "object",
            "properties": {"say": {"type": "string"}, "play": {"type": "string"}, "language": {"type": "string"}},
            "additionalProperties": False,
        },
    ]
}
_TEXTS: Final = {"anyOf": [_PART, {"type": "array", "items": _PART, "minItems": 1}]}
_SCHEMA: Final = {
    "anyOf": [
        _TEXTS,
        {
            "type": "object",
            "patternProperties": {"^[a-z]{2,3}(-[A-Za-z0-9]+)*$": _TEXTS},
            "additionalProperties": False,
        },
    ]
}


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a prompt: spoken, or played with the text spoken where no recording exists."""

    text: Template
    play: PromptName | None = None
    language: str = ""
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt per language; what was written without a language stands under the flow's own."""

    versions: dict[str, tuple[Part, ...]]
    default: str
    fixed: dict[str, tuple[Heard, ...]] = field(default_factory=dict, compare=False)

    def parts(self) -> Iterator[Part]:
        """Every part in every language."""
        for parts in self.versions.values():
            yield from parts

    def speaks(self, language: str) -> bool:
        """Whether it is written in this language."""
        return self._version(language)[0] == base(language)

    def render(self, lookup: Lookup, language: str) -> tuple[Heard, ...]:
        """What is heard, in the language asked for or in the flow's own where that is missing."""
        ready = self.fixed.get(language)
        if ready is not None:
            return ready
        spoken, parts = self._spoken(language)
        heard = tuple(_heard(part, lookup, part.language or spoken) for part in parts)
        if all(part.text.is_fixed for part in parts):
            self.fixed[language] = heard
        return heard

    def _spoken(self, language: str) -> tuple[str, tuple[Part, ...]]:
        if language in self.versions:
            return language, self.versions[language]
        if base(language) in self.versions:
            return language, self.versions[base(language)]
        for other, parts in self.versions.items():
            if base(other) == base(language):
                return language, parts
        if self.default in self.versions:
            return self.default, self.versions[self.default]
        return next(iter(self.versions.items()))

    def _version(self, language: str) -> tuple[str, tuple[Part, ...]]:
        spoken, parts = self._spoken(language)
        return base(spoken), parts

    @classmethod
    def read(cls, value: object, info: ValidationInfo) -> "Prompt":
        """A prompt from text, from a list of parts, or from a mapping of languages to these."""
        context = info.context or {}
        default = str(context.get("language", "en-US"))
        if isinstance(value, dict) and not {"say", "play"} & set(value):
            languages = list(context.get("languages", ()))
            if not value:
                raise refuse("E012", "The prompt is empty.", todo="Write what is to be heard.")
            return cls({_language(key, languages): _parts(text, (key,)) for key, text in value.items()}, default)
        return cls({default: _parts(value, ())}, default)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        def described(_core: Any, _handler: Any) -> dict[str, Any]:
            return dict(_SCHEMA)

        return core_schema.with_info_plain_validator_function(
            cls.read, metadata={"pydantic_js_functions": [described]}, serialization=core_schema.to_string_ser_schema()
        )


def _heard(part: Part, lookup: Lookup, language: str) -> Heard:
    text = part.text.render(lookup, language)
    return Say(text, language) if part.play is None else Play(str(part.play), language, text)


def _language(key: str, languages: list[str]) -> str:
    if languages and key not in languages:
        todo = f"The site speaks {', '.join(languages)}."
        raise refuse(
            "E108", f"'{key}' is not a language of this site.", word=key, near=nearest(key, languages), todo=todo
        )
    return str(Language.read(key))


def _parts(value: object, path: Path) -> tuple[Part, ...]:
    if isinstance(value, list):
        if not value:
            raise refuse("E012", "The prompt is empty.", todo="Write what is to be heard.")
        return tuple(_part(item, (*path, index)) for index, item in enumerate(value))
    return (_part(value, path),)


def _part(value: object, path: Path) -> Part:
    if not isinstance(value, dict):
        return Part(read_template(value), path=path)
    allowed = ("say", "play", "language")
    for key in value:
        if key not in allowed:
            todo = "A part of a prompt has say, play and language."
            raise refuse("E010", f"'{key}' is not known here.", word=key, near=nearest(key, allowed), todo=todo)
    play = PromptName.read(value["play"]) if value.get("play") is not None else None
    language = str(Language.read(value["language"])) if value.get("language") is not None else ""
    return Part(read_template(value.get("say", "")), play, language, path)
