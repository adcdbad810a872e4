"""Counts for a diagram, from the logs of calls: how often each exit was taken, and where callers gave up."""

from collections.abc import Iterable, Mapping
from typing import Any

from call_flows.diagram.picture import GAVE_UP

Logged = Mapping[str, Any]
"""A note as `note_to_json` writes it."""


class CountsRefused(ValueError):
    """A file of counts is not what `counts_from_json` reads."""


def count_exits(calls: Iterable[tuple[Iterable[Logged], bool]]) -> dict[str, dict[tuple[str, str], int]]:
    """Counts by flow. Each call is its notes in order, and whether the caller has reached a person.

    A caller who hangs up without having reached anybody gave up at the last node the call came to.
    """
    found: dict[str, dict[tuple[str, str], int]] = {}
    for notes, reached in calls:
        last: tuple[str, str] | None = None
        for note in notes:
            match note.get("kind"):
                case "node_entered":
                    last = (str(note["flow"]), str(note["node"]))
                case "exit_taken":
                    _add(found, str(note["flow"]), (str(note["node"]), str(note["exit"])))
                case "call_ended" if note.get("reason") == "hung_up" and last is not None and not reached:
                    _add(found, last[0], (last[1], GAVE_UP))
    return found


def _add(found: dict[str, dict[tuple[str, str], int]], flow: str, key: tuple[str, str]) -> None:
    counts = found.setdefault(flow, {})
    counts[key] = counts.get(key, 0) + 1


def counts_from_json(data: object) -> dict[str, dict[tuple[str, str], int]]:
    """Counts from `{flow: {node: {exit: count}}}`. Raises CountsRefused."""
    if not isinstance(data, Mapping):
        raise CountsRefused("Counts are written as {flow: {node: {exit: count}}}.")
    found: dict[str, dict[tuple[str, str], int]] = {}
    for flow, nodes in data.items():
        for node, exits in _mapping(nodes, str(flow)).items():
            for name, count in _mapping(exits, f"{flow}.{node}").items():
                if not isinstance(count, int) or isinstance(count, bool) or count < 0:
                    raise CountsRefused(f"{flow}.{node}.{name}: {count!r} is not a count.")
                found.setdefault(str(flow), {})[(str(node), str(name))] = count
    return found


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise CountsRefused(f"{where}: counts are written as {{flow: {{node: {{exit: count}}}}}}.")
    return value
