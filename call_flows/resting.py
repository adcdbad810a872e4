"""Why agents rest: the reasons of a site, from which an agent chooses when not ready."""

from typing import Annotated, Final

from pydantic import AfterValidator

from call_flows.values import refuse

LONGEST: Final = 30
MOST: Final = 20
OWN: Final = frozenset(
    {"signed in", "no answer", "declined", "line failed", "no contact", "lost contact", "available", "offline"}
)
"""What the house itself says of an agent; a site's reason that reads the same would hide it."""
USUAL: Final = ("Break", "Lunch", "Meeting")


def _reason(name: str) -> str:
    word = " ".join(name.split())
    if not word:
        raise refuse("E012", "A reason to rest is empty.", todo="Write a word such as Lunch.")
    if len(word) > LONGEST:
        todo = f"At most {LONGEST} characters fit on the desk."
        raise refuse("E012", f"'{word[:60]}' is too long for a reason to rest.", word=word, todo=todo)
    if word.lower() in OWN:
        todo = "Choose another word."
        raise refuse("E012", f"'{word}' is what the house itself says of an agent.", word=word, todo=todo)
    return word


def _reasons(names: list[str]) -> list[str]:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise refuse("E012", f"The reason '{name}' stands twice.", word=name, todo="Leave one of them out.")
        seen.add(name.lower())
    return names


Reason = Annotated[str, AfterValidator(_reason)]
Reasons = Annotated[list[Reason], AfterValidator(_reasons)]
