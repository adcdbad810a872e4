"""How a dialogue fails: what was wanted, what there was instead, where it is written, and where the call stood."""

from dataclasses import dataclass

from call_flows.problems import Place


class Unmet(Exception):
    """A step cannot be done, or what it expects does not hold; the runner adds the places."""

    def __init__(self, what: str, instead: tuple[str, ...] = (), *, todo: str = "") -> None:
        super().__init__(what)
        self.what, self.instead, self.todo = what, instead, todo


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure, ready to be told."""

    place: Place
    what: str
    instead: tuple[str, ...]
    stands: str
    """Where the call stood, with the node's file and line."""
    todo: str = ""

    def lines(self) -> list[str]:
        """The failure as it is printed."""
        told = [f"{self.place}: {self.what}"]
        told += [f"    {line}" for line in self.instead]
        told += [f"    {self.stands}"]
        return told + ([f"    {self.todo}"] if self.todo else [])
