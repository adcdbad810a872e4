"""Digits said one after another, however they are grouped: `four double one`, `forty one eleven`, `cuatro mil once`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from transcription.redact.items import Item
from transcription.redact.lexicon import Sort

MOST_NEUTRAL: Final = 6
"""So many words that mean nothing may stand between two digits of a number."""
MOST_DOUBTS: Final = 4
SURE: Final = 6
"""At the end of so many digits a word that sounds like one is one."""
_NUMBERS: Final = frozenset({Sort.DIGITS, Sort.HUNDREDS, Sort.REPEAT})
_NEUTRAL: Final = frozenset({Sort.NEUTRAL, Sort.AND})


@dataclass(frozen=True, slots=True)
class Chunk:
    """A number of one breath and its digits; `doubtful` when the word may be another (`for`, `to`).

    `also` is what else it may mean: `eight hundred ninety five` is 895, or 800 and then 95.
    """

    digits: str
    first: int
    last: int
    doubtful: bool = False
    also: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Chunks without anything between them that would end a number."""

    chunks: tuple[Chunk, ...]

    @property
    def first(self) -> int:
        """The place of its first word."""
        return self.chunks[0].first

    @property
    def last(self) -> int:
        """The place of its last word."""
        return self.chunks[-1].last

    @property
    def digits(self) -> str:
        """All its digits but the doubtful."""
        return "".join(chunk.digits for chunk in self.chunks if not chunk.doubtful)

    def readings(self) -> Iterator[tuple[Chunk, ...]]:
        """The chunks as they were heard first; then with the doubtful ones left out and the other meanings tried."""
        doubts = [place for place, chunk in enumerate(self.chunks) if chunk.doubtful or chunk.also][:MOST_DOUBTS]
        for choice in product((True, False), repeat=len(doubts)):
            other = {place for place, kept in zip(doubts, choice, strict=True) if not kept}
            yield tuple(
                replace(chunk, digits=chunk.also) if place in other else chunk
                for place, chunk in enumerate(self.chunks)
                if not (place in other and chunk.doubtful)
            )


def runs_of(items: Sequence[Item]) -> list[Run]:
    """Every run, in order. A number before a unit ("twenty dollars") is a quantity and none of a run."""
    runs: list[Run] = []
    chunks: list[Chunk] = []
    at = neutral = 0

    def close() -> None:
        while chunks and chunks[-1].doubtful and sum(len(chunk.digits) for chunk in chunks) <= SURE:
            chunks.pop()
        if chunks and not all(chunk.doubtful for chunk in chunks):
            runs.append(Run(tuple(chunks)))
        chunks.clear()

    while at < len(items):
        item = items[at]
        chunk, size = _chunk(items, at, begun=bool(chunks) and not neutral)
        if chunk is not None:
            chunks.append(chunk)
            at, neutral = at + size, 0
            continue
        if item.sort in {*_NEUTRAL, Sort.REPEAT} and chunks and neutral < MOST_NEUTRAL:
            neutral += 1
        else:
            if item.sort is Sort.UNIT and chunks:
                chunks.pop()
            close()
            neutral = 0
        at += 1
    close()
    return runs


def _chunk(items: Sequence[Item], at: int, *, begun: bool) -> tuple[Chunk | None, int]:
    """The chunk that begins at a place, and how many items it takes; None when none does."""
    match items[at].sort:
        case Sort.LIKE:
            return _doubtful(items, at, begun=begun)
        case Sort.REPEAT:
            return _repeated(items, at)
        case Sort.SCALE if items[at].value == 1000:
            return _thousands(items, at, 1, at)
        case Sort.DIGITS | Sort.HUNDREDS:
            return _plain(items, at)
        case _:
            return None, 1


def _doubtful(items: Sequence[Item], at: int, *, begun: bool) -> tuple[Chunk | None, int]:
    follows = at + 1 < len(items) and items[at + 1].sort in {*_NUMBERS, Sort.LIKE}
    ends = at + 1 == len(items) or items[at + 1].sort in _NEUTRAL
    if follows or (begun and ends):
        return Chunk(items[at].digits, items[at].first, items[at].last, doubtful=True), 1
    return None, 1


def _plain(items: Sequence[Item], at: int) -> tuple[Chunk | None, int]:
    value, end = _group(items, at)
    if value is not None and end < len(items) and items[end].sort is Sort.SCALE and items[end].value >= 1000:
        return _thousands(items, at, value, end)
    digits = items[at].digits if end == at + 1 else str(value)
    return Chunk(digits, items[at].first, items[end - 1].last, also=_apart(items, at, end, value)), end - at


def _thousands(items: Sequence[Item], at: int, value: int, scale: int) -> tuple[Chunk | None, int]:
    """So many of the scale that stands at a place, and what below a thousand follows it."""
    value, end = value * items[scale].value, scale + 1
    below, after = _group(items, end) if _goes_on(items, end) else (None, end)
    if below is not None and below < 1000:
        value, end = value + below, after
    return Chunk(str(value), items[at].first, items[end - 1].last), end - at


def _apart(items: Sequence[Item], at: int, end: int, value: int | None) -> str:
    """A hundred and what follows it, as two numbers; empty where they were one word or joined by `and`."""
    inner = items[at:end]
    spoken = len(inner) > 1 and inner[-1].sort is Sort.DIGITS and not any(item.sort is Sort.AND for item in inner)
    if value is None or value < 100 or not spoken or not value % 100:
        return ""
    return f"{value - value % 100}{value % 100}"


def _repeated(items: Sequence[Item], at: int) -> tuple[Chunk | None, int]:
    for ahead in range(at + 1, min(at + 3, len(items))):
        item = items[ahead]
        if item.sort in {Sort.DIGITS, Sort.LIKE} and len(item.digits) == 1:
            return Chunk(item.digits * items[at].value, items[at].first, item.last), ahead + 1 - at
        if item.sort is Sort.DIGITS:
            return Chunk(item.digits, items[at].first, item.last), ahead + 1 - at
    return None, 1


def _group(items: Sequence[Item], at: int) -> tuple[int | None, int]:
    """A number below ten thousand that begins at a place (`forty one hundred eleven`), and where it ends."""
    if at >= len(items) or items[at].sort not in {Sort.DIGITS, Sort.HUNDREDS}:
        return None, at
    item, end = items[at], at + 1
    value = item.value
    if item.sort is Sort.DIGITS and not item.written:
        unit = items[end] if end < len(items) else None
        tens = value >= 20 and value % 10 == 0
        scaled = end + 1 < len(items) and items[end + 1].sort is Sort.SCALE
        if tens and unit is not None and _is_single(unit) and unit.value and not unit.written and not scaled:
            return value + unit.value, end + 1
    if item.sort is Sort.DIGITS and 0 < value < 100 and _is_hundred(items, end):
        value, end = value * 100, end + 1
    elif item.sort is Sort.DIGITS:
        return value, end
    joint = end + 1 < len(items) and items[end].sort is Sort.AND and _is_small(items[end + 1])
    below = end + 1 if joint else end
    if _goes_on(items, below) and _is_small(items[below]):
        rest, after = _group(items, below)
        if rest is not None and rest < 100:
            return value + rest, after
    return value, end


def _goes_on(items: Sequence[Item], at: int) -> bool:
    """Whether what follows belongs to the number before: not a row of single digits."""
    if at >= len(items):
        return False
    follows = at + 1 < len(items) and _is_single(items[at + 1])
    return not (_is_single(items[at]) and follows)


def _is_single(item: Item) -> bool:
    return item.sort is Sort.DIGITS and len(item.digits) == 1


def _is_small(item: Item) -> bool:
    return item.sort is Sort.DIGITS and not item.written and 0 < item.value < 100


def _is_hundred(items: Sequence[Item], at: int) -> bool:
    return at < len(items) and items[at].sort is Sort.SCALE and items[at].value == 100
