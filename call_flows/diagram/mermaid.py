"""A flow as Mermaid text: for documents, and for the page of a pull request."""

from typing import Final

from call_flows.diagram.picture import ALWAYS, Box, Counts, picture_of
from call_flows.flow import Flow

_QUOTED: Final = {'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\\": "#92;"}
_ROUND: Final = frozenset({"menu", "ask", "steer", "survey"})
_ENDS: Final = frozenset({"hang_up", "refuse", "return", "leave"})
_FORKS: Final = frozenset({"when", "hours", "split"})


def mermaid(flow: Flow, counts: Counts | None = None) -> str:
    """The flow as a Mermaid flowchart, from top to bottom."""
    picture = picture_of(flow, counts)
    ids = {name: f"n{place}" for place, name in enumerate(picture.boxes)}
    lines = ["---", f"title: {_plain(picture.title)}", "---", "flowchart TD"]
    lines += [f"  accTitle: {_plain(picture.title)}"]
    if picture.description:
        lines += [f"  accDescr: {_plain(picture.description)}"]
    lines += [f"  start(( )) --> {ids[picture.start]}"] if picture.start in ids else []
    lines += [f"  {ids[box.name]}{_shape(box)}" for box in picture.boxes.values()]
    for way in picture.ways:
        arrow = "-.->" if way.source == ALWAYS else "-->"
        label = "<br/>".join(_escape(one) for one in way.labels)
        said = f'|"{label}"|' if label else ""
        if way.target in ids:
            lines.append(f"  {ids[way.source]} {arrow}{said} {ids[way.target]}")
    return "\n".join(lines) + "\n"


def _shape(box: Box) -> str:
    verb = f"<b>{_escape(box.name)}</b>" + (f" · {_escape(box.verb)}" if box.verb else "")
    gave_up = f"<br/>{box.gave_up} gave up" if box.gave_up else ""
    words = verb + (f"<br/>{_escape(box.text)}" if box.text else "") + gave_up
    if box.verb in _ROUND:
        return f'("{words}")'
    if box.verb in _ENDS:
        return f'(["{words}"])'
    if box.verb in _FORKS:
        return f'{{{{"{words}"}}}}'
    return f'["{words}"]'


def _escape(text: str) -> str:
    return "".join(_QUOTED.get(char, char) for char in text if char.isprintable())


def _plain(text: str) -> str:
    """Words for a line of their own, which ends where the line does."""
    return "".join(char if char.isprintable() and char not in '#;:{}[]"<>&' else " " for char in text).strip()
