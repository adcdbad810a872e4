"""A flow as an SVG that needs nothing else: no script, no style sheet, no font from elsewhere."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import Final

from call_flows.diagram.labels import Point, place_labels
from call_flows.diagram.layout import BOX_HEIGHT, LETTER, Plan, Road, Spot, plan
from call_flows.diagram.picture import ALWAYS, Box, Counts, Picture, Way, picture_of
from call_flows.flow import Flow

MARGIN: Final = 36.0
TOP: Final = 78.0
_FILLS: Final = {
    "menu": "#e8f0fe",
    "ask": "#e8f0fe",
    "steer": "#e8f0fe",
    "survey": "#e8f0fe",
    "queue": "#e6f4ea",
    "dial": "#e6f4ea",
    "callback": "#e6f4ea",
    "voicemail": "#e6f4ea",
    "fetch": "#fef7e0",
    "customer": "#fef7e0",
    "pay": "#fef7e0",
    "message": "#fef7e0",
    "hang_up": "#f1f3f4",
    "refuse": "#f1f3f4",
    "return": "#f1f3f4",
    "leave": "#f1f3f4",
    ALWAYS: "#ffffff",
}
_INK, _LINE, _SOFT, _RED, _HERE = "#202124", "#5f6368", "#9aa0a6", "#b3261e", "#1a56db"
_FONT: Final = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"'


def svg(flow: Flow, counts: Counts | None = None, current: str = "") -> str:
    """The flow drawn. `counts` by node and exit are written beside the ways; `current` is the node to point out."""
    picture = picture_of(flow, counts)
    placed = plan(picture)
    width, height = placed.width + 2 * MARGIN + 40, placed.height + TOP
    most = max((way.total for way in picture.ways), default=0)
    curves = [(road, _points(road)) for road in placed.roads]
    named = place_labels(curves, placed.spots.values())
    body = [
        *(_road(road, points, most, named.get(id(road))) for road, points in curves),
        *(_loop(way, placed.spots[way.source]) for way in picture.ways if way.source == way.target),
        *(_box(box, placed.spots[name], current=name == current) for name, box in picture.boxes.items()),
        *_start(picture, placed),
    ]
    described = picture.description or f"{len(flow.nodes)} nodes and the ways between them."
    safe_id = "".join(char for char in picture.title if char.isalnum() or char in "_-")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        f' height="{height:.0f}" role="img" aria-labelledby="flow-{safe_id}-title flow-{safe_id}-desc" {_FONT}>'
        f'<title id="flow-{safe_id}-title">{_text(f"Call flow {picture.title}")}</title>'
        f'<desc id="flow-{safe_id}-desc">{_text(described)}</desc>{_arrows()}'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="{MARGIN:.0f}" y="30" font-size="16" font-weight="600" fill="{_INK}">{_text(picture.title)}</text>'
        f'<text x="{MARGIN:.0f}" y="48" font-size="12" fill="{_LINE}">{_text(picture.description)}</text>'
        f'<g transform="translate({MARGIN:.0f} {TOP:.0f})">'
    )
    return head + "".join(body) + "</g></svg>\n"


def _text(text: str) -> str:
    return escape("".join(char for char in text if char.isprintable()))


def _arrows() -> str:
    return "<defs>" + "".join(_arrow(name, colour) for name, colour in (("arrow", _LINE), ("soft", _SOFT))) + "</defs>"


def _arrow(name: str, colour: str) -> str:
    return (
        f'<marker id="callwright-{name}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8"'
        f' markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="{colour}"/></marker>'
    )


def _start(picture: Picture, placed: Plan) -> Iterator[str]:
    spot = placed.spots.get(picture.start)
    if spot is None:
        return
    x, y = spot.x, spot.y - BOX_HEIGHT / 2
    yield (
        f'<circle cx="{x:.1f}" cy="{y - 22:.1f}" r="5" fill="{_INK}"><title>Start</title></circle>'
        f'<path d="M{x:.1f} {y - 17:.1f}V{y:.1f}" stroke="{_LINE}" fill="none" marker-end="url(#callwright-arrow)"/>'
    )


def _box(box: Box, spot: Spot, *, current: bool) -> str:
    left, top = spot.x - spot.width / 2, spot.y - BOX_HEIGHT / 2
    fill = _FILLS.get(box.verb or box.name, "#ffffff")
    line, thick = (_HERE, 3) if current else (_LINE, 1)
    dashes = ' stroke-dasharray="4 3"' if box.name == ALWAYS else ""
    told = f"{box.name}: {box.verb}" if box.verb else box.name
    told += f", {box.text}" if box.text else ""
    told += f", {box.entered} callers" if box.entered is not None else ""
    told += f", {box.gave_up} gave up here" if box.gave_up else ""
    told += ", the call is here" if current else ""
    middle = f'x="{spot.x:.1f}" text-anchor="middle"'
    name_y = spot.y - 5 if box.text else spot.y + 4
    verb = f' <tspan fill="{_LINE}" font-weight="400">{_text(box.verb)}</tspan>' if box.verb else ""
    words = f'<text {middle} y="{spot.y + 14:.1f}" font-size="11.5" fill="{_LINE}">{_text(box.text)}</text>'
    return (
        f'<g class="node{" current" if current else ""}" data-node="{_text(box.name)}"><title>{_text(told)}</title>'
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{spot.width:.1f}" height="{BOX_HEIGHT:.0f}" rx="8" fill="{fill}"'
        f' stroke="{line}" stroke-width="{thick}"{dashes}/>'
        f'<text {middle} y="{name_y:.1f}" font-size="12.5" font-weight="600" fill="{_INK}">{_text(box.name)}{verb}'
        f"</text>{words if box.text else ''}{_gave_up(box, left + spot.width, top)}</g>"
    )


def _gave_up(box: Box, right: float, top: float) -> str:
    if not box.gave_up:
        return ""
    label = f"{box.gave_up} gave up"
    width = 12 + LETTER * len(label)
    return (
        f'<g class="gave-up"><rect x="{right - width + 8:.1f}" y="{top - 10:.1f}" width="{width:.1f}"'
        f' height="18" rx="9" fill="{_RED}"/><text x="{right - width / 2 + 8:.1f}" y="{top + 3:.1f}"'
        f' text-anchor="middle" font-size="11" fill="#ffffff">{label}</text></g>'
    )


def _points(road: Road) -> list[Point]:
    """Where a way begins, passes and ends."""
    points = [(spot.x, spot.y) for spot in road.spots]
    (x0, y0), (xn, yn) = points[0], points[-1]
    points[0], points[-1] = (x0 + _shift(road, first=True), y0 + BOX_HEIGHT / 2), (xn, yn - BOX_HEIGHT / 2)
    if road.turned:
        points[-1] = (xn + _shift(road, first=False), points[-1][1])
    return points


def _road(road: Road, points: list[Point], most: int, named: Point | None) -> str:
    """A way as a curve through its spots; thicker the more callers took it."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (ax, ay), (bx, by) in pairwise(points):
        half = (by - ay) / 2
        path += f"C{ax:.1f} {ay + half:.1f} {bx:.1f} {by - half:.1f} {bx:.1f} {by:.1f}"
    soft = road.turned or road.way.source == ALWAYS
    colour, marker = (_SOFT, "soft") if soft else (_LINE, "arrow")
    width = 1.2 + (4.8 * road.way.total / most if most else 0.0)
    end = "start" if road.turned else "end"
    dashes = ' stroke-dasharray="4 3"' if soft else ""
    return (
        f'<g class="way" data-from="{_text(road.way.source)}" data-to="{_text(road.way.target)}">'
        f"<title>{_text(_told(road.way))}</title>"
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:.1f}"{dashes}'
        f' marker-{end}="url(#callwright-{marker})"/>{_labels(road.way, named)}</g>'
    )


def _shift(road: Road, *, first: bool) -> float:
    """Ways leave a box spread over its width, in the order of where they lead."""
    spot = road.spots[0 if first else -1]
    near = spot.below if first else spot.above
    other = road.spots[1 if first else -2]
    ordered = sorted(near, key=lambda one: one.x)
    rank = next(place for place, one in enumerate(ordered) if one is other)
    return (rank - (len(ordered) - 1) / 2) * min(26.0, spot.width * 0.7 / max(1, len(ordered)))


def _told(way: Way) -> str:
    exits = ", ".join(way.exits)
    callers = f", {way.total} callers" if any(count is not None for count in way.counts) else ""
    return f"{way.source} to {way.target}: {exits}{callers}"


def _labels(way: Way, at: Point | None) -> str:
    """The exits' names, a line each."""
    if at is None:
        return ""
    x, y = at
    lines = "".join(
        f'<tspan x="{x:.1f}" dy="{0 if not place else 13}">{_text(label)}</tspan>'
        for place, label in enumerate(way.labels)
    )
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" text-anchor="middle" fill="{_INK}" stroke="#ffffff"'
        f' stroke-width="3" paint-order="stroke">{lines}</text>'
    )


def _loop(way: Way, spot: Spot) -> str:
    """A way back to the node itself."""
    x, y = spot.x + spot.width / 2, spot.y
    return (
        f'<g class="way"><title>{_text(_told(way))}</title>'
        f'<path d="M{x:.1f} {y - 10:.1f}c30 -14 30 34 0 20" fill="none" stroke="{_SOFT}" stroke-dasharray="4 3"'
        f' marker-end="url(#callwright-soft)"/>'
        f'<text x="{x + 26:.1f}" y="{y + 4:.1f}" font-size="11" fill="{_INK}">'
        f"{_text(' · '.join(way.labels))}</text></g>"
    )
