"""A set in order of score and then of name, as Redis keeps one, for the twin in memory."""

import bisect


class SortedSet:
    """Members by score and then by name, as a sorted set has them."""

    def __init__(self) -> None:
        self._scores: dict[str, int] = {}
        self._order: list[tuple[int, str]] = []

    def add(self, member: str, score: int) -> None:
        """Put the member there, or move it."""
        self.remove(member)
        self._scores[member] = score
        bisect.insort(self._order, (score, member))

    def remove(self, member: str) -> None:
        """Take it away, if it is there."""
        score = self._scores.pop(member, None)
        if score is not None:
            del self._order[bisect.bisect_left(self._order, (score, member))]

    def first(self) -> tuple[int, str] | None:
        """The lowest score and its member."""
        return self._order[0] if self._order else None

    def score(self, member: str) -> int | None:
        """The member's score."""
        return self._scores.get(member)

    def until(self, score: int, limit: int) -> list[str]:
        """The members up to that score."""
        end = bisect.bisect_right(self._order, score, key=lambda pair: pair[0])
        return [member for _, member in self._order[: min(end, limit)]]
