"""Sound on the line: G.711 µ-law at 8 kHz in frames of 20 ms, and the time line on which a mouth lays what it says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

RATE: Final = 8000
FRAME: Final = 160
FRAME_SECONDS: Final = 0.02
SILENT: Final = 0xFF  # µ-law's zero
SILENCE: Final = bytes([SILENT]) * FRAME


@dataclass(frozen=True, slots=True)
class Sound:
    """A finished piece of sound: µ-law bytes, one a sample."""

    ulaw: bytes

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.ulaw) / RATE


def silence(seconds: float) -> Sound:
    """Nothing, for so long."""
    return Sound(bytes([SILENT]) * round(seconds * RATE))


def joined(*sounds: Sound) -> Sound:
    """One after the other."""
    return Sound(b"".join(sound.ulaw for sound in sounds))


@dataclass(slots=True)
class Piece:
    """A sound laid on a time line; `end` moves to the left when it is cut short."""

    sound: Sound
    start: int  # in samples of the clock
    end: int


@dataclass(slots=True)
class TimeLine:
    """What one mouth says, laid out along the clock.

    Which bytes are heard in a frame follows from the moment alone. So nothing has to be computed while nobody
    listens, and who begins to listen in the middle of a sound hears its middle.
    """

    _pieces: list[Piece] = field(default_factory=list)

    def lay(self, sound: Sound, at: float) -> Piece:
        """Begin a sound at a moment of the clock; what sounds then is cut."""
        start = round(at * RATE)
        for piece in self._pieces:
            piece.end = min(piece.end, start)
        piece = Piece(sound, start, start + len(sound.ulaw))
        self._pieces.append(piece)
        return piece

    def cut(self, piece: Piece, at: float) -> None:
        """End that sound at the moment."""
        piece.end = min(piece.end, round(at * RATE))

    def frame(self, tick: int) -> bytes | None:
        """The 160 bytes of the 20 ms that end at tick × 20 ms; None for silence. Ticks are asked in rising order."""
        begin, end = (tick - 1) * FRAME, tick * FRAME
        self._pieces = [piece for piece in self._pieces if piece.end > begin]
        heard: bytearray | None = None
        for at, chunk in self._within(begin, end):
            if len(chunk) == FRAME:
                return chunk
            heard = heard if heard is not None else bytearray(SILENCE)
            heard[at - begin : at - begin + len(chunk)] = chunk
        return bytes(heard) if heard is not None else None

    def _within(self, begin: int, end: int) -> Iterator[tuple[int, bytes]]:
        for piece in self._pieces:
            first, last = max(begin, piece.start), min(end, piece.end)
            if first < last:
                yield first, piece.sound.ulaw[first - piece.start : last - piece.start]
