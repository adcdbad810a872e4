"""The steps of the talk of a callback: what is owed already, the offer, the number; and what became of the wish."""

from collections.abc import Mapping
from typing import Final

from call_flows.callback_actions import ChangeCallback
from call_flows.courtesies import Courtesy
from call_flows.events import CallbackAnswered, Collected
from call_flows.facts import OpenCallback
from call_flows.nodes.base import Outcome
from call_flows.nodes.callback_asking import AGAIN, BEING_CALLED, MOST_TIMES, Step, Talk, callable_number, promise
from call_flows.nodes.callback_choosing import CHOOSING, on_a_clock, propose
from call_flows.nodes.callback_talk import Stage
from call_flows.nodes.callback_times import REFUSED, clocks_of, is_sure
from call_flows.offering import is_offered_now, note_offered


def begin(talk: Talk) -> Outcome:
    """With what is owed already, with the offer, or with the number."""
    turn, number = talk.turn, talk.known("number")
    offers = talk.offer is not None
    if not number and not talk.other_number:
        return "not_offered" if offers else "refused"
    if offers and turn.holding:
        if not is_offered_now(turn, talk.queue):
            return "not_offered"
        note_offered(turn, talk.queue)
    owed = next(
        (one for one in turn.facts.callbacks if number and (one.queue, one.number) == (talk.queue, number)), None
    )
    if owed is not None:
        return _owed(talk, owed)
    return talk.ask(Stage.OFFER) if offers else _wanted(talk)


def _owed(talk: Talk, owed: OpenCallback) -> Outcome:
    if owed.being_called:
        talk.say(Courtesy.CALLBACK_BEING_CALLED)
        return "kept"
    if owed.due_at is None:
        return talk.ask(Stage.OPEN, usable=talk.usable)
    talk.turn.scratch = {**talk.turn.scratch, "zone": owed.zone or _zone_of(talk)}
    day, time = talk.calendar.said(owed.due_at)
    return talk.ask(Stage.OPEN, usable=talk.usable, day=day, time=time)


def _zone_of(talk: Talk) -> str:
    number = talk.known("number")
    return clocks_of(talk.turn, number)[0][0] if is_sure(talk.turn, number) else ""


def _wanted(talk: Talk) -> Outcome:
    if talk.known("number"):
        return talk.ask(Stage.THIS_NUMBER)
    known = bool(talk.turn.facts.caller.number or talk.turn.caller)
    return talk.ask(Stage.NUMBER, talk.turn.courtesy(Courtesy.CALLBACK_ANOTHER_NUMBER) if known else None)


def _offered(talk: Talk, answer: str, _event: Collected) -> Outcome:
    return _wanted(talk) if answer == "1" else "declined" if answer == "2" else AGAIN


def _open(talk: Talk, answer: str, _event: Collected) -> Outcome:
    if answer == "1":
        talk.say(Courtesy.CALLBACK_KEPT)
        return "kept"
    if answer == "2":
        return on_a_clock(talk)
    if answer == "4" or (answer == "3" and talk.usable):
        talk.turn.scratch = {**talk.turn.scratch, "doing": "use" if answer == "3" else "cancel"}
        talk.turn.actions.append(ChangeCallback(talk.known("number"), talk.queue, use=answer == "3"))
        return None
    return AGAIN


def _this_number(talk: Talk, answer: str, _event: Collected) -> Outcome:
    if answer == "1":
        return _numbered(talk)
    if answer == "2" and talk.other_number:
        return talk.ask(Stage.NUMBER)
    return _number(talk, answer, _event) if len(answer) > 1 and talk.other_number else AGAIN


def _number(talk: Talk, answer: str, _event: Collected) -> Outcome:
    if not answer:
        return AGAIN
    number = callable_number(talk.turn, answer)
    if number:
        return talk.ask(Stage.NUMBER_CONFIRM, number=number)
    times = int(talk.turn.scratch.get("wrong") or 0) + 1
    if times >= MOST_TIMES // 2:
        return "refused"
    return talk.ask(Stage.NUMBER, talk.turn.courtesy(Courtesy.CALLBACK_WRONG_NUMBER), wrong=times)


def _number_confirm(talk: Talk, answer: str, _event: Collected) -> Outcome:
    if answer == "1":
        return _numbered(talk)
    return talk.ask(Stage.NUMBER) if answer == "2" else AGAIN


def _numbered(talk: Talk) -> Outcome:
    if talk.at == "either":
        return talk.ask(Stage.WHEN)
    return promise(talk) if talk.at == "now" else on_a_clock(talk)


def _when(talk: Talk, answer: str, _event: Collected) -> Outcome:
    return promise(talk) if answer == "1" else on_a_clock(talk) if answer == "2" else AGAIN


def answered(talk: Talk, event: CallbackAnswered) -> Outcome:
    """What became of what was asked of the house."""
    doing = talk.known("doing")
    if doing in {"cancel", "use"}:
        return _changed(talk, event, doing)
    if event.promised:
        return talk.ask(Stage.TIME_CONFIRM) if doing == "look" else "next"
    if event.reason == BEING_CALLED:
        talk.say(Courtesy.CALLBACK_BEING_CALLED)
        return "kept"
    if talk.known("time") and (event.nearest or event.reason in REFUSED):
        return propose(talk, event.reason, event.nearest)
    talk.turn.fault("callback_refused", event.reason)
    return "refused"


def _changed(talk: Talk, event: CallbackAnswered, doing: str) -> Outcome:
    if event.reason == BEING_CALLED:
        talk.say(Courtesy.CALLBACK_BEING_CALLED)
        return "kept"
    if doing == "use":
        return "in_line"
    talk.say(Courtesy.CALLBACK_CANCELLED)
    return "cancelled"


STEPS: Final[Mapping[Stage, Step]] = {
    Stage.OFFER: _offered,
    Stage.OPEN: _open,
    Stage.WHEN: _when,
    Stage.THIS_NUMBER: _this_number,
    Stage.NUMBER: _number,
    Stage.NUMBER_CONFIRM: _number_confirm,
    **CHOOSING,
}
