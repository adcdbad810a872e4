"""Errors that say what, where and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, for a person: a stable code, what it is, where, and what to do about it."""

    code: str
    what: str
    where: str = ""
    todo: str = ""

    def sentence(self) -> str:
        """The problem in one line."""
        place = f"{self.where}: " if self.where else ""
        todo = f" {self.todo}" if self.todo else ""
        return f"{place}{self.what} [{self.code}]{todo}"


class CallwrightError(Exception):
    """Something the house cannot do, told with its problem. Every error of ours is one of these."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


class SettingsRefused(CallwrightError):
    """The environment does not describe a house that can stand: every problem is in `problems`."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems[0])
        self.problems = problems


class ServiceUnavailable(CallwrightError):
    """A part the house stands on (database, Redis, port, folder) cannot be used."""
