"""The reference of the flow language, made from the models, so that the two cannot differ.

`python -m call_flows.reference docs/flows.md` writes it.
"""

import inspect
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, get_args, get_origin

from pydantic.fields import FieldInfo

from call_flows.callback_policy import CallbackPolicy, Slots
from call_flows.check.codes import CODES
from call_flows.engine import MAX_NODES_A_STEP, MAX_SILENT
from call_flows.ewt import Ewt
from call_flows.expressions import QUEUE_FACTS, Condition
from call_flows.flow import FlowHeader
from call_flows.functions import MAX_RESULT, TEXT_FUNCTIONS
from call_flows.hours import Hours
from call_flows.listening import AlertRule, ListenFor, Topic
from call_flows.names import CALL_NAMES, WAITING_NAMES
from call_flows.nodes import VERBS
from call_flows.nodes.base import Node
from call_flows.nodes.listening import Listening
from call_flows.nodes.option import Option
from call_flows.nodes.when import Case
from call_flows.overflow import Overflow
from call_flows.prompt import Prompt
from call_flows.reading import FILTERS, read_value
from call_flows.scorecards import Automatic, Question, Scorecard, Section
from call_flows.site import (
    Agent,
    Dialing,
    Keep,
    NumberEntry,
    Privacy,
    Queue,
    Ring,
    ServiceLevel,
    Site,
    WrapUp,
)
from call_flows.slots import ChoiceValue, Slot
from call_flows.strict import Strict
from call_flows.text import Template
from call_flows.values import Duration, Key, Named, NodeName, Share

_EXAMPLES: Final[dict[str, object]] = {
    "digits": "12345678",
    "spell": "A1B",
    "money": 120.5,
    "number": 1204.5,
    "date": "2026-03-02",
    "time": "15:30",
    "about": 130,
}
_PARTS: Final = (
    NumberEntry,
    Queue,
    Ring,
    Overflow,
    ServiceLevel,
    WrapUp,
    Ewt,
    CallbackPolicy,
    Slots,
    Agent,
    Dialing,
    Privacy,
    Keep,
    ListenFor,
    Topic,
    AlertRule,
)
_FLOW_PARTS: Final[tuple[type[Strict], ...]] = (Slot, ChoiceValue, Option, Case)
_CARD_PARTS: Final = (Section, Question, Automatic)
_WORDS: Final[dict[Any, str]] = {
    Prompt: "text",
    Template: "text",
    Condition: "condition",
    Duration: "length of time",
    Share: "share",
    Key: "key",
    Hours: "hours",
    NodeName: "node",
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
}


def flow_reference() -> str:
    """The whole page."""
    parts = [_opening(), "## site.yaml", summary(Site), table(Site)]
    for model in _PARTS:
        parts += [f"### {title(model)}", summary(model), table(model)]
    parts += ["### Opening hours", summary(Hours), _HOURS]
    parts += ["## A flow's own keys", summary(FlowHeader), table(FlowHeader)]
    for part in _FLOW_PARTS:
        parts += [f"### {title(part)}", summary(part), table(part)]
    parts += ["## The verbs", _verb_list()]
    for verb, node in VERBS.items():
        parts += [f"### `{verb}`", summary(node), table(node), _notes(node)]
    parts += ["## A scorecard's keys", summary(Scorecard), table(Scorecard)]
    for part in _CARD_PARTS:
        parts += [f"### {title(part)}", summary(part), table(part)]
    parts += ["## What `check` tells", _codes()]
    return "\n\n".join(part for part in parts if part) + "\n"


_HOURS: Final = """\
Keys are days and spans of days, `mon` or `mon-fri`; values are a span `"08:00-20:00"`, a list of spans, or `closed`.
A span may pass midnight. `holidays: {country: US}` closes on public holidays; `dates: {"2026-12-24": "08:00-12:00"}`
gives single days hours of their own. All on the site's own clock."""


def _opening() -> str:
    source = (Path(__file__).parent / "reference_text.md").read_text(encoding="utf-8").rstrip()
    filters = "\n".join(_filter_row(name, _EXAMPLES[name]) for name in sorted(FILTERS))
    values = {
        "{filters}": filters,
        "{names}": _listed(CALL_NAMES),
        "{waiting}": _listed(WAITING_NAMES),
        "{functions}": "\n".join(f"| `{found.shown}` | {_cell(found.meaning)} |" for found in TEXT_FUNCTIONS.values()),
        "{bound}": str(MAX_RESULT),
        "{facts}": "`, `".join(f".{fact}" for fact in QUEUE_FACTS),
        "{nodes}": str(MAX_NODES_A_STEP),
        "{silent}": str(MAX_SILENT),
    }
    for mark, text in values.items():
        source = source.replace(mark, text)
    return source


def _filter_row(name: str, example: object) -> str:
    return f"| `{name}` | `{example}` | {read_value(example, name, 'en')} | {read_value(example, name, 'es')} |"


def _cell(text: str) -> str:
    """Text within a table: a bar would end the cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def title(model: type[Any]) -> str:
    """A model's name as a heading."""
    words = "".join(f" {char.lower()}" if char.isupper() else char for char in model.__name__).strip()
    return words[0].upper() + words[1:]


def summary(model: type[Any]) -> str:
    """What a model says of itself."""
    return inspect.cleandoc(model.__doc__ or "")


def table(model: type[Strict]) -> str:
    """A model's keys, a row each."""
    lines = ["| key | value | |", "|---|---|---|"]
    lines += [_row(info.alias or name, info) for name, info in model.model_fields.items() if name != "todo"]
    return "\n".join(lines)


def _row(key: str, info: FieldInfo) -> str:
    meaning = info.description or ""
    if info.is_required():
        default = "**needed**"
    elif info.default_factory is None and info.default not in {None, ""} and not isinstance(info.default, dict):
        shown = str(info.default).lower() if isinstance(info.default, bool) else str(info.default)
        default = f"else `{shown}`"
    else:
        default = ""
    said = " ".join(part for part in (meaning, default) if part)
    return f"| `{key}` | {_kind(info.annotation)} | {_cell(said)} |"


def _kind(annotation: Any) -> str:
    """How a key's value is called."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _plain_kind(annotation)
    if origin is typing.Annotated:
        return _kind(inside[0])
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in inside)
    if origin is dict:
        return f"{_kind(inside[0])} → {_kind(inside[1])}"
    if origin is list:
        return f"list of {_kind(inside[0])}"
    return " or ".join(dict.fromkeys(_kind(part) for part in inside if part is not types.NoneType))


def _plain_kind(annotation: Any) -> str:
    if annotation in _WORDS:
        return _WORDS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        name = title(annotation).lower()
        return f"[{name}](#{name.replace(' ', '-')})"
    return annotation.kind if isinstance(annotation, type) and issubclass(annotation, Named) else "a verb and its keys"


def _verb_list() -> str:
    lines = ["| verb | does | exits |", "|---|---|---|"]
    for verb, node in VERBS.items():
        first = summary(node).split("\n\n")[0]
        exits = _listed(_exits(node)) or "–"
        lines.append(f"| [`{verb}`](#{verb}) | {_cell(first)} | {exits} |")
    return "\n".join(lines)


def _exits(node: type[Node]) -> Iterator[str]:
    for name, info in node.model_fields.items():
        inside = {info.annotation, *get_args(info.annotation)}
        if NodeName in inside:
            yield info.alias or name
        elif inside & {Option, Case} or (get_origin(info.annotation) is dict and NodeName in inside):
            yield f"one per {'result' if name == 'results' else 'option' if Option in inside else 'case'}"


def _notes(node: type[Node]) -> str:
    notes = []
    if not node.on_hold:
        notes.append("Not in flows that a waiting caller hears.")
    if issubclass(node, Listening):
        notes.append("Without `no_input` and `no_match`, the engine says its own words.")
    return " ".join(notes)


def _codes() -> str:
    told = "Codes that begin with E are errors and keep a site from going live; W are warnings."
    lines = [f"{told} Each has a page with an example in [checks](checks/README.md).", ""]
    lines += ["| code | |", "|---|---|"]
    lines += [f"| `{code}` | {_cell(meaning)} |" for code, meaning in CODES.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(flow_reference(), encoding="utf-8")
