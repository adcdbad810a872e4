"""The line of a party who cannot be reached: nothing is heard of it, nothing said to it."""

from exchange.legs import Cue, Leg


class DeadLine:
    """A line that leads nowhere."""

    wants_sound = False

    def take_frame(self, _tick: int) -> bytes | None:
        """Silence."""
        return None

    def give_frame(self, tick: int, frame: bytes) -> None:
        """Nobody hears it."""

    def ring(self, leg: Leg) -> None:
        """Nobody is there."""

    def changed(self, leg: Leg) -> None:
        """Nobody cares."""

    def cue(self, leg: Leg, cue: Cue) -> None:
        """Nobody listens."""
