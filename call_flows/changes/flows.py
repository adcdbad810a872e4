"""What a flow does otherwise: nodes that came, went or only changed their name, and what each of the others does."""

from collections.abc import Iterator
from typing import Any

from call_flows.changes.change import Change, ChangeKind, compared, told
from call_flows.changes.nodes import node_changes, option_changes, prompt_texts
from call_flows.flow import Flow
from call_flows.nodes.base import Node
from call_flows.prompt import Prompt
from call_flows.values import NodeName


def flow_changes(before: Flow, after: Flow) -> Iterator[Change]:
    """The differences between a flow and its successor."""
    name, renames = after.name, renamed_nodes(before, after)
    if renames.get(str(before.header.start), str(before.header.start)) != str(after.header.start):
        yield Change(ChangeKind.REWIRED, name, "", "begins at", str(before.header.start), str(after.header.start))
    if before.language != after.language:
        yield Change(ChangeKind.CHANGED, name, "", "speaks", before.language, after.language)
    yield from option_changes(name, "everywhere", before.header.always, after.header.always, renames)
    yield from _slots(before, after)
    yield from _nodes(before, after, renames)


def renamed_nodes(before: Flow, after: Flow) -> dict[str, str]:
    """Nodes that are the same under another name, by the old one."""
    gone = {name: node for name, node in before.nodes.items() if name not in after.nodes}
    come = {name: node for name, node in after.nodes.items() if name not in before.nodes}
    shapes: dict[str, list[str]] = {}
    for name, node in come.items():
        shapes.setdefault(_shape(node, come), []).append(name)
    renames: dict[str, str] = {}
    for name, node in gone.items():
        same = shapes.get(_shape(node, gone), [])
        if len(same) == 1 and same[0] not in renames.values():
            renames[name] = same[0]
    return renames


def _shape(node: Node, moving: dict[str, Node]) -> str:
    """What a node is, whatever the nodes that come or go are called."""
    found = [
        (path, "*" if isinstance(value, NodeName) and value in moving else told(value)) for path, value in _values(node)
    ]
    return repr((node.verb, found))


def _values(node: Node) -> list[tuple[tuple[Any, ...], object]]:
    return [(path, prompt_texts(value) if isinstance(value, Prompt) else _source(value)) for path, value in node.walk()]


def _source(value: object) -> object:
    return getattr(value, "source", None) or value


def _nodes(before: Flow, after: Flow, renames: dict[str, str]) -> Iterator[Change]:
    for old, new in renames.items():
        yield Change(ChangeKind.RENAMED, after.name, new, "is a new name; it was", old)
    for name, node in before.nodes.items():
        successor = after.nodes.get(renames.get(name, name))
        if successor is None:
            yield Change(ChangeKind.REMOVED, after.name, name, f"is gone ({node.verb})")
        else:
            yield from node_changes(after.name, renames.get(name, name), node, successor, renames)
    named = set(renames.values())
    for name, node in after.nodes.items():
        if name not in before.nodes and name not in named:
            exits = ", ".join(f"{exit_name} → {target}" for exit_name, target in node.exits.items())
            yield Change(ChangeKind.ADDED, after.name, name, f"is new ({node.verb})", "", exits)


def _slots(before: Flow, after: Flow) -> Iterator[Change]:
    old, new = before.header.slots, after.header.slots
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        if was is None or now is None:
            kind, what = (
                (ChangeKind.ADDED, "is learned now") if was is None else (ChangeKind.REMOVED, "is not learned any more")
            )
            yield Change(kind, after.name, f"slot {name}", what)
            continue
        for key in type(now).model_fields:
            if getattr(was, key) != getattr(now, key):
                yield compared(after.name, f"slot {name}", key, getattr(was, key), getattr(now, key))
