"""Where boxes and ways stand: layers from the start down, ordered so that few ways cross, long ways led around."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from call_flows.diagram.picture import ALWAYS, Picture, Way

BOX_HEIGHT: Final = 52.0
GAP: Final = 34.0
LANE: Final = 18.0
"""The width that a passing way takes in a layer."""
_SWEEPS: Final = 12
_NUDGES: Final = 10
LETTER: Final = 6.4
"""About how wide a letter is; a font cannot be asked."""


@dataclass(slots=True)
class Spot:
    """Something that takes room in a layer: a box, or a way passing through."""

    key: str
    width: float
    layer: int
    x: float = 0.0
    y: float = 0.0
    above: list["Spot"] = field(default_factory=list)
    below: list["Spot"] = field(default_factory=list)


@dataclass(slots=True)
class Road:
    """A way with the spots it goes through, downwards; `turned` when it really leads up."""

    way: Way
    spots: list[Spot]
    turned: bool


@dataclass(slots=True)
class Plan:
    """A picture with places."""

    spots: dict[str, Spot]
    roads: list[Road]
    width: float
    height: float


def plan(picture: Picture) -> Plan:
    """Give every box and every way its place."""
    ways = [way for way in picture.ways if way.target in picture.boxes and way.target != way.source]
    turned = _turned(picture, ways)
    layers_of = _layers(picture, ways, turned)
    spots = {
        name: Spot(name, box_width(box.name, box.verb, box.text), layers_of[name])
        for name, box in picture.boxes.items()
    }
    rows: list[list[Spot]] = [[] for _ in range(max(layers_of.values(), default=0) + 1)]
    for name in picture.boxes:
        rows[layers_of[name]].append(spots[name])
    roads = [_road(way, spots, rows, turned=place in turned) for place, way in enumerate(ways)]
    _order(rows)
    _place(rows)
    height = _heights(rows, roads)
    return Plan(spots, roads, max((spot.x + spot.width / 2 for row in rows for spot in row), default=0.0), height)


def box_width(name: str, verb: str, text: str) -> float:
    """How wide a box must be for its words."""
    return max(110.0, 26 + LETTER * max(len(name) * 1.12 + len(verb) + 3, len(text) * 0.92))


def _turned(picture: Picture, ways: list[Way]) -> set[int]:
    """The ways that lead back up: seen from the start, they end where the call has already been."""
    out: dict[str, list[tuple[int, str]]] = {name: [] for name in picture.boxes}
    for place, way in enumerate(ways):
        out[way.source].append((place, way.target))
    turned: set[int] = set()
    done: set[str] = set()
    roots = [name for name in (picture.start, *picture.boxes) if name in picture.boxes]
    for root in [*(name for name in roots if name != ALWAYS), ALWAYS]:
        if root in done or root not in out:
            continue
        trail: list[tuple[str, Iterator[tuple[int, str]]]] = [(root, iter(out[root]))]
        on_trail = {root}
        while trail:
            name, rest = trail[-1]
            step = next(rest, None)
            if step is None:
                trail.pop()
                on_trail.discard(name)
                done.add(name)
            elif step[1] in on_trail:
                turned.add(step[0])
            elif step[1] not in done:
                trail.append((step[1], iter(out[step[1]])))
                on_trail.add(step[1])
    return turned


def _layers(picture: Picture, ways: list[Way], turned: set[int]) -> dict[str, int]:
    """Each box as far down as the longest way to it."""
    into: dict[str, list[str]] = {name: [] for name in picture.boxes}
    out: dict[str, list[str]] = {name: [] for name in picture.boxes}
    for place, way in enumerate(ways):
        source, target = (way.target, way.source) if place in turned else (way.source, way.target)
        into[target].append(source)
        out[source].append(target)
    left = {name: len(sources) for name, sources in into.items()}
    ready = [name for name, count in left.items() if not count]
    layers = dict.fromkeys(picture.boxes, 0)
    while ready:
        name = ready.pop()
        for target in out[name]:
            layers[target] = max(layers[target], layers[name] + 1)
            left[target] -= 1
            if not left[target]:
                ready.append(target)
    if ALWAYS in layers and out[ALWAYS]:
        layers[ALWAYS] = max(0, min(layers[target] for target in out[ALWAYS]) - 1)
    return layers


def _road(way: Way, spots: dict[str, Spot], rows: list[list[Spot]], *, turned: bool) -> Road:
    first, last = (spots[way.target], spots[way.source]) if turned else (spots[way.source], spots[way.target])
    through = [first]
    for layer in range(first.layer + 1, last.layer):
        passing = Spot(f"{way.source}→{way.target}", LANE, layer)
        rows[layer].append(passing)
        through.append(passing)
    through.append(last)
    for above, below in pairwise(through):
        above.below.append(below)
        below.above.append(above)
    return Road(way, through, turned)


def _order(rows: list[list[Spot]]) -> None:
    """Stand each spot near the middle of its neighbours, sweeping down and up."""
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        ranks = {id(spot): float(rank) for row in rows for rank, spot in enumerate(row)}
        for row in rows[1:] if down else rows[-2::-1]:
            middles = {}
            for rank, spot in enumerate(row):
                near = [ranks[id(other)] for other in (spot.above if down else spot.below)]
                middles[id(spot)] = sum(near) / len(near) if near else float(rank)
            row.sort(key=lambda spot: middles[id(spot)])
            ranks.update({id(spot): float(rank) for rank, spot in enumerate(row)})


def _place(rows: list[list[Spot]]) -> None:
    """Give each spot its x: packed at first, then drawn to its neighbours as far as the row allows."""
    for row in rows:
        x = 0.0
        for spot in row:
            spot.x = x + spot.width / 2
            x += spot.width + GAP
    for nudge in range(_NUDGES * 2):
        for row in rows if nudge % 2 == 0 else rows[::-1]:
            wanted = [_middle(spot, down=nudge % 2 == 0) for spot in row]
            _pull(row, wanted)
    left = min((spot.x - spot.width / 2 for row in rows for spot in row), default=0.0)
    for row in rows:
        for spot in row:
            spot.x -= left


def _middle(spot: Spot, *, down: bool) -> float:
    near = (spot.above if down else spot.below) or spot.above or spot.below
    return sum(other.x for other in near) / len(near) if near else spot.x


def _pull(row: list[Spot], wanted: list[float]) -> None:
    """Move a row's spots to where they want to be, without overlap: as it is from the left and from the right."""
    from_left: list[float] = []
    for place, spot in enumerate(row):
        least = from_left[-1] + (row[place - 1].width + spot.width) / 2 + GAP if place else wanted[0]
        from_left.append(max(wanted[place], least))
    from_right = [0.0] * len(row)
    for place in range(len(row) - 1, -1, -1):
        if place == len(row) - 1:
            most = wanted[place]
        else:
            most = from_right[place + 1] - (row[place + 1].width + row[place].width) / 2 - GAP
        from_right[place] = min(wanted[place], most)
    for spot, left, right in zip(row, from_left, from_right, strict=True):
        spot.x = (left + right) / 2


def _heights(rows: list[list[Spot]], roads: list[Road]) -> float:
    """Give each row its y: as much room below a row as the labels of the ways that begin there need."""
    room = [0] * len(rows)
    for road in roads:
        source = road.spots[-1] if road.turned else road.spots[0]
        room[source.layer] = max(room[source.layer], len(road.way.labels))
    y = BOX_HEIGHT / 2
    for row, lines in zip(rows, room, strict=True):
        for spot in row:
            spot.y = y
        y += BOX_HEIGHT + 46 + 13 * lines
    return y
