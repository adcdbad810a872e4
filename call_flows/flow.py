"""One call flow: its header's model, and the flow as the engine runs it."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

from call_flows.hearing.phrases import Phrases
from call_flows.nodes.base import Node
from call_flows.nodes.option import Option
from call_flows.notes import ExitTaken, NodeEntered
from call_flows.places import Places
from call_flows.slots import Slot
from call_flows.strict import Strict
from call_flows.values import PHONE_KEYS, Language, Named, NodeName

_ALWAYS: Final = {
    "anyOf": [
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "array", "items": {"$ref": "#/$defs/Option"}},
    ]
}


def _listed(value: object) -> object:
    """`{"0": operator, "agent, help": operator}` is short for a list of options."""
    if not isinstance(value, dict):
        return value
    return [_option(str(key), target) for key, target in value.items()]


def _option(key: str, target: object) -> dict[str, object]:
    if key in PHONE_KEYS and len(key) == 1:
        return {"press": key, "next": target}
    return {"says": [phrase.strip() for phrase in key.split(",") if phrase.strip()], "next": target}


class FlowHeader(Strict):
    """A call flow file."""

    flow: Named = Field(description="The flow's name, by which numbers and other flows find it.")
    description: str = Field("", description="What it is for.")
    language: Language | None = Field(
        None, description="The language of texts written without one; else the site's first."
    )
    slots: dict[str, Slot] = Field(default_factory=dict, description="What is learned on the call.")
    always: Annotated[list[Option], BeforeValidator(_listed), WithJsonSchema(_ALWAYS)] = Field(
        default_factory=list, description="Keys and phrases that work at every menu and question."
    )
    start: NodeName = Field(description="The first node.")
    nodes: dict[str, Any] = Field(min_length=1, description="The nodes by name; the first key of each is its verb.")


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow ready to run."""

    name: str
    header: FlowHeader
    nodes: dict[str, Node]
    language: str
    places: Places
    _phrases: dict[str, Phrases] = field(default_factory=dict, compare=False, repr=False)
    _keys: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    _entered: dict[str, NodeEntered] = field(default_factory=dict, compare=False, repr=False)
    _left: dict[tuple[str, str], ExitTaken] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._keys.update({option.press: at for at, option in enumerate(self.header.always) if option.press})

    def entered(self, node: str, verb: str) -> NodeEntered:
        """The note that the call has come to a node; made once, for most calls go the same ways."""
        note = self._entered.get(node)
        if note is None:
            note = self._entered[node] = NodeEntered(self.name, node, verb)
        return note

    def left(self, node: str, exit_name: str) -> ExitTaken:
        """The note that the call has left a node by an exit."""
        note = self._left.get((node, exit_name))
        if note is None:
            note = self._left[(node, exit_name)] = ExitTaken(self.name, node, exit_name)
        return note

    def always_by_key(self, digits: str) -> Option | None:
        """What a key means everywhere in this flow."""
        at = self._keys.get(digits)
        return None if at is None else self.header.always[at]

    def always_by_speech(self, speech: str, language: str) -> Option | None:
        """What a phrase means everywhere in this flow."""
        meant = self._always_phrases(language).match(speech)
        return None if meant is None else self.header.always[int(meant)]

    def always_hints(self, language: str) -> tuple[str, ...]:
        """The phrases that work everywhere in this flow."""
        return self._always_phrases(language).hints

    def _always_phrases(self, language: str) -> Phrases:
        found = self._phrases.get(language)
        if found is None:
            pairs = [
                (said, str(at)) for at, option in enumerate(self.header.always) for said in option.phrases(language)
            ]
            found = self._phrases[language] = Phrases(pairs)
        return found
