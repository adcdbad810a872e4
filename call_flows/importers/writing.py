"""Sites written as YAML that a person reads on: verbs first, short things on one line, comments above the nodes."""

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from call_flows.importers.made import MadeFlow

_WIDTH: Final = 116


class Inline(dict[str, Any]):
    """A mapping written on one line."""


class Code(str):
    """A condition, which is written in double quotes, for within it words stand in single ones."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """PyYAML with lists indented, and inline mappings where they are wanted."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - theirs
        del indentless
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


_Dumper.add_representer(
    Inline, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)
)
_Dumper.add_representer(
    Code, lambda dumper, data: dumper.represent_scalar("tag:yaml.org,2002:str", str(data), style='"')
)
_CONDITIONS: Final = ("if", "priority", "amount")


def flow_text(flow: MadeFlow) -> str:
    """A flow's file."""
    head: dict[str, Any] = {"flow": flow.name}
    if flow.description:
        head["description"] = flow.description
    head["language"] = flow.language
    if flow.slots:
        head["slots"] = {name: Inline(slot) for name, slot in flow.slots.items()}
    head["start"] = flow.start
    parts = [_dump(head), "nodes:"]
    for node in flow.nodes.values():
        comment = "".join(f"  # {line}\n" for line in _lines(node.comment))
        parts.append(comment + textwrap.indent(_dump({node.name: _coded(node.body)}), "  ").rstrip("\n") + "\n")
    return "\n".join(parts)


def _coded(value: Any, key: str = "") -> Any:
    """A node's body with its conditions marked as such."""
    if isinstance(value, dict):
        made = {name: _coded(item, "if" if key == "set" else name) for name, item in value.items()}
        return Inline(made) if isinstance(value, Inline) else made
    if isinstance(value, list):
        return [_coded(item, key) for item in value]
    return Code(value) if isinstance(value, str) and key in _CONDITIONS else value


def site_text(site: Mapping[str, Any], comment: Iterable[str]) -> str:
    """A site's file."""
    return "".join(f"# {line}\n" for text in comment for line in _lines(text)) + _dump(dict(site))


def _dump(data: Mapping[str, Any]) -> str:
    dumped: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return dumped


def _lines(text: str) -> list[str]:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return textwrap.wrap(shown, 110) if shown.strip() else []
