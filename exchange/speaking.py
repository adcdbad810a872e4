"""Who speaks: turns loudness, frame by frame, into speech-start and speech-stop. Time is counted in ticks."""

from dataclasses import dataclass, field
from typing import Final

from exchange.mixer import loudness

LOUD: Final = 0.01
_BEGINS: Final = 5  # loud frames (100 ms) in a row make a beginning
_ENDS: Final = 40  # ticks (800 ms) without a loud one make an end


@dataclass(slots=True)
class _One:
    loud: int = 0
    last: int = 0
    speaking: bool = False


@dataclass(slots=True)
class Speaking:
    """What is known of each speaker."""

    _people: dict[str, _One] = field(default_factory=dict)

    def heard(self, name: str, frame: bytes | None, tick: int) -> str | None:
        """The conference event this frame brings about, if any."""
        one = self._people.setdefault(name, _One())
        if loudness(frame) > LOUD:
            one.loud, one.last = one.loud + 1, tick
        else:
            one.loud = 0
        if not one.speaking and one.loud >= _BEGINS:
            one.speaking = True
            return "participant-speech-start"
        if one.speaking and tick - one.last >= _ENDS:
            one.speaking = False
            return "participant-speech-stop"
        return None
