"""What a TwiML verb is: a small frozen value that reads itself from an element and performs itself on a leg.

To add a verb, add a file to this folder with one class derived from `Verb`; `exchange.twiml.document` finds it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from exchange.twiml.attributes import Notes
from exchange.twiml.elements import Element

if TYPE_CHECKING:
    from exchange.twiml.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request to the app for the next document. The URL is absolute; `params` are added to the call's own fields."""

    url: str
    method: str = "POST"
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Inline:
    """TwiML given in place of a URL (REST's Twiml parameter)."""

    twiml: str


Source = Ask | Inline


@dataclass(frozen=True, slots=True)
class Proceed:
    """The verb is done: on to the next one."""


@dataclass(frozen=True, slots=True)
class GoTo:
    """The rest of the document is dropped; the answer to this request takes its place."""

    source: Source


@dataclass(frozen=True, slots=True)
class End:
    """The call ends here. `refused` is set when it was never answered: busy or rejected."""

    refused: str = ""


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """The wait in the queue ends here (only from a waitUrl's document)."""


Outcome = Proceed | GoTo | End | LeaveQueue


class Verb(ABC):
    """One verb of a document. Subclasses are frozen dataclasses."""

    name: ClassVar[str]
    answers: ClassVar[bool] = True  # performing it answers a ringing call

    @classmethod
    @abstractmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of an element; what is wrong with it is noted, never raised."""

    @abstractmethod
    async def perform(self, stage: "Stage") -> Outcome:
        """Do it, and return when the next verb may begin. Cancelled when the caller hangs up or REST redirects."""
