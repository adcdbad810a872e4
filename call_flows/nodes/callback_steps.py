"""The steps of the talk of a callback: what each answer leads to. `Talk` is one talk at one moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from call_flows.actions import ChangeCallback, PromiseCallback
from call_flows.actions import Prompt as Heard
from call_flows.appointment import Calendar
from call_flows.courtesies import Courtesy
from call_flows.events import CallbackAnswered, Collected
from call_flows.facts import OpenCallback
from call_flows.nodes.base import Outcome
from call_flows.nodes.callback_talk import Stage, ask
from call_flows.nodes.callback_times import (
    REFUSED,
    calendar_of,
    clocks_of,
    days_of,
    few,
    is_sure,
    near_at,
    near_of,
    spoken_clock,
    spoken_day,
    times_of,
    wanted_moment,
    zone_at,
)
from call_flows.nodes.fetch import MAX_IN_A_ROW
from call_flows.notes import Plain
from call_flows.offering import is_offered_now, note_offered
from call_flows.prompt import Prompt
from call_flows.turn import Turn
from foundation.phone import NumberRefused, dialable, parse_number

AGAIN: Final = "(again)"
"""The answer means nothing here: ask again."""
MOST_TIMES: Final = 6
"""So many times that will not do are answered with others; then the caller is led elsewhere."""
BEING_CALLED: Final = "being_called"
_FULL: Final = "slot_full"


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk: the turn, and what the node says of it. `usable`: the caller may wait on the line instead."""

    turn: Turn
    queue: str
    at: str
    needs: Mapping[str, int]
    timeout: float
    offer: Prompt | None
    usable: bool
    other_number: bool

    def ask(self, stage: Stage, before: Sequence[Heard] | None = None, **known: Plain) -> Outcome:
        """Ask for what a stage needs; without anything said before, it is the first time."""
        turn = self.turn
        if before is None:
            turn.tries = 0
        turn.scratch = {**turn.scratch, **known, "stage": str(stage)}
        ask(turn, stage, tuple(before or ()), self.timeout, self.offer)
        return None

    def known(self, name: str) -> str:
        """Something that the talk has learned; empty when it has not."""
        return str(self.turn.scratch.get(name) or "")

    def say(self, which: Courtesy) -> None:
        """Say something and go on."""
        self.turn.actions.extend(self.turn.courtesy(which, self.turn.scratch))

    @property
    def calendar(self) -> Calendar:
        """The calendar on the clock that is known so far."""
        return calendar_of(self.turn, self.queue)


Step = Callable[[Talk, str, Collected], Outcome]


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
        return _on_a_clock(talk)
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
    return promise(talk) if talk.at == "now" else _on_a_clock(talk)


def _when(talk: Talk, answer: str, _event: Collected) -> Outcome:
    return promise(talk) if answer == "1" else _on_a_clock(talk) if answer == "2" else AGAIN


def _on_a_clock(talk: Talk) -> Outcome:
    """On which clock the caller will name a time: that of the number, where it tells; else it is asked for."""
    turn, number = talk.turn, talk.known("number")
    if talk.known("zone"):
        return _ask_day(talk)
    clocks = clocks_of(turn, number)
    if is_sure(turn, number):
        turn.scratch = {**turn.scratch, "zone": clocks[0][0]}
        elsewhere = clocks[0][1] != turn.facts.now.astimezone(turn.site.zone).strftime("%H:%M")
        return _ask_day(talk, turn.courtesy(Courtesy.CALLBACK_YOUR_TIME, {"time": clocks[0][1]}) if elsewhere else None)
    if not few(clocks, number):
        return talk.ask(Stage.CLOCK)
    shown = {f"clock_{key}": time for key, (_name, time) in enumerate(clocks, 1)}
    turn.scratch = {**turn.scratch, **shown}
    return talk.ask(Stage.ZONE)


def _zone(talk: Talk, answer: str, event: Collected) -> Outcome:
    clocks = clocks_of(talk.turn, talk.known("number"))
    said = spoken_clock(event, talk.turn.language)
    if not said and answer.isdigit() and 1 <= int(answer) <= len(clocks):
        return _in_zone(talk, clocks[int(answer) - 1][0])
    return _in_zone(talk, zone_at(clocks, [said])) if said else AGAIN


def _clock(talk: Talk, answer: str, _event: Collected) -> Outcome:
    return _in_zone(talk, zone_at(clocks_of(talk.turn, talk.known("number")), times_of(answer))) if answer else AGAIN


def _in_zone(talk: Talk, zone: str) -> Outcome:
    if not zone:
        return AGAIN
    talk.turn.scratch = {**talk.turn.scratch, "zone": zone}
    return _ask_day(talk)


def _ask_day(talk: Talk, before: Sequence[Heard] | None = None) -> Outcome:
    today = talk.calendar.day(0)
    return talk.ask(Stage.DAY, before, **days_of(talk.calendar), today=today)


def _day(talk: Talk, answer: str, event: Collected) -> Outcome:
    if event.digits:
        if answer == "4":
            return talk.ask(Stage.DATE)
        return talk.ask(Stage.TIME, day=talk.calendar.day(int(answer) - 1)) if answer in {"1", "2", "3"} else AGAIN
    return _date(talk, answer, event)


def _date(talk: Talk, _answer: str, event: Collected) -> Outcome:
    day, times = spoken_day(event, talk.turn.language, talk.calendar)
    if not day:
        return AGAIN
    talk.turn.scratch = {**talk.turn.scratch, "day": day}
    return _timed(talk, times) if times else talk.ask(Stage.TIME)


def _time(talk: Talk, answer: str, _event: Collected) -> Outcome:
    clocks = times_of(answer) if answer else []
    return _timed(talk, clocks) if clocks else AGAIN


def _timed(talk: Talk, clocks: list[str]) -> Outcome:
    """A time was named; of four keys it may be the morning's or the evening's."""
    calendar, day = talk.calendar, talk.known("day")
    possible = calendar.possible(day, clocks)
    if len(possible) > 1:
        return talk.ask(Stage.HALF, morning=possible[0], afternoon=possible[1])
    if possible:
        return _chosen(talk, possible[0])
    moment = wanted_moment(calendar, day, clocks)
    return propose(talk, calendar.refusal(moment), calendar.nearest(moment))


def _chosen(talk: Talk, time: str) -> Outcome:
    """A time that will do: is there room? Then it is read back."""
    talk.turn.scratch = {**talk.turn.scratch, "time": time}
    policy = talk.turn.site.site.queues[talk.queue].callback if talk.queue in talk.turn.site.site.queues else None
    if policy is not None and policy.slots is not None:
        return promise(talk, tentative=True)
    return talk.ask(Stage.TIME_CONFIRM)


def propose(talk: Talk, reason: str, moments: Sequence[datetime]) -> Outcome:
    """A time will not do: say why, and name the nearest that will."""
    times = int(talk.turn.scratch.get("refusals") or 0) + 1
    if times > MOST_TIMES:
        return "refused"
    said = talk.turn.courtesy(REFUSED.get(reason, Courtesy.CALLBACK_TIME_CLOSED))
    if not moments:
        talk.turn.scratch = {**talk.turn.scratch, "refusals": times}
        return _ask_day(talk, said)
    return talk.ask(Stage.NEAR, said, refusals=times, **near_of(talk.calendar, moments))


def _half(talk: Talk, answer: str, _event: Collected) -> Outcome:
    half = {"1": "morning", "2": "afternoon"}.get(answer)
    return AGAIN if half is None else _chosen(talk, talk.known(half))


def _near(talk: Talk, answer: str, event: Collected) -> Outcome:
    day, time = near_at(talk.turn.scratch, answer, event.speech, talk.turn.language)
    if day:
        talk.turn.scratch = {**talk.turn.scratch, "day": day, "time": time}
        return promise(talk)
    if answer in {"2", "3"}:
        return _ask_day(talk)
    said = spoken_clock(event, talk.turn.language)
    return _timed(talk, [said]) if said else AGAIN


def _time_confirm(talk: Talk, answer: str, event: Collected) -> Outcome:
    said = spoken_clock(event, talk.turn.language)
    if said and answer != "1":
        return _timed(talk, [said])
    return promise(talk) if answer == "1" else _ask_day(talk) if answer == "2" else AGAIN


def promise(talk: Talk, *, tentative: bool = False) -> Outcome:
    """Have it promised, or only ask whether it could be."""
    turn = talk.turn
    turn.inner += 1
    queue = turn.site.site.queues.get(talk.queue)
    if queue is None or turn.inner > MAX_IN_A_ROW:
        turn.fault("queue_unknown" if queue is None else "too_many_fetches", talk.queue)
        return "refused"
    time = talk.known("time")
    due = talk.calendar.moment(talk.known("day"), time) if time else None
    needs = {**{str(skill): level for skill, level in queue.rings[0].needs.items()}, **talk.needs}
    turn.scratch = {**turn.scratch, "doing": "look" if tentative else "promise"}
    zone = talk.known("zone") if due else ""
    asked = PromiseCallback(talk.known("number"), talk.queue, needs, due, turn.language, zone, tentative)
    turn.actions.append(asked)
    return None


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


def callable_number(turn: Turn, written: str) -> str:
    """The number in E.164 when this site may dial it; else nothing."""
    countries = turn.site.site.dialing.countries
    try:
        return dialable(parse_number(written, region=countries[0]), countries=countries)
    except NumberRefused:
        return ""


STEPS: Final[Mapping[Stage, Step]] = {
    Stage.OFFER: _offered,
    Stage.OPEN: _open,
    Stage.WHEN: _when,
    Stage.THIS_NUMBER: _this_number,
    Stage.NUMBER: _number,
    Stage.NUMBER_CONFIRM: _number_confirm,
    Stage.ZONE: _zone,
    Stage.CLOCK: _clock,
    Stage.DAY: _day,
    Stage.DATE: _date,
    Stage.TIME: _time,
    Stage.HALF: _half,
    Stage.NEAR: _near,
    Stage.TIME_CONFIRM: _time_confirm,
}
