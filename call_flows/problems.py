"""What can be wrong with a site, told so that the designer can put it right: place, code, word, nearest, what to do."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from foundation.errors import CallwrightError
from foundation.errors import Problem as HouseProblem


class Severity(StrEnum):
    """An error keeps a site from going live; a warning is what callers will bear."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands, counted from one as editors do."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a site. `word` is the offending one, `nearest` the right one it resembles."""

    place: Place
    code: str
    what: str
    word: str = ""
    nearest: str = ""
    todo: str = ""
    sure: bool = field(default=False, compare=False)
    """Whether `nearest` is the only word that it can be: then `--fix` writes it."""

    @property
    def severity(self) -> Severity:
        """Codes that begin with W are warnings."""
        return Severity.WARNING if self.code.startswith("W") else Severity.ERROR

    def __str__(self) -> str:
        nearest = f" Did you mean '{self.nearest}'?" if self.nearest else ""
        todo = f" {self.todo}" if self.todo else ""
        return f"{self.place}: {self.severity} {self.code}: {self.what}{nearest}{todo}"


class SiteRefused(CallwrightError):
    """The site cannot go live: every error is in `problems`; put them right and load again."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        first = self.problems[0]
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(HouseProblem(first.code, first.what + more, str(first.place), first.todo))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def nearest(word: str, candidates: Iterable[str]) -> str:
    """The candidate most like the word, or nothing when none is like it."""
    pool = list(candidates)
    lowered = {candidate.lower(): candidate for candidate in reversed(pool)}
    found = difflib.get_close_matches(word.lower()[:80], lowered, n=1, cutoff=0.55)
    return lowered[found[0]] if found else ""


def one_near(word: str, candidates: Iterable[str]) -> bool:
    """Whether one candidate is much like the word, and no other is."""
    lowered = {candidate.lower() for candidate in candidates}
    return len(difflib.get_close_matches(word.lower()[:80], lowered, n=2, cutoff=0.65)) == 1
