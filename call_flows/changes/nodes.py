"""What a node does otherwise: what it says, what may be chosen, where its exits lead, how long it waits."""

from collections.abc import Iterator, Mapping
from typing import Any

from call_flows.changes.change import Change, ChangeKind, compared, quoted, told
from call_flows.nodes.base import Node
from call_flows.nodes.option import Option
from call_flows.prompt import Part, Prompt
from call_flows.strict import Strict
from call_flows.values import NodeName

Renames = Mapping[str, str]


def node_changes(flow: str, name: str, before: Node, after: Node, renames: Renames) -> Iterator[Change]:
    """The differences between a node and its successor. `renames` are nodes that only have another name."""
    if before.verb != after.verb:
        what = f"does something else: {after.verb}, not {before.verb}; it now says or does"
        yield Change(ChangeKind.CHANGED, flow, name, what, "", _essence(after))
        yield from _exits(flow, name, before, after, renames, of_options=True)
        return
    listed = {**_fields(before), **_fields(after)}
    for key in listed:
        old, new = _fields(before).get(key), _fields(after).get(key)
        yield from _field(flow, name, key, old, new)
    yield from _options(flow, name, options_of(before), options_of(after), renames)
    yield from _exits(flow, name, before, after, renames, of_options=False)


def option_changes(
    flow: str, place: str, before: list[Option], after: list[Option], renames: Renames
) -> Iterator[Change]:
    """The differences between what could be chosen and what can be."""
    yield from _options(flow, place, before, after, renames)


def options_of(node: Node) -> list[Option]:
    """A node's choices."""
    found = []
    for value in vars(node).values():
        if isinstance(value, list):
            found += [one for one in value if isinstance(one, Option)]
    return found


def prompt_texts(prompt: Prompt) -> dict[str, str]:
    """What a prompt says, by language."""
    return {language: " ".join(_part(part) for part in parts) for language, parts in prompt.versions.items()}


def _part(part: Part) -> str:
    return f"♪ {part.play} {part.text.source}".strip() if part.play is not None else part.text.source


def _essence(node: Node) -> str:
    value = _fields(node).get(node.verb)
    return quoted(next(iter(prompt_texts(value).values()), "")) if isinstance(value, Prompt) else told(_plain(value))


def _fields(node: Node) -> dict[str, object]:
    """The node's values by the key they are written with."""
    return {info.alias or name: getattr(node, name) for name, info in type(node).model_fields.items()}


def _field(flow: str, name: str, key: str, old: object, new: object) -> Iterator[Change]:
    if isinstance(old, Prompt) or isinstance(new, Prompt):
        yield from _texts(flow, name, key, old, new)
        return
    before, after = _plain(old), _plain(new)
    if before != after:
        yield compared(flow, name, key, before, after)


def _texts(flow: str, name: str, key: str, old: object, new: object) -> Iterator[Change]:
    before = prompt_texts(old) if isinstance(old, Prompt) else {}
    after = prompt_texts(new) if isinstance(new, Prompt) else {}
    several = len({*before, *after}) > 1
    for language in {**before, **after}:
        said, says = before.get(language, ""), after.get(language, "")
        if said == says:
            continue
        spoken = f" ({language})" if several else ""
        what = f"{key}{spoken} says" if says else f"{key}{spoken} no longer says"
        yield Change(ChangeKind.CHANGED, flow, name, what, quoted(said), quoted(says))


def _options(flow: str, name: str, before: list[Option], after: list[Option], renames: Renames) -> Iterator[Change]:
    old, new = {_called(one): one for one in before}, {_called(one): one for one in after}
    moved = _moved(old, new, renames)
    for called, option in old.items():
        successor = new.get(called)
        if called in moved:
            phrases = f" for {told(option.says)}" if option.says else f" to {option.next}"
            yield Change(ChangeKind.CHANGED, flow, name, f"the choice{phrases} is now", called, moved[called])
        elif successor is None:
            yield Change(ChangeKind.REMOVED, flow, name, f"{called} is no choice any more; it led to", str(option.next))
        else:
            yield from _option(flow, name, called, option, successor, renames)
    for called, option in new.items():
        if called not in old and called not in moved.values():
            phrases = f" (or say {told(option.says)})" if option.press and option.says else ""
            what = f"{called}{phrases} is a new choice; it leads to"
            yield Change(ChangeKind.ADDED, flow, name, what, "", str(option.next))


def _option(flow: str, name: str, called: str, old: Option, new: Option, renames: Renames) -> Iterator[Change]:
    if _target(old.next, renames) != str(new.next):
        yield Change(ChangeKind.REWIRED, flow, name, f"{called} leads to", str(old.next), str(new.next))
    if old.says != new.says:
        yield compared(flow, name, f"what may be said for {called}", old.says or None, new.says or None)


def _moved(old: dict[str, Option], new: dict[str, Option], renames: Renames) -> dict[str, str]:
    """Choices that are the same on another key, by what they were called."""
    come = {called: option for called, option in new.items() if called not in old}
    moved: dict[str, str] = {}
    for called, option in old.items():
        if called in new:
            continue
        alike = (
            other
            for other, found in come.items()
            if found.says == option.says
            and str(found.next) == _target(option.next, renames)
            and other not in moved.values()
        )
        if other := next(alike, ""):
            moved[called] = other
    return moved


def _called(option: Option) -> str:
    if option.press is not None:
        return f"key {option.press}"
    phrases = option.says if isinstance(option.says, list) else next(iter(option.says.values()), [])
    return f"“{phrases[0]}”" if phrases else "a phrase"


def _exits(flow: str, name: str, before: Node, after: Node, renames: Renames, *, of_options: bool) -> Iterator[Change]:
    skip = frozenset() if of_options else {*_option_exits(before), *_option_exits(after)}
    old = {key: value for key, value in before.exits.items() if key not in skip}
    new = {key: value for key, value in after.exits.items() if key not in skip}
    for key in {**old, **new}:
        led, leads = old.get(key, ""), new.get(key, "")
        if _target(led, renames) == leads:
            continue
        what = f"{key} leads to" if leads else f"{key} leads nowhere any more; it led to"
        yield Change(ChangeKind.REWIRED, flow, name, what, led, leads)


def _option_exits(node: Node) -> set[str]:
    """The names of the exits that belong to choices, which are told as choices."""
    found = set()
    for path, value in node.walk():
        if isinstance(value, NodeName) and len(path) > 1 and _is_option(node, path):
            found.add(node.exit_name(path))
    return found


def _is_option(node: Node, path: tuple[Any, ...]) -> bool:
    value = _fields(node).get(str(path[0]))
    place = path[1]
    return isinstance(value, list) and isinstance(place, int) and isinstance(value[place], Option)


def _target(led: str, renames: Renames) -> str:
    return renames.get(str(led), str(led))


def _plain(value: object) -> object:
    """A value without what is told elsewhere: exits and choices."""
    if value is None or isinstance(value, NodeName):
        return None
    if isinstance(value, Prompt):
        return prompt_texts(value)
    if isinstance(value, list | tuple):
        inner = [found for one in value if not isinstance(one, Option) and (found := _plain(one)) is not None]
        return inner or None
    pairs = _pairs(value)
    if pairs is None:
        return getattr(value, "source", None) or value
    return {key: found for key, one in pairs.items() if (found := _plain(one)) is not None} or None


def _pairs(value: object) -> dict[str, object] | None:
    if isinstance(value, Strict):
        return {info.alias or name: getattr(value, name) for name, info in type(value).model_fields.items()}
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else None
