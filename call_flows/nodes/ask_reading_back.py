"""How `ask` makes sure: when an answer is read back, in which words, and what helps who is not understood."""

from typing import TYPE_CHECKING, Final

from call_flows.actions import Prompt as Heard
from call_flows.courtesies import Courtesy
from call_flows.events import Collected
from call_flows.hearing.answers import Answer, Understood, keyed_order
from call_flows.names import local_now
from call_flows.notes import Plain
from call_flows.reading import read_value
from call_flows.slots import Slot

if TYPE_CHECKING:
    from call_flows.turn import Turn

SURE: Final = 0.5
"""A recogniser less sure than this is asked after."""
_SHORT: Final = 2
"""Digits up to so many are no number by which anybody is known."""
_EXAMPLE: Final = 20.5
"""An amount that shows how amounts are said."""
_NEVER: Final = frozenset({"yes_no", "choice", "text"})
_READ_BACK: Final = {
    "digits": Courtesy.CONFIRM_DIGITS,
    "phone": Courtesy.CONFIRM_DIGITS,
    "number": Courtesy.CONFIRM_NUMBER,
    "money": Courtesy.CONFIRM_MONEY,
    "date": Courtesy.CONFIRM_DATE,
    "time": Courtesy.CONFIRM_TIME,
}
_HELP: Final = {
    "digits": Courtesy.HELP_DIGITS,
    "phone": Courtesy.HELP_PHONE,
    "number": Courtesy.HELP_NUMBER,
    "money": Courtesy.HELP_MONEY,
    "time": Courtesy.HELP_TIME,
    "yes_no": Courtesy.HELP_YES_NO,
}


def is_read_back(slot: Slot, event: Collected, chosen: str) -> bool:
    """Whether an answer must be confirmed. A spoken number by which somebody is known always is."""
    if chosen == "always":
        return True
    if event.digits or slot.type == "text":
        return False
    if chosen == "spoken" or slot.type == "phone":
        return True
    if slot.type == "digits":
        return (slot.length or slot.max_length or _SHORT + 1) > _SHORT
    return slot.type not in _NEVER and event.confidence is not None and event.confidence < SURE


def answer_of(turn: "Turn", event: Collected, known: Plain = None) -> Answer:
    """What the caller did, with what must be known to understand it."""
    country = turn.site.site.dialing.countries[0]
    return Answer(event.digits, event.speech, turn.language, local_now(turn).date(), country, known)


def read_back(turn: "Turn", slot: Slot, value: Plain) -> tuple[Heard, ...]:
    """The engine's own words for an answer."""
    today = local_now(turn).date().isoformat()
    return turn.courtesy(_READ_BACK.get(slot.type, Courtesy.CONFIRM_OTHER), {"value": value, "now.date": today})


def reason(turn: "Turn", slot: Slot, found: Understood) -> tuple[Heard, ...]:
    """Why an answer does not do, where that is known."""
    if not found.why:
        return ()
    how = "money" if slot.type == "money" else "number"
    limit = read_value(found.limit, how, turn.language, currency=turn.site.site.currency)
    return turn.courtesy(Courtesy(found.why), {"limit": limit})


def help_for(turn: "Turn", slot: Slot) -> tuple[Heard, ...]:
    """What helps a caller who was not understood twice: how to say it, and how to key it."""
    if slot.type == "date":
        month, day = (_word(turn, which) for which in (Courtesy.MONTH, Courtesy.DAY))
        first, second = (day, month) if keyed_order(slot, turn.language) == "dmy" else (month, day)
        return turn.courtesy(Courtesy.HELP_DATE, {"first": first, "second": second})
    helps = _HELP.get(slot.type)
    return () if helps is None else turn.courtesy(helps, {"example": _EXAMPLE})


def _word(turn: "Turn", which: Courtesy) -> str:
    return " ".join(part.text for part in turn.courtesy(which))
