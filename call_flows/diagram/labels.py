"""Where the names of exits stand: on their way, near where it begins, and not upon each other or upon a box."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from call_flows.diagram.layout import BOX_HEIGHT, LETTER, Road, Spot

Point = tuple[float, float]
Room = tuple[float, float, float, float]
_LINE: Final = 13.0
_PLACES: Final = tuple(0.16 + 0.06 * step for step in range(14))
"""The parts of a stretch of way at which a label may stand, the best first."""


def place_labels(roads: Iterable[tuple[Road, list[Point]]], spots: Iterable[Spot]) -> dict[int, Point]:
    """For each way with a label, by the id of its road, where its first line's middle stands."""
    taken = [
        (spot.x - spot.width / 2, spot.y - BOX_HEIGHT / 2, spot.x + spot.width / 2, spot.y + BOX_HEIGHT / 2)
        for spot in spots
    ]
    found: dict[int, Point] = {}
    for road, points in roads:
        labels = road.way.labels
        if not labels:
            continue
        best: tuple[float, Point, Room] | None = None
        for rank, (x, y) in enumerate(_along(points, turned=road.turned)):
            room = room_of(x, y, labels)
            cost = sum(overlap(room, other) for other in taken) + rank * 4
            if best is None or cost < best[0]:
                best = (cost, (x, y), room)
        if best is not None:
            found[id(road)] = best[1]
            taken.append(best[2])
    return found


def _along(points: list[Point], *, turned: bool) -> Iterable[Point]:
    """Places on a way, from where it begins: its first stretch, then the middle of the next."""
    stretches = list(pairwise(points))
    if turned:
        stretches = [(end, start) for start, end in reversed(stretches)]
    for place, (start, end) in enumerate(stretches[:3]):
        yield from (_on_curve(start, end, at) for at in (_PLACES if not place else (0.3, 0.5, 0.7)))


def _on_curve(start: Point, end: Point, at: float) -> Point:
    """A point of the curve that `drawing` draws between two spots."""
    (ax, ay), (bx, by) = start, end
    half = (by - ay) / 2
    parts = ((1 - at) ** 3, 3 * (1 - at) ** 2 * at, 3 * (1 - at) * at**2, at**3)
    x = parts[0] * ax + parts[1] * ax + parts[2] * bx + parts[3] * bx
    return x, parts[0] * ay + parts[1] * (ay + half) + parts[2] * (by - half) + parts[3] * by


def room_of(x: float, y: float, labels: list[str]) -> Room:
    """The room that labels take: left, top, right, bottom."""
    half = max(len(label) for label in labels) * LETTER * 0.92 / 2 + 3
    return x - half, y - 10, x + half, y + 4 + _LINE * (len(labels) - 1)


def overlap(one: Room, other: Room) -> float:
    """How much of one room lies in the other."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0
