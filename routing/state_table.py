"""A state machine as a table that can be printed: (state, event) → state, and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from foundation.errors import Problem
from routing.errors import MoveRefused

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class StateTable(Generic[S, E]):
    """All the moves of one noun. What has no row is refused."""

    noun: str
    start: S
    rows: Mapping[tuple[S, E], S]

    def after(self, state: S, event: E) -> S:
        """The state that follows. Raises MoveRefused where the table has no row."""
        try:
            return self.rows[state, event]
        except KeyError:
            allowed = ", ".join(sorted(move.value for at, move in self.rows if at == state)) or "nothing any more"
            raise MoveRefused(
                Problem(
                    f"{self.noun}_move",
                    f"{self.noun} is {state}: {event} is not possible.",
                    todo=f"Possible now: {allowed}.",
                )
            ) from None

    def allows(self, state: S, event: E) -> bool:
        """Whether the table has a row for it."""
        return (state, event) in self.rows

    def is_final(self, state: S) -> bool:
        """Whether nothing leads out of the state."""
        return not any(at == state for at, _ in self.rows)

    def lines(self) -> Iterator[str]:
        """The table, a row a line, for a terminal."""
        for (state, event), then in self.rows.items():
            yield f"{state:<14} {event:<20} {then}"

    def markdown(self) -> str:
        """The table as a table: a row a state and event, in the order of the states."""
        rows = [f"| {state} | {event} | {then} |" for (state, event), then in self._by_state()]
        return "\n".join(["| state | what happens | then |", "|---|---|---|", *rows, ""])

    def _by_state(self) -> list[tuple[tuple[S, E], S]]:
        order = list(type(self.start))
        return sorted(self.rows.items(), key=lambda row: order.index(row[0][0]))

    def mermaid(self) -> str:
        """The table drawn as a Mermaid state diagram."""
        moves = [f"    {state} --> {then}: {event}" for (state, event), then in self.rows.items()]
        states = dict.fromkeys([state for state, _ in self.rows] + list(self.rows.values()))
        ends = [f"    {state} --> [*]" for state in states if self.is_final(state)]
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.start}", *moves, *ends, ""])
