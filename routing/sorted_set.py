"""A set in order of score and then of name, as Redis keeps one, for the twin in memory."""

import bisect


class SortedSet:
    """Members by score and then by name, as a sorted set has them. `order` is for looking at, not for changing."""

    __slots__ = ("_scores", "order")

    def __init__(self) -> None:
        self._scores: dict[str, int] = {}
        self.order: list[tuple[int, str]] = []

    def add(self, member: str, score: int) -> None:
        """Put the member there, or move it."""
        if member in self._scores:
            self.remove(member)
        self._scores[member] = score
        bisect.insort(self.order, (score, member))

    def remove(self, member: str) -> None:
        """Take it away, if it is there."""
        score = self._scores.pop(member, None)
        if score is not None:
            del self.order[bisect.bisect_left(self.order, (score, member))]

    def first(self) -> tuple[int, str] | None:
        """The lowest score and its member."""
        return self.order[0] if self.order else None

    def score(self, member: str) -> int | None:
        """The member's score."""
        return self._scores.get(member)

    def until(self, score: int, limit: int) -> list[str]:
        """The members up to that score."""
        end = bisect.bisect_right(self.order, score, key=lambda pair: pair[0])
        return [member for _, member in self.order[: min(end, limit)]]
